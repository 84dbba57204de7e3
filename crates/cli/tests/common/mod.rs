//! The program run as a user runs it, and its answers.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Runs it with these words.
pub fn demarche(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche")).args(words).env("NO_COLOR", "1").output().unwrap()
}

/// What it writes, which must go well.
pub fn stdout(words: &[&str]) -> String {
    let output = demarche(words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it writes, as JSON.
pub fn json(words: &[&str]) -> Value {
    serde_json::from_str(&stdout(words)).unwrap()
}

/// Scripts rely on these keys.
pub fn has(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "`{key}` is missing in {value}");
    }
}

/// A path as a word.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
