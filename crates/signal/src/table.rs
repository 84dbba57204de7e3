//! Figures without texts, as CSV that anybody can read: counts per period, documents behind them, measured values,
//! word frequencies.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use jiff::civil::Date;
use measure::{Calendar, Period, Point, Series};
use source::{Quarantined, RowAt};
use thiserror::Error;

use crate::counts::{Cell, Counts};
use crate::words::WordCounts;

/// A document behind some counts: what a reader needs in order to open it, and no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentHits {
    /// Id in the record.
    pub id: String,
    /// Its date.
    pub date: Date,
    /// Its title.
    pub title: String,
    /// A place a reader can open.
    pub link: String,
    /// Its stratum.
    pub stratum: String,
    /// How many words it has.
    pub tokens: u64,
    /// Phrases found in it and how often.
    pub phrases: Vec<(String, u64)>,
    /// Where it, or the list that names it, stands: `file:row`.
    pub at: String,
}

/// Why a table cannot be used at all; single bad rows are quarantined instead.
#[derive(Debug, Error)]
pub enum TableError {
    /// A column is missing.
    #[error("`{file}` has no column {wanted}; it has {present}. Rename a column in its first line")]
    Column {
        /// The file.
        file: String,
        /// What was looked for.
        wanted: String,
        /// What there is.
        present: String,
    },
    /// There is nothing in it.
    #[error("`{0}` is empty: expected a first line with names of columns")]
    Empty(String),
    /// Not readable as CSV.
    #[error("`{file}`: {reason}")]
    Malformed {
        /// The file.
        file: String,
        /// What the reader said.
        reason: String,
    },
}

pub(crate) struct Columns<'f> {
    file: &'f str,
    names: Vec<String>,
}

impl Columns<'_> {
    pub(crate) fn find(&self, wanted: &[&str]) -> Option<usize> {
        wanted
            .iter()
            .find_map(|name| self.names.iter().position(|present| present.eq_ignore_ascii_case(name)))
    }

    pub(crate) fn need(&self, wanted: &[&str]) -> Result<usize, TableError> {
        self.find(wanted).ok_or_else(|| TableError::Column {
            file: self.file.into(),
            wanted: wanted.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
            present: self.names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        })
    }
}

pub(crate) type Row<'r> = (&'r csv::StringRecord, u64);

/// Reads all rows; those that are no text or that `take` refuses are quarantined with their line.
pub(crate) fn rows(
    mut reader: impl Read,
    file: &str,
    start: impl FnOnce(&Columns<'_>) -> Result<(), TableError>,
    mut take: impl FnMut(Row<'_>) -> Result<(), String>,
) -> Result<Vec<Quarantined>, TableError> {
    let malformed = |reason: String| TableError::Malformed { file: file.into(), reason };
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| malformed(error.to_string()))?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes.as_slice());
    let header = reader.headers().map_err(|error| malformed(error.to_string()))?.clone();
    if header.is_empty() || header.iter().all(str::is_empty) {
        return Err(TableError::Empty(file.into()));
    }
    let names = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_string()).collect();
    start(&Columns { file, names })?;
    let mut quarantine = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut lines = Lines { bytes: &bytes, byte: 0, line: 1 };
    loop {
        let refused = match reader.read_record(&mut record) {
            Ok(false) => return Ok(quarantine),
            Ok(true) => {
                let line = lines.of(record.position());
                take((&record, line)).err().map(|reason| (line, reason))
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                let reason = "the row is not UTF-8 text; save the file as UTF-8".to_string();
                Some((lines.of(error.position()), reason))
            }
            Err(error) => return Err(malformed(error.to_string())),
        };
        if let Some((row, reason)) = refused {
            quarantine.push(Quarantined { at: RowAt { file: file.into(), row }, reason });
        }
    }
}

/// Counts lines, because the reader's own count is one short after CRLF and empty lines.
struct Lines<'b> {
    bytes: &'b [u8],
    byte: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of a row; rows are asked for in order.
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let from = position.map_or(self.byte, |position| position.byte() as usize).min(self.bytes.len());
        let blank = self.bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let newlines = self.bytes[self.byte..from + blank].iter().filter(|byte| **byte == b'\n').count();
        self.line += newlines as u64;
        self.byte = from + blank;
        self.line
    }
}

pub(crate) fn number(text: &str, what: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|x| x.is_finite())
        .ok_or_else(|| format!("the {what} `{text}` is not a number"))
}

fn period(text: &str) -> Result<Period, String> {
    text.parse::<Period>().or_else(|error| match text.parse::<i64>() {
        // Four digits are a year, and 0000 is none.
        Ok(index) if text.len() != 4 || index < 0 => Ok(Period::Index(index)),
        _ => Err(error.to_string()),
    })
}

