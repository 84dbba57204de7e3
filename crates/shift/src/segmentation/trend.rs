use std::ops::Range;

use measure::Series;
use measure::portable::mean;

use super::SegmentCost;

/// Measured values around a straight line per segment, with a break in level and slope between segments and
/// one known standard deviation. The cost is Σ weight × residual² / σ². O(1) per evaluation.
///
/// Time is the number of the period, missing ones counted where periods have an order in the calendar.
#[derive(Clone, Debug)]
pub struct TrendCost {
    /// Over the first t periods, times and values centered: Σ w, Σ w x, Σ w x², Σ w y, Σ w x y, Σ w y².
    sums: Vec<[f64; 6]>,
}

impl TrendCost {
    /// For the values of a series at `times` (of equal length), with standard deviation `sd` > 0.
    pub fn new(series: &Series, times: &[f64], sd: f64) -> Self {
        let exposures: Vec<f64> = series.points.iter().map(|point| point.exposure).collect();
        let values: Vec<f64> = series.points.iter().map(|point| point.value).collect();
        let (typical, middle, center) = (mean(&exposures), mean(times), mean(&values));
        let mut sums = vec![[0.0; 6]];
        for (t, point) in series.points.iter().enumerate() {
            let weight = point.exposure / typical;
            let (x, y) = (times[t] - middle, (point.value - center) / sd);
            let own = [weight, weight * x, weight * x * x, weight * y, weight * x * y, weight * y * y];
            sums.push(std::array::from_fn(|i| sums[t][i] + own[i]));
        }
        Self { sums }
    }
}

impl SegmentCost for TrendCost {
    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let (from, to) = (self.sums[periods.start], self.sums[periods.end]);
        let [w, x, xx, y, xy, yy] = std::array::from_fn(|i| to[i] - from[i]);
        let (spread, common) = (xx - x * x / w, xy - x * y / w);
        let around_mean = yy - y * y / w;
        // Of one or two periods nothing is left.
        if periods.len() < 3 || spread <= 0.0 {
            return if periods.len() == 1 {
                0.0
            } else {
                around_mean.max(0.0) * f64::from(u8::from(spread <= 0.0))
            };
        }
        (around_mean - common * common / spread).max(0.0)
    }
}
