//! From a profile close to a Nash equilibrium to the equilibrium itself.

use nalgebra::{DMatrix, DVector};

use crate::belief::{Beliefs, reach, sequential_regret};
use crate::game::Game;
use crate::lu::Lu;
use crate::strategy::BehaviorStrategy;
use crate::value::{regret, worth};

/// More unknowns than this are left as the path left them.
const MOST_UNKNOWNS: usize = 400;
/// Actions below this probability are taken for those that vanish; the first that gives a proof is taken. Weakly
/// dominated actions vanish as 1/λ or slower.
const VANISHING: [f64; 6] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.05];

/// A regret that is none, as a share of the range of payoffs.
const NASH: f64 = 1e-12;
/// The same at a single information set: beliefs off the path of play are a limit, which the branch approaches as 1/λ.
const SEQUENTIAL: f64 = 1e-9;

/// A solution farther than this from the profile, in probability, is another one: taken if there is none nearer.
const NEAR: f64 = 0.1;

/// A profile with what is believed and the proof of both.
#[derive(Clone, Debug)]
pub(crate) struct Proved {
    pub(crate) strategy: BehaviorStrategy,
    pub(crate) beliefs: Beliefs,
    /// Largest regret of a player.
    pub(crate) regret: f64,
    /// Largest regret at an information set, given the beliefs.
    pub(crate) sequential: f64,
}

impl Proved {
    pub(crate) fn new(game: &Game, strategy: BehaviorStrategy, beliefs: Beliefs) -> Self {
        let sequential = sequential_regret(game, &strategy, &beliefs).into_iter().fold(0.0, f64::max);
        let regret = regret(game, &strategy).max();
        Self { strategy, beliefs, regret, sequential }
    }

    /// Whether nothing is left to gain, for payoffs of this range.
    pub(crate) fn is_exact(&self, scale: f64) -> bool {
        self.regret <= NASH * scale && self.sequential <= SEQUENTIAL * scale
    }

    /// Less regret is better; where there is none but rounding, less at the single sets.
    pub(crate) fn beats(&self, other: &Self, scale: f64) -> bool {
        let key = |one: &Self| (if one.regret <= NASH * scale { 0.0 } else { one.regret }, one.sequential);
        key(self) < key(other)
    }
}

/// Sets vanishing actions to 0 and solves the indifference between the others, at sets that are not reached given the
/// beliefs there. Newton's method, from the profile; where equilibria are not isolated, the nearest point in the sense of
/// least squares at every step. Returns the best proof found, which may be that of the profile itself.
pub(crate) fn polish(game: &Game, strategy: &BehaviorStrategy, beliefs: &Beliefs) -> Proved {
    let scale = game.payoff_range();
    let mut best = Proved::new(game, strategy.clone(), beliefs.clone());
    let (mut tried, mut far) = (Vec::new(), None::<Proved>);
    for vanishing in VANISHING {
        let support: Vec<bool> = strategy.0.iter().map(|&p| p >= vanishing).collect();
        if tried.contains(&support) {
            continue;
        }
        // What makes an off-path set indifferent may be its beliefs, which are given: then it stays as it is.
        for sets in [Sets::All, Sets::Reached] {
            let equations = Indifference::new(game, &support, sets, strategy, beliefs);
            let Some(found) = equations.and_then(Indifference::solve) else { continue };
            let moved = found.0.iter().zip(&strategy.0).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            let beliefs = beliefs.clone().updated(game, &found);
            let proved = Proved::new(game, found, beliefs);
            if moved > NEAR {
                if far.as_ref().is_none_or(|far| proved.beats(far, scale)) {
                    far = Some(proved);
                }
                continue;
            }
            if proved.beats(&best, scale) {
                best = proved;
            }
            if best.is_exact(scale) {
                return best;
            }
        }
        tried.push(support);
    }
    // An equilibrium farther off is better than none.
    match far {
        Some(far) if best.regret > NASH * scale && far.regret <= NASH * scale => far,
        _ => best,
    }
}

/// Where indifference is solved.
#[derive(Clone, Copy, PartialEq)]
enum Sets {
    All,
    Reached,
}

/// The equations of one support.
struct Indifference<'g> {
    game: &'g Game,
    scale: f64,
    strategy: BehaviorStrategy,
    beliefs: &'g Beliefs,
    /// Information set, the action whose probability makes up for the others, and an unknown action.
    unknowns: Vec<(usize, usize, usize)>,
}

