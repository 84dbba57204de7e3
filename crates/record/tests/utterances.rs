//! Copies found by MinHash against those found by comparing everything with everything, and in real files.

use std::collections::{BTreeSet, HashSet};

use arrow_array::RecordBatch;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use record::documents::{Document, batch};
use record::{CopyKind, UtteranceSettings, Utterances};

const START: Date = date(2022, 1, 1);

fn document(number: usize, day: i64, title: &str, text: Option<&str>) -> Document {
    Document {
        id: format!("d{number}"),
        date: START.checked_add(day.days()).unwrap(),
        title: Some(title.into()),
        text: text.map(Into::into),
        ..Document::default()
    }
}

fn batches(documents: &[Document], size: usize) -> Vec<RecordBatch> {
    documents.chunks(size).map(batch).collect()
}

/// The slow way: sets of strings, every document with every first before it.
fn slow(documents: &[Document], settings: &UtteranceSettings) -> Vec<(usize, CopyKind, f64)> {
    let words = |d: &Document| -> Vec<String> {
        let all = format!("{} {}", d.title.as_deref().unwrap_or(""), d.text.as_deref().unwrap_or(""));
        all.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(Into::into)
            .collect()
    };
    let runs = |d: &Document| -> HashSet<String> {
        words(d).windows(settings.shingle).map(|run| run.join(" ")).collect()
    };
    let mut order: Vec<usize> = (0..documents.len()).collect();
    order.sort_by_key(|&i| (documents[i].date, i));
    let mut answer = vec![(0, CopyKind::First, 1.0); documents.len()];
    let mut firsts: Vec<usize> = Vec::new();
    for i in order {
        let mut best: Option<(usize, CopyKind, f64)> = None;
        for &first in &firsts {
            let days = (documents[i].date - documents[first].date).get_days();
            let (a, b) = (runs(&documents[first]), runs(&documents[i]));
            let common = a.intersection(&b).count() as f64;
            let (few, many) = (a.len().min(b.len()) as f64, a.len().max(b.len()) as f64);
            let (jaccard, containment) = (common / (few + many - common), common / few);
            let found = if words(&documents[first]) == words(&documents[i]) {
                (first, CopyKind::Exact, 1.0)
            } else if jaccard >= settings.jaccard {
                (first, CopyKind::Near, jaccard)
            } else if containment >= settings.containment && many <= settings.longer * few {
                (first, CopyKind::Near, containment)
            } else {
                continue;
            };
            if days <= settings.days && best.is_none_or(|best| found.2 > best.2) {
                best = Some(found);
            }
        }
        answer[i] = best.unwrap_or_else(|| {
            firsts.push(i);
            (i, CopyKind::First, 1.0)
        });
    }
    answer
}

