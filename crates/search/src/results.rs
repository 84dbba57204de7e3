//! Documents that a query is in, with their base rate.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::Serialize;
use source::RowAt;

use crate::evaluate::Match;
use crate::index::{COLUMNS, Meta, Searcher, Shown};
use crate::text::{Part, placed};
use crate::{Query, SearchError};

/// Which documents are looked at: those that all of it fits.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
    /// One of these outlets.
    pub outlet: Vec<String>,
    /// One of these statement types.
    pub statement_type: Vec<String>,
    /// One of these speakers.
    pub speaker: Vec<String>,
    /// One of these languages.
    pub language: Vec<String>,
    /// At this level of authority or higher (1 = highest).
    pub authority: Option<u8>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// What was said: one document for each utterance, the first in the stratum.
    Utterance,
    /// What was printed: every document.
    Publication,
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The earliest.
    Date,
    /// The latest.
    Newest,
    /// The one that speaks of it most (BM25), the earliest of equals.
    Score,
}

/// Documents of one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct YearCount {
    /// Of the common era.
    pub year: i16,
    /// Documents that the query is in.
    pub n: u64,
    /// Documents of the stratum.
    pub of: u64,
}

/// n of N documents of the stratum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BaseRate {
    /// Documents that the query is in.
    pub n: u64,
    /// Documents of the stratum.
    pub of: u64,
    /// What a document is here.
    pub unit: Unit,
    /// Documents of the stratum that are not counted, because another stands for their utterance.
    pub folded: u64,
    /// First and last date of the stratum.
    pub dates: Option<(Date, Date)>,
    /// Every year of the stratum that has a document.
    pub by_year: Vec<YearCount>,
}

/// A document that the query is in.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// Its day.
    pub date: Date,
    /// Who published it.
    pub outlet: Option<String>,
    /// Its type.
    pub statement_type: Option<String>,
    /// Its level.
    pub authority: Option<u8>,
    /// Whose words.
    pub speaker: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// Title.
    pub title: String,
    /// A place a reader can open.
    pub link: Option<String>,
    /// The file and row it was read from.
    pub at: RowAt,
    /// BM25.
    pub score: f64,
    /// How often the query stands in it.
    pub hits: u64,
    /// Where it stands thickest, hits between « and ».
    pub snippet: String,
    /// Further documents of the same utterance in the stratum.
    pub copies: u64,
}

/// The answer to a query.
#[derive(Clone, Debug, Serialize)]
pub struct Results {
    /// How often, in what.
    pub base: BaseRate,
    /// The documents asked for, in their order.
    pub found: Vec<Found>,
}

/// The documents of a filter, and those that stand for their utterance.
pub(crate) struct Stratum {
    counted: Vec<bool>,
    copies: FxHashMap<u32, u64>,
    base: BaseRate,
}

impl Searcher {
    /// Where the query stands: at most `limit` documents, with the base rate of all.
    ///
    /// # Errors
    /// Those of reading the index.
    ///
    /// # Cost
    /// Proportional to how often the words of the query stand in the record, and to its documents.
    pub fn search(
        &self,
        query: &Query,
        filter: &Filter,
        unit: Unit,
        order: Order,
        limit: usize,
    ) -> Result<Results, SearchError> {
        let (stratum, mut matches) = self.matches(query, filter, unit)?;
        let date = |one: &Match| self.metas[one.document as usize].date;
        match order {
            Order::Date => matches.sort_by_key(|one| (date(one), one.document)),
            Order::Newest => matches.sort_by_key(|one| (std::cmp::Reverse(date(one)), one.document)),
            Order::Score => matches.sort_by(|a, b| {
                b.score.total_cmp(&a.score).then_with(|| (date(a), a.document).cmp(&(date(b), b.document)))
            }),
        }
        let found =
            matches.iter().take(limit).map(|one| self.found(one, &stratum)).collect::<Result<_, _>>()?;
        Ok(Results { base: stratum.base, found })
    }

    /// The documents of the stratum that the query is in, with the stratum.
    pub(crate) fn matches(
        &self,
        query: &Query,
        filter: &Filter,
        unit: Unit,
    ) -> Result<(Stratum, Vec<Match>), SearchError> {
        let mut stratum = self.stratum(filter, unit);
        let mut matches = self.evaluate(query)?;
        matches.retain(|one| stratum.counted[one.document as usize]);
        for one in &matches {
            let year = self.metas[one.document as usize].date.year();
            let years = &mut stratum.base.by_year;
            let at = years.binary_search_by_key(&year, |count| count.year).expect("a year of the stratum");
            years[at].n += 1;
        }
        stratum.base.n = matches.len() as u64;
        Ok((stratum, matches))
    }

