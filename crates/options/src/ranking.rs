use serde::{Deserialize, Serialize};

use crate::PortfolioSummary;
use crate::analysis::TIE;

/// By what portfolios are ranked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Greatest expected score.
    Expected,
    /// Smallest expected regret.
    ExpectedRegret,
    /// Smallest greatest regret (Savage).
    MinimaxRegret,
    /// Greatest worst score (Wald).
    Maximin,
    /// Greatest best score.
    Maximax,
    /// Greatest mix of best and worst score.
    Hurwicz,
    /// Greatest mean score with all worlds alike.
    Laplace,
    /// Meets all goals in the greatest share of worlds.
    Satisficing,
}

/// The portfolios by one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// Which.
    pub criterion: Criterion,
    /// `None` for all worlds, else the hypothesis that is true in the worlds looked at.
    pub hypothesis: Option<String>,
    /// Share of the worlds looked at.
    pub share: f64,
    /// The criterion's value per portfolio.
    pub values: Vec<f64>,
    /// 1 for the best; ties share the better rank.
    pub ranks: Vec<usize>,
    /// Positions of all portfolios of rank 1.
    pub best: Vec<usize>,
}

impl Criterion {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Expected,
        Self::ExpectedRegret,
        Self::MinimaxRegret,
        Self::Maximin,
        Self::Maximax,
        Self::Hurwicz,
        Self::Laplace,
        Self::Satisficing,
    ];

    /// The value of a portfolio by this criterion.
    fn value(self, summary: &PortfolioSummary) -> f64 {
        match self {
            Self::Expected => summary.score,
            Self::ExpectedRegret => summary.regret.expected,
            Self::MinimaxRegret => summary.regret.max,
            Self::Maximin => summary.maximin,
            Self::Maximax => summary.maximax,
            Self::Hurwicz => summary.hurwicz,
            Self::Laplace => summary.laplace,
            Self::Satisficing => summary.satisfices,
        }
    }

    /// The same turned so that more is better.
    fn good(self, value: f64) -> f64 {
        match self {
            Self::ExpectedRegret | Self::MinimaxRegret => -value,
            _ => value,
        }
    }
}

impl Ranking {
    pub(crate) fn by(
        criterion: Criterion,
        summaries: &[PortfolioSummary],
        hypothesis: Option<&str>,
        share: f64,
    ) -> Self {
        let values: Vec<f64> = summaries.iter().map(|summary| criterion.value(summary)).collect();
        let good = |position: usize| criterion.good(values[position]);
        let rank = |own: usize| 1 + (0..values.len()).filter(|&other| good(other) > good(own) + TIE).count();
        let ranks: Vec<usize> = (0..values.len()).map(rank).collect();
        let best = (0..ranks.len()).filter(|&position| ranks[position] == 1).collect();
        Self { criterion, hypothesis: hypothesis.map(Into::into), share, values, ranks, best }
    }
}
