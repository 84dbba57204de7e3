use serde::{Deserialize, Serialize};

use crate::Regret;

/// One portfolio over all worlds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PortfolioSummary {
    /// Its id.
    pub portfolio: String,
    /// By metric, in their order.
    pub metrics: Vec<MetricSummary>,
    /// Expected score.
    pub score: f64,
    /// Standard error of the expected score from the number of worlds.
    pub score_error: f64,
    /// Standard deviation of the score over worlds.
    pub score_sd: f64,
    /// Regret by score.
    pub regret: Regret,
    /// Share of worlds in which it is (one of) the best by score.
    pub best: f64,
    /// Share of worlds in which all goals are met; 1 where no metric has one.
    pub satisfices: f64,
    /// Worst score.
    pub maximin: f64,
    /// Best score.
    pub maximax: f64,
    /// Optimism times the best plus the rest times the worst score.
    pub hurwicz: f64,
    /// Mean score with all worlds alike.
    pub laplace: f64,
}

/// One portfolio by one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricSummary {
    /// Id of the metric.
    pub metric: String,
    /// Expected outcome.
    pub mean: f64,
    /// Standard error of the mean from the number of worlds.
    pub error: f64,
    /// Outcomes below which 5, 50 and 95 % of the worlds lie.
    pub quantiles: [f64; 3],
    /// Share of worlds in which the goal is met; `None` without a goal.
    pub meets: Option<f64>,
    /// Regret in the metric's own unit.
    pub regret: Regret,
}
