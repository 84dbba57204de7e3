//! From where it sits: what each course brings, and of which parts that is made.

use serde::{Deserialize, Serialize};

use crate::form::GameForm;
use crate::game::{Game, Turn};
use crate::logit::Until;
use crate::play::{SolveFormError, Standpoint, labelled};
use crate::view::{Solved, View, Watch};

/// One payoff of the form as a part of what courses bring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Its label.
    pub label: String,
    /// Why it is what it is.
    pub ground: Option<String>,
    /// What it adds to the expected payoff of each action.
    pub by_action: Vec<f64>,
}

/// What a player expects of each course at one of its information sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// Where it sits, what it may do, what it does, and what that brings.
    #[serde(flatten)]
    pub standpoint: Standpoint,
    /// The payoffs that add up to what each action brings; those that cannot apply any more are left out.
    pub parts: Vec<Part>,
    /// What the player believes there: hypothesis, or way that was taken, → probability.
    pub beliefs: Vec<(String, f64)>,
}

impl Outlook {
    /// The same for a game from a file: its payoffs have no parts, and what is believed is the way that was taken to the
    /// information set.
    ///
    /// # Errors
    /// [`SolveFormError`].
    pub fn of(game: Game, until: Until, watch: Watch<'_>) -> Result<Vec<Self>, SolveFormError> {
        let Solved { game, strategy, worth, .. } = Solved::new(game, until, watch)?;
        let outlook = |(index, standpoint): (usize, Standpoint)| {
            let nodes = game.infosets[index].nodes.iter();
            let beliefs = nodes.map(|&node| (game.way(node), worth.belief[node])).collect();
            Self { standpoint, parts: Vec::new(), beliefs }
        };
        Ok(labelled(&game, &strategy, &worth).into_iter().enumerate().map(outlook).collect())
    }
}

impl GameForm {
    /// What every player expects at each of its information sets, split by the payoffs of the form; `hypotheses` are
    /// the names behind the prior.
    ///
    /// # Errors
    /// [`SolveFormError`].
    ///
    /// # Cost
    /// A solution, and a walk from every end to the root.
    pub fn outlooks(&self, view: View<'_>, hypotheses: &[String]) -> Result<Vec<Outlook>, SolveFormError> {
        let solved = self.solved(view)?;
        let (game, worth) = (&solved.game, &solved.worth);
        let payoffs = &self.form().payoffs;
        let each: Vec<f64> = payoffs.iter().map(|payoff| payoff.value.eval(view.values)).collect();
        let owner: Vec<usize> = payoffs.iter().map(|payoff| self.player(&payoff.player.0)).collect();
        // Action × payoff.
        let mut adds = vec![0.0; game.actions() * payoffs.len()];
        let mut applies = vec![false; game.infosets.len() * payoffs.len()];
        for (end, applying) in self.applying.iter().enumerate() {
            let (mut node, mut from_there) = (game.ends[end], 1.0);
            while let Some((parent, branch)) = game.parent(node) {
                let p = match game.turn(parent) {
                    Turn::Player { infoset } => {
                        let slot = game.actions_of(infoset).start + branch;
                        let weight = worth.belief[parent] * from_there;
                        let mover = game.infosets[infoset].player;
                        for &payoff in applying.iter().filter(|&&payoff| owner[payoff] == mover) {
                            adds[slot * payoffs.len() + payoff] += weight * each[payoff];
                            applies[infoset * payoffs.len() + payoff] = true;
                        }
                        solved.strategy.at(game, infoset)[branch]
                    }
                    Turn::Chance | Turn::End => game.chance(parent)[branch],
                };
                from_there *= p;
                node = parent;
            }
        }
        let truth = self.truths(game);
        let outlook = |(index, standpoint): (usize, Standpoint)| {
            let parts = (0..payoffs.len()).filter(|&payoff| applies[index * payoffs.len() + payoff]);
            let mut beliefs: Vec<(String, f64)> = hypotheses.iter().map(|id| (id.clone(), 0.0)).collect();
            for &node in &game.infosets[index].nodes {
                beliefs[truth[node]].1 += worth.belief[node];
            }
            Outlook {
                parts: parts
                    .map(|payoff| Part {
                        label: payoffs[payoff].label.clone(),
                        ground: payoffs[payoff].ground.clone(),
                        by_action: game
                            .actions_of(index)
                            .map(|slot| adds[slot * payoffs.len() + payoff])
                            .collect(),
                    })
                    .collect(),
                standpoint,
                beliefs,
            }
        };
        let standpoints = self.standpoints(game, &solved.strategy, worth);
        Ok(standpoints.into_iter().enumerate().map(outlook).collect())
    }
}
