//! Words of a text at the speed of memory, each with its lower-case key.
//!
//! 64 bytes at a time become a mask of the bytes that can stand in a word; its edges are the words. A word of up to
//! 16 bytes that is ASCII needs no more than two loads: setting bit 5 of every byte makes letters small and leaves
//! digits as they are (`_` becomes 0x7f, which is no letter), so the two numbers are the lower-case word, exactly.
//! Everything else, non-ASCII and long words, is cut character by character by the rule of [`tokens`](crate::tokens).

use crate::token::{fold, tokens};

/// Bytes of a word that fit into a [`Key`].
pub(crate) const SHORT: usize = 16;

/// A lower-case word of 1 to 16 bytes, padded with zeros; `_` is written as 0x7f. `low` is never 0.
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

/// What is done with the words of a text, in their order. `start..end` are bytes of the text.
pub(crate) trait Words {
    /// A word whose lower-case form fits into a key.
    fn short(&mut self, key: Key, start: usize, end: usize);
    /// A longer word, folded.
    fn long(&mut self, folded: &str, start: usize, end: usize);
}

/// Buffers that are used again from text to text.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    padded: Vec<u8>,
    folded: String,
}

const PAD: usize = 64 + SHORT;
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

impl Scanner {
    /// Hands every word of a text to `words`.
    #[inline]
    pub(crate) fn scan(&mut self, text: &str, words: &mut impl Words) {
        let length = text.len();
        self.padded.clear();
        self.padded.extend_from_slice(text.as_bytes());
        self.padded.extend_from_slice(&[0; PAD]);
        let (mut open, mut start) = (false, 0);
        let mut base = 0;
        while base < length {
            let block = self.padded[base..].first_chunk::<64>().expect("padded by a block");
            let mask = word_bytes(block);
            let mut edges = mask ^ (mask << 1 | u64::from(open));
            if open && edges != 0 {
                let end = base + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                self.word(text, start, end, words);
                open = false;
            }
            while edges != 0 {
                start = base + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                if edges == 0 {
                    open = true;
                    break;
                }
                let end = base + edges.trailing_zeros() as usize;
                edges &= edges - 1;
                self.word(text, start, end, words);
            }
            base += 64;
        }
        if open {
            self.word(text, start, length, words);
        }
    }

    #[inline]
    fn word(&mut self, text: &str, start: usize, end: usize, words: &mut impl Words) {
        let (low, high) = MASKS[(end - start).min(SHORT)];
        let bytes = self.padded[start..].first_chunk::<SHORT>().expect("padded by a key");
        let raw = (word_at(bytes, 0) & low, word_at(bytes, 8) & high);
        if end - start > SHORT || (raw.0 | raw.1) & HIGH_BITS != 0 {
            return self.slow(text, start, end, words);
        }
        words.short(Key { low: (raw.0 | SMALL) & low, high: (raw.1 | SMALL) & high }, start, end);
    }

    #[cold]
    fn slow(&mut self, text: &str, from: usize, to: usize, words: &mut impl Words) {
        for token in tokens(&text[from..to]) {
            let start = from + token.start;
            let end = start + token.text.len();
            let folded = fold(token.text, &mut self.folded);
            match Key::of(folded) {
                Some(key) => words.short(key, start, end),
                None => words.long(folded, start, end),
            }
        }
    }
}

#[inline]
fn word_at(bytes: &[u8; SHORT], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// Bit `i` tells whether byte `i` is an ASCII letter, digit, `_`, or part of a character beyond ASCII.
#[inline]
fn word_bytes(block: &[u8; 64]) -> u64 {
    let mut flags = [0_u8; 64];
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

    #[derive(Default)]
    struct Collect(Vec<(String, usize, usize)>);

    impl Words for Collect {
        fn short(&mut self, key: Key, start: usize, end: usize) {
            self.0.push((key.word(), start, end));
        }
        fn long(&mut self, folded: &str, start: usize, end: usize) {
            self.0.push((folded.into(), start, end));
        }
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
            let mut found = Collect::default();
            Scanner::default().scan(&text, &mut found);
            prop_assert_eq!(found.0, slowly(&text));
        }

        #[test]
        fn agrees_on_any_text(text in "\\PC{0,200}") {
            let mut found = Collect::default();
            Scanner::default().scan(&text, &mut found);
            prop_assert_eq!(found.0, slowly(&text));
        }
    }

    #[test]
    fn keys_hold_the_word() {
        for word in ["a", "snake_case", "sixteen_letters_", "비핵화", "é"] {
            assert_eq!(Key::of(word).unwrap().word(), word);
        }
        assert!(Key::of("seventeen_letters").is_none() && Key::of("").is_none());
    }
}
