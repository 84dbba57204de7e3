use std::ops::Range;

use super::SegmentCost;

/// Cost under the Poisson likelihood.
pub struct PoissonCost;

impl SegmentCost for PoissonCost {
    fn len(&self) -> usize {
        todo!()
    }
    fn cost(&self, _periods: Range<usize>) -> f64 {
        todo!()
    }
}
