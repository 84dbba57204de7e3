//! The sequence form: what each player does on one way through the game.
//!
//! Koller, Megiddo & von Stengel (1996), Efficient computation of equilibria for extensive two-person games, Games and
//! Economic Behavior 14:247–259; von Stengel (1996), Efficient computation of behavior strategies, ibid. 220–246.

use std::collections::BTreeMap;
use std::ops::{AddAssign, Range};

use num_traits::Num;

use crate::exact::Rational;
use crate::game::{Game, Turn};
use crate::normal::chance_reach;
use crate::recall::{Forgets, forgets};

/// The sequences of one player: 0 is to have done nothing, then one for each action of each information set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequences {
    /// Own information sets, by position in [`Game::infosets`]; each stands after the one before it in play.
    pub infosets: Vec<usize>,
    /// Own set → the sequence that leads there.
    pub before: Vec<usize>,
    /// Own set → the sequences that its actions lead to.
    pub after: Vec<Range<usize>>,
}

impl Sequences {
    /// How many sequences.
    pub fn count(&self) -> usize {
        self.after.last().map_or(1, |range| range.end)
    }
}

/// What the players get where chance and all of them arrive by these sequences.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival<T> {
    /// Player → sequence.
    pub sequences: Vec<usize>,
    /// Probability by chance, summed over the ends.
    pub chance: T,
    /// Player → payoff × probability by chance, summed over the ends.
    pub payoffs: Vec<T>,
}

/// A game in sequence form, with payoffs as fractions or floats.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceForm<T> {
    /// Player → its sequences.
    pub players: Vec<Sequences>,
    /// All combinations of sequences that some end has.
    pub arrivals: Vec<Arrival<T>>,
}

/// Probability of each sequence of one player: that it is played if chance and the others let it.
pub type RealizationPlan<T> = Vec<T>;

/// Expected payoff of each choice of one player against the others.
#[derive(Clone, Debug, PartialEq)]
pub struct BestResponse<T> {
    /// Expected payoff.
    pub value: T,
    /// Own set → best action, the first of equals.
    pub choices: Vec<usize>,
}

impl SequenceForm<Rational> {
    /// Of a game with perfect recall.
    ///
    /// # Errors
    /// The first information set at which a player forgets.
    ///
    /// # Cost
    /// One pass over the nodes.
    pub fn new(game: &Game) -> Result<Self, Forgets> {
        gather(game, chance_reach(game), |node| game.exact_payoffs(node))
    }
}

impl SequenceForm<f64> {
    /// As [`SequenceForm::new`], with floats.
    ///
    /// # Errors
    /// The first information set at which a player forgets.
    ///
    /// # Cost
    /// One pass over the nodes, without the fractions, which grow with the digits of payoffs and probabilities.
    pub fn near(game: &Game) -> Result<Self, Forgets> {
        let mut reach = vec![1.0; game.nodes()];
        for node in 1..game.nodes() {
            let (parent, branch) = game.parent(node).unwrap_or((0, 0));
            let p = if game.turn(parent) == Turn::Chance { game.chance(parent)[branch] } else { 1.0 };
            reach[node] = reach[parent] * p;
        }
        let reach = game.ends.iter().map(|&node| reach[node]).collect();
        gather(game, reach, |node| game.payoffs(node).to_vec())
    }
}

/// The form, from the probability by chance of each end and the payoffs at its node.
fn gather<T: Num + Clone + AddAssign>(
    game: &Game,
    reach: Vec<T>,
    payoffs: impl Fn(usize) -> Vec<T>,
) -> Result<SequenceForm<T>, Forgets> {
    if let Some(first) = forgets(game).into_iter().next() {
        return Err(first);
    }
    let players: Vec<Sequences> = (0..game.players.len()).map(|player| sequences(game, player)).collect();
    // Where the sequences of each information set begin.
    let mut first = vec![0; game.infosets.len()];
    for own in &players {
        for (&set, after) in own.infosets.iter().zip(&own.after) {
            first[set] = after.start;
        }
    }
    let mut at: Vec<Vec<usize>> = vec![vec![0; players.len()]];
    for node in 1..game.nodes() {
        let (parent, branch) = game.parent(node).unwrap_or((0, 0));
        let mut here = at[parent].clone();
        if let Turn::Player { infoset } = game.turn(parent) {
            here[game.infosets[infoset].player] = first[infoset] + branch;
        }
        at.push(here);
    }
    let mut arrivals: BTreeMap<Vec<usize>, (T, Vec<T>)> = BTreeMap::new();
    for (&node, chance) in game.ends.iter().zip(reach) {
        let nothing = || (T::zero(), vec![T::zero(); players.len()]);
        let (sum, sums) = arrivals.entry(std::mem::take(&mut at[node])).or_insert_with(nothing);
        for (sum, payoff) in sums.iter_mut().zip(payoffs(node)) {
            *sum += payoff * chance.clone();
        }
        *sum += chance;
    }
    let arrivals =
        arrivals.into_iter().map(|(sequences, (chance, payoffs))| Arrival { sequences, chance, payoffs });
    Ok(SequenceForm { players, arrivals: arrivals.collect() })
}

