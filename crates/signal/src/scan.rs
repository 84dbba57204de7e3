//! Words of a text at the speed of memory, each with its lower-case key.
//!
//! 64 bytes at a time become a mask of the bytes that can stand in a word; its edges are the words. A word of up to
//! 16 bytes that is ASCII needs no more than two loads: setting bit 5 of every byte makes letters small and leaves
//! digits as they are (`_` becomes 0x7f, which is no letter), so the two numbers are the lower-case word, exactly.
//! Everything else, non-ASCII and long words, is cut character by character by the rule of [`tokens`](crate::tokens).

use crate::token::{fold, tokens};
use crate::vocabulary::TokenRule;

/// Bytes of a word that fit into a [`Key`].
pub(crate) const SHORT: usize = 16;

/// A lower-case word of 1 to 16 bytes, padded with zeros; `_` is written as 0x7f. `low` is never 0, but for the keys that
/// [`Cutter::long`] explains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) low: u64,
    pub(crate) high: u64,
}

impl Key {
    /// The key of a folded word, if it is short enough and not empty.
    pub(crate) fn of(folded: &str) -> Option<Self> {
        if folded.is_empty() || folded.len() > SHORT {
            return None;
        }
        let mut bytes = [0; SHORT];
        for (slot, byte) in bytes.iter_mut().zip(folded.bytes()) {
            *slot = if byte == b'_' { 0x7f } else { byte };
        }
        Some(Self { low: word_at(&bytes, 0), high: word_at(&bytes, 8) })
    }

    /// The folded word.
    pub(crate) fn word(self) -> String {
        let bytes = self.low.to_le_bytes().into_iter().chain(self.high.to_le_bytes());
        let bytes: Vec<u8> =
            bytes.take_while(|&byte| byte != 0).map(|byte| if byte == 0x7f { b'_' } else { byte }).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Well mixed in its upper bits.
    #[inline]
    pub(crate) fn hash(self) -> u64 {
        let wide =
            u128::from(self.low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(self.high ^ 0xd1b5_4a32_d192_ed03);
        (wide >> 64) as u64 ^ wide as u64
    }
}

/// The words of one text, in their order; its buffers are used again from text to text.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    folded: String,
    /// Longer than the words are many: what lies behind them is of earlier texts.
    keys: Vec<Key>,
    spans: Vec<(u32, u32)>,
    kept: Spans,
    words: usize,
    /// Folded words that are too long for a key, one behind the other, and where each ends.
    long: String,
    /// Where each of them ends, and which word of the text it is.
    long_ends: Vec<(usize, u32)>,
}

/// Whether the bytes of words are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Spans {
    Kept,
    #[default]
    NotKept,
}

/// Bytes looked at together.
const BLOCK: usize = 64;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
const SMALL: u64 = 0x2020_2020_2020_2020;

/// `MASKS[n]` keeps the first `n` of 16 bytes.
const MASKS: [(u64, u64); SHORT + 1] = {
    let mut masks = [(0, 0); SHORT + 1];
    let mut length = 0;
    while length <= SHORT {
        let low = if length >= 8 { u64::MAX } else { (1 << (8 * length)) - 1 };
        let high = match length {
            0..=8 => 0,
            16 => u64::MAX,
            _ => (1 << (8 * (length - 8))) - 1,
        };
        masks[length] = (low, high);
        length += 1;
    }
    masks
};

impl Cutter {
    /// Cuts a text into its words and forgets the text before.
    pub(crate) fn cut(&mut self, text: &str, rule: TokenRule, spans: Spans) {
        self.words = 0;
        self.kept = spans;
        self.long.clear();
        self.long_ends.clear();
        match (rule, spans) {
            (TokenRule::EveryWord, Spans::NotKept) => self.scan::<1, false>(text, rule),
            (TokenRule::EveryWord, Spans::Kept) => self.scan::<1, true>(text, rule),
            (TokenRule::TwoLetters, Spans::NotKept) => self.scan::<2, false>(text, rule),
            (TokenRule::TwoLetters, Spans::Kept) => self.scan::<2, true>(text, rule),
        }
    }

