//! The kernel of the document-feature matrix: a batch of documents in, a sparse matrix of words out.

use std::sync::{Arc, LazyLock};

use arrow_array::{RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use record::documents::Documents;

use crate::count::texts;
use crate::vocabulary::Vocabulary;

/// A document-feature matrix.
#[derive(Clone, Debug)]
pub struct Features {
    /// Words of each document, in the order of the batch.
    pub tokens: Vec<u32>,
    /// One row per document and different word in it, by document and then by first appearance in it: `document` (position in the batch),
    /// `term` (number in the vocabulary), `count`; all `UInt32`, none null.
    pub batch: RecordBatch,
}

impl Features {
    fn schema() -> SchemaRef {
        static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
            let field = |name: &str| Field::new(name, DataType::UInt32, false);
            Arc::new(Schema::new(vec![field("document"), field("term"), field("count")]))
        });
        Arc::clone(&SCHEMA)
    }
}

/// Counts every word of every document. Title and text are both read, the title only once where the text begins with
/// it. The vocabulary grows by the words that it does not know yet, so batch after batch has the same numbers.
///
/// # Panics
/// If the batch has not the columns of [`record::documents::schema`].
///
/// # Cost
/// One pass, about 30 ns a word.
pub fn features(vocabulary: &mut Vocabulary, batch: &RecordBatch) -> Features {
    let documents = Documents::of(batch).expect("a batch of documents");
    let mut tokens = Vec::with_capacity(documents.len());
    let mut columns: [Vec<u32>; 3] = Default::default();
    let (mut numbers, mut different) = (Vec::new(), Vec::new());
    let mut counts: Vec<u32> = Vec::new();
    for row in 0..documents.len() {
        numbers.clear();
        for text in texts(&documents, row) {
            vocabulary.scan(text, &mut numbers);
        }
        tokens.push(u32::try_from(numbers.len()).unwrap_or(u32::MAX));
        counts.resize(vocabulary.len(), 0);
        // Written always and kept only if new: which word repeats is nothing a processor could foresee.
        different.resize(numbers.len(), 0);
        let mut new = 0;
        for &number in &numbers {
            let count = &mut counts[number as usize];
            different[new] = number;
            new += usize::from(*count == 0);
            *count += 1;
        }
        let different = &different[..new];
        columns[0].resize(columns[0].len() + new, row as u32);
        columns[1].extend_from_slice(different);
        columns[2].extend(different.iter().map(|&number| std::mem::take(&mut counts[number as usize])));
    }
    let columns = columns.map(|values| Arc::new(UInt32Array::from(values)) as _).to_vec();
    let batch =
        RecordBatch::try_new(Features::schema(), columns).expect("the columns are those of the schema");
    Features { tokens, batch }
}

/// The words of a vocabulary as a table of one column, `term`, by number: what the numbers of [`Features`] mean.
pub fn terms(vocabulary: &Vocabulary) -> RecordBatch {
    let schema = Arc::new(Schema::new(vec![Field::new("term", DataType::Utf8, false)]));
    let words: StringArray = vocabulary.iter().map(Some).collect();
    RecordBatch::try_new(schema, vec![Arc::new(words)]).expect("one column of words")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::{fold, tokens};
    use arrow_array::cast::AsArray;
    use arrow_array::types::UInt32Type;
    use proptest::prelude::*;
    use record::documents::{Document, batch};
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn agrees_with_a_map_of_words(texts in prop::collection::vec("[a-cA-C]{1,2}( [a-cA-C비é]{1,3}){0,30}", 1..12)) {
            let documents: Vec<_> =
                texts.iter().map(|text| Document { text: Some(text.clone()), ..Document::default() }).collect();
            let mut vocabulary = Vocabulary::default();
            let (first, second) = documents.split_at(documents.len() / 2);
            let mut found = Vec::new();
            for (part, offset) in [(first, 0), (second, first.len())] {
                let features = features(&mut vocabulary, &batch(part));
                let column = |index: usize| features.batch.column(index).as_primitive::<UInt32Type>().values().to_vec();
                for ((document, term), count) in column(0).into_iter().zip(column(1)).zip(column(2)) {
                    found.push((document as usize + offset, vocabulary.word(term).to_string(), count));
                }
            }
            found.sort();
            let mut expected = BTreeMap::new();
            for (document, text) in texts.iter().enumerate() {
                for token in tokens(text) {
                    let mut buffer = String::new();
                    *expected.entry((document, fold(token.text, &mut buffer).to_string())).or_insert(0) += 1;
                }
            }
            let expected: Vec<_> = expected.into_iter().map(|((d, w), n)| (d, w, n)).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(terms(&vocabulary).num_rows(), vocabulary.len());
        }
    }
}
