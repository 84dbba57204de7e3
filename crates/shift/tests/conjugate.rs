//! The posteriors of shares, spreads and lines against trying every segmentation, with evidences worked out another way.

use measure::portable::{exp, ln, ln_1p, ln_gamma, log_sum_exp};
use measure::{Period, Point, Seed, Series};
use proptest::prelude::*;
use shift::{CostKind, Settings, ShiftError, Shifts, analyze, analyze_shares, histories, predictive_checks};

const MOST: usize = 3;

/// A configuration with its ln joints, one for each value of the nuisance parameter.
type Joints = (Vec<usize>, Vec<f64>);

fn series(id: &str, values: &[f64], exposures: &[f64]) -> Series {
    let points = values.iter().zip(exposures).enumerate().map(|(t, (&value, &exposure))| Point {
        period: Period::Index(t as i64),
        value,
        exposure,
    });
    Series::new(id, points.collect()).unwrap()
}

fn settings(cost: CostKind) -> Settings {
    Settings { cost, max_changes: MOST, ..Settings::default() }
}

/// ln joint of every configuration with at most `MOST` changes, up to the prior of the nuisance parameter.
fn joints(n: usize, log_segment: &dyn Fn(usize, usize) -> f64) -> Vec<(Vec<usize>, f64)> {
    let configurations = (0..1_u32 << (n - 1))
        .map(|mask| (1..n).filter(|start| mask >> (start - 1) & 1 == 1).collect::<Vec<_>>())
        .filter(|starts| starts.len() <= MOST);
    let most = MOST.min(n - 1);
    let norm: f64 = (1..=most).map(|k| exp(-(k as f64) * ln(2.0))).sum();
    let joint = |starts: Vec<usize>| {
        let m = starts.len();
        let ways = (0..m).map(|i| (n - 1 - i) as f64 / (i + 1) as f64).product::<f64>();
        let prior = if m == 0 { ln(0.5) } else { ln(0.5) - m as f64 * ln(2.0) - ln(norm) - ln(ways) };
        let begins = std::iter::once(0).chain(starts.iter().copied());
        let ends = starts.iter().copied().chain([n]);
        let likelihood: f64 = begins.zip(ends).map(|(from, to)| log_segment(from, to)).sum();
        (starts, prior + likelihood)
    };
    configurations.map(joint).collect()
}

/// Numbers, positions, Bayes factor and the probability of the interval of every change.
fn same(found: &Shifts, all: &[(Vec<usize>, f64)], near: f64) -> Result<(), TestCaseError> {
    let of = |keep: &dyn Fn(&[usize]) -> bool| {
        let logs: Vec<f64> = all.iter().filter(|(s, _)| keep(s)).map(|(_, joint)| *joint).collect();
        log_sum_exp(&logs)
    };
    let total = of(&|_| true);
    let factor = of(&|s| !s.is_empty()) - of(&|s| s.is_empty());
    prop_assert!((found.log_bayes_factor - factor).abs() < near, "{} {factor}", found.log_bayes_factor);
    for one in &found.number_posterior {
        let slow = exp(of(&|s| s.len() == one.changes) - total);
        prop_assert!((one.probability.get() - slow).abs() < near, "{} {slow}", one.probability);
    }
    for (t, one) in found.posterior.iter().enumerate() {
        let slow = exp(of(&|s| s.contains(&t)) - total);
        prop_assert!((one.probability.get() - slow).abs() < near, "{t}: {} {slow}", one.probability);
    }
    let m = found.change_points.len();
    for (j, change) in found.change_points.iter().enumerate() {
        let inside = |t: usize| change.interval.contains(Period::Index(t as i64));
        let any = exp(of(&|s| s.iter().any(|&t| inside(t))) - total);
        prop_assert!((change.probability.get() - any).abs() < near, "{} {any}", change.probability);
        // Given the number of changes, the interval holds this one with the level at least.
        let own = exp(of(&|s| s.len() == m && inside(s[j])) - of(&|s| s.len() == m));
        prop_assert!(own > found.level - near, "{own}");
    }
    Ok(())
}

/// One case after the other from Pólya's urn, and the number of their orders.
fn urn(rows: &[Vec<f64>], from: usize, to: usize) -> f64 {
    let k = rows[0].len();
    let mut urn = vec![0.5; k];
    let mut log = 0.0;
    for row in &rows[from..to] {
        log += ln_gamma(row.iter().sum::<f64>() + 1.0);
        for (c, &count) in row.iter().enumerate() {
            log -= ln_gamma(count + 1.0);
            for _ in 0..count as usize {
                log += ln(urn[c] / urn.iter().sum::<f64>());
                urn[c] += 1.0;
            }
        }
    }
    log
}

