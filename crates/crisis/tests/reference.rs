//! The answers of `decision/ladder/cases.json`, computed elsewhere with 50 digits.

mod common;

use common::{TwoActors, reference, relative};
use crisis::ExamineSettings;
use measure::Seed;
use serde_json::Value;

fn numbers(value: &Value) -> [f64; 2] {
    [value[0].as_f64().unwrap(), value[1].as_f64().unwrap()]
}

fn two_actors(p: &Value) -> TwoActors {
    let number = |name: &str| p[name].as_f64().unwrap();
    TwoActors {
        rungs: 10,
        precision: number("lam"),
        reciprocity: numbers(&p["rho"]),
        hawkishness: numbers(&p["h"]),
        fear: numbers(&p["kappa"]),
        inertia: number("gamma"),
        error: number("eps"),
        upward: number("omega"),
        channel: number("channel"),
        cut: number("cut") as usize,
        eta: number("eta"),
        start: number("start") as usize,
    }
}

fn cases() -> Vec<(String, TwoActors, Value)> {
    let Some(data) = reference("decision/ladder/cases.json") else { return Vec::new() };
    let cases = data["cases"].as_object().unwrap();
    cases.iter().map(|(name, case)| (name.clone(), two_actors(&case["parameters"]), case.clone())).collect()
}

#[test]
fn exact_values_keep_their_digits() {
    let mut worst = 0.0_f64;
    for (name, two, case) in cases() {
        let ladder = two.ladder();
        let outcomes = ladder.exact();
        for (end, p) in ladder.ends().iter().zip(outcomes.values()) {
            let expected: f64 = case["digits"][end].as_str().unwrap().parse().unwrap();
            let error = relative(p, expected);
            worst = worst.max(error);
            assert!(error < 1e-12, "{name} {end}: {p} {expected}");
        }
        let rounds: f64 = case["digits"]["rounds"].as_str().unwrap().parse().unwrap();
        assert!(relative(outcomes.rounds, rounds) < 1e-12, "{name}: {} {rounds}", outcomes.rounds);
    }
    eprintln!("worst relative error {worst:.1e}");
}

#[test]
fn probabilities_within_rounds_agree() {
    for (name, two, case) in cases() {
        let ladder = two.ladder();
        for (rounds, expected) in case["within_rounds"].as_object().unwrap() {
            let within = ladder.within(&[rounds.parse().unwrap()])[0];
            for (end, p) in ladder.ends().iter().zip(within.values()).take(4) {
                let expected = expected[end].as_f64().unwrap();
                assert!(relative(p, expected) < 1e-12, "{name} {rounds} {end}: {p} {expected}");
            }
        }
    }
}

#[test]
fn simulated_values_lie_within_their_intervals() {
    let mut settings = ExamineSettings::default();
    settings.simulate.trajectories = 20_000;
    settings.simulate.fewest_hits = 50;
    settings.simulate.effort = 150;
    for (name, two, case) in cases() {
        let result = two.ladder().examine(Seed(1), &settings);
        for (end, estimate) in &result.simulated {
            let expected = case["exact"][end].as_f64().unwrap();
            assert!(estimate.interval.contains(expected), "{name} {end}: {estimate:?} {expected}");
        }
    }
}
