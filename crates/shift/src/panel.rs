//! Several series side by side: changes that they share, changes of their own, and which series drive a shared one.

mod chain;
mod emission;
mod filter;
mod sentence;
mod summary;

use measure::{Interval, Period, Probability, Seed, Series};
use serde::{Deserialize, Serialize};

use crate::shifts::{PeriodInterval, PeriodProbability};
use crate::timeline::{along, timeline};
use crate::{CostKind, NumberProbability, Settings, ShiftError, analyze};
use chain::{Memory, Model, Visits, run};
use emission::Emission;
use summary::Summary;

/// How [`panel`] reads series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PanelSettings {
    /// Mass of every interval, in (0, 1).
    pub level: f64,
    /// The most shared changes, at least 1. P(none) = ½, P(m) ∝ 2^−m beforehand.
    pub max_shared: usize,
    /// Sweeps of each of the four chains, at least 20; a third of them where one series is left out.
    pub sweeps: usize,
    /// Standard deviation of ln rate between regimes beforehand (counts).
    pub rate_sd: f64,
}

impl Default for PanelSettings {
    fn default() -> Self {
        Self { level: 0.9, max_shared: 4, sweeps: 300, rate_sd: 1.5 }
    }
}

/// What one series has to do with a shared change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// Id of the series.
    pub series: String,
    /// That it changes there, given that there is a shared change.
    pub takes_part: Probability,
    /// What it adds to the ln Bayes factor of a shared change at its most probable period and share, the other
    /// shared changes given; the sum over all series is that of the panel there. Below 0 it speaks against.
    pub log_bayes_factor: f64,
    /// Mean rate (or mean) right before a change at that period.
    pub rate_before: f64,
    /// The same right after.
    pub rate_after: f64,
}

/// What is left of a shared change without one series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Without {
    /// Id of the series left out.
    pub series: String,
    /// That the other series share a change within the interval.
    pub probability: Probability,
}

/// A change that several series share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedChange {
    /// First period of the new regimes, the most probable one given the number of shared changes.
    pub period: Period,
    /// The narrowest run of periods that holds it with probability `level`, given their number.
    pub interval: PeriodInterval,
    /// That at least one shared change lies within the interval.
    pub probability: Probability,
    /// ln Bayes factor of a shared change somewhere within the interval against none, the other shared changes given.
    pub log_bayes_factor: f64,
    /// Expected share of all series that take part.
    pub share: f64,
    /// Series by falling contribution.
    pub drivers: Vec<Driver>,
    /// The panel again without each of the series; filled by [`leave_one_out`].
    pub without: Vec<Without>,
}

/// A change of one series that it does not share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnChange {
    /// The most probable first period of the new regime.
    pub period: Period,
    /// Where it lies.
    pub interval: PeriodInterval,
    /// Expected number of own changes within the interval, at most 1.
    pub probability: Probability,
}

/// The changes of one series that it does not share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnChanges {
    /// Id of the series.
    pub series: String,
    /// What its values were taken for.
    pub cost: CostKind,
    /// Its dispersion, as [`Shifts`](crate::Shifts) gives it.
    pub dispersion: f64,
    /// Own changes that are at least as probable as not.
    pub changes: Vec<OwnChange>,
    /// Probability of an own change in each period.
    pub posterior: Vec<PeriodProbability>,
}

/// What is known about the changes of several series: the answer of [`panel`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Ids of the series in the order given.
    pub series: Vec<String>,
    /// Series that could not be examined, with the reason.
    pub left_out: Vec<(String, String)>,
    /// Mass of every interval.
    pub level: f64,
    /// Probability of one shared change or more.
    pub probability: Probability,
    /// Probability of each number of shared changes, from 0.
    pub number_posterior: Vec<NumberProbability>,
    /// The shared changes of the most probable number; empty when none is more probable than not.
    pub shared: Vec<SharedChange>,
    /// Probability of a shared change in each period.
    pub posterior: Vec<PeriodProbability>,
    /// Changes of single series.
    pub own: Vec<OwnChanges>,
    /// Range of `probability` over the four chains: how far to trust the simulation.
    pub chains: Interval,
}

/// Chains that start from different places; each is a stream of its own.
const CHAINS: u64 = 4;

