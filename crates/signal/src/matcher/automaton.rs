//! Wordings as a trie over patterns, walked as an automaton over classes whose states are made when first reached.

use rustc_hash::FxHashMap;

use super::Reader;
use super::classes::Classes;
use super::evaluate::{Expression, Phrase, Places};
use crate::lexicon::{Lexicon, Variant, Wording};
use crate::vocabulary::TokenRule;

pub(super) struct Automaton<'l> {
    pub(super) classes: Classes<'l>,
    rule: TokenRule,
    trie: Vec<Node>,
    states: Vec<State>,
    /// Class → state after one word.
    first: Vec<u32>,
    /// State and class → next state.
    next: FxHashMap<(u32, u32), u32>,
    phrases: Vec<Phrase>,
    /// Part → phrases that it can be a hit of.
    of_part: Vec<Vec<u32>>,
}

#[derive(Default)]
struct Node {
    edges: Vec<(u32, u32)>,
    ids: Vec<u32>,
    part: Option<u32>,
}

/// Where the words so far lead, and all that they have found on the way.
#[derive(Debug, Default)]
pub(super) struct State {
    nodes: Vec<u32>,
    depth: u32,
    /// Whether one more word can lead on.
    open: bool,
    /// Ids that count without further ado.
    pub(super) direct: Vec<u32>,
    /// Ids that may be found in other ways too.
    pub(super) mixed: Vec<u32>,
    /// Parts of phrases that need more, and how many words each has.
    pub(super) parts: Vec<(u32, u32)>,
}

/// A state that leads nowhere; the root is [`ROOT`].
const DEAD: u32 = 0;
const ROOT: u32 = 1;
const UNKNOWN: u32 = u32::MAX;
/// States kept from text to text.
const MOST_STATES: usize = 1 << 18;

impl<'l> Automaton<'l> {
    pub(super) fn new(lexicon: &'l Lexicon, reader: Reader) -> Self {
        let mut automaton = Self {
            classes: Classes::new(),
            rule: lexicon.rule,
            trie: vec![Node::default()],
            states: Vec::new(),
            first: Vec::new(),
            next: FxHashMap::default(),
            phrases: Vec::new(),
            of_part: Vec::new(),
        };
        for variant in lexicon.variants.iter().filter(|variant| reader.takes(variant.language)) {
            automaton.variant(variant, ids(lexicon, reader, variant.phrase));
        }
        automaton.classes.seal();
        automaton.forget();
        automaton
    }

