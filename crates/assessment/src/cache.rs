//! Stages that are not run again when nothing they read has changed.
//!
//! A stage's key is a hash of all that it reads: the analyst's words without layout and comments, data
//! files, seed, as-of date, and the results of the stages before it. Its result is saved beside its key; a
//! result that comes out the same as before stops the chain there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use source::ContentHash;

use crate::AssessmentError;

/// Whether a stage was run or its saved result used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ran {
    /// Computed now.
    Computed,
    /// Nothing it reads has changed.
    Unchanged,
}

/// The saved results of one assessment.
pub struct Cache {
    dir: PathBuf,
}

/// The result of a stage.
pub struct Outcome<T> {
    /// The value.
    pub value: T,
    /// Hash of the value: part of the key of what comes after.
    pub hash: ContentHash,
    /// Whether it was computed now.
    pub ran: Ran,
}

/// Bump when a saved result would be read differently.
const FORMAT: &str = concat!("demarche ", env!("CARGO_PKG_VERSION"), " stage format 2");

impl Cache {
    /// Saved results in `dir`, made if needed.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(dir: &Path) -> Result<Self, AssessmentError> {
        fs::create_dir_all(dir).map_err(|error| AssessmentError::file("make the folder", dir, &error))?;
        Ok(Self { dir: dir.into() })
    }

    /// The saved result of `stage` if it was computed from the same `parts`, else `compute`'s.
    ///
    /// # Errors
    /// Those of `compute`, and those of writing.
    pub fn stage<T: Serialize + DeserializeOwned>(
        &self,
        stage: &str,
        parts: &[&str],
        compute: impl FnOnce() -> Result<T, AssessmentError>,
    ) -> Result<Outcome<T>, AssessmentError> {
        let key = ContentHash::of_parts([FORMAT, stage].iter().chain(parts).map(|part| part.as_bytes()));
        let path = self.dir.join(format!("{stage}.json"));
        if let Some((value, hash)) = load(&path, &key) {
            return Ok(Outcome { value, hash, ran: Ran::Unchanged });
        }
        let value = compute()?;
        let body = serde_json::to_string(&value).map_err(|error| AssessmentError::Bug(error.to_string()))?;
        write_atomically(&path, format!("{key}\n{body}").as_bytes())?;
        // What was saved is what the next run will read: use it now too, so that both runs have the same bits.
        let value =
            serde_json::from_str(&body).map_err(|error| AssessmentError::Bug(format!("{stage}: {error}")))?;
        Ok(Outcome { value, hash: ContentHash::of(body.as_bytes()), ran: Ran::Computed })
    }
}

fn load<T: DeserializeOwned>(path: &Path, key: &ContentHash) -> Option<(T, ContentHash)> {
    let text = fs::read_to_string(path).ok()?;
    let (saved, body) = text.split_once('\n')?;
    if saved != key.as_str() {
        return None;
    }
    Some((serde_json::from_str(body).ok()?, ContentHash::of(body.as_bytes())))
}

/// Writes a file so that whoever looks sees the old content or the new, never a part of it.
///
/// # Errors
/// When the folder is not writable or the disk is full.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), AssessmentError> {
    let wrong = |error: std::io::Error| AssessmentError::file("write", path, &error);
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // Results are for others to read too; the umask still applies.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(dir).map_err(wrong)?;
    file.write_all(bytes).map_err(wrong)?;
    file.as_file().sync_all().map_err(wrong)?;
    file.persist(path).map_err(|error| wrong(error.error))?;
    Ok(())
}
