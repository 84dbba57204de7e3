use measure::Stream;
use measure::portable::{incomplete_beta, ln, ln_1p, ln_gamma};

use crate::draw;

/// What is known of a normal distribution: σ² is inverse gamma (a, b), the mean given σ² normal around `mean` with
/// variance σ²/κ.
///
/// Murphy (2007), Conjugate Bayesian analysis of the Gaussian distribution, technical report, University of British
/// Columbia, section 3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NormalInverseGamma {
    pub(crate) mean: f64,
    pub(crate) kappa: f64,
    pub(crate) a: f64,
    pub(crate) b: f64,
}

impl NormalInverseGamma {
    /// After a value with this weight: its variance is σ²/weight.
    pub(crate) fn after(self, value: f64, weight: f64) -> Self {
        let kappa = self.kappa + weight;
        let surprise = value - self.mean;
        Self {
            mean: self.mean + weight / kappa * surprise,
            kappa,
            a: self.a + 0.5,
            b: self.b + 0.5 * weight * self.kappa / kappa * surprise * surprise,
        }
    }

    /// Scale of Student's t distribution with 2a degrees of freedom that the next value of this weight has.
    pub(crate) fn predictive_scale(self, weight: f64) -> f64 {
        (self.b / self.a * (1.0 / self.kappa + 1.0 / weight)).sqrt()
    }

    /// ln density of the next value of this weight.
    pub(crate) fn log_predictive(self, value: f64, weight: f64) -> f64 {
        log_student(value - self.mean, self.predictive_scale(weight), 2.0 * self.a)
    }

    /// ln density of the mean, σ² summed out: Student's t with 2a degrees of freedom.
    pub(crate) fn log_mean_density(self, mean: f64) -> f64 {
        log_student(mean - self.mean, self.mean_scale(), 2.0 * self.a)
    }

    /// Scale of that distribution.
    pub(crate) fn mean_scale(self) -> f64 {
        (self.b / (self.a * self.kappa)).sqrt()
    }

    /// Probability that the mean lies below a value.
    pub(crate) fn mean_below(self, value: f64) -> f64 {
        let freedom = 2.0 * self.a;
        let z = (value - self.mean) / self.mean_scale();
        let tail = 0.5 * incomplete_beta(0.5 * freedom, 0.5, freedom / (freedom + z * z));
        if z < 0.0 { tail } else { 1.0 - tail }
    }

    /// Mean and standard deviation from their distribution.
    pub(crate) fn draw(self, stream: &mut Stream) -> (f64, f64) {
        let sd = (self.b / draw::gamma(stream, self.a)).sqrt();
        (self.mean + sd / self.kappa.sqrt() * stream.normal(), sd)
    }
}

/// ln density of Student's t distribution at a distance from its center.
fn log_student(distance: f64, scale: f64, freedom: f64) -> f64 {
    let z = distance / scale;
    ln_gamma(0.5 * (freedom + 1.0))
        - ln_gamma(0.5 * freedom)
        - 0.5 * ln(freedom * std::f64::consts::PI)
        - ln(scale)
        - 0.5 * (freedom + 1.0) * ln_1p(z * z / freedom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::portable::exp;

    /// Predictive densities multiply to the density of all values, which is Student's t integrated by hand here.
    #[test]
    fn one_after_the_other_is_all_at_once() {
        let prior = NormalInverseGamma { mean: 1.0, kappa: 0.5, a: 1.5, b: 2.0 };
        let values = [(0.3, 1.0), (2.2, 0.5), (1.9, 2.0)];
        let (mut state, mut found) = (prior, 0.0);
        for (value, weight) in values {
            found += state.log_predictive(value, weight);
            state = state.after(value, weight);
        }
        let mut total = 0.0;
        let (steps, widths) = (600, 500);
        for i in 0..steps {
            let u = -6.0 + 14.0 * (f64::from(i) + 0.5) / f64::from(steps);
            let variance = exp(u);
            let prior_density = 1.5 * ln(2.0) - ln_gamma(1.5) - 1.5 * u - 2.0 / variance;
            let reach = 9.0 * variance.sqrt() + 6.0;
            let mean_mass: f64 = (0..widths)
                .map(|j| {
                    let mean = 1.0 - reach + 2.0 * reach * (f64::from(j) + 0.5) / f64::from(widths);
                    let normal = |distance: f64, weight: f64| {
                        0.5 * ln(weight / (std::f64::consts::TAU * variance))
                            - 0.5 * weight * distance * distance / variance
                    };
                    let data: f64 = values.iter().map(|&(y, w)| normal(y - mean, w)).sum();
                    exp(normal(mean - 1.0, 0.5) + data) * 2.0 * reach / f64::from(widths)
                })
                .sum();
            total += exp(prior_density) * mean_mass * 14.0 / f64::from(steps);
        }
        assert!((found - ln(total)).abs() < 2e-3, "{found} {}", ln(total));
    }
}
