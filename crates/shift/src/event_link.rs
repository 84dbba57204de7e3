use std::ops::Range;

use jiff::civil::Date;
use measure::portable::ln;
use measure::{Period, Point, Probability, Series};
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
///
/// The statistic is the log rate ratio between `window` consecutive observed periods from the event on and as
/// many before it. A placebo date is any other period that has both windows in full, without a gap, and
/// lies at least `window` periods from the event, so that none of its windows straddles the event.
/// There is no way to get the statistic without its placebo distribution. Windows of placebo dates
/// overlap each other, so the p-value is that of a rank, not of independent draws. O(n × window).
///
/// # Errors
/// [`ShiftError::Setting`] for a window of 0; [`ShiftError::NoDates`]; [`ShiftError::NotACount`];
/// [`ShiftError::NoWindow`] when the event's own windows are not in the series;
/// [`ShiftError::TooFewPlacebos`].
pub fn event_link(
    series: &Series,
    event: Date,
    window: usize,
    settings: &EventLinkSettings,
) -> Result<EventLink, ShiftError> {
    let points = &series.points;
    check(series, window)?;
    let holds = |point: &Point| {
        point.period.first_day().is_some_and(|first| first <= event)
            && point.period.last_day().is_some_and(|last| event <= last)
    };
    let no_window = || ShiftError::NoWindow { series: series.id.clone(), event, window };
    let at = points.iter().position(holds).ok_or_else(no_window)?;
    let windows = Windows { window, event_period: settings.event_period };
    let statistic = windows.statistic(points, at).ok_or_else(no_window)?;
    let placebos: Vec<Placebo> = (0..points.len())
        .filter(|&i| i.abs_diff(at) >= windows.reach())
        .filter_map(|i| Some(Placebo { period: points[i].period, statistic: windows.statistic(points, i)? }))
        .collect();
    if placebos.len() < settings.min_placebos.max(1) {
        let (series, found, needed) = (series.id.clone(), placebos.len(), settings.min_placebos.max(1));
        return Err(ShiftError::TooFewPlacebos { series, event, window, found, needed });
    }
    let as_large = |placebo: &&Placebo| match settings.side {
        Side::Both => placebo.statistic.abs() >= statistic.abs(),
        Side::Up => placebo.statistic >= statistic,
        Side::Down => placebo.statistic <= statistic,
    };
    let rank = 1 + placebos.iter().filter(as_large).count();
    let p_value = Probability::clamped(rank as f64 / (1 + placebos.len()) as f64);
    Ok(EventLink {
        series: series.id.clone(),
        event,
        period: points[at].period,
        window,
        statistic,
        placebos,
        p_value,
    })
}

fn check(series: &Series, window: usize) -> Result<(), ShiftError> {
    if window == 0 {
        return Err(ShiftError::Setting { setting: "window", value: 0.0, expected: "at least 1 period" });
    }
    if series.points.iter().any(|point| point.period.calendar().is_none()) {
        return Err(ShiftError::NoDates { series: series.id.clone() });
    }
    match series.points.iter().find(|point| !(point.value >= 0.0 && point.value == point.value.trunc())) {
        Some(&Point { period, value, .. }) => {
            Err(ShiftError::NotACount { series: series.id.clone(), period, value })
        }
        None => Ok(()),
    }
}

struct Windows {
    window: usize,
    event_period: EventPeriod,
}

impl Windows {
    /// Log rate ratio at period `i`, if both windows are there without a gap.
    fn statistic(&self, points: &[Point], i: usize) -> Option<f64> {
        let after = match self.event_period {
            EventPeriod::After => i,
            EventPeriod::Excluded => i + 1,
        };
        let before = i.checked_sub(self.window)?..i;
        let after = after..after + self.window;
        let all = points.get(before.start..after.end)?;
        let unbroken = all.windows(2).all(|pair| pair[0].period.next() == Some(pair[1].period));
        unbroken.then(|| log_rate(points, after) - log_rate(points, before))
    }

    /// Placebo dates nearer to the event have it within one of their windows.
    fn reach(&self) -> usize {
        match self.event_period {
            EventPeriod::After => self.window,
            EventPeriod::Excluded => self.window + 1,
        }
    }
}

fn log_rate(points: &[Point], range: Range<usize>) -> f64 {
    let count: f64 = points[range.clone()].iter().map(|point| point.value).sum();
    let exposure: f64 = points[range].iter().map(|point| point.exposure).sum();
    ln((count + 0.5) / exposure)
}
