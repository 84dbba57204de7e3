//! Panels against trying every set of shared changes and every set of own ones; and on made series with known changes.

use measure::portable::{exp, ln, ln_gamma, log_sum_exp};
use measure::{Period, Point, Seed, Series, Stream};
use shift::{CostKind, Panel, PanelSettings, ShiftError, leave_one_out, panel};

const SHARES: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];

fn series(id: &str, counts: &[f64]) -> Series {
    let point =
        |(t, &value): (usize, &f64)| Point { period: Period::Year(2000 + t as i16), value, exposure: 1.0 };
    Series::new(id, counts.iter().enumerate().map(point).collect()).unwrap()
}

/// ln probability of the Poisson counts of one regime, its ln rate normal with sd 1.5 around the overall one, by
/// Simpson's rule on 4,000 cells.
fn log_segment(all: &[f64], segment: &[f64]) -> f64 {
    let center = ln((all.iter().sum::<f64>() + 0.5) / all.len() as f64);
    let log_at = |u: f64| {
        let z = (u - center) / 1.5;
        let data: f64 = segment.iter().map(|y| y * u - exp(u) - ln_gamma(y + 1.0)).sum();
        data - 0.5 * z * z - ln(1.5) - 0.5 * ln(std::f64::consts::TAU)
    };
    let cells = 4000;
    let (low, high) = (center - 12.0, center + 9.0);
    let step = (high - low) / f64::from(cells);
    let terms: Vec<f64> = (0..=cells)
        .map(|i| {
            let weight = if i == 0 || i == cells {
                1.0
            } else if i % 2 == 1 {
                4.0
            } else {
                2.0
            };
            log_at(low + step * f64::from(i)) + ln(weight * step / 3.0)
        })
        .collect();
    log_sum_exp(&terms)
}

struct Truth {
    any: f64,
    numbers: Vec<f64>,
    shared: Vec<f64>,
    own: Vec<Vec<f64>>,
}

/// All sets of at most `most` shared changes with their shares, times all sets of changes of every series.
fn by_enumeration(counts: &[Vec<f64>], most: usize) -> Truth {
    let n = counts[0].len();
    let own = 1.0 - exp(-ln(2.0) / (n - 1) as f64);
    let segments: Vec<Vec<Vec<f64>>> = counts
        .iter()
        .map(|y| (0..n).map(|from| (from + 1..=n).map(|to| log_segment(y, &y[from..to])).collect()).collect())
        .collect();
    // Σ over the changes of one series given the probability of one in each period; and the share with one at t.
    let one = |i: usize, hazard: &[f64]| -> (f64, Vec<f64>) {
        let (mut logs, mut with) = (Vec::new(), vec![Vec::new(); n]);
        for mask in 0..1_u32 << (n - 1) {
            let starts: Vec<usize> = (1..n).filter(|t| mask >> (t - 1) & 1 == 1).collect();
            let mut log: f64 =
                (1..n).map(|t| ln(if starts.contains(&t) { hazard[t] } else { 1.0 - hazard[t] })).sum();
            let mut from = 0;
            for &to in starts.iter().chain([&n]) {
                log += segments[i][from][to - from - 1];
                from = to;
            }
            logs.push(log);
            starts.iter().for_each(|&t| with[t].push(log));
        }
        let total = log_sum_exp(&logs);
        (total, with.iter().map(|w| exp(log_sum_exp(w) - total)).collect())
    };
    let mut sets: Vec<Vec<(usize, usize)>> = vec![vec![]];
    let mut grown = sets.clone();
    for _ in 0..most {
        let mut next = Vec::new();
        for set in &grown {
            let from = set.last().map_or(1, |(t, _)| t + 1);
            for t in from..n {
                next.extend((0..SHARES.len()).map(|j| [set.as_slice(), &[(t, j)]].concat()));
            }
        }
        sets.extend(next.clone());
        grown = next;
    }
    let norm: f64 = (1..=most).map(|m| 0.5_f64.powi(m as i32)).sum();
    let choose = |m: usize| (0..m).map(|i| (n - 1 - i) as f64 / (i + 1) as f64).product::<f64>();
    let weighted: Vec<_> = sets
        .iter()
        .map(|set| {
            let m = set.len();
            let prior = if m == 0 { 0.5 } else { 0.5 * 0.5_f64.powi(m as i32) / norm };
            let mut hazard = vec![own; n];
            set.iter().for_each(|&(t, j)| hazard[t] = SHARES[j]);
            let each: Vec<_> = (0..counts.len()).map(|i| one(i, &hazard)).collect();
            let log =
                ln(prior / choose(m)) - m as f64 * ln(5.0) + each.iter().map(|(log, _)| log).sum::<f64>();
            (set, log, each)
        })
        .collect();
    let total = log_sum_exp(&weighted.iter().map(|(_, log, _)| *log).collect::<Vec<_>>());
    let mut truth = Truth {
        any: 0.0,
        numbers: vec![0.0; most + 1],
        shared: vec![0.0; n],
        own: vec![vec![0.0; n]; counts.len()],
    };
    for (set, log, each) in weighted {
        let p = exp(log - total);
        truth.numbers[set.len()] += p;
        set.iter().for_each(|&(t, _)| truth.shared[t] += p);
        for (sum, (_, at)) in truth.own.iter_mut().zip(&each) {
            for t in (1..n).filter(|t| set.iter().all(|(s, _)| s != t)) {
                sum[t] += p * at[t];
            }
        }
    }
    truth.any = 1.0 - truth.numbers[0];
    truth
}

