//! What a profile is worth, and what a player could gain by another strategy.

use measure::portable::ln;

use crate::game::{Game, Turn};
use crate::recall::forgets;
use crate::strategy::BehaviorStrategy;

/// ln of a probability; chance moves and actions of probability 0 count as a tremble far smaller than any other, so
/// that beliefs are defined everywhere.
pub(crate) fn ln_or_tremble(p: f64) -> f64 {
    if p > 0.0 { ln(p) } else { -1e4 }
}

/// Values of a profile.
#[derive(Clone, Debug)]
pub struct Values {
    /// Expected payoff of each player.
    pub payoffs: Vec<f64>,
    /// Probability that each node is reached.
    pub reach: Vec<f64>,
    /// Expected payoff from each node on: node × player.
    pub from: Vec<f64>,
    /// Probability of each node given its information set is reached (1 for other nodes).
    pub belief: Vec<f64>,
    /// Expected payoff of each action for who takes it, given its information set is reached: as long as a strategy.
    pub action: Vec<f64>,
}

/// Evaluates a profile.
///
/// # Cost
/// Two passes over the nodes.
pub fn values(game: &Game, strategy: &BehaviorStrategy) -> Values {
    let (n, nodes) = (game.players.len(), game.nodes());
    let mut reach = vec![1.0; nodes];
    let mut log_reach = vec![0.0; nodes];
    for node in 1..nodes {
        let p = edge(game, strategy, node);
        let parent = game.nodes[node].parent;
        reach[node] = reach[parent] * p;
        log_reach[node] = log_reach[parent] + ln_or_tremble(p);
    }
    let from = worth(game, strategy);
    let mut belief = vec![1.0; nodes];
    let mut action = vec![0.0; game.actions()];
    for (index, infoset) in game.infosets.iter().enumerate() {
        let most = infoset.nodes.iter().map(|&node| log_reach[node]).fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for &node in &infoset.nodes {
            belief[node] = measure::portable::exp(log_reach[node] - most);
            total += belief[node];
        }
        for &node in &infoset.nodes {
            belief[node] /= total;
            for (slot, &child) in game.actions_of(index).zip(game.children(node)) {
                action[slot] += belief[node] * from[child * n + infoset.player];
            }
        }
    }
    Values { payoffs: from[..n].to_vec(), reach, from, belief, action }
}

/// Expected payoff from each node on: node × player.
pub(crate) fn worth(game: &Game, strategy: &BehaviorStrategy) -> Vec<f64> {
    let n = game.players.len();
    let mut from = vec![0.0; game.nodes() * n];
    for node in (0..game.nodes()).rev() {
        if game.turn(node) == Turn::End {
            from[node * n..(node + 1) * n].copy_from_slice(game.payoffs(node));
        }
        if node > 0 {
            let p = edge(game, strategy, node);
            let parent = game.nodes[node].parent;
            for player in 0..n {
                from[parent * n + player] += p * from[node * n + player];
            }
        }
    }
    from
}

/// Probability of the move that leads to a node.
pub(crate) fn edge(game: &Game, strategy: &BehaviorStrategy, node: usize) -> f64 {
    let own = &game.nodes[node];
    let parent = &game.nodes[own.parent];
    match parent.turn {
        Turn::Player { infoset } => strategy.0[game.offsets[infoset] + own.branch],
        Turn::Chance | Turn::End => game.chance[parent.children.start + own.branch],
    }
}

/// How far a profile is from an equilibrium.
#[derive(Clone, Debug, PartialEq)]
pub struct Regret {
    /// What each player would gain by its best response, in units of its payoff.
    pub by_player: Vec<f64>,
    /// Whether the deviation is the best strategy of the whole game; otherwise (a game that forgets) the best action
    /// at a single information set, which is all that a player without memory can coordinate.
    pub whole_strategy: bool,
}

impl Regret {
    /// The largest gain of any player: 0 in an equilibrium.
    pub fn max(&self) -> f64 {
        self.by_player.iter().copied().fold(0.0, f64::max)
    }
}

