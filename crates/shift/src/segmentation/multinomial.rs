use std::ops::Range;

use measure::portable::{ln, ln_gamma, sum};

use super::SegmentCost;

/// Shares of rival wordings: a segment has its own share of each category. O(categories) per evaluation.
#[derive(Clone, Debug)]
pub struct MultinomialCost {
    categories: usize,
    /// `[t × categories + k]`: Σ over the first t periods.
    counts: Vec<f64>,
    /// Running sums of twice the negative ln of the number of arrangements.
    constant: Vec<f64>,
}

impl MultinomialCost {
    /// `periods[t][k]`: how often category k was seen in period t; rows of one length.
    pub fn new(periods: &[Vec<f64>]) -> Self {
        let categories = periods.first().map_or(0, Vec::len);
        let mut counts = vec![0.0; categories];
        let mut constant = vec![0.0];
        for (t, row) in periods.iter().enumerate() {
            for k in 0..categories {
                counts.push(counts[t * categories + k] + row[k]);
            }
            let ways = ln_gamma(sum(row.iter().copied()) + 1.0) - sum(row.iter().map(|&y| ln_gamma(y + 1.0)));
            constant.push(constant[t] - 2.0 * ways);
        }
        Self { categories, counts, constant }
    }

    pub(crate) fn categories(&self) -> usize {
        self.categories
    }

    /// How often each category was seen in the periods.
    pub(crate) fn counts(&self, periods: &Range<usize>) -> impl Iterator<Item = f64> {
        let row = |t: usize| &self.counts[t * self.categories..(t + 1) * self.categories];
        row(periods.start).iter().zip(row(periods.end)).map(|(from, to)| to - from)
    }

    /// Twice the negative ln of the number of arrangements.
    pub(crate) fn constant(&self, periods: &Range<usize>) -> f64 {
        self.constant[periods.end] - self.constant[periods.start]
    }
}

impl SegmentCost for MultinomialCost {
    fn len(&self) -> usize {
        self.constant.len() - 1
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let (mut total, mut fit) = (0.0, 0.0);
        for y in self.counts(&periods) {
            total += y;
            if y > 0.0 {
                fit += y * ln(y);
            }
        }
        if total > 0.0 {
            fit -= total * ln(total);
        }
        self.constant(&periods) - 2.0 * fit
    }
}
