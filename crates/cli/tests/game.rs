//! `new --game` and `game`: the shapes that scripts rely on, and what is said when something is missing.

mod common;

use tempfile::TempDir;

use common::{demarche, has, json, stdout, text};

fn fails(words: &[&str]) -> String {
    let output = demarche(words);
    assert!(!output.status.success(), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn game(name: &str) -> (TempDir, String) {
    let dir = TempDir::new().unwrap();
    let path = text(&dir.path().join("case")).to_string();
    assert!(stdout(&["new", "--game", name, &path]).contains("wrote 6 files"));
    (dir, path)
}

#[test]
fn games_to_start_from() {
    let list = stdout(&["new", "--game", "list"]);
    assert_eq!(list.lines().count(), 11);
    assert!(list.contains("Fearon 1994") && list.contains("Putnam 1988"));
    assert!(fails(&["new", "--game", "poker", "x"]).contains("audience-costs"));
    assert!(fails(&["new", "--game", "chicken"]).contains("folder"));
    let (_dir, path) = game("two-level");
    assert!(stdout(&["check", &path]).contains("nothing stands in the way"));
}

#[test]
fn sits() {
    let (_dir, path) = game("audience-costs");
    let found = json(&["game", "sits", &path, "--player", "target", "--json"]);
    has(
        &found[0],
        &["player", "at", "seen", "reach", "actions", "probabilities", "utilities", "parts", "beliefs"],
    );
    has(&found[0]["parts"][0], &["label", "ground", "by_action"]);
    assert!(stdout(&["game", "sits", &path, "--lambda", "nash"]).contains("believes resolute"));
    assert!(fails(&["game", "sits", &path, "--player", "nobody"]).contains("nobody"));
}

#[test]
fn thresholds() {
    let (dir, path) = game("audience-costs");
    let found = json(&["game", "thresholds", &path, "--json"]);
    has(
        &found["thresholds"][0],
        &["parameter", "now", "at", "own_type", "given", "actions", "points", "changes"],
    );
    has(&found["flips"][0], &["choice", "now", "nearest", "alone"]);
    let picture = dir.path().join("surface.svg");
    let over =
        ["--move", "last", "--type", "resolute", "--over", "audience_cost,war_resolute", "--grid", "5"];
    let mut words = vec!["game", "thresholds", &path, "--json", "--svg", picture.to_str().unwrap()];
    words.extend(over);
    let found = json(&words);
    has(&found["surfaces"][0], &["choice", "across", "up", "probabilities", "changes", "stopped"]);
    has(&found["flips"][0]["nearest"], &["from", "to", "moved", "distance", "before", "beyond"]);
    let drawn = std::fs::read_to_string(&picture).unwrap();
    assert!(drawn.starts_with("<svg") && drawn.matches("<rect").count() == 25 + 2);
    let mut words = vec!["game", "thresholds", &path];
    words.extend(over);
    assert!(stdout(&words).contains("nearest change"));
    let wrong = fails(&["game", "thresholds", &path, "--move", "last", "--over", "audience"]);
    assert!(wrong.contains("audience_cost"), "{wrong}");
    assert!(fails(&["game", "thresholds", &path, "--move", "nothing"]).contains("nothing"));
}

#[test]
fn learn_commit_and_compare() {
    let (_dir, path) = game("audience-costs");
    let found = json(&["game", "learn", &path, "threat=threaten", "--json"]);
    has(&found[0], &["at", "action", "probability", "updates"]);
    has(&found[0]["updates"][0], &["hypothesis", "before", "likelihood", "ratio", "after"]);
    assert!(stdout(&["game", "learn", &path, "threat=threaten", "answer=resist"]).contains("expected with"));
    assert!(fails(&["game", "learn", &path, "threat"]).contains("NAME=VALUE"));
    let words = ["game", "commit", &path, "--move", "threat", "--reveal", "challenger"];
    assert!(stdout(&words).contains("all know what challenger is"));
    let found = json(&[&words[..], &["--json"]].concat());
    has(&found, &["commitments", "signal", "revelation"]);
    has(&found["commitments"][0], &["change", "with", "without", "worth"]);
    let found =
        json(&["game", "compare", &path, "--precision", "1,2", "--set", "audience_cost=0.9", "--json"]);
    has(&found, &["answers", "notes"]);
    has(&found["answers"][0], &["name", "play"]);
    assert!(stdout(&["game", "compare", &path]).contains("end of the logit branch"));
}
