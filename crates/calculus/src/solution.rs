//! Answers with their proof.

use serde::Serialize;
use thiserror::Error;

use crate::game::Game;
use crate::logit::{TraceError, Until, trace};
use crate::normal::TooLarge;
use crate::pure::{enumerate_pure, play};
use crate::recall::{Forgets, forgets};
use crate::strategy::{BehaviorStrategy, Named};
use crate::value::{regret, values};

/// How to solve a game.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// The principal branch of the agent logit quantal response equilibrium.
    Qre(Until),
    /// All equilibria in pure strategies.
    Pure,
}

/// An equilibrium with its proof.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Equilibrium {
    /// Expected payoff of each player.
    pub payoffs: Vec<f64>,
    /// Player → information set → action → probability. Of a pure equilibrium without the sets that a player's own
    /// earlier actions exclude.
    pub strategies: Named,
    /// The most that any player could gain by another strategy: 0 in a Nash equilibrium, above 0 at a finite λ.
    pub max_regret: f64,
    /// The precision at which it stands; `null` for pure equilibria.
    pub lambda: Option<f64>,
}

/// What a method found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Solution {
    /// `qre` or `pure`.
    pub method: &'static str,
    /// The equilibria found.
    pub equilibria: Vec<Equilibrium>,
    /// Whether there are no others of the kind: `pure` finds every pure equilibrium, `qre` one point of one branch.
    pub complete: bool,
    /// What a reader should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Why a game was not solved.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SolveError {
    /// The branch could not be followed.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The profiles could not be enumerated.
    #[error(transparent)]
    Pure(#[from] TooLarge),
    /// An information set that one play passes twice.
    #[error(
        "at `{0}` the player does not know whether it moved already (absent-mindedness): such a game has no behaviour strategies in the usual sense"
    )]
    AbsentMinded(String),
}

/// Solves a game.
///
/// # Errors
/// [`SolveError`].
pub fn solve(game: &Game, method: Method) -> Result<Solution, SolveError> {
    let mut notes = Vec::new();
    for set in forgets(game) {
        let label = game.infosets[set.infoset()].label.clone();
        match set {
            Forgets::WhetherItMoved { .. } => return Err(SolveError::AbsentMinded(label)),
            Forgets::WhatItKnew { .. } => notes.push(format!(
                "the player forgets at `{label}`: each information set is played by its own agent, and max_regret is the gain at a single set"
            )),
        }
    }
    match method {
        Method::Qre(until) => {
            let point = trace(game, until)?;
            let equilibrium = Equilibrium {
                payoffs: values(game, &point.strategy).payoffs,
                strategies: point.strategy.named(game),
                max_regret: regret(game, &point.strategy).max(),
                lambda: Some(point.lambda),
            };
            let complete = game.actions() == game.infosets.len();
            Ok(Solution { method: "qre", equilibria: vec![equilibrium], complete, notes })
        }
        Method::Pure => {
            let equilibria = enumerate_pure(game)?.into_iter().map(|profile| {
                let mut strategies = Named::new();
                for (infoset, chosen) in game.infosets.iter().zip(&profile) {
                    let Some(chosen) = chosen else { continue };
                    let p = |action| f64::from(u8::from(action == *chosen));
                    let actions =
                        infoset.actions.iter().enumerate().map(|(index, label)| (label.clone(), p(index)));
                    let player = strategies.entry(game.players[infoset.player].clone()).or_default();
                    player.insert(infoset.label.clone(), actions.collect());
                }
                let max_regret = regret(game, &BehaviorStrategy::pure(game, &profile)).max();
                Equilibrium { payoffs: play(game, &profile), strategies, max_regret, lambda: None }
            });
            Ok(Solution { method: "pure", equilibria: equilibria.collect(), complete: true, notes })
        }
    }
}
