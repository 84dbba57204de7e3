//! Rare ends.
//!
//! Multilevel splitting over rungs with a fixed number of successes per stage: Amrein & Künsch (2011),
//! A variant of importance splitting for rare event estimation, ACM TOMACS 21(2):13. The product of the
//! stages' shares is unbiased; its error is read from independent replications, never from within one.

use measure::portable::{beta_quantile, mean, sum};
use measure::{Interval, Seed, Stream};
use rayon::prelude::*;

use crate::simulate::{Estimate, Method, Run};
use crate::{Ladder, SimulateSettings};

/// Runs per success after which a stage gives up.
const MOST_PLAYED: u64 = 500;

/// Runs that collect hazard, where a stage of splitting has one success.
const RUNS_PER_SUCCESS: u64 = 10;

/// Which end of the ladder is rare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toward {
    Top,
    Bottom,
}

impl Toward {
    /// The rungs to be reached one after the other, the end last.
    fn levels(self, ladder: &Ladder) -> Vec<usize> {
        match self {
            Self::Top => (ladder.start + 1..=ladder.top()).collect(),
            Self::Bottom => (0..ladder.start).rev().collect(),
        }
    }

    fn reached(self, rung: usize, level: usize) -> bool {
        match self {
            Self::Top => rung >= level,
            Self::Bottom => rung <= level,
        }
    }
}

/// Probability to reach an end of the ladder with a misperception in the last round, without one, and
/// in any case; `None` where too few replications saw it.
pub(crate) fn split(
    ladder: &Ladder,
    toward: Toward,
    seed: Seed,
    settings: &SimulateSettings,
) -> [Option<Estimate>; 3] {
    let purpose = format!("ladder splitting {toward:?}");
    let found: Vec<[f64; 2]> = (0..settings.replications)
        .into_par_iter()
        .map(|replication| {
            replicate(ladder, toward, settings.effort, &mut seed.stream(&purpose, replication))
        })
        .collect();
    let of = |value: fn(&[f64; 2]) -> f64| {
        let values: Vec<f64> = found.iter().map(value).collect();
        let hits = values.iter().filter(|&&p| p > 0.0).count();
        (2 * hits > values.len()).then(|| student(&values, settings.level, Method::Splitting))
    };
    [of(|p| p[0]), of(|p| p[1]), of(|p| p[0] + p[1])]
}

/// One replication: with a misperception in the last round, without one.
fn replicate(ladder: &Ladder, toward: Toward, effort: u64, stream: &mut Stream) -> [f64; 2] {
    let mut entered = vec![ladder.run()];
    let mut p = 1.0;
    for level in toward.levels(ladder) {
        let (share, next) = stage(ladder, toward, level, &entered, effort, stream);
        p *= share;
        entered = next;
        if entered.is_empty() {
            return [0.0; 2];
        }
    }
    let misread = entered.iter().filter(|run| run.misread).count() as f64 / entered.len() as f64;
    [p * misread, p * (1.0 - misread)]
}

/// Plays from where the last level was entered until `effort` runs have reached the next one. Returns
/// their share and them.
fn stage(
    ladder: &Ladder,
    toward: Toward,
    level: usize,
    from: &[Run],
    effort: u64,
    stream: &mut Stream,
) -> (f64, Vec<Run>) {
    let mut entered = Vec::new();
    for played in 1..=MOST_PLAYED * effort {
        let run = from[stream.index(from.len())];
        entered.extend(climb_to(ladder, toward, level, run, stream));
        if entered.len() as u64 == effort {
            // The last one was waited for: without it and the one it stands for, the share is unbiased.
            return ((effort - 1) as f64 / (played - 1).max(1) as f64, entered);
        }
    }
    (entered.len() as f64 / (MOST_PLAYED * effort) as f64, entered)
}

/// Plays on until the level is reached, or the run ends without.
fn climb_to(ladder: &Ladder, toward: Toward, level: usize, mut run: Run, stream: &mut Stream) -> Option<Run> {
    while !toward.reached(run.rung, level) {
        if run.rung == 0 || run.rung == ladder.top() || ladder.accident(run.rung, stream) {
            return None;
        }
        ladder.play(&mut run, stream);
    }
    Some(run)
}

/// Probability of an accident: what each round would add to it is summed along runs in which none
/// happens.
pub(crate) fn accidents(ladder: &Ladder, seed: Seed, settings: &SimulateSettings) -> Option<Estimate> {
    let runs = RUNS_PER_SUCCESS * settings.effort;
    let values: Vec<f64> = (0..settings.replications)
        .into_par_iter()
        .map(|replication| {
            let mut stream = seed.stream("ladder accidents", replication);
            sum((0..runs).map(|_| collect_hazard(ladder, &mut stream))) / runs as f64
        })
        .collect();
    Some(student(&values, settings.level, Method::Conditional))
}

fn collect_hazard(ladder: &Ladder, stream: &mut Stream) -> f64 {
    let (mut run, mut weight, mut collected) = (ladder.run(), 1.0, 0.0);
    while run.rung != 0 && run.rung != ladder.top() {
        collected += weight * ladder.hazard[run.rung];
        weight *= 1.0 - ladder.hazard[run.rung];
        // Russian roulette: without it a run that only an accident can end would go on for ever.
        if weight < 0.1 {
            if stream.uniform() < 0.5 {
                break;
            }
            weight *= 2.0;
        }
        ladder.play(&mut run, stream);
    }
    collected
}

/// Mean of independent replications with Student's interval.
fn student(values: &[f64], level: f64, method: Method) -> Estimate {
    let (n, p) = (values.len() as f64, mean(values));
    let variance = sum(values.iter().map(|value| (value - p) * (value - p))) / (n - 1.0);
    let half = student_quantile(n - 1.0, level) * (variance / n).sqrt();
    Estimate { p, interval: Interval::new((p - half).max(0.0), (p + half).min(1.0)), method }
}

/// The t with P(|T| ≤ t) = level at so many degrees of freedom.
fn student_quantile(freedom: f64, level: f64) -> f64 {
    // P(|T| > t) = I_x(ν/2, 1/2) with x = ν / (ν + t²).
    let x = beta_quantile(freedom / 2.0, 0.5, 1.0 - level);
    (freedom * (1.0 / x - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_quantiles_agree_with_the_tables() {
        // Two-sided 95 and 99 % points, e.g. NIST/SEMATECH e-Handbook, section 1.3.6.7.2.
        for (freedom, level, t) in [(1.0, 0.95, 12.706), (10.0, 0.95, 2.228), (23.0, 0.99, 2.807)] {
            assert!((student_quantile(freedom, level) - t).abs() < 1e-3, "{freedom} {level}");
        }
    }
}
