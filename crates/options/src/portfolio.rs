use serde::{Deserialize, Serialize};

use crate::option::excluded;
use crate::worlds::twice;
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
    let mut problems = twice(options.iter().map(|option| option.id.as_str()));
    for option in options {
        let unknown = option.excludes.iter().filter(|id| options.iter().all(|other| other.id != **id));
        problems.extend(
            unknown.map(|other| Problem::UnknownOption { option: option.id.clone(), other: other.clone() }),
        );
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    // Sets of one size from those one smaller: each grows by options after its last.
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    let mut grown = 0;
    while grown < sets.len() {
        let set = sets[grown].clone();
        grown += 1;
        for next in set.last().map_or(0, |last| last + 1)..options.len() {
            if set.iter().all(|&taken| !excluded(&options[taken], &options[next])) {
                sets.push([&set[..], &[next]].concat());
            }
        }
        if sets.len() > MOST_PORTFOLIOS {
            return Err(vec![Problem::TooManyPortfolios { most: MOST_PORTFOLIOS }]);
        }
    }
    Ok(sets.into_iter().map(|set| named(options, set)).collect())
}

fn named(options: &[OptionSpec], set: Vec<usize>) -> Portfolio {
    let ids: Vec<&str> = set.iter().map(|&option| options[option].id.as_str()).collect();
    Portfolio {
        id: if ids.is_empty() { "as now".into() } else { ids.join(" + ") },
        cost: set.iter().map(|&option| options[option].cost).sum(),
        options: set,
    }
}
