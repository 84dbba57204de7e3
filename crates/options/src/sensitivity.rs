use measure::{Interval, Seed};
use serde::{Deserialize, Serialize};

use measure::portable::{mean, normal_quantile, sum};

use crate::Worlds;
use crate::weighted::order;

/// How much one uncertain quantity explains of a difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// Id of the parameter; `hypothesis` for the hypothesis.
    pub parameter: String,
    /// First-order Sobol' index: share of the variance explained by it alone.
    pub first_order: f64,
    /// 90 % interval from resampled worlds.
    pub interval: Interval,
    /// Spearman's rank correlation with the difference; 0 for the hypothesis.
    pub rank_correlation: f64,
}

/// First-order Sobol' index of every parameter that varies, and of the hypothesis, for `y` per world.
///
/// Given-data estimate: worlds are cut into classes of equal number by the parameter, and the variance
/// of the class means, less what chance alone gives it, is compared with the whole.
///
/// Worlds count alike.
///
/// Plischke (2010), An effective algorithm for computing global sensitivity indices (EASI), Reliability
/// Engineering & System Safety 95:354–360; Plischke, Borgonovo & Smith (2013), EJOR 226:536–550.
///
/// # Panics
/// If `y` has another length than there are worlds.
pub fn sensitivity(worlds: &Worlds, y: &[f64], seed: Seed) -> Vec<Sensitivity> {
    assert_eq!(y.len(), worlds.len(), "one value per world");
    let varies = |values: &[f64]| values.iter().any(|x| *x != values[0]);
    let ranks_of_y = ranks(y);
    let mut all: Vec<Sensitivity> = worlds
        .parameters()
        .iter()
        .filter(|parameter| varies(&parameter.values))
        .map(|parameter| {
            let (classes, number) = classes(&parameter.values);
            let (first_order, interval) = first_order(&classes, number, y, seed);
            let rank_correlation = correlation(&ranks(&parameter.values), &ranks_of_y);
            Sensitivity { parameter: parameter.id.clone(), first_order, interval, rank_correlation }
        })
        .collect();
    if worlds.hypotheses().len() > 1 {
        let classes: Vec<usize> = (0..worlds.len()).filter_map(|world| worlds.hypothesis(world)).collect();
        let (first_order, interval) = first_order(&classes, worlds.hypotheses().len(), y, seed);
        all.push(Sensitivity {
            parameter: "hypothesis".into(),
            first_order,
            interval,
            rank_correlation: 0.0,
        });
    }
    all.sort_by(|a, b| b.first_order.total_cmp(&a.first_order));
    all
}

/// Bootstrap samples behind an interval.
const RESAMPLES: u64 = 100;

/// The index and its 90 % interval.
fn first_order(classes: &[usize], number: usize, y: &[f64], seed: Seed) -> (f64, Interval) {
    let everything: Vec<usize> = (0..y.len()).collect();
    let estimate = explained(classes, number, y, &everything);
    let resampled: Vec<f64> = (0..RESAMPLES)
        .map(|resample| {
            // The same resamples for every parameter.
            let mut stream = seed.stream("sensitivity resample", resample);
            let drawn: Vec<usize> = (0..y.len()).map(|_| stream.index(y.len())).collect();
            explained(classes, number, y, &drawn)
        })
        .collect();
    let centre = mean(&resampled);
    let spread = sum(resampled.iter().map(|s| (s - centre) * (s - centre))) / (RESAMPLES as f64 - 1.0);
    // Resampled worlds repeat, which shifts their estimates but not their spread.
    let half = normal_quantile(0.95) * spread.sqrt();
    let within = |x: f64| x.clamp(0.0, 1.0);
    (within(estimate), Interval::new(within(estimate - half), within(estimate + half)))
}

/// Share of the variance between classes, less what chance gives it: ε² of Kelley (1935), An unbiased
/// correlation ratio measure, PNAS 21:554–559.
fn explained(classes: &[usize], number: usize, y: &[f64], worlds: &[usize]) -> f64 {
    let centre = sum(worlds.iter().map(|&world| y[world])) / worlds.len() as f64;
    let (mut counts, mut sums, mut total) = (vec![0.0_f64; number], vec![0.0_f64; number], 0.0_f64);
    for &world in worlds {
        let off = y[world] - centre;
        counts[classes[world]] += 1.0;
        sums[classes[world]] += off;
        total += off * off;
    }
    let filled = counts.iter().filter(|&&count| count > 0.0).count() as f64;
    let n = worlds.len() as f64;
    if total <= f64::MIN_POSITIVE || n <= filled {
        return 0.0;
    }
    let between = sum(counts.iter().zip(&sums).filter(|(n, _)| **n > 0.0).map(|(n, s)| s * s / n));
    1.0 - (total - between) / total * (n - 1.0) / (n - filled)
}

/// A class per world, about √n of them and of equal number; equal values share one.
fn classes(values: &[f64]) -> (Vec<usize>, usize) {
    let n = values.len();
    let most = ((n as f64).sqrt() as usize).clamp(2, 64);
    let order = order(values);
    let mut classes = vec![0; n];
    let (mut number, mut cut) = (0, 0);
    for (rank, &world) in order.iter().enumerate() {
        let new_value = rank > 0 && values[world] > values[order[rank - 1]];
        if new_value && rank * most / n > cut {
            number += 1;
            cut = rank * most / n;
        }
        classes[world] = number;
    }
    (classes, number + 1)
}

/// Ranks from 1, ties at their mean.
fn ranks(values: &[f64]) -> Vec<f64> {
    let order = order(values);
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let same = order[start..].iter().take_while(|&&world| values[world] == values[order[start]]).count();
        let rank = start as f64 + (same as f64 + 1.0) / 2.0;
        order[start..start + same].iter().for_each(|&world| ranks[world] = rank);
        start += same;
    }
    ranks
}

/// Pearson's correlation; 0 where one of them does not vary.
fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x), mean(y));
    let product =
        |a: &[f64], ma: f64, b: &[f64], mb: f64| sum(a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)));
    let scale = (product(x, mx, x, mx) * product(y, my, y, my)).sqrt();
    if scale == 0.0 { 0.0 } else { product(x, mx, y, my) / scale }
}
