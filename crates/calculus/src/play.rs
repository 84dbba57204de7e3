//! What the game looks like from where each player sits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::form::{GameForm, Mover};
use crate::game::{Game, Turn};
use crate::logit::{TraceError, Until, trace};
use crate::progress::unwatched;
use crate::strategy::BehaviorStrategy;
use crate::value::{Values, regret, values};
use crate::view::{Solved, View};

/// One information set in play.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standpoint {
    /// Id of the player.
    pub player: String,
    /// Id of the move; of a game from a file, the label of the information set.
    pub at: String,
    /// Id of the type, if the player knows its own.
    pub own_type: Option<String>,
    /// Earlier moves seen and what was done there.
    pub seen: Vec<(String, String)>,
    /// Probability that it is reached.
    pub reach: f64,
    /// What can be done.
    pub actions: Vec<String>,
    /// How probable each action is.
    pub probabilities: Vec<f64>,
    /// Expected payoff of each action, given the set is reached.
    pub utilities: Vec<f64>,
}

impl Standpoint {
    /// Position of the most likely action; the first of equals.
    pub fn most_likely(&self) -> usize {
        most(&self.probabilities)
    }
}

pub(crate) fn most(probabilities: &[f64]) -> usize {
    let mut best = 0;
    for (index, p) in probabilities.iter().enumerate() {
        if *p > probabilities[best] {
            best = index;
        }
    }
    best
}

/// A course open to a type at a move, over all standpoints from which it moves there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// Id of the player.
    pub player: String,
    /// Id of the move.
    pub at: String,
    /// Id of the type; `None` if the player has none.
    pub own_type: Option<String>,
    /// The action.
    pub action: String,
    /// How probable, given the type and that the move happens.
    pub probability: f64,
    /// What it brings on average.
    pub utility: f64,
}

/// A solved game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Play {
    /// Precision, in units of 1/payoff.
    pub lambda: f64,
    /// Expected payoff of each player.
    pub payoffs: BTreeMap<String, f64>,
    /// Every information set.
    pub standpoints: Vec<Standpoint>,
    /// Each course for each type.
    pub courses: Vec<Course>,
    /// The most that any player could gain by its best response; at a finite λ players err on purpose.
    pub max_regret: f64,
}

impl Play {
    /// The logit response to a game from a file.
    ///
    /// # Errors
    /// [`TraceError`].
    pub fn of(game: &Game, until: Until) -> Result<Self, TraceError> {
        let point = trace(game, until)?;
        Ok(Self::at(game, &point.strategy, point.lambda))
    }

    /// A profile of a game from a file; `lambda` is infinite where choice is faultless.
    pub(crate) fn at(game: &Game, strategy: &BehaviorStrategy, lambda: f64) -> Self {
        let worth = values(game, strategy);
        Self::new(game, lambda, strategy, &worth, labelled(game, strategy, &worth))
    }

    pub(crate) fn new(
        game: &Game,
        lambda: f64,
        strategy: &BehaviorStrategy,
        worth: &Values,
        standpoints: Vec<Standpoint>,
    ) -> Self {
        let payoffs = game.players.iter().cloned().zip(worth.payoffs.iter().copied()).collect();
        let courses = courses(&standpoints);
        Self { lambda, payoffs, courses, standpoints, max_regret: regret(game, strategy).max() }
    }
}

/// The information sets of a game from a file, by their labels.
pub(crate) fn labelled(game: &Game, strategy: &BehaviorStrategy, worth: &Values) -> Vec<Standpoint> {
    let one = |index: usize| {
        let label = game.infosets[index].label.clone();
        standpoint(game, strategy, worth, index, label, None, Vec::new())
    };
    (0..game.infosets.len()).map(one).collect()
}

pub(crate) fn standpoint(
    game: &Game,
    strategy: &BehaviorStrategy,
    worth: &Values,
    index: usize,
    at: String,
    own_type: Option<String>,
    seen: Vec<(String, String)>,
) -> Standpoint {
    let set = &game.infosets[index];
    Standpoint {
        player: game.players[set.player].clone(),
        at,
        own_type,
        seen,
        reach: set.nodes.iter().map(|&node| worth.reach[node]).sum(),
        actions: set.actions.clone(),
        probabilities: strategy.at(game, index).to_vec(),
        utilities: worth.action[game.actions_of(index)].to_vec(),
    }
}

