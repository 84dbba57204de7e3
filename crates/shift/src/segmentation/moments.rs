use std::ops::Range;

use measure::Series;
use measure::portable::{ln, mean, sum};

use super::SegmentCost;

/// Measured values of unknown variance, weights proportional to exposure: which of the moments changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moments {
    /// The variance, around one mean.
    Variance,
    /// Mean and variance together.
    Both,
}

/// Normal values whose variance, or mean and variance, differ between segments. The variance of a segment is
/// at least `floor`: equal rounded values are no proof of an exact mean. O(1) per evaluation.
#[derive(Clone, Debug)]
pub struct MomentsCost {
    moments: Moments,
    /// Over the first t periods: Σ 1, Σ weight, Σ weight × value, Σ weight × square, −Σ ln weight.
    sums: Vec<[f64; 5]>,
    floor: f64,
}

impl MomentsCost {
    /// For the values of a series; `floor` > 0 is the least variance of a segment.
    pub fn new(series: &Series, moments: Moments, floor: f64) -> Self {
        let exposures: Vec<f64> = series.points.iter().map(|point| point.exposure).collect();
        let typical = mean(&exposures);
        let center = sum(series.points.iter().map(|point| point.exposure * point.value)) / sum(exposures);
        let mut sums = vec![[0.0; 5]];
        for (t, point) in series.points.iter().enumerate() {
            let (weight, value) = (point.exposure / typical, point.value - center);
            let own = [1.0, weight, weight * value, weight * value * value, -ln(weight)];
            sums.push(std::array::from_fn(|i| sums[t][i] + own[i]));
        }
        Self { moments, sums, floor }
    }
}

impl SegmentCost for MomentsCost {
    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let (from, to) = (self.sums[periods.start], self.sums[periods.end]);
        let [n, weight, value, square, constant] = std::array::from_fn(|i| to[i] - from[i]);
        let squares = match self.moments {
            Moments::Variance => square,
            Moments::Both => (square - value * value / weight).max(0.0),
        };
        constant + normal_cost(n, squares, self.floor)
    }
}

/// Twice the negative log-likelihood of n normal values with this sum of squares around their fit, at the
/// best variance that is no less than the floor.
pub(super) fn normal_cost(n: f64, squares: f64, floor: f64) -> f64 {
    let variance = (squares / n).max(floor);
    n * ln(std::f64::consts::TAU * variance) + squares / variance
}
