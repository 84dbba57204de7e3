//! Words around a term.

use measure::portable::{ln, normal_cdf};
use serde::Serialize;

use crate::ngram::{BREAK, Tokenized};

/// A term to look around: alternatives of one or more words, each word with `*` for any letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node(Vec<Vec<String>>);

impl Node {
    /// Reads `hostile polic*|policy of hostility`; `None` if an alternative holds no word.
    pub fn parse(text: &str) -> Option<Self> {
        let words = |part: &str| -> Vec<String> {
            part.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*'))
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect()
        };
        let all: Vec<Vec<String>> = text.split('|').map(words).collect();
        all.iter().all(|words| words.iter().any(|word| word != "*")).then_some(Self(all))
    }
}

/// Whether a word fits a pattern with `*`.
fn fits(pattern: &str, word: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == word,
        Some((head, rest)) => word.strip_prefix(head).is_some_and(|left| {
            rest.is_empty() && !rest.contains('*')
                || (0..=left.len()).filter(|&at| left.is_char_boundary(at)).any(|at| fits(rest, &left[at..]))
        }),
    }
}

/// What stands around a term in one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// How often the term stands in it.
    pub nodes: u64,
    /// Words of the document.
    pub words: u64,
    /// Words within the windows, those of the term itself aside; each place once, however many windows hold it.
    pub near: u64,
    /// Word and how often it stands within the windows; by number.
    pub near_counts: Vec<(u32, u64)>,
    /// Word and how often it stands in the document, the places of the term aside; by number.
    pub all_counts: Vec<(u32, u64)>,
}

/// Looks around every place of a term: `window` words on each side, not beyond the sentence (as [`Tokenized`] was filled).
/// O(words).
pub fn surroundings(tokenized: &Tokenized, node: &Node, window: usize) -> Vec<Surroundings> {
    let vocabulary = tokenized.vocabulary();
    // For each word of each alternative: which words of the vocabulary fit.
    let fitting: Vec<Vec<Vec<bool>>> = node
        .0
        .iter()
        .map(|words| {
            words.iter().map(|pattern| vocabulary.iter().map(|word| fits(pattern, word)).collect()).collect()
        })
        .collect();
    (0..tokenized.len()).map(|document| around(tokenized.document(document), &fitting, window)).collect()
}

fn around(words: &[u32], fitting: &[Vec<Vec<bool>>], window: usize) -> Surroundings {
    let mut found = Surroundings::default();
    let (mut own, mut near) = (vec![false; words.len()], vec![false; words.len()]);
    let mut at = 0;
    while at < words.len() {
        let holds = |pattern: &&Vec<Vec<bool>>| {
            at + pattern.len() <= words.len()
                && pattern.iter().zip(&words[at..]).all(|(fit, word)| *word != BREAK && fit[*word as usize])
        };
        let Some(length) = fitting.iter().filter(holds).map(Vec::len).max() else {
            at += 1;
            continue;
        };
        found.nodes += 1;
        own[at..at + length].fill(true);
        let left = words[..at].iter().rev().take(window).take_while(|word| **word != BREAK).count();
        let right = words[at + length..].iter().take(window).take_while(|word| **word != BREAK).count();
        near[at - left..at].fill(true);
        near[at + length..at + length + right].fill(true);
        at += length;
    }
    let mut counts: std::collections::BTreeMap<u32, (u64, u64)> = std::collections::BTreeMap::new();
    for ((&word, own), near) in words.iter().zip(own).zip(near) {
        if word == BREAK {
            continue;
        }
        found.words += 1;
        if own {
            continue;
        }
        let count = counts.entry(word).or_default();
        count.1 += 1;
        if near {
            count.0 += 1;
            found.near += 1;
        }
    }
    found.near_counts = counts.iter().filter(|(_, c)| c.0 > 0).map(|(&word, c)| (word, c.0)).collect();
    found.all_counts = counts.into_iter().map(|(word, c)| (word, c.1)).collect();
    found
}

