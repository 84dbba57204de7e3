use super::{Penalty, SegmentCost, Segmentation};

/// The segmentation of lowest cost.
pub fn pelt(_cost: &impl SegmentCost, _penalty: Penalty) -> Segmentation {
    todo!()
}
