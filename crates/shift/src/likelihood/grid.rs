use measure::portable::{exp, ln};

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
/// Nodes at which prior and likelihood together lie this many nats below their peaks are left out.
const NEGLIGIBLE: f64 = 30.0;
/// Posteriors of ln rate after no or few events are no narrower than those of this many events.
const LEAST_INFORMATION: f64 = 4.0;

/// Nodes for the ln rate of counts.
///
/// The rectangle rule converges faster than any power of the spacing once the spacing is below the
/// posterior standard deviation (its error is 2 exp(−2π² sd²/spacing²), 5·10⁻⁹ at equality; Trefethen &
/// Weideman 2014, SIAM Review 56:385–458). A regime with rate λ has a posterior of ln λ no narrower than
/// 1/√I, I = information of all periods at λ: λE for small λ, at most `most_information`. Nodes are
/// therefore equally spaced in x = ∫ √I du with I(u) = c + b w/(1 + w), w = λE/b, which has a closed form.
/// Their number grows as the square root of the total count.
pub(crate) fn count_grid(counts: &Counts, likelihood: &impl Likelihood, most_information: f64) -> Grid {
    let map = Map {
        floor: LEAST_INFORMATION.sqrt(),
        ceiling: (LEAST_INFORMATION + most_information).sqrt(),
        most: most_information,
        shift: ln(counts.total_exposure / most_information),
    };
    let mut low = ln(FEW / counts.total_exposure);
    if let RatePrior::LogNormal(sd) = counts.prior {
        low = low.max(counts.center - 8.0 * sd);
    }
    let high = upper_end(counts, likelihood);
    let mut grid = Grid::new();
    let (mut u, mut x) = (low, map.x(low));
    while u <= high || grid.len() < 2 {
        let spacing = 1.0 / map.root_information(u);
        grid.push(Node { log_mass: counts.log_prior(u) + ln(spacing), ..count_node(u) });
        x += 1.0;
        u = map.u(x, u + spacing);
    }
    // Rates below the lowest node give every count the same probability as the node does.
    let first = &mut grid[0];
    let below = counts.log_prior_below(low - 0.5 / map.root_information(low));
    first.log_mass = measure::portable::log_sum_exp(&[first.log_mass, below]);
    grid
}

/// The location above which prior and likelihood leave nothing for any single period.
fn upper_end(counts: &Counts, likelihood: &impl Likelihood) -> f64 {
    const STEP: f64 = 0.25;
    let prior_peak = counts.log_prior(counts.center);
    let widest = match counts.prior {
        RatePrior::LogNormal(sd) => 8.0 * sd,
        RatePrior::Gamma(shape) => ln(NEGLIGIBLE / shape + 10.0),
    };
    let peaks: Vec<f64> = (0..likelihood.len())
        .map(|t| {
            let location = ln(counts.count[t].max(1e-9) / counts.exposure[t]);
            likelihood.log_density(t, &count_node(location))
        })
        .collect();
    let mut high = counts.center + widest;
    while high > counts.center + STEP {
        let node = count_node(high - STEP);
        let prior = counts.log_prior(node.location) - prior_peak;
        let reached = |t: usize| {
            // Below the peak of a period nothing may be cut off, however improbable the prior finds it.
            counts.count[t] > node.rate * counts.exposure[t]
                || prior + likelihood.log_density(t, &node) - peaks[t] > -NEGLIGIBLE
        };
        if (0..likelihood.len()).any(reached) {
            break;
        }
        high -= STEP;
    }
    high
}

/// x(u) = ∫ √(c + b w/(1 + w)) du with w = e^(u + shift), up to a constant.
struct Map {
    floor: f64,
    ceiling: f64,
    most: f64,
    shift: f64,
}

impl Map {
    fn root_information(&self, u: f64) -> f64 {
        let w = exp(u + self.shift);
        (self.floor * self.floor + self.most * w / (1.0 + w)).sqrt()
    }

    fn x(&self, u: f64) -> f64 {
        let r = self.root_information(u);
        let log_w = u + self.shift;
        let log_1_w = measure::portable::ln_1p(exp(log_w));
        self.floor * (ln(self.most) + log_w - log_1_w - 2.0 * ln(r + self.floor))
            + self.ceiling * (2.0 * ln(self.ceiling + r) + log_1_w - ln(self.most))
    }

    /// The inverse of x by Newton's method, which converges at once from the next node's rough place.
    fn u(&self, x: f64, guess: f64) -> f64 {
        let mut u = guess;
        for _ in 0..8 {
            let step = (self.x(u) - x) / self.root_information(u);
            u -= step;
            if step.abs() < 1e-12 {
                break;
            }
        }
        u
    }
}
