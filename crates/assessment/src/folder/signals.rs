//! `signals.toml`: which series are looked at, which events are linked to them, which words compared.

use jiff::civil::Date;
use measure::Calendar;
use record::speech::{SpeechByOutlet, SpeechRules};
use signal::Whose;
use source::{Finding, Findings, Place};

use super::table::{At, Item, Table};

/// Which events count.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// One of these actors; any if empty.
    pub actor: Vec<String>,
    /// One of these targets; any if empty.
    pub target: Vec<String>,
    /// One of these types; any if empty.
    pub kind: Vec<String>,
    /// At least this magnitude.
    pub magnitude_at_least: Option<f64>,
}

/// Which documents count: each list holds allowed values of one column.
#[derive(Clone, Debug, Default)]
pub struct DocumentFilter {
    /// Column and allowed values.
    pub columns: Vec<(&'static str, Vec<String>)>,
}

/// What a signal counts.
#[derive(Clone, Debug)]
pub enum SignalKind {
    /// A shipped table of counts and one of its strata.
    Counts {
        /// Id of the table in `record.toml`.
        table: At<String>,
        /// The stratum; `all` unless told.
        stratum: String,
    },
    /// Documents of `record/store`, counted with the lexicon.
    Documents {
        /// Which.
        filter: DocumentFilter,
        /// Whose words.
        whose: signal::Whose,
    },
    /// Events per period.
    Events(EventFilter),
    /// The mean of a value per document.
    Mean {
        /// Id of the table of scores in `record.toml`.
        table: At<String>,
        /// The stratum; `all` unless told.
        stratum: String,
    },
    /// A measured series.
    Values {
        /// Id of the table in `record.toml`.
        table: At<String>,
        /// The series in it.
        series: At<String>,
    },
}

/// What a count is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExposureKind {
    /// Words of text.
    Tokens,
    /// Documents.
    Documents,
}

/// One signal: one series, or one per phrase.
#[derive(Clone, Debug)]
pub struct SignalSpec {
    /// Stable id.
    pub id: String,
    /// What it counts.
    pub kind: SignalKind,
    /// Which phrases; all of the table or lexicon if empty.
    pub phrases: Vec<At<String>>,
    /// What the counts are divided by.
    pub exposure: ExposureKind,
    /// How time is cut.
    pub by: Calendar,
    /// First day looked at.
    pub from: Option<Date>,
    /// Last day looked at.
    pub until: Option<Date>,
    /// Likelihood of the counts.
    pub cost: Option<shift::CostKind>,
    /// Where it stands.
    pub place: Place,
}

impl SignalSpec {
    /// Under which name the documents behind its counts are listed, and their stratum there; `None` for what has none.
    pub fn listing(&self) -> Option<(String, &str)> {
        match &self.kind {
            SignalKind::Counts { table, stratum } => Some((table.value.clone(), stratum)),
            SignalKind::Documents { .. } => Some((format!("record.{}", self.id), "all")),
            SignalKind::Events(_) | SignalKind::Mean { .. } | SignalKind::Values { .. } => None,
        }
    }
}

/// Which event a series is linked to.
#[derive(Clone, Debug)]
pub enum Linked {
    /// One, by id.
    Event(At<String>),
    /// All that match, in competition with each other and with none.
    Competing(EventFilter),
}

/// A claimed link between a series and dated events.
#[derive(Clone, Debug)]
pub struct LinkSpec {
    /// Id of the series.
    pub series: At<String>,
    /// One event or several.
    pub linked: Linked,
    /// Periods on each side.
    pub window: usize,
}

