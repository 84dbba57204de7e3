use std::collections::BTreeMap;

use measure::{Interval, Seed};
use serde::{Deserialize, Serialize};

use crate::Ladder;

/// How much to simulate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimulateSettings {
    /// Plain trajectories; at least 1.
    pub trajectories: u64,
    /// Of the intervals, in (0, 1).
    pub level: f64,
    /// An end seen more rarely than this is estimated by splitting (or, for accidents, by their
    /// expected number along each trajectory).
    pub fewest_hits: u64,
    /// Trajectories per stage of one splitting replication.
    pub effort: u64,
    /// Independent replications of the splitting; at least 2.
    pub replications: u64,
}

impl Default for SimulateSettings {
    fn default() -> Self {
        Self { trajectories: 200_000, level: 0.99, fewest_hits: 400, effort: 2_000, replications: 24 }
    }
}

/// How a simulated probability was estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Share of plain trajectories, with Wilson's interval.
    Plain,
    /// Multilevel splitting over rungs, with Student's interval over replications.
    Splitting,
    /// Mean of the accident probability collected along each trajectory, with Student's interval.
    Conditional,
}

/// A simulated probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate.
    pub p: f64,
    /// Holds the true value with the settings' level.
    pub interval: Interval,
    /// How it was made.
    pub method: Method,
}

/// What came out of playing the ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    /// By the names of [`Ladder::ends`].
    pub ends: BTreeMap<String, Estimate>,
    /// Plain trajectories played.
    pub trajectories: u64,
    /// Mean number of rounds.
    pub rounds: f64,
}

impl Ladder {
    /// Plays the ladder from first principles (an accident, what each sees, what each does), in blocks
    /// with a stream each: the same bits for any number of threads.
    pub fn simulate(&self, seed: Seed, settings: &SimulateSettings) -> Simulation {
        let _ = (seed, settings);
        todo!()
    }
}
