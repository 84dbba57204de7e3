//! The state of a feed, with how often such a state comes about by chance.

use measure::portable::{exp, ln, ln_gamma};
use measure::{Calendar, EstimativeWord, Interval, Period, Probability, Seed, Series};
use serde::{Deserialize, Serialize};

use crate::automatic::positions;
use crate::online::{OnlineSettings, RunLength, WINDOW, Watch};
use crate::{CostKind, Settings, ShiftError, analyze, draw};

/// How a feed is watched.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WatchSettings {
    /// Likelihood of the values: `poisson`, `negbin` or `normal`.
    pub cost: CostKind,
    /// Probability of a change that is an alarm, in (0, 1).
    pub level: f64,
    /// Within how many of the last periods, 1…48.
    pub within: usize,
    /// How many periods a regime lasts on average, at least 2.
    pub regime: f64,
    /// Of the simulation.
    pub seed: Seed,
    /// Periods to simulate.
    pub simulated: usize,
}

impl Default for WatchSettings {
    fn default() -> Self {
        Self {
            cost: CostKind::NegativeBinomial,
            level: 0.8,
            within: 14,
            regime: 250.0,
            seed: Seed(1),
            simulated: 40_000,
        }
    }
}

/// The state of one feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// Id of the series.
    pub series: String,
    /// The latest period.
    pub period: Period,
    /// Its value.
    pub value: f64,
    /// That a new regime began within the last `within` periods.
    pub probability: Probability,
    /// How many periods that are.
    pub within: usize,
    /// Where the alarm is set.
    pub level: f64,
    /// Whether the probability has reached the level.
    pub alarm: bool,
    /// Rate (mean) before the last `within` periods, of the latest regime there.
    pub baseline: f64,
    /// Rate (mean) now, whether changed or not.
    pub rate: f64,
    /// Its central 90 % interval.
    pub rate_interval: Interval,
    /// Rate now, if it changed within the last `within` periods, over `baseline`; absent for `normal`.
    pub ratio: Option<f64>,
    /// α, or the standard deviation, taken from the history.
    pub dispersion: f64,
    /// Alarms a year (365 periods, for bare indices) to expect while nothing changes.
    pub false_alarms_per_year: f64,
    /// Its 90 % interval, for the length of the simulation.
    pub false_alarms_interval: Interval,
    /// Years that were simulated.
    pub simulated_years: f64,
    /// Periods until a doubling raises the alarm, in the median of simulations; absent for `normal`, and where
    /// half of them pass `within` periods without alarm.
    pub doubling_seen_after: Option<usize>,
    /// Posterior of the age of the present regime.
    pub run_lengths: Vec<RunLength>,
}

/// Reads a whole feed and says whether its latest periods began something new.
///
/// The history up to the last `within` periods gives the dispersion and the present baseline ([`analyze`]); then
/// every period is read in its order ([`Watch`]). The alarms to expect are counted in simulations of the baseline
/// with the exposures of the latest year, nothing changing, after 100 periods of reading.
///
/// # Errors
/// As [`analyze`]; [`ShiftError::Setting`].
///
/// # Cost
/// That of [`analyze`], and O(n + simulated) times some ten thousand operations.
pub fn watch(series: &Series, settings: &WatchSettings) -> Result<Watched, ShiftError> {
    check(settings)?;
    let needed = settings.within + 2;
    if series.len() < needed {
        return Err(ShiftError::TooShort { series: series.id.clone(), found: series.len(), needed });
    }
    let history =
        Series { id: series.id.clone(), points: series.points[..series.len() - settings.within].to_vec() };
    let known = analyze(&history, &Settings { cost: settings.cost, ..Settings::default() })?;
    let last = known.segments.last();
    let baseline = last.map_or(f64::NAN, |segment| segment.rate);
    let online = online_settings(series, settings, known.dispersion);
    let watch = read(series, online);
    let probability = watch.change_probability(settings.within);
    let (rate, rate_interval) = watch.rate(0.9);
    let counts = settings.cost != CostKind::Normal;
    let (new, _) = watch.rate_since(0.9, settings.within);
    let ratio = (counts && baseline > 0.0 && new.is_finite()).then(|| new / baseline);
    let simulation = Simulation { series, settings, online, baseline };
    let (alarms, years) = simulation.false_alarms();
    let point = series.points[series.len() - 1];
    Ok(Watched {
        series: series.id.clone(),
        period: point.period,
        value: point.value,
        probability,
        within: settings.within,
        level: settings.level,
        alarm: probability.get() >= settings.level,
        baseline,
        rate,
        rate_interval,
        ratio,
        dispersion: known.dispersion,
        false_alarms_per_year: alarms as f64 / years,
        false_alarms_interval: poisson_interval(alarms, years),
        simulated_years: years,
        doubling_seen_after: if counts { simulation.doubling() } else { None },
        run_lengths: watch.run_lengths(),
    })
}

