//! Cost of every solver as the tree grows, and where it stops being usable.

use std::ops::ControlFlow;

use calculus::examples::{Interests, RandomTree};
use calculus::{Game, Method, Start, Until, solve_watched};
use measure::Seed;
use measure::portable::{ln, pow};

use crate::Outcome;
use crate::signals::{processor_seconds, time};

/// Seconds for which short solutions are repeated.
const ENOUGH: f64 = 0.1;
const SIZES: [usize; 4] = [100, 1000, 10_000, 100_000];
/// Seconds of processor time after which a solver is told to stop.
const LIMIT: f64 = 20.0;
/// A regret up to this share of the range of payoffs counts as none.
const SOLVED: f64 = 1e-6;

/// A solver, what it is called, and on which trees it runs.
type Solver = (&'static str, Method, Interests);

const SOLVERS: [Solver; 9] = [
    ("qre at λ = 1", Method::Qre(Until::Lambda(1.0)), Interests::Mixed),
    ("qre to Nash", Method::Qre(Until::Nash), Interests::Mixed),
    ("lcp", Method::Lcp, Interests::Mixed),
    ("lemke-howson", Method::LemkeHowson(Start::Label(0)), Interests::Mixed),
    ("pure", Method::Pure, Interests::Mixed),
    ("enum", Method::Enum, Interests::Mixed),
    ("simplicial", Method::Simplicial, Interests::Mixed),
    ("lp", Method::Lp, Interests::Opposed),
    ("qre to Nash, opposed", Method::Qre(Until::Nash), Interests::Opposed),
];

pub fn run() -> Outcome<()> {
    println!(
        "random trees of two players with three types each; processor time; a solver is stopped after {LIMIT} s and not tried on larger trees"
    );
    for interests in [Interests::Mixed, Interests::Opposed] {
        let grow = |nodes| RandomTree { players: 2, types: 3, nodes, interests }.grow(Seed(1));
        let games: Vec<Game> = SIZES.into_iter().map(grow).collect();
        for game in &games {
            let free = game.actions() - game.infosets.len();
            println!(
                "  {interests:?}: {} nodes, {} information sets, {free} free probabilities",
                game.nodes(),
                game.infosets.len()
            );
        }
        for (name, method, _) in SOLVERS.into_iter().filter(|(_, _, on)| *on == interests) {
            println!("  {name}: {}", row(&games, method).join("; "));
        }
    }
    Ok(())
}

/// Time at each size with the slope since the last, until it is no longer usable.
fn row(games: &[Game], method: Method) -> Vec<String> {
    let mut cells = Vec::new();
    let mut last: Option<(f64, f64)> = None;
    for game in games {
        let nodes = game.nodes() as f64;
        let (seconds, said) = time(ENOUGH, || attempt(game, method));
        let slope = last.map(|(before, at)| ln(seconds / before) / ln(nodes / at));
        let shown = slope.map(|slope| format!(" (slope {slope:.1})")).unwrap_or_default();
        match said {
            Ok(()) => cells.push(format!("{nodes} nodes {seconds:.2e} s{shown}")),
            Err(reason) => {
                cells.push(format!("{nodes} nodes: {reason}, after {seconds:.1} s"));
                break;
            }
        }
        // Ten times the nodes again: no solver of these is faster than linear.
        let ahead = seconds * pow(10.0, slope.unwrap_or(1.0).max(1.0));
        if ahead > 10.0 * LIMIT {
            cells.push(format!("larger: by the slope {ahead:.0} s"));
            break;
        }
        last = Some((seconds, nodes));
    }
    cells
}

/// Solves it, or says why not.
fn attempt(game: &Game, method: Method) -> Result<(), String> {
    let start = processor_seconds();
    let mut within = |_| {
        if processor_seconds() - start > LIMIT { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let solved = solve_watched(game, method, &mut within);
    let seconds = processor_seconds() - start;
    match solved {
        Err(error) => Err(error.to_string().split([':', ';', '.']).next().unwrap_or_default().to_string()),
        Ok(_) if seconds > LIMIT => Err("stopped".into()),
        Ok(found) if matches!(method, Method::Pure | Method::Enum) && !found.complete => {
            Err("not all of them".into())
        }
        Ok(found) => {
            let regret = found.equilibria.iter().map(|one| one.max_regret).fold(0.0, f64::max);
            let at_lambda = matches!(method, Method::Qre(Until::Lambda(_)));
            if at_lambda || regret <= SOLVED * game.payoff_range() {
                Ok(())
            } else {
                Err(format!("regret {:.0e}", regret / game.payoff_range()))
            }
        }
    }
}
