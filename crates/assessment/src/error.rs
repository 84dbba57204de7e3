use std::path::{Path, PathBuf};

use source::Findings;
use thiserror::Error;

/// Why an assessment could not be made.
#[derive(Debug, Error)]
pub enum AssessmentError {
    /// The folder has mistakes; all of them.
    #[error("{} problem(s) in the assessment", .0.len())]
    Findings(Findings),
    /// A file could not be read or written.
    #[error("cannot {action} {}: {reason}", .path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said, and a remedy where there is one.
        reason: String,
    },
    /// A stage could not come to a result.
    #[error("{stage}: {reason}")]
    Stage {
        /// Which stage.
        stage: &'static str,
        /// Why, and what to do.
        reason: String,
    },
    /// Something that must not happen.
    #[error("this is a mistake of the program, please report it: {0}")]
    Bug(String),
}

impl AssessmentError {
    pub(crate) fn file(action: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self::File { action, path: path.into(), reason: error.to_string() }
    }

    pub(crate) fn stage(stage: &'static str, reason: impl ToString) -> Self {
        Self::Stage { stage, reason: reason.to_string() }
    }
}

impl From<Findings> for AssessmentError {
    fn from(findings: Findings) -> Self {
        Self::Findings(findings)
    }
}
