use measure::portable::{exp, exp_m1, ln, ln_1p, ln_gamma};

use super::grid::{Information, count_grid};
use super::{Counts, Grid, Likelihood, Node, Nuisance, count_node};
use crate::posterior::Gridded;

/// Counts with mean μ = exposure × rate and variance μ + α μ²; α = 0 is Poisson.
#[derive(Clone, Debug)]
pub(crate) struct NegativeBinomial {
    counts: Counts,
    alpha: f64,
    /// y ln e − ln y! + Σ_{i<y} ln(1 + α i)
    constant: Vec<f64>,
}

impl NegativeBinomial {
    pub(crate) fn new(counts: Counts, alpha: f64) -> Self {
        let constant = counts.count.iter().zip(&counts.exposure);
        let constant = constant.map(|(&y, &e)| y * ln(e) - ln_gamma(y + 1.0) + ln_rising(y, alpha)).collect();
        Self { counts, alpha, constant }
    }
}

impl Likelihood for NegativeBinomial {
    fn len(&self) -> usize {
        self.constant.len()
    }

    fn class(&self, t: usize) -> usize {
        self.counts.class[t]
    }

    fn log_density(&self, t: usize, at: &Node) -> f64 {
        let (y, mean) = (self.counts.count[t], self.counts.exposure[t] * at.rate);
        let spread = if self.alpha == 0.0 { mean } else { (y + 1.0 / self.alpha) * ln_1p(self.alpha * mean) };
        self.constant[t] + y * at.location - spread
    }

    fn log_prior(&self, location: f64) -> f64 {
        self.counts.log_prior(location)
    }

    fn node(&self, location: f64) -> Node {
        count_node(location)
    }

    fn grid(&self) -> Grid {
        let Counts { total, total_exposure, .. } = self.counts;
        // Of unequal exposures a lower one: small ones can make up a regime.
        let mut exposures = self.counts.exposure.clone();
        exposures.sort_by(f64::total_cmp);
        let dispersion = self.alpha * exposures[exposures.len() / 4];
        count_grid(&self.counts, self, &Information { total, exposure: total_exposure, dispersion })
    }

    fn rate(&self, location: f64) -> f64 {
        exp(location)
    }

    fn moments(&self, t: usize, rate: f64) -> (f64, f64) {
        let mean = self.counts.exposure[t] * rate;
        (mean, (mean + self.alpha * mean * mean).sqrt())
    }
}

/// Σ_{i<y} ln(1 + α i) = ln Γ(y + r) − ln Γ(r) − y ln r with r = 1/α, without cancellation for large r.
pub(crate) fn ln_rising(y: f64, alpha: f64) -> f64 {
    if alpha == 0.0 || y == 0.0 {
        return 0.0;
    }
    let r = 1.0 / alpha;
    if r < 20.0 {
        return ln_gamma(y + r) - ln_gamma(r) - y * ln(r);
    }
    // Stirling's series of both gamma functions, subtracted term by term.
    let tail = |x: f64| (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * x * x)) / (x * x)) / x;
    (y + r - 0.5) * ln_1p(y / r) - y + tail(y + r) - tail(r)
}

/// α through z = ln(1 + α × mean count), the logarithm of the variance-to-mean ratio at the mean count.
///
/// z is equally spaced from 0 (Poisson), since its posterior standard deviation is about √(2/n) wherever
/// it lies. The prior of z is exponential with mean 2: a variance-to-mean ratio above x has prior
/// probability x^−½, whatever the unit of exposure.
#[derive(Clone, Debug)]
pub(crate) struct NegativeBinomialLattice {
    counts: Counts,
    mean: f64,
    spacing: f64,
    len: usize,
}

/// More than this is a series of zeros and rare bursts.
const LARGEST_ALPHA: f64 = 50.0;
/// Spacing in posterior standard deviations: inside the range the rectangle rule is then off by 10⁻⁴ or less.
const SPACING: f64 = 1.4;

impl NegativeBinomialLattice {
    pub(crate) fn new(counts: Counts) -> Self {
        let n = counts.count.len() as f64;
        let mean = (counts.total + 0.5) / n;
        let spacing = (SPACING * (2.0 / n).sqrt()).min(0.2);
        let len = (ln_1p(LARGEST_ALPHA * mean) / spacing).ceil() as usize + 1;
        Self { counts, mean, spacing, len }
    }

    fn nearest(&self, variance_to_mean: f64) -> usize {
        ((ln(variance_to_mean.max(1.0)) / self.spacing).round() as usize).min(self.len - 1)
    }
}

impl Nuisance for NegativeBinomialLattice {
    type Model = Gridded<NegativeBinomial>;

    fn len(&self) -> usize {
        self.len
    }

    fn model(&self, i: usize) -> Self::Model {
        Gridded::new(NegativeBinomial::new(self.counts.clone(), self.value(i)))
    }

    fn log_weight(&self, i: usize) -> f64 {
        // End corrections of Gregory: the density ends at 0 with a slope, which the plain rule would miss.
        let cell = match i {
            0 => 3.0 / 8.0,
            1 => 7.0 / 6.0,
            2 => 23.0 / 24.0,
            _ => 1.0,
        };
        ln(cell) - 0.5 * self.spacing * i as f64
    }

    fn value(&self, i: usize) -> f64 {
        exp_m1(self.spacing * i as f64) / self.mean
    }

    fn guesses(&self) -> [usize; 2] {
        let rate = exp(self.counts.center);
        let pairs = || self.counts.count.iter().zip(&self.counts.exposure);
        let n = self.counts.count.len() as f64;
        let overall = pairs().map(|(&y, &e)| (y - e * rate) * (y - e * rate) / (e * rate)).sum::<f64>() / n;
        // Squared differences of neighbors estimate twice the variance, whatever changes rarely.
        let local = pairs()
            .zip(pairs().skip(1))
            .map(|((&y, &e), (&z, &f))| {
                let rate = ((y + z) / (e + f)).max(0.25 * rate);
                let difference = y / e - z / f;
                difference * difference / (rate * (1.0 / e + 1.0 / f))
            })
            .sum::<f64>()
            / (n - 1.0);
        [self.nearest(overall), self.nearest(local)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rising_factorial_agrees_with_the_sum_on_both_sides_of_the_branch() {
        for alpha in [1e-9, 1e-4, 0.049, 0.0501, 0.3, 2.0, 40.0] {
            for y in [0_u32, 1, 2, 7, 100, 3000] {
                let slow: f64 = (0..y).map(|i| ln_1p(alpha * f64::from(i))).sum();
                let fast = ln_rising(f64::from(y), alpha);
                assert!((fast - slow).abs() < 1e-10 * (1.0 + slow), "{alpha} {y}: {fast} {slow}");
            }
        }
    }
}
