//! What the mover at an information set believes, and whether it acts on it.

use measure::portable::exp;

use serde::Serialize;

use crate::game::{Game, Turn};
use crate::strategy::BehaviorStrategy;
use crate::value::{edge, ln_or_tremble, worth};

/// Node → probability that it is the one reached, given that its information set is; 1 at nodes where nobody moves.
///
/// Of sets that the profile reaches by Bayes' rule; of the others as the limit of the profiles from which it came, each of
/// which reaches everything: the beliefs of a sequential equilibrium. Kreps & Wilson (1982), Sequential equilibria,
/// Econometrica 50:863–894.
#[derive(Clone, Debug, PartialEq)]
pub struct Beliefs(pub(crate) Vec<f64>);

impl Beliefs {
    /// Bayes' rule where the profile reaches; elsewhere all actions of probability 0 are equally small trembles, fewer
    /// of them being infinitely more probable than more.
    pub fn of(game: &Game, strategy: &BehaviorStrategy) -> Self {
        let mut log_reach = vec![0.0; game.nodes()];
        for node in 1..game.nodes() {
            let parent = game.nodes[node].parent;
            log_reach[node] = log_reach[parent] + ln_or_tremble(edge(game, strategy, node));
        }
        Self(normalized(game, &log_reach))
    }

    /// Bayes' rule where the profile reaches, `self` elsewhere.
    pub(crate) fn updated(mut self, game: &Game, strategy: &BehaviorStrategy) -> Self {
        let reach = reach(game, strategy);
        for set in &game.infosets {
            let total: f64 = set.nodes.iter().map(|&node| reach[node]).sum();
            if total > 0.0 {
                for &node in &set.nodes {
                    self.0[node] = reach[node] / total;
                }
            }
        }
        self
    }

    /// Probability of a node given its information set.
    pub fn at(&self, node: usize) -> f64 {
        self.0[node]
    }
}

/// Node → probability within its information set, from log reach.
pub(crate) fn normalized(game: &Game, log_reach: &[f64]) -> Vec<f64> {
    let mut belief = vec![1.0; game.nodes()];
    for set in &game.infosets {
        let most = set.nodes.iter().map(|&node| log_reach[node]).fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for &node in &set.nodes {
            belief[node] = exp(log_reach[node] - most);
            total += belief[node];
        }
        for &node in &set.nodes {
            belief[node] /= total;
        }
    }
    belief
}

/// Probability that each node is reached.
pub(crate) fn reach(game: &Game, strategy: &BehaviorStrategy) -> Vec<f64> {
    let mut reach = vec![1.0; game.nodes()];
    for node in 1..game.nodes() {
        reach[node] = reach[game.nodes[node].parent] * edge(game, strategy, node);
    }
    reach
}

/// What the mover at each information set would gain, given the beliefs there, by its best plan from there on.
///
/// Returns one entry per information set, in units of its player's payoff. All 0 makes the profile sequentially rational
/// with these beliefs. With imperfect recall the deviation is a single action.
///
/// # Cost
/// Nodes × depth.
pub fn sequential_regret(game: &Game, strategy: &BehaviorStrategy, beliefs: &Beliefs) -> Vec<f64> {
    let n = game.players.len();
    let remembers = crate::recall::forgets(game).is_empty();
    let value = worth(game, strategy);
    let mut plan = Plan::new(game);
    (0..game.infosets.len())
        .map(|index| {
            let set = &game.infosets[index];
            let now: f64 = set.nodes.iter().map(|&node| beliefs.0[node] * value[node * n + set.player]).sum();
            let best = if remembers {
                plan.best(game, strategy, beliefs, index)
            } else {
                (0..set.actions.len())
                    .map(|action| {
                        let at = |&node: &usize| {
                            beliefs.0[node] * value[game.children(node)[action] * n + set.player]
                        };
                        set.nodes.iter().map(at).sum()
                    })
                    .fold(f64::NEG_INFINITY, f64::max)
            };
            (best - now).max(0.0)
        })
        .collect()
}

/// What is believed and gained at one information set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetBeliefs {
    /// Who moves there.
    pub player: String,
    /// Its label.
    pub infoset: String,
    /// Probability that it is reached.
    pub reached: f64,
    /// Its nodes in order of the tree.
    pub nodes: Vec<NodeBelief>,
    /// What the mover would gain by its best plan from here on, given these beliefs.
    pub regret: f64,
}

/// How probable a node is, given its information set.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeBelief {
    /// The moves that lead to it, from the first on; a move of chance as `#` with its number.
    pub history: Vec<String>,
    /// Given that the set is reached.
    pub probability: f64,
}

/// Beliefs everywhere, and whether everybody acts on them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rationality {
    /// One entry per information set, in order of the game.
    pub beliefs: Vec<SetBeliefs>,
    /// Whether no mover at any information set, reached or not, could gain by another plan, given these beliefs: more
    /// than a millionth of the range of payoffs counts as a gain.
    pub sequentially_rational: bool,
}

/// Gains at single sets that count as none, as a share of the range of payoffs.
const RATIONAL: f64 = 1e-6;

