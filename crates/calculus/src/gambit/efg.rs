//! Trees.

use std::collections::BTreeMap;

use num_traits::{One, Zero};
use source::{Finding, Place};

use super::lexer::{Lexer, Word};
use super::{prologue, twice};
use crate::exact::{Number, Rational, near};
use crate::game::{Builder, Game};
use crate::recall::{Forgets, forgets};

/// A node whose children are still being read.
struct Open {
    node: usize,
    next: usize,
    width: usize,
}

/// What has been defined so far.
#[derive(Default)]
struct Known {
    infosets: BTreeMap<(usize, usize), usize>,
    /// Where each information set was defined, and its actions as written.
    defined: Vec<(Place, Vec<String>)>,
    labels: BTreeMap<(usize, String), usize>,
    chance: BTreeMap<usize, Chance>,
    outcomes: BTreeMap<usize, Vec<Number>>,
}

#[derive(Clone, PartialEq)]
struct Chance {
    labels: Vec<String>,
    probabilities: Vec<Number>,
    lot: usize,
}

pub(super) fn read(lexer: &mut Lexer<'_>) -> Result<Game, Finding> {
    let (title, players) = prologue(lexer, 2)?;
    let count = players.len();
    lexer.text_if_any()?;
    let mut builder = Builder::new(title, players);
    let mut known = Known::default();
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
            Word::Bare(word) if ["c", "p", "t"].contains(&word.as_str()) => word,
            Word::Bare(other) => {
                return Err(lexer.wrong(format!("`{other}` is no node: expected `c`, `p` or `t`")));
            }
            _ => return Err(lexer.wrong("expected a node: `c` (chance), `p` (player) or `t` (end)")),
        };
        lexer.text("the label of the node")?;
        let (node, width) = match kind.as_str() {
            "t" => (builder.end(parent, Vec::new()), 0),
            "c" => {
                let chance = known.chance(lexer, &mut builder)?;
                let width = chance.probabilities.len();
                (builder.draw(parent, chance.probabilities, chance.lot), width)
            }
            _ => {
                let infoset = known.infoset(lexer, &mut builder, count)?;
                let width = builder.infoset_at(infoset).actions.len();
                (builder.decision(parent, infoset, Vec::new()), width)
            }
        };
        let outcome = outcome(lexer, &mut known.outcomes, count)?;
        builder.give(node, outcome);
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
    let game = builder.finish();
    known.say_what_is_forgotten(lexer, &game);
    Ok(game)
}

impl Known {
    fn chance(&mut self, lexer: &mut Lexer<'_>, builder: &mut Builder) -> Result<Chance, Finding> {
        let number = lexer.whole("the number of the information set")?;
        let place = lexer.place();
        lexer.text_if_any()?;
        if lexer.at_open()? {
            let (labels, probabilities) = chance_moves(lexer)?;
            match self.chance.get(&number) {
                None => {
                    let lot = builder.lot(labels.clone());
                    self.chance.insert(number, Chance { labels, probabilities, lot });
                }
                Some(known) if known.probabilities == probabilities && known.labels == labels => {}
                Some(_) => {
                    return Err(lexer.wrong(format!(
                        "the chance move {number} was given other moves or probabilities before"
                    )));
                }
            }
        }
        let known = self.chance.get(&number).cloned();
        known.ok_or_else(|| lexer.wrong_at(&place, format!("the chance move {number} has no actions yet")))
    }