fn check(settings: &WatchSettings) -> Result<(), ShiftError> {
    let rules = [
        ("level", settings.level, settings.level > 0.0 && settings.level < 1.0, "a number between 0 and 1"),
        ("within", settings.within as f64, (1..=WINDOW).contains(&settings.within), "from 1 to 48 periods"),
        (
            "regime",
            settings.regime,
            settings.regime >= 2.0 && settings.regime.is_finite(),
            "at least 2 periods",
        ),
    ];
    match rules.into_iter().find(|(_, _, fine, _)| !fine) {
        Some((setting, value, _, expected)) => Err(ShiftError::Setting { setting, value, expected }),
        None if !matches!(
            settings.cost,
            CostKind::Poisson | CostKind::NegativeBinomial | CostKind::Normal
        ) =>
        {
            Err(ShiftError::Cost { cost: settings.cost, expected: "`poisson`, `negbin` or `normal`" })
        }
        None => Ok(()),
    }
}

fn online_settings(series: &Series, settings: &WatchSettings, dispersion: f64) -> OnlineSettings {
    let values = || series.points.iter().map(|point| point.value);
    let n = series.len() as f64;
    let (center, spread) = if settings.cost == CostKind::Normal {
        let mean = values().sum::<f64>() / n;
        let variance = values().map(|y| (y - mean) * (y - mean)).sum::<f64>() / n;
        (mean, variance.sqrt().max(dispersion))
    } else {
        ((values().sum::<f64>() + 0.5) / series.points.iter().map(|p| p.exposure).sum::<f64>(), 1.5)
    };
    OnlineSettings { cost: settings.cost, hazard: 1.0 / settings.regime, center, dispersion, spread }
}

fn read(series: &Series, settings: OnlineSettings) -> Watch {
    let mut watch = Watch::new(settings);
    let mut before = 0.0;
    let weight = weight(series, settings.cost);
    for (point, at) in series.points.iter().zip(positions(series)) {
        watch.read_after(point.value, point.exposure / weight, ((at - before) as usize).max(1));
        before = at;
    }
    watch
}

/// Exposures of measured values are weights around 1.
fn weight(series: &Series, cost: CostKind) -> f64 {
    match cost {
        CostKind::Normal => series.points.iter().map(|p| p.exposure).sum::<f64>() / series.len() as f64,
        _ => 1.0,
    }
}

struct Simulation<'a> {
    series: &'a Series,
    settings: &'a WatchSettings,
    online: OnlineSettings,
    baseline: f64,
}

/// Periods that are read before alarms count.
const BURN_IN: usize = 100;

impl Simulation<'_> {
    /// Alarms while nothing changes, and the years that were watched. An alarm lasts until the probability has
    /// fallen below the level.
    fn false_alarms(&self) -> (usize, f64) {
        let year = self.periods_per_year();
        let length = (year.round() as usize).clamp(20, 400);
        let runs = (self.settings.simulated / (length + BURN_IN)).max(1);
        let mut alarms = 0;
        for run in 0..runs {
            let mut feed = Feed::new(self, "watch-nothing", run as u64);
            let mut ringing = false;
            for t in 0..length + BURN_IN {
                feed.next(1.0);
                let rings = feed.rings();
                alarms += usize::from(rings && !ringing && t >= BURN_IN);
                ringing = rings;
            }
        }
        (alarms, (runs * length) as f64 / year)
    }

    /// The median wait for an alarm after the rate has doubled.
    fn doubling(&self) -> Option<usize> {
        const RUNS: usize = 41;
        let mut waits: Vec<Option<usize>> = (0..RUNS)
            .map(|run| {
                let mut feed = Feed::new(self, "watch-doubling", run as u64);
                (0..BURN_IN).for_each(|_| feed.next(1.0));
                (1..=self.settings.within).find(|_| {
                    feed.next(2.0);
                    feed.rings()
                })
            })
            .collect();
        waits.sort_by_key(|wait| wait.unwrap_or(usize::MAX));
        waits[RUNS / 2]
    }

    fn periods_per_year(&self) -> f64 {
        match self.series.points[0].period.calendar() {
            Some(Calendar::Day) => 365.25,
            Some(Calendar::Month) => 12.0,
            Some(Calendar::Quarter) => 4.0,
            Some(Calendar::Year) => 1.0,
            None => 365.0,
        }
    }
}

