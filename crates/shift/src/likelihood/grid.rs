use measure::portable::{exp, ln, log_sum_exp};

use super::{Counts, Likelihood, count_node};
use crate::RatePrior;

/// One value that the parameter of a regime can take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// ln rate for counts, the mean for measured values.
    pub(crate) location: f64,
    /// The rate or the mean itself.
    pub(crate) rate: f64,
    /// ln of prior density × spacing.
    pub(crate) log_mass: f64,
}

/// Nodes by rising location.
pub(crate) type Grid = Vec<Node>;

/// Below this many expected events in all periods together a rate cannot be told from 0.
const FEW: f64 = 1e-4;
/// Nodes at which the posterior of every single period lies this many nats below its peak are left out.
const NEGLIGIBLE: f64 = 20.0;
/// Posteriors of ln rate after no or few events are no narrower than those of this many events.
const LEAST_INFORMATION: f64 = 4.0;

/// How much the counts can tell about ln rate.
pub(crate) struct Information {
    /// Σ counts over all periods.
    pub(crate) total: f64,
    /// Σ exposures over all periods.
    pub(crate) exposure: f64,
    /// α × the exposure of a period: one count tells at most as much as 1/α events.
    pub(crate) dispersion: f64,
}

impl Information {
    /// An upper bound, for any regime with the rate e^u, of the information that its counts hold about u,
    /// smooth in u: no more events than the exposure of all periods lets expect, no more than there were
    /// (twice as many, since the bound is reached at the overall rate where both meet).
    fn at(&self, u: f64) -> f64 {
        let rate = exp(u);
        let (expected, seen) = (rate * self.exposure, 2.0 * (self.total + 1.0));
        LEAST_INFORMATION + expected * seen / ((expected + seen) * (1.0 + self.dispersion * rate))
    }

    /// Where x = ∫ √information du is larger by 1 (Runge–Kutta, four steps: exact to some 10⁻⁸).
    fn next(&self, u: f64) -> f64 {
        const STEP: f64 = 0.25;
        let slope = |u: f64| 1.0 / self.at(u).sqrt();
        (0..4).fold(u, |u, _| {
            let first = slope(u);
            let second = slope(u + 0.5 * STEP * first);
            let third = slope(u + 0.5 * STEP * second);
            let fourth = slope(u + STEP * third);
            u + STEP * (first + 2.0 * second + 2.0 * third + fourth) / 6.0
        })
    }
}

/// Nodes for the ln rate of counts.
///
/// The rectangle rule converges faster than any power of the spacing once the spacing is about the
/// posterior standard deviation (its error is 2 exp(−2π² sd²/spacing²), 5·10⁻⁹ at equality and 4·10⁻⁶ at a
/// spacing of 1.22 sd; Trefethen & Weideman 2014, SIAM Review 56:385–458). Nodes are therefore equally
/// spaced in x = ∫ √I du, I(u) = the most information that a regime with the ln rate u can hold.
/// Their number grows as the square root of the total count.
pub(crate) fn count_grid(counts: &Counts, likelihood: &impl Likelihood, information: &Information) -> Grid {
    let mut low = ln(FEW / counts.total_exposure);
    if let RatePrior::LogNormal(sd) = counts.prior {
        low = low.max(counts.center - 8.0 * sd);
    }
    let high = upper_end(counts, likelihood);
    let mut grid = Grid::new();
    let mut u = low;
    while u <= high || grid.len() < 2 {
        let log_spacing = -0.5 * ln(information.at(u));
        grid.push(Node { log_mass: counts.log_prior(u) + log_spacing, ..count_node(u) });
        u = information.next(u);
    }
    // Rates below the lowest node give every count the same probability as the node does.
    let below = counts.log_prior_below(low - 0.5 * (grid[1].location - low));
    grid[0].log_mass = log_sum_exp(&[grid[0].log_mass, below]);
    grid
}

/// The location above which the posterior of no single period reaches.
fn upper_end(counts: &Counts, likelihood: &impl Likelihood) -> f64 {
    const STEP: f64 = 0.25;
    let widest = match counts.prior {
        RatePrior::LogNormal(sd) => 8.0 * sd,
        RatePrior::Gamma(shape) => ln(40.0 / shape + 10.0),
    };
    let log_posterior =
        |t: usize, node: &Node| counts.log_prior(node.location) + likelihood.log_density(t, node);
    // No less than this far below its peak is worth a node, for each period.
    let least: Vec<f64> = (0..likelihood.len())
        .map(|t| {
            let rate = (counts.count[t] + 0.5) / counts.exposure[t];
            let [own, overall] = [ln(rate), counts.center].map(|u| log_posterior(t, &count_node(u)));
            own.max(overall) - NEGLIGIBLE
        })
        .collect();
    let mut high = counts.center + widest;
    while high > counts.center + STEP {
        let node = count_node(high - STEP);
        let reached =
            |t: usize| counts.count[t] > node.rate * counts.exposure[t] || log_posterior(t, &node) > least[t];
        if (0..likelihood.len()).any(reached) {
            break;
        }
        high -= STEP;
    }
    high
}
