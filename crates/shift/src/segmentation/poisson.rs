use std::ops::Range;

use measure::Series;
use measure::portable::{ln, ln_gamma};

use super::{OneParameter, RunningSums, SegmentCost};

/// Poisson counts with exposure: the mean of a period is its exposure times the rate of the segment, whose
/// maximum-likelihood estimate is Σ counts / Σ exposure. O(1) per evaluation.
#[derive(Clone, Debug)]
pub struct PoissonCost(RunningSums);

impl PoissonCost {
    /// For the counts of a series.
    pub fn new(series: &Series) -> Self {
        Self(RunningSums::rate(series.points.iter().map(|point| {
            let constant = point.value * ln(point.exposure) - ln_gamma(point.value + 1.0);
            [point.value, point.exposure, -2.0 * constant]
        })))
    }
}

impl OneParameter for PoissonCost {
    fn running_sums(&self) -> &RunningSums {
        &self.0
    }
}

impl SegmentCost for PoissonCost {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let (from, to) = (self.0.sums[periods.start], self.0.sums[periods.end]);
        let (count, exposure) = (to[0] - from[0], to[1] - from[1]);
        let fit = if count > 0.0 { count * (ln(count / exposure) - 1.0) } else { 0.0 };
        to[2] - from[2] - fit
    }
}
