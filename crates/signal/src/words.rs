//! All words of a stratum, for comparisons between periods.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use measure::{Calendar, Period};
use record::documents::Documents;
use rustc_hash::FxHashMap;

use crate::count::texts;
use crate::token::{fold, tokens};

/// Period → word → (how often, in how many documents).
pub type WordCounts = BTreeMap<Period, BTreeMap<String, (u64, u64)>>;

/// Counts all words of the documents that `stratum` names, and the documents per stratum and period. A document for
/// which it returns `None` is passed over.
///
/// # Panics
/// If a batch has not the columns of [`record::documents::schema`].
pub fn word_counts(
    batches: &[RecordBatch],
    calendar: Calendar,
    stratum: impl Fn(&Documents<'_>, usize) -> Option<String>,
) -> (BTreeMap<String, WordCounts>, BTreeMap<(String, Period), u64>) {
    let mut words: BTreeMap<String, WordCounts> = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    let mut buffer = String::new();
    for batch in batches {
        let documents = Documents::of(batch).expect("a batch of documents");
        for row in 0..documents.len() {
            let Some(stratum) = stratum(&documents, row) else { continue };
            let period = calendar.period(documents.date(row));
            let mut own: FxHashMap<String, u64> = FxHashMap::default();
            for text in texts(&documents, row) {
                for token in tokens(text) {
                    let word = fold(token.text, &mut buffer);
                    match own.get_mut(word) {
                        Some(count) => *count += 1,
                        None => drop(own.insert(word.to_string(), 1)),
                    }
                }
            }
            *numbers.entry((stratum.clone(), period)).or_insert(0) += 1;
            let all = words.entry(stratum).or_default().entry(period).or_default();
            for (word, count) in own {
                let sum = all.entry(word).or_default();
                sum.0 += count;
                sum.1 += 1;
            }
        }
    }
    (words, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::documents::{Document, batch};

    #[test]
    fn words_and_documents() {
        let document = |text: &str, speaker: Option<&str>| Document {
            date: jiff::civil::date(2022, 9, 8),
            text: Some(text.into()),
            speaker: speaker.map(Into::into),
            ..Document::default()
        };
        let batch =
            batch(&[document("Peace, peace!", Some("a")), document("War", Some("a")), document("x", None)]);
        let (words, numbers) =
            word_counts(&[batch], Calendar::Year, |documents, row| documents.speaker(row).map(Into::into));
        let year = Period::Year(2022);
        assert_eq!(words["a"][&year]["peace"], (2, 1));
        assert_eq!(words["a"][&year]["war"], (1, 1));
        assert_eq!(numbers, BTreeMap::from([(("a".to_string(), year), 2)]));
    }
}
