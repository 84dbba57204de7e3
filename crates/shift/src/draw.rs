//! Random counts, for simulations under a fitted model.

use measure::Stream;
use measure::portable::{exp, ln, ln_1p, ln_gamma, pow};

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

/// How many of `cases` independent cases hit, each with this probability.
///
/// By inversion where fewer than 10 are expected, else by transformed rejection: Hörmann (1993), The generation of
/// binomial random variates, Journal of Statistical Computation and Simulation 46:101–110 (BTRS).
pub fn binomial(stream: &mut Stream, cases: f64, probability: f64) -> f64 {
    if probability > 0.5 {
        return cases - binomial(stream, cases, 1.0 - probability);
    }
    let (n, p) = (cases, probability.max(0.0));
    if n * p < 10.0 {
        let odds = p / (1.0 - p);
        let (mut count, mut term, mut left) = (0.0, exp(n * ln_1p(-p)), stream.uniform());
        while left > term && count < n {
            left -= term;
            count += 1.0;
            term *= odds * (n - count + 1.0) / count;
        }
        return count;
    }
    let sd = (n * p * (1.0 - p)).sqrt();
    let b = 1.15 + 2.53 * sd;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let accept = 0.92 - 4.2 / b;
    let scale = (2.83 + 5.1 / b) * sd;
    let (log_odds, mode) = (ln(p / (1.0 - p)), ((n + 1.0) * p).floor());
    let ways = |k: f64| -ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    loop {
        let u = stream.uniform() - 0.5;
        let v = stream.uniform();
        let side = 0.5 - u.abs();
        let count = ((2.0 * a / side + b) * u + n * p + 0.5).floor();
        if !(0.0..=n).contains(&count) {
            continue;
        }
        if side >= 0.07 && v <= accept {
            return count;
        }
        let log_ratio = ln(v * scale / (a / (side * side) + b));
        if log_ratio <= ways(count) - ways(mode) + (count - mode) * log_odds {
            return count;
        }
    }
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
        for (cases, p) in [(1.0, 0.3), (30.0, 0.2), (40.0, 0.45), (500.0, 0.9), (1e6, 0.01)] {
            let mut stream = Seed(1).stream("binomial", cases as u64);
            check("binomial", cases * p, cases * p * (1.0 - p), &mut || binomial(&mut stream, cases, p));
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
        let mut seen = [0.0; 61];
        for _ in 0..n {
            seen[binomial(&mut stream, 60.0, 0.3) as usize] += 1.0;
        }
        let chi: f64 = (9..28)
            .map(|k| {
                let k = f64::from(k);
                let ways = ln_gamma(61.0) - ln_gamma(k + 1.0) - ln_gamma(61.0 - k);
                let expected = f64::from(n) * exp(ways + k * ln(0.3) + (60.0 - k) * ln(0.7));
                (seen[k as usize] - expected) * (seen[k as usize] - expected) / expected
            })
            .sum();
        // 19 cells: below 43.8 with probability 0.999.
        assert!(chi < 43.8, "{chi}");
    }
}
