//! How probable one value is at each rate its regime could have.
//!
//! A likelihood is one file. It is given its nuisance parameter (dispersion, standard deviation); the
//! posterior mixes over a lattice of those ([`Nuisance`]).

mod grid;
mod negative_binomial;
mod normal;
mod poisson;

use measure::{Point, Series, portable};
use rustc_hash::FxHashMap;

use crate::RatePrior;
use crate::posterior::Model;

pub(crate) use grid::{Grid, Node};
pub(crate) use negative_binomial::{NegativeBinomial, NegativeBinomialLattice, ln_rising};
pub(crate) use normal::{NormalLattice, SpreadLattice, spread_of_neighbors};
pub(crate) use poisson::Poisson;

/// The values of one series, given the nuisance parameter.
pub(crate) trait Likelihood {
    /// Observed periods.
    fn len(&self) -> usize;

    /// Periods of one class, below [`Likelihood::len`], have the same density at every node. By default each is alone.
    fn class(&self, t: usize) -> usize {
        t
    }

    /// ln probability (density) of the value of period `t` if its regime has the parameter `at`.
    fn log_density(&self, t: usize, at: &Node) -> f64;

    /// ln prior density of the location of a regime: ln rate, or the mean.
    fn log_prior(&self, location: f64) -> f64;

    /// The node at a location.
    fn node(&self, location: f64) -> Node;

    /// Nodes with prior mass, close enough for sums over them to stand for integrals.
    fn grid(&self) -> Grid;

    /// The rate or mean that a location stands for.
    fn rate(&self, location: f64) -> f64;

    /// Expected value and standard deviation of period `t` if its regime has this rate (mean).
    fn moments(&self, t: usize, rate: f64) -> (f64, f64);
}

/// A lattice of nuisance parameters with prior weights.
pub(crate) trait Nuisance {
    /// What the recursions work on at one parameter.
    type Model: Model;

    /// Lattice points.
    fn len(&self) -> usize;

    /// The model at lattice point `i`.
    fn model(&self, i: usize) -> Self::Model;

    /// ln of the prior weight of point `i`, up to a constant.
    fn log_weight(&self, i: usize) -> f64;

    /// The parameter at point `i`, as reported.
    fn value(&self, i: usize) -> f64;

    /// Where to look for the peaks of the posterior: a parameter that explains all spread by noise, and one
    /// that explains the spread between neighbors only.
    fn guesses(&self) -> [usize; 2];
}

/// Counts with exposure and the prior of their rate.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    pub(crate) count: Vec<f64>,
    pub(crate) exposure: Vec<f64>,
    /// The first period with the same count and exposure.
    class: Vec<usize>,
    pub(crate) total: f64,
    pub(crate) total_exposure: f64,
    /// ln of (Σ counts + ½) / Σ exposure: the center of the prior.
    pub(crate) center: f64,
    pub(crate) prior: RatePrior,
}

impl Counts {
    pub(crate) fn new(series: &Series, prior: RatePrior) -> Self {
        let count: Vec<f64> = series.points.iter().map(|point| point.value).collect();
        let exposure: Vec<f64> = series.points.iter().map(|point| point.exposure).collect();
        let mut first = FxHashMap::default();
        let alike = |(t, point): (usize, &Point)| {
            *first.entry((point.value.to_bits(), point.exposure.to_bits())).or_insert(t)
        };
        let class = series.points.iter().enumerate().map(alike).collect();
        let total = portable::sum(count.iter().copied());
        let total_exposure = portable::sum(exposure.iter().copied());
        let center = portable::ln((total + 0.5) / total_exposure);
        Self { count, exposure, class, total, total_exposure, center, prior }
    }

    pub(crate) fn log_prior(&self, location: f64) -> f64 {
        let u = location - self.center;
        match self.prior {
            RatePrior::LogNormal(sd) => {
                -0.5 * (u / sd) * (u / sd) - portable::ln(sd) - 0.5 * portable::ln(std::f64::consts::TAU)
            }
            RatePrior::Gamma(shape) => {
                shape * (portable::ln(shape) + u - portable::exp(u)) - portable::ln_gamma(shape)
            }
        }
    }

    /// ln P(location of a regime < `location`), for locations in the lower tail.
    fn log_prior_below(&self, location: f64) -> f64 {
        let u = location - self.center;
        match self.prior {
            RatePrior::LogNormal(sd) => portable::ln(portable::normal_cdf(u / sd)),
            // The first term of the series of the incomplete gamma function: the next is smaller by x.
            RatePrior::Gamma(shape) => shape * (portable::ln(shape) + u) - portable::ln_gamma(shape + 1.0),
        }
    }
}

fn count_node(location: f64) -> Node {
    Node { location, rate: portable::exp(location), log_mass: f64::NEG_INFINITY }
}

/// ln(1 + eˣ).
pub(crate) fn softplus(x: f64) -> f64 {
    x.max(0.0) + portable::ln_1p(portable::exp(-x.abs()))
}