/// Shared and own changes of several series.
///
/// In each period a shared change may begin; then each series takes part with probability q, which is unknown and
/// belongs to that change (0.1, 0.3 … 0.9, equally probable). In every other period each series changes by itself with a
/// probability that makes no own change as probable as one or more. Regimes have independent rates around the overall
/// rate of the series. Given the shared changes, all else is summed exactly (forward–backward over a grid of rates);
/// the shared changes are drawn by Gibbs sampling, one at a time, from their exact conditional distribution over
/// all periods and shares, and what is reported are averages of these exact conditionals. The dispersion of each series is
/// that of [`analyze`], taken as given (empirical Bayes).
///
/// `costs[i]` belongs to `series[i]`. Series need not cover the same periods; where one was not observed it
/// says nothing. Stream `panel`, one unit per chain.
///
/// # Errors
/// [`ShiftError::TooFewSeries`] for fewer than two that can be examined; [`ShiftError::Calendars`];
/// [`ShiftError::Setting`].
///
/// # Cost
/// O(sweeps × max_shared × series × n × grid) at most; sets of shared changes that come again cost nothing.
///
/// Fan & Mackey (2017), Empirical Bayesian analysis of simultaneous changepoints in multiple data sequences, Annals of
/// Applied Statistics 11:2200–2221 (the model); Harlé, Chatelain, Gouy-Pailler & Achard (2016), Bayesian model for
/// multiple change-points detection in multivariate time series, IEEE Trans. Signal Processing 64:4351–4362.
pub fn panel(
    series: &[Series],
    costs: &[CostKind],
    settings: &PanelSettings,
    seed: Seed,
) -> Result<Panel, ShiftError> {
    check(settings)?;
    let prepared = Prepared::new(series, costs, settings)?;
    let model = prepared.model(settings, None);
    let mut memory = Memory::new(&model);
    let chains = chains(&model, &mut memory, settings, seed);
    let summary = Summary::new(&model, &mut memory, &chains);
    let each: Vec<f64> = chains
        .iter()
        .map(|chain| Summary::new(&model, &mut memory, std::slice::from_ref(chain)).any())
        .collect();
    let numbers = summary.numbers();
    let number = if summary.any() > 0.5 {
        (1..numbers.len()).fold(1, |best, m| if numbers[m] > numbers[best] { m } else { best })
    } else {
        0
    };
    let times = summary.dates(number, settings.level);
    let modes = summary.modes(&times);
    let shared = times
        .iter()
        .enumerate()
        .map(|(k, time)| {
            let (period, interval) = (prepared.periods[time.at], prepared.interval(&time.interval));
            let found = summary.drivers(&model, &mut memory, &modes, k, time);
            let mut drivers: Vec<Driver> = prepared
                .ids
                .iter()
                .zip(found.series)
                .map(|(id, one)| Driver {
                    series: id.clone(),
                    takes_part: Probability::clamped(one.takes_part),
                    log_bayes_factor: one.log_factor,
                    rate_before: one.around.0,
                    rate_after: one.around.1,
                })
                .collect();
            drivers.sort_by(|a, b| b.log_bayes_factor.total_cmp(&a.log_bayes_factor));
            SharedChange {
                period,
                interval,
                probability: Probability::clamped(summary.within(&mut memory, &time.interval)),
                log_bayes_factor: found.log_factor,
                share: found.share,
                drivers,
                without: Vec::new(),
            }
        })
        .collect();
    let own = summary.own(&mut memory);
    let own = own.iter().enumerate().map(|(i, chance)| OwnChanges {
        series: prepared.ids[i].clone(),
        cost: prepared.costs[i],
        dispersion: prepared.dispersions[i],
        changes: summary::peaks(chance, settings.level)
            .into_iter()
            .map(|time| OwnChange {
                period: prepared.periods[time.at],
                probability: Probability::clamped(chance[time.interval.clone()].iter().sum()),
                interval: prepared.interval(&time.interval),
            })
            .collect(),
        posterior: prepared.by_period(chance),
    });
    Ok(Panel {
        own: own.collect(),
        series: prepared.ids.clone(),
        left_out: prepared.left_out.clone(),
        level: settings.level,
        probability: Probability::clamped(summary.any()),
        number_posterior: numbers
            .iter()
            .enumerate()
            .map(|(changes, &p)| NumberProbability { changes, probability: Probability::clamped(p) })
            .collect(),
        shared,
        posterior: prepared.by_period(&summary.shared),
        chains: Interval::new(
            each.iter().copied().fold(1.0, f64::min),
            each.iter().copied().fold(0.0, f64::max),
        ),
    })
}