fn check(counts: &[Vec<f64>], most: usize) {
    let all: Vec<Series> = counts.iter().enumerate().map(|(i, y)| series(&format!("s{i}"), y)).collect();
    let costs = vec![CostKind::Poisson; all.len()];
    let settings = PanelSettings { max_shared: most, sweeps: 20_000, ..PanelSettings::default() };
    let found = panel(&all, &costs, &settings, Seed(3)).unwrap();
    let truth = by_enumeration(counts, most);
    let near = |what: &str, a: f64, b: f64| assert!((a - b).abs() < 0.012, "{counts:?} {what}: {a} {b}");
    near("any", found.probability.get(), truth.any);
    for (one, expected) in found.number_posterior.iter().zip(&truth.numbers) {
        near("number", one.probability.get(), *expected);
    }
    for (one, expected) in found.posterior.iter().zip(&truth.shared) {
        near("shared", one.probability.get(), *expected);
    }
    for (one, expected) in found.own.iter().zip(&truth.own) {
        one.posterior.iter().zip(expected).for_each(|(p, e)| near("own", p.probability.get(), *e));
    }
    assert!(found.chains.high - found.chains.low < 0.03, "{:?}", found.chains);
}

#[test]
fn small_panels_agree_with_enumeration() {
    check(&[vec![1.0, 0.0, 2.0, 7.0, 9.0, 8.0], vec![3.0, 2.0, 4.0, 0.0, 1.0, 0.0]], 2);
    check(
        &[vec![5.0, 6.0, 20.0, 22.0, 19.0], vec![9.0, 8.0, 3.0, 1.0, 2.0], vec![4.0, 4.0, 5.0, 3.0, 4.0]],
        2,
    );
    check(&[vec![2.0, 3.0, 2.0, 3.0, 2.0], vec![10.0, 11.0, 9.0, 40.0, 38.0]], 3);
}

fn poisson(mean: f64, stream: &mut Stream) -> f64 {
    let (limit, mut product, mut count) = (exp(-mean), stream.uniform(), 0.0);
    while product > limit {
        product *= stream.uniform();
        count += 1.0;
    }
    count
}

/// Five series of 60 months: three change with month 30, the fourth by itself with month 45, the fifth never.
fn made(seed: u64) -> (Vec<Series>, Panel) {
    let mut stream = Seed(seed).stream("made", 0);
    let mut one = |id: &str, change: i64, before: f64, after: f64| {
        let points = (0..60).map(|t| {
            let exposure = 0.5 + (t % 3) as f64 * 0.25;
            let mean = exposure * if t < change { before } else { after };
            Point { period: Period::Index(t), value: poisson(mean, &mut stream), exposure }
        });
        Series::new(id, points.collect()).unwrap()
    };
    let all = vec![
        one("up", 30, 4.0, 12.0),
        one("down", 30, 12.0, 4.0),
        one("new", 30, 0.5, 4.0),
        one("later", 45, 10.0, 3.0),
        one("never", 60, 6.0, 6.0),
    ];
    let found = panel(&all, &[CostKind::NegativeBinomial; 5], &PanelSettings::default(), Seed(1)).unwrap();
    (all, found)
}

