//! From tables, events and documents to series with exposure, as of a date.

use std::collections::BTreeMap;

use jiff::civil::Date;
use measure::{Period, Point, Series};
use record::events::Event;
use record::speech::SpeechByOutlet;
use shift::{ContrastSet, Part, Term};
use signal::{Counts, DocumentHits, Lexicon, Score, Speaking, Strata, Tally};

use super::inputs::Inputs;
use super::observe::matches;
use super::shares;
use crate::AssessmentError;
use crate::folder::Folder;
use crate::folder::signals::{DocumentFilter, ExposureKind, SignalKind, SignalSpec, WordingSpec};
use crate::result::{DocumentCount, Evidence, Signal, WordParts};

/// The ids of all series that the folder describes, whether or not their data is there.
pub fn series_ids(folder: &Folder, inputs: &Inputs) -> Vec<String> {
    let mut ids = Vec::new();
    for spec in &folder.signals.signals {
        match &spec.kind {
            SignalKind::Events(_) | SignalKind::Mean { .. } | SignalKind::Values { .. } => {
                ids.push(spec.id.clone())
            }
            SignalKind::Counts { table, .. } => {
                let known = inputs
                    .counts
                    .get(&table.value)
                    .map(|held| held.value.phrases.as_slice())
                    .unwrap_or_default();
                ids.extend(phrases(spec, known).into_iter().map(|phrase| format!("{phrase}@{}", spec.id)));
            }
            SignalKind::Documents { .. } => {
                let known = folder.lexicon.ids();
                ids.extend(phrases(spec, &known).into_iter().map(|phrase| format!("{phrase}@{}", spec.id)));
            }
        }
    }
    ids
}

fn phrases(spec: &SignalSpec, known: &[String]) -> Vec<String> {
    if spec.phrases.is_empty() {
        return known.to_vec();
    }
    spec.phrases.iter().map(|phrase| phrase.value.clone()).collect()
}

/// Everything visible on `as_of`.
///
/// # Errors
/// [`AssessmentError::Stage`] if the documents of the record cannot be counted.
pub fn collect(
    folder: &Folder,
    inputs: &Inputs,
    lexicon: Option<&Lexicon>,
    as_of: Date,
) -> Result<Evidence, AssessmentError> {
    let events: Vec<Event> = inputs.events.iter().filter(|event| event.date <= as_of).cloned().collect();
    let mut signals = Vec::new();
    let mut documents: BTreeMap<_, _> =
        inputs.documents.iter().map(|(id, held)| (id.clone(), listed(&held.value, as_of))).collect();
    for spec in &folder.signals.signals {
        let rules = &folder.signals.speech;
        signals.extend(signal_of(spec, inputs, lexicon, rules, &events, as_of, &mut documents)?);
    }
    let words = folder
        .signals
        .wordings
        .iter()
        .filter_map(|spec| Some((spec.id.clone(), words(spec, inputs, as_of)?)))
        .collect();
    let mut compositions = Vec::new();
    for spec in &folder.signals.shares {
        compositions.extend(shares::compose(spec, &signals)?);
    }
    Ok(Evidence { events, signals, words, compositions, documents, quarantine: inputs.quarantine.clone() })
}

/// One row per document and phrase, of those visible on `as_of`.
fn listed(documents: &[DocumentHits], as_of: Date) -> Vec<DocumentCount> {
    let mut all = Vec::new();
    for document in documents.iter().filter(|document| document.date <= as_of) {
        for (phrase, count) in &document.phrases {
            all.push(DocumentCount {
                id: document.id.clone(),
                date: document.date,
                title: document.title.clone(),
                link: document.link.clone(),
                stratum: document.stratum.clone(),
                phrase: phrase.clone(),
                count: *count,
                tokens: document.tokens,
                at: document.at.clone(),
            });
        }
    }
    all
}

