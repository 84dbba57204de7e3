//! Forecasts: how probable, and once the day has passed, how good.

use std::collections::BTreeMap;

use jiff::civil::Date;
use measure::portable::{ln, sum};
use measure::{EstimativeWord, Interval, Probability};
use record::events::Event;
use serde::{Deserialize, Serialize};

use super::observe::events_between;
use crate::folder::forecasts::{ForecastProbability, ForecastSpec};

/// A forecast with its probability, and its score once it is decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// Stable id.
    pub id: String,
    /// The sentence.
    pub text: String,
    /// How probable.
    pub probability: Probability,
    /// The same in words.
    pub words: EstimativeWord,
    /// Least and most over the hypotheses, if it depends on them.
    pub range: Option<Interval>,
    /// The day after which it is decided.
    pub resolves: Date,
    /// How it is decided, in words.
    pub rule: String,
    /// What happened, once decided.
    pub resolved: Option<Resolved>,
}

/// What became of a forecast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolved {
    /// Whether it came true.
    pub happened: bool,
    /// How many events were counted.
    pub events: u64,
    /// Brier score (p − outcome)², 0 best, 1 worst. Brier (1950), Monthly Weather Review 78:1–3.
    pub brier: f64,
    /// Logarithmic score −ln p(outcome), 0 best. Good (1952), J. Royal Stat. Soc. B 14:107–114.
    pub log: f64,
}

/// Mixes the probabilities by the posterior and decides what can be decided as of `as_of`.
///
/// A forecast is decided only when its day has passed and the record reaches beyond it: an end of data
/// is not an absence of events.
pub fn forecast(
    spec: &ForecastSpec,
    posterior: &BTreeMap<String, f64>,
    events: &[Event],
    as_of: Date,
) -> Forecast {
    let (p, range) = match &spec.probability {
        ForecastProbability::Stated(p) => (*p, None),
        ForecastProbability::ByHypothesis(all) => {
            let p = sum(all.iter().map(|(id, p)| posterior.get(&id.value).copied().unwrap_or(0.0) * p));
            let low = all.iter().map(|(_, p)| *p).fold(1.0, f64::min);
            let high = all.iter().map(|(_, p)| *p).fold(0.0, f64::max);
            (p, Some(Interval { low, high }))
        }
    };
    let probability = Probability::clamped(p);
    let covered = events.iter().any(|event| event.date >= spec.resolution.to);
    let resolved = (as_of >= spec.resolves && covered).then(|| resolve(spec, probability, events));
    Forecast {
        id: spec.id.clone(),
        text: spec.text.clone(),
        probability,
        words: EstimativeWord::of(probability),
        range,
        resolves: spec.resolves,
        rule: rule(spec),
        resolved,
    }
}

fn resolve(spec: &ForecastSpec, probability: Probability, events: &[Event]) -> Resolved {
    let rule = &spec.resolution;
    let count = events_between(events, &rule.events, rule.from, rule.to).count() as u64;
    let happened = count >= rule.at_least && rule.at_most.is_none_or(|most| count <= most);
    let hit = if happened { probability } else { probability.complement() };
    let miss = hit.complement().get();
    // A forecast of 0 or 1 that fails would score −∞; it is scored as if 1 in 10,000 had been left open.
    Resolved { happened, events: count, brier: miss * miss, log: -ln(hit.get().max(1e-4)) }
}

fn rule(spec: &ForecastSpec) -> String {
    let rule = &spec.resolution;
    let list = |name: &str, all: &[String]| match all {
        [] => String::new(),
        all => format!(" {name} {}", all.join(" or ")),
    };
    let bound = match (rule.at_least, rule.at_most) {
        (least, None) => format!("at least {least}"),
        (0, Some(most)) => format!("at most {most}"),
        (least, Some(most)) => format!("{least} to {most}"),
    };
    let magnitude =
        rule.events.magnitude_at_least.map(|m| format!(" of magnitude {m} or more")).unwrap_or_default();
    format!(
        "{bound} event(s) in the record from {} to {}:{}{}{}{magnitude}",
        rule.from,
        rule.to,
        list("type", &rule.events.kind),
        list("by", &rule.events.actor),
        list("towards", &rule.events.target),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::forecasts::Resolution;
    use crate::folder::signals::EventFilter;
    use jiff::civil::date;
    use source::{Place, RowAt};

    fn event(day: Date) -> Event {
        Event {
            id: day.to_string(),
            date: day,
            actor: Some("a".into()),
            target: None,
            kind: Some("test".into()),
            magnitude: Some(4.0),
            source: None,
            note: None,
            at: RowAt { file: "events.csv".into(), row: 2 },
        }
    }

    fn spec(p: f64) -> ForecastSpec {
        ForecastSpec {
            id: "f".into(),
            text: "a test".into(),
            probability: ForecastProbability::Stated(p),
            resolves: date(2023, 12, 31),
            resolution: Resolution {
                events: EventFilter {
                    kind: vec!["test".into()],
                    magnitude_at_least: Some(4.0),
                    ..EventFilter::default()
                },
                from: date(2023, 1, 1),
                to: date(2023, 12, 31),
                at_least: 1,
                at_most: None,
            },
            ground: None,
            place: Place::nowhere(),
        }
    }

    #[test]
    fn decided_only_when_the_record_reaches_beyond() {
        let none = BTreeMap::new();
        let within = [event(date(2023, 5, 1))];
        assert_eq!(forecast(&spec(0.8), &none, &within, date(2022, 12, 31)).resolved, None);
        assert_eq!(forecast(&spec(0.8), &none, &within, date(2024, 6, 1)).resolved, None);
        let beyond = [event(date(2023, 5, 1)), event(date(2024, 1, 3))];
        let resolved = forecast(&spec(0.8), &none, &beyond, date(2024, 6, 1)).resolved.unwrap();
        assert!(resolved.happened && resolved.events == 1);
        assert!(
            (resolved.brier - 0.04).abs() < 1e-12 && (resolved.log - 0.223_143_551_314_209_7).abs() < 1e-12
        );
    }

    #[test]
    fn mixes_by_the_posterior() {
        let id = |id: &str| crate::folder::table::At { value: id.to_string(), place: Place::nowhere() };
        let mut spec = spec(0.0);
        spec.probability = ForecastProbability::ByHypothesis(vec![(id("x"), 0.2), (id("y"), 0.8)]);
        let posterior = BTreeMap::from([("x".to_string(), 0.25), ("y".to_string(), 0.75)]);
        let forecast = forecast(&spec, &posterior, &[], date(2022, 1, 1));
        assert!((forecast.probability.get() - 0.65).abs() < 1e-12);
        assert_eq!(forecast.words, EstimativeWord::Likely);
    }
}
