//! Worlds, options and portfolios.

mod common;

use common::{near, option, portfolio, uniform_worlds, utility};
use measure::{Distribution, Formula, Seed};
use options::{
    Amount, AnalysisSettings, BoundChanges, Change, Operation, OptionSpec, OptionsResult, Outcomes,
    Parameter, Problem, Worlds, analyze, portfolios,
};
use proptest::prelude::*;

fn parameter(id: &str) -> (String, Distribution) {
    (id.into(), Distribution::Normal(0.0, 1.0))
}

#[test]
fn nothing_that_is_added_moves_another_draw() {
    let hypotheses = [("h1".to_owned(), 0.6), ("h2".to_owned(), 0.4)];
    let few = Worlds::draw(Seed(4), 50, &[parameter("a"), parameter("b")], &hypotheses).unwrap();
    let more =
        Worlds::draw(Seed(4), 80, &[parameter("c"), parameter("b"), parameter("a")], &hypotheses).unwrap();
    let values =
        |worlds: &Worlds, id: &str| worlds.parameters()[worlds.position(id).unwrap()].values[..50].to_vec();
    assert_eq!(values(&few, "a"), values(&more, "a"));
    assert_eq!(values(&few, "b"), values(&more, "b"));
    assert!((0..50).all(|world| few.hypothesis(world) == more.hypothesis(world)));
    assert_ne!(values(&more, "a"), values(&more, "c"));
    // Another belief about one parameter moves its own draws only, along their ranks.
    let wider = [("a".to_owned(), Distribution::Normal(1.0, 2.0)), parameter("b")];
    let edited = Worlds::draw(Seed(4), 50, &wider, &hypotheses).unwrap();
    assert!(values(&edited, "a").iter().zip(values(&few, "a")).all(|(x, z)| near(*x, 1.0 + 2.0 * z)));
}

#[test]
fn hypotheses_are_drawn_with_their_probability() {
    let hypotheses = [("h1".to_owned(), 0.6), ("h2".to_owned(), 0.0), ("h3".to_owned(), 0.4)];
    let worlds = Worlds::draw(Seed(1), 4_000, &[], &hypotheses).unwrap();
    let count = |h: usize| (0..4_000).filter(|&world| worlds.hypothesis(world) == Some(h)).count();
    // Three standard deviations: √(4000 · 0.24) = 31.
    assert!(count(0).abs_diff(2_400) < 93);
    assert_eq!(count(1), 0);
}

#[test]
fn changes_set_then_multiply_then_add_whatever_their_order() {
    let columns = vec![
        Parameter { id: "a".into(), values: vec![2.0, 3.0], fixed: false },
        Parameter { id: "b".into(), values: vec![10.0, 20.0], fixed: false },
    ];
    let worlds = Worlds::listed(columns, Vec::new(), Vec::new(), vec![1.0, 1.0]).unwrap();
    let change = |operation, amount: &str| Change {
        parameter: "a".into(),
        operation,
        amount: Amount::Formula(Formula::parse(amount).unwrap()),
    };
    let one = OptionSpec {
        changes: vec![change(Operation::Add, "a + 1"), change(Operation::Multiply, "2")],
        ..option("one")
    };
    let two = OptionSpec { changes: vec![change(Operation::Set, "b")], ..option("two") };
    let options = [one, two];
    let all = portfolios(&options).unwrap();
    let bound = BoundChanges::bind(&options, &worlds, Seed(1)).unwrap();
    let of = |id: &str| all.iter().find(|p| p.id == id).unwrap();
    assert_eq!(bound.apply(&worlds, 0, of("as now")), [2.0, 10.0]);
    assert_eq!(bound.apply(&worlds, 0, of("one")), [2.0 * 2.0 + 3.0, 10.0]);
    // `a + 1` means the world's own a, not what the other option made of it.
    assert_eq!(bound.apply(&worlds, 1, of("one + two")), [20.0 * 2.0 + 4.0, 20.0]);
}

#[test]
fn an_uncertain_change_is_one_draw_per_world() {
    let worlds = uniform_worlds(1, 20, 1, 0.0, 1.0);
    let change = Change {
        parameter: "x1".into(),
        operation: Operation::Add,
        amount: Amount::Uncertain(Distribution::Uniform(5.0, 6.0)),
    };
    let options = [OptionSpec { changes: vec![change], ..option("one") }, option("two")];
    let bound = BoundChanges::bind(&options, &worlds, Seed(1)).unwrap();
    let all = portfolios(&options).unwrap();
    let [_, alone, _, both] = &all[..] else { panic!("four portfolios") };
    let added = |world| bound.apply(&worlds, world, alone)[0] - worlds.values(world)[0];
    assert!((0..20).all(|world| bound.apply(&worlds, world, both) == bound.apply(&worlds, world, alone)));
    assert!((0..20).all(|world| (4.999..6.001).contains(&added(world))));
    assert_ne!(added(0), added(1));
}