struct Feed<'a> {
    simulation: &'a Simulation<'a>,
    stream: measure::Stream,
    watch: Watch,
    exposures: Vec<f64>,
    at: usize,
}

impl<'a> Feed<'a> {
    fn new(simulation: &'a Simulation<'a>, purpose: &str, run: u64) -> Self {
        let points = &simulation.series.points;
        let latest = points.len().saturating_sub(simulation.periods_per_year() as usize);
        let weight = weight(simulation.series, simulation.online.cost);
        Self {
            simulation,
            stream: simulation.settings.seed.stream(purpose, run),
            watch: Watch::new(simulation.online),
            exposures: points[latest..].iter().map(|point| point.exposure / weight).collect(),
            at: run as usize,
        }
    }

    fn next(&mut self, times: f64) {
        let Simulation { online, baseline, .. } = self.simulation;
        let exposure = self.exposures[self.at % self.exposures.len()];
        self.at += 1;
        let value = match online.cost {
            CostKind::Normal => baseline + online.dispersion / exposure.sqrt() * self.stream.normal(),
            CostKind::Poisson => draw::poisson(&mut self.stream, times * baseline * exposure),
            _ => draw::negative_binomial(&mut self.stream, times * baseline * exposure, online.dispersion),
        };
        self.watch.read(value, exposure);
    }

    fn rings(&self) -> bool {
        self.watch.change_probability(self.simulation.settings.within).get() >= self.simulation.settings.level
    }
}

/// Exact central 90 % interval of a Poisson rate per year (Garwood 1936, Biometrika 28:437–442).
fn poisson_interval(count: usize, years: f64) -> Interval {
    let at_most = |count: usize, mean: f64| -> f64 {
        (0..=count).map(|k| exp(k as f64 * ln(mean) - mean - ln_gamma(k as f64 + 1.0))).sum()
    };
    let solve = |above: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (1e-12, 20.0 + 3.0 * count as f64);
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            if above(middle) { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    };
    let high = solve(&|mean| at_most(count, mean) > 0.05);
    let low = if count == 0 { 0.0 } else { solve(&|mean| 1.0 - at_most(count - 1, mean) < 0.05) };
    Interval { low: low / years, high: high / years }
}

impl Watched {
    /// The state in words of estimative probability, with what an alarm is worth.
    pub fn sentence(&self) -> String {
        let word = EstimativeWord::of(self.probability);
        let whether = match word {
            EstimativeWord::AlmostNoChance => "There is almost no chance that".to_owned(),
            EstimativeWord::RoughlyEvenChance => "There is a roughly even chance that".to_owned(),
            word => format!("It is {} that", word.as_str()),
        };
        let per = if matches!(self.period, Period::Index(_)) { "365 periods" } else { "year" };
        let to = match self.ratio {
            Some(ratio) if self.probability.get() >= 0.45 => format!(", to {ratio:.1} times what it was"),
            _ => String::new(),
        };
        format!(
            "{whether} `{}` changed within the {} periods up to {}{to} (probability {:.2}). While nothing changes, {:.2} alarms a {per} are to be expected at the level {} ({:.2} to {:.2}).",
            self.series,
            self.within,
            self.period,
            self.probability.get(),
            self.false_alarms_per_year,
            self.level,
            self.false_alarms_interval.low,
            self.false_alarms_interval.high,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_poisson_rate_is_that_of_the_tables() {
        // Garwood's limits of 90 % for a count of 0 and of 10.
        let none = poisson_interval(0, 1.0);
        assert!(none.low == 0.0 && (none.high - 2.996).abs() < 1e-3, "{none:?}");
        let ten = poisson_interval(10, 1.0);
        assert!((ten.low - 5.425).abs() < 1e-3 && (ten.high - 16.962).abs() < 1e-3, "{ten:?}");
    }
}
