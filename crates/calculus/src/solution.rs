//! Answers with their proof.

use std::collections::BTreeMap;

use num_traits::Zero;
use serde::Serialize;
use thiserror::Error;

use crate::bimatrix::{Bimatrix, MixedProfile, NotTwo};
use crate::exact::{Rational, near};
use crate::extreme::{Component, extreme_equilibria};
use crate::gambit::plan_label;
use crate::game::Game;
use crate::lemke_howson::{Joined, all_starts, lemke_howson};
use crate::logit::{TraceError, Until, trace};
use crate::normal::{NormalForm, TooLarge};
use crate::progress::{Watcher, unwatched};
use crate::proof::{ExactProfile, mixed_regret, plans_of_mixed};
use crate::pure::{enumerate_pure_watched, play};
use crate::recall::{Forgets, forgets};
use crate::sequence::SequenceForm;
use crate::sequence_lcp::sequence_lcp;
use crate::strategy::{BehaviorStrategy, Named};
use crate::value::{regret, values};
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

/// An equilibrium with its proof.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Equilibrium {
    /// Expected payoff of each player.
    pub payoffs: Vec<f64>,
    /// Player → information set → action → probability. Of a pure equilibrium without the sets that a player's own
    /// earlier actions exclude; empty if `plans` cannot be played without memory.
    pub strategies: Named,
    /// The most that any player could gain by another strategy: 0 in a Nash equilibrium, above 0 at a finite λ.
    pub max_regret: f64,
    /// Player → what it could gain by its best strategy.
    pub regrets: BTreeMap<String, f64>,
    /// Player → information set → what it could gain, in the whole game, by another action there alone.
    pub regrets_at: BTreeMap<String, BTreeMap<String, f64>>,
    /// The precision at which it stands; `null` where no λ is involved.
    pub lambda: Option<f64>,
    /// The same in fractions, where the method does not round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<Fractions>,
    /// Player → plan for the whole game → probability: of games that forget, whose mixed strategies no behaviour may
    /// equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plans: Option<BTreeMap<String, BTreeMap<String, f64>>>,
}

/// Numbers as fractions: `1/3`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fractions {
    /// Expected payoff of each player.
    pub payoffs: Vec<String>,
    /// Player → information set → action → probability.
    pub strategies: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>>,
    /// As [`Equilibrium::max_regret`]: `0`, or the method was stopped.
    pub max_regret: String,
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
    /// A method for games with perfect recall.
    #[error(
        "the player forgets at `{0}`: the sequence form is for games with perfect recall. Use --method enum or qre"
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
            (_, Method::Qre(_)) => notes.push(format!(
                "the player forgets at `{label}`: each information set is played by its own agent, and max_regret is the gain at a single set"
            )),
            (_, Method::Lp | Method::Lcp) => return Err(SolveError::Forgets(label)),
            (_, Method::Pure | Method::Enum | Method::LemkeHowson(_)) => notes.push(format!(
                "the player forgets at `{label}`: these are equilibria in plans for the whole game; a player who mixes plans needs to remember which it drew, and there may be no equilibrium without that (Wichardt 2008)"
            )),
        }
    }
    let mut solution = match method {
        Method::Qre(until) => qre(game, until),
        Method::Pure => pure(game, watcher),
        Method::Enum => enumerate(game, watcher),
        Method::LemkeHowson(start) => paths(game, start, watcher),
        Method::Lp => lp(game, watcher),
        Method::Lcp => lcp(game, watcher),
    }?;
    notes.append(&mut solution.notes);
    Ok(Solution { notes, ..solution })
}

/// The method that fits a game, and why.
pub fn choose(game: &Game) -> (Method, String) {
    let forms = || NormalForm::new(game).ok();
    let small = |form: &NormalForm| {
        form.strategies.iter().map(Vec::len).sum::<usize>() <= 24 && Bimatrix::new(form).is_ok()
    };
    let choosing = game.infosets.iter().filter(|set| set.actions.len() > 1);
    let mut players: Vec<usize> = choosing.map(|set| set.player).collect();
    players.sort_unstable();
    players.dedup();
    if players.len() > 2 {
        let why = format!("{} players choose: the logit branch is followed to its end", players.len());
        return (Method::Qre(Until::Nash), why);
    }
    match SequenceForm::new(game) {
        Err(_) if forms().as_ref().is_some_and(small) => {
            (Method::Enum, "a player forgets: equilibria in plans for the whole game exist always".into())
        }
        Err(_) => (
            Method::Qre(Until::Nash),
            "a player forgets: every information set is played by its own agent".into(),
        ),
        Ok(form) => {
            if players.len() == 2 && opponents(&form).is_ok() {
                return (Method::Lp, "two players in pure conflict".into());
            }
            if forms().as_ref().is_some_and(small) {
                return (
                    Method::Enum,
                    "at most two players with few strategies: all equilibria can be listed".into(),
                );
            }
            let sequences: usize = form.players.iter().map(crate::sequence::Sequences::count).sum();
            if sequences <= 200 {
                (
                    Method::Lcp,
                    format!("two players with {sequences} sequences: too many to list all equilibria"),
                )
            } else {
                (
                    Method::Qre(Until::Nash),
                    format!(
                        "two players with {sequences} sequences: the logit branch is followed to its end"
                    ),
                )
            }
        }
    }
}

fn qre(game: &Game, until: Until) -> Result<Solution, SolveError> {
    let point = trace(game, until)?;
    let lambda = Some(point.lambda);
    let equilibrium = Equilibrium { lambda, ..of_strategy(game, &point.strategy) };
    let complete = game.actions() == game.infosets.len();
    Ok(plain("qre", vec![equilibrium], complete))
}

