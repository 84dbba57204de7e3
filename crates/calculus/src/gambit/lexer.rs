//! Words of Gambit's file formats.

use std::sync::Arc;

use source::{Finding, Findings, Place, SourceText};

use crate::exact::{Number, parse};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Text(String),
    Open,
    Close,
    /// A number or a bare word.
    Bare(String),
}

pub(super) struct Lexer<'t> {
    file: &'t Arc<SourceText>,
    at: usize,
    peeked: Option<(Word, usize, usize)>,
    last: (usize, usize),
    pub(super) warnings: Findings,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(file: &'t Arc<SourceText>) -> Self {
        Self { file, at: 0, peeked: None, last: (0, 0), warnings: Findings::new() }
    }

    fn scan(&mut self) -> Result<Option<(Word, usize, usize)>, Finding> {
        let text = &self.file.text;
        let bytes = text.as_bytes();
        while self.at < bytes.len() && (bytes[self.at].is_ascii_whitespace() || bytes[self.at] == b',') {
            self.at += 1;
        }
        let start = self.at;
        let word = match bytes.get(start) {
            None => return Ok(None),
            Some(b'{') => {
                self.at += 1;
                Word::Open
            }
            Some(b'}') => {
                self.at += 1;
                Word::Close
            }
            Some(b'"') => {
                let mut value = String::new();
                let mut chars = text[start + 1..].char_indices();
                loop {
                    match chars.next() {
                        None => {
                            let place = Place::new(self.file, start..start + 1);
                            return Err(Finding::error("calculus::gambit", "this text has no end", &place)
                                .help("a text stands in double quotes"));
                        }
                        Some((at, '"')) => {
                            self.at = start + 1 + at + 1;
                            break;
                        }
                        Some((_, '\\')) => value.extend(chars.next().map(|(_, c)| c)),
                        Some((_, c)) => value.push(c),
                    }
                }
                Word::Text(value)
            }
            Some(_) => {
                let end = bytes[start..]
                    .iter()
                    .position(|byte| byte.is_ascii_whitespace() || b",{}\"".contains(byte))
                    .map_or(bytes.len(), |length| start + length);
                self.at = end;
                Word::Bare(text[start..end].to_string())
            }
        };
        Ok(Some((word, start, self.at)))
    }

    pub(super) fn peek(&mut self) -> Result<Option<&Word>, Finding> {
        if self.peeked.is_none() {
            self.peeked = self.scan()?;
        }
        Ok(self.peeked.as_ref().map(|(word, ..)| word))
    }

    pub(super) fn next(&mut self) -> Result<Option<Word>, Finding> {
        self.peek()?;
        Ok(self.peeked.take().map(|(word, start, end)| {
            self.last = (start, end);
            word
        }))
    }

    /// Where the word taken last stands.
    pub(super) fn place(&self) -> Place {
        Place::new(self.file, self.last.0..self.last.1)
    }

    pub(super) fn wrong(&self, message: impl Into<String>) -> Finding {
        self.wrong_at(&self.place(), message)
    }

    pub(super) fn wrong_at(&self, place: &Place, message: impl Into<String>) -> Finding {
        Finding::error("calculus::gambit", message, place)
            .help("the format is described at gambitproject.readthedocs.io (Game file formats)")
    }

    /// Says something of the word taken last that is legal but may not be meant.
    pub(super) fn warn(&mut self, message: impl Into<String>) {
        self.warn_at(&self.place(), message);
    }

    pub(super) fn warn_at(&mut self, place: &Place, message: impl Into<String>) {
        self.warnings.push(Finding::warning("calculus::gambit", message, place));
    }

    pub(super) fn need(&mut self, what: &str) -> Result<Word, Finding> {
        let word = self.next()?;
        word.ok_or_else(|| {
            let end = self.file.text.len();
            let place = Place::new(self.file, end..end);
            Finding::error("calculus::gambit", format!("the file ends, expected {what}"), &place)
                .help("the file may have been cut off")
        })
    }

    pub(super) fn text(&mut self, what: &str) -> Result<String, Finding> {
        match self.need(what)? {
            Word::Text(text) => Ok(text),
            _ => Err(self.wrong(format!("expected {what} in double quotes"))),
        }
    }

    pub(super) fn text_if_any(&mut self) -> Result<Option<String>, Finding> {
        match self.peek()? {
            Some(Word::Text(_)) => self.text("a text").map(Some),
            _ => Ok(None),
        }
    }

    pub(super) fn open(&mut self, what: &str) -> Result<(), Finding> {
        match self.need(&format!("`{{` before {what}"))? {
            Word::Open => Ok(()),
            _ => Err(self.wrong(format!("expected `{{` before {what}"))),
        }
    }

    pub(super) fn at_open(&mut self) -> Result<bool, Finding> {
        Ok(self.peek()? == Some(&Word::Open))
    }

    /// Takes a closing brace if one stands here.
    pub(super) fn closed(&mut self, what: &str) -> Result<bool, Finding> {
        match self.peek()? {
            Some(Word::Close) => {
                self.next()?;
                Ok(true)
            }
            Some(_) => Ok(false),
            None => self.need(&format!("`}}` after {what}")).map(|_| false),
        }
    }

    pub(super) fn whole(&mut self, what: &str) -> Result<usize, Finding> {
        match self.need(what)? {
            Word::Bare(word) => {
                word.parse().map_err(|_| self.wrong(format!("`{word}` is not {what} (a whole number)")))
            }
            _ => Err(self.wrong(format!("expected {what} (a whole number)"))),
        }
    }

    pub(super) fn number(&mut self, what: &str) -> Result<Number, Finding> {
        match self.need(what)? {
            Word::Bare(word) => parse(&word).map(Number::new).ok_or_else(|| {
                let start: String = word.chars().take(40).collect();
                self.wrong(format!("`{start}` is not {what} (a number such as 3, -0.5, 1e-3 or 1/3)"))
            }),
            _ => Err(self.wrong(format!("expected {what} (a number)"))),
        }
    }
}
