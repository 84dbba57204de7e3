//! All answers side by side: equilibria and precisions.

use serde::{Deserialize, Serialize};

use crate::form::GameForm;
use crate::game::Game;
use crate::logit::Until;
use crate::play::{Play, SolveFormError};
use crate::pure::enumerate_pure;
use crate::strategy::BehaviorStrategy;
use crate::value::values;
use crate::view::{Solved, View};

/// One answer to a game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Where it comes from.
    pub name: String,
    /// What everybody does and gets; its λ is `null` where choice is faultless.
    pub play: Play,
}

/// The answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// In the order: the precisions asked for, the end of the branch, equilibria in pure strategies.
    pub answers: Vec<Answer>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

impl GameForm {
    /// The logit response at each of the precisions, the Nash equilibrium in which its branch ends, and all equilibria
    /// in pure strategies whose payoffs or behaviour on the way of play differ.
    ///
    /// # Errors
    /// [`SolveFormError`].
    pub fn answers(&self, view: View<'_>, lambdas: &[f64]) -> Result<Answers, SolveFormError> {
        let game = self.game(view.values, view.prior)?;
        let mut answers = Vec::new();
        let logit = lambdas.iter().map(|&lambda| (format!("λ = {lambda}"), Until::Lambda(lambda)));
        for (name, until) in logit.chain([("end of the logit branch".to_string(), Until::Nash)]) {
            let Solved { lambda, strategy, .. } = Solved::new(game.clone(), until)?;
            answers.push(self.answer(name, &game, &strategy, lambda));
        }
        let mut notes = Vec::new();
        match enumerate_pure(&game) {
            Ok(profiles) => {
                let mut seen: Vec<Vec<f64>> = Vec::new();
                for profile in profiles {
                    let strategy = BehaviorStrategy::pure(&game, &profile);
                    let reach = values(&game, &strategy).reach;
                    if !seen.contains(&reach) {
                        seen.push(reach);
                        let name = format!("pure equilibrium {}", seen.len());
                        answers.push(self.answer(name, &game, &strategy, f64::INFINITY));
                    }
                }
                notes.push(
                    "pure equilibria with the same way of play are shown once; some may rest on threats that would not be carried out"
                        .into(),
                );
            }
            Err(error) => notes.push(error.to_string()),
        }
        Ok(Answers { answers, notes })
    }

    fn answer(&self, name: String, game: &Game, strategy: &BehaviorStrategy, lambda: f64) -> Answer {
        let worth = values(game, strategy);
        let standpoints = self.standpoints(game, strategy, &worth);
        Answer { name, play: Play::new(game, lambda, strategy, &worth, standpoints) }
    }
}
