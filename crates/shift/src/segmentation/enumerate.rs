use super::{Penalty, SegmentCost, Segmentation};

/// The segmentation of lowest total cost by trying all 2^(n−1): the oracle of [`pelt`](crate::pelt). Of equals the
/// one with the fewest changes.
///
/// # Panics
/// For more than 24 periods.
pub fn enumerate(cost: &impl SegmentCost, penalty: Penalty) -> Segmentation {
    let per_change = penalty.per_change(cost.len());
    lowest(cost, per_change, |_| true)
}

/// The same among those with exactly `changes` changes, without penalty: the oracle of
/// [`fixed`](crate::fixed) and [`segment_neighborhood`](crate::segment_neighborhood).
///
/// # Panics
/// For more than 24 periods.
pub fn enumerate_fixed(cost: &impl SegmentCost, changes: usize) -> Segmentation {
    let changes = changes.min(cost.len().saturating_sub(1));
    lowest(cost, 0.0, |starts| starts == changes)
}

fn lowest(cost: &impl SegmentCost, per_change: f64, wanted: impl Fn(usize) -> bool) -> Segmentation {
    let n = cost.len();
    assert!(n <= 24, "2^{n} segmentations are too many to try");
    if n == 0 {
        return Segmentation { starts: Vec::new(), total_cost: 0.0 };
    }
    let mut best = Segmentation { starts: Vec::new(), total_cost: f64::INFINITY };
    for mask in 0..1_u32 << (n - 1) {
        if !wanted(mask.count_ones() as usize) {
            continue;
        }
        let starts: Vec<usize> = (1..n).filter(|start| mask >> (start - 1) & 1 == 1).collect();
        let ends = starts.iter().copied().chain([n]);
        let begins = std::iter::once(0).chain(starts.iter().copied());
        let segments: f64 = begins.zip(ends).map(|(from, to)| cost.cost(from..to)).sum();
        let total_cost = segments + per_change * starts.len() as f64;
        let better =
            total_cost < best.total_cost || total_cost == best.total_cost && starts.len() < best.starts.len();
        if better {
            best = Segmentation { starts, total_cost };
        }
    }
    best
}
