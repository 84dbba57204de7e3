use std::collections::BTreeMap;

use measure::Seed;
use record::documents::Documents;
use serde::Serialize;
use signal::{Breaks, EchoDocument, EchoSettings, Expected, SharedPassage, Tokenized};

use super::once::{counted, once, utterances};
use super::selection::{Column, Selection, documents, read};
use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::Unit;
use crate::words::wording::Echo;

#[derive(Debug, Serialize)]
struct Report {
    unit: Unit,
    documents: usize,
    /// Further publications of an utterance by the same speaker, which were not counted.
    copies_folded: u64,
    speakers: Vec<Speaker>,
    words_at_least: usize,
    /// Pairs of documents of different speakers that share a passage which is no formula.
    pairs: u64,
    exchanged: Option<Expected>,
    chained: Option<Expected>,
    by_speakers: Vec<Pair>,
    passages: Vec<Passage>,
    stock: Vec<Passage>,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Speaker {
    name: String,
    documents: usize,
    copies_folded: u64,
}

#[derive(Debug, Serialize)]
struct Pair {
    speakers: [String; 2],
    pairs: u64,
    expected: Option<Expected>,
}

#[derive(Debug, Serialize)]
struct Passage {
    text: String,
    words: usize,
    documents: usize,
    speakers: Vec<String>,
    languages: Vec<String>,
    /// The first place in this record; several if they are of one day.
    first: Vec<Place>,
    places: Vec<Place>,
}

#[derive(Clone, Debug, Serialize)]
struct Place {
    id: String,
    date: String,
    speaker: String,
    title: String,
    at: String,
}

struct Member<'b> {
    documents: Documents<'b>,
    row: usize,
    speaker: &'b str,
}

pub fn run(words: &Echo) -> Done {
    let column = Column::of(&words.by).ok_or_else(|| {
        Failure::said(format!(
            "`{}` is no column; write outlet, speaker, type, audience or language",
            words.by
        ))
    })?;
    let only = Selection::parse(&words.only)?;
    let batches = read(&words.paths, words.sources.map.as_deref())?;
    let mut without = 0;
    let mut members = Vec::new();
    for (documents, row) in documents(&batches).filter(|(documents, row)| only.takes(documents, *row)) {
        match column.value(&documents, row) {
            Some(speaker) => members.push((speaker, documents, row)),
            None => without += 1,
        }
    }
    // What two speakers print is an echo; what one prints twice is not.
    let unit = words.sources.unit;
    let utterances = utterances(unit, &words.paths, &batches)?;
    let (members, folded) = once(utterances.as_ref(), members);
    let members: Vec<Member<'_>> =
        members.into_iter().map(|(speaker, documents, row)| Member { documents, row, speaker }).collect();
    let mut speakers: BTreeMap<&str, usize> = BTreeMap::new();
    for member in &members {
        *speakers.entry(member.speaker).or_default() += 1;
    }
    if speakers.len() < 2 {
        return Err(Failure::said(format!(
            "{} documents with {} different values of {}; echo needs at least two. Choose another column with --by",
            members.len(),
            speakers.len(),
            words.by
        )));
    }
    if let Some(name) = words.with.as_deref().filter(|name| !speakers.contains_key(name)) {
        return Err(Failure::said(format!("no document has `{name}` as its {}", words.by)));
    }
    let names: Vec<&str> = speakers.keys().copied().collect();
    let mut strata: BTreeMap<(i16, Option<&str>, Option<&str>), u32> = BTreeMap::new();
    let mut tokenized = Tokenized::default();
    let known: Vec<EchoDocument> = members
        .iter()
        .map(|member| {
            tokenized.push(&member.documents, member.row, Breaks::Texts);
            let (documents, row) = (&member.documents, member.row);
            let date = documents.date(row);
            let next = strata.len() as u32;
            let stratum = (date.year(), documents.statement_type(row), documents.language(row));
            EchoDocument {
                outlet: names.binary_search(&member.speaker).unwrap_or(0) as u32,
                stratum: *strata.entry(stratum).or_insert(next),
                day: i64::from(date.year()) * 366 + i64::from(date.day_of_year()),
            }
        })
        .collect();
    let settings = EchoSettings {
        words_at_least: words.words.max(2),
        stock_documents: words.stock.max(1),
        permutations: words.permutations,
        chains: words.chains,
    };
    let found = signal::echo(&tokenized, &known, &settings, Seed(words.seed));
    let shared = |all: Vec<SharedPassage>| -> Vec<Passage> {
        let with = |one: &SharedPassage| {
            words
                .with
                .as_deref()
                .is_none_or(|name| one.places.iter().any(|(d, _)| members[*d].speaker == name))
        };
        all.iter().filter(|one| with(one)).take(words.top).map(|one| passage(one, &members)).collect()
    };
    let by_speakers = found.by_outlets.iter().map(|pair| Pair {
        speakers: [pair.outlets.0, pair.outlets.1].map(|outlet| names[outlet as usize].to_string()),
        pairs: pair.pairs,
        expected: pair.expected,
    });
    let mut warnings = Vec::new();
    if without > 0 {
        warnings.push(format!("{without} documents have no {} and were left out", words.by));
    }
    let report = Report {
        unit,
        documents: members.len(),
        copies_folded: folded.values().sum(),
        by_speakers: by_speakers
            .filter(|pair| words.with.as_ref().is_none_or(|name| pair.speakers.contains(name)))
            .collect(),
        speakers: speakers
            .into_iter()
            .map(|(name, documents)| Speaker {
                name: name.into(),
                documents,
                copies_folded: folded.get(name).copied().unwrap_or(0),
            })
            .collect(),
        words_at_least: settings.words_at_least,
        pairs: found.pairs,
        exchanged: found.exchanged,
        chained: found.chained,
        passages: shared(found.passages),
        stock: shared(found.stock),
        warnings,
    };
    if words.json { print_json(&report) } else { show(&report, words) }
}

