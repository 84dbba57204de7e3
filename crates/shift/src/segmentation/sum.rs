use std::ops::Range;

use super::SegmentCost;

/// Several series of equal length that change together: the costs of all of them added up.
#[derive(Clone, Debug)]
pub struct SumCost<C>(pub Vec<C>);

impl<C: SegmentCost> SegmentCost for SumCost<C> {
    fn len(&self) -> usize {
        self.0.first().map_or(0, SegmentCost::len)
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        self.0.iter().map(|cost| cost.cost(periods.clone())).sum()
    }
}
