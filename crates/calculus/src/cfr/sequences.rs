//! A game as each player's sequences of own actions, and what each brings against the others' sequences.
//!
//! With perfect recall a player's way to a node is one sequence of its own actions (von Stengel 1996, Efficient
//! computation of behavior strategies, Games and Economic Behavior 14:220–246). Ends with the same sequences of all
//! players are one entry, weighted by chance. A pass over a player's entries gives what each of its sequences is worth
//! against the others, and a pass over its information sets, last first, gives all counterfactual values: the tree
//! itself is not walked again, and nothing is looked up by name.

use crate::game::{Game, Turn};
use crate::strategy::BehaviorStrategy;

/// Sequence 0 is the empty one; the actions of an information set are adjacent.
#[derive(Debug)]
pub(super) struct Own {
    /// Information set → its first sequence; one more entry for the total.
    pub first: Vec<u32>,
    /// Information set → the sequence that leads to it; a set stands after the set before it.
    pub before: Vec<u32>,
    /// Information set → where its actions stand in a strategy.
    slots: Vec<usize>,
    /// Sequence → its first entry; one more for the total.
    starts: Vec<u32>,
    /// Entry × other player, the others in rising order: their sequences.
    others: Vec<u32>,
    /// Entry → payoff × probability of chance.
    worth: Vec<f64>,
}

impl Own {
    pub fn sets(&self) -> usize {
        self.before.len()
    }

    pub fn sequences(&self) -> usize {
        self.starts.len() - 1
    }

    /// The sequences of an information set.
    pub fn of(&self, set: usize) -> std::ops::Range<usize> {
        self.first[set] as usize..self.first[set + 1] as usize
    }

    /// What each sequence brings at the ends right after it, given how far each player goes with each of theirs.
    ///
    /// Entries follow in the order of the others' sequences: a sum has one order.
    pub fn worth(&self, player: usize, reach: &[Vec<f64>], mut put: impl FnMut(usize, f64)) {
        if let [first, second] = reach {
            let other = if player == 0 { second } else { first };
            let mut from = 0;
            for (sequence, &to) in self.starts[1..].iter().enumerate() {
                let to = to as usize;
                let mut sum = 0.0;
                for (worth, &sequence) in self.worth[from..to].iter().zip(&self.others[from..to]) {
                    sum += worth * other[sequence as usize];
                }
                put(sequence, sum);
                from = to;
            }
            return;
        }
        let others: Vec<&Vec<f64>> =
            reach.iter().enumerate().filter(|(other, _)| *other != player).map(|(_, row)| row).collect();
        for (sequence, range) in self.starts.windows(2).enumerate() {
            let one = |entry: u32| {
                let entry = entry as usize;
                let at = &self.others[entry * others.len()..(entry + 1) * others.len()];
                let go: f64 = others.iter().zip(at).map(|(reach, &other)| reach[other as usize]).product();
                self.worth[entry] * go
            };
            put(sequence, (range[0]..range[1]).map(one).sum());
        }
    }

    /// How far the player goes with each sequence, given the probability of its last action.
    pub fn reach(&self, reach: &mut [f64], p: impl Fn(usize) -> f64) {
        reach[0] = 1.0;
        for set in 0..self.sets() {
            let so_far = reach[self.before[set] as usize];
            for sequence in self.of(set) {
                reach[sequence] = so_far * p(sequence);
            }
        }
    }

    /// Shares of a sum at every information set, by sequence; equal where all are 0.
    pub fn average(&self, sum: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut sigma = vec![1.0; self.sequences()];
        for set in 0..self.sets() {
            let range = self.of(set);
            let total: f64 = range.clone().map(&sum).sum();
            for sequence in range.clone() {
                sigma[sequence] = if total > 0.0 { sum(sequence) / total } else { 1.0 / range.len() as f64 };
            }
        }
        sigma
    }

    /// What the player gets by its best response, given what its sequences bring at once; they are used up.
    pub fn best(&self, value: &mut [f64]) -> f64 {
        for set in (0..self.sets()).rev() {
            let best = value[self.of(set)].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            value[self.before[set] as usize] += best;
        }
        value[0]
    }
}

#[derive(Debug)]
pub(super) struct Sequences {
    pub players: Vec<Own>,
}

