use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The name and the text of one file that a user edits.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceText {
    /// As shown to the user, usually relative to the assessment.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl SourceText {
    /// A file ready to be pointed into.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into() })
    }
}

/// A range of bytes in a file, or nowhere (a value made by a program).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Place {
    at: Option<(Arc<SourceText>, Range<usize>)>,
}

impl Place {
    /// The bytes `span` of `file`.
    pub fn new(file: &Arc<SourceText>, span: Range<usize>) -> Self {
        let end = span.end.min(file.text.len());
        Self { at: Some((Arc::clone(file), span.start.min(end)..end)) }
    }

    /// For a value that no file holds.
    pub fn nowhere() -> Self {
        Self::default()
    }

    /// The file pointed into.
    pub fn file(&self) -> Option<&Arc<SourceText>> {
        self.at.as_ref().map(|(file, _)| file)
    }

    /// The bytes pointed at; empty when nowhere.
    pub fn span(&self) -> Range<usize> {
        self.at.as_ref().map_or(0..0, |(_, span)| span.clone())
    }

    /// A part of this place, `inner` counted in bytes from its start.
    pub fn within(&self, inner: Range<usize>) -> Self {
        match &self.at {
            Some((file, span)) => Self::new(file, span.start + inner.start..span.start + inner.end),
            None => Self::nowhere(),
        }
    }

    /// 1-based line of the start, or `None` when nowhere.
    pub fn line(&self) -> Option<usize> {
        let (file, span) = self.at.as_ref()?;
        Some(1 + file.text.as_bytes()[..span.start].iter().filter(|&&b| b == b'\n').count())
    }

    /// 1-based column of the start, in characters, or `None` when nowhere.
    pub fn column(&self) -> Option<usize> {
        let (file, span) = self.at.as_ref()?;
        let before = file.text.get(..span.start)?;
        Some(1 + before.chars().rev().take_while(|&c| c != '\n').count())
    }

    /// The text pointed at.
    pub fn text(&self) -> &str {
        self.at.as_ref().and_then(|(file, span)| file.text.get(span.clone())).unwrap_or("")
    }
}

/// `file:line`, or `(built in)`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.at, self.line()) {
            (Some((file, _)), Some(line)) => write!(f, "{}:{line}", file.name),
            _ => f.write_str("(built in)"),
        }
    }
}

/// As `Display`: the whole file would drown every debug print.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_knows_its_line_and_text() {
        let file = SourceText::new("a.toml", "one = 1\ntwo = 2\n");
        let place = Place::new(&file, 8..11);
        assert_eq!(place.to_string(), "a.toml:2");
        assert_eq!(place.text(), "two");
        assert_eq!((place.line(), place.within(1..2).column()), (Some(2), Some(2)));
        assert_eq!(place.within(1..2).text(), "w");
        assert_eq!(Place::new(&file, 90..99).span(), 16..16);
        assert_eq!(Place::nowhere().to_string(), "(built in)");
    }
}
