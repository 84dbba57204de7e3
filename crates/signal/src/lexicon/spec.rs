//! A lexicon as somebody wrote it.

use source::Place;

use crate::lexicon::pattern::Case;

/// A named phrase as somebody wrote it: one of these per language, or one for all.
#[derive(Clone, Debug)]
pub struct PhraseSpec {
    /// The first half of a series id. Several with one id are variants of one phrase; they differ in their language.
    pub id: String,
    /// Any of these wordings, each with its place. `*` stands for any letters within a word, also none; a bare `*`
    /// for one whole word; `NEAR/5`, `THEN/5` and `(one | another)` join wordings.
    pub alternatives: Vec<(String, Place)>,
    /// Counted only in documents of this language and in those that state none.
    pub language: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// When a hit does not count.
    pub conditions: Conditions,
}

impl PhraseSpec {
    /// A phrase of these wordings in any language.
    pub fn new(id: impl Into<String>, alternatives: Vec<(String, Place)>, place: Place) -> Self {
        Self { id: id.into(), alternatives, language: None, place, conditions: Conditions::default() }
    }
}

/// When a hit of a phrase counts.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// Whether upper and lower case are told apart.
    pub case: Case,
    /// Not where it lies within one of these wordings.
    pub except: Vec<(String, Place)>,
    /// Not where one of these stands before it in the same sentence.
    pub not_after: Vec<(String, Place)>,
    /// Not where one of these stands after it in the same sentence.
    pub not_before: Vec<(String, Place)>,
    /// How far before or after.
    pub within: Reach,
}

/// How far a negation reaches, never beyond its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// So many words, the negation included.
    Words(u32),
    /// To the ends of the sentence.
    Sentence,
}

/// Five words: the window of NegEx (Chapman et al. 2001, A simple algorithm for identifying negated findings and
/// diseases in discharge summaries, Journal of Biomedical Informatics 34:301–310).
impl Default for Reach {
    fn default() -> Self {
        Self::Words(5)
    }
}

/// A set of phrases counted as one: a place that several of them fit counts once.
#[derive(Clone, Debug)]
pub struct ThemeSpec {
    /// Its id among those of the phrases.
    pub id: String,
    /// Ids of phrases and of themes.
    pub members: Vec<(String, Place)>,
    /// Where it stands.
    pub place: Place,
}

/// Which of the targets a document speaks of as itself.
#[derive(Clone, Debug)]
pub struct OneselfSpec {
    /// The id of the target, and where it stands.
    pub target: (String, Place),
    /// For documents with this value in this column (`outlet`, `speaker`, …); `None`: for all that no other rule names.
    pub when: Option<(String, String)>,
}

/// A lexicon as somebody wrote it.
#[derive(Clone, Debug, Default)]
pub struct LexiconSpec {
    /// Named phrases.
    pub phrases: Vec<PhraseSpec>,
    /// Names of those who can be spoken of; phrases too.
    pub targets: Vec<PhraseSpec>,
    /// Sets of phrases.
    pub themes: Vec<ThemeSpec>,
    /// Whose own name is which.
    pub oneself: Vec<OneselfSpec>,
}

/// Id of the hits of all targets but oneself.
pub const OTHERS: &str = "mentions-of-others";
/// Id of the hits of oneself.
pub const ONESELF: &str = "mentions-of-oneself";

impl LexiconSpec {
    /// The ids that are counted, in the order of [`Lexicon::ids`](crate::Lexicon::ids): phrases, targets, themes, mentions.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        let phrases = self.phrases.iter().chain(&self.targets).map(|phrase| &phrase.id);
        for id in phrases.chain(self.themes.iter().map(|theme| &theme.id)) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        if !self.oneself.is_empty() {
            ids.extend([ONESELF.to_string(), OTHERS.to_string()]);
        }
        ids
    }
}

impl From<Vec<PhraseSpec>> for LexiconSpec {
    fn from(phrases: Vec<PhraseSpec>) -> Self {
        Self { phrases, ..Self::default() }
    }
}
