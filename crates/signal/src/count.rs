//! The kernel: a batch of documents in, counts out.

use std::sync::{Arc, LazyLock};

use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use record::documents::Documents;
use record::speech::{SpeechByOutlet, Voice};

use crate::lexicon::Lexicon;
use crate::matcher::{Matcher, Spans};
use crate::token::tokens;

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

/// Whose words count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// All that stand in a document.
    #[default]
    All,
    /// Those of who issued it: neither a journalist's question nor a quotation of somebody else.
    Own,
    /// Quotations of others only.
    Quoted,
}

/// Whose words count, and how to tell them apart.
#[derive(Clone, Copy, Debug)]
pub struct Speaking<'r> {
    /// Whose.
    pub whose: Whose,
    /// What questions and quotations look like.
    pub rules: &'r SpeechByOutlet,
}

/// Counts every phrase in every document of a batch. Title and text are both read, the title only once where the
/// text begins with it; no hit reaches from one into the other. A phrase counts once per position at which it begins,
/// however many of its alternatives fit there; a theme once per position at which one of its phrases begins.
///
/// # Panics
/// If the batch has not the columns of [`record::documents::schema`].
///
/// # Cost
/// One pass over the text for all phrases together: the number of phrases hardly matters.
pub fn count(lexicon: &Lexicon, batch: &RecordBatch) -> Hits {
    count_of(lexicon, batch, None)
}

/// As [`count`], of some of the words only: a hit belongs to who speaks its first word, and `tokens` are the words of
/// that voice. A title is always its outlet's own.
///
/// # Panics
/// As [`count`].
pub fn count_of(lexicon: &Lexicon, batch: &RecordBatch, speaking: Option<Speaking<'_>>) -> Hits {
    Counter::new(lexicon, speaking).count(batch)
}

/// Counts the phrases of one lexicon in batch after batch. It remembers the words that it has seen, so that one for each
/// thread is faster than a new one for each batch; what it counts is the same.
pub struct Counter<'l> {
    lexicon: &'l Lexicon,
    speaking: Option<Speaking<'l>>,
    matcher: Matcher<'l>,
}

impl<'l> Counter<'l> {
    /// Of all words, or of those of one voice.
    pub fn new(lexicon: &'l Lexicon, speaking: Option<Speaking<'l>>) -> Self {
        let speaking = speaking.filter(|speaking| speaking.whose != Whose::All);
        let spans = if speaking.is_some() { Spans::Kept } else { Spans::NotKept };
        Self { lexicon, speaking, matcher: Matcher::new(lexicon, spans) }
    }

    /// As [`count_of`].
    ///
    /// # Panics
    /// As [`count`].
    pub fn count(&mut self, batch: &RecordBatch) -> Hits {
        let documents = Documents::of(batch).expect("a batch of documents");
        let matcher = &mut self.matcher;
        let (mut counts, mut different) = (vec![0_u32; self.lexicon.len()], Vec::new());
        let mut tokens = Vec::with_capacity(documents.len());
        let mut columns: [Vec<u32>; 3] = Default::default();
        let mut hits = Vec::new();
        for row in 0..documents.len() {
            let reader = matcher.reader(documents.language(row), oneself(self.lexicon, &documents, row));
            let mut words = 0;
            let mut hit = |phrase: usize| {
                if counts[phrase] == 0 {
                    different.push(phrase as u32);
                }
                counts[phrase] += 1;
            };
            for (part, text) in parts(&documents, row) {
                match self.speaking {
                    None => words += matcher.find(text, reader, |phrase, _| hit(phrase)),
                    Some(Speaking { whose, rules }) => {
                        hits.clear();
                        matcher.find(text, reader, |phrase, word| hits.push((phrase, word)));
                        let spans = if part == Part::Title {
                            Vec::new()
                        } else {
                            rules.of(documents.outlet(row)).spans(text)
                        };
                        let heard = |at: usize| whose == voice(&spans, at);
                        words += tokens_of(text).filter(|&at| heard(at)).count();
                        hits.iter()
                            .filter(|(_, word)| heard(matcher.span(*word).start))
                            .for_each(|(phrase, _)| hit(*phrase));
                    }
                }
            }
            tokens.push(u32::try_from(words).unwrap_or(u32::MAX));
            different.sort_unstable();
            columns[0].resize(columns[0].len() + different.len(), row as u32);
            columns[1].extend_from_slice(&different);
            columns[2].extend(different.drain(..).map(|phrase| std::mem::take(&mut counts[phrase as usize])));
        }
        let columns = columns.map(|values| Arc::new(UInt32Array::from(values)) as _).to_vec();
        let batch = RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema");
        Hits { tokens, batch }
    }
}

