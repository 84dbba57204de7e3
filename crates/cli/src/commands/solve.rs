use std::path::Path;

use assessment::Settings;
use calculus::{
    CfrSettings, Equilibrium, Game, McCfrSettings, Method as How, Solution, Start, Until, choose,
    solve_watched,
};
use clap::ValueEnum;
use measure::Seed;

use super::watching::Watching;
use super::{Done, columns, print, print_json};
use crate::failure::{Failure, show};
use crate::words::solve::{Method, Solve};

pub fn run(words: &Solve) -> Done {
    let game = read(&words.file)?;
    let (method, why) = method(words, &game)?;
    let solution = watched(&game, method, why, words.limit)?;
    if words.json {
        return print_json(&solution);
    }
    print(&format!(
        "{}: {} player(s), {} nodes, {} information sets\nmethod: {}",
        game.title,
        game.players.len(),
        game.nodes(),
        game.infosets.len(),
        solution.method
    ))?;
    for note in &solution.notes {
        print(&format!("note: {note}"))?;
    }
    for (index, equilibrium) in solution.equilibria.iter().enumerate() {
        print(&format!("\nequilibrium {} of {}", index + 1, solution.equilibria.len()))?;
        print(&described(&game, equilibrium))?;
    }
    if solution.equilibria.is_empty() && solution.method == "pure" {
        print("\nno equilibrium in pure strategies")?;
    }
    if solution.components.len() > 1 || solution.components.iter().any(|one| one.equilibria.len() > 1) {
        let names = |all: &Vec<usize>| {
            let all: Vec<String> = all.iter().map(|index| (index + 1).to_string()).collect();
            format!("{{{}}}", all.join(", "))
        };
        let all: Vec<String> = solution.components.iter().map(|one| names(&one.equilibria)).collect();
        print(&format!("\nequilibria that hang together: {}", all.join(" ")))?;
    }
    if solution.complete { Ok(()) } else { print("\nThere may be other equilibria.") }
}

/// The game of a file or of an assessment; what is odd about it goes to stderr.
pub fn read(path: &Path) -> Result<Game, Failure> {
    if path.is_dir() {
        return Ok(assessment::game_only(path, &Settings::default())?);
    }
    if path.extension().is_some_and(|ending| ending == "toml") {
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Ok(assessment::game_only(dir, &Settings::default())?);
    }
    let (game, warnings) = assessment::folder::calculus::read_game_with_warnings(path)?;
    show(&warnings);
    Ok(game)
}

/// Solves it; `why` says why this method was taken.
pub fn watched(
    game: &Game,
    method: How,
    why: Option<String>,
    limit: Option<f64>,
) -> Result<Solution, Failure> {
    let watching = Watching::new(limit)?;
    let solved = solve_watched(game, method, &mut |progress| watching.watch(progress));
    watching.finish();
    let mut solution = solved.map_err(Failure::said)?;
    if let Some(why) = why {
        solution.notes.insert(0, format!("auto took `{}`: {why}", solution.method));
    }
    Ok(solution)
}

/// What was typed as a method, and why if it was `auto`.
fn method(words: &Solve, game: &Game) -> Result<(How, Option<String>), Failure> {
    let only = |given: bool, option: &str, fits: &[Method]| {
        if given && !fits.contains(&words.method) {
            let names: Vec<String> = fits
                .iter()
                .filter_map(|method| Some(method.to_possible_value()?.get_name().to_string()))
                .collect();
            return Err(Failure::said(format!(
                "{option} does not go with this method, but with {}",
                names.join(", ")
            )));
        }
        Ok(())
    };
    only(words.lambda.is_some(), "--lambda", &[Method::Auto, Method::Qre])?;
    only(words.label.is_some(), "--label", &[Method::LemkeHowson])?;
    only(words.iterations.is_some(), "--iterations", &[Method::Cfr, Method::Mccfr])?;
    only(words.all, "--all", &[Method::Auto, Method::LemkeHowson, Method::Pure, Method::Enum])?;
    if words.method == Method::Auto && words.lambda.is_none() && words.all {
        let two = at_most_two(game);
        let why = if two {
            "all equilibria of two players"
        } else {
            "all pure equilibria; of more than two players there is no list of the others"
        };
        return Ok((if two { How::Enum } else { How::Pure }, Some(why.into())));
    }
    let start = if words.all { Start::All } else { Start::Label(words.label.unwrap_or(0)) };
    let until = words.lambda.map_or(Until::Nash, Until::Lambda);
    Ok(match words.method {
        Method::LemkeHowson => (How::LemkeHowson(start), None),
        Method::Qre => (How::Qre(until), None),
        Method::Auto if words.lambda.is_some() => (How::Qre(until), Some("λ was given".into())),
        Method::Cfr | Method::Mccfr => {
            (regret(words.method, game, words.iterations.unwrap_or(ITERATIONS), words.seed), None)
        }
        other => plain(other, game),
    })
}

