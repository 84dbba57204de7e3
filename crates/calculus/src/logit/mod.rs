//! Logit quantal response equilibrium in its agent form, followed from λ = 0.
//!
//! McKelvey & Palfrey (1998), Quantal response equilibria for extensive form games, Experimental Economics 1:9–41:
//! the agent at every information set takes action *a* with probability proportional to exp(λ·u(a)), where u(a) is its
//! expected payoff given that the set is reached. At λ = 0 all is equally probable; the branch that begins there is
//! followed by a predictor–corrector method along its arc, so that it can turn back in λ (Turocy 2005, A dynamic
//! homotopy interpretation of the logistic quantal response equilibrium correspondence, Games and Economic Behavior
//! 51:243–263; Allgower & Georg 1990, Numerical Continuation Methods, ch. 6). As λ grows it ends in a Nash equilibrium.
//!
//! Where another branch crosses, the sign of the bordered determinant changes: the step goes across, and the crossing is
//! reported. Where the path cannot be followed at all, constants are added to the equations that move its start a little
//! away from indifference (the local perturbation of Allgower & Georg, ch. 8: for almost all of them the path is smooth),
//! and what they did is taken back at the end.

mod layout;
mod matrix;
mod path;
mod system;

use std::ops::ControlFlow;

use measure::Seed;
use thiserror::Error;

use crate::belief::Beliefs;
use crate::game::Game;
use crate::polish::{Proved, polish};
use crate::progress::{Progress, Watcher, unwatched};
use crate::strategy::BehaviorStrategy;
pub(crate) use layout::Layout;
use path::{End, Passed};
pub(crate) use path::{End as PathEnd, Path};
pub(crate) use system::{Direction, System};

/// Where to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    /// At this precision, in units of 1/payoff.
    Lambda(f64),
    /// At the Nash equilibrium in which the branch ends.
    Nash,
}

/// A point of the branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Precision, in units of 1/payoff.
    pub lambda: f64,
    /// What everybody does there.
    pub strategy: BehaviorStrategy,
}

/// What following the branch found.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Precision reached, in units of 1/payoff. At [`Until::Nash`] that of the last point of the branch, from which the
    /// equilibrium was computed.
    pub lambda: f64,
    /// What everybody does there.
    pub strategy: BehaviorStrategy,
    /// What everybody believes there; off the path of play the limit along the branch.
    pub beliefs: Beliefs,
    /// Values of λ at which the branch turned back or forth again, in order of the path.
    pub turns: Vec<f64>,
    /// Values of λ at which another branch crosses, in order of the path.
    pub bifurcations: Vec<f64>,
    /// How the trace ended.
    pub ended: Ended,
}

/// How a trace ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// At the precision asked for.
    AtLambda,
    /// In a Nash equilibrium.
    AtNash,
    /// As [`Ended::AtLambda`] or [`Ended::AtNash`], by a path whose start was moved a little away from indifference
    /// because the branch itself could not be followed.
    ByPerturbation,
    /// The watcher said stop.
    Stopped,
    /// Nowhere: the last point of a branch that could not be followed to its end.
    Stuck,
}

/// Why the branch could not be followed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TraceError {
    /// Too many unknowns.
    #[error(
        "the game has {0} free probabilities, and too many of them depend on each other for path tracing (more than {MOST_ENTRIES} entries in the Jacobian). It needs another method: --method cfr"
    )]
    Large(usize),
    /// The precision asked for is negative or not finite.
    #[error("the precision λ is {0}; it must be a finite number, 0 or more")]
    Lambda(f64),
    /// A payoff is not finite.
    #[error("a payoff is not a finite number: some formula divides by zero or overflows")]
    Payoff,
    /// The corrector failed however short the step.
    #[error("the branch could not be followed beyond λ = {lambda}: the equations are singular there")]
    Stuck {
        /// The last point reached.
        lambda: f64,
    },
}

/// Most entries of the Jacobian: half a gigabyte with all its factors.
const MOST_ENTRIES: usize = 10_000_000;
/// Bounds of the regret, as shares of the range of payoffs, at which the end is looked for.
const CLOSE: [f64; 3] = [1e-7, 1e-9, 1e-11];
/// λ beyond which rounding outweighs what is left to gain.
const MOST_LAMBDA: f64 = 1e11;
/// How far starts are moved from indifference, in units of log odds, when the branch is stuck.
const TILTS: [f64; 6] = [1e-4, 1e-3, 1e-2, 0.05, 0.2, 0.5];

/// The point of the principal branch at a precision, or its end.
///
/// # Errors
/// [`TraceError`]; at [`Until::Nash`] a branch that cannot be followed to the end gives its last point instead, whose
/// regret says how good it is.
///
/// # Cost
/// Per step a few solutions of a system in N + 1 unknowns, where N counts the free probabilities (actions minus
/// information sets) of all sets but those that answer in closed form. In a large tree the system is sparse, a set
/// depending on those before and after it alone: sets are eliminated from the last to the first.
pub fn trace(game: &Game, until: Until) -> Result<Trace, TraceError> {
    run(game, until, &mut unwatched, &mut |_| {})
}

