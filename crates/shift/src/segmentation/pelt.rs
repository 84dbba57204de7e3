use super::{Penalty, SegmentCost, Segmentation};

/// The segmentation of lowest total cost, exact: every date is considered.
///
/// # Cost
/// O(n²) evaluations of the cost at worst, O(n) when changes are as frequent as the series is long.
///
/// Killick, Fearnhead & Eckley (2012), Optimal detection of changepoints with a linear computational cost,
/// Journal of the American Statistical Association 107:1590–1598.
pub fn pelt(cost: &impl SegmentCost, penalty: Penalty) -> Segmentation {
    let n = cost.len();
    let penalty = penalty.per_change(n);
    // best[t]: lowest cost of the first t periods, every segment paid for, less one payment.
    let mut best = vec![-penalty];
    let mut last_start = vec![0];
    let mut candidates: Vec<usize> = Vec::new();
    for end in 1..=n {
        candidates.push(end - 1);
        let costs: Vec<f64> = candidates.iter().map(|&start| best[start] + cost.cost(start..end)).collect();
        let (start, lowest) = candidates
            .iter()
            .zip(&costs)
            .fold((0, f64::INFINITY), |low, (&start, &cost)| if cost < low.1 { (start, cost) } else { low });
        best.push(lowest + penalty);
        last_start.push(start);
        // A start that is dearer than the best even without paying for a change can never win again.
        let mut costs = costs.iter();
        candidates.retain(|_| costs.next().is_some_and(|&cost| cost <= lowest + penalty));
    }
    let mut starts = Vec::new();
    let mut end = n;
    while end > 0 {
        end = last_start[end];
        if end > 0 {
            starts.push(end);
        }
    }
    starts.reverse();
    Segmentation { starts, total_cost: best[n].max(f64::NEG_INFINITY) }
}
