//! A game looked at from many sides.

mod commit;
mod compare;
mod estimate;
mod files;
mod learn;
mod sits;
mod thresholds;

use std::ops::ControlFlow;

use assessment::{GameCase, Settings};
use calculus::{Game as Tree, Progress, Until, View};

use super::Done;
use super::solve::read;
use super::watching::Watching;
use crate::failure::Failure;
use crate::words::game::{Game, Look};

pub fn run(words: &Game) -> Done {
    match words {
        Game::Show(words) => files::show(words),
        Game::Convert(words) => files::convert(words),
        Game::Sits(words) => sits::run(words),
        Game::Thresholds(words) => thresholds::run(words),
        Game::Learn(words) => learn::run(words),
        Game::Commit(words) => commit::run(words),
        Game::Compare(words) => compare::run(words),
        Game::Estimate(words) => estimate::run(words),
    }
}

/// A game with the values that were typed.
struct Looked {
    case: GameCase,
    until: Option<Until>,
    watching: Watching,
}

/// What can be looked at.
enum Sight {
    Case(Box<Looked>),
    /// A game that is a tree and no more, and until where it is followed.
    File(Box<Tree>, Until, Watching),
}

impl Sight {
    fn read(look: &Look) -> Result<Self, Failure> {
        let is_file = look.dir.extension().is_some_and(|ending| ending == "efg" || ending == "nfg");
        if !is_file {
            return Ok(Self::Case(Box::new(Looked::read(look)?)));
        }
        if !look.set.is_empty() {
            return Err(Failure::said(
                "--set does not go with .efg and .nfg: their payoffs are numbers without names",
            ));
        }
        let until = until(look)?.unwrap_or(Until::Nash);
        Ok(Self::File(Box::new(read(&look.dir)?), until, Watching::new(look.limit)?))
    }
}

impl Looked {
    fn read(look: &Look) -> Result<Self, Failure> {
        if look.dir.extension().is_some_and(|ending| ending == "efg" || ending == "nfg") {
            return Err(Failure::said(format!(
                "`{}` has no hypotheses and no named payoffs to ask about: this takes the folder of an assessment; `sits`, `compare` and `solve` take such a file",
                look.dir.display()
            )));
        }
        let mut case = GameCase::read(&look.dir, &Settings::default())?;
        for text in &look.set {
            let (name, value) = pair(text)?;
            let position = position(&case, &name)?;
            let value: f64 =
                value.parse().map_err(|_| Failure::said(format!("`{value}` in `{text}` is no number")))?;
            case.values[position] = value;
        }
        Ok(Self { case, until: until(look)?, watching: Watching::new(look.limit)? })
    }

    /// Runs a question and takes the line of progress away.
    fn ask<T>(&self, question: impl FnOnce(View<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let watch = |progress: Progress| -> ControlFlow<()> { self.watching.watch(progress) };
        let view =
            View { values: &self.case.values, prior: &self.case.prior, until: self.until, watch: &watch };
        let answer = question(view);
        self.watching.finish();
        answer
    }
}

fn until(look: &Look) -> Result<Option<Until>, Failure> {
    match look.lambda.as_deref() {
        None => Ok(None),
        Some("nash") => Ok(Some(Until::Nash)),
        Some(text) => {
            let lambda = text
                .parse()
                .map_err(|_| Failure::said(format!("`{text}` is no precision: give a number or `nash`")))?;
            Ok(Some(Until::Lambda(lambda)))
        }
    }
}

fn position(case: &GameCase, name: &str) -> Result<usize, Failure> {
    case.position(name).ok_or_else(|| {
        let known: Vec<&str> = case.parameters.iter().map(|parameter| parameter.id.as_str()).collect();
        Failure::said(format!("there is no parameter `{name}`; there are {}", known.join(", ")))
    })
}

/// `NAME=VALUE`.
fn pair(text: &str) -> Result<(String, String), Failure> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| Failure::said(format!("`{text}` is not of the form NAME=VALUE")))?;
    Ok((name.trim().to_string(), value.trim().to_string()))
}

fn pairs(texts: &[String]) -> Result<Vec<(String, String)>, Failure> {
    texts.iter().map(|text| pair(text)).collect()
}
