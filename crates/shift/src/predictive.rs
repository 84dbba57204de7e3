//! Draws from the posterior, and whether series like the one at hand come out of them.

use measure::portable::{quantile, sum};
use measure::{Interval, Period, Probability, Seed, Series};
use serde::{Deserialize, Serialize};

use crate::analyze::draws;
use crate::posterior::Draw;
use crate::{CostKind, Settings, ShiftError, draw};

/// One history that the posterior holds possible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// First periods of the new regimes.
    pub changes: Vec<Period>,
    /// Rate (mean, share, slope, standard deviation) of each regime, one more than changes.
    pub rates: Vec<f64>,
    /// α, or the standard deviation.
    pub dispersion: f64,
}

/// Draws number, dates, rates and dispersion together from the posterior of [`analyze`](crate::analyze).
///
/// # Errors
/// As [`analyze`](crate::analyze).
pub fn histories(
    series: &Series,
    settings: &Settings,
    count: usize,
    seed: Seed,
) -> Result<Vec<History>, ShiftError> {
    let (all, _) = draws(series, settings, count, &mut seed.stream("shift-histories", 0))?;
    let of = |one: Draw| History {
        changes: one.regimes.iter().skip(1).map(|regime| series.points[regime.start].period).collect(),
        rates: one.rates,
        dispersion: one.dispersion,
    };
    Ok(all.into_iter().map(of).collect())
}

/// A feature of the series beside the same feature of series drawn from the fitted model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Which feature.
    pub statistic: Statistic,
    /// Of the series (mean over draws of the parameters, where it depends on them).
    pub observed: f64,
    /// Median over replicated series.
    pub replicated: f64,
    /// Their central 90 % interval.
    pub interval: Interval,
    /// Posterior predictive p-value: that a replicated series has as much or more; ties count half.
    pub p_value: Probability,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// The largest value.
    Maximum,
    /// Mean squared residual within regimes over its expected value.
    Variance,
    /// Correlation of the residuals of neighboring periods.
    Autocorrelation,
    /// Share of periods without a count.
    Zeros,
}

impl Statistic {
    fn name(self) -> &'static str {
        match self {
            Self::Maximum => "the largest value",
            Self::Variance => "the variance within regimes",
            Self::Autocorrelation => "the correlation of neighboring periods",
            Self::Zeros => "the share of periods without any",
        }
    }
}

/// Below this, or above its complement, a p-value is a warning.
const WARNING: f64 = 0.005;

impl Check {
    /// A warning if the model does not bring forth series like this one.
    pub fn warning(&self) -> Option<String> {
        let p = self.p_value.get();
        let side = if p < WARNING {
            "larger"
        } else if p > 1.0 - WARNING {
            "smaller"
        } else {
            return None;
        };
        Some(format!(
            "the model does not fit: {} ({:.3}) is {side} than in series that it brings forth ({:.3} to {:.3})",
            self.statistic.name(),
            self.observed,
            self.interval.low,
            self.interval.high
        ))
    }
}

/// Posterior predictive checks: `count` replicated series from as many draws of all parameters.
///
/// # Errors
/// As [`analyze`](crate::analyze).
///
/// Gelman, Meng & Stern (1996), Posterior predictive assessment of model fitness via realized discrepancies,
/// Statistica Sinica 6:733–807.
pub fn predictive_checks(
    series: &Series,
    settings: &Settings,
    count: usize,
    seed: Seed,
) -> Result<Vec<Check>, ShiftError> {
    let mut stream = seed.stream("shift-predictive", 0);
    let (all, series) = draws(series, settings, count, &mut stream)?;
    let own: Vec<f64> = series.points.iter().map(|point| point.value).collect();
    let mut statistics = vec![Statistic::Maximum, Statistic::Variance, Statistic::Autocorrelation];
    if settings.cost.is_rate() || settings.cost == CostKind::Binomial {
        statistics.push(Statistic::Zeros);
    }
    let mut pairs: Vec<Vec<(f64, f64)>> = vec![Vec::new(); statistics.len()];
    for one in &all {
        let moments = series.points.iter().zip(&one.moments);
        let replicated: Vec<f64> = moments
            .map(|(point, &(mean, sd))| match settings.cost {
                CostKind::Poisson => draw::poisson(&mut stream, mean),
                CostKind::NegativeBinomial => draw::negative_binomial(&mut stream, mean, one.dispersion),
                CostKind::Binomial => draw::binomial(&mut stream, point.exposure, mean / point.exposure),
                _ => mean + sd * stream.normal(),
            })
            .collect();
        for (statistic, pairs) in statistics.iter().zip(&mut pairs) {
            pairs.push((value(*statistic, &own, &one.moments), value(*statistic, &replicated, &one.moments)));
        }
    }
    Ok(statistics.into_iter().zip(pairs).map(|(statistic, pairs)| check(statistic, &pairs)).collect())
}

fn check(statistic: Statistic, pairs: &[(f64, f64)]) -> Check {
    let n = pairs.len() as f64;
    let larger: f64 = pairs
        .iter()
        .map(|(own, new)| if new > own { 1.0 } else { 0.5 * f64::from(u8::from(new == own)) })
        .sum();
    let mut replicated: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
    replicated.sort_by(f64::total_cmp);
    Check {
        statistic,
        observed: sum(pairs.iter().map(|pair| pair.0)) / n,
        replicated: quantile(&replicated, 0.5),
        interval: Interval::new(quantile(&replicated, 0.05), quantile(&replicated, 0.95)),
        p_value: Probability::clamped(larger / n),
    }
}

fn value(statistic: Statistic, values: &[f64], moments: &[(f64, f64)]) -> f64 {
    let n = values.len() as f64;
    let residuals = || values.iter().zip(moments).map(|(y, (mean, sd))| (y - mean) / sd.max(1e-300));
    match statistic {
        Statistic::Maximum => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Statistic::Variance => residuals().map(|r| r * r).sum::<f64>() / n,
        Statistic::Autocorrelation => {
            let all: f64 = residuals().map(|r| r * r).sum();
            residuals().zip(residuals().skip(1)).map(|(a, b)| a * b).sum::<f64>() / all.max(1e-300)
        }
        Statistic::Zeros => values.iter().filter(|&&y| y == 0.0).count() as f64 / n,
    }
}