    /// The words.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys[..self.words]
    }

    /// First byte and last byte + 1 of each word; nothing if they were not to be kept.
    pub(crate) fn spans(&self) -> &[(u32, u32)] {
        if self.kept == Spans::Kept { &self.spans[..self.words] } else { &[] }
    }

    /// The folded word of a key that stands for a long one.
    pub(crate) fn long(&self, key: Key) -> Option<&str> {
        if key.low != 0 {
            return None;
        }
        Some(self.long_word(key.high as usize - 1))
    }

    /// All that are too long for a key: which word of the text it is, and the word, folded.
    pub(crate) fn long_words(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..self.long_ends.len()).map(|index| (self.long_ends[index].1, self.long_word(index)))
    }

    fn long_word(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.long_ends[index - 1].0 };
        &self.long[start..self.long_ends[index].0]
    }

    fn scan<const LEAST: usize, const KEEP: bool>(&mut self, text: &str, rule: TokenRule) {
        let bytes = text.as_bytes();
        let (mut open, mut start, mut begin) = (false, 0, (0, 0));
        let mut last;
        for base in (0..bytes.len()).step_by(BLOCK) {
            let rest = &bytes[base..];
            let window = match rest.first_chunk() {
                Some(window) => window,
                None => {
                    last = [0; BLOCK + SHORT];
                    last[..rest.len()].copy_from_slice(rest);
                    &last
                }
            };
            self.make_room();
            let mask = word_bytes(window.first_chunk().expect("a block and a key"));
            let mut edges = mask ^ (mask << 1 | u64::from(open));
            if open && edges != 0 {
                let end = base + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                self.word::<LEAST, KEEP>(text, begin, start, end, rule);
                open = false;
            }
            while edges != 0 {
                let at = edges.trailing_zeros() as usize;
                begin = (word_at(window, at), word_at(window, at + 8));
                start = base + at;
                edges &= edges - 1;
                if edges == 0 {
                    open = true;
                    break;
                }
                let end = base + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                self.word::<LEAST, KEEP>(text, begin, start, end, rule);
            }
        }
        if open {
            self.word::<LEAST, KEEP>(text, begin, start, bytes.len(), rule);
        }
    }

    /// Room for the words of another block.
    #[inline]
    fn make_room(&mut self) {
        let least = self.words + BLOCK;
        if self.keys.len() < least {
            self.keys.resize(2 * least, Key::default());
        }
        if self.kept == Spans::Kept && self.spans.len() < least {
            self.spans.resize(2 * least, (0, 0));
        }
    }

    /// Adds the word of these bytes, of which `begin` are the first 16.
    #[inline(always)]
    fn word<const LEAST: usize, const KEEP: bool>(
        &mut self,
        text: &str,
        begin: (u64, u64),
        start: usize,
        end: usize,
        rule: TokenRule,
    ) {
        let (low, high) = MASKS[(end - start).min(SHORT)];
        let raw = (begin.0 & low, begin.1 & high);
        if end - start > SHORT || (raw.0 | raw.1) & HIGH_BITS != 0 {
            return self.slow::<KEEP>(text, start, end, rule);
        }
        // Written always and kept only if it is long enough: no processor could foresee it.
        self.keys[self.words] = Key { low: (raw.0 | SMALL) & low, high: (raw.1 | SMALL) & high };
        if KEEP {
            self.spans[self.words] = (start as u32, end as u32);
        }
        self.words += usize::from(end - start >= LEAST);
    }

    #[cold]
    fn slow<const KEEP: bool>(&mut self, text: &str, from: usize, to: usize, rule: TokenRule) {
        for token in tokens(&text[from..to]) {
            let folded = fold(token.text, &mut self.folded);
            if !rule.takes(folded) {
                continue;
            }
            let key = Key::of(folded).unwrap_or_else(|| {
                self.long.push_str(folded);
                self.long_ends.push((self.long.len(), self.words as u32));
                Key { low: 0, high: self.long_ends.len() as u64 }
            });
            self.keys[self.words] = key;
            if KEEP {
                let start = from + token.start;
                self.spans[self.words] = (start as u32, (start + token.text.len()) as u32);
            }
            self.words += 1;
            // Between characters beyond ASCII there may be any number of words.
            self.make_room();
        }
    }
}

