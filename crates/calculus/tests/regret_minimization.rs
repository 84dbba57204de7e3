//! The CFR family: games of known size and value, the trajectory of another program, and laws.

use std::ops::ControlFlow;

use calculus::examples::{Interests, RandomTree, kuhn, leduc, liars_dice};
use calculus::{
    Averaging, BehaviorStrategy, CfrError, CfrSettings, Game, McCfrSettings, Regrets, cfr, gambit, mccfr,
    regret, unwatched, values,
};
use measure::Seed;
use proptest::prelude::*;
use source::SourceText;

fn first_gets(game: &Game, strategy: &BehaviorStrategy) -> f64 {
    values(game, strategy).payoffs[0]
}

/// Sizes as in OpenSpiel's documentation (Lanctot et al. 2019, table of games).
#[test]
fn the_games_have_the_sizes_of_the_literature() {
    for (game, sets, nodes, ends) in
        [(kuhn(), 12, 58, 30), (leduc(), 936, 9457, 5520), (liars_dice(), 24_576, 294_883, 147_420)]
    {
        assert_eq!((game.infosets.len(), game.nodes(), game.ends()), (sets, nodes, ends), "{}", game.title);
    }
}

/// Kuhn (1950): −1/18. Leduc: −0.0856 (Lanctot 2013, Monte Carlo sampling and regret minimization, thesis, and others).
#[test]
fn the_games_have_the_values_of_the_literature() {
    for settings in [CfrSettings::plus(20_000, 1e-4), CfrSettings::discounted(20_000, 1e-4)] {
        let learned = cfr(&kuhn(), &settings, &mut unwatched).unwrap();
        assert!(learned.max_regret() <= 1e-4 && learned.iterations < 20_000, "{learned:?}");
        assert!((first_gets(&kuhn(), &learned.strategy) + 1.0 / 18.0).abs() < 1e-4);
        let game = leduc();
        let learned = cfr(&game, &settings, &mut |progress| match progress.steps {
            500.. => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        });
        let learned = learned.unwrap();
        assert_eq!(learned.iterations, 500);
        assert!(learned.exploitability() < 2e-3, "{}", learned.exploitability());
        assert!((first_gets(&game, &learned.strategy) + 0.0856).abs() < 2e-3);
        let proof = regret(&game, &learned.strategy);
        for (own, other) in learned.gains.iter().zip(&proof.by_player) {
            assert!((own - other).abs() < 1e-12, "{learned:?} {proof:?}");
        }
    }
}

/// Exploitability after so many iterations of `CFRPlusSolver` of OpenSpiel 2.0.2 (C++), which follows the same rules.
#[test]
fn cfr_plus_goes_the_way_of_another_program() {
    for (game, way) in [
        (
            kuhn(),
            vec![
                (1, 0.458_333_333_333_333_26),
                (10, 0.032_687_090_668_344_826),
                (100, 0.001_194_404_101_111_683_4),
            ],
        ),
        (
            leduc(),
            vec![(1, 2.373_611_111_111_111), (10, 0.610_438_901_590_406_6), (50, 0.034_121_456_494_549_31)],
        ),
        (liars_dice(), vec![(1, 0.780_744_323_192_24), (5, 0.270_184_927_794_323_24)]),
    ] {
        for (iterations, theirs) in way {
            let ours =
                cfr(&game, &CfrSettings::plus(iterations, 0.0), &mut unwatched).unwrap().exploitability();
            assert!((ours - theirs).abs() < 1e-8, "{}, {iterations}: {ours} {theirs}", game.title);
        }
    }
}

#[test]
fn kuhn_poker_by_its_rules_is_the_one_in_the_catalog() {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/games/kuhn1950/poker.efg");
    let written =
        gambit::read(&SourceText::new("poker.efg", std::fs::read_to_string(path).unwrap())).unwrap();
    let own = kuhn();
    let value = |game: &Game| {
        let learned = cfr(game, &CfrSettings::plus(300, 0.0), &mut unwatched).unwrap();
        (first_gets(game, &learned.strategy), learned.max_regret())
    };
    let ((a, x), (b, y)) = (value(&written), value(&own));
    assert!((a - b).abs() < 1e-9 && (x - y).abs() < 1e-9);
}

/// Zinkevich et al. (2007), theorems 2 and 4: regret falls at least as the inverse root of the iterations.
#[test]
fn vanilla_keeps_its_bound() {
    let game = kuhn();
    let settings = |iterations| CfrSettings {
        regrets: Regrets::Vanilla,
        averaging: Averaging::Uniform,
        iterations,
        enough: 0.0,
    };
    for iterations in [10, 100, 1000, 10_000] {
        let learned = cfr(&game, &settings(iterations), &mut unwatched).unwrap();
        let bound = 4.0 * 6.0 * 2.0_f64.sqrt() / (iterations as f64).sqrt();
        assert!(learned.exploitability() <= bound, "{iterations}: {}", learned.exploitability());
    }
    let late = cfr(&game, &settings(10_000), &mut unwatched).unwrap();
    assert!(late.exploitability() < 2e-3, "{}", late.exploitability());
}

