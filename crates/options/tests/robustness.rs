//! Decision criteria: the answers of `decision/robustness/tables.json` (exact arithmetic), brute force,
//! and laws.

mod common;

use common::{analyze_table, near, portfolio, reference, utility};
use measure::Seed;
use options::{
    AnalysisSettings, Criterion, Direction, MetricSpec, OptionsResult, Outcomes, Ranking, Scaling, Worlds,
    analyze,
};
use proptest::prelude::*;
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn ranking(result: &OptionsResult, criterion: Criterion) -> &Ranking {
    result.rankings.iter().find(|r| r.criterion == criterion && r.hypothesis.is_none()).unwrap()
}

#[test]
fn tables_agree_in_every_number() {
    let Some(data) = reference("decision/robustness/tables.json") else { return };
    for table in data["tables"].as_array().unwrap() {
        let acts: Vec<&str> = table["acts"].as_array().unwrap().iter().map(|x| x.as_str().unwrap()).collect();
        let payoff: Vec<Vec<f64>> = table["payoff"].as_array().unwrap().iter().map(numbers).collect();
        let (goal, optimism) = (&table["satisficing_level"], &table["hurwicz_optimism"]);
        let probability = numbers(&table["probability"]);
        let result = analyze_table(&payoff, &probability, goal.as_f64().unwrap(), optimism.as_f64().unwrap());
        for (act, summary) in acts.iter().zip(&result.summaries) {
            let expected = &table["per_act"][act];
            for (name, value) in [
                ("expected", summary.score),
                ("sd", summary.score_sd),
                ("maximin", summary.maximin),
                ("maximax", summary.maximax),
                ("hurwicz", summary.hurwicz),
                ("laplace", summary.laplace),
                ("max_regret", summary.regret.max),
                ("expected_regret", summary.regret.expected),
                ("satisficing", summary.satisfices),
            ] {
                assert!(near(value, expected[name].as_f64().unwrap()), "{act} {name}: {value} {expected}");
            }
        }
        let position = |act: &Value| acts.iter().position(|known| *known == act.as_str().unwrap()).unwrap();
        for (name, criterion) in [
            ("expected", Criterion::Expected),
            ("maximin", Criterion::Maximin),
            ("maximax", Criterion::Maximax),
            ("hurwicz", Criterion::Hurwicz),
            ("laplace", Criterion::Laplace),
            ("minimax_regret", Criterion::MinimaxRegret),
            ("min_expected_regret", Criterion::ExpectedRegret),
            ("satisficing", Criterion::Satisficing),
        ] {
            let best: Vec<usize> = table["best"][name].as_array().unwrap().iter().map(position).collect();
            assert_eq!(ranking(&result, criterion).best, best, "{name}");
        }
        for (name, found) in [
            ("dominates", &result.dominance.statewise),
            ("first_order_dominates", &result.dominance.first_order),
            ("second_order_dominates", &result.dominance.second_order),
        ] {
            let pairs = table[name].as_array().unwrap().iter();
            let expected: Vec<(usize, usize)> = pairs.map(|p| (position(&p[0]), position(&p[1]))).collect();
            assert_eq!(found, &expected, "{name}");
        }
    }
}

