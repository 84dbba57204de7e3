//! Named phrases, checked and ready to be counted.

use std::collections::BTreeMap;

use source::{Finding, Findings, Place};

use crate::token::{WILDCARD, fold, tokens};

/// A named phrase as somebody wrote it.
#[derive(Clone, Debug)]
pub struct PhraseSpec {
    /// Unique in a lexicon; the first half of a series id.
    pub id: String,
    /// Any of these, each with its place. `*` stands for any letters within a word, also none; a bare `*` for one
    /// whole word.
    pub alternatives: Vec<(String, Place)>,
    /// Counted only in documents of this language and in those that state none.
    pub language: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Named phrases, ready to be counted.
#[derive(Clone, Debug)]
pub struct Lexicon {
    pub(crate) phrases: Vec<Phrase>,
}

#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    pub(crate) id: String,
    pub(crate) language: Option<String>,
    /// Each a sequence of words, at least one.
    pub(crate) alternatives: Vec<Vec<Pattern>>,
}

/// One word of an alternative, lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    /// Exactly this word.
    Literal(String),
    /// A word that begins with the first part, ends with the last and holds the others between, in order.
    Wildcard(Vec<String>),
}

impl Pattern {
    fn new(word: &str) -> Self {
        let mut buffer = String::new();
        let folded = fold(word, &mut buffer);
        if folded.contains(WILDCARD) {
            Self::Wildcard(folded.split(WILDCARD).map(str::to_string).collect())
        } else {
            Self::Literal(folded.to_string())
        }
    }

    /// Whether a folded word fits. Taking the leftmost place for every inner part is enough.
    pub(crate) fn matches(&self, word: &str) -> bool {
        let parts = match self {
            Self::Literal(literal) => return literal == word,
            Self::Wildcard(parts) => parts,
        };
        let [first, inner @ .., last] = parts.as_slice() else { return false };
        let Some(mut rest) = word.strip_prefix(first.as_str()) else { return false };
        for part in inner {
            let Some(at) = rest.find(part.as_str()) else { return false };
            rest = &rest[at + part.len()..];
        }
        rest.ends_with(last.as_str())
    }
}

/// Longest phrase, in words.
const MOST_WORDS: usize = 32;

impl Lexicon {
    /// Checks and prepares the phrases.
    ///
    /// # Errors
    /// All of: `lexicon::empty` (no phrase, a phrase without alternatives, an alternative without a word),
    /// `lexicon::twice` (two phrases of one id), `lexicon::id` (an id that is empty or holds `@`),
    /// `lexicon::wide` (an alternative of nothing but `*`), `lexicon::long` (over 32 words).
    pub fn new(phrases: Vec<PhraseSpec>) -> Result<Self, Findings> {
        let mut findings = Findings::new();
        let mut seen: BTreeMap<String, Place> = BTreeMap::new();
        let mut made = Vec::with_capacity(phrases.len());
        for spec in phrases {
            if spec.id.is_empty() || spec.id.contains('@') {
                findings.push(
                    Finding::error(
                        "lexicon::id",
                        format!("`{}` cannot be the id of a phrase", spec.id),
                        &spec.place,
                    )
                    .help("`@` stands between phrase and stratum in the id of a series"),
                );
            }
            if let Some(first) = seen.get(&spec.id) {
                findings.push(
                    Finding::error(
                        "lexicon::twice",
                        format!("the phrase `{}` stands twice", spec.id),
                        &spec.place,
                    )
                    .help(format!("the first one is at {first}; put all alternatives into one list")),
                );
            }
            if spec.alternatives.is_empty() {
                findings.push(
                    Finding::error(
                        "lexicon::empty",
                        format!("the phrase `{}` has no alternative", spec.id),
                        &spec.place,
                    )
                    .help(format!("write `{} = [\"first wording\", \"second wording\"]`", spec.id)),
                );
            }
            let mut alternatives = Vec::new();
            for (text, place) in &spec.alternatives {
                match alternative(text) {
                    Ok(words) if !alternatives.contains(&words) => alternatives.push(words),
                    Ok(_) => {}
                    Err((code, message, help)) => {
                        findings.push(Finding::error(code, format!("`{text}` {message}"), place).help(help));
                    }
                }
            }
            seen.insert(spec.id.clone(), spec.place);
            made.push(Phrase { id: spec.id, language: spec.language, alternatives });
        }
        if findings.any_error() { Err(findings) } else { Ok(Self { phrases: made }) }
    }

    /// The ids, in the order given: what the phrase numbers of [`count`](crate::count) mean.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.phrases.iter().map(|phrase| phrase.id.as_str())
    }

    /// How many phrases.
    pub fn len(&self) -> usize {
        self.phrases.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// The number of the phrase of an id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.ids().position(|known| known == id)
    }
}

type Wrong = (&'static str, &'static str, &'static str);

fn alternative(text: &str) -> Result<Vec<Pattern>, Wrong> {
    let marked = text.replace('*', &WILDCARD.to_string());
    let words: Vec<Pattern> = tokens(&marked).map(|token| Pattern::new(token.text)).collect();
    if words.is_empty() {
        return Err((
            "lexicon::empty",
            "holds no word",
            "write letters or digits; punctuation is not counted",
        ));
    }
    let wide =
        |word: &Pattern| matches!(word, Pattern::Wildcard(parts) if parts.iter().all(String::is_empty));
    if words.iter().all(wide) {
        return Err(("lexicon::wide", "would fit every word", "write at least one letter beside the `*`"));
    }
    if words.len() > MOST_WORDS {
        return Err(("lexicon::long", "has more than 32 words", "a phrase is a wording, not a paragraph"));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(id: &str, alternatives: &[&str]) -> PhraseSpec {
        PhraseSpec {
            id: id.into(),
            alternatives: alternatives.iter().map(|text| (text.to_string(), Place::nowhere())).collect(),
            language: None,
            place: Place::nowhere(),
        }
    }

    #[test]
    fn every_mistake_is_found() {
        let long = "a ".repeat(33);
        let wrong = [spec("a@b", &["fine"]), spec("x", &[]), spec("x", &["…"]), spec("y", &["* *", &long])];
        let findings = Lexicon::new(wrong.to_vec()).unwrap_err();
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(
            codes,
            [
                "lexicon::id",
                "lexicon::empty",
                "lexicon::twice",
                "lexicon::empty",
                "lexicon::wide",
                "lexicon::long"
            ]
        );
    }

    #[test]
    fn wildcards() {
        let fits = |pattern: &str, word: &str| Pattern::new(&pattern.replace('*', "\u{10600}")).matches(word);
        assert!(fits("denucleari*", "denuclearization") && fits("denucleari*", "denucleari"));
        assert!(fits("*polar*", "multipolarity") && !fits("*polar", "multipolarity"));
        assert!(fits("a*a", "aa") && !fits("a*a", "a") && fits("a*b*a", "abba"));
    }
}
