//! What a user may type, with help and examples.

pub mod solve;
pub mod together;
pub mod wording;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use serde::Serialize;

pub mod game;
pub mod game_files;
pub mod search;

/// Turn what a state says and does into an assessment that can be checked.
#[derive(Debug, Parser)]
#[command(
    name = "demarche",
    version,
    max_term_width = 110,
    after_help = "Start with:\n  demarche new my-case\n  demarche assess my-case --open\n  demarche why my-case"
)]
pub struct Words {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a small commented assessment that runs as it is
    #[command(
        after_help = "Examples:\n  demarche new my-case && demarche assess my-case --open\n  demarche new --game list\n  demarche new --game audience-costs crisis && demarche game thresholds crisis"
    )]
    New(New),
    /// Report every mistake in an assessment at once, each with its place and a way out
    #[command(after_help = "Example:\n  demarche check examples/peninsula")]
    Check(Check),
    /// Run the whole chain: from the record to judgments, with a report
    #[command(
        after_help = "Examples:\n  demarche assess examples/peninsula --open\n  demarche assess examples/peninsula --as-of 2019-12-31 --out /tmp/then\n  demarche assess examples/peninsula --json | jq .judgments"
    )]
    Assess(Assess),
    /// Follow a judgment or a number down to parameters, series, passages and events
    #[command(
        after_help = "Examples:\n  demarche why examples/peninsula                       # lists the judgments\n  demarche why examples/peninsula hypothesis.entrenched\n  demarche why examples/peninsula reversal --depth 2"
    )]
    Why(Why),
    /// Add documents and events to a record, and look at what is in it
    #[command(subcommand)]
    Record(Record),
    /// Count phrases in texts, per period and stratum
    #[command(subcommand)]
    Signals(Signals),
    /// Find when the rate of a series changed, and how sure that is
    #[command(
        after_help = "The file has a column `date` (or `period`, or `index`), a column `count`, and optionally `exposure`.\n\nExamples:\n  demarche shifts tests-per-year.csv\n  demarche shifts nile.csv --cost normal --json\n  demarche shifts wordings.csv --cost shares\n  demarche shifts monthly.csv --season month --check\n  demarche shifts examples/peninsula --series denuclearization@un-prk --changes 2"
    )]
    Shifts(Shifts),
    /// Find changes that several series share, and which of them drive a shared one
    #[command(
        after_help = "The file has the columns `series`, `date` (or `period`, or `index`), `count`, and optionally `exposure`.\n\nExamples:\n  demarche panel phrases.csv\n  demarche panel examples/peninsula --series denuclearization@un-prk,dialogue@un-prk,self-reliance@un-prk"
    )]
    Panel(together::Panel),
    /// Ask whether two series move together at some lag, more than chance lets them
    #[command(
        after_help = "Examples:\n  demarche associate words.csv talks.csv --lags 3\n  demarche associate examples/peninsula --series economic-construction-ko@new-year,talks --lags 2 --json"
    )]
    Associate(together::Associate),
    /// Let several dated events compete for the change of a series, each beside its placebo dates
    #[command(
        after_help = "Examples:\n  demarche link tests.csv --events events.csv --type summit,joint-statement\n  demarche link examples/peninsula --series missile-tests --type summit --window 12"
    )]
    Link(together::Link),
    /// Find the terms that tell two sets of documents apart: periods, strata, outlets, any filter
    #[command(
        after_help = "A filter is a list of KEY=VALUE[,VALUE…]: from, to, year, outlet, type, speaker, audience, language, id; title~WORDS looks into the title.\nValues with spaces stand in double quotes.\n\nExamples:\n  demarche keyness my-case --a 'to=2018-12-31 type=speech' --b 'from=2019-01-01 type=speech'\n  demarche keyness speeches.parquet --map rules.toml --a speaker=PRK --b speaker=CUB --ngrams 1-5 --json"
    )]
    Keyness(wording::Keyness),
    /// List the words that keep to a term, and how they moved between two sets of documents
    #[command(
        after_help = "A term is one or more words, * for any letters, | between alternatives. Filters as for keyness.\n\nExamples:\n  demarche collocations my-case 'sanction*'\n  demarche collocations speeches.parquet 'nuclear weapon*' --map rules.toml --window 5 --a 'speaker=PRK to=2018-12-31' --b 'speaker=PRK from=2019-01-01' --json"
    )]
    Collocations(wording::Collocations),
    /// Read a feed and say whether its latest periods began something new
    #[command(
        after_help = "Exit code: 0 when nothing is new, 3 when the probability of a change within the last periods has reached the level, 1 on failure.\n\nExamples:\n  demarche watch daily.csv --level 0.9\n  demarche watch my-case --phrase nuclear --by day --strata outlet --json\n\nIn a crontab, with mail on alarm only:\n  0 7 * * *  cd feeds && { demarche watch daily.csv > watch.txt || mail -s watch desk < watch.txt; }"
    )]
    Watch(Watch),
    /// Solve a game: one of Gambit's files, or that of an assessment
    /// Solve a game written in Gambit's format
    #[command(
        after_help = "The largest regret says how good an answer is: what any player could gain by another strategy, 0 in a Nash equilibrium.\nCtrl-C and --limit stop a method: it then shows the best it has, with its regret. A second Ctrl-C ends the program.\n\nExamples:\n  demarche solve poker.efg                          # the method that fits, and why\n  demarche solve poker.efg --lambda 2 --json\n  demarche solve battle.nfg --method enum           # all equilibria of two players, in fractions\n  demarche solve battle.nfg --method lemke-howson --all\n  demarche solve leduc.efg --method cfr --limit 60\n  demarche solve examples/peninsula"
    )]
    Solve(solve::Solve),
    /// Show, draw and convert games; look at that of an assessment: from where each player sits, thresholds, lessons, commitments, all answers; or estimate one from what was done
    #[command(subcommand)]
    Game(game::Game),
    /// Weigh rival hypotheses by the evidence
    #[command(after_help = "Example:\n  demarche weigh examples/peninsula --json")]
    Weigh(Weigh),
    /// Solve and simulate an escalation ladder
    #[command(
        after_help = "A folder is solved with its parameters and what its game gives; a file alone must not need a game.\n\nExamples:\n  demarche ladder examples/peninsula\n  demarche ladder my-case/crisis.toml --trajectories 100000"
    )]
    Ladder(Ladder),
}

