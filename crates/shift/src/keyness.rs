use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::LN_2;

use measure::Interval;
use measure::portable::{ln, normal_cdf};
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

/// What tells the words of one set of documents from those of another: all words of both tables, by
/// falling G² and then by word.
///
/// For each word: G² of Dunning (1993) over all four cells of the table word × set, with its p-value (χ²
/// with 1 degree of freedom); the false-discovery rate of Benjamini & Hochberg (1995) over all words; the log
/// ratio (Hardie 2014) with a 95 % interval; and the z-score of the log odds ratio with Dirichlet prior of
/// Monroe, Colaresi & Quinn (2008). Token counts are treated as independent draws, which words that come in
/// bursts are not: the numbers of documents stand beside them for that reason. O(words × ln words).
///
/// - Dunning, Accurate methods for the statistics of surprise and coincidence, Computational Linguistics
///   19:61–74.
/// - Monroe, Colaresi & Quinn, Fightin' words, Political Analysis 16:372–403, equations 15, 16, 18–22.
/// - Benjamini & Hochberg, Controlling the false discovery rate, J. R. Stat. Soc. B 57:289–300.
pub fn keyness(before: &WordTable, after: &WordTable, prior: KeynessPrior) -> Vec<Key> {
    let words: BTreeSet<&String> = before.words.keys().chain(after.words.keys()).collect();
    let totals = (before.tokens as f64, after.tokens as f64);
    let of = |table: &WordTable, word: &String| table.words.get(word).copied().unwrap_or_default();
    let mut keys: Vec<Key> = words
        .iter()
        .map(|&word| key(word, of(before, word), of(after, word), totals, prior, words.len()))
        .collect();
    keys.sort_by(|a, b| b.g2.total_cmp(&a.g2).then_with(|| a.word.cmp(&b.word)));
    false_discovery_rates(&mut keys);
    keys
}

pub(crate) fn key(
    word: &str,
    before: Use,
    after: Use,
    totals: (f64, f64),
    prior: KeynessPrior,
    vocabulary: usize,
) -> Key {
    let counts = (before.count as f64, after.count as f64);
    let g2 = log_likelihood_ratio(counts, totals);
    let (log_ratio, error) = log_ratio(counts, totals);
    let margin = Z_95 * error;
    Key {
        word: word.to_owned(),
        before,
        after,
        g2,
        p_value: 2.0 * normal_cdf(-g2.sqrt()),
        q_value: 1.0,
        log_ratio,
        log_ratio_interval: Interval::new(log_ratio - margin, log_ratio + margin),
        z: log_odds_z(counts, totals, prior, vocabulary),
    }
}

const Z_95: f64 = 1.959_963_984_540_054;

/// 2 Σ O ln(O / E) over the four cells.
pub(crate) fn log_likelihood_ratio(counts: (f64, f64), totals: (f64, f64)) -> f64 {
    let (seen, all) = (counts.0 + counts.1, totals.0 + totals.1);
    let cell =
        |observed: f64, expected: f64| if observed > 0.0 { observed * ln(observed / expected) } else { 0.0 };
    let of = |count: f64, total: f64| {
        cell(count, total * seen / all) + cell(total - count, total * (all - seen) / all)
    };
    (2.0 * (of(counts.0, totals.0) + of(counts.1, totals.1))).max(0.0)
}

/// log₂ of the ratio of relative frequencies, and its standard error by the delta method.
fn log_ratio(counts: (f64, f64), totals: (f64, f64)) -> (f64, f64) {
    let (a, b) = (counts.0 + 0.5, counts.1 + 0.5);
    let (n, m) = (totals.0 + 0.5, totals.1 + 0.5);
    let error = (1.0 / a - 1.0 / n + 1.0 / b - 1.0 / m).max(0.0).sqrt();
    (ln(b / m * (n / a)) / LN_2, error / LN_2)
}

fn log_odds_z(counts: (f64, f64), totals: (f64, f64), prior: KeynessPrior, vocabulary: usize) -> f64 {
    let (word, all) = match prior {
        KeynessPrior::Pooled(tokens) => {
            (tokens * (counts.0 + counts.1) / (totals.0 + totals.1).max(1.0), tokens)
        }
        KeynessPrior::Flat(tokens) => (tokens, tokens * vocabulary as f64),
    };
    let log_odds = |count: f64, total: f64| ln((count + word) / (total + all - count - word));
    let variance = 1.0 / (counts.0 + word) + 1.0 / (counts.1 + word);
    let difference = log_odds(counts.1, totals.1) - log_odds(counts.0, totals.0);
    // A text of one single word has no odds.
    if difference.is_finite() { difference / variance.sqrt() } else { 0.0 }
}

