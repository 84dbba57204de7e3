//! What may be typed to search a record and to look at its types.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::Unit;

/// Which documents are looked at.
#[derive(Debug, Args)]
pub struct Within {
    /// First day
    #[arg(long, value_name = "DATE")]
    pub from: Option<Date>,
    /// Last day
    #[arg(long, value_name = "DATE")]
    pub to: Option<Date>,
    /// Outlets
    #[arg(long, value_delimiter = ',')]
    pub outlet: Vec<String>,
    /// Statement types (give it several times for several)
    #[arg(long = "type", value_name = "TYPE")]
    pub statement_type: Vec<String>,
    /// Speakers
    #[arg(long, value_delimiter = ',')]
    pub speaker: Vec<String>,
    /// Languages
    #[arg(long, value_delimiter = ',')]
    pub language: Vec<String>,
    /// Lowest level of authority (1 = highest)
    #[arg(long, value_name = "LEVEL")]
    pub authority: Option<u8>,
    /// Count a text that is printed again once, or each time
    #[arg(long, value_enum, default_value_t = Unit::Utterance)]
    pub unit: Unit,
    /// Find Korean words by their morphemes: the folder of a dictionary that `lindera build` made; without it any part of a
    /// word is found
    #[arg(long, value_name = "FOLDER")]
    pub dictionary: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Search {
    /// Folder of the assessment
    pub dir: PathBuf,
    /// What to look for
    pub query: String,
    #[command(flatten)]
    pub within: Within,
    /// What comes first
    #[arg(long, value_enum, default_value_t = Sort::Date)]
    pub sort: Sort,
    /// Documents shown
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Kwic {
    /// Folder of the assessment
    pub dir: PathBuf,
    /// What to look for
    pub query: String,
    #[command(flatten)]
    pub within: Within,
    /// What comes first
    #[arg(long, value_enum, default_value_t = LineSort::Date)]
    pub sort: LineSort,
    /// Lines shown
    #[arg(long, default_value_t = 40)]
    pub limit: usize,
    /// Columns of the terminal [default: $COLUMNS or 120]
    #[arg(long)]
    pub width: Option<usize>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Sort {
    Date,
    Newest,
    Score,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LineSort {
    Date,
    Left,
    Right,
}

#[derive(Debug, Args)]
pub struct Types {
    /// Folder of the assessment
    pub dir: PathBuf,
    /// Try a profile on the documents instead of showing their types: its name (kcna) or a file
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
    /// Say of one document which rule fired, on which words, and what the rules before it looked for
    #[arg(long, value_name = "ID", requires = "profile")]
    pub explain: Option<String>,
    /// Titles shown of those that no rule fits
    #[arg(long, default_value_t = 10)]
    pub untyped: usize,
    /// Draw about this many documents for checking by hand, as CSV with an empty column `label`
    #[arg(long, value_name = "N", requires = "profile")]
    pub sample: Option<usize>,
    /// Seed of the sample
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Precision and recall per type, by a sample that a person has labeled
    #[arg(long, value_name = "FILE", requires = "profile")]
    pub check: Option<PathBuf>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}
