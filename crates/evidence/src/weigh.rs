use std::collections::BTreeMap;

use jiff::civil::Date;
use measure::portable::{ln, quantile};
use measure::{EstimativeWord, Interval, LogOdds, Probability, Seed};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::flip::{Flip, PriorFlip, flips, leader, prior_flip};
use crate::model::{Model, Table, Weights};
use crate::spec::Likelihood;

/// How the band is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeighSettings {
    /// Draws of all uncertain likelihoods.
    pub draws: u64,
    /// Mass of the band.
    pub level: f64,
}

impl Default for WeighSettings {
    /// 2,000 draws, 90 %.
    fn default() -> Self {
        Self { draws: 2000, level: 0.9 }
    }
}

/// Why nothing can be concluded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WeighError {
    /// Likelihoods of 0 exclude every hypothesis.
    #[error(
        "what was observed is impossible under every hypothesis; replace likelihoods of exactly 0 or 1 by 0.01 or 0.99"
    )]
    Impossible,
}

/// A hypothesis after the evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HypothesisResult {
    /// The user's id.
    pub id: String,
    /// For readers.
    pub label: String,
    /// Probability before the evidence.
    pub prior: f64,
    /// Probability after it, at the middle of all likelihoods.
    pub posterior: f64,
    /// Where the posterior lies when likelihoods vary over their ranges.
    pub band: Interval,
    /// The posterior in words.
    pub words: EstimativeWord,
}

/// The posterior after one more indicator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PathStep {
    /// When it could first be seen.
    pub date: Option<Date>,
    /// Which indicator entered.
    pub indicator: String,
    /// Posterior per hypothesis.
    pub posterior: BTreeMap<String, f64>,
}

/// What one observed indicator does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// The user's id.
    pub indicator: String,
    /// For readers.
    pub label: String,
    /// Probability that it is true, by its source alone.
    pub observed: f64,
    /// Accuracy of its source, ½ … 1.
    pub accuracy: f64,
    /// Likelihood per hypothesis (middle of the range).
    pub likelihood: BTreeMap<String, f64>,
    /// Weight of evidence for the leader against the second, in decibans, beside all other indicators.
    pub decibans: f64,
    /// Posterior per hypothesis without it.
    pub without: BTreeMap<String, f64>,
}

/// What an indicator not yet seen would tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnseenIndicator {
    /// The user's id.
    pub indicator: String,
    /// For readers.
    pub label: String,
    /// How probable it is, given all that was seen.
    pub probability: f64,
    /// Expected information about the hypotheses in bits (mutual information).
    pub bits: f64,
    /// Posterior per hypothesis if it is seen.
    pub if_seen: BTreeMap<String, f64>,
    /// …and if it is found absent.
    pub if_absent: BTreeMap<String, f64>,
}

/// All that the evidence says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighing {
    /// In the order of the file.
    pub hypotheses: Vec<HypothesisResult>,
    /// In the order of time.
    pub path: Vec<PathStep>,
    /// Observed indicators, the weightiest first.
    pub contributions: Vec<Contribution>,
    /// Smallest change first.
    pub flips: Vec<Flip>,
    /// The prior at which the lead changes.
    pub prior_flip: Option<PriorFlip>,
    /// The most telling first.
    pub unseen: Vec<UnseenIndicator>,
    /// Mass of the bands.
    pub level: f64,
}

impl Weighing {
    /// The posterior of a hypothesis.
    pub fn posterior(&self, id: &str) -> Option<f64> {
        self.hypotheses.iter().find(|h| h.id == id).map(|h| h.posterior)
    }

    /// The hypothesis that leads.
    pub fn leader(&self) -> &HypothesisResult {
        let posterior: Vec<f64> = self.hypotheses.iter().map(|h| h.posterior).collect();
        &self.hypotheses[leader(&posterior)]
    }
}

impl Model {
    /// Weighs the hypotheses: exact posterior, band from sampled likelihoods (uniform within their ranges, one stream
    /// per draw), path, contributions, flips, and the value of unseen indicators.
    ///
    /// # Errors
    /// [`WeighError::Impossible`].
    ///
    /// # Cost
    /// draws × indicators × hypotheses.
    pub fn weigh(&self, seed: Seed, settings: &WeighSettings) -> Result<Weighing, WeighError> {
        let priors = self.priors();
        let table = self.table(Likelihood::middle);
        let weights = self.weights();
        let posterior = self.posterior(&priors, &table, &weights).ok_or(WeighError::Impossible)?;
        let bands = self.bands(seed, settings, &priors, &weights);
        let hypotheses = self.spec.hypotheses.iter().enumerate().map(|(h, spec)| HypothesisResult {
            id: spec.id.clone(),
            label: spec.label.clone(),
            prior: spec.prior,
            posterior: posterior[h],
            band: bands[h],
            words: EstimativeWord::of(Probability::clamped(posterior[h])),
        });
        Ok(Weighing {
            hypotheses: hypotheses.collect(),
            path: self.path(&priors, &table, &weights),
            contributions: self.contributions(&priors, &table, &weights, &posterior),
            flips: flips(self, &table, &weights, &posterior),
            prior_flip: prior_flip(self, &posterior),
            unseen: self.unseen(&priors, &table, &weights, &posterior),
            level: settings.level,
        })
    }

    fn named(&self, posterior: &[f64]) -> BTreeMap<String, f64> {
        self.spec.hypotheses.iter().zip(posterior).map(|(h, p)| (h.id.clone(), *p)).collect()
    }

