use super::{SegmentCost, Segmentation};

/// The segmentation of lowest cost with exactly `changes` changes (fewer where the series is shorter), exact,
/// for any cost. `total_cost` holds no penalty. For costs with one parameter see [`fixed`](super::fixed).
///
/// # Cost
/// O(changes × n²) evaluations at worst, less where starts can be pruned; O(changes × n) memory.
///
/// Auger & Lawrence (1989), Algorithms for the optimal identification of segment neighborhoods, Bulletin of
/// Mathematical Biology 51:39–54.
pub fn segment_neighborhood(cost: &impl SegmentCost, changes: usize) -> Segmentation {
    let n = cost.len();
    if n == 0 {
        return Segmentation { starts: Vec::new(), total_cost: 0.0 };
    }
    let changes = changes.min(n - 1);
    let mut costs: Vec<f64> =
        (0..=n).map(|end| if end == 0 { f64::INFINITY } else { cost.cost(0..end) }).collect();
    let mut last_starts: Vec<Vec<usize>> = Vec::new();
    for change in 1..=changes {
        let mut own = vec![f64::INFINITY; n + 1];
        let mut last_start = vec![0; n + 1];
        let mut candidates: Vec<usize> = Vec::new();
        for end in change + 1..=n {
            candidates.push(end - 1);
            candidates.retain(|&start| {
                let total = costs[start] + cost.cost(start..end);
                if total < own[end] {
                    (own[end], last_start[end]) = (total, start);
                }
                // Later a segment from `end` on will be no dearer.
                total <= costs[end]
            });
        }
        costs = own;
        last_starts.push(last_start);
    }
    let mut starts = Vec::new();
    let mut end = n;
    for last_start in last_starts.iter().rev() {
        end = last_start[end];
        starts.push(end);
    }
    starts.reverse();
    Segmentation { starts, total_cost: costs[n] }
}
