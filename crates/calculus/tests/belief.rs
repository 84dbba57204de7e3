//! Beliefs, and whether everybody acts on them.

use std::path::Path;

use calculus::{
    BehaviorStrategy, Beliefs, Game, Until, enumerate_pure, gambit, rationality, regret, sequential_regret,
    trace,
};
use measure::Seed;
use proptest::prelude::*;
use source::SourceText;

fn catalog(name: &str) -> Game {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/games").join(name);
    gambit::read(&SourceText::new(name, std::fs::read_to_string(path).unwrap())).unwrap()
}

/// Selten (1975): in the Nash equilibrium (D, c, L) the second player's move is off the path and leads to one node, where
/// it could get 4 instead of 1. In (C, c, R) the third player's answer is right if it thinks D at most half as probable as
/// d: not if both trembles are equal, when it could get 1 instead of ½.
#[test]
fn seltens_horse_at_single_sets() {
    let game = catalog("selten1975/horse.efg");
    let mut seen = 0;
    for profile in enumerate_pure(&game).unwrap() {
        let strategy = BehaviorStrategy::pure(&game, &profile);
        assert_eq!(regret(&game, &strategy).max(), 0.0);
        let found = rationality(&game, &strategy, &Beliefs::of(&game, &strategy));
        let of = |player: &str| found.beliefs.iter().find(|set| set.player == player).unwrap();
        let (whose, regret) = if of("2").reached == 0.0 { ("2", 3.0) } else { ("3", 0.5) };
        assert!(of(whose).reached == 0.0 && (of(whose).regret - regret).abs() < 1e-12, "{found:#?}");
        assert!(!found.sequentially_rational);
        seen += 1;
    }
    assert_eq!(seen, 2);
    let found = trace(&game, Until::Nash).unwrap();
    assert!(rationality(&game, &found.strategy, &found.beliefs).sequentially_rational);
}

/// Cho & Kreps (1987): where both types drink beer, a quiche is followed by a duel only if it is thought to come from the
/// weak one with probability at least ½. The limit of the branch says so.
#[test]
fn what_a_quiche_would_tell() {
    let game = catalog("chokreps1987/beer_quiche.efg");
    let found = trace(&game, Until::Nash).unwrap();
    let all = rationality(&game, &found.strategy, &found.beliefs);
    assert!(all.sequentially_rational, "{all:#?}");
    let quiche = all.beliefs.iter().find(|set| set.infoset.contains("quiche")).unwrap();
    assert!(quiche.reached < 1e-6);
    let weak: f64 = quiche
        .nodes
        .iter()
        .filter(|node| node.history.first().is_some_and(|first| first == "#1"))
        .map(|node| node.probability)
        .sum();
    assert!((quiche.nodes.iter().map(|node| node.probability).sum::<f64>() - 1.0).abs() < 1e-12);
    assert!((0.0..=1.0).contains(&weak));
}

/// Chance, then each of two players twice, the second without seeing chance.
fn random(seed: u64) -> Game {
    let mut stream = Seed(seed).stream("four moves", 0);
    let mut text = String::from("EFG 2 R \"\" { \"a\" \"b\" }\nc \"\" 1 \"\" { \"l\" 2/5 \"r\" 3/5 } 0\n");
    let mut outcome = 0;
    for branch in 1..=2 {
        text.push_str(&format!("p \"\" 1 {branch} \"\" {{ \"x\" \"y\" }} 0\n"));
        for first in 1..=2 {
            text.push_str(&format!("p \"\" 2 {first} \"\" {{ \"x\" \"y\" }} 0\n"));
            for second in 1..=2 {
                let own = 10 * branch + 2 * first + second;
                text.push_str(&format!("p \"\" 1 {own} \"\" {{ \"x\" \"y\" }} 0\n"));
                for third in 1..=2 {
                    text.push_str(&format!(
                        "p \"\" 2 {} \"\" {{ \"x\" \"y\" }} 0\n",
                        10 + 4 * first + 2 * second + third
                    ));
                    for _ in 0..2 {
                        outcome += 1;
                        text.push_str(&format!(
                            "t \"\" {outcome} \"\" {{ {} {} }}\n",
                            stream.normal(),
                            stream.normal()
                        ));
                    }
                }
            }
        }
    }
    gambit::read(&SourceText::new("random.efg", text)).unwrap()
}

/// Value to the mover at a set, given beliefs there.
fn value_at(game: &Game, strategy: &BehaviorStrategy, beliefs: &Beliefs, set: usize) -> f64 {
    let from = calculus::values(game, strategy).from;
    let own = &game.infosets[set];
    own.nodes.iter().map(|&node| beliefs.at(node) * from[node * game.players.len() + own.player]).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// The gain at every set against all pure plans of its mover, tried one by one, at profiles with zeros.
    #[test]
    fn gains_at_single_sets_by_brute_force(seed in 0_u64..1_000_000) {
        let game = random(seed);
        let mut stream = Seed(seed).stream("profile", 0);
        let rows: Vec<Vec<f64>> = game.infosets.iter().map(|_| match stream.index(3) {
            0 => vec![1.0, 0.0],
            1 => vec![0.0, 1.0],
            _ => { let p = stream.uniform(); vec![p, 1.0 - p] }
        }).collect();
        let strategy = BehaviorStrategy::from_rows(&game, &rows);
        let beliefs = Beliefs::of(&game, &strategy);
        let found = sequential_regret(&game, &strategy, &beliefs);
        for (set, found) in found.iter().enumerate() {
            let own: Vec<usize> =
                (0..game.infosets.len()).filter(|&other| game.infosets[other].player == game.infosets[set].player).collect();
            let mut best = f64::NEG_INFINITY;
            for code in 0..1_usize << own.len() {
                let mut other = rows.clone();
                for (bit, &own) in own.iter().enumerate() {
                    let second = code >> bit & 1;
                    other[own] = vec![1.0 - second as f64, second as f64];
                }
                best = best.max(value_at(&game, &BehaviorStrategy::from_rows(&game, &other), &beliefs, set));
            }
            let due = best - value_at(&game, &strategy, &beliefs, set);
            prop_assert!((found - due).abs() < 1e-9, "{set}: {found} and {due}");
        }
    }

    /// The limit of the branch is a sequential equilibrium.
    #[test]
    fn the_end_of_the_branch_is_sequentially_rational(seed in 0_u64..1_000_000) {
        let game = random(seed);
        let found = trace(&game, Until::Nash).unwrap();
        prop_assert!(rationality(&game, &found.strategy, &found.beliefs).sequentially_rational);
        prop_assert!(regret(&game, &found.strategy).max() < 1e-9);
    }
}
