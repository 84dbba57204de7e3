use std::ops::Range;

use measure::portable::exp;

use super::{Component, Mixture, Model, PrefixEvidence, Undivided};

/// When the regimes changed.
pub(crate) struct Dates {
    /// Probability that a new regime starts with each period; 0 for the first.
    pub(crate) marginal: Vec<f64>,
    /// The reported changes, in order of time.
    pub(crate) changes: Vec<Change>,
}

/// One reported change, in indices of periods.
pub(crate) struct Change {
    /// First period of the new regime.
    pub(crate) at: usize,
    /// Where it lies with the given probability, given the number of changes.
    pub(crate) interval: Range<usize>,
    /// That some change lies in the interval.
    pub(crate) probability: f64,
}

/// The dates of `number` changes, with intervals of mass `level`.
///
/// P(the j-th of m changes starts period t) ∝ A_{j−1}(t) Z_{m−j}(t), with A the evidence of the periods
/// before t and Z that of those from t on. Reported are the modes of these distributions, kept in order:
/// the dates t_1 < … < t_m with the largest product of the m marginal probabilities.
///
/// O(n m²) per lattice point beside three recursions.
pub(crate) fn dates<M: Model>(mixture: &Mixture<M>, number: usize, level: f64) -> Dates {
    let n = mixture.n;
    let numbers = mixture.log_prior.len();
    let mut marginal = vec![0.0; n];
    let mut given = vec![vec![0.0; n]; number];
    let all = mixture.weighted(|component| mixture.log_any(component));
    let total = mixture.log_evidence();
    let of_number = mixture.log_mix(|component| mixture.log_joint(component, number));
    let suffixes: Vec<PrefixEvidence> = all
        .iter()
        .map(|(_, c)| c.model.suffix(mixture.prior.room(n) - 1, mixture.prior.min_segment))
        .collect();
    for ((_, component), suffix) in all.iter().zip(&suffixes) {
        let log_weight = |m: usize| component.log_weight + mixture.log_prior[m];
        for t in 1..n {
            for m in 1..numbers {
                for j in 1..=m {
                    let log = log_weight(m) + component.prefix[j - 1][t] + suffix[m - j][n - t];
                    marginal[t] += exp(log - total);
                    if m == number {
                        given[j - 1][t] += exp(log - of_number);
                    }
                }
            }
        }
    }
    let at = modes_in_order(&given, mixture.prior.min_segment);
    let intervals: Vec<Range<usize>> =
        at.iter().zip(&given).map(|(&at, distribution)| narrowest(distribution, at, level)).collect();
    let mut within = vec![0.0; intervals.len()];
    for ((_, component), suffix) in all.iter().zip(&suffixes) {
        let found = probability_within(mixture, component, suffix, &intervals);
        within.iter_mut().zip(found).for_each(|(sum, p)| *sum += p);
    }
    let changes = at.into_iter().zip(intervals).zip(within);
    let changes = changes.map(|((at, interval), p)| Change { at, interval, probability: p.min(1.0) });
    Dates { changes: changes.collect(), marginal }
}

/// Probability that at least one change lies in each interval and the component holds: the sum over the first of them,
/// there being none between the start of the interval and it.
fn probability_within<M: Model>(
    mixture: &Mixture<M>,
    component: &Component<M>,
    suffix: &PrefixEvidence,
    intervals: &[Range<usize>],
) -> Vec<f64> {
    let (n, total) = (mixture.n, mixture.log_evidence());
    let undivided = component.model.undivided(&component.prefix, mixture.prior.min_segment, intervals);
    let of = |(interval, before): (&Range<usize>, &Undivided)| {
        let at = |(i, t): (usize, usize)| -> f64 {
            let numbers = (1..mixture.log_prior.len()).flat_map(|m| (1..=m).map(move |j| (m, j)));
            let joints = numbers.map(|(m, j)| {
                let log =
                    component.log_weight + mixture.log_prior[m] + before[j - 1][i] + suffix[m - j][n - t];
                exp(log - total)
            });
            joints.sum()
        };
        interval.clone().enumerate().map(at).sum()
    };
    intervals.iter().zip(&undivided).map(of).collect()
}

/// t_1 < t_2 < … (at least `gap` apart) with the largest product of probabilities; of equals the first.
fn modes_in_order(given: &[Vec<f64>], gap: usize) -> Vec<usize> {
    let Some(n) = given.first().map(Vec::len) else { return Vec::new() };
    let mut best_until: Vec<Vec<(f64, usize)>> = Vec::new();
    for (j, distribution) in given.iter().enumerate() {
        let mut best = (f64::NEG_INFINITY, 0);
        let mut row = Vec::with_capacity(n);
        for (t, &probability) in distribution.iter().enumerate() {
            let before = match j {
                0 => 0.0,
                _ => t.checked_sub(gap).map_or(f64::NEG_INFINITY, |s| best_until[j - 1][s].0),
            };
            let score = before + measure::portable::ln(probability);
            if score > best.0 {
                best = (score, t);
            }
            row.push(best);
        }
        best_until.push(row);
    }
    let mut end = n - 1;
    let mut at = Vec::new();
    for row in best_until.iter().rev() {
        let (_, t) = row[end];
        at.push(t);
        end = t.saturating_sub(gap);
    }
    at.reverse();
    at
}

/// The shortest run of periods that holds `level` of the distribution; of equally short ones that with the
/// most. Stretched to hold `mode`, which order may have moved away from the bulk.
fn narrowest(distribution: &[f64], mode: usize, level: f64) -> Range<usize> {
    let mut best = 0..distribution.len();
    let mut best_mass = 0.0;
    let (mut low, mut mass) = (0, 0.0);
    for high in 0..distribution.len() {
        mass += distribution[high];
        while low < high && mass - distribution[low] >= level {
            mass -= distribution[low];
            low += 1;
        }
        let width = high + 1 - low;
        if mass >= level && (width < best.len() || width == best.len() && mass > best_mass) {
            (best, best_mass) = (low..high + 1, mass);
        }
    }
    best.start.min(mode)..best.end.max(mode + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_run() {
        let distribution = [0.0, 0.05, 0.5, 0.4, 0.05];
        assert_eq!(narrowest(&distribution, 2, 0.9), 2..4);
        assert_eq!(narrowest(&distribution, 2, 0.5), 2..3);
        assert_eq!(narrowest(&distribution, 4, 0.5), 2..5);
    }

    #[test]
    fn modes_keep_their_order() {
        let first = vec![0.0, 0.2, 0.1, 0.7, 0.0];
        let second = vec![0.0, 0.0, 0.8, 0.1, 0.1];
        // Apart the modes would be 3 and 2; in order 1 and 2 (0.16) beat 3 and 4 (0.07).
        assert_eq!(modes_in_order(&[first, second], 1), [1, 2]);
    }
}