/// The panel again without its series number `left_out` (as counted in [`Panel::series`]): for each shared change the
/// probability that the others share one within the same interval. Independent units for a caller with threads.
///
/// # Errors
/// Those of [`panel`]; a panel of two cannot lose one.
pub fn leave_one_out(
    series: &[Series],
    costs: &[CostKind],
    settings: &PanelSettings,
    seed: Seed,
    whole: &Panel,
    left_out: usize,
) -> Result<Vec<Without>, ShiftError> {
    let prepared = Prepared::new(series, costs, settings)?;
    if prepared.ids.len() < 3 {
        return Err(ShiftError::TooFewSeries { found: prepared.ids.len().saturating_sub(1), needed: 2 });
    }
    let model = prepared.model(settings, Some(left_out));
    let mut memory = Memory::new(&model);
    let shorter = PanelSettings { sweeps: settings.sweeps.div_ceil(3).max(20), ..settings.clone() };
    let chains = chains(&model, &mut memory, &shorter, seed);
    let summary = Summary::new(&model, &mut memory, &chains);
    let position = |period: Period| prepared.periods.iter().position(|own| *own == period).unwrap_or(0);
    let without = |change: &SharedChange| {
        let range = position(change.interval.from)..position(change.interval.to) + 1;
        let probability = Probability::clamped(summary.within(&mut memory, &range));
        Without { series: prepared.ids[left_out].clone(), probability }
    };
    Ok(whole.shared.iter().map(without).collect())
}

fn check(settings: &PanelSettings) -> Result<(), ShiftError> {
    let PanelSettings { level, max_shared, sweeps, rate_sd } = *settings;
    let rules = [
        ("level", level, level > 0.0 && level < 1.0, "a number between 0 and 1"),
        ("max_shared", max_shared as f64, (1..=20).contains(&max_shared), "from 1 to 20"),
        ("sweeps", sweeps as f64, sweeps >= 20, "at least 20"),
        ("rate_sd", rate_sd, (0.05..=20.0).contains(&rate_sd), "a number from 0.05 to 20"),
    ];
    match rules.into_iter().find(|(_, _, fine, _)| !fine) {
        Some((setting, value, _, expected)) => Err(ShiftError::Setting { setting, value, expected }),
        None => Ok(()),
    }
}

fn chains(
    model: &Model<'_>,
    memory: &mut Memory<'_, '_>,
    settings: &PanelSettings,
    seed: Seed,
) -> Vec<Visits> {
    (0..CHAINS).map(|chain| run(model, memory, settings.sweeps, seed, chain)).collect()
}

/// Series on one time axis, each with its dispersion.
struct Prepared {
    periods: Vec<Period>,
    ids: Vec<String>,
    costs: Vec<CostKind>,
    dispersions: Vec<f64>,
    emissions: Vec<Emission>,
    left_out: Vec<(String, String)>,
}

impl Prepared {
    fn new(series: &[Series], costs: &[CostKind], settings: &PanelSettings) -> Result<Self, ShiftError> {
        let mut prepared = Self {
            periods: Vec::new(),
            ids: Vec::new(),
            costs: Vec::new(),
            dispersions: Vec::new(),
            emissions: Vec::new(),
            left_out: Vec::new(),
        };
        let mut kept = Vec::new();
        for (one, &cost) in series.iter().zip(costs) {
            match analyze(one, &Settings { cost, ..Settings::default() }) {
                Ok(shifts) => kept.push((one, cost, shifts.dispersion)),
                Err(error) => prepared.left_out.push((one.id.clone(), error.to_string())),
            }
        }
        if kept.len() < 2 {
            return Err(ShiftError::TooFewSeries { found: kept.len(), needed: 2 });
        }
        prepared.periods = timeline(&kept.iter().map(|(one, ..)| *one).collect::<Vec<_>>())?;
        for (one, cost, dispersion) in kept {
            prepared.ids.push(one.id.clone());
            prepared.costs.push(cost);
            prepared.dispersions.push(dispersion);
            let points = along(one, &prepared.periods);
            prepared.emissions.push(Emission::new(&points, cost, dispersion, settings.rate_sd));
        }
        Ok(prepared)
    }

    fn model(&self, settings: &PanelSettings, left_out: Option<usize>) -> Model<'_> {
        let emissions = self.emissions.iter().enumerate().filter(|(i, _)| Some(*i) != left_out);
        Model {
            emissions: emissions.map(|(_, emission)| emission).collect(),
            periods: self.periods.len(),
            // (1 − own)^(n − 1) = ½
            own: -measure::portable::exp_m1(-std::f64::consts::LN_2 / (self.periods.len() - 1) as f64),
            most: settings.max_shared.min(self.periods.len() - 1),
        }
    }

    fn interval(&self, range: &std::ops::Range<usize>) -> PeriodInterval {
        PeriodInterval { from: self.periods[range.start], to: self.periods[range.end - 1] }
    }

    fn by_period(&self, values: &[f64]) -> Vec<PeriodProbability> {
        let of = |(&period, &p): (&Period, &f64)| PeriodProbability {
            period,
            probability: Probability::clamped(p),
        };
        self.periods.iter().zip(values).map(of).collect()
    }
}
