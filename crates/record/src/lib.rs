//! What was said and done, by whom, at what authority, to whom: documents and events, read from the
//! files that people have and kept in a store that survives interruption.
//!
//! - [`documents`] and [`events`]: the columns of the two tables, as Arrow schemas, and typed views of
//!   their batches.
//! - [`Mapping`]: the small rules file that says what other people's columns mean.
//! - [`read`]: one file to record batches, with what could not be read set apart ([`source::Quarantined`]).
//! - [`Profile`]: how one outlet's documents are typed, from their titles, leads and bylines.
//! - [`Utterances`]: which documents are one utterance: reprints, rewritten copies, bare headlines.
//! - [`Store`]: the files of one assessment as Parquet, replaced atomically.
//!
//! **Invariant:** a row of a file is kept, counted as repeated, or quarantined with its line and reason.
//! **Absent on purpose:** nothing here knows what a phrase, a series or a hypothesis is, or uses a network.

mod clean;
mod date;
pub mod documents;
mod error;
pub mod events;
mod index;
mod input;
mod language;

mod mapping;
pub mod profile;
mod read;
mod report;
mod row;
mod rules;
pub mod speech;

mod stats;
mod store;
mod utterance;

pub use date::{DateError, Precision, parse_date, parse_date_to};
pub use error::RecordError;
pub use language::detect as detect_language;
pub use mapping::{Clean, Kind, Languages, Layout, Mapping, Page, Template};
pub use profile::Profile;
pub use read::{Reading, read, read_bytes, standard_mapping};
pub use report::{AddReport, FileReport, Mended};
pub use stats::{Stats, StratumStats};
pub use store::{Batches, Progress, Store, StoredFile};
pub use utterance::{CopyKind, Publication, UtteranceSettings, Utterances, words};
