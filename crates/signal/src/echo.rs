//! Passages that several outlets share, and how often chance alone would give as many.

use measure::{Interval, Seed, portable};
use rayon::prelude::*;
use record::documents::Documents;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::count::texts;
use crate::ngram::{BREAK, Tokenized};
use crate::token::tokens;

/// What is known of a document besides its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EchoDocument {
    /// Number of the outlet (or speaker, or state).
    pub outlet: u32,
    /// Number of the stratum within which outlets are exchanged.
    pub stratum: u32,
    /// Any number that grows with the date.
    pub day: i64,
}

/// What counts as a shared passage, and how chance is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EchoSettings {
    /// Fewest words in a row.
    pub words_at_least: usize,
    /// A passage that stands in this many documents of one outlet is a stock formula: a title, a name, a salutation.
    pub stock_documents: usize,
    /// Exchanges of the outlets within strata.
    pub permutations: u64,
    /// Corpora written by each outlet's own word pairs.
    pub chains: u64,
}

impl Default for EchoSettings {
    fn default() -> Self {
        Self { words_at_least: 8, stock_documents: 3, permutations: 999, chains: 19 }
    }
}

/// A run of words that stands in several documents, as long as it is in all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedPassage {
    /// Words in a row.
    pub words: usize,
    /// Document and number of the first word in it, by day and document.
    pub places: Vec<(usize, usize)>,
    /// Different documents.
    pub documents: usize,
    /// Different outlets.
    pub outlets: usize,
    /// The most documents that hold it in one outlet.
    pub most_in_one_outlet: usize,
}

/// A number of pairs of documents of different outlets that share a passage, beside what chance gives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Expected {
    /// Mean over the repetitions.
    pub mean: f64,
    /// From the 5th to the 95th of a hundred.
    pub interval: Interval,
    /// How often chance gives at least as many, the observed one counted in.
    pub p_value: f64,
}

/// Two outlets and the pairs of their documents that share a passage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OutletPair {
    /// Numbers of the outlets, the smaller first.
    pub outlets: (u32, u32),
    /// Pairs of documents.
    pub pairs: u64,
    /// If outlets were exchangeable within strata.
    pub expected: Option<Expected>,
}

/// What outlets share.
#[derive(Clone, Debug, PartialEq)]
pub struct Echo {
    /// Passages of at least two outlets that are no formula: most outlets first, then the longest.
    pub passages: Vec<SharedPassage>,
    /// Formulas of at least two outlets, most documents first.
    pub stock: Vec<SharedPassage>,
    /// Pairs of documents of different outlets that share a passage which is no formula.
    pub pairs: u64,
    /// As many if it did not matter within a stratum who said it; outlets that repeat themselves make this large.
    pub exchanged: Option<Expected>,
    /// As many if each outlet strung words as it strings pairs of words.
    pub chained: Option<Expected>,
    /// By pair of outlets, most pairs first.
    pub by_outlets: Vec<OutletPair>,
}

