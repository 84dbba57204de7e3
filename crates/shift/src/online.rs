//! Detection while the data come in.

mod counts;
mod measured;

use measure::{Interval, Probability};
use serde::{Deserialize, Serialize};

use crate::CostKind;

use counts::CountRuns;
use measured::MeasuredRuns;

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
    /// α of `negbin`; for `normal` the median of the prior of a regime's standard deviation, > 0.
    pub dispersion: f64,
    /// Standard deviation of the prior of ln rate; for `normal` the scale of that of the mean.
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
/// Run lengths up to [`WINDOW`] are kept one by one, longer ones in blocks that double with age. For counts, kept is
/// the joint probability of run length and rate, the latter on a grid (normal prior of ln rate around `center`), and
/// adding runs up loses nothing but their exact length, as the recursion is linear in the joint. For `normal`, mean and
/// variance of a regime are both unknown (normal-inverse-gamma, so that the next value is Student's t: Murphy 2007);
/// runs of one block share the average of their sums, which moves probabilities of recent changes by 0.01 or so.
///
/// # Cost
/// O((window + log n) × nodes) per period; one node for `normal`, 240 for counts.
///
/// Adams & MacKay (2007), Bayesian online changepoint detection, arXiv:0710.3742.
#[derive(Clone, Debug)]
pub struct Watch {
    hazard: f64,
    state: State,
    log_evidence: f64,
}

#[derive(Clone, Debug)]
enum State {
    Counts(CountRuns),
    Measured(MeasuredRuns),
}

/// Regimes that began `from`…`to` periods ago (0: with the latest), and what is known of them.
#[derive(Clone, Debug)]
struct Run<T> {
    from: usize,
    to: usize,
    known: T,
}

impl<T> Run<T> {
    fn size(&self) -> usize {
        self.to - self.from + 1
    }
}