    fn variant(&mut self, variant: &'l Variant, ids: Vec<u32>) {
        let conditions = [&variant.except, &variant.not_after, &variant.not_before];
        let plain = conditions.iter().all(|wordings| wordings.is_empty());
        let mut any = Vec::new();
        for wording in &variant.wordings {
            match wording {
                Wording::Words(words) if plain => {
                    let Some(node) = self.node(words) else { continue };
                    let own = &mut self.trie[node].ids;
                    own.extend(&ids);
                    own.sort_unstable();
                    own.dedup();
                }
                other => any.extend(self.expression(other)),
            }
        }
        if any.is_empty() {
            return;
        }
        let mut all = |wordings: &'l [Wording]| -> Vec<Expression> {
            wordings.iter().filter_map(|wording| self.expression(wording)).collect()
        };
        let [except, not_after, not_before] = conditions.map(|wordings| all(wordings));
        let phrase = Phrase { ids, any, except, not_after, not_before, within: variant.within };
        let number = self.phrases.len() as u32;
        for part in phrase.any.iter().flat_map(Expression::parts) {
            let phrases = &mut self.of_part[part as usize];
            if !phrases.contains(&number) {
                phrases.push(number);
            }
        }
        self.phrases.push(phrase);
    }

    /// `None` if it holds a word that the rule for words leaves out.
    fn expression(&mut self, wording: &'l Wording) -> Option<Expression> {
        Some(match wording {
            Wording::Words(words) => {
                let node = self.node(words)?;
                let next = self.of_part.len() as u32;
                let part = *self.trie[node].part.get_or_insert(next);
                if part == next {
                    self.of_part.push(Vec::new());
                }
                Expression::Part(part)
            }
            Wording::Either(all) => {
                Expression::Either(all.iter().filter_map(|one| self.expression(one)).collect())
            }
            Wording::Near(left, distance, right) => {
                let (left, right) = (self.expression(left)?, self.expression(right)?);
                Expression::Near(Box::new(left), *distance, Box::new(right))
            }
            Wording::Then(left, distance, right) => {
                let (left, right) = (self.expression(left)?, self.expression(right)?);
                Expression::Then(Box::new(left), *distance, Box::new(right))
            }
        })
    }

    /// Where a wording ends in the trie.
    fn node(&mut self, words: &'l [crate::lexicon::Pattern]) -> Option<usize> {
        use crate::lexicon::Pattern;
        let left_out = |word: &Pattern| match word {
            Pattern::Literal(text) | Pattern::Noun(text) => !self.rule.takes(text),
            Pattern::Wildcard(_) | Pattern::Exact(_) => false,
        };
        if words.iter().any(left_out) {
            return None;
        }
        let mut node = 0;
        for word in words {
            let pattern = self.classes.pattern(word);
            node = match self.trie[node].edges.iter().find(|(own, _)| *own == pattern) {
                Some(&(_, child)) => child as usize,
                None => {
                    let child = self.trie.len();
                    self.trie.push(Node::default());
                    self.trie[node].edges.push((pattern, child as u32));
                    child
                }
            };
        }
        Some(node)
    }

    fn forget(&mut self) {
        let root = State { nodes: vec![0], open: true, ..State::default() };
        self.states = vec![State::default(), root];
        self.first.clear();
        self.next.clear();
    }

    /// Starts anew when a text has made too many states: memory stays bounded.
    pub(super) fn forget_if_many(&mut self) {
        if self.states.len() > MOST_STATES {
            self.forget();
        }
    }

    /// Whether it must be known where the words stand.
    pub(super) fn needs_spans(&self) -> bool {
        self.phrases.iter().any(|phrase| !(phrase.not_after.is_empty() && phrase.not_before.is_empty()))
    }

    /// The state after as many words as lead on from the first of `named` (word and class); `None` if it leads nowhere.
    #[inline]
    pub(super) fn walk(&mut self, named: &[(u32, u32)]) -> Option<&State> {
        let (mut word, class) = named[0];
        let class = class as usize;
        let mut state = match self.first.get(class) {
            Some(&state) if state != UNKNOWN => state,
            _ => self.first_step(class),
        };
        if state == DEAD {
            return None;
        }
        for &(next, class) in &named[1..] {
            word += 1;
            if next != word || !self.states[state as usize].open {
                break;
            }
            let next = match self.next.get(&(state, class)) {
                Some(&next) => next,
                None => self.step(state, class),
            };
            if next == DEAD {
                break;
            }
            state = next;
        }
        Some(&self.states[state as usize])
    }

    #[cold]
    fn first_step(&mut self, class: usize) -> u32 {
        let state = self.step(ROOT, class as u32);
        if self.first.len() <= class {
            self.first.resize(class + 1, UNKNOWN);
        }
        self.first[class] = state;
        state
    }

    #[cold]
    fn step(&mut self, from: u32, class: u32) -> u32 {
        let before = &self.states[from as usize];
        let members = &self.classes.members[class as usize];
        let mut nodes: Vec<u32> = Vec::new();
        for &node in &before.nodes {
            let edges = &self.trie[node as usize].edges;
            nodes.extend(
                edges.iter().filter(|(pattern, _)| members.contains(pattern)).map(|(_, child)| *child),
            );
        }
        nodes.sort_unstable();
        nodes.dedup();
        let depth = before.depth + 1;
        let (mut ids, mut parts) = ([before.direct.as_slice(), &before.mixed].concat(), before.parts.clone());
        for node in nodes.iter().map(|&node| &self.trie[node as usize]) {
            ids.extend(&node.ids);
            parts.extend(node.part.map(|part| (part, depth)));
        }
        ids.sort_unstable();
        ids.dedup();
        let elsewhere = |id: &u32| self.phrases.iter().any(|phrase| phrase.ids.contains(id));
        let (mixed, direct) = ids.into_iter().partition(elsewhere);
        let open = nodes.iter().any(|&node| !self.trie[node as usize].edges.is_empty());
        let next = if nodes.is_empty() { DEAD } else { self.states.len() as u32 };
        if next != DEAD {
            self.states.push(State { nodes, depth, open, direct, mixed, parts });
        }
        self.next.insert((from, class), next);
        next
    }

    /// Adds the hits of phrases that need more than words one after the other, and forgets the places.
    pub(super) fn evaluate(
        &self,
        text: &str,
        places: &mut Places,
        spans: &[(u32, u32)],
        hits: &mut Vec<(u32, u32)>,
    ) {
        if places.is_empty() {
            return;
        }
        let mut wanted: Vec<u32> =
            places.touched().iter().flat_map(|&part| &self.of_part[part as usize]).copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        for phrase in wanted {
            let phrase = &self.phrases[phrase as usize];
            for start in phrase.hits(text, places, spans) {
                hits.extend(phrase.ids.iter().map(|&id| (start, id)));
            }
        }
        places.clear();
    }
}

/// What a hit of a phrase is a hit of for this reader: the phrase, its themes, and oneself or others for a target.
fn ids(lexicon: &Lexicon, reader: Reader, phrase: u32) -> Vec<u32> {
    let mut ids = lexicon.above[phrase as usize].clone();
    if lexicon.targets.contains(&phrase) && !lexicon.oneself.is_empty() {
        let (oneself, others) = (lexicon.len() as u32 - 2, lexicon.len() as u32 - 1);
        ids.push(if reader.oneself == Some(phrase) { oneself } else { others });
    }
    ids
}
