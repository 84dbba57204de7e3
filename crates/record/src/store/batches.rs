use std::collections::VecDeque;
use std::path::PathBuf;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::{Folder, StoredFile};
use crate::{Kind, RecordError, documents, events};

/// The batches of a store, at most 2,048 rows each; see [`Store::documents`](crate::Store::documents).
#[derive(Debug)]
pub struct Batches {
    folder: PathBuf,
    left: VecDeque<PathBuf>,
    reader: Option<ParquetRecordBatchReader>,
}

pub(super) fn schema(kind: Kind) -> SchemaRef {
    match kind {
        Kind::Documents => documents::schema(),
        Kind::Events => events::schema(),
    }
}

impl Batches {
    pub(super) fn new(folder: &Folder, files: &[StoredFile]) -> Self {
        let left = files.iter().filter(|file| file.kept > 0).map(|file| folder.data(&file.stem())).collect();
        Self { folder: folder.path().into(), left, reader: None }
    }

    fn open(&self, path: PathBuf) -> Result<ParquetRecordBatchReader, RecordError> {
        let file = std::fs::File::open(&path).map_err(RecordError::io("read", &path))?;
        ParquetRecordBatchReaderBuilder::try_new(file)
            .and_then(|builder| builder.with_batch_size(2048).build())
            .map_err(|error| self.damaged(error.to_string()))
    }

    fn damaged(&self, reason: String) -> RecordError {
        RecordError::Damaged { path: self.folder.clone(), reason }
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(batch) = self.reader.as_mut().and_then(Iterator::next) {
                return Some(batch.map_err(|error| self.damaged(error.to_string())));
            }
            self.reader = None;
            let path = self.left.pop_front()?;
            match self.open(path) {
                Ok(reader) => self.reader = Some(reader),
                Err(error) => {
                    self.left.clear();
                    return Some(Err(error));
                }
            }
        }
    }
}
