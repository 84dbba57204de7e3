//! Commands that compare wordings: the shapes of their answers, run as a user runs them.

mod common;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use common::{demarche, has, json, stdout, text};

/// Statements of two years by two outlets; `treaty talks` leave, `border drill` comes, one report shouts.
fn statements(dir: &TempDir) -> PathBuf {
    let mut rows = String::from("id,date,outlet,statement_type,language,title,text\n");
    for number in 0..8 {
        let (year, words, kind) = match number % 2 {
            0 => (2018, "The treaty talks go on in good faith. Treaty talks serve peace.", "speech"),
            _ => (2022, "The border drill goes on near the river. Each border drill is loud.", "report"),
        };
        let shout = |_| (0..30).map(|n| format!(" rocket r{n}")).collect::<String>();
        let loud = (number == 7).then_some(()).map(shout).unwrap_or_default();
        let outlet = if number < 4 { "Herald" } else { "Gazette" };
        rows.push_str(&format!(
            "d{number},{year}-0{}-01,{outlet},{kind},en,Statement {number},\"{words}{loud}\"\n",
            number + 1
        ));
    }
    let path = dir.path().join("statements.csv");
    fs::write(&path, rows).unwrap();
    path
}

#[test]
fn keyness() {
    let dir = TempDir::new().unwrap();
    let file = statements(&dir);
    let words = [
        "keyness",
        text(&file),
        "--a",
        "year=2018",
        "--b",
        "year=2022",
        "--ngrams",
        "1-5",
        "--count-at-least",
        "4",
        "--documents-at-least",
        "1",
        "--top",
        "30",
    ];
    let found = json(&[&words[..], &["--json"]].concat());
    has(&found, &["a", "b", "warnings", "compared", "permutations", "critical_g2", "keys"]);
    has(&found["a"], &["filter", "documents", "tokens", "strata"]);
    has(&found["a"]["strata"][0], &["outlet", "type", "language", "documents"]);
    assert_eq!((found["a"]["documents"].as_u64(), found["b"]["documents"].as_u64()), (Some(4), Some(4)));
    let keys = found["keys"].as_array().unwrap();
    has(
        &keys[0],
        &[
            "word",
            "length",
            "before",
            "after",
            "g2",
            "p_value",
            "q_value",
            "log_ratio",
            "log_ratio_interval",
            "z",
            "folded",
            "dispersion",
            "without_top",
            "carried_by_one",
            "p_permutation",
            "top_document",
            "example",
        ],
    );
    let of = |word: &str| keys.iter().find(|key| key["word"] == word).unwrap_or_else(|| panic!("no {word}"));
    let rocket = of("rocket");
    assert!(rocket["carried_by_one"] == true && rocket["top_document"]["id"] == "d7");
    assert!(rocket["p_permutation"].as_f64().unwrap() > 0.2);
    let talks = of("treaty talks");
    assert!(talks["carried_by_one"] == false && talks["log_ratio"].as_f64().unwrap() < 0.0);
    // The one division and its mirror among C(8, 4) = 70.
    assert!((talks["p_permutation"].as_f64().unwrap() - 2.0 / 70.0).abs() < 0.02);
    assert!(keys.iter().all(|key| key["word"] != "treaty"), "it stands within `treaty talks` only");
    let warnings = found["warnings"].to_string();
    assert!(warnings.contains("differ in type") && !warnings.contains("differ in outlet"), "{warnings}");
    let shown = stdout(&words);
    assert!(shown.contains("warning: the sets differ in type") && shown.contains("More in A"), "{shown}");
    assert_eq!(shown, stdout(&words), "the same seed, the same answer");
    let empty = demarche(&["keyness", text(&file), "--a", "year=1990", "--b", "year=2022"]);
    assert!(String::from_utf8_lossy(&empty.stderr).contains("0 documents for A"));
    let wrong = demarche(&["keyness", text(&file), "--a", "sort=x", "--b", ""]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("unknown key"));
}

/// A text of more than twenty-four words.
fn long(words: &str, number: usize) -> String {
    let rest: String = (0..30).map(|n| format!(" w{number}x{n}")).collect();
    format!("{words}{rest}")
}

