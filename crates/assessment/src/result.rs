//! What an assessment comes to: the value behind `assessment.json` and the report.

use std::collections::BTreeMap;

use jiff::civil::Date;
use measure::{Composition, Seed, Series};
use serde::{Deserialize, Serialize};
use source::Quarantined;

pub use crate::cache::Ran;
use crate::folder::parameters::Parameter;
use crate::folder::question::Actor;
use crate::ledger::Ledger;
pub use crate::stage::forecast::Forecast;
pub use crate::stage::judge::Judgment;
pub use crate::stage::shares::Shares;

/// A series with what it is and where it is from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// The counts or values.
    pub series: Series,
    /// What the values are divided by, e.g. `tokens`; empty for measured values.
    pub exposure: String,
    /// Likelihood used.
    pub cost: shift::CostKind,
    /// Id of the phrase, if it counts one.
    pub phrase: Option<String>,
    /// Id of the signal in `signals.toml`.
    pub signal: String,
    /// Stratum counted.
    pub stratum: String,
    /// Where the numbers stand: a file of the record.
    pub file: String,
    /// Further publications of the same utterances in the record counted, which are not counted again; `None` where
    /// the counts were made elsewhere or count no documents.
    pub copies_folded: Option<u64>,
}

impl Signal {
    /// Whether it holds measured values rather than counts: then exposure is a weight and no divisor.
    pub fn is_measured(&self) -> bool {
        self.cost == shift::CostKind::Normal
    }

    /// What to say of the copies that are not counted again: `; 3 copies folded`; `None` where it is not known.
    pub fn folded_text(&self) -> Option<String> {
        Some(match self.copies_folded? {
            0 => "; no copies among them".into(),
            1 => "; 1 copy folded".into(),
            copies => format!("; {copies} copies folded"),
        })
    }

    /// Value of a point per unit of exposure, or the value as measured.
    pub fn rate_at(&self, point: &measure::Point) -> f64 {
        if self.is_measured() { point.value } else { point.value / point.exposure }
    }

    /// Rate over all periods; of measured values their mean.
    pub fn rate(&self) -> f64 {
        if self.is_measured() {
            self.series.points.iter().map(|point| point.value).sum::<f64>() / self.series.len() as f64
        } else {
            self.series.rate()
        }
    }
}

/// What was read from the record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Events visible as of the date.
    pub events: Vec<record::events::Event>,
    /// All series.
    pub signals: Vec<Signal>,
    /// Words by id of the comparison.
    pub words: BTreeMap<String, WordParts>,
    /// Counts of rival wordings.
    pub compositions: Vec<Composition>,
    /// Documents behind counts, by table: what `why` shows as places a reader can open.
    pub documents: BTreeMap<String, Vec<DocumentCount>>,
    /// Rows that could not be read.
    pub quarantine: Vec<Quarantined>,
}

/// The words of two spans, period by period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordParts {
    /// All words.
    pub terms: Vec<shift::Term>,
    /// What each period holds; the earlier span is A, the later B.
    pub parts: Vec<shift::Part>,
    /// The period of each part.
    pub periods: Vec<String>,
}

/// How often a phrase stands in one document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentCount {
    /// Id of the document.
    pub id: String,
    /// Its date.
    pub date: Date,
    /// Its title.
    pub title: String,
    /// A place a reader can open.
    pub link: String,
    /// Its stratum.
    pub stratum: String,
    /// Id of the phrase.
    pub phrase: String,
    /// How often.
    pub count: u64,
    /// Words of the document.
    pub tokens: u64,
    /// `file:row`.
    pub at: String,
}

/// A series held against a dated event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Id of the series.
    pub series: String,
    /// Id of the event.
    pub event: String,
    /// The measure and its placebo distribution; or why there is none.
    pub outcome: Result<shift::EventLink, String>,
}

/// Words that tell two spans apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wording {
    /// Id of the comparison.
    pub id: String,
    /// Words, strongest first, a hundred at most; parts are periods.
    pub keys: Vec<shift::TermKey>,
    /// The period of each part.
    pub periods: Vec<String>,
    /// Periods before and after.
    pub sizes: [usize; 2],
}

/// Several events in competition for the changes of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contest {
    /// Id of the series.
    pub series: String,
    /// One per reported change; or why there is none.
    pub outcome: Result<Vec<shift::Competition>, String>,
}

/// Series side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PanelFound {
    /// Id of the panel.
    pub id: String,
    /// Ids of the series as asked for.
    pub series: Vec<String>,
    /// What was found, each shared change with what is left of it without each series; or why nothing was.
    pub outcome: Result<shift::Panel, String>,
}

/// Two series that may move together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Associated {
    /// Id of the association.
    pub id: String,
    /// Ids of the two series.
    pub series: [String; 2],
    /// What was found; or why nothing was.
    pub outcome: Result<shift::Association, String>,
}

/// All that was found about changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// By series.
    pub shifts: BTreeMap<String, shift::Shifts>,
    /// What carries each change of a series, in their order, where the documents behind it are known.
    pub attributions: BTreeMap<String, Vec<shift::Attribution>>,
    /// Series too short or too odd to examine, with the reason.
    pub skipped: BTreeMap<String, String>,
    /// Event links.
    pub links: Vec<Link>,
    /// Comparisons of words.
    pub wordings: Vec<Wording>,
    /// Shares of rival wordings.
    pub shares: Vec<Shares>,
    /// Several events in competition.
    pub contests: Vec<Contest>,
    /// Panels of series.
    pub panels: Vec<PanelFound>,
    /// Pairs of series.
    pub associations: Vec<Associated>,
}