/// Finds the passages that documents of different outlets share.
///
/// Every run of at least `words_at_least` words that stands in two documents is found, word for word (case aside): shingles
/// are hashed, places whose shingle stands in two documents are sorted as suffixes, and runs of equal beginnings give the
/// maximal repeats (Manber & Myers 1993; the filter as in Broder 1997). Of repeats within one another the longer is kept,
/// unless the shorter reaches another outlet.
///
/// Chance is measured twice. *Exchanged*: outlets are shuffled among the documents of a stratum; asks whether it matters
/// who speaks. *Chained*: each outlet's documents are written anew, word by word as its own pairs of words follow each other
/// (a Markov chain of order 1), and searched in the same way; asks how many runs of that length its language alone brings.
/// Neither knows of a common source: two outlets that quote a third echo each other here.
///
/// # Cost
/// O(words) for the filter with 5 bytes a word, O(repeated × ln repeated) comparisons after it; as much for each chain.
///
/// Broder (1997), On the resemblance and containment of documents; Manber & Myers (1993), Suffix arrays, SIAM J. Comput.
/// 22:935–948.
///
/// # Panics
/// If there is not one entry of `documents` per document.
pub fn echo(tokenized: &Tokenized, documents: &[EchoDocument], settings: &EchoSettings, seed: Seed) -> Echo {
    assert_eq!(tokenized.len(), documents.len(), "one entry per document");
    let texts: Vec<&[u32]> = (0..tokenized.len()).map(|number| tokenized.document(number)).collect();
    let found = find(&texts, documents, settings);
    let shared = edges(&found, settings);
    let cross = |edges: &[(u32, u32)], outlet: &dyn Fn(u32) -> u32| {
        edges.iter().filter(|(a, b)| outlet(*a) != outlet(*b)).count() as u64
    };
    let own = |number: u32| documents[number as usize].outlet;
    let pairs = cross(&shared, &own);
    let by_pair = |outlet: &[u32]| {
        let mut all: FxHashMap<(u32, u32), u64> = FxHashMap::default();
        for (a, b) in &shared {
            let (a, b) = (outlet[*a as usize], outlet[*b as usize]);
            if a != b {
                *all.entry((a.min(b), a.max(b))).or_default() += 1;
            }
        }
        all
    };
    let observed = by_pair(&documents.iter().map(|one| one.outlet).collect::<Vec<_>>());
    let exchanged: Vec<FxHashMap<(u32, u32), u64>> = (0..settings.permutations)
        .into_par_iter()
        .map(|unit| by_pair(&exchange(documents, seed, unit)))
        .collect();
    let chained: Vec<u64> = (0..settings.chains)
        .into_par_iter()
        .map(|unit| {
            let written = write(&texts, documents, seed, unit);
            let texts: Vec<&[u32]> = written.iter().map(Vec::as_slice).collect();
            let found = find(&texts, documents, settings);
            cross(&edges(&found, settings), &own)
        })
        .collect();
    let mut by_outlets: Vec<OutletPair> = observed
        .iter()
        .map(|(&outlets, &pairs)| {
            let draws: Vec<u64> =
                exchanged.iter().map(|one| one.get(&outlets).copied().unwrap_or(0)).collect();
            OutletPair { outlets, pairs, expected: expected(pairs, &draws) }
        })
        .collect();
    by_outlets.sort_by_key(|one| (std::cmp::Reverse(one.pairs), one.outlets));
    let sums: Vec<u64> = exchanged.iter().map(|one| one.values().sum()).collect();
    let (stock, mut passages): (Vec<_>, Vec<_>) = found
        .into_iter()
        .filter(|one| one.outlets > 1)
        .partition(|one| one.most_in_one_outlet >= settings.stock_documents);
    let mut stock = reduce(stock, documents);
    passages = reduce(passages, documents);
    let first = |one: &SharedPassage| one.places[0];
    passages.sort_by_key(|one| (std::cmp::Reverse((one.outlets, one.words, one.documents)), first(one)));
    stock.sort_by_key(|one| (std::cmp::Reverse((one.documents, one.words)), first(one)));
    Echo {
        passages,
        stock,
        pairs,
        exchanged: expected(pairs, &sums),
        chained: expected(pairs, &chained),
        by_outlets,
    }
}

fn expected(observed: u64, draws: &[u64]) -> Option<Expected> {
    if draws.is_empty() {
        return None;
    }
    let mut sorted: Vec<f64> = draws.iter().map(|&draw| draw as f64).collect();
    sorted.sort_by(f64::total_cmp);
    let reached = draws.iter().filter(|&&draw| draw >= observed).count();
    Some(Expected {
        mean: portable::mean(&sorted),
        interval: Interval::new(portable::quantile(&sorted, 0.05), portable::quantile(&sorted, 0.95)),
        p_value: (reached + 1) as f64 / (draws.len() + 1) as f64,
    })
}

/// Outlets shuffled among the documents of each stratum.
fn exchange(documents: &[EchoDocument], seed: Seed, unit: u64) -> Vec<u32> {
    let mut strata: std::collections::BTreeMap<u32, Vec<usize>> = std::collections::BTreeMap::new();
    for (number, document) in documents.iter().enumerate() {
        strata.entry(document.stratum).or_default().push(number);
    }
    let mut outlets: Vec<u32> = documents.iter().map(|document| document.outlet).collect();
    let mut stream = seed.stream("echo exchange", unit);
    for members in strata.values() {
        for last in (1..members.len()).rev() {
            outlets.swap(members[last], members[stream.index(last + 1)]);
        }
    }
    outlets
}

