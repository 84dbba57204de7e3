//! Pure equilibria of games whose strategic form is too large, by search over information sets.
//!
//! Sets are decided one by one, those on the path of play first. A partial profile is given up as soon as some player
//! gets, by a strategy of its own against the worst that is still open, more than it can get at best by going on: then
//! no completion is an equilibrium. Branch and bound (Land & Doig 1960, Econometrica 28:497–520); that the worst to come
//! is what holds a player to the path is the folk theorem's argument.

use std::ops::{AddAssign, ControlFlow};

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::game::{Game, Turn};
use crate::normal::{PureProfile, TooLarge, weights};
use crate::progress::{Progress, Watcher};
use crate::pure::PureEquilibria;
use crate::recall::forgets;

/// Most equilibria that are listed: what nobody can see off the path of play multiplies them without end.
pub const MOST_LISTED: usize = 1000;

/// Pure equilibria in reduced strategies, without the strategic form; all of them, or [`MOST_LISTED`], or those found
/// before the watcher said stop. Payoffs are compared as fractions.
///
/// # Errors
/// [`TooLarge`] where a player forgets: its strategies are no sequence of decisions.
///
/// # Cost
/// A decision takes nodes × depth × players; how many there are depends on how much of the tree the bounds cut off.
pub fn search_pure(game: &Game, watcher: &mut Watcher<'_>) -> Result<PureEquilibria, TooLarge> {
    if !forgets(game).is_empty() {
        return Err(TooLarge);
    }
    let (weights, _) = weights(game);
    let fits = |own: &Vec<BigInt>| own.iter().map(BigInt::abs).sum::<BigInt>().to_i64().is_some();
    if weights.iter().all(fits) {
        let small = weights.iter().map(|own| own.iter().filter_map(BigInt::to_i64).collect()).collect();
        Ok(Search::<i64>::new(game, small).run(watcher))
    } else {
        Ok(Search::<BigInt>::new(game, weights).run(watcher))
    }
}

struct Search<'g, T> {
    game: &'g Game,
    /// Player → end → payoff × probability by chance, as whole numbers.
    weights: Vec<Vec<T>>,
    /// Sets in order of their first nodes.
    order: Vec<usize>,
    /// Set → own sets and actions that lead there.
    before: Vec<Vec<(usize, usize)>>,
    choice: PureProfile,
}

/// Decided sets with the action tried last.
type Trail = Vec<(usize, usize)>;

impl<'g, T: Clone + Ord + Zero + for<'a> AddAssign<&'a T>> Search<'g, T> {
    fn new(game: &'g Game, weights: Vec<Vec<T>>) -> Self {
        let sets = game.infosets.len();
        let mut order: Vec<usize> = (0..sets).collect();
        order.sort_by_key(|&set| game.infosets[set].nodes[0]);
        let before = game.infosets.iter().map(|set| {
            let mut path = Vec::new();
            let mut above = game.parent(set.nodes[0]);
            while let Some((node, branch)) = above {
                if let Turn::Player { infoset } = game.turn(node)
                    && game.infosets[infoset].player == set.player
                {
                    path.push((infoset, branch));
                }
                above = game.parent(node);
            }
            path
        });
        Self { game, weights, order, before: before.collect(), choice: vec![None; sets] }
    }

    fn run(mut self, watcher: &mut Watcher<'_>) -> PureEquilibria {
        let mut found = PureEquilibria { profiles: Vec::new(), complete: false };
        let mut trail = Trail::new();
        let mut steps = 0;
        loop {
            steps += 1;
            if watcher(Progress { steps, of: None, regret: None }) == ControlFlow::Break(()) {
                return found;
            }
            if self.may_be_one() {
                if let Some(set) = self.next() {
                    self.choice[set] = Some(0);
                    trail.push((set, 0));
                    continue;
                }
                if found.profiles.len() == MOST_LISTED {
                    return found;
                }
                found.profiles.push(self.choice.clone());
            }
            if !self.turn_back(&mut trail) {
                return PureEquilibria { complete: true, ..found };
            }
        }
    }

    /// The next action at the last decision that has one; false if all were tried.
    fn turn_back(&mut self, trail: &mut Trail) -> bool {
        while let Some((set, tried)) = trail.pop() {
            let next = tried + 1;
            if next < self.game.infosets[set].actions.len() {
                self.choice[set] = Some(next);
                trail.push((set, next));
                return true;
            }
            self.choice[set] = None;
        }
        false
    }

    /// The set to decide now: one that is reached if there is one, else the first whose player gets there by what it
    /// decided.
    fn next(&self) -> Option<usize> {
        let mut stack = vec![0];
        while let Some(node) = stack.pop() {
            match self.game.turn(node) {
                Turn::End => {}
                Turn::Chance => stack.extend(self.game.children(node).iter().rev()),
                Turn::Player { infoset } => match self.choice[infoset] {
                    Some(action) => stack.push(self.game.children(node)[action]),
                    None => return Some(infoset),
                },
            }
        }
        let open = |&set: &usize| {
            self.choice[set].is_none()
                && self.before[set].iter().all(|&(set, action)| self.choice[set] == Some(action))
        };
        self.order.iter().copied().find(open)
    }

