//! A finite extensive-form game as one arena of nodes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::exact::{Number, Rational, normalized, written};

/// What happens at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A player moves at an information set.
    Player {
        /// Position in [`Game::infosets`].
        infoset: usize,
    },
    /// Nature moves with known probabilities.
    Chance,
    /// The play is over.
    End,
}

/// Nodes that the player on turn cannot tell apart.
#[derive(Clone, Debug, PartialEq)]
pub struct InfoSet {
    /// Position in [`Game::players`].
    pub player: usize,
    /// Unique among the information sets of the player.
    pub label: String,
    /// Labels of the actions, unique within the set.
    pub actions: Vec<String>,
    /// Its nodes, rising.
    pub nodes: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) parent: usize,
    /// Which action of the parent leads here.
    pub(crate) branch: usize,
    pub(crate) turn: Turn,
    /// Positions in `Game::children`.
    pub(crate) children: Range<usize>,
    /// Of an end: position in `Game::ends`. Of a chance node: position in `Game::lots`, if its moves have labels.
    pub(crate) end: usize,
}

/// A finite game in extensive form, *n* players, with chance and imperfect information.
///
/// Nodes are in preorder: the root is 0 and a parent stands before its children, so that one pass forward gives
/// reach and one pass backward gives values. Payoffs on the way are added into the ends.
#[derive(Clone, Debug)]
pub struct Game {
    /// As written in the file.
    pub title: String,
    /// Names of the players.
    pub players: Vec<String>,
    /// Information sets in the order of first appearance.
    pub infosets: Vec<InfoSet>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) children: Vec<usize>,
    /// Beside `children`: probability where chance moves, else 0.
    pub(crate) chance: Vec<f64>,
    /// End × player.
    pub(crate) payoffs: Vec<f64>,
    /// End → node.
    pub(crate) ends: Vec<usize>,
    /// Where the actions of each information set begin in a strategy; one more entry for the total.
    pub(crate) offsets: Vec<usize>,
    /// Labels of nature's moves.
    pub(crate) lots: Vec<Vec<String>>,
    /// Entries of `payoffs` and of `chance` that are no short decimals, as they were written.
    pub(crate) exact_payoffs: BTreeMap<usize, Rational>,
    pub(crate) exact_chance: BTreeMap<usize, Rational>,
}

impl Game {
    /// How many nodes.
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// How many ends.
    pub fn ends(&self) -> usize {
        self.ends.len()
    }

    /// How many actions all information sets have together.
    pub fn actions(&self) -> usize {
        self.offsets[self.infosets.len()]
    }

    /// Where the actions of an information set stand in a strategy.
    pub fn actions_of(&self, infoset: usize) -> Range<usize> {
        self.offsets[infoset]..self.offsets[infoset + 1]
    }

    /// What happens at a node.
    pub fn turn(&self, node: usize) -> Turn {
        self.nodes[node].turn
    }

    /// The nodes after a node, by action.
    pub fn children(&self, node: usize) -> &[usize] {
        &self.children[self.nodes[node].children.clone()]
    }

    /// Probabilities of nature's moves at a chance node.
    pub fn chance(&self, node: usize) -> &[f64] {
        &self.chance[self.nodes[node].children.clone()]
    }

    /// Labels of nature's moves at a chance node; numbers from 1 on where the game names none.
    pub fn chance_labels(&self, node: usize) -> Vec<String> {
        match self.lots.get(self.nodes[node].end) {
            Some(labels) if self.nodes[node].turn == Turn::Chance => labels.clone(),
            _ => (1..=self.nodes[node].children.len()).map(|number| number.to_string()).collect(),
        }
    }

    /// As [`Game::chance`], as written; divided by their sum where that is not 1.
    pub fn exact_chance(&self, node: usize) -> Vec<Rational> {
        let one = |slot| self.exact_chance.get(&slot).cloned().unwrap_or_else(|| written(self.chance[slot]));
        normalized(self.nodes[node].children.clone().map(one).collect())
    }

    /// As [`Game::payoffs`], as written; the shortest decimals of the floats where the game was made by a program.
    pub fn exact_payoffs(&self, node: usize) -> Vec<Rational> {
        let n = self.payoffs(node).len();
        let first = if n == 0 { 0 } else { self.nodes[node].end * n };
        let one =
            |slot| self.exact_payoffs.get(&slot).cloned().unwrap_or_else(|| written(self.payoffs[slot]));
        (first..first + n).map(one).collect()
    }

