//! Answers with their proof.

use serde::Serialize;
use thiserror::Error;

use crate::answer::{Equilibrium, of_completed, of_exact, of_mixed, of_pure, of_strategy};
use crate::bimatrix::{Bimatrix, NotTwo};
use crate::cfr::{CfrError, CfrSettings, Learned, McCfrSettings, cfr, mccfr};
use crate::exact::Rational;
use crate::extreme::{Component, extreme_equilibria};
use crate::game::Game;
use crate::lemke_howson::{Joined, all_starts, lemke_howson};
use crate::logit::{Ended, TraceError, Until, trace_watched};
use crate::normal::{NormalForm, TooLarge};
use crate::plan_gain::can_be_tried;
use crate::progress::{Watcher, unwatched};
use crate::proof::ExactProfile;
use crate::pure::enumerate_pure_watched;
use crate::pure_search::{MOST_LISTED, search_pure};
use crate::recall::{Forgets, forgets};
use crate::sequence::{SequenceForm, Sequences};
use crate::sequence_lcp::sequence_lcp;
use crate::simplicial::{SubdivisionError, simplicial};
use crate::strategy::BehaviorStrategy;
use crate::zero_sum::{ZeroSumError, fractions, opponents, zero_sum};

/// How to solve a game.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// The principal branch of the agent logit quantal response equilibrium.
    Qre(Until),
    /// All equilibria in pure strategies.
    Pure,
    /// All extreme equilibria of two players, with their components.
    Enum,
    /// Equilibria of two players along paths of almost complementary vertices.
    LemkeHowson(Start),
    /// Two players in pure conflict: linear programming in the sequence form.
    Lp,
    /// One equilibrium of two players: Lemke's method in the sequence form.
    Lcp,
    /// Simplicial subdivision: one equilibrium of any number of players, for sure.
    Simplicial,
    /// Counterfactual regret minimization over the whole game.
    Cfr(CfrSettings),
    /// Counterfactual regret minimization on drawn plays.
    Mccfr(McCfrSettings),
}

/// Where Lemke–Howson paths begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the artificial equilibrium, with this label dropped: a strategy of the first player, or behind those one of
    /// the second, counted from 0.
    Label(usize),
    /// With every label, there and at every equilibrium found.
    All,
}

/// What a method found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Solution {
    /// The method's name on the command line.
    pub method: &'static str,
    /// The equilibria found.
    pub equilibria: Vec<Equilibrium>,
    /// Whether there are no others of the kind: `pure` finds every pure equilibrium, `enum` every corner of the set of
    /// equilibria, the others one or some.
    pub complete: bool,
    /// Of `enum`: which equilibria hang together, by position.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Connected>,
    /// What a reader should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Equilibria that hang together, by position in [`Solution::equilibria`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Connected {
    /// All of them.
    pub equilibria: Vec<usize>,
    /// Convex parts by their corners: every mixture of first strategies with every mixture of second ones is an
    /// equilibrium.
    pub parts: Vec<Vec<usize>>,
}

/// Why a game was not solved.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SolveError {
    /// The branch could not be followed.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The strategic form is too large.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// More than two players.
    #[error(transparent)]
    NotTwo(#[from] NotTwo),
    /// No linear program.
    #[error(transparent)]
    ZeroSum(#[from] ZeroSumError),
    /// Regret could not be minimized.
    #[error(transparent)]
    Cfr(#[from] CfrError),
    /// Nothing was subdivided.
    #[error(transparent)]
    Subdivision(#[from] SubdivisionError),
    /// A method for games with perfect recall.
    #[error(
        "the player forgets at `{0}`: this method is for games with perfect recall. Use --method enum or qre"
    )]
    Forgets(String),
    /// A label that no strategy has.
    #[error("there is no label {label}: the players have {labels} strategies together, counted from 0")]
    NoLabel {
        /// Asked for.
        label: usize,
        /// How many there are.
        labels: usize,
    },
    /// An information set that one play passes twice.
    #[error(
        "at `{0}` the player does not know whether it moved already (absent-mindedness): such a game has no behaviour strategies in the usual sense"
    )]
    AbsentMinded(String),
}

/// Solves a game.
///
/// # Errors
/// [`SolveError`].
pub fn solve(game: &Game, method: Method) -> Result<Solution, SolveError> {
    solve_watched(game, method, &mut unwatched)
}

