use std::collections::BTreeMap;

use measure::Seed;
use serde::{Deserialize, Serialize};

use crate::{Estimate, Ladder, LikelyPath, Occupancy, Outcomes, SimulateSettings};

/// What to work out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExamineSettings {
    /// Of the simulation.
    pub simulate: SimulateSettings,
    /// Numbers of rounds for `within_rounds`.
    pub within_rounds: Vec<u32>,
}

impl Default for ExamineSettings {
    fn default() -> Self {
        Self { simulate: SimulateSettings::default(), within_rounds: vec![5, 10, 20, 40] }
    }
}

/// The ends when the crisis stands on another rung.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FromRung {
    /// Id of the rung.
    pub rung: String,
    /// Probability of each end by name.
    pub exact: BTreeMap<String, f64>,
    /// Expected number of rounds.
    pub rounds: f64,
}

/// All that is known about a ladder. Saved as `demarche ladder --json` prints it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrisisResult {
    /// Ids of the rungs, from the lowest.
    pub rungs: Vec<String>,
    /// Ids of the actors.
    pub actors: Vec<String>,
    /// Id of the rung of the start.
    pub start: String,
    /// Probability of each end by name, solved.
    pub exact: BTreeMap<String, f64>,
    /// Expected number of rounds, solved.
    pub rounds: f64,
    /// The same numbers as [`CrisisResult::exact`] and [`CrisisResult::rounds`], by meaning.
    pub outcomes: Outcomes,
    /// Probability of each end within so many rounds, by number of rounds and name.
    pub within_rounds: BTreeMap<u32, BTreeMap<String, f64>>,
    /// Probability of each end by name, simulated.
    pub simulated: BTreeMap<String, Estimate>,
    /// Plain trajectories simulated.
    pub trajectories: u64,
    /// Level of the intervals of [`CrisisResult::simulated`].
    pub level: f64,
    /// The ends from every rung between the lowest and the highest.
    pub by_start: Vec<FromRung>,
    /// The ends without the back channel.
    pub without_channel: Outcomes,
    /// The ends with a perfect channel on the same rungs.
    pub perfect_channel: Outcomes,
    /// Expected rounds per rung.
    pub occupancy: Vec<Occupancy>,
    /// The most probable sequence of moves into war.
    pub path_to_war: Option<LikelyPath>,
}

impl Ladder {
    /// Solves and simulates the ladder, and works out what the report shows.
    pub fn examine(&self, seed: Seed, settings: &ExamineSettings) -> CrisisResult {
        let _ = (seed, settings);
        todo!()
    }
}
