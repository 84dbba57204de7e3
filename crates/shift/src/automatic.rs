//! One default for measured series of any kind.

use measure::portable::ln;
use measure::{Period, Series};
use serde::{Deserialize, Serialize};

use crate::ShiftError;
use crate::analyze::check_measured;
use crate::drift::{Drift, drift};
use crate::segmentation::{NormalCost, Penalty, SegmentCost, SumCost, TrendCost, pelt_with};

/// What a segment of a measured series looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A constant mean.
    Level,
    /// A straight line.
    Trend,
}

impl Shape {
    fn parameters(self) -> usize {
        match self {
            Self::Level => 1,
            Self::Trend => 2,
        }
    }
}

/// The segmentation that [`automatic`] finds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Automatic {
    /// Level or trend, whichever describes the whole better.
    pub shape: Shape,
    /// Index of the first period of every segment but the first.
    pub starts: Vec<usize>,
    /// The same as periods.
    pub periods: Vec<Period>,
    /// Where changes were found, though drift would do as well; of several series, none where one of them needs the
    /// changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

/// Segments one measured series, or several over the same periods that change together, without a setting.
///
/// For each of two shapes of a segment, level and straight line, the exact segmentation of lowest cost
/// Σ residual² / s² + changes × penalty is found, with s² the mean square around that shape without change and a
/// penalty of (parameters of a segment + 2) ln n, the date counting twice as in Zhang & Siegmund (2007). Taking
/// s² from the model without change, as a score test does, asks of each change a share of the whole spread: less
/// is claimed in autocorrelated noise than with the spread of neighbors, though more than in white noise. Of the
/// two segmentations that of lower BIC is returned.
/// A segment has at least one period more than it has parameters. Where noise that leans on the value before it
/// describes the series as well without any change, the answer says so ([`Automatic::drift`]).
///
/// # Errors
/// [`ShiftError::TooShort`] for fewer than two segments' worth of periods. Series of different lengths are cut to
/// the shortest.
///
/// # Cost
/// O(n) to O(n²) evaluations of a cost of O(number of series).
///
/// Zhang & Siegmund (2007), A modified Bayes information criterion with applications to the analysis of
/// comparative genomic hybridization data, Biometrics 63:22–32.
pub fn automatic(series: &[Series]) -> Result<Automatic, ShiftError> {
    let n = series.iter().map(Series::len).min().unwrap_or(0);
    let name = || series.first().map_or_else(String::new, |series| series.id.clone());
    if n < 4 {
        return Err(ShiftError::TooShort { series: name(), found: n, needed: 4 });
    }
    series.iter().try_for_each(check_measured)?;
    let series: Vec<Series> = series.iter().map(|series| cut(series, n)).collect();
    // A constant series changes nowhere and tells nothing of its noise.
    let varied: Vec<&Series> =
        series.iter().filter(|s| s.points.iter().any(|p| p.value != s.points[0].value)).collect();
    let times: Vec<f64> = positions(&series[0]);
    let found = [Shape::Level, Shape::Trend].map(|shape| Found::new(&varied, &times, shape));
    let [level, trend] = found;
    let found = if trend.criterion < level.criterion { trend } else { level };
    let drift = found.drift(&varied);
    let Found { shape, starts, .. } = found;
    let periods = starts.iter().map(|&start| series[0].points[start].period).collect();
    Ok(Automatic { shape, starts, periods, drift })
}

fn cut(series: &Series, n: usize) -> Series {
    Series { id: series.id.clone(), points: series.points[..n].to_vec() }
}

/// The number of each period on the calendar, missing ones counted, from 0.
pub(crate) fn positions(series: &Series) -> Vec<f64> {
    let mut at = 0.0;
    let mut before: Option<Period> = None;
    let mut all = Vec::with_capacity(series.len());
    for point in &series.points {
        if let Some(before) = before {
            at += steps(before, point.period);
        }
        before = Some(point.period);
        all.push(at);
    }
    all
}

