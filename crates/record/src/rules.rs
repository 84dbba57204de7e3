//! A TOML file of rules being read: its values, and every mistake at its place.

use std::ops::Range;
use std::sync::Arc;

use source::{Finding, Findings, Place, SourceText};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
pub(crate) type Value<'a> = Spanned<DeValue<'a>>;

/// What the mistakes of one kind of file are called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Codes {
    /// It is no TOML.
    pub syntax: &'static str,
    /// A value is of another kind than expected.
    pub kind: &'static str,
    /// A level of authority is none.
    pub authority: &'static str,
}

/// Reads values; what is wrong is kept.
pub(crate) struct Reader<'t> {
    pub file: &'t Arc<SourceText>,
    pub findings: Findings,
    codes: Codes,
}

/// Reads a file with `read`, from its outermost table.
///
/// # Errors
/// All findings, in the order of the file.
pub(crate) fn parse<T>(
    file: &Arc<SourceText>,
    codes: Codes,
    read: impl FnOnce(&mut Reader<'_>, &DeTable<'_>) -> T,
) -> Result<T, Findings> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let mut reader = Reader { file, findings: Findings::new(), codes };
    for error in errors {
        let message = error.message().trim().to_lowercase();
        reader.report(codes.syntax, message, error.span().unwrap_or(0..0), "correct the TOML there");
    }
    let rules = read(&mut reader, table.get_ref());
    if reader.findings.any_error() { Err(reader.findings.sorted()) } else { Ok(rules) }
}

impl Reader<'_> {
    pub fn report(
        &mut self,
        code: &'static str,
        message: impl Into<String>,
        at: Range<usize>,
        help: impl Into<String>,
    ) {
        self.findings.push(Finding::error(code, message, &self.place(at)).help(help));
    }

    pub fn place(&self, at: Range<usize>) -> Place {
        Place::new(self.file, at)
    }

    pub fn text(&mut self, value: &Value<'_>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_string);
        if text.is_none() {
            self.report(self.codes.kind, "expected a string", value.span(), "put it in double quotes");
        }
        text
    }

    pub fn list<'a>(&mut self, value: &'a Value<'a>) -> Vec<&'a Value<'a>> {
        match value.get_ref() {
            DeValue::Array(array) => array.iter().collect(),
            _ => {
                self.report(self.codes.kind, "expected a list", value.span(), "put it in [ ]");
                Vec::new()
            }
        }
    }

    /// A whole number from 1 (highest) to 255; `example` is one that is written right.
    pub fn level(&mut self, value: &Value<'_>, example: impl Into<String>) -> Option<u8> {
        let level = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse::<u8>().ok().filter(|&level| level >= 1),
            _ => None,
        };
        if level.is_none() {
            let message = "an authority level is a whole number from 1 (highest) to 255";
            self.report(self.codes.authority, message, value.span(), example);
        }
        level
    }
}