/// Reads series of counts or values: columns `period` (or `date`, `index`), `count` (or `value`), optionally
/// `exposure` (1 if absent) and `series`. Without `series` all rows are one series with the id `name`.
///
/// A column `index` holds bare numbers; elsewhere four digits are a year. Rows that cannot be read, repeat a period
/// or have no exposure are quarantined.
///
/// # Errors
/// [`TableError`] if a column is missing or the file is not CSV.
pub fn read_values(
    reader: impl Read,
    file: &str,
    name: &str,
) -> Result<(Vec<Series>, Vec<Quarantined>), TableError> {
    let (mut at, mut indexed) = ([0; 2], false);
    let (mut exposure, mut series) = (None, None);
    let mut points: BTreeMap<String, BTreeMap<Period, Point>> = BTreeMap::new();
    // The closures share the positions of the columns.
    let shared = std::cell::RefCell::new((&mut at, &mut indexed, &mut exposure, &mut series));
    let quarantine = rows(
        reader,
        file,
        |columns| {
            let mut shared = shared.borrow_mut();
            let (period, value) = (
                columns.need(&["period", "date", "month", "year", "index", "time"])?,
                columns.need(&["count", "value", "n"])?,
            );
            *shared.0 = [period, value];
            *shared.1 = columns.find(&["period", "date", "month", "year"]).is_none();
            *shared.2 = columns.find(&["exposure", "tokens", "documents"]);
            *shared.3 = columns.find(&["series", "phrase"]);
            Ok(())
        },
        |(record, _)| {
            let shared = shared.borrow();
            let field = |index: usize| record.get(index).unwrap_or("");
            let text = field(shared.0[0]);
            let period = if *shared.1 {
                Period::Index(
                    text.trim_start_matches('#')
                        .parse()
                        .map_err(|_| format!("the index `{text}` is not a whole number"))?,
                )
            } else {
                period(text)?
            };
            let value = number(field(shared.0[1]), "count")?;
            let exposure = shared.2.map_or(Ok(1.0), |index| number(field(index), "exposure"))?;
            if exposure <= 0.0 {
                return Err(format!(
                    "the exposure of {period} is {exposure}: leave the row out if nothing was looked at"
                ));
            }
            let id = shared.3.map_or(name, field).to_string();
            let own = points.entry(id).or_default();
            if own.contains_key(&period) {
                return Err(format!("the period {period} stands twice"));
            }
            if own.keys().next().is_some_and(|first| first.calendar() != period.calendar()) {
                return Err(format!("`{period}` is not the kind of period of the rows before"));
            }
            own.insert(period, Point { period, value, exposure });
            Ok(())
        },
    )?;
    let series = points
        .into_iter()
        .filter_map(|(id, points)| Series::new(id, points.into_values().collect()).ok())
        .collect();
    Ok((series, quarantine))
}

/// Reads a table of counts: `phrase,stratum,period,count,documents,exposure_tokens,exposure_documents`.
///
/// # Errors
/// [`TableError`] if a column is missing or the file is not CSV.
pub fn read_counts(reader: impl Read, file: &str) -> Result<(Counts, Vec<Quarantined>), TableError> {
    const NAMES: [&str; 7] =
        ["phrase", "stratum", "period", "count", "documents", "exposure_tokens", "exposure_documents"];
    let mut counts = Counts::default();
    let at = std::cell::Cell::new([0; 7]);
    let quarantine = rows(
        reader,
        file,
        |columns| {
            let mut found = [0; 7];
            for (slot, name) in found.iter_mut().zip(NAMES) {
                *slot = columns.need(&[name])?;
            }
            at.set(found);
            Ok(())
        },
        |(record, _)| {
            let at = at.get();
            let field = |index: usize| record.get(at[index]).unwrap_or("");
            let whole = |index: usize| {
                field(index).parse::<u64>().map_err(|_| {
                    format!("`{}` is not a whole number, 0 or more (column `{}`)", field(index), NAMES[index])
                })
            };
            let period = period(field(2))?;
            let cell = Cell { count: whole(3)?, documents: whole(4)? };
            let exposure = (whole(5)?, whole(6)?);
            let (phrase, stratum) = (field(0).to_string(), field(1).to_string());
            let same = *counts.exposure.entry((stratum.clone(), period)).or_insert(exposure);
            if same != exposure {
                return Err(format!("the exposure of {stratum} in {period} differs from a row before"));
            }
            if !counts.phrases.contains(&phrase) {
                counts.phrases.push(phrase.clone());
            }
            match counts.cells.entry((phrase, stratum, period)) {
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(cell);
                    Ok(())
                }
                std::collections::btree_map::Entry::Occupied(entry) => {
                    Err(format!("`{}` of {} in {period} stands twice", entry.key().0, entry.key().1))
                }
            }
        },
    )?;
    Ok((counts, quarantine))
}

