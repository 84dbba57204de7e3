use jiff::civil::Date;
use measure::{Period, Probability, Series};
use serde::{Deserialize, Serialize};

use crate::ShiftError;

/// Where the period that holds the event belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventPeriod {
    /// To the time after the event.
    #[default]
    After,
    /// To neither side: for long periods with the event in their middle.
    Excluded,
}

/// Which differences count as "at least as large" in the placebo distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// In either direction.
    #[default]
    Both,
    /// Rises only.
    Up,
    /// Falls only.
    Down,
}

/// How an event is compared with placebo dates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventLinkSettings {
    /// Where the event's own period belongs.
    pub event_period: EventPeriod,
    /// Which direction was expected before looking.
    pub side: Side,
    /// The fewest placebo dates; 19 allow a p-value of 0.05.
    pub min_placebos: usize,
}

impl Default for EventLinkSettings {
    fn default() -> Self {
        Self { event_period: EventPeriod::default(), side: Side::default(), min_placebos: 19 }
    }
}

/// The statistic at one date that is not the event's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placebo {
    /// The period that plays the event's part.
    pub period: Period,
    /// Log rate ratio after / before.
    pub statistic: f64,
}

/// A change at an event beside what the same measure gives elsewhere. It says how unusual the change is for
/// this series, not that the event caused it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventLink {
    /// Id of the series.
    pub series: String,
    /// Date of the event.
    pub event: Date,
    /// The period that holds it.
    pub period: Period,
    /// Periods on each side.
    pub window: usize,
    /// Natural log of (rate after / rate before), half a count added on each side.
    pub statistic: f64,
    /// Every admissible placebo date with its value, in order of time.
    pub placebos: Vec<Placebo>,
    /// (1 + placebos at least as large) / (1 + placebos).
    pub p_value: Probability,
}

/// Compares the rate before and after a dated event with all placebo dates.
pub fn event_link(
    _series: &Series,
    _event: Date,
    _window: usize,
    _settings: &EventLinkSettings,
) -> Result<EventLink, ShiftError> {
    todo!()
}
