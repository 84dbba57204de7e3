//! Which sentence of one text became which of another.

use std::collections::{BTreeMap, HashMap};

use measure::portable::ln;

/// Sentences that belong together: ranges of both texts, one of them one sentence long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bead {
    pub before: (usize, usize),
    pub after: (usize, usize),
    /// 1 for the same words, 0 for none in common.
    pub similarity: f64,
}

/// What was found: pairs in the order of both texts, and pairs that changed their place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alignment {
    pub chain: Vec<Bead>,
    pub moved: Vec<Bead>,
}

/// Likeness from which two sentences at the same place are one sentence reworded.
const REWORDED: f64 = 0.4;
/// Likeness from which a sentence at another place is the same one moved.
const MOVED: f64 = 0.7;
/// Counterparts looked at for each sentence.
const CANDIDATES: usize = 32;
/// Words that stand in more sentences than this suggest no counterpart.
const COMMON: usize = 256;

/// Features of one sentence by number, sorted, with how often each.
type Bag = Vec<(u32, f64)>;

/// Aligns two lists of sentences.
///
/// The monotone part is the chain of greatest total likeness among pairs (1 : 1, 1 : 2, 2 : 1; Gale & Church 1993, with
/// likeness of words in place of lengths), exact over the candidates, found with a Fenwick tree in O(candidates × ln n)
/// (Abouelhoda & Ohlebusch 2005, chaining). Pairs outside the chain that are alike enough have moved. A sentence that stands
/// once in each text, word for word, is paired with nothing else.
pub(crate) fn align(before: &[String], after: &[String]) -> Alignment {
    let pairs = candidates(before, after);
    let chain = chain(&pairs.beads, before.len(), after.len());
    let (mut left, mut right) = (vec![false; before.len()], vec![false; after.len()]);
    for bead in &chain {
        left[bead.before.0..bead.before.1].fill(true);
        right[bead.after.0..bead.after.1].fill(true);
    }
    let mut rest: Vec<&Bead> = pairs.beads.iter().filter(|b| is_single(b) && b.similarity >= MOVED).collect();
    let distance = |b: &Bead| apart(b.before.0, before.len(), b.after.0, after.len());
    rest.sort_by(|a, b| {
        b.similarity
            .total_cmp(&a.similarity)
            .then(distance(a).total_cmp(&distance(b)))
            .then((a.before, a.after).cmp(&(b.before, b.after)))
    });
    let mut moved = Vec::new();
    for bead in rest {
        if !left[bead.before.0] && !right[bead.after.0] {
            (left[bead.before.0], right[bead.after.0]) = (true, true);
            moved.push(*bead);
        }
    }
    moved.sort_by_key(|bead| bead.after);
    Alignment { chain, moved }
}

fn is_single(bead: &Bead) -> bool {
    bead.before.1 - bead.before.0 == 1 && bead.after.1 - bead.after.0 == 1
}

/// How far apart two places are, as shares of the texts.
fn apart(i: usize, n: usize, j: usize, m: usize) -> f64 {
    (i as f64 / n as f64 - j as f64 / m as f64).abs()
}

struct Pairs {
    beads: Vec<Bead>,
}

struct Bags {
    before: Vec<Bag>,
    after: Vec<Bag>,
    /// How much a feature tells: rare ones more.
    weights: Vec<f64>,
}

impl Bags {
    fn of(before: &[String], after: &[String]) -> Self {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut bag = |sentence: &String| {
            let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
            for feature in features(sentence) {
                let next = numbers.len() as u32;
                *counts.entry(*numbers.entry(feature).or_insert(next)).or_default() += 1.0;
            }
            counts.into_iter().collect::<Bag>()
        };
        let before: Vec<Bag> = before.iter().map(&mut bag).collect();
        let after: Vec<Bag> = after.iter().map(&mut bag).collect();
        let mut held = vec![0.0; numbers.len()];
        for (feature, _) in before.iter().chain(&after).flatten() {
            held[*feature as usize] += 1.0;
        }
        let all = (before.len() + after.len()) as f64;
        let weights = held.into_iter().map(|number| ln(1.0 + all / number)).collect();
        Self { before, after, weights }
    }

    fn size(&self, bag: &Bag) -> f64 {
        bag.iter().map(|(feature, count)| self.weights[*feature as usize] * count).sum()
    }