    /// The node before a node and the action that leads from there; `None` at the root.
    pub fn parent(&self, node: usize) -> Option<(usize, usize)> {
        (node > 0).then(|| (self.nodes[node].parent, self.nodes[node].branch))
    }

    /// The labels of all moves that lead to a node; empty at the root.
    pub fn way(&self, node: usize) -> String {
        let (mut labels, mut at) = (Vec::new(), node);
        while let Some((parent, branch)) = self.parent(at) {
            labels.push(match self.turn(parent) {
                Turn::Player { infoset } => self.infosets[infoset].actions[branch].clone(),
                Turn::Chance | Turn::End => self.chance_labels(parent)[branch].clone(),
            });
            at = parent;
        }
        labels.reverse();
        labels.join(", ")
    }

    /// Payoffs at an end, by player; empty elsewhere.
    pub fn payoffs(&self, node: usize) -> &[f64] {
        match self.nodes[node].turn {
            Turn::End => self.end_payoffs(self.nodes[node].end),
            Turn::Player { .. } | Turn::Chance => &[],
        }
    }

    pub(crate) fn end_payoffs(&self, end: usize) -> &[f64] {
        let n = self.players.len();
        &self.payoffs[end * n..(end + 1) * n]
    }

    /// Largest difference between two payoffs of one player; 1 if all are equal.
    pub fn payoff_range(&self) -> f64 {
        let n = self.players.len();
        let range = |player: usize| {
            let own = self.payoffs.iter().skip(player).step_by(n.max(1));
            let (low, high) =
                own.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)));
            high - low
        };
        let widest = (0..n).map(range).fold(0.0, f64::max);
        if widest > 0.0 && widest.is_finite() { widest } else { 1.0 }
    }
}

/// Puts a game together, a parent before its children.
#[derive(Debug)]
pub(crate) struct Builder {
    title: String,
    players: Vec<String>,
    infosets: Vec<InfoSet>,
    nodes: Vec<Growing>,
    lots: Vec<Vec<String>>,
}

#[derive(Debug)]
struct Growing {
    parent: Option<(usize, usize)>,
    turn: Turn,
    chance: Vec<Number>,
    lot: usize,
    /// Payoffs got on arriving here; empty for none.
    outcome: Vec<Number>,
}

impl Builder {
    pub(crate) fn new(title: impl Into<String>, players: Vec<String>) -> Self {
        Self { title: title.into(), players, infosets: Vec::new(), nodes: Vec::new(), lots: Vec::new() }
    }

    pub(crate) fn infoset(&mut self, player: usize, label: String, actions: Vec<String>) -> usize {
        self.infosets.push(InfoSet { player, label, actions, nodes: Vec::new() });
        self.infosets.len() - 1
    }

    pub(crate) fn infoset_at(&self, index: usize) -> &InfoSet {
        &self.infosets[index]
    }

    /// Labels for the moves of chance nodes.
    pub(crate) fn lot(&mut self, labels: Vec<String>) -> usize {
        self.lots.push(labels);
        self.lots.len() - 1
    }

    fn push(
        &mut self,
        parent: Option<(usize, usize)>,
        turn: Turn,
        chance: Vec<Number>,
        outcome: Vec<f64>,
    ) -> usize {
        let outcome = outcome.into_iter().map(Number::from).collect();
        self.nodes.push(Growing { parent, turn, chance, lot: usize::MAX, outcome });
        self.nodes.len() - 1
    }

    /// Gives a node its payoffs.
    pub(crate) fn give(&mut self, node: usize, outcome: Vec<Number>) {
        self.nodes[node].outcome = outcome;
    }

    pub(crate) fn decision(
        &mut self,
        parent: Option<(usize, usize)>,
        infoset: usize,
        outcome: Vec<f64>,
    ) -> usize {
        let node = self.push(parent, Turn::Player { infoset }, Vec::new(), outcome);
        self.infosets[infoset].nodes.push(node);
        node
    }

    pub(crate) fn chance(
        &mut self,
        parent: Option<(usize, usize)>,
        probabilities: Vec<f64>,
        outcome: Vec<f64>,
    ) -> usize {
        let probabilities = probabilities.into_iter().map(Number::from).collect();
        self.push(parent, Turn::Chance, probabilities, outcome)
    }

