//! The posterior of one series in the words of the answer.

use std::ops::Range;

use measure::portable::{exp, ln, logistic, mean};
use measure::{Interval, Point, Probability, Series};

use crate::drift::{Drift, drift};
use crate::likelihood::softplus;
use crate::posterior::{Aspect, Change, Component, Mixture, Model, Pair, Rates, dates};
use crate::settings::Scale;
use crate::shifts::{
    CategoryShares, ChangePoint, Estimate, EvidenceAt, NumberProbability, PeriodInterval, PeriodProbability,
    Segment, Shifts,
};
use crate::{CostKind, Settings};

/// All of the answer but the optimal segmentation. `categories` are those whose shares the series is about, if any.
pub(crate) fn describe<M: Model>(
    series: &Series,
    settings: &Settings,
    mixture: &Mixture<M>,
    categories: &[String],
) -> Shifts {
    let numbers = mixture.number_posterior();
    let evidence = mixture.evidence_curve();
    let log_bayes_factor = evidence[evidence.len() - 1];
    let number = match settings.changes {
        Some(changes) => changes.min(numbers.len() - 1),
        None if log_bayes_factor > 0.0 => most_probable(&numbers),
        None => 0,
    };
    let dates = dates(mixture, number, settings.level);
    let regimes = regimes(&dates.changes, series.len());

    let weighted = mixture.weighted(|component| mixture.log_any(component));
    let dispersion = weighted.iter().map(|(weight, component)| weight * component.value).sum();
    let of_number = mixture.weighted(|component| mixture.log_joint(component, number));
    let components: Vec<_> =
        of_number.iter().filter(|(weight, _)| *weight > 1e-5).map(|(_, component)| *component).collect();
    let known = Known { series, settings, components: &components, regimes: &regimes };
    let (shares, aspect) = known.shares(categories);
    let rates = known.rates(aspect);
    let segments: Vec<Segment> = (0..regimes.len()).map(|i| known.segment(i, &rates, aspect)).collect();
    let changes = dates.changes.iter().enumerate();
    let change_points =
        changes.map(|(i, change)| known.change_point(change, i, &segments, &rates)).collect::<Vec<_>>();
    let periods = || series.points.iter().map(|point| point.period);
    Shifts {
        series: series.id.clone(),
        cost: settings.cost,
        dispersion,
        log_bayes_factor,
        season: Vec::new(),
        shares,
        notes: notes(series, settings, &numbers, mixture, &regimes),
        change_points,
        segments,
        posterior: periods()
            .zip(&dates.marginal)
            .map(|(period, &p)| PeriodProbability { period, probability: Probability::clamped(p) })
            .collect(),
        number_posterior: numbers
            .iter()
            .enumerate()
            .map(|(changes, &p)| NumberProbability { changes, probability: Probability::clamped(p) })
            .collect(),
        evidence_curve: periods()
            .zip(evidence)
            .map(|(period, log_bayes_factor)| EvidenceAt { period, log_bayes_factor })
            .collect(),
        optimal: Vec::new(),
        level: settings.level,
    }
}

fn most_probable(numbers: &[f64]) -> usize {
    // Of equally probable numbers the smallest.
    (1..numbers.len()).fold(1, |best, m| if numbers[m] > numbers[best] { m } else { best })
}

fn regimes(changes: &[Change], n: usize) -> Vec<Range<usize>> {
    let starts = || changes.iter().map(|change| change.at);
    std::iter::once(0).chain(starts()).zip(starts().chain([n])).map(|(from, to)| from..to).collect()
}

/// The regimes, given their dates, and the models that are left.
struct Known<'a, M> {
    series: &'a Series,
    settings: &'a Settings,
    components: &'a [&'a Component<M>],
    regimes: &'a [Range<usize>],
}

