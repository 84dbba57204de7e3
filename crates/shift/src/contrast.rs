//! What tells two sets of documents apart, with what each document carries.

use std::collections::HashMap;

use measure::Seed;
use serde::{Deserialize, Serialize};

use crate::keyness::{Key, KeynessPrior, Use, false_discovery_rates, key, log_likelihood_ratio};

/// One of the two sets that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContrastSet {
    /// The first, or the earlier.
    A,
    /// The second, or the later: ratios are B over A.
    B,
}

/// One to a few words in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The words, one space between them.
    pub text: String,
    /// How many, from 1.
    pub length: usize,
}

/// What one document holds; where only sums were kept, what the documents of one period hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The set that it belongs to.
    pub set: ContrastSet,
    /// How many documents, 1 but for sums.
    pub documents: u64,
    /// Places at which a term of length 1, 2, … could stand.
    pub positions: Vec<u64>,
    /// Number of the term, how often it stands here, in how many documents; by number, none twice.
    pub terms: Vec<(u32, u64, u64)>,
}

/// How two sets are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContrastSettings {
    /// Prior of the log odds.
    pub prior: KeynessPrior,
    /// Terms that are rarer in both sets together are not compared.
    pub count_at_least: u64,
    /// A shorter term is shown within a longer one that holds at least this share of its uses.
    pub fold: f64,
    /// G² that is called a difference: 15.13 is p < 0.0001, as Rayson, Berridge & Francis (2004) advise.
    pub critical: f64,
    /// Shuffles of the documents between the sets.
    pub permutations: u64,
    /// Terms kept, strongest first.
    pub keep: usize,
}

impl Default for ContrastSettings {
    fn default() -> Self {
        Self {
            prior: KeynessPrior::default(),
            count_at_least: 5,
            fold: 0.9,
            critical: 15.13,
            permutations: 999,
            keep: 100,
        }
    }
}

/// What is left of a difference without the document that carries most of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WithoutTop {
    /// Number of the part that was left out.
    pub part: usize,
    /// How often the term stands in it.
    pub count: u64,
    /// G² without it; 0 if the difference turns round.
    pub g2: f64,
}

/// How much one term tells B from A, and whether more than one document says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TermKey {
    /// The measures that take tokens as independent draws.
    #[serde(flatten)]
    pub key: Key,
    /// Words of the term.
    pub length: usize,
    /// Shorter terms that stand almost only within this one.
    pub folded: Vec<String>,
    /// Dispersion over the parts of A and of B: 0 spread as the text is, 1 all in one small part; null where it does
    /// not stand.
    pub dispersion: [Option<f64>; 2],
    /// The difference without the part that carries most of it.
    pub without_top: Option<WithoutTop>,
    /// G² is above the critical value with the top part and below it without.
    pub carried_by_one: bool,
    /// How often a random division of the parts gives as large a G²; null if nothing was shuffled.
    pub p_permutation: Option<f64>,
}

/// The sizes of both sets and what tells them apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// Documents of A and of B.
    pub documents: [u64; 2],
    /// Tokens of A and of B.
    pub tokens: [u64; 2],
    /// Parts of A and of B: units that are shuffled and left out.
    pub parts: [usize; 2],
    /// Terms compared; the false-discovery rate is over all of them.
    pub compared: usize,
    /// Strongest first.
    pub keys: Vec<TermKey>,
}

/// Compares the parts of two sets term by term. Positive ratios: more in B.
///
/// The measures of [`keyness`](crate::keyness()) for each term within the terms of its length, with false-discovery
/// rates over all terms of all lengths. Since words come in bursts, three things stand beside them that count
/// documents and not tokens: the deviation of proportions in each set (Gries 2008, normed as Lijffijt & Gries
/// 2012), G² without the part whose loss lowers it most, and the share of random divisions of the parts (of the
/// same sizes; labels shuffled) whose G² is as large, the observed one counted in (Phipson & Smyth 2010).
///
/// # Cost
/// O(all counts) plus permutations × counts of the terms kept. Memory: one entry per term and part.
///
/// - Gries, Dispersions and adjusted frequencies in corpora, Int. J. Corpus Linguistics 13:403–437.
/// - Lijffijt & Gries, Correction to the above, Int. J. Corpus Linguistics 17:147–149.
/// - Phipson & Smyth, Permutation p-values should never be zero, Stat. Appl. Genet. Mol. Biol. 9:39.
pub fn contrast(terms: &[Term], parts: &[Part], settings: &ContrastSettings, seed: Seed) -> Contrast {
    let sizes = Sizes::of(parts);
    let (mut keys, numbers) = keys(terms, parts, &sizes, settings);
    let compared = keys.len();
    let texts: HashMap<&str, u32> = numbers.iter().map(|&n| (terms[n as usize].text.as_str(), n)).collect();
    let mut folded = fold(terms, &keys, &texts, settings.fold);
    keys.retain(|key| !folded.inside.contains_key(&texts[key.word.as_str()]));
    keys.truncate(settings.keep);
    let kept: Vec<u32> = keys.iter().map(|key| texts[key.word.as_str()]).collect();
    let columns = columns(&kept, parts);
    let chances = chances(&keys, &kept, &columns, terms, parts, settings, seed);
    let keys = keys.into_iter().enumerate().map(|(at, key)| {
        let length = terms[kept[at] as usize].length;
        let totals = sizes.positions(length);
        let without_top = without_top(&key, &columns[at], parts, length, totals);
        TermKey {
            length,
            folded: folded.held.remove(&kept[at]).unwrap_or_default(),
            dispersion: [ContrastSet::A, ContrastSet::B]
                .map(|set| dispersion(&columns[at], parts, set, length, totals[set as usize])),
            carried_by_one: key.g2 >= settings.critical
                && without_top.is_some_and(|without| without.g2 < settings.critical),
            without_top,
            p_permutation: chances.get(at).copied(),
            key,
        }
    });
    Contrast {
        documents: sizes.documents,
        tokens: [sizes.positions(1)[0] as u64, sizes.positions(1)[1] as u64],
        parts: sizes.parts,
        compared,
        keys: keys.collect(),
    }
}

