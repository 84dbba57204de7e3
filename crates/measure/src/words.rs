use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Interval, Probability};

/// Words of estimative probability.
///
/// Office of the Director of National Intelligence, Intelligence Community Directive 203, Analytic
/// Standards (2015), section D.6.e.(2)(a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum EstimativeWord {
    /// 1–5 %.
    AlmostNoChance,
    /// 5–20 %.
    VeryUnlikely,
    /// 20–45 %.
    Unlikely,
    /// 45–55 %.
    RoughlyEvenChance,
    /// 55–80 %.
    Likely,
    /// 80–95 %.
    VeryLikely,
    /// 95–99 %.
    AlmostCertain,
}

use EstimativeWord::*;

impl EstimativeWord {
    /// From the least to the most probable.
    pub const ALL: [Self; 7] =
        [AlmostNoChance, VeryUnlikely, Unlikely, RoughlyEvenChance, Likely, VeryLikely, AlmostCertain];

    /// The word for a probability; a bound shared by two ranges belongs to the upper one, and beyond
    /// 1 % and 99 % the outermost words stay in use.
    pub fn of(p: Probability) -> Self {
        let p = p.get();
        Self::ALL.into_iter().rev().find(|word| p >= word.interval().low).unwrap_or(AlmostNoChance)
    }

    /// The range of probabilities that the word stands for.
    pub fn interval(self) -> Interval {
        let (low, high) = match self {
            AlmostNoChance => (0.01, 0.05),
            VeryUnlikely => (0.05, 0.20),
            Unlikely => (0.20, 0.45),
            RoughlyEvenChance => (0.45, 0.55),
            Likely => (0.55, 0.80),
            VeryLikely => (0.80, 0.95),
            AlmostCertain => (0.95, 0.99),
        };
        Interval { low, high }
    }

    /// The words of both columns of the directive's table, in any case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_lowercase().as_str() {
            "almost no chance" | "remote" => AlmostNoChance,
            "very unlikely" | "highly improbable" => VeryUnlikely,
            "unlikely" | "improbable" => Unlikely,
            "roughly even chance" | "roughly even odds" => RoughlyEvenChance,
            "likely" | "probable" => Likely,
            "very likely" | "highly probable" => VeryLikely,
            "almost certain" | "almost certainly" | "nearly certain" => AlmostCertain,
            _ => return None,
        })
    }

    /// The words themselves.
    pub fn as_str(self) -> &'static str {
        match self {
            AlmostNoChance => "almost no chance",
            VeryUnlikely => "very unlikely",
            Unlikely => "unlikely",
            RoughlyEvenChance => "roughly even chance",
            Likely => "likely",
            VeryLikely => "very likely",
            AlmostCertain => "almost certain",
        }
    }
}

impl fmt::Display for EstimativeWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<EstimativeWord> for String {
    fn from(word: EstimativeWord) -> Self {
        word.as_str().into()
    }
}

impl TryFrom<String> for EstimativeWord {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
            .ok_or_else(|| format!("`{text}` is not a word of estimative probability (ICD 203)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_probability_has_one_word() {
        for (p, word) in [
            (0.0, AlmostNoChance),
            (0.049, AlmostNoChance),
            (0.05, VeryUnlikely),
            (0.45, RoughlyEvenChance),
            (0.55, Likely),
            (0.8, VeryLikely),
            (0.95, AlmostCertain),
            (1.0, AlmostCertain),
        ] {
            assert_eq!(EstimativeWord::of(Probability::new(p).unwrap()), word, "{p}");
        }
        for word in EstimativeWord::ALL {
            assert_eq!(EstimativeWord::parse(word.as_str()), Some(word));
        }
        assert_eq!(EstimativeWord::parse("maybe"), None);
    }
}
