use serde::{Deserialize, Serialize};

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
