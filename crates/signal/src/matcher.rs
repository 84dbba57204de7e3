//! All phrases of a lexicon at once: a trie over classes of words.
//!
//! A word that no pattern names has the class `NONE`, and a text is mostly such words: one hash look-up each. The
//! classes of words seen are remembered, so a wildcard is tried once per different word, not once per word of the
//! text.

use rustc_hash::FxHashMap;

use crate::lexicon::{Lexicon, Pattern};
use crate::token::{Token, fold, tokens};

/// The class of words that no pattern names.
const NONE: u32 = 0;

/// Counts phrases in texts, one thread's worth: it remembers the words it saw.
pub(crate) struct Matcher<'l> {
    lexicon: &'l Lexicon,
    literals: FxHashMap<&'l str, u32>,
    wildcards: Vec<(&'l Pattern, u32)>,
    trie: Vec<Node>,
    /// Word → class; class → patterns that fit (class 0: none).
    classes: FxHashMap<Box<str>, u32>,
    members: Vec<Vec<u32>>,
    by_members: FxHashMap<Vec<u32>, u32>,
    buffer: String,
    text: Vec<u32>,
}

#[derive(Default)]
struct Node {
    edges: Vec<(u32, u32)>,
    phrases: Vec<u32>,
}

/// Words remembered at the most: a corpus with more different words than this looks them up anew.
const MOST_WORDS: usize = 1 << 20;

impl<'l> Matcher<'l> {
    pub(crate) fn new(lexicon: &'l Lexicon) -> Self {
        let mut matcher = Self {
            lexicon,
            literals: FxHashMap::default(),
            wildcards: Vec::new(),
            trie: vec![Node::default()],
            classes: FxHashMap::default(),
            members: vec![Vec::new()],
            by_members: FxHashMap::default(),
            buffer: String::new(),
            text: Vec::new(),
        };
        let mut numbers: FxHashMap<&'l Pattern, u32> = FxHashMap::default();
        for (index, phrase) in lexicon.phrases.iter().enumerate() {
            for alternative in &phrase.alternatives {
                let mut node = 0;
                for pattern in alternative {
                    let next = numbers.len() as u32;
                    let number = *numbers.entry(pattern).or_insert(next);
                    match pattern {
                        Pattern::Literal(word) => {
                            matcher.literals.insert(word, number);
                        }
                        Pattern::Wildcard(_) if number == next => matcher.wildcards.push((pattern, number)),
                        Pattern::Wildcard(_) => {}
                    }
                    node = matcher.child(node, number);
                }
                let phrases = &mut matcher.trie[node as usize].phrases;
                if !phrases.contains(&(index as u32)) {
                    phrases.push(index as u32);
                }
            }
        }
        matcher
    }

    fn child(&mut self, node: u32, pattern: u32) -> u32 {
        let edges = &self.trie[node as usize].edges;
        if let Some(&(_, child)) = edges.iter().find(|(p, _)| *p == pattern) {
            return child;
        }
        let child = self.trie.len() as u32;
        self.trie.push(Node::default());
        self.trie[node as usize].edges.push((pattern, child));
        child
    }

    fn class(&mut self, word: &str) -> u32 {
        let mut buffer = std::mem::take(&mut self.buffer);
        let folded = fold(word, &mut buffer);
        let class = match self.classes.get(folded) {
            Some(&class) => class,
            None => {
                let class = self.new_class(folded);
                if self.classes.len() < MOST_WORDS {
                    self.classes.insert(folded.into(), class);
                }
                class
            }
        };
        self.buffer = buffer;
        class
    }

