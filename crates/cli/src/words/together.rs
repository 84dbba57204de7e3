//! What may be typed after `panel`, `associate` and `link`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Cost;

#[derive(Debug, Args)]
pub struct Panel {
    /// A CSV file with a column `series`, or the folder of an assessment
    pub from: PathBuf,
    /// Which series, by id; of an assessment at least two [default: all of a file]
    #[arg(long, value_delimiter = ',', num_args = 1..)]
    pub series: Vec<String>,
    /// Likelihood of the values of a file; an assessment says it itself
    #[arg(long, value_enum, default_value_t = Cost::Negbin)]
    pub cost: Cost,
    /// Mass of the intervals
    #[arg(long, default_value_t = 0.9)]
    pub level: f64,
    /// The most shared changes
    #[arg(long, default_value_t = 4)]
    pub shared: usize,
    /// Seed of the simulation
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Associate {
    /// Two CSV files with one series each, or the folder of an assessment with two --series
    #[arg(required = true, num_args = 1..=2)]
    pub from: Vec<PathBuf>,
    /// The two series, by id, where a file holds several
    #[arg(long, value_delimiter = ',', num_args = 1..)]
    pub series: Vec<String>,
    /// The largest lag in periods, both ways
    #[arg(long, default_value_t = 4)]
    pub lags: usize,
    /// Correlation of ranks or of values
    #[arg(long, value_enum, default_value_t = Correlation::Rank)]
    pub correlation: Correlation,
    /// What is taken out of both series first
    #[arg(long, value_enum, default_value_t = Adjust::Trend)]
    pub adjust: Adjust,
    /// Length of blocks in periods [default: by the rule of Politis and White]
    #[arg(long)]
    pub block: Option<usize>,
    /// Random permutations
    #[arg(long, default_value_t = 1999)]
    pub resamples: usize,
    /// Seed of the permutations
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Correlation {
    Rank,
    Linear,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Adjust {
    None,
    Trend,
    Differences,
}

#[derive(Debug, Args)]
pub struct Link {
    /// A CSV file with one series, or the folder of an assessment
    pub from: PathBuf,
    /// The series, by id, where there are several
    #[arg(long)]
    pub series: Option<String>,
    /// A CSV file of events with columns id and date [default: those of the assessment]
    #[arg(long, value_name = "EVENTS")]
    pub events: Option<PathBuf>,
    /// Only events of these types
    #[arg(long = "type", value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// Periods from an event on in which its change would begin, and on each side for the placebo dates
    #[arg(long, default_value_t = 6)]
    pub window: usize,
    /// Prior probability that the change goes with none of the events
    #[arg(long, default_value_t = 0.5)]
    pub background: f64,
    /// Likelihood of the values of a file
    #[arg(long, value_enum, default_value_t = Cost::Negbin)]
    pub cost: Cost,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}
