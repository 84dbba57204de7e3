//! Wordings as a trie over patterns, walked as an automaton over classes whose states are made when first reached.

use rustc_hash::FxHashMap;

use super::Reader;
use super::classes::Classes;
use super::evaluate::{Expression, Phrase, Places};
use super::ways::Ways;
use crate::lexicon::{Lexicon, Variant, Wording};
use crate::vocabulary::TokenRule;

pub(super) struct Automaton<'l> {
    pub(super) classes: Classes<'l>,
    rule: TokenRule,
    trie: Vec<Node>,
    /// Node and pattern → next node.
    edges: FxHashMap<(u32, u32), u32>,
    states: Vec<State>,
    findings: Vec<Findings>,
    ids: Vec<u32>,
    /// Class → what one word of it begins.
    first: Vec<Beginning>,
    /// State and class → next state, of the steps that `ways` knows to lead on.
    next: FxHashMap<(u32, u32), u32>,
    ways: Ways,
    phrases: Vec<Phrase>,
    /// Part → phrases that it can be a hit of.
    of_part: Vec<Vec<u32>>,
}

#[derive(Default)]
struct Node {
    /// Whether an edge leads on from it.
    open: bool,
    ids: Vec<u32>,
    part: Option<u32>,
}

/// Where the words so far lead: what is looked at for every word.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Its row of [`Ways`].
    row: u32,
    /// Where in [`Automaton::ids`] its ids stand that count without further ado.
    from: u32,
    to: u32,
    /// Whether its [`Findings`] say more.
    more: bool,
}

/// How a state came about, and what else its words have found on the way.
#[derive(Debug, Default)]
pub(super) struct Findings {
    nodes: Vec<u32>,
    depth: u32,
    /// Ids that may be found in other ways too.
    pub(super) mixed: Vec<u32>,
    /// Parts of phrases that need more, and how many words each has.
    pub(super) parts: Vec<(u32, u32)>,
}

/// What a word of a class begins.
#[derive(Clone, Copy, Debug)]
struct Beginning {
    state: u32,
    row: u32,
    /// Whether this word alone has found something.
    alone: bool,
}

/// A state that leads nowhere; the root is [`ROOT`].
const DEAD: u32 = 0;
const ROOT: u32 = 1;
/// States kept from text to text.
const MOST_STATES: usize = 1 << 18;

impl<'l> Automaton<'l> {
    pub(super) fn new(lexicon: &'l Lexicon, reader: Reader) -> Self {
        let mut automaton = Self {
            classes: Classes::new(),
            rule: lexicon.rule,
            trie: vec![Node::default()],
            edges: FxHashMap::default(),
            states: Vec::new(),
            findings: Vec::new(),
            ids: Vec::new(),
            first: Vec::new(),
            next: FxHashMap::default(),
            ways: Ways::default(),
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
            let child = *self.edges.entry((node as u32, pattern)).or_insert(self.trie.len() as u32);
            if child as usize == self.trie.len() {
                self.trie.push(Node::default());
                self.trie[node].open = true;
            }
            node = child as usize;
        }
        Some(node)
    }

    fn forget(&mut self) {
        let root = State { row: Ways::ALL, ..State::default() };
        self.states = vec![State::default(), root];
        self.findings = vec![Findings::default(), Findings { nodes: vec![0], ..Findings::default() }];
        self.ids.clear();
        self.first.clear();
        self.next.clear();
        self.ways = Ways::default();
    }

    /// Starts anew when a text has made too many states: memory stays bounded.
    pub(super) fn forget_if_many(&mut self) {
        if self.states.len() > MOST_STATES {
            self.forget();
        }
    }

    /// Whether it must be known where the words stand.
    pub(super) fn needs_spans(&self) -> bool {
        self.classes.needs_spans()
            || self
                .phrases
                .iter()
                .any(|phrase| !(phrase.not_after.is_empty() && phrase.not_before.is_empty()))
    }

