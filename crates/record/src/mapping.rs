use std::collections::BTreeMap;
use std::sync::Arc;

use encoding_rs::Encoding;
use regex::Regex;
use serde::{Deserialize, Serialize};
use source::{ContentHash, Findings, SourceText};

use crate::Profile;

use crate::date::Precision;

mod parse;

/// Which table a file feeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What was said: [`documents`](crate::documents).
    #[default]
    Documents,
    /// What was done: [`events`](crate::events).
    Events,
}

impl Kind {
    /// The columns that a file can give.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Documents => &crate::documents::COLUMNS,
            Self::Events => &crate::events::COLUMNS,
        }
    }
}

/// How the value of one column is made: from one column of the file, or from several and fixed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub(crate) Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Column(String),
    Literal(String),
}

impl Template {
    /// `newsID` is a column; `{year}-09-20` puts the column `year` before fixed text.
    ///
    /// The value is absent where one of its columns is.
    ///
    /// # Errors
    /// What is wrong, if a brace is not closed or nothing stands between two.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.contains(['{', '}']) {
            return if text.is_empty() {
                Err("the name of a column is empty".into())
            } else {
                Ok(Self(vec![Piece::Column(text.into())]))
            };
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let end = rest[start..].find('}').ok_or("`{` is not closed by `}`")? + start;
            if start > 0 {
                pieces.push(Piece::Literal(rest[..start].into()));
            }
            let name = rest[start + 1..end].trim();
            if name.is_empty() {
                return Err("no column is named between `{` and `}`".into());
            }
            pieces.push(Piece::Column(name.into()));
            rest = &rest[end + 1..];
        }
        if rest.contains('}') {
            return Err("`}` stands without `{`".into());
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.into()));
        }
        Ok(Self(pieces))
    }

    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Column(name) => Some(name.as_str()),
            Piece::Literal(_) => None,
        })
    }
}

/// A rule that mends titles and texts on their way in.
#[derive(Clone, Debug)]
pub struct Clean {
    /// What is wrong.
    pub pattern: Regex,
    /// What to put there; `$1` is the first group.
    pub replace: String,
    /// `title`, `text`, or both.
    pub columns: Vec<String>,
}

/// How the files are written: what cannot be told, or not surely, by looking at them.
#[derive(Clone, Debug)]
pub struct Layout {
    /// What texts are written in; told by the bytes if absent.
    pub encoding: Option<&'static Encoding>,
    /// What separates the cells of a line; told by the kind of file and its first line if absent.
    pub delimiter: Option<u8>,
    /// Sheet of a workbook; the first if absent.
    pub sheet: Option<String>,
    /// Which row with anything in it holds the names of the columns, from 1.
    pub header: usize,
    /// Matched against the name of a page or text without its ending; its named groups are columns.
    pub name: Option<Regex>,
    /// Matched against the first line of a text, which is then no part of it; its named groups are columns.
    pub first_line: Option<Regex>,
    /// Where the parts of an HTML page stand.
    pub page: Page,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            encoding: None,
            delimiter: None,
            sheet: None,
            header: 1,
            name: None,
            first_line: None,
            page: Page::default(),
        }
    }
}

/// CSS selectors of the parts of an HTML page; what has none is found by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Of the title.
    pub title: Option<String>,
    /// Of the date.
    pub date: Option<String>,
    /// Of the text; all elements that match are joined.
    pub text: Option<String>,
}

/// Whether a document's language is told by its words where the file does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Languages {
    /// Where that is sure enough.
    #[default]
    Detected,
    /// As the file says.
    AsGiven,
}

/// What the columns of a file mean. Standard names need no entry.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Which table the file feeds.
    pub kind: Kind,
    /// Our column → how it is made from those of the file.
    pub columns: BTreeMap<String, Template>,
    /// Our column → a value for every row in which the file has none.
    pub constants: BTreeMap<String, String>,
    /// Our column → the file's value → ours.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Statement type → authority level (1 = highest), for rows without a level of their own.
    pub statement_types: BTreeMap<String, u8>,
    /// strptime-like forms of dates, tried before the built-in ones.
    pub date_formats: Vec<String>,
    /// Whether a month or a year is a date.
    pub date_precision: Precision,
    /// How the files are written.
    pub layout: Layout,
    /// What to do where no language is given.
    pub languages: Languages,
    /// Applied to titles and texts, in this order.
    pub clean: Vec<Clean>,
    /// Types the documents whose statement type the file does not give.
    pub profile: Option<Arc<Profile>>,
}

impl Mapping {
    /// Documents with the standard column names.
    pub fn documents() -> Self {
        Self::default()
    }

    /// Events with the standard column names.
    pub fn events() -> Self {
        Self { kind: Kind::Events, ..Self::default() }
    }

    /// Reads a rules file:
    ///
    /// ```toml
    /// kind = "documents"                # or "events"
    /// date_formats = ["%d/%m/%Y"]       # forms other than those of `parse_date`
    /// date_precision = "day"            # "month" and "year" take the first day for the whole
    /// encoding = "euc-kr"               # of texts; told by the bytes otherwise
    /// delimiter = ";"                   # of .csv
    /// sheet = "Statements"              # of a workbook; the first otherwise
    /// header = 1                        # which row holds the names of the columns
    ///
    /// [text]                            # plain texts: named groups are columns
    /// name = '^(?<date>[0-9-]+) (?<title>.*)$'      # in the name of the file
    /// first_line = '^(?<speaker>[^:]+): (?<title>.*)$'
    ///
    /// [page]                            # HTML pages: CSS selectors
    /// text = "div.article"
    ///
    /// [language]
    /// detect = true                     # where the file gives none
    ///
    /// [columns]                         # ours = "theirs"; braces join several and fixed text
    /// id = "newsID"
    /// date = "{year}-09-20"
    ///
    /// [constants]                       # where the file has no value
    /// outlet = "KCNA"
    ///
    /// [values.language]                 # their value = "ours"
    /// true = "en"
    ///
    /// [statement_types]                 # type = authority level, 1 is the highest
    /// speech = 1
    ///
    /// [[clean]]                         # mend titles and texts; how often is reported
    /// pattern = '(\p{Ll})(Kim Jong Un)'
    /// replace = "$1 $2"
    /// ```
    ///
    /// # Errors
    /// Every problem of the file, each at its place.
    pub fn parse(file: &Arc<SourceText>) -> Result<Self, Findings> {
        parse::parse(file)
    }

    /// Equal rules, equal hash.
    pub fn hash(&self) -> ContentHash {
        // A change of the reading rules must read files anew: raise the number with it.
        let own = Self { profile: None, ..self.clone() };
        let own = format!("reading rules 2 {own:?}");
        let profile = self.profile.as_ref().map(|profile| profile.hash());
        match profile {
            None => ContentHash::of(own.as_bytes()),
            Some(profile) => ContentHash::of_parts([own.as_bytes(), profile.as_str().as_bytes()]),
        }
    }
}