/// Part number and count of one term.
type Column = Vec<(usize, u64)>;

struct Sizes {
    documents: [u64; 2],
    parts: [usize; 2],
    /// By length − 1.
    positions: Vec<[f64; 2]>,
}

impl Sizes {
    fn of(parts: &[Part]) -> Self {
        let lengths = parts.iter().map(|part| part.positions.len()).max().unwrap_or(0);
        let mut sizes = Self { documents: [0; 2], parts: [0; 2], positions: vec![[0.0; 2]; lengths] };
        for part in parts {
            let set = part.set as usize;
            sizes.documents[set] += part.documents;
            sizes.parts[set] += 1;
            for (sum, &own) in sizes.positions.iter_mut().zip(&part.positions) {
                sum[set] += own as f64;
            }
        }
        sizes
    }

    fn positions(&self, length: usize) -> [f64; 2] {
        self.positions.get(length - 1).copied().unwrap_or([0.0; 2])
    }
}

/// All terms that are frequent enough, strongest first, and their numbers.
fn keys(terms: &[Term], parts: &[Part], sizes: &Sizes, settings: &ContrastSettings) -> (Vec<Key>, Vec<u32>) {
    let mut uses = vec![[Use::default(); 2]; terms.len()];
    for part in parts {
        for &(term, count, documents) in &part.terms {
            let own = &mut uses[term as usize][part.set as usize];
            own.count += count;
            own.documents += documents;
        }
    }
    let frequent = |n: &u32| {
        let [a, b] = uses[*n as usize];
        a.count + b.count >= settings.count_at_least.max(1)
    };
    let numbers: Vec<u32> = (0..terms.len() as u32).filter(frequent).collect();
    let mut vocabulary = vec![0; sizes.positions.len() + 1];
    for &n in &numbers {
        if let Some(number) = vocabulary.get_mut(terms[n as usize].length) {
            *number += 1;
        }
    }
    let mut keys: Vec<Key> = numbers
        .iter()
        .map(|&n| {
            let (term, [a, b]) = (&terms[n as usize], uses[n as usize]);
            let [x, y] = sizes.positions(term.length);
            key(&term.text, a, b, (x, y), settings.prior, vocabulary.get(term.length).copied().unwrap_or(1))
        })
        .collect();
    keys.sort_by(|a, b| b.g2.total_cmp(&a.g2).then_with(|| a.word.cmp(&b.word)));
    false_discovery_rates(&mut keys);
    (keys, numbers)
}

/// Which terms stand within which longer one.
struct Folded {
    inside: HashMap<u32, u32>,
    held: HashMap<u32, Vec<String>>,
}

fn fold(terms: &[Term], keys: &[Key], texts: &HashMap<&str, u32>, share: f64) -> Folded {
    let counts: HashMap<u32, u64> =
        keys.iter().map(|key| (texts[key.word.as_str()], key.before.count + key.after.count)).collect();
    // For each shorter term the most frequent longer one; ties by the text.
    let mut inside: HashMap<u32, u32> = HashMap::new();
    for key in keys {
        let long = texts[key.word.as_str()];
        let (Some((head, _)), Some((_, tail))) = (key.word.rsplit_once(' '), key.word.split_once(' ')) else {
            continue;
        };
        for short in [head, tail].iter().filter_map(|text| texts.get(text)) {
            if counts[&long] as f64 >= share * counts[short] as f64 {
                let rank = |n: u32| (counts[&n], std::cmp::Reverse(&terms[n as usize].text));
                let best = inside.entry(*short).or_insert(long);
                if rank(long) > rank(*best) {
                    *best = long;
                }
            }
        }
    }
    let mut held: HashMap<u32, Vec<String>> = HashMap::new();
    for key in keys {
        let mut at = texts[key.word.as_str()];
        let own = at;
        while let Some(&longer) = inside.get(&at) {
            at = longer;
        }
        if at != own {
            held.entry(at).or_default().push(key.word.clone());
        }
    }
    Folded { inside, held }
}