/// As [`trace`], telling where it is and stopping when told.
///
/// # Errors
/// As [`trace`].
pub fn trace_watched(game: &Game, until: Until, watcher: &mut Watcher<'_>) -> Result<Trace, TraceError> {
    run(game, until, watcher, &mut |_| {})
}

/// As [`trace`], showing every accepted point in order of the path.
///
/// # Errors
/// As [`trace`].
pub fn trace_with(game: &Game, until: Until, mut seen: impl FnMut(&Point)) -> Result<Trace, TraceError> {
    run(game, until, &mut unwatched, &mut seen)
}

fn run(
    game: &Game,
    until: Until,
    watcher: &mut Watcher<'_>,
    seen: &mut dyn FnMut(&Point),
) -> Result<Trace, TraceError> {
    let layout = Layout::new(game);
    layout.check(game)?;
    if game.payoffs.iter().any(|payoff| !payoff.is_finite()) {
        return Err(TraceError::Payoff);
    }
    let mut path = Path::new(System::new(game, &layout));
    let scale = path.system.scale;
    let target = match until {
        Until::Lambda(lambda) if !(lambda >= 0.0 && lambda.is_finite()) => {
            return Err(TraceError::Lambda(lambda));
        }
        Until::Lambda(lambda) => Some(lambda * scale),
        Until::Nash => None,
    };
    seen(&point(&path));
    let first = follow(&mut path, target, watcher, seen);
    if first.ended != Ended::Stuck {
        return Ok(first);
    }
    let mut steps_left = TILTS.len();
    for (attempt, size) in TILTS.into_iter().enumerate() {
        let mut stream = Seed(0).stream("start of a logit path", attempt as u64);
        path.system.tilt.iter_mut().for_each(|tilt| *tilt = size * stream.normal());
        path.start();
        let mut found = follow(&mut path, target, watcher, seen);
        steps_left -= 1;
        let straight = match (found.ended, target) {
            (Ended::AtLambda, Some(_)) => {
                path.system.tilt.fill(0.0);
                path.settle().then(|| trace_of(&path, Ended::ByPerturbation))
            }
            (Ended::AtNash, _) => {
                found.ended = Ended::ByPerturbation;
                Some(found)
            }
            (Ended::Stopped, _) => Some(found),
            _ => None,
        };
        if let Some(found) = straight {
            return Ok(found);
        }
    }
    debug_assert_eq!(steps_left, 0);
    match until {
        Until::Nash => Ok(first),
        Until::Lambda(_) => Err(TraceError::Stuck { lambda: first.lambda }),
    }
}

/// One path from where it stands to its end.
fn follow(
    path: &mut Path<'_>,
    target: Option<f64>,
    watcher: &mut Watcher<'_>,
    seen: &mut dyn FnMut(&Point),
) -> Trace {
    let game = path.system.game;
    let scale = path.system.scale;
    let mut steps = 0;
    let mut best: Option<Proved> = None;
    for close in CLOSE {
        let mut stopped = false;
        let end = path.follow(target, &mut |path| {
            steps += 1;
            seen(&point(path));
            let bound = path.regret_bound();
            stopped = watcher(Progress { steps, of: None, regret: Some(bound * scale) }).is_break();
            let enough = target.is_none() && (bound <= close || path.lambda > MOST_LAMBDA);
            if stopped || enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let here = match end {
            End::Landed => return trace_of(path, Ended::AtLambda),
            _ if target.is_some() => {
                return trace_of(path, if stopped { Ended::Stopped } else { Ended::Stuck });
            }
            _ => trace_of(path, if stopped { Ended::Stopped } else { Ended::AtNash }),
        };
        if stopped {
            return here;
        }
        let found = polish(game, &here.strategy, &here.beliefs);
        if best.as_ref().is_none_or(|best| found.beats(best, scale)) {
            best = Some(found);
        }
        let done = best.as_ref().is_some_and(|best| best.is_exact(scale));
        if done || end == End::Stuck || path.lambda > MOST_LAMBDA {
            break;
        }
    }
    let mut found = trace_of(path, Ended::AtNash);
    if let Some(best) = best {
        // A path that stopped short of its end may yet stand at an equilibrium.
        if best.regret > CLOSE[0] * scale {
            found.ended = Ended::Stuck;
        }
        (found.strategy, found.beliefs) = (best.strategy, best.beliefs);
    }
    found
}

fn point(path: &Path<'_>) -> Point {
    Point { lambda: path.lambda / path.system.scale, strategy: BehaviorStrategy(path.system.p.clone()) }
}

fn trace_of(path: &Path<'_>, ended: Ended) -> Trace {
    let Point { lambda, strategy } = point(path);
    let scale = path.system.scale;
    let (mut turns, mut bifurcations) = (Vec::new(), Vec::new());
    for passed in &path.passed {
        match passed {
            Passed::Turn { lambda } => turns.push(lambda / scale),
            Passed::Bifurcation { lambda } => bifurcations.push(lambda / scale),
        }
    }
    Trace { lambda, strategy, beliefs: Beliefs(path.system.all_beliefs()), turns, bifurcations, ended }
}
