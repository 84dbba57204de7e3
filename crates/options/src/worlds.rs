use std::collections::BTreeSet;

use arrow_array::RecordBatch;
use measure::portable::sum;
use measure::{Distribution, Seed};

use crate::Problem;
use crate::table::{batch, numbers, text, whole};

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
        let ids = || parameters.iter().map(|(id, _)| id).chain(hypotheses.iter().map(|(id, _)| id));
        let mut problems = twice(ids().map(String::as_str));
        for (id, distribution) in parameters {
            if let Err(error) = distribution.check() {
                problems.push(Problem::Distribution { id: id.clone(), problem: error.to_string() });
            }
        }
        let shares: Vec<f64> = hypotheses.iter().map(|(_, p)| *p).collect();
        if !hypotheses.is_empty() && scaled(&shares).is_none() {
            problems.push(Problem::Weights("hypotheses"));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let column = |(id, distribution): &(String, Distribution)| Parameter {
            id: id.clone(),
            values: draw_column(seed, n, &format!("world parameter {id}"), distribution),
            fixed: distribution.is_fixed(),
        };
        let drawn = |world| seed.stream("world hypothesis", world).weighted(&shares) as u32;
        Ok(Self {
            parameters: parameters.iter().map(column).collect(),
            hypotheses: hypotheses.iter().map(|(id, _)| id.clone()).collect(),
            hypothesis: if hypotheses.is_empty() { Vec::new() } else { (0..n as u64).map(drawn).collect() },
            weights: vec![1.0 / n as f64; n],
        })
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
        let ids = parameters.iter().map(|parameter| &parameter.id).chain(&hypotheses);
        let mut problems = twice(ids.map(String::as_str));
        let n = weights.len();
        let columns = parameters.iter().map(|parameter| parameter.values.len());
        let labels = (!hypotheses.is_empty()).then_some(hypothesis.len());
        for found in columns.chain(labels).filter(|&found| found != n) {
            problems.push(Problem::Size { what: "worlds", expected: n, found });
        }
        if hypothesis.iter().any(|&position| position as usize >= hypotheses.len()) {
            problems.push(Problem::Weights("hypotheses"));
        }
        match scaled(&weights) {
            Some(weights) if problems.is_empty() => Ok(Self { parameters, hypotheses, hypothesis, weights }),
            Some(_) => Err(problems),
            None => {
                problems.push(Problem::Weights("worlds"));
                Err(problems)
            }
        }
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

    /// The worlds in which a hypothesis is true, with their weights scaled to sum to 1, and their share.
    pub(crate) fn given(&self, hypothesis: usize) -> (Vec<(usize, f64)>, f64) {
        let worlds = (0..self.len()).filter(|&world| self.hypothesis(world) == Some(hypothesis));
        let given: Vec<(usize, f64)> =
            worlds.map(|world| (world, self.weights[world])).filter(|(_, weight)| *weight > 0.0).collect();
        let share = sum(given.iter().map(|(_, weight)| *weight));
        (given.into_iter().map(|(world, weight)| (world, weight / share)).collect(), share)
    }

    /// Columns `world`, `weight`, `hypothesis` (if any), then one per parameter.
    pub fn to_batch(&self) -> RecordBatch {
        let mut columns =
            vec![("world", whole(0..self.len() as u32)), ("weight", numbers(self.weights.iter().copied()))];
        if !self.hypotheses.is_empty() {
            let names = self.hypothesis.iter().map(|&position| &self.hypotheses[position as usize]);
            columns.push(("hypothesis", text(names)));
        }
        for parameter in &self.parameters {
            columns.push((&parameter.id, numbers(parameter.values.iter().copied())));
        }
        batch(columns)
    }
}

/// A value per world, each from its own stream.
pub(crate) fn draw_column(seed: Seed, n: usize, purpose: &str, distribution: &Distribution) -> Vec<f64> {
    (0..n as u64).map(|world| distribution.draw(&mut seed.stream(purpose, world))).collect()
}

/// The ids that stand twice, each once.
pub(crate) fn twice<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<Problem> {
    let (mut seen, mut repeated) = (BTreeSet::new(), BTreeSet::new());
    for id in ids {
        if !seen.insert(id) {
            repeated.insert(id);
        }
    }
    repeated.into_iter().map(|id| Problem::Twice(id.into())).collect()
}

/// Scaled to sum to 1; `None` if negative, not finite or all 0.
fn scaled(weights: &[f64]) -> Option<Vec<f64>> {
    let total = sum(weights.iter().copied());
    let fine = weights.iter().all(|w| *w >= 0.0 && w.is_finite()) && total > 0.0;
    fine.then(|| weights.iter().map(|w| w / total).collect())
}