#[test]
fn shared_and_own_changes_are_told_apart() {
    for seed in [1, 2, 3] {
        let (all, found) = made(seed);
        assert!(found.probability.get() > 0.95 && found.left_out.is_empty());
        let [change] = found.shared.as_slice() else { panic!("{seed}: {:?}", found.shared) };
        assert!(change.interval.contains(Period::Index(30)), "{seed}: {change:?}");
        let part = |id: &str| change.drivers.iter().find(|one| one.series == id).unwrap();
        for id in ["up", "down", "new"] {
            assert!(
                part(id).takes_part.get() > 0.8 && part(id).log_bayes_factor > 0.5,
                "{seed} {:?}",
                part(id)
            );
        }
        assert!(part("up").rate_after > 2.0 * part("up").rate_before);
        assert!(part("down").rate_before > 2.0 * part("down").rate_after);
        for id in ["later", "never"] {
            assert!(part(id).takes_part.get() < 0.5 && part(id).log_bayes_factor < 0.0, "{:?}", part(id));
        }
        assert!(change.drivers.windows(2).all(|two| two[0].log_bayes_factor >= two[1].log_bayes_factor));
        let own = |id: &str| found.own.iter().find(|one| one.series == id).unwrap();
        assert!(own("later").changes.iter().any(|change| change.interval.contains(Period::Index(45))));
        assert!(own("never").changes.is_empty() && own("up").changes.is_empty());
        // Without one of the three the other two still share it.
        let costs = [CostKind::NegativeBinomial; 5];
        for left_out in [0, 4] {
            let without =
                leave_one_out(&all, &costs, &PanelSettings::default(), Seed(1), &found, left_out).unwrap();
            assert!(without.len() == 1 && without[0].probability.get() > 0.5, "{without:?}");
        }
    }
}

#[test]
fn one_series_alone_is_no_shared_change() {
    let mut stream = Seed(8).stream("alone", 0);
    let mut counts = |change: i64| -> Vec<f64> {
        (0..40).map(|t| poisson(if t < change { 5.0 } else { 25.0 }, &mut stream)).collect()
    };
    let all = [series("moves", &counts(20)), series("a", &counts(40)), series("b", &counts(40))];
    let found = panel(&all, &[CostKind::Poisson; 3], &PanelSettings::default(), Seed(1)).unwrap();
    assert!(found.probability.get() < 0.4 && found.shared.is_empty(), "{}", found.probability.get());
    assert_eq!(found.own[0].changes.len(), 1);
    assert_eq!(found.own[0].changes[0].period, Period::Year(2020));
}

#[test]
fn gaps_other_spans_and_what_cannot_be_examined() {
    let mut stream = Seed(4).stream("gaps", 0);
    let mut counts = |n: usize, change: usize| -> Vec<f64> {
        (0..n).map(|t| poisson(if t < change { 3.0 } else { 15.0 }, &mut stream)).collect()
    };
    let long = series("long", &counts(40, 20));
    let mut gap = series("gap", &counts(40, 20));
    gap.points.retain(|p| !(2010..2015).contains(&year(p.period)));
    let mut short = series("short", &counts(30, 20));
    short.points.retain(|p| year(p.period) >= 2012);
    let one = series("one", &[1.0]);
    let all = [long.clone(), gap, one, short];
    let found = panel(&all, &[CostKind::NegativeBinomial; 4], &PanelSettings::default(), Seed(1)).unwrap();
    assert_eq!((found.series.len(), found.left_out[0].0.as_str()), (3, "one"));
    assert!(found.shared[0].interval.contains(Period::Year(2020)), "{:?}", found.shared);
    assert_eq!(found.posterior.len(), 40);
    let again = panel(&all, &[CostKind::NegativeBinomial; 4], &PanelSettings::default(), Seed(1)).unwrap();
    assert_eq!(found, again);
    let alone = panel(std::slice::from_ref(&long), &[CostKind::Poisson], &PanelSettings::default(), Seed(1));
    assert!(matches!(alone, Err(ShiftError::TooFewSeries { found: 1, .. })));
    let index = Series::new(
        "i",
        (0..9).map(|t| Point { period: Period::Index(t), value: 1.0, exposure: 1.0 }).collect(),
    );
    let mixed = panel(&[long, index.unwrap()], &[CostKind::Poisson; 2], &PanelSettings::default(), Seed(1));
    assert!(matches!(mixed, Err(ShiftError::Calendars { .. })));
}

fn year(period: Period) -> i16 {
    period.first_day().unwrap().year()
}

#[test]
fn measured_values_share_a_change_too() {
    let mut stream = Seed(6).stream("normal", 0);
    let mut values = |step: f64| -> Vec<f64> {
        (0..50).map(|t| 100.0 + if t < 25 { 0.0 } else { step } + stream.normal()).collect()
    };
    let all = [series("a", &values(2.0)), series("b", &values(-2.0)), series("c", &values(0.0))];
    let found = panel(&all, &[CostKind::Normal; 3], &PanelSettings::default(), Seed(1)).unwrap();
    assert!(found.shared[0].interval.contains(Period::Year(2025)), "{:?}", found.shared);
    let last = found.shared[0].drivers.last().unwrap();
    assert!(last.series == "c" && last.log_bayes_factor < 0.0, "{last:?}");
    assert!((found.shared[0].drivers[0].rate_before - 100.0).abs() < 1.0);
}