fn pure(game: &Game, watcher: &mut Watcher<'_>) -> Result<Solution, SolveError> {
    let form = NormalForm::new(game)?;
    let found = enumerate_pure_watched(&form, watcher);
    let equilibria = found.profiles.into_iter().map(|profile| {
        let mut strategies = Named::new();
        for (infoset, chosen) in game.infosets.iter().zip(&profile) {
            let Some(chosen) = chosen else { continue };
            let p = |action| f64::from(u8::from(action == *chosen));
            let actions = infoset.actions.iter().enumerate().map(|(index, label)| (label.clone(), p(index)));
            let player = strategies.entry(game.players[infoset.player].clone()).or_default();
            player.insert(infoset.label.clone(), actions.collect());
        }
        let of = of_strategy(game, &BehaviorStrategy::pure(game, &profile));
        // Compared as fractions: nobody gains.
        Equilibrium { payoffs: play(game, &profile), strategies, max_regret: 0.0, ..of }
    });
    let mut solution = plain("pure", equilibria.collect(), found.complete);
    if !found.complete {
        solution.notes.push(stopped());
    }
    Ok(solution)
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
    let form = sequence_form(game)?;
    let optimal = zero_sum(&form, watcher)?;
    let exact = fractions(&form, &optimal.plans).map(|plans| ExactProfile::new(game, &form, &plans));
    let equilibrium = match exact {
        Some(exact) if exact.is_equilibrium() => of_exact(game, &exact),
        _ => of_strategy(game, &BehaviorStrategy(form.near().behavior(game, &optimal.plans))),
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
    SequenceForm::new(game).map_err(|set| SolveError::Forgets(game.infosets[set.infoset()].label.clone()))
}

fn plain(method: &'static str, equilibria: Vec<Equilibrium>, complete: bool) -> Solution {
    Solution { method, equilibria, complete, components: Vec::new(), notes: Vec::new() }
}

fn stopped() -> String {
    "stopped before the end: what is shown is the best so far, and its regret says how good it is".into()
}

/// A profile in floats with its regrets.
fn of_strategy(game: &Game, strategy: &BehaviorStrategy) -> Equilibrium {
    let proof = regret(game, strategy);
    let mut regrets_at: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for (set, gain) in game.infosets.iter().zip(&proof.at_infoset) {
        regrets_at.entry(game.players[set.player].clone()).or_default().insert(set.label.clone(), *gain);
    }
    Equilibrium {
        payoffs: values(game, strategy).payoffs,
        strategies: strategy.named(game),
        max_regret: proof.max(),
        regrets: game.players.iter().cloned().zip(proof.by_player.iter().copied()).collect(),
        regrets_at,
        lambda: None,
        exact: None,
        plans: None,
    }
}

/// A profile in fractions with its regrets.
fn of_exact(game: &Game, profile: &ExactProfile) -> Equilibrium {
    let strategy = BehaviorStrategy(profile.behavior.iter().map(near).collect());
    let mut fractions: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>> = BTreeMap::new();
    for (index, set) in game.infosets.iter().enumerate() {
        let p = profile.behavior[game.actions_of(index)].iter().map(ToString::to_string);
        let own = fractions.entry(game.players[set.player].clone()).or_default();
        own.insert(set.label.clone(), set.actions.iter().cloned().zip(p).collect());
    }
    let most = profile.regret.iter().max().cloned().unwrap_or_default();
    let exact = Fractions {
        payoffs: profile.payoffs.iter().map(ToString::to_string).collect(),
        strategies: fractions,
        max_regret: most.to_string(),
    };
    Equilibrium {
        payoffs: profile.payoffs.iter().map(near).collect(),
        max_regret: near(&most),
        regrets: game.players.iter().cloned().zip(profile.regret.iter().map(near)).collect(),
        exact: Some(exact),
        ..of_strategy(game, &strategy)
    }
}

/// Mixed strategies as behaviour, or as plans where a player forgets.
fn of_mixed(game: &Game, form: &NormalForm, mixed: &MixedProfile) -> Equilibrium {
    if let Ok(sequences) = SequenceForm::new(game) {
        let plans = plans_of_mixed(form, &sequences, mixed);
        return of_exact(game, &ExactProfile::new(game, &sequences, &plans));
    }
    let (payoffs, regrets) = mixed_regret(form, mixed);
    let most = regrets.iter().max().cloned().unwrap_or_default();
    let plans = (0..game.players.len()).map(|player| {
        let own = form.strategies[player].iter().zip(&mixed[player]).filter(|(_, p)| !p.is_zero());
        let named = own.map(|(plan, p)| (plan_label(game, player, plan), near(p)));
        (game.players[player].clone(), named.collect())
    });
    // A player with one plan plays it without having to remember a draw.
    let single = |player: usize| mixed[player].iter().position(num_traits::One::is_one);
    let chosen: Option<Vec<usize>> = (0..game.players.len()).map(single).collect();
    let strategies = chosen.map_or_else(Named::new, |chosen| {
        let mut profile = vec![None; game.infosets.len()];
        for (player, plan) in chosen.into_iter().enumerate() {
            for (slot, action) in profile.iter_mut().zip(&form.strategies[player][plan]) {
                *slot = slot.or(*action);
            }
        }
        BehaviorStrategy::pure(game, &profile).named(game)
    });
    Equilibrium {
        payoffs: payoffs.iter().map(near).collect(),
        strategies,
        max_regret: near(&most),
        regrets: game.players.iter().cloned().zip(regrets.iter().map(near)).collect(),
        regrets_at: BTreeMap::new(),
        lambda: None,
        exact: Some(Fractions {
            payoffs: payoffs.iter().map(ToString::to_string).collect(),
            strategies: BTreeMap::new(),
            max_regret: most.to_string(),
        }),
        plans: Some(plans.collect()),
    }
}
