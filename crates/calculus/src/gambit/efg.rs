//! Trees.

use std::collections::BTreeMap;

use source::Finding;

use super::lexer::{Lexer, Word};
use super::prologue;
use crate::game::{Builder, Game};

/// A node whose children are still being read.
struct Open {
    node: usize,
    next: usize,
    width: usize,
}

pub(super) fn read(lexer: &mut Lexer<'_>) -> Result<Game, Finding> {
    let (title, players) = prologue(lexer)?;
    let count = players.len();
    lexer.text_if_any()?;
    let mut builder = Builder::new(title, players);
    let mut infosets: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut chance: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    let mut outcomes: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    let mut open: Vec<Open> = Vec::new();
    loop {
        let parent = match open.last_mut() {
            None => None,
            Some(above) => {
                let branch = above.next;
                above.next += 1;
                Some((above.node, branch))
            }
        };
        let kind = match lexer.need("a node (`c`, `p` or `t`)")? {
            Word::Bare(word) => word,
            _ => return Err(lexer.wrong("expected a node: `c` (chance), `p` (player) or `t` (end)")),
        };
        lexer.text("the label of the node")?;
        let (node, width) = match kind.as_str() {
            "t" => {
                let outcome = outcome(lexer, &mut outcomes, count)?;
                (builder.end(parent, outcome), 0)
            }
            "c" => {
                let number = lexer.whole("the number of the information set")?;
                lexer.text_if_any()?;
                if lexer.at_open()? {
                    let probabilities = chance_moves(lexer)?;
                    if chance.get(&number).is_some_and(|known| *known != probabilities) {
                        return Err(lexer.wrong(format!(
                            "the chance move {number} was given other probabilities before"
                        )));
                    }
                    chance.insert(number, probabilities);
                }
                let probabilities = chance
                    .get(&number)
                    .cloned()
                    .ok_or_else(|| lexer.wrong(format!("the chance move {number} has no actions yet")))?;
                let outcome = outcome(lexer, &mut outcomes, count)?;
                let width = probabilities.len();
                (builder.chance(parent, probabilities, outcome), width)
            }
            "p" => {
                let player = lexer.whole("the number of the player")?;
                if player == 0 || player > count {
                    return Err(lexer.wrong(format!("there is no player {player}; there are {count}")));
                }
                let number = lexer.whole("the number of the information set")?;
                let label = lexer.text_if_any()?;
                let key = (player, number);
                if lexer.at_open()? {
                    let actions = actions(lexer)?;
                    match infosets.get(&key) {
                        None => {
                            let label = label.unwrap_or_default();
                            infosets.insert(key, builder.infoset(player - 1, label, actions));
                        }
                        Some(&known) if builder.infoset_at(known).actions.len() == actions.len() => {}
                        Some(_) => {
                            return Err(lexer.wrong(format!(
                                "the information set {number} of player {player} had another number of actions before"
                            )));
                        }
                    }
                }
                let infoset = *infosets.get(&key).ok_or_else(|| {
                    lexer.wrong(format!("the information set {number} of player {player} has no actions yet"))
                })?;
                let outcome = outcome(lexer, &mut outcomes, count)?;
                let width = builder.infoset_at(infoset).actions.len();
                (builder.decision(parent, infoset, outcome), width)
            }
            other => return Err(lexer.wrong(format!("`{other}` is no node: expected `c`, `p` or `t`"))),
        };
        if width > 0 {
            open.push(Open { node, next: 0, width });
        }
        while open.last().is_some_and(|above| above.next == above.width) {
            open.pop();
        }
        if open.is_empty() {
            break;
        }
    }
    if lexer.next()?.is_some() {
        return Err(lexer.wrong("the tree is complete, but the file goes on"));
    }
    Ok(builder.finish())
}

fn actions(lexer: &mut Lexer<'_>) -> Result<Vec<String>, Finding> {
    lexer.open("the actions")?;
    let mut actions = Vec::new();
    while !lexer.closed("the actions")? {
        actions.push(lexer.text("the label of an action")?);
    }
    if actions.is_empty() {
        Err(lexer.wrong("an information set has at least one action"))
    } else {
        Ok(actions)
    }
}

fn chance_moves(lexer: &mut Lexer<'_>) -> Result<Vec<f64>, Finding> {
    lexer.open("the moves of chance")?;
    let mut probabilities = Vec::new();
    while !lexer.closed("the moves of chance")? {
        lexer.text("the label of a move of chance")?;
        let p = lexer.number("a probability")?;
        if !(0.0..=1.0).contains(&p) {
            return Err(lexer.wrong(format!("the probability {p} is not between 0 and 1")));
        }
        probabilities.push(p);
    }
    let total: f64 = probabilities.iter().sum();
    if (total - 1.0).abs() > 1e-6 {
        return Err(lexer.wrong(format!("the probabilities of this chance move add up to {total}, not 1")));
    }
    Ok(probabilities)
}

/// The number of an outcome and, where it stands for the first time, its payoffs. 0 is no outcome.
fn outcome(
    lexer: &mut Lexer<'_>,
    known: &mut BTreeMap<usize, Vec<f64>>,
    players: usize,
) -> Result<Vec<f64>, Finding> {
    let number = lexer.whole("the number of the outcome")?;
    lexer.text_if_any()?;
    if lexer.at_open()? {
        lexer.open("the payoffs")?;
        let mut payoffs = Vec::with_capacity(players);
        while !lexer.closed("the payoffs")? {
            payoffs.push(lexer.number("a payoff")?);
        }
        if payoffs.len() != players {
            return Err(lexer.wrong(format!("{} payoffs for {players} players", payoffs.len())));
        }
        known.insert(number, payoffs);
    }
    match known.get(&number) {
        Some(payoffs) => Ok(payoffs.clone()),
        None if number == 0 => Ok(Vec::new()),
        None => Err(lexer.wrong(format!("the outcome {number} has no payoffs yet"))),
    }
}
