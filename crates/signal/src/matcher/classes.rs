//! Words as classes: the set of patterns that a word fits.

use rustc_hash::FxHashMap;

use crate::keys::Keys;
use crate::korean;
use crate::lexicon::Pattern;
use crate::scan::Key;

/// The class of words that no pattern names.
pub(super) const NONE: u32 = 0;
/// The class depends on upper and lower case.
const CASED: u32 = u32::MAX;

/// Words remembered at the most, and the longest: others are looked up anew each time.
const MOST_WORDS: usize = 1 << 20;
const LONGEST: usize = 256;

pub(super) struct Classes<'l> {
    patterns: Vec<&'l Pattern>,
    numbers: FxHashMap<&'l Pattern, u32>,
    /// Of words as numbers by what they begin with.
    literals: FxHashMap<&'l str, u32>,
    nouns: FxHashMap<&'l str, u32>,
    longest_noun: usize,
    wildcards: Vec<u32>,
    exact: Vec<u32>,
    /// Folded words → class.
    keys: Keys,
    long: FxHashMap<Box<str>, u32>,
    /// Words as written → class, for those that are [`CASED`].
    written: FxHashMap<Box<str>, u32>,
    /// Class → patterns that fit (class 0: none).
    pub(super) members: Vec<Vec<u32>>,
    by_members: FxHashMap<Vec<u32>, u32>,
    /// Only literals: what is not in the table fits nothing, and need not be remembered.
    closed: bool,
    /// Bits by the upper half of a hash: most words of a text stop here.
    sieve: Box<[u64; SIEVE_WORDS]>,
}

/// The classes of a lexicon of nothing but literal words: nothing in it changes.
#[derive(Clone, Copy)]
pub(super) struct Literals<'c> {
    sieve: &'c [u64; SIEVE_WORDS],
    keys: &'c Keys,
    long: &'c FxHashMap<Box<str>, u32>,
}

impl Literals<'_> {
    /// The class of a short word, if it has one.
    #[inline]
    pub(super) fn of_key(self, key: Key) -> Option<u32> {
        let bit = (key.hash() >> (64 - SIEVE)) as usize;
        if self.sieve[bit / 64 % SIEVE_WORDS] >> (bit % 64) & 1 == 0 {
            return None;
        }
        self.keys.find(key).ok()
    }

    /// The class of a long word, if it has one.
    pub(super) fn of_long(self, folded: &str) -> Option<u32> {
        self.long.get(folded).copied()
    }
}

/// Bits of the sieve, as a power of two.
const SIEVE: u32 = 16;
const SIEVE_WORDS: usize = 1 << (SIEVE - 6);

impl<'l> Classes<'l> {
    pub(super) fn new() -> Self {
        Self {
            patterns: Vec::new(),
            numbers: FxHashMap::default(),
            literals: FxHashMap::default(),
            nouns: FxHashMap::default(),
            longest_noun: 0,
            wildcards: Vec::new(),
            exact: Vec::new(),
            keys: Keys::with_room(64),
            long: FxHashMap::default(),
            written: FxHashMap::default(),
            members: vec![Vec::new()],
            by_members: FxHashMap::default(),
            closed: false,
            sieve: Box::new([0; SIEVE_WORDS]),
        }
    }

    /// The number of a pattern. All of them must be named before [`Classes::seal`].
    pub(super) fn pattern(&mut self, pattern: &'l Pattern) -> u32 {
        let next = self.patterns.len() as u32;
        let number = *self.numbers.entry(pattern).or_insert(next);
        if number == next {
            self.patterns.push(pattern);
            match pattern {
                Pattern::Literal(word) => drop(self.literals.insert(word, number)),
                Pattern::Noun(stem) => {
                    self.nouns.insert(stem, number);
                    self.longest_noun = self.longest_noun.max(stem.len());
                }
                Pattern::Wildcard(_) => self.wildcards.push(number),
                Pattern::Exact(_) => self.exact.push(number),
            }
        }
        number
    }

