//! The posterior and the optimal segmentation against trying everything, and against published series.

use std::path::Path;

use measure::portable::{exp, ln, ln_gamma, log_sum_exp};
use measure::{Period, Point, Series};
use proptest::prelude::*;
use shift::{
    CostKind, EventLinkSettings, NegativeBinomialCost, NormalCost, Penalty, PoissonCost, RatePrior,
    SegmentCost, Settings, analyze, enumerate, event_link, pelt,
};

fn series(counts: &[u32], exposures: &[f64]) -> Series {
    let points = counts.iter().zip(exposures).enumerate();
    let points = points.map(|(t, (&count, &exposure))| Point {
        period: Period::Index(t as i64),
        value: f64::from(count),
        exposure,
    });
    Series::new("s", points.collect()).unwrap()
}

/// A published series; columns year and count or value.
fn catalog(name: &str) -> Series {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/series").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let points = text.lines().skip(1).map(|line| {
        let (year, value) = line.split_once(',').unwrap();
        Point { period: year.parse().unwrap(), value: value.parse().unwrap(), exposure: 1.0 }
    });
    Series::new(name, points.collect()).unwrap()
}

/// Every way to put at most `most` changes among n periods, as first periods of new regimes.
fn configurations(n: usize, most: usize) -> Vec<Vec<usize>> {
    (0..1_u32 << (n - 1))
        .map(|mask| (1..n).filter(|start| mask >> (start - 1) & 1 == 1).collect::<Vec<_>>())
        .filter(|starts| starts.len() <= most)
        .collect()
}

/// ln prior of one configuration with m changes, as documented: P(0) = ½, P(m) ∝ 2^−m, positions equally probable.
fn log_prior(n: usize, m: usize, most: usize) -> f64 {
    if m == 0 {
        return ln(0.5);
    }
    let norm: f64 = (1..=most.min(n - 1)).map(|k| exp(-(k as f64) * ln(2.0))).sum();
    let ways = (0..m).map(|i| (n - 1 - i) as f64 / (i + 1) as f64).product::<f64>();
    ln(0.5) - m as f64 * ln(2.0) - ln(norm) - ln(ways)
}

