//! One word of a wording, and which words of a text fit it.

use crate::korean;
use crate::token::{WILDCARD, fold};

/// One word of an alternative.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pattern {
    /// This word, in any case; lower case here.
    Literal(String),
    /// This Korean word, with particles or without.
    Noun(String),
    /// A word that begins with the first part, ends with the last and holds the others between, in order; lower case.
    Wildcard(Vec<String>),
    /// As the two above, in this very case.
    Exact(Vec<String>),
}

/// Whether upper and lower case are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// No.
    #[default]
    Any,
    /// Yes; and Korean words stand without particles.
    Exact,
}

impl Pattern {
    /// `word` is one word in which [`WILDCARD`] stands for `*`.
    pub(crate) fn new(word: &str, case: Case) -> Self {
        if case == Case::Exact {
            return Self::Exact(word.split(WILDCARD).map(str::to_string).collect());
        }
        let mut buffer = String::new();
        let folded = fold(word, &mut buffer);
        if folded.contains(WILDCARD) {
            Self::Wildcard(folded.split(WILDCARD).map(str::to_string).collect())
        } else if korean::is_korean(folded) {
            Self::Noun(folded.to_string())
        } else {
            Self::Literal(folded.to_string())
        }
    }

    /// Whether every word fits.
    pub(crate) fn is_wide(&self) -> bool {
        match self {
            Self::Literal(_) | Self::Noun(_) => false,
            Self::Wildcard(parts) | Self::Exact(parts) => parts.iter().all(String::is_empty),
        }
    }

    /// Whether a word fits, of which both forms are given.
    pub(crate) fn matches(&self, folded: &str, written: &str) -> bool {
        match self {
            Self::Literal(literal) => literal == folded,
            Self::Noun(stem) => {
                folded.strip_prefix(stem.as_str()).is_some_and(|ending| korean::may_follow(stem, ending))
            }
            Self::Wildcard(parts) => fits(parts, folded),
            Self::Exact(parts) => fits(parts, written),
        }
    }

    /// Whether a word of this lower-case form could fit if it were written in the right case.
    pub(crate) fn may_match(&self, folded: &str) -> bool {
        match self {
            Self::Exact(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part.to_lowercase()).collect();
                fits(&parts, folded)
            }
            other => other.matches(folded, folded),
        }
    }
}

/// Taking the leftmost place for every inner part is enough.
fn fits(parts: &[String], word: &str) -> bool {
    let (first, inner, last) = match parts {
        [whole] => return whole == word,
        [first, inner @ .., last] => (first, inner, last),
        [] => return false,
    };
    let Some(mut rest) = word.strip_prefix(first.as_str()) else { return false };
    for part in inner {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        let fits = |pattern: &str, word: &str| {
            Pattern::new(&pattern.replace('*', "\u{10600}"), Case::Any).matches(word, word)
        };
        assert!(fits("denucleari*", "denuclearization") && fits("denucleari*", "denucleari"));
        assert!(fits("*polar*", "multipolarity") && !fits("*polar", "multipolarity"));
        assert!(fits("a*a", "aa") && !fits("a*a", "a") && fits("a*b*a", "abba"));
    }

    #[test]
    fn case_and_particles() {
        let us = Pattern::new("US", Case::Exact);
        assert!(us.matches("us", "US") && !us.matches("us", "us") && us.may_match("us"));
        let noun = Pattern::new("비핵화", Case::Any);
        assert!(noun.matches("비핵화를", "비핵화를") && !noun.matches("비핵화론자", "비핵화론자"));
        assert!(!Pattern::new("비핵화", Case::Exact).matches("비핵화를", "비핵화를"));
    }
}
