//! What is it worth to be bound, to be heard, and to be known?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::form::{Form, GameForm, Mover};
use crate::lesson::QuestionError;
use crate::logit::Until;
use crate::play::SolveFormError;
use crate::view::{Solved, View};

/// Payoffs of all players: before the types are known, and for each hypothesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stakes {
    /// Player → expected payoff.
    pub payoffs: BTreeMap<String, f64>,
    /// Hypothesis → player → expected payoff if it is true.
    pub by_hypothesis: BTreeMap<String, BTreeMap<String, f64>>,
}

/// The game as it is, and as it would be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What is different.
    pub change: String,
    /// Payoffs with the change.
    pub with: Stakes,
    /// Payoffs without it.
    pub without: Stakes,
    /// Player → what the change is worth to it.
    pub worth: BTreeMap<String, f64>,
}

impl GameForm {
    /// What it is worth to bind oneself, seen by all before anything happens: for each action of a move, the game in
    /// which the mover, of whatever type, can only do that.
    ///
    /// Schelling (1960), The strategy of conflict, ch. 2: who binds itself lets the others choose knowing that.
    ///
    /// # Errors
    /// [`QuestionError`] if there is no such move, or a game cannot be solved.
    ///
    /// # Cost
    /// A solution per action, and one for the game as it is.
    pub fn commitments(
        &self,
        view: View<'_>,
        hypotheses: &[String],
        at: &str,
    ) -> Result<Vec<Comparison>, QuestionError> {
        let form = self.form();
        let position = form
            .moves
            .iter()
            .position(|one| one.id == at)
            .ok_or_else(|| QuestionError::Move(at.to_string()))?;
        let game = self.game(view.values, view.prior).map_err(SolveFormError::from)?;
        let until = self.until(view);
        let without = self.stakes(&Solved::new(game.clone(), until, view.watch)?, hypotheses);
        let bound = |(action, name): (usize, &String)| {
            let fixed = |set: usize| (self.known[set].at == position).then_some(action);
            let solved = Solved::new(game.reshaped(fixed, |_, _| 0), until, view.watch)?;
            Ok(compared(format!("{at} is {name}"), self.stakes(&solved, hypotheses), without.clone()))
        };
        form.moves[position].actions.iter().enumerate().map(bound).collect()
    }

    /// What it is worth that a move is seen: the game as it is against the one in which nobody but the mover learns
    /// what was done there.
    ///
    /// # Errors
    /// [`QuestionError`] if there is no such move, or a game cannot be solved.
    pub fn signal(
        &self,
        view: View<'_>,
        hypotheses: &[String],
        at: &str,
    ) -> Result<Comparison, QuestionError> {
        let form = self.form();
        let one =
            form.moves.iter().find(|one| one.id == at).ok_or_else(|| QuestionError::Move(at.to_string()))?;
        let sender = match &one.mover {
            Mover::Player((name, _)) => Some(name.clone()),
            Mover::Chance(_) => None,
        };
        let mut unheard: Form<measure::BoundFormula> = form.map(Clone::clone);
        for other in &mut unheard.moves {
            let own = matches!(&other.mover, Mover::Player((name, _)) if Some(name) == sender.as_ref());
            if !own {
                other.knows.retain(|(name, _)| name != at);
            }
        }
        let unheard = Self::new(unheard, hypotheses).map_err(|_| QuestionError::Needed(at.to_string()))?;
        let without = unheard.stakes(&unheard.solved(view)?, hypotheses);
        let with = self.stakes(&self.solved(view)?, hypotheses);
        Ok(compared(format!("the others see {at}"), with, without))
    }

    /// What it is worth that the types of a player are known to all, against the game as it is.
    ///
    /// # Errors
    /// [`QuestionError`] if there is no such player, or a game cannot be solved.
    pub fn revelation(
        &self,
        view: View<'_>,
        hypotheses: &[String],
        player: &str,
    ) -> Result<Comparison, QuestionError> {
        let form = self.form();
        if !form.types.iter().any(|one| one.player.0 == player) {
            return Err(QuestionError::Types(player.to_string()));
        }
        let type_of = |id: &String| {
            let holds = |one: &crate::form::TypeSpec| {
                one.player.0 == player && one.hypotheses.iter().any(|(name, _)| name == id)
            };
            form.types.iter().position(holds).unwrap_or(0)
        };
        let types: Vec<usize> = hypotheses.iter().map(type_of).collect();
        let game = self.game(view.values, view.prior).map_err(SolveFormError::from)?;
        let until: Until = self.until(view);
        let truth = self.truths(&game);
        let known = game.reshaped(|_| None, |_, node| types[truth[node]]);
        let without = self.stakes(&Solved::new(game, until, view.watch)?, hypotheses);
        let with = self.stakes(&Solved::new(known, until, view.watch)?, hypotheses);
        Ok(compared(format!("all know what {player} is"), with, without))
    }

    fn stakes(&self, solved: &Solved, hypotheses: &[String]) -> Stakes {
        let named = |payoffs: &[f64]| -> BTreeMap<String, f64> {
            solved.game.players.iter().cloned().zip(payoffs.iter().copied()).collect()
        };
        let under = |(index, id): (usize, &String)| (id.clone(), named(solved.payoffs_under(index)));
        Stakes {
            payoffs: named(&solved.worth.payoffs),
            by_hypothesis: hypotheses.iter().enumerate().map(under).collect(),
        }
    }
}

fn compared(change: String, with: Stakes, without: Stakes) -> Comparison {
    let gain = |(player, payoff): (&String, &f64)| (player.clone(), payoff - without.payoffs[player]);
    Comparison { worth: with.payoffs.iter().map(gain).collect(), change, with, without }
}
