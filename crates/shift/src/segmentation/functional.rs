use super::envelope::Envelope;
use super::family::{Family, Mean, Rate, Share};
use super::{Penalty, Segmentation, backtrack, backtrack_layers};

/// A cost with one parameter per segment that running sums describe, for [`fpop`] and [`fixed`]: Poisson,
/// binomial, negative binomial with equal exposures, the mean of normal values.
#[derive(Clone, Debug)]
pub struct RunningSums {
    kind: Kind,
    /// Over the first t periods.
    pub(super) sums: Vec<[f64; 3]>,
    /// Between these the parameter of every segment lies.
    low: f64,
    high: f64,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Rate,
    Share,
    Mean,
}

impl RunningSums {
    /// For a rate: (counts, exposure, constant) of each period.
    pub(super) fn rate(periods: impl Iterator<Item = [f64; 3]>) -> Self {
        let sums = running(periods.map(|[y, e, c]| [2.0 * y, 2.0 * e, c]));
        let total = sums[sums.len() - 1][1];
        // A segment without counts costs as good as nothing at the lowest rate.
        let (_, high) = range(&sums, |a, b| a / b);
        let low = 1e-12 / total.max(f64::MIN_POSITIVE);
        Self { kind: Kind::Rate, low, high: high.max(2.0 * low), sums }
    }

    /// For a share: (hits, misses, constant) of each period.
    pub(super) fn share(periods: impl Iterator<Item = [f64; 3]>) -> Self {
        let sums = running(periods.map(|[y, miss, c]| [2.0 * y, 2.0 * miss, c]));
        let total = sums[sums.len() - 1][0] + sums[sums.len() - 1][1];
        let least = (1e-12 / total.max(1.0)).max(1e-16);
        let (_, high) = range(&sums, |a, b| a / (a + b));
        // 1 − 2⁻⁵² is the largest share below 1 whose complement still has digits.
        let high = high.max(2.0 * least).min(1.0 - f64::EPSILON);
        Self { kind: Kind::Share, low: least, high, sums }
    }

    /// For a mean: (weight × value, weight, weight × square) of each period.
    pub(super) fn mean(periods: impl Iterator<Item = [f64; 3]>) -> Self {
        let sums = running(periods);
        let (low, high) = range(&sums, |a, b| a / b);
        Self { kind: Kind::Mean, low, high, sums }
    }

    /// How many periods there are.
    pub(super) fn len(&self) -> usize {
        self.sums.len() - 1
    }
}

fn running(periods: impl Iterator<Item = [f64; 3]>) -> Vec<[f64; 3]> {
    let mut sum = [0.0; 3];
    let rest = periods.map(|own| {
        sum = [sum[0] + own[0], sum[1] + own[1], sum[2] + own[2]];
        sum
    });
    let mut sums = Vec::with_capacity(rest.size_hint().0 + 1);
    sums.push([0.0; 3]);
    sums.extend(rest);
    sums
}

/// Of the best parameters of single periods.
fn range(sums: &[[f64; 3]], best: impl Fn(f64, f64) -> f64) -> (f64, f64) {
    sums.windows(2).map(|pair| best(pair[1][0] - pair[0][0], pair[1][1] - pair[0][1])).fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(low, high), x| {
            // Differences of sums are rounded: a little more room.
            let room = 1e-9 * x.abs();
            (low.min(x - room), high.max(x + room))
        },
    )
}

/// A cost of this kind.
pub trait OneParameter {
    /// Its running sums.
    fn running_sums(&self) -> &RunningSums;
}

/// The segmentation of lowest total cost, exact, by functional pruning: kept is the lowest cost as a function
/// of the parameter of the last segment, in pieces of one start each.
///
/// # Cost
/// O(n × pieces); some ten to twenty pieces whatever the series. O(n) memory.
///
/// Maidstone, Hocking, Rigaill & Fearnhead (2017), On optimal multiple changepoint algorithms for large data,
/// Statistics and Computing 27:519–533.
pub fn fpop(cost: &impl OneParameter, penalty: Penalty) -> Segmentation {
    let data = cost.running_sums();
    match data.kind {
        Kind::Rate => penalized(Rate, data, penalty),
        Kind::Share => penalized(Share, data, penalty),
        Kind::Mean => penalized(Mean, data, penalty),
    }
}

