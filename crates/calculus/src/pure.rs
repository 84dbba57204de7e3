//! All Nash equilibria in pure strategies, by looking at every profile.

use thiserror::Error;

use crate::game::{Game, Turn};
use crate::recall::forgets;

/// A profile of pure strategies: the action at each information set; `None` where an earlier own action keeps the
/// player from getting there (a reduced strategy, Kuhn 1953).
pub type PureProfile = Vec<Option<usize>>;

/// Why the profiles were not all looked at.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PureError {
    /// A strategy that must not remember is no list of actions.
    #[error("the game forgets at `{0}`: pure strategies of such a game are not enumerated. Use --method qre")]
    Forgets(String),
    /// Too many to look at.
    #[error("the game has more than {MOST_PROFILES} profiles of pure strategies. Use --method qre")]
    Many,
}

/// Most profiles looked at.
const MOST_PROFILES: usize = 20_000_000;

/// Every Nash equilibrium in reduced pure strategies.
///
/// # Errors
/// [`PureError`].
///
/// # Cost
/// Number of profiles × number of players × strategies of one player.
pub fn enumerate_pure(game: &Game) -> Result<Vec<PureProfile>, PureError> {
    if let Some(set) = forgets(game).first() {
        return Err(PureError::Forgets(game.infosets[set.infoset()].label.clone()));
    }
    let players = game.players.len();
    let strategies: Vec<Vec<PureProfile>> =
        (0..players).map(|player| reduced(game, player)).collect::<Result<_, _>>()?;
    let total = strategies
        .iter()
        .try_fold(1_usize, |total, own| total.checked_mul(own.len()))
        .filter(|&total| total <= MOST_PROFILES)
        .ok_or(PureError::Many)?;
    let strides: Vec<usize> = strategies
        .iter()
        .scan(1, |stride, own| {
            let now = *stride;
            *stride *= own.len();
            Some(now)
        })
        .collect();
    let pick = |index: usize, player: usize| (index / strides[player]) % strategies[player].len();
    let mut payoffs = Vec::with_capacity(total * players);
    let mut profile: PureProfile = vec![None; game.infosets.len()];
    for index in 0..total {
        profile.fill(None);
        for player in 0..players {
            for (slot, action) in profile.iter_mut().zip(&strategies[player][pick(index, player)]) {
                *slot = slot.or(*action);
            }
        }
        payoffs.extend(play(game, &profile));
    }
    let best = |index: usize, player: usize| {
        let now = payoffs[index * players + player];
        let first = index - pick(index, player) * strides[player];
        (0..strategies[player].len()).all(|own| {
            let other = payoffs[(first + own * strides[player]) * players + player];
            other <= now + 1e-9 * (1.0 + now.abs())
        })
    };
    let equilibria = (0..total).filter(|&index| (0..players).all(|player| best(index, player)));
    let merged = |index: usize| {
        let mut profile: PureProfile = vec![None; game.infosets.len()];
        for player in 0..players {
            for (slot, action) in profile.iter_mut().zip(&strategies[player][pick(index, player)]) {
                *slot = slot.or(*action);
            }
        }
        profile
    };
    Ok(equilibria.map(merged).collect())
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

/// The reduced pure strategies of a player.
fn reduced(game: &Game, player: usize) -> Result<Vec<PureProfile>, PureError> {
    // The own set and action that come before each own set: with perfect recall there is one.
    let own: Vec<usize> =
        (0..game.infosets.len()).filter(|&index| game.infosets[index].player == player).collect();
    let before = |index: usize| -> Option<(usize, usize)> {
        let mut above = game.parent(game.infosets[index].nodes[0]);
        while let Some((node, branch)) = above {
            match game.turn(node) {
                Turn::Player { infoset } if game.infosets[infoset].player == player => {
                    return Some((infoset, branch));
                }
                _ => above = game.parent(node),
            }
        }
        None
    };
    let mut ordered: Vec<(usize, Option<(usize, usize)>)> =
        own.iter().map(|&index| (index, before(index))).collect();
    // A set stands after the set before it: sort by the first node.
    ordered.sort_by_key(|(index, _)| game.infosets[*index].nodes[0]);
    let mut strategies: Vec<PureProfile> = vec![vec![None; game.infosets.len()]];
    for (index, before) in ordered {
        let mut next = Vec::new();
        for strategy in strategies {
            let reachable = before.is_none_or(|(set, action)| strategy[set] == Some(action));
            if !reachable {
                next.push(strategy);
                continue;
            }
            for action in 0..game.infosets[index].actions.len() {
                let mut longer = strategy.clone();
                longer[index] = Some(action);
                next.push(longer);
            }
        }
        if next.len() > MOST_PROFILES / 100 {
            return Err(PureError::Many);
        }
        strategies = next;
    }
    Ok(strategies)
}
