use std::collections::BTreeMap;

use measure::portable::normal_quantile;
use measure::{Interval, Seed, Stream};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::Ladder;
use crate::guide::Guide;
use crate::round::{Mind, all_hold, climb, combinations, digit};
use crate::splitting::{accidents, split};

/// Trajectories that share a stream.
const BLOCK: u64 = 1_000;

/// How much to simulate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SimulateSettings {
    /// Plain trajectories.
    pub trajectories: u64,
    /// Of the intervals, in (0, 1).
    pub level: f64,
    /// An end seen more rarely than this is estimated by splitting (or, for accidents, by their
    /// expected number along each trajectory).
    pub fewest_hits: u64,
    /// Runs per stage of one splitting replication.
    pub effort: u64,
    /// Independent replications of the splitting; at least 2.
    pub replications: u64,
    /// Fewer trajectories are played where the expected rounds would exceed this, none at all where a
    /// single one does.
    pub most_rounds: u64,
}

impl Default for SimulateSettings {
    fn default() -> Self {
        Self {
            trajectories: 200_000,
            level: 0.99,
            fewest_hits: 400,
            effort: 2_000,
            replications: 24,
            most_rounds: 100_000_000,
        }
    }
}

/// How a simulated probability was estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Share of plain trajectories, with Wilson's interval.
    Plain,
    /// Multilevel splitting over rungs, with Student's interval over replications.
    Splitting,
    /// Mean of the accident probability collected along each trajectory, with Student's interval.
    Conditional,
}

/// A simulated probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate; 0.5 if nothing could be played.
    pub p: f64,
    /// Holds the true value with the settings' level.
    pub interval: Interval,
    /// How it was made.
    pub method: Method,
}

/// What came out of playing the ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    /// By the names of [`Ladder::ends`].
    pub ends: BTreeMap<String, Estimate>,
    /// Plain trajectories played.
    pub trajectories: u64,
    /// Mean number of rounds; 0 if nothing could be played.
    pub rounds: f64,
}

/// A run of the crisis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) rung: usize,
    /// Everybody's last move.
    pub(crate) memory: usize,
    /// Whether somebody saw something wrongly in the last round.
    pub(crate) misread: bool,
}

impl Ladder {
    /// Plays the ladder from first principles (an accident, what each sees, what each does), in blocks
    /// with a stream each: the same bits for any number of threads.
    ///
    /// Ends with fewer than [`SimulateSettings::fewest_hits`] are estimated again by a method for rare
    /// events; where its replications differ too much to judge its own error, the plain estimate stays.
    pub fn simulate(&self, seed: Seed, settings: &SimulateSettings) -> Simulation {
        let affordable = settings.most_rounds as f64 / self.exact().rounds.max(1.0);
        let trajectories = settings.trajectories.min(affordable as u64);
        let blocks: Vec<(u64, u64)> = (0..trajectories.div_ceil(BLOCK))
            .map(|block| (block, BLOCK.min(trajectories - block * BLOCK)))
            .collect();
        // Whole numbers: their sum has no order.
        let total = blocks
            .into_par_iter()
            .map(|(block, n)| self.play_block(&mut seed.stream("ladder trajectories", block), n))
            .reduce(Tally::default, Tally::with);
        let hits =
            [total.ends[0], total.ends[1], total.ends[2], total.ends[3], total.ends[1] + total.ends[2]];
        let mut estimates = hits.map(|hits| wilson(hits, trajectories, settings.level));
        if trajectories == settings.trajectories {
            self.refine(&hits, &mut estimates, seed, settings);
        }
        Simulation {
            ends: self.ends().into_iter().zip(estimates).collect(),
            trajectories,
            rounds: if trajectories == 0 { 0.0 } else { total.rounds as f64 / trajectories as f64 },
        }
    }

    /// Replaces the estimates of rare ends.
    fn refine(
        &self,
        hits: &[u64; 5],
        estimates: &mut [Estimate; 5],
        seed: Seed,
        settings: &SimulateSettings,
    ) {
        let rare = hits.map(|hits| hits < settings.fewest_hits);
        let mut replace = |end: usize, found: Option<Estimate>| {
            if let Some(estimate) = found {
                estimates[end] = estimate;
            }
        };
        const BY_SPLITTING: [(usize, &[usize]); 4] = [(0, &[0]), (1, &[1]), (2, &[2]), (4, &[1, 2])];
        for (end, parts) in BY_SPLITTING.into_iter().filter(|&(end, _)| rare[end]) {
            if let Some(guide) = Guide::to(self, parts) {
                replace(end, split(self, &guide, seed, settings));
            }
        }
        if rare[3] {
            replace(3, accidents(self, seed, settings));
        }
    }

