use std::ops::Range;

use measure::Series;
use measure::portable::{exp, ln, ln_1p};

use super::SegmentCost;

/// Nodes of ln rate between the lowest and the highest rate of single periods.
const NODES: usize = 128;

/// Negative binomial counts (variance = μ + α μ²) with given dispersion α and exposure.
///
/// With unequal exposures the best rate has no closed form: the log-likelihood, concave in ln rate, is kept
/// as running sums at 128 nodes and its maximum taken from the parabola through the best three, which is
/// exact to a small part of a thousandth. O(log nodes) per evaluation, O(n × nodes) memory.
#[derive(Clone, Debug)]
pub struct NegativeBinomialCost {
    /// Σ counts over the first t periods.
    counts: Vec<f64>,
    /// `[t × NODES + i]`: log-likelihood of the first t periods at node i, up to what no rate changes.
    sums: Vec<f64>,
}

impl NegativeBinomialCost {
    /// For the counts of a series with dispersion `alpha` ≥ 0 (0 is Poisson).
    pub fn new(series: &Series, alpha: f64) -> Self {
        let nodes = nodes(series);
        let mut counts = vec![0.0];
        let mut sums = vec![0.0; NODES];
        for (t, point) in series.points.iter().enumerate() {
            counts.push(counts[t] + point.value);
            for (i, &(log_rate, rate)) in nodes.iter().enumerate() {
                let mean = point.exposure * rate;
                let spread =
                    if alpha > 0.0 { (point.value + 1.0 / alpha) * ln_1p(alpha * mean) } else { mean };
                sums.push(sums[t * NODES + i] + point.value * log_rate - spread);
            }
        }
        Self { counts, sums }
    }
}

/// The best rate of any segment with counts lies between these ends.
fn nodes(series: &Series) -> Vec<(f64, f64)> {
    let seen = || series.points.iter().filter(|point| point.value > 0.0);
    let fewest = seen().map(|point| point.value).reduce(f64::min).unwrap_or(1.0);
    let lowest = fewest / series.points.iter().map(|point| point.exposure).sum::<f64>();
    let low = match seen().count() == series.len() {
        true => seen().map(|point| point.value / point.exposure).reduce(f64::min).unwrap_or(lowest),
        // A segment that holds periods without counts has a lower rate than any period with counts.
        false => lowest,
    };
    let high = seen().map(|point| point.value / point.exposure).reduce(f64::max).unwrap_or(lowest);
    let (low, high) = (ln(low) - 0.1, ln(high) + 0.1);
    let spacing = (high - low) / (NODES - 1) as f64;
    (0..NODES).map(|i| low + spacing * i as f64).map(|u| (u, exp(u))).collect()
}

impl SegmentCost for NegativeBinomialCost {
    fn len(&self) -> usize {
        self.counts.len() - 1
    }

    fn cost(&self, periods: Range<usize>) -> f64 {
        if self.counts[periods.end] == self.counts[periods.start] {
            return 0.0;
        }
        let at = |i: usize| self.sums[periods.end * NODES + i] - self.sums[periods.start * NODES + i];
        let (mut low, mut high) = (0, NODES - 1);
        while low < high {
            let middle = (low + high) / 2;
            if at(middle) < at(middle + 1) { low = middle + 1 } else { high = middle }
        }
        let middle = low.clamp(1, NODES - 2);
        let (left, here, right) = (at(middle - 1), at(middle), at(middle + 1));
        let bend = 2.0 * here - left - right;
        let slope = 0.5 * (right - left);
        let peak = if bend > 0.0 { here + 0.5 * slope * slope / bend } else { here };
        -2.0 * peak
    }
}
