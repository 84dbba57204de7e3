use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::archive::{Archive, MemberError};
use super::{Format, Part};
use crate::RecordError;

/// Deepest folder that is looked into, from the one named.
const DEPTH: usize = 32;

/// The files behind one name that a user gives: the file itself, those of a folder, the members of an archive.
#[derive(Default)]
pub(crate) struct Parts {
    /// Given as it is; what is wrong with it is an error.
    single: Option<Part>,
    /// Paths of a folder; the first comes last.
    files: Vec<PathBuf>,
    archive: Option<Archive>,
    /// Ending → files of no known kind.
    passed_over: BTreeMap<String, u64>,
}

/// One of them.
pub(crate) enum Found {
    Part(Part),
    /// Not to be read, under this name, for this reason.
    Bad(String, RecordError),
}

impl Parts {
    /// # Errors
    /// [`RecordError`] if the file or folder is not there, of no known kind, or no complete archive.
    pub(crate) fn of_path(path: &Path) -> Result<Self, RecordError> {
        let folder = std::fs::metadata(path).map_err(RecordError::io("read", path))?.is_dir();
        if folder { Ok(Self::of_files(listed(path)?)) } else { Self::of_part(Part::of_path(path)?) }
    }

    /// Several files under one name, in this order.
    pub(crate) fn of_files(mut files: Vec<PathBuf>) -> Self {
        files.reverse();
        Self { files, ..Self::default() }
    }

    /// # Errors
    /// [`RecordError`] if it is an archive, and no complete one.
    pub(crate) fn of_part(part: Part) -> Result<Self, RecordError> {
        Ok(match part.format {
            Format::Archive => Self { archive: Some(Archive::open(part)?), ..Self::default() },
            _ => Self { single: Some(part), ..Self::default() },
        })
    }

    /// Whether an unreadable file is an error of the whole.
    pub(crate) fn is_single(&self) -> bool {
        self.single.is_some()
    }

    /// Files of no known kind so far, by ending.
    pub(crate) fn passed_over(&self) -> &BTreeMap<String, u64> {
        &self.passed_over
    }

    /// The next file.
    ///
    /// # Errors
    /// [`RecordError`] if none after it can be read.
    pub(crate) fn next(&mut self) -> Result<Option<Found>, RecordError> {
        loop {
            if let Some(part) = self.single.take() {
                return Ok(Some(Found::Part(part)));
            }
            if let Some(archive) = &mut self.archive {
                match archive.next() {
                    None => self.archive = None,
                    Some(member) => match member.part {
                        Ok(part) => return Ok(Some(Found::Part(part))),
                        Err(MemberError::Bad(error)) => return Ok(Some(Found::Bad(member.name, error))),
                        Err(MemberError::Fatal(error)) => return Err(error),
                        Err(MemberError::Unknown(ending)) => self.pass_over(ending),
                    },
                }
                continue;
            }
            let Some(path) = self.files.pop() else { return Ok(None) };
            let name = path.display().to_string();
            match Format::of(&name) {
                Err(ending) => self.pass_over(ending),
                Ok(Format::Archive) => match Part::of_path(&path).and_then(Archive::open) {
                    Ok(archive) => self.archive = Some(archive),
                    Err(error) => return Ok(Some(Found::Bad(name, error))),
                },
                Ok(_) => return Ok(Some(Found::Part(Part::of_path(&path)?))),
            }
        }
    }

    fn pass_over(&mut self, ending: String) {
        *self.passed_over.entry(ending).or_default() += 1;
    }
}

/// The files of a folder and of those in it, sorted by path; hidden ones are no part of it.
///
/// # Errors
/// [`RecordError::Io`], or if folders lie too deep in each other.
pub(crate) fn listed(folder: &Path) -> Result<Vec<PathBuf>, RecordError> {
    let mut files = Vec::new();
    enter(folder, 0, &mut files)?;
    files.sort_unstable();
    Ok(files)
}

fn enter(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), RecordError> {
    if depth > DEPTH {
        let reason = format!("folders lie more than {DEPTH} deep; add the inner ones by name");
        return Err(RecordError::malformed(folder, reason));
    }
    for entry in std::fs::read_dir(folder).map_err(RecordError::io("read", folder))? {
        let entry = entry.map_err(RecordError::io("read", folder))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        // A link to a folder is not followed, as it may lead back here; it is counted as a file of no known kind.
        match entry.file_type() {
            Ok(found) if found.is_dir() => enter(&path, depth + 1, files)?,
            _ => files.push(path),
        }
    }
    Ok(())
}
