use std::collections::BTreeMap;
use std::ops::Range;

use measure::Stream;
use measure::portable::{exp, log_sum_exp};

use super::Mixture;
use super::mixture::Component;
use crate::likelihood::Likelihood;

/// The regimes of one draw from the posterior.
pub(crate) struct Draw {
    /// The nuisance parameter.
    pub(crate) dispersion: f64,
    /// One range of observed periods per regime.
    pub(crate) regimes: Vec<Range<usize>>,
    /// The rate (mean) of each.
    pub(crate) rates: Vec<f64>,
}

/// What is left of the mass of all starts when the search for them ends.
const LEFT: f64 = 1e-10;

/// Draws of number, dates, rates and dispersion together: backward sampling after the forward recursion.
///
/// Given that k changes lie in the first t periods, the last of them starts period s with probability ∝
/// A_{k−1}(s) × evidence of the periods s…t. The distribution of each (k, t) is worked out once, from t
/// backwards until nothing is left of it. Rates are drawn from the grid and spread over the cell of their node.
///
/// Fearnhead (2006), Statistics and Computing 16:203–213, section 3.
pub(crate) fn sample<L: Likelihood>(mixture: &Mixture<L>, draws: usize, stream: &mut Stream) -> Vec<Draw> {
    let weights: Vec<f64> = {
        let logs: Vec<f64> = mixture.components.iter().map(|c| mixture.log_any(c)).collect();
        let total = log_sum_exp(&logs);
        logs.iter().map(|log| exp(log - total)).collect()
    };
    let mut known: BTreeMap<(usize, usize, usize), Vec<f64>> = BTreeMap::new();
    let numbers: Vec<Vec<f64>> = mixture
        .components
        .iter()
        .map(|c| {
            let logs: Vec<f64> = (0..mixture.log_prior.len()).map(|m| mixture.log_joint(c, m)).collect();
            let total = log_sum_exp(&logs);
            logs.iter().map(|log| exp(log - total)).collect()
        })
        .collect();
    (0..draws)
        .map(|_| {
            let at = stream.weighted(&weights);
            let component = &mixture.components[at];
            let mut end = mixture.n;
            let mut regimes = Vec::new();
            for k in (1..=stream.weighted(&numbers[at])).rev() {
                let back = known
                    .entry((at, k, end))
                    .or_insert_with(|| starts(component, k, end, mixture.prior.min_segment));
                // Entry i is the start `end − min_segment − i`.
                let start = end - mixture.prior.min_segment - stream.weighted(back);
                regimes.push(start..end);
                end = start;
            }
            regimes.push(0..end);
            regimes.reverse();
            let rates = regimes.iter().map(|regime| rate(component, regime, stream)).collect();
            Draw { dispersion: component.value, regimes, rates }
        })
        .collect()
}

/// Probabilities of the starts of the last regime among the first `end` periods with k changes, from the latest.
fn starts<L: Likelihood>(component: &Component<L>, k: usize, end: usize, min_segment: usize) -> Vec<f64> {
    let total = component.prefix[k][end];
    let mut logs: Vec<f64> = component.grid.iter().map(|node| node.log_mass).collect();
    let (mut all, mut sum) = (Vec::new(), 0.0);
    for start in (k * min_segment..end).rev() {
        logs.iter_mut().zip(&component.grid).for_each(|(log, node)| {
            *log += component.likelihood.log_density(start, node);
        });
        if end - start < min_segment {
            continue;
        }
        let before = component.prefix[k - 1][start];
        let p = if before == f64::NEG_INFINITY { 0.0 } else { exp(before + log_sum_exp(&logs) - total) };
        all.push(p);
        sum += p;
        if sum > 1.0 - LEFT {
            break;
        }
    }
    all
}

fn rate<L: Likelihood>(component: &Component<L>, regime: &Range<usize>, stream: &mut Stream) -> f64 {
    let grid = &component.grid;
    let logs: Vec<f64> = grid
        .iter()
        .map(|node| {
            let data: f64 = regime.clone().map(|t| component.likelihood.log_density(t, node)).sum();
            node.log_mass + data
        })
        .collect();
    let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logs.iter().map(|log| exp(log - best)).collect();
    let at = stream.weighted(&weights);
    let (below, above) = (grid[at.saturating_sub(1)].location, grid[(at + 1).min(grid.len() - 1)].location);
    let location = grid[at].location + 0.5 * (stream.uniform() - 0.5) * (above - below);
    component.likelihood.rate(location)
}
