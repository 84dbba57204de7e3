//! Which mix of options holds up whichever reading is true, and when does it fail?
//!
//! One *world* is a draw of all that is uncertain, including which hypothesis is true ([`Worlds`]).
//! Options are changes to parameters; their [`Portfolio`]s meet the same worlds (common random
//! numbers). Whoever knows the models evaluates every portfolio in every world into [`Outcomes`];
//! [`analyze`] turns them into expected values, regret, shares of worlds that meet the goals,
//! dominance, rankings, the boxes in which the leader fails (PRIM) and what that hangs on.
//!
//! Absent on purpose: nothing here evaluates a game or a ladder, or reads a file.

mod analysis;
mod dominance;
mod metric;
mod option;
mod outcomes;
mod portfolio;
mod prim;
mod problem;
mod ranking;
mod regret;
mod score;
mod sensitivity;
mod summary;
mod table;
mod weighted;
mod worlds;

pub use analysis::{AnalysisSettings, OptionsResult, analyze};
pub use dominance::Dominance;
pub use metric::{Direction, MetricSpec, Scaling};
pub use option::{Amount, BoundChanges, Change, Operation, OptionSpec};
pub use outcomes::Outcomes;
pub use portfolio::{MOST_PORTFOLIOS, Portfolio, portfolios};
pub use prim::{BoxSize, FailureBox, FailureBoxes, Peel, PrimSettings, Restriction, prim};
pub use problem::Problem;
pub use ranking::{Criterion, Ranking};
pub use regret::Regret;
pub use sensitivity::{Sensitivity, sensitivity};
pub use summary::{MetricSummary, PortfolioSummary};
pub use worlds::{Parameter, Worlds};
