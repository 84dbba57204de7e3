//! Shares of rival wordings: from counted series to compositions, and when the shares changed.

use measure::{Composition, CompositionPoint, Share, shares};
use serde::{Deserialize, Serialize};
use shift::{MultinomialCost, Penalty, pelt};

use crate::AssessmentError;
use crate::folder::signals::ShareSpec;
use crate::result::Signal;

/// Rival wordings for one thing through time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// What the wordings are for.
    pub label: String,
    /// Counts per period and wording.
    pub composition: Composition,
    /// Shares per period with their intervals; none where no wording stands.
    pub shares: Vec<Vec<Share>>,
    /// Spans of periods between which the shares changed: indices of the first period of all but the first.
    pub starts: Vec<usize>,
    /// Shares per span.
    pub spans: Vec<Vec<Share>>,
    /// How much more neighboring periods differ than independent draws would (1 = not more).
    pub dispersion: f64,
}

/// Mass of the intervals, over all wordings of a period together.
const LEVEL: f64 = 0.95;

/// The wordings that a share names, at the periods at which all of them were looked for.
///
/// # Errors
/// [`AssessmentError::Bug`] if the series of one signal do not fit each other.
pub fn compose(spec: &ShareSpec, signals: &[Signal]) -> Result<Option<Composition>, AssessmentError> {
    let parts: Vec<&Signal> = spec
        .series
        .iter()
        .filter_map(|name| signals.iter().find(|signal| signal.series.id == name.value))
        .collect();
    let Some((first, others)) = parts.split_first().filter(|_| parts.len() == spec.series.len()) else {
        return Ok(None);
    };
    let at = |signal: &Signal, period| {
        signal.series.points.iter().find(|point| point.period == period).map(|point| point.value)
    };
    let points = first.series.points.iter().filter_map(|point| {
        let others: Option<Vec<f64>> = others.iter().map(|signal| at(signal, point.period)).collect();
        let counts = std::iter::once(point.value).chain(others?).collect();
        Some(CompositionPoint { period: point.period, counts })
    });
    let name = |signal: &&Signal| signal.phrase.clone().unwrap_or_else(|| signal.series.id.clone());
    let names = parts.iter().map(name).collect();
    Composition::new(spec.id.clone(), names, points.collect())
        .map(Some)
        .map_err(|error| AssessmentError::Bug(format!("{}: {error}", spec.id)))
}

/// Shares per period and per span. The spans are those of least multinomial cost (PELT) under the penalty k ln n times the
/// dispersion, k the number of wordings: k − 1 free shares and a date for each change, quasi-likelihood for words that
/// come in bursts.
pub fn examine(label: &str, composition: &Composition) -> Shares {
    let seen: Vec<usize> =
        (0..composition.len()).filter(|&t| composition.points[t].counts.iter().sum::<f64>() > 0.0).collect();
    let rows: Vec<Vec<f64>> = seen.iter().map(|&t| composition.points[t].counts.clone()).collect();
    let dispersion = dispersion(&rows);
    let parts = composition.parts.len() as f64;
    let per_change = dispersion * parts * measure::portable::ln(rows.len().max(1) as f64);
    let found = pelt(&MultinomialCost::new(&rows), Penalty::Value(per_change));
    let mut spans = Vec::new();
    let mut from = 0;
    for to in found.starts.iter().copied().chain([rows.len()]) {
        let sums: Vec<f64> = (0..composition.parts.len())
            .map(|part| rows[from..to].iter().map(|row| row[part]).sum::<f64>() / dispersion)
            .collect();
        spans.push(shares(&sums, LEVEL));
        from = to;
    }
    Shares {
        label: label.to_string(),
        shares: composition.points.iter().map(|point| shares(&point.counts, LEVEL)).collect(),
        starts: found.starts.into_iter().map(|start| seen[start]).collect(),
        spans,
        dispersion,
        composition: composition.clone(),
    }
}

/// Median χ² between neighboring periods over the median of its law; a few true changes do not move it. At least 1.
fn dispersion(rows: &[Vec<f64>]) -> f64 {
    let mut all: Vec<f64> = rows.windows(2).filter_map(|pair| chi_square(&pair[0], &pair[1])).collect();
    if all.is_empty() {
        return 1.0;
    }
    all.sort_by(f64::total_cmp);
    measure::portable::quantile(&all, 0.5).max(1.0)
}

/// χ² of two rows of counts by its approximate median (Wilson & Hilferty 1931); none if a row is empty.
fn chi_square(a: &[f64], b: &[f64]) -> Option<f64> {
    let (n, m) = (a.iter().sum::<f64>(), b.iter().sum::<f64>());
    if n == 0.0 || m == 0.0 {
        return None;
    }
    let (mut sum, mut used) = (0.0, 0.0);
    for (x, y) in a.iter().zip(b).filter(|(x, y)| **x + **y > 0.0) {
        let (e, f) = (n * (x + y) / (n + m), m * (x + y) / (n + m));
        sum += (x - e) * (x - e) / e + (y - f) * (y - f) / f;
        used += 1.0;
    }
    let free: f64 = used - 1.0;
    if free < 1.0 {
        return None;
    }
    let third = 1.0 - 2.0 / (9.0 * free);
    Some(sum / (free * third * third * third))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composition(rows: &[[f64; 2]]) -> Composition {
        let point = |(t, row): (usize, &[f64; 2])| CompositionPoint {
            period: measure::Period::Year(2000 + t as i16),
            counts: row.to_vec(),
        };
        Composition::new("c", vec!["a".into(), "b".into()], rows.iter().enumerate().map(point).collect())
            .unwrap()
    }

    #[test]
    fn a_change_of_shares_is_found_and_a_change_of_size_is_none() {
        let sizes = [[10.0, 10.0], [40.0, 40.0], [0.0, 0.0], [5.0, 5.0], [80.0, 80.0]];
        let even = examine("", &composition(&sizes));
        assert!(even.starts.is_empty() && even.shares[2].is_empty() && even.spans.len() == 1);
        let turned =
            [[18.0, 2.0], [19.0, 2.0], [0.0, 0.0], [17.0, 3.0], [3.0, 17.0], [2.0, 18.0], [2.0, 19.0]];
        let found = examine("", &composition(&turned));
        assert_eq!((found.starts.clone(), found.dispersion), (vec![4], 1.0));
        assert!((found.spans[0][0].share - 54.0 / 61.0).abs() < 1e-12);
    }

    #[test]
    fn the_median_of_chi_square_is_about_one() {
        // χ² of one degree of freedom has its median at 0.4549.
        let x = chi_square(&[60.0, 40.0], &[50.0, 50.0]).unwrap();
        let plain = 100.0 / 55.0 / 2.0 * 0.5 + 100.0 / 55.0 / 2.0 * 0.5 + 2.0 * 25.0 / 45.0;
        assert!((x * 0.4549 / plain - 1.0).abs() < 0.04, "{x} {plain}");
    }
}
