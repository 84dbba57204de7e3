//! Time of drawing worlds and of a whole analysis: `cargo bench -p options`.

use std::time::Instant;

use measure::{Distribution, Seed};
use options::{AnalysisSettings, Direction, MetricSpec, Outcomes, Portfolio, Worlds, analyze};

fn main() {
    let kinds = [
        Distribution::Uniform(0.0, 1.0),
        Distribution::Triangular(0.0, 0.5, 1.0),
        Distribution::Pert(0.0, 0.5, 1.0),
        Distribution::Normal(0.5, 0.2),
    ];
    for kind in &kinds {
        let parameters: Vec<_> = (0..15).map(|i| (format!("p{i}"), kind.clone())).collect();
        let start = Instant::now();
        Worlds::draw(Seed(1), 5_000, &parameters, &[("h".into(), 1.0)]).unwrap();
        println!("5000 worlds of 15 parameters {kind:?}: {:?}", start.elapsed());
    }
    let parameters: Vec<_> = (0..15).map(|i| (format!("p{i}"), kinds[0].clone())).collect();
    let hypotheses = [("h1".to_owned(), 0.6), ("h2".to_owned(), 0.4)];
    let worlds = Worlds::draw(Seed(1), 5_000, &parameters, &hypotheses).unwrap();
    let outcome = |w: usize, p: usize, m: usize| {
        let x = worlds.values(w);
        x[p % 15] * x[(p + 1) % 15] + x[m] * if worlds.hypothesis(w) == Some(0) { 1.0 } else { 0.5 }
    };
    let mut values = Vec::new();
    for w in 0..5_000 {
        for p in 0..32 {
            values.extend((0..3).map(|m| outcome(w, p, m)));
        }
    }
    let outcomes = Outcomes::new(5_000, 32, 3, values).unwrap();
    let portfolios: Vec<_> =
        (0..32).map(|p| Portfolio { id: format!("{p}"), options: vec![], cost: 0.0 }).collect();
    let metric = |m: usize| MetricSpec {
        id: format!("m{m}"),
        label: String::new(),
        direction: Direction::Higher,
        weight: 1.0,
        goal: Some(0.4),
        unit: String::new(),
        range: None,
    };
    let metrics: Vec<_> = (0..3).map(metric).collect();
    let start = Instant::now();
    let result =
        analyze(Seed(1), &worlds, &portfolios, &metrics, &outcomes, &AnalysisSettings::default()).unwrap();
    let boxes = result.failure.boxes.len();
    println!("analysis of 5000 worlds × 32 portfolios × 3 metrics, {boxes} boxes: {:?}", start.elapsed());
}