    fn infoset(
        &mut self,
        lexer: &mut Lexer<'_>,
        builder: &mut Builder,
        players: usize,
    ) -> Result<usize, Finding> {
        let player = lexer.whole("the number of the player")?;
        if player == 0 || player > players {
            return Err(lexer.wrong(format!("there is no player {player}; there are {players}")));
        }
        let number = lexer.whole("the number of the information set")?;
        let place = lexer.place();
        let label = lexer.text_if_any()?.unwrap_or_default();
        let label_place = lexer.place();
        let key = (player, number);
        if lexer.at_open()? {
            let actions = actions(lexer)?;
            match self.infosets.get(&key) {
                None => {
                    twice(lexer, &actions, "actions of one information set");
                    if !label.is_empty() {
                        let copies = self.labels.entry((player, label.clone())).or_insert(0);
                        *copies += 1;
                        if *copies == 2 {
                            lexer.warn_at(&label_place, format!(
                                "two information sets of player {player} are called `{label}`: the second one gets a number"
                            ));
                        }
                    }
                    self.defined.push((place.clone(), actions.clone()));
                    self.infosets.insert(key, builder.infoset(player - 1, label, actions));
                }
                Some(&known) if self.defined[known].1 == actions => {}
                Some(&known) => {
                    let before = self.defined[known].0.line().unwrap_or(0);
                    return Err(lexer.wrong(format!(
                        "the information set {number} of player {player} had other actions before (line {before})"
                    )).help("all nodes of an information set have the same actions: the player cannot tell them apart"));
                }
            }
        }
        self.infosets.get(&key).copied().ok_or_else(|| {
            lexer.wrong_at(
                &place,
                format!("the information set {number} of player {player} has no actions yet"),
            )
        })
    }

    fn say_what_is_forgotten(&self, lexer: &mut Lexer<'_>, game: &Game) {
        for set in forgets(game) {
            let (place, _) = &self.defined[set.infoset()];
            let what = match set {
                Forgets::WhetherItMoved { .. } => {
                    "one play passes this information set twice: the player does not know whether it moved already (absent-mindedness)"
                }
                Forgets::WhatItKnew { .. } => {
                    "the player forgets here what it knew or did before (imperfect recall)"
                }
            };
            lexer.warnings.push(Finding::warning("calculus::forgets", what, place).help(
                "such a game may have no equilibrium in behaviour strategies; `demarche solve` says what it found",
            ));
        }
    }
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

fn chance_moves(lexer: &mut Lexer<'_>) -> Result<(Vec<String>, Vec<Number>), Finding> {
    lexer.open("the moves of chance")?;
    let (mut labels, mut probabilities) = (Vec::new(), Vec::new());
    let mut total = Rational::zero();
    while !lexer.closed("the moves of chance")? {
        let label = lexer.text("the label of a move of chance")?;
        let p = lexer.number("a probability")?;
        if !(0.0..=1.0).contains(&p.near) {
            return Err(lexer.wrong(format!("the probability {} is not between 0 and 1", p.near)));
        }
        if p.near == 0.0 {
            lexer.warn(format!("the move `{label}` has probability 0: what follows never happens"));
        }
        total += p.exact();
        labels.push(label);
        probabilities.push(p);
    }
    let sum = near(&total);
    if (sum - 1.0).abs() > 1e-6 {
        return Err(lexer.wrong(format!("the probabilities of this chance move add up to {sum}, not 1")));
    }
    if !total.is_one() {
        lexer.warn(format!(
            "the probabilities of this chance move add up to {sum}: exact methods divide them by their sum"
        ));
    }
    Ok((labels, probabilities))
}

/// The number of an outcome and, where it stands for the first time, its payoffs. 0 is no outcome.
fn outcome(
    lexer: &mut Lexer<'_>,
    known: &mut BTreeMap<usize, Vec<Number>>,
    players: usize,
) -> Result<Vec<Number>, Finding> {
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
        if number == 0 {
            return Err(lexer
                .wrong("the outcome 0 means no payoffs, but some are given")
                .help("number outcomes from 1"));
        }
        if known.get(&number).is_some_and(|before| *before != payoffs) {
            return Err(lexer.wrong(format!("the outcome {number} had other payoffs before")));
        }
        known.insert(number, payoffs);
    }
    match known.get(&number) {
        Some(payoffs) => Ok(payoffs.clone()),
        None if number == 0 => Ok(Vec::new()),
        None => Err(lexer.wrong(format!("the outcome {number} has no payoffs yet"))),
    }
}
