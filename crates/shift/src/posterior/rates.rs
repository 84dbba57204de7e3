use std::ops::Range;

use measure::Interval;
use measure::portable::{exp, log_sum_exp};

use super::mixture::Component;
use super::{Aspect, Model};

/// Nodes per regime: a tenth of a posterior standard deviation or so.
const NODES: usize = 192;

/// Posterior of the parameters of all regimes, given their dates: one distribution per regime and lattice
/// point of the nuisance parameter. Given the latter, regimes are independent.
pub(crate) struct Rates {
    /// Weights of the lattice points, given the dates.
    weights: Vec<f64>,
    segments: Vec<Posterior>,
}

struct Posterior {
    low: f64,
    spacing: f64,
    rates: Vec<f64>,
    /// Per lattice point: probability of each node, and of everything below its middle.
    components: Vec<(Vec<f64>, Vec<f64>)>,
}

/// Median and central interval of what is compared between two regimes.
pub(crate) struct Pair {
    pub(crate) median: f64,
    pub(crate) interval: Interval,
}

impl Rates {
    /// Of one aspect of each regime, from the components with their weights (posterior, whatever the dates).
    pub(crate) fn new<M: Model>(
        components: &[&Component<M>],
        segments: &[Range<usize>],
        aspect: Aspect,
    ) -> Self {
        let mut logs: Vec<f64> = components.iter().map(|component| component.log_weight).collect();
        let mut posteriors = Vec::new();
        for segment in segments {
            let (low, high) = support(components, segment, aspect);
            let spacing = (high - low) / (NODES - 1) as f64;
            let locations: Vec<f64> = (0..NODES).map(|i| low + spacing * i as f64).collect();
            let mut densities = Vec::new();
            for (component, log_weight) in components.iter().zip(&mut logs) {
                let model = &component.model;
                let logs: Vec<f64> =
                    locations.iter().map(|&u| model.log_posterior(aspect, segment, u)).collect();
                let total = log_sum_exp(&logs);
                *log_weight += total;
                let probability: Vec<f64> = logs.iter().map(|log| exp(log - total)).collect();
                let mut sum = 0.0;
                let below = probability.iter().map(|p| {
                    sum += p;
                    sum - 0.5 * p
                });
                let below = below.collect();
                densities.push((probability, below));
            }
            let rates = locations.iter().map(|&u| components[0].model.rate(aspect, u)).collect();
            posteriors.push(Posterior { low, spacing, rates, components: densities });
        }
        let total = log_sum_exp(&logs);
        Self { weights: logs.iter().map(|log| exp(log - total)).collect(), segments: posteriors }
    }

    /// Posterior mean of the rate in one regime.
    pub(crate) fn mean(&self, segment: usize) -> f64 {
        let posterior = &self.segments[segment];
        self.mix(|c| posterior.components[c].0.iter().zip(&posterior.rates).map(|(p, rate)| p * rate).sum())
    }

    /// Central interval of the location in one regime.
    pub(crate) fn interval(&self, segment: usize, level: f64) -> Interval {
        let posterior = &self.segments[segment];
        let quantile = |level: f64| {
            bisect(posterior.low, posterior.high(), |u| self.mix(|c| posterior.below(c, u)) < level)
        };
        Interval::new(quantile(0.5 - 0.5 * level), quantile(0.5 + 0.5 * level))
    }

    /// Lowest and highest location that the regime's parameter can take.
    pub(crate) fn support(&self, segment: usize) -> Interval {
        Interval::new(self.segments[segment].low, self.segments[segment].high())
    }

    /// Distribution of a comparison x between a regime and the next. `reach(x, before)` is the location
    /// that the next one must stay below for the comparison to be below x; it lies within `range`.
    pub(crate) fn compare(
        &self,
        segment: usize,
        level: f64,
        range: Interval,
        reach: impl Fn(f64, f64) -> f64,
    ) -> Pair {
        let (before, after) = (&self.segments[segment], &self.segments[segment + 1]);
        let below = |x: f64| {
            let reached: Vec<f64> = before.locations().map(|u| reach(x, u)).collect();
            self.mix(|c| {
                let nodes = before.components[c].0.iter().zip(&reached);
                nodes.map(|(p, &u)| p * after.below(c, u)).sum()
            })
        };
        let quantile = |level: f64| bisect(range.low, range.high, |x| below(x) < level);
        Pair {
            median: quantile(0.5),
            interval: Interval::new(quantile(0.5 - 0.5 * level), quantile(0.5 + 0.5 * level)),
        }
    }

    fn mix(&self, of: impl Fn(usize) -> f64) -> f64 {
        self.weights.iter().enumerate().filter(|(_, w)| **w > 1e-6).map(|(c, w)| w * of(c)).sum()
    }
}

impl Posterior {
    fn high(&self) -> f64 {
        self.low + self.spacing * (NODES - 1) as f64
    }

    fn locations(&self) -> impl Iterator<Item = f64> {
        (0..NODES).map(|i| self.low + self.spacing * i as f64)
    }

    /// P(location < u) under lattice point `c`, linear between nodes.
    fn below(&self, c: usize, u: f64) -> f64 {
        let position = (u - self.low) / self.spacing;
        if position <= 0.0 {
            return 0.0;
        }
        if position >= (NODES - 1) as f64 {
            return 1.0;
        }
        let below = &self.components[c].1;
        match below.get(position as usize + 1) {
            Some(next) => {
                let here = below[position as usize];
                here + (position - position.floor()) * (next - here)
            }
            None => 1.0,
        }
    }
}

/// Where the posterior of a regime's aspect is not negligible, under any of the components.
fn support<M: Model>(components: &[&Component<M>], segment: &Range<usize>, aspect: Aspect) -> (f64, f64) {
    components.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |hull, component| {
        let (low, high) = component.model.support(aspect, segment);
        (hull.0.min(low), hull.1.max(high))
    })
}

fn bisect(mut low: f64, mut high: f64, too_low: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if too_low(middle) { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}
