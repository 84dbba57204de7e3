//! Who forgets what.

use std::collections::BTreeMap;

use crate::game::{Game, Turn};

/// How an information set forgets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgets {
    /// One play can pass through the set twice: the player does not know whether it moved already.
    WhetherItMoved {
        /// Position in [`Game::infosets`].
        infoset: usize,
    },
    /// The player knew or did something before that the set no longer tells.
    WhatItKnew {
        /// Position in [`Game::infosets`].
        infoset: usize,
    },
}

impl Forgets {
    /// The set concerned.
    pub fn infoset(self) -> usize {
        match self {
            Self::WhetherItMoved { infoset } | Self::WhatItKnew { infoset } => infoset,
        }
    }
}

/// All information sets that violate perfect recall: the sequence of own information sets and own actions must be
/// the same for all nodes of a set. Kuhn (1953), Extensive games and the problem of information.
pub fn forgets(game: &Game) -> Vec<Forgets> {
    // Own experience is a path in a tree per player: its number here, 0 for none yet.
    let mut experiences: BTreeMap<(usize, usize, usize, usize), usize> = BTreeMap::new();
    let players = game.players.len();
    let mut own = vec![0_usize; game.nodes() * players];
    let mut seen: Vec<Option<usize>> = vec![None; game.infosets.len()];
    let mut found: BTreeMap<usize, Forgets> = BTreeMap::new();
    for node in 0..game.nodes() {
        if let Some((parent, branch)) = game.parent(node) {
            for player in 0..players {
                let before = own[parent * players + player];
                own[node * players + player] = match game.turn(parent) {
                    Turn::Player { infoset } if game.infosets[infoset].player == player => {
                        let next = experiences.len() + 1;
                        *experiences.entry((player, before, infoset, branch)).or_insert(next)
                    }
                    _ => before,
                };
            }
        }
        let Turn::Player { infoset } = game.turn(node) else { continue };
        let experience = own[node * players + game.infosets[infoset].player];
        match seen[infoset] {
            None => seen[infoset] = Some(experience),
            Some(first) if first == experience => {}
            Some(_) => {
                found.entry(infoset).or_insert(Forgets::WhatItKnew { infoset });
            }
        }
        let mut above = game.parent(node);
        while let Some((parent, _)) = above {
            if game.turn(parent) == game.turn(node) {
                found.insert(infoset, Forgets::WhetherItMoved { infoset });
            }
            above = game.parent(parent);
        }
    }
    found.into_values().collect()
}
