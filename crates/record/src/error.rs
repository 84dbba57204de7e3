use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why a file or a store cannot be read or written at all. (A row that cannot be read is quarantined.)
#[derive(Debug, Error)]
pub enum RecordError {
    /// The operating system refused.
    #[error("cannot {doing} `{}`: {source}", path.display())]
    Io {
        /// What was tried: "read", "write", ….
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not a kind of file that is read here.
    #[error(
        "`{}` has none of the endings .jsonl, .ndjson, .csv, .tsv, .parquet, .xlsx, .html, .rss, .atom, .xml, .txt, \
         with or without .gz or .zst after it, and is no .zip and no folder{}",
        path.display(),
        other_ending(path)
    )]
    UnknownKind {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged or in another encoding.
    #[error("`{}` cannot be read: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A column that the mapping names is not there.
    #[error("`{}` has no column `{column}`{}", path.display(), name_columns(present))]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column asked for.
        column: String,
        /// Those it has.
        present: Vec<String>,
    },
    /// Another process is writing.
    #[error("another process is writing to `{}`; wait until it has ended", path.display())]
    Locked {
        /// Folder of the store.
        path: PathBuf,
    },
    /// The store's own files are damaged.
    #[error("the store in `{}` is damaged: {reason}; delete that folder and add the files again", path.display())]
    Damaged {
        /// Folder of the store.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

/// What to do with kinds that are often met.
fn other_ending(path: &Path) -> &'static str {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "xls" | "xlsb" | "ods" => "; save it as .xlsx",
        "doc" | "docx" | "pdf" | "odt" | "rtf" => "; save its text as .txt",
        "json" => "; write one object a line and name it .jsonl (jq -c '.[]')",
        "tar" | "tgz" | "7z" | "rar" | "bz2" | "xz" => "; unpack it and add the folder",
        _ => "",
    }
}

fn name_columns(present: &[String]) -> String {
    let mut names: Vec<_> = present.iter().take(20).map(|name| format!("`{name}`")).collect();
    if present.len() > 20 {
        names.push("…".into());
    }
    if names.is_empty() { String::new() } else { format!("; it has {}", names.join(", ")) }
}

impl RecordError {
    pub(crate) fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> RecordError {
        let path = path.into();
        move |source| RecordError::Io { doing, path, source }
    }

    /// As the reason of a member of a folder or an archive, whose name stands before it.
    pub(crate) fn of_member(&self) -> String {
        match self {
            Self::Malformed { reason, .. } => format!("the file cannot be read: {reason}"),
            other => other.to_string(),
        }
    }

    pub(crate) fn malformed(path: impl Into<PathBuf>, reason: impl Into<String>) -> RecordError {
        RecordError::Malformed { path: path.into(), reason: reason.into() }
    }
}
