//! The stages as an assessment runs them: each turns the results before it into the next.

pub mod change;
pub mod choice;
pub mod compare;
pub mod forecast;
pub mod grounds;
pub mod inputs;
pub mod judge;
pub mod observe;
pub mod runaway;
pub mod shares;
pub mod signals;
pub mod weigh;
