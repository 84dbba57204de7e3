//! Counterfactual regret minimization, for games too large to be solved exactly.
//!
//! Every information set keeps the regret of each action, weighted by how far the others and chance let it come, and
//! plays each action in proportion to its positive regret. The average over the iterations approaches an equilibrium in
//! zero-sum games of two; in other games it is an approximation whose regret says how good it is.
//!
//! Zinkevich et al. (2007), Regret minimization in games with incomplete information, NIPS 20; Tammelin (2014), Solving
//! large imperfect information games using CFR+, arXiv:1407.5042; Brown & Sandholm (2019), Solving imperfect-information
//! games via discounted regret minimization, AAAI 33:1829–1836.

mod sampling;
mod sequences;

pub use sampling::{McCfrSettings, mccfr};

use measure::portable::pow;
use thiserror::Error;

use crate::game::Game;
use crate::progress::{Progress, Watcher};
use crate::recall::forgets;
use crate::strategy::BehaviorStrategy;
use sequences::{Own, Sequences};

/// What becomes of regret between iterations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Regrets {
    /// It adds up.
    Vanilla,
    /// It never falls below 0 (CFR+).
    Plus,
    /// After iteration *t* positive regret is multiplied by tᵃ/(tᵃ + 1), negative by tᵇ/(tᵇ + 1).
    Discounted {
        /// The exponent *a*.
        positive: f64,
        /// The exponent *b*.
        negative: f64,
    },
}

/// How the strategies of the iterations are averaged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Averaging {
    /// All alike.
    Uniform,
    /// Iteration *t* counts *t* times.
    Linear,
    /// Iteration *t* counts tᶜ times.
    Power(f64),
}

/// Which variant, and how long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CfrSettings {
    /// What becomes of regret.
    pub regrets: Regrets,
    /// How strategies are averaged.
    pub averaging: Averaging,
    /// Most iterations; in each, every player learns once, one after the other.
    pub iterations: u64,
    /// Enough when no player can gain more than this, in units of payoff; 0 to do all iterations.
    pub enough: f64,
}

impl CfrSettings {
    /// CFR+ with linear averaging.
    pub fn plus(iterations: u64, enough: f64) -> Self {
        Self { regrets: Regrets::Plus, averaging: Averaging::Linear, iterations, enough }
    }

    /// Discounted CFR with the exponents that its authors recommend: 3/2, 0 and 2.
    pub fn discounted(iterations: u64, enough: f64) -> Self {
        let regrets = Regrets::Discounted { positive: 1.5, negative: 0.0 };
        Self { regrets, averaging: Averaging::Power(2.0), iterations, enough }
    }
}

/// The average strategy with its proof.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// What everybody does.
    pub strategy: BehaviorStrategy,
    /// Iterations done.
    pub iterations: u64,
    /// What each player would gain by its best response.
    pub gains: Vec<f64>,
}

impl Learned {
    /// The largest gain of any player.
    pub fn max_regret(&self) -> f64 {
        self.gains.iter().copied().fold(0.0, f64::max)
    }

    /// The mean gain: how much a strategy loses to its worst opponent in a zero-sum game of two.
    pub fn exploitability(&self) -> f64 {
        self.gains.iter().sum::<f64>() / self.gains.len().max(1) as f64
    }
}

/// Why regret could not be minimized.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CfrError {
    /// Regret at a set that forgets says nothing about the whole.
    #[error("the game forgets at `{0}`: regret there cannot be minimized set by set. Use --method qre")]
    Forgets(String),
    /// A payoff is not finite.
    #[error("a payoff is not a finite number: some formula divides by zero or overflows")]
    Payoff,
    /// More than 2³² nodes or actions.
    #[error("the game has more nodes than 32 bits count")]
    Large,
}

