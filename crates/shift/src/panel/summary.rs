use std::ops::Range;

use measure::portable::{ln, log_sum_exp};

use super::chain::{Memory, Model, SHARES, Shared, Visits};
use super::filter::Filter;

/// Averages of exact conditionals over the sets that the chains visited.
pub(super) struct Summary<'v> {
    chains: &'v [Visits],
    /// Probability of a shared change in each period.
    pub(super) shared: Vec<f64>,
    /// `[number][rank][period]`: where each of so many shared changes lies, times the probability of the number.
    ranked: Vec<Vec<Vec<f64>>>,
    numbers: Vec<f64>,
}

/// A date and where it lies.
pub(super) struct Time {
    pub(super) at: usize,
    pub(super) interval: Range<usize>,
}

/// One series at a shared change.
pub(super) struct Part {
    pub(super) takes_part: f64,
    pub(super) log_factor: f64,
    pub(super) around: (f64, f64),
}

/// All series at a shared change.
pub(super) struct Parts {
    pub(super) series: Vec<Part>,
    pub(super) share: f64,
    pub(super) log_factor: f64,
}

impl<'v> Summary<'v> {
    pub(super) fn new(model: &Model<'_>, memory: &mut Memory<'_, '_>, chains: &'v [Visits]) -> Self {
        let (n, most) = (model.periods, model.most);
        let mut shared = vec![0.0; n];
        let mut numbers = vec![0.0; most + 1];
        let mut ranked: Vec<Vec<Vec<f64>>> = (0..=most).map(|m| vec![vec![0.0; n]; m]).collect();
        let total: f64 = rests(chains).map(|(_, times)| times).sum();
        for (rest, times) in rests(chains) {
            let weight = times / total;
            let given = memory.given(rest);
            let none = given.none;
            let at: Vec<f64> = given.one.iter().map(|row| row.iter().sum::<f64>()).collect();
            let m = rest.len();
            numbers[m] += weight * none;
            for (i, &(t, _)) in rest.iter().enumerate() {
                shared[t] += weight;
                ranked[m][i][t] += weight * none;
            }
            if m == most {
                continue;
            }
            numbers[m + 1] += weight * (1.0 - none);
            let before = |t: usize| rest.iter().filter(|&&(known, _)| known < t).count();
            for (t, p) in at.iter().enumerate() {
                shared[t] += weight * p;
                ranked[m + 1][before(t)][t] += weight * p;
            }
            // The known ones move up by one rank if the new one falls before them.
            for (i, &(known, _)) in rest.iter().enumerate() {
                let earlier: f64 = at[..known].iter().sum();
                ranked[m + 1][i + 1][known] += weight * earlier;
                ranked[m + 1][i][known] += weight * (1.0 - none - earlier);
            }
        }
        Self { chains, shared, ranked, numbers }
    }

    /// Probability of each number of shared changes, from 0.
    pub(super) fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// Probability of one or more.
    pub(super) fn any(&self) -> f64 {
        (1.0 - self.numbers[0]).clamp(0.0, 1.0)
    }

    /// The dates of `number` shared changes.
    pub(super) fn dates(&self, number: usize, level: f64) -> Vec<Time> {
        let mut times: Vec<Time> = Vec::new();
        for chance in &self.ranked[number] {
            let free = |t: usize| times.iter().all(|time| time.at != t);
            let at = (1..chance.len()).filter(|&t| free(t));
            let at = at.fold(0, |best, t| if best == 0 || chance[t] > chance[best] { t } else { best });
            let interval = narrowest(chance, at, level);
            times.push(Time { at, interval });
        }
        times
    }

    /// The reported shared changes with the share (of those on the grid) that is nearest to its mean.
    pub(super) fn modes(&self, times: &[Time]) -> Shared {
        let share = |time: &Time| {
            let (mut sum, mut weight) = (0.0, 0.0);
            for (whole, times) in wholes(self.chains) {
                for &(_, j) in whole.iter().filter(|(t, _)| time.interval.contains(t)) {
                    sum += times * SHARES[j];
                    weight += times;
                }
            }
            if weight > 0.0 { sum / weight } else { 0.5 }
        };
        let nearest = |x: f64| {
            let far = |j: usize| (SHARES[j] - x).abs();
            (1..SHARES.len()).fold(0, |best, j| if far(j) < far(best) { j } else { best })
        };
        times.iter().map(|time| (time.at, nearest(share(time)))).collect()
    }

    /// Probability of at least one shared change within a range of periods.
    pub(super) fn within(&self, memory: &mut Memory<'_, '_>, range: &Range<usize>) -> f64 {
        let (mut sum, mut total) = (0.0, 0.0);
        for (rest, times) in rests(self.chains) {
            total += times;
            if rest.iter().any(|(t, _)| range.contains(t)) {
                sum += times;
            } else {
                let given = memory.given(rest);
                sum += times * given.one[range.clone()].iter().flatten().sum::<f64>();
            }
        }
        sum / total
    }