impl<M: Model> Known<'_, M> {
    fn rates(&self, aspect: Aspect) -> Rates {
        Rates::new(self.components, self.regimes, aspect)
    }

    fn rate(&self, aspect: Aspect, location: f64) -> f64 {
        self.components[0].model.rate(aspect, location)
    }

    /// The shares of all categories, and the one whose share moved most (without change the largest one).
    fn shares(&self, categories: &[String]) -> (Vec<CategoryShares>, Aspect) {
        let level = self.settings.level;
        let mut all: Vec<CategoryShares> = Vec::new();
        for (k, category) in categories.iter().enumerate() {
            let (aspect, rates) = (Aspect::Share(k), self.rates(Aspect::Share(k)));
            let of = |i: usize| {
                let Interval { low, high } = rates.interval(i, level);
                Interval::new(self.rate(aspect, low), self.rate(aspect, high))
            };
            all.push(CategoryShares {
                category: category.clone(),
                leading: false,
                shares: (0..self.regimes.len()).map(|i| rates.mean(i)).collect(),
                intervals: (0..self.regimes.len()).map(of).collect(),
            });
        }
        let moved = |one: &CategoryShares| match one.shares.as_slice() {
            [share] => *share,
            shares => shares.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f64::max),
        };
        let leading =
            (0..all.len()).fold(0, |best, k| if moved(&all[k]) > moved(&all[best]) { k } else { best });
        match all.get_mut(leading) {
            Some(one) => {
                one.leading = true;
                (all, Aspect::Share(leading))
            }
            None => (all, Aspect::Main),
        }
    }

    fn segment(&self, index: usize, rates: &Rates, aspect: Aspect) -> Segment {
        let range = self.regimes[index].clone();
        let points = &self.series.points[range.clone()];
        let Interval { low, high } = rates.interval(index, self.settings.level);
        let line = || [range.start, range.end - 1].map(|t| self.rates(Aspect::LevelAt(t)).mean(index));
        Segment {
            from: points[0].period,
            to: points[points.len() - 1].period,
            rate: rates.mean(index),
            rate_interval: Interval::new(self.rate(aspect, low), self.rate(aspect, high)),
            deviation: (self.settings.cost == CostKind::MeanVariance)
                .then(|| self.rates(Aspect::Deviation).mean(index)),
            line: (self.settings.cost == CostKind::Trend).then(line),
            count: points.iter().map(|point| point.value).sum(),
            exposure: points.iter().map(|point| point.exposure).sum(),
            periods: points.len(),
        }
    }

    fn change_point(
        &self,
        change: &Change,
        index: usize,
        segments: &[Segment],
        rates: &Rates,
    ) -> ChangePoint {
        let period = |i: usize| self.series.points[i].period;
        let level = self.settings.level;
        let Comparison { ratio, difference } = match self.settings.cost.scale() {
            Scale::Positive => compare_positive(rates, index, level),
            Scale::Share => compare_shares(rates, index, level),
            Scale::Line => compare_on_the_line(rates, index, level),
        };
        let deviation_ratio = (self.settings.cost == CostKind::MeanVariance)
            .then(|| compare_positive(&self.rates(Aspect::Deviation), index, level).ratio)
            .flatten();
        let jump = (self.settings.cost == CostKind::Trend)
            .then(|| compare_on_the_line(&self.rates(Aspect::LevelAt(change.at)), index, level).difference);
        ChangePoint {
            period: period(change.at),
            probability: Probability::clamped(change.probability),
            interval: PeriodInterval {
                from: period(change.interval.start),
                to: period(change.interval.end - 1),
            },
            rate_before: segments[index].rate,
            rate_after: segments[index + 1].rate,
            ratio: ratio.map(|ratio| ratio.median),
            ratio_interval: ratio.map(|ratio| ratio.interval),
            difference: difference.median,
            difference_interval: difference.interval,
            gap: (change.interval.start.max(1)..change.interval.end)
                .any(|i| period(i - 1).next() != Some(period(i))),
            deviation_ratio,
            jump,
        }
    }
}

struct Comparison {
    ratio: Option<Estimate>,
    difference: Estimate,
}

impl From<Pair> for Estimate {
    fn from(pair: Pair) -> Self {
        Self { median: pair.median, interval: pair.interval }
    }
}

/// The same of logarithms.
fn exponential(pair: Pair) -> Estimate {
    Estimate {
        median: exp(pair.median),
        interval: Interval::new(exp(pair.interval.low), exp(pair.interval.high)),
    }
}

/// Locations are logarithms of rates or standard deviations.
fn compare_positive(rates: &Rates, index: usize, level: f64) -> Comparison {
    let (before, after) = (rates.support(index), rates.support(index + 1));
    let log_range = Interval::new(after.low - before.high, after.high - before.low);
    let log_ratio = rates.compare(index, level, log_range, |x, before| before + x);
    let range = Interval::new(exp(after.low) - exp(before.high), exp(after.high) - exp(before.low));
    let difference = rates.compare(index, level, range, |x, before| ln((exp(before) + x).max(0.0)));
    Comparison { ratio: Some(exponential(log_ratio)), difference: difference.into() }
}

