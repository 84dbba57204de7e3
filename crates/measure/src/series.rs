use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Period;

/// What was seen in one period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// When.
    pub period: Period,
    /// A count (a whole number ≥ 0) or a measured value.
    pub value: f64,
    /// How much was looked at: tokens, documents, days; > 0.
    pub exposure: f64,
}

/// Counts or values through time, each with its exposure.
///
/// Points are in the order of time. A period without a point is missing, which is not the same as a
/// count of 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Stable id, e.g. `denuclearization@un-prk`.
    pub id: String,
    /// In order of time, no period twice.
    pub points: Vec<Point>,
}

/// Why points make no series.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SeriesError {
    /// Two points for one period.
    #[error("the period {0} stands twice")]
    Twice(Period),
    /// An exposure that is not above 0.
    #[error("the exposure of {0} is {1}, not above 0; leave the period out if nothing was looked at")]
    Exposure(Period, f64),
    /// A value that is not finite.
    #[error("the value of {0} is not a number")]
    Value(Period),
    /// Days beside months, or dates beside indices.
    #[error("{0} and {1} are not periods of one kind")]
    Mixed(Period, Period),
}

impl Series {
    /// Sorts the points by time and checks them.
    ///
    /// # Errors
    /// [`SeriesError`] names the first period that breaks a rule.
    pub fn new(id: impl Into<String>, mut points: Vec<Point>) -> Result<Self, SeriesError> {
        points.sort_by_key(|point| point.period);
        for point in &points {
            if !(point.exposure > 0.0 && point.exposure.is_finite()) {
                return Err(SeriesError::Exposure(point.period, point.exposure));
            }
            if !point.value.is_finite() {
                return Err(SeriesError::Value(point.period));
            }
        }
        for pair in points.windows(2) {
            if pair[0].period == pair[1].period {
                return Err(SeriesError::Twice(pair[0].period));
            }
            if pair[0].period.calendar() != pair[1].period.calendar() {
                return Err(SeriesError::Mixed(pair[0].period, pair[1].period));
            }
        }
        Ok(Self { id: id.into(), points })
    }

    /// How many periods were observed.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Value per unit of exposure over all periods; NaN for an empty series.
    pub fn rate(&self) -> f64 {
        self.points.iter().map(|p| p.value).sum::<f64>() / self.points.iter().map(|p| p.exposure).sum::<f64>()
    }

    /// Whether every value is a whole number ≥ 0.
    pub fn is_counts(&self) -> bool {
        self.points.iter().all(|p| p.value >= 0.0 && p.value == p.value.trunc())
    }

    /// Only what had ended by `day`; periods that reach beyond it are left out, since their counts
    /// hold later days.
    pub fn until(&self, day: jiff::civil::Date) -> Self {
        let points = self.points.iter().filter(|p| p.period.last_day().is_none_or(|last| last <= day));
        Self { id: self.id.clone(), points: points.copied().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(period: &str, value: f64, exposure: f64) -> Point {
        Point { period: period.parse().unwrap(), value, exposure }
    }

    #[test]
    fn rules() {
        let series =
            Series::new("s", vec![point("2001-02", 3.0, 10.0), point("2001-01", 1.0, 10.0)]).unwrap();
        assert_eq!(series.points[0].value, 1.0);
        assert_eq!(series.rate(), 0.2);
        assert_eq!(series.until(jiff::civil::date(2001, 2, 27)).len(), 1);
        assert!(Series::new("s", vec![point("2001", 1.0, 1.0), point("2001", 1.0, 1.0)]).is_err());
        assert!(Series::new("s", vec![point("2001", 1.0, 1.0), point("2002-01", 1.0, 1.0)]).is_err());
        assert!(Series::new("s", vec![point("2001", 1.0, 0.0)]).is_err());
        assert!(Series::new("s", vec![point("2001", f64::NAN, 1.0)]).is_err());
    }
}
