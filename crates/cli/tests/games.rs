//! `solve` and `game`: what scripts rely on, and what a user is told.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use common::{demarche, has, json, stdout, text};

fn failed(words: &[&str]) -> String {
    let output = demarche(words);
    assert!(!output.status.success(), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn catalog(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/games").join(name);
    text(&path).to_string()
}

fn battle(dir: &TempDir) -> String {
    let path = dir.path().join("battle.nfg");
    fs::write(&path, "NFG 1 R \"battle\" { \"a\" \"b\" } { 2 2 } 3 2 0 0 0 0 2 3").unwrap();
    text(&path).to_string()
}

#[test]
fn every_method_answers_in_one_shape() {
    let dir = TempDir::new().unwrap();
    let battle = battle(&dir);
    for (method, found, exact) in [
        ("auto", 3, true),
        ("qre", 1, false),
        ("pure", 2, false),
        ("enum", 3, true),
        ("lemke-howson", 1, true),
        ("lcp", 1, true),
        ("simplicial", 1, false),
        ("cfr", 1, false),
        ("mccfr", 1, false),
    ] {
        let mut words = vec!["solve", &battle, "--method", method, "--json"];
        if method.ends_with("cfr") {
            words.extend(["--iterations", "200"]);
        }
        let answer = json(&words);
        has(&answer, &["method", "equilibria", "complete"]);
        let equilibria = answer["equilibria"].as_array().unwrap();
        assert_eq!(equilibria.len(), found, "{method}");
        for equilibrium in equilibria {
            has(
                equilibrium,
                &[
                    "payoffs",
                    "strategies",
                    "max_regret",
                    "regrets",
                    "lambda",
                    "beliefs",
                    "sequentially_rational",
                ],
            );
            assert_eq!(equilibrium.get("exact").is_some(), exact, "{method}");
        }
    }
    let all = json(&["solve", &battle, "--method", "lemke-howson", "--all", "--json"]);
    assert_eq!(all["equilibria"].as_array().unwrap().len(), 3);
    let listed = json(&["solve", &battle, "--method", "enum", "--json"]);
    assert_eq!(listed["components"].as_array().unwrap().len(), 3);
    let mixed = &listed["equilibria"][2]["exact"];
    assert_eq!((&mixed["payoffs"][0], &mixed["max_regret"]), (&Value::from("6/5"), &Value::from("0")));
}

#[test]
fn auto_says_what_it_took_and_why() {
    let poker = json(&["solve", &catalog("kuhn1950/poker.efg"), "--json"]);
    assert_eq!(poker["method"], "lp");
    assert!(poker["notes"][0].as_str().unwrap().contains("auto took `lp`: two players in pure conflict"));
    let horse = stdout(&["solve", &catalog("selten1975/horse.efg")]);
    assert!(
        horse.contains("auto took `qre`: 3 players") && horse.contains("sequentially rational"),
        "{horse}"
    );
    let beer = stdout(&["solve", &catalog("chokreps1987/beer_quiche.efg"), "--all"]);
    assert!(beer.contains("equilibrium 1 of") && beer.contains("not sequentially rational"), "{beer}");
}

#[test]
fn a_limit_stops_and_shows_the_best_so_far() {
    let answer =
        json(&["solve", &catalog("kuhn1950/poker.efg"), "--method", "lcp", "--limit", "0", "--json"]);
    assert!(answer["notes"][0].as_str().unwrap().contains("stopped"), "{answer}");
    assert!(answer["equilibria"][0]["max_regret"].as_f64().unwrap() > 0.0);
    assert_eq!(answer["complete"], false);
}

#[test]
fn what_does_not_fit_is_said() {
    let dir = TempDir::new().unwrap();
    let battle = battle(&dir);
    assert!(failed(&["solve", &battle, "--method", "lp"]).contains("--method lcp"));
    assert!(failed(&["solve", &battle, "--method", "pure", "--lambda", "2"]).contains("auto, qre"));
    assert!(failed(&["solve", &battle, "--method", "lemke-howson", "--label", "4"]).contains("no label 4"));
    assert!(failed(&["solve", &battle, "--limit=-1"]).contains("seconds"));
    assert!(failed(&["solve", &catalog("selten1975/horse.efg"), "--method", "enum"]).contains("two players"));
    let path = dir.path().join("cut.efg");
    fs::write(&path, "EFG 2 R \"x\" { \"a\" }\np \"\" 1 1 \"\" { \"l\" \"r\" } 0\nt \"\" 1 \"\" { 1/0 }\n")
        .unwrap();
    let said = failed(&["solve", path.to_str().unwrap()]);
    assert!(said.contains("cut.efg:3:13") && said.contains("`1/0` is not a payoff"), "{said}");
    assert!(failed(&["game", "convert", &battle, "x.doc"]).contains(".efg"));
}

#[test]
fn a_game_is_shown_drawn_and_converted() {
    let dir = TempDir::new().unwrap();
    let at = |name: &str| -> PathBuf { dir.path().join(name) };
    let [svg, html, tex] = ["x.svg", "x.html", "x.tex"].map(|name| at(name).to_str().unwrap().to_string());
    let beer = catalog("chokreps1987/beer_quiche.efg");
    let words = [
        "game", "show", &beer, "--method", "pure", "--svg", &svg, "--html", &html, "--latex", &tex, "--json",
    ];
    let shown = json(&words);
    has(&shown, &["title", "players", "nodes", "ends", "information_sets", "forgets", "solution", "written"]);
    assert_eq!(shown["information_sets"][0]["actions"].as_array().unwrap().len(), 2);
    assert!(fs::read_to_string(&svg).unwrap().starts_with("<svg"));
    assert!(fs::read_to_string(&html).unwrap().contains("Equilibrium 2 of 2"));
    assert!(fs::read_to_string(&tex).unwrap().contains("tikzpicture"));
    assert!(stdout(&["game", "show", &beer]).contains("information set"));
    // A tree as a table, and the table as a tree: the same equilibria.
    let nfg = at("beer.nfg").to_str().unwrap().to_string();
    let back = at("back.efg").to_str().unwrap().to_string();
    assert!(json(&["game", "convert", &beer, &nfg, "--json"])["bytes"].as_u64().unwrap() > 100);
    stdout(&["game", "convert", &nfg, &back]);
    for file in [&beer, &nfg, &back] {
        let found = json(&["solve", file, "--method", "enum", "--json"]);
        let payoffs: Vec<&Value> =
            found["equilibria"].as_array().unwrap().iter().map(|one| &one["payoffs"]).collect();
        assert!(payoffs.len() > 1);
        assert_eq!(found["complete"], true);
    }
}

#[test]
fn the_game_of_an_assessment_is_solved_alone() {
    let dir = TempDir::new().unwrap();
    let case = dir.path().join("case").to_str().unwrap().to_string();
    stdout(&["new", &case]);
    let solved = json(&["solve", &case, "--json"]);
    assert!(!solved["equilibria"].as_array().unwrap().is_empty());
    let same = json(&["solve", &format!("{case}/calculus.toml"), "--json"]);
    assert_eq!(solved, same);
    let efg = dir.path().join("case.efg").to_str().unwrap().to_string();
    stdout(&["game", "convert", &case, &efg]);
    assert!(fs::read_to_string(efg).unwrap().starts_with("EFG 2 R"));
}

/// The lowest row loses to half of each other, and to neither alone.
#[test]
fn dominated_strategies_are_listed_with_what_beats_them() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("mixture.nfg");
    fs::write(
        &path,
        "NFG 1 R \"mixture\" { \"a\" \"b\" } { { \"top\" \"middle\" \"low\" } { \"left\" \"right\" } } \
         4 1 0 0 1 0 0 0 4 1 1 2",
    )
    .unwrap();
    let file = text(&path);
    let shown = json(&["game", "show", file, "--dominance", "strict", "--json"]);
    let rounds = shown["dominance"]["rounds"].as_array().unwrap();
    assert_eq!(rounds[0][0]["strategy"], "low");
    let by = rounds[0][0]["by"].as_object().unwrap();
    assert!(by.contains_key("top") && by.contains_key("middle"), "{by:?}");
    assert_eq!(shown["dominance"]["complete"], true);
    let pure = json(&["game", "show", file, "--dominance", "strict-pure", "--json"]);
    assert!(pure["dominance"]["rounds"].as_array().unwrap().is_empty());
    let said = stdout(&["game", "show", file, "--dominance", "strict"]);
    assert!(said.contains("dominance, round 1:") && said.contains("a: `low` by "), "{said}");
}

#[test]
fn a_file_is_compared_and_sat_in() {
    let dir = TempDir::new().unwrap();
    let battle = battle(&dir);
    let answers = json(&["game", "compare", &battle, "--precision", "1", "--json"]);
    let names: Vec<&str> =
        answers["answers"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names[2..], ["pure equilibrium 1", "pure equilibrium 2", "mixed equilibrium 1"]);
    assert_eq!(
        (&answers["complete"], &answers["answers"][4]["component"]),
        (&Value::from(true), &Value::from(3))
    );
    let stopped = json(&["game", "compare", &battle, "--limit", "0", "--json"]);
    assert_eq!(stopped["complete"], false);
    let sits = stdout(&["game", "sits", &catalog("kuhn1950/poker.efg")]);
    assert!(sits.contains("First at J") && sits.contains("believes JQ"), "{sits}");
    assert!(failed(&["game", "sits", &battle, "--limit", "0"]).contains("before the precision asked for"));
    assert!(failed(&["game", "learn", &battle, "1=1"]).contains("no hypotheses"));
}