fn tokens_of(text: &str) -> impl Iterator<Item = usize> {
    tokens(text).map(|token| token.start)
}

/// Who speaks at a byte of a text: a journalist is nobody whose words are counted apart, so neither own nor quoted.
fn voice(spans: &[record::speech::Span], at: usize) -> Whose {
    let next = spans.partition_point(|span| span.start <= at);
    match next.checked_sub(1).map(|index| &spans[index]).filter(|span| at < span.end).map(|span| &span.voice)
    {
        None | Some(Voice::Own) => Whose::Own,
        Some(Voice::Quoted(_)) => Whose::Quoted,
        Some(Voice::Journalist) => Whose::All,
    }
}

/// The target that a document speaks of as itself.
pub(crate) fn oneself(lexicon: &Lexicon, documents: &Documents<'_>, row: usize) -> Option<u32> {
    let fits = |when: &Option<(String, String)>| {
        when.as_ref().is_none_or(|(column, value)| {
            crate::strata::column(documents, row, column).is_some_and(|own| own == *value)
        })
    };
    let rules = || lexicon.oneself.iter().filter(|rule| fits(&rule.when));
    rules().find(|rule| rule.when.is_some()).or_else(|| rules().next()).map(|rule| rule.target)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Title,
    Text,
}

/// What is read of a document: its title, unless the text begins with it, and its text.
pub(crate) fn texts<'d>(documents: &Documents<'d>, row: usize) -> impl Iterator<Item = &'d str> + use<'d> {
    parts(documents, row).map(|(_, text)| text)
}

fn parts<'d>(documents: &Documents<'d>, row: usize) -> impl Iterator<Item = (Part, &'d str)> + use<'d> {
    let (title, text) = (documents.title(row), documents.text(row));
    let repeated = title.zip(text).is_some_and(|(title, text)| text.trim_start().starts_with(title.trim()));
    let title = title.filter(|_| !repeated).map(|title| (Part::Title, title));
    title.into_iter().chain(text.map(|text| (Part::Text, text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PhraseSpec;
    use arrow_array::cast::AsArray;
    use arrow_array::types::UInt32Type;
    use record::documents::{Document, batch};
    use record::speech::SpeechRules;
    use source::Place;

    #[test]
    fn a_title_repeated_in_the_text_counts_once() {
        let phrase = PhraseSpec {
            language: Some("en".into()),
            ..PhraseSpec::new("peace", vec![("peace talks".into(), Place::nowhere())], Place::nowhere())
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

    #[test]
    fn whose_words_they_are() {
        let phrase = PhraseSpec::new("peace", vec![("peace".into(), Place::nowhere())], Place::nowhere());
        let lexicon = Lexicon::new(vec![phrase]).unwrap();
        let text = "Question: Do you want peace?\nAnswer: We want peace.\nPresident Obama said: \"We offer peace and peace.\"";
        let batch = batch(&[Document { text: Some(text.into()), ..Document::default() }]);
        let rules = SpeechByOutlet::everywhere(SpeechRules::standard());
        let counted = |whose| {
            let hits = count_of(&lexicon, &batch, Some(Speaking { whose, rules: &rules }));
            let count: u32 = hits.batch.column(2).as_primitive::<UInt32Type>().values().iter().sum();
            (count, hits.tokens[0])
        };
        assert_eq!(counted(Whose::All), (4, 17));
        assert_eq!(counted(Whose::Own), (1, 7));
        assert_eq!(counted(Whose::Quoted), (2, 5));
    }
}
