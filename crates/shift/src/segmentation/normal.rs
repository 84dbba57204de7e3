use std::ops::Range;

use measure::Series;

use super::{OneParameter, RunningSums, SegmentCost};

/// Measured values with a known common standard deviation and weights proportional to exposure; the segment
/// has its own mean. The cost is Σ weight × (value − mean)² / σ², up to a constant that no segmentation
/// changes. O(1) per evaluation.
#[derive(Clone, Debug)]
pub struct NormalCost(RunningSums);

impl NormalCost {
    /// For the values of a series with standard deviation `sd` > 0 within a segment.
    pub fn new(series: &Series, sd: f64) -> Self {
        let n = series.len() as f64;
        let mean_exposure = series.points.iter().map(|point| point.exposure).sum::<f64>() / n;
        // Centered and in units of σ, so that the squares do not cancel.
        let center = series.points.iter().map(|point| point.value).sum::<f64>() / n;
        Self(RunningSums::mean(series.points.iter().map(|point| {
            let (weight, value) = (point.exposure / mean_exposure, (point.value - center) / sd);
            [weight * value, weight, weight * value * value]
        })))
    }
}

impl OneParameter for NormalCost {
    fn running_sums(&self) -> &RunningSums {
        &self.0
    }
}

impl SegmentCost for NormalCost {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let (from, to) = (self.0.sums[periods.start], self.0.sums[periods.end]);
        let (value, weight, square) = (to[0] - from[0], to[1] - from[1], to[2] - from[2]);
        (square - value * value / weight).max(0.0)
    }
}
