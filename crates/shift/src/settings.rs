use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What the values of a series are, given the rate of their regime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CostKind {
    /// Counts with variance = mean.
    #[serde(rename = "poisson")]
    Poisson,
    /// Counts with variance = mean + α mean²; α is unknown and common to all regimes. The default:
    /// over-dispersion is the rule in counts of words and events.
    #[default]
    #[serde(rename = "negbin")]
    NegativeBinomial,
    /// Real values whose mean changes; the variance is unknown and common to all regimes.
    #[serde(rename = "normal")]
    Normal,
    /// Hits among the cases that the exposure counts; the share of hits changes.
    #[serde(rename = "binomial")]
    Binomial,
    /// Counts of rival categories, one series each; their shares change ([`analyze_shares`](crate::analyze_shares)).
    #[serde(rename = "shares")]
    Shares,
    /// Real values around one mean whose variance changes.
    #[serde(rename = "variance")]
    Variance,
    /// Real values whose mean and variance change together.
    #[serde(rename = "mean-variance")]
    MeanVariance,
    /// Real values along straight lines, broken in level and slope; the variance is unknown and common to all regimes.
    #[serde(rename = "trend")]
    Trend,
}

/// How the main parameters of two regimes are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Positive, by their ratio.
    Positive,
    /// Shares, by their ratio.
    Share,
    /// On the whole line, by their difference.
    Line,
}

impl CostKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Poisson,
        Self::NegativeBinomial,
        Self::Normal,
        Self::Binomial,
        Self::Shares,
        Self::Variance,
        Self::MeanVariance,
        Self::Trend,
    ];

    /// The name used in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Poisson => "poisson",
            Self::NegativeBinomial => "negbin",
            Self::Normal => "normal",
            Self::Binomial => "binomial",
            Self::Shares => "shares",
            Self::Variance => "variance",
            Self::MeanVariance => "mean-variance",
            Self::Trend => "trend",
        }
    }

    /// What the main parameter of a regime is called.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Poisson | Self::NegativeBinomial => "rate",
            Self::Normal | Self::MeanVariance => "mean",
            Self::Binomial | Self::Shares => "share",
            Self::Variance => "standard deviation",
            Self::Trend => "slope",
        }
    }

    /// Whether values are counts with a rate per exposure.
    pub fn is_rate(self) -> bool {
        matches!(self, Self::Poisson | Self::NegativeBinomial)
    }

    pub(crate) fn scale(self) -> Scale {
        match self {
            Self::Poisson | Self::NegativeBinomial | Self::Variance => Scale::Positive,
            Self::Binomial | Self::Shares => Scale::Share,
            Self::Normal | Self::MeanVariance | Self::Trend => Scale::Line,
        }
    }
}

impl fmt::Display for CostKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CostKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let known: Vec<String> = Self::ALL.iter().map(|kind| format!("`{kind}`")).collect();
            format!("`{text}` is no cost: there are {}", known.join(", "))
        })
    }
}

/// What is believed about the rate of a regime before its counts are seen.
///
/// Both are centered on the overall rate of the series, (Σ counts + ½) / Σ exposure, so that the unit of
/// exposure does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatePrior {
    /// ln rate is normal around the ln of the overall rate, with this standard deviation > 0.
    LogNormal(f64),
    /// The rate is gamma with this shape > 0 and the overall rate as its mean.
    Gamma(f64),
}

/// How [`analyze`](crate::analyze) reads a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What the values are.
    pub cost: CostKind,
    /// Mass of every reported interval, in (0, 1).
    pub level: f64,
    /// The most changes that are considered, at least 1 (fewer where the series is too short). The prior of
    /// m changes is ½ for m = 0 and falls by half from each m to the next after that.
    pub max_changes: usize,
    /// The fewest observed periods of a regime, at least 1.
    pub min_segment: usize,
    /// Prior of the rate of each regime (counts only). For [`CostKind::Normal`] the mean of a regime is
    /// normal around the overall mean with the overall standard deviation.
    pub rate_prior: RatePrior,
    /// Penalty of the optimal segmentation that is reported beside the posterior.
    pub penalty: crate::Penalty,
    /// Report exactly this many changes (fewer where the series is too short or `max_changes` less), instead of
    /// the most probable number; the posterior of numbers is not touched.
    pub changes: Option<usize>,
    /// Effects of the season to estimate together with the changes.
    pub season: Option<crate::Season>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cost: CostKind::default(),
            level: 0.9,
            max_changes: 12,
            min_segment: 1,
            rate_prior: RatePrior::LogNormal(1.5),
            penalty: crate::Penalty::default(),
            changes: None,
            season: None,
        }
    }
}