/// The Gazette prints one text five times in 2022; each year and outlet has other texts too.
fn reprints(dir: &TempDir) -> PathBuf {
    let mut rows = String::from("id,date,outlet,statement_type,language,title,text\n");
    let mut row = |id: &str, date: &str, outlet: &str, text: &str| {
        rows.push_str(&format!("{id},{date},{outlet},report,en,Title of {id},{text}\n"));
    };
    let loud = long("the iron bridge stands and the iron bridge holds", 99);
    for number in 0..6 {
        let day = number + 1;
        row(&format!("a{number}"), &format!("2018-03-0{day}"), "Herald", &long("peace and quiet", number));
        row(
            &format!("b{number}"),
            &format!("2022-03-0{day}"),
            "Gazette",
            &long("peace and work", 10 + number),
        );
    }
    for day in 1..6 {
        row(&format!("r{day}"), &format!("2022-04-0{day}"), "Gazette", &loud);
    }
    row("h", "2022-04-03", "Herald", &loud);
    let path = dir.path().join("reprints.csv");
    fs::write(&path, rows).unwrap();
    path
}

#[test]
fn a_reprinted_text_carries_no_result() {
    let dir = TempDir::new().unwrap();
    let file = reprints(&dir);
    let words = ["keyness", text(&file), "--a", "year=2018", "--b", "year=2022 outlet=Gazette", "--json"];
    let of = |found: &Value| -> Option<Value> {
        found["keys"].as_array().unwrap().iter().find(|key| key["word"] == "the iron bridge").cloned()
    };
    let printed = json(&[&words[..], &["--unit", "publication"]].concat());
    let said = json(&words);
    assert_eq!((&printed["unit"], &said["unit"]), (&"publication".into(), &"utterance".into()));
    let sets = |found: &Value| {
        ["documents", "copies_folded"].map(|key| ["a", "b"].map(|set| found[set][key].as_u64().unwrap()))
    };
    assert_eq!(sets(&printed), [[6, 11], [0, 0]]);
    assert_eq!(sets(&said), [[6, 7], [0, 4]]);
    assert_eq!(of(&printed).unwrap()["after"]["documents"], 5);
    assert!(of(&said).is_none(), "said twice in one text, which is fewer than five times");
    let shown = stdout(&words[..words.len() - 1]);
    assert!(shown.contains("7 documents, 4 copies folded"), "{shown}");

    let words = ["collocations", text(&file), "iron", "--near-at-least", "1", "--json"];
    let around = |found: &Value| found["around"][0]["nodes"].as_u64();
    let (printed, said) = (json(&[&words[..], &["--unit", "publication"]].concat()), json(&words));
    assert_eq!((around(&printed), around(&said)), (Some(12), Some(2)));
    assert_eq!((&said["unit"], &said["sets"][0]["copies_folded"]), (&"utterance".into(), &5.into()));
}

#[test]
fn an_echo_of_oneself_is_none() {
    let dir = TempDir::new().unwrap();
    let file = reprints(&dir);
    let words = [
        "record",
        "echo",
        text(&file),
        "--permutations",
        "99",
        "--chains",
        "3",
        "--only",
        "from=2022-04-01",
        "--json",
    ];
    let printed = json(&[&words[..], &["--unit", "publication"]].concat());
    let said = json(&words);
    // Five reprints make five pairs, and the text a formula of the Gazette; said once by each it is one echo.
    assert!(printed["passages"].as_array().unwrap().is_empty() && printed["copies_folded"] == 0);
    assert_eq!((&said["pairs"], &said["copies_folded"]), (&1.into(), &4.into()));
    assert_eq!((&said["unit"], said["documents"].as_u64()), (&"utterance".into(), Some(2)));
    assert_eq!(said["passages"][0]["first"][0]["id"], "r1");
}

#[test]
fn copies_are_listed() {
    let dir = TempDir::new().unwrap();
    let (file, case) = (reprints(&dir), dir.path().join("case"));
    assert!(demarche(&["new", text(&case)]).status.success());
    assert!(demarche(&["record", "add", text(&file), "--into", text(&case)]).status.success());
    let found = json(&["record", "list", text(&case), "--copies", "--json"]);
    has(&found, &["files", "quarantine", "utterances", "copies"]);
    has(&found["copies"], &["exact", "near", "headline", "each"]);
    has(&found["copies"]["each"][0], &["document", "utterance", "kind", "similarity", "place"]);
    assert_eq!(found["copies"]["each"].as_array().unwrap().len(), 5);
    assert!(found["copies"]["each"].as_array().unwrap().iter().all(|copy| copy["utterance"] == "r1"));
    assert!(stdout(&["record", "list", text(&case)]).contains("18 documents are 13 utterances"));
}

