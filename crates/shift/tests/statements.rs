//! Laws of the comparison of two statements.

use std::collections::BTreeSet;

use proptest::prelude::*;
use shift::{ChangeKind, PieceKind, WordingDiff, sentences, wording_diff};

/// Sentences made of a small stock of words, so that many are alike.
fn text() -> impl Strategy<Value = String> {
    let words = [
        "Peace", "talks", "with", "the", "party", "of", "drill", "sea", "land", "Kim", "Jong", "Un",
        "Comrade",
    ];
    let sentence = prop::collection::vec(0..words.len(), 1..7)
        .prop_map(move |numbers| numbers.into_iter().map(|n| words[n]).collect::<Vec<_>>().join(" ") + ".");
    prop::collection::vec(sentence, 0..14).prop_map(|all| all.join("\n"))
}

fn once(diff: &WordingDiff) {
    for (number, used) in [
        (diff.before.len(), diff.changes.iter().flat_map(|c| c.before.clone()).collect::<Vec<_>>()),
        (diff.after.len(), diff.changes.iter().flat_map(|c| c.after.clone()).collect()),
    ] {
        let mut sorted = used.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..number).collect::<Vec<_>>(), "each sentence exactly once");
    }
    for change in &diff.changes {
        let read = |without: PieceKind| -> String {
            change.pieces.iter().filter(|p| p.kind != without).map(|p| p.text.as_str()).collect()
        };
        let joined = |own: &[String], numbers: &[usize]| {
            numbers.iter().map(|n| own[*n].as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(read(PieceKind::Added), joined(&diff.before, &change.before));
        assert_eq!(read(PieceKind::Dropped), joined(&diff.after, &change.after));
    }
}

proptest! {
    #[test]
    fn a_text_and_itself_are_the_same(text in text()) {
        let diff = wording_diff(&text, &text);
        once(&diff);
        prop_assert!(diff.changes.iter().all(|change| change.kind == ChangeKind::Same), "{:?}", diff.changes);
        prop_assert!(diff.address.is_empty());
        prop_assert_eq!(diff.summary.words_kept, diff.summary.words_before);
    }

    #[test]
    fn every_sentence_stands_exactly_once(a in text(), b in text()) {
        let diff = wording_diff(&a, &b);
        once(&diff);
        let order: Vec<usize> = diff.changes.iter().flat_map(|c| c.after.clone()).collect();
        prop_assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "in the order of the later text");
        let s = diff.summary;
        prop_assert_eq!(s.same + s.reworded + s.added + s.dropped + s.moved, diff.changes.len());
        let back = wording_diff(&b, &a);
        prop_assert_eq!(back.summary.words_before, s.words_after);
    }

    /// Different sentences in another order: each finds itself, none is dropped or added.
    #[test]
    fn shuffled_sentences_are_found(order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle()) {
        let sentence = |n: &usize| format!("Item {n} speaks of topic{n} and of place{} near river{}.", n * 7, n % 3);
        let before: Vec<String> = (0..12).map(|n| sentence(&n)).collect();
        let after: Vec<String> = order.iter().map(sentence).collect();
        let diff = wording_diff(&before.join("\n"), &after.join("\n"));
        once(&diff);
        for change in &diff.changes {
            prop_assert!(matches!(change.kind, ChangeKind::Same | ChangeKind::Moved), "{:?}", change);
            prop_assert_eq!(order[change.after[0]], change.before[0]);
        }
        // What stays is a longest run in order: found by trying all subsets.
        let mut longest = 0;
        for set in 0_u32..1 << 12 {
            let chosen: Vec<usize> = (0..12).filter(|at| set & (1 << at) != 0).map(|at| order[at]).collect();
            if chosen.windows(2).all(|pair| pair[0] < pair[1]) {
                longest = longest.max(chosen.len());
            }
        }
        prop_assert_eq!(diff.summary.same, longest);
    }
}

#[test]
fn kinds_of_change() {
    let before = "We hold fast to peace on the peninsula. Talks with the United States will continue in spring. \
        The army defends the borders day and night. Trade with the neighbors grew by a tenth. The harvest was good.";
    let after = "Trade with the neighbors grew by a tenth. We hold fast to peace on the peninsula. \
        Talks with the United States will never continue. The army defends the borders. It does so day and night. \
        A new line was drawn at the plenum.";
    let diff = wording_diff(before, after);
    once(&diff);
    let kinds: Vec<(ChangeKind, Vec<usize>, Vec<usize>)> =
        diff.changes.iter().map(|c| (c.kind, c.before.clone(), c.after.clone())).collect();
    assert_eq!(
        kinds,
        [
            (ChangeKind::Moved, vec![3], vec![0]),
            (ChangeKind::Same, vec![0], vec![1]),
            (ChangeKind::Reworded, vec![1], vec![2]),
            (ChangeKind::Reworded, vec![2], vec![3, 4]),
            (ChangeKind::Dropped, vec![4], vec![]),
            (ChangeKind::Added, vec![], vec![5]),
        ]
    );
}

#[test]
fn korean_sentences_keep_their_particles_apart() {
    let before = "우리는 조선반도의 비핵화를 실현하기 위하여 노력할것이다. 인민생활을 높여야 한다.";
    let after = "우리는 조선반도의 비핵화실현을 위해 노력하였다. 국방력을 강화하여야 한다.";
    let diff = wording_diff(before, after);
    assert_eq!(diff.changes[0].kind, ChangeKind::Reworded, "{:?}", diff.changes);
    let kinds: BTreeSet<ChangeKind> = diff.changes[1..].iter().map(|change| change.kind).collect();
    assert_eq!(kinds, BTreeSet::from([ChangeKind::Added, ChangeKind::Dropped]));
    assert_eq!(sentences(before).len(), 2);
}
