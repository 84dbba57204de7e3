//! Strategies that nobody needs: those that another one, or a mixture of others, beats whatever the others do.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};

use crate::dictionary::{Dictionary, Entry, Stand};
use crate::exact::Rational;
use crate::normal::NormalForm;
use crate::progress::{Progress, Watcher};

/// When a strategy is beaten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dominance {
    /// Better against everything: equilibria are never lost, and the order does not matter.
    Strict,
    /// Never worse and somewhere better: equilibria may be lost, and the order matters; all beaten strategies of all
    /// players go at once in each round.
    Weak,
}

/// By what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dominator {
    /// Another pure strategy.
    Pure,
    /// A mixture of pure strategies, found by linear programming in whole numbers.
    Mixed,
}

/// A strategy that was struck out.
#[derive(Clone, Debug, PartialEq)]
pub struct Dominated {
    /// Whose.
    pub player: usize,
    /// Position in [`NormalForm::strategies`].
    pub strategy: usize,
    /// What beats it: strategies and their probabilities.
    pub by: Vec<(usize, Rational)>,
}

/// What is left.
#[derive(Clone, Debug, PartialEq)]
pub struct Survivors {
    /// Player → positions in [`NormalForm::strategies`].
    pub strategies: Vec<Vec<usize>>,
    /// What went, round by round.
    pub rounds: Vec<Vec<Dominated>>,
    /// Not so if the watcher broke off.
    pub finished: bool,
}

/// Strikes out dominated strategies until none is left.
///
/// # Cost
/// Per round and strategy a pass over the table for pure dominators, a linear program with as many rows as the others
/// have profiles (weak) or as the player has strategies (strict) for mixed ones.
pub fn iterated_dominance(
    form: &NormalForm,
    dominance: Dominance,
    by: Dominator,
    watcher: &mut Watcher<'_>,
) -> Survivors {
    let players = form.strategies.len();
    let tables: Vec<Vec<BigInt>> = (0..players).map(|player| form.whole(player)).collect();
    let mut strategies: Vec<Vec<usize>> =
        form.strategies.iter().map(|own| (0..own.len()).collect()).collect();
    let mut rounds = Vec::new();
    let mut steps = 0;
    loop {
        let mut round: Vec<Dominated> = Vec::new();
        for player in 0..players {
            let left = Left::new(form, &tables[player], &strategies, player);
            let mut standing: Vec<bool> = vec![true; left.payoffs.len()];
            for strategy in 0..left.payoffs.len() {
                steps += 1;
                if watcher(Progress { steps, of: None, regret: None }) == ControlFlow::Break(()) {
                    return Survivors { strategies, rounds, finished: false };
                }
                if let Some(by) = left.dominator(strategy, &standing, dominance, by) {
                    standing[strategy] = false;
                    let named = |(index, p): (usize, Rational)| (strategies[player][index], p);
                    let strategy = strategies[player][strategy];
                    round.push(Dominated { player, strategy, by: by.into_iter().map(named).collect() });
                }
            }
        }
        if round.is_empty() {
            return Survivors { strategies, rounds, finished: true };
        }
        for gone in &round {
            strategies[gone.player].retain(|&strategy| strategy != gone.strategy);
        }
        rounds.push(round);
    }
}

/// Payoffs of one player: own strategy × profile of the others, of those still there.
struct Left {
    payoffs: Vec<Vec<BigInt>>,
}

impl Left {
    fn new(form: &NormalForm, table: &[BigInt], strategies: &[Vec<usize>], player: usize) -> Self {
        let mut strides = vec![1; strategies.len()];
        for other in 1..strategies.len() {
            strides[other] = strides[other - 1] * form.strategies[other - 1].len();
        }
        let mut others = vec![0];
        for (other, own) in strategies.iter().enumerate().filter(|(other, _)| *other != player) {
            others = own
                .iter()
                .flat_map(|&strategy| others.iter().map(move |cell| (cell, strategy)))
                .map(|(cell, strategy)| cell + strategy * strides[other])
                .collect();
        }
        let row =
            |&own: &usize| others.iter().map(|cell| table[cell + own * strides[player]].clone()).collect();
        Self { payoffs: strategies[player].iter().map(row).collect() }
    }

