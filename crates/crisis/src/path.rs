use serde::{Deserialize, Serialize};

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
    pub fn likely_path_to_war(&self) -> Option<LikelyPath> {
        todo!()
    }
}
