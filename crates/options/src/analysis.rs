use measure::Seed;
use serde::{Deserialize, Serialize};

use crate::score::Scores;
use crate::summary::share;
use crate::worlds::twice;
use crate::{
    Criterion, Dominance, FailureBoxes, MetricSpec, Outcomes, Portfolio, PortfolioSummary, PrimSettings,
    Problem, Ranking, Scaling, Sensitivity, Worlds, prim, sensitivity,
};

/// Scores and shares that differ by less are equal: sums in another order differ in their last bits.
pub(crate) const TIE: f64 = 1e-12;

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
    /// How metrics became one score.
    pub scaling: Scaling,
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
    check(worlds, portfolios, metrics, outcomes)?;
    let scores = Scores::of(outcomes, metrics, settings.scaling);
    let weights = worlds.weights();
    let view = View { weights, metrics, outcomes, scores: &scores, optimism: settings.optimism };
    let summaries = view.summaries(portfolios);
    let order = by_expected_score(portfolios, &summaries);
    let (leader, runner_up) = (order[0], order.get(1).copied());
    let lead = match runner_up {
        Some(second) => difference(&scores, leader, second),
        None => vec![0.0; worlds.len()],
    };
    let fails: Vec<bool> = (0..worlds.len()).map(|world| !view.meets_all(world, leader)).collect();
    Ok(OptionsResult {
        worlds: worlds.len(),
        portfolios: portfolios.to_vec(),
        metrics: metrics.to_vec(),
        scaling: settings.scaling,
        leader,
        runner_up,
        leads: share(weights, |world| lead[world] > TIE),
        dominance: Dominance::of(&view, &summaries),
        rankings: rankings(worlds, portfolios, &view, &summaries),
        failure: FailureBoxes {
            portfolio: portfolios[leader].id.clone(),
            failures: share(weights, |world| fails[world]),
            boxes: prim(worlds, &fails, seed, &settings.prim),
        },
        sensitivity: sensitivity(worlds, &lead, seed),
        summaries,
    })
}

/// What comes out for one set of weights of the worlds.
pub(crate) struct View<'a> {
    pub(crate) weights: &'a [f64],
    pub(crate) metrics: &'a [MetricSpec],
    pub(crate) outcomes: &'a Outcomes,
    pub(crate) scores: &'a Scores,
    pub(crate) optimism: f64,
}

impl View<'_> {
    pub(crate) fn meets_all(&self, world: usize, portfolio: usize) -> bool {
        let mut metrics = self.metrics.iter().enumerate();
        metrics.all(|(position, metric)| metric.meets(self.outcomes.get(world, portfolio, position)))
    }

    fn summaries(&self, portfolios: &[Portfolio]) -> Vec<PortfolioSummary> {
        let by_metric: Vec<Scores> = self
            .metrics
            .iter()
            .enumerate()
            .map(|(position, metric)| Scores::of_metric(self.outcomes, position, metric))
            .collect();
        let summary = |(position, portfolio)| PortfolioSummary::of(self, portfolio, position, &by_metric);
        portfolios.iter().enumerate().map(summary).collect()
    }
}

fn check(
    worlds: &Worlds,
    portfolios: &[Portfolio],
    metrics: &[MetricSpec],
    outcomes: &Outcomes,
) -> Result<(), Vec<Problem>> {
    let mut problems = twice(metrics.iter().map(|metric| metric.id.as_str()));
    let sizes = [
        ("worlds", worlds.len(), outcomes.worlds()),
        ("portfolios", portfolios.len(), outcomes.portfolios()),
        ("metrics", metrics.len(), outcomes.metrics()),
    ];
    for (what, expected, found) in sizes {
        if expected != found || expected == 0 {
            problems.push(Problem::Size { what, expected: expected.max(1), found });
        }
    }
    for metric in metrics {
        if !(metric.weight >= 0.0 && metric.weight.is_finite()) {
            let problem = "its weight must not be negative";
            problems.push(Problem::Metric { metric: metric.id.clone(), problem });
        }
        if metric.range.is_some_and(|range| !(range.width() > 0.0 && range.width().is_finite())) {
            let problem = "its worst and best outcome must differ";
            problems.push(Problem::Metric { metric: metric.id.clone(), problem });
        }
    }
    if metrics.iter().all(|metric| metric.weight == 0.0) {
        problems.push(Problem::Weights("metrics"));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Positions from the greatest expected score; the cheaper, then the earlier, of equals.
fn by_expected_score(portfolios: &[Portfolio], summaries: &[PortfolioSummary]) -> Vec<usize> {
    // Sums of scores that are equal in truth differ in their last bits.
    let rounded = |position: usize| (summaries[position].score / TIE).round();
    let mut order: Vec<usize> = (0..portfolios.len()).collect();
    order.sort_by(|&a, &b| {
        let by_score = rounded(b).total_cmp(&rounded(a));
        by_score.then(portfolios[a].cost.total_cmp(&portfolios[b].cost)).then(a.cmp(&b))
    });
    order
}

fn difference(scores: &Scores, a: usize, b: usize) -> Vec<f64> {
    scores.of_portfolio(a).iter().zip(scores.of_portfolio(b)).map(|(a, b)| a - b).collect()
}

/// Over all worlds, then given each hypothesis that is true in some world.
fn rankings(
    worlds: &Worlds,
    portfolios: &[Portfolio],
    view: &View<'_>,
    summaries: &[PortfolioSummary],
) -> Vec<Ranking> {
    let mut rankings: Vec<Ranking> =
        Criterion::ALL.iter().map(|&criterion| Ranking::by(criterion, summaries, None, 1.0)).collect();
    for (position, hypothesis) in worlds.hypotheses().iter().enumerate() {
        let (given, share) = worlds.given(position);
        if !given.is_empty() {
            let (kept, weights): (Vec<usize>, Vec<f64>) = given.into_iter().unzip();
            // Scores keep the scale that they have over all worlds.
            let (outcomes, scores) = (view.outcomes.only(&kept), view.scores.only(&kept));
            let view = View { weights: &weights, outcomes: &outcomes, scores: &scores, ..*view };
            let summaries = view.summaries(portfolios);
            let ranking = |&criterion| Ranking::by(criterion, &summaries, Some(hypothesis), share);
            rankings.extend(Criterion::ALL.iter().map(ranking));
        }
    }
    rankings
}
