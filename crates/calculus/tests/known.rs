//! Games whose answers stand in the literature, and laws that every answer keeps.

use std::path::Path;

use calculus::{
    BehaviorStrategy, Game, Method, SolveError, Tree, Until, enumerate_pure, forgets, gambit, regret, solve,
    trace, values,
};
use measure::Seed;
use measure::portable::{exp, logistic};
use proptest::prelude::*;
use source::SourceText;

fn catalog(name: &str) -> Game {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/games").join(name);
    gambit::read(&SourceText::new(name, std::fs::read_to_string(path).unwrap())).unwrap()
}

fn probability(game: &Game, strategy: &BehaviorStrategy, player: &str, set: &str, action: &str) -> f64 {
    strategy.named(game)[player][set][action]
}

/// Kuhn (1950): the value of the game is −1/18, and the second player bluffs a jack with probability 1/3 and calls with
/// a queen with probability 1/3 in every equilibrium.
#[test]
fn kuhn_poker() {
    let game = catalog("kuhn1950/poker.efg");
    assert!(forgets(&game).is_empty());
    let point = trace(&game, Until::Nash).unwrap();
    assert!((values(&game, &point.strategy).payoffs[0] + 1.0 / 18.0).abs() < 1e-6);
    let left = regret(&game, &point.strategy).max();
    assert!(left < 1e-6, "{left} at λ = {}", point.lambda);
    for (set, action) in [("J after check", "bet"), ("Q after bet", "call")] {
        let p = probability(&game, &point.strategy, "Second", set, action);
        assert!((p - 1.0 / 3.0).abs() < 1e-4, "{set}: {p}");
    }
    let first = |set: &str, action: &str| probability(&game, &point.strategy, "First", set, action);
    // The first player bluffs a jack with some α ≤ 1/3, bets a king with 3α, calls with a queen with α + 1/3.
    let bluff = first("J", "bet");
    assert!(bluff <= 1.0 / 3.0 + 1e-4);
    assert!((first("K", "bet") - 3.0 * bluff).abs() < 1e-3);
    assert!((first("Q after check, bet", "call") - bluff - 1.0 / 3.0).abs() < 1e-3);
}

/// Selten (1975): of the two kinds of equilibria only those in which 1 and 2 go across, and 3 goes left with
/// probability at most 1/4, are perfect. The branch ends in one of them.
#[test]
fn seltens_horse() {
    let game = catalog("selten1975/horse.efg");
    let point = trace(&game, Until::Nash).unwrap();
    let p = |player: &str, action: &str| probability(&game, &point.strategy, player, player, action);
    assert!(p("1", "C") > 1.0 - 1e-5 && p("2", "c") > 1.0 - 1e-5 && p("3", "L") < 0.25 + 1e-5);
    assert!(values(&game, &point.strategy).payoffs.iter().all(|payoff| (payoff - 1.0).abs() < 1e-4));
    // In pure strategies there are two: (D, c, L) is not perfect, (C, c, R) is.
    assert_eq!(enumerate_pure(&game).unwrap().len(), 2);
}

/// Cho & Kreps (1987): both types pool, on beer in the intuitive equilibrium and on quiche in the other; there is no
/// separating one.
#[test]
fn beer_and_quiche() {
    let game = catalog("chokreps1987/beer_quiche.efg");
    let solution = solve(&game, Method::Pure).unwrap();
    assert!(solution.complete && solution.equilibria.len() == 2);
    for equilibrium in &solution.equilibria {
        let sender = &equilibrium.strategies["Sender"];
        assert_eq!(sender["weak"]["beer"], sender["strong"]["beer"]);
        assert_eq!(equilibrium.max_regret, 0.0);
    }
    let point = trace(&game, Until::Nash).unwrap();
    assert!(probability(&game, &point.strategy, "Sender", "strong", "beer") > 0.99);
}

