use serde::{Deserialize, Serialize};

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
