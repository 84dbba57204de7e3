//! Dominated strategies by name, round by round.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::dominance::{Dominance, Dominator, Survivors, iterated_dominance};
use crate::gambit::plan_label;
use crate::game::Game;
use crate::normal::{NormalForm, TooLarge};
use crate::progress::Watcher;

/// A strategy that was struck out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Eliminated {
    /// Whose.
    pub player: String,
    /// A plan of the reduced strategic form: the action at each information set that it can come to.
    pub strategy: String,
    /// What beats it: strategies and their probabilities as fractions; one with `1` is pure.
    pub by: BTreeMap<String, String>,
}

/// What dominance strikes out of a game.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Elimination {
    /// What went in each round.
    pub rounds: Vec<Vec<Eliminated>>,
    /// Player → strategies left.
    pub left: BTreeMap<String, Vec<String>>,
    /// Whether nothing more can go; not so if the watcher broke off.
    pub complete: bool,
}

impl Elimination {
    /// Strikes dominated strategies out of the reduced strategic form until none is left, compared in fractions.
    ///
    /// # Errors
    /// [`TooLarge`].
    ///
    /// # Cost
    /// As [`iterated_dominance`].
    pub fn of(
        game: &Game,
        dominance: Dominance,
        by: Dominator,
        watcher: &mut Watcher<'_>,
    ) -> Result<Self, TooLarge> {
        let form = NormalForm::new(game)?;
        let Survivors { strategies, rounds, finished } = iterated_dominance(&form, dominance, by, watcher);
        let label =
            |player: usize, strategy: usize| plan_label(game, player, &form.strategies[player][strategy]);
        let named = |one: crate::dominance::Dominated| Eliminated {
            player: game.players[one.player].clone(),
            strategy: label(one.player, one.strategy),
            by: one.by.iter().map(|(rival, p)| (label(one.player, *rival), p.to_string())).collect(),
        };
        let left = strategies.iter().enumerate().map(|(player, own)| {
            (game.players[player].clone(), own.iter().map(|&strategy| label(player, strategy)).collect())
        });
        Ok(Self {
            left: left.collect(),
            rounds: rounds.into_iter().map(|round| round.into_iter().map(named).collect()).collect(),
            complete: finished,
        })
    }
}
