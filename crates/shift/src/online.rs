//! Detection while the data come in.

use measure::portable::{exp, ln, ln_1p, ln_gamma};
use measure::{Interval, Probability};
use serde::{Deserialize, Serialize};

use crate::CostKind;
use crate::likelihood::ln_rising;

/// Nodes of the grid for the parameter of a regime.
const NODES: usize = 240;
/// Run lengths up to this are kept one by one.
pub const WINDOW: usize = 48;

/// What [`Watch`] takes for known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OnlineSettings {
    /// Likelihood of the values: `poisson`, `negbin` or `normal`.
    pub cost: CostKind,
    /// Probability that a new regime starts with a period, in (0, 1).
    pub hazard: f64,
    /// Center of the prior of a regime's rate > 0 (of its mean, for `normal`).
    pub center: f64,
    /// α of `negbin`; the standard deviation within a regime for `normal`.
    pub dispersion: f64,
    /// Standard deviation of the prior: of ln rate, or of the mean for `normal`.
    pub spread: f64,
}

impl Default for OnlineSettings {
    fn default() -> Self {
        Self {
            cost: CostKind::NegativeBinomial,
            hazard: 1.0 / 250.0,
            center: 1.0,
            dispersion: 0.0,
            spread: 1.5,
        }
    }
}

impl OnlineSettings {
    /// The defaults around an expected rate.
    pub fn around(center: f64) -> Self {
        Self { center, ..Self::default() }
    }
}

/// Posterior of the time since the last change, after every period.
///
/// Kept is the joint probability of the run length and the parameter of the present regime, the latter on a
/// grid of 240 nodes over ±4 standard deviations of its prior (normal around `center`); the grid, not a
/// distribution over it, is the model. Run lengths up to [`WINDOW`] are kept one by one, longer ones in blocks
/// that double with age: as the recursion is linear in the joint, adding runs up loses nothing but their exact
/// length.
///
/// # Cost
/// O((window + log n) × nodes) per period.
///
/// Adams & MacKay (2007), Bayesian online changepoint detection, arXiv:0710.3742.
#[derive(Clone, Debug)]
pub struct Watch {
    settings: OnlineSettings,
    locations: Vec<f64>,
    rates: Vec<f64>,
    prior: Vec<f64>,
    /// From the youngest to the oldest.
    runs: Vec<Run>,
    log_evidence: f64,
}

/// Regimes that began `from`…`to` periods ago (0: with the latest).
#[derive(Clone, Debug)]
struct Run {
    from: usize,
    to: usize,
    cells: Vec<f64>,
}

/// Probability that the present regime began `from`…`to` periods before the latest one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunLength {
    /// 0 is the latest period itself.
    pub from: usize,
    /// Included.
    pub to: usize,
    /// Of all of them together.
    pub probability: Probability,
}

impl Watch {
    /// Before anything was seen.
    pub fn new(settings: OnlineSettings) -> Self {
        let middle = if settings.cost == CostKind::Normal { settings.center } else { ln(settings.center) };
        let step = 8.0 / (NODES - 1) as f64;
        let z: Vec<f64> = (0..NODES).map(|i| -4.0 + step * i as f64).collect();
        let weights: Vec<f64> = z.iter().map(|z| exp(-0.5 * z * z)).collect();
        let total: f64 = weights.iter().sum();
        let locations: Vec<f64> = z.iter().map(|z| middle + settings.spread * z).collect();
        let rates =
            locations.iter().map(|&u| if settings.cost == CostKind::Normal { u } else { exp(u) }).collect();
        let prior = weights.iter().map(|w| w / total).collect();
        Self { settings, locations, rates, prior, runs: Vec::new(), log_evidence: 0.0 }
    }

    /// The next period: its value, its exposure (a weight, for `normal`).
    pub fn read(&mut self, value: f64, exposure: f64) {
        self.read_after(value, exposure, 1);
    }

