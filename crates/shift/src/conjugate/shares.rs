use std::ops::Range;

use measure::Stream;
use measure::portable::{ln, ln_gamma, logistic, sum};

use super::{DEPTH, GammaTable, Peak, SegmentEvidence};
use crate::draw;
use crate::likelihood::softplus;
use crate::posterior::{Aspect, Regime};
use crate::segmentation::{MultinomialCost, SegmentCost};

/// Counts in rival categories, a regime having its own share of each: Dirichlet-multinomial with the prior of Jeffreys,
/// ½ in each category (of two categories: beta-binomial).
///
/// Gelman et al. (2013), Bayesian Data Analysis, section 3.4.
#[derive(Clone, Debug)]
pub(crate) struct SharesEvidence {
    seen: MultinomialCost,
    one: GammaTable,
    all: GammaTable,
}

/// Prior count of each category.
const PRIOR: f64 = 0.5;

impl SharesEvidence {
    /// `periods[t][k]`: how often category k was seen in period t; rows of one length, at least 2.
    pub(crate) fn new(periods: &[Vec<f64>]) -> Self {
        let seen = MultinomialCost::new(periods);
        let total = sum(seen.counts(&(0..seen.len())));
        let one = GammaTable::new(PRIOR, total);
        let all = GammaTable::new(PRIOR * seen.categories() as f64, total);
        Self { seen, one, all }
    }

    /// The beta posterior of the share of one category.
    fn beta(&self, aspect: Aspect, periods: &Range<usize>) -> (f64, f64) {
        let category = if let Aspect::Share(category) = aspect { category } else { 0 };
        let own = self.seen.counts(periods).nth(category).unwrap_or(0.0);
        let rest = sum(self.seen.counts(periods)) - own;
        (PRIOR + own, PRIOR * (self.seen.categories() - 1) as f64 + rest)
    }
}

/// Locations are ln odds.
impl SegmentEvidence for SharesEvidence {
    fn len(&self) -> usize {
        self.seen.len()
    }

    /// O(categories).
    fn log_evidence(&self, periods: Range<usize>) -> f64 {
        let (mut total, mut log) = (0.0, 0.0);
        for count in self.seen.counts(&periods) {
            total += count;
            log += self.one.at(count) - self.one.at(0.0);
        }
        -0.5 * self.seen.constant(&periods) + log + self.all.at(0.0) - self.all.at(total)
    }

    fn log_density(&self, aspect: Aspect, periods: &Range<usize>, location: f64) -> f64 {
        let (a, b) = self.beta(aspect, periods);
        // ln p and ln(1 − p), neither of which cancels.
        let (log_p, log_q) = (-softplus(-location), -softplus(location));
        a * log_p + b * log_q + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b)
    }

    fn peak(&self, aspect: Aspect, periods: &Range<usize>) -> Peak {
        let (a, b) = self.beta(aspect, periods);
        Peak { location: ln(a / b), width: (1.0 / a + 1.0 / b).sqrt(), depth: DEPTH }
    }

    fn rate(&self, _: Aspect, location: f64) -> f64 {
        logistic(location)
    }

    /// The share of the first category, and its counts.
    fn draw(&self, periods: &Range<usize>, stream: &mut Stream) -> Regime {
        let (a, b) = self.beta(Aspect::Main, periods);
        let (hits, misses) = (draw::gamma(stream, a), draw::gamma(stream, b));
        let share = if hits + misses > 0.0 { hits / (hits + misses) } else { 0.5 };
        let moments = periods.clone().map(|t| {
            let cases = sum(self.seen.counts(&(t..t + 1)));
            (cases * share, (cases * share * (1.0 - share)).sqrt())
        });
        Regime { rate: share, moments: moments.collect() }
    }
}
