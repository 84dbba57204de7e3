//! Words as numbers.

use rustc_hash::FxHashMap;

use crate::keys::{ABSENT, Keys};
use crate::scan::{Cutter, Key, Spans};

/// Which words of a text count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenRule {
    /// All: `\w+`.
    #[default]
    EveryWord,
    /// Those of two letters or more, `\w\w+`, as scikit-learn has it.
    TwoLetters,
}

impl TokenRule {
    /// Whether a word of these bytes counts.
    #[inline]
    pub(crate) fn takes(self, word: &str) -> bool {
        self == Self::EveryWord || word.len() > 4 || word.chars().nth(1).is_some()
    }
}

/// The words seen so far, lower case, numbered from 0 in the order in which they were first seen.
///
/// Memory grows with the number of different words only: about 40 bytes and its letters per word.
#[derive(Debug)]
pub struct Vocabulary {
    rule: TokenRule,
    cutter: Cutter,
    words: Numbers,
}

#[derive(Debug)]
struct Numbers {
    keys: Keys,
    long: FxHashMap<Box<str>, u32>,
    letters: String,
    /// Where the letters of word `i` end.
    ends: Vec<usize>,
}

impl Vocabulary {
    /// Without words.
    pub fn new(rule: TokenRule) -> Self {
        let words = Numbers {
            keys: Keys::with_room(1 << 11),
            long: FxHashMap::default(),
            letters: String::new(),
            ends: Vec::new(),
        };
        Self { rule, cutter: Cutter::default(), words }
    }

    /// Appends the numbers of the words of a text, in order; new words are added. An n-gram is a window of them.
    ///
    /// # Cost
    /// One pass, about 10 ns a word.
    pub fn scan(&mut self, text: &str, numbers: &mut Vec<u32>) {
        self.cutter.cut(text, self.rule, Spans::NotKept);
        let from = numbers.len();
        let words = &mut self.words;
        numbers.extend(self.cutter.keys().iter().map(|&key| words.keys.at_first_place(key)));
        for (number, &key) in numbers[from..].iter_mut().zip(self.cutter.keys()) {
            if *number == ABSENT {
                *number = match self.cutter.long(key) {
                    Some(word) => words.number_of_long(word),
                    None => words.number(key),
                };
            }
        }
    }

    /// How many words.
    pub fn len(&self) -> usize {
        self.words.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The word of a number.
    ///
    /// # Panics
    /// If there is none of this number.
    pub fn word(&self, number: u32) -> &str {
        let index = number as usize;
        let start = if index == 0 { 0 } else { self.words.ends[index - 1] };
        &self.words.letters[start..self.words.ends[index]]
    }

    /// The number of a word, in any case, if it was seen.
    pub fn number(&self, word: &str) -> Option<u32> {
        let mut buffer = String::new();
        let folded = crate::token::fold(word, &mut buffer);
        match Key::of(folded) {
            Some(key) => self.words.keys.find(key).ok(),
            None => self.words.long.get(folded).copied(),
        }
    }

    /// All words, by number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|number| self.word(number as u32))
    }

    /// Numbers in the order of their words (by code point).
    pub fn alphabetical(&self) -> Vec<u32> {
        // Eight letters tell most words apart.
        let begin = |number: u32| {
            let mut bytes = [0; 8];
            for (slot, byte) in bytes.iter_mut().zip(self.word(number).bytes()) {
                *slot = byte;
            }
            u64::from_be_bytes(bytes)
        };
        let mut order: Vec<(u64, u32)> =
            (0..self.len() as u32).map(|number| (begin(number), number)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.word(a.1).cmp(self.word(b.1))));
        order.into_iter().map(|(_, number)| number).collect()
    }
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self::new(TokenRule::default())
    }
}

impl Numbers {
    #[inline]
    fn number(&mut self, key: Key) -> u32 {
        match self.keys.find(key) {
            Ok(number) => number,
            Err(free) => self.add(key, free),
        }
    }

    #[cold]
    fn add(&mut self, key: Key, free: usize) -> u32 {
        let number = self.name(&key.word());
        self.keys.put(key, number, free);
        number
    }

    #[cold]
    fn number_of_long(&mut self, folded: &str) -> u32 {
        if let Some(&number) = self.long.get(folded) {
            return number;
        }
        let number = self.name(folded);
        self.long.insert(folded.into(), number);
        number
    }

    fn name(&mut self, word: &str) -> u32 {
        let number = u32::try_from(self.ends.len()).expect("fewer than four billion different words");
        self.letters.push_str(word);
        self.ends.push(self.letters.len());
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_numbers() {
        let mut vocabulary = Vocabulary::default();
        let mut numbers = Vec::new();
        let many: String = (0..20_000).map(|i| format!("word{i} WORD{i} ")).collect();
        vocabulary.scan(&many, &mut numbers);
        assert_eq!(numbers, (0..20_000).flat_map(|i| [i, i]).collect::<Vec<u32>>());
        assert_eq!((vocabulary.word(777), vocabulary.number("Word19999")), ("word777", Some(19_999)));
        vocabulary.scan("Intercontinental_ballistic, 비핵화! word3", &mut numbers);
        assert_eq!(numbers[40_000..], [20_000, 20_001, 3]);
        assert_eq!(vocabulary.number("INTERCONTINENTAL_BALLISTIC"), Some(20_000));
        assert_eq!(vocabulary.number("nothing"), None);
    }

    #[test]
    fn one_letter_is_no_word_where_two_are_asked_for() {
        let mut vocabulary = Vocabulary::new(TokenRule::TwoLetters);
        vocabulary.scan("a U.S. ñ ña 한 한국 Ⅱ _ __ x1", &mut Vec::new());
        assert_eq!(vocabulary.iter().collect::<Vec<_>>(), ["ña", "한국", "__", "x1"]);
        assert_eq!(vocabulary.alphabetical(), [2, 3, 0, 1]);
    }
}
