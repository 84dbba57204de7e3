//! Rare ends.
//!
//! Fixed-effort multilevel splitting: Garvels (2000), The splitting method in rare event simulation, thesis,
//! University of Twente; L'Ecuyer, Demers & Tuffin (2007), Rare events, splitting, and quasi-Monte Carlo,
//! ACM TOMACS 17(2):9. Runs climb through levels of a [`Guide`]. The product of the stages' shares is
//! unbiased whatever the guide, which only makes it precise; its error is read from independent
//! replications, never from within one.

use measure::portable::{beta_quantile, mean, sum};
use measure::{Interval, Seed, Stream};
use rayon::prelude::*;

use crate::guide::{Guide, Instant};
use crate::round::combinations;
use crate::simulate::{Estimate, Method, look, pick};
use crate::{Ladder, SimulateSettings};

/// Where a run has come to.
#[derive(Clone, Copy)]
enum At {
    Open(Instant),
    /// At the end looked for.
    End,
}

/// Probability of the end that the guide leads to; `None` where the replications
/// differ too much to judge their own error.
pub(crate) fn split(
    ladder: &Ladder,
    guide: &Guide,
    seed: Seed,
    settings: &SimulateSettings,
) -> Option<Estimate> {
    let purpose = format!("ladder splitting {:?}", guide.ends);
    let found: Vec<f64> = (0..settings.replications)
        .into_par_iter()
        .map(|replication| replicate(ladder, guide, settings.effort, &mut seed.stream(&purpose, replication)))
        .collect();
    steady(&found).then(|| student(&found, settings.level, Method::Splitting))
}

/// Whether replications are alike enough for Student's interval: of estimates that spread more than
/// their mean, a few rare large ones are missing.
fn steady(values: &[f64]) -> bool {
    let p = mean(values);
    let variance = sum(values.iter().map(|value| (value - p) * (value - p))) / (values.len() as f64 - 1.0);
    p > 0.0 && variance <= p * p
}

/// One replication.
fn replicate(ladder: &Ladder, guide: &Guide, effort: u64, stream: &mut Stream) -> f64 {
    let mut entered = vec![At::Open(Instant::of(ladder.run()))];
    let mut p = 1.0;
    for &level in &guide.levels {
        let from: Vec<At> = (0..effort).map(|_| entered[stream.index(entered.len())]).collect();
        entered = from.into_iter().filter_map(|at| approach(ladder, guide, level, at, stream)).collect();
        if entered.is_empty() {
            return 0.0;
        }
        p *= entered.len() as f64 / effort as f64;
    }
    p
}

/// Plays on until the level or the end is reached, or the run is over elsewhere.
fn approach(ladder: &Ladder, guide: &Guide, level: f64, mut at: At, stream: &mut Stream) -> Option<At> {
    while let At::Open(instant) = at {
        if guide.near(ladder, &instant) >= level {
            break;
        }
        at = turn(ladder, guide, instant, stream)?;
    }
    Some(at)
}

/// The next look or move; `None` if the run is over elsewhere.
fn turn(ladder: &Ladder, guide: &Guide, at: Instant, stream: &mut Stream) -> Option<At> {
    let mind = &ladder.minds[at.run.rung][at.actor];
    let Some(sum) = at.seen else {
        if at.actor == 0 && ladder.accident(at.run.rung, stream) {
            return None;
        }
        let (sum, wrong) = look(mind, at.actor, ladder.actors.len(), at.run.memory, stream);
        return Some(At::Open(Instant { seen: Some(sum), misread: at.misread || wrong, ..at }));
    };
    let moves = at.moves + combinations(at.actor) * pick(&mind.chooses[sum], stream);
    if at.actor + 1 < ladder.actors.len() {
        return Some(At::Open(Instant { actor: at.actor + 1, moves, seen: None, ..at }));
    }
    let run = ladder.moved(&at.run, moves, at.misread);
    match ladder.ended(&run) {
        Some(end) => guide.ends.contains(&end).then_some(At::End),
        None => Some(At::Open(Instant::of(run))),
    }
}

/// Probability of an accident: what each round would add to it is summed along runs in which none
/// happens.
pub(crate) fn accidents(ladder: &Ladder, seed: Seed, settings: &SimulateSettings) -> Option<Estimate> {
    let values: Vec<f64> = (0..settings.replications)
        .into_par_iter()
        .map(|replication| {
            let mut stream = seed.stream("ladder accidents", replication);
            sum((0..settings.effort).map(|_| collect_hazard(ladder, &mut stream))) / settings.effort as f64
        })
        .collect();
    Some(student(&values, settings.level, Method::Conditional))
}

fn collect_hazard(ladder: &Ladder, stream: &mut Stream) -> f64 {
    let (mut run, mut weight, mut collected) = (ladder.run(), 1.0, 0.0);
    while ladder.ended(&run).is_none() {
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
