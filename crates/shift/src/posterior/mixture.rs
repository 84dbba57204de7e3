use std::collections::BTreeMap;

use measure::portable::{exp, log_sum_exp};

use super::prefix::PrefixEvidence;
use super::{Model, NumberPrior};
use crate::likelihood::Nuisance;

/// Lattice points whose evidence lies this many nats below the peak weigh nothing.
const NEGLIGIBLE: f64 = 11.0;

/// The evidence of a series under the lattice points of the nuisance parameter that matter.
pub(crate) struct Mixture<M> {
    pub(crate) n: usize,
    pub(crate) prior: NumberPrior,
    /// ln prior of each configuration with m changes.
    pub(crate) log_prior: Vec<f64>,
    pub(crate) components: Vec<Component<M>>,
    /// Whether a peak lies on the last lattice point.
    pub(crate) at_limit: bool,
}

/// One lattice point.
pub(crate) struct Component<M> {
    pub(crate) model: M,
    pub(crate) log_weight: f64,
    /// The nuisance parameter.
    pub(crate) value: f64,
    pub(crate) prefix: PrefixEvidence,
}

impl<M: Model> Mixture<M> {
    /// Finds the lattice points around the peak of the evidence of no change and of the evidence of one
    /// change or more, and works out both at each of them.
    pub(crate) fn fit<N: Nuisance<Model = M>>(nuisance: &N, prior: NumberPrior) -> Self {
        let n = nuisance.model(0).len();
        let mut search =
            Search { nuisance, prior, log_prior: prior.log_per_configuration(n), n, seen: BTreeMap::new() };
        let [wide, narrow] = nuisance.guesses();
        let none = search.climb(wide, Hypothesis::NoChange);
        search.spread(none, Hypothesis::NoChange);
        let mut peaks = vec![none];
        for guess in [wide, narrow] {
            let peak = search.climb(guess, Hypothesis::Changes);
            search.spread(peak, Hypothesis::Changes);
            peaks.push(peak);
        }
        let last = nuisance.len() - 1;
        let at_limit = last > 0 && peaks.contains(&last);
        let Search { log_prior, seen, .. } = search;
        Self { n, prior, log_prior, components: seen.into_values().collect(), at_limit }
    }

    /// ln joint probability of the data, m changes and a component.
    pub(crate) fn log_joint(&self, component: &Component<M>, m: usize) -> f64 {
        component.log_joint(&self.log_prior, m, self.n)
    }

    /// ln joint probability of the data and a component, whatever the number of changes.
    pub(crate) fn log_any(&self, component: &Component<M>) -> f64 {
        log_sum_exp(&(0..self.log_prior.len()).map(|m| self.log_joint(component, m)).collect::<Vec<_>>())
    }

    /// ln evidence of the series.
    pub(crate) fn log_evidence(&self) -> f64 {
        self.log_mix(|component| self.log_any(component))
    }

    /// Σ over components of a quantity in logarithms, in lattice order.
    pub(crate) fn log_mix(&self, of: impl Fn(&Component<M>) -> f64) -> f64 {
        log_sum_exp(&self.components.iter().map(of).collect::<Vec<_>>())
    }

    /// Probability of each number of changes, from 0.
    pub(crate) fn number_posterior(&self) -> Vec<f64> {
        let total = self.log_evidence();
        (0..self.log_prior.len()).map(|m| exp(self.log_mix(|c| self.log_joint(c, m)) - total)).collect()
    }

    /// ln Bayes factor of one change or more against none on the first t periods, for t = 1…n.
    pub(crate) fn evidence_curve(&self) -> Vec<f64> {
        (1..=self.n).map(|t| self.log_bayes_factor(t)).collect()
    }

    fn log_bayes_factor(&self, t: usize) -> f64 {
        let log_prior = self.prior.log_per_configuration(t);
        if log_prior.len() < 2 {
            return 0.0;
        }
        let changes = self.log_mix(|component| {
            let joints = (1..log_prior.len()).map(|m| component.log_joint(&log_prior, m, t));
            log_sum_exp(&joints.collect::<Vec<_>>())
        });
        changes - self.log_mix(|component| component.log_joint(&log_prior, 0, t))
    }

    /// Components with their posterior weights, those that matter only; weights sum to 1 but for 10⁻⁷ each.
    pub(crate) fn weighted(&self, of: impl Fn(&Component<M>) -> f64) -> Vec<(f64, &Component<M>)> {
        let logs: Vec<f64> = self.components.iter().map(of).collect();
        let total = log_sum_exp(&logs);
        let all = logs.iter().map(|log| exp(log - total)).zip(&self.components);
        all.filter(|(weight, _)| *weight > 1e-7).collect()
    }
}

impl<M> Component<M> {
    fn log_joint(&self, log_prior: &[f64], m: usize, t: usize) -> f64 {
        self.log_weight + log_prior[m] + self.prefix[m][t]
    }
}

#[derive(Clone, Copy)]
enum Hypothesis {
    NoChange,
    Changes,
}

struct Search<'a, N: Nuisance> {
    nuisance: &'a N,
    prior: NumberPrior,
    log_prior: Vec<f64>,
    n: usize,
    seen: BTreeMap<usize, Component<N::Model>>,
}

impl<N: Nuisance> Search<'_, N> {
    fn log_evidence(&mut self, i: usize, hypothesis: Hypothesis) -> f64 {
        let (nuisance, prior, n) = (self.nuisance, self.prior, self.n);
        let component = self.seen.entry(i).or_insert_with(|| {
            let model = nuisance.model(i);
            let prefix = model.prefix(prior.room(n), prior.min_segment);
            Component { model, log_weight: nuisance.log_weight(i), value: nuisance.value(i), prefix }
        });
        match hypothesis {
            Hypothesis::NoChange => component.log_joint(&self.log_prior, 0, n),
            Hypothesis::Changes => {
                let joints = (1..self.log_prior.len()).map(|m| component.log_joint(&self.log_prior, m, n));
                log_sum_exp(&joints.collect::<Vec<_>>())
            }
        }
    }

    /// Uphill from a guess, in steps of 8, 4, 2 and 1 lattice points.
    fn climb(&mut self, guess: usize, hypothesis: Hypothesis) -> usize {
        let last = self.nuisance.len() - 1;
        let (mut at, mut step) = (guess.min(last), 8);
        while step > 0 {
            let here = self.log_evidence(at, hypothesis);
            let up = (at + step <= last).then(|| at + step);
            let better = [up, at.checked_sub(step)]
                .into_iter()
                .flatten()
                .find(|&next| self.log_evidence(next, hypothesis) > here);
            match better {
                Some(next) => at = next,
                None => step /= 2,
            }
        }
        at
    }

    /// Both ways from a peak, until what is left weighs nothing.
    fn spread(&mut self, peak: usize, hypothesis: Hypothesis) {
        let enough = self.log_evidence(peak, hypothesis) - NEGLIGIBLE;
        for i in (0..peak).rev() {
            if self.log_evidence(i, hypothesis) < enough {
                break;
            }
        }
        for i in peak + 1..self.nuisance.len() {
            if self.log_evidence(i, hypothesis) < enough {
                break;
            }
        }
    }
}