fn payoffs() -> impl Strategy<Value = (Vec<Vec<f64>>, Vec<f64>)> {
    (2_usize..6, 1_usize..7).prop_flat_map(|(acts, states)| {
        let row = proptest::collection::vec((-4_i32..5).prop_map(f64::from), states);
        let weights = proptest::collection::vec((1_u32..5).prop_map(f64::from), states);
        (proptest::collection::vec(row, acts), weights)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn stochastic_orders_agree_with_their_definition((payoff, weights) in payoffs()) {
        let result = analyze_table(&payoff, &weights, 0.0, 0.5);
        let total: f64 = weights.iter().sum();
        let mean = |row: &[f64], f: &dyn Fn(f64) -> f64| -> f64 {
            row.iter().zip(&weights).map(|(x, w)| f(*x) * w / total).sum()
        };
        let thresholds: Vec<f64> = (-8..=10).map(|t| f64::from(t) / 2.0).collect();
        for a in 0..payoff.len() {
            for b in (0..payoff.len()).filter(|&b| b != a) {
                // All step functions for the first order, all ramps min(x, t) for the second.
                let order = |utility: &dyn Fn(f64, f64) -> f64| {
                    let gaps: Vec<f64> = thresholds.iter()
                        .map(|&t| mean(&payoff[a], &|x| utility(x, t)) - mean(&payoff[b], &|x| utility(x, t)))
                        .collect();
                    gaps.iter().all(|g| *g > -1e-9) && gaps.iter().any(|g| *g > 1e-9)
                };
                let first = order(&|x, t| f64::from(u8::from(x > t)));
                let second = order(&|x, t| x.min(t));
                prop_assert_eq!(result.dominance.first_order.contains(&(a, b)), first);
                prop_assert_eq!(result.dominance.second_order.contains(&(a, b)), second);
            }
        }
        for pair in &result.dominance.statewise {
            prop_assert!(result.dominance.first_order.contains(pair));
        }
        for pair in &result.dominance.first_order {
            prop_assert!(result.dominance.second_order.contains(pair));
        }
    }

    #[test]
    fn one_more_option_never_lowers_anothers_regret((payoff, weights) in payoffs()) {
        let fewer = analyze_table(&payoff[..payoff.len() - 1], &weights, 0.0, 0.5);
        let more = analyze_table(&payoff, &weights, 0.0, 0.5);
        for (fewer, more) in fewer.summaries.iter().zip(&more.summaries) {
            prop_assert!(more.regret.expected >= fewer.regret.expected - 1e-12);
            prop_assert!(more.regret.max >= fewer.regret.max);
            prop_assert!(more.metrics[0].regret.expected >= fewer.metrics[0].regret.expected - 1e-12);
        }
    }

    #[test]
    fn expected_regret_of_the_leader_is_the_value_of_perfect_information((payoff, weights) in payoffs()) {
        let result = analyze_table(&payoff, &weights, 0.0, 0.5);
        let total: f64 = weights.iter().sum();
        let foresight: f64 = (0..weights.len())
            .map(|s| payoff.iter().map(|row| row[s]).fold(f64::MIN, f64::max) * weights[s] / total).sum();
        let leader = &result.summaries[result.leader];
        prop_assert!((leader.regret.expected - (foresight - leader.score)).abs() < 1e-12);
        prop_assert!(result.summaries.iter().all(|s| s.score <= leader.score + 1e-9));
    }
}

#[test]
fn metrics_are_scaled_to_their_range_and_weighted() {
    let worlds = Worlds::listed(Vec::new(), Vec::new(), Vec::new(), vec![1.0, 1.0]).unwrap();
    let cost = MetricSpec {
        id: "cost".into(),
        direction: Direction::Lower,
        weight: 3.0,
        range: Some(measure::Interval::new(0.0, 100.0)),
        ..utility(Some(60.0))
    };
    // By world, portfolio, metric: utility from 0 to 10 occurs, cost counts from 0 to 100.
    let values = vec![0.0, 50.0, 5.0, 100.0, 10.0, 0.0, 5.0, 20.0];
    let outcomes = Outcomes::new(2, 2, 2, values).unwrap();
    let (metrics, portfolios) = ([utility(None), cost], [portfolio("a"), portfolio("b")]);
    let settings = AnalysisSettings { scaling: Scaling::Range, ..AnalysisSettings::default() };
    let result = analyze(Seed(1), &worlds, &portfolios, &metrics, &outcomes, &settings).unwrap();
    let (a, b) = (&result.summaries[0], &result.summaries[1]);
    // a: 0/4 + 3/4 · 0.5 and 1/4 + 3/4; b: 1/4 · 0.5 + 0 and 1/4 · 0.5 + 3/4 · 0.8.
    assert!(near(a.score, (0.375 + 1.0) / 2.0) && near(b.score, (0.125 + 0.725) / 2.0));
    assert_eq!((a.satisfices, b.satisfices), (1.0, 0.5));
    assert_eq!((result.leader, result.runner_up, result.leads), (0, Some(1), 1.0));
    assert!(near(b.metrics[1].regret.max, 50.0) && near(b.metrics[1].mean, 60.0));
    assert_eq!(result.dominance.pareto, [(0, 1)]);
    assert_eq!(result.dominance.pareto_front, [0]);
    // Sample of two worlds: sd of the mean = |difference| / 2.
    assert!(near(a.score_error, 0.3125));
}