/// As [`solve`]; the watcher sees every step and may stop the method, which then says so in its notes and gives the best
/// profile it has, with its regret.
///
/// # Errors
/// [`SolveError`].
pub fn solve_watched(game: &Game, method: Method, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let mut notes = Vec::new();
    let forgotten = forgets(game);
    for set in &forgotten {
        let label = game.infosets[set.infoset()].label.clone();
        match (set, method) {
            (Forgets::WhetherItMoved { .. }, _) => return Err(SolveError::AbsentMinded(label)),
            (_, Method::Qre(_) | Method::Simplicial) => notes.push(format!(
                "the player forgets at `{label}`: each information set is played by its own agent, and max_regret is {}",
                if can_be_tried(game) {
                    "what a plan for the whole game would gain; there may be no profile without such a gain (Wichardt 2008)"
                } else {
                    "the gain at a single set: the plans for the whole game are too many to be tried"
                }
            )),
            (_, Method::Lp | Method::Lcp | Method::Cfr(_) | Method::Mccfr(_)) => return Err(SolveError::Forgets(label)),
            (_, Method::Pure | Method::Enum | Method::LemkeHowson(_)) => notes.push(format!(
                "the player forgets at `{label}`: these are equilibria in plans for the whole game; a player who mixes plans needs to remember which it drew, and there may be no equilibrium without that (Wichardt 2008)"
            )),
        }
    }
    let mut solution = match method {
        Method::Qre(until) => qre(game, until, watcher),
        Method::Pure => pure(game, watcher),
        Method::Enum => enumerate(game, watcher),
        Method::LemkeHowson(start) => paths(game, start, watcher),
        Method::Lp => lp(game, watcher),
        Method::Lcp => lcp(game, watcher),
        Method::Simplicial => subdivide(game, watcher),
        Method::Cfr(settings) => {
            Ok(learned(game, "cfr", settings.iterations, &cfr(game, &settings, watcher)?))
        }
        Method::Mccfr(settings) => {
            Ok(learned(game, "mccfr", settings.iterations, &mccfr(game, &settings, watcher)?))
        }
    }?;
    notes.append(&mut solution.notes);
    Ok(Solution { notes, ..solution })
}

/// The method that fits a game, and why.
pub fn choose(game: &Game) -> (Method, String) {
    let mut players: Vec<usize> =
        game.infosets.iter().filter(|set| set.actions.len() > 1).map(|set| set.player).collect();
    players.sort_unstable();
    players.dedup();
    let free = game.actions() - game.infosets.len();
    let branch =
        |why: String| (Method::Qre(Until::Nash), format!("{why}: the logit branch is followed to its end"));
    let small = || {
        NormalForm::new(game).is_ok_and(|form| {
            form.strategies.iter().map(Vec::len).sum::<usize>() <= FEW_PLANS && Bimatrix::new(&form).is_ok()
        })
    };
    let Ok(form) = SequenceForm::near(game) else {
        return if small() {
            (Method::Enum, "a player forgets: equilibria in plans for the whole game exist always".into())
        } else {
            branch("a player forgets, and every information set is played by its own agent".into())
        };
    };
    let sequences: usize = form.players.iter().map(Sequences::count).sum();
    let conflict = players.len() == 2 && opponents(game, &form).is_ok();
    if conflict && sequences <= MOST_SEQUENCES {
        return (Method::Lp, "two players in pure conflict: linear programming".into());
    }
    if players.len() <= 2 && small() {
        return (Method::Enum, "at most two players with few plans: all equilibria can be listed".into());
    }
    if !conflict && free <= MOST_FREE {
        return branch(format!("{} players with {free} free probabilities", players.len()));
    }
    let enough = 1e-4 * game.payoff_range();
    let why = format!(
        "{sequences} sequences are too many for exact methods: regret is minimized to 0.0001 of the payoffs"
    );
    (Method::Cfr(CfrSettings::plus(1_000_000, enough)), why)
}

/// Plans of all players that can be looked at in all combinations within a moment.
pub(crate) const FEW_PLANS: usize = 24;
/// Sequences of both players that linear programming solves within seconds.
const MOST_SEQUENCES: usize = 4_000;
/// Unknowns for which following the logit branch takes seconds.
const MOST_FREE: usize = 600;

fn qre(game: &Game, until: Until, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let trace = trace_watched(game, until, watcher)?;
    let lambda = Some(trace.lambda);
    let equilibrium = Equilibrium { lambda, ..of_strategy(game, &trace.strategy, &trace.beliefs) };
    let mut solution = plain("qre", vec![equilibrium], game.actions() == game.infosets.len());
    match trace.ended {
        Ended::AtLambda | Ended::AtNash => {}
        Ended::ByPerturbation => solution.notes.push(
            "the branch could not be followed from indifference itself: it was followed from a point close by".into(),
        ),
        Ended::Stopped => solution.notes.push(stopped()),
        Ended::Stuck => solution.notes.push("the branch could not be followed to its end: this is its last point".into()),
    }
    if !trace.bifurcations.is_empty() {
        let all: Vec<String> = trace.bifurcations.iter().map(|lambda| format!("{lambda:.4}")).collect();
        solution
            .notes
            .push(format!("other branches cross at λ = {}: there are other equilibria", all.join(", ")));
    }
    Ok(solution)
}

