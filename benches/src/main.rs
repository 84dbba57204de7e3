//! Benchmarks and shipped figures: `cargo xtask bench`, `cargo xtask figures`.

mod bench;
mod catalogue;
mod changepoints;
mod conflict;
mod draws;
mod figures;
mod gambit;
mod regret;
mod signals;
mod study;
mod trees;
mod votes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A program's error is for its caller to read; it has no kinds.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match words.first().map(String::as_str) {
        Some("figures") => figures::run(),
        Some("bench") => bench::run(words.get(1).map(String::as_str)),
        _ => Err("say `figures` or `bench`".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of real texts.
fn data() -> Outcome<PathBuf> {
    let dir = std::env::var_os("DEMARCHE_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    if dir.is_dir() { Ok(dir) } else { Err(format!("DEMARCHE_DATA IS NOT THERE: {}", dir.display()).into()) }
}
