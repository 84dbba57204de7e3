//! What may be typed after `game show` and `game convert`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::solve::Method;

#[derive(Debug, Args)]
pub struct Show {
    /// A game: .efg or .nfg; or an assessment, its folder or its calculus.toml
    pub file: PathBuf,
    /// Solve it first, and show what was found
    #[arg(long, value_enum)]
    pub method: Option<Method>,
    /// List what dominance strikes out of the strategic form, round by round, and by which strategy or mixture
    #[arg(long, value_enum, value_name = "KIND")]
    pub dominance: Option<DominanceKind>,
    /// Write the tree as a picture, with the first equilibrium
    #[arg(long, value_name = "OUT")]
    pub svg: Option<PathBuf>,
    /// Write a page: the tree, the strategic form if it is small, all equilibria
    #[arg(long, value_name = "OUT")]
    pub html: Option<PathBuf>,
    /// Write a LaTeX document: the tree in TikZ, tables of strategies
    #[arg(long, value_name = "OUT")]
    pub latex: Option<PathBuf>,
    /// Stop each of these after this many seconds
    #[arg(long, value_name = "SECONDS")]
    pub limit: Option<f64>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DominanceKind {
    /// Worse than another strategy or a mixture of others, whatever the others do: no equilibrium is lost
    Strict,
    /// Never better and somewhere worse: equilibria may be lost, and the order matters (all of a round go at once)
    Weak,
    /// As strict, by pure strategies only
    StrictPure,
    /// As weak, by pure strategies only
    WeakPure,
}

#[derive(Debug, Args)]
pub struct Convert {
    /// A game: .efg or .nfg; or an assessment, its folder or its calculus.toml
    pub file: PathBuf,
    /// Where to; the ending says the format
    pub out: PathBuf,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
}
