//! What everybody does: a probability for every action of every information set.

use std::collections::BTreeMap;

use crate::game::Game;

/// A profile of behaviour strategies.
#[derive(Clone, Debug, PartialEq)]
pub struct BehaviorStrategy(pub(crate) Vec<f64>);

impl BehaviorStrategy {
    /// All actions of a set equally probable.
    pub fn uniform(game: &Game) -> Self {
        let mut p = vec![0.0; game.actions()];
        for infoset in 0..game.infosets.len() {
            let range = game.actions_of(infoset);
            let share = 1.0 / range.len() as f64;
            p[range].fill(share);
        }
        Self(p)
    }

    /// The chosen actions with certainty; the first action where none was chosen.
    pub fn pure(game: &Game, chosen: &[Option<usize>]) -> Self {
        let mut p = vec![0.0; game.actions()];
        for (infoset, action) in chosen.iter().enumerate() {
            p[game.offsets[infoset] + action.unwrap_or(0)] = 1.0;
        }
        Self(p)
    }

    /// One row of probabilities per information set.
    ///
    /// # Panics
    /// If the rows have not the shape of the game.
    pub fn from_rows(game: &Game, rows: &[Vec<f64>]) -> Self {
        let p: Vec<f64> = rows.iter().flatten().copied().collect();
        assert_eq!(
            (rows.len(), p.len()),
            (game.infosets.len(), game.actions()),
            "one row per information set"
        );
        Self(p)
    }

    /// Probabilities of the actions of an information set.
    pub fn at<'s>(&'s self, game: &Game, infoset: usize) -> &'s [f64] {
        &self.0[game.actions_of(infoset)]
    }

    /// Player → information set → action → probability.
    pub fn named(&self, game: &Game) -> Named {
        let mut named = Named::new();
        for (index, infoset) in game.infosets.iter().enumerate() {
            let actions = infoset.actions.iter().cloned().zip(self.at(game, index).iter().copied());
            let player = named.entry(game.players[infoset.player].clone()).or_default();
            player.insert(infoset.label.clone(), actions.collect());
        }
        named
    }
}

/// Player → information set → action → probability.
pub type Named = BTreeMap<String, BTreeMap<String, BTreeMap<String, f64>>>;
