use std::ops::Range;

use measure::Series;
use measure::portable::{exp, ln, ln_1p, ln_gamma};

use super::binomial::share_cost;
use super::{OneParameter, PoissonCost, RunningSums, SegmentCost};
use crate::likelihood::ln_rising;

/// Negative binomial counts (variance = μ + α μ²) with given dispersion α and exposure.
///
/// With unequal exposures the best rate has no closed form: it is found by Newton's method in ln rate, in
/// which the log-likelihood is concave. O(periods) per evaluation; see
/// `lattice` for long series.
#[derive(Clone, Debug)]
pub struct NegativeBinomialCost {
    count: Vec<f64>,
    exposure: Vec<f64>,
    /// Running sums of what no rate changes, twice its negative.
    constant: Vec<f64>,
    alpha: f64,
}

impl NegativeBinomialCost {
    /// For the counts of a series with dispersion `alpha` ≥ 0 (0 is Poisson).
    pub fn new(series: &Series, alpha: f64) -> Self {
        let mut constant = vec![0.0];
        for (t, point) in series.points.iter().enumerate() {
            let own = point.value * ln(point.exposure) - ln_gamma(point.value + 1.0);
            constant.push(constant[t] - 2.0 * (own + ln_rising(point.value, alpha)));
        }
        Self {
            count: series.points.iter().map(|point| point.value).collect(),
            exposure: series.points.iter().map(|point| point.exposure).collect(),
            constant,
            alpha,
        }
    }

    /// Twice the negative log-likelihood of the periods at a ln rate, less the constant, with its slope and
    /// bend.
    fn at(&self, periods: &Range<usize>, location: f64) -> [f64; 3] {
        let rate = exp(location);
        let mut all = [0.0; 3];
        for t in periods.clone() {
            let (y, mean) = (self.count[t], self.exposure[t] * rate);
            let (spread, slope, bend) = match self.alpha {
                0.0 => (mean, mean, mean),
                alpha => {
                    let (size, one) = (y + 1.0 / alpha, 1.0 + alpha * mean);
                    (size * ln_1p(alpha * mean), size * alpha * mean / one, size * alpha * mean / (one * one))
                }
            };
            all[0] += 2.0 * (spread - y * location);
            all[1] += 2.0 * (slope - y);
            all[2] += 2.0 * bend;
        }
        all
    }
}

impl SegmentCost for NegativeBinomialCost {
    fn len(&self) -> usize {
        self.count.len()
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let constant = self.constant[periods.end] - self.constant[periods.start];
        let count: f64 = self.count[periods.clone()].iter().sum();
        if count == 0.0 {
            return constant;
        }
        let exposure: f64 = self.exposure[periods.clone()].iter().sum();
        let mut location = ln(count / exposure);
        let mut here = self.at(&periods, location);
        for _ in 0..50 {
            let mut step = -here[1] / here[2];
            if step.abs() < 1e-10 {
                break;
            }
            let mut next = self.at(&periods, location + step);
            while next[0] > here[0] + 1e-12 * here[0].abs() && step.abs() > 1e-12 {
                step *= 0.5;
                next = self.at(&periods, location + step);
            }
            (location, here) = (location + step, next);
        }
        constant + here[0]
    }
}

/// The same for equal exposures, where running sums suffice: O(1) per evaluation, and functional pruning
/// applies.
#[derive(Clone, Debug)]
pub enum EqualExposureCost {
    /// Dispersion 0.
    Poisson(PoissonCost),
    /// Above 0.
    NegativeBinomial(RunningSums),
}

impl EqualExposureCost {
    /// For the counts of a series with dispersion `alpha` ≥ 0; `None` unless all exposures are equal.
    pub fn new(series: &Series, alpha: f64) -> Option<Self> {
        let first = series.points.first()?.exposure;
        if series.points.iter().any(|point| point.exposure != first) {
            return None;
        }
        // Below this the digits of 1/α swallow the counts.
        if alpha < 1e-9 {
            return Some(Self::Poisson(PoissonCost::new(series)));
        }
        let size = 1.0 / alpha;
        let log_alpha = ln(alpha);
        Some(Self::NegativeBinomial(RunningSums::share(series.points.iter().map(|point| {
            let y = point.value;
            // y ln μ − (y + 1/α) ln(1 + αμ) = y ln θ + ln(1 − θ)/α − y ln α
            let constant = ln_rising(y, alpha) - ln_gamma(y + 1.0) - y * log_alpha;
            [y, size, -2.0 * constant]
        }))))
    }
}

impl OneParameter for EqualExposureCost {
    fn running_sums(&self) -> &RunningSums {
        match self {
            Self::Poisson(cost) => cost.running_sums(),
            Self::NegativeBinomial(sums) => sums,
        }
    }
}

impl SegmentCost for EqualExposureCost {
    fn len(&self) -> usize {
        self.running_sums().len()
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        match self {
            Self::Poisson(cost) => cost.cost(periods),
            Self::NegativeBinomial(data) => {
                let (from, to) = (data.sums[periods.start], data.sums[periods.end]);
                to[2] - from[2] + share_cost(to[0] - from[0], to[1] - from[1])
            }
        }
    }
}