    fn stratum(&self, filter: &Filter, unit: Unit) -> Stratum {
        let values = [&filter.outlet, &filter.statement_type, &filter.speaker, &filter.language];
        let allowed = values.map(|values| {
            (!values.is_empty()).then(|| {
                let fits = |name: &String| values.iter().any(|v| v.to_lowercase() == name.to_lowercase());
                self.names.iter().map(fits).collect::<Vec<bool>>()
            })
        });
        let inside = |meta: &Meta| {
            filter.from.is_none_or(|from| meta.date >= from)
                && filter.to.is_none_or(|to| meta.date <= to)
                && filter.authority.is_none_or(|level| (1..=level).contains(&meta.authority))
                && meta.columns.iter().zip(&allowed).all(|(&value, allowed)| {
                    allowed.as_ref().is_none_or(|fits| fits.get(value as usize).copied().unwrap_or(false))
                })
        };
        let mut counted: Vec<bool> = self.metas.iter().map(inside).collect();
        let (mut folded, mut copies) = (0, FxHashMap::default());
        if unit == Unit::Utterance {
            let mut standing: FxHashMap<u32, usize> = FxHashMap::default();
            for number in (0..self.metas.len()).filter(|&number| counted[number]) {
                let utterance = self.metas[number].utterance;
                let stands = standing.entry(utterance).or_insert(number);
                if self.metas[number].place < self.metas[*stands].place {
                    *stands = number;
                }
            }
            for (number, meta) in self.metas.iter().enumerate() {
                let utterance = meta.utterance;
                if counted[number] && standing[&utterance] != number {
                    counted[number] = false;
                    folded += 1;
                    *copies.entry(standing[&utterance] as u32).or_insert(0) += 1;
                }
            }
        }
        let mut years: BTreeMap<i16, u64> = BTreeMap::new();
        let mut dates: Option<(Date, Date)> = None;
        for (meta, _) in self.metas.iter().zip(&counted).filter(|(_, counted)| **counted) {
            *years.entry(meta.date.year()).or_insert(0) += 1;
            let (first, last) = dates.unwrap_or((meta.date, meta.date));
            dates = Some((first.min(meta.date), last.max(meta.date)));
        }
        let by_year = years.into_iter().map(|(year, of)| YearCount { year, n: 0, of }).collect::<Vec<_>>();
        let of = by_year.iter().map(|year| year.of).sum();
        Stratum { counted, copies, base: BaseRate { n: 0, of, unit, folded, dates, by_year } }
    }

    /// Values of a column that are in the record, for saying what could have been meant.
    pub fn values(&self, column: &str) -> Vec<&str> {
        let Some(index) = COLUMNS.iter().position(|name| *name == column) else { return Vec::new() };
        let mut used: Vec<u32> = self.metas.iter().map(|meta| meta.columns[index]).collect();
        used.sort_unstable();
        used.dedup();
        used.iter().filter_map(|&value| self.names.get(value as usize).map(String::as_str)).collect()
    }

    pub(crate) fn name(&self, document: u32, column: usize) -> Option<String> {
        let value = self.metas[document as usize].columns[column];
        self.names.get(value as usize).cloned()
    }

    fn found(&self, one: &Match, stratum: &Stratum) -> Result<Found, SearchError> {
        let shown = self.shown(one.document)?;
        let meta = &self.metas[one.document as usize];
        let snippet = snippet(&shown, one);
        Ok(Found {
            id: shown.id,
            date: meta.date,
            outlet: self.name(one.document, 0),
            statement_type: self.name(one.document, 1),
            speaker: self.name(one.document, 2),
            language: self.name(one.document, 3),
            authority: (meta.authority > 0).then_some(meta.authority),
            title: shown.title,
            link: shown.link,
            at: RowAt { file: shown.file, row: shown.row },
            score: one.score,
            hits: one.spans.len() as u64,
            snippet,
            copies: stratum.copies.get(&one.document).copied().unwrap_or(0),
        })
    }
}

impl Stratum {
    pub(crate) fn base(self) -> BaseRate {
        self.base
    }
}

/// Words shown of a text.
const WORDS: u32 = 36;

/// The stretch of at most [`WORDS`] words with the most hits, the earliest of several.
fn snippet(shown: &Shown, one: &Match) -> String {
    let placed = placed(&shown.title, &shown.text);
    let start = one.spans.iter().map(|span| {
        let inside = one.spans.iter().filter(|s| s.start >= span.start && s.end < span.start + WORDS).count();
        (inside, std::cmp::Reverse(span.start))
    });
    let first = start.max().map_or(0, |(_, start)| start.0);
    let Some(hit) = placed.iter().position(|word| word.number >= first) else { return String::new() };
    let part = placed[hit].part;
    let from = placed[..hit].iter().rev().take(8).take_while(|word| word.part == part).count();
    let chosen = &placed[hit - from..];
    let chosen: Vec<_> = chosen.iter().take(WORDS as usize).take_while(|word| word.part == part).collect();
    let whole = if part == Part::Title { &shown.title } else { &shown.text };
    let (Some(begin), Some(end)) = (chosen.first(), chosen.last()) else { return String::new() };
    let mut text = String::new();
    let mut at = begin.bytes.start;
    let starts = |number| one.spans.iter().any(|span| span.start == number);
    let inside = |number| one.spans.iter().any(|span| (span.start..=span.end).contains(&number));
    let mut open = false;
    for word in &chosen {
        if open && (!inside(word.number) || starts(word.number)) {
            text.push('»');
            open = false;
        }
        text.push_str(&whole[at..word.bytes.start]);
        if !open && inside(word.number) {
            text.push('«');
            open = true;
        }
        text.push_str(&whole[word.bytes.clone()]);
        at = word.bytes.end;
    }
    if open {
        text.push('»');
    }
    let more = |is: bool| if is { "…" } else { "" };
    let (before, after) = (more(begin.bytes.start > 0), more(end.bytes.end < whole.trim_end().len()));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{before}{text}{after}")
}
