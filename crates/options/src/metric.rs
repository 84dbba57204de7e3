use measure::Interval;
use serde::{Deserialize, Serialize};

/// Whether more of it is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

/// Something by which portfolios are judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricSpec {
    /// The user's id.
    pub id: String,
    /// For readers.
    pub label: String,
    /// Which way is good.
    pub direction: Direction,
    /// ≥ 0: its share of the score.
    pub weight: f64,
    /// Met when the outcome is at least this (at most, if lower is better).
    pub goal: Option<f64>,
    /// What the numbers are in.
    pub unit: String,
    /// The outcomes that count as worst and best; if none, the least and greatest that occur.
    pub range: Option<Interval>,
}

impl MetricSpec {
    /// Whether an outcome meets the goal; true if there is none.
    pub fn meets(&self, outcome: f64) -> bool {
        match (self.goal, self.direction) {
            (None, _) => true,
            (Some(goal), Direction::Higher) => outcome >= goal,
            (Some(goal), Direction::Lower) => outcome <= goal,
        }
    }

    /// The outcome turned so that more is better.
    pub fn good(&self, outcome: f64) -> f64 {
        match self.direction {
            Direction::Higher => outcome,
            Direction::Lower => -outcome,
        }
    }
}

/// How metrics become one score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// Each metric from 0 (worst) to 1 (best) over its range, weights scaled to sum to 1. Where a
    /// metric states no range, the outcomes set it, and a further portfolio can change all scores.
    Range,
    /// Outcomes as they are (turned so that more is better) times their weights, for metrics in one
    /// unit such as utility.
    AsGiven,
}