#[derive(Debug, Args)]
pub struct New {
    /// Folder to make
    #[arg(required_unless_present = "game")]
    pub dir: Option<PathBuf>,
    /// A canonical game of the field instead of the invented treaty; `list` names them
    #[arg(long, value_name = "NAME")]
    pub game: Option<String>,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Folder of the assessment
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
pub struct Assess {
    /// Folder of the assessment
    pub dir: PathBuf,
    /// Seed of all random numbers, instead of the one in assessment.toml
    #[arg(long)]
    pub seed: Option<u64>,
    /// As if today were this day: nothing later is visible anywhere
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Folder for the results [default: DIR/out]
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Threads; the results are the same for any number [default: all cores]
    #[arg(long)]
    pub threads: Option<usize>,
    /// Print a summary for machines
    #[arg(long)]
    pub json: bool,
    /// Open the report in the browser
    #[arg(long)]
    pub open: bool,
}

#[derive(Debug, Args)]
pub struct Why {
    /// Folder of the assessment
    pub dir: PathBuf,
    /// A judgment or the id of a number; leave out to list the judgments
    pub id: Option<String>,
    /// How far down
    #[arg(long, default_value_t = 6)]
    pub depth: usize,
    /// Folder of the results [default: DIR/out]
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Passages shown for each series whose texts are at hand
    #[arg(long, default_value_t = 3)]
    pub passages: usize,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Record {
    /// Read files, folders and archives into a record: JSONL, CSV, TSV, Parquet, XLSX, HTML, RSS/Atom, plain text
    #[command(
        after_help = "Each kind may also be packed as .gz, .zst or .zip. In a folder each page, feed and .txt file is read as documents of its own, tables row by row.\nColumns that are named id, date, outlet, statement_type, authority, speaker, audience, language, title, text, link need no rules;\nonly a date and a title or text are needed. Encodings (UTF-8, UTF-16, EUC-KR/CP949, Latin-1) and languages are told by the bytes and words.\nRows that cannot be read are kept in quarantine with their reason. docs/record.md describes kinds of files, rules, dates and limits.\n\nExamples:\n  demarche record add articles.jsonl.zst --into my-case\n  demarche record add rodong.parquet --into my-case --map rodong.toml --json\n  demarche record add saved-pages/ speeches.zip --into my-case --map pages.toml\n  DEMARCHE_DATA=folder-of-texts demarche record add --texts --into examples/peninsula"
    )]
    Add {
        /// Files, folders or archives to read
        #[arg(required_unless_present = "texts")]
        files: Vec<PathBuf>,
        /// Read the texts that the assessment names in record.toml as `[[texts]]` and does not ship, each by its own rules
        #[arg(long, conflicts_with_all = ["files", "map"])]
        texts: bool,
        /// Folder of the assessment; the record lies in its record/store
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
        /// Rules for column names, dates, encodings, constants, statement types and cleaning
        #[arg(long, value_name = "RULES")]
        map: Option<PathBuf>,
        /// How documents are typed where the file does not say: a built-in profile (kcna) or a file
        #[arg(long, value_name = "PROFILE")]
        profile: Option<String>,
        /// Print for machines
        #[arg(long)]
        json: bool,
    },
    /// Find documents by their words, with how many of how many that is
    #[command(
        after_help = "Words side by side must all be there; OR, NOT (or -), \"a phrase\", a NEAR/5 b, prefix*, misspelt~ and parentheses.\nKorean words are found by any part of them.\n\nExamples:\n  demarche record search my-case 'denucleari* NEAR/8 peninsula' --from 2018-01-01\n  demarche record search my-case '\"hostile policy\" -\"south korea\"' --outlet KCNA --sort score --json\n  demarche record search my-case 비핵화"
    )]
    Search(search::Search),
    /// Show every hit in its context, aligned
    #[command(
        after_help = "Examples:\n  demarche record kwic my-case 'nuclear deterren*' --sort right\n  demarche record kwic my-case 비핵화 --width 100"
    )]
    Kwic(search::Kwic),
    /// Show which statement types there are, and try, explain and check a source profile
    #[command(
        after_help = "Examples:\n  demarche record types my-case\n  demarche record types my-case --profile kcna --untyped 30\n  demarche record types my-case --profile my-outlet.toml --explain 2012-0417\n  demarche record types my-case --profile kcna --sample 200 --seed 7 > sample.csv\n  demarche record types my-case --profile kcna --check sample.csv"
    )]
    Types(search::Types),
    /// Count what is in a record, per outlet, statement type, language and year
    Stats {
        /// Folder of the assessment
        dir: PathBuf,
        /// Print for machines
        #[arg(long)]
        json: bool,
    },
    /// List the files of a record, its copies and the rows in quarantine
    #[command(
        after_help = "Examples:\n  demarche record list my-case --copies\n  demarche record list my-case --quarantine --json"
    )]
    List {
        /// Folder of the assessment
        dir: PathBuf,
        /// Show every row in quarantine with file, line and reason
        #[arg(long)]
        quarantine: bool,
        /// Show every copy with the document that it is a copy of
        #[arg(long)]
        copies: bool,
        /// Print for machines
        #[arg(long)]
        json: bool,
    },
    /// Compare two statements sentence by sentence, or one with the statement that it followed
    #[command(
        after_help = "With one id the earlier statement is found: the latest of the same outlet, type and speaker; where types are not known, the most similar title.\n\nExamples:\n  demarche record diff my-case speech-2022 --html diff.html\n  demarche record diff my-case speech-2019 speech-2022 --json\n  demarche record diff old.txt new.txt"
    )]
    Diff(wording::Diff),
    /// Find passages that several outlets share, who had them first, and how many chance alone would give
    #[command(
        after_help = "Examples:\n  demarche record echo my-case\n  demarche record echo speeches.parquet --map rules.toml --by speaker --with PRK --words 10"
    )]
    Echo(wording::Echo),
}

