//! From a query to the documents it is in and the words it stands at.

use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED};

use crate::index::Searcher;
use crate::letters::Letters;
use crate::query::{Node, Word};
use crate::text::{LETTERS, is_eastern};
use crate::{Query, SearchError};

/// Words from `start` to `end`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A document that a query is in.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) document: u32,
    /// Where, in order.
    pub(crate) spans: Vec<Span>,
    /// BM25.
    pub(crate) score: f64,
}

/// How soon a word said again counts little, and how much long documents are held back: the usual values.
const K: f64 = 1.2;
const B: f64 = 0.75;

impl Searcher {
    /// All documents that the query is in, by number.
    pub(crate) fn evaluate(&self, query: &Query) -> Result<Vec<Match>, SearchError> {
        self.node(&query.0)
    }

    fn node(&self, node: &Node) -> Result<Vec<Match>, SearchError> {
        match node {
            Node::Phrase(words) => Ok(self.scored(self.phrase(words)?)),
            Node::Near(a, b, apart) => Ok(self.scored(near(&self.node(a)?, &self.node(b)?, *apart))),
            Node::And(nodes) => {
                let mut all =
                    nodes.iter().map(|node| self.node(node)).collect::<Result<Vec<_>, _>>()?.into_iter();
                let first = all.next().unwrap_or_default();
                Ok(all.fold(first, |a, b| join(&a, &b, Joined::Both)))
            }
            Node::Or(nodes) => {
                let mut all =
                    nodes.iter().map(|node| self.node(node)).collect::<Result<Vec<_>, _>>()?.into_iter();
                let first = all.next().unwrap_or_default();
                Ok(all.fold(first, |a, b| join(&a, &b, Joined::Either)))
            }
            Node::Not(node) => {
                let mut without = self.node(node)?.into_iter().map(|found| found.document).peekable();
                let lacking = |&document: &u32| without.next_if_eq(&document).is_none();
                let empty = |document| Match { document, spans: Vec::new(), score: 0.0 };
                Ok((0..self.metas.len() as u32).filter(lacking).map(empty).collect())
            }
        }
    }

    /// BM25 of what stands at those places, as if it were one word.
    ///
    /// Robertson and Zaragoza (2009), The probabilistic relevance framework, Found. Trends Inf. Retr. 3:333–389.
    fn scored(&self, mut found: Vec<Match>) -> Vec<Match> {
        let (all, with) = (self.metas.len() as f64, found.len() as f64);
        let words: u64 = self.metas.iter().map(|meta| u64::from(meta.words)).sum();
        let mean = (words as f64 / all).max(1.0);
        let rare = measure::portable::ln(1.0 + (all - with + 0.5) / (with + 0.5));
        for one in &mut found {
            let times = one.spans.len() as f64;
            let length = f64::from(self.metas[one.document as usize].words) / mean;
            one.score = rare * times * (K + 1.0) / (times + K * (1.0 - B + B * length));
        }
        found
    }

    fn phrase(&self, words: &[Word]) -> Result<Vec<Match>, SearchError> {
        let mut found: Option<Vec<Match>> = None;
        for word in words {
            let next = self.word(word)?;
            found = Some(match found {
                None => next,
                Some(before) => following(&before, &next),
            });
        }
        Ok(found.unwrap_or_default())
    }

    fn word(&self, word: &Word) -> Result<Vec<Match>, SearchError> {
        let places = match word {
            Word::Exact(word) if word.contains(is_eastern) => return self.part_of_words(word),
            Word::Exact(word) => self.places(self.fields.words, word)?,
            Word::Wild(pattern) => {
                let start = pattern.split('*').next().unwrap_or("").to_string();
                self.places_of_all(self.fields.words, &start, |term| fits(pattern, term))?
            }
            Word::Fuzzy(word, letters) => {
                let most = word.chars().count() + letters;
                let near =
                    |term: &str| term.len() <= 4 * most && strsim::osa_distance(word, term) <= *letters;
                self.places_of_all(self.fields.words, "", near)?
            }
        };
        Ok(gathered(places.into_iter().map(|(document, at)| (document, Span { start: at, end: at }))))
    }

    /// Words that contain these characters, or their morphemes, one after another.
    fn part_of_words(&self, part: &str) -> Result<Vec<Match>, SearchError> {
        let sought: Vec<String> = match &self.letters {
            Letters::Morphemes(morphemes) => morphemes.split(part)?,
            Letters::Pairs => {
                let letters: Vec<char> = part.chars().collect();
                letters.windows(2).map(String::from_iter).collect()
            }
        };
        let mut starts = match sought.first() {
            Some(first) => self.places(self.fields.parts, first)?,
            // A single character begins a pair wherever it stands.
            None => self.places_of_all(self.fields.parts, part, |_| true)?,
        };
        for (next, offset) in sought.iter().zip(0..).skip(1) {
            let next = self.places(self.fields.parts, next)?;
            starts.retain(|(document, at)| next.binary_search(&(*document, at + offset)).is_ok());
        }
        let mut words: Vec<_> = starts.into_iter().map(|(document, at)| (document, at / LETTERS)).collect();
        words.dedup();
        Ok(gathered(words.into_iter().map(|(document, at)| (document, Span { start: at, end: at }))))
    }

