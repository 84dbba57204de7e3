use arrow_array::RecordBatch;
use measure::{Distribution, Seed};

use crate::Problem;

/// One uncertain quantity in all worlds.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The user's id.
    pub id: String,
    /// Its value in each world.
    pub values: Vec<f64>,
    /// Whether it is the same in all of them by assumption.
    pub fixed: bool,
}

/// Draws of everything uncertain, stored by column.
#[derive(Clone, Debug, PartialEq)]
pub struct Worlds {
    parameters: Vec<Parameter>,
    hypotheses: Vec<String>,
    /// Position in `hypotheses`, per world.
    hypothesis: Vec<u32>,
    /// Per world, sums to 1.
    weights: Vec<f64>,
}

impl Worlds {
    /// Draws `n` worlds: each parameter from its distribution, one hypothesis from their probabilities.
    ///
    /// Every number comes from a stream of its own, keyed by the parameter's id and the number of the
    /// world, so that neither a further parameter nor a further world moves any other draw. One
    /// uniform per parameter and world (common random numbers). Probabilities need not sum to 1; no
    /// hypotheses at all is fine.
    ///
    /// # Errors
    /// [`Problem::Twice`], [`Problem::Distribution`], [`Problem::Weights`]; all of them at once.
    ///
    /// # Cost
    /// O(n · parameters).
    pub fn draw(
        seed: Seed,
        n: usize,
        parameters: &[(String, Distribution)],
        hypotheses: &[(String, f64)],
    ) -> Result<Self, Vec<Problem>> {
        let _ = (seed, n, parameters, hypotheses);
        todo!()
    }

    /// Worlds that somebody lists, with their weights (≥ 0, scaled to sum to 1).
    ///
    /// `hypothesis[w]` is a position in `hypotheses`; both may be empty.
    ///
    /// # Errors
    /// [`Problem::Twice`], [`Problem::Size`], [`Problem::Weights`].
    pub fn listed(
        parameters: Vec<Parameter>,
        hypotheses: Vec<String>,
        hypothesis: Vec<u32>,
        weights: Vec<f64>,
    ) -> Result<Self, Vec<Problem>> {
        let _ = (parameters, hypotheses, hypothesis, weights);
        todo!()
    }

    /// How many worlds.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The parameters, in the order given.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Position of a parameter.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.id == id)
    }

    /// The value of every parameter in one world, in the order of [`Worlds::parameters`].
    pub fn values(&self, world: usize) -> Vec<f64> {
        self.parameters.iter().map(|parameter| parameter.values[world]).collect()
    }

    /// Ids of the hypotheses.
    pub fn hypotheses(&self) -> &[String] {
        &self.hypotheses
    }

    /// Position of the hypothesis that is true in a world; `None` if there are no hypotheses.
    pub fn hypothesis(&self, world: usize) -> Option<usize> {
        self.hypothesis.get(world).map(|&position| position as usize)
    }

    /// Weight of each world; they sum to 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Columns `world`, `weight`, `hypothesis` (if any), then one per parameter.
    pub fn to_batch(&self) -> RecordBatch {
        todo!()
    }
}
