//! Discrete belief networks with exact inference by variable elimination.
//!
//! Zhang & Poole (1994), A simple approach to Bayesian network computations; elimination in min-fill order, Kjærulff
//! (1990).

use std::collections::{BTreeMap, BTreeSet};

use measure::portable::sum;
use thiserror::Error;

/// A variable and the names of its states.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// At least one state.
    pub states: Vec<String>,
}

/// A table over some variables, the last one varying fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Positions of its variables, each once.
    pub variables: Vec<usize>,
    /// One entry ≥ 0 per combination of states.
    pub table: Vec<f64>,
}

/// A belief network: one conditional table per variable, P(variable | parents).
#[derive(Clone, Debug, Default)]
pub struct Network {
    variables: Vec<Variable>,
    factors: Vec<Factor>,
}

/// Why a network cannot answer.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NetworkError {
    /// No variable or state of that name.
    #[error("the network has no `{0}`")]
    Unknown(String),
    /// A table whose size does not fit its variables.
    #[error("the table of `{name}` has {found} numbers, not {expected}")]
    Size {
        /// The variable.
        name: String,
        /// What its states and parents ask for.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// A row that is no distribution.
    #[error("a row of the table of `{0}` is no distribution: it sums to {1}")]
    Row(String, f64),
    /// The evidence cannot occur.
    #[error("the evidence is impossible under every state")]
    Impossible,
}

impl Network {
    /// A network without variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// All variables by position.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The position of a variable.
    ///
    /// # Errors
    /// [`NetworkError::Unknown`].
    pub fn position(&self, name: &str) -> Result<usize, NetworkError> {
        self.variables.iter().position(|v| v.name == name).ok_or_else(|| NetworkError::Unknown(name.into()))
    }

    /// Adds a variable; its table follows with [`Network::set_table`].
    pub fn add(&mut self, name: impl Into<String>, states: Vec<String>) -> usize {
        self.variables.push(Variable { name: name.into(), states });
        self.variables.len() - 1
    }

    /// Gives `variable` its table: for each combination of states of the parents (the last varying fastest) one row
    /// with the probabilities of its states.
    ///
    /// # Errors
    /// [`NetworkError::Size`], [`NetworkError::Row`] (rows may miss 1 by 1e-6, as published tables do; they are
    /// scaled).
    pub fn set_table(
        &mut self,
        variable: usize,
        parents: &[usize],
        mut rows: Vec<f64>,
    ) -> Result<(), NetworkError> {
        let name = &self.variables[variable].name;
        let states = self.variables[variable].states.len();
        let expected = states * parents.iter().map(|&p| self.variables[p].states.len()).product::<usize>();
        if rows.len() != expected {
            return Err(NetworkError::Size { name: name.clone(), expected, found: rows.len() });
        }
        for row in rows.chunks_mut(states) {
            let total = sum(row.iter().copied());
            if !(total - 1.0).abs().le(&1e-6) || row.iter().any(|&p| p < 0.0) {
                return Err(NetworkError::Row(name.clone(), total));
            }
            row.iter_mut().for_each(|p| *p /= total);
        }
        let variables = parents.iter().copied().chain([variable]).collect();
        self.factors.push(Factor { variables, table: rows });
        Ok(())
    }

    /// P(query | evidence), and the probability of the evidence.
    ///
    /// `likelihoods`: per variable seen, a number ≥ 0 for each of its states: 1 and 0 for hard evidence, anything else
    /// for virtual evidence (Pearl 1988, section 2.2.2).
    ///
    /// # Errors
    /// [`NetworkError::Impossible`] if no combination of states fits the evidence.
    ///
    /// # Cost
    /// Exponential in the treewidth of the order found.
    pub fn posterior(
        &self,
        query: usize,
        likelihoods: &BTreeMap<usize, Vec<f64>>,
    ) -> Result<(Vec<f64>, f64), NetworkError> {
        let relevant = self.ancestors(likelihoods.keys().copied().chain([query]));
        let mut factors: Vec<Factor> = self
            .factors
            .iter()
            .filter(|factor| factor.variables.last().is_some_and(|v| relevant.contains(v)))
            .cloned()
            .collect();
        for (&variable, weights) in likelihoods {
            factors.push(Factor { variables: vec![variable], table: weights.clone() });
        }
        let mut left: BTreeSet<usize> = relevant.into_iter().filter(|&v| v != query).collect();
        while let Some(next) = cheapest(&left, &factors) {
            left.remove(&next);
            let (with, without): (Vec<_>, Vec<_>) =
                factors.into_iter().partition(|f| f.variables.contains(&next));
            factors = without;
            let joined = self.product(&with);
            factors.push(self.sum_out(&joined, next));
        }
        let joined = self.product(&factors);
        let total = sum(joined.table.iter().copied());
        if total <= 0.0 {
            return Err(NetworkError::Impossible);
        }
        Ok((joined.table.iter().map(|p| p / total).collect(), total))
    }

    /// Variables that can matter: those asked about or seen, and their ancestors. The rest sums to 1.
    fn ancestors(&self, from: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = from.collect();
        let mut seen = BTreeSet::new();
        while let Some(variable) = open.pop() {
            if !seen.insert(variable) {
                continue;
            }
            for factor in self.factors.iter().filter(|factor| factor.variables.last() == Some(&variable)) {
                open.extend(&factor.variables);
            }
        }
        seen
    }

    fn states(&self, variable: usize) -> usize {
        self.variables[variable].states.len()
    }

