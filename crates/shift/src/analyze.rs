use std::ops::Range;

use measure::portable::{exp, ln};
use measure::{Interval, Probability, Series, Stream};

use crate::likelihood::{
    Counts, Likelihood, NegativeBinomial, NegativeBinomialLattice, NormalLattice, Nuisance, Poisson,
};
use crate::posterior::{Change, Draw, Mixture, NumberPrior, Rates, dates, sample};
use crate::season::without_season;
use crate::segmentation::{
    EqualExposureCost, NormalCost, OneParameter, PoissonCost, Segmentation, fixed, fpop, lattice,
};
use crate::shifts::{
    ChangePoint, EvidenceAt, NumberProbability, PeriodInterval, PeriodProbability, Segment, Shifts,
};
use crate::{CostKind, RatePrior, Settings, ShiftError};

/// Counts above this lose their last digit in sums of doubles over long series.
const LARGEST_COUNT: f64 = 1e12;

/// Exact posterior over the number and the dates of changes in one series.
///
/// Values y_t with exposure e_t > 0, at least `2 × min_segment` observed periods; periods without a point are
/// missing, only observed ones enter. Within a regime the expected count is e_t × rate (for
/// [`CostKind::Normal`] the expected value is the mean of the regime, and a period's weight is its exposure
/// relative to the mean exposure). The prior:
///
/// - P(no change) = ½, P(m changes) ∝ 2^−m for m = 1…`max_changes`; all positions are equally probable;
/// - rates of regimes are independent, by [`RatePrior`] around the overall rate;
/// - the dispersion α is common to all regimes; the variance-to-mean ratio at the mean count, 1 + α × mean,
///   exceeds x with prior probability x^−½ (σ of `normal`: ln σ uniform).
///
/// Rates and dispersion are summed over grids whose spacing makes the sums as good as integrals: relative
/// errors of evidences are about 10⁻⁴ for the dispersion and 10⁻⁶ for rates.
///
/// When the odds favor a change, the reported changes are those of the most probable number of changes;
/// their dates are the modes of their distributions (kept in order), their intervals the narrowest of mass
/// `level`, their probability is that of at least one change within the interval over all numbers of
/// changes. Rates, ratios and differences are given these dates.
///
/// # Errors
/// [`ShiftError::TooShort`]; [`ShiftError::NotACount`] and [`ShiftError::TooLarge`] name the first bad period;
/// [`ShiftError::Setting`].
///
/// # Cost
/// O(n × max_changes × grid) time per dispersion (some twenty of them); the grid grows as the square root of
/// the total count, less where counts are over-dispersed. The optimal segmentation beside it takes O(n) to
/// O(n²) evaluations of the cost. `examples/speed.rs` measures.
///
/// Fearnhead (2006), Exact and efficient Bayesian inference for multiple changepoint problems, Statistics and
/// Computing 16:203–213.
pub fn analyze(series: &Series, settings: &Settings) -> Result<Shifts, ShiftError> {
    check(series, settings)?;
    let Some(season) = settings.season else { return examine(series, settings) };
    let (effects, adjusted) = without_season(series, season, settings)?;
    let mut shifts = examine(&adjusted, settings)?;
    for segment in &mut shifts.segments {
        let own = series.points.iter().filter(|p| (segment.from..=segment.to).contains(&p.period));
        segment.count = own.clone().map(|point| point.value).sum();
        segment.exposure = own.map(|point| point.exposure).sum();
    }
    shifts.notes.push(format!(
        "the effects of the {season} were estimated together with the changes; dates and odds of changes are given these effects"
    ));
    shifts.season = effects;
    Ok(shifts)
}

fn examine(series: &Series, settings: &Settings) -> Result<Shifts, ShiftError> {
    let counts = || Counts::new(series, settings.rate_prior);
    match settings.cost {
        CostKind::Poisson => posterior(series, settings, &Poisson::new(counts())),
        CostKind::NegativeBinomial => posterior(series, settings, &NegativeBinomialLattice::new(counts())),
        CostKind::Normal => posterior(series, settings, &NormalLattice::new(series)),
    }
}

/// Draws from the posterior, without effects of a season.
pub(crate) fn draws(
    series: &Series,
    settings: &Settings,
    count: usize,
    stream: &mut Stream,
) -> Result<Vec<Draw>, ShiftError> {
    check(series, settings)?;
    if let Some(season) = settings.season {
        let (_, adjusted) = without_season(series, season, settings)?;
        return draws(&adjusted, &Settings { season: None, ..settings.clone() }, count, stream);
    }
    let prior = NumberPrior { max_changes: settings.max_changes, min_segment: settings.min_segment };
    let counts = || Counts::new(series, settings.rate_prior);
    Ok(match settings.cost {
        CostKind::Poisson => sample(&Mixture::fit(&Poisson::new(counts()), prior), count, stream),
        CostKind::NegativeBinomial => {
            sample(&Mixture::fit(&NegativeBinomialLattice::new(counts()), prior), count, stream)
        }
        CostKind::Normal => sample(&Mixture::fit(&NormalLattice::new(series), prior), count, stream),
    })
}