/// 2 × 2 with one equilibrium: both logit equations are solved by bisection on the row player's probability.
#[test]
fn asymmetric_matching_pennies_by_bisection() {
    let game = catalog("goereeholt2001/matching_pennies_320.nfg");
    for lambda in [0.0, 0.005, 0.02, 0.1, 1.0] {
        let column = |top: f64| {
            logistic(lambda * (top * 40.0 + (1.0 - top) * 80.0 - (top * 80.0 + (1.0 - top) * 40.0)))
        };
        let row = |left: f64| {
            logistic(lambda * (left * 320.0 + (1.0 - left) * 40.0 - (left * 40.0 + (1.0 - left) * 80.0)))
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if row(column(middle)) > middle { low = middle } else { high = middle }
        }
        let point = trace(&game, Until::Lambda(lambda)).unwrap();
        assert!((point.lambda - lambda).abs() < 1e-12);
        let top = point.strategy.at(&game, 0)[0];
        let left = point.strategy.at(&game, 1)[0];
        assert!(
            (top - low).abs() < 1e-9 && (left - column(low)).abs() < 1e-9,
            "λ = {lambda}: {top} and {low}"
        );
    }
    // Nash: the row player mixes 1:1, the column player 1:7.
    let nash = trace(&game, Until::Nash).unwrap();
    assert!((nash.strategy.at(&game, 0)[0] - 0.5).abs() < 1e-6);
    assert!((nash.strategy.at(&game, 1)[0] - 0.125).abs() < 1e-6);
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    let wrong = [
        ("", "empty"),
        ("hello", "no Gambit game"),
        ("EFG 2 R \"x\" { \"a\" }\np \"\" 2 1 \"\" { \"l\" } 0", "no player 2"),
        ("EFG 2 R \"x\" { \"a\" }\np \"\" 1 1 \"\" { \"l\" \"r\" } 0\nt \"\" 1 \"\" { 1 }", "ends"),
        ("EFG 2 R \"x\" { \"a\" }\nc \"\" 1 \"\" { \"l\" 1/2 \"r\" 1/3 } 0", "add up to"),
        ("EFG 2 R \"x\" { \"a\" }\nt \"\" 1 \"\" { 1 2 }", "2 payoffs for 1"),
        ("EFG 2 R \"x\" { \"a\" }\nt \"\" 3", "outcome 3"),
        ("NFG 1 R \"x\" { \"a\" \"b\" } { 2 2 } 1 2 3", "ends"),
        ("NFG 1 R \"x\" { \"a\" \"b\" } { 2000 2000 2000 } 1", "for 3 players"),
        ("NFG 1 R \"x\" { \"a", "has no end"),
    ];
    for (text, message) in wrong {
        let finding = gambit::read(&SourceText::new("x.efg", text)).unwrap_err();
        let said = finding.message.clone();
        let fits =
            said.contains(message) || (message == "for 3 players" && said.contains("strategies for 3"));
        assert!(fits, "{text}: {said}");
        assert!(finding.place.line().is_some());
    }
    let absent = "EFG 2 R \"Piccione & Rubinstein (1997): the absent-minded driver\" { \"driver\" }\n\
        p \"\" 1 1 \"exit?\" { \"exit\" \"on\" } 0 t \"\" 1 \"\" { 0 }\n\
        p \"\" 1 1 \"exit?\" { \"exit\" \"on\" } 0 t \"\" 2 \"\" { 4 } t \"\" 3 \"\" { 1 }";
    let game = gambit::read(&SourceText::new("x.efg", absent)).unwrap();
    let error = solve(&game, Method::Qre(Until::Nash)).unwrap_err();
    assert!(error.to_string().contains("moved already"), "{error}");
}

/// A random two-player game: chance, then one move each with overlapping information, random payoffs.
fn random(seed: u64) -> Game {
    let mut stream = Seed(seed).stream("random game", 0);
    let mut text =
        String::from("EFG 2 R \"random\" { \"a\" \"b\" }\nc \"\" 1 \"\" { \"l\" 1/4 \"r\" 3/4 } 0\n");
    let mut outcome = 0;
    for branch in 1..=2 {
        text.push_str(&format!("p \"\" 1 {branch} \"\" {{ \"x\" \"y\" \"z\" }} 0\n"));
        for first in 1..=3 {
            text.push_str(&format!("p \"\" 2 {} \"\" {{ \"x\" \"y\" }} 0\n", first.min(2)));
            for _ in 0..2 {
                outcome += 1;
                let (a, b) = (4.0 * stream.uniform() - 2.0, 4.0 * stream.uniform() - 2.0);
                text.push_str(&format!("t \"\" {outcome} \"\" {{ {a} {b} }}\n"));
            }
        }
    }
    gambit::read(&SourceText::new("random.efg", text)).unwrap()
}

