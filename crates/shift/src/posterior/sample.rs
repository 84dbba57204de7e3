use std::collections::BTreeMap;
use std::ops::Range;

use measure::Stream;
use measure::portable::{exp, log_sum_exp};

use super::mixture::Component;
use super::{Mixture, Model};

/// The regimes of one draw from the posterior.
pub(crate) struct Draw {
    /// The nuisance parameter.
    pub(crate) dispersion: f64,
    /// One range of observed periods per regime.
    pub(crate) regimes: Vec<Range<usize>>,
    /// The main parameter of each: rate, mean, share, slope or standard deviation.
    pub(crate) rates: Vec<f64>,
    /// Expected value and standard deviation of each period.
    pub(crate) moments: Vec<(f64, f64)>,
}

/// What is left of the mass of all starts when the search for them ends.
const LEFT: f64 = 1e-10;

/// Draws of number, dates, rates and dispersion together: backward sampling after the forward recursion.
///
/// Given that k changes lie in the first t periods, the last of them starts period s with probability ∝
/// A_{k−1}(s) × evidence of the periods s…t. The distribution of each (k, t) is worked out once, from t
/// backwards until nothing is left of it.
///
/// Fearnhead (2006), Statistics and Computing 16:203–213, section 3.
pub(crate) fn sample<M: Model>(mixture: &Mixture<M>, draws: usize, stream: &mut Stream) -> Vec<Draw> {
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
            let (mut rates, mut moments) = (Vec::new(), Vec::new());
            for regime in &regimes {
                let drawn = component.model.draw(regime, stream);
                rates.push(drawn.rate);
                moments.extend(drawn.moments);
            }
            Draw { dispersion: component.value, regimes, rates, moments }
        })
        .collect()
}

/// Probabilities of the starts of the last regime among the first `end` periods with k changes, from the latest.
fn starts<M: Model>(component: &Component<M>, k: usize, end: usize, min_segment: usize) -> Vec<f64> {
    let total = component.prefix[k][end];
    let (mut all, mut sum) = (Vec::new(), 0.0);
    for (start, evidence) in (k * min_segment..end).rev().zip(component.model.backwards(end)) {
        if end - start < min_segment {
            continue;
        }
        let before = component.prefix[k - 1][start];
        let p = if before == f64::NEG_INFINITY { 0.0 } else { exp(before + evidence - total) };
        all.push(p);
        sum += p;
        if sum > 1.0 - LEFT {
            break;
        }
    }
    all
}
