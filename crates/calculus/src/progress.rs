//! How a solver tells where it is, and is told to stop.

use std::ops::ControlFlow;

/// Where a solver is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Steps done: pivots, accepted points, iterations, profiles, as the method counts.
    pub steps: u64,
    /// How many there will be, where that is known.
    pub of: Option<u64>,
    /// Largest regret of the best profile so far, where the method knows it, in units of payoff.
    pub regret: Option<f64>,
}

/// What a solver asks between its steps: show this, and shall I go on? A solver told to [`ControlFlow::Break`]
/// returns the best profile it has, with its regret. Clocks and signals are with the caller.
pub type Watcher<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// Watches nothing and never stops.
pub fn unwatched(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
