use std::ops::Range;

use measure::Series;

use super::SegmentCost;

/// Measured values with a known common standard deviation and weights proportional to exposure; the segment
/// has its own mean. The cost is Σ weight × (value − mean)² / σ², up to a constant that no segmentation
/// changes. O(1) per evaluation.
#[derive(Clone, Debug)]
pub struct NormalCost {
    /// Σ over the first t periods of (weight, weight × value, weight × value²), values centered and in units
    /// of σ, so that the squares do not cancel.
    sums: Vec<(f64, f64, f64)>,
}

impl NormalCost {
    /// For the values of a series with standard deviation `sd` > 0 within a segment.
    pub fn new(series: &Series, sd: f64) -> Self {
        let n = series.len() as f64;
        let mean_exposure = series.points.iter().map(|point| point.exposure).sum::<f64>() / n;
        let center = series.points.iter().map(|point| point.value).sum::<f64>() / n;
        let mut sums = vec![(0.0, 0.0, 0.0)];
        let (mut weights, mut values, mut squares) = (0.0, 0.0, 0.0);
        for point in &series.points {
            let (weight, value) = (point.exposure / mean_exposure, (point.value - center) / sd);
            weights += weight;
            values += weight * value;
            squares += weight * value * value;
            sums.push((weights, values, squares));
        }
        Self { sums }
    }
}

impl SegmentCost for NormalCost {
    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let (from, to) = (self.sums[periods.start], self.sums[periods.end]);
        let (weight, value, square) = (to.0 - from.0, to.1 - from.1, to.2 - from.2);
        (square - value * value / weight).max(0.0)
    }
}
