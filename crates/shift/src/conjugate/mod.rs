//! Regimes whose parameters have conjugate priors: the evidence of a regime has a closed form, and dates are summed
//! out by the recursion over all starts of the last regime (Fearnhead 2006).

mod gamma_table;
mod line;
mod moments;
mod normal_inverse_gamma;
mod shares;

use std::ops::Range;

use measure::Stream;
use measure::portable::{exp, ln};

use crate::likelihood::Nuisance;
use crate::posterior::{Aspect, Model, PrefixEvidence, Regime, Undivided};

use gamma_table::GammaTable;
pub(crate) use line::LineLattice;
pub(crate) use moments::MomentsEvidence;
pub(crate) use normal_inverse_gamma::NormalInverseGamma;
pub(crate) use shares::SharesEvidence;

/// Values whose regimes have a closed-form evidence.
pub(crate) trait SegmentEvidence {
    /// Observed periods.
    fn len(&self) -> usize;

    /// ln of the marginal density of the values of these periods as one regime. O(1).
    fn log_evidence(&self, periods: Range<usize>) -> f64;

    /// ln posterior density of an aspect of the regime, as a location.
    fn log_density(&self, aspect: Aspect, periods: &Range<usize>, location: f64) -> f64;

    /// A location near the peak of that density, a step of about its width, and how many nats below the peak nothing
    /// is left.
    fn peak(&self, aspect: Aspect, periods: &Range<usize>) -> Peak;

    /// What a location stands for.
    fn rate(&self, aspect: Aspect, location: f64) -> f64;

    /// Parameters of the regime from their posterior.
    fn draw(&self, periods: &Range<usize>, stream: &mut Stream) -> Regime;
}

/// Where to look for a posterior density.
pub(crate) struct Peak {
    location: f64,
    width: f64,
    depth: f64,
}

/// Enough for densities with exponential tails.
const DEPTH: f64 = 24.0;
/// Terms this many nats below the largest are left out of a sum of n: at most n e⁻³⁶ of it is lost.
const NEGLIGIBLE: f64 = 36.0;

/// The recursions over closed-form evidences.
#[derive(Clone, Debug)]
pub(crate) struct Conjugate<E>(pub(crate) E);

impl<E: SegmentEvidence> Conjugate<E> {
    /// With A_k(t) the evidence of the first t periods with k changes and P(s, t) that of one regime from s to t:
    ///
    /// A_k(t) = Σ_s A_{k−1}(s) P(s, t)
    ///
    /// O(n² · max_changes) time, O(n · max_changes) memory.
    fn recursion(
        &self,
        max_changes: usize,
        min_segment: usize,
        evidence: impl Fn(Range<usize>) -> f64,
    ) -> PrefixEvidence {
        let n = self.0.len();
        let mut prefix = vec![vec![f64::NEG_INFINITY; n + 1]; max_changes + 1];
        let mut own = vec![f64::NEG_INFINITY; n];
        for end in min_segment..=n {
            prefix[0][end] = evidence(0..end);
            let starts = min_segment..(end + 1).saturating_sub(min_segment);
            for start in starts.clone() {
                own[start] = evidence(start..end);
            }
            for k in (1..=max_changes).take_while(|k| (k + 1) * min_segment <= end) {
                let starts = k * min_segment..starts.end;
                prefix[k][end] = log_sum_of_products(&prefix[k - 1][starts.clone()], &own[starts]);
            }
        }
        prefix
    }
}

/// ln Σ exp(a + b), terms that cannot matter left out.
fn log_sum_of_products(a: &[f64], b: &[f64]) -> f64 {
    let pairs = || a.iter().zip(b).map(|(a, b)| a + b);
    let largest = pairs().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + ln(pairs().map(|x| x - largest).filter(|&x| x > -NEGLIGIBLE).map(exp).sum())
}

impl<E: SegmentEvidence> Model for Conjugate<E> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn prefix(&self, max_changes: usize, min_segment: usize) -> PrefixEvidence {
        self.recursion(max_changes, min_segment, |periods| self.0.log_evidence(periods))
    }

    fn undivided(
        &self,
        prefix: &PrefixEvidence,
        min_segment: usize,
        within: &[Range<usize>],
    ) -> Vec<Undivided> {
        let of = |range: &Range<usize>| {
            let mut all = vec![vec![f64::NEG_INFINITY; range.len()]; prefix.len()];
            for end in range.clone() {
                all[0][end - range.start] = prefix[0][end];
                let starts = min_segment..range.start.min((end + 1).saturating_sub(min_segment));
                let own: Vec<f64> = starts.clone().map(|start| self.0.log_evidence(start..end)).collect();
                for k in 1..prefix.len() {
                    let before = prefix[k - 1].get(starts.clone()).unwrap_or_default();
                    all[k][end - range.start] = log_sum_of_products(before, &own);
                }
            }
            all
        };
        within.iter().map(of).collect()
    }

    fn suffix(&self, max_changes: usize, min_segment: usize) -> PrefixEvidence {
        let n = self.0.len();
        let reversed = |periods: Range<usize>| self.0.log_evidence(n - periods.end..n - periods.start);
        self.recursion(max_changes, min_segment, reversed)
    }

    fn backwards(&self, end: usize) -> impl Iterator<Item = f64> {
        (0..end).rev().map(move |start| self.0.log_evidence(start..end))
    }

    fn support(&self, aspect: Aspect, regime: &Range<usize>) -> (f64, f64) {
        let Peak { location, width, depth } = self.0.peak(aspect, regime);
        let enough = self.0.log_density(aspect, regime, location) - depth;
        let reach = |sign: f64| {
            let mut step = width;
            while step < 1e9 * width && self.0.log_density(aspect, regime, location + sign * step) > enough {
                step *= 1.2;
            }
            location + sign * step
        };
        (reach(-1.0), reach(1.0))
    }

    fn log_posterior(&self, aspect: Aspect, regime: &Range<usize>, location: f64) -> f64 {
        self.0.log_evidence(regime.clone()) + self.0.log_density(aspect, regime, location)
    }

    fn rate(&self, aspect: Aspect, location: f64) -> f64 {
        self.0.rate(aspect, location)
    }

    fn draw(&self, regime: &Range<usize>, stream: &mut Stream) -> Regime {
        self.0.draw(regime, stream)
    }
}

/// Nothing that regimes share is unknown: a lattice of one point.
impl<E: SegmentEvidence + Clone> Nuisance for Conjugate<E> {
    type Model = Self;

    fn len(&self) -> usize {
        1
    }

    fn model(&self, _: usize) -> Self {
        self.clone()
    }

    fn log_weight(&self, _: usize) -> f64 {
        0.0
    }

    fn value(&self, _: usize) -> f64 {
        0.0
    }

    fn guesses(&self) -> [usize; 2] {
        [0, 0]
    }
}