/// The proof of an answer: what the best response of each player would gain.
///
/// # Cost
/// A pass over the tree per player, and one over its information sets.
pub fn regret(game: &Game, strategy: &BehaviorStrategy) -> Regret {
    let values = values(game, strategy);
    let mut by_player = vec![0.0; game.players.len()];
    if !forgets(game).is_empty() {
        for (index, infoset) in game.infosets.iter().enumerate() {
            let reached: f64 = infoset.nodes.iter().map(|&node| values.reach[node]).sum();
            let action = &values.action[game.actions_of(index)];
            let now: f64 = action.iter().zip(strategy.at(game, index)).map(|(u, p)| u * p).sum();
            let best = action.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let gain: &mut f64 = &mut by_player[infoset.player];
            *gain = gain.max(reached * (best - now));
        }
        return Regret { by_player, whole_strategy: false };
    }
    for (player, gain) in by_player.iter_mut().enumerate() {
        *gain = (best_response(game, strategy, player) - values.payoffs[player]).max(0.0);
    }
    Regret { by_player, whole_strategy: true }
}

/// The most that `player` can get against the others' strategies. With perfect recall the best action at a set does
/// not depend on the player's own earlier moves, so that sets are solved from the last to the first.
fn best_response(game: &Game, strategy: &BehaviorStrategy, player: usize) -> f64 {
    let (n, nodes) = (game.players.len(), game.nodes());
    let own = |node: usize| matches!(game.turn(node), Turn::Player { infoset } if game.infosets[infoset].player == player);
    // Reach by chance and the others alone.
    let mut others = vec![1.0; nodes];
    for node in 1..nodes {
        let parent = game.nodes[node].parent;
        others[node] = others[parent] * if own(parent) { 1.0 } else { edge(game, strategy, node) };
    }
    let mut choice: Vec<Option<usize>> = vec![None; game.infosets.len()];
    let mut value: Vec<Option<f64>> = vec![None; nodes];
    // An explicit stack instead of recursion: trees can be deep.
    let mut stack = vec![0_usize];
    while let Some(&node) = stack.last() {
        if value[node].is_some() {
            stack.pop();
            continue;
        }
        let (waiting, result) = match game.turn(node) {
            Turn::End => (Vec::new(), game.payoffs(node)[player]),
            Turn::Player { infoset } if own(node) => {
                let set = &game.infosets[infoset];
                let waiting: Vec<usize> = set
                    .nodes
                    .iter()
                    .flat_map(|&node| game.children(node))
                    .copied()
                    .filter(|&child| value[child].is_none())
                    .collect();
                if waiting.is_empty() {
                    let best = *choice[infoset].get_or_insert_with(|| {
                        let worth = |action: usize| -> f64 {
                            let at = |&node: &usize| {
                                others[node] * value[game.children(node)[action]].unwrap_or(0.0)
                            };
                            set.nodes.iter().map(at).sum()
                        };
                        let mut best = (0, worth(0));
                        for action in 1..set.actions.len() {
                            let found = worth(action);
                            if found > best.1 {
                                best = (action, found);
                            }
                        }
                        best.0
                    });
                    (waiting, value[game.children(node)[best]].unwrap_or(0.0))
                } else {
                    (waiting, 0.0)
                }
            }
            Turn::Player { .. } | Turn::Chance => {
                let children = game.children(node);
                let waiting: Vec<usize> =
                    children.iter().copied().filter(|&child| value[child].is_none()).collect();
                let expected = children
                    .iter()
                    .map(|&child| edge(game, strategy, child) * value[child].unwrap_or(0.0))
                    .sum();
                (waiting, expected)
            }
        };
        if waiting.is_empty() {
            value[node] = Some(result);
            stack.pop();
        } else {
            stack.extend(waiting);
        }
    }
    debug_assert!(n > player);
    value[0].unwrap_or(0.0)
}
