use measure::Interval;
use measure::portable::{exp, ln};

use super::{NOTHING, OnlineSettings, Run, RunLength, merge};
use crate::conjugate::NormalInverseGamma;

/// Prior of σ²: inverse gamma of this shape, as good as four values seen.
const SHAPE: f64 = 2.0;
/// Scale of that prior in units of its median.
const SCALE: f64 = 1.678_347;

/// Probabilities of run lengths, each with what is known of mean and variance.
#[derive(Clone, Debug)]
pub(super) struct MeasuredRuns {
    prior: NormalInverseGamma,
    /// From the youngest to the oldest.
    runs: Vec<Run<Known>>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    probability: f64,
    values: NormalInverseGamma,
}

impl MeasuredRuns {
    pub(super) fn new(settings: &OnlineSettings) -> Self {
        let b = SCALE * settings.dispersion * settings.dispersion;
        let kappa = b / (SHAPE * settings.spread * settings.spread);
        let prior = NormalInverseGamma { mean: settings.center, kappa, a: SHAPE, b };
        Self { prior, runs: Vec::new() }
    }

    /// Returns ln density of the value, given those before it.
    pub(super) fn read(&mut self, value: f64, weight: f64, steps: usize, stay: f64) -> f64 {
        let begin = if self.runs.is_empty() { 1.0 } else { 1.0 - stay };
        for run in &mut self.runs {
            (run.from, run.to) = (run.from + steps, run.to + steps);
            run.known.probability *= stay;
        }
        let known = Known { probability: begin, values: self.prior };
        self.runs.insert(0, Run { from: 0, to: steps.saturating_sub(1), known });
        let logs: Vec<f64> =
            self.runs.iter().map(|run| run.known.values.log_predictive(value, weight)).collect();
        let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for (run, log) in self.runs.iter_mut().zip(logs) {
            run.known.probability *= exp(log - best);
            run.known.values = run.known.values.after(value, weight);
            total += run.known.probability;
        }
        self.runs.iter_mut().for_each(|run| run.known.probability /= total);
        merge(&mut self.runs, |young, old| *young = young.joined(old));
        best + ln(total)
    }

    pub(super) fn lengths(&self) -> Vec<RunLength> {
        self.runs.iter().map(|run| RunLength::of(run, run.known.probability)).collect()
    }

    /// Posterior mean of the mean and central interval, of runs whose `to` is wanted.
    pub(super) fn mean(&self, level: f64, wanted: &dyn Fn(usize) -> bool) -> (f64, Interval) {
        let all: Vec<Known> = self.runs.iter().filter(|run| wanted(run.to)).map(|run| run.known).collect();
        let total: f64 = all.iter().map(|known| known.probability).sum();
        if total <= 0.0 {
            return NOTHING;
        }
        let mix = |of: &dyn Fn(&NormalInverseGamma) -> f64| {
            all.iter().map(|known| known.probability * of(&known.values)).sum::<f64>() / total
        };
        let reach = all.iter().map(|known| 1e3 * known.values.mean_scale()).fold(0.0, f64::max);
        let ends =
            |pick: fn(f64, f64) -> f64, from: f64| all.iter().map(|known| known.values.mean).fold(from, pick);
        let (low, high) = (ends(f64::min, f64::INFINITY) - reach, ends(f64::max, f64::NEG_INFINITY) + reach);
        let quantile = |level: f64| {
            let (mut low, mut high) = (low, high);
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if mix(&|values| values.mean_below(middle)) < level { low = middle } else { high = middle }
            }
            0.5 * (low + high)
        };
        let interval = Interval { low: quantile(0.5 - 0.5 * level), high: quantile(0.5 + 0.5 * level) };
        (mix(&|values| values.mean), interval)
    }
}

impl Known {
    /// Of two runs that share almost all values: the average of their sums.
    fn joined(self, other: Self) -> Self {
        let probability = self.probability + other.probability;
        let part = if probability > 0.0 { self.probability / probability } else { 0.5 };
        let mix =
            |of: fn(&NormalInverseGamma) -> f64| part * of(&self.values) + (1.0 - part) * of(&other.values);
        let kappa = mix(|values| values.kappa);
        let mean = mix(|values| values.kappa * values.mean) / kappa;
        let squares = mix(|values| values.b + 0.5 * values.kappa * values.mean * values.mean);
        // Both spreads are positive; what lies between their means comes on top.
        let b = (squares - 0.5 * kappa * mean * mean).max(self.values.b.min(other.values.b));
        Self { probability, values: NormalInverseGamma { mean, kappa, a: mix(|values| values.a), b } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Seed;

    /// Blocks against run lengths kept one by one: what is said of the last periods is off by 0.02 at most.
    #[test]
    fn blocks_lose_little() {
        let settings =
            OnlineSettings { dispersion: 1.0, spread: 3.0, center: 0.0, ..OnlineSettings::default() };
        let mut runs = MeasuredRuns::new(&settings);
        let mut slow: Vec<(f64, NormalInverseGamma)> = Vec::new();
        let mut stream = Seed(6).stream("blocks", 0);
        let hazard = 1.0 / 250.0;
        for t in 0..400 {
            let value = stream.normal() * if t < 300 { 1.0 } else { 2.0 } + if t < 200 { 0.0 } else { 1.5 };
            runs.read(value, 1.0, 1, 1.0 - hazard);
            slow.iter_mut().for_each(|(p, _)| *p *= 1.0 - hazard);
            slow.push((if t == 0 { 1.0 } else { hazard }, runs.prior));
            for (p, known) in &mut slow {
                *p *= exp(known.log_predictive(value, 1.0));
                *known = known.after(value, 1.0);
            }
            let total: f64 = slow.iter().map(|(p, _)| p).sum();
            slow.iter_mut().for_each(|(p, _)| *p /= total);
            let recent = |within: usize| slow.iter().rev().take(within).map(|(p, _)| p).sum::<f64>();
            for within in [1, 5, 14, 40] {
                let found: f64 =
                    runs.runs.iter().filter(|run| run.to < within).map(|run| run.known.probability).sum();
                assert!((found - recent(within)).abs() < 2e-2, "{t} {within}: {found} {}", recent(within));
            }
        }
    }
}
