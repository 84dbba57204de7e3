use serde::{Deserialize, Serialize};

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
