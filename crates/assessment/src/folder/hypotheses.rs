//! `hypotheses.toml`: rival explanations and what speaks for them.

use jiff::civil::Date;
use measure::EstimativeWord;
use source::{Finding, Place};

use super::signals::{EventFilter, event_filter, one_of};
use super::table::{At, Item, Table};

/// A rival explanation as written.
#[derive(Clone, Debug)]
pub struct HypothesisForm {
    /// Stable id.
    pub id: At<String>,
    /// For readers.
    pub label: String,
    /// Probability before the evidence.
    pub prior: f64,
    /// Why this prior.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// How probable an indicator is under a hypothesis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LikelihoodForm {
    /// One number.
    Point(f64),
    /// A range.
    Interval(f64, f64),
    /// A word.
    Word(EstimativeWord),
}

/// Which way a series moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// More.
    Up,
    /// Less.
    Down,
}

/// How an indicator is observed.
#[derive(Clone, Debug)]
pub enum ObserveForm {
    /// A change of a series.
    Shift {
        /// Id of the series.
        series: At<String>,
        /// Which way.
        way: Way,
        /// First day of the new regime, if bounded.
        from: Option<Date>,
        /// Last day of the new regime, if bounded.
        to: Option<Date>,
    },
    /// The rate after against the rate before.
    Rate {
        /// Id of the series.
        series: At<String>,
        /// Which way.
        way: Way,
        /// The ratio that must be passed.
        factor: f64,
        /// First and last day before.
        before: (Date, Date),
        /// First and last day after.
        after: (Date, Date),
    },
    /// Two series that move together.
    Association {
        /// Id of the association in `signals.toml`.
        id: At<String>,
        /// Up if they rise together, down if one falls as the other rises; either if absent.
        way: Option<Way>,
        /// The largest p-value that counts.
        at_most: f64,
    },
    /// A number of events.
    Events {
        /// Which count.
        events: EventFilter,
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// True if there are at least so many.
        at_least: u64,
        /// …and at most so many.
        at_most: Option<u64>,
    },
    /// Somebody's recorded judgement.
    Judgement {
        /// Probability that the indicator is true.
        probability: f64,
        /// When it was made.
        on: Date,
        /// Who judged, on what.
        source: String,
    },
}

