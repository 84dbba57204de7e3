use measure::Interval;

use crate::{MetricSpec, Outcomes, Scaling};

/// One number per portfolio and world: more is better.
pub(crate) struct Scores {
    /// By portfolio, then world.
    scores: Vec<Vec<f64>>,
    /// Greatest of each world.
    best: Vec<f64>,
}

impl Scores {
    pub(crate) fn of(outcomes: &Outcomes, metrics: &[MetricSpec], scaling: Scaling) -> Self {
        let scales: Vec<Scale> = match scaling {
            Scaling::AsGiven => metrics.iter().map(Scale::as_given).collect(),
            Scaling::Range => {
                let total: f64 = metrics.iter().map(|metric| metric.weight).sum();
                metrics
                    .iter()
                    .enumerate()
                    .map(|(m, metric)| Scale::over(outcomes, m, metric, total))
                    .collect()
            }
        };
        let score = |world: usize, portfolio: usize| -> f64 {
            scales.iter().enumerate().map(|(m, scale)| scale.of(outcomes.get(world, portfolio, m))).sum()
        };
        Self::from_scores(
            (0..outcomes.portfolios())
                .map(|portfolio| (0..outcomes.worlds()).map(|world| score(world, portfolio)).collect())
                .collect(),
        )
    }

    /// One metric alone, turned so that more is better.
    pub(crate) fn of_metric(outcomes: &Outcomes, position: usize, metric: &MetricSpec) -> Self {
        let column = |portfolio: usize| {
            (0..outcomes.worlds()).map(|w| metric.good(outcomes.get(w, portfolio, position))).collect()
        };
        Self::from_scores((0..outcomes.portfolios()).map(column).collect())
    }

    fn from_scores(scores: Vec<Vec<f64>>) -> Self {
        let worlds = scores.first().map_or(0, Vec::len);
        let mut best = vec![f64::NEG_INFINITY; worlds];
        for column in &scores {
            best.iter_mut().zip(column).for_each(|(best, score)| *best = best.max(*score));
        }
        Self { scores, best }
    }

    /// Those of some worlds.
    pub(crate) fn only(&self, worlds: &[usize]) -> Self {
        let column = |scores: &Vec<f64>| worlds.iter().map(|&world| scores[world]).collect();
        Self::from_scores(self.scores.iter().map(column).collect())
    }

    /// Score of one portfolio in each world.
    pub(crate) fn of_portfolio(&self, portfolio: usize) -> &[f64] {
        &self.scores[portfolio]
    }

    /// Best score of each world.
    pub(crate) fn best(&self) -> &[f64] {
        &self.best
    }

    /// What one portfolio loses against the best in each world.
    pub(crate) fn regret(&self, portfolio: usize) -> Vec<f64> {
        self.best.iter().zip(&self.scores[portfolio]).map(|(best, score)| best - score).collect()
    }
}

/// weight · (outcome − origin) / width
struct Scale {
    origin: f64,
    factor: f64,
}

impl Scale {
    fn as_given(metric: &MetricSpec) -> Self {
        Self { origin: 0.0, factor: metric.weight * metric.good(1.0) }
    }

    fn over(outcomes: &Outcomes, position: usize, metric: &MetricSpec, total: f64) -> Self {
        let range = metric.range.unwrap_or_else(|| seen(outcomes, position));
        let origin = if metric.good(1.0) > 0.0 { range.low } else { range.high };
        // Where all outcomes are alike the metric tells nothing.
        let width = if range.width() > 0.0 { range.width() } else { 1.0 };
        Self { origin, factor: metric.weight / total * metric.good(1.0) / width }
    }

    fn of(&self, outcome: f64) -> f64 {
        (outcome - self.origin) * self.factor
    }
}

fn seen(outcomes: &Outcomes, metric: usize) -> Interval {
    let cells = (0..outcomes.worlds()).flat_map(|w| (0..outcomes.portfolios()).map(move |p| (w, p)));
    let (low, high) = cells
        .map(|(w, p)| outcomes.get(w, p, metric))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    Interval::new(low, high)
}
