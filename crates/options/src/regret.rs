use serde::{Deserialize, Serialize};

use crate::weighted;

/// How much is lost against the portfolio that would have been best in each world; all ≥ 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Regret {
    /// Expected; of the leader by expected score, what perfect foresight would be worth (EVPI).
    pub expected: f64,
    /// Greatest over worlds.
    pub max: f64,
    /// Below which half of the worlds lie.
    pub median: f64,
    /// Below which 90 % of the worlds lie.
    pub q90: f64,
}

impl Regret {
    /// Of regrets per world.
    pub(crate) fn of(regrets: &[f64], weights: &[f64]) -> Self {
        let [median, q90] = weighted::quantiles(regrets, weights, [0.5, 0.9]);
        let max = regrets.iter().copied().fold(0.0, f64::max);
        Self { expected: weighted::mean(regrets, weights), max, median, q90 }
    }
}
