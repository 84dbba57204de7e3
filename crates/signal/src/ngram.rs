//! Words as numbers, and runs of one to a few of them.

use record::documents::Documents;
use rustc_hash::FxHashMap;

use crate::count::texts;
use crate::vocabulary::{TokenRule, Vocabulary};

/// What parts the words of one document, so that no run of words reaches over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    /// Ends of sentences (`.`, `!`, `?`, `;`, `:` before a space, and their like in other scripts), empty lines, and
    /// the step from title to text.
    Sentences,
    /// The step from title to text only.
    Texts,
}

/// Documents as numbers of words, folded to lower case.
#[derive(Debug)]
pub struct Tokenized {
    vocabulary: Vocabulary,
    tokens: Vec<u32>,
    ends: Vec<usize>,
}

/// Stands between words that no run may join.
pub(crate) const BREAK: u32 = u32::MAX;

impl Default for Tokenized {
    fn default() -> Self {
        Self { vocabulary: Vocabulary::new(TokenRule::EveryWord), tokens: Vec::new(), ends: Vec::new() }
    }
}

impl Tokenized {
    /// Adds a document: its title, unless the text begins with it, and its text.
    pub fn push(&mut self, documents: &Documents<'_>, row: usize, breaks: Breaks) {
        self.push_texts(texts(documents, row), breaks);
    }

    /// Adds a document that consists of these texts.
    pub fn push_texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>, breaks: Breaks) {
        let first = self.tokens.len();
        for text in texts {
            let mut start = 0;
            while start < text.len() {
                let end = match breaks {
                    Breaks::Sentences => sentence_end(text, start),
                    Breaks::Texts => text.len(),
                };
                if self.tokens.len() > first && self.tokens.last() != Some(&BREAK) {
                    self.tokens.push(BREAK);
                }
                self.vocabulary.scan(&text[start..end], &mut self.tokens);
                start = end;
            }
        }
        if self.tokens.len() > first && self.tokens.last() == Some(&BREAK) {
            self.tokens.pop();
        }
        self.ends.push(self.tokens.len());
    }

    /// How many documents.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The words that the numbers stand for.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Words of one document, with breaks.
    pub(crate) fn document(&self, number: usize) -> &[u32] {
        &self.tokens[self.start(number)..self.ends[number]]
    }

    /// Where a document begins among the words of all.
    pub(crate) fn start(&self, number: usize) -> usize {
        if number == 0 { 0 } else { self.ends[number - 1] }
    }
}

/// The end of the sentence that goes on at `start`: after its last sign.
fn sentence_end(text: &str, start: usize) -> usize {
    let mut chars = text[start..].char_indices().peekable();
    let mut lines = 0;
    while let Some((at, c)) = chars.next() {
        let after = start + at + c.len_utf8();
        match c {
            '。' | '！' | '？' | '…' => return after,
            '.' | '!' | '?' | ';' | ':' => {
                let closing = |(_, c): &(usize, char)| {
                    matches!(c, '"' | '”' | '’' | '\'' | ')' | ']' | '»' | '.' | '!' | '?')
                };
                while chars.next_if(closing).is_some() {}
                let end = chars.peek().map_or(text.len(), |(at, _)| start + at);
                if !text[end..].starts_with(char::is_whitespace) {
                    continue;
                }
                // Initials and acronyms, and abbreviations before a small letter.
                let mut last = text[..start + at].chars().rev();
                let initial = last.next().is_some_and(char::is_alphabetic)
                    && last.next().is_none_or(|c| !c.is_alphanumeric());
                let small = text[end..].trim_start().starts_with(char::is_lowercase);
                if c != '.' || !(initial || small) {
                    return end;
                }
            }
            '\n' => {
                lines += 1;
                if lines == 2 {
                    return after;
                }
            }
            c if c.is_whitespace() => {}
            _ => lines = 0,
        }
    }
    text.len()
}

/// Which runs of words are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NgramSettings {
    /// Fewest words.
    pub shortest: usize,
    /// Most words.
    pub longest: usize,
    /// Runs that stand in fewer documents are not counted.
    pub documents_at_least: u32,
}

/// Runs of words and the documents that hold them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ngrams {
    /// The words of each run with one space between, and how many they are.
    pub terms: Vec<(String, usize)>,
    /// For each document the places at which a run of 1, 2, … `longest` words stands, frequent or not.
    pub positions: Vec<Vec<u64>>,
    /// For each document its runs by number, and how often each.
    pub counts: Vec<Vec<(u32, u64)>>,
}

