//! Means, errors and quantiles over weighted worlds.

use measure::portable::sum;

/// Σ wᵢ xᵢ; the weights sum to 1.
pub(crate) fn mean(values: &[f64], weights: &[f64]) -> f64 {
    sum(values.iter().zip(weights).map(|(x, w)| x * w))
}

/// Σ wᵢ (xᵢ − mean)².
pub(crate) fn variance(values: &[f64], weights: &[f64]) -> f64 {
    let centre = mean(values, weights);
    sum(values.iter().zip(weights).map(|(x, w)| w * (x - centre) * (x - centre)))
}

/// Standard error of the mean if the worlds are a sample: variance over (effective number − 1), with
/// Kish's effective number 1 / Σ wᵢ² (all of them when weights are equal).
pub(crate) fn error(values: &[f64], weights: &[f64]) -> f64 {
    let effective = 1.0 / sum(weights.iter().map(|w| w * w));
    if effective <= 1.0 { 0.0 } else { (variance(values, weights) / (effective - 1.0)).sqrt() }
}

/// Positions in the order of the values, equal ones in their own order.
pub(crate) fn order(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// The least values at or below which at least these shares of the weight lie.
pub(crate) fn quantiles<const N: usize>(values: &[f64], weights: &[f64], levels: [f64; N]) -> [f64; N] {
    let order = order(values);
    levels.map(|level| {
        let mut seen = 0.0;
        let reached = order.iter().find(|&&position| {
            seen += weights[position];
            // Weights such as 1/3 do not add up to the bit.
            seen >= level - 1e-12
        });
        reached.or(order.last()).map_or(f64::NAN, |&position| values[position])
    })
}
