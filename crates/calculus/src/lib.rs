//! From where an actor sits, what does each course bring?
//!
//! - [`Game`]: a finite extensive-form game; read from Gambit's formats ([`gambit`]), written in Rust as a [`Tree`], or
//!   built from a [`Form`], the moves, private types and payoffs that an analyst wrote down.
//! - [`Elimination`]: what dominance strikes out, round by round.
//! - [`trace`]: the agent logit quantal response equilibrium from λ = 0 to any precision or to its Nash limit;
//!   [`enumerate_pure`]: all pure equilibria. [`regret`] proves every answer: what the best response would gain.
//! - [`cfr`], [`mccfr`]: regret minimization for games too large for these; [`examples`]: games to measure it on.
//! - [`Batch`]: one game under many payoffs; [`estimate`]: precision and payoffs from what was seen to be done.
//! - [`simplicial`]: one equilibrium of any number of players where a path of smooth curves will not do.
//! - [`GameForm::play`]: behaviour, beliefs and expected utility of each course for each type;
//!   [`GameForm::threshold`]: where along a parameter the most likely choice changes; [`GameForm::outlooks`],
//!   [`GameForm::surface`], [`GameForm::flips`], [`GameForm::learn`], [`GameForm::commitments`], [`GameForm::answers`]:
//!   what an analyst asks next.
//!
//! **Invariant:** a strategy never leaves without its regret. **Absent on purpose:** where the numbers come from.

mod answer;
mod answers;
mod batch;
mod belief;
mod bimatrix;
mod cfr;
mod commitment;
mod dictionary;
mod dominance;
mod draw;
mod elimination;
mod estimate;
mod exact;
pub mod examples;
mod extreme;
mod flip;
mod form;
pub mod gambit;
mod game;
mod lemke_howson;
mod lesson;
mod logit;
mod lu;
mod normal;
mod plan_gain;
mod play;
mod polish;
mod progress;
mod proof;
mod pure;
mod pure_search;
mod recall;
mod reshape;
mod sequence;
mod sequence_lcp;
mod simplicial;
mod sits;
mod solution;
mod sparse;
mod strategy;
mod strategy_table;
mod surface;
mod tables;
mod threshold;
mod tree;
mod value;
mod vertices;
mod view;
mod zero_sum;

pub use answer::{Equilibrium, Fractions};
pub use answers::{Answer, Answers};
pub use batch::{Batch, Draws};
pub use belief::{Beliefs, NodeBelief, Rationality, SetBeliefs, rationality, sequential_regret};
pub use bimatrix::{Bimatrix, MixedProfile, NotTwo};
pub use cfr::{Averaging, CfrError, CfrSettings, Learned, McCfrSettings, Regrets, cfr, mccfr};
pub use commitment::{Comparison, Stakes};
pub use dominance::{Dominance, Dominated, Dominator, Survivors, iterated_dominance};
pub use draw::{TooManyEnds, to_html, to_latex, to_svg};
pub use elimination::{Eliminated, Elimination};
pub use estimate::{
    Coefficient, EstimateError, EstimateSettings, Estimation, Model, ObservedPlay, PlayError, estimate,
};
pub use exact::Rational;
pub use extreme::{Component, Extreme, extreme_equilibria};
pub use flip::{Flip, Flips, Moved};
pub use form::{
    Condition, FillError, Form, GameForm, MoveSpec, Mover, Name, PayoffSpec, PlayerSpec, ThresholdSpec,
    TypeSpec,
};
pub use game::{Game, InfoSet, Turn};
pub use lemke_howson::{Joined, all_starts, lemke_howson};
pub use lesson::{Lesson, QuestionError, Update};
pub use logit::{Ended, Point, Trace, TraceError, Until, trace, trace_watched, trace_with};
pub use normal::{NormalForm, PureProfile, TooLarge};
pub use plan_gain::plan_gains;
pub use play::{Course, Play, SolveFormError, Standpoint};
pub use progress::{Progress, Watcher, unwatched};
pub use proof::{ExactProfile, mixed_regret, plans_of_mixed};
pub use pure::{PureEquilibria, enumerate_pure, enumerate_pure_watched};
pub use pure_search::{MOST_LISTED, search_pure};
pub use recall::{Forgets, forgets};
pub use sequence::{Arrival, BestResponse, RealizationPlan, SequenceForm, Sequences};
pub use sequence_lcp::{Plans, sequence_lcp};
pub use simplicial::{Subdivision, SubdivisionError, simplicial};
pub use sits::{Outlook, Part};
pub use solution::{Connected, Method, Solution, SolveError, Start, choose, solve, solve_watched};
pub use strategy::{BehaviorStrategy, Named};
pub use strategy_table::StrategyRow;
pub use surface::{Side, Surface};
pub use tables::{courses, standpoints};
pub use threshold::{Change, Threshold, ThresholdPoint};
pub use tree::{MalformedTree, Tree};
pub use value::{Regret, Values, regret, values};
pub use view::{Axis, ChoiceSpec, Choosing, View, Watch};
pub use zero_sum::{Optimal, ZeroSumError, opponents, zero_sum};
