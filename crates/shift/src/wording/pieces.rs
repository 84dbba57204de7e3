//! What changed within a sentence, word by word.

use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Whether a stretch of words stands in both sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceKind {
    /// In both.
    Kept,
    /// In the earlier only.
    Dropped,
    /// In the later only.
    Added,
}

/// A stretch of a sentence; all but the added ones joined give the earlier sentence, all but the dropped ones the later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordingPiece {
    /// In which of the two it stands.
    pub kind: PieceKind,
    /// Its words, with the spaces after them.
    pub text: String,
}

/// The shortest way from one sentence to the other, in words (Myers 1986); spaces and signs alone are not kept between two
/// changes, so that a phrase that was exchanged reads as one.
pub(crate) fn pieces(before: &str, after: &str) -> Vec<WordingPiece> {
    let (old, new) = (tokens(before), tokens(after));
    let mut runs: Vec<(PieceKind, String)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (tag, a, b) = op.as_tag_tuple();
        let _ = tag;
        match op {
            DiffOp::Equal { .. } => runs.push((PieceKind::Kept, old[a].concat())),
            _ => {
                runs.push((PieceKind::Dropped, old[a].concat()));
                runs.push((PieceKind::Added, new[b].concat()));
            }
        }
    }
    let mut pieces: Vec<WordingPiece> = Vec::new();
    let (mut dropped, mut added) = (String::new(), String::new());
    let number = runs.len();
    for (at, (kind, text)) in runs.into_iter().enumerate() {
        match kind {
            PieceKind::Dropped => dropped.push_str(&text),
            PieceKind::Added => added.push_str(&text),
            PieceKind::Kept => {
                let changing = !(dropped.is_empty() && added.is_empty()) && at + 1 < number;
                if changing && !text.chars().any(char::is_alphanumeric) {
                    dropped.push_str(&text);
                    added.push_str(&text);
                } else {
                    flush(&mut dropped, &mut added, &mut pieces);
                    pieces.push(WordingPiece { kind: PieceKind::Kept, text });
                }
            }
        }
    }
    flush(&mut dropped, &mut added, &mut pieces);
    pieces
}

fn flush(dropped: &mut String, added: &mut String, pieces: &mut Vec<WordingPiece>) {
    for (kind, text) in [(PieceKind::Dropped, dropped), (PieceKind::Added, added)] {
        if !text.is_empty() {
            pieces.push(WordingPiece { kind, text: std::mem::take(text) });
        }
    }
}

/// Words, spaces and signs.
fn tokens(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut start = 0;
    let class = |c: char| {
        if c.is_alphanumeric() {
            0
        } else if c.is_whitespace() {
            1
        } else {
            2
        }
    };
    let mut last = None;
    for (at, c) in text.char_indices() {
        let own = class(c);
        if last.is_some_and(|last| last != own || own == 2) {
            all.push(&text[start..at]);
            start = at;
        }
        last = Some(own);
    }
    if start < text.len() {
        all.push(&text[start..]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_exchanged_phrase_is_one_change() {
        let found = pieces("We seek dialogue and peace.", "We reject all talks and peace.");
        let texts: Vec<(PieceKind, &str)> = found.iter().map(|p| (p.kind, p.text.as_str())).collect();
        assert_eq!(
            texts,
            [
                (PieceKind::Kept, "We "),
                (PieceKind::Dropped, "seek dialogue"),
                (PieceKind::Added, "reject all talks"),
                (PieceKind::Kept, " and peace."),
            ]
        );
    }

    proptest! {
        #[test]
        fn both_sentences_can_be_read_from_the_pieces(a in "[ab ,.가]{0,20}", b in "[ab ,.가]{0,20}") {
            let found = pieces(&a, &b);
            let without = |kind: PieceKind| -> String {
                found.iter().filter(|p| p.kind != kind).map(|p| p.text.as_str()).collect()
            };
            prop_assert_eq!(without(PieceKind::Added), a);
            prop_assert_eq!(without(PieceKind::Dropped), b);
        }
    }
}