fn pure(game: &Game, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let found = match NormalForm::new(game) {
        Ok(form) => enumerate_pure_watched(&form, watcher),
        Err(TooLarge) => search_pure(game, watcher)?,
    };
    let equilibria = found.profiles.iter().map(|profile| of_pure(game, profile));
    let mut solution = plain("pure", equilibria.collect(), found.complete);
    if !found.complete && found.profiles.len() == MOST_LISTED {
        solution
            .notes
            .push(format!("there are more than {MOST_LISTED} pure equilibria: these are the first"));
    } else if !found.complete {
        solution
            .notes
            .push("stopped before all profiles were looked at: there may be other equilibria".into());
    }
    Ok(solution)
}

fn subdivide(game: &Game, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let found = simplicial(game, watcher)?;
    let equilibrium = of_strategy(game, &found.strategy, &found.beliefs);
    let mut solution = plain("simplicial", vec![equilibrium], game.actions() == game.infosets.len());
    if !found.exact {
        solution.notes.push(stopped());
    }
    Ok(solution)
}

fn learned(game: &Game, method: &'static str, iterations: u64, learned: &Learned) -> Solution {
    let mut solution = plain(method, vec![of_completed(game, learned.strategy.clone())], false);
    solution.notes.push(format!("the average of {} iterations, of at most {iterations}", learned.iterations));
    if game.players.len() != 2 {
        solution.notes.push("with other than two players in pure conflict this need not come near an equilibrium: max_regret says how near it is".into());
    }
    solution
}

fn enumerate(game: &Game, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let form = NormalForm::new(game)?;
    let two = Bimatrix::new(&form)?;
    if let Some(found) = extreme_equilibria(&two, watcher) {
        let equilibria = found.equilibria.iter().map(|mixed| of_mixed(game, &form, mixed)).collect();
        let components = found
            .components
            .into_iter()
            .map(|Component { equilibria, parts }| Connected { equilibria, parts });
        return Ok(Solution { components: components.collect(), ..plain("enum", equilibria, true) });
    }
    let mut steps = 0_u64;
    let mut few = |_| {
        steps += 1;
        if steps > 10_000 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    };
    let joined = lemke_howson(&two, 0, &mut few);
    let equilibria = joined.equilibria.iter().map(|mixed| of_mixed(game, &form, mixed)).collect();
    let mut solution = plain("enum", equilibria, false);
    solution
        .notes
        .push("stopped before all vertices were listed: this is what one Lemke–Howson path gives".into());
    Ok(solution)
}

fn paths(game: &Game, start: Start, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let form = NormalForm::new(game)?;
    let two = Bimatrix::new(&form)?;
    let labels = two.rows + two.columns;
    let Joined { equilibria, finished } = match start {
        Start::Label(label) if label >= labels => return Err(SolveError::NoLabel { label, labels }),
        Start::Label(label) => lemke_howson(&two, label, watcher),
        Start::All => all_starts(&two, watcher),
    };
    let equilibria = equilibria.iter().map(|mixed| of_mixed(game, &form, mixed)).collect();
    let mut solution = plain("lemke-howson", equilibria, two.rows * two.columns == 1);
    if !finished {
        solution.notes.push(stopped());
    }
    Ok(solution)
}

fn lp(game: &Game, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let form = SequenceForm::near(game).map_err(|set| forgetful(game, set))?;
    let optimal = zero_sum(game, &form, watcher)?;
    // The exact form is large where payoffs have many digits; such games have no simple plans to prove.
    let exact = match fractions(&form, &optimal.plans) {
        Some(plans) => Some(ExactProfile::new(game, &sequence_form(game)?, &plans)),
        None => None,
    };
    let equilibrium = match exact {
        Some(exact) if exact.is_equilibrium() => of_exact(game, &exact),
        _ => of_completed(game, BehaviorStrategy(form.behavior(game, &optimal.plans))),
    };
    let mut solution = plain("lp", vec![equilibrium], false);
    if !optimal.finished {
        solution.notes.push(stopped());
    }
    Ok(solution)
}

fn lcp(game: &Game, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let form = sequence_form(game)?;
    let found = sequence_lcp(&form, watcher)?;
    let equilibrium = of_exact(game, &ExactProfile::new(game, &form, &found.plans));
    let mut solution = plain("lcp", vec![equilibrium], game.actions() == game.infosets.len());
    if !found.finished {
        solution.notes.push(stopped());
    }
    Ok(solution)
}

fn sequence_form(game: &Game) -> Result<SequenceForm<Rational>, SolveError> {
    SequenceForm::new(game).map_err(|set| forgetful(game, set))
}

fn forgetful(game: &Game, set: Forgets) -> SolveError {
    SolveError::Forgets(game.infosets[set.infoset()].label.clone())
}

fn plain(method: &'static str, equilibria: Vec<Equilibrium>, complete: bool) -> Solution {
    Solution { method, equilibria, complete, components: Vec::new(), notes: Vec::new() }
}

fn stopped() -> String {
    "stopped before the end: what is shown is the best so far, and its regret says how good it is".into()
}
