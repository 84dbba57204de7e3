use jiff::civil::Date;
use measure::{Period, Probability, Series};
use serde::{Deserialize, Serialize};

use crate::shifts::PeriodInterval;
use crate::{EventLink, EventLinkSettings, ShiftError, Shifts, event_link};

/// An event with which a change might go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Id of the event.
    pub id: String,
    /// Its date.
    pub date: Date,
}

/// How events compete for a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompetitionSettings {
    /// A change that goes with an event begins in the period of the event or one of the next, so many in all, each as
    /// probable; and so many periods on each side for the placebo dates. At least 1.
    pub window: usize,
    /// Prior probability that the change goes with none of the events, in (0, 1); the rest is shared equally by those
    /// that have a period of the series in their window.
    pub background: f64,
    /// How each event is compared with placebo dates.
    pub link: EventLinkSettings,
}

impl Default for CompetitionSettings {
    fn default() -> Self {
        Self { window: 6, background: 0.5, link: EventLinkSettings::default() }
    }
}

/// One event in the competition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    /// Id of the event.
    pub event: String,
    /// Its date.
    pub date: Date,
    /// That the change goes with this event rather than with another or with none.
    pub probability: Probability,
    /// The rate around the event against placebo dates.
    pub link: Option<EventLink>,
    /// Why there is none.
    pub reason: Option<String>,
    /// p-value against placebo dates, adjusted so that any false alarm among the candidates is as rare as it says (Holm
    /// 1979).
    pub holm: Option<Probability>,
    /// The false-discovery rate if this and all stronger ones are called (Benjamini & Hochberg 1995).
    pub q_value: Option<Probability>,
}

/// Which of several events one change goes with. It weighs dates against each other; that an event is near is
/// no cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Competition {
    /// Id of the series.
    pub series: String,
    /// The change; absent if none is reported and the whole posterior is used.
    pub change: Option<Period>,
    /// Its interval.
    pub interval: Option<PeriodInterval>,
    /// Probability of the change (of any, if none is reported).
    pub probability: Probability,
    /// Periods of the window.
    pub window: usize,
    /// Prior probability of none.
    pub background: f64,
    /// That it goes with none of the events.
    pub none: Probability,
    /// Events by falling probability, then by date.
    pub rivals: Vec<Rival>,
}

/// For each reported change of a series the posterior over the events it may go with, and none.
///
/// With p(t) the posterior probability of a change at period t, cut to the stretch that is nearer to this change than
/// to its neighbors, k_e(t) = 1/window in the periods from event e on and 0 elsewhere, and b = `background`:
/// P(e) ∝ (1 − b)/events × Σ_t k_e(t) p(t) and P(none) ∝ b × Σ_t p(t)/(n − 1). Positions are equally probable beforehand
/// in [`analyze`](crate::analyze), so p(t) is a likelihood of the date. A change that falls in a gap counts for the first
/// period after it. Events in one period cannot be told apart and share evenly. O(events × window).
///
/// # Errors
/// [`ShiftError::Setting`]; [`ShiftError::NoDates`].
pub fn compete(
    series: &Series,
    shifts: &Shifts,
    candidates: &[Candidate],
    settings: &CompetitionSettings,
) -> Result<Vec<Competition>, ShiftError> {
    if settings.window == 0 {
        return Err(ShiftError::Setting { setting: "window", value: 0.0, expected: "at least 1 period" });
    }
    if !(settings.background > 0.0 && settings.background < 1.0) {
        let value = settings.background;
        return Err(ShiftError::Setting {
            setting: "background",
            value,
            expected: "a number between 0 and 1",
        });
    }
    let Some(calendar) = series.points.first().and_then(|point| point.period.calendar()) else {
        return Err(ShiftError::NoDates { series: series.id.clone() });
    };
    let kernels: Vec<Vec<f64>> =
        candidates.iter().map(|one| kernel(series, calendar.period(one.date), settings.window)).collect();
    let links: Vec<Result<EventLink, String>> = candidates
        .iter()
        .map(|one| {
            event_link(series, one.date, settings.window, &settings.link).map_err(|error| error.to_string())
        })
        .collect();
    let known: Vec<f64> = links.iter().flatten().map(|link| link.p_value.get()).collect();
    let mut adjusted = holm(&known).into_iter().zip(false_discovery(&known));
    let adjusted: Vec<Option<(f64, f64)>> =
        links.iter().map(|link| link.as_ref().ok().and_then(|_| adjusted.next())).collect();
    let stretches = stretches(shifts);
    Ok(stretches
        .iter()
        .map(|stretch| {
            let (none, each) = weigh(shifts, stretch.from..stretch.to, &kernels, settings.background);
            let mut rivals: Vec<Rival> = (0..candidates.len())
                .map(|i| Rival {
                    event: candidates[i].id.clone(),
                    date: candidates[i].date,
                    probability: Probability::clamped(each[i]),
                    link: links[i].as_ref().ok().cloned(),
                    reason: links[i].as_ref().err().cloned(),
                    holm: adjusted[i].map(|(holm, _)| Probability::clamped(holm)),
                    q_value: adjusted[i].map(|(_, q)| Probability::clamped(q)),
                })
                .collect();
            rivals.sort_by(|a, b| {
                b.probability
                    .get()
                    .total_cmp(&a.probability.get())
                    .then_with(|| (a.date, &a.event).cmp(&(b.date, &b.event)))
            });
            let change = stretch.change.map(|i| &shifts.change_points[i]);
            Competition {
                series: series.id.clone(),
                change: change.map(|change| change.period),
                interval: change.map(|change| change.interval),
                probability: change.map_or_else(|| shifts.probability(), |change| change.probability),
                window: settings.window,
                background: settings.background,
                none: Probability::clamped(none),
                rivals,
            }
        })
        .collect())
}