#[test]
fn collocations() {
    let dir = TempDir::new().unwrap();
    let file = statements(&dir);
    let words = ["collocations", text(&file), "treat*|drill", "--window", "2", "--near-at-least", "1"];
    let one = json(&[&words[..], &["--json"]].concat());
    has(&one, &["term", "window", "sets", "warnings", "around", "moved"]);
    has(&one["around"][0], &["nodes", "documents", "near", "collocates"]);
    has(
        &one["around"][0]["collocates"][0],
        &["word", "near", "count", "documents", "log_dice", "pmi", "g2", "p_value", "dispersion"],
    );
    assert_eq!(one["around"][0]["nodes"], 16);
    let both = json(&[&words[..], &["--a", "year=2018", "--b", "year=2022", "--json"]].concat());
    let moved = both["moved"].as_array().unwrap();
    has(
        &moved[0],
        &[
            "word",
            "log_dice",
            "near",
            "documents",
            "log_ratio",
            "log_ratio_interval",
            "g2",
            "q_value",
            "p_permutation",
        ],
    );
    let border = moved.iter().find(|one| one["word"] == "border").unwrap();
    assert!(border["near"] == serde_json::json!([0, 8]) && border["log_ratio"].as_f64().unwrap() > 0.0);
    assert!(stdout(&words).contains("logDice"));
    let none = demarche(&["collocations", text(&file), "zebra"]);
    assert!(String::from_utf8_lossy(&none.stderr).contains("does not stand"));
}

#[test]
fn echo() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("e.csv");
    let shared = "the pivot of history turns against those who cling to the past";
    fs::write(
        &path,
        format!(
            "id,date,outlet,language,text\na1,2020-03-01,Herald,en,We hold that {shared} of empires\n\
             b1,2020-05-02,Gazette,en,As others say {shared} forever\nb2,2021-05-02,Gazette,en,Nothing of the kind was said\n"
        ),
    )
    .unwrap();
    let words = ["record", "echo", text(&path), "--permutations", "99", "--chains", "3"];
    let found = json(&[&words[..], &["--json"]].concat());
    has(
        &found,
        &[
            "documents",
            "speakers",
            "words_at_least",
            "pairs",
            "exchanged",
            "chained",
            "by_speakers",
            "passages",
            "stock",
            "warnings",
        ],
    );
    has(&found["exchanged"], &["mean", "interval", "p_value"]);
    let passage = &found["passages"][0];
    has(passage, &["text", "words", "documents", "speakers", "languages", "first", "places"]);
    assert_eq!(passage["text"], shared);
    assert!(passage["first"][0]["id"] == "a1" && passage["words"] == 12);
    assert!(stdout(&words).contains("first 2020-03-01: Herald a1"));
    assert!(!demarche(&["record", "echo", text(&path), "--by", "speaker"]).status.success());
}

#[test]
fn diff() {
    let dir = TempDir::new().unwrap();
    let (old, new, page) =
        (dir.path().join("old.txt"), dir.path().join("new.txt"), dir.path().join("diff.html"));
    fs::write(&old, "We hold fast to peace. Chairman Kim Jong Un spoke. The harvest was good.").unwrap();
    fs::write(&new, "The harvest was good. We hold fast to peace & quiet. Marshal Kim Jong Un spoke.")
        .unwrap();
    let words = ["record", "diff", text(&old), text(&new), "--html", text(&page)];
    let found = json(&[&words[..], &["--json"]].concat());
    has(&found, &["before", "after", "chosen", "warnings", "diff"]);
    has(&found["diff"], &["before", "after", "changes", "address", "summary"]);
    has(&found["diff"]["changes"][0], &["kind", "before", "after", "similarity", "pieces"]);
    has(&found["diff"]["summary"], &["same", "reworded", "added", "dropped", "moved", "words_kept"]);
    assert_eq!(found["diff"]["summary"]["moved"], 1);
    assert_eq!(found["diff"]["address"][0]["name"], "Kim Jong Un");
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("<ins>") && html.contains("&amp; quiet") && !html.contains("<script"));
    let shown = stdout(&words);
    assert!(shown.contains("[-Chairman-]{+Marshal+}") && shown.contains("3→1"), "{shown}");
    // In a record the earlier statement is found.
    let file = statements(&dir);
    let case = dir.path().join("case");
    assert!(demarche(&["new", text(&case)]).status.success());
    assert!(demarche(&["record", "add", text(&file), "--into", text(&case)]).status.success());
    let found = json(&["record", "diff", text(&case), "d6", "--json"]);
    // d6 is a speech of the Gazette, as d4 before it; d5 is a report.
    assert!(
        found["before"]["id"] == "d4" && found["chosen"].as_str().unwrap().contains("type"),
        "{}",
        found["before"]
    );
    assert_eq!(found["diff"]["summary"]["same"], 2);
    let alone = demarche(&["record", "diff", text(&case), "d0"]);
    assert!(String::from_utf8_lossy(&alone.stderr).contains("no earlier statement"));
}
