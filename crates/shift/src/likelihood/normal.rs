use measure::Series;
use measure::portable::{exp, ln, mean, sum};

use super::{Grid, Likelihood, Node, Nuisance};
use crate::posterior::Gridded;

const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;

/// Measured values around the mean of their regime; the variance of a period is σ² × mean exposure /
/// exposure, so that a period that rests on more weighs more.
#[derive(Clone, Debug)]
pub(crate) struct Normal {
    values: Values,
    sd: f64,
}

#[derive(Clone, Debug)]
struct Values {
    value: Vec<f64>,
    /// Exposure over its mean.
    weight: Vec<f64>,
    mean: f64,
    /// Standard deviation around the overall mean, above 0.
    sd: f64,
}

impl Likelihood for Normal {
    fn len(&self) -> usize {
        self.values.value.len()
    }

    fn log_density(&self, t: usize, at: &Node) -> f64 {
        let weight = self.values.weight[t];
        let residual = (self.values.value[t] - at.rate) / self.sd;
        0.5 * (ln(weight) - weight * residual * residual) - ln(self.sd) - HALF_LN_TAU
    }

    fn log_prior(&self, location: f64) -> f64 {
        let z = (location - self.values.mean) / self.values.sd;
        -0.5 * z * z - ln(self.values.sd) - HALF_LN_TAU
    }

    fn node(&self, location: f64) -> Node {
        Node { location, rate: location, log_mass: f64::NEG_INFINITY }
    }

    fn grid(&self) -> Grid {
        let values = &self.values;
        let n = values.value.len() as f64;
        let spacing = (self.sd / n.sqrt()).min(0.5 * values.sd);
        let margin = 8.0 * self.sd.min(values.sd);
        let low = values.value.iter().copied().fold(f64::INFINITY, f64::min).min(values.mean) - margin;
        let high = values.value.iter().copied().fold(f64::NEG_INFINITY, f64::max).max(values.mean) + margin;
        let nodes = ((high - low) / spacing).ceil() as usize + 1;
        let log_spacing = ln(spacing);
        (0..nodes)
            .map(|i| low + spacing * i as f64)
            .map(|location| Node { log_mass: self.log_prior(location) + log_spacing, ..self.node(location) })
            .collect()
    }

    fn rate(&self, location: f64) -> f64 {
        location
    }

    fn moments(&self, t: usize, rate: f64) -> (f64, f64) {
        (rate, self.sd / self.values.weight[t].sqrt())
    }
}

/// ln σ, equally spaced at 1.4 posterior standard deviations (1/√(2n) each), with equal prior weights from
/// a floor to four times the overall standard deviation. The floor is a thousandth of the overall standard
/// deviation, or what rounding alone gives (smallest step between values / √12) where that is more: runs
/// of equal rounded values are no proof of an exact mean.
#[derive(Clone, Debug)]
pub(crate) struct SpreadLattice {
    floor: f64,
    spacing: f64,
    len: usize,
}

impl SpreadLattice {
    /// For values with this overall standard deviation > 0.
    pub(crate) fn new(values: &[f64], sd: f64) -> Self {
        let n = values.len() as f64;
        let floor = (1e-3 * sd).max(smallest_step(values) / 12.0_f64.sqrt()).min(sd);
        let spacing = (1.4 / (2.0 * n).sqrt()).min(0.5);
        let len = (ln(4.0 * sd / floor) / spacing).ceil() as usize + 1;
        Self { floor, spacing, len }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn value(&self, i: usize) -> f64 {
        self.floor * exp(self.spacing * i as f64)
    }

    pub(crate) fn nearest(&self, sd: f64) -> usize {
        ((ln((sd / self.floor).max(1.0)) / self.spacing).round() as usize).min(self.len - 1)
    }
}

/// The standard deviation that differences of neighbors tell of, whatever changes rarely.
pub(crate) fn spread_of_neighbors(values: &[f64]) -> f64 {
    let halves: Vec<f64> =
        values.windows(2).map(|pair| 0.5 * (pair[1] - pair[0]) * (pair[1] - pair[0])).collect();
    mean(&halves).sqrt()
}

fn smallest_step(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let steps = sorted.windows(2).map(|pair| pair[1] - pair[0]).filter(|&step| step > 0.0);
    steps.reduce(f64::min).unwrap_or(0.0)
}

/// Normal values for every standard deviation that comes into question.
#[derive(Clone, Debug)]
pub(crate) struct NormalLattice {
    values: Values,
    spread: SpreadLattice,
}

impl NormalLattice {
    pub(crate) fn new(series: &Series) -> Self {
        let value: Vec<f64> = series.points.iter().map(|point| point.value).collect();
        let exposure: Vec<f64> = series.points.iter().map(|point| point.exposure).collect();
        let mean_exposure = mean(&exposure);
        let weight: Vec<f64> = exposure.iter().map(|e| e / mean_exposure).collect();
        let n = value.len() as f64;
        let center = sum(value.iter().zip(&weight).map(|(y, w)| y * w)) / n;
        let variance = sum(value.iter().zip(&weight).map(|(y, w)| w * (y - center) * (y - center))) / n;
        let sd = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        let spread = SpreadLattice::new(&value, sd);
        Self { values: Values { value, weight, mean: center, sd }, spread }
    }
}

impl Nuisance for NormalLattice {
    type Model = Gridded<Normal>;

    fn len(&self) -> usize {
        self.spread.len()
    }

    fn model(&self, i: usize) -> Self::Model {
        Gridded::new(Normal { values: self.values.clone(), sd: self.value(i) })
    }

    fn log_weight(&self, _: usize) -> f64 {
        0.0
    }

    fn value(&self, i: usize) -> f64 {
        self.spread.value(i)
    }

    fn guesses(&self) -> [usize; 2] {
        [self.values.sd, spread_of_neighbors(&self.values.value)].map(|sd| self.spread.nearest(sd))
    }
}
