//! Where the words of a document stand.

use std::ops::Range;

pub(crate) use record::words;

/// Words between the last of a title and the first of its text, so that no hit reaches from one into the other.
const GAP: u32 = 1_000;

/// Which part of a document a word stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Title,
    Text,
}

/// A word with its number and its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Placed<'t> {
    pub(crate) word: &'t str,
    pub(crate) number: u32,
    pub(crate) part: Part,
    pub(crate) bytes: Range<usize>,
}

/// The words of a title, unless the text begins with it, and of a text.
pub(crate) fn placed<'t>(title: &'t str, text: &'t str) -> Vec<Placed<'t>> {
    let mut all = Vec::new();
    let repeated = !title.trim().is_empty() && text.trim_start().starts_with(title.trim());
    let mut number = 0;
    for (part, whole) in [(Part::Title, title), (Part::Text, text)] {
        if part == Part::Title && repeated {
            continue;
        }
        for word in words(whole) {
            let start = word.as_ptr() as usize - whole.as_ptr() as usize;
            all.push(Placed { word, number, part, bytes: start..start + word.len() });
            number += 1;
        }
        if part == Part::Title && number > 0 {
            number += GAP;
        }
    }
    all
}

/// Korean, Chinese and Japanese characters, whose words are also found by their parts.
pub(crate) fn is_eastern(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

/// After the last character of a word in its last pair.
pub(crate) const END: char = '\u{10fffd}';

/// Characters of a word whose pairs are kept; places of pairs are counted in words times this.
pub(crate) const LETTERS: u32 = 64;

/// The pairs of neighboring characters of a word, with the place of the first in it; the last is paired with [`END`].
pub(crate) fn pairs(word: &str) -> Vec<(String, u32)> {
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).take(LETTERS as usize).collect();
    let next = |i: usize| letters.get(i + 1).copied().unwrap_or(END);
    letters.iter().enumerate().map(|(i, &c)| (String::from_iter([c, next(i)]), i as u32)).collect()
}