/// Counts runs of `shortest` to `longest` words that stand in enough documents.
///
/// Level by level, as a run cannot be more frequent than a part of it (Agrawal & Srikant 1994, Fast algorithms for
/// mining association rules, VLDB): only runs whose two shorter parts are frequent are looked at, so the memory is that
/// of the frequent runs and their nearest extensions, not that of all runs of five words. Exact: a run is a pair of
/// its shorter part and its last word, no hash can confuse two. O(tokens × `longest`).
pub fn ngrams(tokenized: &Tokenized, settings: NgramSettings) -> Ngrams {
    let mut found = Ngrams {
        terms: Vec::new(),
        positions: vec![Vec::new(); tokenized.len()],
        counts: vec![Vec::new(); tokenized.len()],
    };
    // For each place the number of the run of the last level that begins there.
    let mut runs: Vec<u32> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for length in 1..=settings.longest {
        let mut documents: FxHashMap<(u32, u32), (u32, u32)> = FxHashMap::default();
        for document in 0..tokenized.len() {
            walk(tokenized, document, length, &runs, |key, _| {
                let entry = documents.entry(key).or_insert((u32::MAX, 0));
                if entry.0 != document as u32 {
                    *entry = (document as u32, entry.1 + 1);
                }
            });
            let places = tokenized.document(document).split(|&word| word == BREAK);
            found.positions[document]
                .push(places.map(|run| (run.len() + 1).saturating_sub(length) as u64).sum());
        }
        let mut frequent: Vec<(u32, u32)> = documents
            .into_iter()
            .filter(|(_, (_, number))| *number >= settings.documents_at_least)
            .map(|(key, _)| key)
            .collect();
        frequent.sort_unstable();
        let numbers: FxHashMap<(u32, u32), u32> =
            frequent.iter().enumerate().map(|(at, &key)| (key, at as u32)).collect();
        let mut next = vec![BREAK; tokenized.tokens.len()];
        let first = found.terms.len() as u32;
        let counted = length >= settings.shortest;
        for document in 0..tokenized.len() {
            let start = tokenized.start(document);
            let mut own: FxHashMap<u32, u64> = FxHashMap::default();
            walk(tokenized, document, length, &runs, |key, at| {
                if let Some(&number) = numbers.get(&key) {
                    next[start + at] = number;
                    if counted {
                        *own.entry(first + number).or_default() += 1;
                    }
                }
            });
            let mut own: Vec<(u32, u64)> = own.into_iter().collect();
            own.sort_unstable();
            found.counts[document].extend(own);
        }
        texts = frequent
            .iter()
            .map(|&(shorter, word)| match length {
                1 => tokenized.vocabulary.word(word).to_string(),
                _ => format!("{} {}", texts[shorter as usize], tokenized.vocabulary.word(word)),
            })
            .collect();
        if counted {
            found.terms.extend(texts.iter().map(|text| (text.clone(), length)));
        }
        runs = next;
    }
    found
}

/// Calls `each` for every run of `length` words whose parts are frequent, with its key and its place.
fn walk(
    tokenized: &Tokenized,
    document: usize,
    length: usize,
    runs: &[u32],
    mut each: impl FnMut((u32, u32), usize),
) {
    let words = tokenized.document(document);
    let start = tokenized.start(document);
    if length == 1 {
        for (at, &word) in words.iter().enumerate().filter(|(_, word)| **word != BREAK) {
            each((0, word), at);
        }
        return;
    }
    for at in 0..(words.len() + 1).saturating_sub(length) {
        // Both shorter runs are frequent, which also says that no break lies within.
        let (head, tail) = (runs[start + at], runs[start + at + 1]);
        if head != BREAK && tail != BREAK {
            each((head, words[at + length - 1]), at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    fn tokenized(texts: &[&str]) -> Tokenized {
        let mut all = Tokenized::default();
        for text in texts {
            all.push_texts(std::iter::once(*text), Breaks::Sentences);
        }
        all
    }

    #[test]
    fn runs_end_with_the_sentence() {
        let all = tokenized(&["The U.S. acts. The D.P.R.K. answers: never", "the U.S. acts"]);
        let settings = NgramSettings { shortest: 2, longest: 3, documents_at_least: 1 };
        let found = ngrams(&all, settings);
        let texts: Vec<&str> = found.terms.iter().map(|(text, _)| text.as_str()).collect();
        assert!(texts.contains(&"u s acts") || texts.contains(&"the u s"), "{texts:?}");
        assert!(!texts.contains(&"acts the") && !texts.contains(&"answers never"), "{texts:?}");
        assert_eq!(found.positions[1], [4, 3, 2], "the dot of an abbreviation before a small letter");
    }

    proptest! {
        #[test]
        fn as_by_looking_at_every_window(
            documents in prop::collection::vec(prop::collection::vec(0_u8..4, 0..14), 1..6),
            least in 1_u32..4,
        ) {
            let texts: Vec<String> = documents
                .iter()
                .map(|words| words.iter().map(|w| if *w == 3 { "! ".into() } else { format!("w{w} ") }).collect())
                .collect();
            let all = tokenized(&texts.iter().map(String::as_str).collect::<Vec<_>>());
            let found = ngrams(&all, NgramSettings { shortest: 1, longest: 4, documents_at_least: least });
            let mut expected: BTreeMap<String, BTreeMap<usize, u64>> = BTreeMap::new();
            for (number, text) in texts.iter().enumerate() {
                for sentence in text.split("! ") {
                    let words: Vec<&str> = sentence.split_whitespace().collect();
                    for length in 1..=4 {
                        for window in words.windows(length) {
                            *expected.entry(window.join(" ")).or_default().entry(number).or_default() += 1;
                        }
                    }
                }
            }
            expected.retain(|_, documents| documents.len() >= least as usize);
            let mut counted: BTreeMap<String, BTreeMap<usize, u64>> = BTreeMap::new();
            for (document, counts) in found.counts.iter().enumerate() {
                for &(term, count) in counts {
                    counted.entry(found.terms[term as usize].0.clone()).or_default().insert(document, count);
                }
            }
            prop_assert_eq!(counted, expected);
        }
    }
}
