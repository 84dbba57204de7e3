use std::ops::Range;

use measure::Series;
use measure::portable::{ln, ln_gamma};

use super::{OneParameter, RunningSums, SegmentCost};

/// Shares: of `exposure` cases in a period `value` are hits, each with the share of the segment. O(1) per
/// evaluation.
#[derive(Clone, Debug)]
pub struct BinomialCost(RunningSums);

impl BinomialCost {
    /// For hits out of exposures; a value above its exposure counts as all of it.
    pub fn new(series: &Series) -> Self {
        Self(RunningSums::share(series.points.iter().map(|point| {
            let (hits, all) = (point.value.min(point.exposure), point.exposure);
            let ways = ln_gamma(all + 1.0) - ln_gamma(hits + 1.0) - ln_gamma(all - hits + 1.0);
            [hits, all - hits, -2.0 * ways]
        })))
    }
}

impl OneParameter for BinomialCost {
    fn running_sums(&self) -> &RunningSums {
        &self.0
    }
}

impl SegmentCost for BinomialCost {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        let (from, to) = (self.0.sums[periods.start], self.0.sums[periods.end]);
        let (hits, misses) = (to[0] - from[0], to[1] - from[1]);
        to[2] - from[2] + share_cost(hits, misses)
    }
}

/// −a ln(a/(a+b)) − b ln(b/(a+b)).
pub(super) fn share_cost(a: f64, b: f64) -> f64 {
    let part = |x: f64| if x > 0.0 { -x * ln(x / (a + b)) } else { 0.0 };
    part(a) + part(b)
}
