//! Keyword in context: every hit with the words around it.

use std::cmp::Ordering;

use jiff::civil::Date;
use serde::Serialize;

use crate::evaluate::{Match, Span};
use crate::index::{Searcher, Shown};
use crate::results::{BaseRate, Filter, Unit};
use crate::text::{Part, Placed, placed};
use crate::{Query, SearchError};

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineOrder {
    /// The earliest.
    Date,
    /// By the words after the hit.
    Right,
    /// By the words before the hit, from the last one backwards.
    Left,
}

/// One hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Id of the document.
    pub id: String,
    /// Its day.
    pub date: Date,
    /// Its type.
    pub statement_type: Option<String>,
    /// Its outlet.
    pub outlet: Option<String>,
    /// Before the hit.
    pub left: String,
    /// The hit.
    pub hit: String,
    /// After the hit.
    pub right: String,
}

/// All hits, with their base rate.
#[derive(Clone, Debug, Serialize)]
pub struct Concordance {
    /// Documents: n of N.
    pub base: BaseRate,
    /// How often the query stands in those n.
    pub hits: u64,
    /// The lines asked for, in their order.
    pub lines: Vec<Line>,
}

/// Characters kept on each side; who shows a line cuts it to the width at hand.
const SIDE: usize = 160;

impl Searcher {
    /// Every place at which the query stands, at most `limit` of them.
    ///
    /// # Errors
    /// Those of reading the index.
    ///
    /// # Cost
    /// That of [`search`](Self::search), and of reading every document that has a hit (in order of date, no more than are
    /// asked for).
    pub fn kwic(
        &self,
        query: &Query,
        filter: &Filter,
        unit: Unit,
        order: LineOrder,
        limit: usize,
    ) -> Result<Concordance, SearchError> {
        let (stratum, mut matches) = self.matches(query, filter, unit)?;
        matches.sort_by_key(|one| (self.metas[one.document as usize].date, one.document));
        let hits = matches.iter().map(|one| one.spans.len() as u64).sum();
        let mut lines = Vec::new();
        for one in &matches {
            if order == LineOrder::Date && lines.len() >= limit {
                break;
            }
            self.lines_of(one, &mut lines)?;
        }
        match order {
            LineOrder::Date => {}
            LineOrder::Right => lines.sort_by(|a, b| by_words(a.right.chars(), b.right.chars())),
            LineOrder::Left => lines.sort_by(|a, b| by_words(a.left.chars().rev(), b.left.chars().rev())),
        }
        lines.truncate(limit);
        Ok(Concordance { base: stratum.base(), hits, lines })
    }

    fn lines_of(&self, one: &Match, lines: &mut Vec<Line>) -> Result<(), SearchError> {
        let shown = self.shown(one.document)?;
        let placed = placed(&shown.title, &shown.text);
        for span in &one.spans {
            let Some((left, hit, right)) = around(&shown, &placed, span) else { continue };
            lines.push(Line {
                id: shown.id.clone(),
                date: self.metas[one.document as usize].date,
                statement_type: self.name(one.document, 1),
                outlet: self.name(one.document, 0),
                left,
                hit,
                right,
            });
        }
        Ok(())
    }
}

/// By letters only, whatever their case; equal lines stay in the order of their dates.
fn by_words(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> Ordering {
    let letters = |c: &char| c.is_alphanumeric() || *c == ' ';
    a.filter(letters).flat_map(char::to_lowercase).cmp(b.filter(letters).flat_map(char::to_lowercase))
}

fn around(shown: &Shown, placed: &[Placed<'_>], span: &Span) -> Option<(String, String, String)> {
    let first = placed.binary_search_by_key(&span.start, |word| word.number).ok()?;
    let last = placed.binary_search_by_key(&span.end, |word| word.number).ok()?;
    let whole = if placed[first].part == Part::Title { &shown.title } else { &shown.text };
    let (start, end) = (placed[first].bytes.start, placed[last].bytes.end);
    let before = whole[..start].char_indices().rev().nth(SIDE).map_or(0, |(at, _)| at);
    let after = whole[end..].char_indices().nth(SIDE).map_or(whole.len(), |(at, _)| end + at);
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let spaced = |text: &str| text.ends_with(char::is_whitespace);
    let mut left = line(&whole[before..start]);
    if spaced(&whole[before..start]) && !left.is_empty() {
        left.push(' ');
    }
    let right = &whole[end..after];
    let gap = if right.starts_with(char::is_whitespace) { " " } else { "" };
    Some((left, line(&whole[start..end]), format!("{gap}{}", line(right))))
}
