//! Tables: everybody moves at once.

use source::Finding;

use super::lexer::{Lexer, Word};
use super::{prologue, twice};
use crate::exact::Number;
use crate::game::{Builder, Game};

/// Most cells of a table: as many as fit into memory many times over.
const MOST_CELLS: usize = 4_000_000;

pub(super) fn read(lexer: &mut Lexer<'_>) -> Result<Game, Finding> {
    let (title, players) = prologue(lexer, 1)?;
    let count = players.len();
    let strategies = strategies(lexer, count)?;
    let cells = strategies
        .iter()
        .try_fold(1_usize, |cells, own| cells.checked_mul(own.len()))
        .filter(|&cells| cells <= MOST_CELLS)
        .ok_or_else(|| lexer.wrong(format!("the table has more than {MOST_CELLS} cells")))?;
    lexer.text_if_any()?;
    let payoffs = if lexer.at_open()? { outcomes(lexer, count, cells)? } else { table(lexer, count, cells)? };
    if lexer.next()?.is_some() {
        return Err(lexer.wrong("the table is complete, but the file goes on"));
    }
    Ok(tree(title, players, &strategies, &payoffs))
}

fn strategies(lexer: &mut Lexer<'_>, players: usize) -> Result<Vec<Vec<String>>, Finding> {
    lexer.open("the strategies")?;
    let mut all: Vec<Vec<String>> = Vec::new();
    while !lexer.closed("the strategies")? {
        if lexer.at_open()? {
            lexer.open("the strategies of a player")?;
            let mut own = Vec::new();
            while !lexer.closed("the strategies of a player")? {
                own.push(lexer.text("the label of a strategy")?);
            }
            if own.is_empty() {
                return Err(lexer.wrong("a player has no strategy"));
            }
            twice(lexer, &own, "strategies of one player");
            all.push(own);
        } else {
            let n = lexer.whole("a number of strategies")?;
            if n == 0 {
                return Err(lexer.wrong("a player has no strategy"));
            }
            if n > MOST_CELLS {
                return Err(lexer.wrong(format!("{n} strategies are too many")));
            }
            all.push((1..=n).map(|index| index.to_string()).collect());
        }
    }
    if all.len() != players {
        return Err(lexer.wrong(format!("strategies for {} players, but there are {players}", all.len())));
    }
    Ok(all)
}

/// A list of outcomes, then one number per cell; 0 is no outcome.
fn outcomes(lexer: &mut Lexer<'_>, players: usize, cells: usize) -> Result<Vec<Number>, Finding> {
    lexer.open("the outcomes")?;
    let mut known: Vec<Vec<Number>> = vec![vec![Number::ZERO; players]];
    while !lexer.closed("the outcomes")? {
        lexer.open("an outcome")?;
        lexer.text_if_any()?;
        let mut payoffs = Vec::with_capacity(players);
        while !lexer.closed("an outcome")? {
            payoffs.push(lexer.number("a payoff")?);
        }
        if payoffs.len() != players {
            return Err(lexer.wrong(format!("{} payoffs for {players} players", payoffs.len())));
        }
        known.push(payoffs);
    }
    let mut all = Vec::with_capacity(cells * players);
    for _ in 0..cells {
        let number = lexer.whole("the number of an outcome")?;
        let payoffs =
            known.get(number).ok_or_else(|| lexer.wrong(format!("there is no outcome {number}")))?;
        all.extend_from_slice(payoffs);
    }
    Ok(all)
}

fn table(lexer: &mut Lexer<'_>, players: usize, cells: usize) -> Result<Vec<Number>, Finding> {
    let mut all = Vec::with_capacity(cells * players);
    for _ in 0..cells * players {
        if matches!(lexer.peek()?, Some(Word::Open | Word::Close | Word::Text(_))) {
            lexer.next()?;
            return Err(lexer.wrong(format!("expected {} payoffs, found {}", cells * players, all.len())));
        }
        all.push(lexer.number("a payoff")?);
    }
    Ok(all)
}

/// Everybody moves in turn without seeing the others. In the file the first player's strategy varies fastest.
fn tree(title: String, players: Vec<String>, strategies: &[Vec<String>], payoffs: &[Number]) -> Game {
    let n = players.len();
    let mut builder = Builder::new(title, players);
    let infosets: Vec<usize> = strategies
        .iter()
        .enumerate()
        .map(|(player, own)| builder.infoset(player, String::new(), own.clone()))
        .collect();
    // Depth first; each entry: where it hangs, who moves, the cell so far and its stride.
    let mut stack = vec![(None, 0, 0, 1)];
    while let Some((parent, player, cell, stride)) = stack.pop() {
        if player == n {
            let end = builder.end(parent, Vec::new());
            builder.give(end, payoffs[cell * n..(cell + 1) * n].to_vec());
            continue;
        }
        let node = builder.decision(parent, infosets[player], Vec::new());
        for action in (0..strategies[player].len()).rev() {
            let next = stride * strategies[player].len();
            stack.push((Some((node, action)), player + 1, cell + action * stride, next));
        }
    }
    builder.finish()
}