    /// What each series has to do with the k-th of the reported shared changes.
    pub(super) fn drivers(
        &self,
        model: &Model<'_>,
        memory: &mut Memory<'_, '_>,
        modes: &Shared,
        k: usize,
        time: &Time,
    ) -> Parts {
        let (at, share) = modes[k];
        let mut rest: Shared =
            modes.iter().enumerate().filter(|(i, _)| *i != k).map(|(_, one)| *one).collect();
        rest.sort_unstable();
        let given = memory.given(&rest);
        let mut all = modes.clone();
        all.sort_unstable();
        let hazard = model.hazard(&all);
        // Averages over the sets with a shared change there.
        let mut takes_part = vec![0.0; model.emissions.len()];
        let (mut weight, mut mean_share) = (0.0, 0.0);
        for (whole, times) in wholes(self.chains) {
            let Some(&(t, _)) = whole.iter().find(|(t, _)| time.interval.contains(t)) else { continue };
            let known = memory.given(whole);
            takes_part.iter_mut().zip(&known.change).for_each(|(sum, change)| *sum += times * change[t]);
            mean_share += times * known.change.iter().map(|change| change[t]).sum::<f64>();
            weight += times;
        }
        let series = (0..model.emissions.len()).map(|i| Part {
            takes_part: if weight > 0.0 { takes_part[i] / weight } else { 0.0 },
            log_factor: model.log_factor(given.change[i][at], SHARES[share]),
            around: Filter::new(model.emissions[i], &hazard).around(at),
        });
        let cells: Vec<f64> = given.log_factor[time.interval.clone()].iter().flatten().copied().collect();
        Parts {
            series: series.collect(),
            share: if weight > 0.0 { mean_share / weight / model.emissions.len() as f64 } else { 0.0 },
            log_factor: log_sum_exp(&cells) - ln(cells.len() as f64),
        }
    }

    /// Per series and period the probability of a change that is not shared.
    pub(super) fn own(&self, memory: &mut Memory<'_, '_>) -> Vec<Vec<f64>> {
        let mut own = vec![vec![0.0; self.shared.len()]; memory.model().emissions.len()];
        let total: f64 = wholes(self.chains).map(|(_, times)| times).sum();
        for (whole, times) in wholes(self.chains) {
            let given = memory.given(whole);
            for (sum, change) in own.iter_mut().zip(&given.change) {
                for (t, (sum, p)) in sum.iter_mut().zip(change).enumerate() {
                    if whole.iter().all(|&(at, _)| at != t) {
                        *sum += times / total * p;
                    }
                }
            }
        }
        own
    }
}

fn rests(chains: &[Visits]) -> impl Iterator<Item = (&Shared, f64)> {
    chains.iter().flat_map(|chain| chain.rest.iter().map(|(rest, times)| (rest, f64::from(*times))))
}

fn wholes(chains: &[Visits]) -> impl Iterator<Item = (&Shared, f64)> {
    chains.iter().flat_map(|chain| chain.whole.iter().map(|(whole, times)| (whole, f64::from(*times))))
}

/// The narrowest run of periods around `at` with `level` of all the chance; of equal ones the one with most chance.
fn narrowest(chance: &[f64], at: usize, level: f64) -> Range<usize> {
    let goal = level * chance.iter().sum::<f64>() - 1e-12;
    let mut sums = vec![0.0];
    sums.extend(chance.iter().scan(0.0, |sum, p| {
        *sum += p;
        Some(*sum)
    }));
    let mut best: Option<(Range<usize>, f64)> = None;
    for start in 0..=at {
        let Some(end) = (at + 1..=chance.len()).find(|&end| sums[end] - sums[start] >= goal) else {
            continue;
        };
        let (range, mass) = (start..end, sums[end] - sums[start]);
        let better = best.as_ref().is_none_or(|(known, held)| {
            range.len() < known.len() || range.len() == known.len() && mass > *held
        });
        if better {
            best = Some((range, mass));
        }
    }
    best.map_or(at..at + 1, |(range, _)| range)
}

/// Stretches of periods with an expected number of changes of at least ½, the clearest first taken out, then widened while
/// they fall short of `level` and the neighbors hold something; in order of time.
pub(super) fn peaks(chance: &[f64], level: f64) -> Vec<Time> {
    const WORTH: f64 = 0.01;
    let n = chance.len();
    let mut free: Vec<f64> = chance.to_vec();
    let mut found: Vec<Time> = Vec::new();
    loop {
        let mut best: Option<Range<usize>> = None;
        for start in 1..n {
            let mut sum = 0.0;
            for end in start + 1..=n {
                sum += free[end - 1];
                if best.as_ref().is_some_and(|known| end - start >= known.len()) || free[end - 1] < 0.0 {
                    break;
                }
                if sum >= 0.5 {
                    best = Some(start..end);
                    break;
                }
            }
        }
        let Some(mut range) = best else { break };
        let mass = |range: &Range<usize>| free[range.clone()].iter().sum::<f64>();
        while mass(&range) < level {
            let left = if range.start > 1 { free[range.start - 1] } else { 0.0 };
            let right = if range.end < n { free[range.end] } else { 0.0 };
            match (left >= right, left.max(right) >= WORTH) {
                (_, false) => break,
                (true, _) => range.start -= 1,
                (false, _) => range.end += 1,
            }
        }
        let at = range.clone().fold(range.start, |best, t| if chance[t] > chance[best] { t } else { best });
        // Taken: negative, so that no other stretch runs over it.
        free[range.clone()].iter_mut().for_each(|p| *p = -1.0);
        found.push(Time { at, interval: range });
    }
    found.sort_by_key(|time| time.at);
    found
}
