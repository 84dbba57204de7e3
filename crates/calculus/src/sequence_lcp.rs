//! One equilibrium of two players in the sequence form, by Lemke's method in whole numbers.
//!
//! Koller, Megiddo & von Stengel (1996), Efficient computation of equilibria for extensive two-person games, Games and
//! Economic Behavior 14:247–259; Lemke (1965), Bimatrix equilibrium points and mathematical programming, Management
//! Science 11:681–689.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Zero};

use crate::bimatrix::NotTwo;
use crate::dictionary::{Dictionary, Entry};
use crate::exact::Rational;
use crate::progress::{Progress, Watcher};
use crate::sequence::{RealizationPlan, SequenceForm, Sequences};

/// Realization plans of all players, and whether they are an equilibrium.
#[derive(Clone, Debug, PartialEq)]
pub struct Plans {
    /// Player → its plan.
    pub plans: Vec<RealizationPlan<Rational>>,
    /// Not so if the watcher broke off: the plans are then where the path was.
    pub finished: bool,
}

/// The two players that have a choice, with costs in place of payoffs.
struct Two<'f> {
    own: [&'f Sequences; 2],
    who: [usize; 2],
    /// Cost of the first and of the second: sequence of the first × sequence of the second, non-negative.
    costs: [Vec<Vec<BigInt>>; 2],
}

/// One equilibrium; games with perfect recall in which at most two players have a choice.
///
/// # Errors
/// [`NotTwo`].
///
/// # Cost
/// Per pivot the square of the number of sequences plus twice the information sets, of both players; the number of
/// pivots is about as large as that number in practice, and exponential at worst.
pub fn sequence_lcp(form: &SequenceForm<Rational>, watcher: &mut Watcher<'_>) -> Result<Plans, NotTwo> {
    let two = Two::new(form)?;
    let problem = two.problem();
    let (solution, finished) = lemke::<i64>(&problem, watcher)
        .or_else(|| lemke::<BigInt>(&problem, watcher))
        .unwrap_or_else(|| (vec![Rational::zero(); problem.len()], false));
    let mut plans: Vec<RealizationPlan<Rational>> =
        form.players.iter().map(|own| vec![Rational::one(); own.count()]).collect();
    let (m, n) = (two.own[0].count(), two.own[1].count());
    plans[two.who[0]] = solution[..m].to_vec();
    if two.who[1] != two.who[0] {
        plans[two.who[1]] = solution[m..m + n].to_vec();
    }
    Ok(Plans { plans, finished })
}

impl<'f> Two<'f> {
    fn new(form: &'f SequenceForm<Rational>) -> Result<Self, NotTwo> {
        let players = form.players.len();
        let chooses = |&player: &usize| form.players[player].after.iter().any(|after| after.len() > 1);
        let choosing: Vec<usize> = (0..players).filter(chooses).collect();
        if choosing.len() > 2 {
            return Err(NotTwo(choosing.len()));
        }
        let idle = (0..players).filter(|player| !choosing.contains(player));
        let mut two: Vec<usize> = choosing.iter().copied().chain(idle).take(2).collect();
        two.sort_unstable();
        // A game of one player is played against a partner without moves: itself would not do.
        let who = [two[0], *two.get(1).unwrap_or(&two[0])];
        static NOBODY: Sequences = Sequences { infosets: Vec::new(), before: Vec::new(), after: Vec::new() };
        let own = [&form.players[who[0]], if who[0] == who[1] { &NOBODY } else { &form.players[who[1]] }];
        let costs = [0, 1].map(|side| {
            let payoffs = form.arrivals.iter().map(|one| &one.payoffs[who[side]]);
            // Every end costs at least 1, times its probability by chance.
            let most = form
                .arrivals
                .iter()
                .filter(|one| !one.chance.is_zero())
                .map(|one| &one.payoffs[who[side]] / &one.chance)
                .max()
                .unwrap_or_default()
                + Rational::one();
            let costs: Vec<Rational> =
                payoffs.zip(&form.arrivals).map(|(payoff, one)| &most * &one.chance - payoff).collect();
            let lcm = costs.iter().fold(BigInt::one(), |lcm, cost| lcm.lcm(cost.denom()));
            let mut table = vec![vec![BigInt::zero(); own[1].count()]; own[0].count()];
            for (cost, arrival) in costs.into_iter().zip(&form.arrivals) {
                let column = if who[0] == who[1] { 0 } else { arrival.sequences[who[1]] };
                // Sequences of players without choice are played for certain.
                table[arrival.sequences[who[0]]][column] += (cost * &lcm).to_integer();
            }
            table
        });
        Ok(Self { own, who, costs })
    }