/// p ∝ exp(λ·u) everywhere.
fn response(game: &Game, strategy: &BehaviorStrategy, lambda: f64) -> Vec<Vec<f64>> {
    let worth = values(game, strategy);
    (0..game.infosets.len())
        .map(|set| {
            let own = &worth.action[game.actions_of(set)];
            let most = own.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let weights: Vec<f64> = own.iter().map(|u| exp(lambda * (u - most))).collect();
            let total: f64 = weights.iter().sum();
            weights.iter().map(|w| w / total).collect()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// At small λ the logit response is a contraction: iterating it from anywhere gives the branch. At every λ the
    /// point of the branch is its own response.
    #[test]
    fn the_branch_is_the_fixed_point(seed in 0_u64..1_000_000, lambda in 0.0..6.0_f64) {
        let game = random(seed);
        let small = lambda / 30.0;
        let mut strategy = BehaviorStrategy::uniform(&game);
        for _ in 0..500 {
            strategy = BehaviorStrategy::from_rows(&game, &response(&game, &strategy, small));
        }
        let point = trace(&game, Until::Lambda(small)).unwrap();
        for set in 0..game.infosets.len() {
            for (a, b) in strategy.at(&game, set).iter().zip(point.strategy.at(&game, set)) {
                prop_assert!((a - b).abs() < 1e-9);
            }
        }
        let point = trace(&game, Until::Lambda(lambda)).unwrap();
        let again = response(&game, &point.strategy, lambda);
        for (set, row) in again.iter().enumerate() {
            for (a, b) in row.iter().zip(point.strategy.at(&game, set)) {
                prop_assert!((a - b).abs() < 1e-9);
            }
        }
    }

    /// The regret is what the best of all pure strategies gains, tried one by one.
    #[test]
    fn regret_by_brute_force(seed in 0_u64..1_000_000, lambda in 0.0..3.0_f64) {
        let game = random(seed);
        let point = trace(&game, Until::Lambda(lambda)).unwrap();
        let now = values(&game, &point.strategy).payoffs;
        let said = regret(&game, &point.strategy);
        prop_assert!(said.whole_strategy);
        for (player, now) in now.iter().enumerate() {
            let own: Vec<usize> =
                (0..game.infosets.len()).filter(|&set| game.infosets[set].player == player).collect();
            let mut best = f64::NEG_INFINITY;
            let widths: Vec<usize> = own.iter().map(|&set| game.infosets[set].actions.len()).collect();
            let total: usize = widths.iter().product();
            for mut code in 0..total {
                let mut rows: Vec<Vec<f64>> =
                    (0..game.infosets.len()).map(|set| point.strategy.at(&game, set).to_vec()).collect();
                for (&set, &width) in own.iter().zip(&widths) {
                    rows[set] = (0..width).map(|action| f64::from(u8::from(action == code % width))).collect();
                    code /= width;
                }
                best = best.max(values(&game, &BehaviorStrategy::from_rows(&game, &rows)).payoffs[player]);
            }
            prop_assert!((best - now - said.by_player[player]).abs() < 1e-9);
        }
    }
}

/// Wichardt (2008), Existence of Nash equilibria in finite extensive form games with imperfect recall: a counterexample,
/// Games and Economic Behavior 63:366–369. Every profile of behaviour strategies leaves a plan that gains; in plans there
/// is an equilibrium, and methods that need recall say so.
#[test]
fn where_a_player_forgets_the_gain_of_a_plan_is_told() {
    let ends = |same: [f64; 2], other: [f64; 2]| {
        let zero_sum = |[at_b, at_t]: [f64; 2]| {
            let ends = [("B", Tree::end([at_b, -at_b])), ("T", Tree::end([at_t, -at_t]))];
            Tree::decision("two", "guess", ends)
        };
        Tree::decision("one", "second", [("r", zero_sum(same)), ("l", zero_sum(other))])
    };
    let (right, left) = (ends([1.0, -1.0], [-5.0, -5.0]), ends([-5.0, -5.0], [-1.0, 1.0]));
    let root = Tree::decision("one", "first", [("R", right), ("L", left)]);
    let game = root.game("one forgets its first move", ["one", "two"]).unwrap();
    for method in [Method::Qre(Until::Nash), Method::Simplicial] {
        let found = solve(&game, method).unwrap();
        let told = |one: &calculus::Equilibrium| one.max_regret > 0.1 && one.sequentially_rational.is_none();
        assert!(found.equilibria.iter().all(told), "{:?}", found.equilibria);
        assert!(
            found.notes.iter().any(|note| note.contains("a plan for the whole game")),
            "{:?}",
            found.notes
        );
    }
    let plans = solve(&game, Method::Enum).unwrap();
    assert_eq!(plans.equilibria.len(), 1);
    assert_eq!(plans.equilibria[0].exact.as_ref().unwrap().max_regret, "0");
    assert!(solve(&game, Method::Pure).unwrap().equilibria.is_empty());
    for method in [Method::Lp, Method::Lcp] {
        assert!(matches!(solve(&game, method), Err(SolveError::Forgets(_))));
    }
}