fn passage(one: &SharedPassage, members: &[Member<'_>]) -> Passage {
    let places: Vec<Place> = one.places.iter().map(|(document, _)| place(&members[*document])).collect();
    let distinct = |values: Vec<String>| {
        values.into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let (document, at) = one.places[0];
    let mut first: Vec<Place> = places.iter().filter(|place| place.date == places[0].date).cloned().collect();
    first.dedup_by(|a, b| a.id == b.id);
    let languages = one
        .places
        .iter()
        .filter_map(|(d, _)| members[*d].documents.language(members[*d].row).map(Into::into));
    Passage {
        text: signal::passage_text(&members[document].documents, members[document].row, at, one.words),
        words: one.words,
        documents: one.documents,
        speakers: distinct(places.iter().map(|place| place.speaker.clone()).collect()),
        languages: distinct(languages.collect()),
        first,
        places,
    }
}

fn place(member: &Member<'_>) -> Place {
    let (documents, row) = (&member.documents, member.row);
    Place {
        id: documents.id(row).into(),
        date: documents.date(row).to_string(),
        speaker: member.speaker.into(),
        title: documents.title(row).unwrap_or("").into(),
        at: documents.at(row).to_string(),
    }
}

fn show(report: &Report, words: &Echo) -> Done {
    let names: Vec<String> =
        report.speakers.iter().take(12).map(|one| format!("{} {}", one.name, one.documents)).collect();
    let documents = counted(report.documents as u64, report.copies_folded, report.unit);
    print(&format!("{documents}; by {}: {}", words.by, names.join(", ")))?;
    for warning in &report.warnings {
        print(&format!("warning: {warning}"))?;
    }
    print(&format!(
        "{} pairs of documents of different speakers share at least {} words in a row, formulas aside.",
        report.pairs, report.words_at_least
    ))?;
    let said = |expected: &Expected| {
        format!(
            "{:.1} ({:.0} to {:.0}); as many or more with p = {:.3}",
            expected.mean, expected.interval.low, expected.interval.high, expected.p_value
        )
    };
    if let Some(expected) = &report.exchanged {
        print(&format!(
            "  if it did not matter who speaks within a year and type: {} (self-repetition counts in)",
            said(expected)
        ))?;
    }
    if let Some(expected) = &report.chained {
        print(&format!("  if each strung its words by its own pairs of words: {}", said(expected)))?;
    }
    if !report.by_speakers.is_empty() {
        print("")?;
        let mut rows = vec![["who with whom", "pairs", "expected", "90 %", "p"].map(String::from).to_vec()];
        for pair in report.by_speakers.iter().take(words.top) {
            let (mean, interval, p) = pair.expected.map_or_else(Default::default, |e| {
                (
                    format!("{:.1}", e.mean),
                    format!("{:.0} … {:.0}", e.interval.low, e.interval.high),
                    format!("{:.3}", e.p_value),
                )
            });
            rows.push(vec![pair.speakers.join(" – "), pair.pairs.to_string(), mean, interval, p]);
        }
        print(&columns(&rows))?;
    }
    for (heading, passages) in
        [("Shared passages", &report.passages), ("Stock formulas (no echo)", &report.stock)]
    {
        if passages.is_empty() {
            continue;
        }
        print(&format!("\n{heading}"))?;
        for one in passages.iter().take(if heading.starts_with("Stock") { 8 } else { words.top }) {
            let first: Vec<String> =
                one.first.iter().map(|place| format!("{} {}", place.speaker, place.id)).collect();
            let text: String = one.text.chars().take(240).collect();
            print(&format!(
                "  {} words, {} documents of {}; first {}: {}",
                one.words,
                one.documents,
                one.speakers.join(", "),
                one.first.first().map_or("", |place| place.date.as_str()),
                first.join(", ")
            ))?;
            print(&format!("    “{text}{}”", if text.len() < one.text.len() { "…" } else { "" }))?;
        }
    }
    Ok(())
}
