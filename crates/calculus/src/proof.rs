//! Answers in fractions: what they bring, and that nobody gains by another strategy.

use num_traits::{One, Zero};

use crate::bimatrix::MixedProfile;
use crate::exact::Rational;
use crate::game::Game;
use crate::normal::NormalForm;
use crate::sequence::{RealizationPlan, SequenceForm};

/// A profile of behaviour strategies in fractions.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactProfile {
    /// As long as a strategy: [`Game::actions_of`] says which entries are whose.
    pub behavior: Vec<Rational>,
    /// Expected payoff of each player.
    pub payoffs: Vec<Rational>,
    /// What the best response of each player would gain: all 0 in an equilibrium, without a tolerance.
    pub regret: Vec<Rational>,
}

impl ExactProfile {
    /// The profile of realization plans, one per player; plans that do not add up (a path broken off) are read as
    /// shares at each information set.
    pub fn new(game: &Game, form: &SequenceForm<Rational>, plans: &[RealizationPlan<Rational>]) -> Self {
        let behavior = form.behavior(game, plans);
        let plans: Vec<RealizationPlan<Rational>> =
            (0..plans.len()).map(|player| form.plan(game, player, &behavior)).collect();
        let payoffs: Vec<Rational> = (0..plans.len()).map(|player| form.payoff(player, &plans)).collect();
        let gain = |(player, now): (usize, &Rational)| form.best_response(player, &plans).value - now;
        let regret = payoffs.iter().enumerate().map(gain).collect();
        Self { behavior, payoffs, regret }
    }

    /// Whether it is an equilibrium.
    pub fn is_equilibrium(&self) -> bool {
        self.regret.iter().all(Zero::is_zero)
    }
}

/// The realization plans of mixed strategies: with perfect recall they do the same (Kuhn 1953).
pub fn plans_of_mixed(
    form: &NormalForm,
    sequences: &SequenceForm<Rational>,
    mixed: &MixedProfile,
) -> Vec<RealizationPlan<Rational>> {
    let plan = |((own, strategies), mixed): ((&crate::sequence::Sequences, _), &Vec<Rational>)| {
        let strategies: &Vec<crate::normal::PureProfile> = strategies;
        let mut plan = vec![Rational::zero(); own.count()];
        plan[0] = Rational::one();
        for (strategy, p) in strategies.iter().zip(mixed).filter(|(_, p)| !p.is_zero()) {
            for (&set, after) in own.infosets.iter().zip(&own.after) {
                if let Some(action) = strategy[set] {
                    plan[after.start + action] += p;
                }
            }
        }
        plan
    };
    sequences.players.iter().zip(&form.strategies).zip(mixed).map(plan).collect()
}

/// Expected payoffs of mixed strategies and what the best pure strategy of each player would gain, in any game.
///
/// # Cost
/// Players × cells of the strategic form.
pub fn mixed_regret(form: &NormalForm, mixed: &MixedProfile) -> (Vec<Rational>, Vec<Rational>) {
    let (mut payoffs, mut regrets) = (Vec::new(), Vec::new());
    for player in 0..form.strategies.len() {
        let table = form.exact(player);
        let mut own = vec![Rational::zero(); form.strategies[player].len()];
        for (cell, payoff) in table.into_iter().enumerate() {
            let strategies = form.cell(cell);
            let others = strategies.iter().zip(mixed).enumerate().filter(|(other, _)| *other != player);
            let p: Rational = others.fold(Rational::one(), |p, (_, (&strategy, mixed))| p * &mixed[strategy]);
            own[strategies[player]] += payoff * p;
        }
        let now: Rational = own.iter().zip(&mixed[player]).map(|(u, p)| u * p).sum();
        let best = own.into_iter().max().unwrap_or_default();
        regrets.push(best - &now);
        payoffs.push(now);
    }
    (payoffs, regrets)
}
