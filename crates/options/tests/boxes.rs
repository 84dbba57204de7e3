//! PRIM finds planted boxes, and is never better than the best of all boxes.

mod common;

use common::uniform_worlds;
use measure::{Distribution, Seed};
use options::{FailureBox, Parameter, PrimSettings, Restriction, Worlds, prim};
use proptest::prelude::*;

fn restriction<'a>(found: &'a FailureBox, parameter: &str) -> &'a Restriction {
    found.restrictions.iter().find(|r| r.parameter == parameter).unwrap()
}

#[test]
fn a_planted_box_is_found() {
    let worlds = uniform_worlds(11, 3_000, 6, 0.0, 1.0);
    let fails: Vec<bool> = (0..3_000)
        .map(|world| {
            let x = worlds.values(world);
            x[1] > 0.6 && x[3] < 0.45
        })
        .collect();
    let boxes = prim(&worlds, &fails, Seed(1), &PrimSettings::default());
    assert_eq!(boxes.len(), 1, "{boxes:?}");
    let names: Vec<_> = boxes[0].restrictions.iter().map(|r| r.parameter.as_str()).collect();
    assert_eq!(boxes[0].restrictions.len(), 2, "{names:?}");
    let (x2, x4) = (restriction(&boxes[0], "x2"), restriction(&boxes[0], "x4"));
    assert!((x2.at_least.unwrap() - 0.6).abs() < 0.03 && x2.at_most.is_none(), "{x2:?}");
    assert!((x4.at_most.unwrap() - 0.45).abs() < 0.03 && x4.at_least.is_none(), "{x4:?}");
    assert!(boxes[0].size.coverage > 0.95 && boxes[0].size.density > 0.95, "{:?}", boxes[0].size);
    assert!(x2.quasi_p < 1e-10 && x2.steadiness == 1.0 && x4.steadiness == 1.0);
    assert_eq!(boxes[0].trajectory[0].size.mass, 1.0);
}

#[test]
fn two_planted_boxes_and_noise_are_found_one_after_the_other() {
    let hypotheses = [("normaliser".to_owned(), 0.5), ("entrenched".to_owned(), 0.5)];
    let parameters: Vec<_> =
        ["a", "b", "c"].iter().map(|id| ((*id).to_owned(), Distribution::Uniform(0.0, 1.0))).collect();
    let worlds = Worlds::draw(Seed(2), 4_000, &parameters, &hypotheses).unwrap();
    let fails: Vec<bool> = (0..4_000)
        .map(|world| {
            let (x, entrenched) = (worlds.values(world), worlds.hypothesis(world) == Some(1));
            let certain = (entrenched && x[0] > 0.5) || (!entrenched && x[1] < 0.25);
            // One world in twenty is told wrongly.
            certain != (Seed(9).stream("noise", world as u64).uniform() < 0.05)
        })
        .collect();
    let boxes = prim(&worlds, &fails, Seed(1), &PrimSettings::default());
    assert_eq!(restriction(&boxes[0], "hypothesis").one_of, ["entrenched"]);
    assert!(
        (restriction(&boxes[0], "a").at_least.unwrap() - 0.5).abs() < 0.06,
        "{:?}",
        boxes[0].restrictions
    );
    assert!(
        (restriction(&boxes[1], "b").at_most.unwrap() - 0.25).abs() < 0.06,
        "{:?}",
        boxes[1].restrictions
    );
    assert!(boxes[0].size.density > 0.9 && boxes[1].size.density > 0.85);
}

#[test]
fn where_failure_follows_no_rule_no_box_is_claimed() {
    let worlds = uniform_worlds(5, 1_000, 4, 0.0, 1.0);
    let mut claimed = 0;
    for trial in 0..10 {
        let fails: Vec<bool> = (0..1_000).map(|w| Seed(trial).stream("coin", w).uniform() < 0.3).collect();
        let settings = PrimSettings { resamples: 0, ..PrimSettings::default() };
        // The best of many noisy boxes may look significant; it must not look good.
        let boxes = prim(&worlds, &fails, Seed(1), &settings);
        claimed += boxes.iter().filter(|found| found.size.density > 0.5 && found.size.coverage > 0.3).count();
    }
    assert_eq!(claimed, 0);
    assert!(prim(&worlds, &[false; 1_000], Seed(1), &PrimSettings::default()).is_empty());
    assert!(prim(&worlds, &[true; 1_000], Seed(1), &PrimSettings::default()).is_empty());
}

/// Worlds on a grid of four by four.
fn grid() -> Worlds {
    let column = |id: &str, of: fn(usize) -> usize| Parameter {
        id: id.into(),
        values: (0..16).map(|world| of(world) as f64).collect(),
        fixed: false,
    };
    let columns = vec![column("x", |world| world % 4), column("y", |world| world / 4)];
    Worlds::listed(columns, Vec::new(), Vec::new(), vec![1.0; 16]).unwrap()
}

/// Greatest harmonic mean of coverage and density over all boxes of the grid.
fn best_of_all(fails: &[bool]) -> f64 {
    let all = fails.iter().filter(|f| **f).count() as f64;
    let ranges = || (0..4).flat_map(|low| (low..4).map(move |high| low..=high));
    let mut best = 0.0_f64;
    for x in ranges() {
        for y in ranges() {
            let inside: Vec<usize> =
                (0..16).filter(|w| x.contains(&(w % 4)) && y.contains(&(w / 4))).collect();
            let hits = inside.iter().filter(|&&w| fails[w]).count() as f64;
            best = best.max(2.0 * hits / (all + inside.len() as f64));
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_box_is_better_than_the_best_of_all(fails in proptest::collection::vec(any::<bool>(), 16)) {
        let settings = PrimSettings { significance: 1.0, resamples: 0, most_boxes: 1, ..PrimSettings::default() };
        for found in prim(&grid(), &fails, Seed(1), &settings) {
            let (c, d) = (found.size.coverage, found.size.density);
            prop_assert!(2.0 * c * d / (c + d) <= best_of_all(&fails) + 1e-12);
        }
    }

    #[test]
    fn any_pure_box_of_the_grid_is_found(x in 0_usize..4, wide in 1_usize..4, y in 0_usize..4, high in 1_usize..4) {
        let inside = |w: usize| (x..x + wide).contains(&(w % 4)) && (y..y + high).contains(&(w / 4));
        let fails: Vec<bool> = (0..16).map(inside).collect();
        let settings = PrimSettings { significance: 1.0, resamples: 0, most_boxes: 1, ..PrimSettings::default() };
        let found = &prim(&grid(), &fails, Seed(1), &settings)[0];
        prop_assert_eq!(found.size.coverage, 1.0);
        prop_assert_eq!(found.size.density, 1.0);
    }
}