fn columns(kept: &[u32], parts: &[Part]) -> Vec<Column> {
    let at: HashMap<u32, usize> = kept.iter().enumerate().map(|(at, &n)| (n, at)).collect();
    let mut columns = vec![Column::new(); kept.len()];
    for (number, part) in parts.iter().enumerate() {
        for (term, count, _) in &part.terms {
            if let Some(&at) = at.get(term) {
                columns[at].push((number, *count));
            }
        }
    }
    columns
}

fn positions(part: &Part, length: usize) -> f64 {
    part.positions.get(length - 1).copied().unwrap_or(0) as f64
}

fn dispersion(column: &Column, parts: &[Part], set: ContrastSet, length: usize, total: f64) -> Option<f64> {
    let own = || column.iter().filter(|(part, _)| parts[*part].set == set);
    let count: u64 = own().map(|(_, count)| count).sum();
    if count == 0 {
        return None;
    }
    let (mut differences, mut covered) = (0.0, 0.0);
    for &(part, uses) in own() {
        let size = positions(&parts[part], length) / total;
        differences += (size - uses as f64 / count as f64).abs();
        covered += size;
    }
    let least = parts
        .iter()
        .filter(|part| part.set == set && positions(part, length) > 0.0)
        .map(|part| positions(part, length) / total)
        .fold(1.0, f64::min);
    let deviation = 0.5 * (differences + (1.0 - covered).max(0.0));
    // One part alone has no dispersion to speak of.
    (least < 1.0).then(|| (deviation / (1.0 - least)).clamp(0.0, 1.0))
}

fn without_top(
    key: &Key,
    column: &Column,
    parts: &[Part],
    length: usize,
    totals: [f64; 2],
) -> Option<WithoutTop> {
    let counts = [key.before.count as f64, key.after.count as f64];
    let direction = |counts: [f64; 2], totals: [f64; 2]| counts[1] * totals[0] - counts[0] * totals[1];
    let all = direction(counts, totals);
    let without = |&(part, count): &(usize, u64)| {
        let (mut left, mut size) = (counts, totals);
        left[parts[part].set as usize] -= count as f64;
        size[parts[part].set as usize] -= positions(&parts[part], length);
        let turned = direction(left, size) * all <= 0.0;
        let g2 = if turned || left[0] + left[1] == 0.0 {
            0.0
        } else {
            log_likelihood_ratio((left[0], left[1]), (size[0], size[1]))
        };
        WithoutTop { part, count, g2 }
    };
    column.iter().map(without).min_by(|a, b| a.g2.total_cmp(&b.g2).then(b.count.cmp(&a.count)))
}

/// For each kept term how often a shuffled division gives as large a G².
fn chances(
    keys: &[Key],
    kept: &[u32],
    columns: &[Column],
    terms: &[Term],
    parts: &[Part],
    settings: &ContrastSettings,
    seed: Seed,
) -> Vec<f64> {
    if settings.permutations == 0 {
        return Vec::new();
    }
    let lengths = parts.iter().map(|part| part.positions.len()).max().unwrap_or(0);
    let mut labels: Vec<ContrastSet> = parts.iter().map(|part| part.set).collect();
    let mut reached = vec![0_u64; keys.len()];
    for shuffle in 0..settings.permutations {
        let mut stream = seed.stream("keyness", shuffle);
        labels.iter_mut().zip(parts).for_each(|(label, part)| *label = part.set);
        for last in (1..labels.len()).rev() {
            labels.swap(last, stream.index(last + 1));
        }
        let mut totals = vec![[0.0; 2]; lengths];
        for (part, &label) in parts.iter().zip(&labels) {
            for (sum, &own) in totals.iter_mut().zip(&part.positions) {
                sum[label as usize] += own as f64;
            }
        }
        for (at, column) in columns.iter().enumerate() {
            let mut counts = [0.0; 2];
            for &(part, count) in column {
                counts[labels[part] as usize] += count as f64;
            }
            let [x, y] = totals[terms[kept[at] as usize].length - 1];
            if log_likelihood_ratio((counts[0], counts[1]), (x, y)) >= keys[at].g2 * (1.0 - 1e-12) {
                reached[at] += 1;
            }
        }
    }
    let all = (settings.permutations + 1) as f64;
    reached.into_iter().map(|number| (number + 1) as f64 / all).collect()
}
