//! Which of the rival explanations does the evidence favor, how sure is that, and what would turn it over?
//!
//! [`Model`] is what an analyst writes: hypotheses, indicators with likelihoods, groups of dependent ones,
//! reliability of sources. [`Model::weigh`] gives the exact posterior with its band, its path through time, what each
//! indicator contributed, the smallest change that flips the leader, and what indicators not yet seen would tell.
//! [`Network`] is the general discrete belief network with exact inference; [`Model::network`] is the model as one,
//! and [`bif`] reads the field's file format.
//!
//! Absent on purpose: where an observation came from; a caller says how probable it is that an indicator is true.

pub mod bif;
mod check;
mod flip;
mod model;
mod network;
mod reliability;
mod spec;
mod table;
mod weigh;

pub use flip::{Flip, PriorFlip};
pub use model::Model;
pub use network::{Factor, Network, NetworkError, Variable};
pub use reliability::Admiralty;
pub use spec::{GroupSpec, HypothesisSpec, IndicatorSpec, Likelihood, Spec};
pub use table::{contributions, hypotheses, path};
pub use weigh::{
    Contribution, HypothesisResult, PathStep, UnseenIndicator, WeighError, WeighSettings, Weighing,
};