impl Sequences {
    /// `None` if there are more sequences or ends than 32 bits count. The game must have perfect recall.
    pub fn new(game: &Game) -> Option<Self> {
        let n = game.players.len();
        u32::try_from(game.actions().max(game.nodes()) + 1).ok()?;
        let mut sets: Vec<Vec<usize>> = vec![Vec::new(); n];
        // Information set → first sequence of its actions, known when its first node is met.
        let mut starts = vec![u32::MAX; game.infosets.len()];
        let mut before: Vec<Vec<u32>> = vec![Vec::new(); n];
        let mut first: Vec<Vec<u32>> = vec![vec![1]; n];
        // Node × player: the sequence so far.
        let mut so_far = vec![0_u32; game.nodes() * n];
        let mut chance = vec![1.0; game.nodes()];
        for node in 0..game.nodes() {
            if let Some((parent, branch)) = game.parent(node) {
                so_far.copy_within(parent * n..(parent + 1) * n, node * n);
                chance[node] = chance[parent];
                match game.turn(parent) {
                    Turn::Player { infoset } => {
                        so_far[node * n + game.infosets[infoset].player] = starts[infoset] + branch as u32;
                    }
                    Turn::Chance | Turn::End => chance[node] *= game.chance(parent)[branch],
                }
            }
            if let Turn::Player { infoset } = game.turn(node)
                && starts[infoset] == u32::MAX
            {
                let player = game.infosets[infoset].player;
                let start = first[player][first[player].len() - 1];
                starts[infoset] = start;
                first[player].push(start + game.infosets[infoset].actions.len() as u32);
                before[player].push(so_far[node * n + player]);
                sets[player].push(infoset);
            }
        }
        let players = (0..n).map(|player| {
            let total = first[player][first[player].len() - 1] as usize;
            let (starts, others, worth) = entries(game, player, total, &so_far, &chance);
            let slots = sets[player].iter().map(|&set| game.offsets[set]).collect();
            Own { before: before[player].clone(), first: first[player].clone(), slots, starts, others, worth }
        });
        Some(Self { players: players.collect() })
    }

    /// Every player's part, by sequence, of the strategy in proportion to numbers in the order of a strategy.
    pub fn averages(&self, sums: &[f64]) -> Vec<Vec<f64>> {
        let part = |own: &Own| {
            let mut by_sequence = vec![0.0; own.sequences()];
            for set in 0..own.sets() {
                let range = own.of(set);
                let slots = own.slots[set]..own.slots[set] + range.len();
                by_sequence[range].copy_from_slice(&sums[slots]);
            }
            own.average(|sequence| by_sequence[sequence])
        };
        self.players.iter().map(part).collect()
    }

    /// The strategy that the parts make.
    pub fn join(&self, game: &Game, parts: &[Vec<f64>]) -> BehaviorStrategy {
        let mut p = vec![0.0; game.actions()];
        for (own, sigma) in self.players.iter().zip(parts) {
            for set in 0..own.sets() {
                let range = own.of(set);
                p[own.slots[set]..own.slots[set] + range.len()].copy_from_slice(&sigma[range]);
            }
        }
        // Sets that no play can come to have no sequence.
        for set in 0..game.infosets.len() {
            let range = game.actions_of(set);
            if game.infosets[set].nodes.is_empty() {
                let share = 1.0 / range.len() as f64;
                p[range].fill(share);
            }
        }
        BehaviorStrategy(p)
    }

    /// The most that any player would gain.
    pub fn max_gain(&self, parts: &[Vec<f64>]) -> f64 {
        self.gains(parts).into_iter().fold(0.0, f64::max)
    }

    /// What each player would gain by its best response.
    pub fn gains(&self, parts: &[Vec<f64>]) -> Vec<f64> {
        let reach: Vec<Vec<f64>> = self
            .players
            .iter()
            .zip(parts)
            .map(|(own, sigma)| {
                let mut reach = vec![0.0; own.sequences()];
                own.reach(&mut reach, |sequence| sigma[sequence]);
                reach
            })
            .collect();
        let gain = |(player, own): (usize, &Own)| {
            let mut value = vec![0.0; own.sequences()];
            own.worth(player, &reach, |sequence, worth| value[sequence] = worth);
            let now: f64 = value.iter().zip(&reach[player]).map(|(value, reach)| value * reach).sum();
            (own.best(&mut value) - now).max(0.0)
        };
        self.players.iter().enumerate().map(gain).collect()
    }
}

/// The ends by own sequence, then by the others'; those with the same sequences of all are added up.
fn entries(
    game: &Game,
    player: usize,
    sequences: usize,
    so_far: &[u32],
    chance: &[f64],
) -> (Vec<u32>, Vec<u32>, Vec<f64>) {
    let n = game.players.len();
    let key = |end: usize| {
        let node = game.ends[end];
        let row = &so_far[node * n..(node + 1) * n];
        let others = row.iter().enumerate().filter(move |(other, _)| *other != player);
        std::iter::once(row[player]).chain(others.map(|(_, &sequence)| sequence))
    };
    let mut ends: Vec<usize> = (0..game.ends()).filter(|&end| chance[game.ends[end]] > 0.0).collect();
    ends.sort_by(|&a, &b| key(a).cmp(key(b)));
    let (mut starts, mut others, mut worth) = (vec![0_u32; sequences + 1], Vec::new(), Vec::new());
    let mut last = None;
    for end in ends {
        let own = so_far[game.ends[end] * n + player] as usize;
        let gets = chance[game.ends[end]] * game.end_payoffs(end)[player];
        if last.is_some_and(|last| key(last).eq(key(end))) {
            if let Some(sum) = worth.last_mut() {
                *sum += gets;
            }
            continue;
        }
        others.extend(key(end).skip(1));
        worth.push(gets);
        starts[own + 1] += 1;
        last = Some(end);
    }
    for sequence in 0..sequences {
        starts[sequence + 1] += starts[sequence];
    }
    (starts, others, worth)
}
