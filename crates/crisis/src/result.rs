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
    /// Probability of each end by name (those of [`Ladder::ends`]), solved.
    pub exact: BTreeMap<String, f64>,
    /// Expected number of rounds, solved.
    pub rounds: f64,
    /// The same numbers as [`CrisisResult::exact`] and [`CrisisResult::rounds`], by meaning.
    pub outcomes: Outcomes,
    /// Probability of each end within so many rounds, by number of rounds and name.
    pub within_rounds: BTreeMap<u32, BTreeMap<String, f64>>,
    /// Probability of each end by name, simulated.
    pub simulated: BTreeMap<String, Estimate>,
    /// Mean number of rounds, simulated.
    pub simulated_rounds: f64,
    /// Plain trajectories simulated.
    pub trajectories: u64,
    /// Level of the intervals of [`CrisisResult::simulated`].
    pub level: f64,
    /// The ends from every rung between the lowest and the highest from which the crisis must end.
    pub by_start: Vec<FromRung>,
    /// The ends without the back channel; `None` if the crisis could then be caught.
    pub without_channel: Option<Outcomes>,
    /// The ends with a perfect channel on the same rungs (on all, if the ladder has no channel); `None`
    /// if the crisis could then be caught.
    pub perfect_channel: Option<Outcomes>,
    /// Expected rounds per rung.
    pub occupancy: Vec<Occupancy>,
    /// The most probable sequence of moves into war.
    pub path_to_war: Option<LikelyPath>,
}

impl Ladder {
    /// Solves and simulates the ladder, and works out what the report shows.
    pub fn examine(&self, seed: Seed, settings: &ExamineSettings) -> CrisisResult {
        let outcomes = self.exact();
        let simulation = self.simulate(seed, &settings.simulate);
        let within = self.within(&settings.within_rounds);
        CrisisResult {
            rungs: self.rungs.clone(),
            actors: self.actors.clone(),
            start: self.rungs[self.start].clone(),
            exact: self.named(outcomes.values()),
            rounds: outcomes.rounds,
            outcomes,
            within_rounds: within.iter().map(|within| (within.rounds, self.named(within.values()))).collect(),
            simulated: simulation.ends,
            simulated_rounds: simulation.rounds,
            trajectories: simulation.trajectories,
            level: settings.simulate.level,
            by_start: (1..self.top()).filter_map(|rung| self.ends_from(rung)).collect(),
            without_channel: self.with_channel(0.0).map(|ladder| ladder.exact()),
            perfect_channel: self.with_channel(1.0).map(|ladder| ladder.exact()),
            occupancy: self.occupancy(),
            path_to_war: self.likely_path_to_war(),
        }
    }

    fn ends_from(&self, rung: usize) -> Option<FromRung> {
        let outcomes = self.starting_at(rung)?.exact();
        let exact = self.named(outcomes.values());
        Some(FromRung { rung: self.rungs[rung].clone(), exact, rounds: outcomes.rounds })
    }

    fn named(&self, values: [f64; 5]) -> BTreeMap<String, f64> {
        self.ends().into_iter().zip(values).collect()
    }
}
