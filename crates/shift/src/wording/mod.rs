//! Two statements, sentence by sentence.

mod address;
mod align;
mod pieces;
mod sentences;

pub use address::{AddressChange, TitleUse};
pub use pieces::{PieceKind, WordingPiece};
pub use sentences::sentences;

use serde::{Deserialize, Serialize};

/// What became of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Word for word at its place.
    Same,
    /// At its place in other words; also one sentence made of two, or two of one.
    Reworded,
    /// Only in the later statement.
    Added,
    /// Only in the earlier statement.
    Dropped,
    /// At another place, word for word or nearly.
    Moved,
}

/// A sentence, or two that became one, in both statements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// Numbers of its sentences in the earlier statement, from 0.
    pub before: Vec<usize>,
    /// Numbers of its sentences in the later statement, from 0.
    pub after: Vec<usize>,
    /// 1 for the same words, 0 for none in common; null where there is no counterpart.
    pub similarity: Option<f64>,
    /// What changed within it.
    pub pieces: Vec<WordingPiece>,
}

/// How many sentences and words of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordingSummary {
    /// Sentences (pairs) that are the same.
    pub same: usize,
    /// Reworded.
    pub reworded: usize,
    /// Added.
    pub added: usize,
    /// Dropped.
    pub dropped: usize,
    /// Moved.
    pub moved: usize,
    /// Words of the earlier statement.
    pub words_before: usize,
    /// Words of the later.
    pub words_after: usize,
    /// Words of the earlier that stand in the later, in aligned sentences.
    pub words_kept: usize,
}

/// Two statements compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WordingDiff {
    /// Sentences of the earlier statement.
    pub before: Vec<String>,
    /// Sentences of the later statement.
    pub after: Vec<String>,
    /// In the order of the later statement, what was dropped where it stood; each sentence of both exactly once.
    pub changes: Vec<Change>,
    /// Titles and forms of address that are used otherwise.
    pub address: Vec<AddressChange>,
    /// Counts.
    pub summary: WordingSummary,
}

/// Compares two statements: sentences cut ([`sentences`]), aligned in order and out of order, and the words within
/// changed ones; with the titles and forms of address that changed.
///
/// # Cost
/// O(sentences × words × common holders) for the candidates, at most 32 a sentence, then O(candidates × ln n); within a
/// sentence Myers' O((words) × (changes)).
///
/// Gale & Church (1993), A program for aligning sentences in bilingual corpora, Comput. Linguistics 19:75–102; Myers
/// (1986), An O(ND) difference algorithm, Algorithmica 1:251–266.
pub fn wording_diff(before: &str, after: &str) -> WordingDiff {
    let address = address::changes(before, after);
    let (before, after) = (sentences(before), sentences(after));
    let aligned = align::align(&before, &after);
    let join = |own: &[String]| own.join(" ");
    let pair = |bead: &align::Bead, moved: bool| {
        let (old, new) =
            (join(&before[bead.before.0..bead.before.1]), join(&after[bead.after.0..bead.after.1]));
        Change {
            kind: match (moved, old == new) {
                (true, _) => ChangeKind::Moved,
                (false, true) => ChangeKind::Same,
                (false, false) => ChangeKind::Reworded,
            },
            before: (bead.before.0..bead.before.1).collect(),
            after: (bead.after.0..bead.after.1).collect(),
            similarity: Some(if old == new { 1.0 } else { bead.similarity }),
            pieces: pieces::pieces(&old, &new),
        }
    };
    let mut changes = Vec::new();
    let mut moved = aligned.moved.iter().peekable();
    let moved_away: Vec<usize> = aligned.moved.iter().map(|bead| bead.before.0).collect();
    let (mut i, mut j) = (0, 0);
    let end = align::Bead {
        before: (before.len(), before.len()),
        after: (after.len(), after.len()),
        similarity: 0.0,
    };
    for (number, bead) in aligned.chain.iter().chain([&end]).enumerate() {
        for at in (i..bead.before.0).filter(|at| !moved_away.contains(at)) {
            changes.push(alone(ChangeKind::Dropped, at, &before[at]));
        }
        for (at, sentence) in after.iter().enumerate().take(bead.after.0).skip(j) {
            match moved.next_if(|bead| bead.after.0 == at) {
                Some(bead) => changes.push(pair(bead, true)),
                None => changes.push(alone(ChangeKind::Added, at, sentence)),
            }
        }
        (i, j) = (bead.before.1, bead.after.1);
        if number < aligned.chain.len() {
            changes.push(pair(bead, false));
        }
    }
    let summary = summary(&before, &after, &changes);
    WordingDiff { before, after, changes, address, summary }
}

fn alone(kind: ChangeKind, at: usize, sentence: &str) -> Change {
    let (before, after, piece) = match kind {
        ChangeKind::Dropped => (vec![at], vec![], PieceKind::Dropped),
        _ => (vec![], vec![at], PieceKind::Added),
    };
    let pieces = vec![WordingPiece { kind: piece, text: sentence.to_string() }];
    Change { kind, before, after, similarity: None, pieces }
}

fn words(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count()
}

fn summary(before: &[String], after: &[String], changes: &[Change]) -> WordingSummary {
    let mut summary = WordingSummary {
        words_before: before.iter().map(|sentence| words(sentence)).sum(),
        words_after: after.iter().map(|sentence| words(sentence)).sum(),
        ..WordingSummary::default()
    };
    for change in changes {
        let number = match change.kind {
            ChangeKind::Same => &mut summary.same,
            ChangeKind::Reworded => &mut summary.reworded,
            ChangeKind::Added => &mut summary.added,
            ChangeKind::Dropped => &mut summary.dropped,
            ChangeKind::Moved => &mut summary.moved,
        };
        *number += 1;
        let kept = change.pieces.iter().filter(|piece| piece.kind == PieceKind::Kept);
        summary.words_kept += kept.map(|piece| words(&piece.text)).sum::<usize>();
    }
    summary
}
