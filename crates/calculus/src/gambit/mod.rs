//! Games as the Gambit project writes them: `.efg` (trees) and `.nfg` (tables), read and written.
//!
//! Savani & Turocy (2024), Gambit: The package for computation in game theory, "Game file formats".

mod efg;
mod lexer;
mod nfg;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use source::{Finding, Findings, Place, SourceText};

use crate::game::Game;
use lexer::{Lexer, Word};
pub(crate) use write::plan_label;
pub use write::{to_efg, to_nfg};

/// Reads a game; the first word says which format it is. Payoffs and probabilities are kept as written
/// ([`Game::exact_payoffs`], [`Game::exact_chance`]).
///
/// # Errors
/// A finding at the first word that does not fit.
pub fn read(file: &Arc<SourceText>) -> Result<Game, Finding> {
    read_with_warnings(file).map(|(game, _)| game)
}

/// As [`read`], with what is legal but worth knowing: names that stand twice and were told apart by a number,
/// moves of probability 0, probabilities that had to be rescaled, information sets at which a player forgets.
///
/// # Errors
/// As [`read`].
pub fn read_with_warnings(file: &Arc<SourceText>) -> Result<(Game, Findings), Finding> {
    let mut lexer = Lexer::new(file);
    let game = match lexer.next()? {
        Some(Word::Bare(word)) if word == "EFG" => efg::read(&mut lexer)?,
        Some(Word::Bare(word)) if word == "NFG" => nfg::read(&mut lexer)?,
        None => {
            return Err(Finding::error("calculus::gambit", "the file is empty", &Place::new(file, 0..0))
                .help("expected a game that begins with `EFG 2 R` or `NFG 1 R`"));
        }
        Some(_) => {
            return Err(lexer
                .wrong("this is no Gambit game")
                .help("expected a file that begins with `EFG 2 R` or `NFG 1 R`"));
        }
    };
    Ok((game, lexer.warnings.sorted()))
}

/// Version, title and players, which begin both formats.
fn prologue(lexer: &mut Lexer<'_>, version: usize) -> Result<(String, Vec<String>), Finding> {
    let found = lexer.whole("the version of the format")?;
    if found != version {
        return Err(lexer.wrong(format!("version {found} of the format is not known; expected {version}")));
    }
    match lexer.need("`R` or `D`")? {
        Word::Bare(word) if word == "R" || word == "D" => {}
        _ => return Err(lexer.wrong("expected `R` (rational) or `D` (decimal)")),
    }
    let title = lexer.text("the title")?;
    lexer.open("the names of the players")?;
    let mut players: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    while !lexer.closed("the players")? {
        let name = lexer.text("the name of a player")?;
        let stem = if name.is_empty() { format!("player {}", players.len() + 1) } else { name };
        let mut name = stem.clone();
        while !seen.insert(name.clone()) {
            let copy = copies.entry(stem.clone()).or_insert(1);
            *copy += 1;
            name = format!("{stem} #{copy}");
        }
        if name != stem {
            lexer.warn(format!("two players are called `{stem}`: this one becomes `{name}`"));
        }
        players.push(name);
    }
    if players.is_empty() {
        return Err(lexer.wrong("a game has at least one player"));
    }
    Ok((title, players))
}

/// Says which labels of one list stand twice; the game tells them apart by a number.
fn twice(lexer: &mut Lexer<'_>, labels: &[String], what: &str) {
    let mut seen = BTreeSet::new();
    if let Some(label) = labels.iter().find(|label| !label.is_empty() && !seen.insert(label.as_str())) {
        lexer.warn(format!("two {what} are called `{label}`: the second one gets a number"));
    }
}