/// Documents as long as these, each outlet's words following each other as they do in its own documents.
fn write(texts: &[&[u32]], documents: &[EchoDocument], seed: Seed, unit: u64) -> Vec<Vec<u32>> {
    // For each outlet and word the words that followed it there, as often as they did.
    let mut followers: FxHashMap<(u32, u32), Vec<u32>> = FxHashMap::default();
    let mut openings: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (text, document) in texts.iter().zip(documents) {
        for pair in text.windows(2).filter(|pair| pair[0] != BREAK && pair[1] != BREAK) {
            followers.entry((document.outlet, pair[0])).or_default().push(pair[1]);
        }
        openings.entry(document.outlet).or_default().extend(text.iter().filter(|&&word| word != BREAK));
    }
    let mut stream = seed.stream("echo chain", unit);
    let mut written = Vec::with_capacity(texts.len());
    for (text, document) in texts.iter().zip(documents) {
        let mut own: Vec<u32> = Vec::with_capacity(text.len());
        let opening = openings.get(&document.outlet).map(Vec::as_slice).unwrap_or_default();
        for &word in *text {
            if word == BREAK {
                own.push(BREAK);
                continue;
            }
            let next = own.last().and_then(|last| followers.get(&(document.outlet, *last)));
            let from = next.map_or(opening, Vec::as_slice);
            own.push(from[stream.index(from.len())]);
        }
        written.push(own);
    }
    written
}

/// Pairs of documents that share a passage which is no formula, the smaller number first.
fn edges(found: &[SharedPassage], settings: &EchoSettings) -> Vec<(u32, u32)> {
    let mut all: FxHashSet<(u32, u32)> = FxHashSet::default();
    for passage in found.iter().filter(|one| one.most_in_one_outlet < settings.stock_documents) {
        for (at, (a, _)) in passage.places.iter().enumerate() {
            for (b, _) in &passage.places[at + 1..] {
                if a != b {
                    all.insert(((*a).min(*b) as u32, (*a).max(*b) as u32));
                }
            }
        }
    }
    let mut all: Vec<(u32, u32)> = all.into_iter().collect();
    all.sort_unstable();
    all
}

/// All maximal repeats in at least two documents.
fn find(texts: &[&[u32]], documents: &[EchoDocument], settings: &EchoSettings) -> Vec<SharedPassage> {
    let length = settings.words_at_least.max(1);
    let mut places = repeated(texts, length);
    let tail = |place: &(u32, u32)| &texts[place.0 as usize][place.1 as usize..];
    places.par_sort_unstable_by(|a, b| tail(a).cmp(tail(b)).then(a.cmp(b)));
    let common = |a: &(u32, u32), b: &(u32, u32)| {
        tail(a).iter().zip(tail(b)).take_while(|(x, y)| x == y && **x != BREAK).count()
    };
    let mut found = Vec::new();
    // Runs of places whose neighbors share at least so many words: the nodes of the suffix tree, from the leaves up.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for at in 1..=places.len() {
        let shared = if at < places.len() { common(&places[at - 1], &places[at]) } else { 0 };
        let mut from = at - 1;
        while let Some(&(words, start)) = open.last() {
            if words <= shared {
                break;
            }
            open.pop();
            from = start;
            if words >= length {
                found.extend(passage(&places[start..at], words, texts, documents));
            }
        }
        if open.last().is_none_or(|(words, _)| *words < shared) {
            open.push((shared, from));
        }
    }
    found
}

/// Places whose next `length` words may stand in another document too: of two shingles with one hash the later is right.
fn repeated(texts: &[&[u32]], length: usize) -> Vec<(u32, u32)> {
    let all: usize = texts.iter().map(|text| text.len()).sum();
    let slots = (2 * all.max(1)).next_power_of_two();
    let (mut last, mut several) = (vec![u32::MAX; slots], vec![false; slots]);
    for (document, text) in texts.iter().enumerate() {
        shingles(text, length, |_, hash| {
            let slot = hash as usize & (slots - 1);
            if last[slot] != u32::MAX && last[slot] != document as u32 {
                several[slot] = true;
            }
            last[slot] = document as u32;
        });
    }
    let mut places = Vec::new();
    for (document, text) in texts.iter().enumerate() {
        shingles(text, length, |at, hash| {
            if several[hash as usize & (slots - 1)] {
                places.push((document as u32, at as u32));
            }
        });
    }
    places
}

