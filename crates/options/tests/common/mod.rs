//! What several test files need.
#![allow(dead_code, reason = "each test file is a crate of its own and uses a part")]

use std::path::PathBuf;

use measure::{Distribution, Seed};
use options::{
    AnalysisSettings, Direction, MetricSpec, OptionSpec, OptionsResult, Outcomes, Portfolio, Scaling, Worlds,
    analyze,
};

/// A file of the reference data, or `None` with a loud line where there is none.
pub fn reference(path: &str) -> Option<serde_json::Value> {
    let root = std::env::var_os("DEMARCHE_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let file = root.join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(error) => {
            eprintln!("SKIPPED: {} cannot be read ({error}); set DEMARCHE_DATA", file.display());
            None
        }
    }
}

pub fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * (1.0 + b.abs())
}

pub fn utility(goal: Option<f64>) -> MetricSpec {
    MetricSpec {
        id: "utility".into(),
        label: "Utility".into(),
        direction: Direction::Higher,
        weight: 1.0,
        goal,
        unit: String::new(),
        range: None,
    }
}

pub fn portfolio(id: &str) -> Portfolio {
    Portfolio { id: id.into(), options: Vec::new(), cost: 0.0 }
}

pub fn option(id: &str) -> OptionSpec {
    OptionSpec { id: id.into(), label: id.into(), changes: Vec::new(), cost: 1.0, excludes: Vec::new() }
}

/// Payoffs by act, then state, with the probability of each state.
pub fn analyze_table(payoff: &[Vec<f64>], probability: &[f64], goal: f64, optimism: f64) -> OptionsResult {
    let worlds = Worlds::listed(Vec::new(), Vec::new(), Vec::new(), probability.to_vec()).unwrap();
    let portfolios: Vec<Portfolio> = (0..payoff.len()).map(|act| portfolio(&format!("act {act}"))).collect();
    let values = (0..probability.len()).flat_map(|state| payoff.iter().map(move |row| row[state])).collect();
    let outcomes = Outcomes::new(probability.len(), payoff.len(), 1, values).unwrap();
    let settings = AnalysisSettings { scaling: Scaling::AsGiven, optimism, ..AnalysisSettings::default() };
    analyze(Seed(1), &worlds, &portfolios, &[utility(Some(goal))], &outcomes, &settings).unwrap()
}

/// `n` worlds with parameters `x1`, `x2`, … uniform on (low, high).
pub fn uniform_worlds(seed: u64, n: usize, dimensions: usize, low: f64, high: f64) -> Worlds {
    let parameters: Vec<_> =
        (1..=dimensions).map(|i| (format!("x{i}"), Distribution::Uniform(low, high))).collect();
    Worlds::draw(Seed(seed), n, &parameters, &[]).unwrap()
}
