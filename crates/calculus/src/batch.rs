//! One game, many payoffs.

use std::ops::ControlFlow;

use rayon::prelude::*;

use crate::game::Game;
use crate::logit::{Layout, Path, PathEnd, System, Trace, TraceError, Until, trace};
use crate::strategy::BehaviorStrategy;

/// A game compiled once, to be solved under many payoffs.
#[derive(Clone, Debug)]
pub struct Batch {
    game: Game,
    layout: Layout,
}

/// One answer per draw of the payoffs.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    actions: usize,
    strategies: Vec<f64>,
    /// Precision reached, in units of 1/payoff; NaN where the branch could not be followed.
    pub lambda: Vec<f64>,
    /// No player could gain more than this, in units of payoff: an upper bound that costs no pass over the tree.
    pub regret: Vec<f64>,
}

impl Draws {
    /// How many.
    pub fn len(&self) -> usize {
        self.lambda.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lambda.is_empty()
    }

    /// Probabilities of all actions of all information sets in one draw, in the order of [`Game::actions_of`].
    pub fn probabilities(&self, draw: usize) -> &[f64] {
        &self.strategies[draw * self.actions..(draw + 1) * self.actions]
    }

    /// The profile of one draw.
    pub fn strategy(&self, draw: usize) -> BehaviorStrategy {
        BehaviorStrategy(self.probabilities(draw).to_vec())
    }
}

/// Regret at which a draw counts as solved, as a share of the range of its payoffs.
const NASH: f64 = 1e-9;
/// λ, per range of payoffs, beyond which regret falls no more by going on.
const MOST_LAMBDA: f64 = 1e10;
/// Draws that one thread takes at a time: it makes its arrays once for all of them.
const SHARE: usize = 64;

impl Batch {
    /// Compiles a game: its tree, information and chance stay, its payoffs are only an example.
    ///
    /// # Errors
    /// [`TraceError::Large`].
    pub fn new(game: Game) -> Result<Self, TraceError> {
        let layout = Layout::new(&game);
        layout.check(&game)?;
        Ok(Self { game, layout })
    }

    /// The game.
    pub fn game(&self) -> &Game {
        &self.game
    }

    /// The game under other payoffs (end × player, ends in order of the tree).
    ///
    /// # Panics
    /// If there are more or fewer payoffs than the game has.
    pub fn game_with(&self, payoffs: &[f64]) -> Game {
        assert_eq!(payoffs.len(), self.game.payoffs.len(), "as many payoffs as the game has");
        let mut game = self.game.clone();
        game.payoffs.copy_from_slice(payoffs);
        // What was written elsewhere are the payoffs of the example.
        game.exact_payoffs.clear();
        game
    }

    /// Solves `draws` games; `fill` writes the payoffs (end × player, ends in order of the tree) of one draw.
    ///
    /// Every draw is followed from λ = 0, so that an answer is on the principal branch and depends neither on its
    /// neighbors nor on the number of threads: the answer to another draw is no start, for a branch that goes on from
    /// there need not be the principal one. A draw that cannot be followed has a λ and a regret of NaN.
    ///
    /// # Errors
    /// [`TraceError::Lambda`].
    ///
    /// # Cost
    /// As [`crate::trace`], at a Nash equilibrium without the last polish where the regret is small without it. Arrays are
    /// made once per 64 draws; following a draw allocates nothing, polishing does.
    pub fn solve(
        &self,
        draws: usize,
        until: Until,
        fill: impl Fn(usize, &mut [f64]) + Sync,
    ) -> Result<Draws, TraceError> {
        if let Until::Lambda(lambda) = until
            && !(lambda >= 0.0 && lambda.is_finite())
        {
            return Err(TraceError::Lambda(lambda));
        }
        let actions = self.game.actions();
        let mut all = Draws {
            actions,
            strategies: vec![0.0; draws * actions],
            lambda: vec![f64::NAN; draws],
            regret: vec![f64::NAN; draws],
        };
        let shares = all
            .strategies
            .par_chunks_mut((SHARE * actions).max(1))
            .zip(all.lambda.par_chunks_mut(SHARE))
            .zip(all.regret.par_chunks_mut(SHARE));
        shares.enumerate().for_each(|(share, ((strategies, lambdas), regrets))| {
            let mut path = Path::new(System::new(&self.game, &self.layout));
            let mut payoffs = vec![0.0; self.game.payoffs.len()];
            let rows = strategies.chunks_exact_mut(actions.max(1));
            for (draw, (row, (lambda, regret))) in rows.zip(lambdas.iter_mut().zip(regrets)).enumerate() {
                fill(share * SHARE + draw, &mut payoffs);
                path.system.load(&payoffs);
                path.start();
                if follow(&mut path, until) {
                    *lambda = path.lambda / path.system.scale;
                    *regret = path.regret_bound() * path.system.scale;
                    row.copy_from_slice(&path.system.p);
                } else if let Ok(found) = self.trace(&payoffs, until) {
                    *lambda = found.lambda;
                    row.copy_from_slice(&found.strategy.0);
                    *regret = crate::regret(&self.game_with(&payoffs), &found.strategy).max();
                }
            }
        });
        Ok(all)
    }

    /// The draws that need more than the short way: at λ beyond 10⁹ the beliefs off the path of play are rounded, and where
    /// actions hang on them the regret falls no further without a polish (one in 25 draws of a game of 4 types, 4 messages
    /// and 3 replies).
    fn trace(&self, payoffs: &[f64], until: Until) -> Result<Trace, TraceError> {
        trace(&self.game_with(payoffs), until)
    }
}

/// Whether the branch led to where it should.
fn follow(path: &mut Path<'_>, until: Until) -> bool {
    let target = match until {
        Until::Lambda(lambda) => Some(lambda * path.system.scale),
        Until::Nash => None,
    };
    let end = path.follow(target, &mut |path| {
        let enough = target.is_none() && (path.regret_bound() <= NASH || path.lambda > MOST_LAMBDA);
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    end == PathEnd::Landed || (target.is_none() && path.regret_bound() <= NASH)
}
