use arrow_array::RecordBatch;

use crate::{OptionsResult, Outcomes, Worlds};

impl OptionsResult {
    /// The tables of the stage by name: `worlds`, `outcomes` (one row per world and portfolio: score,
    /// regret, whether all goals are met, each metric), `portfolios`, `rankings`, `boxes`, `sensitivity`.
    pub fn tables(&self, worlds: &Worlds, outcomes: &Outcomes) -> Vec<(&'static str, RecordBatch)> {
        let _ = (worlds, outcomes);
        todo!()
    }
}