#[derive(Debug, Subcommand)]
pub enum Signals {
    /// Count every phrase of a lexicon in files of documents, and write figures only (no text)
    #[command(
        after_help = "Example:\n  demarche signals count speeches.parquet --lexicon lexicon.toml --by year --strata speaker --counts counts.csv --documents documents.csv"
    )]
    Count(Count),
    /// Average a value that was measured on each document, per period: a series with its exposure
    #[command(
        after_help = "The file is CSV with a column `date` and one of values, one row per document.\n\nExample:\n  demarche signals mean tone.csv --value tone --by month --strata outlet --out tone-by-month.csv\n  demarche shifts tone-by-month.csv --cost normal"
    )]
    Mean(Mean),
}

#[derive(Debug, Args)]
pub struct Mean {
    /// A CSV file: date, a column of values, one row per document
    pub file: PathBuf,
    /// Column of the values
    #[arg(long, value_name = "COLUMN")]
    pub value: String,
    /// Column of weights, e.g. words of the document
    #[arg(long, value_name = "COLUMN")]
    pub weight: Option<String>,
    /// How time is cut
    #[arg(long, value_enum, default_value_t = By::Month)]
    pub by: By,
    /// Columns that keep unlike documents apart
    #[arg(long, value_delimiter = ',')]
    pub strata: Vec<String>,
    /// Where to write the series, for `demarche shifts` and for `[[values]]` in record.toml
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Voice {
    All,
    Own,
    Quoted,
}

#[derive(Debug, Args)]
pub struct Count {
    /// Files of documents
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Named phrases
    #[arg(long)]
    pub lexicon: PathBuf,
    /// Rules for column names
    #[arg(long, value_name = "RULES")]
    pub map: Option<PathBuf>,
    /// How time is cut
    #[arg(long, value_enum, default_value_t = By::Month)]
    pub by: By,
    /// Columns that keep unlike statements apart
    #[arg(long, value_delimiter = ',')]
    pub strata: Vec<String>,
    /// Count a text that is printed again once, or each time
    #[arg(long, value_enum, default_value_t = Unit::Utterance)]
    pub unit: Unit,
    /// Whose words: all, those of who issued the document, or quotations of others
    #[arg(long, value_enum, default_value_t = Voice::All)]
    pub whose: Voice,
    /// The source profile whose `[speech]` rules tell voices apart: a built-in one (kcna) or a file; without it each
    /// document is read by the built-in profile of its outlet, if there is one
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// A file with a table `[speech]`, for all documents and before any profile: what questions and quotations look like
    #[arg(long, value_name = "RULES")]
    pub speech: Option<PathBuf>,
    /// Where to write the counts
    #[arg(long)]
    pub counts: PathBuf,
    /// Where to write the documents behind them
    #[arg(long)]
    pub documents: Option<PathBuf>,
}

/// What counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// What was said: reprints, rewritten copies and bare headlines of one text count once
    Utterance,
    /// What was printed: every document
    Publication,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum By {
    Day,
    Month,
    Quarter,
    Year,
}

#[derive(Debug, Args)]
pub struct Shifts {
    /// A CSV file with one series, or several in a column `series`; or the folder of an assessment
    pub source: PathBuf,
    /// Only these series [default: all]
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub series: Vec<String>,
    /// What the values are [default: negbin for counts, auto for measured values]
    #[arg(long, value_enum)]
    pub cost: Option<ShiftsCost>,
    /// With `auto`: the series are measured over the same periods and change together
    #[arg(long)]
    pub together: bool,
    /// Report exactly this many changes, instead of the most probable number
    #[arg(long, value_name = "K")]
    pub changes: Option<usize>,
    /// Consider at most this many changes
    #[arg(long, value_name = "K", default_value_t = 12, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub at_most: usize,
    /// Effects to estimate together with the changes
    #[arg(long, value_enum)]
    pub season: Option<SeasonWord>,
    /// Compare the series with series drawn from the fitted model
    #[arg(long)]
    pub check: bool,
    /// Print this many draws of number, dates and rates from the posterior
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub draws: usize,
    /// Seed of checks and draws
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Mass of the intervals
    #[arg(long, default_value_t = 0.9)]
    pub level: f64,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Cost {
    Poisson,
    Negbin,
    Normal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShiftsCost {
    /// Counts whose variance is their mean
    Poisson,
    /// Counts that are over-dispersed
    Negbin,
    /// Measured values around a mean
    Normal,
    /// Hits among as many cases as the exposure says
    Binomial,
    /// All series together: counts of rival categories
    Shares,
    /// Measured values whose spread changes
    Variance,
    /// Measured values whose mean and spread change together
    MeanVariance,
    /// Measured values along straight lines
    Trend,
    /// Measured values, segmented by level or trend without a setting
    Auto,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SeasonWord {
    Month,
    Weekday,
    Week,
}

#[derive(Debug, Args)]
pub struct Watch {
    /// A CSV file with a feed; or the folder of an assessment
    pub source: PathBuf,
    /// Only these series
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub series: Vec<String>,
    /// Count this phrase of the assessment's lexicon in its record
    #[arg(long, value_name = "ID")]
    pub phrase: Option<String>,
    /// How time is cut, with --phrase
    #[arg(long, value_enum, default_value_t = By::Day)]
    pub by: By,
    /// Columns that keep unlike statements apart, with --phrase
    #[arg(long, value_delimiter = ',')]
    pub strata: Vec<String>,
    /// Likelihood of the values
    #[arg(long, value_enum, default_value_t = Cost::Negbin)]
    pub cost: Cost,
    /// Probability of a change that raises the alarm
    #[arg(long, default_value_t = 0.8)]
    pub level: f64,
    /// Within how many of the last periods the change must have come, 1 to 48
    #[arg(long, default_value_t = 14)]
    pub within: usize,
    /// How many periods a regime lasts on average
    #[arg(long, default_value_t = 250.0)]
    pub regime: f64,
    /// Seed of the simulation of false alarms
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Weigh {
    /// Folder of the assessment
    pub dir: PathBuf,
    /// As if today were this day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Ladder {
    /// Folder of an assessment, or a crisis.toml
    pub path: PathBuf,
    /// Seed of the simulation [default: that of the assessment; 1 for a file]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Trajectories to simulate, instead of the number in the file
    #[arg(long)]
    pub trajectories: Option<u64>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}