    fn new_class(&mut self, word: &str) -> u32 {
        let fitting =
            self.wildcards.iter().filter(|(pattern, _)| pattern.matches(word)).map(|(_, number)| *number);
        let mut members: Vec<u32> = self.literals.get(word).copied().into_iter().chain(fitting).collect();
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

    /// Calls `hit` with the phrase and the number of the word at which it begins, once per position and phrase;
    /// returns how many words the text has. Phrases of another language than `language` are passed over.
    pub(crate) fn count(
        &mut self,
        text: &str,
        language: Option<&str>,
        mut hit: impl FnMut(usize, usize),
    ) -> usize {
        let mut classes = std::mem::take(&mut self.text);
        classes.clear();
        for Token { text: word, .. } in tokens(text) {
            classes.push(self.class(word));
        }
        let mut found = Vec::new();
        for start in 0..classes.len() {
            if classes[start] == NONE {
                continue;
            }
            found.clear();
            self.walk(0, &classes[start..], &mut found);
            if found.is_empty() {
                continue;
            }
            found.sort_unstable();
            found.dedup();
            for &phrase in &found {
                let wanted = self.lexicon.phrases[phrase as usize].language.as_deref();
                if wanted.is_none() || language.is_none() || wanted == language {
                    hit(phrase as usize, start);
                }
            }
        }
        let words = classes.len();
        self.text = classes;
        words
    }

    fn walk(&self, node: u32, classes: &[u32], found: &mut Vec<u32>) {
        let node = &self.trie[node as usize];
        found.extend_from_slice(&node.phrases);
        let Some((&class, rest)) = classes.split_first() else { return };
        for pattern in &self.members[class as usize] {
            for (edge, child) in &node.edges {
                if edge == pattern {
                    self.walk(*child, rest, found);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PhraseSpec;
    use proptest::prelude::*;
    use source::Place;

    fn lexicon(phrases: &[Vec<String>]) -> Lexicon {
        let spec = |(index, words): (usize, &Vec<String>)| PhraseSpec {
            id: format!("p{index}"),
            alternatives: words.iter().map(|w| (w.clone(), Place::nowhere())).collect(),
            language: None,
            place: Place::nowhere(),
        };
        Lexicon::new(phrases.iter().enumerate().map(spec).collect()).unwrap()
    }

    /// The slow obvious way: every alternative at every position, wildcards letter by letter.
    fn naive(phrases: &[Vec<String>], text: &str) -> Vec<(usize, usize)> {
        fn fits(pattern: &[char], word: &[char]) -> bool {
            match pattern.split_first() {
                None => word.is_empty(),
                Some(('*', rest)) => (0..=word.len()).any(|skip| fits(rest, &word[skip..])),
                Some((c, rest)) => word.first() == Some(c) && fits(rest, &word[1..]),
            }
        }
        let lower = text.to_lowercase();
        let words: Vec<Vec<char>> =
            lower.split(' ').filter(|w| !w.is_empty()).map(|w| w.chars().collect()).collect();
        let mut hits = Vec::new();
        for start in 0..words.len() {
            for (index, alternatives) in phrases.iter().enumerate() {
                let at = |alternative: &String| {
                    let patterns: Vec<Vec<char>> =
                        alternative.split(' ').map(|w| w.chars().collect()).collect();
                    patterns.len() <= words.len() - start
                        && patterns.iter().zip(&words[start..]).all(|(p, w)| fits(p, w))
                };
                if alternatives.iter().any(at) {
                    hits.push((index, start));
                }
            }
        }
        hits
    }

    proptest! {
        #[test]
        fn agrees_with_trying_everything(
            phrases in prop::collection::vec(prop::collection::vec(r"\*?[ab][ab*]{0,2}( [ab*]{1,2}){0,2}", 1..4), 1..5),
            text in "[abAB]{1,4}( [abAB]{1,4}){0,12}",
        ) {
            let lexicon = lexicon(&phrases);
            let mut hits = Vec::new();
            let words = Matcher::new(&lexicon).count(&text, None, |phrase, start| hits.push((phrase, start)));
            hits.sort_by_key(|&(phrase, start)| (start, phrase));
            prop_assert_eq!(words, text.split(' ').count());
            prop_assert_eq!(hits, naive(&phrases, &text));
        }
    }

    #[test]
    fn one_position_counts_once() {
        let lexicon = lexicon(&[vec!["hostile policy".into(), "hostile polic*".into(), "hostile".into()]]);
        let mut hits = 0;
        Matcher::new(&lexicon).count("The hostile policy, a HOSTILE act", None, |_, _| hits += 1);
        assert_eq!(hits, 2);
    }
}
