//! Whether two series move together at some lag, held against what chance gives to series with the same
//! memory: block permutation, with the strongest lag counted as the strongest of all that were looked at.

mod block_length;
mod resample;
mod residuals;

use measure::{Period, Probability, Seed, Series};
use serde::{Deserialize, Serialize};

pub use block_length::block_length;

use crate::ShiftError;
use crate::timeline::{along, timeline};
use resample::Resampler;
use residuals::{centered, ranks, residuals};

/// How strongly two series go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correlation {
    /// Of ranks (Spearman): one burst does not carry it.
    #[default]
    Rank,
    /// Of values (Pearson).
    Linear,
}

/// What is taken out of both series before they are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adjustment {
    /// Nothing but the level: two series that both grow go together.
    None,
    /// A trend of each: log-linear for counts, a straight line for values.
    #[default]
    Trend,
    /// All but the steps from one period to the next.
    Differences,
}

/// How [`associate`] compares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AssociationSettings {
    /// The largest lag in periods, both ways.
    pub lags: usize,
    /// Of ranks or of values.
    pub correlation: Correlation,
    /// What is taken out first.
    pub adjustment: Adjustment,
    /// Length of blocks in periods; by [`block_length`] if absent.
    pub block: Option<usize>,
    /// Random permutations, at least 99.
    pub resamples: usize,
    /// Mass of the band in which all lags lie together by chance, in (0, 1).
    pub level: f64,
}

impl Default for AssociationSettings {
    fn default() -> Self {
        Self {
            lags: 4,
            correlation: Correlation::default(),
            adjustment: Adjustment::default(),
            block: None,
            resamples: 1999,
            level: 0.95,
        }
    }
}

/// One lag.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LagCorrelation {
    /// In periods; above 0 the first series goes ahead of the second.
    pub lag: i64,
    /// Periods in which both were observed.
    pub pairs: usize,
    /// In [−1, 1].
    pub correlation: f64,
    /// How often chance gives as strong a correlation at this lag.
    pub p_value: Probability,
    /// How often chance gives one as strong at any of the lags.
    pub adjusted_p: Probability,
    /// Chance keeps the correlations of all lags within ± this with probability `level`.
    pub band: f64,
}

/// Two series side by side: the answer of [`associate`]. It says whether they move together more than chance
/// lets them, not that one brings about the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Association {
    /// Id of the first series.
    pub first: String,
    /// Id of the second.
    pub second: String,
    /// First period in common.
    pub from: Period,
    /// Last period in common.
    pub to: Period,
    /// Periods in which both were observed.
    pub periods: usize,
    /// Of ranks or of values.
    pub correlation: Correlation,
    /// What was taken out first.
    pub adjustment: Adjustment,
    /// Length of blocks in periods.
    pub block: usize,
    /// Permutations that stand for chance.
    pub resamples: usize,
    /// Mass of the band.
    pub level: f64,
    /// By rising lag.
    pub lags: Vec<LagCorrelation>,
    /// The lag with the strongest correlation.
    pub strongest: i64,
    /// How often chance gives a correlation as strong at any of the lags: the p-value of the whole.
    pub p_value: Probability,
    /// Correlation at lag 0 with nothing but the level taken out, to be compared.
    pub unadjusted: f64,
}

/// The fewest pairs at the largest lag.
const FEWEST_PAIRS: usize = 8;

