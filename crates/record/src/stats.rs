use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How much of one kind there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StratumStats {
    /// Outlet, if given.
    pub outlet: Option<String>,
    /// Statement type, if given.
    pub statement_type: Option<String>,
    /// Language, if given.
    pub language: Option<String>,
    /// Year of the common era.
    pub year: i16,
    /// How many documents.
    pub documents: u64,
    /// How many of them have a text.
    pub with_text: u64,
    /// Characters of titles and texts.
    pub characters: u64,
}

/// What a store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Documents.
    pub documents: u64,
    /// Events.
    pub events: u64,
    /// Quarantined rows.
    pub quarantined: u64,
    /// First and last date of documents and events.
    pub dates: Option<(Date, Date)>,
    /// By outlet, statement type, language and year, in this order.
    pub strata: Vec<StratumStats>,
}
