//! Games in which one gains what the other loses, by linear programming in the sequence form.
//!
//! Romanovskii (1962), Reduction of a game with complete memory to a matrix game, Soviet Math. 3:678–681; Koller, Megiddo
//! & von Stengel (1994), Fast algorithms for finding randomized strategies in game trees, STOC 26:750–759.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use microlp::{ComparisonOp, LinearExpr, OptimizationDirection, Problem, SolveOptions, Variable};
use num_traits::{One, Zero};
use thiserror::Error;

use crate::bimatrix::NotTwo;
use crate::exact::Rational;
use crate::game::Game;
use crate::progress::{Progress, Watcher};
use crate::sequence::{Arrival, RealizationPlan, SequenceForm};

/// Why a game was not solved by linear programming.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ZeroSumError {
    /// More than two players have a choice.
    #[error(transparent)]
    NotTwo(#[from] NotTwo),
    /// The players have something in common.
    #[error(
        "the payoffs of the two players do not add up to the same sum everywhere: linear programming is for games of pure conflict. Use --method lcp"
    )]
    NotConstant,
    /// The simplex method gave up.
    #[error("the linear program could not be solved: {0}. Use --method lcp")]
    Numerical(String),
}

/// Optimal plans of both players, in floats.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimal {
    /// Player → its plan.
    pub plans: Vec<RealizationPlan<f64>>,
    /// Not so if the watcher broke off: a plan not yet found is uniform.
    pub finished: bool,
}

/// The two players with a choice, if their payoffs add up to the same sum everywhere.
///
/// # Errors
/// [`ZeroSumError`].
pub fn opponents(game: &Game, form: &SequenceForm<f64>) -> Result<Vec<usize>, ZeroSumError> {
    let chooses = |&player: &usize| form.players[player].after.iter().any(|after| after.len() > 1);
    let choosing: Vec<usize> = (0..form.players.len()).filter(chooses).collect();
    if choosing.len() > 2 {
        return Err(NotTwo(choosing.len()).into());
    }
    if choosing.len() == 2 && !is_constant(game, form, &choosing) {
        return Err(ZeroSumError::NotConstant);
    }
    Ok(choosing)
}

/// Whether payoffs add up to the same sum wherever the players' sequences lead, without a tolerance. Most games tell at
/// once: by floats that they are not, or end by end that they are.
fn is_constant(game: &Game, form: &SequenceForm<f64>, choosing: &[usize]) -> bool {
    let sum = |one: &Arrival<f64>| {
        let payoffs = choosing.iter().map(|&player| one.payoffs[player]);
        payoffs.sum::<f64>() / one.chance
    };
    let sums = form.arrivals.iter().filter(|one| one.chance > 0.0).map(sum);
    let (low, high) =
        sums.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), sum| (low.min(sum), high.max(sum)));
    let size = game.payoffs.iter().fold(0.0_f64, |most, payoff| most.max(payoff.abs()));
    if high - low > 1e-6 * size {
        return false;
    }
    let at_end = |&node: &usize| {
        let payoffs = game.exact_payoffs(node);
        choosing.iter().map(|&player| &payoffs[player]).sum::<Rational>()
    };
    let mut ends = game.ends.iter().map(at_end);
    let first = ends.next();
    if ends.all(|sum| Some(sum) == first) {
        return true;
    }
    // What one end lacks another may have, where only chance tells them apart; and some ends never happen.
    let Ok(exact) = SequenceForm::new(game) else { return false };
    let sum = |one: &Arrival<Rational>| {
        choosing.iter().map(|&player| &one.payoffs[player]).sum::<Rational>() / &one.chance
    };
    let mut possible = exact.arrivals.iter().filter(|one| !one.chance.is_zero()).map(sum);
    let first = possible.next();
    possible.all(|sum| Some(sum) == first)
}

/// A pair of optimal plans: one linear program for each player, who maximizes what the other cannot take away.
///
/// # Errors
/// [`ZeroSumError`].
///
/// # Cost
/// Two linear programs with as many variables as sequences of one player plus information sets of the other, and about
/// as many rows; the matrix has an entry per arrival.
pub fn zero_sum(
    game: &Game,
    form: &SequenceForm<f64>,
    watcher: &mut Watcher<'_>,
) -> Result<Optimal, ZeroSumError> {
    let choosing = opponents(game, form)?;
    let mut plans: Vec<RealizationPlan<f64>> = form.players.iter().map(uniform).collect();
    for (step, &player) in choosing.iter().enumerate() {
        let progress = Progress { steps: step as u64, of: Some(choosing.len() as u64), regret: None };
        if watcher(progress) == ControlFlow::Break(()) {
            return Ok(Optimal { plans, finished: false });
        }
        let other = choosing.iter().copied().find(|&other| other != player);
        plans[player] = secure(form, player, other)?;
    }
    Ok(Optimal { plans, finished: true })
}