fn sequences(game: &Game, player: usize) -> Sequences {
    let mut infosets: Vec<usize> =
        (0..game.infosets.len()).filter(|&index| game.infosets[index].player == player).collect();
    infosets.sort_by_key(|&index| game.infosets[index].nodes[0]);
    let mut after: Vec<Range<usize>> = Vec::with_capacity(infosets.len());
    let mut next = 1;
    for &set in &infosets {
        after.push(next..next + game.infosets[set].actions.len());
        next += game.infosets[set].actions.len();
    }
    let place: BTreeMap<usize, usize> = infosets.iter().enumerate().map(|(own, &set)| (set, own)).collect();
    let before = infosets.iter().map(|&set| {
        let mut above = game.parent(game.infosets[set].nodes[0]);
        while let Some((node, branch)) = above {
            if let Turn::Player { infoset } = game.turn(node)
                && let Some(&own) = place.get(&infoset)
            {
                return after[own].start + branch;
            }
            above = game.parent(node);
        }
        0
    });
    let before = before.collect();
    Sequences { infosets, before, after }
}

impl<T: Num + Clone + PartialOrd> SequenceForm<T> {
    /// The realization plan of a player's behavior: `behavior` has a probability for every action of every information
    /// set of the game, as [`Game::actions_of`] numbers them.
    pub fn plan(&self, game: &Game, player: usize, behavior: &[T]) -> RealizationPlan<T> {
        let own = &self.players[player];
        let mut plan = vec![T::one(); own.count()];
        for ((&set, &before), after) in own.infosets.iter().zip(&own.before).zip(&own.after) {
            for (slot, p) in after.clone().zip(&behavior[game.actions_of(set)]) {
                plan[slot] = plan[before].clone() * p.clone();
            }
        }
        plan
    }

    /// The behavior of realization plans, one per player. Where a player's own earlier actions keep it from getting, it
    /// plays its best response there, the first of equals.
    pub fn behavior(&self, game: &Game, plans: &[RealizationPlan<T>]) -> Vec<T> {
        let mut behavior = vec![T::zero(); game.actions()];
        for (player, (own, plan)) in self.players.iter().zip(plans).enumerate() {
            let best = self.best_response(player, plans).choices;
            for (index, (&set, after)) in own.infosets.iter().zip(&own.after).enumerate() {
                let total = after.clone().fold(T::zero(), |sum, slot| sum + plan[slot].clone());
                let slots = game.actions_of(set);
                if total > T::zero() {
                    for (slot, sequence) in slots.zip(after.clone()) {
                        behavior[slot] = plan[sequence].clone() / total.clone();
                    }
                } else {
                    behavior[slots.start + best[index]] = T::one();
                }
            }
        }
        behavior
    }

    /// Expected payoff of a player.
    pub fn payoff(&self, player: usize, plans: &[RealizationPlan<T>]) -> T {
        let gains = self.gains(player, plans);
        gains.into_iter().zip(&plans[player]).fold(T::zero(), |sum, (gain, p)| sum + gain * p.clone())
    }

    /// The most that a player can get against the others' plans.
    ///
    /// # Cost
    /// Number of arrivals.
    pub fn best_response(&self, player: usize, plans: &[RealizationPlan<T>]) -> BestResponse<T> {
        let own = &self.players[player];
        let mut worth = self.gains(player, plans);
        let mut choices = vec![0; own.infosets.len()];
        for index in (0..own.infosets.len()).rev() {
            let range = own.after[index].clone();
            let mut best = range.start;
            for slot in range.clone() {
                if worth[slot] > worth[best] {
                    best = slot;
                }
            }
            choices[index] = best - range.start;
            worth[own.before[index]] = worth[own.before[index]].clone() + worth[best].clone();
        }
        BestResponse { value: worth[0].clone(), choices }
    }

    /// What each sequence of a player brings at the ends, given the others' plans.
    fn gains(&self, player: usize, plans: &[RealizationPlan<T>]) -> Vec<T> {
        let mut gains = vec![T::zero(); self.players[player].count()];
        for arrival in &self.arrivals {
            let mut gain = arrival.payoffs[player].clone();
            for (other, (plan, &sequence)) in plans.iter().zip(&arrival.sequences).enumerate() {
                if other != player {
                    gain = gain * plan[sequence].clone();
                }
            }
            let slot = arrival.sequences[player];
            gains[slot] = gains[slot].clone() + gain;
        }
        gains
    }
}
