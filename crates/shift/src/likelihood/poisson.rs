use measure::portable::{ln, ln_gamma};

use super::grid::{Information, count_grid};
use super::{Counts, Grid, Likelihood, Node, Nuisance, count_node};
use crate::posterior::Gridded;

/// Counts with variance = mean = exposure × rate.
#[derive(Clone, Debug)]
pub(crate) struct Poisson {
    counts: Counts,
    /// y ln e − ln y!
    constant: Vec<f64>,
}

impl Poisson {
    pub(crate) fn new(counts: Counts) -> Self {
        let constant = counts.count.iter().zip(&counts.exposure);
        let constant = constant.map(|(&y, &e)| y * ln(e) - ln_gamma(y + 1.0)).collect();
        Self { counts, constant }
    }
}

impl Likelihood for Poisson {
    fn len(&self) -> usize {
        self.constant.len()
    }

    fn class(&self, t: usize) -> usize {
        self.counts.class[t]
    }

    fn log_density(&self, t: usize, at: &Node) -> f64 {
        self.constant[t] + self.counts.count[t] * at.location - self.counts.exposure[t] * at.rate
    }

    fn log_prior(&self, location: f64) -> f64 {
        self.counts.log_prior(location)
    }

    fn node(&self, location: f64) -> Node {
        count_node(location)
    }

    fn grid(&self) -> Grid {
        let Counts { total, total_exposure, .. } = self.counts;
        count_grid(&self.counts, self, &Information { total, exposure: total_exposure, dispersion: 0.0 })
    }

    fn rate(&self, location: f64) -> f64 {
        measure::portable::exp(location)
    }

    fn moments(&self, t: usize, rate: f64) -> (f64, f64) {
        let mean = self.counts.exposure[t] * rate;
        (mean, mean.sqrt())
    }
}

/// Poisson counts have no nuisance parameter: a lattice of one point.
impl Nuisance for Poisson {
    type Model = Gridded<Self>;

    fn len(&self) -> usize {
        1
    }

    fn model(&self, _: usize) -> Self::Model {
        Gridded::new(self.clone())
    }

    fn log_weight(&self, _: usize) -> f64 {
        0.0
    }

    fn value(&self, _: usize) -> f64 {
        0.0
    }

    fn guesses(&self) -> [usize; 2] {
        [0, 0]
    }
}