fn check(series: &Series, settings: &Settings) -> Result<(), ShiftError> {
    check_settings(settings)?;
    let needed = settings.min_segment.saturating_mul(2);
    if series.len() < needed {
        return Err(ShiftError::TooShort { series: series.id.clone(), found: series.len(), needed });
    }
    if settings.cost == CostKind::Normal {
        return Ok(());
    }
    for point in &series.points {
        let (series, period, value) = (series.id.clone(), point.period, point.value);
        if !(value >= 0.0 && value == value.trunc()) {
            return Err(ShiftError::NotACount { series, period, value });
        }
        if value > LARGEST_COUNT {
            return Err(ShiftError::TooLarge { series, period, value });
        }
    }
    Ok(())
}

fn check_settings(settings: &Settings) -> Result<(), ShiftError> {
    let (prior, prior_value) = match settings.rate_prior {
        RatePrior::LogNormal(sd) => ("rate_prior.log_normal", sd),
        RatePrior::Gamma(shape) => ("rate_prior.gamma", shape),
    };
    let penalty = settings.penalty.per_change(2);
    let rules = [
        ("level", settings.level, settings.level > 0.0 && settings.level < 1.0, "a number between 0 and 1"),
        ("max_changes", settings.max_changes as f64, settings.max_changes >= 1, "at least 1"),
        ("min_segment", settings.min_segment as f64, settings.min_segment >= 1, "at least 1"),
        (prior, prior_value, (0.05..=20.0).contains(&prior_value), "a number from 0.05 to 20"),
        ("penalty", penalty, penalty.is_finite(), "a finite number"),
    ];
    match rules.into_iter().find(|(_, _, fine, _)| !fine) {
        Some((setting, value, _, expected)) => Err(ShiftError::Setting { setting, value, expected }),
        None => Ok(()),
    }
}

fn posterior<N: Nuisance>(series: &Series, settings: &Settings, nuisance: &N) -> Result<Shifts, ShiftError> {
    let prior = NumberPrior { max_changes: settings.max_changes, min_segment: settings.min_segment };
    let mixture = Mixture::fit(nuisance, prior);
    let numbers = mixture.number_posterior();
    let evidence = mixture.evidence_curve();
    let log_bayes_factor = evidence[evidence.len() - 1];
    let number = match settings.changes {
        Some(changes) => changes.min(numbers.len() - 1),
        None if log_bayes_factor > 0.0 => most_probable(&numbers),
        None => 0,
    };
    let dates = dates(&mixture, number, settings.level);
    let regimes = regimes(&dates.changes, series.len());

    let weighted = mixture.weighted(|component| mixture.log_any(component));
    let dispersion = weighted.iter().map(|(weight, component)| weight * component.value).sum();
    let of_number = mixture.weighted(|component| mixture.log_joint(component, number));
    let components: Vec<_> =
        of_number.iter().filter(|(weight, _)| *weight > 1e-5).map(|(_, component)| *component).collect();
    let rates = Rates::new(&components, &regimes);
    let likelihood = &components[0].likelihood;

    let level = settings.level;
    let segments: Vec<Segment> = regimes
        .iter()
        .enumerate()
        .map(|(i, range)| segment(series, range, i, &rates, likelihood, level))
        .collect();
    let change_points = dates.changes.iter().enumerate();
    let change_points = change_points
        .map(|(i, change)| change_point(series, change, i, &segments, &rates, settings))
        .collect::<Vec<_>>();
    let periods = || series.points.iter().map(|point| point.period);
    Ok(Shifts {
        series: series.id.clone(),
        cost: settings.cost,
        dispersion,
        log_bayes_factor,
        season: Vec::new(),
        notes: notes(series, &numbers, &mixture),
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
        optimal: optimal(series, settings, dispersion),
        level,
    })
}

fn most_probable(numbers: &[f64]) -> usize {
    // Of equally probable numbers the smallest.
    (1..numbers.len()).fold(1, |best, m| if numbers[m] > numbers[best] { m } else { best })
}

fn regimes(changes: &[Change], n: usize) -> Vec<Range<usize>> {
    let starts = || changes.iter().map(|change| change.at);
    std::iter::once(0).chain(starts()).zip(starts().chain([n])).map(|(from, to)| from..to).collect()
}

