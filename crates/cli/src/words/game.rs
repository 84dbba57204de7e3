//! Words of `demarche game`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Game {
    /// Estimate the precision and the payoffs of a game from plays that were seen
    #[command(
        after_help = "FILE is a game in the format of calculus.toml. DATA has a row per play: a column for every move that was seen, named as the move, with the action (empty if it was not seen or did not happen); and a column for every name of the formulas that was measured. All other names are estimated: payoffs in units of 1/precision, so that `precision = 1` leaves the scale to the payoffs.\ndocs/calculus-estimation.md explains the model, standard errors and a recovery study.\n\nExamples:\n  demarche game estimate deterrence.toml crises.csv\n  demarche game estimate deterrence.toml crises.csv --fix war=-1 --json"
    )]
    Estimate(Estimate),
}

#[derive(Debug, Args)]
pub struct Estimate {
    /// The game, with formulas as payoffs
    pub file: PathBuf,
    /// The plays: a CSV table
    pub data: PathBuf,
    /// Hold a name at a value instead of estimating it
    #[arg(long, value_name = "NAME=VALUE", value_parser = fixed)]
    pub fix: Vec<(String, f64)>,
    /// Further starts of the search: likelihoods of games may have several maxima
    #[arg(long, default_value_t = 4)]
    pub starts: usize,
    /// Seed of the further starts
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

fn fixed(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let number: f64 = value.trim().parse().map_err(|_| format!("`{value}` is not a number"))?;
    Ok((name.trim().to_string(), number))
}