/// Writes what [`read_counts`] reads: every phrase in every stratum and period with text, zeros included.
///
/// # Errors
/// Those of the writer.
pub fn write_counts(counts: &Counts, writer: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(writer);
    writer.write_record([
        "phrase",
        "stratum",
        "period",
        "count",
        "documents",
        "exposure_tokens",
        "exposure_documents",
    ])?;
    for phrase in &counts.phrases {
        for ((stratum, period), (tokens, documents)) in &counts.exposure {
            let cell =
                counts.cells.get(&(phrase.clone(), stratum.clone(), *period)).copied().unwrap_or_default();
            let numbers = [cell.count, cell.documents, *tokens, *documents].map(|n| n.to_string());
            let [count, holding, tokens, documents] = &numbers;
            writer.write_record([phrase, stratum, &period.to_string(), count, holding, tokens, documents])?;
        }
    }
    writer.flush()?;
    Ok(())
}

/// Reads `id,date,title,link,stratum,tokens,phrase,count`, one row per document and phrase; a document stands at the
/// first of its rows.
///
/// # Errors
/// [`TableError`] if a column is missing or the file is not CSV.
pub fn read_documents(
    reader: impl Read,
    file: &str,
) -> Result<(Vec<DocumentHits>, Vec<Quarantined>), TableError> {
    const NAMES: [&str; 8] = ["id", "date", "title", "link", "stratum", "tokens", "phrase", "count"];
    let at = std::cell::Cell::new([0; 8]);
    let mut all: Vec<DocumentHits> = Vec::new();
    let quarantine = rows(
        reader,
        file,
        |columns| {
            let mut found = [0; 8];
            for (slot, name) in found.iter_mut().zip(NAMES) {
                *slot = columns.need(&[name])?;
            }
            at.set(found);
            Ok(())
        },
        |(record, line)| {
            let at = at.get();
            let field = |index: usize| record.get(at[index]).unwrap_or("");
            let whole = |index: usize| {
                field(index)
                    .parse::<u64>()
                    .map_err(|_| format!("`{}` is not a whole number, 0 or more", field(index)))
            };
            let date = field(1)
                .parse::<Date>()
                .map_err(|_| format!("`{}` is not a date like 2022-12-31", field(1)))?;
            let phrases =
                if field(6).is_empty() { Vec::new() } else { vec![(field(6).to_string(), whole(7)?)] };
            match all.last_mut().filter(|document| document.id == field(0) && document.stratum == field(4)) {
                Some(document) => document.phrases.extend(phrases),
                None => all.push(DocumentHits {
                    id: field(0).into(),
                    date,
                    title: field(2).into(),
                    link: field(3).into(),
                    stratum: field(4).into(),
                    tokens: whole(5)?,
                    phrases,
                    at: format!("{file}:{line}"),
                }),
            }
            Ok(())
        },
    )?;
    Ok((all, quarantine))
}

/// Writes what [`read_documents`] reads; a document without any phrase keeps one row.
///
/// # Errors
/// Those of the writer.
pub fn write_documents(documents: &[DocumentHits], writer: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(writer);
    writer.write_record(["id", "date", "title", "link", "stratum", "tokens", "phrase", "count"])?;
    for document in documents {
        let (date, tokens) = (document.date.to_string(), document.tokens.to_string());
        let fixed = [&document.id, &date, &document.title, &document.link, &document.stratum, &tokens];
        let mut row = |phrase: &str, count: &str| {
            writer.write_record(fixed.iter().map(|field| field.as_str()).chain([phrase, count]))
        };
        if document.phrases.is_empty() {
            row("", "0")?;
        }
        for (phrase, count) in &document.phrases {
            row(phrase, &count.to_string())?;
        }
    }
    writer.flush()?;
    Ok(())
}

/// Reads `stratum,period,word,count,documents`; the word `*` carries the totals of a period: all words and all
/// documents.
///
/// # Errors
/// [`TableError`] if a column is missing or the file is not CSV.
pub fn read_words(
    reader: impl Read,
    file: &str,
) -> Result<(BTreeMap<String, WordCounts>, Vec<Quarantined>), TableError> {
    const NAMES: [&str; 5] = ["stratum", "period", "word", "count", "documents"];
    let at = std::cell::Cell::new([0; 5]);
    let mut all: BTreeMap<String, WordCounts> = BTreeMap::new();
    let quarantine = rows(
        reader,
        file,
        |columns| {
            let mut found = [0; 5];
            for (slot, name) in found.iter_mut().zip(NAMES) {
                *slot = columns.need(&[name])?;
            }
            at.set(found);
            Ok(())
        },
        |(record, _)| {
            let at = at.get();
            let field = |index: usize| record.get(at[index]).unwrap_or("");
            let whole = |index: usize| {
                field(index)
                    .parse::<u64>()
                    .map_err(|_| format!("`{}` is not a whole number, 0 or more", field(index)))
            };
            let words = all.entry(field(0).to_string()).or_default().entry(period(field(1))?).or_default();
            words.insert(field(2).to_string(), (whole(3)?, whole(4)?));
            Ok(())
        },
    )?;
    Ok((all, quarantine))
}

