//! Why a command came to no result, shown with the place and a way out.

use std::fmt::Display;

use assessment::AssessmentError;
use miette::{GraphicalReportHandler, Report};
use source::{Finding, Findings, Severity};

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// Mistakes in the user's files.
    Findings(Findings),
    /// Anything else, with a remedy where there is one.
    Said(String),
    /// Said already.
    Shown,
    /// No failure, but an answer that a script reads from the exit code.
    Code(u8),
}

impl Failure {
    pub fn said(error: impl Display) -> Self {
        Self::Said(error.to_string())
    }

    pub fn print(self) {
        match self {
            Self::Shown | Self::Code(_) => {}
            Self::Said(text) => eprintln!("error: {text}"),
            Self::Findings(findings) => show(&findings),
        }
    }
}

/// All findings on stderr, errors and warnings counted at the end.
pub fn show(findings: &Findings) {
    let count = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
    for finding in findings.iter() {
        eprintln!("{}", drawn(finding));
    }
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if errors + warnings > 0 {
        eprintln!("{errors} error(s), {warnings} warning(s)");
    }
}

fn drawn(finding: &Finding) -> String {
    if std::env::var_os("NO_COLOR").is_none() && std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        return format!("{:?}", Report::new(finding.clone()));
    }
    let mut text = String::new();
    let plain = GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor()).with_width(110);
    match plain.render_report(&mut text, finding) {
        Ok(()) => text,
        Err(_) => format!("{}: {}", finding.place, finding.message),
    }
}

impl From<AssessmentError> for Failure {
    fn from(error: AssessmentError) -> Self {
        match error {
            AssessmentError::Findings(findings) => Self::Findings(findings),
            other => Self::said(other),
        }
    }
}

impl From<Findings> for Failure {
    fn from(findings: Findings) -> Self {
        Self::Findings(findings)
    }
}

impl From<Finding> for Failure {
    fn from(finding: Finding) -> Self {
        let mut findings = Findings::new();
        findings.push(finding);
        Self::Findings(findings)
    }
}

impl From<record::RecordError> for Failure {
    fn from(error: record::RecordError) -> Self {
        Self::said(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::said(error)
    }
}