/// How closely a word keeps to a term.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Collocate {
    /// The word.
    pub word: String,
    /// How often it stands within the windows.
    pub near: u64,
    /// How often it stands in the texts.
    pub count: u64,
    /// Documents in which it stands within a window.
    pub documents: u64,
    /// 14 + log₂ of the Dice coefficient of term and word; 14 at most, comparable between texts of any size.
    pub log_dice: f64,
    /// log₂ of observed over expected within the windows.
    pub pmi: f64,
    /// Log-likelihood ratio of word or not, within a window or not; negative where it shuns the term.
    pub g2: f64,
    /// P(χ²₁ ≥ |G²|).
    pub p_value: f64,
    /// How unevenly the uses are spread over the windows of the documents: 0 evenly, 1 all in one small document
    /// (deviation of proportions, normed); null with one document.
    pub dispersion: Option<f64>,
}

/// The words that stand within the windows of these documents, by falling logDice and then by word.
///
/// A place within two windows counts once, so that the counts make a two-by-two table: the word or another, within a
/// window or outside. Rare words lead by PMI, frequent ones by G²; logDice leans to neither.
///
/// - Church & Hanks (1990), Word association norms, mutual information, and lexicography, Comput. Linguistics 16:22–29.
/// - Dunning (1993), Comput. Linguistics 19:61–74; Evert (2005), The Statistics of Word Cooccurrences.
/// - Rychlý (2008), A lexicographer-friendly association score, RASLAN 6–9.
/// - Gries (2008), Int. J. Corpus Linguistics 13:403–437; Lijffijt & Gries (2012), 17:147–149.
pub fn collocates<'s>(
    tokenized: &Tokenized,
    documents: impl Iterator<Item = &'s Surroundings> + Clone,
    near_at_least: u64,
) -> Vec<Collocate> {
    let size = tokenized.vocabulary().len();
    let (mut near, mut all, mut holders) = (vec![0_u64; size], vec![0_u64; size], vec![0_u64; size]);
    let (mut nodes, mut windows, mut words) = (0, 0, 0);
    for one in documents.clone() {
        nodes += one.nodes;
        windows += one.near;
        words += one.all_counts.iter().map(|(_, count)| count).sum::<u64>();
        for &(word, count) in &one.near_counts {
            near[word as usize] += count;
            holders[word as usize] += 1;
        }
        for &(word, count) in &one.all_counts {
            all[word as usize] += count;
        }
    }
    let parts: Vec<&Surroundings> = documents.filter(|one| one.near > 0).collect();
    let dispersions = dispersions(&parts, &near, windows);
    let log2 = |x: f64| ln(x) / std::f64::consts::LN_2;
    let mut found: Vec<Collocate> = (0..size)
        .filter(|&word| near[word] >= near_at_least.max(1))
        .map(|word| {
            let (o, row, column, n) = (near[word] as f64, windows as f64, all[word] as f64, words as f64);
            let expected = row * column / n;
            let g2 = g2([o, row - o, column - o, n - row - column + o]);
            Collocate {
                word: tokenized.vocabulary().word(word as u32).to_string(),
                near: near[word],
                count: all[word],
                documents: holders[word],
                log_dice: 14.0 + log2(2.0 * o / (nodes as f64 + column)),
                pmi: log2(o / expected),
                g2: if o >= expected { g2 } else { -g2 },
                p_value: 2.0 * normal_cdf(-g2.sqrt()),
                dispersion: dispersions[word],
            }
        })
        .collect();
    found.sort_by(|a, b| b.log_dice.total_cmp(&a.log_dice).then_with(|| a.word.cmp(&b.word)));
    found
}

/// 2 Σ O ln(O / E) of a two-by-two table by rows.
fn g2([a, b, c, d]: [f64; 4]) -> f64 {
    let n = a + b + c + d;
    let cell = |o: f64, row: f64, column: f64| if o > 0.0 { o * ln(o * n / (row * column)) } else { 0.0 };
    let sum = cell(a, a + b, a + c) + cell(b, a + b, b + d) + cell(c, c + d, a + c) + cell(d, c + d, b + d);
    (2.0 * sum).max(0.0)
}

