//! One crisis game under many payoffs, beside Gambit on a few of the same draws.

use std::fs;
use std::path::Path;
use std::time::Instant;

use calculus::examples::crisis;
use calculus::{Batch, Draws, Game, Until, gambit as formats};
use measure::Seed;

use crate::Outcome;
use crate::gambit::{Answer, Question, ask};
use crate::signals::{processor_seconds, python};

const DRAWS: usize = 100_000;
/// Draws whose processor time is taken on one thread.
const TIMED: usize = 5_000;
/// Types, messages, replies; how many draws Gambit gets, and how many seconds for each.
const CASES: [([usize; 3], usize, u32); 3] = [([2, 2, 2], 10, 60), ([3, 3, 2], 5, 60), ([4, 4, 3], 1, 60)];
const ENDS: [Until; 3] = [Until::Lambda(1.0), Until::Lambda(5.0), Until::Nash];

pub fn run() -> Outcome<()> {
    println!(
        "{DRAWS} draws of standard normal payoffs; processor time of one thread, and time on {} threads",
        rayon::current_num_threads()
    );
    let python = python();
    if let Err(reason) = &python {
        println!("no peer: {reason}");
    }
    for ([types, messages, replies], few, limit) in CASES {
        let batch = Batch::new(crisis(types, messages, replies))?;
        println!(
            "\n{types} types × {messages} messages × {replies} replies × (fight, back down): {} nodes",
            batch.game().nodes()
        );
        let dir = tempfile::tempdir()?;
        for until in ENDS {
            let name = match until {
                Until::Lambda(lambda) => format!("λ = {lambda}"),
                Until::Nash => "Nash".into(),
            };
            let start = Instant::now();
            let all = batch.solve(DRAWS, until, draw)?;
            let wall = start.elapsed().as_secs_f64();
            let (ours, timed) = alone(&batch, until)?;
            let same = (0..TIMED).all(|number| timed.probabilities(number) == all.probabilities(number));
            let lost = all.lambda.iter().filter(|lambda| lambda.is_nan()).count();
            let worst = all.regret.iter().copied().filter(|_| until == Until::Nash).fold(0.0, f64::max);
            println!(
                "  {name}: {:.4} ms a draw; all in {wall:.1} s; {lost} not followed; one thread and all: {}{}",
                1e3 * ours,
                if same { "SAME BITS" } else { "DIFFERENT" },
                if until == Until::Nash { format!("; regret at most {worst:.0e}") } else { String::new() }
            );
            let Ok(python) = &python else { continue };
            let answers = ask(python, &questions(&batch, dir.path(), until, few, limit)?)?;
            beside(&batch, &all, &answers, ours, limit);
        }
    }
    Ok(())
}

/// Standard normal payoffs of one draw.
fn draw(number: usize, payoffs: &mut [f64]) {
    let mut stream = Seed(11).stream("payoffs", number as u64);
    payoffs.iter_mut().for_each(|payoff| *payoff = stream.normal());
}

/// Seconds of processor time a draw, drawing the payoffs included.
fn alone(batch: &Batch, until: Until) -> Outcome<(f64, Draws)> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    pool.install(|| {
        let start = processor_seconds();
        let found = batch.solve(TIMED, until, draw)?;
        Ok::<_, calculus::TraceError>(((processor_seconds() - start) / TIMED as f64, found))
    })
    .map_err(Into::into)
}

fn questions(batch: &Batch, dir: &Path, until: Until, few: usize, limit: u32) -> Outcome<Vec<Question>> {
    let method = match until {
        Until::Lambda(lambda) => format!("lambda={lambda}"),
        Until::Nash => "logit".into(),
    };
    let mut payoffs = vec![0.0; batch.game().ends() * batch.game().players.len()];
    (0..few)
        .map(|number| {
            draw(number, &mut payoffs);
            let file = dir.join(format!("{number}.efg"));
            fs::write(&file, formats::to_efg(&batch.game_with(&payoffs)))?;
            Ok(Question { file, method: method.clone(), seconds: limit })
        })
        .collect()
}

fn beside(batch: &Batch, all: &Draws, answers: &[Answer], ours: f64, limit: u32) {
    let times: Vec<f64> = answers.iter().filter_map(|answer| answer.seconds).collect();
    if times.is_empty() {
        let said = answers.iter().find_map(|answer| answer.error.clone()).unwrap_or_default();
        println!("    Gambit: {said}; ours is more than {:.0} times as fast", f64::from(limit) / ours);
        return;
    }
    let theirs = times.iter().sum::<f64>() / times.len() as f64;
    let mut furthest = 0.0_f64;
    for (number, answer) in answers.iter().enumerate().filter(|(_, answer)| !answer.profile.is_empty()) {
        let own = by_player(batch.game(), all.probabilities(number));
        let apart = own.iter().zip(&answer.profile).map(|(one, other)| (one - other).abs());
        furthest = apart.fold(furthest, f64::max);
    }
    let compared = answers.iter().any(|answer| !answer.profile.is_empty());
    println!(
        "    Gambit: {:.1} ms a game ({} of {} answered); ours is {:.0} times as fast{}",
        1e3 * theirs,
        times.len(),
        answers.len(),
        theirs / ours,
        if compared { format!("; probabilities differ by at most {furthest:.0e}") } else { String::new() }
    );
}

/// Probabilities player by player, as Gambit orders them.
fn by_player(game: &Game, all: &[f64]) -> Vec<f64> {
    let of = |player: usize| game.infosets.iter().enumerate().filter(move |(_, set)| set.player == player);
    (0..game.players.len())
        .flat_map(|player| of(player).flat_map(|(set, _)| all[game.actions_of(set)].to_vec()))
        .collect()
}