impl Changes {
    /// What scripts read in `assessment.json`: series that changed with what carries each change, links, contests,
    /// panels, associations.
    pub fn to_json(&self) -> serde_json::Value {
        let changed = self.shifts.iter().filter(|(_, shifts)| !shifts.change_points.is_empty());
        let shifts: BTreeMap<&String, serde_json::Value> = changed
            .map(|(id, shifts)| {
                let points: Vec<_> = shifts
                    .change_points
                    .iter()
                    .enumerate()
                    .map(|(i, change)| {
                        let attribution = self.attributions.get(id).and_then(|all| all.get(i));
                        serde_json::json!({ "change": change, "attribution": attribution })
                    })
                    .collect();
                let value = serde_json::json!({
                    "log_bayes_factor": shifts.log_bayes_factor,
                    "sentence": shifts.sentence(),
                    "changes": points,
                });
                (id, value)
            })
            .collect();
        let outcome = |id: &str, found: Result<serde_json::Value, &String>| match found {
            Ok(value) => serde_json::json!({ "id": id, "found": value }),
            Err(reason) => serde_json::json!({ "id": id, "reason": reason }),
        };
        let panels: Vec<_> = self
            .panels
            .iter()
            .map(|one| outcome(&one.id, one.outcome.as_ref().map(|panel| serde_json::json!(panel))))
            .collect();
        let associations: Vec<_> = self
            .associations
            .iter()
            .map(|one| outcome(&one.id, one.outcome.as_ref().map(|found| serde_json::json!(found))))
            .collect();
        let contests: Vec<_> = self
            .contests
            .iter()
            .map(|one| outcome(&one.series, one.outcome.as_ref().map(|found| serde_json::json!(found))))
            .collect();
        serde_json::json!({
            "shifts": shifts,
            "contests": contests,
            "panels": panels,
            "associations": associations,
        })
    }
}

/// The game, at the central values of all parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Behavior and expected utilities.
    pub play: calculus::Play,
    /// Where the most likely choice changes.
    pub thresholds: Vec<calculus::Threshold>,
    /// Outcomes that other stages use, by name (`calculus.…`) and by the hypothesis that is true.
    pub outcomes: BTreeMap<String, BTreeMap<String, f64>>,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// A short name.
    pub title: String,
    /// The question.
    pub question: String,
    /// Nothing later was visible.
    pub as_of: Date,
    /// How far the judgments look ahead.
    pub horizon: Option<Date>,
    /// Seed of all random streams.
    pub seed: Seed,
    /// Who acts.
    pub actors: Vec<Actor>,
}

/// How a stage went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageReport {
    /// Its name.
    pub stage: &'static str,
    /// Computed or unchanged.
    pub ran: Ran,
    /// Hash of its result.
    pub hash: String,
}

/// An assessment.
#[derive(Clone, Debug)]
pub struct Assessed {
    /// What was asked.
    pub asked: Asked,
    /// What was read.
    pub evidence: Evidence,
    /// What changed.
    pub changes: Changes,
    /// Passages for the words of each comparison, where the texts are at hand; no part of `assessment.json`, which is
    /// the same with and without them.
    pub examples: BTreeMap<String, Vec<crate::Example>>,
    /// Which explanation fits.
    pub weighing: evidence::Weighing,
    /// What the choice looks like.
    pub choice: Option<Choice>,
    /// How it could run away.
    pub crisis: Option<crisis::CrisisResult>,
    /// What holds up.
    pub options: Option<options::OptionsResult>,
    /// Key judgments.
    pub judgments: Vec<Judgment>,
    /// Forecasts.
    pub forecasts: Vec<Forecast>,
    /// Assumptions.
    pub parameters: Vec<Parameter>,
    /// Every number with its ground.
    pub ledger: Ledger,
    /// How each stage went.
    pub stages: Vec<StageReport>,
    /// Warnings about the folder.
    pub warnings: Vec<String>,
}

impl Assessed {
    /// The content of `assessment.json`: no clock time, no machine path, the same bits for the same inputs and
    /// seed.
    pub fn to_json(&self) -> serde_json::Value {
        let mut by_file: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &self.evidence.quarantine {
            *by_file.entry(&row.at.file).or_default() += 1;
        }
        let stages: BTreeMap<_, _> = self.stages.iter().map(|stage| (stage.stage, &stage.hash)).collect();
        serde_json::json!({
            "title": self.asked.title,
            "question": self.asked.question,
            "as_of": self.asked.as_of,
            "horizon": self.asked.horizon,
            "seed": self.asked.seed,
            "judgments": self.judgments,
            "forecasts": self.forecasts,
            "hypotheses": self.weighing.hypotheses,
            "changes": self.changes.to_json(),
            "stages": stages,
            "quarantine": {
                "rows": self.evidence.quarantine.len(),
                "by_file": by_file,
                "reasons": self.evidence.quarantine,
            },
            "warnings": self.warnings,
            "numbers": self.ledger,
        })
    }
}