    /// Whether no player is sure to gain by a strategy of its own, whatever is decided yet.
    fn may_be_one(&self) -> bool {
        (0..self.weights.len()).all(|player| self.secure(player) <= self.at_best(player, 0))
    }

    /// The most that a player can get if all that is open goes its way.
    fn at_best(&self, player: usize, node: usize) -> T {
        let children = self.game.children(node);
        match self.game.turn(node) {
            Turn::End => self.weights[player][self.game.nodes[node].end].clone(),
            Turn::Chance => self.sum(children.iter().copied(), |child| self.at_best(player, child)),
            Turn::Player { infoset } => match self.choice[infoset] {
                Some(action) => self.at_best(player, children[action]),
                None => {
                    let all = children.iter().map(|&child| self.at_best(player, child));
                    all.max().unwrap_or_else(T::zero)
                }
            },
        }
    }

    /// What a player gets by some strategy of its own, chosen from the last set back, at least: exactly the best if all
    /// others have decided.
    fn secure(&self, player: usize) -> T {
        let mut plan: PureProfile = vec![None; self.choice.len()];
        let open = self.left_open_by_others(player);
        for &set in self.order.iter().rev().filter(|&&set| self.game.infosets[set].player == player) {
            let own = &self.game.infosets[set];
            let brings = |action: usize| {
                let nodes = own.nodes.iter().copied().filter(|&node| open[node]);
                self.sum(nodes, |node| self.at_worst(player, &plan, self.game.children(node)[action]))
            };
            let mut best = (0, brings(0));
            for action in 1..own.actions.len() {
                let worth = brings(action);
                if worth > best.1 {
                    best = (action, worth);
                }
            }
            plan[set] = Some(best.0);
        }
        self.at_worst(player, &plan, 0)
    }

    /// Node → whether no decision of another player keeps the play away from it.
    fn left_open_by_others(&self, player: usize) -> Vec<bool> {
        let mut open = vec![true; self.game.nodes()];
        for node in 1..open.len() {
            let Some((parent, branch)) = self.game.parent(node) else { continue };
            let lets = match self.game.turn(parent) {
                Turn::Player { infoset } if self.game.infosets[infoset].player != player => {
                    self.choice[infoset].is_none_or(|action| action == branch)
                }
                _ => true,
            };
            open[node] = open[parent] && lets;
        }
        open
    }

    /// What a player gets by its plan if all that is open goes against it.
    fn at_worst(&self, player: usize, plan: &PureProfile, node: usize) -> T {
        let children = self.game.children(node);
        match self.game.turn(node) {
            Turn::End => self.weights[player][self.game.nodes[node].end].clone(),
            Turn::Chance => self.sum(children.iter().copied(), |child| self.at_worst(player, plan, child)),
            Turn::Player { infoset } => {
                let own = self.game.infosets[infoset].player == player;
                match if own { plan[infoset] } else { self.choice[infoset] } {
                    Some(action) => self.at_worst(player, plan, children[action]),
                    None => {
                        let all = children.iter().map(|&child| self.at_worst(player, plan, child));
                        all.min().unwrap_or_else(T::zero)
                    }
                }
            }
        }
    }

    fn sum(&self, nodes: impl IntoIterator<Item = usize>, of: impl Fn(usize) -> T) -> T {
        let mut total = T::zero();
        for node in nodes {
            total += &of(node);
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use measure::Seed;
    use proptest::prelude::*;

    use super::*;
    use crate::enumerate_pure;
    use crate::examples::{Interests, RandomTree};
    use crate::progress::unwatched;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// The same equilibria as by looking at every profile.
        #[test]
        fn as_by_looking_at_every_profile(seed in 0_u64..1_000_000, players in 2_usize..4, types in 1_usize..3) {
            let nodes = if types == 1 { 30 } else { 26 };
            let game = RandomTree { players, types, nodes, interests: Interests::Mixed }.grow(Seed(seed));
            // Three players with two types each may have more profiles than can be looked at.
            let Ok(all) = enumerate_pure(&game) else { return Ok(()) };
            prop_assume!(all.len() <= MOST_LISTED);
            let found = search_pure(&game, &mut unwatched).unwrap();
            prop_assert!(found.complete);
            prop_assert_eq!(found.profiles.len(), all.len());
            let found: BTreeSet<PureProfile> = found.profiles.into_iter().collect();
            prop_assert_eq!(found, all.into_iter().collect::<BTreeSet<_>>());
        }
    }
}