/// Mass of a change that goes with an event at each observed period, summing to 1; all 0 if none is in reach.
fn kernel(series: &Series, event: Period, window: usize) -> Vec<f64> {
    let points = &series.points;
    let mut mass = vec![0.0; points.len()];
    let mut period = Some(event);
    for _ in 0..window {
        let Some(now) = period else { break };
        let at = points.partition_point(|point| point.period < now);
        // A change before the first period cannot be seen; one after the last has not been.
        if at >= 1 && at < points.len() {
            mass[at] += 1.0;
        }
        period = now.next();
    }
    let total: f64 = mass.iter().sum();
    if total > 0.0 {
        mass.iter_mut().for_each(|m| *m /= total);
    }
    mass
}

struct Stretch {
    change: Option<usize>,
    from: usize,
    to: usize,
}

/// The periods that are nearer to each reported change than to its neighbors.
fn stretches(shifts: &Shifts) -> Vec<Stretch> {
    let n = shifts.posterior.len();
    let at: Vec<usize> = shifts
        .change_points
        .iter()
        .map(|change| shifts.posterior.partition_point(|p| p.period < change.period))
        .collect();
    if at.is_empty() {
        return vec![Stretch { change: None, from: 1, to: n }];
    }
    let between = |i: usize| (at[i] + at[i + 1]).div_ceil(2);
    (0..at.len())
        .map(|i| Stretch {
            change: Some(i),
            from: if i == 0 { 1 } else { between(i - 1) },
            to: if i + 1 == at.len() { n } else { between(i) },
        })
        .collect()
}

fn weigh(
    shifts: &Shifts,
    stretch: std::ops::Range<usize>,
    kernels: &[Vec<f64>],
    background: f64,
) -> (f64, Vec<f64>) {
    let p = |t: usize| shifts.posterior[t].probability.get();
    let in_reach = kernels.iter().filter(|mass| mass.iter().any(|m| *m > 0.0)).count();
    let periods = (shifts.posterior.len() - 1).max(1) as f64;
    let none = background * stretch.clone().map(p).sum::<f64>() / periods;
    let of = |mass: &Vec<f64>| {
        let met: f64 = stretch.clone().map(|t| mass[t] * p(t)).sum();
        (1.0 - background) / in_reach.max(1) as f64 * met
    };
    let each: Vec<f64> = kernels.iter().map(of).collect();
    let total = none + each.iter().sum::<f64>();
    if total <= 0.0 {
        return (1.0, vec![0.0; kernels.len()]);
    }
    (none / total, each.into_iter().map(|x| x / total).collect())
}

/// Adjusted p-values: any false alarm among all is at most as probable as they say.
///
/// Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics
/// 6:65–70.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let order = rising(p_values);
    let mut adjusted = vec![1.0; p_values.len()];
    let mut most = 0.0_f64;
    for (rank, &i) in order.iter().enumerate() {
        most = most.max(p_values[i] * (order.len() - rank) as f64).min(1.0);
        adjusted[i] = most;
    }
    adjusted
}

/// Adjusted p-values: of all that are called at this level at most this share is false on average.
///
/// Benjamini & Hochberg (1995), Controlling the false discovery rate, Journal of the Royal Statistical
/// Society B 57:289–300.
pub fn false_discovery(p_values: &[f64]) -> Vec<f64> {
    let order = rising(p_values);
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least = 1.0_f64;
    for (rank, &i) in order.iter().enumerate().rev() {
        least = least.min(p_values[i] * order.len() as f64 / (rank + 1) as f64);
        adjusted[i] = least;
    }
    adjusted
}

fn rising(p_values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&i, &j| p_values[i].total_cmp(&p_values[j]));
    order
}

impl Competition {
    /// The finding in words.
    pub fn sentence(&self) -> String {
        let what = match (self.change, &self.interval) {
            (Some(period), Some(interval)) => {
                format!(
                    "the change of {period} ({} … {}, probability {:.2})",
                    interval.from, interval.to, self.probability
                )
            }
            _ => format!("a change, if there is one (probability {:.2}),", self.probability),
        };
        let rivals: Vec<String> = self
            .rivals
            .iter()
            .take(3)
            .filter(|one| one.probability.get() >= 0.005)
            .map(|one| match (&one.link, one.holm) {
                (Some(link), Some(holm)) => format!(
                    "`{}` {:.2} (placebo p {:.2}, among all candidates {:.2})",
                    one.event, one.probability, link.p_value, holm
                ),
                _ => format!("`{}` {:.2} (no placebo dates)", one.event, one.probability),
            })
            .collect();
        let rivals = if rivals.is_empty() { "no event comes near it".into() } else { rivals.join(", ") };
        format!(
            "`{}`, {what} goes with: {rivals}; with none of the {} events {:.2}. That a date is near is no cause.",
            self.series,
            self.rivals.len(),
            self.none
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_p_values_are_the_published_ones() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") and "BH".
        let p = [0.01, 0.04, 0.03, 0.005];
        let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-12);
        assert!(near(&holm(&p), &[0.03, 0.06, 0.06, 0.02]), "{:?}", holm(&p));
        assert!(near(&false_discovery(&p), &[0.02, 0.04, 0.04, 0.02]), "{:?}", false_discovery(&p));
        assert!(holm(&[]).is_empty() && holm(&[0.9, 0.8]) == [1.0, 1.0]);
    }
}
