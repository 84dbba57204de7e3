//! State reduction against closed forms and against plain elimination.

mod common;

use common::{reference, relative};
use crisis::Chain;
use proptest::prelude::*;

/// States 0 and `up.len() + 1` absorb; state k goes up with probability `up[k - 1]`, else down.
fn birth_death(up: &[f64]) -> Chain {
    let n = up.len();
    let mut chain = Chain::new(n, 2);
    for (state, &p) in up.iter().enumerate() {
        if state == 0 {
            chain.end(state, 0, 1.0 - p)
        } else {
            chain.link(state, state - 1, 1.0 - p)
        }
        if state + 1 == n { chain.end(state, 1, p) } else { chain.link(state, state + 1, p) }
    }
    chain
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

#[test]
fn hitting_probabilities_keep_their_digits() {
    let Some(data) = reference("decision/chains/hitting.json") else { return };
    let mut worst = 0.0_f64;
    for case in data["cases"].as_array().unwrap() {
        let kind = case["kind"].as_str().unwrap();
        let (up, digits) = match kind {
            "gambler" => {
                let n = case["states"].as_u64().unwrap() as usize - 2;
                (vec![number(&case["p_up"]); n], &case["p_top_digits"])
            }
            "birth-death" => {
                (case["up"].as_array().unwrap().iter().map(number).collect(), &case["p_top_digits"])
            }
            "M/M/1 overflow before empty" => {
                let load = number(&case["load"]);
                let n = case["level"].as_u64().unwrap() as usize - 1;
                (vec![load / (1.0 + load); n], &case["p_digits"])
            }
            _ => continue,
        };
        let start = case["start"].as_u64().unwrap() as usize - 1;
        let (ends, steps) = birth_death(&up).ends(start);
        let error = relative(ends[1], number(digits));
        worst = worst.max(error);
        assert!(error < 1e-13, "{kind}: {} {digits}", ends[1]);
        if let Some(expected) = case.get("expected_steps") {
            assert!(relative(steps, number(expected)) < 1e-13, "{kind}: {steps} {expected}");
        }
    }
    eprintln!("worst relative error {worst:.1e}");
}

#[test]
fn a_run_of_ten_escalations_takes_2046_rounds() {
    // Expected number of fair tosses until k heads in a row: 2^(k+1) − 2 (Feller 1968, XIII.7).
    let mut chain = Chain::new(10, 1);
    for run in 0..10 {
        chain.link(run, 0, 0.5);
        if run == 9 { chain.end(run, 0, 0.5) } else { chain.link(run, run + 1, 0.5) }
    }
    assert!(relative(chain.ends(0).1, 2046.0) < 1e-14);
}

/// Gaussian elimination with partial pivoting: A X = B.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let n = a.len();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).unwrap();
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in (0..n).filter(|&i| i != k) {
            let factor = a[i][k] / a[k][k];
            let (row, pivot_row) = (a[k].clone(), b[k].clone());
            a[i].iter_mut().zip(&row).for_each(|(x, y)| *x -= factor * y);
            b[i].iter_mut().zip(&pivot_row).for_each(|(x, y)| *x -= factor * y);
        }
    }
    (0..n).map(|i| b[i].iter().map(|x| x / a[i][i]).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn state_reduction_agrees_with_elimination(
        weights in proptest::collection::vec(proptest::collection::vec(0.0_f64..1.0, 9), 6),
        holes in proptest::collection::vec(proptest::bool::weighted(0.4), 54),
        start in 0_usize..6,
    ) {
        // Six transient states, three absorbing ones; the last column keeps every state able to end.
        let rows: Vec<Vec<f64>> = weights.iter().enumerate().map(|(i, row)| {
            let kept: Vec<f64> = row.iter().enumerate()
                .map(|(j, &w)| if j != 8 && holes[i * 9 + j] { 0.0 } else { w + 0.01 }).collect();
            let total: f64 = kept.iter().sum();
            kept.into_iter().map(|w| w / total).collect()
        }).collect();
        let mut chain = Chain::new(6, 3);
        for (i, row) in rows.iter().enumerate() {
            (0..6).filter(|&j| row[j] > 0.0).for_each(|j| chain.link(i, j, row[j]));
            (0..3).for_each(|e| chain.end(i, e, row[6 + e]));
        }
        let minus: Vec<Vec<f64>> = (0..6)
            .map(|i| (0..6).map(|j| f64::from(u8::from(i == j)) - rows[i][j]).collect()).collect();
        let right: Vec<Vec<f64>> = rows.iter().map(|row| [&row[6..], &[1.0]].concat()).collect();
        let expected = solve(minus.clone(), right);
        let absorption = chain.clone().absorb(start);
        for (i, from) in absorption.from.iter().enumerate() {
            (0..3).for_each(|e| assert!((from[e] - expected[i][e]).abs() < 1e-10));
        }
        prop_assert!((absorption.steps - expected[start][3]).abs() < 1e-9 * expected[start][3]);
        prop_assert!((absorption.visits.iter().sum::<f64>() - absorption.steps).abs() < 1e-9 * absorption.steps);
        let transposed: Vec<Vec<f64>> = (0..6).map(|i| (0..6).map(|j| minus[j][i]).collect()).collect();
        let unit: Vec<Vec<f64>> = (0..6).map(|i| vec![f64::from(u8::from(i == start))]).collect();
        for (visits, expected) in absorption.visits.iter().zip(solve(transposed, unit)) {
            prop_assert!((visits - expected[0]).abs() < 1e-9 * absorption.steps);
        }
        let (ends, steps) = chain.ends(start);
        prop_assert_eq!(ends, absorption.probability);
        prop_assert_eq!(steps, absorption.steps);
    }
}
