//! Which documents are kept apart from each other, and which are counted together.

use record::documents::Documents;
use thiserror::Error;

/// Columns of a document that can keep unlike statements apart.
pub const STRATUM_COLUMNS: [&str; 6] =
    ["outlet", "statement_type", "authority", "speaker", "audience", "language"];

/// A column that cannot make strata.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "there are no strata by `{0}`; there are outlet, statement_type, authority, speaker, audience, language"
)]
pub struct StratumError(pub String);

/// How documents fall into strata.
#[derive(Clone, Copy, Debug)]
pub enum Strata<'s> {
    /// One stratum for each combination of values of these columns, `a/b`; `all` if there are none. A value that is
    /// missing is `none`.
    Apart(&'s [String]),
    /// One stratum, `all`, of the documents that have one of the values listed in each of these columns; the others
    /// do not count. An utterance published by several of those listed counts once.
    Together(&'s [(&'s str, Vec<String>)]),
}

impl Strata<'_> {
    /// Whether all columns can make strata.
    ///
    /// # Errors
    /// [`StratumError`] for a column that cannot make strata.
    pub fn check(&self) -> Result<(), StratumError> {
        let known = |column: &str| {
            let found = STRATUM_COLUMNS.contains(&column);
            if found { Ok(()) } else { Err(StratumError(column.into())) }
        };
        match self {
            Self::Apart(columns) => columns.iter().try_for_each(|column| known(column)),
            Self::Together(filters) => filters.iter().try_for_each(|(column, _)| known(column)),
        }
    }

    /// The stratum of a document; `None` if it does not count.
    pub fn of(&self, documents: &Documents<'_>, row: usize) -> Option<String> {
        let value = |name: &str| column(documents, row, name).unwrap_or_else(|| "none".into());
        match self {
            Self::Apart([]) => Some("all".into()),
            Self::Apart(columns) => {
                Some(columns.iter().map(|name| value(name)).collect::<Vec<_>>().join("/"))
            }
            Self::Together(filters) => {
                filters.iter().all(|(name, values)| values.contains(&value(name))).then(|| "all".into())
            }
        }
    }
}

/// The value of one of [`STRATUM_COLUMNS`].
pub(crate) fn column(documents: &Documents<'_>, row: usize, name: &str) -> Option<String> {
    match name {
        "outlet" => documents.outlet(row).map(str::to_string),
        "statement_type" => documents.statement_type(row).map(str::to_string),
        "authority" => documents.authority(row).map(|level| level.to_string()),
        "speaker" => documents.speaker(row).map(str::to_string),
        "audience" => documents.audience(row).map(str::to_string),
        _ => documents.language(row).map(str::to_string),
    }
}
