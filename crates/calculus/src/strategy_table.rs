//! What an equilibrium says of each action, as rows of a table.

use crate::answer::Equilibrium;
use crate::game::Game;

/// A row: an action at an information set, or a plan for the whole game.
#[derive(Clone, Debug, PartialEq)]
pub struct StrategyRow<'e> {
    /// Position of the player.
    pub player: usize,
    /// Label of the information set; `None` for a plan.
    pub infoset: Option<&'e str>,
    /// Label of the action, or of the plan.
    pub action: &'e str,
    /// In [0, 1].
    pub probability: f64,
    /// As a fraction, where the method does not round.
    pub exact: Option<&'e str>,
}

impl Equilibrium {
    /// One row per action, in the order of the game, then one per plan; sets that the equilibrium leaves open have none.
    pub fn rows<'e>(&'e self, game: &'e Game) -> Vec<StrategyRow<'e>> {
        let mut rows = Vec::new();
        for set in &game.infosets {
            let player = &game.players[set.player];
            let Some(own) = self.strategies.get(player).and_then(|sets| sets.get(&set.label)) else {
                continue;
            };
            let fractions =
                self.exact.as_ref().and_then(|exact| exact.strategies.get(player)?.get(&set.label));
            rows.extend(set.actions.iter().filter_map(|action| {
                Some(StrategyRow {
                    player: set.player,
                    infoset: Some(&set.label),
                    action,
                    probability: *own.get(action)?,
                    exact: fractions.and_then(|own| own.get(action)).map(String::as_str),
                })
            }));
        }
        for (name, plans) in self.plans.iter().flatten() {
            let player = game.players.iter().position(|player| player == name).unwrap_or(0);
            rows.extend(plans.iter().map(|(plan, p)| StrategyRow {
                player,
                infoset: None,
                action: plan,
                probability: *p,
                exact: None,
            }));
        }
        rows
    }
}
