//! Counts per phrase, stratum and period, each with its exposure.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use jiff::civil::Date;
use measure::{Calendar, Period, Point, Series, SeriesError};
use rayon::prelude::*;
use record::Utterances;
use record::documents::Documents;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::count::{Counter, Speaking};
use crate::lexicon::Lexicon;
use crate::strata::{Strata, StratumError};
use crate::table::DocumentHits;

/// What a count is set against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExposureKind {
    /// Words.
    Tokens,
    /// Documents; the value is then the number of documents that hold the phrase.
    Documents,
}

/// What is counted once.
#[derive(Clone, Debug)]
pub enum CountBy {
    /// Each document.
    Publication,
    /// Each utterance, once in every stratum it stands in; see [`CountBy::utterance`].
    Utterance(Folded),
}

/// Ids of documents for which another one stands.
#[derive(Clone, Debug, Default)]
pub struct Folded(FxHashSet<String>);

impl CountBy {
    /// Each utterance counts once in every stratum, by its first document there that is not later than `as_of`.
    /// Reprints, rewritten copies and bare headlines beside a text are folded into it. `batches` are all the
    /// documents that will be counted.
    ///
    /// # Errors
    /// Those of the batches.
    ///
    /// # Cost
    /// One pass; memory for the documents that have copies.
    pub fn utterance<E>(
        utterances: &Utterances,
        batches: impl Iterator<Item = Result<RecordBatch, E>>,
        strata: Strata<'_>,
        as_of: Option<Date>,
    ) -> Result<Self, E> {
        let mut folded = FxHashSet::default();
        let mut standing: FxHashMap<(&str, String), (u32, String)> = FxHashMap::default();
        for batch in batches {
            let batch = batch?;
            let Some(documents) = Documents::of(&batch) else { continue };
            for row in 0..documents.len() {
                let Some(publication) = utterances.repeated(documents.id(row)) else { continue };
                if as_of.is_some_and(|day| documents.date(row) > day) {
                    continue;
                }
                let mut this = (publication.place, publication.document.clone());
                let Some(stratum) = strata.of(&documents, row) else { continue };
                match standing.entry((&publication.utterance, stratum)) {
                    Entry::Vacant(entry) => drop(entry.insert(this)),
                    Entry::Occupied(mut entry) => {
                        if this < *entry.get() {
                            std::mem::swap(&mut this, entry.get_mut());
                        }
                        folded.insert(this.1);
                    }
                }
            }
        }
        Ok(Self::Utterance(Folded(folded)))
    }

    fn counts(&self, id: &str) -> bool {
        match self {
            Self::Publication => true,
            Self::Utterance(folded) => !folded.0.contains(id),
        }
    }
}

/// One cell of the table of counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// How often.
    pub count: u64,
    /// In how many documents.
    pub documents: u64,
}

/// Whole numbers per phrase, stratum and period; two of them add up in any order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Phrase, stratum, period → count; absent means 0 where the stratum has text.
    pub cells: BTreeMap<(String, String, Period), Cell>,
    /// Stratum, period → words and documents looked at.
    pub exposure: BTreeMap<(String, Period), (u64, u64)>,
    /// Ids of all phrases looked for.
    pub phrases: Vec<String>,
    /// Visible documents that were not counted because another stands for their utterance.
    pub folded: u64,
}

impl Counts {
    /// Adds the counts of other documents.
    pub fn add(&mut self, other: Self) {
        for (key, cell) in other.cells {
            let sum = self.cells.entry(key).or_default();
            sum.count += cell.count;
            sum.documents += cell.documents;
        }
        for (key, (tokens, documents)) in other.exposure {
            let sum = self.exposure.entry(key).or_default();
            sum.0 += tokens;
            sum.1 += documents;
        }
        self.folded += other.folded;
        if self.phrases.is_empty() {
            self.phrases = other.phrases;
        }
    }

    /// One series per phrase and stratum, `phrase@stratum`. A period without a document of the stratum is missing,
    /// not zero.
    ///
    /// # Errors
    /// None in practice: periods are of one kind and exposures above 0 by construction.
    pub fn series(&self, exposure: ExposureKind) -> Result<Vec<Series>, SeriesError> {
        let mut points: BTreeMap<(&str, &str), Vec<Point>> = BTreeMap::new();
        for ((stratum, period), &(tokens, documents)) in &self.exposure {
            for phrase in &self.phrases {
                let key = (phrase.clone(), stratum.clone(), *period);
                let cell = self.cells.get(&key).copied().unwrap_or_default();
                let (value, looked_at) = match exposure {
                    ExposureKind::Tokens => (cell.count, tokens),
                    ExposureKind::Documents => (cell.documents, documents),
                };
                if looked_at > 0 {
                    let point = Point { period: *period, value: value as f64, exposure: looked_at as f64 };
                    points.entry((phrase, stratum)).or_default().push(point);
                }
            }
        }
        points
            .into_iter()
            .map(|((phrase, stratum), points)| Series::new(format!("{phrase}@{stratum}"), points))
            .collect()
    }
}

