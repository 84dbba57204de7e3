use super::{Penalty, SegmentCost, Segmentation, backtrack};

/// The segmentation of lowest total cost, exact: every date is considered.
///
/// # Cost
/// O(n²) evaluations of the cost at worst, O(n) when changes are as frequent as the series is long.
///
/// Killick, Fearnhead & Eckley (2012), Optimal detection of changepoints with a linear computational cost,
/// Journal of the American Statistical Association 107:1590–1598.
pub fn pelt(cost: &impl SegmentCost, penalty: Penalty) -> Segmentation {
    pelt_with(cost, penalty, 1)
}

/// The same with segments of at least `min_segment` ≥ 1 periods; a series that is too short for one is one
/// segment.
pub fn pelt_with(cost: &impl SegmentCost, penalty: Penalty, min_segment: usize) -> Segmentation {
    let n = cost.len();
    if n == 0 {
        return Segmentation { starts: Vec::new(), total_cost: 0.0 };
    }
    let least = min_segment.clamp(1, n);
    let penalty = penalty.per_change(n);
    // best[t]: lowest cost of the first t periods, every segment paid for, less one payment.
    let mut best = vec![f64::INFINITY; n + 1];
    best[0] = -penalty;
    let mut last_start = vec![0; n + 1];
    let mut candidates: Vec<Candidate> = Vec::new();
    for end in least..=n {
        let new = end - least;
        if new == 0 || new >= least {
            candidates.push(Candidate { start: new, dead_from: usize::MAX, cost: 0.0 });
        }
        let (mut lowest, mut start) = (f64::INFINITY, 0);
        for candidate in &mut candidates {
            candidate.cost = best[candidate.start] + cost.cost(candidate.start..end);
            if candidate.cost < lowest {
                (lowest, start) = (candidate.cost, candidate.start);
            }
        }
        best[end] = lowest + penalty;
        last_start[end] = start;
        // A start that is dearer than the best even without paying for a change can never win again, as soon
        // as a segment that starts here would be long enough.
        for candidate in &mut candidates {
            if candidate.cost > best[end] {
                candidate.dead_from = candidate.dead_from.min(end + least);
            }
        }
        candidates.retain(|candidate| end + 1 < candidate.dead_from);
    }
    Segmentation { starts: backtrack(&last_start), total_cost: best[n] }
}

struct Candidate {
    start: usize,
    dead_from: usize,
    cost: f64,
}
