//! From a folder of evidence and assumptions to an assessment: the only crate that knows all stages.
//!
//! - [`folder`]: the folder as written, every value with its place.
//! - [`check`]: every mistake in it at once. [`assess`]: the whole chain; stages with nothing new to read are not run.
//! - [`GameCase`]: the game of a folder on its own; [`new`], [`new_game`]: folders to start from.
//! - [`Assessed`]: what came out; [`Ledger`]: every number with its ground, down to files, rows and assumptions.
//!
//! **Invariant:** the same folder, seed and date give the same bits, whatever the number of threads.

mod cache;
mod error;
pub mod folder;
mod game;
mod ledger;
mod new;
mod passages;
mod plan;
mod result;
mod run;
mod stage;
mod tables;
mod variables;

pub use cache::Ran;
pub use error::AssessmentError;
pub use folder::parameters::Parameter;
pub use folder::question::{Actor, Confidence};
pub use game::GameCase;
pub use ledger::{Entry, Kind, Ledger, Step};
pub use new::{GAMES, Template, new, new_game};
pub use passages::{Example, NamedTexts, Shown, named_texts, passages};
pub use result::{
    Asked, Assessed, Associated, Changes, Choice, Contest, DocumentCount, Evidence, Forecast, Judgment, Link,
    PanelFound, Shares, Signal, StageReport, WordParts, Wording,
};
pub use run::{
    Event, STAGES, Settings, assess, check, collect, game_only, ladder_only, out_dir, weigh_only,
    write_if_new,
};
pub use stage::forecast::Resolved;
pub use variables::Variables;
