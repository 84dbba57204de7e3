use super::{SegmentCost, Segmentation, backtrack_layers};

/// The segmentation of lowest cost with exactly `changes` changes (fewer where the series is shorter), exact,
/// for any cost. `total_cost` holds no penalty. For costs with one parameter see [`fixed`](super::fixed).
///
/// # Cost
/// O(changes × n²) evaluations at worst, less where starts can be pruned; O(changes × n) memory.
///
/// Auger & Lawrence (1989), Algorithms for the optimal identification of segment neighborhoods, Bulletin of
/// Mathematical Biology 51:39–54.
pub fn segment_neighborhood(cost: &impl SegmentCost, changes: usize) -> Segmentation {
    segment_neighborhood_with(cost, changes, 1)
}

/// The same with segments of at least `min_segment` ≥ 1 periods; fewer changes where there is no room for them.
pub fn segment_neighborhood_with(
    cost: &impl SegmentCost,
    changes: usize,
    min_segment: usize,
) -> Segmentation {
    let n = cost.len();
    if n == 0 {
        return Segmentation { starts: Vec::new(), total_cost: 0.0 };
    }
    let least = min_segment.clamp(1, n);
    let changes = changes.min(n / least - 1);
    let mut costs: Vec<f64> =
        (0..=n).map(|end| if end < least { f64::INFINITY } else { cost.cost(0..end) }).collect();
    let mut last_starts: Vec<Vec<usize>> = Vec::new();
    for change in 1..=changes {
        let mut own = vec![f64::INFINITY; n + 1];
        let mut last_start = vec![0; n + 1];
        // Each start with the first end that it cannot win any more.
        let mut candidates: Vec<(usize, usize)> = Vec::new();
        for end in (change + 1) * least..=n {
            candidates.push((end - least, usize::MAX));
            for (start, dead_from) in &mut candidates {
                let total = costs[*start] + cost.cost(*start..end);
                if total < own[end] {
                    (own[end], last_start[end]) = (total, *start);
                }
                // A segment from `end` on will be no dearer, as soon as it is long enough.
                if total > costs[end] {
                    *dead_from = (*dead_from).min(end + least);
                }
            }
            candidates.retain(|&(_, dead_from)| end + 1 < dead_from);
        }
        costs = own;
        last_starts.push(last_start);
    }
    Segmentation { starts: backtrack_layers(&last_starts, n), total_cost: costs[n] }
}
