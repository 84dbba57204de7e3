//! What may be typed after `game`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::game_files::{Convert, Show};

#[derive(Debug, Subcommand)]
pub enum Game {
    /// Say what a game is made of, and draw it: SVG, a page, LaTeX
    #[command(
        after_help = "With --method the drawings show an equilibrium: probabilities on the branches, beliefs in brackets at the nodes.\n\nExamples:\n  demarche game show beer_quiche.efg\n  demarche game show beer_quiche.efg --svg tree.svg\n  demarche game show beer_quiche.efg --method auto --html equilibria.html --latex paper.tex"
    )]
    Show(Show),
    /// Write a game in another format: .efg, .nfg, .svg, .html or .tex
    #[command(
        after_help = "Numbers are written as they were read: 1/3 stays 1/3. A tree becomes a table by its reduced strategic form.\n\nExamples:\n  demarche game convert poker.efg poker.nfg\n  demarche game convert examples/peninsula peninsula.efg"
    )]
    Convert(Convert),
    /// From where each player sits: what every course brings, by the payoffs it is made of, and what is believed there
    #[command(
        after_help = "Examples:\n  demarche game sits examples/peninsula\n  demarche game sits my-case --player dprk --lambda nash --json\n  demarche game sits poker.efg"
    )]
    Sits(Sits),
    /// What would have to be true for another choice: where it turns along one or two parameters, and the nearest change
    #[command(
        after_help = "Without --move the [[threshold]] entries of calculus.toml are followed. The nearest change is the smallest over the parameters\nin --over (default: all that the game reads), each measured in units of its range; it is solved on both sides.\n\nExamples:\n  demarche game thresholds my-case\n  demarche game thresholds my-case --move answer --type entrenched --over sanctions_relief\n  demarche game thresholds my-case --move threat --type irresolute --over audience_cost,war_target --svg surface.svg --json"
    )]
    Thresholds(Thresholds),
    /// What observed moves teach about private types: prior, likelihood and posterior after each
    #[command(
        after_help = "Examples:\n  demarche game learn my-case threat=threaten answer=resist\n  demarche game learn examples/peninsula answer=test --lambda 2 --json"
    )]
    Learn(Learn),
    /// What it is worth to be bound to a move, to be seen making it, or to be known for what one is
    #[command(
        after_help = "Examples:\n  demarche game commit my-case --move threat\n  demarche game commit my-case --move signal --reveal defender --json"
    )]
    Commit(Commit),
    /// All answers side by side: several precisions λ, the end of the logit branch, equilibria
    #[command(
        after_help = "Of small games of two players all extreme equilibria are shown, mixed ones too, with the component that each lies in; of others all pure ones.\n\nExamples:\n  demarche game compare my-case\n  demarche game compare battle.nfg\n  demarche game compare my-case --precision 0.5,2,8 --json"
    )]
    Compare(Compare),
    /// Estimate the precision and the payoffs of a game from plays that were seen
    #[command(
        after_help = "FILE is a game in the format of calculus.toml. DATA has a row per play: a column for every move that was seen, named as the move, with the action (empty if it was not seen or did not happen); and a column for every name of the formulas that was measured. All other names are estimated: payoffs in units of 1/precision, so that `precision = 1` leaves the scale to the payoffs.\ndocs/calculus-estimation.md explains the model, standard errors and a recovery study.\n\nExamples:\n  demarche game estimate deterrence.toml crises.csv\n  demarche game estimate deterrence.toml crises.csv --fix war=-1 --json"
    )]
    Estimate(Estimate),
}

/// Where the game is looked at.
#[derive(Debug, Args)]
pub struct Look {
    /// Folder of the assessment; `sits` and `compare` also take a game, .efg or .nfg
    pub dir: PathBuf,
    /// Precision of choice, or `nash` for its limit [default: the precision in calculus.toml; `nash` for .efg and .nfg]
    #[arg(long, value_name = "L")]
    pub lambda: Option<String>,
    /// Another value for a parameter; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Stop after this many seconds and show what there is
    #[arg(long, value_name = "SECONDS")]
    pub limit: Option<f64>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Sits {
    #[command(flatten)]
    pub look: Look,
    /// Only this player
    #[arg(long)]
    pub player: Option<String>,
}

#[derive(Debug, Args)]
pub struct Thresholds {
    #[command(flatten)]
    pub look: Look,
    /// The move whose choice is followed
    #[arg(long = "move", value_name = "MOVE")]
    pub at: Option<String>,
    /// Of this type only
    #[arg(long = "type", value_name = "TYPE", requires = "at")]
    pub of_type: Option<String>,
    /// After this was done at an earlier move; may be given several times
    #[arg(long, value_name = "MOVE=ACTION", requires = "at")]
    pub given: Vec<String>,
    /// Parameters: one for a scan, two for a surface, any number for the nearest change
    #[arg(long, value_delimiter = ',', requires = "at")]
    pub over: Vec<String>,
    /// Values along each side of a surface
    #[arg(long, default_value_t = 21, value_parser = clap::value_parser!(u16).range(2..=201))]
    pub grid: u16,
    /// Write the surface as a picture
    #[arg(long, value_name = "FILE", requires = "over")]
    pub svg: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Learn {
    #[command(flatten)]
    pub look: Look,
    /// What was seen, in the order of play
    #[arg(required = true, value_name = "MOVE=ACTION")]
    pub seen: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Commit {
    #[command(flatten)]
    pub look: Look,
    /// The move to be bound to, and to be seen making
    #[arg(long = "move", value_name = "MOVE", required_unless_present = "reveal")]
    pub at: Option<String>,
    /// The player whose types all would know
    #[arg(long, value_name = "PLAYER")]
    pub reveal: Option<String>,
}

#[derive(Debug, Args)]
pub struct Compare {
    #[command(flatten)]
    pub look: Look,
    /// Precisions λ to solve at
    #[arg(long, value_delimiter = ',', default_values_t = [0.5, 1.0, 2.0, 4.0, 8.0])]
    pub precision: Vec<f64>,
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
    /// Stop after this many seconds and show the most probable coefficients so far
    #[arg(long, value_name = "SECONDS")]
    pub limit: Option<f64>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

fn fixed(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let number: f64 = value.trim().parse().map_err(|_| format!("`{value}` is not a number"))?;
    Ok((name.trim().to_string(), number))
}
