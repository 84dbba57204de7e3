//! What stays the same while payoffs, chance and λ change: where the unknowns are.

use super::{MOST_FREE, TraceError};
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

    /// Whether a dense Jacobian is bearable.
    pub(crate) fn check(&self) -> Result<(), TraceError> {
        if self.unknowns > MOST_FREE { Err(TraceError::Large(self.unknowns)) } else { Ok(()) }
    }

    /// The first unknown of a set; `None` where it has none.
    pub(super) fn start(&self, infoset: usize) -> Option<usize> {
        let start = self.starts[infoset];
        (start != NONE).then_some(start)
    }
}
