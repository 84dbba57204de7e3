//! All phrases of a lexicon at once.
//!
//! Each word of a text becomes the class of patterns that it fits (`classes`), a word that no pattern names the class
//! `NONE`; from every word that can begin a wording an automaton over classes walks on as long as something fits
//! (`automaton`). Wordings that need more than the words one after the other, and conditions, are worked out afterwards
//! from the places of their parts (`evaluate`).

mod automaton;
mod classes;
mod evaluate;
mod ways;

use crate::lexicon::{Lexicon, primary};
use crate::scan::Cutter;
pub(crate) use crate::scan::Spans;
use automaton::Automaton;

/// Counts phrases in texts, one thread's worth: it remembers the words it saw.
pub(crate) struct Matcher<'l> {
    lexicon: &'l Lexicon,
    cutter: Cutter,
    automata: Vec<(Reader, Automaton<'l>)>,
    found: Found,
    spans: Spans,
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
    /// Word and class, of those words that some pattern names.
    named: Vec<(u32, u32)>,
    /// Those of `named` after which the next word may lead on, and those that only count alone.
    leading: Vec<u32>,
    alone: Vec<u32>,
    buffer: Vec<u32>,
    /// Word at which it begins, id.
    hits: Vec<(u32, u32)>,
    places: evaluate::Places,
}

impl<'l> Matcher<'l> {
    pub(crate) fn new(lexicon: &'l Lexicon, spans: Spans) -> Self {
        Self { lexicon, cutter: Cutter::default(), automata: Vec::new(), found: Found::default(), spans }
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
        let keep = if automaton.needs_spans() { Spans::Kept } else { self.spans };
        self.cutter.cut(text, self.lexicon.rule, keep);
        let count = automaton.classes.name(text, &self.cutter, &mut found.buffer, &mut found.named);
        let named = &found.named[..count];
        let (leading, alone) = automaton.beginnings(named, &mut found.leading, &mut found.alone);
        let mut take = |automaton: &Automaton<'_>, state: u32, start: u32| {
            for &id in automaton.direct(state) {
                hit(id as usize, start as usize);
            }
            if let Some(findings) = automaton.more(state) {
                found.hits.extend(findings.mixed.iter().map(|&id| (start, id)));
                for &(part, length) in &findings.parts {
                    found.places.add(part, start, start + length);
                }
            }
        };
        for &at in &found.alone[..alone] {
            let (start, class) = named[at as usize];
            take(automaton, automaton.first(class), start);
        }
        for &from in &found.leading[..leading] {
            let named = &named[from as usize..];
            let state = automaton.walk(named);
            take(automaton, state, named[0].0);
        }
        automaton.evaluate(text, &mut found.places, self.cutter.spans(), &mut found.hits);
        found.hits.sort_unstable();
        found.hits.dedup();
        for (start, id) in found.hits.drain(..) {
            hit(id as usize, start as usize);
        }
        self.cutter.keys().len()
    }

    /// The bytes of a word of the text that was read last, if they are kept.
    pub(crate) fn span(&self, word: usize) -> std::ops::Range<usize> {
        let (start, end) = self.cutter.spans()[word];
        start as usize..end as usize
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
