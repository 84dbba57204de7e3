use std::path::PathBuf;

use record::RecordError;
use source::Finding;
use thiserror::Error;

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The record cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The index cannot be made or read.
    #[error(
        "the index of the record cannot be used: {0}; delete the folders `index-…` in its store and search again"
    )]
    Index(#[from] tantivy::TantivyError),
    /// The index cannot be read.
    #[error(
        "the index of the record cannot be read: {0}; delete the folders `index-…` in its store and search again"
    )]
    Io(#[from] std::io::Error),
    /// A dictionary cannot be used.
    #[error(
        "`{}` holds no dictionary that can be used: {reason}; name a folder that `lindera build` made (metadata.json, dict.trie, matrix.mtx, …)",
        folder.display()
    )]
    Dictionary {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The query is not understood.
    #[error("{0}")]
    Query(Box<Finding>),
    /// There is nothing to search in.
    #[error("the record holds no documents; add some with `demarche record add FILE… --into DIR`")]
    Empty,
}
