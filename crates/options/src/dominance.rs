use serde::{Deserialize, Serialize};

use crate::analysis::{TIE, View};
use crate::{PortfolioSummary, weighted};

/// Pairs (a, b) of portfolios of which a is never worse than b in the sense named, and somewhere
/// better; positions in the list of portfolios.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dominance {
    /// By score in every world.
    pub statewise: Vec<(usize, usize)>,
    /// By the distribution of the score: whoever likes more agrees.
    pub first_order: Vec<(usize, usize)>,
    /// By the distribution of the score: whoever likes more and shuns risk agrees.
    pub second_order: Vec<(usize, usize)>,
    /// By every expected metric at once.
    pub pareto: Vec<(usize, usize)>,
    /// Portfolios that no other dominates by expected metrics.
    pub pareto_front: Vec<usize>,
}

impl Dominance {
    /// Stochastic orders as in Hadar & Russell (1969), Rules for ordering uncertain prospects, American
    /// Economic Review 59:25–34.
    pub(crate) fn of(view: &View<'_>, summaries: &[PortfolioSummary]) -> Self {
        let n = summaries.len();
        let sorted: Vec<Sorted> =
            (0..n).map(|portfolio| Sorted::of(view.scores.of_portfolio(portfolio), view.weights)).collect();
        let pairs = || (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let mut found = Self::default();
        for (a, b) in pairs() {
            let scores = (view.scores.of_portfolio(a), view.scores.of_portfolio(b));
            if never_worse(scores.0.iter().zip(scores.1).map(|(a, b)| a - b)) {
                found.statewise.push((a, b));
            }
            // Neither order can hold against the mean or the worst case.
            let (x, y) = (&summaries[a], &summaries[b]);
            if x.score >= y.score - TIE && x.maximin >= y.maximin - TIE {
                if never_worse(sorted[a].cdf_gaps(&sorted[b]).map(|(gap, _)| gap)) {
                    found.first_order.push((a, b));
                }
                if never_worse(integrated(sorted[a].cdf_gaps(&sorted[b]))) {
                    found.second_order.push((a, b));
                }
            }
            let good = |s: &PortfolioSummary, m: usize| view.metrics[m].good(s.metrics[m].mean);
            if never_worse((0..view.metrics.len()).map(|m| good(x, m) - good(y, m))) {
                found.pareto.push((a, b));
            }
        }
        found.pareto_front = (0..n).filter(|&b| found.pareto.iter().all(|pair| pair.1 != b)).collect();
        found
    }
}

/// No difference is below 0, and one above.
fn never_worse(differences: impl Iterator<Item = f64>) -> bool {
    let mut better = false;
    for difference in differences {
        if difference < -TIE {
            return false;
        }
        better |= difference > TIE;
    }
    better
}

/// Scores in rising order with their weights.
struct Sorted(Vec<(f64, f64)>);

impl Sorted {
    fn of(scores: &[f64], weights: &[f64]) -> Self {
        Self(
            weighted::order(scores)
                .into_iter()
                .map(|position| (scores[position], weights[position]))
                .collect(),
        )
    }

    /// F_other − F_self at every value that either takes, with the distance to the next such value.
    fn cdf_gaps<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (f64, f64)> + 'a {
        let (mut i, mut j, mut own, mut others) = (0, 0, 0.0, 0.0);
        std::iter::from_fn(move || {
            let next = |i: usize, j: usize| match (self.0.get(i), other.0.get(j)) {
                (Some(a), Some(b)) => Some(a.0.min(b.0)),
                (a, b) => a.or(b).map(|point| point.0),
            };
            let value = next(i, j)?;
            while let Some(point) = self.0.get(i).filter(|point| point.0 == value) {
                own += point.1;
                i += 1;
            }
            while let Some(point) = other.0.get(j).filter(|point| point.0 == value) {
                others += point.1;
                j += 1;
            }
            Some((others - own, next(i, j).map_or(0.0, |following| following - value)))
        })
    }
}

/// The integral of the gaps up to the end of each step.
fn integrated(gaps: impl Iterator<Item = (f64, f64)>) -> impl Iterator<Item = f64> {
    gaps.scan(0.0, |total, (gap, width)| {
        *total += gap * width;
        Some(*total)
    })
}
