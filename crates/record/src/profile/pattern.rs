//! What rules look for: phrases as people write them, or regular expressions.

use regex::{Regex, RegexBuilder};

/// A phrase or a regular expression, without regard to case.
///
/// In a phrase, words follow one another with spaces or punctuation between them; `*` ends a word that may go on;
/// `...` stands for up to eight words of the same kind of text; `^` before the phrase means at the start, `$`
/// after it at the end. Between slashes (`/…/`) stands a regular expression.
#[derive(Clone, Debug)]
pub struct Pattern {
    written: String,
    regex: Regex,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Why it is none, in words.
    pub fn new(written: &str) -> Result<Self, String> {
        let source = match written.strip_prefix('/') {
            Some(inner) => inner.strip_suffix('/').ok_or("the closing `/` is missing")?.to_string(),
            None => phrase(written)?,
        };
        let built = RegexBuilder::new(&source).case_insensitive(true).size_limit(16 << 20).build();
        match built {
            Ok(regex) => Ok(Self { written: written.into(), regex }),
            Err(error) => Err(error
                .to_string()
                .lines()
                .last()
                .unwrap_or("it is no regular expression")
                .trim()
                .to_string()),
        }
    }

    /// As written in the profile.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether it stands in a text.
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// What it is there, if it is.
    pub fn found<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.regex.find(text).map(|found| found.as_str())
    }

    /// `template` with `{name}` replaced by what the groups of that name found; `None` if one found nothing.
    pub(super) fn filled(&self, template: &str, text: &str) -> Option<String> {
        let captures = self.regex.captures(text)?;
        let (mut filled, mut rest) = (String::new(), template);
        while let Some(start) = rest.find('{') {
            let end = start + rest[start..].find('}')?;
            filled.push_str(&rest[..start]);
            filled.push_str(captures.name(&rest[start + 1..end])?.as_str().trim());
            rest = &rest[end + 1..];
        }
        filled.push_str(rest);
        Some(filled)
    }
}

fn phrase(written: &str) -> Result<String, String> {
    let inner = written.trim();
    let (start, inner) = match inner.strip_prefix('^') {
        Some(inner) => (r"^[^\w]*", inner),
        None => ("", inner),
    };
    let (end, inner) = match inner.strip_suffix('$') {
        Some(inner) => (r"[^\w]*$", inner),
        None => ("", inner),
    };
    let mut source = String::from(start);
    let (mut gap, mut any) = ("", false);
    for part in inner.split_whitespace() {
        if part == "..." || part == "…" {
            gap = r"[^\w]+(?:[\w'’-]+[^\w]+){0,8}?";
            continue;
        }
        source.push_str(if any { if gap.is_empty() { r"[^\w]+" } else { gap } } else { "" });
        for word in
            part.split(|c: char| !c.is_alphanumeric() && c != '*' && c != '_').filter(|w| !w.is_empty())
        {
            if any && !source.ends_with('+') && !source.ends_with('?') {
                source.push_str(r"[^\w]+");
            }
            source.push_str(&one_word(word));
            any = true;
        }
        gap = "";
    }
    if !any {
        return Err("the phrase has no word".into());
    }
    source.push_str(end);
    Ok(source)
}

fn one_word(word: &str) -> String {
    let (open, word) = (word.ends_with('*'), word.trim_matches('*'));
    // Korean particles follow a word without a space.
    let korean = word.chars().any(|c| ('가'..='힣').contains(&c));
    let end = if open || korean { r"\w*" } else { r"\b" };
    format!(r"\b{}{end}", regex::escape(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases() {
        let fits = |pattern: &str, text: &str| Pattern::new(pattern).unwrap().is_in(text);
        assert!(fits("foreign ministry spokes*", "DPRK Foreign Ministry Spokesman Slams"));
        assert!(fits("KCNA Commentary", "…: KCNA   commentary"));
        assert!(!fits("KCNA Comment", "KCNA Commentary"));
        assert!(fits("^Statement of ... Ministry", "Statement of the DPRK Foreign Ministry"));
        assert!(!fits("^Ministry", "Foreign Ministry"));
        assert!(fits("Rodong Sinmun$", "U.S. Hit: Rodong Sinmun."));
        assert!(!fits("Rodong Sinmun$", "Rodong Sinmun Hits U.S."));
        assert!(fits("people's army", "the People’s Army"));
        assert!(fits("U.S.", "the U.S. said"));
        assert!(fits("외무성 대변인", "조선 외무성 대변인의 담화"));
        assert!(fits("/^(first|second) /", "Second session"));
        assert_eq!(Pattern::new("x (y)").unwrap().found("a x, Y b"), Some("x, Y"));
    }

    #[test]
    fn what_is_none() {
        for wrong in ["", "^$", "/[/", "/open", "..."] {
            assert!(Pattern::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_are_taken_from_the_words() {
        let pattern = Pattern::new(r"/^(?P<who>[\w ]+) Makes Speech/").unwrap();
        assert_eq!(
            pattern.filled("{who} himself", "Kim Yong Nam Makes Speech at UN"),
            Some("Kim Yong Nam himself".into())
        );
        assert_eq!(pattern.filled("{other}", "Kim Yong Nam Makes Speech"), None);
    }
}
