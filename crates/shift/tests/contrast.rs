//! Comparison of documents: against the formulas written out, and against published values.

use std::collections::BTreeMap;

use measure::Seed;
use proptest::prelude::*;
use shift::{ContrastSet, ContrastSettings, KeynessPrior, Part, Term, Use, WordTable, contrast, keyness};

/// Parts from texts: words and pairs of words.
fn parts(texts: &[(ContrastSet, &str)]) -> (Vec<Term>, Vec<Part>) {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut terms = Vec::new();
    let mut parts = Vec::new();
    for (set, text) in texts {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
        for length in 1..=2 {
            for window in words.windows(length) {
                let text = window.join(" ");
                let number = *numbers.entry(text.clone()).or_insert_with(|| {
                    terms.push(Term { text, length });
                    terms.len() as u32 - 1
                });
                *counts.entry(number).or_default() += 1;
            }
        }
        parts.push(Part {
            set: *set,
            documents: 1,
            positions: vec![words.len() as u64, words.len().saturating_sub(1) as u64],
            terms: counts.into_iter().map(|(term, count)| (term, count, 1)).collect(),
        });
    }
    (terms, parts)
}

fn settings() -> ContrastSettings {
    ContrastSettings { count_at_least: 1, permutations: 0, keep: usize::MAX, ..ContrastSettings::default() }
}

#[test]
fn dispersion_is_that_of_the_paper() {
    // Gries (2008), section 3.1: five parts; DP of `a` is 0.18, of `x` 0.78 (all in the last but one place).
    let corpus = ["b a m n i b e u p", "b a s a t b e w q n", "b c a g a b e s t a", "b a g h a b e a a t"];
    let last = "b a h a a b e a x a t";
    let mut texts: Vec<_> = corpus.iter().map(|text| (ContrastSet::A, *text)).collect();
    texts.push((ContrastSet::A, last));
    let (terms, parts) = parts(&texts);
    let found = contrast(&terms, &parts, &ContrastSettings { fold: 2.0, ..settings() }, Seed(1));
    // Normed by 1 − 9/50, the smallest part (Lijffijt & Gries 2012).
    for (word, dp) in [("a", 0.18), ("x", 0.78)] {
        let key = found.keys.iter().find(|key| key.key.word == word).unwrap();
        assert!((key.dispersion[0].unwrap() - dp / 0.82).abs() < 1e-12, "{word} {:?}", key.dispersion);
        assert_eq!(key.dispersion[1], None);
    }
}

#[test]
fn one_document_does_not_carry_a_result() {
    let plain = "we hold that dialogue and peace serve both sides of the sea and the land";
    let loud = "rocket ".repeat(12) + plain;
    let spread = format!("{plain} drill drill");
    let texts = [
        (ContrastSet::A, plain),
        (ContrastSet::A, plain),
        (ContrastSet::A, plain),
        (ContrastSet::A, plain),
        (ContrastSet::B, &loud),
        (ContrastSet::B, &spread),
        (ContrastSet::B, &spread),
        (ContrastSet::B, &spread),
        (ContrastSet::B, &spread),
        (ContrastSet::B, &spread),
    ];
    let (terms, parts) = parts(&texts);
    let settings = ContrastSettings { critical: 3.84, permutations: 999, fold: 2.0, ..settings() };
    let found = contrast(&terms, &parts, &settings, Seed(7));
    let of = |word: &str| found.keys.iter().find(|key| key.key.word == word).unwrap();
    let (rocket, drill) = (of("rocket"), of("drill"));
    assert!(rocket.key.g2 > drill.key.g2, "tokens alone put the rocket first");
    assert!(rocket.carried_by_one && !drill.carried_by_one);
    let without = rocket.without_top.unwrap();
    assert_eq!((without.part, without.count, without.g2), (4, 12, 0.0));
    // Exact: `drill` reaches its G² in those divisions only that put all its five holders on one side. Of the
    // 210 ways to choose 4 of 10 for A: 5 leave all five drills in B. All five in A is impossible.
    let exact = 5.0 / 210.0;
    assert!((drill.p_permutation.unwrap() - exact).abs() < 0.02, "{:?}", drill.p_permutation);
    assert!(rocket.p_permutation.unwrap() > 0.3, "six of ten divisions put that one document into B");
    assert_eq!(found, contrast(&terms, &parts, &settings, Seed(7)));
}

