//! A finite extensive-form game as one arena of nodes.

use std::ops::Range;

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
    /// Of an end: position in `Game::ends`.
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

    /// The node before a node and the action that leads from there; `None` at the root.
    pub fn parent(&self, node: usize) -> Option<(usize, usize)> {
        (node > 0).then(|| (self.nodes[node].parent, self.nodes[node].branch))
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
}

#[derive(Debug)]
struct Growing {
    parent: Option<(usize, usize)>,
    turn: Turn,
    chance: Vec<f64>,
    /// Payoffs got on arriving here; empty for none.
    outcome: Vec<f64>,
}

impl Builder {
    pub(crate) fn new(title: impl Into<String>, players: Vec<String>) -> Self {
        Self { title: title.into(), players, infosets: Vec::new(), nodes: Vec::new() }
    }

    pub(crate) fn infoset(&mut self, player: usize, label: String, actions: Vec<String>) -> usize {
        self.infosets.push(InfoSet { player, label, actions, nodes: Vec::new() });
        self.infosets.len() - 1
    }

    pub(crate) fn infoset_at(&self, index: usize) -> &InfoSet {
        &self.infosets[index]
    }

    fn push(
        &mut self,
        parent: Option<(usize, usize)>,
        turn: Turn,
        chance: Vec<f64>,
        outcome: Vec<f64>,
    ) -> usize {
        self.nodes.push(Growing { parent, turn, chance, outcome });
        self.nodes.len() - 1
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
        self.push(parent, Turn::Chance, probabilities, outcome)
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
        let mut nodes: Vec<Node> = Vec::with_capacity(self.nodes.len());
        let (mut ends, mut payoffs) = (Vec::new(), Vec::new());
        // Payoffs along the way to each node.
        let mut totals: Vec<f64> = Vec::with_capacity(self.nodes.len() * n);
        for (index, node) in self.nodes.iter().enumerate() {
            let start = children.len();
            children.resize(start + width(node), usize::MAX);
            chance.extend_from_slice(&node.chance);
            chance.resize(children.len(), 0.0);
            let before = node.parent.map(|(parent, _)| parent * n);
            for player in 0..n {
                let so_far = before.map_or(0.0, |before| totals[before + player]);
                totals.push(so_far + node.outcome.get(player).copied().unwrap_or(0.0));
            }
            let mut end = usize::MAX;
            if node.turn == Turn::End {
                end = ends.len();
                ends.push(index);
                payoffs.extend_from_slice(&totals[index * n..]);
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
        }
    }
}

/// Labels that a reader can tell apart: empty ones become numbers, repeated ones get a number behind.
fn unique(infosets: &mut [InfoSet]) {
    let mut seen: std::collections::BTreeSet<(usize, String)> = std::collections::BTreeSet::new();
    let mut numbers = vec![0_usize; infosets.iter().map(|set| set.player + 1).max().unwrap_or(0)];
    for set in infosets {
        numbers[set.player] += 1;
        if set.label.is_empty() {
            set.label = numbers[set.player].to_string();
        }
        let stem = set.label.clone();
        let mut copy = 1;
        while !seen.insert((set.player, set.label.clone())) {
            copy += 1;
            set.label = format!("{stem} #{copy}");
        }
        let mut own = std::collections::BTreeSet::new();
        for (index, action) in set.actions.iter_mut().enumerate() {
            if action.is_empty() {
                *action = (index + 1).to_string();
            }
            let stem = action.clone();
            let mut copy = 1;
            while !own.insert(action.clone()) {
                copy += 1;
                *action = format!("{stem} #{copy}");
            }
        }
    }
}
