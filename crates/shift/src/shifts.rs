use measure::{Interval, Period, Probability};
use serde::{Deserialize, Serialize};

use crate::CostKind;

/// What is known about the changes of one series: the answer of [`analyze`](crate::analyze).
///
/// Field names are a contract with scripts that read the JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shifts {
    /// Id of the series.
    pub series: String,
    /// What the values were taken for.
    pub cost: CostKind,
    /// Posterior mean of α for `negbin` (variance = μ + α μ²), posterior mean of the standard deviation within
    /// a regime for `normal` and `trend`, 0 where regimes share no such parameter.
    pub dispersion: f64,
    /// Natural logarithm of the Bayes factor of one change or more against none. As the prior of no change
    /// is ½, these are also the posterior log odds.
    pub log_bayes_factor: f64,
    /// The changes of the most probable number of changes, in order of time; empty when the odds favor
    /// none.
    pub change_points: Vec<ChangePoint>,
    /// The regimes between them; one when there is no change.
    pub segments: Vec<Segment>,
    /// For every observed period the probability that a new regime starts with it (0 for the first).
    pub posterior: Vec<PeriodProbability>,
    /// Probability of each number of changes, from 0.
    pub number_posterior: Vec<NumberProbability>,
    /// How the evidence grew: the log Bayes factor on the data up to and including each period.
    pub evidence_curve: Vec<EvidenceAt>,
    /// First periods of the new regimes in the optimal segmentation (PELT with the given penalty), a second
    /// opinion beside the posterior.
    pub optimal: Vec<Period>,
    /// Mass of every interval here.
    pub level: f64,
    /// Effects of the season, where they were asked for. Rates are then those of a part with effect 1 (mean + 0).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub season: Vec<crate::SeasonEffect>,
    /// For `shares`, each category in each regime.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<CategoryShares>,
    /// What a reader should know: gaps, a limit that was reached.
    pub notes: Vec<String>,
}

/// One change of regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// First period of the new regime, the most probable one given the number of changes.
    pub period: Period,
    /// Posterior probability that at least one new regime starts within `interval`, whatever the number of
    /// changes.
    pub probability: Probability,
    /// The narrowest run of observed periods that holds this change with probability `level`, given the
    /// number of changes.
    pub interval: PeriodInterval,
    /// Posterior mean of the rate per unit of exposure (the mean, share, slope per period or standard deviation
    /// that the cost is about) before it, given the dates of the changes.
    pub rate_before: f64,
    /// The same after it.
    pub rate_after: f64,
    /// Posterior median of rate after / rate before; for means and slopes absent unless both are positive
    /// throughout their posteriors.
    pub ratio: Option<f64>,
    /// Central interval of the ratio.
    pub ratio_interval: Option<Interval>,
    /// Posterior median of rate after − rate before.
    pub difference: f64,
    /// Central interval of the difference.
    pub difference_interval: Interval,
    /// Whether periods are missing within `interval` or right before it: the change may lie in the gap.
    pub gap: bool,
    /// For `mean-variance`, standard deviation after / before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation_ratio: Option<Estimate>,
    /// For `trend`, how far the line after the change lies above the one before it, at its first period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jump: Option<Estimate>,
}

/// A median with its central interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Posterior median.
    pub median: f64,
    /// Central interval of the level of the whole answer.
    pub interval: Interval,
}

/// The share of one category in every regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryShares {
    /// Id of its series.
    pub category: String,
    /// Whether `rate`, `ratio` and `difference` elsewhere are of this category: the one whose share moved most.
    pub leading: bool,
    /// Posterior mean in each regime.
    pub shares: Vec<f64>,
    /// Central intervals.
    pub intervals: Vec<Interval>,
}

/// First and last period, both included; saved as `[from, to]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Period, Period)", into = "(Period, Period)")]
pub struct PeriodInterval {
    /// The first.
    pub from: Period,
    /// The last.
    pub to: Period,
}

impl PeriodInterval {
    /// Whether `period` lies within.
    pub fn contains(&self, period: Period) -> bool {
        (self.from..=self.to).contains(&period)
    }
}

impl From<(Period, Period)> for PeriodInterval {
    fn from((from, to): (Period, Period)) -> Self {
        Self { from, to }
    }
}

impl From<PeriodInterval> for (Period, Period) {
    fn from(interval: PeriodInterval) -> Self {
        (interval.from, interval.to)
    }
}

/// One regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// First period.
    pub from: Period,
    /// Last observed period.
    pub to: Period,
    /// Posterior mean of the rate per unit of exposure (the mean, share, slope per period or standard deviation
    /// that the cost is about).
    pub rate: f64,
    /// Its central interval.
    pub rate_interval: Interval,
    /// For `mean-variance`, posterior mean of the standard deviation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviation: Option<f64>,
    /// For `trend`, posterior means of the line at the first and the last period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<[f64; 2]>,
    /// Sum of the values.
    pub count: f64,
    /// Sum of the exposures.
    pub exposure: f64,
    /// Observed periods.
    pub periods: usize,
}

/// Probability of a change at one period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeriodProbability {
    /// When.
    pub period: Period,
    /// That a new regime starts then.
    pub probability: Probability,
}

/// Probability of one number of changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberProbability {
    /// How many.
    pub changes: usize,
    /// Posterior probability.
    pub probability: Probability,
}

/// A point of the evidence curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceAt {
    /// Data up to and including this period.
    pub period: Period,
    /// ln Bayes factor of one change or more against none.
    pub log_bayes_factor: f64,
}