/// Writes what [`read_words`] reads. Words that stand fewer than `fewest` times in all periods together are left out
/// but counted in the totals (`*`), for which `documents` gives the number of documents per period.
///
/// # Errors
/// Those of the writer.
pub fn write_words(
    strata: &BTreeMap<String, WordCounts>,
    documents: &BTreeMap<(String, Period), u64>,
    fewest: u64,
    writer: impl Write,
) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(writer);
    writer.write_record(["stratum", "period", "word", "count", "documents"])?;
    for (stratum, periods) in strata {
        let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
        for (word, (count, _)) in periods.values().flatten() {
            *totals.entry(word).or_default() += count;
        }
        for (period, words) in periods {
            let period_text = period.to_string();
            let tokens: u64 = words.values().map(|(count, _)| count).sum();
            let all = documents.get(&(stratum.clone(), *period)).copied().unwrap_or(0);
            writer.write_record([stratum, &period_text, "*", &tokens.to_string(), &all.to_string()])?;
            for (word, (count, holding)) in words.iter().filter(|(word, _)| totals[word.as_str()] >= fewest) {
                writer.write_record([
                    stratum,
                    &period_text,
                    word,
                    &count.to_string(),
                    &holding.to_string(),
                ])?;
            }
        }
    }
    writer.flush()?;
    Ok(())
}

/// The calendar that a table's periods are cut by, if they have one.
pub fn calendar_of(counts: &Counts) -> Option<Calendar> {
    counts.exposure.keys().next().and_then(|(_, period)| period.calendar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_and_read_back() {
        let mut counts = Counts { phrases: vec!["a".into(), "b".into()], ..Counts::default() };
        let month: Period = "2022-09".parse().unwrap();
        counts.exposure.insert(("KCNA, daily".into(), month), (1000, 10));
        counts.cells.insert(("a".into(), "KCNA, daily".into(), month), Cell { count: 3, documents: 2 });
        let mut bytes = Vec::new();
        write_counts(&counts, &mut bytes).unwrap();
        let (back, quarantine) = read_counts(bytes.as_slice(), "c.csv").unwrap();
        assert!(quarantine.is_empty());
        assert_eq!(back.exposure, counts.exposure);
        assert_eq!(back.series(crate::ExposureKind::Tokens), counts.series(crate::ExposureKind::Tokens));
        assert_eq!(back.series(crate::ExposureKind::Documents).unwrap()[0].points[0].value, 2.0);
    }

    #[test]
    fn bad_rows_are_quarantined_with_their_line() {
        let text = "\u{feff}date,count,exposure\r\n2022-01,3,10\r\nJuche 111,3,10\r\n2022-02,x,10\r\n2022-02,1,0\r\n2022-01,1,5\r\n2022,1,5\r\n2022-03,4\r\n2022-03,4,7\r\n";
        let (series, quarantine) = read_values(text.as_bytes(), "s.csv", "s").unwrap();
        assert_eq!(series[0].points.len(), 2);
        let lines: Vec<_> = quarantine.iter().map(|row| row.at.row).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8]);
        assert!(quarantine[0].reason.contains("Juche 111"), "{}", quarantine[0].reason);
        let mut latin = b"date,count\n2022-01,1\n2022-0\xe9,1\n".to_vec();
        latin.extend(b"2022-02,1\n");
        let (series, quarantine) = read_values(latin.as_slice(), "s.csv", "s").unwrap();
        assert_eq!((series[0].points.len(), quarantine[0].at.row), (2, 3));
        assert!(matches!(read_values(&b""[..], "s.csv", "s"), Err(TableError::Empty(_))));
        assert!(matches!(read_values(&b"a,b\n1,2\n"[..], "s.csv", "s"), Err(TableError::Column { .. })));
    }

    #[test]
    fn indices_and_several_series() {
        let (series, _) = read_values(&b"index,count\n0,1\n1,2\n"[..], "s.csv", "name").unwrap();
        assert_eq!((series[0].id.as_str(), series[0].points[1].period), ("name", Period::Index(1)));
        let (series, _) =
            read_values(&b"series,period,value\nx,2001,1\ny,2001,2\nx,2002,3\n"[..], "s.csv", "name")
                .unwrap();
        assert_eq!(series.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), ["x", "y"]);
    }
}
