//! Effects of the time of year or week, estimated together with the changes.

use std::fmt;

use measure::portable::{exp, ln};
use measure::{Period, Seed, Series};
use serde::{Deserialize, Serialize};

use crate::analyze::draws;
use crate::{CostKind, Settings, ShiftError};

/// What recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// The month of the year (the quarter, for quarters).
    Month,
    /// The day of the week.
    Weekday,
    /// The week of the year, 1–53 from January 1 (the last of one or two days): anniversaries, exercises.
    Week,
}

impl Season {
    /// The part of the season that a period belongs to, from 0; `None` where it has none.
    pub fn part(self, period: Period) -> Option<usize> {
        match (self, period) {
            (Self::Month, Period::Month { month, .. }) => Some(month as usize - 1),
            (Self::Month, Period::Quarter { quarter, .. }) => Some(quarter as usize - 1),
            (Self::Month, Period::Day(day)) => Some(day.month() as usize - 1),
            (Self::Weekday, Period::Day(day)) => Some(day.weekday().to_monday_zero_offset() as usize),
            (Self::Week, Period::Day(day)) => Some((day.day_of_year() as usize - 1) / 7),
            _ => None,
        }
    }

    fn parts(self) -> usize {
        match self {
            Self::Month => 12,
            Self::Weekday => 7,
            Self::Week => 53,
        }
    }
}

impl fmt::Display for Season {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Month => "month",
            Self::Weekday => "weekday",
            Self::Week => "week",
        })
    }
}

/// The effect of one part of the season.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeasonEffect {
    /// From 1: January, the first quarter, Monday, the first week.
    pub part: usize,
    /// Times the rate of the regime; for `normal` added to its mean. Over the observed periods their mean logarithm
    /// (mean) is 0.
    pub effect: f64,
    /// Observed periods.
    pub periods: usize,
}

/// Prior standard deviation of ln effect: one part in twenty lies outside 0.37 to 2.7. For `normal` it is that of
/// the values.
const SPREAD: f64 = 0.5;
const ITERATIONS: usize = 12;
/// Draws of the changes at each iteration.
const DRAWS: usize = 200;
/// Effects that move by less than this no longer move.
const STILL: f64 = 2e-3;

/// The effects at the mode of their posterior with numbers, dates and rates of the regimes summed out: expectation
/// (of the rates, over draws from the exact posterior given the effects) and maximization (of each effect, under a
/// normal prior) in turn, from the ratios to a moving average over one season. The dispersion is that of the
/// draws. What follows about changes is exact given these effects; their own uncertainty is not in it.
///
/// Returns the effect of each part that was observed, and the series without them: exposures multiplied by the
/// effect, or values less the effect.
///
/// # Errors
/// As [`analyze`](crate::analyze); [`ShiftError::NoSeason`] for periods without such parts.
pub(crate) fn without_season(
    series: &Series,
    season: Season,
    settings: &Settings,
) -> Result<(Vec<SeasonEffect>, Series), ShiftError> {
    let parts: Option<Vec<usize>> = series.points.iter().map(|point| season.part(point.period)).collect();
    let parts = parts.ok_or_else(|| ShiftError::NoSeason { series: series.id.clone(), season })?;
    let plain = Settings { season: None, ..settings.clone() };
    let counts = settings.cost != CostKind::Normal;
    let mut effects = first_guess(series, &parts, season, counts);
    for iteration in 0..ITERATIONS {
        let adjusted = adjust(series, &parts, &effects, counts);
        let mut stream = Seed(0).stream("shift-season", iteration as u64);
        let (drawn, _) = draws(&adjusted, &plain, DRAWS, &mut stream)?;
        let mut rates = vec![0.0; series.len()];
        let mut dispersion = 0.0;
        for one in &drawn {
            dispersion += one.dispersion / DRAWS as f64;
            for (regime, rate) in one.regimes.iter().zip(&one.rates) {
                rates[regime.clone()].iter_mut().for_each(|sum| *sum += rate / DRAWS as f64);
            }
        }
        let mut next: Vec<f64> = (0..season.parts())
            .map(|part| {
                let own = (0..series.len()).filter(|&t| parts[t] == part);
                if counts {
                    log_effect(series, own, &rates, dispersion, effects[part])
                } else {
                    shift_effect(series, own, &rates, dispersion)
                }
            })
            .collect();
        center(&mut next, &parts);
        let moved = next.iter().zip(&effects).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        effects = next;
        if moved < STILL * if counts { 1.0 } else { spread(series) } {
            break;
        }
    }
    let adjusted = adjust(series, &parts, &effects, counts);
    let found = (0..season.parts()).map(|part| SeasonEffect {
        part: part + 1,
        effect: if counts { exp(effects[part]) } else { effects[part] },
        periods: parts.iter().filter(|&&own| own == part).count(),
    });
    Ok((found.filter(|effect| effect.periods > 0).collect(), adjusted))
}

