//! How likely is escalation that nobody wants, and how much do misreading and a back channel matter?
//!
//! A [`Ladder`] of rungs is climbed and descended by actors who choose by logit on what they *believe*
//! the others did last; fog makes them misread each other, a back channel thins the fog, and on every
//! rung an accident may end the run. [`Ladder::exact`] solves it as an absorbing Markov chain without
//! a subtraction, so that rare wars keep their digits; [`Ladder::simulate`] plays it from first
//! principles; [`Ladder::examine`] makes the whole [`CrisisResult`].
//!
//! Absent on purpose: nothing here reads a file, evaluates a formula or knows a hypothesis.

mod chain;
mod check;
mod exact;
mod guide;
mod ladder;
mod path;
mod result;
mod round;
mod simulate;
mod spec;
mod splitting;
mod table;

pub use chain::{Absorption, Chain};
pub use exact::{Occupancy, Outcomes, Within};
pub use ladder::Ladder;
pub use path::{LikelyPath, PathStep};
pub use result::{CrisisResult, ExamineSettings, FromRung};
pub use simulate::{Estimate, Method, SimulateSettings, Simulation};
pub use spec::{ActorSpec, BackChannel, Hazard, Move, Name, Number, Perception, Spec};
