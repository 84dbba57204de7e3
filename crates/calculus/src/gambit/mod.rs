//! Games as the Gambit project writes them: `.efg` (trees) and `.nfg` (tables).
//!
//! Savani & Turocy (2024), Gambit: The package for computation in game theory, "Game file formats".

mod efg;
mod lexer;
mod nfg;

use std::sync::Arc;

use source::{Finding, Place, SourceText};

use crate::game::Game;
use lexer::{Lexer, Word};

/// Reads a game; the first word says which format it is.
///
/// # Errors
/// A finding at the first word that does not fit.
pub fn read(file: &Arc<SourceText>) -> Result<Game, Finding> {
    let mut lexer = Lexer::new(file);
    match lexer.next()? {
        Some(Word::Bare(word)) if word == "EFG" => efg::read(&mut lexer),
        Some(Word::Bare(word)) if word == "NFG" => nfg::read(&mut lexer),
        None => Err(Finding::error("calculus::gambit", "the file is empty", &Place::new(file, 0..0))
            .help("expected a game that begins with `EFG 2 R` or `NFG 1 R`")),
        Some(_) => Err(lexer
            .wrong("this is no Gambit game")
            .help("expected a file that begins with `EFG 2 R` or `NFG 1 R`")),
    }
}

/// Version, title and players, which begin both formats.
fn prologue(lexer: &mut Lexer<'_>) -> Result<(String, Vec<String>), Finding> {
    lexer.whole("the version of the format")?;
    match lexer.need("`R` or `D`")? {
        Word::Bare(word) if word == "R" || word == "D" => {}
        _ => return Err(lexer.wrong("expected `R` (rational) or `D` (decimal)")),
    }
    let title = lexer.text("the title")?;
    lexer.open("the names of the players")?;
    let mut players: Vec<String> = Vec::new();
    while !lexer.closed("the players")? {
        let name = lexer.text("the name of a player")?;
        let name = if name.is_empty() { format!("player {}", players.len() + 1) } else { name };
        let copies = players.iter().filter(|other| **other == name).count();
        players.push(if copies == 0 { name } else { format!("{name} #{}", copies + 1) });
    }
    if players.is_empty() {
        return Err(lexer.wrong("a game has at least one player"));
    }
    Ok((title, players))
}