fn segment(
    series: &Series,
    range: &Range<usize>,
    index: usize,
    rates: &Rates,
    likelihood: &impl Likelihood,
    level: f64,
) -> Segment {
    let points = &series.points[range.clone()];
    Segment {
        from: points[0].period,
        to: points[points.len() - 1].period,
        rate: rates.mean(index),
        rate_interval: rates.interval(index, level, |location| likelihood.rate(location)),
        count: points.iter().map(|point| point.value).sum(),
        exposure: points.iter().map(|point| point.exposure).sum(),
        periods: points.len(),
    }
}

fn change_point(
    series: &Series,
    change: &Change,
    index: usize,
    segments: &[Segment],
    rates: &Rates,
    settings: &Settings,
) -> ChangePoint {
    let period = |i: usize| series.points[i].period;
    let Comparison { ratio, ratio_interval, difference, difference_interval } =
        if settings.cost == CostKind::Normal { compare_means } else { compare_rates }(
            rates,
            index,
            settings.level,
        );
    ChangePoint {
        period: period(change.at),
        probability: Probability::clamped(change.probability),
        interval: PeriodInterval { from: period(change.interval.start), to: period(change.interval.end - 1) },
        rate_before: segments[index].rate,
        rate_after: segments[index + 1].rate,
        ratio,
        ratio_interval,
        difference,
        difference_interval,
        gap: (change.interval.start.max(1)..change.interval.end)
            .any(|i| period(i - 1).next() != Some(period(i))),
    }
}

struct Comparison {
    ratio: Option<f64>,
    ratio_interval: Option<Interval>,
    difference: f64,
    difference_interval: Interval,
}

/// Locations are ln rates.
fn compare_rates(rates: &Rates, index: usize, level: f64) -> Comparison {
    let (before, after) = (rates.support(index), rates.support(index + 1));
    let log_range = Interval::new(after.low - before.high, after.high - before.low);
    let log_ratio = rates.compare(index, level, log_range, |x, before| before + x);
    let range = Interval::new(exp(after.low) - exp(before.high), exp(after.high) - exp(before.low));
    let difference = rates.compare(index, level, range, |x, before| ln((exp(before) + x).max(0.0)));
    Comparison {
        ratio: Some(exp(log_ratio.median)),
        ratio_interval: Some(Interval::new(exp(log_ratio.interval.low), exp(log_ratio.interval.high))),
        difference: difference.median,
        difference_interval: difference.interval,
    }
}

/// Locations are means; a ratio is given when both have one sign.
fn compare_means(rates: &Rates, index: usize, level: f64) -> Comparison {
    let (before, after) = (rates.support(index), rates.support(index + 1));
    let range = Interval::new(after.low - before.high, after.high - before.low);
    let difference = rates.compare(index, level, range, |x, before| before + x);
    let positive = before.low > 0.0 && after.low > 0.0;
    let ratio = positive.then(|| {
        let range = Interval::new(after.low / before.high, after.high / before.low);
        rates.compare(index, level, range, |x, before| before * x)
    });
    Comparison {
        ratio: ratio.as_ref().map(|pair| pair.median),
        ratio_interval: ratio.map(|pair| pair.interval),
        difference: difference.median,
        difference_interval: difference.interval,
    }
}

/// A limit with more posterior probability than this may have bound the answer.
const LIMIT_MATTERS: f64 = 0.01;

fn notes<L: Likelihood>(series: &Series, numbers: &[f64], mixture: &Mixture<L>) -> Vec<String> {
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
            "{limit} changes, the most that were considered, have probability {:.2}: raise `max_changes`",
            numbers[limit]
        ));
    }
    if mixture.at_limit {
        notes.push("the dispersion lies at the end of the range that was considered".into());
    }
    notes
}

/// The segmentation of lowest penalized cost, or of lowest cost with the number of changes that was asked for;
/// negative binomial counts with unequal exposures are searched on a lattice of rates (with a fixed number by
/// Poisson cost).
fn optimal(series: &Series, settings: &Settings, dispersion: f64) -> Vec<measure::Period> {
    let starts = match settings.cost {
        CostKind::Poisson => either(&PoissonCost::new(series), settings).starts,
        CostKind::Normal => either(&NormalCost::new(series, dispersion), settings).starts,
        CostKind::NegativeBinomial => match EqualExposureCost::new(series, dispersion) {
            Some(cost) => either(&cost, settings).starts,
            None if settings.changes.is_some() => either(&PoissonCost::new(series), settings).starts,
            None => {
                let likelihood = NegativeBinomial::new(Counts::new(series, settings.rate_prior), dispersion);
                lattice(&likelihood, &likelihood.grid(), settings.penalty.per_change(series.len())).starts
            }
        },
    };
    starts.into_iter().map(|start| series.points[start].period).collect()
}

fn either(cost: &impl OneParameter, settings: &Settings) -> Segmentation {
    match settings.changes {
        Some(changes) => fixed(cost, changes),
        None => fpop(cost, settings.penalty),
    }
}