    fn play_block(&self, stream: &mut Stream, trajectories: u64) -> Tally {
        let mut tally = Tally::default();
        for _ in 0..trajectories {
            let mut run = self.run();
            let end = loop {
                tally.rounds += 1;
                if self.accident(run.rung, stream) {
                    break 3;
                }
                self.play(&mut run, stream);
                if let Some(end) = self.ended(&run) {
                    break end;
                }
            };
            tally.ends[end] += 1;
        }
        tally
    }

    /// A run that begins.
    pub(crate) fn run(&self) -> Run {
        Run { rung: self.start, memory: all_hold(self.actors.len()), misread: false }
    }

    /// Number of the state in which a run stands that has not ended.
    pub(crate) fn number(&self, run: &Run) -> usize {
        self.numbers[run.rung * combinations(self.actors.len()) + run.memory]
    }

    /// How a run has ended without an accident: 0 settled, 1 war misread, 2 war clear.
    pub(crate) fn ended(&self, run: &Run) -> Option<usize> {
        match run.rung {
            0 => Some(0),
            rung if rung == self.top() => Some(if run.misread { 1 } else { 2 }),
            _ => None,
        }
    }

    /// Whether an accident happens on this rung.
    pub(crate) fn accident(&self, rung: usize, stream: &mut Stream) -> bool {
        self.hazard[rung] > 0.0 && stream.uniform() < self.hazard[rung]
    }

    /// One round without an accident: everybody sees, then everybody moves.
    pub(crate) fn play(&self, run: &mut Run, stream: &mut Stream) {
        let (mut moves, mut wrong) = (0, false);
        for (actor, mind) in self.minds[run.rung].iter().enumerate() {
            let (seen, misread) = look(mind, actor, self.actors.len(), run.memory, stream);
            wrong |= misread;
            moves += combinations(actor) * pick(&mind.chooses[seen], stream);
        }
        *run = self.moved(run, moves, wrong);
    }

    /// A run after these moves.
    pub(crate) fn moved(&self, run: &Run, moves: usize, misread: bool) -> Run {
        Run { rung: self.after(run.rung, climb(moves, self.actors.len())), memory: moves, misread }
    }
}

/// Sum of the others' moves as one actor sees them, and whether one of them is seen wrongly.
pub(crate) fn look(
    mind: &Mind,
    actor: usize,
    actors: usize,
    memory: usize,
    stream: &mut Stream,
) -> (usize, bool) {
    let (mut sum, mut misread) = (0, false);
    for other in (0..actors).filter(|&other| other != actor) {
        let truth = digit(memory, other);
        let seen = pick(&mind.sees[truth], stream);
        sum += seen;
        misread |= seen != truth;
    }
    (sum, misread)
}

pub(crate) fn pick(shares: &[f64; 3], stream: &mut Stream) -> usize {
    let at = stream.uniform();
    match at {
        _ if at < shares[0] => 0,
        _ if at < shares[0] + shares[1] => 1,
        // Rounding must not open a way that is closed.
        _ if shares[2] > 0.0 => 2,
        _ if shares[1] > 0.0 => 1,
        _ => 0,
    }
}

#[derive(Clone, Copy, Default)]
struct Tally {
    ends: [u64; 4],
    rounds: u64,
}

impl Tally {
    fn with(mut self, other: Self) -> Self {
        self.ends.iter_mut().zip(other.ends).for_each(|(mine, theirs)| *mine += theirs);
        self.rounds += other.rounds;
        self
    }
}

/// A share with its score interval: Wilson (1927), J. Am. Stat. Assoc. 22:209–212.
fn wilson(hits: u64, of: u64, level: f64) -> Estimate {
    if of == 0 {
        return Estimate { p: 0.5, interval: Interval::new(0.0, 1.0), method: Method::Plain };
    }
    let (n, p) = (of as f64, hits as f64 / of as f64);
    let z = normal_quantile(0.5 + level / 2.0);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let low = if hits == 0 { 0.0 } else { middle - half };
    let high = if hits == of { 1.0 } else { middle + half };
    Estimate { p, interval: Interval::new(low, high), method: Method::Plain }
}