/// Locations are ln odds of shares.
fn compare_shares(rates: &Rates, index: usize, level: f64) -> Comparison {
    let (before, after) = (rates.support(index), rates.support(index + 1));
    let log_share = |location: f64| -softplus(-location);
    // Odds of a share that is e^x, or x.
    let of_log = |x: f64| if x < 0.0 { x - ln(-measure::portable::exp_m1(x)) } else { f64::INFINITY };
    let of_share = |x: f64| if x < 1.0 { ln(x.max(0.0)) - ln(1.0 - x.max(0.0)) } else { f64::INFINITY };
    let range = Interval::new(
        log_share(after.low) - log_share(before.high),
        log_share(after.high) - log_share(before.low),
    );
    let log_ratio = rates.compare(index, level, range, |x, before| of_log(log_share(before) + x));
    let range = Interval::new(
        logistic(after.low) - logistic(before.high),
        logistic(after.high) - logistic(before.low),
    );
    let difference = rates.compare(index, level, range, |x, before| of_share(logistic(before) + x));
    Comparison { ratio: Some(exponential(log_ratio)), difference: difference.into() }
}

/// Locations are means, slopes or values; a ratio is given when both are positive.
fn compare_on_the_line(rates: &Rates, index: usize, level: f64) -> Comparison {
    let (before, after) = (rates.support(index), rates.support(index + 1));
    let range = Interval::new(after.low - before.high, after.high - before.low);
    let difference = rates.compare(index, level, range, |x, before| before + x);
    let positive = before.low > 0.0 && after.low > 0.0;
    let ratio = positive.then(|| {
        let range = Interval::new(after.low / before.high, after.high / before.low);
        rates.compare(index, level, range, |x, before| before * x)
    });
    Comparison { ratio: ratio.map(Estimate::from), difference: difference.into() }
}

/// A limit with more posterior probability than this may have bound the answer.
const LIMIT_MATTERS: f64 = 0.01;

fn notes<M: Model>(
    series: &Series,
    settings: &Settings,
    numbers: &[f64],
    mixture: &Mixture<M>,
    regimes: &[Range<usize>],
) -> Vec<String> {
    let mut notes = Vec::new();
    let gaps: Vec<String> = series
        .points
        .windows(2)
        .filter(|pair| pair[0].period.next() != Some(pair[1].period))
        .map(|pair| format!("{}–{}", pair[0].period, pair[1].period))
        .collect();
    if !gaps.is_empty() {
        notes.push(format!("periods are missing between {}", gaps.join(", ")));
    }
    let limit = mixture.prior.max_changes;
    if numbers.len() == limit + 1 && numbers[limit] > LIMIT_MATTERS {
        notes.push(format!(
            "{limit} changes, the most that were considered, have probability {:.2}: there may be more",
            numbers[limit]
        ));
    }
    if mixture.at_limit {
        notes.push("the dispersion lies at the end of the range that was considered".into());
    }
    notes.extend(slow(series, settings.cost, regimes).map(|drift| drift.warning()));
    notes
}

/// Whether drift describes the series as well as changes of level do. Rates are compared as roots, whose variance is
/// about the same everywhere.
fn slow(series: &Series, cost: CostKind, regimes: &[Range<usize>]) -> Option<Drift> {
    let value = |point: &Point| match cost {
        CostKind::Poisson | CostKind::NegativeBinomial | CostKind::Binomial => {
            Some(((point.value + 0.375) / point.exposure).sqrt())
        }
        CostKind::Normal | CostKind::MeanVariance => Some(point.value),
        CostKind::Shares | CostKind::Variance | CostKind::Trend => None,
    };
    let values: Vec<f64> = series.points.iter().map(value).collect::<Option<_>>()?;
    let left = |regime: &Range<usize>| {
        let part = &values[regime.clone()];
        let center = mean(part);
        part.iter().map(|y| (y - center) * (y - center)).sum::<f64>()
    };
    let changes = regimes.len() - 1;
    let squares = regimes.iter().map(left).sum();
    if changes == 0 { None } else { drift(&values, squares, regimes.len() + 2 * changes) }
}
