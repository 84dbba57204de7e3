//! Two players, a table each.

use num_bigint::BigInt;
use num_traits::{One, Zero};
use thiserror::Error;

use crate::exact::Rational;
use crate::normal::NormalForm;

/// More than two players have a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "this method is for games in which at most two players have a choice; this one has {0}. Use --method qre or pure"
)]
pub struct NotTwo(pub usize);

/// Player → reduced strategy → probability.
pub type MixedProfile = Vec<Vec<Rational>>;

/// The tables of the two players that have a choice, as positive whole numbers: each player's payoffs times a factor
/// above 0 plus a constant, which changes no equilibrium.
#[derive(Clone, Debug)]
pub struct Bimatrix {
    /// Strategies of the first.
    pub(crate) rows: usize,
    /// Strategies of the second.
    pub(crate) columns: usize,
    /// Payoffs of the first and of the second: row + column × rows.
    pub(crate) payoffs: [Vec<BigInt>; 2],
    /// Who the two are; `None` for a partner without choice who does not exist.
    who: [Option<usize>; 2],
    players: usize,
}

impl Bimatrix {
    /// # Errors
    /// [`NotTwo`].
    pub fn new(form: &NormalForm) -> Result<Self, NotTwo> {
        let players = form.strategies.len();
        let choosing: Vec<usize> = (0..players).filter(|&player| form.strategies[player].len() > 1).collect();
        if choosing.len() > 2 {
            return Err(NotTwo(choosing.len()));
        }
        // Who has no choice fills up the two, so that a game without choices has an equilibrium, too.
        let idle = (0..players).filter(|player| !choosing.contains(player));
        let mut two: Vec<usize> = choosing.iter().copied().chain(idle).take(2).collect();
        two.sort_unstable();
        let who = [two.first().copied(), two.get(1).copied()];
        let count = |player: Option<usize>| player.map_or(1, |player| form.strategies[player].len());
        let (rows, columns) = (count(who[0]), count(who[1]));
        let payoffs = who.map(|player| match player {
            None => vec![BigInt::one(); rows * columns],
            Some(player) => {
                let table = form.whole(player);
                let least = table.iter().min().cloned().unwrap_or_default();
                table.into_iter().map(|payoff| payoff - &least + BigInt::one()).collect()
            }
        });
        Ok(Self { rows, columns, payoffs, who, players })
    }

    /// The strategies of all from non-negative weights of the two.
    pub(crate) fn profile(&self, weights: [&[BigInt]; 2]) -> MixedProfile {
        let mut profile = vec![vec![Rational::one()]; self.players];
        for (who, weights) in self.who.iter().zip(weights) {
            let total: BigInt = weights.iter().sum();
            if let Some(player) = who
                && !total.is_zero()
            {
                profile[*player] =
                    weights.iter().map(|weight| Rational::new(weight.clone(), total.clone())).collect();
            }
        }
        profile
    }
}
