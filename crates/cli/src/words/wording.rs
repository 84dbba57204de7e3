//! Commands that compare wordings.

use std::path::PathBuf;

use clap::Args;

use super::Unit;

/// Which documents a comparison reads.
#[derive(Debug, Args)]
pub struct Sources {
    /// Rules for column names, for files of documents
    #[arg(long, value_name = "RULES")]
    pub map: Option<PathBuf>,
    /// Count a text that is printed again once, or each time
    #[arg(long, value_enum, default_value_t = Unit::Utterance)]
    pub unit: Unit,
}

#[derive(Debug, Args)]
pub struct Keyness {
    /// Folder of an assessment, or files of documents
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub sources: Sources,
    /// The first set, e.g. 'from=2019-01-01 to=2019-12-31 type=speech'
    #[arg(long, value_name = "FILTER")]
    pub a: String,
    /// The second set; positive ratios: more in this one
    #[arg(long, value_name = "FILTER")]
    pub b: String,
    /// Words in a row, at most 5
    #[arg(long, default_value = "1-3", value_name = "N[-M]")]
    pub ngrams: String,
    /// Leave out terms that stand in fewer documents
    #[arg(long, default_value_t = 2)]
    pub documents_at_least: u32,
    /// Leave out terms that are rarer in both sets together
    #[arg(long, default_value_t = 5)]
    pub count_at_least: u64,
    /// Random divisions of the documents behind the p-values that do not take words as independent
    #[arg(long, default_value_t = 999)]
    pub permutations: u64,
    /// Seed of the random divisions
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Terms shown, strongest first
    #[arg(long, default_value_t = 40)]
    pub top: usize,
    /// Terms that are shown with an example
    #[arg(long, default_value_t = 5)]
    pub examples: usize,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Collocations {
    /// Folder of an assessment, or files of documents
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The term: words, * for any letters, | between alternatives
    #[arg(required = true)]
    pub term: String,
    #[command(flatten)]
    pub sources: Sources,
    /// Words looked at on each side, not beyond the sentence
    #[arg(long, default_value_t = 5)]
    pub window: usize,
    /// The documents looked at; all unless told
    #[arg(long, value_name = "FILTER", default_value = "")]
    pub a: String,
    /// A second set to compare with
    #[arg(long, value_name = "FILTER")]
    pub b: Option<String>,
    /// Leave out words that stand near the term less often
    #[arg(long, default_value_t = 3)]
    pub near_at_least: u64,
    /// Random divisions of the documents behind the p-values of a comparison
    #[arg(long, default_value_t = 999)]
    pub permutations: u64,
    /// Seed of the random divisions
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Words shown
    #[arg(long, default_value_t = 25)]
    pub top: usize,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Diff {
    /// Folder of an assessment (or a file of documents) and one or two ids; or two text files
    #[arg(required = true, num_args = 2..=3, value_name = "DIR ID [ID] | FILE FILE")]
    pub what: Vec<String>,
    /// Rules for column names, for a file of documents
    #[arg(long, value_name = "RULES")]
    pub map: Option<PathBuf>,
    /// Write the comparison as a page that opens offline
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Echo {
    /// Folder of an assessment, or files of documents
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub sources: Sources,
    /// Documents looked at; all unless told (a filter as for keyness)
    #[arg(long, value_name = "FILTER", default_value = "")]
    pub only: String,
    /// The column that tells who speaks: outlet, speaker, type, audience or language
    #[arg(long, default_value = "outlet", value_name = "COLUMN")]
    pub by: String,
    /// Show only what this one shares with others
    #[arg(long, value_name = "NAME")]
    pub with: Option<String>,
    /// Fewest words in a row
    #[arg(long, default_value_t = 8)]
    pub words: usize,
    /// A passage in so many documents of one speaker is a stock formula and no echo
    #[arg(long, default_value_t = 3)]
    pub stock: usize,
    /// Exchanges of the speakers among the documents of a year and type
    #[arg(long, default_value_t = 999)]
    pub permutations: u64,
    /// Corpora written by each speaker's own pairs of words
    #[arg(long, default_value_t = 19)]
    pub chains: u64,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Passages shown
    #[arg(long, default_value_t = 20)]
    pub top: usize,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}
