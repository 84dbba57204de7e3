//! What have we learned about its type from what it did?

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::form::{GameForm, Mover};
use crate::game::{Game, Turn};
use crate::play::SolveFormError;
use crate::view::View;

/// What one observed move says of a hypothesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Its id.
    pub hypothesis: String,
    /// Probability before the move was seen.
    pub before: f64,
    /// Probability of the move under the hypothesis, after the moves seen before.
    pub likelihood: f64,
    /// The likelihood over that of the most probable hypothesis before.
    pub ratio: f64,
    /// Probability after.
    pub after: f64,
}

/// What one observed move teaches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lesson {
    /// The move.
    pub at: String,
    /// What was done.
    pub action: String,
    /// How probable that was, before it was seen.
    pub probability: f64,
    /// Every hypothesis, in the order of the prior.
    pub updates: Vec<Update>,
}

/// Why a question about moves has no answer.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum QuestionError {
    /// The game could not be solved.
    #[error(transparent)]
    Solve(#[from] SolveFormError),
    /// No such move.
    #[error("there is no such move of a player as `{0}`")]
    Move(String),
    /// No such type.
    #[error("`{player}` has no type `{name}`")]
    Type {
        /// The player.
        player: String,
        /// The type asked for.
        name: String,
    },
    /// No such action.
    #[error("the move `{at}` has no action `{action}`; it has {known}")]
    Action {
        /// The move.
        at: String,
        /// What was said to be done.
        action: String,
        /// What can be done.
        known: String,
    },
    /// A player without types.
    #[error("`{0}` has no types: there is nothing to reveal")]
    Types(String),
    /// A move that others cannot help seeing.
    #[error(
        "without seeing `{0}` somebody would forget what it knew or did: the game cannot be played unseen"
    )]
    Needed(String),
    /// The moves do not follow each other in the game.
    #[error("`{at}` does not happen after what was seen before it: name the moves in the order of play")]
    Never {
        /// The move.
        at: String,
    },
    /// An action that nobody takes.
    #[error(
        "nobody does `{action}` at `{at}` in this solution, so that it teaches nothing; take a finite precision λ"
    )]
    Impossible {
        /// The move.
        at: String,
        /// The action.
        action: String,
    },
}

impl GameForm {
    /// The probability of every hypothesis after each of the observed moves (`move`, `action`), in the order of play;
    /// moves that were not seen are averaged over.
    ///
    /// # Errors
    /// [`QuestionError`].
    ///
    /// # Cost
    /// A solution, and a pass over the nodes per observed move.
    pub fn learn(
        &self,
        view: View<'_>,
        hypotheses: &[String],
        observed: &[(String, String)],
    ) -> Result<Vec<Lesson>, QuestionError> {
        let seen =
            observed.iter().map(|(at, action)| self.named(at, action)).collect::<Result<Vec<_>, _>>()?;
        // Moves stand in the order of play.
        if let Some(number) = (1..seen.len()).find(|&number| seen[number].0 <= seen[number - 1].0) {
            return Err(QuestionError::Never { at: observed[number].0.clone() });
        }
        let solved = self.solved(view)?;
        let game = &solved.game;
        let truth = self.truths(game);
        let moves = self.moves_of(game);
        // Per node: probability of coming there given its hypothesis, by play that fits what was seen.
        let mut fits = vec![0.0; game.nodes()];
        for &start in game.children(0) {
            fits[start] = 1.0;
        }
        let edge = |parent: usize, branch: usize| match game.turn(parent) {
            Turn::Player { infoset } => solved.strategy.at(game, infoset)[branch],
            Turn::Chance | Turn::End => game.chance(parent)[branch],
        };
        let mut before = vec![1.0; hypotheses.len()];
        let mut believed = view.prior.to_vec();
        let mut lessons = Vec::with_capacity(seen.len());
        for (number, &(at, action)) in seen.iter().enumerate() {
            let (mut now, mut happens) = (vec![0.0; hypotheses.len()], false);
            for node in 0..game.nodes() {
                let Some((parent, branch)) = game.parent(node).filter(|(parent, _)| *parent > 0) else {
                    continue;
                };
                fits[node] = fits[parent] * edge(parent, branch);
                let earlier = seen[..=number].iter().find(|(one, _)| moves[parent] == Some(*one));
                if earlier.is_some_and(|(_, done)| *done != branch) {
                    fits[node] = 0.0;
                }
                if moves[parent] == Some(at) {
                    happens |= fits[parent] > 0.0;
                    if branch == action {
                        now[truth[node]] += fits[node];
                    }
                }
            }
            let (at_id, action_id) = (&observed[number].0, &observed[number].1);
            let likelihood: Vec<f64> = now
                .iter()
                .zip(&before)
                .map(|(now, before)| if *before > 0.0 { now / before } else { 0.0 })
                .collect();
            let probability: f64 = believed.iter().zip(&likelihood).map(|(p, l)| p * l).sum();
            if !happens {
                return Err(QuestionError::Never { at: at_id.clone() });
            }
            if probability <= 0.0 {
                return Err(QuestionError::Impossible { at: at_id.clone(), action: action_id.clone() });
            }
            let likeliest = crate::play::most(&believed);
            let updates = hypotheses.iter().enumerate().map(|(index, id)| Update {
                hypothesis: id.clone(),
                before: believed[index],
                likelihood: likelihood[index],
                ratio: likelihood[index] / likelihood[likeliest],
                after: believed[index] * likelihood[index] / probability,
            });
            let updates: Vec<Update> = updates.collect();
            believed = updates.iter().map(|update| update.after).collect();
            before = now;
            lessons.push(Lesson { at: at_id.clone(), action: action_id.clone(), probability, updates });
        }
        Ok(lessons)
    }

    /// Positions of a move and of its action.
    pub(crate) fn named(&self, at: &str, action: &str) -> Result<(usize, usize), QuestionError> {
        let moves = &self.form().moves;
        let position =
            moves.iter().position(|one| one.id == at).ok_or_else(|| QuestionError::Move(at.to_string()))?;
        let known = &moves[position].actions;
        let done = known.iter().position(|one| one == action).ok_or_else(|| QuestionError::Action {
            at: at.to_string(),
            action: action.to_string(),
            known: known.join(", "),
        })?;
        Ok((position, done))
    }

    /// The hypothesis that is true at each node; 0 at the root.
    pub(crate) fn truths(&self, game: &Game) -> Vec<usize> {
        let mut truth = vec![0; game.nodes()];
        for node in 1..game.nodes() {
            if let Some((parent, branch)) = game.parent(node) {
                truth[node] = if parent == 0 { branch } else { truth[parent] };
            }
        }
        truth
    }

    /// The move of the form that happens at each node.
    fn moves_of(&self, game: &Game) -> Vec<Option<usize>> {
        let mut moves: Vec<Option<usize>> = (0..game.nodes())
            .map(|node| match game.turn(node) {
                Turn::Player { infoset } => Some(self.known[infoset].at),
                Turn::Chance | Turn::End => None,
            })
            .collect();
        for &(node, at) in &self.chance {
            moves[node] = Some(at);
        }
        debug_assert!(
            self.chance.iter().all(|(_, at)| matches!(self.form().moves[*at].mover, Mover::Chance(_)))
        );
        moves
    }
}