fn steps(from: Period, to: Period) -> f64 {
    match (from, to) {
        (Period::Day(from), Period::Day(to)) => f64::from(to.since(from).map_or(1, |span| span.get_days())),
        (Period::Month { year: a, month: m }, Period::Month { year: b, month: k }) => {
            f64::from(b - a) * 12.0 + f64::from(k - m)
        }
        (Period::Quarter { year: a, quarter: m }, Period::Quarter { year: b, quarter: k }) => {
            f64::from(b - a) * 4.0 + f64::from(k - m)
        }
        (Period::Year(a), Period::Year(b)) => f64::from(b - a),
        (Period::Index(a), Period::Index(b)) => (b - a) as f64,
        _ => 1.0,
    }
}

/// The segmentation of one shape.
struct Found {
    shape: Shape,
    starts: Vec<usize>,
    /// Sum of squares that is left of each series.
    left: Vec<f64>,
    /// n Σ ln residual variance + (parameters of all segments + 2 for each date) ln n.
    criterion: f64,
}

impl Found {
    fn new(series: &[&Series], times: &[f64], shape: Shape) -> Self {
        match shape {
            Shape::Level => Self::of(series, shape, NormalCost::new),
            Shape::Trend => Self::of(series, shape, |s, sd| TrendCost::new(s, times, sd)),
        }
    }

    fn of<C: SegmentCost>(series: &[&Series], shape: Shape, cost: impl Fn(&Series, f64) -> C) -> Self {
        let Some(n) = series.first().map(|s| s.len()) else {
            return Self { shape, starts: Vec::new(), left: Vec::new(), criterion: 0.0 };
        };
        let (parameters, log_n) = (shape.parameters() * series.len(), ln(n as f64));
        let penalty = Penalty::Value((parameters + 2) as f64 * log_n);
        let spreads = series.iter().map(|s| spread(n, &cost(s, 1.0)));
        let costs = SumCost(series.iter().zip(spreads).map(|(s, sd)| cost(s, sd)).collect());
        let starts = pelt_with(&costs, penalty, shape.parameters() + 1).starts;
        let left: Vec<f64> = series
            .iter()
            .map(|s| {
                let unit = cost(s, 1.0);
                let begins = std::iter::once(0).chain(starts.iter().copied());
                let ends = starts.iter().copied().chain([n]);
                let left: f64 = begins.zip(ends).map(|(from, to)| unit.cost(from..to)).sum();
                // Rounding is no proof of a perfect fit.
                let least = 1e-12 * NormalCost::new(s, 1.0).cost(0..n);
                left.max(least).max(f64::MIN_POSITIVE)
            })
            .collect();
        let fit: f64 = left.iter().map(|left| n as f64 * ln(left / n as f64)).sum();
        let dates = starts.len();
        let criterion = fit + (parameters * (dates + 1) + 2 * dates) as f64 * log_n;
        Self { shape, starts, left, criterion }
    }

    /// The least advantage of drift over the changes, where it has one for every series.
    fn drift(&self, series: &[&Series]) -> Option<Drift> {
        let dates = self.starts.len();
        if dates == 0 {
            return None;
        }
        let parameters = self.shape.parameters() * (dates + 1) + 2 * dates;
        let each = series.iter().zip(&self.left).map(|(s, &left)| {
            let values: Vec<f64> = s.points.iter().map(|point| point.value).collect();
            drift(&values, left, parameters)
        });
        let all: Option<Vec<Drift>> = each.collect();
        all?.into_iter().reduce(|least, one| if one.advantage < least.advantage { one } else { least })
    }
}

/// Root mean square around the model without change.
fn spread(n: usize, unit: &impl SegmentCost) -> f64 {
    // A series on a perfect line has no spread to compare with; nothing is cheaper than nothing.
    (unit.cost(0..n) / n as f64).sqrt().max(f64::MIN_POSITIVE.sqrt())
}