/// Series that are looked at side by side for changes that they share.
#[derive(Clone, Debug)]
pub struct PanelSpec {
    /// Stable id.
    pub id: At<String>,
    /// Ids of the series.
    pub series: Vec<At<String>>,
    /// The most shared changes.
    pub shared: usize,
    /// Why these belong together.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Two series that may move together at some lag.
#[derive(Clone, Debug)]
pub struct AssociationSpec {
    /// Stable id.
    pub id: At<String>,
    /// Ids of the two series.
    pub series: [At<String>; 2],
    /// How they are compared.
    pub settings: shift::AssociationSettings,
    /// Why it is asked.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A comparison of words between two spans of periods.
#[derive(Clone, Debug)]
pub struct WordingSpec {
    /// Stable id.
    pub id: String,
    /// Id of the words table.
    pub words: At<String>,
    /// Stratum within it.
    pub stratum: String,
    /// Id of the texts that example passages are taken from, where they are at hand.
    pub texts: Option<At<String>>,
    /// First and last year before.
    pub before: (i16, i16),
    /// First and last year after.
    pub after: (i16, i16),
}

/// Rival wordings for one thing.
#[derive(Clone, Debug)]
pub struct ShareSpec {
    /// Stable id.
    pub id: String,
    /// What the wordings are for.
    pub label: Option<String>,
    /// Ids of their series, at least two of one signal.
    pub series: Vec<At<String>>,
    /// Where it stands.
    pub place: Place,
}

/// The content of `signals.toml`.
#[derive(Clone, Debug, Default)]
pub struct SignalsSpec {
    /// The signals.
    pub signals: Vec<SignalSpec>,
    /// Event links.
    pub links: Vec<LinkSpec>,
    /// What questions and quotations look like: the same in all documents, or by the profiles that come with the program.
    pub speech: SpeechByOutlet,
    /// Comparisons of wording.
    pub wordings: Vec<WordingSpec>,
    /// Panels of series.
    pub panels: Vec<PanelSpec>,
    /// Pairs of series.
    pub associations: Vec<AssociationSpec>,
    /// Shares of rival wordings.
    pub shares: Vec<ShareSpec>,
}

pub(super) fn read(root: &Table<'_>) -> SignalsSpec {
    SignalsSpec {
        signals: root.tables("signal").iter().filter_map(signal).collect(),
        speech: root
            .get("speech")
            .and_then(|item| item.table())
            .map(|table| speech(&table))
            .unwrap_or_default(),
        links: root.tables("link").iter().filter_map(link).collect(),
        wordings: root.tables("wording").iter().filter_map(wording).collect(),
        panels: root.tables("panel").iter().filter_map(panel).collect(),
        associations: root.tables("association").iter().filter_map(association).collect(),
        shares: root.tables("share").iter().filter_map(share).collect(),
    }
}

fn signal(table: &Table<'_>) -> Option<SignalSpec> {
    let id = table.id();
    let counts = table.text("counts");
    let values = table.text("values");
    let series = table.text("series");
    let mean = table.text("mean");
    let voices = [("all", Whose::All), ("own", Whose::Own), ("quoted", Whose::Quoted)];
    let whose = one_of(table, "whose", &voices);
    let events = table.get("events").and_then(|item| event_filter(&item));
    let documents = table.get("documents").and_then(|item| document_filter(&item));
    let stratum = table.text("stratum").map_or_else(|| "all".to_string(), |text| text.value);
    let phrases = table.texts("phrases");
    let exposure = one_of(
        table,
        "exposure",
        &[("tokens", ExposureKind::Tokens), ("documents", ExposureKind::Documents)],
    )
    .unwrap_or(ExposureKind::Tokens);
    let calendars = [
        ("day", Calendar::Day),
        ("month", Calendar::Month),
        ("quarter", Calendar::Quarter),
        ("year", Calendar::Year),
    ];
    let by = one_of(table, "by", &calendars).unwrap_or(Calendar::Month);
    let costs = [
        ("poisson", shift::CostKind::Poisson),
        ("negbin", shift::CostKind::NegativeBinomial),
        ("normal", shift::CostKind::Normal),
    ];
    let cost = one_of(table, "cost", &costs);
    let (from, until) = (table.date("from"), table.date("until"));
    if whose.is_some() && documents.is_none() {
        table.report(
            Finding::error("signals::whose", "only documents are cut into voices", table.place())
                .help("`whose` stands beside `documents = { … }`; count own words for shipped counts with `demarche signals count --whose own`"),
        );
    }
    let kind = match (counts, documents, events, mean, values, series) {
        (Some(counts), None, None, None, None, None) => SignalKind::Counts { table: counts, stratum },
        (None, Some(filter), None, None, None, None) => {
            SignalKind::Documents { filter, whose: whose.unwrap_or_default() }
        }
        (None, None, Some(filter), None, None, None) => SignalKind::Events(filter),
        (None, None, None, Some(table), None, None) => SignalKind::Mean { table, stratum },
        (None, None, None, None, Some(values), Some(series)) => SignalKind::Values { table: values, series },
        _ => {
            table.report(
                Finding::error("signals::kind", "a signal counts exactly one thing", table.place()).help(
                    "give it one of `counts = \"TABLE\"`, `documents = { … }`, `events = { … }`, `mean = \"TABLE\"`, or `values = \"TABLE\"` with `series = \"NAME\"`",
                ),
            );
            return None;
        }
    };
    Some(SignalSpec {
        id: id?.value,
        kind,
        phrases,
        exposure,
        by,
        from,
        until,
        cost,
        place: table.place().clone(),
    })
}

fn speech(table: &Table<'_>) -> SpeechByOutlet {
    let (rules, file) = table.raw();
    let mut findings = Findings::new();
    let read = SpeechRules::read(rules, file, &mut findings);
    findings.into_iter().for_each(|finding| table.report(finding));
    SpeechByOutlet::everywhere(read)
}

/// The value that a word stands for; an unknown word is reported with all that are known.
pub(super) fn one_of<T: Copy>(table: &Table<'_>, key: &'static str, known: &[(&str, T)]) -> Option<T> {
    let text = table.text(key)?;
    let found = known.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
    if found.is_none() {
        let words: Vec<_> = known.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        table.report(
            Finding::error("toml::choice", format!("`{}` is no choice for `{key}`", text.value), &text.place)
                .help(format!("write one of {}", words.join(", "))),
        );
    }
    found
}

/// Reads `{ actor = […], target = […], type = […], magnitude_at_least = … }`.
pub(super) fn event_filter(item: &Item<'_>) -> Option<EventFilter> {
    let table = item.table()?;
    let values = |key| table.texts(key).into_iter().map(|text| text.value).collect();
    Some(EventFilter {
        actor: values("actor"),
        target: values("target"),
        kind: values("type"),
        magnitude_at_least: table.number("magnitude_at_least").map(|number| number.value),
    })
}

fn document_filter(item: &Item<'_>) -> Option<DocumentFilter> {
    let table = item.table()?;
    let columns = ["outlet", "statement_type", "speaker", "audience", "language"]
        .into_iter()
        .map(|column| (column, table.texts(column).into_iter().map(|text| text.value).collect::<Vec<_>>()))
        .filter(|(_, values)| !values.is_empty())
        .collect();
    Some(DocumentFilter { columns })
}

fn link(table: &Table<'_>) -> Option<LinkSpec> {
    let series = table.require_text("series", "\"phrase@signal\"");
    let event = table.text("event").map(Linked::Event);
    let events = table.get("events").and_then(|item| event_filter(&item)).map(Linked::Competing);
    let window = table.count("window").unwrap_or(6).max(1) as usize;
    let linked = match (event, events) {
        (Some(one), None) | (None, Some(one)) => one,
        _ => {
            table.report(
                Finding::error(
                    "signals::link",
                    "a link has one event or several in competition",
                    table.place(),
                )
                .help("write `event = \"ID\"` or `events = { type = [\"summit\"] }`"),
            );
            return None;
        }
    };
    Some(LinkSpec { series: series?, linked, window })
}

fn panel(table: &Table<'_>) -> Option<PanelSpec> {
    let id = table.id();
    let series = table.texts("series");
    if series.len() < 2 {
        table.report(
            Finding::error("signals::panel", "a panel needs at least two series", table.place())
                .help("write `series = [\"phrase@signal\", \"phrase@other\"]`"),
        );
        return None;
    }
    let shared = table.count("shared").map_or(shift::PanelSettings::default().max_shared, |n| n as usize);
    Some(PanelSpec { id: id?, series, shared, ground: table.ground(), place: table.place().clone() })
}

fn association(table: &Table<'_>) -> Option<AssociationSpec> {
    use shift::{Adjustment, AssociationSettings, Correlation};
    let id = table.id();
    let known = AssociationSettings::default();
    let adjustments =
        [("none", Adjustment::None), ("trend", Adjustment::Trend), ("differences", Adjustment::Differences)];
    let correlations = [("rank", Correlation::Rank), ("linear", Correlation::Linear)];
    let settings = AssociationSettings {
        lags: table.count("lags").map_or(known.lags, |n| n as usize),
        adjustment: one_of(table, "adjust", &adjustments).unwrap_or_default(),
        correlation: one_of(table, "correlation", &correlations).unwrap_or_default(),
        block: table.count("block").map(|n| n as usize),
        resamples: table.count("resamples").map_or(known.resamples, |n| n as usize),
        ..known
    };
    let series = table.texts("series");
    let ground = table.ground();
    let Ok(series) = <[At<String>; 2]>::try_from(series) else {
        table.report(
            Finding::error("signals::association", "an association is one of two series", table.place())
                .help("write `series = [\"phrase@signal\", \"talks\"]`"),
        );
        return None;
    };
    Some(AssociationSpec { id: id?, series, settings, ground, place: table.place().clone() })
}

fn wording(table: &Table<'_>) -> Option<WordingSpec> {
    let id = table.id();
    let words = table.require_text("words", "\"TABLE\"");
    let stratum = table.text("stratum").map_or_else(|| "all".to_string(), |text| text.value);
    let before = years(table, "before");
    let after = years(table, "after");
    let texts = table.text("texts");
    Some(WordingSpec { id: id?.value, words: words?, stratum, texts, before: before?, after: after? })
}

fn share(table: &Table<'_>) -> Option<ShareSpec> {
    let id = table.id();
    let label = table.text("label").map(|text| text.value);
    let series = table.texts("series");
    let signal = |at: &At<String>| at.value.split_once('@').map(|(_, signal)| signal.to_string());
    let signals: std::collections::BTreeSet<_> = series.iter().map(signal).collect();
    if series.len() < 2 || signals.len() != 1 || signals.contains(&None) {
        table.report(
            Finding::error("signals::share", "a share needs at least two phrases of one signal", table.place())
                .help("write `series = [\"one-wording@SIGNAL\", \"other-wording@SIGNAL\"]`: counts of unlike texts are never pooled"),
        );
        return None;
    }
    Some(ShareSpec { id: id?.value, label, series, place: table.place().clone() })
}

fn years(table: &Table<'_>, key: &'static str) -> Option<(i16, i16)> {
    let item = table.require(key, "[2010, 2018]")?;
    match item.numbers()[..] {
        [from, to] if from <= to && from >= 1.0 && to <= 9999.0 => Some((from as i16, to as i16)),
        _ => {
            table.report(
                Finding::error("signals::years", "expected a first and a last year", &item.place)
                    .help(format!("write `{key} = [2010, 2018]`")),
            );
            None
        }
    }
}
