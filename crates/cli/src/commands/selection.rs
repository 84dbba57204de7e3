//! Which documents a comparison reads, and whether its sets are alike.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use jiff::civil::Date;
use record::Store;
use record::documents::Documents;
use serde::Serialize;

use super::record::mapping;
use crate::failure::Failure;

/// All documents of the record of an assessment, or of files.
pub fn read(paths: &[PathBuf], map: Option<&Path>) -> Result<Vec<RecordBatch>, Failure> {
    if let [dir] = paths
        && dir.is_dir()
    {
        let batches: Vec<RecordBatch> = Store::open(dir)?.documents().collect::<Result<_, _>>()?;
        if batches.iter().all(|batch| batch.num_rows() == 0) {
            return Err(Failure::said(format!(
                "the record of {0} holds no documents; add some: demarche record add FILE… --into {0}",
                dir.display()
            )));
        }
        return Ok(batches);
    }
    let rules = mapping(map)?;
    let mut all = Vec::new();
    for path in paths {
        let own = match &rules {
            Some(rules) => rules.clone(),
            None => record::standard_mapping(path)?,
        };
        let mut reading = record::read(path, &own)?;
        for batch in reading.by_ref() {
            all.push(batch?);
        }
        for row in reading.take_quarantined() {
            eprintln!("left out {}: {}", row.at, row.reason);
        }
    }
    Ok(all)
}

/// Every document of the batches.
pub fn documents(batches: &[RecordBatch]) -> impl Iterator<Item = (Documents<'_>, usize)> {
    batches.iter().filter_map(Documents::of).flat_map(|batch| (0..batch.len()).map(move |row| (batch, row)))
}

/// A column of documents that keeps unlike statements apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Outlet,
    Type,
    Speaker,
    Audience,
    Language,
}

impl Column {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Outlet, "outlet"),
        (Self::Type, "type"),
        (Self::Speaker, "speaker"),
        (Self::Audience, "audience"),
        (Self::Language, "language"),
    ];

    /// The column that a user names.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, own)| *own == name).map(|(column, _)| *column)
    }

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(column, _)| *column == self).map_or("", |(_, name)| name)
    }

    pub fn value<'d>(self, documents: &Documents<'d>, row: usize) -> Option<&'d str> {
        match self {
            Self::Outlet => documents.outlet(row),
            Self::Type => documents.statement_type(row),
            Self::Speaker => documents.speaker(row),
            Self::Audience => documents.audience(row),
            Self::Language => documents.language(row),
        }
    }
}

/// What a user wrote for one set of documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    from: Option<Date>,
    to: Option<Date>,
    ids: Vec<String>,
    title: Vec<String>,
    columns: BTreeMap<Column, Vec<String>>,
}

impl Selection {
    /// Reads `from=2019-01-01 type=speech,report outlet="Rodong Sinmun" title~policy`; an empty text selects all.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let mut selection = Self::default();
        for word in words(text) {
            let wrong = |why: &str| {
                Failure::said(format!(
                    "`{word}` in the filter `{text}` {why}; write KEY=VALUE with one of from, to, year, id, outlet, type, speaker, audience, language, or title~WORDS"
                ))
            };
            if let Some(part) = word.strip_prefix("title~") {
                selection.title.push(part.to_lowercase());
                continue;
            }
            let (key, value) = word.split_once('=').ok_or_else(|| wrong("is no KEY=VALUE"))?;
            let day = || value.parse::<Date>().map_err(|_| wrong("has no date such as 2019-02-28"));
            match key {
                "from" => selection.from = Some(day()?),
                "to" => selection.to = Some(day()?),
                "year" => {
                    let (first, last) = value.split_once('-').unwrap_or((value, value));
                    let year = |text: &str| text.parse::<i16>().ok().filter(|year| (1..=9999).contains(year));
                    let (first, last) = year(first).zip(year(last)).ok_or_else(|| wrong("has no year"))?;
                    selection.from = Some(Date::constant(first, 1, 1));
                    selection.to = Some(Date::constant(last, 12, 31));
                }
                "id" => selection.ids.extend(value.split(',').map(str::to_string)),
                _ => {
                    let column = Column::of(key).ok_or_else(|| wrong("has an unknown key"))?;
                    let values = value.split(',').map(str::to_string);
                    selection.columns.entry(column).or_default().extend(values);
                }
            }
        }
        Ok(selection)
    }

    /// Whether a document belongs to the set.
    pub fn takes(&self, documents: &Documents<'_>, row: usize) -> bool {
        let date = documents.date(row);
        self.from.is_none_or(|from| date >= from)
            && self.to.is_none_or(|to| date <= to)
            && (self.ids.is_empty() || self.ids.iter().any(|id| id == documents.id(row)))
            && self
                .title
                .iter()
                .all(|part| documents.title(row).is_some_and(|title| title.to_lowercase().contains(part)))
            && self.columns.iter().all(|(column, values)| {
                let own = column.value(documents, row).unwrap_or("");
                values.iter().any(|value| value == own)
            })
    }
}

