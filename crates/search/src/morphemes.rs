//! Words cut by a dictionary that the user has.

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lindera::dictionary::load_fs_dictionary;
use lindera::mode::Mode;
use lindera::segmenter::Segmenter;
use source::ContentHash;

use crate::SearchError;

/// A dictionary of morphemes.
#[derive(Clone)]
pub struct Morphemes {
    segmenter: Arc<Segmenter>,
    hash: ContentHash,
    folder: PathBuf,
}

impl Morphemes {
    /// Reads the folder whole.
    pub(crate) fn open(folder: &Path) -> Result<Self, SearchError> {
        let failed = |reason: String| SearchError::Dictionary { folder: folder.into(), reason };
        let hash = hash(folder).map_err(|error| failed(error.to_string()))?;
        let dictionary = load_fs_dictionary(folder).map_err(|error| failed(error.to_string()))?;
        let segmenter = Arc::new(Segmenter::new(Mode::Normal, dictionary, None));
        Ok(Self { segmenter, hash, folder: folder.into() })
    }

    /// Equal files, equal hash.
    pub(crate) fn hash(&self) -> &ContentHash {
        &self.hash
    }

    /// The morphemes of one word, in lower case. Each word is cut by itself, so that it is cut alike in a text and in a
    /// query.
    pub(crate) fn split(&self, word: &str) -> Result<Vec<String>, SearchError> {
        let lower = word.to_lowercase();
        let tokens = self.segmenter.segment(Cow::Borrowed(&lower)).map_err(|error| {
            SearchError::Dictionary { folder: self.folder.clone(), reason: error.to_string() }
        })?;
        Ok(tokens.into_iter().map(|token| token.surface.into_owned()).collect())
    }
}

impl fmt::Debug for Morphemes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Morphemes").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Of the names and contents of all files, in the order of their names.
fn hash(folder: &Path) -> std::io::Result<ContentHash> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    let mut hashes = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        hashes.extend([name, ContentHash::of(&fs::read(&path)?).as_str().to_string()]);
    }
    Ok(ContentHash::of_parts(hashes.iter().map(|part| part.as_bytes())))
}
