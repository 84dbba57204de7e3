//! What was counted, shown in its place.

use arrow_array::RecordBatch;
use record::documents::Documents;
use source::Passage;

use crate::count::{oneself, texts};
use crate::lexicon::Lexicon;
use crate::matcher::{Matcher, Reader, Spans};
use crate::token::tokens;

/// One place where a phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// First byte.
    pub start: usize,
    /// Number of the word at which it begins.
    pub word: usize,
}

/// All places of a phrase in a text.
pub fn occurrences(lexicon: &Lexicon, phrase: usize, text: &str, language: Option<&str>) -> Vec<Occurrence> {
    let mut matcher = Matcher::new(lexicon, Spans::Kept);
    let reader = matcher.reader(language, None);
    find(&mut matcher, reader, phrase, text)
}

/// All places of a phrase in a document, each with the title or text in which it stands.
pub fn occurrences_in<'d>(
    lexicon: &Lexicon,
    phrase: usize,
    documents: &Documents<'d>,
    row: usize,
) -> Vec<(&'d str, Occurrence)> {
    let mut matcher = Matcher::new(lexicon, Spans::Kept);
    let reader = matcher.reader(documents.language(row), oneself(lexicon, documents, row));
    let each = |text| find(&mut matcher, reader, phrase, text).into_iter().map(move |place| (text, place));
    texts(documents, row).flat_map(each).collect::<Vec<_>>()
}

fn find(matcher: &mut Matcher<'_>, reader: Reader, phrase: usize, text: &str) -> Vec<Occurrence> {
    let mut words = Vec::new();
    matcher.find(text, reader, |found, word| {
        if found == phrase {
            words.push(word);
        }
    });
    words.sort_unstable();
    words.into_iter().map(|word| Occurrence { start: matcher.span(word).start, word }).collect()
}

/// The first places where a phrase stands, one per document, with `around` characters on each side, in the order
/// of the batches. At most `limit`.
///
/// # Panics
/// If a batch has not the columns of [`record::documents::schema`].
pub fn passages(
    lexicon: &Lexicon,
    phrase: usize,
    batches: &[RecordBatch],
    around: usize,
    limit: usize,
    keep: impl Fn(&Documents<'_>, usize) -> bool,
) -> Vec<Passage> {
    let mut found = Vec::new();
    let mut matcher = Matcher::new(lexicon, Spans::Kept);
    for batch in batches {
        let documents = Documents::of(batch).expect("a batch of documents");
        for row in 0..documents.len() {
            if found.len() == limit {
                return found;
            }
            if !keep(&documents, row) {
                continue;
            }
            let hit = texts(&documents, row).find_map(|text| {
                let reader = matcher.reader(documents.language(row), oneself(lexicon, &documents, row));
                let places = find(&mut matcher, reader, phrase, text);
                places.first().map(|place| cut(text, place.start, around))
            });
            if let Some(text) = hit {
                found.push(Passage {
                    document: documents.id(row).into(),
                    date: documents.date(row).to_string(),
                    title: documents.title(row).unwrap_or("").into(),
                    link: documents.link(row).map(Into::into),
                    at: documents.at(row),
                    text,
                });
            }
        }
    }
    found
}

/// The text before a place, the word there, the text after it; line breaks become spaces.
fn cut(text: &str, start: usize, around: usize) -> (String, String, String) {
    let word = tokens(&text[start..]).next().map_or(0, |token| token.text.len());
    let before: String = {
        let mut last: Vec<char> = text[..start].chars().rev().take(around).collect();
        last.reverse();
        last.into_iter().collect()
    };
    let after: String = text[start + word..].chars().take(around).collect();
    let flat = |text: &str| text.replace(['\n', '\r', '\t'], " ");
    (flat(&before), text[start..start + word].to_string(), flat(&after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_keeps_whole_characters() {
        assert_eq!(
            cut("조선반도의 비핵화를\n실현", 16, 3),
            ("도의 ".into(), "비핵화를".into(), " 실현".into())
        );
    }
}
