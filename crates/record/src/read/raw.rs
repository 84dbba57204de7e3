//! Rows as the file has them, before anything is made of them.

use encoding_rs::{Encoding, UTF_8};

use crate::RecordError;
use crate::input::{Format, Part};
use crate::mapping::Layout;
use crate::read::csv::CsvRows;
use crate::read::held::HeldRows;
use crate::read::jsonl::JsonlRows;
use crate::read::parquet::ParquetRows;
use crate::read::{feed, html, text, xlsx};

/// Longest line or row that is held in memory.
pub(crate) const LONGEST_ROW: usize = 64 << 20;

/// One row: the values of the wanted columns, absent where the file has none or an empty one.
#[derive(Debug)]
pub(crate) struct Raw {
    /// Line or row, from 1.
    pub(crate) row: u64,
    /// The values, or why there are none.
    pub(crate) values: Result<Vec<Option<String>>, String>,
}

/// The rows of a file of any format.
pub(crate) enum Rows {
    Jsonl(JsonlRows),
    Csv(Box<CsvRows>),
    Parquet(Box<ParquetRows>),
    /// A workbook, a feed, a page or a text.
    Held(HeldRows),
}

impl Rows {
    pub(crate) fn open(part: Part, layout: &Layout) -> Result<Self, RecordError> {
        Ok(match part.format {
            Format::Jsonl => Self::Jsonl(JsonlRows::open(part, layout.encoding)?),
            Format::Csv => Self::Csv(Box::new(CsvRows::open(part, layout, b',')?)),
            Format::Tsv => Self::Csv(Box::new(CsvRows::open(part, layout, b'\t')?)),
            Format::Parquet => Self::Parquet(Box::new(ParquetRows::open(part)?)),
            Format::Xlsx => Self::Held(xlsx::rows(part, layout)?),
            Format::Feed => Self::Held(feed::rows(part, layout)?),
            Format::Html => Self::Held(html::rows(part, layout)?),
            Format::Text => Self::Held(text::rows(part, layout)?),
            Format::Archive => {
                let reason =
                    "an archive within an archive is not opened; unpack the outer one and add the folder";
                return Err(RecordError::malformed(part.name, reason));
            }
        })
    }

    /// The columns of the file; `None` for JSONL, where each line has its own, and for an empty file.
    pub(crate) fn columns(&self) -> Option<Vec<String>> {
        match self {
            Self::Jsonl(_) => None,
            Self::Csv(rows) => rows.columns(),
            Self::Parquet(rows) => Some(rows.columns()),
            Self::Held(rows) => Some(rows.columns()),
        }
    }

    /// What the file is written in, as far as it has been read.
    pub(crate) fn encoding(&self) -> &'static Encoding {
        match self {
            Self::Jsonl(rows) => rows.encoding(),
            Self::Csv(rows) => rows.encoding(),
            Self::Parquet(_) => UTF_8,
            Self::Held(rows) => rows.encoding,
        }
    }

    /// Which columns are to be read, in which order; to be said before the first row.
    pub(crate) fn want(&mut self, columns: Vec<String>) -> Result<(), RecordError> {
        match self {
            Self::Jsonl(rows) => rows.want(columns),
            Self::Csv(rows) => rows.want(&columns),
            Self::Parquet(rows) => return rows.want(&columns),
            Self::Held(rows) => rows.want(&columns),
        }
        Ok(())
    }

    pub(crate) fn next(&mut self) -> Result<Option<Raw>, RecordError> {
        match self {
            Self::Jsonl(rows) => rows.next(),
            Self::Csv(rows) => rows.next(),
            Self::Parquet(rows) => rows.next(),
            Self::Held(rows) => Ok(rows.next()),
        }
    }
}

/// Text or nothing: an empty cell says nothing.
pub(crate) fn present(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_string())
}