    fn common(&self, a: &Bag, b: &Bag) -> f64 {
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < a.len() && j < b.len() {
            match a[i].0.cmp(&b[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    sum += self.weights[a[i].0 as usize] * a[i].1.min(b[j].1);
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        sum
    }

    /// Weighted Dice coefficient: twice what is common over what there is.
    fn similarity(&self, a: &Bag, b: &Bag) -> f64 {
        let all = self.size(a) + self.size(b);
        if all > 0.0 { (2.0 * self.common(a, b) / all).min(1.0) } else { 0.0 }
    }
}

/// Words in lower case; of a Korean word, whose particles are written together with it, each two letters in a row.
fn features(sentence: &str) -> Vec<String> {
    let mut all = Vec::new();
    for word in sentence.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
        if letters.len() > 1 && letters.iter().any(|c| *c >= '\u{1100}' && !c.is_ascii()) {
            all.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else {
            all.push(letters.into_iter().collect());
        }
    }
    if all.is_empty() {
        all.push(sentence.to_string());
    }
    all
}

/// All pairs that may belong together, in the order of the first text.
fn candidates(before: &[String], after: &[String]) -> Pairs {
    let bags = Bags::of(before, after);
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); bags.weights.len()];
    for (j, bag) in bags.after.iter().enumerate() {
        for (feature, _) in bag {
            holders[*feature as usize].push(j);
        }
    }
    let mut places: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (i, sentence) in before.iter().enumerate() {
        places.entry(sentence).or_default().0.push(i);
    }
    for (j, sentence) in after.iter().enumerate() {
        places.entry(sentence).or_default().1.push(j);
    }
    let taken = |j: usize| places.get(after[j].as_str()).is_some_and(|(a, b)| a.len() == 1 && b.len() == 1);
    let mut pairs = Pairs { beads: Vec::new() };
    for (i, sentence) in before.iter().enumerate() {
        let (same_left, same_right) = &places[sentence.as_str()];
        let single = |j: usize, similarity: f64| Bead { before: (i, i + 1), after: (j, j + 1), similarity };
        if same_left.len() == 1 && same_right.len() == 1 {
            pairs.beads.push(single(same_right[0], 1.0));
            continue;
        }
        let mut near: Vec<usize> = same_right.clone();
        near.sort_by(|x, y| {
            apart(i, before.len(), *x, after.len()).total_cmp(&apart(i, before.len(), *y, after.len()))
        });
        near.truncate(CANDIDATES);
        let mut found: BTreeMap<usize, f64> = near.iter().map(|&j| (j, 1.0)).collect();
        let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
        for (feature, count) in &bags.before[i] {
            let holders = &holders[*feature as usize];
            if holders.len() <= COMMON {
                for &j in holders {
                    *scores.entry(j).or_default() += bags.weights[*feature as usize] * count;
                }
            }
        }
        let mut best: Vec<(usize, f64)> = scores.into_iter().filter(|(j, _)| !taken(*j)).collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for (j, _) in best.into_iter().take(CANDIDATES) {
            // Not the same sentence, whatever its words.
            let similarity = bags.similarity(&bags.before[i], &bags.after[j]).min(0.99);
            found.entry(j).or_insert(similarity);
        }
        let exact = !same_right.is_empty();
        for (&j, &similarity) in &found {
            if similarity >= REWORDED {
                pairs.beads.push(single(j, similarity));
            }
            if exact {
                continue;
            }
            // Cut in two: this sentence and two of the other text.
            for first in [j.checked_sub(1), Some(j)].into_iter().flatten() {
                if first + 1 < after.len() && !taken(first) && !taken(first + 1) {
                    let two = [&bags.after[first], &bags.after[first + 1]];
                    if let Some(similarity) = in_two(&bags, &bags.before[i], two) {
                        pairs.beads.push(Bead { before: (i, i + 1), after: (first, first + 2), similarity });
                    }
                }
            }
            // Joined: this sentence and the next with one of the other.
            let next_is_free = before.get(i + 1).is_some_and(|next| places[next.as_str()].1.is_empty());
            if next_is_free {
                let two = [&bags.before[i], &bags.before[i + 1]];
                if let Some(similarity) = in_two(&bags, &bags.after[j], two) {
                    pairs.beads.push(Bead { before: (i, i + 2), after: (j, j + 1), similarity });
                }
            }
        }
    }
    pairs.beads.sort_by_key(|bead| (bead.before, bead.after));
    pairs.beads.dedup_by(|a, b| a.before == b.before && a.after == b.after);
    pairs
}

/// Likeness of one sentence and two that it may have been cut into: each half must be found in it for the most part,
/// and both together fit better than either.
fn in_two(bags: &Bags, whole: &Bag, halves: [&Bag; 2]) -> Option<f64> {
    let mut joined: BTreeMap<u32, f64> = BTreeMap::new();
    for (feature, count) in halves.into_iter().flatten() {
        *joined.entry(*feature).or_default() += count;
    }
    let joined: Bag = joined.into_iter().collect();
    let (both, alone) = (bags.common(whole, &joined), halves.map(|half| bags.common(whole, half)));
    let added = [both - alone[1], both - alone[0]];
    let each = added.iter().zip(halves).all(|(added, half)| *added >= 0.4 * bags.size(half));
    let similarity = bags.similarity(whole, &joined).min(0.99);
    let best = halves.map(|half| bags.similarity(whole, half)).into_iter().fold(0.0, f64::max);
    (each && similarity >= REWORDED && similarity > best + 0.02).then_some(similarity)
}

/// The chain of beads, each after the last in both texts, of the greatest total: likeness times sentences covered, by
/// a hair more for nearer places.
fn chain(beads: &[Bead], n: usize, m: usize) -> Vec<Bead> {
    let worth = |b: &Bead| {
        let covered = (b.before.1 - b.before.0 + b.after.1 - b.after.0) as f64 / 2.0;
        covered * b.similarity - 1e-6 * apart(b.before.0, n, b.after.0, m)
    };
    // Beads by the sentence they begin and end with.
    let mut starting: Vec<Vec<usize>> = vec![Vec::new(); n + 1];
    let mut ending: Vec<Vec<usize>> = vec![Vec::new(); n + 1];
    for (number, bead) in beads.iter().enumerate() {
        starting[bead.before.0].push(number);
        ending[bead.before.1].push(number);
    }
    let mut best: Vec<(f64, Option<usize>)> = vec![(0.0, None); beads.len()];
    let mut tree: Vec<(f64, Option<usize>)> = vec![(0.0, None); m + 2];
    for i in 0..=n {
        for &number in &ending[i] {
            let mut at = beads[number].after.1 + 1;
            while at < tree.len() {
                if best[number].0 > tree[at].0 {
                    tree[at] = (best[number].0, Some(number));
                }
                at += at & at.wrapping_neg();
            }
        }
        for &number in &starting[i] {
            let mut at = beads[number].after.0 + 1;
            let mut before = (0.0, None);
            while at > 0 {
                if tree[at].0 > before.0 {
                    before = tree[at];
                }
                at -= at & at.wrapping_neg();
            }
            best[number] = (before.0 + worth(&beads[number]), before.1);
        }
    }
    let mut last = None;
    let mut most = 0.0;
    for (number, (total, _)) in best.iter().enumerate() {
        if *total > most {
            (most, last) = (*total, Some(number));
        }
    }
    let mut chain = Vec::new();
    while let Some(number) = last {
        chain.push(beads[number]);
        last = best[number].1;
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(chain: &[Bead], n: usize, m: usize) -> f64 {
        chain
            .iter()
            .map(|b| {
                let covered = (b.before.1 - b.before.0 + b.after.1 - b.after.0) as f64 / 2.0;
                covered * b.similarity - 1e-6 * apart(b.before.0, n, b.after.0, m)
            })
            .sum()
    }

    /// Every chain, one after the other.
    fn by_trying(beads: &[Bead], from: (usize, usize), n: usize, m: usize) -> f64 {
        let after = beads.iter().filter(|b| b.before.0 >= from.0 && b.after.0 >= from.1);
        after
            .map(|b| total(&[*b], n, m) + by_trying(beads, (b.before.1, b.after.1), n, m))
            .fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn no_chain_is_better(raw in prop::collection::vec((0_usize..6, 0_usize..6, 1_usize..4, 0.5_f64..1.0), 0..12)) {
            let mut beads: Vec<Bead> = raw
                .into_iter()
                .map(|(i, j, shape, similarity)| Bead {
                    before: (i, i + 1 + usize::from(shape == 2)),
                    after: (j, j + 1 + usize::from(shape == 3)),
                    similarity,
                })
                .collect();
            beads.sort_by_key(|bead| (bead.before, bead.after));
            let (n, m) = (7, 7);
            let found = chain(&beads, n, m);
            for pair in found.windows(2) {
                prop_assert!(pair[0].before.1 <= pair[1].before.0 && pair[0].after.1 <= pair[1].after.0);
            }
            prop_assert!((total(&found, n, m) - by_trying(&beads, (0, 0), n, m)).abs() < 1e-9);
        }
    }
}
