//! Random counts, for simulations under a fitted model.

use measure::Stream;
use measure::portable::{exp, ln, ln_gamma, pow};

/// A Poisson count with this mean, ≥ 0.
///
/// By inversion below a mean of 10, else by transformed rejection: Hörmann (1993), The transformed rejection
/// method for generating Poisson random variables, Insurance: Mathematics and Economics 12:39–45 (PTRS).
pub fn poisson(stream: &mut Stream, mean: f64) -> f64 {
    if mean < 10.0 {
        let (mut count, mut term, mut left) = (0.0, exp(-mean), stream.uniform());
        while left > term && term > 0.0 {
            left -= term;
            count += 1.0;
            term *= mean / count;
        }
        return count;
    }
    let b = 0.931 + 2.53 * mean.sqrt();
    let a = -0.059 + 0.02483 * b;
    let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    let accept = 0.9277 - 3.6224 / (b - 2.0);
    let log_mean = ln(mean);
    loop {
        let u = stream.uniform() - 0.5;
        let v = stream.uniform();
        let side = 0.5 - u.abs();
        let count = ((2.0 * a / side + b) * u + mean + 0.43).floor();
        if side >= 0.07 && v <= accept {
            return count;
        }
        if count < 0.0 || side < 0.013 && v > side {
            continue;
        }
        let log_ratio = ln(v * inverse_alpha / (a / (side * side) + b));
        if log_ratio <= count * log_mean - mean - ln_gamma(count + 1.0) {
            return count;
        }
    }
}

/// A gamma variate with this shape > 0 and scale 1.
///
/// Marsaglia & Tsang (2000), A simple method for generating gamma variables, ACM Transactions on Mathematical
/// Software 26:363–372.
pub fn gamma(stream: &mut Stream, shape: f64) -> f64 {
    if shape < 1.0 {
        let boost = pow(stream.uniform(), 1.0 / shape);
        return boost * gamma(stream, shape + 1.0);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = stream.normal();
        let cube = 1.0 + c * x;
        if cube <= 0.0 {
            continue;
        }
        let v = cube * cube * cube;
        if ln(stream.uniform()) < 0.5 * x * x + d - d * v + d * ln(v) {
            return d * v;
        }
    }
}

/// A negative binomial count with this mean and variance mean + α mean²; Poisson at α = 0.
pub fn negative_binomial(stream: &mut Stream, mean: f64, alpha: f64) -> f64 {
    if alpha < 1e-9 || mean == 0.0 {
        return poisson(stream, mean);
    }
    let rate = alpha * mean * gamma(stream, 1.0 / alpha);
    poisson(stream, rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Seed;

    /// Means and variances within five standard errors, on both sides of every branch.
    #[test]
    fn the_moments_are_right() {
        let n = 40_000;
        let check = |name: &str, mean: f64, variance: f64, draw: &mut dyn FnMut() -> f64| {
            let all: Vec<f64> = (0..n).map(|_| draw()).collect();
            let m = all.iter().sum::<f64>() / f64::from(n);
            let v = all.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / f64::from(n);
            assert!((m - mean).abs() < 5.0 * (variance / f64::from(n)).sqrt(), "{name} {mean}: {m}");
            assert!((v / variance - 1.0).abs() < 0.15, "{name} {mean}: variance {v}, not {variance}");
        };
        for mean in [0.05, 3.0, 9.9, 10.1, 400.0] {
            let mut stream = Seed(1).stream("poisson", mean as u64);
            check("poisson", mean, mean, &mut || poisson(&mut stream, mean));
            let mut stream = Seed(1).stream("negbin", mean as u64);
            check("negbin", mean, mean + 0.5 * mean * mean, &mut || {
                negative_binomial(&mut stream, mean, 0.5)
            });
        }
        for shape in [0.3, 1.0, 7.0] {
            let mut stream = Seed(1).stream("gamma", (10.0 * shape) as u64);
            check("gamma", shape, shape, &mut || gamma(&mut stream, shape));
        }
    }

    /// χ² of Poisson draws against their probabilities, by rejection.
    #[test]
    fn the_distribution_is_right() {
        let (n, mean) = (60_000, 12.0);
        let mut stream = Seed(2).stream("poisson", 0);
        let mut seen = [0.0; 40];
        for _ in 0..n {
            seen[(poisson(&mut stream, mean) as usize).min(39)] += 1.0;
        }
        let chi: f64 = (3..24)
            .map(|k| {
                let k = f64::from(k);
                let expected = f64::from(n) * exp(k * ln(mean) - mean - ln_gamma(k + 1.0));
                (seen[k as usize] - expected) * (seen[k as usize] - expected) / expected
            })
            .sum();
        // 21 cells: below 46.8 with probability 0.999.
        assert!(chi < 46.8, "{chi}");
    }
}