#[test]
fn shorter_terms_stand_within_longer_ones() {
    let texts =
        [(ContrastSet::A, "red sea cold sea"), (ContrastSet::B, "hong kong sea hong kong x hong kong")];
    let (terms, parts) = parts(&texts);
    let found = contrast(&terms, &parts, &settings(), Seed(1));
    let words: Vec<&str> = found.keys.iter().map(|key| key.key.word.as_str()).collect();
    assert!(
        words.contains(&"hong kong") && !words.contains(&"hong") && !words.contains(&"kong"),
        "{words:?}"
    );
    let pair = found.keys.iter().find(|key| key.key.word == "hong kong").unwrap();
    let mut folded = pair.folded.clone();
    folded.sort();
    assert_eq!(folded, ["hong", "kong"]);
    assert!(words.contains(&"sea"), "no longer term holds nine in ten of its uses");
}

fn small() -> impl Strategy<Value = Vec<(bool, Vec<u8>)>> {
    prop::collection::vec((any::<bool>(), prop::collection::vec(0_u8..5, 1..12)), 2..9)
}

proptest! {
    /// Words alone must agree with the comparison of word tables; leaving out a part with computing it again.
    #[test]
    fn agrees_with_tables_and_with_doing_it_again(documents in small()) {
        let texts: Vec<(ContrastSet, String)> = documents
            .iter()
            .map(|(b, words)| {
                let words: Vec<String> = words.iter().map(|w| format!("w{w}")).collect();
                (if *b { ContrastSet::B } else { ContrastSet::A }, words.join(" "))
            })
            .collect();
        let borrowed: Vec<_> = texts.iter().map(|(set, text)| (*set, text.as_str())).collect();
        let (terms, all) = parts(&borrowed);
        let settings = ContrastSettings { fold: 2.0, prior: KeynessPrior::Pooled(50.0), ..settings() };
        let found = contrast(&terms, &all, &settings, Seed(1));
        let table = |set: ContrastSet, without: Option<usize>| {
            let mut table = WordTable::default();
            for (number, (own, text)) in borrowed.iter().enumerate() {
                if *own != set || Some(number) == without { continue }
                table.documents += 1;
                let mut seen = std::collections::BTreeSet::new();
                for word in text.split_whitespace() {
                    table.tokens += 1;
                    let entry: &mut Use = table.words.entry(word.to_string()).or_default();
                    entry.count += 1;
                    if seen.insert(word) { entry.documents += 1; }
                }
            }
            table
        };
        let again = |without| keyness(&table(ContrastSet::A, without), &table(ContrastSet::B, without), settings.prior);
        let expected = again(None);
        prop_assert_eq!(found.compared, terms.len());
        for key in &expected {
            let own = found.keys.iter().find(|own| own.key.word == key.word).unwrap();
            prop_assert_eq!((own.key.before, own.key.after), (key.before, key.after));
            prop_assert!((own.key.g2 - key.g2).abs() < 1e-9 && (own.key.z - key.z).abs() < 1e-9);
            // The least G² over all parts, 0 where the direction turns.
            let mut least = f64::INFINITY;
            for (number, (_, text)) in borrowed.iter().enumerate() {
                if !text.split_whitespace().any(|word| word == key.word) { continue }
                let direction = |key: &shift::Key, a: &WordTable, b: &WordTable| {
                    key.after.count as f64 * a.tokens as f64 - key.before.count as f64 * b.tokens as f64
                };
                let (a, b) = (table(ContrastSet::A, Some(number)), table(ContrastSet::B, Some(number)));
                let all = direction(key, &table(ContrastSet::A, None), &table(ContrastSet::B, None));
                let g2 = again(Some(number)).into_iter().find(|one| one.word == key.word)
                    .map_or(0.0, |one| if direction(&one, &a, &b) * all <= 0.0 { 0.0 } else { one.g2 });
                least = least.min(g2);
            }
            prop_assert!((own.without_top.unwrap().g2 - least).abs() < 1e-9, "{} {:?} {least}", key.word, own.without_top);
        }
        let rising = found.keys.windows(2).all(|pair| pair[0].key.q_value <= pair[1].key.q_value + 1e-12);
        prop_assert!(rising);
    }
}