/// A method with nothing else said.
pub fn plain(method: Method, game: &Game) -> (How, Option<String>) {
    match method {
        Method::Auto => {
            let (how, why) = choose(game);
            (how, Some(why))
        }
        Method::Qre => (How::Qre(Until::Nash), None),
        Method::Pure => (How::Pure, None),
        Method::Enum => (How::Enum, None),
        Method::LemkeHowson => (How::LemkeHowson(Start::Label(0)), None),
        Method::Lp => (How::Lp, None),
        Method::Lcp => (How::Lcp, None),
        Method::Simplicial => (How::Simplicial, None),
        Method::Cfr | Method::Mccfr => (regret(method, game, ITERATIONS, 1), None),
    }
}

/// Gain at which regret minimization is done, as a share of the range of payoffs.
const ENOUGH: f64 = 1e-6;
const ITERATIONS: u64 = 1_000_000;

fn regret(method: Method, game: &Game, iterations: u64, seed: u64) -> How {
    let enough = ENOUGH * game.payoff_range();
    match method {
        Method::Mccfr => How::Mccfr(McCfrSettings { iterations, enough, seed: Seed(seed) }),
        _ => How::Cfr(CfrSettings::plus(iterations, enough)),
    }
}

/// Whether at most two players have a choice.
fn at_most_two(game: &Game) -> bool {
    let mut players: Vec<usize> =
        game.infosets.iter().filter(|set| set.actions.len() > 1).map(|set| set.player).collect();
    players.sort_unstable();
    players.dedup();
    players.len() <= 2
}

/// Payoffs, proof and strategies of an equilibrium.
fn described(game: &Game, equilibrium: &Equilibrium) -> String {
    let payoff = |(player, name): (usize, &String)| {
        let near = equilibrium.payoffs[player];
        match &equilibrium.exact {
            Some(exact) if exact.payoffs[player].contains('/') => {
                format!("{name} {near:.4} = {}", exact.payoffs[player])
            }
            _ => format!("{name} {near:.4}"),
        }
    };
    let payoffs: Vec<String> = game.players.iter().enumerate().map(payoff).collect();
    let proof = match &equilibrium.exact {
        Some(exact) if exact.max_regret == "0" => "nobody could gain anything (in fractions)".to_string(),
        _ => format!("nobody could gain more than {:.2e}", equilibrium.max_regret),
    };
    let rational = match equilibrium.sequentially_rational {
        Some(true) => "; sequentially rational",
        Some(false) => "; not sequentially rational with beliefs from equally small mistakes",
        None => "",
    };
    let lambda = equilibrium.lambda.map(|lambda| format!(" at λ = {lambda:.4}")).unwrap_or_default();
    let mut rows =
        vec![["player", "information set", "action", "probability", "exactly"].map(String::from).to_vec()];
    rows.extend(equilibrium.rows(game).into_iter().map(|row| {
        vec![
            game.players[row.player].clone(),
            row.infoset.unwrap_or("plan").to_string(),
            row.action.to_string(),
            format!("{:.4}", row.probability),
            row.exact.unwrap_or_default().to_string(),
        ]
    }));
    format!("payoffs: {}\n{proof}{lambda}{rational}\n{}", payoffs.join(", "), columns(&rows))
}
