//! One look at a game: its parameters, its prior, and how precisely everybody chooses.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use source::Place;

use crate::form::{Condition, GameForm, Mover, Name, ThresholdSpec};
use crate::game::Game;
use crate::lesson::QuestionError;
use crate::logit::{Ended, Until, trace_watched};
use crate::play::{SolveFormError, Standpoint, most, standpoint};
use crate::progress::Progress;
use crate::strategy::BehaviorStrategy;
use crate::value::{Values, regret, values};

/// Where a game is looked at.
#[derive(Clone, Copy)]
pub struct View<'v> {
    /// A value for each variable of the formulas.
    pub values: &'v [f64],
    /// Probability of each hypothesis.
    pub prior: &'v [f64],
    /// Instead of the precision that the form says.
    pub until: Option<Until>,
    /// Sees the steps of every solution and may stop it; [`crate::unwatched`] never does.
    pub watch: Watch<'v>,
}

/// As [`crate::Watcher`], of many solutions.
pub type Watch<'w> = &'w dyn Fn(Progress) -> ControlFlow<()>;

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { values, prior, until, watch: _ } = self;
        f.debug_struct("View").field("values", values).field("prior", prior).field("until", until).finish()
    }
}

/// A choice that is looked at: the move of a player, of one type if of one only, after some earlier moves.
#[derive(Clone, Debug)]
pub struct ChoiceSpec {
    /// The move.
    pub at: Name,
    /// Of which type.
    pub of_type: Option<Name>,
    /// After which earlier moves.
    pub given: Vec<Condition>,
}

impl From<&ThresholdSpec> for ChoiceSpec {
    fn from(spec: &ThresholdSpec) -> Self {
        Self { at: spec.at.clone(), of_type: spec.of_type.clone(), given: spec.given.clone() }
    }
}

/// A choice in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choosing {
    /// Id of the move.
    pub at: String,
    /// Id of the type.
    pub own_type: Option<String>,
    /// Earlier moves and what was done there.
    pub given: Vec<(String, Vec<String>)>,
    /// What can be done.
    pub actions: Vec<String>,
}

/// A parameter and where it may lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Id of the parameter.
    pub parameter: String,
    /// Its position among the variables.
    pub position: usize,
    /// The least value looked at.
    pub low: f64,
    /// The highest value looked at.
    pub high: f64,
}

impl Axis {
    /// `count` values from one end to the other.
    pub(crate) fn points(&self, count: usize) -> Vec<f64> {
        let step = |index: usize| index as f64 / (count.max(2) - 1) as f64;
        (0..count).map(|index| self.low + (self.high - self.low) * step(index)).collect()
    }
}

/// A game that has been solved where it is looked at.
pub(crate) struct Solved {
    pub game: Game,
    pub lambda: f64,
    pub strategy: BehaviorStrategy,
    pub worth: Values,
}

impl Solved {
    /// [`SolveFormError::Stopped`] if the watcher says so: a point on the way is no answer to what was asked.
    pub fn new(game: Game, until: Until, watch: Watch<'_>) -> Result<Self, SolveFormError> {
        let point = trace_watched(&game, until, &mut |progress| watch(progress))?;
        if point.ended == Ended::Stopped {
            let regret = regret(&game, &point.strategy).max();
            return Err(SolveFormError::Stopped { lambda: point.lambda, regret });
        }
        let worth = values(&game, &point.strategy);
        Ok(Self { game, lambda: point.lambda, strategy: point.strategy, worth })
    }

    /// Expected payoff of each player if hypothesis number `hypothesis` is true.
    pub fn payoffs_under(&self, hypothesis: usize) -> &[f64] {
        let n = self.game.players.len();
        let child = self.game.children(0)[hypothesis];
        &self.worth.from[child * n..(child + 1) * n]
    }
}

impl GameForm {
    pub(crate) fn until(&self, view: View<'_>) -> Until {
        view.until.unwrap_or_else(|| Until::Lambda(self.precision(view.values)))
    }

    pub(crate) fn solved(&self, view: View<'_>) -> Result<Solved, SolveFormError> {
        Solved::new(self.game(view.values, view.prior)?, self.until(view), view.watch)
    }

    pub(crate) fn standpoints(
        &self,
        game: &Game,
        strategy: &BehaviorStrategy,
        worth: &Values,
    ) -> Vec<Standpoint> {
        let form = self.form();
        let one = |index: usize| {
            let known = &self.known[index];
            let own_type = known.own_type.map(|index| form.types[index].id.clone());
            let seen = known.seen.iter().filter_map(|(index, action)| {
                let one = &form.moves[*index];
                Some((one.id.clone(), one.actions[(*action)?].clone()))
            });
            let at = form.moves[known.at].id.clone();
            standpoint(game, strategy, worth, index, at, own_type, seen.collect())
        };
        (0..self.known.len()).map(one).collect()
    }

