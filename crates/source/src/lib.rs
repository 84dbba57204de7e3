//! Where a number or a word came from: places in a user's file, rows of a data file, passages of a
//! document, and findings about them.
//!
//! A leaf: it knows no stage. Every other crate points at places with these types, so that an error,
//! a quarantined row and the ground of a judgment are located in one way.

mod finding;
mod hash;
mod passage;
mod place;

pub use finding::{Finding, Findings, Severity};
pub use hash::ContentHash;
pub use passage::{Passage, Quarantined, RowAt};
pub use place::{Place, SourceText};