fn adjust(series: &Series, parts: &[usize], effects: &[f64], counts: bool) -> Series {
    let mut adjusted = series.clone();
    for (point, &part) in adjusted.points.iter_mut().zip(parts) {
        if counts {
            point.exposure *= exp(effects[part]);
        } else {
            point.value -= effects[part];
        }
    }
    adjusted
}

/// Mean 0 over the observed periods: the rest is the level of the regimes.
fn center(effects: &mut [f64], parts: &[usize]) {
    let mean = parts.iter().map(|&part| effects[part]).sum::<f64>() / parts.len() as f64;
    effects.iter_mut().for_each(|effect| *effect -= mean);
}

fn spread(series: &Series) -> f64 {
    let n = series.len() as f64;
    let mean = series.points.iter().map(|p| p.value).sum::<f64>() / n;
    let variance = series.points.iter().map(|p| (p.value - mean) * (p.value - mean)).sum::<f64>() / n;
    if variance > 0.0 { variance.sqrt() } else { 1.0 }
}

/// Each part against a moving average over one season.
fn first_guess(series: &Series, parts: &[usize], season: Season, counts: bool) -> Vec<f64> {
    let (n, half) = (series.len(), season.parts() / 2);
    let rates: Vec<f64> = (0..n)
        .map(|t| {
            let near = &series.points[t.saturating_sub(half)..(t + half).min(n)];
            let sum = near.iter().map(|p| p.value).sum::<f64>();
            if counts {
                (sum + 0.5) / near.iter().map(|p| p.exposure).sum::<f64>()
            } else {
                sum / near.len() as f64
            }
        })
        .collect();
    let mut effects: Vec<f64> = (0..season.parts())
        .map(|part| {
            let own = || (0..n).filter(|&t| parts[t] == part);
            if counts {
                log_effect(series, own(), &rates, 0.0, 0.0)
            } else {
                shift_effect(series, own(), &rates, spread(series))
            }
        })
        .collect();
    center(&mut effects, parts);
    effects
}

/// ln effect at the mode, by Newton's method: Σ (y − μ)(…)  of the negative binomial, less the pull of the prior.
fn log_effect(
    series: &Series,
    own: impl Iterator<Item = usize>,
    rates: &[f64],
    alpha: f64,
    from: f64,
) -> f64 {
    let own: Vec<(f64, f64)> =
        own.map(|t| (series.points[t].value, series.points[t].exposure * rates[t])).collect();
    let mut effect = from;
    for _ in 0..30 {
        let (mut slope, mut bend) = (-effect / (SPREAD * SPREAD), 1.0 / (SPREAD * SPREAD));
        for &(y, expected) in &own {
            let mean = expected * exp(effect);
            let one = 1.0 + alpha * mean;
            slope += (y - mean) / one;
            bend += mean * (1.0 + alpha * y) / (one * one);
        }
        let step = (slope / bend).clamp(-1.0, 1.0);
        effect += step;
        if step.abs() < 1e-9 {
            break;
        }
    }
    effect.clamp(-ln(1e4), ln(1e4))
}

fn shift_effect(series: &Series, own: impl Iterator<Item = usize>, means: &[f64], sd: f64) -> f64 {
    let typical = series.points.iter().map(|p| p.exposure).sum::<f64>() / series.len() as f64;
    let spread = spread(series);
    let (mut sum, mut weight) = (0.0, sd * sd / (spread * spread));
    for t in own {
        let own = series.points[t].exposure / typical;
        sum += own * (series.points[t].value - means[t]);
        weight += own;
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}
