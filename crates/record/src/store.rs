use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use source::{ContentHash, Quarantined};

use crate::{AddReport, Kind, Mapping, RecordError, Stats};

/// The documents and events of one assessment, under `record/store` of its folder.
pub struct Store {}

/// A file that was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// As the user named it.
    pub path: String,
    /// Which table it feeds.
    pub kind: Kind,
    /// Of its bytes.
    pub content: ContentHash,
    /// Of the rules it was read by.
    pub mapping: ContentHash,
    /// Rows found.
    pub rows: u64,
    /// Rows in the store because of it.
    pub kept: u64,
    /// Rows that stood already.
    pub repeated: u64,
    /// Rows set apart.
    pub quarantined: u64,
    /// First and last date of the kept rows.
    pub dates: Option<(Date, Date)>,
}

/// How far [`Store::add`] is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'p> {
    /// The file being read.
    pub path: &'p Path,
    /// Its position among the files, from 0.
    pub file: usize,
    /// How many files there are.
    pub files: usize,
    /// Rows of this file read so far.
    pub rows: u64,
}

impl Store {
    /// Opens the store of the assessment in `dir`; there need not be one yet (nothing is created before
    /// the first [`add`](Self::add)).
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn open(dir: &Path) -> Result<Self, RecordError> {
        todo!()
    }

    /// Reads files into the store; by `mapping`, or by the standard names if there is none.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn add(
        &mut self,
        paths: &[PathBuf],
        mapping: Option<&Mapping>,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<AddReport, RecordError> {
        todo!()
    }

    /// The documents, file by file in the order of adding, rows in the order of the file.
    pub fn documents(&self) -> Batches {
        todo!()
    }

    /// The events, in the same order.
    pub fn events(&self) -> Batches {
        todo!()
    }

    /// The files, in the order of adding.
    pub fn list(&self) -> &[StoredFile] {
        todo!()
    }

    /// The rows set apart, with their reasons.
    ///
    /// # Errors
    /// [`RecordError`] if a file of the store cannot be read.
    pub fn quarantine(&self) -> Result<Vec<Quarantined>, RecordError> {
        todo!()
    }

    /// What is there, by outlet, statement type, language and year. Reads every document once.
    ///
    /// # Errors
    /// [`RecordError`] if a file of the store cannot be read.
    pub fn stats(&self) -> Result<Stats, RecordError> {
        todo!()
    }

    /// Equal content, equal hash: for deciding whether what depends on the store must be computed again.
    pub fn hash(&self) -> ContentHash {
        todo!()
    }
}

/// The batches of a store; see [`Store::documents`].
pub struct Batches {}

impl Iterator for Batches {
    type Item = Result<RecordBatch, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        todo!()
    }
}
