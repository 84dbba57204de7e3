use serde::{Deserialize, Serialize};

use measure::portable::sum;

use crate::analysis::{TIE, View};
use crate::score::Scores;
use crate::{Portfolio, Regret, weighted};

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

impl PortfolioSummary {
    pub(crate) fn of(
        view: &View<'_>,
        portfolio: &Portfolio,
        position: usize,
        metric_scores: &[Scores],
    ) -> Self {
        let (weights, scores) = (view.weights, view.scores.of_portfolio(position));
        let worst = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let regrets = view.scores.regret(position);
        Self {
            portfolio: portfolio.id.clone(),
            metrics: (0..view.metrics.len())
                .map(|metric| MetricSummary::of(view, metric, position, &metric_scores[metric]))
                .collect(),
            score: weighted::mean(scores, weights),
            score_error: weighted::error(scores, weights),
            score_sd: weighted::variance(scores, weights).sqrt(),
            regret: Regret::of(&regrets, weights),
            best: share(weights, |world| regrets[world] <= TIE),
            satisfices: share(weights, |world| view.meets_all(world, position)),
            maximin: worst,
            maximax: best,
            hurwicz: view.optimism * best + (1.0 - view.optimism) * worst,
            laplace: measure::portable::mean(scores),
        }
    }
}

impl MetricSummary {
    fn of(view: &View<'_>, position: usize, portfolio: usize, scores: &Scores) -> Self {
        let metric = &view.metrics[position];
        let outcomes: Vec<f64> =
            (0..view.weights.len()).map(|w| view.outcomes.get(w, portfolio, position)).collect();
        Self {
            metric: metric.id.clone(),
            mean: weighted::mean(&outcomes, view.weights),
            error: weighted::error(&outcomes, view.weights),
            quantiles: weighted::quantiles(&outcomes, view.weights, [0.05, 0.5, 0.95]),
            meets: metric.goal.map(|_| share(view.weights, |world| metric.meets(outcomes[world]))),
            regret: Regret::of(&scores.regret(portfolio), view.weights),
        }
    }
}

/// Weight of the worlds in which something holds.
pub(crate) fn share(weights: &[f64], holds: impl Fn(usize) -> bool) -> f64 {
    sum(weights.iter().enumerate().filter(|(world, _)| holds(*world)).map(|(_, w)| *w)).min(1.0)
}