/// At most three blocks of each size beyond the window: of four the two oldest become one.
fn merge<T>(runs: &mut Vec<Run<T>>, join: impl Fn(&mut T, T)) {
    let mut i = runs.iter().position(|run| run.from >= WINDOW).unwrap_or(runs.len());
    while i + 3 < runs.len() {
        if runs[i].size() >= runs[i + 3].size() {
            let old = runs.remove(i + 3);
            let young = &mut runs[i + 2];
            young.to = old.to;
            join(&mut young.known, old.known);
            i += 2;
        } else {
            i += 1;
        }
    }
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

impl RunLength {
    fn of<T>(run: &Run<T>, probability: f64) -> Self {
        Self { from: run.from, to: run.to, probability: Probability::clamped(probability) }
    }
}

impl Watch {
    /// Before anything was seen.
    pub fn new(settings: OnlineSettings) -> Self {
        let state = match settings.cost {
            CostKind::Normal => State::Measured(MeasuredRuns::new(&settings)),
            _ => State::Counts(CountRuns::new(settings)),
        };
        Self { hazard: settings.hazard, state, log_evidence: 0.0 }
    }

    /// The next period: its value, its exposure (a weight, for `normal`).
    pub fn read(&mut self, value: f64, exposure: f64) {
        self.read_after(value, exposure, 1);
    }

    /// The same after `steps` ≥ 1 periods, those between being missing: a regime may have begun in any of them.
    pub fn read_after(&mut self, value: f64, exposure: f64, steps: usize) {
        let stay = (0..steps.min(100_000)).fold(1.0, |stay, _| stay * (1.0 - self.hazard));
        self.log_evidence += match &mut self.state {
            State::Counts(runs) => runs.read(value, exposure, steps, stay),
            State::Measured(runs) => runs.read(value, exposure, steps, stay),
        };
    }

    /// Probability that the present regime began within the last `periods` periods, the latest included. Exact up
    /// to [`WINDOW`]; blocks that reach beyond `periods` are left out. The regime in which the data begin is not
    /// a change.
    pub fn change_probability(&self, periods: usize) -> Probability {
        let all = self.run_lengths();
        let Some((_, later)) = all.split_last() else { return Probability::clamped(0.0) };
        let recent = later.iter().filter(|run| run.to < periods);
        Probability::clamped(recent.map(|run| run.probability.get()).sum())
    }

    /// The run-length posterior, from the youngest.
    pub fn run_lengths(&self) -> Vec<RunLength> {
        match &self.state {
            State::Counts(runs) => runs.lengths(),
            State::Measured(runs) => runs.lengths(),
        }
    }

    /// Posterior mean of the present rate (mean) and its central interval of this mass.
    pub fn rate(&self, level: f64) -> (f64, Interval) {
        self.rate_of(level, &|_| true)
    }

    /// The same given that the present regime began within the last `periods` periods.
    pub fn rate_since(&self, level: f64, periods: usize) -> (f64, Interval) {
        self.rate_of(level, &|to| to < periods)
    }

    fn rate_of(&self, level: f64, wanted: &dyn Fn(usize) -> bool) -> (f64, Interval) {
        match &self.state {
            State::Counts(runs) => runs.rate(level, wanted),
            State::Measured(runs) => runs.mean(level, wanted),
        }
    }

    /// ln probability of everything read so far.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }
}

/// Nothing is known.
const NOTHING: (f64, Interval) = (f64::NAN, Interval { low: f64::NAN, high: f64::NAN });

#[cfg(test)]
mod tests {
    use super::*;
    use counts::NODES;
    use measure::portable::{exp, ln, ln_1p, ln_gamma};

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
                    joint *= match &watch.state {
                        State::Counts(runs) => (0..NODES)
                            .map(|g| {
                                let regime = values[from..to].iter();
                                let log: f64 =
                                    regime.map(|&(y, e)| slow(&settings, y, e, runs.locations[g])).sum();
                                runs.prior[g] * exp(log)
                            })
                            .sum::<f64>(),
                        State::Measured(_) => exp(all_at_once(&settings, &values[from..to])),
                    };
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
            let (rate, interval) = watch.rate(0.9);
            assert!(interval.low < rate && rate < interval.high, "{cost}: {rate} {interval:?}");
        }
    }

    /// ln density of all values of one regime, mean and variance summed out: from the sums of the values.
    fn all_at_once(settings: &OnlineSettings, values: &[(f64, f64)]) -> f64 {
        let (a, b) = (2.0, 1.678_347 * settings.dispersion * settings.dispersion);
        let kappa = b / (a * settings.spread * settings.spread);
        let total: f64 = values.iter().map(|(_, w)| w).sum();
        let mean = values.iter().map(|(y, w)| w * y).sum::<f64>() / total;
        let around: f64 = values.iter().map(|(y, w)| w * (y - mean) * (y - mean)).sum();
        let off = mean - settings.center;
        let (shape, scale) = (
            a + 0.5 * values.len() as f64,
            b + 0.5 * around + 0.5 * kappa * total / (kappa + total) * off * off,
        );
        let constant: f64 = values.iter().map(|(_, w)| 0.5 * ln(w / std::f64::consts::TAU)).sum();
        constant + 0.5 * ln(kappa / (kappa + total)) + ln_gamma(shape) - ln_gamma(a) + a * ln(b)
            - shape * ln(scale)
    }

    fn slow(settings: &OnlineSettings, y: f64, e: f64, u: f64) -> f64 {
        let mu = e * exp(u);
        if settings.cost == CostKind::Poisson {
            return y * ln(mu) - mu - ln_gamma(y + 1.0);
        }
        let size = 1.0 / settings.dispersion;
        ln_gamma(y + size) - ln_gamma(size) - ln_gamma(y + 1.0) - size * ln_1p(mu / size)
            + y * ln(mu / (size + mu))
    }

    /// A feed whose spread was misjudged does not ring for every value.
    #[test]
    fn the_spread_is_learned() {
        let settings = OnlineSettings {
            cost: CostKind::Normal,
            dispersion: 0.5,
            center: 0.0,
            spread: 3.0,
            ..OnlineSettings::default()
        };
        let mut watch = Watch::new(settings);
        let mut stream = measure::Seed(9).stream("spread", 0);
        let mut most = 0.0_f64;
        for t in 0..300 {
            watch.read(2.0 * stream.normal(), 1.0);
            if t >= 50 {
                most = most.max(watch.change_probability(14).get());
            }
        }
        assert!(most < 0.8, "{most}");
        (0..6).for_each(|_| watch.read(9.0 + 2.0 * stream.normal(), 1.0));
        assert!(watch.change_probability(14).get() > 0.95);
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