/// q of the i-th smallest p of N: the least of p_j N / j over j ≥ i. Keys stand by rising p.
pub(crate) fn false_discovery_rates(keys: &mut [Key]) {
    let number = keys.len() as f64;
    let mut least = 1.0_f64;
    for (i, key) in keys.iter_mut().enumerate().rev() {
        least = least.min(key.p_value * number / (i + 1) as f64);
        key.q_value = least;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(words: &[(&str, u64)], tokens: u64) -> WordTable {
        let words = words.iter().map(|&(w, count)| (w.to_owned(), Use { count, documents: count.min(3) }));
        WordTable { words: words.collect(), tokens, documents: 3 }
    }

    /// The formula as the paper prints it, from probabilities.
    fn direct_z(y: [f64; 2], n: [f64; 2], a: f64, a0: f64) -> f64 {
        let omega = |i: usize| {
            let p = (y[i] + a) / (n[i] + a0);
            ln(p / (1.0 - p))
        };
        (omega(1) - omega(0)) / (1.0 / (y[0] + a) + 1.0 / (y[1] + a)).sqrt()
    }

    #[test]
    fn likelihood_ratios_agree_with_published_values() {
        // Dunning (1993), table 1: the cells of `the swiss`, `can be` and `previous year`.
        for (g2, cells) in [
            (270.72, [110.0, 2442.0, 111.0, 29114.0]),
            (263.90, [29.0, 13.0, 123.0, 31612.0]),
            (256.84, [31.0, 23.0, 139.0, 31584.0]),
        ] {
            let [ab, a, b, neither] = cells;
            assert!((log_likelihood_ratio((ab, b), (ab + a, b + neither)) - g2).abs() < 0.005);
        }
    }

    #[test]
    fn log_odds_agree_with_the_printed_formula() {
        let (before, after) = (table(&[("dialogue", 40), ("war", 10)], 1000), table(&[("war", 90)], 3000));
        for (prior, a, a0) in [
            (KeynessPrior::Pooled(500.0), 500.0 * 100.0 / 4000.0, 500.0),
            (KeynessPrior::Flat(0.01), 0.01, 0.02),
        ] {
            let keys = keyness(&before, &after, prior);
            let war = keys.iter().find(|key| key.word == "war").unwrap();
            let z = direct_z([10.0, 90.0], [1000.0, 3000.0], a, a0);
            assert!((war.z - z).abs() < 1e-12, "{} {z}", war.z);
        }
    }

    #[test]
    fn rates_of_false_discovery() {
        // Benjamini & Hochberg (1995), section 3.2: 15 p-values, four are rejected at 0.05.
        let ps = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let mut keys = keyness(
            &table(&[], 10),
            &table(&["abcdefghijklmno"].map(|w| (w, 1)), 10),
            KeynessPrior::default(),
        );
        let one = keys.pop().unwrap();
        let mut keys: Vec<Key> = ps.iter().map(|&p_value| Key { p_value, ..one.clone() }).collect();
        false_discovery_rates(&mut keys);
        assert_eq!(keys.iter().filter(|key| key.q_value <= 0.05).count(), 4);
        assert!((keys[0].q_value - 0.0015).abs() < 1e-12);
        assert!(keys.windows(2).all(|pair| pair[0].q_value <= pair[1].q_value));
    }

    #[test]
    fn exchanging_the_sides_turns_the_signs() {
        let (a, b) = (table(&[("x", 5), ("y", 20)], 100), table(&[("x", 50), ("z", 2)], 400));
        let (there, back) =
            (keyness(&a, &b, KeynessPrior::default()), keyness(&b, &a, KeynessPrior::default()));
        assert_eq!(there.len(), 3);
        for (one, other) in there.iter().zip(&back) {
            assert_eq!(one.word, other.word);
            assert!((one.g2 - other.g2).abs() < 1e-12 && (one.z + other.z).abs() < 1e-12);
            assert!((one.log_ratio + other.log_ratio).abs() < 1e-12);
        }
        assert!(keyness(&table(&[], 0), &table(&[], 0), KeynessPrior::default()).is_empty());
        let lonely = keyness(&table(&[("x", 9)], 9), &table(&[("x", 9)], 9), KeynessPrior::default());
        assert!(lonely[0].z == 0.0 && lonely[0].g2 == 0.0 && lonely[0].p_value == 1.0);
    }
}
