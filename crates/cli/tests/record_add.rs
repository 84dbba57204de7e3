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

#[test]
fn the_texts_that_an_assessment_names() {
    let dir = TempDir::new().unwrap();
    let case = dir.path().join("case");
    let path = case.to_str().unwrap();
    assert!(demarche(&["new", path]).status.success());
    let add = || demarche(&["record", "add", "--texts", "--into", path, "--json"]);
    let told = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let none = add();
    assert!(!none.status.success() && told(&none).contains("names no texts"), "{}", told(&none));

    let mut rules = fs::read_to_string(case.join("record.toml")).unwrap();
    rules.push_str(
        "\n[[texts]]\nid = \"here\"\nfile = \"texts.csv\"\nmap = \"texts.toml\"\nbecause = \"ours\"\n",
    );
    rules.push_str(
        "\n[[texts]]\nid = \"away\"\nfile = \"${NOWHERE_TO_BE_FOUND}/a.csv\"\nbecause = \"theirs\"\n",
    );
    fs::write(case.join("record.toml"), rules).unwrap();
    fs::write(case.join("texts.csv"), "day,head\n2019-02-28,Summit ends\n").unwrap();
    fs::write(case.join("texts.toml"), "kind = \"documents\"\n[columns]\ndate = \"day\"\ntitle = \"head\"\n")
        .unwrap();
    let added = add();
    assert!(added.status.success(), "{}", told(&added));
    assert!(told(&added).contains("not at hand: away: set NOWHERE_TO_BE_FOUND"), "{}", told(&added));
    let found: Value = serde_json::from_slice(&added.stdout).unwrap();
    assert_eq!(found["files"][0]["kept"], 1, "{found}");
    let searched = demarche(&["record", "search", path, "summit", "--json"]);
    let searched: Value = serde_json::from_slice(&searched.stdout).unwrap();
    assert_eq!(searched["base"]["n"], 1, "{searched}");
}
