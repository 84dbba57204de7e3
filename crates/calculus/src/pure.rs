//! All Nash equilibria in pure strategies, by looking at every profile.

use std::ops::ControlFlow;

use crate::game::{Game, Turn};
use crate::normal::{NormalForm, PureProfile, TooLarge};
use crate::progress::{Progress, Watcher, unwatched};

/// Equilibria in pure strategies, and whether all profiles were looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct PureEquilibria {
    /// Profiles of reduced strategies at which nobody gains by another strategy.
    pub profiles: Vec<PureProfile>,
    /// Whether there are no others; not so if the watcher broke off.
    pub complete: bool,
}

/// Every Nash equilibrium in reduced pure strategies. Payoffs are compared as fractions, without a tolerance. Games
/// that forget are compared by plans, too: no other plan for the whole game gains.
///
/// # Errors
/// [`TooLarge`].
///
/// # Cost
/// Number of profiles × number of players.
pub fn enumerate_pure(game: &Game) -> Result<Vec<PureProfile>, TooLarge> {
    Ok(enumerate_pure_watched(&NormalForm::new(game)?, &mut unwatched).profiles)
}

/// As [`enumerate_pure`]; stops when told to.
pub fn enumerate_pure_watched(form: &NormalForm, watcher: &mut Watcher<'_>) -> PureEquilibria {
    let players = form.strategies.len();
    let mut best = vec![true; form.cells()];
    let mut stride = 1;
    for player in 0..players {
        let step = Progress { steps: player as u64, of: Some(players as u64), regret: None };
        if watcher(step) == ControlFlow::Break(()) {
            return PureEquilibria { profiles: Vec::new(), complete: false };
        }
        let own = form.strategies[player].len();
        match form.whole_if_small(player) {
            Some(table) => keep_best(&mut best, &table, stride, own),
            None => keep_best(&mut best, &form.whole(player), stride, own),
        }
        stride *= own;
    }
    let equilibria = best.iter().enumerate().filter(|(_, best)| **best);
    PureEquilibria { profiles: equilibria.map(|(cell, _)| form.profile(cell)).collect(), complete: true }
}

/// Strikes out the cells in which the player whose strategies lie `stride` apart has a better one.
fn keep_best<T: Ord>(best: &mut [bool], table: &[T], stride: usize, own: usize) {
    for first in (0..table.len()).filter(|cell| (cell / stride).is_multiple_of(own)) {
        let line = || (0..own).map(|strategy| first + strategy * stride);
        let Some(most) = line().map(|cell| &table[cell]).max() else { continue };
        for cell in line() {
            best[cell] &= table[cell] == *most;
        }
    }
}

/// Expected payoffs of a pure profile.
pub(crate) fn play(game: &Game, profile: &PureProfile) -> Vec<f64> {
    let mut payoffs = vec![0.0; game.players.len()];
    let mut stack = vec![(0_usize, 1.0)];
    while let Some((node, p)) = stack.pop() {
        match game.turn(node) {
            Turn::End => {
                for (sum, payoff) in payoffs.iter_mut().zip(game.payoffs(node)) {
                    *sum += p * payoff;
                }
            }
            Turn::Player { infoset } => stack.push((game.children(node)[profile[infoset].unwrap_or(0)], p)),
            Turn::Chance => {
                let moves = game.children(node).iter().zip(game.chance(node)).filter(|(_, q)| **q > 0.0);
                stack.extend(moves.map(|(&child, q)| (child, p * q)));
            }
        }
    }
    payoffs
}
