//! How the cost of logit path tracing grows with the tree: random trees of two players with two private types each.
//!
//! `cargo run --release -p calculus --example logit_growth -- [SECONDS] [NODES…]`: at λ = 1 (payoffs are standard normal)
//! and to the Nash end of the branch, each stopped after SECONDS (60).

use std::ops::ControlFlow;
use std::time::Instant;

use calculus::examples::{Interests, RandomTree};
use calculus::{Game, TraceError, Until, regret, trace_watched};
use measure::Seed;

fn main() -> Result<(), TraceError> {
    let mut numbers = std::env::args().skip(1).filter_map(|text| text.parse::<usize>().ok());
    let limit = numbers.next().unwrap_or(60) as f64;
    let mut sizes: Vec<usize> = numbers.collect();
    if sizes.is_empty() {
        sizes = vec![100, 1_000, 10_000, 100_000];
    }
    for nodes in sizes {
        let game = RandomTree { players: 2, types: 2, nodes, interests: Interests::Mixed }.grow(Seed(1));
        println!("{} nodes, {} free probabilities", game.nodes(), game.actions() - game.infosets.len());
        follow(&game, Until::Lambda(1.0), limit)?;
        follow(&game, Until::Nash, limit)?;
    }
    Ok(())
}

fn follow(game: &Game, until: Until, limit: f64) -> Result<(), TraceError> {
    let start = Instant::now();
    let mut steps = 0;
    let found = trace_watched(game, until, &mut |progress| {
        steps = progress.steps;
        if start.elapsed().as_secs_f64() > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    println!(
        "  {until:?}: {:?} at λ = {:.3e} after {:.3} s, {steps} steps, {} turns, {} crossings, regret {:.1e}",
        found.ended,
        found.lambda,
        start.elapsed().as_secs_f64(),
        found.turns.len(),
        found.bifurcations.len(),
        regret(game, &found.strategy).max()
    );
    Ok(())
}
