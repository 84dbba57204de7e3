//! What stays the same while payoffs, chance and λ change: where the unknowns are.

use std::ops::Range;

use super::{MOST_ENTRIES, TraceError};
use crate::game::{Game, Turn};

/// No unknowns here.
const NONE: usize = usize::MAX;

/// The unknowns of a game's logit equations.
///
/// A set of one node after which everybody else's answer is known in closed form (the last moves, and the moves before
/// them where everybody sees everything) has a closed form itself: softmax of λ times what its actions bring. Such sets
/// are *closed* and carry no unknowns; the others are *open*.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Unknowns: actions but the first of every open set.
    pub(crate) unknowns: usize,
    /// Open sets with a choice, in order of the game.
    pub(crate) open: Vec<usize>,
    /// Information set → its first unknown.
    starts: Vec<usize>,
    /// Information set → whether it has a closed form.
    pub(super) closed: Vec<bool>,
    /// Nodes that are no ends, in preorder.
    pub(super) inner: Vec<usize>,
    /// Nodes that lie outside the closed subtrees (their roots included), in preorder.
    pub(super) outer: Vec<usize>,
    /// Node → position in `outer`.
    pub(super) outer_at: Vec<usize>,
    /// Position in `outer` → one after the last position of its subtree.
    pub(super) outer_end: Vec<usize>,
}

impl Layout {
    pub(crate) fn new(game: &Game) -> Self {
        let nodes = game.nodes();
        let mut closed = vec![false; game.infosets.len()];
        // Whether everything from a node on has a closed form.
        let mut plain = vec![true; nodes];
        for node in (0..nodes).rev() {
            let after = game.children(node).iter().all(|&child| plain[child]);
            plain[node] = match game.turn(node) {
                Turn::Player { infoset } if game.infosets[infoset].actions.len() > 1 => {
                    closed[infoset] = after && game.infosets[infoset].nodes.len() == 1;
                    closed[infoset]
                }
                _ => after,
            };
        }
        let mut starts = vec![NONE; game.infosets.len()];
        let (mut unknowns, mut open) = (0, Vec::new());
        for (index, set) in game.infosets.iter().enumerate() {
            if !closed[index] && set.actions.len() > 1 {
                starts[index] = unknowns;
                unknowns += set.actions.len() - 1;
                open.push(index);
            }
        }
        let inner = (0..nodes).filter(|&node| game.turn(node) != Turn::End).collect();
        let (mut outer, mut outer_at) = (Vec::new(), vec![NONE; nodes]);
        for (node, at) in outer_at.iter_mut().enumerate() {
            if game.parent(node).is_none_or(|(parent, _)| !plain[parent]) {
                *at = outer.len();
                outer.push(node);
            }
        }
        let mut outer_end: Vec<usize> = (1..=outer.len()).collect();
        for position in (1..outer.len()).rev() {
            let end = outer_end[position];
            if let Some((parent, _)) = game.parent(outer[position]) {
                let above = &mut outer_end[outer_at[parent]];
                *above = (*above).max(end);
            }
        }
        Self { unknowns, open, starts, closed, inner, outer, outer_at, outer_end }
    }

    /// All unknowns, those of later moves first: a set depends on the sets above and below it alone, so that what is
    /// eliminated from the ends back leaves little behind.
    pub(super) fn later_first(&self, game: &Game) -> Vec<usize> {
        let mut depth = vec![0_usize; game.nodes()];
        for node in 1..game.nodes() {
            depth[node] = game.parent(node).map_or(0, |(parent, _)| depth[parent] + 1);
        }
        let deepest = |set: usize| game.infosets[set].nodes.iter().map(|&node| depth[node]).max();
        let mut sets = self.open.clone();
        sets.sort_by_key(|&set| std::cmp::Reverse(deepest(set)));
        sets.into_iter().flat_map(|set| self.unknowns_of(game, set)).collect()
    }

    /// Position in `open` → the unknowns that the equations of this set speak of, rising: its own, those of the moves
    /// after it and, where it does not know where it stands, of those before it.
    pub(super) fn touched(&self, game: &Game) -> Vec<Vec<usize>> {
        self.open.iter().map(|&set| self.touched_by(game, set)).collect()
    }

    fn touched_by(&self, game: &Game, set: usize) -> Vec<usize> {
        let mut sets = vec![set];
        let nodes = &game.infosets[set].nodes;
        for &node in nodes {
            let first = self.outer_at[node];
            let after = &self.outer[first..self.outer_end[first]];
            let mut before = if nodes.len() > 1 { game.parent(node) } else { None };
            sets.extend(after.iter().filter_map(|&node| self.open_at(game, node)));
            while let Some((above, _)) = before {
                sets.extend(self.open_at(game, above));
                before = game.parent(above);
            }
        }
        sets.sort_unstable();
        sets.dedup();
        sets.into_iter().flat_map(|set| self.unknowns_of(game, set)).collect()
    }

    /// How many entries the Jacobian has, counted no further than a little beyond [`MOST_ENTRIES`].
    pub(super) fn entries(&self, game: &Game) -> usize {
        let mut total = 0;
        for &set in &self.open {
            if total > MOST_ENTRIES {
                break;
            }
            total += self.touched_by(game, set).len() * self.unknowns_of(game, set).len();
        }
        total
    }

    /// The open set that moves at a node.
    fn open_at(&self, game: &Game, node: usize) -> Option<usize> {
        match game.turn(node) {
            Turn::Player { infoset } => self.start(infoset).map(|_| infoset),
            Turn::Chance | Turn::End => None,
        }
    }

    fn unknowns_of(&self, game: &Game, open: usize) -> Range<usize> {
        self.starts[open]..self.starts[open] + game.infosets[open].actions.len() - 1
    }

    /// Whether the Jacobian is bearable.
    pub(crate) fn check(&self, game: &Game) -> Result<(), TraceError> {
        let is_bearable = self.unknowns.pow(2) <= MOST_ENTRIES || self.entries(game) <= MOST_ENTRIES;
        if is_bearable { Ok(()) } else { Err(TraceError::Large(self.unknowns)) }
    }

    /// The first unknown of a set; `None` where it has none.
    pub(super) fn start(&self, infoset: usize) -> Option<usize> {
        let start = self.starts[infoset];
        (start != NONE).then_some(start)
    }
}