fn signal_of(
    spec: &SignalSpec,
    inputs: &Inputs,
    lexicon: Option<&Lexicon>,
    rules: &SpeechByOutlet,
    events: &[Event],
    as_of: Date,
    documents: &mut BTreeMap<String, Vec<DocumentCount>>,
) -> Result<Vec<Signal>, AssessmentError> {
    let cut = |series: Series| {
        let inside = |point: &&Point| {
            spec.from.is_none_or(|from| point.period.first_day().is_none_or(|day| day >= from))
                && spec.until.is_none_or(|until| point.period.last_day().is_none_or(|day| day <= until))
        };
        let series = series.until(as_of);
        Series { points: series.points.iter().filter(inside).copied().collect(), id: series.id }
    };
    let made = |series: Series, phrase: Option<String>, exposure: &str, stratum: &str, file: &str| {
        let cost = spec.cost.unwrap_or(if series.is_counts() {
            shift::CostKind::NegativeBinomial
        } else {
            shift::CostKind::Normal
        });
        Signal {
            series: cut(series),
            exposure: if cost == shift::CostKind::Normal { String::new() } else { exposure.into() },
            cost,
            phrase,
            signal: spec.id.clone(),
            stratum: stratum.into(),
            file: file.into(),
            copies_folded: None,
        }
    };
    let by_phrase = |counts: &Counts, stratum: &str, file: &str| -> Result<Vec<Signal>, AssessmentError> {
        let (kind, exposure) = match spec.exposure {
            ExposureKind::Tokens => (signal::ExposureKind::Tokens, "tokens"),
            ExposureKind::Documents => (signal::ExposureKind::Documents, "documents"),
        };
        let wanted = phrases(spec, &counts.phrases);
        let own = Counts {
            cells: counts
                .cells
                .iter()
                .filter(|((_, s, _), _)| s == stratum)
                .map(|(k, v)| (k.clone(), *v))
                .collect(),
            exposure: counts
                .exposure
                .iter()
                .filter(|((s, _), _)| s == stratum)
                .map(|(k, v)| (k.clone(), *v))
                .collect(),
            phrases: counts.phrases.iter().filter(|phrase| wanted.contains(phrase)).cloned().collect(),
            folded: 0,
        };
        let mut all = Vec::new();
        for mut series in own.series(kind).map_err(|error| AssessmentError::stage("signals", error))? {
            let phrase = series.id.split('@').next().unwrap_or_default().to_string();
            series.id = format!("{phrase}@{}", spec.id);
            all.push(made(series, Some(phrase), exposure, stratum, file));
        }
        Ok(all)
    };
    Ok(match &spec.kind {
        SignalKind::Counts { table, stratum } => match inputs.counts.get(&table.value) {
            Some(held) => by_phrase(&held.value, stratum, &held.file)?,
            None => Vec::new(),
        },
        SignalKind::Documents { filter, whose } => match (&inputs.store, lexicon) {
            (Some(store), Some(lexicon)) => {
                let speaking = Speaking { whose: *whose, rules };
                let (counts, holding) = count(store, lexicon, filter, speaking, spec, as_of)?;
                documents.extend(spec.listing().map(|(name, _)| (name, listed(&holding, as_of))));
                let mut all = by_phrase(&counts, "all", "record/store")?;
                for signal in &mut all {
                    signal.copies_folded = Some(counts.folded);
                }
                all
            }
            _ => Vec::new(),
        },
        SignalKind::Events(filter) => {
            let counted: Vec<Date> =
                events.iter().filter(|event| matches(filter, event)).map(|event| event.date).collect();
            let first = spec.from.or_else(|| counted.first().copied());
            match first {
                Some(from) => {
                    let to = spec.until.map_or(as_of, |until| until.min(as_of));
                    let series = signal::event_series(spec.id.clone(), counted, spec.by, from, to);
                    vec![made(series, None, "days", "all", "events")]
                }
                None => Vec::new(),
            }
        }
        SignalKind::Mean { table, stratum } => {
            let Some(held) = inputs.scores.get(&table.value) else { return Ok(Vec::new()) };
            let visible: Vec<Score> = held
                .value
                .iter()
                .filter(|one| one.date <= as_of && one.stratum == *stratum)
                .cloned()
                .collect();
            let named = signal::mean_series(&spec.id, &visible, spec.by).into_iter();
            named
                .map(|series| {
                    made(Series { id: spec.id.clone(), ..series }, None, "documents", stratum, &held.file)
                })
                .collect()
        }
        SignalKind::Values { table, series } => {
            let held = inputs.values.get(&table.value);
            let found = held.and_then(|held| held.value.iter().find(|own| own.id == series.value));
            match (held, found) {
                (Some(held), Some(found)) => {
                    let series = Series { id: spec.id.clone(), points: found.points.clone() };
                    vec![made(series, None, "exposure", "all", &held.file)]
                }
                _ => Vec::new(),
            }
        }
    })
}

