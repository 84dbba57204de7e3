//! Games of pure conflict by linear programming, at the size at which Gambit's users wait.

use std::fs;

use calculus::examples::{Interests, RandomTree, kuhn, leduc};
use calculus::{Method, gambit as formats, solve};
use measure::Seed;

use crate::Outcome;
use crate::gambit::{Question, ask};
use crate::signals::{python, time};

/// Seconds that Gambit may take.
const LIMIT: u32 = 20;
/// Seconds for which short solutions are repeated.
const ENOUGH: f64 = 0.3;

pub fn run() -> Outcome<()> {
    println!("zero-sum games by linear programming in the sequence form; processor time, proof included");
    let tree = |nodes, seed| {
        RandomTree { players: 2, types: 3, nodes, interests: Interests::Opposed }.grow(Seed(seed))
    };
    let games = [
        ("Kuhn poker", kuhn()),
        ("random tree 1", tree(2200, 1)),
        ("random tree 2", tree(2200, 2)),
        ("random tree 3", tree(2200, 3)),
        ("Leduc poker", leduc()),
    ];
    let python = python().ok();
    let dir = tempfile::tempdir()?;
    for (number, (name, game)) in games.into_iter().enumerate() {
        let sets = |player| game.infosets.iter().filter(|set| set.player == player).count();
        let (seconds, solution) = time(ENOUGH, || solve(&game, Method::Lp));
        let solution = solution?;
        let one = &solution.equilibria[0];
        println!(
            "  {name}: {} nodes, {} and {} information sets: {seconds:.4} s, regret {:.0e}",
            game.nodes(),
            sets(0),
            sets(1),
            one.max_regret / game.payoff_range()
        );
        if let Some(python) = &python {
            let value = one.payoffs[0];
            let file = dir.path().join(format!("{number}.efg"));
            fs::write(&file, formats::to_efg(&game))?;
            let question = Question { file, method: "lp".into(), seconds: LIMIT };
            match ask(python, &[question])?.pop() {
                Some(answer) if answer.seconds.is_some() => {
                    let theirs = answer.seconds.unwrap_or(f64::NAN);
                    println!(
                        "    Gambit: {theirs:.3} s, {:.0} times as long, regret {:.0e}; the value is {value:.6}",
                        theirs / seconds,
                        answer.regret.unwrap_or(f64::NAN) / game.payoff_range()
                    );
                }
                other => {
                    println!("    Gambit: {}", other.and_then(|answer| answer.error).unwrap_or_default())
                }
            }
        }
    }
    Ok(())
}
