use std::path::Path;

use arrow_array::RecordBatch;
use source::Quarantined;

use crate::{FileReport, Index, Mapping, RecordError};

/// One file on its way into record batches.
///
/// An iterator over batches with the schema of the mapping's kind, at most 2,048 rows and about 8 MiB
/// of text each. Rows that are repeated within the file (or stand in the index that was given) and rows
/// that cannot be read are not among them; [`report`](Self::report) counts them.
pub struct Reading {}

impl Reading {
    /// What became of the rows so far.
    pub fn report(&self) -> &FileReport {
        todo!()
    }

    /// The rows set apart since this was last asked.
    pub fn take_quarantined(&mut self) -> Vec<Quarantined> {
        todo!()
    }

    /// What has been seen, for the next file.
    pub fn into_index(self) -> Index {
        todo!()
    }
}

impl Iterator for Reading {
    type Item = Result<RecordBatch, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        todo!()
    }
}

/// Reads a file without a store.
///
/// # Errors
/// [`RecordError`] if the file cannot be opened, is of no known kind, or lacks a column that the mapping names.
pub fn read(path: &Path, mapping: &Mapping) -> Result<Reading, RecordError> {
    read_with(path, mapping, Index::new())
}

/// As [`read`], with rows of earlier files in `index` counted as repeated.
///
/// # Errors
/// As [`read`].
pub fn read_with(path: &Path, mapping: &Mapping, index: Index) -> Result<Reading, RecordError> {
    todo!()
}

/// The mapping of a file whose columns have the standard names: events if it has neither a title nor a
/// text but an actor, a target or a type; otherwise documents.
///
/// # Errors
/// As [`read`].
pub fn standard_mapping(path: &Path) -> Result<Mapping, RecordError> {
    todo!()
}
