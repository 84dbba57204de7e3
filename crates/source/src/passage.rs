use std::fmt;

use serde::{Deserialize, Serialize};

/// A row of a data file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowAt {
    /// As the user named it.
    pub file: String,
    /// 1-based: the line in a text file (the header is line 1), the row in a Parquet file.
    pub row: u64,
}

impl fmt::Display for RowAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.row)
    }
}

/// A row that could not be read, kept with its reason: nothing is silently dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// Where it stands.
    #[serde(flatten)]
    pub at: RowAt,
    /// What was expected and what stood there instead.
    pub reason: String,
}

impl fmt::Display for Quarantined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.reason)
    }
}

/// A piece of a document that shows what was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Id of the document.
    pub document: String,
    /// ISO date of the document.
    pub date: String,
    /// Its title.
    pub title: String,
    /// A place a reader can open, if the record has one.
    pub link: Option<String>,
    /// The file and row it was read from.
    pub at: RowAt,
    /// Text before the hit, the hit, text after it; empty where the record holds no text.
    pub text: (String, String, String),
}
