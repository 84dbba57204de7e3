use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::portable::normal_quantile;
use crate::{Interval, Period};

/// How often each part was seen in one period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompositionPoint {
    /// When.
    pub period: Period,
    /// One count per part, each ≥ 0, in the order of [`Composition::parts`].
    pub counts: Vec<f64>,
}

/// Counts of rival parts of one whole through time: wordings for one thing, answers to one question. Its law is
/// the multinomial: how the whole divides, whatever its size.
///
/// Points are in the order of time. A period without a point is missing; a point whose counts are all 0 says that the texts
/// were read and hold none of the parts, and says nothing on the shares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Composition {
    /// Stable id, e.g. `south-korea@kcna`.
    pub id: String,
    /// Names of the parts, at least 2, none twice.
    pub parts: Vec<String>,
    /// In order of time, no period twice.
    pub points: Vec<CompositionPoint>,
}

/// Why points make no composition.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompositionError {
    /// Fewer than two parts.
    #[error("a share needs at least two parts")]
    Parts,
    /// One name for two parts.
    #[error("the part `{0}` stands twice")]
    PartTwice(String),
    /// Two points for one period.
    #[error("the period {0} stands twice")]
    Twice(Period),
    /// A point that has another number of counts than there are parts.
    #[error("{0} has not one count for each part")]
    Length(Period),
    /// A count that is below 0 or no number.
    #[error("a count of {0} is no number from 0 up")]
    Count(Period),
    /// Days beside months, or dates beside indices.
    #[error("{0} and {1} are not periods of one kind")]
    Mixed(Period, Period),
}

/// The share of one part with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// count / total.
    pub share: f64,
    /// Simultaneous over the parts of one period (see [`shares`]).
    pub interval: Interval,
}

impl Composition {
    /// Sorts the points by time and checks them.
    ///
    /// # Errors
    /// [`CompositionError`] names the first period that breaks a rule.
    pub fn new(
        id: impl Into<String>,
        parts: Vec<String>,
        mut points: Vec<CompositionPoint>,
    ) -> Result<Self, CompositionError> {
        if parts.len() < 2 {
            return Err(CompositionError::Parts);
        }
        if let Some(twice) = parts.iter().enumerate().find(|(i, part)| parts[..*i].contains(part)) {
            return Err(CompositionError::PartTwice(twice.1.clone()));
        }
        points.sort_by_key(|point| point.period);
        for point in &points {
            if point.counts.len() != parts.len() {
                return Err(CompositionError::Length(point.period));
            }
            if !point.counts.iter().all(|&count| count >= 0.0 && count.is_finite()) {
                return Err(CompositionError::Count(point.period));
            }
        }
        for pair in points.windows(2) {
            if pair[0].period == pair[1].period {
                return Err(CompositionError::Twice(pair[0].period));
            }
            if pair[0].period.calendar() != pair[1].period.calendar() {
                return Err(CompositionError::Mixed(pair[0].period, pair[1].period));
            }
        }
        Ok(Self { id: id.into(), parts, points })
    }

    /// How many periods were observed.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Counts of each part over all periods.
    pub fn totals(&self) -> Vec<f64> {
        (0..self.parts.len()).map(|part| self.points.iter().map(|point| point.counts[part]).sum()).collect()
    }

    /// Only what had ended by `day`; periods that reach beyond it are left out, since their counts hold later
    /// days.
    pub fn until(&self, day: jiff::civil::Date) -> Self {
        let points = self.points.iter().filter(|p| p.period.last_day().is_none_or(|last| last <= day));
        Self { id: self.id.clone(), parts: self.parts.clone(), points: points.cloned().collect() }
    }
}