    /// A chance node whose moves are called as in `lot`.
    pub(crate) fn draw(
        &mut self,
        parent: Option<(usize, usize)>,
        probabilities: Vec<Number>,
        lot: usize,
    ) -> usize {
        let node = self.push(parent, Turn::Chance, probabilities, Vec::new());
        self.nodes[node].lot = lot;
        node
    }

    pub(crate) fn end(&mut self, parent: Option<(usize, usize)>, outcome: Vec<f64>) -> usize {
        self.push(parent, Turn::End, Vec::new(), outcome)
    }

    /// The game; nodes were pushed in preorder and every action has its child.
    pub(crate) fn finish(mut self) -> Game {
        let n = self.players.len();
        unique(&mut self.infosets);
        let width = |node: &Growing| match node.turn {
            Turn::Player { infoset } => self.infosets[infoset].actions.len(),
            Turn::Chance => node.chance.len(),
            Turn::End => 0,
        };
        let mut children = Vec::new();
        let mut chance = Vec::new();
        let (mut exact_chance, mut exact_payoffs) = (BTreeMap::new(), BTreeMap::new());
        let mut nodes: Vec<Node> = Vec::with_capacity(self.nodes.len());
        let (mut ends, mut payoffs) = (Vec::new(), Vec::new());
        // Payoffs along the way to each node: position in `sums`, shared where nothing is added.
        let mut totals: Vec<usize> = Vec::with_capacity(self.nodes.len());
        let mut sums: Vec<Vec<Number>> = vec![vec![Number::ZERO; n]];
        for (index, node) in self.nodes.iter().enumerate() {
            let start = children.len();
            children.resize(start + width(node), usize::MAX);
            for (slot, p) in node.chance.iter().enumerate() {
                chance.push(p.near);
                exact_chance.extend(p.exact.as_ref().map(|exact| (start + slot, (**exact).clone())));
            }
            chance.resize(children.len(), 0.0);
            let before = node.parent.map_or(0, |(parent, _)| totals[parent]);
            if node.outcome.iter().all(|one| *one == Number::ZERO) {
                totals.push(before);
            } else {
                let added = sums[before].iter().zip(&node.outcome).map(|(sum, one)| sum.plus(one)).collect();
                totals.push(sums.len());
                sums.push(added);
            }
            let mut end = node.lot;
            if node.turn == Turn::End {
                end = ends.len();
                ends.push(index);
                for total in &sums[totals[index]] {
                    let exact = total.exact.as_ref().map(|exact| (payoffs.len(), (**exact).clone()));
                    exact_payoffs.extend(exact);
                    payoffs.push(total.near);
                }
            }
            let (parent, branch) = node.parent.unwrap_or((0, 0));
            if node.parent.is_some() {
                let own: &Node = &nodes[parent];
                children[own.children.start + branch] = index;
            }
            nodes.push(Node { parent, branch, turn: node.turn, children: start..children.len(), end });
        }
        debug_assert!(children.iter().all(|&child| child != usize::MAX));
        let mut offsets = vec![0];
        for infoset in &self.infosets {
            offsets.push(offsets[offsets.len() - 1] + infoset.actions.len());
        }
        Game {
            title: self.title,
            players: self.players,
            infosets: self.infosets,
            nodes,
            children,
            chance,
            payoffs,
            ends,
            offsets,
            lots: self.lots,
            exact_payoffs,
            exact_chance,
        }
    }
}

/// Labels that a reader can tell apart: empty ones become numbers, repeated ones get a number behind.
fn unique(infosets: &mut [InfoSet]) {
    let players = infosets.iter().map(|set| set.player + 1).max().unwrap_or(0);
    let mut sets: Vec<Labels> = vec![Labels::default(); players];
    for set in infosets {
        sets[set.player].tell_apart(&mut set.label);
        let mut own = Labels::default();
        for action in &mut set.actions {
            own.tell_apart(action);
        }
    }
}

#[derive(Clone, Default)]
struct Labels {
    count: usize,
    seen: BTreeSet<String>,
    copies: BTreeMap<String, usize>,
}

impl Labels {
    fn tell_apart(&mut self, label: &mut String) {
        self.count += 1;
        if label.is_empty() {
            *label = self.count.to_string();
        }
        if self.seen.insert(label.clone()) {
            return;
        }
        let copy = self.copies.entry(label.clone()).or_insert(1);
        let stem = label.clone();
        while self.seen.contains(label) {
            *copy += 1;
            *label = format!("{stem} #{copy}");
        }
        self.seen.insert(label.clone());
    }
}
