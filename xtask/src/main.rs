//! Developer tasks: `cargo xtask help`.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod layers;

const HELP: &str = "\
cargo xtask TASK

  test [ARGS…]    the whole test suite (cargo-nextest if it is installed, else cargo test), then the examples in the docs
  lint            formatting, clippy with warnings denied, documentation
  layers          which crate may depend on which, and whether it holds
  bench [NAME]    benchmarks, some beside peers; see benches/peers/README.md
  figures         compute the figures that examples/peninsula ships from the texts in DEMARCHE_DATA
  help            this text

DEMARCHE_DATA names the folder of real texts that some tests read (default: ../shared/data).";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let fine = match arguments.first().map(String::as_str) {
        Some("test") => test(rest),
        Some("lint") => lint(),
        Some("layers") => layers::report(),
        Some("bench") => bench(rest),
        Some("figures") => demarche(&["figures".as_ref()]),
        None | Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            true
        }
        Some(other) => {
            eprintln!("there is no task `{other}`\n\n{HELP}");
            false
        }
    };
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_path_buf()
}

/// The folder of real texts, if it is there.
fn data() -> Option<PathBuf> {
    let dir = env::var_os("DEMARCHE_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    dir.canonicalize().ok().filter(|dir| dir.is_dir())
}

fn run(program: &str, arguments: &[&OsStr]) -> bool {
    let words: Vec<_> = arguments.iter().map(|a| a.to_string_lossy()).collect();
    eprintln!("$ {program} {}", words.join(" "));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    if let Some(data) = data() {
        command.env("DEMARCHE_DATA", data);
    }
    match command.status() {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!("cannot run `{program}`: {error}");
            false
        }
    }
}

fn cargo(arguments: &[&str]) -> bool {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    run(&cargo, &arguments.iter().map(AsRef::as_ref).collect::<Vec<_>>())
}

fn test(arguments: &[String]) -> bool {
    match data() {
        Some(dir) => eprintln!("tests on real texts read {}", dir.display()),
        None => eprintln!(
            "DEMARCHE_DATA IS NOT THERE: the tests on real texts pass without having read any. Set DEMARCHE_DATA to the folder."
        ),
    }
    let nextest =
        Command::new("cargo-nextest").arg("--version").output().is_ok_and(|out| out.status.success());
    let mut words = if nextest {
        vec!["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]
    } else {
        vec!["test", "--workspace", "--lib", "--bins", "--tests", "--locked", "--no-fail-fast"]
    };
    words.extend(arguments.iter().map(String::as_str));
    let tests = cargo(&words);
    if !arguments.is_empty() {
        return tests;
    }
    cargo(&["test", "--workspace", "--doc", "--locked", "--quiet"]) && tests
}

fn lint() -> bool {
    cargo(&["fmt", "--all", "--check"])
        && cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
        && cargo(&["doc", "--workspace", "--no-deps", "--locked"])
}

fn bench(arguments: &[String]) -> bool {
    let mut words: Vec<&OsStr> = vec!["bench".as_ref()];
    words.extend(arguments.iter().map(OsStr::new));
    demarche(&words)
}

/// Benchmarks and figures are programs of the `benches` package: it needs the stages, xtask does not. Built together
/// with `demarche`, so that both take the same features of their dependencies and nothing is compiled twice.
fn demarche(arguments: &[&OsStr]) -> bool {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let build =
        ["build", "--release", "--locked", "--package", "demarche", "--package", "benches"].map(OsStr::new);
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let program =
        root().join(target).join("release").join("benches").with_extension(env::consts::EXE_EXTENSION);
    run(&cargo, &build) && run(&program.to_string_lossy(), arguments)
}