    fn bands(
        &self,
        seed: Seed,
        settings: &WeighSettings,
        priors: &[f64],
        weights: &[Weights],
    ) -> Vec<Interval> {
        let mut draws: Vec<Vec<f64>> = vec![Vec::new(); priors.len()];
        for draw in 0..settings.draws {
            let mut stream = seed.stream("likelihoods", draw);
            let table = self.table(|likelihood| {
                let ((low, high), u) = (likelihood.bounds(), stream.uniform());
                low + u * (high - low)
            });
            // A draw under which the evidence is impossible says nothing about the hypotheses.
            if let Some(posterior) = self.posterior(priors, &table, weights) {
                draws.iter_mut().zip(posterior).for_each(|(all, p)| all.push(p));
            }
        }
        let tail = 0.5 - settings.level / 2.0;
        draws
            .into_iter()
            .map(|mut all| {
                all.sort_by(f64::total_cmp);
                if all.is_empty() {
                    Interval { low: 0.0, high: 1.0 }
                } else {
                    Interval::new(quantile(&all, tail), quantile(&all, 1.0 - tail))
                }
            })
            .collect()
    }

    fn path(&self, priors: &[f64], table: &Table, weights: &[Weights]) -> Vec<PathStep> {
        let mut order: Vec<usize> =
            (0..weights.len()).filter(|&i| self.spec.indicators[i].observed.is_some()).collect();
        order.sort_by_key(|&i| (self.spec.indicators[i].date, i));
        let mut seen = vec![(1.0, 1.0); weights.len()];
        let mut path = Vec::new();
        for indicator in order {
            seen[indicator] = weights[indicator];
            let Some(posterior) = self.posterior(priors, table, &seen) else { break };
            let spec = &self.spec.indicators[indicator];
            path.push(PathStep {
                date: spec.date,
                indicator: spec.id.clone(),
                posterior: self.named(&posterior),
            });
        }
        path
    }

    fn contributions(
        &self,
        priors: &[f64],
        table: &Table,
        weights: &[Weights],
        posterior: &[f64],
    ) -> Vec<Contribution> {
        let lead = leader(posterior);
        let second = (0..posterior.len())
            .filter(|&i| i != lead)
            .max_by(|&a, &b| posterior[a].total_cmp(&posterior[b]));
        let odds = |p: &[f64]| second.map_or(0.0, |second| ln(p[lead]) - ln(p[second]));
        let mut all: Vec<Contribution> = Vec::new();
        for (i, spec) in self.spec.indicators.iter().enumerate() {
            let Some(observed) = spec.observed else { continue };
            let mut others = weights.to_vec();
            others[i] = (1.0, 1.0);
            let without = self.posterior(priors, table, &others).unwrap_or_else(|| priors.to_vec());
            let moved = odds(posterior) - odds(&without);
            all.push(Contribution {
                indicator: spec.id.clone(),
                label: spec.label.clone(),
                observed,
                accuracy: spec.reliability.map_or(1.0, crate::Admiralty::accuracy),
                likelihood: self.named(&table[i]),
                // Beyond 10,000 decibans a likelihood of 0 has decided; the number stays finite for JSON.
                decibans: if moved.is_nan() { 0.0 } else { LogOdds(moved).decibans().clamp(-1e4, 1e4) },
                without: self.named(&without),
            });
        }
        all.sort_by(|a, b| b.decibans.abs().total_cmp(&a.decibans.abs()).then(a.indicator.cmp(&b.indicator)));
        all
    }

    fn unseen(
        &self,
        priors: &[f64],
        table: &Table,
        weights: &[Weights],
        posterior: &[f64],
    ) -> Vec<UnseenIndicator> {
        let mut all: Vec<UnseenIndicator> = Vec::new();
        for (i, spec) in self.spec.indicators.iter().enumerate().filter(|(_, spec)| spec.observed.is_none()) {
            let given = |outcome: Weights| {
                let mut seen = weights.to_vec();
                seen[i] = outcome;
                self.posterior(priors, table, &seen).unwrap_or_else(|| posterior.to_vec())
            };
            let (yes, no) = (given((1.0, 0.0)), given((0.0, 1.0)));
            // P(true) from p(h) = P(true) p(h | true) + P(false) p(h | false), at the hypothesis that it moves most.
            let widest = (0..yes.len())
                .max_by(|&a, &b| (yes[a] - no[a]).abs().total_cmp(&(yes[b] - no[b]).abs()))
                .unwrap_or(0);
            let gap = yes[widest] - no[widest];
            let p = if gap.abs() < 1e-12 {
                table[i][leader(posterior)]
            } else {
                ((posterior[widest] - no[widest]) / gap).clamp(0.0, 1.0)
            };
            let bits = entropy(posterior) - p * entropy(&yes) - (1.0 - p) * entropy(&no);
            all.push(UnseenIndicator {
                indicator: spec.id.clone(),
                label: spec.label.clone(),
                probability: p,
                bits: bits.max(0.0),
                if_seen: self.named(&yes),
                if_absent: self.named(&no),
            });
        }
        all.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(a.indicator.cmp(&b.indicator)));
        all
    }
}

/// In bits; 0 · log 0 = 0.
fn entropy(p: &[f64]) -> f64 {
    -p.iter().filter(|&&p| p > 0.0).map(|&p| p * ln(p)).sum::<f64>() / std::f64::consts::LN_2
}