#[inline]
fn word_at(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// Bit `i` tells whether byte `i` is an ASCII letter, digit, `_`, or part of a character beyond ASCII.
#[inline]
fn word_bytes(block: &[u8; BLOCK]) -> u64 {
    let mut flags = [0_u8; BLOCK];
    for (flag, &byte) in flags.iter_mut().zip(block) {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        *flag = u8::from(letter | digit | (byte == b'_') | (byte >= 0x80));
    }
    let mut mask = 0;
    for (index, eight) in flags.chunks_exact(8).enumerate() {
        let bits = u64::from_le_bytes(*eight.first_chunk().expect("eight bytes"));
        // Gathers bit 0 of each byte into the uppermost byte.
        mask |= (bits.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * index);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str, rule: TokenRule) -> Vec<(String, usize, usize)> {
        let mut cutter = Cutter::default();
        // What an earlier text left behind must not show.
        cutter.cut("Some_Earlier_Text_of_long_words, 비핵화 and short ones", rule, Spans::Kept);
        cutter.cut(text, rule, Spans::Kept);
        let word = |key: Key| cutter.long(key).map_or_else(|| key.word(), str::to_string);
        let found: Vec<_> = cutter.keys().iter().map(|&key| word(key)).collect();
        let spans = cutter.spans().iter().map(|&(start, end)| (start as usize, end as usize));
        found.into_iter().zip(spans).map(|(word, (start, end))| (word, start, end)).collect()
    }

    fn slowly(text: &str) -> Vec<(String, usize, usize)> {
        let word = |token: crate::Token<'_>| {
            let mut buffer = String::new();
            (fold(token.text, &mut buffer).to_string(), token.start, token.start + token.text.len())
        };
        tokens(text).map(word).collect()
    }

    proptest! {
        #[test]
        fn agrees_with_cutting_letter_by_letter(text in r"([a-zA-Z_0-9]{1,20}|[ .,'-]{1,3}|[비핵화ñÉK’…\u{301}]{1,6}){0,40}") {
            prop_assert_eq!(cut(&text, TokenRule::EveryWord), slowly(&text));
            let two = |(word, ..): &(String, usize, usize)| word.chars().count() > 1;
            let long: Vec<_> = slowly(&text).into_iter().filter(two).collect();
            prop_assert_eq!(cut(&text, TokenRule::TwoLetters), long);
        }

        #[test]
        fn agrees_on_any_text(text in "\\PC{0,200}") {
            prop_assert_eq!(cut(&text, TokenRule::EveryWord), slowly(&text));
            let two = |(word, ..): &(String, usize, usize)| word.chars().count() > 1;
            let long: Vec<_> = slowly(&text).into_iter().filter(two).collect();
            prop_assert_eq!(cut(&text, TokenRule::TwoLetters), long);
        }
    }

    #[test]
    fn words_between_other_characters_are_as_many_as_they_like() {
        let text = format!("before {}, after; and then some more words", "a…b—".repeat(400));
        assert_eq!(cut(&text, TokenRule::EveryWord), slowly(&text));
    }

    #[test]
    fn keys_hold_the_word() {
        for word in ["a", "snake_case", "sixteen_letters_", "비핵화", "é"] {
            assert_eq!(Key::of(word).unwrap().word(), word);
        }
        assert!(Key::of("seventeen_letters").is_none() && Key::of("").is_none());
    }
}
