use std::path::{Path, PathBuf};

use source::{ContentHash, Finding, Findings, Place};

use crate::RecordError;
use crate::input::{Format, Parts, listed};
use crate::mapping::Mapping;
use crate::read::standard_mapping;
use crate::report::FileReport;

/// What is added as one: a file, or the pages and texts of a folder, which are one document each.
#[derive(Debug)]
pub(super) enum Given {
    File(PathBuf),
    Pages { folder: PathBuf, files: Vec<PathBuf> },
}

impl Given {
    /// The paths of the user, each folder taken apart: its tables are files of their own, in the order of their
    /// names, and what else it holds is one. A folder that cannot be read is a finding.
    pub(super) fn all(paths: &[PathBuf]) -> (Vec<Self>, Findings) {
        let (mut all, mut findings) = (Vec::new(), Findings::new());
        for path in paths {
            if !path.is_dir() {
                all.push(Self::File(path.clone()));
                continue;
            }
            let files = match listed(path) {
                Ok(files) => files,
                Err(error) => {
                    findings.push(unreadable(&error));
                    continue;
                }
            };
            let is_table = |file: &PathBuf| {
                Format::of(&file.display().to_string()).is_ok_and(|format| !format.is_page())
            };
            let (tables, pages): (Vec<_>, Vec<_>) = files.into_iter().partition(is_table);
            if !pages.is_empty() || tables.is_empty() {
                all.push(Self::Pages { folder: path.clone(), files: pages });
            }
            all.extend(tables.into_iter().map(Self::File));
        }
        (all, findings)
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Pages { folder: path, .. } => path,
        }
    }

    /// # Errors
    /// As [`read`](crate::read()).
    pub(super) fn parts(&self) -> Result<Parts, RecordError> {
        match self {
            Self::File(path) => Parts::of_path(path),
            Self::Pages { files, .. } => Ok(Parts::of_files(files.clone())),
        }
    }

    /// # Errors
    /// As [`read`](crate::read()).
    pub(super) fn standard_mapping(&self) -> Result<Mapping, RecordError> {
        match self {
            Self::File(path) => standard_mapping(path),
            Self::Pages { .. } => Ok(Mapping::documents()),
        }
    }

    /// Of the bytes; of several files, of their names in the folder and their bytes.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub(super) fn hash(&self) -> Result<ContentHash, RecordError> {
        let of = |path: &Path| {
            let file = std::fs::File::open(path).map_err(RecordError::io("read", path))?;
            ContentHash::of_reader(file).map_err(RecordError::io("read", path))
        };
        match self {
            Self::File(path) => of(path),
            Self::Pages { folder, files } => {
                let mut parts = Vec::new();
                for file in files {
                    let name = file.strip_prefix(folder).unwrap_or(file);
                    parts.push(name.display().to_string());
                    // A file that cannot be opened is a row in quarantine.
                    parts.push(of(file).map(|hash| hash.to_string()).unwrap_or_default());
                }
                Ok(ContentHash::of_parts(parts.iter().map(String::as_bytes)))
            }
        }
    }
}

pub(super) fn unreadable(error: &RecordError) -> Finding {
    Finding::error("record::unreadable", error.to_string(), &Place::nowhere())
        .help("nothing of this file was added; the others are")
}

/// What a user should know of a file that was added.
pub(super) fn remarks(path: &Path, report: &FileReport) -> Findings {
    let mut findings = Findings::new();
    let path = path.display();
    if report.rows == 0 {
        let message = format!("`{path}` holds no rows");
        let finding = Finding::warning("record::empty", message, &Place::nowhere());
        findings.push(finding.help("check that it is the right file and was fetched whole"));
    }
    if !report.passed_over.is_empty() {
        let count: u64 = report.passed_over.values().sum();
        let (files, are) = if count == 1 { ("file", "is") } else { ("files", "are") };
        let endings = report.passed_over.iter().map(|(ending, times)| {
            let ending = if ending.is_empty() { "no ending" } else { ending };
            format!("{ending}: {times}")
        });
        let message = format!(
            "{count} {files} in `{path}` {are} of no kind that is read here ({})",
            endings.collect::<Vec<_>>().join(", ")
        );
        let finding = Finding::warning("record::passed_over", message, &Place::nowhere());
        findings.push(
            finding.help("they were passed over; if one holds documents, save it as .txt, .csv or .xlsx"),
        );
    }
    findings
}
