//! Regret minimization: iterations a second and exploitability beside OpenSpiel, and cost as the game grows.

use std::process::Command;

use calculus::examples::{Interests, RandomTree, kuhn, leduc, liars_dice};
use calculus::{CfrSettings, Game, Learned, McCfrSettings, cfr, mccfr, unwatched};
use measure::Seed;

use crate::signals::{processor_seconds, python};
use crate::{Outcome, root};

/// A game, its name there, iterations after which exploitability is compared, and iterations of ours that take about
/// a second.
type Race = (fn() -> Game, &'static str, &'static [u64], u64);

const RACES: [Race; 3] = [
    (kuhn, "kuhn_poker", &[1, 10, 100, 1000, 10_000], 1_000_000),
    (leduc, "leduc_poker", &[1, 10, 100, 400], 20_000),
    (liars_dice, "liars_dice", &[1, 5, 10], 500),
];

pub fn run() -> Outcome<()> {
    println!(
        "CFR+, both players updated once in an iteration, one after the other; processor time, one thread"
    );
    let python = python();
    if let Err(reason) = &python {
        println!("no peer: {reason}");
    }
    for (build, name, checks, many) in RACES {
        let game = build();
        let none = seconds(&game, &CfrSettings::plus(0, 0.0))?.0;
        let all = seconds(&game, &CfrSettings::plus(many, 0.0))?.0;
        let ours = many as f64 / (all - none);
        println!(
            "\n{name}: {} nodes, {} information sets; set up in {none:.3} s; {ours:.0} iterations/s",
            game.nodes(),
            game.infosets.len()
        );
        let way = |iterations: &u64| -> Outcome<f64> {
            Ok(cfr(&game, &CfrSettings::plus(*iterations, 0.0), &mut unwatched)?.exploitability())
        };
        let way = checks.iter().map(way).collect::<Outcome<Vec<_>>>()?;
        if let Ok(python) = &python {
            let list: Vec<String> = checks.iter().map(ToString::to_string).collect();
            let output = Command::new(python)
                .arg(root().join("benches/peers/openspiel_.py"))
                .args([name, &list.join(",")])
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .output()?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            let peer: serde_json::Value = serde_json::from_slice(&output.stdout)?;
            let number = |value: &serde_json::Value| value.as_f64().unwrap_or(f64::NAN);
            let theirs = number(&peer["iterations"]) / number(&peer["seconds"]);
            println!("  OpenSpiel: {theirs:.1} iterations/s; ours is {:.0} times as fast", ours / theirs);
            for (index, (iterations, own)) in checks.iter().zip(&way).enumerate() {
                println!(
                    "  exploitability after {iterations}: {own:.9}, OpenSpiel {:.9}",
                    number(&peer["way"][index])
                );
            }
        } else {
            for (iterations, own) in checks.iter().zip(&way) {
                println!("  exploitability after {iterations}: {own:.9}");
            }
        }
        let variants =
            [("CFR+", CfrSettings::plus(many, 2e-3)), ("discounted", CfrSettings::discounted(many, 2e-3))];
        for (variant, settings) in variants {
            let (seconds, learned) = seconds(&game, &settings)?;
            println!(
                "  {variant}: nobody gains more than 2e-3 after {} iterations, {:.3} s",
                learned.iterations,
                seconds - none
            );
        }
    }
    growth()
}

fn seconds(game: &Game, settings: &CfrSettings) -> Outcome<(f64, Learned)> {
    let start = processor_seconds();
    let learned = cfr(game, settings, &mut unwatched)?;
    Ok((processor_seconds() - start, learned))
}

/// Zero-sum trees with three types on each side.
fn growth() -> Outcome<()> {
    println!("\ncost as the game grows: random trees of two players, three types each, zero sum");
    let mut last: Option<[f64; 3]> = None;
    for nodes in [100, 1000, 10_000, 100_000] {
        let tree = RandomTree { players: 2, types: 3, nodes, interests: Interests::Opposed };
        let game = tree.grow(Seed(1));
        let iterations = 30_000_000 / nodes as u64;
        let (start, learned) = seconds(&game, &CfrSettings::plus(0, 0.0))?;
        let (plus, _) = seconds(&game, &CfrSettings::plus(iterations, 0.0))?;
        let (solved, good) = seconds(&game, &CfrSettings::discounted(100_000, 1e-3))?;
        let before = processor_seconds();
        let settings = McCfrSettings { iterations: 20_000, enough: 0.0, seed: Seed(1) };
        let drawn = mccfr(&game, &settings, &mut unwatched)?;
        let sampled = (processor_seconds() - before - start) / 20_000.0;
        let now = [(plus - start) / iterations as f64, solved, sampled];
        println!(
            "  {} nodes, {} sets: {:.2e} s an iteration of CFR+, {:.2e} s of sampling; discounted to regret 1e-3 in {} iterations, {solved:.2} s; regret at first {:.2}, after 20,000 drawn plays {:.3}",
            game.nodes(),
            game.infosets.len(),
            now[0],
            now[2],
            good.iterations,
            learned.max_regret(),
            drawn.max_regret()
        );
        if let Some(last) = last {
            let slope =
                |index: usize| measure::portable::ln(now[index] / last[index]) / measure::portable::ln(10.0);
            println!(
                "    slopes since ten times fewer nodes: iteration {:.2}, solution {:.2}, drawn play {:.2}",
                slope(0),
                slope(1),
                slope(2)
            );
        }
        last = Some(now);
    }
    Ok(())
}