    fn product(&self, factors: &[Factor]) -> Factor {
        let variables: Vec<usize> = factors
            .iter()
            .flat_map(|f| f.variables.iter().copied())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let sizes: Vec<usize> = variables.iter().map(|&v| self.states(v)).collect();
        let mut table = vec![1.0; sizes.iter().product()];
        for factor in factors {
            // How far a step of each joined variable moves within the factor's own table.
            let mut strides = vec![0; variables.len()];
            let mut stride = 1;
            for &variable in factor.variables.iter().rev() {
                let position =
                    variables.binary_search(&variable).expect("joined variables hold those of each factor");
                strides[position] = stride;
                stride *= self.states(variable);
            }
            let mut state = vec![0; variables.len()];
            let mut at = 0;
            for entry in &mut table {
                *entry *= factor.table[at];
                for position in (0..variables.len()).rev() {
                    state[position] += 1;
                    at += strides[position];
                    if state[position] < sizes[position] {
                        break;
                    }
                    at -= strides[position] * sizes[position];
                    state[position] = 0;
                }
            }
        }
        Factor { variables, table }
    }

    fn sum_out(&self, factor: &Factor, variable: usize) -> Factor {
        let position = factor.variables.iter().position(|&v| v == variable).expect("the factor holds it");
        let inner: usize = factor.variables[position + 1..].iter().map(|&v| self.states(v)).product();
        let states = self.states(variable);
        let outer = factor.table.len() / (inner * states);
        let mut table = Vec::with_capacity(outer * inner);
        for o in 0..outer {
            for i in 0..inner {
                table.push((0..states).map(|s| factor.table[(o * states + s) * inner + i]).sum());
            }
        }
        let variables = factor.variables.iter().copied().filter(|&v| v != variable).collect();
        Factor { variables, table }
    }
}

/// The variable whose elimination joins the fewest pairs that were apart; the first of equals.
fn cheapest(left: &BTreeSet<usize>, factors: &[Factor]) -> Option<usize> {
    left.iter().copied().min_by_key(|&variable| {
        let neighbors: BTreeSet<usize> = factors
            .iter()
            .filter(|f| f.variables.contains(&variable))
            .flat_map(|f| f.variables.iter().copied())
            .collect();
        let apart = |a: usize, b: usize| {
            !factors.iter().any(|f| f.variables.contains(&a) && f.variables.contains(&b))
        };
        let pairs = neighbors.iter().flat_map(|&a| neighbors.iter().map(move |&b| (a, b)));
        pairs.filter(|&(a, b)| a < b && a != variable && b != variable && apart(a, b)).count()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Seed;
    use proptest::prelude::*;

    /// A random network of binary and ternary variables with random evidence.
    fn random(seed: u64) -> (Network, BTreeMap<usize, Vec<f64>>) {
        let mut stream = Seed(seed).stream("network", 0);
        let mut network = Network::new();
        for v in 0..2 + stream.index(5) {
            let states = 2 + stream.index(2);
            network.add(format!("v{v}"), (0..states).map(|s| s.to_string()).collect());
            let parents: Vec<usize> = (0..v).filter(|_| stream.index(3) == 0).collect();
            let rows: usize = parents.iter().map(|&p| network.states(p)).product();
            let mut table = Vec::new();
            for _ in 0..rows {
                let weights: Vec<f64> = (0..states).map(|_| stream.uniform()).collect();
                table.extend(weights.iter().map(|w| w / weights.iter().sum::<f64>()));
            }
            network.set_table(v, &parents, table).unwrap();
        }
        let mut evidence = BTreeMap::new();
        for v in 0..network.variables.len() {
            if stream.index(3) == 0 {
                evidence.insert(v, (0..network.states(v)).map(|_| stream.uniform()).collect());
            }
        }
        (network, evidence)
    }

    /// The slow obvious way: the whole joint distribution.
    fn enumerate(network: &Network, query: usize, evidence: &BTreeMap<usize, Vec<f64>>) -> (Vec<f64>, f64) {
        let mut factors = network.factors.clone();
        factors.extend(evidence.iter().map(|(&v, w)| Factor { variables: vec![v], table: w.clone() }));
        let joint = network.product(&factors);
        let mut marginal = joint.clone();
        for &variable in &joint.variables {
            if variable != query {
                marginal = network.sum_out(&marginal, variable);
            }
        }
        let total: f64 = marginal.table.iter().sum();
        (marginal.table.iter().map(|p| p / total).collect(), total)
    }

    proptest! {
        #[test]
        fn elimination_agrees_with_the_joint_distribution(seed in 0_u64..10_000) {
            let (network, evidence) = random(seed);
            for query in 0..network.variables.len() {
                let (p, total) = network.posterior(query, &evidence).unwrap();
                let (q, all) = enumerate(&network, query, &evidence);
                prop_assert!((total / all - 1.0).abs() < 1e-12);
                prop_assert!(p.iter().zip(&q).all(|(p, q)| (p - q).abs() < 1e-12));
            }
        }
    }

    #[test]
    fn wrong_tables_and_impossible_evidence_are_named() {
        let mut network = Network::new();
        let a = network.add("a", vec!["yes".into(), "no".into()]);
        assert!(matches!(network.set_table(a, &[], vec![1.0]), Err(NetworkError::Size { .. })));
        assert!(matches!(network.set_table(a, &[], vec![0.7, 0.7]), Err(NetworkError::Row(..))));
        network.set_table(a, &[], vec![1.0, 0.0]).unwrap();
        assert_eq!(
            network.posterior(a, &BTreeMap::from([(a, vec![0.0, 1.0])])),
            Err(NetworkError::Impossible)
        );
    }
}
