#![no_main]

use std::fs;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

const FILES: [&str; 9] = [
    "assessment.toml",
    "record.toml",
    "lexicon.toml",
    "signals.toml",
    "hypotheses.toml",
    "parameters.toml",
    "calculus.toml",
    "crisis.toml",
    "options.toml",
];

static FOLDER: LazyLock<(TempDir, Vec<Vec<u8>>)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a folder");
    assessment::new(dir.path()).expect("the template");
    let files = FILES.iter().map(|file| fs::read(dir.path().join(file)).expect("a file")).collect();
    (dir, files)
});

// The first byte says which file of the template takes the rest, or has it behind its own; then the folder is checked.
fuzz_target!(|bytes: &[u8]| {
    let Some((&which, rest)) = bytes.split_first() else { return };
    let (dir, files) = &*FOLDER;
    let (which, behind) = (usize::from(which) % FILES.len(), usize::from(which) / FILES.len() % 2 == 1);
    let path = dir.path().join(FILES[which]);
    let own = &files[which];
    let text = if behind { [own.as_slice(), b"\n", rest].concat() } else { rest.to_vec() };
    fs::write(&path, text).expect("a file");
    let findings = assessment::check(dir.path());
    assert!(findings.iter().all(|finding| !finding.message.is_empty()));
    fs::write(&path, own).expect("a file");
});
