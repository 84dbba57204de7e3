use std::ops::Range;

use measure::Stream;
use measure::portable::{exp, log_sum_exp};

use super::prefix::{PrefixEvidence, Undivided, prefix_evidence};
use crate::likelihood::{Grid, Likelihood, Node};

/// What about a regime is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    /// What its cost is named after: the rate, the mean, the share, the slope, the standard deviation.
    Main,
    /// The standard deviation, where the mean is the main thing.
    Deviation,
    /// The value at this period of the line that the regime follows.
    LevelAt(usize),
    /// The share of this category.
    Share(usize),
}

/// A regime with parameters drawn from their posterior.
pub(crate) struct Regime {
    /// The main one.
    pub(crate) rate: f64,
    /// Expected value and standard deviation of each of its periods.
    pub(crate) moments: Vec<(f64, f64)>,
}

/// One series under one value of its nuisance parameter, as the recursions over dates see it.
pub(crate) trait Model {
    /// Observed periods.
    fn len(&self) -> usize;

    /// Evidence of every prefix for 0…`max_changes` changes.
    fn prefix(&self, max_changes: usize, min_segment: usize) -> PrefixEvidence;

    /// For each range of periods a…b, evidence of the prefixes that end in it without a change there before their end.
    fn undivided(
        &self,
        prefix: &PrefixEvidence,
        min_segment: usize,
        within: &[Range<usize>],
    ) -> Vec<Undivided>;

    /// Evidence of the last t periods for 0…`max_changes` changes.
    fn suffix(&self, max_changes: usize, min_segment: usize) -> PrefixEvidence;

    /// ln evidence of regimes that end at `end`, by their start from the latest to the earliest.
    fn backwards(&self, end: usize) -> impl Iterator<Item = f64>;

    /// Where the posterior of an aspect of a regime is not negligible, as locations.
    fn support(&self, aspect: Aspect, regime: &Range<usize>) -> (f64, f64);

    /// ln joint density of the values of a regime and a location.
    fn log_posterior(&self, aspect: Aspect, regime: &Range<usize>, location: f64) -> f64;

    /// What a location stands for.
    fn rate(&self, aspect: Aspect, location: f64) -> f64;

    /// Parameters of a regime from their posterior.
    fn draw(&self, regime: &Range<usize>, stream: &mut Stream) -> Regime;
}

/// A likelihood whose parameter is summed over a grid.
pub(crate) struct Gridded<L> {
    likelihood: L,
    grid: Grid,
}

/// Grid nodes this many nats below the best one hold nothing of a posterior.
const NEGLIGIBLE: f64 = 24.0;

impl<L: Likelihood> Gridded<L> {
    pub(crate) fn new(likelihood: L) -> Self {
        Self { grid: likelihood.grid(), likelihood }
    }

    /// ln of prior mass × likelihood at each node.
    fn log_nodes(&self, regime: &Range<usize>) -> Vec<f64> {
        let data = |node: &Node| regime.clone().map(|t| self.likelihood.log_density(t, node)).sum::<f64>();
        self.grid.iter().map(|node| node.log_mass + data(node)).collect()
    }
}

impl<L: Likelihood> Model for Gridded<L> {
    fn len(&self) -> usize {
        self.likelihood.len()
    }

    fn prefix(&self, max_changes: usize, min_segment: usize) -> PrefixEvidence {
        prefix_evidence(&self.likelihood, &self.grid, max_changes, min_segment, &[]).0
    }

    fn undivided(
        &self,
        prefix: &PrefixEvidence,
        min_segment: usize,
        within: &[Range<usize>],
    ) -> Vec<Undivided> {
        prefix_evidence(&self.likelihood, &self.grid, prefix.len() - 1, min_segment, within).1
    }

    fn suffix(&self, max_changes: usize, min_segment: usize) -> PrefixEvidence {
        prefix_evidence(&Reversed(&self.likelihood), &self.grid, max_changes, min_segment, &[]).0
    }

    fn backwards(&self, end: usize) -> impl Iterator<Item = f64> {
        let mut logs: Vec<f64> = self.grid.iter().map(|node| node.log_mass).collect();
        (0..end).rev().map(move |start| {
            logs.iter_mut().zip(&self.grid).for_each(|(log, node)| {
                *log += self.likelihood.log_density(start, node);
            });
            log_sum_exp(&logs)
        })
    }

    fn support(&self, _: Aspect, regime: &Range<usize>) -> (f64, f64) {
        let data = |node: &Node| self.log_posterior(Aspect::Main, regime, node.location);
        let logs: Vec<f64> = self.grid.iter().map(data).collect();
        let enough = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max) - NEGLIGIBLE;
        let first = logs.iter().position(|&log| log > enough).unwrap_or(0).saturating_sub(1);
        let last = logs.iter().rposition(|&log| log > enough).unwrap_or(0) + 1;
        (self.grid[first].location, self.grid[last.min(self.grid.len() - 1)].location)
    }

    fn log_posterior(&self, _: Aspect, regime: &Range<usize>, location: f64) -> f64 {
        let node = self.likelihood.node(location);
        let data: f64 = regime.clone().map(|t| self.likelihood.log_density(t, &node)).sum();
        self.likelihood.log_prior(location) + data
    }

    fn rate(&self, _: Aspect, location: f64) -> f64 {
        self.likelihood.rate(location)
    }

    /// From the grid, spread over the cell of the node.
    fn draw(&self, regime: &Range<usize>, stream: &mut Stream) -> Regime {
        let (grid, logs) = (&self.grid, self.log_nodes(regime));
        let best = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = logs.iter().map(|log| exp(log - best)).collect();
        let at = stream.weighted(&weights);
        let (below, above) =
            (grid[at.saturating_sub(1)].location, grid[(at + 1).min(grid.len() - 1)].location);
        let location = grid[at].location + 0.5 * (stream.uniform() - 0.5) * (above - below);
        let rate = self.likelihood.rate(location);
        Regime { rate, moments: regime.clone().map(|t| self.likelihood.moments(t, rate)).collect() }
    }
}

/// The same series read from its end.
struct Reversed<'a, L>(&'a L);

impl<L: Likelihood> Likelihood for Reversed<'_, L> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn class(&self, t: usize) -> usize {
        self.0.class(self.0.len() - 1 - t)
    }

    fn log_density(&self, t: usize, at: &Node) -> f64 {
        self.0.log_density(self.0.len() - 1 - t, at)
    }

    fn log_prior(&self, location: f64) -> f64 {
        self.0.log_prior(location)
    }

    fn node(&self, location: f64) -> Node {
        self.0.node(location)
    }

    fn grid(&self) -> Grid {
        self.0.grid()
    }

    fn rate(&self, location: f64) -> f64 {
        self.0.rate(location)
    }

    fn moments(&self, t: usize, rate: f64) -> (f64, f64) {
        self.0.moments(self.0.len() - 1 - t, rate)
    }
}