    /// `M | b` of w = M z + b, z = (x, y, p′, p″, q′, q″).
    fn problem(&self) -> Vec<Vec<BigInt>> {
        let (m, n) = (self.own[0].count(), self.own[1].count());
        let sets = self.own.map(|own| own.infosets.len() + 1);
        let starts = [m + n, m + n + 2 * sets[0]];
        let size = m + n + 2 * (sets[0] + sets[1]);
        let mut problem = vec![vec![BigInt::zero(); size + 1]; size];
        for (i, (first, second)) in self.costs[0].iter().zip(&self.costs[1]).enumerate() {
            problem[i][m..m + n].clone_from_slice(first);
            for (j, cost) in second.iter().enumerate() {
                problem[m + j][i].clone_from(cost);
            }
        }
        for side in [0, 1] {
            let (first, count) = ([0, m][side], sets[side]);
            let (plus, minus) = (starts[side], starts[side] + count);
            // The plan of doing nothing yet is played for certain.
            problem[plus][size] = BigInt::one();
            problem[minus][size] = -BigInt::one();
            let mut entry = |set: usize, sequence: usize, value: i32| {
                let sequence = first + sequence;
                problem[sequence][plus + set] += value;
                problem[sequence][minus + set] -= value;
                problem[plus + set][sequence] -= value;
                problem[minus + set][sequence] += value;
            };
            entry(0, 0, 1);
            for (set, (&before, after)) in self.own[side].before.iter().zip(&self.own[side].after).enumerate()
            {
                entry(set + 1, before, -1);
                for sequence in after.clone() {
                    entry(set + 1, sequence, 1);
                }
            }
        }
        problem
    }
}

/// z ≥ 0 with M z + b ≥ 0 and one of each pair of components 0; whether the path came to its end. `None` if a number
/// did not fit. Rows of `problem`: M, then b.
fn lemke<T: Entry>(problem: &[Vec<BigInt>], watcher: &mut Watcher<'_>) -> Option<(Vec<Rational>, bool)> {
    let size = problem.len();
    // w − M z − 1·z₀ = b
    let rows: Vec<Vec<BigInt>> = problem
        .iter()
        .map(|row| {
            let own = row[..size].iter().map(|entry| -entry);
            own.chain([-BigInt::one(), row[size].clone()]).collect()
        })
        .collect();
    let mut dictionary: Dictionary<T> =
        Dictionary::new(&rows, (0..size).collect(), (size..=2 * size).collect())?;
    let least = (0..size).rev().min_by(|&a, &b| problem[a][size].cmp(&problem[b][size]))?;
    let mut finished = problem[least][size] >= BigInt::zero();
    if !finished {
        let mut entering = complement(dictionary.pivot(least, 2 * size)?, size);
        let mut steps = 0;
        loop {
            steps += 1;
            let step = Progress { steps, of: None, regret: None };
            if steps % 16 == 0 && watcher(step) == ControlFlow::Break(()) {
                break;
            }
            // A ray: the theory excludes it for these problems.
            let Some(row) = dictionary.leaving(entering) else { break };
            let leaving = dictionary.pivot(row, entering)?;
            if leaving == 2 * size {
                finished = true;
                break;
            }
            entering = complement(leaving, size);
        }
    }
    // A factor common to all values falls out only where the values are read as plans that begin with 1.
    let det = dictionary.factor();
    debug_assert!(det.cmp(&BigInt::zero()) == Ordering::Greater);
    let value = |variable: usize| Rational::new(dictionary.value(size + variable), det.clone());
    Some(((0..size).map(value).collect(), finished))
}

fn complement(variable: usize, size: usize) -> usize {
    if variable < size { variable + size } else { variable - size }
}
