//! How well a profile types, by documents that a person has read.

use std::collections::BTreeMap;

use measure::{Interval, Seed, portable};
use serde::{Deserialize, Serialize};

/// A document of a sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// Its id.
    pub id: String,
    /// The type under which it was drawn.
    pub drawn_as: String,
    /// The share of the documents of that type that were drawn.
    pub share: f64,
    /// The type that a person gives it; empty if nobody has read it yet.
    pub label: String,
}

/// How well one type is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// The type.
    pub kind: String,
    /// Documents of the sample that the profile gives this type, and how many of them are right.
    pub told: u64,
    /// Right among them.
    pub right: u64,
    /// Share of those told that are right; absent if none was told.
    pub precision: Option<f64>,
    /// 90 % interval of it.
    pub precision_interval: Option<Interval>,
    /// Share of the documents of this type that are told, each weighted by how many it stands for.
    pub recall: Option<f64>,
    /// 90 % interval of it.
    pub recall_interval: Option<Interval>,
}

/// Draws about `size` documents, as many of each type as there can be (at least one), so that every type can be judged.
///
/// `kinds[i]` is the type of document `i`. Returns positions in order, each with the share of its type that was drawn.
pub fn draw(kinds: &[&str], size: usize, seed: Seed) -> Vec<(usize, f64)> {
    let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (position, kind) in kinds.iter().enumerate() {
        by_kind.entry(kind).or_default().push(position);
    }
    let mut sizes: Vec<usize> = by_kind.values().map(Vec::len).collect();
    sizes.sort_unstable();
    // The most of each type with which the whole is no larger than asked for.
    let total = |most: usize| sizes.iter().map(|&size| size.min(most)).sum::<usize>();
    let most = (1..=kinds.len()).take_while(|&most| total(most) <= size).last().unwrap_or(1);
    let mut drawn = Vec::new();
    for (kind, mut positions) in by_kind {
        let (all, mut stream) = (positions.len(), seed.stream(kind, 0));
        let taken = all.min(most);
        for place in 0..taken {
            let other = place + stream.index(all - place);
            positions.swap(place, other);
        }
        drawn.extend(positions[..taken].iter().map(|&position| (position, taken as f64 / all as f64)));
    }
    drawn.sort_unstable_by_key(|(position, _)| *position);
    drawn
}

/// Precision and recall per type: `told[i]` is the type that the profile gives the document of `checked[i]`; those without a
/// label are passed over.
///
/// Intervals are Wilson's; for recall with the effective size of the weighted sample.
///
/// Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22:209–212; Kish (1965),
/// Survey Sampling (effective size).
pub fn quality(checked: &[Checked], told: &[&str]) -> Vec<Quality> {
    let all: Vec<(&Checked, &str)> =
        checked.iter().zip(told.iter().copied()).filter(|(one, _)| !one.label.is_empty()).collect();
    let mut kinds: Vec<&str> = all.iter().flat_map(|(one, told)| [one.label.as_str(), *told]).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let of = |kind: &str| {
        let (mut told_as, mut right) = (0, 0);
        let (mut weight, mut squares, mut found) = (0.0, 0.0, 0.0);
        for (one, told) in &all {
            told_as += u64::from(*told == kind);
            right += u64::from(*told == kind && one.label == kind);
            if one.label == kind {
                let stands_for = 1.0 / one.share;
                weight += stands_for;
                squares += stands_for * stands_for;
                found += if *told == kind { stands_for } else { 0.0 };
            }
        }
        let precision = (told_as > 0).then(|| right as f64 / told_as as f64);
        let recall = (weight > 0.0).then(|| found / weight);
        Quality {
            kind: kind.to_string(),
            told: told_as,
            right,
            precision,
            precision_interval: precision.map(|p| wilson(p, told_as as f64)),
            recall,
            recall_interval: recall.map(|p| wilson(p, weight * weight / squares)),
        }
    };
    kinds.into_iter().map(of).collect()
}

/// The 90 % interval of a share `p` of `n`.
fn wilson(p: f64, n: f64) -> Interval {
    let z = portable::normal_quantile(0.95);
    let (middle, half) = (p + z * z / (2.0 * n), z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt());
    let below = 1.0 + z * z / n;
    Interval::new(((middle - half) / below).max(0.0), ((middle + half) / below).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_drawn_and_the_seed_decides() {
        let kinds: Vec<&str> = (0..100).map(|i| if i < 3 { "rare" } else { "often" }).collect();
        let drawn = draw(&kinds, 20, Seed(1));
        assert_eq!(drawn.len(), 20);
        assert_eq!(drawn.iter().filter(|(position, share)| *position < 3 && *share == 1.0).count(), 3);
        assert_eq!(drawn, draw(&kinds, 20, Seed(1)));
        assert_ne!(drawn, draw(&kinds, 20, Seed(2)));
        assert_eq!(draw(&kinds, 1, Seed(1)).len(), 2, "one of each at least");
    }

    /// By hand: of type a two of three told are right; one of the two others that are a stands for ten documents.
    #[test]
    fn precision_and_weighted_recall() {
        let one = |label: &str, share: f64| Checked {
            id: String::new(),
            drawn_as: String::new(),
            share,
            label: label.into(),
        };
        let checked = [one("a", 1.0), one("a", 1.0), one("b", 1.0), one("a", 0.1), one("", 1.0)];
        let quality = quality(&checked, &["a", "a", "a", "b", "a"]);
        let a = &quality[0];
        assert_eq!((a.told, a.right, a.precision), (3, 2, Some(2.0 / 3.0)));
        assert!((a.recall.unwrap() - 2.0 / 12.0).abs() < 1e-12);
        assert_eq!((quality[1].precision, quality[1].recall), (Some(0.0), Some(0.0)));
        // Wilson's interval of 8 of 10 at 90 %: z = 1.6449, by the formula in exact decimals.
        let interval = wilson(0.8, 10.0);
        assert!(
            (interval.low - 0.540_8).abs() < 5e-4 && (interval.high - 0.931_4).abs() < 5e-4,
            "{interval:?}"
        );
    }
}