    /// What beats a strategy, among those still standing in this round: what was beaten by then is beaten by others.
    fn dominator(
        &self,
        strategy: usize,
        standing: &[bool],
        dominance: Dominance,
        by: Dominator,
    ) -> Option<Vec<(usize, Rational)>> {
        let rivals: Vec<usize> =
            (0..standing.len()).filter(|&rival| rival != strategy && standing[rival]).collect();
        let pure = rivals.iter().find(|&&rival| self.beats(rival, strategy, dominance));
        if let Some(&rival) = pure {
            return Some(vec![(rival, Rational::one())]);
        }
        if by == Dominator::Pure || rivals.len() < 2 {
            return None;
        }
        let gains: Vec<Vec<BigInt>> = rivals
            .iter()
            .map(|&rival| {
                self.payoffs[rival].iter().zip(&self.payoffs[strategy]).map(|(a, b)| a - b).collect()
            })
            .collect();
        let weights = match dominance {
            Dominance::Strict => strictly(&gains),
            Dominance::Weak => weakly(&gains),
        }?;
        let total: BigInt = weights.iter().sum();
        let all = rivals.into_iter().zip(weights).filter(|(_, weight)| !weight.is_zero());
        Some(all.map(|(rival, weight)| (rival, Rational::new(weight, total.clone()))).collect())
    }

    fn beats(&self, rival: usize, strategy: usize, dominance: Dominance) -> bool {
        let mut pairs = self.payoffs[rival].iter().zip(&self.payoffs[strategy]);
        match dominance {
            Dominance::Strict => pairs.all(|(a, b)| a > b),
            Dominance::Weak => {
                let mut better = false;
                pairs.all(|(a, b)| {
                    better |= a > b;
                    a >= b
                }) && better
            }
        }
    }
}

/// Weights of rivals whose mixture gains everywhere. The gains, made positive by a constant, are a matrix game; its value
/// is 1 / max Σy under gains·y ≤ 1, and the weights are the dual values.
fn strictly(gains: &[Vec<BigInt>]) -> Option<Vec<BigInt>> {
    let least = gains.iter().flatten().min()?;
    let shift = BigInt::one() - least;
    let rows: Vec<Vec<BigInt>> = gains
        .iter()
        .map(|row| row.iter().map(|gain| gain + &shift).chain([BigInt::one()]).collect())
        .collect();
    let optimum = maximize(&rows, &vec![BigInt::one(); gains[0].len()])?;
    // The value 1 / Σy − shift is above 0.
    (optimum.factor > shift * &optimum.value).then_some(optimum.duals)
}

/// Weights of rivals whose mixture loses nowhere and gains somewhere.
fn weakly(gains: &[Vec<BigInt>]) -> Option<Vec<BigInt>> {
    let mut rows: Vec<Vec<BigInt>> = (0..gains[0].len())
        .map(|other| gains.iter().map(|row| -&row[other]).chain([BigInt::zero()]).collect())
        .collect();
    rows.push(vec![BigInt::one(); gains.len() + 1]);
    let objective: Vec<BigInt> = gains.iter().map(|row| row.iter().sum()).collect();
    let optimum = maximize(&rows, &objective)?;
    optimum.value.is_positive().then_some(optimum.solution)
}

/// All times `factor`, above 0.
struct Optimum {
    solution: Vec<BigInt>,
    duals: Vec<BigInt>,
    value: BigInt,
    factor: BigInt,
}

/// max objective·x under rows·x ≤ right side (the last entry of each row, not negative), x ≥ 0. `None` if unbounded.
fn maximize(rows: &[Vec<BigInt>], objective: &[BigInt]) -> Option<Optimum> {
    match simplex::<i64>(rows, objective) {
        Simplex::Found(optimum) => Some(optimum),
        Simplex::Unbounded => None,
        Simplex::Wider => match simplex::<BigInt>(rows, objective) {
            Simplex::Found(optimum) => Some(optimum),
            Simplex::Unbounded | Simplex::Wider => None,
        },
    }
}

enum Simplex {
    Found(Optimum),
    Unbounded,
    Wider,
}

fn simplex<T: Entry>(rows: &[Vec<BigInt>], objective: &[BigInt]) -> Simplex {
    let (count, size) = (rows.len(), objective.len());
    // Variables: x, slacks, the objective.
    let mut all = rows.to_vec();
    all.push(objective.iter().map(|c| -c).chain([BigInt::zero()]).collect());
    let Some(mut dictionary) =
        Dictionary::<T>::new(&all, (size..=size + count).collect(), (0..size).collect())
    else {
        return Simplex::Wider;
    };
    loop {
        let improves = |column: &usize| dictionary.entry(count, *column).sign() == Ordering::Less;
        let Some(column) = (0..size).find(improves) else { break };
        let entering = dictionary.zeros()[column];
        let Some(row) = dictionary.leaving_among(count, entering) else { return Simplex::Unbounded };
        if dictionary.pivot(row, entering).is_none() {
            return Simplex::Wider;
        }
    }
    let dual = |row: usize| match dictionary.stand(size + row) {
        Stand::Column(column) => dictionary.entry(count, column).whole(),
        Stand::Row(_) => BigInt::zero(),
    };
    Simplex::Found(Optimum {
        solution: (0..size).map(|variable| dictionary.value(variable)).collect(),
        duals: (0..count).map(dual).collect(),
        value: dictionary.value(size + count),
        factor: dictionary.factor(),
    })
}
