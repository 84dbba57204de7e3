use measure::Point;
use measure::portable::{exp, ln, ln_1p, sum};

use crate::CostKind;

/// How probable the value of each period is at each rate (or mean) that a regime could have.
///
/// Rates lie on a grid whose spacing is a fraction of the narrowest posterior they can get, so that sums over
/// it stand for integrals; the dispersion (standard deviation) is given.
pub(super) struct Emission {
    /// The rates or means themselves.
    pub(super) rates: Vec<f64>,
    /// Their prior probabilities; sum to 1.
    pub(super) prior: Vec<f64>,
    /// Per period the likelihood at each rate over that at the best; `None` where nothing was observed.
    pub(super) relative: Vec<Option<Vec<f64>>>,
}

/// Spacing of the grid in posterior standard deviations.
const SPACING: f64 = 0.8;
/// How far the grid reaches, in prior standard deviations.
const REACH: f64 = 4.5;
/// More nodes than this tell nothing more.
const MOST_NODES: usize = 600;

impl Emission {
    /// `dispersion` is α for negative binomial counts and the standard deviation for measured values; the
    /// prior of a regime is that of [`analyze`](crate::analyze), log-normal with `rate_sd` around the overall rate.
    pub(super) fn new(points: &[Option<Point>], cost: CostKind, dispersion: f64, rate_sd: f64) -> Self {
        match cost {
            CostKind::Normal => Self::measured(points, dispersion),
            CostKind::Poisson => Self::counts(points, 0.0, rate_sd),
            _ => Self::counts(points, dispersion, rate_sd),
        }
    }

    fn counts(points: &[Option<Point>], alpha: f64, rate_sd: f64) -> Self {
        let seen: Vec<&Point> = points.iter().flatten().collect();
        let total = sum(seen.iter().map(|p| p.value));
        let exposure = sum(seen.iter().map(|p| p.exposure));
        let center = ln((total + 0.5) / exposure);
        let highest = seen.iter().map(|p| ln((p.value + 0.5) / p.exposure) + 0.5).fold(center, f64::max);
        let (low, high) = (center - REACH * rate_sd, highest.max(center + REACH * rate_sd));
        let typical = alpha * exposure / seen.len() as f64;
        // No regime holds more information about ln rate than this.
        let step = |u: f64| {
            let (expected, counted) = (exp(u) * exposure, 2.0 * (total + 1.0));
            let told = expected * counted / ((expected + counted) * (1.0 + typical * exp(u)));
            (SPACING / (4.0 + told).sqrt()).max((high - low) / MOST_NODES as f64)
        };
        let mut nodes = vec![low];
        while nodes[nodes.len() - 1] < high {
            let u = nodes[nodes.len() - 1];
            nodes.push(u + step(u + 0.5 * step(u)));
        }
        let log_density = |p: &Point, u: f64| {
            let mean = p.exposure * exp(u);
            let spread = if alpha == 0.0 { mean } else { (p.value + 1.0 / alpha) * ln_1p(alpha * mean) };
            p.value * u - spread
        };
        let prior = masses(&nodes, center, rate_sd);
        let relative = points.iter().map(|p| p.map(|p| likelihoods(&nodes, |u| log_density(&p, u))));
        Self { relative: relative.collect(), rates: nodes.iter().map(|&u| exp(u)).collect(), prior }
    }

    fn measured(points: &[Option<Point>], sd: f64) -> Self {
        let seen: Vec<&Point> = points.iter().flatten().collect();
        let n = seen.len() as f64;
        let exposure = sum(seen.iter().map(|p| p.exposure)) / n;
        let center = sum(seen.iter().map(|p| p.value * p.exposure / exposure)) / n;
        let variance = sum(seen.iter().map(|p| (p.value - center) * (p.value - center))) / n;
        let overall = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        let sd = if sd > 0.0 { sd } else { overall };
        let lowest = seen.iter().map(|p| p.value).fold(center, f64::min) - REACH * sd.min(overall);
        let highest = seen.iter().map(|p| p.value).fold(center, f64::max) + REACH * sd.min(overall);
        let step = (SPACING * sd / n.sqrt()).max((highest - lowest) / MOST_NODES as f64);
        let number = ((highest - lowest) / step).ceil() as usize + 1;
        let nodes: Vec<f64> = (0..number).map(|i| lowest + step * i as f64).collect();
        let log_density = |p: &Point, m: f64| {
            let z = (p.value - m) / sd;
            -0.5 * p.exposure / exposure * z * z
        };
        let prior = masses(&nodes, center, overall);
        let relative = points.iter().map(|p| p.map(|p| likelihoods(&nodes, |m| log_density(&p, m))));
        Self { relative: relative.collect(), rates: nodes, prior }
    }
}

/// Normal masses around nodes, half of the way to each neighbor.
fn masses(nodes: &[f64], center: f64, sd: f64) -> Vec<f64> {
    let last = nodes.len() - 1;
    let masses: Vec<f64> = (0..nodes.len())
        .map(|i| {
            let z = (nodes[i] - center) / sd;
            (nodes[(i + 1).min(last)] - nodes[i.saturating_sub(1)]) * exp(-0.5 * z * z)
        })
        .collect();
    let total = sum(masses.iter().copied());
    masses.into_iter().map(|mass| mass / total).collect()
}

fn likelihoods(nodes: &[f64], log_density: impl Fn(f64) -> f64) -> Vec<f64> {
    let logs: Vec<f64> = nodes.iter().map(|&u| log_density(u)).collect();
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logs.into_iter().map(|log| exp(log - most)).collect()
}
