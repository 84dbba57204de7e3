//! Every file of Gambit's catalogue by five of its methods, and by ours for the same questions.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use calculus::{Game, Method, Start, Until, gambit as formats, solve_watched};
use source::SourceText;

use crate::gambit::{Answer, Question, ask};
use crate::signals::{processor_seconds, python, time};
use crate::{Outcome, data};

/// Seconds of processor time for a file and a method, on both sides.
const LIMIT: u32 = 6;
/// A regret up to this share of the range of payoffs counts as none.
const SOLVED: f64 = 1e-6;
/// Seconds for which short solutions are repeated: the clock of a thread is coarse.
const ENOUGH: f64 = 0.03;

/// What is asked, in Gambit's words.
const METHODS: [&str; 5] = ["logit", "lcp", "enummixed", "enumpure", "gnm"];

/// Ours for the same. Global Newton finds one or some equilibria of any number of players: of two, the path of
/// Lemke–Howson does; of more, simplicial subdivision; where the strategic form is too large for both, the logit branch.
fn ours(method: &str, game: &Game) -> Vec<Method> {
    let qre = Method::Qre(Until::Nash);
    match method {
        "logit" => vec![qre],
        "lcp" => vec![Method::Lcp],
        "enummixed" => vec![Method::Enum],
        "enumpure" => vec![Method::Pure],
        _ if game.players.len() > 2 => vec![Method::Simplicial, qre],
        _ => vec![Method::LemkeHowson(Start::Label(0)), qre],
    }
}

/// What one side did with one method over all files.
#[derive(Default)]
struct Tally {
    solved: usize,
    /// Over all files, refusals and limits included.
    all: f64,
    /// Over the files that both sides solved.
    both: f64,
}

pub fn run() -> Outcome<()> {
    let dir = data()?.join("games");
    let mut files = Vec::new();
    find(&dir, &mut files)?;
    files.sort();
    let games: Vec<Game> = files.iter().map(|file| read(file)).collect::<Outcome<_>>()?;
    println!("{} files, {LIMIT} s of processor time for a file and a method", files.len());
    let questions: Vec<Question> = METHODS
        .iter()
        .flat_map(|method| files.iter().map(|file| (file.clone(), (*method).to_string())))
        .map(|(file, method)| Question { file, method, seconds: LIMIT })
        .collect();
    let answers = match python() {
        Ok(python) => Some(ask(&python, &questions)?),
        Err(reason) => {
            println!("no peer: {reason}");
            None
        }
    };
    for (row, method) in METHODS.iter().enumerate() {
        let (mut own, mut peer) = (Tally::default(), Tally::default());
        let mut lines = Vec::new();
        for (column, game) in games.iter().enumerate() {
            let (seconds, said) = time(ENOUGH, || attempt(method, game));
            let name = files[column].strip_prefix(&dir)?.display();
            own.all += seconds;
            own.solved += usize::from(said.is_ok());
            let theirs = answers.as_ref().map(|answers| &answers[row * games.len() + column]);
            let there = theirs.is_some_and(|answer| solved(method, answer, game));
            if let Some(answer) = theirs {
                let spent = answer.seconds.unwrap_or_else(|| limit_of(answer));
                peer.all += spent;
                peer.solved += usize::from(there);
                if there && said.is_ok() {
                    own.both += seconds;
                    peer.both += spent;
                }
            }
            if let Err(reason) = said {
                let mark = if there { "GAMBIT DOES: " } else { "" };
                lines.push(format!("    {mark}{name}: {reason}"));
            }
        }
        println!("\n  {method}: ours solves {} in {:.3} s", own.solved, own.all);
        if answers.is_some() {
            println!(
                "    Gambit solves {} in {:.3} s; where both do: ours {:.4} s, Gambit {:.4} s, {:.1} times as long",
                peer.solved,
                peer.all,
                own.both,
                peer.both,
                peer.both / own.both
            );
        }
        lines.iter().for_each(|line| println!("{line}"));
    }
    Ok(())
}

fn find(dir: &Path, files: &mut Vec<PathBuf>) -> Outcome<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "efg" || ending == "nfg") {
            files.push(path);
        }
    }
    Ok(())
}

fn read(file: &Path) -> Outcome<Game> {
    // Old files are not all UTF-8.
    let text = String::from_utf8_lossy(&fs::read(file)?).into_owned();
    let source = SourceText::new(file.display().to_string(), text);
    formats::read(&source).map_err(|_| format!("{} cannot be read", file.display()).into())
}

/// Solves it, or says why not.
fn attempt(method: &str, game: &Game) -> Result<(), String> {
    let begin = processor_seconds();
    let mut steps = 0_u64;
    let mut within = |_| {
        steps += 1;
        // Asking for the time takes longer than a short step.
        let over = steps.is_multiple_of(16) && processor_seconds() - begin > f64::from(LIMIT);
        if over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let mut said = Err(String::new());
    for one in ours(method, game) {
        said = match solve_watched(game, one, &mut within) {
            Err(error) => Err(error.to_string()),
            Ok(found) => {
                let regret = found.equilibria.iter().map(|one| one.max_regret).fold(0.0, f64::max);
                let all = matches!(one, Method::Pure | Method::Enum);
                if all && !found.complete {
                    Err("not all within the limit".into())
                } else if regret > SOLVED * game.payoff_range() || (!all && found.equilibria.is_empty()) {
                    Err(format!("regret {regret:.1e}"))
                } else {
                    Ok(())
                }
            }
        };
        if said.is_ok() {
            break;
        }
    }
    said
}

fn solved(method: &str, answer: &Answer, game: &Game) -> bool {
    let small = answer.regret.is_none_or(|regret| regret <= SOLVED * game.payoff_range());
    // A game may have no pure equilibrium; an empty list of other ones is no answer.
    answer.seconds.is_some() && small && (answer.equilibria > 0 || method == "enumpure")
}

/// Time of a question without an answer: the limit if it was reached, else nothing.
fn limit_of(answer: &Answer) -> f64 {
    let reached = answer.error.as_ref().is_some_and(|error| error.starts_with("no answer"));
    if reached { f64::from(LIMIT) } else { 0.0 }
}