/// Beliefs at all information sets, with what its mover would gain there.
///
/// # Cost
/// As [`sequential_regret`].
pub fn rationality(game: &Game, strategy: &BehaviorStrategy, beliefs: &Beliefs) -> Rationality {
    let reach = reach(game, strategy);
    let regrets = sequential_regret(game, strategy, beliefs);
    let most = regrets.iter().copied().fold(0.0, f64::max);
    let sets = game.infosets.iter().zip(regrets).map(|(set, regret)| SetBeliefs {
        player: game.players[set.player].clone(),
        infoset: set.label.clone(),
        reached: set.nodes.iter().map(|&node| reach[node]).sum(),
        nodes: set
            .nodes
            .iter()
            .map(|&node| NodeBelief { history: history(game, node), probability: beliefs.at(node) })
            .collect(),
        regret,
    });
    Rationality { beliefs: sets.collect(), sequentially_rational: most <= RATIONAL * game.payoff_range() }
}

/// The moves that lead to a node.
fn history(game: &Game, node: usize) -> Vec<String> {
    let mut moves = Vec::new();
    let mut at = node;
    while let Some((parent, branch)) = game.parent(at) {
        moves.push(match game.turn(parent) {
            Turn::Player { infoset } => game.infosets[infoset].actions[branch].clone(),
            Turn::Chance | Turn::End => format!("#{}", branch + 1),
        });
        at = parent;
    }
    moves.reverse();
    moves
}

/// The best that one player can still get from an information set on.
struct Plan {
    /// Own information sets of every player, the later ones first.
    later_first: Vec<Vec<usize>>,
    /// Reach from the set by chance and the others; −1 for nodes that do not follow it.
    weight: Vec<f64>,
    value: Vec<f64>,
    last: Vec<usize>,
}

impl Plan {
    fn new(game: &Game) -> Self {
        let mut last: Vec<usize> = (1..=game.nodes()).collect();
        for node in (1..game.nodes()).rev() {
            let parent = game.nodes[node].parent;
            last[parent] = last[parent].max(last[node]);
        }
        // Own moves before each node: with perfect recall the same at all nodes of an own set.
        let mut later_first = Vec::new();
        for player in 0..game.players.len() {
            let mut before = vec![0_usize; game.nodes()];
            for node in 1..game.nodes() {
                let parent = game.nodes[node].parent;
                let own = matches!(game.turn(parent), Turn::Player { infoset } if game.infosets[infoset].player == player);
                before[node] = before[parent] + usize::from(own);
            }
            let mut own: Vec<usize> =
                (0..game.infosets.len()).filter(|&set| game.infosets[set].player == player).collect();
            own.sort_by_key(|&set| std::cmp::Reverse(before[game.infosets[set].nodes[0]]));
            later_first.push(own);
        }
        Self { later_first, weight: vec![-1.0; game.nodes()], value: vec![0.0; game.nodes()], last }
    }

    fn best(&mut self, game: &Game, strategy: &BehaviorStrategy, beliefs: &Beliefs, index: usize) -> f64 {
        let set = &game.infosets[index];
        let player = set.player;
        let own = |node: usize| matches!(game.turn(node), Turn::Player { infoset } if game.infosets[infoset].player == player);
        for &head in &set.nodes {
            self.weight[head] = beliefs.0[head];
            for node in head + 1..self.last[head] {
                let parent = game.nodes[node].parent;
                let p = if own(parent) { 1.0 } else { edge(game, strategy, node) };
                self.weight[node] = self.weight[parent] * p;
            }
        }
        let mut best = 0.0;
        for position in 0..self.later_first[player].len() {
            let later = self.later_first[player][position];
            let nodes = &game.infosets[later].nodes;
            // With perfect recall a later own set follows either wholly or not at all.
            if nodes.iter().all(|&node| self.weight[node] < 0.0) {
                continue;
            }
            let mut choice = (0, f64::NEG_INFINITY);
            for action in 0..game.infosets[later].actions.len() {
                let mut worth = 0.0;
                for &node in nodes {
                    if self.weight[node] >= 0.0 {
                        let child = game.children(node)[action];
                        worth += self.weight[node] * self.expected(game, strategy, child, player);
                    }
                }
                if worth > choice.1 {
                    choice = (action, worth);
                }
            }
            for &node in nodes {
                self.value[node] = self.value[game.children(node)[choice.0]];
            }
            if later == index {
                best = choice.1;
                break;
            }
        }
        for &head in &set.nodes {
            self.weight[head..self.last[head]].fill(-1.0);
        }
        best
    }

    /// Value of a subtree whose own sets are solved already.
    fn expected(&mut self, game: &Game, strategy: &BehaviorStrategy, head: usize, player: usize) -> f64 {
        let own = |node: usize| matches!(game.turn(node), Turn::Player { infoset } if game.infosets[infoset].player == player);
        for node in (head..self.last[head]).rev() {
            if game.turn(node) == Turn::End {
                self.value[node] = game.payoffs(node)[player];
            } else if !own(node) {
                self.value[node] = game
                    .children(node)
                    .iter()
                    .map(|&child| edge(game, strategy, child) * self.value[child])
                    .sum();
            }
        }
        self.value[head]
    }
}
