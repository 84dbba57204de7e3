use measure::Seed;
use serde::{Deserialize, Serialize};

use crate::{
    Dominance, FailureBoxes, MetricSpec, Outcomes, Portfolio, PortfolioSummary, PrimSettings, Problem,
    Ranking, Scaling, Sensitivity, Worlds,
};

/// How portfolios are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisSettings {
    /// How metrics become one score.
    pub scaling: Scaling,
    /// Hurwicz's weight of the best case, in [0, 1].
    pub optimism: f64,
    /// Of the failure boxes.
    pub prim: PrimSettings,
}

impl Default for AnalysisSettings {
    fn default() -> Self {
        Self { scaling: Scaling::Range, optimism: 0.5, prim: PrimSettings::default() }
    }
}

/// All that is known about the options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptionsResult {
    /// Number of worlds.
    pub worlds: usize,
    /// The portfolios, in the order of everything else.
    pub portfolios: Vec<Portfolio>,
    /// The metrics.
    pub metrics: Vec<MetricSpec>,
    /// One per portfolio.
    pub summaries: Vec<PortfolioSummary>,
    /// Position of the portfolio with the greatest expected score (the cheaper, then the earlier, of equals).
    pub leader: usize,
    /// Position of the second by the same rule; `None` if there is one portfolio only.
    pub runner_up: Option<usize>,
    /// Share of worlds in which the leader's score is above the runner-up's.
    pub leads: f64,
    /// Which portfolio is never better than which.
    pub dominance: Dominance,
    /// By every criterion: over all worlds, then under each hypothesis.
    pub rankings: Vec<Ranking>,
    /// Where the leader fails its goals.
    pub failure: FailureBoxes,
    /// What the difference of the scores of leader and runner-up hangs on, the strongest first.
    pub sensitivity: Vec<Sensitivity>,
}

/// Compares portfolios over worlds.
///
/// # Errors
/// [`Problem::Size`] and [`Problem::Metric`], all of them at once.
///
/// # Cost
/// O(worlds · portfolios · (metrics + log worlds)) and, for dominance, O(worlds · portfolios²) at worst.
pub fn analyze(
    seed: Seed,
    worlds: &Worlds,
    portfolios: &[Portfolio],
    metrics: &[MetricSpec],
    outcomes: &Outcomes,
    settings: &AnalysisSettings,
) -> Result<OptionsResult, Vec<Problem>> {
    let _ = (seed, worlds, portfolios, metrics, outcomes, settings);
    todo!()
}