/// Counts batches and adds them up, each utterance or each publication once. Documents later than `as_of` are
/// invisible. The documents behind the counts are listed too (no text).
///
/// # Errors
/// [`StratumError`] for a column that cannot make strata.
///
/// # Panics
/// If a batch has not the columns of [`record::documents::schema`].
pub fn tally(
    lexicon: &Lexicon,
    batches: &[RecordBatch],
    calendar: Calendar,
    strata: &[String],
    as_of: Option<Date>,
    by: &CountBy,
) -> Result<(Counts, Vec<DocumentHits>), StratumError> {
    Tally { calendar, strata: Strata::Apart(strata), as_of, by, speaking: None }.count(lexicon, batches)
}

/// How documents are counted.
#[derive(Clone, Copy, Debug)]
pub struct Tally<'s> {
    /// How time is cut.
    pub calendar: Calendar,
    /// What is kept apart.
    pub strata: Strata<'s>,
    /// Documents later than this are invisible.
    pub as_of: Option<Date>,
    /// What counts once.
    pub by: &'s CountBy,
    /// Whose words; all if `None`.
    pub speaking: Option<Speaking<'s>>,
}

impl Tally<'_> {
    /// As [`tally`].
    ///
    /// # Errors
    /// As [`tally`].
    ///
    /// # Panics
    /// As [`tally`].
    pub fn count(
        &self,
        lexicon: &Lexicon,
        batches: &[RecordBatch],
    ) -> Result<(Counts, Vec<DocumentHits>), StratumError> {
        self.strata.check()?;
        // Whole numbers add up in any order; the lists of documents are joined in the order of the batches.
        let counter = || Counter::new(lexicon, self.speaking);
        let count = |counter: &mut Counter<'_>, batch| tally_batch(lexicon, counter, batch, self);
        let parts: Vec<_> = batches.par_iter().map_init(counter, count).collect();
        let (mut counts, mut each) = (Counts::default(), Vec::new());
        for (part, documents) in parts {
            counts.add(part);
            each.extend(documents);
        }
        counts.phrases = lexicon.ids().map(str::to_string).collect();
        Ok((counts, each))
    }
}

fn tally_batch(
    lexicon: &Lexicon,
    counter: &mut Counter<'_>,
    batch: &RecordBatch,
    tally: &Tally<'_>,
) -> (Counts, Vec<DocumentHits>) {
    let &Tally { calendar, strata, as_of, by, .. } = tally;
    let documents = Documents::of(batch).expect("a batch of documents");
    let hits = counter.count(batch);
    let (mut counts, mut each) = (Counts::default(), Vec::new());
    let dated = |row: usize| as_of.is_none_or(|day| documents.date(row) <= day);
    let stands = |row: usize| by.counts(documents.id(row));
    let mut place = vec![usize::MAX; documents.len()];
    for row in (0..documents.len()).filter(|&row| dated(row)) {
        let Some(stratum) = strata.of(&documents, row) else { continue };
        if !stands(row) {
            counts.folded += 1;
            continue;
        }
        place[row] = each.len();
        let key = (stratum, calendar.period(documents.date(row)));
        let tokens = u64::from(hits.tokens[row]);
        let at = documents.at(row);
        each.push(DocumentHits {
            id: documents.id(row).into(),
            date: documents.date(row),
            title: documents.title(row).unwrap_or("").into(),
            link: documents.link(row).unwrap_or("").into(),
            stratum: key.0.clone(),
            tokens,
            phrases: Vec::new(),
            at: format!("{}:{}", at.file, at.row),
        });
        let sum = counts.exposure.entry(key).or_default();
        sum.0 += tokens;
        sum.1 += 1;
    }
    let ids: Vec<&str> = lexicon.ids().collect();
    let column = |index: usize| hits.batch.column(index).as_primitive::<UInt32Type>().values();
    for ((&row, &phrase), &count) in column(0).iter().zip(column(1)).zip(column(2)) {
        let Some(document) = each.get_mut(place[row as usize]) else { continue };
        let id = ids[phrase as usize];
        document.phrases.push((id.to_string(), u64::from(count)));
        let key = (id.to_string(), document.stratum.clone(), calendar.period(document.date));
        let cell = counts.cells.entry(key).or_default();
        cell.count += u64::from(count);
        cell.documents += 1;
    }
    (counts, each)
}