proptest! {
    #[test]
    fn portfolios_are_all_sets_without_an_exclusion(n in 0_usize..7, pairs in proptest::collection::vec((0_usize..7, 0_usize..7), 0..8)) {
        let mut options: Vec<OptionSpec> = (0..n).map(|i| option(&format!("o{i}"))).collect();
        let kept: Vec<_> = pairs.into_iter().filter(|(a, b)| a != b && *a < n && *b < n).collect();
        for &(a, b) in &kept {
            options[a].excludes.push(format!("o{b}"));
        }
        let found = portfolios(&options).unwrap();
        let allowed = |set: usize| kept.iter().all(|(a, b)| set >> a & 1 == 0 || set >> b & 1 == 0);
        prop_assert_eq!(found.len(), (0..1 << n).filter(|&set| allowed(set)).count());
        prop_assert_eq!(found[0].id.as_str(), "as now");
        let mut sets: Vec<Vec<usize>> = found.iter().map(|p| p.options.clone()).collect();
        prop_assert!(sets.is_sorted_by_key(Vec::len));
        sets.sort();
        sets.dedup();
        prop_assert_eq!(sets.len(), found.len());
        prop_assert!(found.iter().all(|p| p.cost == p.options.len() as f64));
    }
}

#[test]
fn mistakes_are_all_reported() {
    let worlds = uniform_worlds(1, 2, 1, 0.0, 1.0);
    let set = |parameter: &str, amount: &str| Change {
        parameter: parameter.into(),
        operation: Operation::Set,
        amount: Amount::Formula(Formula::parse(amount).unwrap()),
    };
    let options = [
        OptionSpec { changes: vec![set("x1", "1"), set("y", "1")], ..option("one") },
        OptionSpec { changes: vec![set("x1", "2 * z")], ..option("two") },
    ];
    let problems = BoundChanges::bind(&options, &worlds, Seed(1)).unwrap_err();
    let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "the options `one` and `two` both set `x1`; let one exclude the other",
            "the option `one` changes `y`, which is no parameter",
            "the option `two` computes its change of `x1` from `z`, which is no parameter",
        ]
    );
    let exclusive = OptionSpec { excludes: vec!["three".into()], ..option("one") };
    assert_eq!(
        portfolios(&[exclusive, option("one")]).unwrap_err(),
        [
            Problem::Twice("one".into()),
            Problem::UnknownOption { option: "one".into(), other: "three".into() }
        ]
    );
    let many: Vec<OptionSpec> = (0..13).map(|i| option(&format!("o{i}"))).collect();
    assert_eq!(portfolios(&many).unwrap_err(), [Problem::TooManyPortfolios { most: 4096 }]);
    assert_eq!(portfolios(&many[..12]).unwrap().len(), 4096);
    let bad = [("a".to_owned(), Distribution::Normal(0.0, -1.0)), parameter("b"), parameter("b")];
    assert_eq!(Worlds::draw(Seed(1), 2, &bad, &[("h".into(), -1.0)]).unwrap_err().len(), 3);
    assert!(Outcomes::new(1, 2, 1, vec![0.0]).is_err());
    assert_eq!(Outcomes::new(1, 2, 1, vec![0.0, f64::NAN]).unwrap_err().len(), 1);
    let outcomes = Outcomes::new(2, 1, 1, vec![0.0; 2]).unwrap();
    let metrics = [options::MetricSpec { weight: -1.0, ..utility(None) }];
    let settings = AnalysisSettings::default();
    let found = analyze(Seed(1), &worlds, &[portfolio("a"), portfolio("b")], &metrics, &outcomes, &settings);
    assert_eq!(found.unwrap_err().len(), 2);
}

/// Two portfolios of which the second is better where the hypothesis h2 is true.
fn divided() -> (Worlds, Outcomes, OptionsResult) {
    let hypotheses = [("h1".to_owned(), 0.7), ("h2".to_owned(), 0.3)];
    let worlds = Worlds::draw(Seed(3), 400, &[parameter("a"), parameter("b")], &hypotheses).unwrap();
    let values = (0..400).flat_map(|world| {
        let (a, second) = (worlds.values(world)[0], worlds.hypothesis(world) == Some(1));
        [1.0 + 0.3 * a, if second { 2.0 } else { 0.0 }]
    });
    let outcomes = Outcomes::new(400, 2, 1, values.collect()).unwrap();
    let portfolios = [portfolio("first"), portfolio("second")];
    let settings = AnalysisSettings::default();
    let result = analyze(Seed(3), &worlds, &portfolios, &[utility(Some(0.8))], &outcomes, &settings).unwrap();
    (worlds, outcomes, result)
}

#[test]
fn ranks_change_with_the_hypothesis() {
    let (_, _, result) = divided();
    let best = |hypothesis: Option<&str>| {
        let ranking = result.rankings.iter().find(|r| r.hypothesis.as_deref() == hypothesis).unwrap();
        (ranking.best.clone(), ranking.share)
    };
    assert_eq!(best(None), (vec![0], 1.0));
    assert_eq!(best(Some("h1")).0, [0]);
    assert_eq!(best(Some("h2")).0, [1]);
    assert!((best(Some("h2")).1 - 0.3).abs() < 0.07);
    assert_eq!(result.sensitivity[0].parameter, "hypothesis");
    assert_eq!(result.failure.boxes[0].restrictions[0].parameter, "a");
}

#[test]
fn the_same_seed_gives_the_same_bits_and_a_result_is_saved_with_its_tables() {
    let (worlds, outcomes, result) = divided();
    let json = serde_json::to_string(&result).unwrap();
    assert_eq!(json, serde_json::to_string(&divided().2).unwrap());
    assert_eq!(serde_json::from_str::<OptionsResult>(&json).unwrap(), result);
    let tables = result.tables(&worlds, &outcomes);
    let rows: Vec<_> = tables.iter().map(|(name, table)| (*name, table.num_rows())).collect();
    assert_eq!(rows[..4], [("worlds", 400), ("outcomes", 800), ("portfolios", 2), ("rankings", 48)]);
    assert_eq!(rows[5], ("sensitivity", 3));
}