/// Number posterior, marginal probability of a change at each period, ln Bayes factor.
fn by_enumeration(
    n: usize,
    most: usize,
    log_segment: impl Fn(usize, usize) -> f64,
) -> (Vec<f64>, Vec<f64>, f64) {
    let all: Vec<(Vec<usize>, f64)> = configurations(n, most)
        .into_iter()
        .map(|starts| {
            let begins = std::iter::once(0).chain(starts.iter().copied());
            let ends = starts.iter().copied().chain([n]);
            let likelihood: f64 = begins.zip(ends).map(|(from, to)| log_segment(from, to)).sum();
            let joint = log_prior(n, starts.len(), most) + likelihood;
            (starts, joint)
        })
        .collect();
    let of = |keep: &dyn Fn(&[usize]) -> bool| {
        log_sum_exp(
            &all.iter().filter(|(starts, _)| keep(starts)).map(|(_, joint)| *joint).collect::<Vec<_>>(),
        )
    };
    let total = of(&|_| true);
    let numbers = (0..=most).map(|m| exp(of(&|starts| starts.len() == m) - total)).collect();
    let marginal = (0..n).map(|t| exp(of(&|starts| starts.contains(&t)) - total)).collect();
    (numbers, marginal, of(&|starts| !starts.is_empty()) - of(&|starts| starts.is_empty()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Poisson counts with a gamma prior: the evidence of a segment has a closed form, and all segmentations of a
    /// short series can be tried.
    #[test]
    fn the_posterior_is_that_of_trying_every_segmentation(
        counts in prop::collection::vec(0_u32..12, 3..9),
        seed in 1_u32..1000,
    ) {
        let n = counts.len();
        let exposures: Vec<f64> = (0..n).map(|t| 0.5 + f64::from((seed * (t as u32 + 3)) % 7)).collect();
        let most = 3.min(n - 1);
        let shape = 1.5;
        let settings = Settings {
            cost: CostKind::Poisson,
            max_changes: most,
            rate_prior: RatePrior::Gamma(shape),
            ..Settings::default()
        };
        let found = analyze(&series(&counts, &exposures), &settings).unwrap();
        let total: f64 = counts.iter().map(|&y| f64::from(y)).sum();
        let overall = (total + 0.5) / exposures.iter().sum::<f64>();
        let rate = shape / overall;
        let log_segment = |from: usize, to: usize| {
            let y: f64 = counts[from..to].iter().map(|&y| f64::from(y)).sum();
            let e: f64 = exposures[from..to].iter().sum();
            let constant: f64 = (from..to)
                .map(|t| f64::from(counts[t]) * ln(exposures[t]) - ln_gamma(f64::from(counts[t]) + 1.0))
                .sum();
            constant + shape * ln(rate) - ln_gamma(shape) + ln_gamma(shape + y) - (shape + y) * ln(rate + e)
        };
        let (numbers, marginal, log_bayes_factor) = by_enumeration(n, most, log_segment);
        prop_assert!((found.log_bayes_factor - log_bayes_factor).abs() < 1e-4,
            "{} and {log_bayes_factor}", found.log_bayes_factor);
        for (ours, oracle) in found.number_posterior.iter().zip(&numbers) {
            prop_assert!((ours.probability.get() - oracle).abs() < 1e-4);
        }
        for (ours, oracle) in found.posterior.iter().zip(&marginal) {
            prop_assert!((ours.probability.get() - oracle).abs() < 1e-4);
        }
    }

    /// PELT finds what trying all 2^(n−1) segmentations finds, for every cost.
    #[test]
    fn the_optimal_segmentation_is_that_of_full_enumeration(
        counts in prop::collection::vec(0_u32..30, 2..11),
        penalty in 0.0..12.0_f64,
        alpha in 0.0..1.0_f64,
    ) {
        let exposures: Vec<f64> = (0..counts.len()).map(|t| 1.0 + (t % 3) as f64).collect();
        let series = series(&counts, &exposures);
        let penalty = Penalty::Value(penalty);
        fn same(cost: &impl SegmentCost, penalty: Penalty) -> Result<(), TestCaseError> {
            let (fast, slow) = (pelt(cost, penalty), enumerate(cost, penalty));
            prop_assert!((fast.total_cost - slow.total_cost).abs() < 1e-6 * (1.0 + slow.total_cost.abs()),
                "{fast:?} {slow:?}");
            Ok(())
        }
        same(&PoissonCost::new(&series), penalty)?;
        same(&NormalCost::new(&series, 5.0), penalty)?;
        same(&NegativeBinomialCost::new(&series, alpha), penalty)?;
    }
}

/// Negative binomial: rate and dispersion integrated by brute force on a fine grid, all segmentations tried.
#[test]
fn the_dispersion_is_integrated_as_documented() {
    let counts = [2_u32, 9, 1, 4, 22, 35, 17];
    let exposures = [1.0, 2.0, 1.0, 1.5, 1.0, 2.0, 1.0];
    let n = counts.len();
    let settings = Settings { max_changes: 2, ..Settings::default() };
    let found = analyze(&series(&counts, &exposures), &settings).unwrap();
    let total: f64 = counts.iter().map(|&y| f64::from(y)).sum();
    let (mean, center) = ((total + 0.5) / n as f64, ln((total + 0.5) / exposures.iter().sum::<f64>()));
    let sd = 1.5;
    let mut none = Vec::new();
    let mut some = Vec::new();
    let (steps, widest) = (240, 9.0);
    for i in 0..steps {
        // z = ln(1 + α·mean) has an exponential prior with mean 2.
        let z = (i as f64 + 0.5) * widest / f64::from(steps);
        let alpha = (exp(z) - 1.0) / mean;
        let log_segment = |from: usize, to: usize| {
            let cells: Vec<f64> = (0..400)
                .map(|j| {
                    let u = center + sd * (-7.0 + 14.0 * (f64::from(j) + 0.5) / 400.0);
                    let prior = -0.5 * ((u - center) / sd) * ((u - center) / sd)
                        - ln(sd * (std::f64::consts::TAU).sqrt());
                    let density: f64 = (from..to)
                        .map(|t| {
                            let (y, mu, size) = (f64::from(counts[t]), exposures[t] * exp(u), 1.0 / alpha);
                            ln_gamma(y + size) - ln_gamma(size) - ln_gamma(y + 1.0)
                                + size * ln(size / (size + mu))
                                + y * ln(mu / (size + mu))
                        })
                        .sum();
                    prior + density + ln(14.0 * sd / 400.0)
                })
                .collect();
            log_sum_exp(&cells)
        };
        let weight = ln(0.5) - 0.5 * z + ln(widest / f64::from(steps));
        for starts in configurations(n, 2) {
            let begins = std::iter::once(0).chain(starts.iter().copied());
            let ends = starts.iter().copied().chain([n]);
            let likelihood: f64 = begins.zip(ends).map(|(from, to)| log_segment(from, to)).sum();
            let joint = weight + log_prior(n, starts.len(), 2) + likelihood;
            if starts.is_empty() { none.push(joint) } else { some.push(joint) }
        }
    }
    let oracle = log_sum_exp(&some) - log_sum_exp(&none);
    assert!((found.log_bayes_factor - oracle).abs() < 5e-3, "{} and {oracle}", found.log_bayes_factor);
}

/// Jarrett (1979): one change about 1890; Raftery & Akman (1986), Biometrika 73:85–89, have a posterior mode at 10 March
/// 1890 and rates of 3.1 and 0.9 a year; Carlin, Gelfand & Smith (1992), Applied Statistics 41:389–405, the year 1891.
#[test]
fn coal_mining_disasters() {
    for cost in [CostKind::Poisson, CostKind::NegativeBinomial] {
        let one = Settings { cost, max_changes: 1, ..Settings::default() };
        let found = analyze(&catalog("jarrett1979.csv"), &one).unwrap();
        let change = &found.change_points[0];
        let year = |period: Period| period.first_day().unwrap().year();
        assert!((1889..=1893).contains(&year(change.period)), "{cost}: {}", change.period);
        assert!(
            year(change.interval.from) >= 1884 && year(change.interval.to) <= 1897,
            "{cost}: {:?}",
            change.interval
        );
        assert!(
            (change.rate_before - 3.1).abs() < 0.1 && (change.rate_after - 0.92).abs() < 0.1,
            "{change:?}"
        );
        assert!(found.log_bayes_factor > 15.0);
        assert!((1890..=1892).contains(&year(found.optimal[0])), "{cost}: {:?}", found.optimal);
    }
}

/// Cobb (1978): the flow of the Nile falls with 1899, from a mean of 1097.75 to 849.97.
#[test]
fn the_nile() {
    let found =
        analyze(&catalog("cobb1978.csv"), &Settings { cost: CostKind::Normal, ..Settings::default() })
            .unwrap();
    assert_eq!(found.change_points.len(), 1);
    let change = &found.change_points[0];
    assert_eq!(change.period, Period::Year(1899));
    assert!((change.rate_before - 1097.75).abs() < 8.0 && (change.rate_after - 849.97).abs() < 8.0);
    assert_eq!(found.optimal, [Period::Year(1899)]);
}

/// A constant rate is called constant, and the unit of exposure does not matter.
#[test]
fn no_change_and_no_unit() {
    let counts = [5_u32, 6, 4, 5, 7, 5, 4, 6, 5, 5, 6, 4];
    let flat = analyze(&series(&counts, &[100.0; 12]), &Settings::default()).unwrap();
    assert!(flat.log_bayes_factor < 0.0 && flat.change_points.is_empty());
    let scaled = analyze(&series(&counts, &[0.1; 12]), &Settings::default()).unwrap();
    assert!((flat.log_bayes_factor - scaled.log_bayes_factor).abs() < 1e-9);
}

/// The p-value is the rank of the event among the placebo dates, counted by hand here.
#[test]
fn placebo_dates_by_hand() {
    let counts: Vec<f64> = (0..40).map(|t| if t >= 30 { 20.0 } else { 5.0 + f64::from(t % 3) }).collect();
    let points: Vec<Point> = counts
        .iter()
        .enumerate()
        .map(|(t, &value)| Point { period: Period::Year(1980 + t as i16), value, exposure: 1.0 })
        .collect();
    let series = Series::new("s", points).unwrap();
    let link = event_link(&series, jiff::civil::date(2010, 6, 1), 3, &EventLinkSettings::default()).unwrap();
    let statistic = |at: usize| {
        let sum = |from: usize| counts[from..from + 3].iter().sum::<f64>() + 0.5;
        ln(sum(at) / sum(at - 3))
    };
    assert!((link.statistic - statistic(30)).abs() < 1e-12);
    let placebos: Vec<usize> = (3..=37).filter(|at: &usize| at.abs_diff(30) >= 3).collect();
    assert_eq!(link.placebos.len(), placebos.len());
    let larger = placebos.iter().filter(|&&at| statistic(at).abs() >= statistic(30).abs()).count();
    assert!((link.p_value.get() - (1 + larger) as f64 / (1 + placebos.len()) as f64).abs() < 1e-12);
    assert_eq!(larger, 0);
}