/// Minimizes regret over the whole game in every iteration.
///
/// # Errors
/// [`CfrError`].
///
/// # Cost
/// An iteration takes a pass over the ends with different sequences of own actions and one over the information sets,
/// for each player. Memory: 12 bytes per player and end, 40 per action.
pub fn cfr(game: &Game, settings: &CfrSettings, watch: &mut Watcher<'_>) -> Result<Learned, CfrError> {
    let sequences = compile(game)?;
    let mut learned: Vec<Vec<Action>> = sequences.players.iter().map(start).collect();
    let mut reach: Vec<Vec<f64>> = sequences.players.iter().map(|own| vec![0.0; own.sequences()]).collect();
    for ((own, actions), reach) in sequences.players.iter().zip(&learned).zip(&mut reach) {
        own.reach(reach, |sequence| actions[sequence].p);
    }
    let mut checks = Checks::new(settings.enough);
    let mut done = 0;
    while done < settings.iterations {
        done += 1;
        let weight = match settings.averaging {
            Averaging::Uniform => 1.0,
            Averaging::Linear => done as f64,
            Averaging::Power(exponent) => pow(done as f64, exponent),
        };
        for player in 0..learned.len() {
            let (own, actions) = (&sequences.players[player], &mut learned[player]);
            own.worth(player, &reach, |sequence, worth| actions[sequence].value = worth);
            match settings.regrets {
                Regrets::Vanilla => learn(own, actions, &reach[player], weight, |regret| regret),
                Regrets::Plus => learn(own, actions, &reach[player], weight, |regret| regret.max(0.0)),
                Regrets::Discounted { positive, negative } => {
                    let share = |exponent| {
                        let power = pow(done as f64, exponent);
                        power / (power + 1.0)
                    };
                    let (up, down) = (share(positive), share(negative));
                    let keep = |regret: f64| regret * if regret > 0.0 { up } else { down };
                    learn(own, actions, &reach[player], weight, keep);
                }
            }
            own.reach(&mut reach[player], |sequence| actions[sequence].p);
        }
        let regret = checks.due(done).then(|| sequences.max_gain(&averages(&sequences, &learned)));
        if checks.stop(Progress { steps: done, of: Some(settings.iterations), regret }, watch) {
            break;
        }
    }
    Ok(finish(game, &sequences, averages(&sequences, &learned), done))
}

fn compile(game: &Game) -> Result<Sequences, CfrError> {
    if let Some(set) = forgets(game).first() {
        return Err(CfrError::Forgets(game.infosets[set.infoset()].label.clone()));
    }
    if game.payoffs.iter().any(|payoff| !payoff.is_finite()) {
        return Err(CfrError::Payoff);
    }
    Sequences::new(game).ok_or(CfrError::Large)
}

fn finish(game: &Game, sequences: &Sequences, parts: Vec<Vec<f64>>, iterations: u64) -> Learned {
    Learned { strategy: sequences.join(game, &parts), iterations, gains: sequences.gains(&parts) }
}

fn averages(sequences: &Sequences, learned: &[Vec<Action>]) -> Vec<Vec<f64>> {
    let of = |(own, actions): (&Own, &Vec<Action>)| own.average(|sequence| actions[sequence].sum);
    sequences.players.iter().zip(learned).map(of).collect()
}

/// When the average is looked at: often enough to stop in time, seldom enough to cost little.
struct Checks {
    enough: f64,
    next: u64,
}

impl Checks {
    fn new(enough: f64) -> Self {
        Self { enough, next: 8 }
    }

    fn due(&mut self, done: u64) -> bool {
        if done < self.next {
            return false;
        }
        self.next = done + (done / 8).max(8);
        true
    }

    fn stop(&self, progress: Progress, watch: &mut Watcher<'_>) -> bool {
        watch(progress).is_break() || progress.regret.is_some_and(|regret| regret <= self.enough)
    }
}

/// What a player has learned of a sequence so far.
#[derive(Clone, Copy, Debug)]
struct Action {
    /// Probability of its last action.
    p: f64,
    /// Regret for not having taken it.
    regret: f64,
    /// Weighted sum of the strategies so far.
    sum: f64,
    /// What it is worth against the others now.
    value: f64,
}

fn start(own: &Own) -> Vec<Action> {
    let equal = own.average(|_| 0.0);
    equal.into_iter().map(|p| Action { p, regret: 0.0, sum: 0.0, value: 0.0 }).collect()
}

/// Adds regrets and strategy of this iteration and takes the next strategy, last sets first; `value` holds what each
/// sequence brings at once.
fn learn(own: &Own, actions: &mut [Action], reach: &[f64], weight: f64, keep: impl Fn(f64) -> f64) {
    for set in (0..own.sets()).rev() {
        let before = own.before[set] as usize;
        let far = weight * reach[before];
        let here = &mut actions[own.of(set)];
        let value: f64 = here.iter().map(|action| action.p * action.value).sum();
        let mut total = 0.0;
        for action in &mut *here {
            action.sum += far * action.p;
            action.regret = keep(action.regret + action.value - value);
            total += action.regret.max(0.0);
        }
        if total > 0.0 {
            let share = 1.0 / total;
            for action in &mut *here {
                action.p = action.regret.max(0.0) * share;
            }
        } else {
            let share = 1.0 / here.len() as f64;
            for action in &mut *here {
                action.p = share;
            }
        }
        actions[before].value += value;
    }
}
