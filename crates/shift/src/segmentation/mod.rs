//! Optimal segmentation: what a segment costs is apart from how the best segments are searched.

mod binomial;
mod enumerate;
mod envelope;
mod family;
mod functional;
mod lattice;
mod moments;
mod multinomial;
mod negative_binomial;
mod neighborhood;
mod normal;
mod pelt;
mod poisson;
mod sum;
mod trend;

use std::ops::Range;

use measure::portable;
use serde::{Deserialize, Serialize};

pub use binomial::BinomialCost;
pub use enumerate::{enumerate, enumerate_fixed};
pub use functional::{OneParameter, RunningSums, fixed, fpop};
pub(crate) use lattice::{lattice, lattice_fixed};
pub use moments::{Moments, MomentsCost};
pub use multinomial::MultinomialCost;
pub use negative_binomial::{EqualExposureCost, NegativeBinomialCost};
pub use neighborhood::{segment_neighborhood, segment_neighborhood_with};
pub use normal::NormalCost;
pub use pelt::{pelt, pelt_with};
pub use poisson::PoissonCost;
pub use sum::SumCost;
pub use trend::TrendCost;

/// What it costs to put consecutive periods into one regime: twice the negative log-likelihood at its
/// maximum.
///
/// Splitting a segment never makes it dearer: `cost(a..b) + cost(b..c) ≤ cost(a..c)`; the pruning of
/// [`pelt`] relies on it.
pub trait SegmentCost {
    /// How many periods there are.
    fn len(&self) -> usize;

    /// Cost of the periods in the range, which is not empty.
    fn cost(&self, periods: Range<usize>) -> f64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What one more change costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// 2 ln n: a change has two parameters, its date and a rate (Schwarz 1978).
    #[default]
    Bic,
    /// This much, ≥ 0.
    Value(f64),
}

impl Penalty {
    /// The cost of one change among `n` periods.
    pub fn per_change(self, n: usize) -> f64 {
        match self {
            Self::Bic => 2.0 * portable::ln(n.max(1) as f64),
            Self::Value(value) => value.max(0.0),
        }
    }
}

/// The segments of lowest total cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segmentation {
    /// Index of the first period of every segment but the first, rising.
    pub starts: Vec<usize>,
    /// Σ cost of the segments + penalty × number of changes.
    pub total_cost: f64,
}

/// First periods of all segments but the first, from the start of the last segment of every prefix.
fn backtrack(last_start: &[usize]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut end = last_start.len() - 1;
    while end > 0 {
        end = last_start[end];
        if end > 0 {
            starts.push(end);
        }
    }
    starts.reverse();
    starts
}

/// The same where `layers[k − 1]` holds the start of the last segment of every prefix with k changes.
fn backtrack_layers(layers: &[Vec<usize>], n: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut end = n;
    for last_start in layers.iter().rev() {
        end = last_start[end];
        starts.push(end);
    }
    starts.reverse();
    starts
}
