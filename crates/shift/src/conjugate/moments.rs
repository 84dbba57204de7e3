use std::ops::Range;

use measure::portable::{exp, ln, ln_gamma, mean, sum};
use measure::{Series, Stream};

use super::{DEPTH, GammaTable, NormalInverseGamma, Peak, SegmentEvidence};
use crate::draw;
use crate::posterior::{Aspect, Regime};
use crate::segmentation::Moments;

/// Normal values whose variance, or mean and variance, belong to the regime.
///
/// With s² the overall variance, σ² of a regime is inverse gamma: (1, 0.7 s²) for the variance around the overall mean,
/// so that its median is s²; (1, 0.1 s²) for both, and the mean then normal with variance 10 σ², so that the mean alone
/// is Student's t with 2 degrees of freedom and scale s around the overall mean.
#[derive(Clone, Debug)]
pub(crate) struct MomentsEvidence {
    moments: Moments,
    prior: NormalInverseGamma,
    weight: Vec<f64>,
    /// Over the first t periods: Σ weight, Σ weight × value, Σ weight × square, Σ ½ ln(weight/τ); values centered.
    sums: Vec<[f64; 4]>,
    center: f64,
    /// ln Γ(a + m/2) for even and for odd m.
    gammas: [GammaTable; 2],
}

impl MomentsEvidence {
    pub(crate) fn new(series: &Series, moments: Moments) -> Self {
        let exposures: Vec<f64> = series.points.iter().map(|point| point.exposure).collect();
        let typical = mean(&exposures);
        let weight: Vec<f64> = exposures.iter().map(|exposure| exposure / typical).collect();
        let pairs = || series.points.iter().map(|point| point.value).zip(&weight);
        let n = series.len() as f64;
        let center = sum(pairs().map(|(y, w)| y * w)) / n;
        let variance = sum(pairs().map(|(y, w)| w * (y - center) * (y - center))) / n;
        let variance = if variance > 0.0 { variance } else { 1.0 };
        let mut sums = vec![[0.0; 4]];
        for (t, (y, w)) in pairs().enumerate() {
            let y = y - center;
            let own = [*w, w * y, w * y * y, 0.5 * ln(w / std::f64::consts::TAU)];
            sums.push(std::array::from_fn(|i| sums[t][i] + own[i]));
        }
        let (kappa, share) = match moments {
            Moments::Variance => (f64::INFINITY, 0.7),
            Moments::Both => (0.1, 0.1),
        };
        let prior = NormalInverseGamma { mean: 0.0, kappa, a: 1.0, b: share * variance };
        let gammas = [1.0, 1.5].map(|offset| GammaTable::new(offset, 0.5 * n + 1.0));
        Self { moments, prior, weight, sums, center, gammas }
    }

    /// What is known of the regime, centered.
    fn posterior(&self, periods: &Range<usize>) -> NormalInverseGamma {
        let (from, to) = (self.sums[periods.start], self.sums[periods.end]);
        let [weight, value, square, _] = std::array::from_fn(|i| to[i] - from[i]);
        let a = self.prior.a + 0.5 * periods.len() as f64;
        match self.moments {
            Moments::Variance => {
                let b = self.prior.b + 0.5 * square.max(0.0);
                NormalInverseGamma { mean: 0.0, kappa: f64::INFINITY, a, b }
            }
            Moments::Both => {
                let kappa = self.prior.kappa + weight;
                let b = self.prior.b + 0.5 * (square - value * value / kappa).max(0.0);
                NormalInverseGamma { mean: value / kappa, kappa, a, b }
            }
        }
    }

    /// Whether an aspect is a standard deviation.
    fn of_spread(&self, aspect: Aspect) -> bool {
        aspect == Aspect::Deviation || self.moments == Moments::Variance
    }
}

/// Locations are means, or ln standard deviations.
impl SegmentEvidence for MomentsEvidence {
    fn len(&self) -> usize {
        self.weight.len()
    }

    fn log_evidence(&self, periods: Range<usize>) -> f64 {
        let constant = self.sums[periods.end][3] - self.sums[periods.start][3];
        let own = self.posterior(&periods);
        let m = periods.len();
        let gamma = self.gammas[m % 2].at((m / 2) as f64) - self.gammas[0].at(0.0);
        let shrink = match self.moments {
            Moments::Variance => 0.0,
            Moments::Both => 0.5 * ln(self.prior.kappa / own.kappa),
        };
        constant + shrink + gamma + self.prior.a * ln(self.prior.b) - own.a * ln(own.b)
    }

    fn log_density(&self, aspect: Aspect, periods: &Range<usize>, location: f64) -> f64 {
        let own = self.posterior(periods);
        if self.of_spread(aspect) {
            let precision = exp(-2.0 * location);
            return std::f64::consts::LN_2 + own.a * ln(own.b)
                - ln_gamma(own.a)
                - 2.0 * own.a * location
                - own.b * precision;
        }
        own.log_mean_density(location - self.center)
    }

    fn peak(&self, aspect: Aspect, periods: &Range<usize>) -> Peak {
        let own = self.posterior(periods);
        if self.of_spread(aspect) {
            let location = 0.5 * ln(own.b / own.a);
            return Peak { location, width: 1.0 / (2.0 * own.a).sqrt(), depth: DEPTH };
        }
        // Tails like a power: nodes far out would be lost to the middle.
        Peak { location: self.center + own.mean, width: own.mean_scale(), depth: 10.0 }
    }

    fn rate(&self, aspect: Aspect, location: f64) -> f64 {
        if self.of_spread(aspect) { exp(location) } else { location }
    }

    fn draw(&self, periods: &Range<usize>, stream: &mut Stream) -> Regime {
        let own = self.posterior(periods);
        let (mean, sd) = match self.moments {
            Moments::Variance => (0.0, (own.b / draw::gamma(stream, own.a)).sqrt()),
            Moments::Both => own.draw(stream),
        };
        let moments = periods.clone().map(|t| (self.center + mean, sd / self.weight[t].sqrt())).collect();
        let rate = if self.moments == Moments::Variance { sd } else { self.center + mean };
        Regime { rate, moments }
    }
}