    /// The same after `steps` ≥ 1 periods, those between being missing: a regime may have begun in any of them.
    pub fn read_after(&mut self, value: f64, exposure: f64, steps: usize) {
        let stay = (0..steps.min(100_000)).fold(1.0, |stay, _| stay * (1.0 - self.settings.hazard));
        let likelihood = self.likelihood(value, exposure);
        let begin = if self.runs.is_empty() { 1.0 } else { 1.0 - stay };
        let mut total = 0.0;
        for run in &mut self.runs {
            (run.from, run.to) = (run.from + steps, run.to + steps);
            for (cell, p) in run.cells.iter_mut().zip(&likelihood.0) {
                *cell *= stay * p;
                total += *cell;
            }
        }
        let cells: Vec<f64> =
            self.prior.iter().zip(&likelihood.0).map(|(mass, p)| begin * mass * p).collect();
        total += cells.iter().sum::<f64>();
        self.runs.insert(0, Run { from: 0, to: steps.saturating_sub(1), cells });
        if total > 0.0 {
            self.runs.iter_mut().flat_map(|run| &mut run.cells).for_each(|cell| *cell /= total);
            self.log_evidence += ln(total) + likelihood.1;
        }
        self.merge();
    }

    /// Relative to its maximum over the nodes, and the ln of that.
    fn likelihood(&self, value: f64, exposure: f64) -> (Vec<f64>, f64) {
        let alpha = self.settings.dispersion;
        let constant = match self.settings.cost {
            CostKind::Normal => 0.5 * ln(exposure / std::f64::consts::TAU) - ln(alpha),
            CostKind::Poisson => value * ln(exposure) - ln_gamma(value + 1.0),
            _ => value * ln(exposure) - ln_gamma(value + 1.0) + ln_rising(value, alpha),
        };
        let log = |location: f64, rate: f64| match self.settings.cost {
            CostKind::Normal => -0.5 * exposure * (value - location) * (value - location) / (alpha * alpha),
            CostKind::NegativeBinomial if alpha > 0.0 => {
                value * location - (value + 1.0 / alpha) * ln_1p(alpha * exposure * rate)
            }
            _ => value * location - exposure * rate,
        };
        let logs: Vec<f64> = self.locations.iter().zip(&self.rates).map(|(&u, &rate)| log(u, rate)).collect();
        let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // No value is impossible in any regime: a jump beyond the grid must not end in 0/0.
        (logs.iter().map(|log| exp((log - best).max(-600.0))).collect(), best + constant)
    }

    /// At most three blocks of each size beyond the window: of four the two oldest become one.
    fn merge(&mut self) {
        let size = |run: &Run| run.to - run.from + 1;
        let mut i = self.runs.iter().position(|run| run.from >= WINDOW).unwrap_or(self.runs.len());
        while i + 3 < self.runs.len() {
            if size(&self.runs[i]) >= size(&self.runs[i + 3]) {
                let old = self.runs.remove(i + 3);
                let young = &mut self.runs[i + 2];
                young.to = old.to;
                young.cells.iter_mut().zip(&old.cells).for_each(|(cell, other)| *cell += other);
                i += 2;
            } else {
                i += 1;
            }
        }
    }

    /// Probability that the present regime began within the last `periods` periods, the latest included. Exact up
    /// to [`WINDOW`]; blocks that reach beyond `periods` are left out. The regime in which the data begin is not
    /// a change.
    pub fn change_probability(&self, periods: usize) -> Probability {
        let Some((_, later)) = self.runs.split_last() else { return Probability::clamped(0.0) };
        let recent = later.iter().filter(|run| run.to < periods);
        Probability::clamped(recent.flat_map(|run| &run.cells).sum())
    }

    /// The run-length posterior, from the youngest.
    pub fn run_lengths(&self) -> Vec<RunLength> {
        let of = |run: &Run| RunLength {
            from: run.from,
            to: run.to,
            probability: Probability::clamped(run.cells.iter().sum()),
        };
        self.runs.iter().map(of).collect()
    }

    /// Posterior mean of the present rate (mean) and its central interval of this mass.
    pub fn rate(&self, level: f64) -> (f64, Interval) {
        self.rate_of(level, |_| true)
    }

    /// The same given that the present regime began within the last `periods` periods, or that it did not.
    pub fn rate_given(&self, level: f64, periods: usize, began: bool) -> (f64, Interval) {
        self.rate_of(level, |run| (run.to < periods) == began)
    }

