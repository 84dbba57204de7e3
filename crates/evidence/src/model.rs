//! From a spec to numbers: the likelihood of all that was seen under each hypothesis.

use std::collections::BTreeMap;

use source::Findings;

use crate::network::{Network, NetworkError};
use crate::spec::{IndicatorSpec, Likelihood, Spec};

/// A checked spec, ready to be weighed.
///
/// # Dependence
/// Within a group of strength s each indicator follows, with probability s, one uniform draw u that all share (it is
/// true if u < p), and otherwise a draw of its own. Every indicator keeps the likelihood p the analyst gave it; with
/// s = 0 they are independent given the hypothesis, with s = 1 and equal likelihoods they are one fact. The draw u, cut
/// at all likelihoods of the group, is the parent they share.
///
/// # Observation
/// An indicator judged true with probability q (at even odds) enters as virtual evidence q : 1 − q (Pearl 1988, section
/// 2.2.2), blurred by a channel of accuracy a of its source: aq + (1 − a)(1 − q) for true.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) spec: Spec,
    /// Seen and unseen indicators by group; one that belongs to none is a group of its own.
    pub(crate) groups: Vec<Group>,
}

#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub strength: f64,
    /// Positions of its indicators.
    pub members: Vec<usize>,
}

/// Likelihoods of all indicators under all hypotheses: `table[indicator][hypothesis]`.
pub(crate) type Table = Vec<Vec<f64>>;

/// Weights of an observation for true and for false.
pub(crate) type Weights = (f64, f64);

impl Model {
    /// Checks a spec.
    ///
    /// # Errors
    /// All findings, if there is an error among them.
    pub fn new(spec: Spec) -> Result<Self, Findings> {
        let findings = crate::check::check(&spec);
        if findings.any_error() {
            return Err(findings);
        }
        let mut groups: Vec<Group> =
            spec.groups.iter().map(|g| Group { strength: g.strength, members: Vec::new() }).collect();
        for (position, indicator) in spec.indicators.iter().enumerate() {
            let own =
                indicator.group.as_ref().and_then(|(id, _)| spec.groups.iter().position(|g| g.id == *id));
            match own {
                Some(group) => groups[group].members.push(position),
                None => groups.push(Group { strength: 0.0, members: vec![position] }),
            }
        }
        groups.retain(|group| !group.members.is_empty());
        Ok(Self { spec, groups })
    }

    /// Findings that are no errors.
    pub fn warnings(&self) -> Findings {
        crate::check::check(&self.spec)
    }

    pub(crate) fn priors(&self) -> Vec<f64> {
        self.spec.hypotheses.iter().map(|h| h.prior).collect()
    }

    /// Likelihoods chosen by `pick` from what the analyst gave.
    pub(crate) fn table(&self, mut pick: impl FnMut(Likelihood) -> f64) -> Table {
        let of = |indicator: &IndicatorSpec, id: &str| {
            indicator.likelihood.iter().find(|(h, ..)| h == id).map_or(Likelihood::Point(0.5), |(_, l, _)| *l)
        };
        self.spec
            .indicators
            .iter()
            .map(|i| self.spec.hypotheses.iter().map(|h| pick(of(i, &h.id))).collect())
            .collect()
    }

    /// What each indicator's observation weighs; an unseen one weighs nothing.
    pub(crate) fn weights(&self) -> Vec<Weights> {
        self.spec.indicators.iter().map(weights).collect()
    }

    /// Posterior of the hypotheses; `None` if the evidence is impossible under all of them.
    pub(crate) fn posterior(&self, priors: &[f64], table: &Table, weights: &[Weights]) -> Option<Vec<f64>> {
        let mut posterior: Vec<f64> = priors.to_vec();
        for group in &self.groups {
            for (h, p) in posterior.iter_mut().enumerate() {
                *p *= group_likelihood(group, h, table, weights);
            }
            // Scaled after each group: many indicators would underflow.
            let total: f64 = posterior.iter().sum();
            if total <= 0.0 {
                return None;
            }
            posterior.iter_mut().for_each(|p| *p /= total);
        }
        Some(posterior)
    }

    /// The model at the middle of all likelihoods as a general belief network, with its evidence: hypotheses are the
    /// variable `hypothesis`, each group has a variable `group N`, each indicator its own.
    ///
    /// # Errors
    /// None in practice: all tables are distributions by construction.
    pub fn network(&self) -> Result<(Network, BTreeMap<usize, Vec<f64>>), NetworkError> {
        let table = self.table(Likelihood::middle);
        let mut network = Network::new();
        let root = network.add("hypothesis", self.spec.hypotheses.iter().map(|h| h.id.clone()).collect());
        network.set_table(root, &[], self.priors())?;
        let mut evidence = BTreeMap::new();
        let weights = self.weights();
        for (number, group) in self.groups.iter().enumerate() {
            let mut cuts: Vec<f64> =
                group.members.iter().flat_map(|&m| table[m].iter().copied()).chain([0.0, 1.0]).collect();
            cuts.sort_by(f64::total_cmp);
            cuts.dedup();
            let pieces: Vec<(f64, f64)> = cuts.windows(2).map(|pair| (pair[0], pair[1])).collect();
            let shared =
                network.add(format!("group {number}"), (0..pieces.len()).map(|i| i.to_string()).collect());
            network.set_table(shared, &[], pieces.iter().map(|(low, high)| high - low).collect())?;
            for &member in &group.members {
                let own =
                    network.add(self.spec.indicators[member].id.clone(), vec!["true".into(), "false".into()]);
                let mut rows = Vec::new();
                for &p in &table[member] {
                    for &(low, _) in &pieces {
                        let follows = f64::from(u8::from(low < p));
                        let q = group.strength * follows + (1.0 - group.strength) * p;
                        rows.extend([q, 1.0 - q]);
                    }
                }
                network.set_table(own, &[root, shared], rows)?;
                if self.spec.indicators[member].observed.is_some() {
                    evidence.insert(own, vec![weights[member].0, weights[member].1]);
                }
            }
        }
        Ok((network, evidence))
    }
}

pub(crate) fn weights(indicator: &IndicatorSpec) -> Weights {
    let Some(q) = indicator.observed else { return (1.0, 1.0) };
    let a = indicator.reliability.map_or(1.0, crate::Admiralty::accuracy);
    (a * q + (1.0 - a) * (1.0 - q), (1.0 - a) * q + a * (1.0 - q))
}

/// P(observations of a group | hypothesis): the shared draw is summed out piece by piece.
pub(crate) fn group_likelihood(group: &Group, hypothesis: usize, table: &Table, weights: &[Weights]) -> f64 {
    let one = |p: f64, (yes, no): Weights| p * yes + (1.0 - p) * no;
    if let [only] = group.members[..] {
        return one(table[only][hypothesis], weights[only]);
    }
    let mut cuts: Vec<f64> = group.members.iter().map(|&m| table[m][hypothesis]).chain([0.0, 1.0]).collect();
    cuts.sort_by(f64::total_cmp);
    let mut total = 0.0;
    for pair in cuts.windows(2).filter(|pair| pair[1] > pair[0]) {
        let mut product = pair[1] - pair[0];
        for &member in &group.members {
            let p = table[member][hypothesis];
            let follows = f64::from(u8::from(pair[0] < p));
            product *= one(group.strength * follows + (1.0 - group.strength) * p, weights[member]);
        }
        total += product;
    }
    total
}