/// Shares of a whole with intervals that hold for all parts together with probability `level` (Goodman 1965):
/// Wilson's score interval of each part at the quantile of χ² with 1 degree of freedom that Bonferroni's
/// inequality asks for. Empty where the counts sum to 0. With two parts the intervals mirror each other, and each
/// is Wilson's at `level`, since the second says nothing that the first does not.
///
/// Counts are taken as independent draws; words that come in bursts make the true intervals wider.
///
/// Goodman, On simultaneous confidence intervals for multinomial proportions, Technometrics 7:247–254, equation
/// 4; Wilson (1927), J. Am. Stat. Assoc. 22:209–212.
pub fn shares(counts: &[f64], level: f64) -> Vec<Share> {
    let total: f64 = counts.iter().sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let tests = if counts.len() == 2 { 1.0 } else { counts.len() as f64 };
    let z = normal_quantile(1.0 - (1.0 - level) / (2.0 * tests));
    let a = z * z;
    let interval = |count: f64| {
        let spread = (a * (a + 4.0 * count * (total - count) / total)).max(0.0).sqrt();
        let bound = |sign: f64| ((a + 2.0 * count + sign * spread) / (2.0 * (total + a))).clamp(0.0, 1.0);
        Interval::new(bound(-1.0), bound(1.0))
    };
    counts.iter().map(|&count| Share { share: count / total, interval: interval(count) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(period: &str, counts: &[f64]) -> CompositionPoint {
        CompositionPoint { period: period.parse().unwrap(), counts: counts.to_vec() }
    }

    #[test]
    fn rules() {
        let parts = || vec!["rok".to_string(), "puppets".to_string()];
        let all =
            Composition::new("south", parts(), vec![point("2002", &[1.0, 3.0]), point("2001", &[2.0, 0.0])])
                .unwrap();
        assert_eq!((all.points[0].counts[0], all.totals(), all.len()), (2.0, vec![3.0, 3.0], 2));
        assert_eq!(all.until(jiff::civil::date(2002, 12, 30)).len(), 1);
        let wrong = |parts: Vec<String>, points| Composition::new("c", parts, points).unwrap_err();
        assert_eq!(wrong(vec!["a".into()], vec![]), CompositionError::Parts);
        assert_eq!(wrong(vec!["a".into(), "a".into()], vec![]), CompositionError::PartTwice("a".into()));
        assert!(matches!(wrong(parts(), vec![point("2001", &[1.0])]), CompositionError::Length(_)));
        assert!(matches!(wrong(parts(), vec![point("2001", &[1.0, -1.0])]), CompositionError::Count(_)));
        let twice = vec![point("2001", &[1.0, 1.0]), point("2001", &[1.0, 1.0])];
        assert!(matches!(wrong(parts(), twice), CompositionError::Twice(_)));
    }

    #[test]
    fn goodman_solves_its_own_equation() {
        // Each bound p is a root of (n − N p)² = χ² N p (1 − p), equation 3 of the paper.
        let counts = [91.0, 49.0, 37.0, 43.0];
        let total: f64 = counts.iter().sum();
        let chi = normal_quantile(1.0 - 0.05 / 8.0).powi(2);
        for (n, share) in counts.iter().zip(shares(&counts, 0.95)) {
            assert!((share.share - n / total).abs() < 1e-15 && share.interval.contains(share.share));
            for p in [share.interval.low, share.interval.high] {
                let (left, right) = ((n - total * p).powi(2), chi * total * p * (1.0 - p));
                assert!((left - right).abs() < 1e-9 * right, "{left} {right}");
            }
        }
    }

    #[test]
    fn two_parts_are_wilson() {
        // Newcombe (1998), Stat. Med. 17:857–872, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (count, of, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let both = shares(&[count, of - count], 0.95);
            let first = both[0].interval;
            assert!((first.low - low).abs() < 5e-5 && (first.high - high).abs() < 5e-5, "{first:?}");
            assert!((first.low - (1.0 - both[1].interval.high)).abs() < 1e-12);
        }
        assert!(shares(&[0.0, 0.0], 0.95).is_empty());
    }
}
