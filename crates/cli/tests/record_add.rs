//! `demarche record add`, run as a user runs it: the shape of its JSON, what it says of odd files.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn demarche(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche")).args(words).env("NO_COLOR", "1").output().unwrap()
}

#[test]
fn a_folder_of_several_kinds() {
    let dir = TempDir::new().unwrap();
    let pages = dir.path().join("pages");
    fs::create_dir(&pages).unwrap();
    fs::write(pages.join("2022-09-08.txt"), "A title\n\nA text.\n").unwrap();
    fs::write(pages.join("a.csv"), b"date;title\n09/08/2022;caf\xE9\n13/08/2022;caf\xE9\n").unwrap();
    fs::write(pages.join("b.png"), b"\x89PNG").unwrap();
    let (pages, case) = (pages.to_str().unwrap(), dir.path().to_str().unwrap());
    let output = demarche(&["record", "add", pages, "--into", case, "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = found["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    for key in ["path", "rows", "kept", "repeated", "quarantined", "dates"] {
        assert!(files.iter().all(|file| file.get(key).is_some()), "{key}: {found}");
    }
    assert_eq!(files[1]["encodings"]["windows-1252"], 1);
    assert_eq!(files[0]["passed_over"][".png"], 1);
    assert!(String::from_utf8_lossy(&output.stderr).contains("record::passed_over"));

    let listed = demarche(&["record", "list", case, "--quarantine", "--json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let row = &listed["quarantine"][0];
    assert_eq!((row["row"].as_u64(), listed["quarantine"].as_array().unwrap().len()), (Some(2), 1));
    assert!(row["reason"].as_str().unwrap().contains("`09/08/2022` is ambiguous"));
    assert!(row["file"].as_str().unwrap().ends_with("a.csv"));

    let told = demarche(&["record", "add", pages, "--into", case]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("a.csv was read as windows-1252"), "{told}");
}