    /// Writes which of `named` (word and class) begin something, and returns how many: those after which the next word
    /// may lead on, and those that only count alone.
    pub(super) fn beginnings(
        &mut self,
        named: &[(u32, u32)],
        leading: &mut Vec<u32>,
        alone: &mut Vec<u32>,
    ) -> (usize, usize) {
        let classes = self.classes.members.len();
        for class in self.first.len()..classes {
            self.first_step(class as u32);
        }
        self.ways.fit(classes);
        for list in [&mut *leading, &mut *alone] {
            if list.len() < named.len() {
                list.resize(named.len(), 0);
            }
        }
        // Written always and kept only if it begins something: no processor could foresee it.
        let mut count = (0, 0);
        let after = named.iter().skip(1).copied().chain(std::iter::once((u32::MAX, 0)));
        for (index, (&(word, class), (next, next_class))) in named.iter().zip(after).enumerate() {
            let beginning = self.first[class as usize];
            let leads = (next == word + 1) & self.ways.may_lead(beginning.row, next_class);
            leading[count.0] = index as u32;
            alone[count.1] = index as u32;
            count.0 += usize::from(leads);
            count.1 += usize::from(beginning.alone & !leads);
        }
        count
    }

    /// The state after one word of a class.
    #[inline]
    pub(super) fn first(&self, class: u32) -> u32 {
        self.first[class as usize].state
    }

    /// The state after as many words as lead on from the first of `named` (word and class).
    #[inline]
    pub(super) fn walk(&mut self, named: &[(u32, u32)]) -> u32 {
        let (mut word, class) = named[0];
        let mut state = self.first[class as usize].state;
        for &(next, class) in &named[1..] {
            word += 1;
            if next != word || !self.ways.may_lead(self.states[state as usize].row, class) {
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
        state
    }

    /// The ids that a state has found and that count without further ado.
    #[inline]
    pub(super) fn direct(&self, state: u32) -> &[u32] {
        let State { from, to, .. } = self.states[state as usize];
        &self.ids[from as usize..to as usize]
    }

    /// What else a state has found.
    #[inline]
    pub(super) fn more(&self, state: u32) -> Option<&Findings> {
        self.states[state as usize].more.then(|| &self.findings[state as usize])
    }

    #[cold]
    fn first_step(&mut self, class: u32) {
        let number = self.step(ROOT, class);
        let state = &self.states[number as usize];
        let alone = state.from < state.to || state.more;
        self.first.push(Beginning { state: number, row: state.row, alone });
    }

    #[cold]
    fn step(&mut self, from: u32, class: u32) -> u32 {
        let before = &self.findings[from as usize];
        let members = &self.classes.members[class as usize];
        let mut nodes: Vec<u32> = Vec::new();
        for &node in &before.nodes {
            nodes.extend(members.iter().filter_map(|&pattern| self.edges.get(&(node, pattern))));
        }
        if nodes.is_empty() {
            if !self.ways.close(self.states[from as usize].row, class) {
                self.next.insert((from, class), DEAD);
            }
            return DEAD;
        }
        nodes.sort_unstable();
        nodes.dedup();
        let depth = before.depth + 1;
        let (mut ids, mut parts) = ([self.direct(from), &before.mixed].concat(), before.parts.clone());
        for node in nodes.iter().map(|&node| &self.trie[node as usize]) {
            ids.extend(&node.ids);
            parts.extend(node.part.map(|part| (part, depth)));
        }
        ids.sort_unstable();
        ids.dedup();
        let elsewhere = |id: &u32| self.phrases.iter().any(|phrase| phrase.ids.contains(id));
        let (mixed, direct): (Vec<u32>, Vec<u32>) = ids.into_iter().partition(elsewhere);
        let open = nodes.iter().any(|&node| self.trie[node as usize].open);
        let row = if open { self.ways.row() } else { Ways::NONE };
        let next = self.states.len() as u32;
        let start = self.ids.len() as u32;
        self.ids.extend(direct);
        let more = !(mixed.is_empty() && parts.is_empty());
        self.states.push(State { row, from: start, to: self.ids.len() as u32, more });
        self.findings.push(Findings { nodes, depth, mixed, parts });
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
        places.sort();
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