#[test]
fn drawn_plays_lead_to_the_same_value() {
    let game = kuhn();
    let settings = McCfrSettings { iterations: 200_000, enough: 0.0, seed: Seed(5) };
    let learned = mccfr(&game, &settings, &mut unwatched).unwrap();
    assert!(learned.exploitability() < 5e-3, "{}", learned.exploitability());
    assert!((first_gets(&game, &learned.strategy) + 1.0 / 18.0).abs() < 5e-3);
    assert_eq!(mccfr(&game, &settings, &mut unwatched).unwrap(), learned);
    let other = mccfr(&game, &McCfrSettings { seed: Seed(6), ..settings }, &mut unwatched).unwrap();
    assert_ne!(other, learned);
    let game = leduc();
    let after = |iterations| {
        let settings = McCfrSettings { iterations, enough: 0.0, seed: Seed(5) };
        mccfr(&game, &settings, &mut unwatched).unwrap().exploitability()
    };
    let (early, late) = (after(1000), after(50_000));
    assert!(late < 0.15 && late < early / 3.0, "{early} {late}");
}

#[test]
fn it_stops_when_that_is_enough_or_when_it_is_told() {
    let game = kuhn();
    let mut seen = Vec::new();
    let learned = cfr(&game, &CfrSettings::plus(1000, 1e-2), &mut |progress| {
        seen.push(progress);
        ControlFlow::Continue(())
    });
    let learned = learned.unwrap();
    assert_eq!(seen.len() as u64, learned.iterations);
    let last = seen[seen.len() - 1];
    assert_eq!(
        (last.steps, last.of, last.regret),
        (learned.iterations, Some(1000), Some(learned.max_regret()))
    );
    assert!(learned.max_regret() <= 1e-2 && learned.iterations < 1000);
    let settings = McCfrSettings { iterations: 1000, enough: 0.0, seed: Seed(1) };
    let stopped = mccfr(&game, &settings, &mut |_| ControlFlow::Break(())).unwrap();
    assert_eq!(stopped.iterations, 1);
    let none = cfr(&game, &CfrSettings::plus(0, 0.0), &mut unwatched).unwrap();
    assert_eq!(none.strategy, BehaviorStrategy::uniform(&game));
}

/// One player who forgets its first move.
#[test]
fn a_game_that_forgets_is_refused() {
    let text = r#"EFG 2 R "forgets" { "one" }
p "" 1 1 "first" { "a" "b" } 0
p "" 1 2 "second" { "c" "d" } 0
t "" 1 "" { 1 }
t "" 2 "" { 0 }
p "" 1 2 "second" { "c" "d" } 0
t "" 3 "" { 0 }
t "" 4 "" { 1 }
"#;
    let game = gambit::read(&SourceText::new("forgets.efg", text.to_string())).unwrap();
    let settings = CfrSettings::plus(10, 0.0);
    assert_eq!(cfr(&game, &settings, &mut unwatched), Err(CfrError::Forgets("second".into())));
}

fn small() -> impl Strategy<Value = Game> {
    (1_usize..4, 1_usize..3, 8_usize..40, any::<u64>(), any::<bool>()).prop_map(
        |(players, types, nodes, seed, opposed)| {
            let interests = if opposed && players == 2 { Interests::Opposed } else { Interests::Mixed };
            RandomTree { players, types, nodes, interests }.grow(Seed(seed))
        },
    )
}

/// The most that a player can get, by trying every pure strategy.
fn tried(game: &Game, strategy: &BehaviorStrategy, player: usize) -> Option<f64> {
    let own: Vec<usize> =
        (0..game.infosets.len()).filter(|&set| game.infosets[set].player == player).collect();
    let total: usize =
        own.iter().map(|&set| game.infosets[set].actions.len()).try_fold(1_usize, |a, b| a.checked_mul(b))?;
    if total > 20_000 {
        return None;
    }
    let mut rows: Vec<Vec<f64>> =
        (0..game.infosets.len()).map(|set| strategy.at(game, set).to_vec()).collect();
    let one = |index: usize| {
        let mut left = index;
        for &set in &own {
            let width = rows[set].len();
            rows[set].fill(0.0);
            rows[set][left % width] = 1.0;
            left /= width;
        }
        values(game, &BehaviorStrategy::from_rows(game, &rows)).payoffs[player]
    };
    Some((0..total).map(one).fold(f64::NEG_INFINITY, f64::max))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn gains_are_those_of_trying_every_strategy(game in small(), iterations in 0_u64..30) {
        let learned = cfr(&game, &CfrSettings::discounted(iterations, 0.0), &mut unwatched).unwrap();
        let now = values(&game, &learned.strategy).payoffs;
        for (player, now) in now.iter().enumerate() {
            if let Some(best) = tried(&game, &learned.strategy, player) {
                let gain = best - now;
                prop_assert!((learned.gains[player] - gain).abs() < 1e-9, "{} {gain}", learned.gains[player]);
            }
        }
    }

    #[test]
    fn games_of_opposed_interests_are_solved(types in 1_usize..4, nodes in 20_usize..400, seed: u64) {
        let game = RandomTree { players: 2, types, nodes, interests: Interests::Opposed }.grow(Seed(seed));
        let learned = cfr(&game, &CfrSettings::plus(20_000, 1e-3), &mut unwatched).unwrap();
        prop_assert!(learned.max_regret() <= 1e-3, "{} after {}", learned.max_regret(), learned.iterations);
        prop_assert!(regret(&game, &learned.strategy).max() <= 1e-3 + 1e-9);
    }
}
