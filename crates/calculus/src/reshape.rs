//! The same game with other information, or with moves that are fixed.

use std::collections::BTreeMap;

use crate::game::{Builder, Game, Turn};

impl Game {
    /// The game in which the sets that `fixed` names have one action left, and in which every mover also knows what
    /// `knows` says of the node (player, node → what it is told).
    pub(crate) fn reshaped(
        &self,
        fixed: impl Fn(usize) -> Option<usize>,
        knows: impl Fn(usize, usize) -> usize,
    ) -> Self {
        let mut builder = Builder::new(self.title.clone(), self.players.clone());
        let mut sets: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        // Old node → new node; `None` below an action that is gone.
        let mut now: Vec<Option<usize>> = vec![None; self.nodes()];
        for node in 0..self.nodes() {
            let parent = match self.parent(node) {
                None => None,
                Some((parent, branch)) => {
                    let Some(new) = now[parent] else { continue };
                    let left = match self.turn(parent) {
                        Turn::Player { infoset } => fixed(infoset),
                        Turn::Chance | Turn::End => None,
                    };
                    match left {
                        Some(action) if action != branch => continue,
                        Some(_) => Some((new, 0)),
                        None => Some((new, branch)),
                    }
                }
            };
            now[node] = Some(match self.turn(node) {
                Turn::End => builder.end(parent, self.payoffs(node).to_vec()),
                Turn::Chance => builder.chance(parent, self.chance(node).to_vec(), Vec::new()),
                Turn::Player { infoset } => {
                    let set = &self.infosets[infoset];
                    let told = knows(set.player, node);
                    let new = *sets.entry((infoset, told)).or_insert_with(|| {
                        let actions = match fixed(infoset) {
                            Some(action) => vec![set.actions[action].clone()],
                            None => set.actions.clone(),
                        };
                        builder.infoset(set.player, set.label.clone(), actions)
                    });
                    builder.decision(parent, new, Vec::new())
                }
            });
        }
        builder.finish()
    }
}