/// Texts over few words, many of them edited copies of one another.
fn texts() -> impl Strategy<Value = Vec<Document>> {
    let edit = (any::<prop::sample::Index>(), 0_u8..30, any::<bool>());
    let copy = (any::<prop::sample::Index>(), prop::collection::vec(edit, 0..5), 0_i64..40, any::<bool>());
    let fresh = prop::collection::vec(0_u8..30, 30..60);
    (prop::collection::vec(fresh, 1..4), prop::collection::vec(copy, 1..14)).prop_map(|(fresh, copies)| {
        let mut all: Vec<(i64, Vec<u8>)> = fresh.into_iter().map(|words| (0, words)).collect();
        for (of, edits, day, halved) in copies {
            let mut words = of.get(&all).1.clone();
            for (at, word, insert) in edits {
                let at = at.index(words.len());
                if insert { words.insert(at, word) } else { words[at] = word }
            }
            if halved && words.len() > 50 {
                words.truncate(words.len() / 2 + 8);
            }
            all.push((day, words));
        }
        let text = |words: &[u8]| words.iter().map(|w| format!("Word{w},")).collect::<Vec<_>>().join(" ");
        all.iter()
            .enumerate()
            .map(|(i, (day, words))| document(i, *day, "title", Some(&text(words))))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Where the bands miss next to nothing (Jaccard 0.7), the answer is that of comparing everything.
    #[test]
    fn the_fast_way_finds_what_the_slow_way_finds(documents in texts(), size in 1_usize..6) {
        let settings = UtteranceSettings { longer: 1.0, ..UtteranceSettings::default() };
        let found = Utterances::among(&batches(&documents, size), &settings);
        for ((first, kind, similarity), found) in slow(&documents, &settings).into_iter().zip(found.publications()) {
            prop_assert_eq!(&found.utterance, &documents[first].id);
            prop_assert_eq!(found.kind, kind);
            prop_assert!((found.similarity - similarity).abs() < 1e-12);
        }
    }

    /// Nothing is a copy that would not be one by comparing, whatever the bands say.
    #[test]
    fn no_copy_is_false(documents in texts()) {
        let settings = UtteranceSettings { jaccard: 0.4, ..UtteranceSettings::default() };
        let found = Utterances::among(&batches(&documents, 100), &settings);
        let firsts: BTreeSet<_> = found.publications().iter().map(|p| p.utterance.clone()).collect();
        prop_assert_eq!(firsts.len(), found.len());
        for publication in found.publications() {
            let first = found.of(&publication.utterance).unwrap();
            prop_assert_eq!(first.kind, CopyKind::First);
            prop_assert_eq!(first.place, 0);
            let of = |id: &str| documents[id[1..].parse::<usize>().unwrap()].clone();
            let pair = [of(&publication.utterance), of(&publication.document)];
            let slowly = slow(&pair, &settings);
            prop_assert!(publication.kind == CopyKind::First || slowly[1].0 == 0, "{:?}", publication);
        }
    }
}

#[test]
fn headlines_are_copies_only_when_nearly_equal_and_of_one_day() {
    let long = "Kim Jong Il Inspects KPA Air Force Unit 630";
    let all = [
        document(0, 0, "Press Review", None),
        document(1, 1, "Press Review", None),
        document(2, 1, "PRESS  review.", None),
        document(3, 3, long, None),
        document(4, 3, "Kim Jong Il inspects KPA Air Force Unit  630", None),
        document(5, 3, "Kim Jong Il Inspects KPA Air Force Unit 639", None),
        document(6, 9, long, None),
        document(7, 3, "Kim Jong Il Inspect KPA Air Force Unit 630", None),
        document(8, 3, "신년사", None),
        document(9, 3, "Air Force Unit 630 Inspects KPA Kim Jong Il", None),
    ];
    let found = Utterances::among(&batches(&all, 4), &UtteranceSettings::default());
    let of: Vec<_> = found.publications().iter().map(|p| (p.utterance.as_str(), p.kind)).collect();
    let (first, exact) = (CopyKind::First, CopyKind::Exact);
    let expected = [
        ("d0", first),
        ("d1", first),
        ("d1", exact),
        ("d3", first),
        ("d3", exact),
        ("d5", first),
        ("d6", first),
        ("d3", CopyKind::Near),
        ("d8", first),
        ("d9", first),
    ];
    assert_eq!(of, expected);
    assert_eq!((found.len(), found.kinds()[&exact]), (7, 2));
}

#[test]
fn a_bare_headline_stands_for_its_text_and_never_before_it() {
    let text = "The government said today that the talks will go on as planned and that all sides have agreed to meet \
                again in the autumn of the coming year in the same place";
    let all = [
        document(0, 0, "Talks Will Go On", None),
        document(1, 1, "Talks will go on", Some(text)),
        document(2, 4, "Talks to go on", Some(text)),
        document(3, 9, "Talks Will Go On", None),
    ];
    let found = Utterances::among(&batches(&all, 9), &UtteranceSettings::default());
    let of: Vec<_> = found.publications().iter().map(|p| (p.utterance.as_str(), p.kind, p.place)).collect();
    let expected = [
        ("d1", CopyKind::Headline, 2),
        ("d1", CopyKind::First, 0),
        ("d1", CopyKind::Near, 1),
        ("d3", CopyKind::First, 0),
    ];
    assert_eq!(of, expected);
}

#[test]
fn without_titles_nothing_stands_for_anything() {
    let text = "The government said today that the talks will go on as planned and that all sides have agreed to meet \
                again in the autumn of the coming year in the same place";
    let untitled = |number, text: &str| Document { title: None, ..document(number, 0, "", Some(text)) };
    let all = [untitled(0, text), untitled(1, "The harvest is in and the barns are full of grain")];
    let found = Utterances::among(&batches(&all, 9), &UtteranceSettings::default());
    assert!(found.publications().iter().all(|p| p.kind == CopyKind::First), "{:?}", found.publications());
}

#[test]
fn a_record_keeps_its_table_and_makes_it_anew_after_an_add() {
    let dir = tempfile::tempdir().unwrap();
    let add = |store: &mut record::Store, name: &str, rows: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, format!("id,date,title\n{rows}")).unwrap();
        store.add(&[path], None, &mut |_| {}).unwrap();
    };
    let mut store = record::Store::open(dir.path()).unwrap();
    assert!(store.utterances().unwrap().is_empty());
    add(&mut store, "a.csv", "a,2022-01-01,The talks go on\nb,2022-01-02,The talks are over\n");
    let first = store.utterances().unwrap();
    assert_eq!(first.len(), 2);
    let table = store.path().join("utterances.parquet");
    let kept = std::fs::read(&table).unwrap();
    assert_eq!(record::Store::open(dir.path()).unwrap().utterances().unwrap(), first);
    assert_eq!(std::fs::read(&table).unwrap(), kept, "read, not written again");
    add(&mut store, "b.csv", "c,2022-01-02,The Talks are over!\n");
    let second = store.utterances().unwrap();
    assert_eq!((second.len(), second.of("c").unwrap().utterance.as_str()), (2, "b"));
    // A damaged table is made again.
    std::fs::write(&table, "no table").unwrap();
    assert_eq!(store.utterances().unwrap(), second);
    assert_ne!(std::fs::read(&table).unwrap(), b"no table");
}
