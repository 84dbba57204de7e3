use std::ops::Range;

use measure::portable::{ln, mean, sum};
use measure::{Series, Stream};

use super::{Conjugate, DEPTH, Peak, SegmentEvidence};
use crate::likelihood::{Nuisance, SpreadLattice, spread_of_neighbors};
use crate::posterior::{Aspect, Regime};

/// Values around the straight line of their regime, with one standard deviation for all: Bayesian linear regression.
///
/// With s the overall standard deviation and T the time from the first to the last period, the level in the middle of a
/// regime is normal around the overall mean with standard deviation s, and the slope normal around 0 with 12 s/T (a
/// single line over everything has a slope of 3.5 s/T).
///
/// Gelman et al. (2013), Bayesian Data Analysis, chapter 14.
#[derive(Clone, Debug)]
pub(crate) struct LineEvidence {
    line: Line,
    sd: f64,
}

#[derive(Clone, Debug)]
struct Line {
    time: Vec<f64>,
    weight: Vec<f64>,
    /// Over the first t periods, times and values centered: Σ w, Σ w x, Σ w x², Σ w y, Σ w x y, Σ w y², Σ ½ ln(w/τ).
    sums: Vec<[f64; 7]>,
    center: f64,
    level_sd: f64,
    slope_sd: f64,
}

/// The posterior of level (in the middle of the regime) and slope, which are independent.
struct Posterior {
    middle: f64,
    level: f64,
    level_variance: f64,
    slope: f64,
    slope_variance: f64,
}

impl LineEvidence {
    fn posterior(&self, periods: &Range<usize>) -> Posterior {
        let (from, to) = (self.line.sums[periods.start], self.line.sums[periods.end]);
        let [w, x, xx, y, xy, _, _] = std::array::from_fn(|i| to[i] - from[i]);
        let variance = self.sd * self.sd;
        let prior = |sd: f64| 1.0 / (sd * sd);
        let level_variance = 1.0 / (w / variance + prior(self.line.level_sd));
        let slope_variance = 1.0 / ((xx - x * x / w).max(0.0) / variance + prior(self.line.slope_sd));
        Posterior {
            middle: x / w,
            level: level_variance * y / variance,
            level_variance,
            slope: slope_variance * (xy - x * y / w) / variance,
            slope_variance,
        }
    }

    /// Mean and variance of an aspect, as it is reported.
    fn normal(&self, aspect: Aspect, periods: &Range<usize>) -> (f64, f64) {
        let own = self.posterior(periods);
        match aspect {
            Aspect::LevelAt(t) => {
                let x = self.line.time[t] - own.middle;
                (
                    self.line.center + own.level + own.slope * x,
                    own.level_variance + own.slope_variance * x * x,
                )
            }
            _ => (own.slope, own.slope_variance),
        }
    }
}

/// Locations are slopes per period, or values of the line.
impl SegmentEvidence for LineEvidence {
    fn len(&self) -> usize {
        self.line.time.len()
    }

    fn log_evidence(&self, periods: Range<usize>) -> f64 {
        let (from, to) = (self.line.sums[periods.start], self.line.sums[periods.end]);
        let own = self.posterior(&periods);
        let squares = (to[5] - from[5]) / (self.sd * self.sd);
        let explained =
            own.level * own.level / own.level_variance + own.slope * own.slope / own.slope_variance;
        let shrink = ln(own.level_variance.sqrt() / self.line.level_sd)
            + ln(own.slope_variance.sqrt() / self.line.slope_sd);
        to[6] - from[6] - periods.len() as f64 * ln(self.sd) + shrink - 0.5 * (squares - explained)
    }

    fn log_density(&self, aspect: Aspect, periods: &Range<usize>, location: f64) -> f64 {
        let (center, variance) = self.normal(aspect, periods);
        -0.5 * (location - center) * (location - center) / variance
            - 0.5 * ln(std::f64::consts::TAU * variance)
    }

    fn peak(&self, aspect: Aspect, periods: &Range<usize>) -> Peak {
        let (location, variance) = self.normal(aspect, periods);
        Peak { location, width: variance.sqrt(), depth: DEPTH }
    }

    fn rate(&self, _: Aspect, location: f64) -> f64 {
        location
    }

    fn draw(&self, periods: &Range<usize>, stream: &mut Stream) -> Regime {
        let own = self.posterior(periods);
        let level = own.level + own.level_variance.sqrt() * stream.normal();
        let slope = own.slope + own.slope_variance.sqrt() * stream.normal();
        let at = |t: usize| self.line.center + level + slope * (self.line.time[t] - own.middle);
        let moments = periods.clone().map(|t| (at(t), self.sd / self.line.weight[t].sqrt())).collect();
        Regime { rate: slope, moments }
    }
}

/// The same for every standard deviation that comes into question.
#[derive(Clone, Debug)]
pub(crate) struct LineLattice {
    line: Line,
    spread: SpreadLattice,
    neighbors: f64,
}

impl LineLattice {
    /// For the values of a series at `times` (of equal length, rising).
    pub(crate) fn new(series: &Series, times: &[f64]) -> Self {
        let values: Vec<f64> = series.points.iter().map(|point| point.value).collect();
        let exposures: Vec<f64> = series.points.iter().map(|point| point.exposure).collect();
        let (typical, middle) = (mean(&exposures), mean(times));
        let weight: Vec<f64> = exposures.iter().map(|exposure| exposure / typical).collect();
        let n = values.len() as f64;
        let center = sum(values.iter().zip(&weight).map(|(y, w)| y * w)) / n;
        let variance = sum(values.iter().zip(&weight).map(|(y, w)| w * (y - center) * (y - center))) / n;
        let sd = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        let length = (times[times.len() - 1] - times[0]).max(1.0);
        let mut sums = vec![[0.0; 7]];
        for t in 0..values.len() {
            let (w, x, y) = (weight[t], times[t] - middle, values[t] - center);
            let own = [w, w * x, w * x * x, w * y, w * x * y, w * y * y, 0.5 * ln(w / std::f64::consts::TAU)];
            sums.push(std::array::from_fn(|i| sums[t][i] + own[i]));
        }
        let time = times.iter().map(|x| x - middle).collect();
        let line = Line { time, weight, sums, center, level_sd: sd, slope_sd: 12.0 * sd / length };
        let spread = SpreadLattice::new(&values, sd);
        Self { line, neighbors: spread_of_neighbors(&values), spread }
    }
}

impl Nuisance for LineLattice {
    type Model = Conjugate<LineEvidence>;

    fn len(&self) -> usize {
        self.spread.len()
    }

    fn model(&self, i: usize) -> Self::Model {
        Conjugate(LineEvidence { line: self.line.clone(), sd: self.value(i) })
    }

    fn log_weight(&self, _: usize) -> f64 {
        0.0
    }

    fn value(&self, i: usize) -> f64 {
        self.spread.value(i)
    }

    fn guesses(&self) -> [usize; 2] {
        [self.line.level_sd, self.neighbors].map(|sd| self.spread.nearest(sd))
    }
}
