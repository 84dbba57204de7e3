//! The segmentation that is reported beside the posterior.

use measure::Series;
use measure::portable::ln;

use crate::automatic::positions;
use crate::likelihood::{Counts, Likelihood, NegativeBinomial};
use crate::segmentation::{
    BinomialCost, EqualExposureCost, Moments, MomentsCost, MultinomialCost, NormalCost, OneParameter,
    Penalty, PoissonCost, SegmentCost, Segmentation, TrendCost, fixed, fpop, lattice, lattice_fixed,
    pelt_with, segment_neighborhood_with,
};
use crate::{CostKind, Settings};

/// First periods of the segmentation of lowest penalized cost, or of lowest cost with the number of changes that was
/// asked for. Negative binomial counts with unequal exposures are searched on a lattice of rates, at most 0.016 per
/// segment above the lowest cost; all others exactly.
pub(crate) fn optimal(series: &Series, settings: &Settings, dispersion: f64) -> Vec<usize> {
    let n = series.len();
    match settings.cost {
        CostKind::Poisson => functional(&PoissonCost::new(series), settings),
        CostKind::Normal => functional(&NormalCost::new(series, dispersion), settings),
        CostKind::Binomial => functional(&BinomialCost::new(series), settings),
        CostKind::NegativeBinomial => match EqualExposureCost::new(series, dispersion) {
            Some(cost) => functional(&cost, settings),
            None => {
                let likelihood = NegativeBinomial::new(Counts::new(series, settings.rate_prior), dispersion);
                let grid = likelihood.grid();
                match settings.changes {
                    Some(changes) => lattice_fixed(&likelihood, &grid, changes),
                    None => lattice(&likelihood, &grid, settings.penalty.per_change(n)),
                }
            }
        },
        CostKind::Variance => plain(&MomentsCost::new(series, Moments::Variance, floor(series)), settings, 1),
        CostKind::MeanVariance => plain(&MomentsCost::new(series, Moments::Both, floor(series)), settings, 2),
        CostKind::Trend => plain(&TrendCost::new(series, &positions(series), dispersion), settings, 2),
        // One series alone has no shares: see `optimal_shares`.
        CostKind::Shares => Segmentation { starts: Vec::new(), total_cost: 0.0 },
    }
    .starts
}

/// The same for the counts of rival categories, one row per period.
pub(crate) fn optimal_shares(rows: &[Vec<f64>], settings: &Settings) -> Vec<usize> {
    let parameters = rows.first().map_or(1, |row| row.len().saturating_sub(1));
    // A segment of one period is long enough for any number of shares.
    by(&MultinomialCost::new(rows), settings, parameters, 1).starts
}

fn functional(cost: &impl OneParameter, settings: &Settings) -> Segmentation {
    match settings.changes {
        Some(changes) => fixed(cost, changes),
        None => fpop(cost, settings.penalty),
    }
}

/// Of measured values a segment has a period more than parameters.
fn plain(cost: &impl SegmentCost, settings: &Settings, parameters: usize) -> Segmentation {
    by(cost, settings, parameters, parameters + 1)
}

fn by(cost: &impl SegmentCost, settings: &Settings, parameters: usize, least: usize) -> Segmentation {
    let penalty = match settings.penalty {
        Penalty::Bic => Penalty::Value((parameters + 1) as f64 * ln(cost.len().max(1) as f64)),
        value => value,
    };
    match settings.changes {
        Some(changes) => segment_neighborhood_with(cost, changes, least),
        None => pelt_with(cost, penalty, least),
    }
}

/// The least variance of a segment: a thousandth of the overall one.
fn floor(series: &Series) -> f64 {
    let n = series.len() as f64;
    let mean = series.points.iter().map(|point| point.value).sum::<f64>() / n;
    let variance =
        series.points.iter().map(|point| (point.value - mean) * (point.value - mean)).sum::<f64>() / n;
    if variance > 0.0 { 1e-3 * variance } else { 1.0 }
}
