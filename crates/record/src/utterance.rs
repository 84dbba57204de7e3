//! Which documents are one utterance: a text that is printed again, slightly rewritten, or stands under two links,
//! was said once.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::RecordError;
use crate::documents::Documents;

mod group;
mod minhash;
mod sketch;
mod table;
mod words;

pub(crate) use table::{read, write};
pub use words::words;

/// What counts as a copy.
///
/// Documents with a text of at least [`text_words`](Self::text_words) words are compared by the sets of all runs of
/// [`shingle`](Self::shingle) words in them. Shorter ones (headlines) say too little to be known again on another day
/// ("Kim Jong Il inspects KPA unit"): they are copies of others of the same day only, with the same numbers and the same
/// words in the same places but for one letter in words of at least five, and nearly the same runs of four letters.
#[derive(Clone, Debug, PartialEq)]
pub struct UtteranceSettings {
    /// Words of a run, 3 to 5.
    pub shingle: usize,
    /// Fewest words of a text, title included, that is compared by runs of words.
    pub text_words: usize,
    /// Texts: least share of common runs among all runs of the two (Jaccard).
    pub jaccard: f64,
    /// Texts: or least share of the shorter one's runs that stand in the longer one (containment), …
    pub containment: f64,
    /// … which may have at most this many times as many.
    pub longer: f64,
    /// Texts: most days after the first.
    pub days: i32,
    /// Headlines: least share of common runs of letters.
    pub headline_jaccard: f64,
}

impl Default for UtteranceSettings {
    fn default() -> Self {
        Self {
            shingle: 4,
            text_words: 24,
            jaccard: 0.8,
            containment: 0.9,
            longer: 2.0,
            days: 31,
            headline_jaccard: 0.8,
        }
    }
}

/// What a document is to the first of its utterance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CopyKind {
    /// It is the first.
    First,
    /// Equal but for case, spaces and punctuation.
    Exact,
    /// Mostly the same words in the same order.
    Near,
    /// A title without a text, where the text stands under the same title.
    Headline,
}

impl CopyKind {
    /// All of them, in the order of the enum.
    pub const ALL: [Self; 4] = [Self::First, Self::Exact, Self::Near, Self::Headline];

    /// As written in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Exact => "exact",
            Self::Near => "near",
            Self::Headline => "headline",
        }
    }
}

/// The place of one document among those that are one utterance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Publication {
    /// Id of the document.
    pub document: String,
    /// Id of the first document of the utterance: its own, if it is the first.
    pub utterance: String,
    /// How it is known to be one.
    pub kind: CopyKind,
    /// Jaccard or containment with the first, whichever made it a copy; 1 for the first itself.
    pub similarity: f64,
    /// 0 for the first, 1 for the next by date and then by order of adding; documents with a text come before
    /// bare headlines.
    pub place: u32,
}

/// Every document of a record with its utterance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Utterances {
    publications: Vec<Publication>,
    by_id: FxHashMap<String, u32>,
    /// Ids of the utterances that have copies.
    repeated: FxHashSet<String>,
}

impl Utterances {
    /// Finds the copies among the documents of `batches`, which is called several times and must give the same each time.
    ///
    /// Each text becomes 126 minima of hashed runs of words (MinHash) in 42 bands of three; two that share a band
    /// are compared run by run, so nothing is called a copy by chance. A pair of Jaccard 0.5 is missed with probability
    /// 0.4 %, one of 0.8 with 10⁻¹³, a text of which half was left out with 3 %. A document joins the earliest-dated *first* it resembles most:
    /// likeness is not passed on from copy to copy.
    ///
    /// # Errors
    /// Those of the batches.
    ///
    /// # Cost
    /// Three passes over the batches; about 300 bytes a document, and 8 bytes a word of those that may be copies.
    ///
    /// Broder (1997), On the resemblance and containment of documents, Proc. Compression and Complexity of Sequences,
    /// 21–29; Leskovec, Rajaraman and Ullman (2014), Mining of Massive Datasets, ch. 3 (bands).
    pub fn find<I>(batches: impl Fn() -> I, settings: &UtteranceSettings) -> Result<Self, RecordError>
    where
        I: Iterator<Item = Result<RecordBatch, RecordError>>,
    {
        let sketches = sketch::sketches(batches(), settings)?;
        let wanted = group::wanted(&sketches, settings);
        let runs = sketch::runs(batches(), &wanted, settings)?;
        let joined = group::group(&sketches, &runs, settings);
        let ids = ids(batches())?;
        Ok(Self::new(table::publications(&ids, &joined, &group::places(&sketches))))
    }

    /// The copies among documents that are in memory already.
    ///
    /// # Cost
    /// As [`find`](Self::find).
    pub fn among(batches: &[RecordBatch], settings: &UtteranceSettings) -> Self {
        let found = Self::find(|| batches.iter().cloned().map(Ok), settings);
        found.expect("batches in memory can be read")
    }

    pub(crate) fn new(publications: Vec<Publication>) -> Self {
        let mut by_id = FxHashMap::default();
        for (row, publication) in publications.iter().enumerate() {
            // Files that were not read into one store may use an id twice.
            let known = by_id.insert(publication.document.clone(), row as u32);
            if known.is_some() {
                by_id.insert(publication.document.clone(), u32::MAX);
            }
        }
        let copies = publications.iter().filter(|p| p.kind != CopyKind::First);
        let repeated = copies.map(|p| p.utterance.clone()).collect();
        Self { publications, by_id, repeated }
    }

    /// One entry per document, in the order of the documents.
    pub fn publications(&self) -> &[Publication] {
        &self.publications
    }

    /// The entry of a document; none if several documents bear this id.
    pub fn of(&self, document: &str) -> Option<&Publication> {
        self.by_id.get(document).and_then(|&row| self.publications.get(row as usize))
    }

    /// The entry of a document whose utterance has several.
    pub fn repeated(&self, document: &str) -> Option<&Publication> {
        self.of(document).filter(|publication| self.repeated.contains(&publication.utterance))
    }

    /// How many utterances there are.
    pub fn len(&self) -> usize {
        self.publications.iter().filter(|publication| publication.kind == CopyKind::First).count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.publications.is_empty()
    }

    /// How many documents of each kind there are.
    pub fn kinds(&self) -> BTreeMap<CopyKind, u64> {
        let mut kinds = BTreeMap::new();
        for publication in &self.publications {
            *kinds.entry(publication.kind).or_insert(0) += 1;
        }
        kinds
    }
}

fn ids(batches: impl Iterator<Item = Result<RecordBatch, RecordError>>) -> Result<Vec<String>, RecordError> {
    let mut ids = Vec::new();
    for batch in batches {
        let batch = batch?;
        if let Some(documents) = Documents::of(&batch) {
            ids.extend((0..documents.len()).map(|row| documents.id(row).to_string()));
        }
    }
    Ok(ids)
}
