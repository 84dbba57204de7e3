use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::portable::{beta_quantile, exp, ln, normal_quantile, sum};
use crate::{Interval, Stream};

/// What is believed about one uncertain quantity.
///
/// Saved as written in an assessment: `{ triangular = [0.0, 1.0, 3.0] }`; a bare number is `fixed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Known.
    Fixed(f64),
    /// Anything from low to high.
    Uniform(f64, f64),
    /// Low, most likely, high.
    Triangular(f64, f64, f64),
    /// Low, most likely, high; smoother than triangular: a beta with weight 4 on the mode.
    Pert(f64, f64, f64),
    /// Mean, standard deviation.
    Normal(f64, f64),
    /// Median, and the factor by which one standard deviation multiplies it.
    LogNormal(f64, f64),
    /// a, b > 0 on [0, 1].
    Beta(f64, f64),
    /// Values and their weights.
    Discrete(Vec<(f64, f64)>),
}

/// Why a distribution is none.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{name}: {problem}")]
pub struct DistributionError {
    /// Which kind.
    pub name: &'static str,
    /// What was expected and what was given.
    pub problem: String,
}

impl Distribution {
    /// The names that [`Distribution::from_arguments`] knows, with their arguments.
    pub const KINDS: [(&'static str, &'static str); 7] = [
        ("uniform", "[low, high]"),
        ("triangular", "[low, most likely, high]"),
        ("pert", "[low, most likely, high]"),
        ("normal", "[mean, standard deviation]"),
        ("log_normal", "[median, factor]"),
        ("beta", "[a, b]"),
        ("discrete", "[[value, weight], …]"),
    ];

    /// The distribution `name` with numeric arguments (all kinds but `discrete`).
    ///
    /// # Errors
    /// A [`DistributionError`] that says how many arguments were expected, or what is wrong with them.
    pub fn from_arguments(name: &str, arguments: &[f64]) -> Result<Self, DistributionError> {
        let Some(&(name, expected)) = Self::KINDS.iter().find(|(kind, _)| *kind == name) else {
            let kinds: Vec<_> = Self::KINDS.iter().map(|(kind, _)| *kind).collect();
            let problem = format!("no such kind as `{name}`; there are {}", kinds.join(", "));
            return Err(DistributionError { name: "distribution", problem });
        };
        let distribution = match (name, arguments) {
            ("uniform", &[low, high]) => Self::Uniform(low, high),
            ("triangular", &[low, mode, high]) => Self::Triangular(low, mode, high),
            ("pert", &[low, mode, high]) => Self::Pert(low, mode, high),
            ("normal", &[mean, sd]) => Self::Normal(mean, sd),
            ("log_normal", &[median, factor]) => Self::LogNormal(median, factor),
            ("beta", &[a, b]) => Self::Beta(a, b),
            _ => {
                let problem = format!("expected {expected}, found {} numbers", arguments.len());
                return Err(DistributionError { name, problem });
            }
        };
        distribution.check()?;
        Ok(distribution)
    }

    /// Checks order, signs and finiteness of the arguments.
    ///
    /// # Errors
    /// A [`DistributionError`] naming the first broken rule.
    pub fn check(&self) -> Result<(), DistributionError> {
        let (name, fine, rule) = match *self {
            Self::Fixed(x) => ("number", x.is_finite(), "must be finite"),
            Self::Uniform(low, high) => {
                ("uniform", finite(&[low, high]) && low <= high, "low must not exceed high")
            }
            Self::Triangular(low, mode, high) => (
                "triangular",
                finite(&[low, mode, high]) && low <= mode && mode <= high,
                "low, most likely, high must be in this order",
            ),
            Self::Pert(low, mode, high) => (
                "pert",
                finite(&[low, mode, high]) && low <= mode && mode <= high,
                "low, most likely, high must be in this order",
            ),
            Self::Normal(mean, sd) => {
                ("normal", finite(&[mean, sd]) && sd >= 0.0, "the standard deviation must not be negative")
            }
            Self::LogNormal(median, factor) => (
                "log_normal",
                finite(&[median, factor]) && median > 0.0 && factor >= 1.0,
                "the median must be above 0 and the factor at least 1",
            ),
            Self::Beta(a, b) => ("beta", finite(&[a, b]) && a > 0.0 && b > 0.0, "a and b must be above 0"),
            Self::Discrete(ref pairs) => (
                "discrete",
                pairs.iter().all(|&(x, w)| x.is_finite() && w.is_finite() && w >= 0.0)
                    && pairs.iter().any(|&(_, w)| w > 0.0),
                "needs finite values with weights ≥ 0, one of them above 0",
            ),
        };
        if fine { Ok(()) } else { Err(DistributionError { name, problem: rule.into() }) }
    }