/// Averages over the standpoints of a move and type, each weighted by its reach.
fn courses(standpoints: &[Standpoint]) -> Vec<Course> {
    let mut courses: Vec<Course> = Vec::new();
    let mut done: Vec<(&str, &str, Option<&str>)> = Vec::new();
    for first in standpoints {
        let key = (first.player.as_str(), first.at.as_str(), first.own_type.as_deref());
        if done.contains(&key) {
            continue;
        }
        done.push(key);
        let same: Vec<&Standpoint> = standpoints
            .iter()
            .filter(|other| (other.player.as_str(), other.at.as_str(), other.own_type.as_deref()) == key)
            .collect();
        let total: f64 = same.iter().map(|other| other.reach).sum();
        let weight =
            |other: &Standpoint| if total > 0.0 { other.reach / total } else { 1.0 / same.len() as f64 };
        for (index, action) in first.actions.iter().enumerate() {
            courses.push(Course {
                player: first.player.clone(),
                at: first.at.clone(),
                own_type: first.own_type.clone(),
                action: action.clone(),
                probability: same.iter().map(|other| weight(other) * other.probabilities[index]).sum(),
                utility: same.iter().map(|other| weight(other) * other.utilities[index]).sum(),
            });
        }
    }
    courses
}

impl GameForm {
    /// Behaviour, beliefs and expected utilities at given values of the variables; `prior[i]` is the probability of
    /// hypothesis *i*.
    ///
    /// # Errors
    /// [`SolveFormError`].
    pub fn play(&self, parameters: &[f64], prior: &[f64]) -> Result<Play, SolveFormError> {
        let view = View { values: parameters, prior, until: None, watch: &unwatched };
        let Solved { game, lambda, strategy, worth } = self.solved(view)?;
        let standpoints = self.standpoints(&game, &strategy, &worth);
        Ok(Play::new(&game, lambda, &strategy, &worth, standpoints))
    }

    /// Names of what [`GameForm::outcomes`] gives: `MOVE.ACTION` for the moves of players, then `utility.PLAYER`.
    pub fn outcome_names(&self) -> Vec<String> {
        let form = self.form();
        let actions = form
            .moves
            .iter()
            .filter(|one| matches!(one.mover, Mover::Player(_)))
            .flat_map(|one| one.actions.iter().map(|action| format!("{}.{action}", one.id)));
        actions.chain(form.players.iter().map(|player| format!("utility.{}", player.id))).collect()
    }

    /// If hypothesis number `hypothesis` is true: probability of each action where its move happens, and the expected
    /// payoff of each player. In the order of [`GameForm::outcome_names`].
    pub fn outcomes(&self, game: &Game, strategy: &BehaviorStrategy, hypothesis: usize) -> Vec<f64> {
        let form = self.form();
        let players = game.players.len();
        let mut given = vec![0.0; game.nodes()];
        let start = game.children(0)[hypothesis];
        given[start] = 1.0;
        let mut happens = vec![0.0; form.moves.len()];
        let mut does: Vec<Vec<f64>> = form.moves.iter().map(|one| vec![0.0; one.actions.len()]).collect();
        let mut utility = vec![0.0; players];
        let end = game.children(0).get(hypothesis + 1).copied().unwrap_or(game.nodes());
        for node in start..end {
            let reach = given[node];
            match game.turn(node) {
                Turn::End => {
                    for (sum, payoff) in utility.iter_mut().zip(game.payoffs(node)) {
                        *sum += reach * payoff;
                    }
                }
                Turn::Chance => {
                    for (&child, p) in game.children(node).iter().zip(game.chance(node)) {
                        given[child] = reach * p;
                    }
                }
                Turn::Player { infoset } => {
                    let at = self.known[infoset].at;
                    // A move that is never reached still has an answer: its agents are weighted equally then.
                    let weight = reach.max(f64::MIN_POSITIVE);
                    happens[at] += weight;
                    for (action, (&child, p)) in
                        game.children(node).iter().zip(strategy.at(game, infoset)).enumerate()
                    {
                        given[child] = reach * p;
                        does[at][action] += weight * p;
                    }
                }
            }
        }
        let mut outcomes = Vec::new();
        for (at, one) in form.moves.iter().enumerate() {
            if matches!(one.mover, Mover::Player(_)) {
                let total = happens[at];
                outcomes.extend(does[at].iter().map(|sum| if total > 0.0 { sum / total } else { 0.0 }));
            }
        }
        outcomes.extend(utility);
        outcomes
    }
}

/// Why a form could not be played.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SolveFormError {
    /// The parameters make no game.
    #[error(transparent)]
    Fill(#[from] crate::form::FillError),
    /// The branch could not be followed.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// The watcher said stop before the precision asked for.
    #[error(
        "stopped at λ = {lambda:.4}, before the precision asked for: there somebody could gain at most {regret:.2e}; `--lambda {lambda:.4}` shows that point"
    )]
    Stopped {
        /// The precision reached, in units of 1/payoff.
        lambda: f64,
        /// The most that any player could gain there, in units of payoff.
        regret: f64,
    },
}

impl SolveFormError {
    pub(crate) fn is_stop(&self) -> bool {
        matches!(self, Self::Stopped { .. })
    }
}