    /// Documents and positions of one term, in order.
    fn places(&self, field: Field, term: &str) -> Result<Vec<(u32, u32)>, SearchError> {
        self.places_of_all_in(field, term, |found| found == term, true)
    }

    fn places_of_all(
        &self,
        field: Field,
        start: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(u32, u32)>, SearchError> {
        self.places_of_all_in(field, start, wanted, false)
    }

    /// Of the terms that begin with `start`, those that are `wanted`; with `one`, only `start` itself.
    fn places_of_all_in(
        &self,
        field: Field,
        start: &str,
        wanted: impl Fn(&str) -> bool,
        one: bool,
    ) -> Result<Vec<(u32, u32)>, SearchError> {
        let index = self.segment.inverted_index(field)?;
        let mut infos = Vec::new();
        if one {
            infos.extend(index.terms().get(start.as_bytes())?);
        } else {
            let mut terms = index.terms().range().ge(start.as_bytes()).into_stream()?;
            while terms.advance() {
                let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
                if !term.starts_with(start) {
                    break;
                }
                if wanted(term) {
                    infos.push(terms.value().clone());
                }
            }
        }
        let (mut places, mut positions) = (Vec::new(), Vec::new());
        for info in infos {
            let mut postings =
                index.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqsAndPositions)?;
            while postings.doc() != TERMINATED {
                postings.positions(&mut positions);
                let document = postings.doc();
                places.extend(positions.iter().map(|&position| (document, position)));
                postings.advance();
            }
        }
        places.sort_unstable();
        Ok(places)
    }
}

/// Whether a word is of the form, `*` standing for any letters.
fn fits(pattern: &str, word: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = word.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

fn gathered(places: impl Iterator<Item = (u32, Span)>) -> Vec<Match> {
    let mut all: Vec<Match> = Vec::new();
    for (document, span) in places {
        match all.last_mut() {
            Some(last) if last.document == document => last.spans.push(span),
            _ => all.push(Match { document, spans: vec![span], score: 0.0 }),
        }
    }
    all
}

/// Pairs of entries for the same document.
fn both<'m>(a: &'m [Match], b: &'m [Match]) -> impl Iterator<Item = (&'m Match, &'m Match)> {
    let mut b = b.iter().peekable();
    a.iter().filter_map(move |one| {
        while b.next_if(|other| other.document < one.document).is_some() {}
        b.peek().filter(|other| other.document == one.document).map(|other| (one, *other))
    })
}

/// Spans of `a` that a span of `b` follows at once, made longer by it.
fn following(a: &[Match], b: &[Match]) -> Vec<Match> {
    let mut all = Vec::new();
    for (one, other) in both(a, b) {
        let next = |span: &Span| {
            let at = other.spans.binary_search_by_key(&(span.end + 1), |span| span.start).ok()?;
            Some(Span { start: span.start, end: other.spans[at].end })
        };
        let spans: Vec<_> = one.spans.iter().filter_map(next).collect();
        if !spans.is_empty() {
            all.push(Match { document: one.document, spans, score: 0.0 });
        }
    }
    all
}

/// Each span of `a` with the nearest of `b`, if at most `apart` words lie from the end of one to the start of the other.
fn near(a: &[Match], b: &[Match], apart: u32) -> Vec<Match> {
    let mut all = Vec::new();
    for (one, other) in both(a, b) {
        let mut spans = Vec::new();
        for span in &one.spans {
            let distance = |b: &Span| match b {
                b if b.start > span.end => Some(b.start - span.end),
                b if b.end < span.start => Some(span.start - b.end),
                _ => None,
            };
            let close = |b: &&Span| distance(b).is_some_and(|words| words <= apart);
            let nearest = other.spans.iter().filter(close).min_by_key(|b| distance(b));
            spans.extend(nearest.map(|b| Span { start: span.start.min(b.start), end: span.end.max(b.end) }));
        }
        spans.sort_unstable();
        spans.dedup();
        if !spans.is_empty() {
            all.push(Match { document: one.document, spans, score: 0.0 });
        }
    }
    all
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joined {
    Both,
    Either,
}

fn join(a: &[Match], b: &[Match], joined: Joined) -> Vec<Match> {
    let merged = |one: &Match, other: &Match| {
        let mut spans: Vec<Span> = one.spans.iter().chain(&other.spans).copied().collect();
        spans.sort_unstable();
        spans.dedup();
        Match { document: one.document, spans, score: one.score + other.score }
    };
    if joined == Joined::Both {
        return both(a, b).map(|(one, other)| merged(one, other)).collect();
    }
    let (mut all, mut a, mut b) = (Vec::new(), a.iter().peekable(), b.iter().peekable());
    loop {
        match (a.peek(), b.peek()) {
            (Some(one), Some(other)) if one.document == other.document => {
                all.push(merged(one, other));
                a.next();
                b.next();
            }
            (Some(one), Some(other)) if one.document < other.document => {
                all.push((*one).clone());
                a.next();
            }
            (Some(one), None) => {
                all.push((*one).clone());
                a.next();
            }
            (_, Some(other)) => {
                all.push((*other).clone());
                b.next();
            }
            (None, None) => return all,
        }
    }
}