    /// The value below which a share `level` of the belief lies; `level` in [0, 1].
    pub fn quantile(&self, level: f64) -> f64 {
        match *self {
            Self::Fixed(x) => x,
            Self::Uniform(low, high) => low + level * (high - low),
            Self::Triangular(low, mode, high) => {
                let width = high - low;
                if width == 0.0 {
                    low
                } else if level <= (mode - low) / width {
                    low + (level * width * (mode - low)).sqrt()
                } else {
                    high - ((1.0 - level) * width * (high - mode)).sqrt()
                }
            }
            Self::Pert(low, mode, high) => {
                let width = high - low;
                if width == 0.0 {
                    return low;
                }
                let (a, b) = (1.0 + 4.0 * (mode - low) / width, 1.0 + 4.0 * (high - mode) / width);
                low + width * beta_quantile(a, b, level)
            }
            Self::Normal(mean, 0.0) => mean,
            Self::Normal(mean, sd) => mean + sd * normal_quantile(level),
            Self::LogNormal(median, 1.0) => median,
            Self::LogNormal(median, factor) => median * exp(ln(factor) * normal_quantile(level)),
            Self::Beta(a, b) => beta_quantile(a, b, level),
            Self::Discrete(ref pairs) => {
                let mut sorted = pairs.clone();
                sorted.sort_by(|x, y| x.0.total_cmp(&y.0));
                let mut left = level * sum(sorted.iter().map(|&(_, w)| w));
                for &(x, w) in &sorted {
                    left -= w;
                    if left < 0.0 {
                        return x;
                    }
                }
                sorted.iter().rfind(|&&(_, w)| w > 0.0).map_or(f64::NAN, |&(x, _)| x)
            }
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Fixed(x) => x,
            Self::Uniform(low, high) => 0.5 * (low + high),
            Self::Triangular(low, mode, high) => (low + mode + high) / 3.0,
            Self::Pert(low, mode, high) => (low + 4.0 * mode + high) / 6.0,
            Self::Normal(mean, _) => mean,
            Self::LogNormal(median, factor) => median * exp(0.5 * ln(factor) * ln(factor)),
            Self::Beta(a, b) => a / (a + b),
            Self::Discrete(ref pairs) => {
                sum(pairs.iter().map(|&(x, w)| x * w)) / sum(pairs.iter().map(|&(_, w)| w))
            }
        }
    }

    /// The central interval that holds a share `level` of the belief.
    pub fn interval(&self, level: f64) -> Interval {
        Interval::new(self.quantile(0.5 - level / 2.0), self.quantile(0.5 + level / 2.0))
    }

    /// One draw, by inversion: one uniform number whatever the kind, so that draws stay aligned
    /// between options (common random numbers).
    pub fn draw(&self, stream: &mut Stream) -> f64 {
        self.quantile(stream.uniform())
    }

    /// Whether there is nothing uncertain about it.
    pub fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed(_))
    }
}

fn finite(values: &[f64]) -> bool {
    values.iter().all(|x| x.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;

    #[test]
    fn draws_have_the_stated_mean_and_quantiles() {
        let all = [
            Distribution::Uniform(-1.0, 3.0),
            Distribution::Triangular(0.0, 1.0, 3.0),
            Distribution::Pert(0.0, 1.0, 3.0),
            Distribution::Normal(2.0, 0.5),
            Distribution::LogNormal(2.0, 1.5),
            Distribution::Beta(2.0, 5.0),
            Distribution::Discrete(vec![(2.0, 1.0), (1.0, 3.0)]),
        ];
        for distribution in all {
            distribution.check().unwrap();
            let mut stream = Seed(3).stream("distribution", 0);
            let mut draws: Vec<f64> = (0..40_000).map(|_| distribution.draw(&mut stream)).collect();
            draws.sort_by(f64::total_cmp);
            let mean = crate::portable::mean(&draws);
            assert!((mean - distribution.mean()).abs() < 0.02, "{distribution:?}: {mean}");
            for level in [0.05, 0.5, 0.95] {
                let (seen, stated) = (crate::portable::quantile(&draws, level), distribution.quantile(level));
                assert!((seen - stated).abs() < 0.06, "{distribution:?} at {level}: {seen} {stated}");
            }
        }
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (name, arguments, words) in [
            ("triangular", &[0.0, 4.0, 3.0][..], "in this order"),
            ("triangular", &[0.0], "expected [low, most likely, high], found 1 numbers"),
            ("uniform", &[f64::NAN, 1.0], "low must not exceed high"),
            ("gaussian", &[0.0, 1.0], "no such kind as `gaussian`"),
        ] {
            let error = Distribution::from_arguments(name, arguments).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn saved_as_written() {
        let json = serde_json::to_string(&Distribution::Triangular(0.0, 1.0, 3.0)).unwrap();
        assert_eq!(json, r#"{"triangular":[0.0,1.0,3.0]}"#);
    }
}
