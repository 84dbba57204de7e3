use measure::Seed;
use serde::{Deserialize, Serialize};

use crate::Worlds;

/// How boxes are sought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrimSettings {
    /// Share of the box that one step peels off, in (0, 0.5).
    pub alpha: f64,
    /// Least share of all worlds that a box holds, in (0, 1).
    pub least_mass: f64,
    /// Most boxes.
    pub most_boxes: usize,
    /// Restrictions with a greater quasi-p-value are lifted.
    pub significance: f64,
    /// Resamples that tell how steadily a dimension is found.
    pub resamples: u64,
}

impl Default for PrimSettings {
    fn default() -> Self {
        Self { alpha: 0.05, least_mass: 0.05, most_boxes: 3, significance: 0.05, resamples: 10 }
    }
}

/// What one dimension of a box allows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Restriction {
    /// Id of the parameter; `hypothesis` for the hypothesis.
    pub parameter: String,
    /// Least value allowed, if the box has a lower side.
    pub at_least: Option<f64>,
    /// Greatest value allowed, if the box has an upper side.
    pub at_most: Option<f64>,
    /// Hypotheses allowed; empty for a parameter.
    pub one_of: Vec<String>,
    /// Probability that a restriction of no effect would gather as many failures (one-sided binomial).
    pub quasi_p: f64,
    /// Share of resamples in which PRIM restricts this dimension too.
    pub steadiness: f64,
}

/// How much a box holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxSize {
    /// Share of all failures that lie within.
    pub coverage: f64,
    /// Share of its worlds that are failures.
    pub density: f64,
    /// Share of all worlds that lie within.
    pub mass: f64,
}

/// One box of the peeling trajectory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peel {
    /// How much it holds.
    pub size: BoxSize,
    /// How many dimensions it restricts.
    pub restricted: usize,
}

/// A box in which failures gather.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Box {
    /// What it restricts; the strongest (least quasi-p-value) first.
    pub restrictions: Vec<Restriction>,
    /// How much it holds.
    pub size: BoxSize,
    /// From all worlds down to the smallest box looked at.
    pub trajectory: Vec<Peel>,
}

/// Where a portfolio fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureBoxes {
    /// Id of the portfolio.
    pub portfolio: String,
    /// Share of worlds in which it fails.
    pub failures: f64,
    /// Each found in the worlds that the boxes before it leave over.
    pub boxes: Vec<Box>,
}

/// Boxes over uncertain parameters (and the hypothesis as categories) in which `fails` gathers.
///
/// `fails[w]` for each world; worlds count alike. Patient rule induction: peeling and pasting as in
/// Friedman & Fisher (1999), Bump hunting in high-dimensional data, Statistics and Computing
/// 9:123–143; coverage, density and quasi-p-values as in Bryant & Lempert (2010), Thinking inside the
/// box, Technological Forecasting & Social Change 77:34–49.
///
/// # Cost
/// O(worlds · dimensions · steps), times the resamples.
pub fn prim(worlds: &Worlds, fails: &[bool], seed: Seed, settings: &PrimSettings) -> Vec<Box> {
    let _ = (worlds, fails, seed, settings);
    todo!()
}
