//! Searching a record and typing its documents: the keys of the JSON, and what is said when it goes wrong.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn demarche(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche")).args(words).env("NO_COLOR", "1").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn json(words: &[&str]) -> Value {
    let output = demarche(words);
    assert!(output.status.success(), "{words:?}: {}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn has(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "`{key}` is missing in {value}");
    }
}

const ROWS: &str = "id,date,outlet,language,title,text\n\
    a,2021-03-01,KCNA,en,Some Title,\"A spokesman for the DPRK Foreign Ministry issued the following statement Monday: the hostile policy must end.\"\n\
    b,2022-03-01,KCNA,en,Weather: KCNA Commentary,It will rain and the policy is hostile.\n\
    c,2022-05-01,KCNA,ko,조선중앙통신사 론평,조선반도의 비핵화를 론하다\n\
    d,2022-06-01,KCNA,en,Farm Visited,Nothing of the kind.\n";

fn case(dir: &TempDir) -> String {
    let (file, case) = (dir.path().join("d.csv"), dir.path().join("case"));
    fs::write(&file, ROWS).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_string();
    json(&["record", "add", &text(&file), "--into", &text(&case), "--profile", "kcna", "--json"]);
    text(&case)
}

#[test]
fn search_and_kwic() {
    let dir = TempDir::new().unwrap();
    let case = case(&dir);
    let found = json(&["record", "search", &case, "hostile policy", "--json"]);
    has(&found, &["query", "base", "found"]);
    has(&found["base"], &["n", "of", "unit", "folded", "dates", "by_year"]);
    assert_eq!((found["base"]["n"].as_u64(), found["base"]["of"].as_u64()), (Some(2), Some(4)));
    let keys = [
        "id",
        "date",
        "outlet",
        "statement_type",
        "authority",
        "speaker",
        "language",
        "title",
        "link",
        "at",
        "score",
        "hits",
        "snippet",
        "copies",
    ];
    has(&found["found"][0], &keys);
    assert_eq!(found["found"][0]["statement_type"], "Foreign Ministry spokesperson's statement");
    let phrase = json(&["record", "search", &case, "\"hostile policy\"", "--json", "--from", "2021-01-01"]);
    assert_eq!(phrase["base"]["n"], 1);
    assert!(phrase["found"][0]["snippet"].as_str().unwrap().contains("«hostile policy»"));
    let plain = said(&demarche(&["record", "search", &case, "비핵화"]));
    assert!(plain.contains("1 of 4 utterances in this stratum (2021-03-01 … 2022-06-01)"), "{plain}");
    assert!(plain.contains("2022  1   3"), "{plain}");
    let typed = json(&["record", "search", &case, "policy", "--type", "KCNA commentary", "--json"]);
    assert_eq!((typed["base"]["n"].as_u64(), typed["base"]["of"].as_u64()), (Some(1), Some(2)));

    let lines = json(&["record", "kwic", &case, "policy", "--sort", "right", "--json"]);
    has(&lines, &["query", "base", "hits", "lines"]);
    has(&lines["lines"][0], &["id", "date", "statement_type", "outlet", "left", "hit", "right"]);
    assert_eq!(lines["lines"][0]["id"], "b", "`is hostile` comes before `must end`");
    let plain = said(&demarche(&["record", "kwic", &case, "policy", "--width", "90"]));
    let aligned: Vec<usize> = plain.lines().filter_map(|line| line.find("[policy]")).collect();
    assert_eq!(aligned.len(), 2, "{plain}");
    assert_eq!(aligned[0], aligned[1], "{plain}");

    let wrong = demarche(&["record", "search", &case, "policy OR"]);
    assert!(!wrong.status.success() && said(&wrong).contains("column 10"), "{}", said(&wrong));
    let wrong = demarche(&["record", "search", &case, "policy", "--outlet", "Reuters"]);
    assert!(!wrong.status.success() && said(&wrong).contains("KCNA"), "{}", said(&wrong));
    let empty = dir.path().join("empty");
    let nothing = demarche(&["record", "search", empty.to_str().unwrap(), "policy"]);
    assert!(!nothing.status.success() && said(&nothing).contains("record add"), "{}", said(&nothing));
}

#[test]
fn types() {
    let dir = TempDir::new().unwrap();
    let case = case(&dir);
    let stored = json(&["record", "types", &case, "--json"]);
    has(&stored, &["documents", "types"]);
    has(&stored["types"][0], &["type", "authority", "documents"]);
    let tried = json(&["record", "types", &case, "--profile", "kcna", "--json"]);
    has(&tried, &["documents", "by_rule", "coverage", "types", "untyped"]);
    assert_eq!((tried["by_rule"].as_u64(), tried["untyped"][0].as_str()), (Some(3), Some("Farm Visited")));
    has(&tried["types"][0], &["type", "authority", "documents", "ground"]);
    let why = json(&["record", "types", &case, "--profile", "kcna", "--explain", "b", "--json"]);
    has(&why, &["id", "title", "lead", "why"]);
    has(&why["why"], &["kind", "authority", "ground", "rule", "earlier"]);
    assert!(why["why"]["rule"]["at"].as_str().unwrap().starts_with("catalog/profiles/kcna.toml:"));
    let sample =
        said(&demarche(&["record", "types", &case, "--profile", "kcna", "--sample", "4", "--seed", "2"]));
    assert_eq!(sample.lines().count(), 5, "{sample}");
    let labeled = dir.path().join("sample.csv");
    fs::write(
        &labeled,
        "id,drawn_as,share,label\na,Foreign Ministry spokesperson's statement,1,Foreign Ministry spokesperson's statement\n\
         b,KCNA commentary,1,news\ngone,news,1,news\n",
    )
    .unwrap();
    let labeled = labeled.to_str().unwrap();
    let checked = json(&["record", "types", &case, "--profile", "kcna", "--check", labeled, "--json"]);
    has(&checked, &["labeled", "absent", "accuracy", "types"]);
    assert_eq!((checked["labeled"].as_u64(), checked["absent"].as_u64()), (Some(2), Some(1)));
    has(
        &checked["types"][0],
        &["kind", "told", "right", "precision", "precision_interval", "recall", "recall_interval"],
    );
    let wrong = demarche(&["record", "types", &case, "--profile", "kcnaa"]);
    assert!(!wrong.status.success() && said(&wrong).contains("kcna"), "{}", said(&wrong));
    assert!(
        !demarche(&["record", "types", &case, "--sample", "3"]).status.success(),
        "a sample needs a profile"
    );
}