    pub(super) fn seal(&mut self) {
        self.closed = self.nouns.is_empty() && self.wildcards.is_empty() && self.exact.is_empty();
        if self.closed {
            let mut words: Vec<&str> = self.literals.keys().copied().collect();
            words.sort_unstable();
            self.keys = Keys::with_room(2 * words.len());
            for word in words {
                self.remember(word);
            }
        }
    }

    /// If there are only literal words.
    pub(super) fn literals(&self) -> Option<Literals<'_>> {
        self.closed.then_some(Literals { sieve: &self.sieve, keys: &self.keys, long: &self.long })
    }

    fn remember(&mut self, folded: &str) -> u32 {
        let class = self.of_folded(folded);
        match Key::of(folded) {
            Some(key) => {
                if let Err(free) = self.keys.find(key) {
                    let bit = (key.hash() >> (64 - SIEVE)) as usize;
                    self.sieve[bit / 64] |= 1 << (bit % 64);
                    self.keys.put(key, class, free);
                }
            }
            None => drop(self.long.insert(folded.into(), class)),
        }
        class
    }

    /// The class of a short word.
    #[inline]
    pub(super) fn of_key<'t>(&mut self, key: Key, written: impl FnOnce() -> &'t str) -> u32 {
        match self.keys.find(key) {
            Ok(CASED) => self.of_written(&key.word(), written()),
            Ok(class) => class,
            Err(_) if self.closed => NONE,
            Err(_) => self.of_new(&key.word(), written()),
        }
    }

    /// The class of a long word.
    pub(super) fn of_long(&mut self, folded: &str, written: &str) -> u32 {
        match self.long.get(folded) {
            Some(&CASED) => self.of_written(folded, written),
            Some(&class) => class,
            None if self.closed => NONE,
            None => self.of_new(folded, written),
        }
    }

    #[cold]
    fn of_new(&mut self, folded: &str, written: &str) -> u32 {
        let room = self.keys.len() + self.long.len() < MOST_WORDS && folded.len() <= LONGEST;
        let class = if room { self.remember(folded) } else { self.of_folded(folded) };
        if class == CASED { self.of_written(folded, written) } else { class }
    }

    /// The class, or [`CASED`].
    fn of_folded(&mut self, folded: &str) -> u32 {
        if self.exact.iter().any(|&number| self.patterns[number as usize].may_match(folded)) {
            return CASED;
        }
        let members = self.fitting(folded);
        self.class(members)
    }

    fn of_written(&mut self, folded: &str, written: &str) -> u32 {
        if let Some(&class) = self.written.get(written) {
            return class;
        }
        let mut members = self.fitting(folded);
        let fits = |number: &u32| self.patterns[*number as usize].matches(folded, written);
        members.extend(self.exact.iter().copied().filter(fits));
        let class = self.class(members);
        if self.written.len() < MOST_WORDS && written.len() <= LONGEST {
            self.written.insert(written.into(), class);
        }
        class
    }

    /// Patterns that the lower-case form decides.
    fn fitting(&self, folded: &str) -> Vec<u32> {
        let mut members: Vec<u32> = self.literals.get(folded).copied().into_iter().collect();
        let fits = |number: &u32| self.patterns[*number as usize].matches(folded, folded);
        members.extend(self.wildcards.iter().copied().filter(fits));
        if !self.nouns.is_empty() {
            let stems = folded.char_indices().map(|(at, c)| at + c.len_utf8());
            for end in stems.take_while(|&end| end <= self.longest_noun) {
                if let Some(&number) = self.nouns.get(&folded[..end])
                    && korean::may_follow(&folded[..end], &folded[end..])
                {
                    members.push(number);
                }
            }
        }
        members
    }

    fn class(&mut self, mut members: Vec<u32>) -> u32 {
        if members.is_empty() {
            return NONE;
        }
        members.sort_unstable();
        if let Some(&class) = self.by_members.get(&members) {
            return class;
        }
        let class = self.members.len() as u32;
        self.members.push(members.clone());
        self.by_members.insert(members, class);
        class
    }
}
