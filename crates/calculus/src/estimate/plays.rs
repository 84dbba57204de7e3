//! What was seen of a play.

use thiserror::Error;

use crate::form::GameForm;
use crate::game::Turn;

/// One play: what was measured, and what was done as far as it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// Values of all names of the formulas; those of coefficients do not matter.
    pub values: Vec<f64>,
    /// Ends that fit what was seen, rising.
    pub(super) ends: Vec<usize>,
}

/// A row that fits no play of the game.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PlayError {
    /// There is no such move.
    #[error("there is no move `{0}`")]
    Move(String),
    /// The move has no such action.
    #[error("the move `{at}` has no action `{action}`; it has {known}")]
    Action {
        /// The move.
        at: String,
        /// What stands in the row.
        action: String,
        /// What could stand there.
        known: String,
    },
    /// No play of the game has all of these actions.
    #[error("no play of the game goes that way: {0}")]
    Path(String),
    /// A measurement that is no number.
    #[error("a measurement is not a finite number")]
    Value,
}

impl Play {
    /// A play in which these moves were seen to end in these actions. Moves that are not named may have gone any way or may
    /// not have happened.
    ///
    /// # Errors
    /// [`PlayError`].
    pub fn new(form: &GameForm, values: Vec<f64>, seen: &[(&str, &str)]) -> Result<Self, PlayError> {
        if values.iter().any(|value| !value.is_finite()) {
            return Err(PlayError::Value);
        }
        let mut wanted = Vec::new();
        for (at, action) in seen {
            let position = form.form.moves.iter().position(|one| one.id == *at);
            let position = position.ok_or_else(|| PlayError::Move((*at).to_string()))?;
            let actions = &form.form.moves[position].actions;
            let branch = actions.iter().position(|own| own == action).ok_or_else(|| PlayError::Action {
                at: (*at).to_string(),
                action: (*action).to_string(),
                known: actions.join(", "),
            })?;
            wanted.push((position, branch));
        }
        let game = form.skeleton();
        let mut ends = Vec::new();
        for (end, &node) in game.ends.iter().enumerate() {
            let mut found = 0;
            let mut at = node;
            while let Some((parent, branch)) = game.parent(at) {
                let position = match game.turn(parent) {
                    Turn::Player { infoset } => Some(form.known[infoset].at),
                    Turn::Chance | Turn::End => form.chance_move(parent),
                };
                found +=
                    wanted.iter().filter(|&&(own, action)| Some(own) == position && action == branch).count();
                at = parent;
            }
            if found == wanted.len() {
                ends.push(end);
            }
        }
        if ends.is_empty() {
            let all: Vec<String> = seen.iter().map(|(at, action)| format!("{at} = {action}")).collect();
            return Err(PlayError::Path(all.join(", ")));
        }
        Ok(Self { values, ends })
    }
}
