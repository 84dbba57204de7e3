use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde::{Deserialize, Serialize};
use source::{ContentHash, Finding, Findings, Place, SourceText};

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
    /// Applied to titles and texts, in this order.
    pub clean: Vec<Clean>,
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
    /// date_formats = ["%d %B %Y"]       # forms other than 2022-09-08, 2022/09/08, 20220908
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
        ContentHash::of(format!("reading rules 1 {self:?}").as_bytes())
    }
}

fn problem(
    code: &'static str,
    message: impl Into<String>,
    place: &Place,
    help: impl Into<String>,
) -> Finding {
    Finding::error(code, message, place).help(help)
}