/// The overall weighted mean and variance, and weights around 1.
fn overall(values: &[f64], exposures: &[f64]) -> (f64, f64, Vec<f64>) {
    let n = values.len() as f64;
    let typical = exposures.iter().sum::<f64>() / n;
    let weights: Vec<f64> = exposures.iter().map(|e| e / typical).collect();
    let mean = values.iter().zip(&weights).map(|(y, w)| y * w).sum::<f64>() / n;
    let variance = values.iter().zip(&weights).map(|(y, w)| w * (y - mean) * (y - mean)).sum::<f64>() / n;
    (mean, variance, weights)
}

fn student(z: f64, scale: f64, freedom: f64) -> f64 {
    ln_gamma(0.5 * (freedom + 1.0))
        - ln_gamma(0.5 * freedom)
        - 0.5 * ln(freedom * std::f64::consts::PI)
        - ln(scale)
        - 0.5 * (freedom + 1.0) * ln_1p(z * z / (scale * scale * freedom))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn shares(
        rows in prop::collection::vec(prop::collection::vec(0_u32..9, 3), 3..9),
    ) {
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|&y| f64::from(y)).collect()).collect();
        let n = rows.len();
        let ones = vec![1.0; n];
        let all: Vec<Series> = (0..3)
            .map(|k| series(&format!("c{k}"), &rows.iter().map(|row| row[k]).collect::<Vec<_>>(), &ones))
            .collect();
        let found = analyze_shares(&all, &settings(CostKind::Shares)).unwrap();
        same(&found, &joints(n, &|from, to| urn(&rows, from, to)), 1e-9)?;
        for i in 0..found.segments.len() {
            let sum: f64 = found.shares.iter().map(|one| one.shares[i]).sum();
            prop_assert!((sum - 1.0).abs() < 2e-3, "{sum}");
        }
        // Hits among cases.
        let cases: Vec<f64> = rows.iter().map(|row| row[0] + row[1] + 1.0).collect();
        let hits: Vec<f64> = rows.iter().map(|row| row[0]).collect();
        let two: Vec<Vec<f64>> = hits.iter().zip(&cases).map(|(y, e)| vec![*y, e - y]).collect();
        let found = analyze(&series("hits", &hits, &cases), &settings(CostKind::Binomial)).unwrap();
        same(&found, &joints(n, &|from, to| urn(&two, from, to)), 1e-9)?;
    }

    #[test]
    fn spreads(
        values in prop::collection::vec(-5.0..5.0_f64, 3..9),
        quiet in 0_usize..8,
    ) {
        let n = values.len();
        let values: Vec<f64> =
            values.iter().enumerate().map(|(t, y)| if t < quiet { 0.1 * y } else { 3.0 + y }).collect();
        let exposures: Vec<f64> = (0..n).map(|t| 1.0 + (t % 3) as f64).collect();
        let (mean, variance, weights) = overall(&values, &exposures);
        let given = series("values", &values, &exposures);
        let of_variance = |from: usize, to: usize| {
            let (mut a, mut b, mut log) = (1.0_f64, 0.7 * variance, 0.0);
            for t in from..to {
                let z = (values[t] - mean) * weights[t].sqrt();
                log += student(z, (b / a).sqrt(), 2.0 * a) + 0.5 * ln(weights[t]);
                (a, b) = (a + 0.5, b + 0.5 * z * z);
            }
            log
        };
        let found = analyze(&given, &settings(CostKind::Variance)).unwrap();
        same(&found, &joints(n, &of_variance), 1e-8)?;
        let of_both = |from: usize, to: usize| {
            let (mut m, mut kappa, mut a, mut b, mut log) = (mean, 0.1, 1.0_f64, 0.1 * variance, 0.0);
            for t in from..to {
                let (w, z) = (weights[t], values[t] - m);
                log += student(z, (b / a * (1.0 / kappa + 1.0 / w)).sqrt(), 2.0 * a);
                b += 0.5 * z * z * w * kappa / (kappa + w);
                m += z * w / (kappa + w);
                (a, kappa) = (a + 0.5, kappa + w);
            }
            log
        };
        let found = analyze(&given, &settings(CostKind::MeanVariance)).unwrap();
        same(&found, &joints(n, &of_both), 1e-8)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// The evidence of a line as the density of a multivariate normal, factored one value after the other; σ summed over
    /// a grid a hundred times finer.
    #[test]
    fn lines(values in prop::collection::vec(-3.0..3.0_f64, 5..8), bend in 0.0..3.0_f64) {
        let n = values.len();
        let values: Vec<f64> =
            values.iter().enumerate().map(|(t, y)| y + bend * (t as f64 - 2.0).abs()).collect();
        let exposures: Vec<f64> = (0..n).map(|t| 1.0 + (t % 2) as f64).collect();
        let (mean, variance, weights) = overall(&values, &exposures);
        let s = variance.sqrt();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let step = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|&d| d > 0.0).fold(f64::MAX, f64::min);
        let floor = (1e-3 * s).max(step / 12.0_f64.sqrt()).min(s);
        // The lattice of the method reaches half a step beyond both of its ends.
        let spacing = (1.4 / (2.0 * n as f64).sqrt()).min(0.5);
        let last = (ln(4.0 * s / floor) / spacing).ceil();
        let (low, high) = (ln(floor) - 0.5 * spacing, ln(floor) + (last + 0.5) * spacing);
        let slope_sd = 12.0 * s / (n - 1) as f64;
        let cells = 600;
        let mut logs: Vec<Joints> = Vec::new();
        for i in 0..cells {
            let sigma = exp(low + (high - low) * (i as f64 + 0.5) / cells as f64);
            let density = |from: usize, to: usize| {
                let total: f64 = weights[from..to].iter().sum();
                let middle = (from..to).map(|t| weights[t] * t as f64).sum::<f64>() / total;
                let m = to - from;
                // Covariance, eliminated in place.
                let cell = |a: usize, b: usize| {
                    let (x, z) = ((from + a) as f64 - middle, (from + b) as f64 - middle);
                    let own = if a == b { sigma * sigma / weights[from + a] } else { 0.0 };
                    s * s + slope_sd * slope_sd * x * z + own
                };
                let mut cov: Vec<Vec<f64>> =
                    (0..m).map(|a| (0..m).map(|b| cell(a, b)).collect()).collect();
                let mut y: Vec<f64> = values[from..to].iter().map(|y| y - mean).collect();
                let mut log = 0.0;
                for a in 0..m {
                    let (pivot, own) = (cov[a].clone(), y[a]);
                    log -= 0.5 * (ln(std::f64::consts::TAU * pivot[a]) + own * own / pivot[a]);
                    for (row, y) in cov[a + 1..].iter_mut().zip(&mut y[a + 1..]) {
                        let factor = row[a] / pivot[a];
                        row.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= factor * p);
                        *y -= factor * own;
                    }
                }
                log
            };
            for (at, (starts, joint)) in joints(n, &density).into_iter().enumerate() {
                if logs.len() == at {
                    logs.push((starts, Vec::new()));
                }
                logs[at].1.push(joint);
            }
        }
        let all: Vec<(Vec<usize>, f64)> =
            logs.into_iter().map(|(starts, logs)| (starts, log_sum_exp(&logs))).collect();
        let found = analyze(&series("line", &values, &exposures), &settings(CostKind::Trend)).unwrap();
        same(&found, &all, 2e-2)?;
    }
}

