use std::collections::BTreeMap;

use measure::Interval;
use serde::{Deserialize, Serialize};

/// How often a word was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Tokens.
    pub count: u64,
    /// Documents that hold it.
    pub documents: u64,
}

/// The words of a set of documents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WordTable {
    /// Each word's use.
    pub words: BTreeMap<String, Use>,
    /// Tokens in all documents, at least the sum of the counts.
    pub tokens: u64,
    /// Documents.
    pub documents: u64,
}

/// The Dirichlet prior of the log odds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeynessPrior {
    /// Proportional to the pooled use of the word in both sets, this many tokens in all: the informative
    /// prior of the paper, which shrinks words that are frequent everywhere.
    Pooled(f64),
    /// The same number of tokens for each word.
    Flat(f64),
}

impl Default for KeynessPrior {
    fn default() -> Self {
        Self::Pooled(1000.0)
    }
}

/// How much one word tells the later documents from the earlier ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// The word.
    pub word: String,
    /// Its use before.
    pub before: Use,
    /// Its use after.
    pub after: Use,
    /// Log-likelihood ratio G² of the two-by-two table (word or not, before or after).
    pub g2: f64,
    /// P(χ²₁ ≥ G²).
    pub p_value: f64,
    /// The false-discovery rate at which the word would be reported (Benjamini & Hochberg 1995).
    pub q_value: f64,
    /// log₂ of (relative frequency after / before), half a token added on each side.
    pub log_ratio: f64,
    /// Its 95 % interval.
    pub log_ratio_interval: Interval,
    /// z-score of the log odds ratio under the Dirichlet prior; positive: more used after.
    pub z: f64,
}

/// All words of both tables, by falling G² and then by word.
pub fn keyness(_before: &WordTable, _after: &WordTable, _prior: KeynessPrior) -> Vec<Key> {
    todo!()
}