fn dispersions(parts: &[&Surroundings], near: &[u64], windows: u64) -> Vec<Option<f64>> {
    let least = parts.iter().map(|one| one.near).min().unwrap_or(0) as f64 / windows.max(1) as f64;
    if parts.len() < 2 {
        return vec![None; near.len()];
    }
    // Σ |share of the uses − share of the windows| over the holders, and the windows of the holders.
    let mut sums = vec![(0.0, 0.0); near.len()];
    for one in parts {
        let share = one.near as f64 / windows as f64;
        for &(word, count) in &one.near_counts {
            let sum: &mut (f64, f64) = &mut sums[word as usize];
            sum.0 += (count as f64 / near[word as usize] as f64 - share).abs();
            sum.1 += share;
        }
    }
    sums.into_iter()
        .map(|(differences, covered)| {
            Some((0.5 * (differences + 1.0 - covered) / (1.0 - least)).clamp(0.0, 1.0))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Breaks;
    use proptest::prelude::*;

    fn tokenized(texts: &[String]) -> Tokenized {
        let mut all = Tokenized::default();
        for text in texts {
            all.push_texts(std::iter::once(text.as_str()), Breaks::Sentences);
        }
        all
    }

    #[test]
    fn patterns() {
        assert!(fits("polic*", "policy") && fits("*polic*", "policy") && fits("p*y", "policy"));
        assert!(!fits("p*x", "policy") && !fits("policy", "police") && fits("비핵*", "비핵화를"));
        assert!(Node::parse("*").is_none() && Node::parse("a||b").is_none());
    }

    #[test]
    fn published_values() {
        // Dunning (1993), table 1: `the swiss`.
        assert!((g2([110.0, 2442.0, 111.0, 29114.0]) - 270.72).abs() < 0.005);
    }

    #[test]
    fn windows_end_with_the_sentence_and_overlap_once() {
        let all = tokenized(&["Hostile policy ends the hostile policies here. They go.".to_string()]);
        let node = Node::parse("hostile polic*").unwrap();
        let found = &surroundings(&all, &node, 3)[0];
        assert_eq!((found.nodes, found.words, found.near), (2, 9, 3));
        let collocates = collocates(&all, [found].into_iter(), 1);
        let words: Vec<&str> = collocates.iter().map(|one| one.word.as_str()).collect();
        assert_eq!(words, ["ends", "here", "the"]);
        // Dice of 2 terms and 1 word that meet once: 2 · 1 / 3.
        let dice = 14.0 + ln(2.0 / 3.0) / std::f64::consts::LN_2;
        assert!((collocates[0].log_dice - dice).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn as_by_looking_at_every_place(
            documents in prop::collection::vec(prop::collection::vec(0_u8..5, 1..20), 1..5),
            window in 1_usize..4,
        ) {
            let texts: Vec<String> = documents
                .iter()
                .map(|words| words.iter().map(|w| if *w == 4 { "! ".into() } else { format!("w{w} ") }).collect())
                .collect();
            let all = tokenized(&texts);
            let found = surroundings(&all, &Node::parse("w0").unwrap(), window);
            let collocates = collocates(&all, found.iter(), 1);
            let (mut near, mut total, mut windows, mut words, mut nodes) = ([0_u64; 4], [0_u64; 4], 0, 0, 0);
            for text in &texts {
                for sentence in text.split("! ") {
                    let own: Vec<usize> =
                        sentence.split_whitespace().map(|word| word[1..].parse().unwrap()).collect();
                    for (at, &word) in own.iter().enumerate() {
                        if word == 0 { nodes += 1; continue }
                        words += 1;
                        total[word] += 1;
                        let close = own.iter().enumerate().any(|(other, w)| *w == 0 && other.abs_diff(at) <= window);
                        if close { near[word] += 1; windows += 1; }
                    }
                }
            }
            for word in 1..4 {
                let one = collocates.iter().find(|one| one.word == format!("w{word}"));
                prop_assert_eq!(one.map_or(0, |one| one.near), near[word]);
                let Some(one) = one else { continue };
                prop_assert_eq!(one.count, total[word]);
                let log2 = |x: f64| ln(x) / std::f64::consts::LN_2;
                let pmi = log2(near[word] as f64 * words as f64 / (windows as f64 * total[word] as f64));
                prop_assert!((one.pmi - pmi).abs() < 1e-9);
                let dice = 14.0 + log2(2.0 * near[word] as f64 / (nodes + total[word]) as f64);
                prop_assert!((one.log_dice - dice).abs() < 1e-9);
            }
        }
    }
}
