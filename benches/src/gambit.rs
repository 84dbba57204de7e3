//! Gambit as a peer: one process answers all questions, each within a limit of processor time.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Outcome, root};

/// A game file, a method in Gambit's words, and seconds of processor time it may take.
pub struct Question {
    pub file: PathBuf,
    pub method: String,
    pub seconds: u32,
}

/// What Gambit answered.
pub struct Answer {
    /// Processor time of the method alone; `None` if there is no answer.
    pub seconds: Option<f64>,
    /// How many equilibria.
    pub equilibria: usize,
    /// Largest regret of them, where there are some.
    pub regret: Option<f64>,
    /// Action probabilities, player by player, where one point was asked for.
    pub profile: Vec<f64>,
    /// What it said instead.
    pub error: Option<String>,
}

/// Answers in the order of the questions.
pub fn ask(python: &Path, questions: &[Question]) -> Outcome<Vec<Answer>> {
    let mut child = Command::new(python)
        .arg(root().join("benches/peers/gambit_.py"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let lines: Vec<String> = questions
        .iter()
        .map(|one| format!("{} {} {}\n", one.file.display(), one.method, one.seconds))
        .collect();
    // Questions are short: they fit into what a thread hands over while the answers are read.
    let mut input = child.stdin.take().ok_or("no input of the peer")?;
    let writer = std::thread::spawn(move || input.write_all(lines.concat().as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| "the peer's questions were not written")??;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let answers: Vec<Answer> = said.lines().map(answer).collect::<Outcome<_>>()?;
    if answers.len() == questions.len() {
        Ok(answers)
    } else {
        Err(format!("Gambit answered {} of {} questions", answers.len(), questions.len()).into())
    }
}

fn answer(line: &str) -> Outcome<Answer> {
    let value: serde_json::Value = serde_json::from_str(line)?;
    let profile = value["profile"].as_array().into_iter().flatten();
    Ok(Answer {
        seconds: value["seconds"].as_f64(),
        equilibria: value["equilibria"].as_u64().unwrap_or(0) as usize,
        regret: value["regret"].as_f64(),
        profile: profile.filter_map(serde_json::Value::as_f64).collect(),
        error: value["error"].as_str().map(ToString::to_string),
    })
}
