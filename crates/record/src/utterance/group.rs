//! From sketches to utterances.

use rustc_hash::FxHashMap;

use super::sketch::{Family, Sketch};
use super::{CopyKind, UtteranceSettings};

/// Fewest letters of a word in which one letter more, less or other may be a slip of the pen.
const LONG_WORD: usize = 5;

/// The first of the utterance of a document, how it is known, and how alike the two are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Joined {
    pub(super) first: usize,
    pub(super) kind: CopyKind,
    pub(super) similarity: f64,
}

/// Documents by date and then by order.
fn in_order(sketches: &[Sketch], family: Family) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sketches.len()).filter(|&i| sketches[i].family == family).collect();
    order.sort_by_key(|&i| (sketches[i].days, i));
    order
}

/// For each document, where it stands: texts before headlines, by date, by order.
pub(super) fn places(sketches: &[Sketch]) -> Vec<usize> {
    let mut places = vec![0; sketches.len()];
    let all = in_order(sketches, Family::Text).into_iter().chain(in_order(sketches, Family::Headline));
    all.enumerate().for_each(|(place, i)| places[i] = place);
    places
}

/// Most days between a document and the first it may be a copy of.
fn window(sketch: &Sketch, settings: &UtteranceSettings) -> i32 {
    match sketch.family {
        Family::Text => settings.days,
        Family::Headline => 0,
    }
}

/// Which documents share a band with another within the days allowed, so that their runs are needed.
pub(super) fn wanted(sketches: &[Sketch], settings: &UtteranceSettings) -> Vec<bool> {
    let mut wanted = vec![false; sketches.len()];
    for family in [Family::Text, Family::Headline] {
        let order = in_order(sketches, family);
        let bands = order.first().map_or(0, |&i| sketches[i].keys.len().max(1));
        let mut last: FxHashMap<u32, usize> = FxHashMap::default();
        for band in 0..bands {
            last.clear();
            for &this in &order {
                let Some(&key) = sketches[this].keys.get(band) else { continue };
                if let Some(before) = last.insert(key, this)
                    && sketches[this].days - sketches[before].days <= window(&sketches[this], settings)
                {
                    wanted[before] = true;
                    wanted[this] = true;
                }
            }
        }
    }
    wanted
}

/// The utterance of each document.
pub(super) fn group(sketches: &[Sketch], runs: &[Vec<u64>], settings: &UtteranceSettings) -> Vec<Joined> {
    let first = |i| Joined { first: i, kind: CopyKind::First, similarity: 1.0 };
    let mut joined: Vec<Joined> = (0..sketches.len()).map(first).collect();
    let texts = in_order(sketches, Family::Text);
    join(&texts, sketches, runs, settings, &mut joined);
    let headlines = under_their_texts(&texts, sketches, &mut joined);
    join(&headlines, sketches, runs, settings, &mut joined);
    joined
}

/// Joins headlines to a text of the same title and outlet, of the same day or the next; gives back the others, and what
/// is as short as a headline and has no title.
fn under_their_texts(texts: &[usize], sketches: &[Sketch], joined: &mut [Joined]) -> Vec<usize> {
    let mut by_title: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for &text in texts {
        if let Some(title) = sketches[text].title {
            by_title.entry(title).or_default().push(text);
        }
    }
    let mut left = Vec::new();
    for headline in in_order(sketches, Family::Headline) {
        let day = sketches[headline].days;
        let near = |&&text: &&usize| (sketches[text].days - day).abs() <= 1;
        let titled = sketches[headline].title.and_then(|title| by_title.get(&title));
        let same = titled.into_iter().flatten().filter(near);
        match same.min_by_key(|&&text| ((sketches[text].days - day).abs(), text)) {
            Some(&text) => {
                joined[headline] =
                    Joined { first: joined[text].first, kind: CopyKind::Headline, similarity: 1.0 };
            }
            None => left.push(headline),
        }
    }
    left
}

/// Takes the documents of `order` one after another: each becomes a copy of the first it is most like (the earliest
/// of several), or a first itself.
fn join(
    order: &[usize],
    sketches: &[Sketch],
    runs: &[Vec<u64>],
    settings: &UtteranceSettings,
    joined: &mut [Joined],
) {
    let mut firsts: FxHashMap<(u32, u32), Vec<usize>> = FxHashMap::default();
    for &this in order.iter().filter(|&&i| !runs[i].is_empty()) {
        let earliest = sketches[this].days - window(&sketches[this], settings);
        let bands = || sketches[this].keys.iter().enumerate().map(|(band, &key)| (band as u32, key));
        let mut candidates: Vec<usize> = bands()
            .filter_map(|band| firsts.get(&band))
            .flat_map(|firsts| firsts.iter().rev().take_while(|&&first| sketches[first].days >= earliest))
            .copied()
            .collect();
        candidates.sort_by_key(|&first| (sketches[first].days, first));
        candidates.dedup();
        let mut best: Option<Joined> = None;
        for first in candidates {
            let Some(found) = compare(first, this, sketches, runs, settings) else { continue };
            if best.is_none_or(|best| found.similarity > best.similarity) {
                best = Some(found);
            }
        }
        match best {
            Some(best) => joined[this] = best,
            None => bands().for_each(|band| firsts.entry(band).or_default().push(this)),
        }
    }
}

/// Whether `this` is a copy of `first`, by their runs.
fn compare(
    first: usize,
    this: usize,
    sketches: &[Sketch],
    runs: &[Vec<u64>],
    settings: &UtteranceSettings,
) -> Option<Joined> {
    let (a, b) = (&sketches[first], &sketches[this]);
    if a.content == b.content && a.words == b.words {
        return Some(Joined { first, kind: CopyKind::Exact, similarity: 1.0 });
    }
    let (few, many) = (runs[first].len().min(runs[this].len()), runs[first].len().max(runs[this].len()));
    let common = common(&runs[first], &runs[this]);
    let jaccard = common as f64 / (few + many - common) as f64;
    let containment = common as f64 / few as f64;
    let similarity = match a.family {
        Family::Text if jaccard >= settings.jaccard => jaccard,
        Family::Text
            if containment >= settings.containment && many as f64 <= settings.longer * few as f64 =>
        {
            containment
        }
        Family::Headline if jaccard >= settings.headline_jaccard && slip_of_the_pen(a, b) => jaccard,
        _ => return None,
    };
    Some(Joined { first, kind: CopyKind::Near, similarity })
}

/// "Floral basket laid" and "Floral baskets laid", not "Greetings to Mali" and "Greetings to Malta".
fn slip_of_the_pen(a: &Sketch, b: &Sketch) -> bool {
    let slip = |(a, b): (&str, &str)| {
        a == b || (a.chars().count().min(b.chars().count()) >= LONG_WORD && strsim::levenshtein(a, b) == 1)
    };
    a.numbers == b.numbers && a.words == b.words && a.line.split(' ').zip(b.line.split(' ')).all(slip)
}

/// How many elements two sorted sets share.
fn common(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        common += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    common
}
