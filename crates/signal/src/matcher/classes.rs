//! Words as classes: the set of patterns that a word fits.

use rustc_hash::FxHashMap;

use crate::keys::Keys;
use crate::korean;
use crate::lexicon::Pattern;
use crate::perfect::Perfect;
use crate::scan::{Cutter, Key};

/// The class of words that no pattern names.
pub(super) const NONE: u32 = 0;
/// The class depends on upper and lower case.
const CASED: u32 = u32::MAX - 1;

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
    /// If there are only literals: all words that fit anything. Others need not be remembered.
    closed: Option<Perfect>,
}

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
            closed: None,
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
        if !(self.nouns.is_empty() && self.wildcards.is_empty() && self.exact.is_empty()) {
            return;
        }
        let mut words: Vec<&str> = self.literals.keys().copied().collect();
        words.sort_unstable();
        let mut short = Vec::new();
        for word in words {
            let class = self.of_folded(word);
            match Key::of(word) {
                Some(key) => short.push((key, class)),
                None => drop(self.long.insert(word.into(), class)),
            }
        }
        self.closed = Some(Perfect::new(&short));
    }

    /// Whether the class of a word can depend on upper and lower case: then it must be known where the words stand.
    pub(super) fn needs_spans(&self) -> bool {
        !self.exact.is_empty()
    }

    /// Writes the words of a text that some pattern names, each with its number in the text and its class, into
    /// `named` and returns how many. `buffer` and `named` are used again from text to text.
    pub(super) fn name(
        &mut self,
        text: &str,
        words: &Cutter,
        buffer: &mut Vec<u32>,
        named: &mut Vec<(u32, u32)>,
    ) -> usize {
        let keys = words.keys();
        if named.len() < keys.len() {
            named.resize(keys.len(), (0, NONE));
        }
        // Written always and kept only if named: no processor could foresee it.
        let mut count = 0;
        if let Some(closed) = &self.closed {
            for (index, &key) in keys.iter().enumerate() {
                let class = closed.number(key);
                named[count] = (index as u32, class);
                count += usize::from(class != NONE);
            }
            return self.name_long(words, named, count);
        }
        buffer.clear();
        buffer.extend(keys.iter().map(|&key| self.keys.at_first_place(key)));
        for (index, &key) in keys.iter().enumerate() {
            let mut class = buffer[index];
            if class >= CASED {
                class = self.of_word(text, words, index, key);
            }
            named[count] = (index as u32, class);
            count += usize::from(class != NONE);
        }
        count
    }

    /// Adds the long words of a lexicon of literals to the `count` that are named.
    fn name_long(&self, words: &Cutter, named: &mut [(u32, u32)], mut count: usize) -> usize {
        if self.long.is_empty() {
            return count;
        }
        let before = count;
        for (index, word) in words.long_words() {
            if let Some(&class) = self.long.get(word) {
                named[count] = (index, class);
                count += 1;
            }
        }
        if count > before {
            named[..count].sort_unstable();
        }
        count
    }

    fn remember(&mut self, folded: &str) -> u32 {
        let class = self.of_folded(folded);
        match Key::of(folded) {
            Some(key) => {
                if let Err(free) = self.keys.find(key) {
                    self.keys.put(key, class, free);
                }
            }
            None => drop(self.long.insert(folded.into(), class)),
        }
        class
    }

    /// The class of a word that is not at its first place, or [`CASED`].
    #[cold]
    fn of_word(&mut self, text: &str, words: &Cutter, index: usize, key: Key) -> u32 {
        let written = || {
            let (start, end) = words.spans()[index];
            &text[start as usize..end as usize]
        };
        let (known, folded) = match words.long(key) {
            Some(word) => (self.long.get(word).copied(), word.to_string()),
            None => (self.keys.find(key).ok(), key.word()),
        };
        match known {
            Some(CASED) => self.of_written(&folded, written()),
            Some(class) => class,
            None => {
                let class = self.of_new(&folded);
                if class == CASED { self.of_written(&folded, written()) } else { class }
            }
        }
    }

    fn of_new(&mut self, folded: &str) -> u32 {
        let room = self.keys.len() + self.long.len() < MOST_WORDS && folded.len() <= LONGEST;
        if room { self.remember(folded) } else { self.of_folded(folded) }
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
