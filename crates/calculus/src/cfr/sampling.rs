//! Monte Carlo counterfactual regret minimization with external sampling.
//!
//! For each player in turn, the moves of chance and of the others are drawn and all own actions are followed, so that
//! an iteration looks at a small part of a large tree. Lanctot, Waugh, Zinkevich & Bowling (2009), Monte Carlo sampling
//! for regret minimization in extensive games, NIPS 22:1078–1086.

use measure::{Seed, Stream};

use super::{CfrError, Checks, Learned, compile, finish};
use crate::game::{Game, Turn};
use crate::progress::{Progress, Watcher};

/// How long, and with which random numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct McCfrSettings {
    /// Most iterations; in each, every player learns once from one drawn play of the others.
    pub iterations: u64,
    /// Enough when no player can gain more than this, in units of payoff; 0 to do all iterations.
    pub enough: f64,
    /// Of the drawn moves.
    pub seed: Seed,
}

/// Minimizes regret on drawn plays. The strategy of a player is averaged while the player before it learns, so that
/// a set counts as often as its owner goes there (with more than two players, as often as the others let it).
///
/// # Errors
/// [`CfrError`].
///
/// # Cost
/// An iteration takes about as many steps as a player has sets, for each player; now and then a pass over the whole
/// game for the proof.
pub fn mccfr(game: &Game, settings: &McCfrSettings, watch: &mut Watcher<'_>) -> Result<Learned, CfrError> {
    let sequences = compile(game)?;
    let mut walk = Walk {
        game,
        regret: vec![0.0; game.actions()],
        sum: vec![0.0; game.actions()],
        sigma: Vec::new(),
        visits: Vec::new(),
        values: Vec::new(),
        stream: settings.seed.stream("external sampling", 0),
    };
    let mut checks = Checks::new(settings.enough);
    let mut done = 0;
    while done < settings.iterations {
        done += 1;
        for player in 0..game.players.len() {
            walk.learn(player);
        }
        let regret = checks.due(done).then(|| sequences.max_gain(&sequences.averages(&walk.sum)));
        if checks.stop(Progress { steps: done, of: Some(settings.iterations), regret }, watch) {
            break;
        }
    }
    Ok(finish(game, &sequences, sequences.averages(&walk.sum), done))
}

struct Walk<'g> {
    game: &'g Game,
    regret: Vec<f64>,
    sum: Vec<f64>,
    /// Strategy at the set at hand.
    sigma: Vec<f64>,
    visits: Vec<Visit>,
    values: Vec<f64>,
    stream: Stream,
}

/// A node on the way.
#[derive(Clone, Copy)]
struct Visit {
    node: usize,
    /// Where its value goes.
    to: usize,
    /// Where the values of what follows stand.
    from: usize,
}

impl Walk<'_> {
    /// Forward: the nodes that the draw leads to, a parent before its children; backward: their values.
    fn learn(&mut self, player: usize) {
        let game = self.game;
        let next = (player + 1) % game.players.len();
        self.visits.clear();
        self.values.clear();
        self.values.push(0.0);
        self.visits.push(Visit { node: 0, to: 0, from: 0 });
        let mut at = 0;
        while at < self.visits.len() {
            let node = self.visits[at].node;
            let from = self.values.len();
            self.visits[at].from = from;
            let children = game.children(node);
            let drawn = match game.turn(node) {
                Turn::End => None,
                Turn::Chance => Some(self.stream.weighted(game.chance(node))),
                Turn::Player { infoset } if game.infosets[infoset].player == player => {
                    self.values.resize(from + children.len(), 0.0);
                    let all = children.iter().enumerate();
                    self.visits.extend(all.map(|(action, &node)| Visit { node, to: from + action, from: 0 }));
                    None
                }
                Turn::Player { infoset } => {
                    self.match_regret(infoset);
                    if game.infosets[infoset].player == next {
                        let sum = &mut self.sum[game.actions_of(infoset)];
                        for (sum, p) in sum.iter_mut().zip(&self.sigma) {
                            *sum += p;
                        }
                    }
                    Some(self.stream.weighted(&self.sigma))
                }
            };
            if let Some(drawn) = drawn {
                self.values.push(0.0);
                self.visits.push(Visit { node: children[drawn], to: from, from: 0 });
            }
            at += 1;
        }
        for at in (0..self.visits.len()).rev() {
            let Visit { node, to, from } = self.visits[at];
            self.values[to] = match game.turn(node) {
                Turn::End => game.payoffs(node)[player],
                Turn::Player { infoset } if game.infosets[infoset].player == player => {
                    self.match_regret(infoset);
                    let values = &self.values[from..from + self.sigma.len()];
                    let value: f64 = values.iter().zip(&self.sigma).map(|(value, p)| value * p).sum();
                    for (regret, action) in self.regret[game.actions_of(infoset)].iter_mut().zip(values) {
                        *regret += action - value;
                    }
                    value
                }
                Turn::Chance | Turn::Player { .. } => self.values[from],
            };
        }
    }

    fn match_regret(&mut self, infoset: usize) {
        let regret = &self.regret[self.game.actions_of(infoset)];
        self.sigma.resize(regret.len(), 0.0);
        let total: f64 = regret.iter().map(|regret| regret.max(0.0)).sum();
        let equal = 1.0 / regret.len() as f64;
        for (p, regret) in self.sigma.iter_mut().zip(regret) {
            *p = if total > 0.0 { regret.max(0.0) / total } else { equal };
        }
    }
}