/// Correlation of two series at lags −L…L with p-values that allow for the memory of both and for the number
/// of lags looked at.
///
/// Both series are cut to the periods they have in common and [adjusted](Adjustment); ranks are taken once
/// over all of them. At each lag the correlation r of the pairs is studentized,
/// z = r √(pairs) / √(1 + 2 Σ_k (1 − k/(m+1)) ρ₁(k) ρ₂(k)), by Bartlett's variance of the correlation of
/// two independent series with these autocorrelations (m = block length, at least 1), so that a permutation
/// that breaks some of the memory is compared with its own, smaller variance. The second series is permuted
/// in circular blocks; p = (1 + permutations at least as strong) / (1 + permutations), and the largest |z| over all
/// lags gives the adjusted values (single-step maxT). Missing periods stay where they are; blocks run over
/// them. Two-sided. Stream `association`, one unit per permutation.
///
/// Circular shifts of one series against the other are not offered: with several lags, shifts beyond the lags call
/// 8 to 15 % of independent pairs associated at 5 % (n = 30 to 120), and all shifts can never call a pair of few
/// periods associated.
///
/// A single slow swing in each of two short series can still look like association: the block permutation is
/// valid for series whose memory is short against their length.
///
/// # Errors
/// [`ShiftError::Setting`]; [`ShiftError::Calendars`]; [`ShiftError::TooFewPairs`] below 8 pairs at the
/// largest lag; [`ShiftError::Constant`].
///
/// # Cost
/// O(resamples × n × lags).
///
/// Politis & Romano (1994), JASA 89:1303–1313; Westfall & Young (1993), Resampling-based multiple testing,
/// section 2.6; Romano & Tirlea (2022), Permutation testing for dependence in time series, Journal of Time
/// Series Analysis 43:781–807 (why to studentize).
pub fn associate(
    first: &Series,
    second: &Series,
    settings: &AssociationSettings,
    seed: Seed,
) -> Result<Association, ShiftError> {
    check(settings)?;
    let pair = Pair::new(first, second, settings.adjustment, settings.correlation)?;
    let n = pair.periods.len();
    let most = settings.lags as i64;
    for lag in [-most, most] {
        let found = pair.count(lag);
        if found < FEWEST_PAIRS {
            let (series, other) = (first.id.clone(), second.id.clone());
            return Err(ShiftError::TooFewPairs { series, other, lag, found, needed: FEWEST_PAIRS });
        }
    }
    let present = |values: &[Option<f64>]| values.iter().flatten().copied().collect::<Vec<f64>>();
    let (a, b) = (present(&pair.first), present(&pair.second));
    for (values, series) in [(&a, first), (&b, second)] {
        if values.iter().all(|x| x.abs() < 1e-12) {
            return Err(ShiftError::Constant { series: series.id.clone() });
        }
    }
    let by_rule = || block_length(&a).max(block_length(&b)).round() as usize;
    let block = settings.block.unwrap_or_else(by_rule).clamp(1, (n / 2).max(1));
    let reach = block.min(n / 4).max(1);
    let own = autocorrelations(&pair.first, reach);
    let seen = pair.studentized(&pair.second, &own, most);
    let resampler = Resampler::new(&pair.second, block);
    let chance: Vec<Vec<Studentized>> = (0..settings.resamples as u64)
        .map(|unit| resampler.permuted(&mut seed.stream("association", unit)))
        .map(|second| pair.studentized(&second, &own, most))
        .collect();
    let mut largest: Vec<f64> =
        chance.iter().map(|lags| lags.iter().map(|one| one.z.abs()).fold(0.0, f64::max)).collect();
    largest.sort_by(f64::total_cmp);
    let share = |at_least: usize| Probability::clamped((1 + at_least) as f64 / (1 + chance.len()) as f64);
    // Equal up to rounding counts as equal.
    let reached = |z: f64, by: f64| by >= z - 1e-9;
    let threshold = measure::portable::quantile(&largest, settings.level);
    let lags: Vec<LagCorrelation> = seen
        .iter()
        .enumerate()
        .map(|(i, one)| {
            let z = one.z.abs();
            LagCorrelation {
                lag: one.lag,
                pairs: one.pairs,
                correlation: one.correlation,
                p_value: share(chance.iter().filter(|lags| reached(z, lags[i].z.abs())).count()),
                adjusted_p: share(largest.iter().filter(|&&by| reached(z, by)).count()),
                band: (threshold * one.scale).min(1.0),
            }
        })
        .collect();
    let best = (1..lags.len()).fold(0, |best, i| if seen[i].z.abs() > seen[best].z.abs() { i } else { best });
    let plain = Pair::new(first, second, Adjustment::None, settings.correlation)?;
    Ok(Association {
        first: first.id.clone(),
        second: second.id.clone(),
        from: pair.periods[0],
        to: pair.periods[n - 1],
        periods: pair.count(0),
        correlation: settings.correlation,
        adjustment: settings.adjustment,
        block,
        resamples: chance.len(),
        level: settings.level,
        strongest: lags[best].lag,
        p_value: lags[best].adjusted_p,
        lags,
        unadjusted: plain.correlation(&plain.second, 0).1,
    })
}

fn check(settings: &AssociationSettings) -> Result<(), ShiftError> {
    let block = settings.block.map_or(1.0, |block| block as f64);
    let rules = [
        ("resamples", settings.resamples as f64, settings.resamples >= 99, "at least 99"),
        ("block", block, block >= 1.0, "at least 1 period"),
        ("level", settings.level, settings.level > 0.0 && settings.level < 1.0, "a number between 0 and 1"),
    ];
    match rules.into_iter().find(|(_, _, fine, _)| !fine) {
        Some((setting, value, _, expected)) => Err(ShiftError::Setting { setting, value, expected }),
        None => Ok(()),
    }
}

/// Two series along the periods they have in common, around their means.
struct Pair {
    periods: Vec<Period>,
    first: Vec<Option<f64>>,
    second: Vec<Option<f64>>,
}

#[derive(Clone, Copy)]
struct Studentized {
    lag: i64,
    pairs: usize,
    correlation: f64,
    z: f64,
    /// Correlation at z = 1.
    scale: f64,
}

