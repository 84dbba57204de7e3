//! `assessment.toml`: what is asked, about whom, as of when.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use source::{Finding, Place};

use super::table::{At, Table};

/// Who acts in the assessment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// Stable id, as in the events.
    pub id: String,
    /// For readers.
    pub label: String,
}

/// How good and how many the sources are and how much rests on assumptions; apart from probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Scant or poor sources, or mostly assumptions.
    Low,
    /// Credible sources, not enough of them to exclude another reading.
    Moderate,
    /// Good sources of several kinds that agree.
    High,
}

impl Confidence {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

/// A key judgment as written by the analyst.
#[derive(Clone, Debug)]
pub struct JudgmentSpec {
    /// Stable id.
    pub id: String,
    /// The sentence; its probability stands beside it.
    pub text: String,
    /// Id of the number that gives the probability.
    pub number: At<String>,
    /// The most confidence that may be shown.
    pub ceiling: Option<Confidence>,
    /// Why the ceiling.
    pub because: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// The content of `assessment.toml`.
#[derive(Clone, Debug)]
pub struct Question {
    /// A short name.
    pub title: String,
    /// The question in full.
    pub question: String,
    /// Nothing later is visible.
    pub as_of: Date,
    /// How far the judgments look ahead.
    pub horizon: Option<Date>,
    /// Seed of all random streams.
    pub seed: u64,
    /// Who acts.
    pub actors: Vec<Actor>,
    /// Key judgments.
    pub judgments: Vec<JudgmentSpec>,
}

pub(super) fn read(root: &Table<'_>) -> Option<Question> {
    let title = root.require_text("title", "\"A short name\"");
    let question = root.require_text("question", "\"What is asked?\"");
    let as_of = root.require("as_of", "2022-12-31").and_then(|item| item.date());
    let seed = root.count("seed").unwrap_or(1);
    let horizon = root.date("horizon");
    let actors = root.tables("actor").iter().filter_map(actor).collect();
    let judgments = root.tables("judgment").iter().filter_map(judgment).collect();
    Some(Question {
        title: title?.value,
        question: question?.value,
        as_of: as_of?,
        horizon,
        seed,
        actors,
        judgments,
    })
}

fn actor(table: &Table<'_>) -> Option<Actor> {
    let id = table.id();
    let label = table.text("label");
    let id = id?.value;
    Some(Actor { label: label.map_or_else(|| id.clone(), |label| label.value), id })
}

fn judgment(table: &Table<'_>) -> Option<JudgmentSpec> {
    let id = table.id();
    let text = table.require_text("text", "\"A sentence that can turn out right or wrong\"");
    let number = table.require_text("number", "\"hypothesis.ID\"");
    let ceiling = table.text("confidence").and_then(|text| match text.value.as_str() {
        "low" => Some(Confidence::Low),
        "moderate" => Some(Confidence::Moderate),
        "high" => Some(Confidence::High),
        other => {
            table.report(
                Finding::error(
                    "assessment::confidence",
                    format!("`{other}` is not a confidence"),
                    &text.place,
                )
                .help("write \"low\", \"moderate\" or \"high\""),
            );
            None
        }
    });
    let because = table.ground();
    Some(JudgmentSpec {
        id: id?.value,
        text: text?.value,
        number: number?,
        ceiling,
        because,
        place: table.place().clone(),
    })
}
