//! Games that solvers are measured on, built by their rules.
//!
//! The rules are those of OpenSpiel's games of the same names, so that values and numbers of information sets can be
//! compared: Lanctot et al. (2019), OpenSpiel: a framework for reinforcement learning in games, arXiv:1908.09453.

mod crisis;
mod dice;
mod poker;
mod random;

pub use crisis::crisis;
pub use dice::liars_dice;
pub use poker::{kuhn, leduc};
pub use random::{Interests, RandomTree};

use std::collections::BTreeMap;

use crate::game::Builder;

/// A tree under construction in which an information set is known by its player and label.
struct Growing {
    builder: Builder,
    sets: BTreeMap<(usize, String), usize>,
}

impl Growing {
    fn new(title: &str, players: &[&str]) -> Self {
        let players = players.iter().map(ToString::to_string).collect();
        Self { builder: Builder::new(title, players), sets: BTreeMap::new() }
    }

    /// A node of a player; the set is made when it is first met.
    fn decision(
        &mut self,
        parent: Option<(usize, usize)>,
        player: usize,
        label: String,
        actions: impl FnOnce() -> Vec<String>,
    ) -> usize {
        let Self { builder, sets } = self;
        let set = *sets
            .entry((player, label))
            .or_insert_with_key(|(_, label)| builder.infoset(player, label.clone(), actions()));
        builder.decision(parent, set, Vec::new())
    }

    /// A node at which each of `count` moves of chance is equally probable.
    fn even(&mut self, parent: Option<(usize, usize)>, count: usize) -> usize {
        self.builder.chance(parent, vec![1.0 / count as f64; count], Vec::new())
    }

    /// An end of a zero-sum game of two.
    fn end(&mut self, parent: (usize, usize), first_gets: f64) {
        self.builder.end(Some(parent), vec![first_gets, -first_gets]);
    }
}
