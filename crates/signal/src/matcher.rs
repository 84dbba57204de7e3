//! All phrases of a lexicon at once.
//!
//! Each word of a text becomes the class of patterns that it fits (`classes`), a word that no pattern names the class
//! `NONE`; from every word that can begin a wording an automaton over classes walks on as long as something fits
//! (`automaton`). Wordings that need more than the words one after the other, and conditions, are worked out afterwards
//! from the places of their parts (`evaluate`).

mod automaton;
mod classes;
mod evaluate;

use crate::lexicon::{Lexicon, primary};
use crate::scan::{Key, Scanner, Words};
use crate::vocabulary::TokenRule;
use automaton::Automaton;
use classes::{Classes, Literals, NONE};

/// Counts phrases in texts, one thread's worth: it remembers the words it saw.
pub(crate) struct Matcher<'l> {
    lexicon: &'l Lexicon,
    scanner: Scanner,
    automata: Vec<(Reader, Automaton<'l>)>,
    found: Found,
    spans: Spans,
}

/// Whether the bytes of words are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spans {
    Kept,
    NotKept,
}

/// What a text is read as: only some variants count in a language, and who is oneself depends on who speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reader {
    language: Language,
    oneself: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Language {
    #[default]
    Unknown,
    /// One that no variant is meant for.
    Other,
    Known(usize),
}

/// What was found in a text, reused from text to text.
#[derive(Debug, Default)]
struct Found {
    words: u32,
    /// Word and class, of those words that some pattern names.
    named: Vec<(u32, u32)>,
    /// First and last byte + 1 of each word, if they are kept.
    spans: Vec<(u32, u32)>,
    /// Word at which it begins, id.
    hits: Vec<(u32, u32)>,
    places: evaluate::Places,
}

impl<'l> Matcher<'l> {
    pub(crate) fn new(lexicon: &'l Lexicon, spans: Spans) -> Self {
        Self { lexicon, scanner: Scanner::default(), automata: Vec::new(), found: Found::default(), spans }
    }

    /// How texts of a language are read in which `oneself` is the target that speaks.
    pub(crate) fn reader(&self, language: Option<&str>, oneself: Option<u32>) -> Reader {
        let known = |language: &str| {
            let language = primary(language);
            let known = self.lexicon.languages.iter().position(|own| *own == language);
            known.map_or(Language::Other, Language::Known)
        };
        let language = if self.lexicon.languages.is_empty() { None } else { language };
        Reader { language: language.map_or(Language::Unknown, known), oneself }
    }

    /// Calls `hit` with an id's number and the number of the word at which a hit begins, once per position and id, in
    /// no particular order; returns how many words the text has.
    pub(crate) fn find(&mut self, text: &str, reader: Reader, mut hit: impl FnMut(usize, usize)) -> usize {
        let index = self.automata.iter().position(|(own, _)| *own == reader).unwrap_or_else(|| {
            self.automata.push((reader, Automaton::new(self.lexicon, reader)));
            self.automata.len() - 1
        });
        let (_, automaton) = &mut self.automata[index];
        automaton.forget_if_many();
        let found = &mut self.found;
        found.words = 0;
        found.named.clear();
        found.spans.clear();
        let keep = self.spans == Spans::Kept || automaton.needs_spans();
        let rule = self.lexicon.rule;
        match automaton.classes.literals() {
            Some(literals) if !keep => {
                let mut sink = LiteralSink { rule, literals, words: 0, named: &mut found.named };
                self.scanner.scan(text, &mut sink);
                found.words = sink.words;
            }
            _ => self
                .scanner
                .scan(text, &mut Sink { text, rule, keep, classes: &mut automaton.classes, found }),
        }
        for from in 0..found.named.len() {
            let start = found.named[from].0;
            let Some(state) = automaton.walk(&found.named[from..]) else { continue };
            for &id in &state.direct {
                hit(id as usize, start as usize);
            }
            found.hits.extend(state.mixed.iter().map(|&id| (start, id)));
            for &(part, length) in &state.parts {
                found.places.add(part, start, start + length);
            }
        }
        automaton.evaluate(text, &mut found.places, &found.spans, &mut found.hits);
        found.hits.sort_unstable();
        found.hits.dedup();
        for (start, id) in found.hits.drain(..) {
            hit(id as usize, start as usize);
        }
        found.words as usize
    }

    /// The bytes of a word of the text that was read last, if they are kept.
    pub(crate) fn span(&self, word: usize) -> std::ops::Range<usize> {
        let (start, end) = self.found.spans[word];
        start as usize..end as usize
    }
}

/// For lexicons of nothing but literal words, which need to remember no word of the text.
struct LiteralSink<'a> {
    rule: TokenRule,
    literals: Literals<'a>,
    words: u32,
    named: &'a mut Vec<(u32, u32)>,
}

impl Words for LiteralSink<'_> {
    #[inline]
    fn short(&mut self, key: Key, _: usize, _: usize) {
        if self.rule.takes_key(key) {
            if let Some(class) = self.literals.of_key(key) {
                self.named.push((self.words, class));
            }
            self.words += 1;
        }
    }

    fn long(&mut self, folded: &str, _: usize, _: usize) {
        if let Some(class) = self.literals.of_long(folded) {
            self.named.push((self.words, class));
        }
        self.words += 1;
    }
}

struct Sink<'a, 'l> {
    text: &'a str,
    rule: TokenRule,
    keep: bool,
    classes: &'a mut Classes<'l>,
    found: &'a mut Found,
}

impl Sink<'_, '_> {
    #[inline]
    fn add(&mut self, class: u32, start: usize, end: usize) {
        if class != NONE {
            self.found.named.push((self.found.words, class));
        }
        self.found.words += 1;
        if self.keep {
            self.found.spans.push((start as u32, end as u32));
        }
    }
}

impl Words for Sink<'_, '_> {
    #[inline]
    fn short(&mut self, key: Key, start: usize, end: usize) {
        if self.rule.takes_key(key) {
            let class = self.classes.of_key(key, || &self.text[start..end]);
            self.add(class, start, end);
        }
    }

    fn long(&mut self, folded: &str, start: usize, end: usize) {
        let class = self.classes.of_long(folded, &self.text[start..end]);
        self.add(class, start, end);
    }
}

impl Reader {
    /// Whether a variant for this language counts: one for all always, any where the text's language is not known.
    fn takes(self, variant: Option<usize>) -> bool {
        match (variant, self.language) {
            (None, _) | (_, Language::Unknown) => true,
            (Some(_), Language::Other) => false,
            (Some(own), Language::Known(language)) => own == language,
        }
    }
}

#[cfg(test)]
mod tests;
