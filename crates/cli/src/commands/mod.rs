//! One file per command.

pub mod assess;
pub mod associate;
pub mod check;
pub mod collocations;
pub mod diff;
pub mod echo;
pub mod game;
pub mod keyness;
pub mod kwic;
pub mod ladder;
pub mod link;
pub mod new;
pub mod once;
pub mod panel;
pub mod record;
pub mod search;
pub mod selection;
pub mod series;
pub mod shifts;
pub mod signals;
pub mod solve;
pub mod types;
pub mod watch;
pub mod watching;
pub mod weigh;
pub mod why;

use serde::Serialize;

use crate::failure::Failure;

pub type Done = Result<(), Failure>;

/// One line of JSON per command, so that a script can read it.
fn print_json(value: &impl Serialize) -> Done {
    let text = serde_json::to_string_pretty(value).map_err(Failure::said)?;
    print(&text)
}

/// Prints to stdout; a closed pipe (`| head`) is no error.
fn print(text: &str) -> Done {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Rows in columns: the first to the left, the others to the right.
fn columns(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            let space = " ".repeat(width - cell.chars().count());
            if column == 0 { format!("{cell}{space}") } else { format!("{space}{cell}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn percent(p: f64) -> String {
    format!("{:.1} %", 100.0 * p)
}
