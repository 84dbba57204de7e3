//! Numbers that carry their meaning: probabilities, intervals, distributions, periods, series with
//! exposure, random streams and words of estimative probability.
//!
//! A leaf: it knows no stage and reads no file. Everything here is a function of its arguments, with
//! the same bits on every machine ([`portable`]).

mod composition;
mod distribution;
mod formula;
mod period;
pub mod portable;
mod probability;
mod series;
mod short;
mod stream;
mod words;

pub use composition::{Composition, CompositionError, CompositionPoint, Share, shares};
pub use distribution::{Distribution, DistributionError};
pub use formula::{BoundFormula, Formula, FormulaError};
pub use period::{Calendar, Period, PeriodError};
pub use probability::{Interval, LogOdds, OutOfRange, Probability};
pub use series::{Point, Series, SeriesError};
pub use short::short;
pub use stream::{Seed, Stream};
pub use words::EstimativeWord;
