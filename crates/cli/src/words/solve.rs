//! What may be typed after `solve`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct Solve {
    /// A game: .efg or .nfg; or an assessment, its folder or its calculus.toml
    pub file: PathBuf,
    /// How; `auto` says what it took and why
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    pub method: Method,
    /// Stop the logit branch at this precision λ instead of going to the Nash limit
    #[arg(long, value_name = "L")]
    pub lambda: Option<f64>,
    /// All that the method can find: with lemke-howson from every label and equilibrium, with auto every equilibrium of two
    /// players or every pure one of more
    #[arg(long)]
    pub all: bool,
    /// With lemke-howson: the label dropped first, counted from 0 over the strategies of both players
    #[arg(long, value_name = "N")]
    pub label: Option<usize>,
    /// With cfr and mccfr: most iterations
    #[arg(long, value_name = "N")]
    pub iterations: Option<u64>,
    /// With mccfr: seed of the drawn moves
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Stop after this many seconds and show the best so far
    #[arg(long, value_name = "SECONDS")]
    pub limit: Option<f64>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// The one that fits the game
    Auto,
    /// The logit quantal response equilibrium, followed from λ = 0 to λ or to its Nash limit
    Qre,
    /// All equilibria in pure strategies
    Pure,
    /// All extreme equilibria of two players in fractions, and how they hang together
    Enum,
    /// Paths of almost complementary vertices, two players, in fractions
    LemkeHowson,
    /// Linear programming in the sequence form: two players in pure conflict
    Lp,
    /// Lemke's method in the sequence form: one equilibrium of two players, in fractions
    Lcp,
    /// Simplicial subdivision: one equilibrium of any number of players, for sure, in small games
    Simplicial,
    /// Counterfactual regret minimization (CFR+), for large games
    Cfr,
    /// The same on drawn plays (external sampling)
    Mccfr,
}
