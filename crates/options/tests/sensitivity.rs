//! First-order indices of the functions of `decision/sensitivity/indices.json`, known in closed form.

mod common;

use std::f64::consts::PI;

use common::{reference, uniform_worlds};
use measure::{Distribution, Seed};
use options::{Sensitivity, Worlds, sensitivity};

fn check(case: &serde_json::Value, worlds: &Worlds, of: impl Fn(&[f64]) -> f64) {
    let name = case["function"].as_str().unwrap();
    let y: Vec<f64> = (0..worlds.len()).map(|world| of(&worlds.values(world))).collect();
    let found = sensitivity(worlds, &y, Seed(1));
    assert!(found.is_sorted_by(|a, b| a.first_order >= b.first_order));
    for (position, expected) in case["first"].as_array().unwrap().iter().enumerate() {
        let id = format!("x{}", position + 1);
        let index: &Sensitivity = found.iter().find(|s| s.parameter == id).unwrap();
        let expected = expected.as_f64().unwrap();
        assert!((index.first_order - expected).abs() < 0.03, "{name} {index:?} {expected}");
        // A 90 % interval may miss; twice its width must not.
        let slack = index.interval.width().max(0.01);
        let wide = index.interval.low - slack..=index.interval.high + slack;
        assert!(wide.contains(&expected), "{name} {index:?} {expected}");
    }
}

#[test]
fn indices_agree_with_closed_forms() {
    let Some(data) = reference("decision/sensitivity/indices.json") else { return };
    let case = |name: &str| data["cases"].as_array().unwrap().iter().find(|c| c["function"] == name).unwrap();
    check(case("ishigami"), &uniform_worlds(1, 4_000, 3, -PI, PI), |x| {
        let (s1, s2) = (libm_sin(x[0]), libm_sin(x[1]));
        s1 + 7.0 * s2 * s2 + 0.1 * x[2] * x[2] * x[2] * x[2] * s1
    });
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    check(case("sobol-g"), &uniform_worlds(2, 4_000, 8, 0.0, 1.0), |x| {
        x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
    });
    check(case("product-2"), &uniform_worlds(3, 4_000, 2, 0.0, 1.0), |x| {
        x[0] + 2.0 * x[1] + 3.0 * x[0] * x[1]
    });
    let normal = |id: &str, sd| (id.to_owned(), Distribution::Normal(0.0, sd));
    let parameters = [normal("x1", 1.0), normal("x2", 2.0), normal("x3", 4.0)];
    let worlds = Worlds::draw(Seed(4), 4_000, &parameters, &[]).unwrap();
    check(case("linear-normal"), &worlds, |x| 2.0 * x[0] - 3.0 * x[1] + 0.5 * x[2]);
}

/// Taylor's series: far more digits than the test needs.
fn libm_sin(x: f64) -> f64 {
    let (mut term, mut total) = (x, x);
    for k in 1..15 {
        term *= -x * x / f64::from(2 * k * (2 * k + 1));
        total += term;
    }
    total
}

#[test]
fn ranks_tell_the_direction_and_what_does_not_vary_is_left_out() {
    let parameters = [
        ("up".to_owned(), Distribution::Uniform(0.0, 1.0)),
        ("down".to_owned(), Distribution::Uniform(0.0, 1.0)),
        ("known".to_owned(), Distribution::Fixed(3.0)),
        ("switch".to_owned(), Distribution::Discrete(vec![(0.0, 1.0), (1.0, 1.0)])),
    ];
    let hypotheses = [("h1".to_owned(), 0.5), ("h2".to_owned(), 0.5)];
    let worlds = Worlds::draw(Seed(1), 2_000, &parameters, &hypotheses).unwrap();
    let y: Vec<f64> = (0..2_000)
        .map(|world| {
            let x = worlds.values(world);
            x[0] - 0.5 * x[1] + 2.0 * x[3] + if worlds.hypothesis(world) == Some(0) { 1.0 } else { 0.0 }
        })
        .collect();
    let found = sensitivity(&worlds, &y, Seed(1));
    let names: Vec<_> = found.iter().map(|s| s.parameter.as_str()).collect();
    assert_eq!(names, ["switch", "hypothesis", "up", "down"]);
    // Variances: 4/4, 1/4, 1/12, 1/48; in all 65/48.
    for (index, expected) in found.iter().zip([48.0, 12.0, 4.0, 1.0]) {
        assert!((index.first_order - expected / 65.0).abs() < 0.02, "{index:?}");
    }
    assert!(found[2].rank_correlation > 0.1 && found[3].rank_correlation < -0.05);
    assert!(sensitivity(&worlds, &vec![1.0; 2_000], Seed(1)).iter().all(|s| s.first_order == 0.0));
}
