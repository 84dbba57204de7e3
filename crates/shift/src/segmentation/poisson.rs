use std::ops::Range;

use measure::Series;
use measure::portable::{ln, ln_gamma};

use super::SegmentCost;

/// Poisson counts with exposure: the mean of a period is its exposure times the rate of the segment, whose
/// maximum-likelihood estimate is Σ counts / Σ exposure. O(1) per evaluation.
#[derive(Clone, Debug)]
pub struct PoissonCost {
    /// Σ over the first t periods of (count, exposure, −2 × what does not depend on the rate).
    sums: Vec<(f64, f64, f64)>,
}

impl PoissonCost {
    /// For the counts of a series.
    pub fn new(series: &Series) -> Self {
        let mut sums = vec![(0.0, 0.0, 0.0)];
        let (mut count, mut exposure, mut constant) = (0.0, 0.0, 0.0);
        for point in &series.points {
            count += point.value;
            exposure += point.exposure;
            constant -= 2.0 * (point.value * ln(point.exposure) - ln_gamma(point.value + 1.0));
            sums.push((count, exposure, constant));
        }
        Self { sums }
    }
}

impl SegmentCost for PoissonCost {
    fn len(&self) -> usize {
        self.sums.len() - 1
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let (from, to) = (self.sums[periods.start], self.sums[periods.end]);
        let (count, exposure) = (to.0 - from.0, to.1 - from.1);
        let fit = if count > 0.0 { count * (ln(count / exposure) - 1.0) } else { 0.0 };
        to.2 - from.2 - 2.0 * fit
    }
}
