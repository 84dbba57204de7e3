use std::fmt;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use crate::Place;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The assessment runs, but a reader should know.
    Warning,
    /// The assessment cannot be run.
    Error,
}

/// One problem at one place: what is wrong, what was expected, what to do.
///
/// Messages are lower-case sentences with the user's own words in backticks.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Stable name, `file::problem`, e.g. `hypotheses::priors`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Written under the place.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    source: Option<NamedSource<String>>,
}

impl Finding {
    /// An error at `place`.
    pub fn error(code: &'static str, message: impl Into<String>, place: &Place) -> Self {
        let source = place.file().map(|file| NamedSource::new(&file.name, file.text.clone()));
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: place.clone(),
            label: "here".into(),
            help: None,
            source,
        }
    }

    /// A warning at `place`.
    pub fn warning(code: &'static str, message: impl Into<String>, place: &Place) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, place) }
    }

    /// Replaces the words under the place ("here").
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Finding {}

impl Diagnostic for Finding {
    fn code(&self) -> Option<Box<dyn fmt::Display + '_>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.as_ref()?;
        let label = LabeledSpan::new_with_span(Some(self.label.clone()), self.place.span());
        Some(Box::new(std::iter::once(label)))
    }
}

/// Problems collected on the way, so that a user sees all of them at once.
#[derive(Clone, Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Nothing found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Finding>) {
        self.0.extend(other);
    }

    /// Whether one of them is an error.
    pub fn any_error(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// All of them, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// By file and position, for reading from top to bottom.
    pub fn sorted(mut self) -> Self {
        self.0.sort_by_key(|finding| {
            (finding.place.file().map(|file| file.name.clone()), finding.place.span().start)
        });
        self
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// `file:line: message` per finding: the plain form, for logs and for `std::error::Error` chains.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.0 {
            writeln!(f, "{}: {}", finding.place, finding.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}
