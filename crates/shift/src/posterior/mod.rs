//! Posterior.