/// Cuts at spaces that stand in no quotes; the quotes go.
fn words(text: &str) -> Vec<String> {
    let (mut all, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                all.extend((!word.is_empty()).then(|| std::mem::take(&mut word)))
            }
            c => word.push(c),
        }
    }
    all.extend((!word.is_empty()).then_some(word));
    all
}

/// How many documents of each stratum a set holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stratum {
    pub outlet: Option<String>,
    #[serde(rename = "type")]
    pub statement_type: Option<String>,
    pub language: Option<String>,
    pub documents: u64,
}

/// Counts documents by outlet, type and language.
#[derive(Clone, Debug, Default)]
pub struct Strata(BTreeMap<[Option<String>; 3], u64>);

const KEPT_APART: [Column; 3] = [Column::Outlet, Column::Type, Column::Language];

impl Strata {
    pub fn add(&mut self, documents: &Documents<'_>, row: usize) {
        let key = KEPT_APART.map(|column| column.value(documents, row).map(str::to_string));
        *self.0.entry(key).or_default() += 1;
    }

    pub fn list(&self) -> Vec<Stratum> {
        let row = |([outlet, statement_type, language], documents): (&[Option<String>; 3], &u64)| Stratum {
            outlet: outlet.clone(),
            statement_type: statement_type.clone(),
            language: language.clone(),
            documents: *documents,
        };
        self.0.iter().map(row).collect()
    }

    fn shares(&self, column: usize) -> BTreeMap<Option<&str>, f64> {
        let all: u64 = self.0.values().sum();
        let mut shares = BTreeMap::new();
        for (key, number) in &self.0 {
            *shares.entry(key[column].as_deref()).or_insert(0.0) += *number as f64 / all.max(1) as f64;
        }
        shares
    }

    /// What makes two sets unlike: a column whose values are mixed otherwise in the one than in the other by more than
    /// a tenth (total variation), unless the user sets the two apart by that column.
    pub fn unlike(&self, other: &Self, a: &Selection, b: &Selection) -> Vec<String> {
        let mut warnings = Vec::new();
        for (at, column) in KEPT_APART.into_iter().enumerate() {
            let (own, theirs) = (self.shares(at), other.shares(at));
            let values: std::collections::BTreeSet<_> = own.keys().chain(theirs.keys()).collect();
            let share =
                |shares: &BTreeMap<Option<&str>, f64>, value| shares.get(value).copied().unwrap_or(0.0);
            let distance: f64 =
                values.iter().map(|value| (share(&own, *value) - share(&theirs, *value)).abs()).sum::<f64>()
                    / 2.0;
            let asked = a.columns.get(&column) != b.columns.get(&column);
            if distance <= 0.1 || asked {
                continue;
            }
            let most = values.iter().max_by(|x, y| {
                let gap = |value| (share(&own, value) - share(&theirs, value)).abs();
                gap(**x).total_cmp(&gap(**y))
            });
            let Some(value) = most else { continue };
            warnings.push(format!(
                "the sets differ in {}: {} of A and {} of B are {}; what follows may be a difference of {0}s. Name one in both filters to compare like with like",
                column.name(),
                super::percent(share(&own, *value)),
                super::percent(share(&theirs, *value)),
                value.map_or_else(|| "without one".into(), |value| format!("`{value}`")),
            ));
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::documents::{Document, batch};

    #[test]
    fn filters() {
        let one = |date: &str, outlet: &str, title: &str| Document {
            id: title.into(),
            date: date.parse().unwrap(),
            outlet: Some(outlet.into()),
            title: Some(title.into()),
            ..Document::default()
        };
        let batch = batch(&[
            one("2019-01-01", "Rodong Sinmun", "New Year Address"),
            one("2019-12-31", "KCNA", "Report on Plenum"),
            one("2021-01-01", "KCNA", "Letter"),
        ]);
        let documents = Documents::of(&batch).unwrap();
        let taken = |filter: &str| -> Vec<usize> {
            let selection = Selection::parse(filter).unwrap();
            (0..3).filter(|&row| selection.takes(&documents, row)).collect()
        };
        assert_eq!(taken(""), [0, 1, 2]);
        assert_eq!(taken("year=2019"), [0, 1]);
        assert_eq!(taken("outlet=\"Rodong Sinmun\",KCNA to=2020-01-01 title~plenum"), [1]);
        assert_eq!(taken("from=2019-06-01"), [1, 2]);
        for wrong in ["type", "when=2019", "from=yesterday", "year=20x"] {
            assert!(Selection::parse(wrong).is_err(), "{wrong}");
        }
    }
}
