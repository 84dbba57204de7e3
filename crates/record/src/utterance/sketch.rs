//! What is kept of each document while copies are looked for.

use arrow_array::RecordBatch;
use rayon::prelude::*;

use super::UtteranceSettings;
use super::minhash::{HEADLINES, TEXTS};
use super::words::{letter_runs, runs as word_runs, word_hash, words};
use crate::RecordError;
use crate::date::days_of_date;
use crate::documents::Documents;

/// How a document is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// By runs of words.
    Text,
    /// By runs of letters.
    Headline,
}

/// One document without its words.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    pub(super) family: Family,
    pub(super) days: i32,
    pub(super) words: u32,
    /// Of all words in order.
    pub(super) content: u64,
    /// Of the words of the title and of the outlet; `None` without a title.
    pub(super) title: Option<u64>,
    /// Of the numbers in it, in order, single letters among them.
    pub(super) numbers: u64,
    /// Headlines only: the words in lower case, with single spaces.
    pub(super) line: String,
    /// One per band.
    pub(super) keys: Vec<u32>,
}

type Read = Result<RecordBatch, RecordError>;

pub(super) fn sketches(
    batches: impl Iterator<Item = Read>,
    settings: &UtteranceSettings,
) -> Result<Vec<Sketch>, RecordError> {
    let mut all = Vec::new();
    for batch in batches {
        let batch = batch?;
        let Some(documents) = Documents::of(&batch) else { continue };
        all.par_extend((0..documents.len()).into_par_iter().map(|row| sketch(documents, row, settings)));
    }
    Ok(all)
}

/// The sorted runs of the documents that are `wanted`; of the others, none.
pub(super) fn runs(
    batches: impl Iterator<Item = Read>,
    wanted: &[bool],
    settings: &UtteranceSettings,
) -> Result<Vec<Vec<u64>>, RecordError> {
    let mut all: Vec<Vec<u64>> = Vec::with_capacity(wanted.len());
    for batch in batches {
        let batch = batch?;
        let Some(documents) = Documents::of(&batch) else { continue };
        let start = all.len();
        let of = |row: usize| match wanted.get(start + row) {
            Some(true) => parts(documents, row, settings).1,
            _ => Vec::new(),
        };
        all.par_extend((0..documents.len()).into_par_iter().map(of));
    }
    Ok(all)
}

fn sketch(documents: Documents<'_>, row: usize, settings: &UtteranceSettings) -> Sketch {
    let (family, runs, hashes) = parts(documents, row, settings);
    let keys = match family {
        Family::Text => TEXTS.keys(&runs),
        Family::Headline => HEADLINES.keys(&runs),
    };
    let title = documents.title(row).unwrap_or("");
    let numbers: Vec<u64> = match family {
        Family::Text => Vec::new(),
        Family::Headline => {
            all_words(documents, row).filter(|word| numbers_something(word)).map(word_hash).collect()
        }
    };
    let line = match family {
        Family::Text => String::new(),
        Family::Headline => all_words(documents, row).map(str::to_lowercase).collect::<Vec<_>>().join(" "),
    };
    let outlet = word_hash(documents.outlet(row).unwrap_or(""));
    let title: Vec<u64> = words(title).map(word_hash).collect();
    Sketch {
        family,
        days: days_of_date(documents.date(row)),
        words: hashes.len() as u32,
        content: whole(&hashes),
        title: (!title.is_empty()).then(|| whole(&[title, vec![outlet]].concat())),
        numbers: whole(&numbers),
        line,
        keys,
    }
}

fn parts(documents: Documents<'_>, row: usize, settings: &UtteranceSettings) -> (Family, Vec<u64>, Vec<u64>) {
    let hashes: Vec<u64> = all_words(documents, row).map(word_hash).collect();
    let family = match documents.text(row) {
        Some(_) if hashes.len() >= settings.text_words => Family::Text,
        _ => Family::Headline,
    };
    let runs = match family {
        Family::Text => word_runs(&hashes, settings.shingle),
        Family::Headline => letter_runs(all_words(documents, row)),
    };
    (family, runs, hashes)
}

/// Of the title, unless the text begins with it, and of the text.
fn all_words(documents: Documents<'_>, row: usize) -> impl Iterator<Item = &str> {
    let (title, text) = (documents.title(row), documents.text(row));
    let repeated = title.zip(text).is_some_and(|(title, text)| text.trim_start().starts_with(title.trim()));
    title.filter(|_| !repeated).into_iter().chain(text).flat_map(words)
}

/// 630, II, the N of "N. Phyongan": a difference in these is no slip of the pen.
fn numbers_something(word: &str) -> bool {
    word.chars().any(char::is_numeric)
        || word.chars().count() == 1
        || word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'))
}

fn whole(hashes: &[u64]) -> u64 {
    word_runs(hashes, hashes.len().max(1)).first().copied().unwrap_or(0)
}