/// An indicator as written.
#[derive(Clone, Debug)]
pub struct IndicatorForm {
    /// Stable id.
    pub id: At<String>,
    /// For readers.
    pub label: String,
    /// How it is observed; `None` if it was not seen yet.
    pub observe: Option<ObserveForm>,
    /// Per hypothesis.
    pub likelihood: Vec<(At<String>, LikelihoodForm, Place)>,
    /// Admiralty code as written.
    pub reliability: Option<At<String>>,
    /// Group of dependent indicators.
    pub group: Option<At<String>>,
    /// Why these likelihoods.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A group of dependent indicators as written.
#[derive(Clone, Debug)]
pub struct GroupForm {
    /// Stable id.
    pub id: At<String>,
    /// 0 independent, 1 the same fact.
    pub strength: At<f64>,
    /// Why so strong.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// The content of `hypotheses.toml`.
#[derive(Clone, Debug, Default)]
pub struct HypothesesForm {
    /// Rival explanations.
    pub hypotheses: Vec<HypothesisForm>,
    /// What speaks for them.
    pub indicators: Vec<IndicatorForm>,
    /// What is not independent.
    pub groups: Vec<GroupForm>,
    /// The file.
    pub place: Place,
}

pub(super) fn read(root: &Table<'_>) -> HypothesesForm {
    HypothesesForm {
        hypotheses: root.tables("hypothesis").iter().filter_map(hypothesis).collect(),
        indicators: root.tables("indicator").iter().filter_map(indicator).collect(),
        groups: root.tables("group").iter().filter_map(group).collect(),
        place: root.place().clone(),
    }
}

fn hypothesis(table: &Table<'_>) -> Option<HypothesisForm> {
    let id = table.id();
    let label = table.text("label");
    let prior = table.require("prior", "0.5").and_then(|item| item.probability());
    let ground = table.require_ground("the prior");
    let id = id?;
    let label = label.map_or_else(|| id.value.clone(), |label| label.value);
    Some(HypothesisForm { label, id, prior: prior?.value, ground, place: table.place().clone() })
}

fn group(table: &Table<'_>) -> Option<GroupForm> {
    let id = table.id();
    let strength = table.require("strength", "0.5").and_then(|item| item.probability());
    let ground = table.require_ground("the group");
    Some(GroupForm { id: id?, strength: strength?, ground, place: table.place().clone() })
}

fn indicator(table: &Table<'_>) -> Option<IndicatorForm> {
    let id = table.id();
    let label = table.text("label");
    let likelihood = table.require("likelihood", "{ hypothesis = 0.5, … }").and_then(|item| item.table());
    let likelihood = likelihood.map(|table| {
        table
            .entries()
            .into_iter()
            .filter_map(|(name, item)| Some((name, likelihood_of(&item)?, item.place)))
            .collect()
    });
    let observed = table.get("observe");
    let observe = observed.as_ref().and_then(|item| item.table()).map(|table| observe(&table));
    let reliability = table.text("reliability");
    let group = table.text("group");
    let ground = table.require_ground("the indicator");
    let id = id?;
    let label = label.map_or_else(|| id.value.clone(), |label| label.value);
    Some(IndicatorForm {
        label,
        id,
        observe: match observe {
            Some(None) => return None,
            Some(observe) => observe,
            None => None,
        },
        likelihood: likelihood?,
        reliability,
        group,
        ground,
        place: table.place().clone(),
    })
}

/// A likelihood is kept even where it is out of range: the evidence stage says so with all the others.
fn likelihood_of(item: &Item<'_>) -> Option<LikelihoodForm> {
    if item.is_list() {
        return match item.numbers()[..] {
            [low, high] => Some(LikelihoodForm::Interval(low, high)),
            _ => {
                item.report(
                    Finding::error(
                        "hypotheses::likelihood",
                        "expected a lowest and a highest likelihood",
                        &item.place,
                    )
                    .help("write `[0.7, 0.95]`"),
                );
                None
            }
        };
    }
    if item.as_text().is_some() || item.is_table() {
        return item.word().map(LikelihoodForm::Word);
    }
    item.number().map(|number| LikelihoodForm::Point(number.value))
}

fn observe(table: &Table<'_>) -> Option<ObserveForm> {
    if let Some(id) = table.get("association") {
        let way = one_of(table, "direction", &[("up", Way::Up), ("down", Way::Down)]);
        let at_most = table.number("at_most").map_or(0.05, |number| number.value);
        return Some(ObserveForm::Association { id: id.text()?, way, at_most });
    }
    let keys = [table.get("shift"), table.get("rate"), table.get("events"), table.get("judgement")];
    if keys.iter().flatten().count() != 1 {
        table.report(
            Finding::error("hypotheses::observe", "an indicator is observed in exactly one way", table.place()).help(
                "write one of `shift = SERIES`, `rate = SERIES`, `events = { … }`, `association = ID`, `judgement = 0.9`; leave `observe` out if it was not seen yet",
            ),
        );
        return None;
    }
    let ways = [("up", Way::Up), ("down", Way::Down)];
    match keys {
        [Some(series), ..] => {
            let way = required_way(table, &ways);
            let (from, to) = (table.date("from"), table.date("to"));
            Some(ObserveForm::Shift { series: series.text()?, way: way?, from, to })
        }
        [_, Some(series), ..] => {
            let way = required_way(table, &ways);
            let factor = table.number("factor").map_or(1.0, |number| number.value);
            let (before, after) = (days(table, "before"), days(table, "after"));
            Some(ObserveForm::Rate {
                series: series.text()?,
                way: way?,
                factor,
                before: before?,
                after: after?,
            })
        }
        [_, _, Some(events), _] => {
            let events = event_filter(&events);
            let from = table.require("from", "2022-01-01").and_then(|item| item.date());
            let to = table.require("to", "2022-12-31").and_then(|item| item.date());
            let (at_least, at_most) = (table.count("at_least"), table.count("at_most"));
            Some(ObserveForm::Events {
                events: events?,
                from: from?,
                to: to?,
                at_least: at_least.unwrap_or(if at_most.is_some() { 0 } else { 1 }),
                at_most,
            })
        }
        [_, _, _, Some(judgement)] => {
            let probability = judgement.probability();
            let on = table.require("on", "2022-12-01").and_then(|item| item.date());
            let source = table.require_text("source", "\"who judged, on what\"");
            Some(ObserveForm::Judgement { probability: probability?.value, on: on?, source: source?.value })
        }
        [None, None, None, None] => None,
    }
}

fn required_way(table: &Table<'_>, ways: &[(&str, Way)]) -> Option<Way> {
    table.require("direction", "\"up\" or \"down\"")?;
    one_of(table, "direction", ways)
}

fn days(table: &Table<'_>, key: &'static str) -> Option<(Date, Date)> {
    let item = table.require(key, "[2015-01-01, 2018-12-31]")?;
    let days: Vec<_> = item.list().iter().filter_map(|day| day.date()).collect();
    match days[..] {
        [from, to] if from <= to => Some((from, to)),
        _ => {
            item.report(
                Finding::error("hypotheses::days", "expected a first and a last day", &item.place)
                    .help(format!("write `{key} = [2015-01-01, 2018-12-31]`")),
            );
            None
        }
    }
}