impl<'g> Indifference<'g> {
    fn new(
        game: &'g Game,
        support: &[bool],
        sets: Sets,
        strategy: &BehaviorStrategy,
        beliefs: &'g Beliefs,
    ) -> Option<Self> {
        let (mut own, mut unknowns) = (strategy.clone(), Vec::new());
        for infoset in 0..game.infosets.len() {
            let range = game.actions_of(infoset);
            let (p, kept) = (&mut own.0[range.clone()], &support[range]);
            for (p, kept) in p.iter_mut().zip(kept) {
                if !kept {
                    *p = 0.0;
                }
            }
            let total: f64 = p.iter().sum();
            p.iter_mut().for_each(|p| *p /= total);
            let most = (0..p.len()).max_by(|&a, &b| p[a].total_cmp(&p[b]).then(b.cmp(&a)))?;
            if !kept[most] {
                return None;
            }
            unknowns
                .extend((0..p.len()).filter(|&a| kept[a] && a != most).map(|action| (infoset, most, action)));
        }
        if sets == Sets::Reached {
            let reach = reach(game, &own);
            let is_reached = |set: usize| game.infosets[set].nodes.iter().any(|&node| reach[node] > 0.0);
            unknowns.retain(|&(infoset, ..)| is_reached(infoset));
        }
        (unknowns.len() <= MOST_UNKNOWNS).then(|| Self {
            game,
            scale: game.payoff_range(),
            strategy: own,
            beliefs,
            unknowns,
        })
    }

    /// How much better each unknown action is than the one that makes up for it.
    fn excess(&self, out: &mut [f64]) {
        let (game, players) = (self.game, self.game.players.len());
        let reach = reach(game, &self.strategy);
        let value = worth(game, &self.strategy);
        for (out, &(infoset, most, action)) in out.iter_mut().zip(&self.unknowns) {
            let set = &game.infosets[infoset];
            let total: f64 = set.nodes.iter().map(|&node| reach[node]).sum();
            *out = 0.0;
            for &node in &set.nodes {
                let belief = if total > 0.0 { reach[node] / total } else { self.beliefs.0[node] };
                let children = game.children(node);
                *out += belief
                    * (value[children[action] * players + set.player]
                        - value[children[most] * players + set.player])
                    / self.scale;
            }
        }
    }

    fn shift(&mut self, unknown: usize, by: f64) {
        let (infoset, most, action) = self.unknowns[unknown];
        let from = self.game.offsets[infoset];
        self.strategy.0[from + action] += by;
        self.strategy.0[from + most] -= by;
    }

    fn solve(mut self) -> Option<BehaviorStrategy> {
        const STEP: f64 = 1e-6;
        let n = self.unknowns.len();
        let (mut excess, mut up, mut down) = (vec![0.0; n], vec![0.0; n], vec![0.0; n]);
        let mut lu = Lu::new(n);
        let mut smallest = f64::INFINITY;
        for _ in 0..20 {
            self.excess(&mut excess);
            let size = excess.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
            if n == 0 || size <= 1e-15 || size > 0.5 * smallest {
                break;
            }
            smallest = size;
            let mut jacobian = DMatrix::zeros(n, n);
            for column in 0..n {
                self.shift(column, STEP);
                self.excess(&mut up);
                self.shift(column, -2.0 * STEP);
                self.excess(&mut down);
                self.shift(column, STEP);
                for row in 0..n {
                    jacobian[(row, column)] = (up[row] - down[row]) / (2.0 * STEP);
                    lu.rows_mut(row..row + 1)[column] = jacobian[(row, column)];
                }
            }
            let mut by = excess.clone();
            if lu.factor() && lu.well_conditioned() {
                lu.solve(&mut by);
            } else {
                let svd = jacobian.svd(true, true);
                let cut = 1e-7 * svd.singular_values.amax();
                by = svd.solve(&DVector::from_column_slice(&excess), cut).ok()?.as_slice().to_vec();
            }
            for (unknown, by) in by.iter().enumerate() {
                self.shift(unknown, -by);
            }
        }
        // Rounding may leave a probability just below zero; more than that is another support.
        for p in &mut self.strategy.0 {
            if *p < -1e-12 || !p.is_finite() {
                return None;
            }
            *p = p.max(0.0);
        }
        Some(self.strategy)
    }
}