fn uniform(own: &crate::sequence::Sequences) -> RealizationPlan<f64> {
    let mut plan = vec![1.0; own.count()];
    for (&before, after) in own.before.iter().zip(&own.after) {
        for slot in after.clone() {
            plan[slot] = plan[before] / after.len() as f64;
        }
    }
    plan
}

/// The plan by which `player` gets the most whatever `other` does, who wants it to get the least.
fn secure(
    form: &SequenceForm<f64>,
    player: usize,
    other: Option<usize>,
) -> Result<RealizationPlan<f64>, ZeroSumError> {
    let own = &form.players[player];
    let scale = form.arrivals.iter().map(|one| one.payoffs[player].abs()).fold(0.0, f64::max);
    let scale = if scale > 0.0 { scale } else { 1.0 };
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let plan: Vec<Variable> =
        (0..own.count()).map(|slot| problem.add_var(0.0, (if slot == 0 { 1.0 } else { 0.0 }, 1.0))).collect();
    for (&before, after) in own.before.iter().zip(&own.after) {
        let mut balance = LinearExpr::empty();
        for slot in after.clone() {
            balance.add(plan[slot], 1.0);
        }
        balance.add(plan[before], -1.0);
        problem.add_constraint(balance, ComparisonOp::Eq, 0.0);
    }
    // Per sequence of the other: what it leaves, less the worth of its information set, plus that of the sets behind it.
    let count = other.map_or(1, |other| form.players[other].count());
    let mut rows: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); count];
    for one in &form.arrivals {
        let row = other.map_or(0, |other| one.sequences[other]);
        *rows[row].entry(one.sequences[player]).or_insert(0.0) += one.payoffs[player] / scale;
    }
    let free = (f64::NEG_INFINITY, f64::INFINITY);
    let value = problem.add_var(1.0, free);
    let mut leaves: Vec<LinearExpr> = rows
        .iter()
        .map(|row| {
            let mut leaves = LinearExpr::empty();
            for (&slot, &payoff) in row.iter().filter(|(_, payoff)| **payoff != 0.0) {
                leaves.add(plan[slot], payoff);
            }
            leaves
        })
        .collect();
    leaves[0].add(value, -1.0);
    if let Some(other) = other {
        let its = &form.players[other];
        for (&before, after) in its.before.iter().zip(&its.after) {
            let worth = problem.add_var(0.0, free);
            leaves[before].add(worth, 1.0);
            for slot in after.clone() {
                leaves[slot].add(worth, -1.0);
            }
        }
    }
    for expression in leaves {
        problem.add_constraint(expression, ComparisonOp::Ge, 0.0);
    }
    let failed = |error: &dyn std::fmt::Display| ZeroSumError::Numerical(error.to_string());
    let mut options = SolveOptions::default();
    options.tolerances.feasibility = 1e-10;
    let solution = problem.solve_with(options).map_err(|error| failed(&error))?;
    let solution = solution.into_solution().map_err(|_| failed(&"it was interrupted"))?;
    Ok(plan.iter().map(|&variable| solution.var_value(variable).clamp(0.0, 1.0)).collect())
}

/// The plans as fractions near by with small denominators: optimal plans of games with simple payoffs are. Whether
/// they are an equilibrium must be proven. `None` where the shares at an information set do not add up to 1.
pub fn fractions(
    form: &SequenceForm<f64>,
    plans: &[RealizationPlan<f64>],
) -> Option<Vec<RealizationPlan<Rational>>> {
    let mut exact = Vec::new();
    for (own, plan) in form.players.iter().zip(plans) {
        let mut fractions = vec![Rational::zero(); own.count()];
        fractions[0] = Rational::one();
        for (&before, after) in own.before.iter().zip(&own.after) {
            if fractions[before].is_zero() {
                continue;
            }
            let total: f64 = after.clone().map(|slot| plan[slot]).sum();
            let shares: Vec<Rational> =
                after.clone().map(|slot| simplest(plan[slot] / total)).collect::<Option<_>>()?;
            if !shares.iter().sum::<Rational>().is_one() {
                return None;
            }
            for (slot, share) in after.clone().zip(shares) {
                fractions[slot] = &fractions[before] * share;
            }
        }
        exact.push(fractions);
    }
    Some(exact)
}

/// Two fractions with such denominators are as far apart as the linear program is precise, or further.
const MOST_DENOMINATOR: i64 = 10_000;

/// The first convergent of the continued fraction that is as near as the linear program is precise.
fn simplest(value: f64) -> Option<Rational> {
    let (mut before, mut now) = ((0_i64, 1_i64), (1_i64, 0_i64));
    let mut rest = value;
    for _ in 0..20 {
        let whole = rest.floor();
        if whole.abs() > 1e6 {
            return None;
        }
        let next = (now.0 * whole as i64 + before.0, now.1 * whole as i64 + before.1);
        if next.1 > MOST_DENOMINATOR {
            return None;
        }
        (before, now) = (now, next);
        if (now.0 as f64 / now.1 as f64 - value).abs() < 1e-8 {
            return Some(Rational::new(now.0.into(), now.1.into()));
        }
        rest = 1.0 / (rest - whole);
    }
    None
}
