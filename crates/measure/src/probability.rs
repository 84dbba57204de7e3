use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::portable;

/// A number outside the range that its meaning allows.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("`{value}` is not {expected}")]
pub struct OutOfRange {
    /// What was given.
    pub value: f64,
    /// What would have been right.
    pub expected: &'static str,
}

/// In [0, 1], never NaN.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Impossible.
    pub const ZERO: Self = Self(0.0);
    /// Certain.
    pub const ONE: Self = Self(1.0);

    /// Checks the range.
    ///
    /// # Errors
    /// [`OutOfRange`] outside [0, 1] and for NaN.
    pub fn new(value: f64) -> Result<Self, OutOfRange> {
        if (0.0..=1.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err(OutOfRange { value, expected: "a probability: a number from 0 to 1" })
        }
    }

    /// For a computed value that can miss [0, 1] by rounding only. NaN becomes 0.
    pub fn clamped(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }

    /// 1 − p.
    pub fn complement(self) -> Self {
        Self(1.0 - self.0)
    }

    /// ln(p / (1 − p)); ±∞ at 1 and 0.
    pub fn log_odds(self) -> LogOdds {
        LogOdds(portable::ln(self.0) - portable::ln_1p(-self.0))
    }
}

impl TryFrom<f64> for Probability {
    type Error = OutOfRange;
    fn try_from(value: f64) -> Result<Self, OutOfRange> {
        Self::new(value)
    }
}

impl From<Probability> for f64 {
    fn from(p: Probability) -> Self {
        p.0
    }
}

/// With as many decimals as the precision asks for; 2 unless told.
impl fmt::Display for Probability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.*}", f.precision().unwrap_or(2), self.0)
    }
}

/// ln(p / (1 − p)), in nats.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct LogOdds(pub f64);

impl LogOdds {
    /// Back to a probability.
    pub fn probability(self) -> Probability {
        Probability::clamped(portable::logistic(self.0))
    }

    /// In decibans, ten times the decimal logarithm: the unit of weight of evidence (Good 1950).
    pub fn decibans(self) -> f64 {
        self.0 * 10.0 / std::f64::consts::LN_10
    }
}

/// Two bounds, low ≤ high; saved as `[low, high]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(f64, f64)", into = "(f64, f64)")]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    /// Orders the bounds.
    pub fn new(a: f64, b: f64) -> Self {
        Self { low: a.min(b), high: a.max(b) }
    }

    /// Whether `x` lies within, bounds included.
    pub fn contains(&self, x: f64) -> bool {
        (self.low..=self.high).contains(&x)
    }

    /// high − low.
    pub fn width(&self) -> f64 {
        self.high - self.low
    }
}

impl From<(f64, f64)> for Interval {
    fn from((a, b): (f64, f64)) -> Self {
        Self::new(a, b)
    }
}

impl From<Interval> for (f64, f64) {
    fn from(interval: Interval) -> Self {
        (interval.low, interval.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_keeps_its_range() {
        assert!(Probability::new(1.0 + 1e-12).is_err());
        assert!(Probability::new(f64::NAN).is_err());
        assert_eq!(Probability::clamped(f64::NAN).get(), 0.0);
        let p = Probability::new(0.2).unwrap();
        assert!((p.log_odds().probability().get() - 0.2).abs() < 1e-15);
        assert!((Probability::new(10.0 / 11.0).unwrap().log_odds().decibans() - 10.0).abs() < 1e-12);
    }
}
