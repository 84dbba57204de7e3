//! The kernel: a batch of documents in, counts out.

use std::sync::{Arc, LazyLock};

use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use record::documents::Documents;

use crate::lexicon::Lexicon;
use crate::matcher::Matcher;

/// What stands in a batch of documents.
#[derive(Clone, Debug)]
pub struct Hits {
    /// Words of each document, in the order of the batch.
    pub tokens: Vec<u32>,
    /// One row per document and phrase that stands in it, by document and then phrase: `document` (position in the
    /// batch), `phrase` (position in the lexicon), `count`; all `UInt32`, none null.
    pub batch: RecordBatch,
}

fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let field = |name: &str| Field::new(name, DataType::UInt32, false);
        Arc::new(Schema::new(vec![field("document"), field("phrase"), field("count")]))
    });
    Arc::clone(&SCHEMA)
}

/// Counts every phrase in every document of a batch. Title and text are both read, the title only once where the
/// text begins with it; no hit reaches from one into the other. A phrase counts once per position at which it begins,
/// however many of its alternatives fit there.
///
/// # Panics
/// If the batch has not the columns of [`record::documents::schema`].
///
/// # Cost
/// One pass over the text for all phrases together: the number of phrases hardly matters.
pub fn count(lexicon: &Lexicon, batch: &RecordBatch) -> Hits {
    let documents = Documents::of(batch).expect("a batch of documents");
    let mut matcher = Matcher::new(lexicon);
    let mut counts = vec![0_u32; lexicon.len()];
    let mut tokens = Vec::with_capacity(documents.len());
    let mut columns: [Vec<u32>; 3] = Default::default();
    for row in 0..documents.len() {
        let mut words = 0;
        for text in texts(&documents, row) {
            words += matcher.count(text, documents.language(row), |phrase, _| counts[phrase] += 1);
        }
        tokens.push(u32::try_from(words).unwrap_or(u32::MAX));
        for (phrase, count) in counts.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
            columns[0].push(row as u32);
            columns[1].push(phrase as u32);
            columns[2].push(std::mem::take(count));
        }
    }
    let columns = columns.map(|values| Arc::new(UInt32Array::from(values)) as _).to_vec();
    let batch = RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema");
    Hits { tokens, batch }
}

/// What is read of a document: its title, unless the text begins with it, and its text.
pub(crate) fn texts<'d>(documents: &Documents<'d>, row: usize) -> impl Iterator<Item = &'d str> + use<'d> {
    let (title, text) = (documents.title(row), documents.text(row));
    let repeated = title.zip(text).is_some_and(|(title, text)| text.trim_start().starts_with(title.trim()));
    title.filter(|_| !repeated).into_iter().chain(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PhraseSpec;
    use arrow_array::cast::AsArray;
    use arrow_array::types::UInt32Type;
    use record::documents::{Document, batch};
    use source::Place;

    #[test]
    fn a_title_repeated_in_the_text_counts_once() {
        let phrase = PhraseSpec {
            id: "peace".into(),
            alternatives: vec![("peace talks".into(), Place::nowhere())],
            language: Some("en".into()),
            place: Place::nowhere(),
        };
        let lexicon = Lexicon::new(vec![phrase]).unwrap();
        let document = |title: &str, text: Option<&str>, language: &str| Document {
            title: Some(title.into()),
            text: text.map(Into::into),
            language: Some(language.into()),
            ..Document::default()
        };
        let batch = batch(&[
            document("Peace talks", Some("Peace talks\nwere held"), "en"),
            document("On peace", Some("talks about peace talks"), "en"),
            document("Peace talks", None, "fr"),
        ]);
        let hits = count(&lexicon, &batch);
        assert_eq!(hits.tokens, [4, 6, 2]);
        let column = |index: usize| hits.batch.column(index).as_primitive::<UInt32Type>().values().to_vec();
        assert_eq!((column(0), column(2)), (vec![0, 1], vec![1, 1]));
    }
}
