use measure::Interval;
use measure::portable::{exp, ln, ln_1p, ln_gamma};

use super::{NOTHING, OnlineSettings, Run, RunLength, merge};
use crate::CostKind;
use crate::likelihood::ln_rising;

/// Nodes of the grid for the rate of a regime.
pub(super) const NODES: usize = 240;

/// Joint probabilities of run length and rate, the latter on a grid of 240 nodes over ±4 standard deviations of the
/// prior of its logarithm; the grid, not a distribution over it, is the model.
#[derive(Clone, Debug)]
pub(super) struct CountRuns {
    settings: OnlineSettings,
    pub(super) locations: Vec<f64>,
    rates: Vec<f64>,
    pub(super) prior: Vec<f64>,
    /// From the youngest to the oldest.
    runs: Vec<Run<Vec<f64>>>,
}

impl CountRuns {
    pub(super) fn new(settings: OnlineSettings) -> Self {
        let middle = ln(settings.center);
        let step = 8.0 / (NODES - 1) as f64;
        let z: Vec<f64> = (0..NODES).map(|i| -4.0 + step * i as f64).collect();
        let weights: Vec<f64> = z.iter().map(|z| exp(-0.5 * z * z)).collect();
        let total: f64 = weights.iter().sum();
        let locations: Vec<f64> = z.iter().map(|z| middle + settings.spread * z).collect();
        let rates = locations.iter().map(|&u| exp(u)).collect();
        let prior = weights.iter().map(|w| w / total).collect();
        Self { settings, locations, rates, prior, runs: Vec::new() }
    }

    /// Returns ln probability of the value, given those before it.
    pub(super) fn read(&mut self, value: f64, exposure: f64, steps: usize, stay: f64) -> f64 {
        let likelihood = self.likelihood(value, exposure);
        let begin = if self.runs.is_empty() { 1.0 } else { 1.0 - stay };
        let mut total = 0.0;
        for run in &mut self.runs {
            (run.from, run.to) = (run.from + steps, run.to + steps);
            for (cell, p) in run.known.iter_mut().zip(&likelihood.0) {
                *cell *= stay * p;
                total += *cell;
            }
        }
        let known: Vec<f64> =
            self.prior.iter().zip(&likelihood.0).map(|(mass, p)| begin * mass * p).collect();
        total += known.iter().sum::<f64>();
        self.runs.insert(0, Run { from: 0, to: steps.saturating_sub(1), known });
        let mut log = 0.0;
        if total > 0.0 {
            self.runs.iter_mut().flat_map(|run| &mut run.known).for_each(|cell| *cell /= total);
            log = ln(total) + likelihood.1;
        }
        merge(&mut self.runs, |young, old| young.iter_mut().zip(&old).for_each(|(cell, x)| *cell += x));
        log
    }

    /// Relative to its maximum over the nodes, and the ln of that.
    fn likelihood(&self, value: f64, exposure: f64) -> (Vec<f64>, f64) {
        let alpha = self.settings.dispersion;
        let over_dispersed = self.settings.cost == CostKind::NegativeBinomial && alpha > 0.0;
        let rising = if over_dispersed { ln_rising(value, alpha) } else { 0.0 };
        let constant = value * ln(exposure) - ln_gamma(value + 1.0) + rising;
        let log = |location: f64, rate: f64| {
            let mean = exposure * rate;
            let spread = if over_dispersed { (value + 1.0 / alpha) * ln_1p(alpha * mean) } else { mean };
            value * location - spread
        };
        let logs: Vec<f64> = self.locations.iter().zip(&self.rates).map(|(&u, &rate)| log(u, rate)).collect();
        let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // No value is impossible in any regime: a jump beyond the grid must not end in 0/0.
        (logs.iter().map(|log| exp((log - best).max(-600.0))).collect(), best + constant)
    }

    pub(super) fn lengths(&self) -> Vec<RunLength> {
        self.runs.iter().map(|run| RunLength::of(run, run.known.iter().sum())).collect()
    }

    /// Posterior mean of the rate and central interval, of runs whose `to` is wanted.
    pub(super) fn rate(&self, level: f64, wanted: &dyn Fn(usize) -> bool) -> (f64, Interval) {
        let mut cells = vec![0.0; NODES];
        for run in self.runs.iter().filter(|run| wanted(run.to)) {
            cells.iter_mut().zip(&run.known).for_each(|(sum, cell)| *sum += cell);
        }
        let total: f64 = cells.iter().sum();
        if total <= 0.0 {
            return NOTHING;
        }
        let mean = cells.iter().zip(&self.rates).map(|(p, rate)| p * rate).sum::<f64>() / total;
        let quantile = |level: f64| {
            let mut left = level * total;
            let at = cells.iter().position(|p| {
                left -= p;
                left <= 0.0
            });
            self.rates[at.unwrap_or(NODES - 1)]
        };
        (mean, Interval { low: quantile(0.5 - 0.5 * level), high: quantile(0.5 + 0.5 * level) })
    }
}
