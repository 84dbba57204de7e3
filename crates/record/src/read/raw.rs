//! Rows as the file has them, before anything is made of them.

use std::path::Path;

use crate::RecordError;
use crate::input::Format;
use crate::read::csv::CsvRows;
use crate::read::jsonl::JsonlRows;
use crate::read::parquet::ParquetRows;

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
    Csv(CsvRows),
    Parquet(ParquetRows),
}

impl Rows {
    pub(crate) fn open(path: &Path) -> Result<Self, RecordError> {
        Ok(match Format::of(path)? {
            Format::Jsonl => Self::Jsonl(JsonlRows::open(path)?),
            Format::Csv => Self::Csv(CsvRows::open(path)?),
            Format::Parquet => Self::Parquet(ParquetRows::open(path)?),
        })
    }

    /// The columns of the file; `None` for JSONL, where each line has its own, and for an empty file.
    pub(crate) fn columns(&self) -> Option<Vec<String>> {
        match self {
            Self::Jsonl(_) => None,
            Self::Csv(rows) => rows.columns(),
            Self::Parquet(rows) => Some(rows.columns()),
        }
    }

    /// Which columns are to be read, in which order; to be said before the first row.
    pub(crate) fn want(&mut self, columns: Vec<String>) -> Result<(), RecordError> {
        match self {
            Self::Jsonl(rows) => rows.want(columns),
            Self::Csv(rows) => rows.want(&columns),
            Self::Parquet(rows) => return rows.want(&columns),
        }
        Ok(())
    }

    pub(crate) fn next(&mut self) -> Result<Option<Raw>, RecordError> {
        match self {
            Self::Jsonl(rows) => rows.next(),
            Self::Csv(rows) => rows.next(),
            Self::Parquet(rows) => rows.next(),
        }
    }
}

/// Text or nothing: an empty cell says nothing.
pub(crate) fn present(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_string())
}