    fn rate_of(&self, level: f64, of: impl Fn(&Run) -> bool) -> (f64, Interval) {
        let mut cells = vec![0.0; NODES];
        for run in self.runs.iter().filter(|run| of(run)) {
            cells.iter_mut().zip(&run.cells).for_each(|(sum, cell)| *sum += cell);
        }
        let total: f64 = cells.iter().sum();
        if total <= 0.0 {
            return (f64::NAN, Interval { low: f64::NAN, high: f64::NAN });
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

    /// ln probability of everything read so far.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against all 2^(n−1) histories, each regime summed over the same prior.
    #[test]
    fn the_run_length_posterior_is_that_of_all_histories() {
        let values = [(3.0, 1.0), (1.0, 2.0), (14.0, 1.5), (11.0, 1.0), (2.0, 1.0), (0.0, 1.0)];
        for (cost, dispersion) in
            [(CostKind::Poisson, 0.0), (CostKind::NegativeBinomial, 0.4), (CostKind::Normal, 2.0)]
        {
            let settings = OnlineSettings { cost, dispersion, hazard: 0.1, center: 4.0, spread: 1.2 };
            let mut watch = Watch::new(settings);
            values.iter().for_each(|&(value, exposure)| watch.read(value, exposure));
            let n = values.len();
            let (mut evidence, mut lengths) = (0.0, vec![0.0; n]);
            for mask in 0..1_u32 << (n - 1) {
                let starts: Vec<usize> =
                    std::iter::once(0).chain((1..n).filter(|t| mask >> (t - 1) & 1 == 1)).collect();
                let mut joint = (1..n)
                    .map(|t| if starts.contains(&t) { settings.hazard } else { 1.0 - settings.hazard })
                    .product::<f64>();
                for (i, &from) in starts.iter().enumerate() {
                    let to = starts.get(i + 1).copied().unwrap_or(n);
                    joint *= (0..NODES)
                        .map(|g| {
                            let log: f64 = values[from..to]
                                .iter()
                                .map(|&(y, e)| slow(&settings, y, e, watch.locations[g]))
                                .sum();
                            watch.prior[g] * exp(log)
                        })
                        .sum::<f64>();
                }
                evidence += joint;
                lengths[n - 1 - starts[starts.len() - 1]] += joint;
            }
            assert!((watch.log_evidence() - ln(evidence)).abs() < 1e-9, "{cost}");
            for (found, slow) in watch.run_lengths().iter().zip(&lengths) {
                assert!((found.probability.get() - slow / evidence).abs() < 1e-9, "{cost}");
            }
            let recent: f64 = lengths[..3].iter().sum::<f64>() / evidence;
            assert!((watch.change_probability(3).get() - recent).abs() < 1e-9);
        }
    }

    fn slow(settings: &OnlineSettings, y: f64, e: f64, u: f64) -> f64 {
        let mu = e * exp(u);
        match settings.cost {
            CostKind::Normal => {
                let z = (y - u) / settings.dispersion;
                -0.5 * e * z * z + 0.5 * ln(e / std::f64::consts::TAU) - ln(settings.dispersion)
            }
            CostKind::Poisson => y * ln(mu) - mu - ln_gamma(y + 1.0),
            _ => {
                let size = 1.0 / settings.dispersion;
                ln_gamma(y + size) - ln_gamma(size) - ln_gamma(y + 1.0)
                    + size * ln(size / (size + mu))
                    + y * ln(mu / (size + mu))
            }
        }
    }

    /// Blocks hold every run length once, and their number grows as a logarithm.
    #[test]
    fn old_runs_are_kept_in_blocks() {
        let mut watch = Watch::new(OnlineSettings::around(3.0));
        for t in 0..3000 {
            watch.read(f64::from(t % 7), 1.0);
        }
        let runs = watch.run_lengths();
        assert!(runs.len() < WINDOW + 40, "{}", runs.len());
        assert!(runs.windows(2).all(|pair| pair[0].to + 1 == pair[1].from));
        assert_eq!((runs[0].from, runs[runs.len() - 1].to), (0, 2999));
        assert!((runs.iter().map(|run| run.probability.get()).sum::<f64>() - 1.0).abs() < 1e-9);
    }

    /// With missing periods the hazard adds up, and a change in the gap is one within it.
    #[test]
    fn a_gap_is_time_in_which_a_regime_can_begin() {
        let settings = OnlineSettings { hazard: 0.1, ..OnlineSettings::around(3.0) };
        let mut watch = Watch::new(settings);
        watch.read(3.0, 1.0);
        watch.read_after(3.0, 1.0, 3);
        let runs = watch.run_lengths();
        assert_eq!((runs[0].from, runs[0].to, runs[1].from), (0, 2, 3));
        assert_eq!(watch.change_probability(2).get(), 0.0);
        assert!(watch.change_probability(3).get() > 0.0);
    }
}
