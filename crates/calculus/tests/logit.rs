//! The branch is followed to a Nash equilibrium, through turns and past crossings.

use std::fs;
use std::path::{Path, PathBuf};

use calculus::{Ended, Game, Until, forgets, gambit, regret, sequential_regret, trace, values};
use measure::Seed;
use proptest::prelude::*;
use source::SourceText;

fn data() -> Option<PathBuf> {
    let fallback = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let dir = std::env::var_os("DEMARCHE_DATA").map_or(fallback, PathBuf::from).join("games");
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!("DEMARCHE_DATA IS NOT THERE: no branch of the Gambit catalogue was followed");
    None
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|end| end.to_str()) {
            _ if path.is_dir() => files(&path, found),
            Some("efg" | "nfg") => found.push(path),
            _ => {}
        }
    }
    found.sort();
}

fn read(name: &str, text: String) -> Game {
    gambit::read(&SourceText::new(name, text)).unwrap()
}

/// Every game, the eight among them where Gambit's own tracing stops, takes too long or cannot read the file.
#[test]
fn every_game_of_the_catalogue_ends_in_an_equilibrium() {
    let Some(dir) = data() else { return };
    let results = fs::read_to_string(dir.join("gambit-results.txt")).unwrap();
    let mut all = Vec::new();
    files(&dir, &mut all);
    let (mut solved, mut unsolved_there, mut wrong) = (0, 0, Vec::new());
    for path in &all {
        let name = path.strip_prefix(&dir).unwrap().to_str().unwrap();
        let game = read(name, String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
        let theirs = results.lines().find(|line| line.starts_with(&format!("{name}|logit|"))).unwrap_or("");
        let there =
            theirs.split("\"max_regret\": ").nth(1).and_then(|tail| tail.trim_end_matches('}').parse().ok());
        let found = trace(&game, Until::Nash).unwrap();
        assert_eq!(found.ended, Ended::AtNash, "{name}");
        let scale = game.payoff_range();
        let believed =
            sequential_regret(&game, &found.strategy, &found.beliefs).into_iter().fold(0.0, f64::max);
        if believed > 1e-6 * scale {
            wrong.push(format!("{name}: {believed} at a set, given the beliefs"));
        }
        // With perfect recall the best whole strategy counts; Wichardt (2008) has no equilibrium in behaviour strategies.
        if forgets(&game).is_empty() {
            let left = regret(&game, &found.strategy).max();
            if left > 1e-9 {
                wrong.push(format!("{name}: regret {left}"));
            }
            solved += 1;
            unsolved_there += usize::from(there.is_none_or(|there: f64| there > 1e-3));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!((all.len(), solved), (93, 88));
    assert!(unsolved_there >= 8, "{unsolved_there}");
}

/// A symmetric game of coordination: the branch stays symmetric, and the two that break the symmetry cross it where the
/// response to a deviation is the deviation itself, λ·p(1 − p)·(sum of payoffs) = 1, here λ = 4/(1 + 1) = 2.
#[test]
fn a_crossing_is_seen_where_theory_puts_it() {
    let game = read("pitchfork.nfg", "NFG 1 R \"\" { \"a\" \"b\" } { 2 2 } 1 1 0 0 0 0 1 1".into());
    let found = trace(&game, Until::Lambda(5.0)).unwrap();
    assert!((found.strategy.at(&game, 0)[0] - 0.5).abs() < 1e-12);
    assert!(found.turns.is_empty());
    assert_eq!(found.bifurcations.len(), 1);
    assert!((found.bifurcations[0] - 2.0).abs() < 1e-4, "{:?}", found.bifurcations);
}

/// Every accepted point against the definition, by an evaluation that shares nothing with the path.
#[test]
fn every_point_of_a_path_satisfies_the_equations() {
    let text =
        "NFG 1 R \"\" { \"a\" \"b\" \"c\" } { 2 2 2 } 9 8 12 0 0 0 0 0 0 9 8 2 0 0 0 3 4 6 3 4 6 0 0 0";
    let game = read("2x2x2.nfg", text.into());
    let mut points = 0;
    calculus::trace_with(&game, Until::Nash, |point| {
        points += 1;
        let worth = values(&game, &point.strategy);
        for set in 0..2 {
            let (u, p) = (&worth.action[game.actions_of(set)], point.strategy.at(&game, set));
            let log_ratio = measure::portable::ln(p[1] / p[0]);
            let due = point.lambda * (u[1] - u[0]);
            assert!((log_ratio - due).abs() < 1e-5 * (1.0 + due.abs()), "λ = {}", point.lambda);
        }
    })
    .unwrap();
    assert!(points > 10);
}

/// A game in strategic form, 2–4 players with 2–4 strategies, payoffs small whole numbers: ties, dominated strategies and
/// continua of equilibria are the rule.
fn tied(seed: u64) -> Game {
    let mut stream = Seed(seed).stream("tied game", 0);
    let widths: Vec<usize> = (0..2 + stream.index(3)).map(|_| 2 + stream.index(3)).collect();
    let levels = 2 + stream.index(4);
    let join = |all: Vec<String>| all.join(" ");
    let mut text = format!(
        "NFG 1 R \"\" {{ {} }} {{ {} }}\n",
        join((0..widths.len()).map(|player| format!("\"{player}\"")).collect()),
        join(widths.iter().map(usize::to_string).collect())
    );
    for _ in 0..widths.iter().product::<usize>() * widths.len() {
        text.push_str(&format!(" {}", stream.index(levels)));
    }
    read("tied.nfg", text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn games_full_of_ties_are_solved(seed in 0_u64..10_000_000) {
        let game = tied(seed);
        let found = trace(&game, Until::Nash).unwrap();
        prop_assert!(matches!(found.ended, Ended::AtNash | Ended::ByPerturbation));
        let left = regret(&game, &found.strategy).max();
        prop_assert!(left <= 1e-9, "{left}");
    }
}