    /// A choice by the names of its move, of a type and of earlier moves with what was done there.
    ///
    /// # Errors
    /// [`QuestionError`] where there is no such move of a player, no such type of that player, no such action.
    pub fn choice_spec(
        &self,
        at: &str,
        of_type: Option<&str>,
        given: &[(String, String)],
    ) -> Result<ChoiceSpec, QuestionError> {
        let form = self.form();
        let name = |text: &str| (text.to_string(), Place::nowhere());
        let mover = form.moves.iter().find(|one| one.id == at).map(|one| &one.mover);
        let Some(Mover::Player((player, _))) = mover else { return Err(QuestionError::Move(at.to_string())) };
        if let Some(own) = of_type
            && !form.types.iter().any(|one| one.id == own && one.player.0 == *player)
        {
            return Err(QuestionError::Type { player: player.clone(), name: own.to_string() });
        }
        for (earlier, action) in given {
            self.named(earlier, action)?;
        }
        let condition = |(earlier, action): &(String, String)| Condition {
            name: name(earlier),
            values: vec![name(action)],
        };
        Ok(ChoiceSpec {
            at: name(at),
            of_type: of_type.map(name),
            given: given.iter().map(condition).collect(),
        })
    }

    /// The move in words.
    pub(crate) fn choosing(&self, spec: &ChoiceSpec) -> Choosing {
        let given = |condition: &Condition| {
            let values = condition.values.iter().map(|(value, _)| value.clone()).collect();
            (condition.name.0.clone(), values)
        };
        Choosing {
            at: spec.at.0.clone(),
            own_type: spec.of_type.as_ref().map(|(name, _)| name.clone()),
            given: spec.given.iter().map(given).collect(),
            actions: self.move_of(spec).map_or_else(Vec::new, |at| self.form().moves[at].actions.clone()),
        }
    }

    fn move_of(&self, spec: &ChoiceSpec) -> Option<usize> {
        self.form().moves.iter().position(|one| one.id == spec.at.0)
    }

    /// Probability of each action, averaged over the information sets that fit by how probable they are.
    pub(crate) fn choice(&self, spec: &ChoiceSpec, view: View<'_>) -> Result<Vec<f64>, SolveFormError> {
        let at = self.move_of(spec).unwrap_or(0);
        let sets: Vec<usize> = (0..self.known.len()).filter(|&index| self.fits(index, at, spec)).collect();
        let Solved { game, strategy, worth, .. } = self.solved(view)?;
        let reach = |set: usize| game.infosets[set].nodes.iter().map(|&node| worth.reach[node]).sum::<f64>();
        let total: f64 = sets.iter().map(|&set| reach(set)).sum();
        let mut mean = vec![0.0; self.form().moves[at].actions.len()];
        for &set in &sets {
            let weight = if total > 0.0 { reach(set) / total } else { 1.0 / sets.len() as f64 };
            for (sum, p) in mean.iter_mut().zip(strategy.at(&game, set)) {
                *sum += weight * p;
            }
        }
        Ok(mean)
    }

    /// Whether an information set belongs to the move, the type and the history looked at.
    fn fits(&self, index: usize, at: usize, spec: &ChoiceSpec) -> bool {
        let (known, form) = (&self.known[index], self.form());
        let type_fits = spec
            .of_type
            .as_ref()
            .is_none_or(|(name, _)| known.own_type.is_none_or(|own| form.types[own].id == *name));
        known.at == at
            && type_fits
            && spec.given.iter().all(|condition| {
                known.seen.iter().all(|(seen, action)| {
                    form.moves[*seen].id != condition.name.0
                        || action.is_some_and(|action| {
                            condition
                                .values
                                .iter()
                                .any(|(value, _)| *value == form.moves[*seen].actions[action])
                        })
                })
            })
    }
}

/// Follows a choice between two values at which it differs to where it turns; the last values on both sides.
pub(crate) fn turn<E>(
    (mut below, mut above): (f64, f64),
    from: usize,
    precision: f64,
    mut choice: impl FnMut(f64) -> Result<Vec<f64>, E>,
) -> Result<(f64, f64), E> {
    while (above - below).abs() > precision {
        let middle = 0.5 * (below + above);
        if middle == below || middle == above {
            break;
        }
        if most(&choice(middle)?) == from {
            below = middle;
        } else {
            above = middle;
        }
    }
    Ok((below, above))
}
