use measure::portable::ln;
use serde::{Deserialize, Serialize};

use crate::round::digit;
use crate::{Ladder, Move};

/// One round of a path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathStep {
    /// Id of the rung on which the round begins.
    pub rung: String,
    /// What each actor does in it.
    pub moves: Vec<Move>,
    /// Id of the rung to which that leads.
    pub to: String,
    /// Probability of these moves, given what was done before.
    pub probability: f64,
}

/// A single sequence of moves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LikelyPath {
    /// From the start to war.
    pub steps: Vec<PathStep>,
    /// Probability of the whole sequence.
    pub probability: f64,
}

impl Ladder {
    /// The most probable sequence of moves that ends in war; `None` if none does.
    ///
    /// Longest products by repeated relaxation in logarithms (Bellman 1958), of the states in order.
    pub fn likely_path_to_war(&self) -> Option<LikelyPath> {
        let best = self.best_ways();
        let mut at = self.first;
        let mut steps = Vec::new();
        loop {
            let way = best[at]?;
            let to = way.to.map_or(self.top(), |to| self.states[to].rung);
            steps.push(self.path_step(self.states[at].rung, way.moves, to, way.probability));
            match way.to {
                Some(to) => at = to,
                None => break,
            }
        }
        let probability = steps.iter().map(|step| step.probability).product();
        Some(LikelyPath { steps, probability })
    }

    /// The best next step towards war from each state.
    fn best_ways(&self) -> Vec<Option<Way>> {
        let mut best: Vec<Option<Way>> = vec![None; self.states.len()];
        loop {
            let mut changed = false;
            for (from, state) in self.states.iter().enumerate() {
                let into_war = state.into_war.iter().map(|&(moves, p)| Way::new(None, moves, p, 0.0));
                let onwards = state.next.iter().filter_map(|&(to, moves, p)| {
                    best[to].map(|rest| Way::new(Some(to), moves, p, rest.ln_probability))
                });
                let found: Vec<Way> = into_war.chain(onwards).collect();
                for way in found {
                    if best[from].is_none_or(|known| way.ln_probability > known.ln_probability) {
                        best[from] = Some(way);
                        changed = true;
                    }
                }
            }
            if !changed {
                return best;
            }
        }
    }

    fn path_step(&self, rung: usize, moves: usize, to: usize, probability: f64) -> PathStep {
        PathStep {
            rung: self.rungs[rung].clone(),
            moves: (0..self.actors.len()).map(|actor| Move::ALL[digit(moves, actor)]).collect(),
            to: self.rungs[to].clone(),
            probability,
        }
    }
}

/// A next step and the probability of the best path that begins with it.
#[derive(Clone, Copy)]
struct Way {
    /// `None` for war.
    to: Option<usize>,
    moves: usize,
    probability: f64,
    ln_probability: f64,
}

impl Way {
    fn new(to: Option<usize>, moves: usize, probability: f64, rest: f64) -> Self {
        Self { to, moves, probability, ln_probability: ln(probability) + rest }
    }
}