/// The documents that the filter lets through, counted per batch and added up, with those that hold a phrase of the signal in its span of time.
fn count(
    store: &record::Store,
    lexicon: &Lexicon,
    filter: &DocumentFilter,
    speaking: Speaking<'_>,
    spec: &SignalSpec,
    as_of: Date,
) -> Result<(Counts, Vec<DocumentHits>), AssessmentError> {
    let wrong = |error: &dyn std::fmt::Display| AssessmentError::stage("signals", error);
    let strata = Strata::Together(&filter.columns);
    let mut total = Counts { phrases: lexicon.ids().map(str::to_string).collect(), ..Counts::default() };
    let utterances = store.utterances().map_err(|e| wrong(&e))?;
    let by = signal::CountBy::utterance(&utterances, store.documents(), strata, Some(as_of));
    let by = by.map_err(|e| wrong(&e))?;
    let inside = |date: Date| {
        spec.from.is_none_or(|from| date >= from) && spec.until.is_none_or(|until| date <= until)
    };
    let counted =
        |phrase: &String| spec.phrases.is_empty() || spec.phrases.iter().any(|one| one.value == *phrase);
    let mut holding = Vec::new();
    let mut batches = store.documents();
    loop {
        // As many batches at once as keep all threads busy, so that memory stays bounded.
        let some: Vec<_> = batches
            .by_ref()
            .take(4 * rayon::current_num_threads())
            .collect::<Result<_, _>>()
            .map_err(|e| wrong(&e))?;
        if some.is_empty() {
            return Ok((total, holding));
        }
        let tally =
            Tally { calendar: spec.by, strata, as_of: Some(as_of), by: &by, speaking: Some(speaking) };
        let (counts, each) = tally.count(lexicon, &some).map_err(|e| wrong(&e))?;
        for mut document in each.into_iter().filter(|one| inside(one.date)) {
            document.phrases.retain(|(phrase, _)| counted(phrase));
            if !document.phrases.is_empty() {
                holding.push(document);
            }
        }
        total.add(counts);
    }
}

/// The words of two spans of years, period by period.
fn words(spec: &WordingSpec, inputs: &Inputs, as_of: Date) -> Option<WordParts> {
    let all = inputs.words.get(&spec.words.value)?.value.get(&spec.stratum)?;
    let mut words = WordParts { terms: Vec::new(), parts: Vec::new(), periods: Vec::new() };
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    for (set, (from, to)) in [(ContrastSet::A, spec.before), (ContrastSet::B, spec.after)] {
        let within = |period: &Period| {
            period.first_day().is_some_and(|day| day.year() >= from && day.year() <= to)
                && period.last_day().is_some_and(|day| day <= as_of)
        };
        for (period, own) in all.iter().filter(|(period, _)| within(period)) {
            let (tokens, documents) = own.get("*").copied().unwrap_or_default();
            let mut terms: Vec<(u32, u64, u64)> = Vec::with_capacity(own.len());
            for (word, (count, documents)) in own.iter().filter(|(word, _)| *word != "*") {
                let next = words.terms.len() as u32;
                let number = *numbers.entry(word).or_insert(next);
                if number == next {
                    words.terms.push(Term { text: word.clone(), length: 1 });
                }
                terms.push((number, *count, *documents));
            }
            terms.sort_unstable();
            words.parts.push(Part { set, documents, positions: vec![tokens], terms });
            words.periods.push(period.to_string());
        }
    }
    Some(words)
}