/// Simulated changes of each kind are found where they are, with parameters near the truth, and draws agree with the
/// posterior.
#[test]
fn what_changed_is_found() {
    let mut stream = Seed(12).stream("conjugate", 0);
    let n = 80;
    let noise: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
    let late = |t: usize| if t >= 50 { 1.0 } else { 0.0 };
    let make = |of: &dyn Fn(usize) -> f64| series("s", &(0..n).map(of).collect::<Vec<_>>(), &vec![1.0; n]);
    let hits: Vec<f64> =
        (0..n).map(|t| shift::draw::binomial(&mut stream, 20.0, 0.2 + 0.3 * late(t))).collect();
    let cases = [
        (CostKind::Binomial, series("s", &hits, &vec![20.0; n]), 0.2, 0.5, 0.05),
        (CostKind::Variance, make(&|t| 5.0 + (1.0 + 4.0 * late(t)) * noise[t]), 1.0, 5.0, 1.2),
        (CostKind::MeanVariance, make(&|t| 3.0 * late(t) + (1.0 + 2.0 * late(t)) * noise[t]), 0.0, 3.0, 1.2),
        (CostKind::Trend, make(&|t| (t as f64 - 50.0) * (0.5 - 0.8 * late(t)) + noise[t]), 0.5, -0.3, 0.1),
    ];
    for (cost, series, before, after, near) in cases {
        let one = Settings { max_changes: 1, ..settings(cost) };
        let found = analyze(&series, &one).unwrap();
        assert_eq!(found.change_points.len(), 1, "{cost}: {}", found.sentence());
        let change = &found.change_points[0];
        assert!(change.interval.contains(Period::Index(50)), "{cost}: {:?}", change.interval);
        assert!((change.rate_before - before).abs() < near, "{cost}: {}", change.rate_before);
        assert!((change.rate_after - after).abs() < near, "{cost}: {}", change.rate_after);
        for (segment, truth) in found.segments.iter().zip([before, after]) {
            assert!(segment.rate_interval.low < segment.rate && segment.rate < segment.rate_interval.high);
            assert!((segment.rate - truth).abs() < near);
        }
        assert!(change.difference_interval.low < change.difference);
        assert!(found.optimal.iter().any(|&p| change.interval.contains(p)), "{cost}: {:?}", found.optimal);
        match cost {
            CostKind::MeanVariance => {
                // That of this sample.
                let sd = |range: std::ops::Range<usize>| {
                    let part: Vec<f64> = series.points[range].iter().map(|point| point.value).collect();
                    let mean = part.iter().sum::<f64>() / part.len() as f64;
                    (part.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>() / part.len() as f64).sqrt()
                };
                let (ratio, seen) = (change.deviation_ratio.unwrap(), sd(50..n) / sd(0..50));
                assert!(ratio.interval.low < seen && seen < ratio.interval.high, "{ratio:?} {seen}");
            }
            CostKind::Trend => {
                // The lines meet at 50; given another date they are that far apart there.
                let at = found.posterior.iter().position(|one| one.period == change.period).unwrap();
                let (jump, seen) = (change.jump.unwrap(), -0.8 * (at as f64 - 50.0));
                assert!(jump.interval.low - 0.5 < seen && seen < jump.interval.high + 0.5, "{jump:?} {seen}");
            }
            _ => assert!(change.ratio.unwrap() > 2.0),
        }
        let draws = 2000;
        let drawn = histories(&series, &one, draws, Seed(3)).unwrap();
        for number in &found.number_posterior {
            let share = drawn.iter().filter(|one| one.changes.len() == number.changes).count() as f64;
            let p = number.probability.get();
            let near = 5.0 * (p * (1.0 - p) / draws as f64).sqrt() + 2e-3;
            assert!((share / draws as f64 - p).abs() < near, "{cost}: {share} {p}");
        }
        let after: Vec<f64> = drawn.iter().filter(|d| d.rates.len() == 2).map(|d| d.rates[1]).collect();
        let mean = after.iter().sum::<f64>() / after.len() as f64;
        assert!((mean - change.rate_after).abs() < 0.25 * near, "{cost}: {mean} {}", change.rate_after);
        let checks = predictive_checks(&series, &one, 300, Seed(4)).unwrap();
        assert!(checks.iter().all(|check| check.warning().is_none()), "{cost}: {checks:?}");
        let two = analyze(&series, &Settings { changes: Some(2), ..settings(cost) }).unwrap();
        assert_eq!((two.change_points.len(), two.optimal.len()), (2, 2), "{cost}");
    }
}

#[test]
fn what_is_no_share() {
    let flawed = series("s", &[3.0, 5.0], &[4.0, 4.0]);
    let error = analyze(&flawed, &settings(CostKind::Binomial)).unwrap_err();
    assert!(matches!(error, ShiftError::NotAShare { value: 5.0, .. }), "{error}");
    let error = analyze_shares(&[flawed], &settings(CostKind::Shares)).unwrap_err();
    assert!(matches!(error, ShiftError::OneCategory { found: 1 }), "{error}");
    // A period that one of the series lacks is missing for all of them.
    let whole = series("a", &[3.0, 5.0, 1.0, 8.0], &[1.0; 4]);
    let mut gap = series("b", &[3.0, 5.0, 2.0, 9.0], &[1.0; 4]);
    gap.points.remove(1);
    let found = analyze_shares(&[whole, gap], &settings(CostKind::Shares)).unwrap();
    assert_eq!(found.posterior.len(), 3);
    assert!(found.notes.iter().any(|note| note.contains("missing")), "{:?}", found.notes);
}