impl Pair {
    fn new(
        first: &Series,
        second: &Series,
        adjustment: Adjustment,
        correlation: Correlation,
    ) -> Result<Self, ShiftError> {
        let all = timeline(&[first, second])?;
        let common = |series: &Series| {
            let ends = (series.points.first(), series.points.last());
            ends.0.zip(ends.1).map(|(first, last)| (first.period, last.period))
        };
        let too_few = || ShiftError::TooFewPairs {
            series: first.id.clone(),
            other: second.id.clone(),
            lag: 0,
            found: 0,
            needed: FEWEST_PAIRS,
        };
        let ((a, b), (c, d)) = common(first).zip(common(second)).ok_or_else(too_few)?;
        let periods: Vec<Period> = all.into_iter().filter(|p| (a.max(c)..=b.min(d)).contains(p)).collect();
        if periods.is_empty() {
            return Err(too_few());
        }
        let prepared = |series: &Series| {
            let left = residuals(&along(series, &periods), series.is_counts(), adjustment);
            centered(&match correlation {
                Correlation::Rank => ranks(&rounded(&left)),
                Correlation::Linear => left,
            })
        };
        Ok(Self { first: prepared(first), second: prepared(second), periods })
    }

    fn pairs<'s>(&'s self, second: &'s [Option<f64>], lag: i64) -> impl Iterator<Item = (f64, f64)> + 's {
        let skip = |back: bool| if (lag < 0) == back { lag.unsigned_abs() as usize } else { 0 };
        let first = self.first.iter().skip(skip(true));
        first.zip(second.iter().skip(skip(false))).filter_map(|(a, b)| Some(((*a)?, (*b)?)))
    }

    fn count(&self, lag: i64) -> usize {
        self.pairs(&self.second, lag).count()
    }

    /// Pairs and their correlation; 0 where one of them does not vary.
    fn correlation(&self, second: &[Option<f64>], lag: i64) -> (usize, f64) {
        let (mut n, mut sa, mut sb) = (0.0, 0.0, 0.0);
        for (a, b) in self.pairs(second, lag) {
            n += 1.0;
            sa += a;
            sb += b;
        }
        let (ma, mb) = (sa / n, sb / n);
        let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
        for (a, b) in self.pairs(second, lag) {
            aa += (a - ma) * (a - ma);
            bb += (b - mb) * (b - mb);
            ab += (a - ma) * (b - mb);
        }
        let scale = (aa * bb).sqrt();
        (n as usize, if scale > 1e-12 { (ab / scale).clamp(-1.0, 1.0) } else { 0.0 })
    }

    fn studentized(&self, second: &[Option<f64>], own: &[f64], most: i64) -> Vec<Studentized> {
        let other = autocorrelations(second, own.len());
        let m = own.len() as f64;
        let terms =
            own.iter().zip(&other).zip(1..).map(|((a, b), k)| (1.0 - f64::from(k) / (m + 1.0)) * a * b);
        let inflation = (1.0 + 2.0 * terms.sum::<f64>()).max(LEAST_VARIANCE);
        (-most..=most)
            .map(|lag| {
                let (pairs, correlation) = self.correlation(second, lag);
                let scale = (inflation / pairs as f64).sqrt();
                Studentized { lag, pairs, correlation, z: correlation / scale, scale }
            })
            .collect()
    }
}

/// The estimate of the variance relative to that of independent values is not taken to be less than this.
const LEAST_VARIANCE: f64 = 0.5;

/// Ranks must not hang on the last bit of an adjusted value.
fn rounded(values: &[Option<f64>]) -> Vec<Option<f64>> {
    values.iter().map(|x| x.map(|x| (x * 1e9).round() / 1e9)).collect()
}

/// At lags 1…`reach`; missing periods leave their products out.
fn autocorrelations(values: &[Option<f64>], reach: usize) -> Vec<f64> {
    let variance: f64 = values.iter().flatten().map(|x| x * x).sum();
    (1..=reach)
        .map(|k| {
            let pairs = values.iter().zip(values.iter().skip(k)).filter_map(|(x, y)| Some((*x)? * (*y)?));
            if variance > 0.0 { pairs.sum::<f64>() / variance } else { 0.0 }
        })
        .collect()
}

impl Association {
    /// The finding in words.
    pub fn sentence(&self) -> String {
        let Some(best) = self.lags.iter().find(|one| one.lag == self.strongest) else { return String::new() };
        let periods =
            |lag: i64| if lag.abs() == 1 { "1 period".into() } else { format!("{} periods", lag.abs()) };
        let when = match best.lag {
            0 => "in the same period".to_string(),
            lag if lag > 0 => format!("with `{}` {} ahead", self.first, periods(lag)),
            lag => format!("with `{}` {} ahead", self.second, periods(lag)),
        };
        let kind = match self.correlation {
            Correlation::Rank => "rank correlation",
            Correlation::Linear => "correlation",
        };
        let p = self.p_value.get();
        let verdict = if p <= 0.01 {
            "They move together more than chance lets series with such memory do"
        } else if p <= 0.05 {
            "They may move together: chance gives this seldom"
        } else {
            "That is what chance gives: no association is shown"
        };
        format!(
            "`{}` and `{}`, {}–{}: the strongest {kind} is {:+.2} {when} (p = {:.3} over {} lags, {} permutations of blocks of {}). {verdict}; \
             going together is no cause.",
            self.first,
            self.second,
            self.from,
            self.to,
            best.correlation,
            p,
            self.lags.len(),
            self.resamples,
            self.block,
        )
    }
}
