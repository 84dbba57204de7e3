//! The exact posterior of the number and the dates of changes.
//!
//! Fearnhead (2006), Exact and efficient Bayesian inference for multiple changepoint problems, Statistics
//! and Computing 16:203–213, with a prior on the number of changes and the rate of a regime summed over a
//! grid, which makes each recursion linear in the length of the series and serves every likelihood.

mod dates;
mod mixture;
mod model;
mod prefix;
mod prior;
mod rates;
mod sample;

pub(crate) use dates::{Change, dates};
pub(crate) use mixture::{Component, Mixture};
pub(crate) use model::{Aspect, Gridded, Model, Regime};
pub(crate) use prefix::{PrefixEvidence, Undivided};
pub(crate) use prior::NumberPrior;
pub(crate) use rates::{Pair, Rates};
pub(crate) use sample::{Draw, sample};