fn penalized<F: Family>(family: F, data: &RunningSums, penalty: Penalty) -> Segmentation {
    let n = data.len();
    if n == 0 {
        return Segmentation { starts: Vec::new(), total_cost: 0.0 };
    }
    let penalty = penalty.per_change(n);
    let mut envelope = Envelope::new(family, data.low, data.high);
    envelope.enter(0, data.sums[0], 0.0);
    let mut last_start = Vec::with_capacity(n + 1);
    last_start.push(0);
    let mut total_cost = 0.0;
    for (end, &now) in data.sums.iter().enumerate().skip(1) {
        let (lowest, start) = envelope.lowest(now);
        total_cost = lowest;
        last_start.push(start);
        envelope.enter(end, now, lowest + penalty);
    }
    Segmentation { starts: backtrack(&last_start), total_cost }
}

/// The segmentation of lowest cost with exactly `changes` changes (fewer where the series is shorter), exact,
/// by pruned dynamic programming. `total_cost` holds no penalty.
///
/// # Cost
/// O(changes × n × pieces) time, O(changes × n) memory.
///
/// Rigaill (2015), A pruned dynamic programming algorithm to recover the best segmentations with 1 to K_max
/// change-points, Journal de la Société Française de Statistique 156:180–205.
pub fn fixed(cost: &impl OneParameter, changes: usize) -> Segmentation {
    let data = cost.running_sums();
    match data.kind {
        Kind::Rate => with_changes(Rate, data, changes),
        Kind::Share => with_changes(Share, data, changes),
        Kind::Mean => with_changes(Mean, data, changes),
    }
}

fn with_changes<F: Family>(family: F, data: &RunningSums, changes: usize) -> Segmentation {
    let n = data.len();
    let changes = changes.min(n.saturating_sub(1));
    let mut envelope = Envelope::new(family, data.low, data.high);
    envelope.enter(0, data.sums[0], 0.0);
    let mut costs: Vec<f64> = data.sums.iter().map(|&now| envelope.lowest(now).0).collect();
    let mut last_starts: Vec<Vec<usize>> = Vec::new();
    for change in 1..=changes {
        let mut envelope = Envelope::new(family, data.low, data.high);
        let mut own = vec![f64::INFINITY; n + 1];
        let mut last_start = vec![0; n + 1];
        // A segment can start at `change` at the earliest: each before it holds a period.
        for end in change..=n {
            let now = data.sums[end];
            if end > change {
                (own[end], last_start[end]) = envelope.lowest(now);
            }
            envelope.enter(end, now, costs[end]);
        }
        costs = own;
        last_starts.push(last_start);
    }
    Segmentation { starts: backtrack_layers(&last_starts, n), total_cost: costs[n] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Seed;

    /// Pieces, not time: their number must not grow with the series.
    #[test]
    fn the_pieces_stay_few() {
        let mut stream = Seed(3).stream("pieces", 0);
        let counts = (0..20_000).map(|t| {
            let mean = if (t / 5000) % 2 == 0 { 4.0 } else { 7.0 };
            [(mean + 2.0 * stream.normal()).max(0.0).round(), 1.0, 0.0]
        });
        let data = RunningSums::rate(counts);
        let mut envelope = Envelope::new(Rate, data.low, data.high);
        let (mut pieces, penalty) = (0, Penalty::Bic.per_change(data.len()));
        envelope.enter(0, data.sums[0], 0.0);
        for (end, &now) in data.sums.iter().enumerate().skip(1) {
            let (lowest, _) = envelope.lowest(now);
            envelope.enter(end, now, lowest + penalty);
            pieces += envelope.len();
        }
        assert!(pieces < 60 * data.len(), "{}", pieces as f64 / data.len() as f64);
    }
}
