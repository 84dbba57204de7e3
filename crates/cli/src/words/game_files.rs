//! What may be typed after `game show` and `game convert`.

use std::path::PathBuf;

use clap::Args;

use super::solve::Method;

#[derive(Debug, Args)]
pub struct Show {
    /// A game: .efg or .nfg; or an assessment, its folder or its calculus.toml
    pub file: PathBuf,
    /// Solve it first, and show what was found
    #[arg(long, value_enum)]
    pub method: Option<Method>,
    /// Write the tree as a picture, with the first equilibrium
    #[arg(long, value_name = "OUT")]
    pub svg: Option<PathBuf>,
    /// Write a page: the tree, the strategic form if it is small, all equilibria
    #[arg(long, value_name = "OUT")]
    pub html: Option<PathBuf>,
    /// Write a LaTeX document: the tree in TikZ, tables of strategies
    #[arg(long, value_name = "OUT")]
    pub latex: Option<PathBuf>,
    /// Stop solving after this many seconds
    #[arg(long, value_name = "SECONDS")]
    pub limit: Option<f64>,
    /// Print for machines
    #[arg(long)]
    pub json: bool,
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
