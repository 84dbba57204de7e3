use serde::{Deserialize, Serialize};

use crate::{OptionSpec, Problem};

/// The most portfolios that are examined: all subsets of 12 options.
pub const MOST_PORTFOLIOS: usize = 1 << 12;

/// A set of options taken together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Portfolio {
    /// Ids of its options joined by ` + `; `as now` for none.
    pub id: String,
    /// Positions of its options, ascending.
    pub options: Vec<usize>,
    /// Sum of their costs.
    pub cost: f64,
}

/// All sets of options that exclude nothing of their own: first `as now`, then the smaller before the
/// larger, each size in the order of the options.
///
/// # Errors
/// [`Problem::Twice`], [`Problem::UnknownOption`], [`Problem::TooManyPortfolios`] above
/// [`MOST_PORTFOLIOS`]; all of them at once.
pub fn portfolios(options: &[OptionSpec]) -> Result<Vec<Portfolio>, Vec<Problem>> {
    let _ = options;
    todo!()
}