fn shingles(text: &[u32], length: usize, mut each: impl FnMut(usize, u64)) {
    let mut since = 0;
    for (end, &word) in text.iter().enumerate() {
        since = if word == BREAK { 0 } else { since + 1 };
        if since >= length {
            let start = end + 1 - length;
            let mix = |hash: u64, word: &u32| {
                (hash ^ u64::from(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
            };
            each(start, text[start..=end].iter().fold(0x51_7C_C1_B7, mix) >> 7);
        }
    }
}

/// The passage of a run of places, if it stands in two documents and cannot be longer to the left in all of them.
fn passage(
    run: &[(u32, u32)],
    words: usize,
    texts: &[&[u32]],
    documents: &[EchoDocument],
) -> Option<SharedPassage> {
    let before = |(document, at): &(u32, u32)| match at {
        0 => BREAK,
        at => texts[*document as usize][*at as usize - 1],
    };
    let first = before(&run[0]);
    if first != BREAK && run.iter().all(|place| before(place) == first) {
        return None;
    }
    let mut places: Vec<(usize, usize)> = run.iter().map(|&(d, at)| (d as usize, at as usize)).collect();
    places.sort_unstable_by_key(|&(document, at)| (documents[document].day, document, at));
    let mut holders: Vec<usize> = places.iter().map(|(document, _)| *document).collect();
    holders.sort_unstable();
    holders.dedup();
    if holders.len() < 2 {
        return None;
    }
    let mut per_outlet: FxHashMap<u32, usize> = FxHashMap::default();
    for &holder in &holders {
        *per_outlet.entry(documents[holder].outlet).or_default() += 1;
    }
    Some(SharedPassage {
        words,
        documents: holders.len(),
        outlets: per_outlet.len(),
        most_in_one_outlet: per_outlet.values().copied().max().unwrap_or(0),
        places,
    })
}

/// Leaves out passages that stand within longer ones, unless they reach an outlet that those do not.
fn reduce(mut found: Vec<SharedPassage>, documents: &[EchoDocument]) -> Vec<SharedPassage> {
    found.sort_by(|a, b| b.words.cmp(&a.words).then_with(|| a.places.cmp(&b.places)));
    let outlets = |one: &SharedPassage| -> FxHashSet<u32> {
        one.places.iter().map(|(document, _)| documents[*document].outlet).collect()
    };
    let mut kept: Vec<SharedPassage> = Vec::new();
    let mut within: FxHashMap<usize, Vec<(usize, usize, usize)>> = FxHashMap::default();
    for one in found {
        let mut around: FxHashSet<usize> = FxHashSet::default();
        for &(document, at) in &one.places {
            let longer = within.get(&document).map(Vec::as_slice).unwrap_or_default();
            let holds = |(from, to, _): &&(usize, usize, usize)| *from <= at && at + one.words <= *to;
            around.extend(longer.iter().filter(holds).map(|(_, _, number)| *number));
        }
        let known: FxHashSet<u32> = around.iter().flat_map(|&number| outlets(&kept[number])).collect();
        if !around.is_empty() && outlets(&one).is_subset(&known) {
            continue;
        }
        for &(document, at) in &one.places {
            within.entry(document).or_default().push((at, at + one.words, kept.len()));
        }
        kept.push(one);
    }
    kept
}

/// The text of a passage as it stands in a document: `words` words from number `first` on, counted as [`Tokenized`] counts
/// with [`crate::Breaks::Texts`], white space collapsed.
pub fn passage_text(documents: &Documents<'_>, row: usize, first: usize, words: usize) -> String {
    let mut number = 0;
    for text in texts(documents, row) {
        let own: Vec<_> = tokens(text).collect();
        if first < number + own.len() {
            let (from, to) = (&own[first - number], own.get(first - number + words - 1).or(own.last()));
            let end = to.map_or(text.len(), |token| token.start + token.text.len());
            return text[from.start..end].split_whitespace().collect::<Vec<_>>().join(" ");
        }
        // The break between title and text has a number of its own.
        number += own.len() + usize::from(!own.is_empty());
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Breaks;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn tokenized(texts: &[String]) -> Tokenized {
        let mut all = Tokenized::default();
        for text in texts {
            all.push_texts(std::iter::once(text.as_str()), Breaks::Texts);
        }
        all
    }

    fn documents(outlets: &[u32]) -> Vec<EchoDocument> {
        let one = |(day, &outlet): (usize, &u32)| EchoDocument { outlet, stratum: 0, day: day as i64 };
        outlets.iter().enumerate().map(one).collect()
    }

    const FORM: &str = "general secretary of the party and president of the state";

    #[test]
    fn who_had_it_first_and_what_is_stock() {
        let texts: Vec<String> = [
            format!("alpha {FORM} one two"),
            format!("beta {FORM} three four"),
            format!("gamma {FORM} the pivot of history turns against those who cling to the past age"),
            format!("delta {FORM} five six"),
            "others repeat that the pivot of history turns against those who cling to the past as ever"
                .into(),
        ]
        .to_vec();
        let settings = EchoSettings { permutations: 99, chains: 3, ..EchoSettings::default() };
        let found = echo(&tokenized(&texts), &documents(&[0, 0, 0, 1, 1]), &settings, Seed(3));
        assert_eq!((found.passages.len(), found.stock.len(), found.pairs), (1, 1, 1));
        let passage = &found.passages[0];
        // `the pivot of history turns against those who cling to the past`
        assert_eq!((passage.words, passage.places[0].0, passage.documents, passage.outlets), (12, 2, 2, 2));
        assert_eq!((found.stock[0].documents, found.stock[0].most_in_one_outlet), (4, 3));
        // Documents 2 and 4 fall into different outlets in 6 of 10 divisions of 3 and 2.
        assert!((found.exchanged.unwrap().mean - 0.6).abs() < 0.15, "{:?}", found.exchanged);
    }

    #[test]
    fn language_alone_gives_no_long_passage() {
        let mut stream = Seed(11).stream("words", 0);
        let plant = "w3 w17 w5 w29 w11 w38 w2 w23 w8 w31";
        let texts: Vec<String> = (0..10)
            .map(|number| {
                let words: Vec<String> = (0..200).map(|_| format!("w{}", stream.index(40))).collect();
                format!("{} {}", words.join(" "), if number == 2 || number == 7 { plant } else { "" })
            })
            .collect();
        let outlets: Vec<u32> = (0..10).map(|number| number / 5).collect();
        let settings = EchoSettings { permutations: 0, chains: 19, ..EchoSettings::default() };
        let found = echo(&tokenized(&texts), &documents(&outlets), &settings, Seed(3));
        let chained = found.chained.unwrap();
        assert_eq!((found.pairs, found.passages.len()), (1, 1));
        assert!(chained.mean < 0.5 && chained.p_value < 0.3, "{chained:?}");
        // At two words of a small vocabulary chance alone gives as many as there are.
        let short = EchoSettings { words_at_least: 2, stock_documents: 99, ..settings };
        let found = echo(&tokenized(&texts), &documents(&outlets), &short, Seed(3));
        assert!(found.pairs == 25 && (found.chained.unwrap().mean - 25.0).abs() < 0.5, "{:?}", found.chained);
    }

    proptest! {
        /// Each pair of documents that shares a run is found, and no other; each passage is as long as it can be.
        #[test]
        fn as_by_comparing_every_window(raw in prop::collection::vec(prop::collection::vec(0_u8..3, 0..16), 2..6)) {
            let texts: Vec<String> =
                raw.iter().map(|words| words.iter().map(|w| format!("w{w} ")).collect()).collect();
            let outlets: Vec<u32> = (0..texts.len() as u32).collect();
            let settings = EchoSettings { words_at_least: 4, stock_documents: 2, permutations: 0, chains: 0 };
            let (all, documents) = (tokenized(&texts), documents(&outlets));
            let own: Vec<&[u32]> = (0..all.len()).map(|n| all.document(n)).collect();
            let found = find(&own, &documents, &settings);
            let mut expected = BTreeSet::new();
            for a in 0..own.len() {
                for b in a + 1..own.len() {
                    if own[a].windows(4).any(|x| own[b].windows(4).any(|y| x == y)) {
                        expected.insert((a as u32, b as u32));
                    }
                }
            }
            let pairs: BTreeSet<(u32, u32)> = edges(&found, &settings).into_iter().collect();
            prop_assert_eq!(pairs, expected);
            // Every maximal match of two documents stands among the passages.
            for a in 0..own.len() {
                for b in a + 1..own.len() {
                    for i in 0..own[a].len() {
                        for j in 0..own[b].len() {
                            if i > 0 && j > 0 && own[a][i - 1] == own[b][j - 1] { continue }
                            let words = own[a][i..].iter().zip(&own[b][j..]).take_while(|(x, y)| x == y).count();
                            if words < 4 { continue }
                            let known = found.iter().any(|one| {
                                one.words == words && one.places.contains(&(a, i)) && one.places.contains(&(b, j))
                            });
                            prop_assert!(known, "{words} words at {a}:{i} and {b}:{j}");
                        }
                    }
                }
            }
        }
    }
}
