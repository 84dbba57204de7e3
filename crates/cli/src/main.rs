//! `demarche`: words → plan → call → render.

mod commands;
mod failure;
mod words;

use std::process::ExitCode;

use clap::Parser;

use failure::Failure;
use words::{Command, Words};

fn main() -> ExitCode {
    let words = Words::parse();
    let done = match words.command {
        Command::New(words) => commands::new::run(&words),
        Command::Check(words) => commands::check::run(&words),
        Command::Assess(words) => commands::assess::run(&words),
        Command::Why(words) => commands::why::run(&words),
        Command::Record(words) => commands::record::run(&words),
        Command::Signals(words) => commands::signals::run(&words),
        Command::Shifts(words) => commands::shifts::run(&words),
        Command::Panel(words) => commands::panel::run(&words),
        Command::Associate(words) => commands::associate::run(&words),
        Command::Link(words) => commands::link::run(&words),
        Command::Keyness(words) => commands::keyness::run(&words),
        Command::Collocations(words) => commands::collocations::run(&words),
        Command::Watch(words) => commands::watch::run(&words),
        Command::Solve(words) => commands::solve::run(&words),
        Command::Game(words) => commands::game::run(&words),
        Command::Weigh(words) => commands::weigh::run(&words),
        Command::Ladder(words) => commands::ladder::run(&words),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Code(code)) => ExitCode::from(code),
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    }
}
