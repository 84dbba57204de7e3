use super::{Segmentation, backtrack, backtrack_layers};
use crate::likelihood::{Grid, Likelihood, Node};

/// The segmentation of lowest total cost among those whose segments have parameters on a grid: the best of
/// all paths over the nodes, a step from one node to another costing the penalty (Viterbi).
///
/// For likelihoods without sufficient sums. With nodes a quarter of a standard deviation of the whole series
/// apart, a segment costs at most 0.016 more than at its best parameter.
///
/// # Cost
/// O(n × nodes) time, O(n + nodes) memory.
pub(crate) fn lattice(likelihood: &impl Likelihood, grid: &Grid, penalty: f64) -> Segmentation {
    let n = likelihood.len();
    let nodes = refined(likelihood, grid);
    let mut costs = vec![0.0; nodes.len()];
    let mut starts = vec![0; nodes.len()];
    let mut last_start = vec![0];
    let mut total_cost = 0.0;
    for t in 0..n {
        for ((cost, start), node) in costs.iter_mut().zip(&mut starts).zip(&nodes) {
            if t > 0 && *cost > total_cost + penalty {
                (*cost, *start) = (total_cost + penalty, t);
            }
            *cost -= 2.0 * likelihood.log_density(t, node);
        }
        let lowest = (0..nodes.len()).fold(0, |low, i| if costs[i] < costs[low] { i } else { low });
        total_cost = costs[lowest];
        last_start.push(starts[lowest]);
    }
    Segmentation { starts: backtrack(&last_start), total_cost }
}

/// The same with exactly `changes` changes (fewer where the series is shorter), without penalty.
///
/// # Cost
/// O(changes × n × nodes) time, O(changes × (n + nodes)) memory.
pub(crate) fn lattice_fixed(likelihood: &impl Likelihood, grid: &Grid, changes: usize) -> Segmentation {
    let n = likelihood.len();
    let changes = changes.min(n.saturating_sub(1));
    let nodes = refined(likelihood, grid);
    // [k]: lowest cost with k changes of every prefix; of the last one at each node, with its last start.
    let mut lowest = vec![vec![f64::INFINITY; n + 1]; changes + 1];
    lowest[0][0] = 0.0;
    let mut layers = vec![vec![(f64::INFINITY, 0); nodes.len()]; changes + 1];
    layers[0].fill((0.0, 0));
    let mut last_starts = vec![vec![0; n + 1]; changes];
    for t in 0..n {
        let own: Vec<f64> = nodes.iter().map(|node| -2.0 * likelihood.log_density(t, node)).collect();
        for k in 0..=changes.min(t) {
            let entering = k.checked_sub(1).map_or(f64::INFINITY, |before| lowest[before][t]);
            let mut best = (f64::INFINITY, 0);
            for ((cost, start), own) in layers[k].iter_mut().zip(&own) {
                if entering < *cost {
                    (*cost, *start) = (entering, t);
                }
                *cost += own;
                if *cost < best.0 {
                    best = (*cost, *start);
                }
            }
            lowest[k][t + 1] = best.0;
            if let Some(before) = k.checked_sub(1) {
                last_starts[before][t + 1] = best.1;
            }
        }
    }
    Segmentation { starts: backtrack_layers(&last_starts, n), total_cost: lowest[changes][n] }
}

/// Four nodes for each.
fn refined(likelihood: &impl Likelihood, grid: &Grid) -> Vec<Node> {
    let between = |pair: &[Node]| {
        let (from, to) = (pair[0].location, pair[1].location);
        [0.0, 0.25, 0.5, 0.75].map(|part| likelihood.node(from + part * (to - from)))
    };
    let last = grid.last().map(|node| likelihood.node(node.location));
    grid.windows(2).flat_map(between).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NegativeBinomialCost;
    use crate::likelihood::{Counts, NegativeBinomial};
    use crate::segmentation::{Penalty, enumerate, enumerate_fixed};
    use measure::{Period, Point, Seed, Series};

    /// With unequal exposures both searches come as close to trying everything as is said of them.
    #[test]
    fn no_segment_costs_more_than_the_bound() {
        for unit in 0..30 {
            let mut stream = Seed(4).stream("lattice", unit);
            let points = (0..10).map(|t| Point {
                period: Period::Index(t),
                value: crate::draw::negative_binomial(&mut stream, if t < 6 { 3.0 } else { 12.0 }, 0.3),
                exposure: 0.5 + 2.0 * stream.uniform(),
            });
            let series = Series { id: "s".into(), points: points.collect() };
            let likelihood =
                NegativeBinomial::new(Counts::new(&series, crate::RatePrior::LogNormal(1.5)), 0.3);
            let (grid, cost) = (likelihood.grid(), NegativeBinomialCost::new(&series, 0.3));
            for changes in 0..4 {
                let (found, best) =
                    (lattice_fixed(&likelihood, &grid, changes), enumerate_fixed(&cost, changes));
                let excess = found.total_cost - best.total_cost;
                assert!((-1e-9..=0.016 * (changes + 1) as f64).contains(&excess), "{excess}");
                assert_eq!(found.starts.len(), changes);
            }
            let (found, best) = (lattice(&likelihood, &grid, 4.0), enumerate(&cost, Penalty::Value(4.0)));
            let excess = found.total_cost - best.total_cost;
            assert!((-1e-9..=0.016 * (best.starts.len() + 1) as f64).contains(&excess), "{excess}");
        }
    }
}
