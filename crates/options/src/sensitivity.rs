use measure::{Interval, Seed};
use serde::{Deserialize, Serialize};

use crate::Worlds;

/// How much one uncertain quantity explains of a difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// Id of the parameter; `hypothesis` for the hypothesis.
    pub parameter: String,
    /// First-order Sobol' index: share of the variance explained by it alone.
    pub first_order: f64,
    /// 90 % interval from resampled worlds.
    pub interval: Interval,
    /// Spearman's rank correlation with the difference; 0 for the hypothesis.
    pub rank_correlation: f64,
}

/// First-order Sobol' index of every parameter that varies, and of the hypothesis, for `y` per world.
///
/// Given-data estimate: worlds are cut into classes of equal number by the parameter, and the variance
/// of the class means, less what chance alone gives it, is compared with the whole.
///
/// Plischke (2010), An effective algorithm for computing global sensitivity indices (EASI), Reliability
/// Engineering & System Safety 95:354–360; Plischke, Borgonovo & Smith (2013), EJOR 226:536–550.
pub fn sensitivity(worlds: &Worlds, y: &[f64], seed: Seed) -> Vec<Sensitivity> {
    let _ = (worlds, y, seed);
    todo!()
}
