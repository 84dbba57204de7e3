//! How words with Korean, Chinese or Japanese characters are found by their parts.

use std::path::Path;

use rustc_hash::FxHashMap;

use crate::SearchError;
use crate::morphemes::Morphemes;
use crate::text::{LETTERS, pairs};

/// What such words are cut into.
#[derive(Clone, Debug)]
pub enum Letters {
    /// Pairs of neighboring characters: any part of a word is found. Needs nothing.
    Pairs,
    /// Morphemes of a dictionary: a part is found where the dictionary cuts the word.
    Morphemes(Morphemes),
}

impl Letters {
    /// Morphemes by the dictionary in a folder that `lindera build` made.
    ///
    /// # Errors
    /// [`SearchError::Dictionary`] if there is none in the folder.
    pub fn of_dictionary(folder: &Path) -> Result<Self, SearchError> {
        Morphemes::open(folder).map(Self::Morphemes)
    }

    /// What an index made with it is called, and what makes it stale: the two kinds stand beside each other, and an index
    /// of one dictionary is never read with another.
    pub(crate) fn index(&self, version: &str) -> (&'static str, String) {
        match self {
            Self::Pairs => ("index", version.to_string()),
            Self::Morphemes(morphemes) => ("morphemes", format!("{version} {}", morphemes.hash().as_str())),
        }
    }

    /// The parts of a word with their places in it; `known` keeps words met before.
    pub(crate) fn parts(
        &self,
        word: &str,
        known: &mut FxHashMap<String, Vec<String>>,
    ) -> Result<Vec<(String, u32)>, SearchError> {
        let morphemes = match self {
            Self::Pairs => return Ok(pairs(word)),
            Self::Morphemes(morphemes) => morphemes,
        };
        if !known.contains_key(word) {
            known.insert(word.to_string(), morphemes.split(word)?);
        }
        // One place less than there are: the last of a word is never next to the first of the word after it.
        Ok(known[word].iter().take(LETTERS as usize - 1).cloned().zip(0..).collect())
    }
}
