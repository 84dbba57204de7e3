//! `forecasts.toml`: dated forecasts with rules by which the record will decide them.

use jiff::civil::Date;
use source::{Finding, Place};

use super::signals::{EventFilter, event_filter};
use super::table::{At, Table};

/// How probable the analyst or the hypotheses make a forecast.
#[derive(Clone, Debug)]
pub enum ForecastProbability {
    /// One number.
    Stated(f64),
    /// One number under each hypothesis, mixed by the posterior.
    ByHypothesis(Vec<(At<String>, f64)>),
}

/// What in the record decides a forecast.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// Events that count.
    pub events: EventFilter,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// True if there are at least so many.
    pub at_least: u64,
    /// …and at most so many.
    pub at_most: Option<u64>,
}

/// One forecast.
#[derive(Clone, Debug)]
pub struct ForecastSpec {
    /// Stable id.
    pub id: String,
    /// The sentence that turns out right or wrong.
    pub text: String,
    /// How probable.
    pub probability: ForecastProbability,
    /// The day after which it is decided.
    pub resolves: Date,
    /// How it is decided.
    pub resolution: Resolution,
    /// Why this probability.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

pub(super) fn read(root: &Table<'_>) -> Vec<ForecastSpec> {
    root.tables("forecast").iter().filter_map(forecast).collect()
}

fn forecast(table: &Table<'_>) -> Option<ForecastSpec> {
    let id = table.id();
    let text = table.require_text("text", "\"What will happen by when\"");
    let probability = table.require("probability", "0.7").and_then(|item| {
        if !item.is_table() || item.word().is_some() {
            return item.probability().map(|p| ForecastProbability::Stated(p.value));
        }
        let by = item.table()?.entries();
        let each = by.into_iter().filter_map(|(name, item)| Some((name, item.probability()?.value)));
        Some(ForecastProbability::ByHypothesis(each.collect()))
    });
    let resolves = table.require("resolves", "2023-12-31").and_then(|item| item.date());
    let resolution =
        table.require("resolve", "{ events = { … }, from = …, to = …, at_least = 1 }").and_then(|item| {
            let rule = item.table()?;
            let events =
                rule.require("events", "{ actor = […], type = […] }").and_then(|item| event_filter(&item));
            let from = rule.require("from", "2023-01-01").and_then(|item| item.date());
            let to = rule.require("to", "2023-12-31").and_then(|item| item.date());
            let (at_least, at_most) = (rule.count("at_least"), rule.count("at_most"));
            if at_least.is_none() && at_most.is_none() {
                rule.report(
                    Finding::error("forecasts::rule", "the rule says no number of events", rule.place())
                        .help("add `at_least = 1` or `at_most = 0`"),
                );
            }
            Some(Resolution {
                events: events?,
                from: from?,
                to: to?,
                at_least: at_least.unwrap_or(0),
                at_most,
            })
        });
    let ground = table.require_ground("the forecast");
    Some(ForecastSpec {
        id: id?.value,
        text: text?.value,
        probability: probability?,
        resolves: resolves?,
        resolution: resolution?,
        ground,
        place: table.place().clone(),
    })
}
