//! A game looked at from many sides.

mod commit;
mod compare;
mod estimate;
mod files;
mod learn;
mod sits;
mod thresholds;

use assessment::{GameCase, Settings};
use calculus::{Until, View};

use super::Done;
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
}

impl Looked {
    fn read(look: &Look) -> Result<Self, Failure> {
        let mut case = GameCase::read(&look.dir, &Settings::default())?;
        for text in &look.set {
            let (name, value) = pair(text)?;
            let position = position(&case, &name)?;
            let value: f64 =
                value.parse().map_err(|_| Failure::said(format!("`{value}` in `{text}` is no number")))?;
            case.values[position] = value;
        }
        let until = match look.lambda.as_deref() {
            None => None,
            Some("nash") => Some(Until::Nash),
            Some(text) => {
                let lambda = text.parse().map_err(|_| {
                    Failure::said(format!("`{text}` is no precision: give a number or `nash`"))
                })?;
                Some(Until::Lambda(lambda))
            }
        };
        Ok(Self { case, until })
    }

    fn view(&self) -> View<'_> {
        View { values: &self.case.values, prior: &self.case.prior, until: self.until }
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
