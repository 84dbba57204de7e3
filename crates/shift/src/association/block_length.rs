use measure::portable::{ln, mean, pow, sum};

/// Length of blocks for resampling a series in circular blocks, chosen by its autocorrelation; at least 1.
///
/// `values` in order of time, at least 2. With R(k) the autocovariances, λ the flat-top window (1 up to ½,
/// then falling to 0 at 1) and M twice the lag after which correlations are no more than noise:
/// G = Σ λ(k/M) |k| R(k), D = (4/3) (Σ λ(k/M) R(k))², length = (2 G² / D)^⅓ n^⅓, at most
/// min(3√n, n/3). O(n √n).
///
/// Politis & White (2004), Automatic block-length selection for the dependent bootstrap, Econometric Reviews
/// 23:53–70, with the correction of Patton, Politis & White (2009), Econometric Reviews 28:372–375.
pub fn block_length(values: &[f64]) -> f64 {
    let n = values.len();
    if n < 4 {
        return 1.0;
    }
    let size = n as f64;
    let most = (3.0 * size.sqrt()).min(size / 3.0).ceil();
    let center = mean(values);
    let deviations: Vec<f64> = values.iter().map(|x| x - center).collect();
    let log10 = ln(size) / std::f64::consts::LN_10;
    let run = (log10.sqrt().ceil() as usize).max(5);
    let farthest = (size.sqrt().ceil() as usize + run).min(n - 1);
    let covariance: Vec<f64> = (0..=farthest)
        .map(|k| sum(deviations[k..].iter().zip(&deviations).map(|(x, y)| x * y)) / size)
        .collect();
    if covariance[0] <= 0.0 {
        return 1.0;
    }
    let bound = 2.0 * (log10 / size).sqrt();
    let correlation: Vec<f64> = (0..=farthest)
        .map(|k| {
            let squares = |range: &[f64]| sum(range.iter().map(|x| x * x));
            let scale = (squares(&deviations[k..]) * squares(&deviations[..n - k])).sqrt();
            if scale > 0.0 { covariance[k] * size / scale } else { 0.0 }
        })
        .collect();
    let small = |k: usize| correlation[k].abs() < bound;
    // The first lag with a run of small correlations after it; else the last large one.
    let quiet = (1..=farthest - run).find(|&from| (from..from + run).all(small));
    let last_large = || (1..=farthest).rev().find(|&k| !small(k)).unwrap_or(1);
    let reach = quiet.unwrap_or_else(last_large).max(1);
    let widest = (2 * reach).min(farthest);
    let window = |k: usize| {
        let x = k as f64 / widest as f64;
        if x <= 0.5 { 1.0 } else { 2.0 * (1.0 - x) }
    };
    let twice = |of: &dyn Fn(usize) -> f64| 2.0 * sum((1..=widest).map(of));
    let g = twice(&|k| window(k) * k as f64 * covariance[k]);
    let spectrum = covariance[0] + twice(&|k| window(k) * covariance[k]);
    let d = 4.0 / 3.0 * spectrum * spectrum;
    if d <= 0.0 {
        return most;
    }
    pow(2.0 * g * g / d * size, 1.0 / 3.0).clamp(1.0, most.max(1.0))
}
