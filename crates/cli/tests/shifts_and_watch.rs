//! `demarche shifts` and `demarche watch` as a script uses them: keys, exit codes, words on bad input.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn demarche(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche")).args(words).env("NO_COLOR", "1").output().unwrap()
}

fn json(words: &[&str], code: i32) -> Value {
    let output = demarche(words);
    assert_eq!(output.status.code(), Some(code), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn has(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "`{key}` is missing in {value}");
    }
}

fn write(dir: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Days with around `before` counts, `last` of them with around `after`.
fn daily(days: i64, last: i64, before: i64, after: i64) -> String {
    let mut csv = String::from("date,count\n");
    let first: jiff::civil::Date = "2022-01-01".parse().unwrap();
    for t in 0..days {
        let day = first.checked_add(jiff::Span::new().days(t)).unwrap();
        let mean = if t >= days - last { after } else { before };
        csv.push_str(&format!("{day},{}\n", (mean + (t * 7919) % 5 - 2).max(0)));
    }
    csv
}

#[test]
fn a_quiet_feed_and_one_that_changed() {
    let dir = TempDir::new().unwrap();
    let keys = [
        "series",
        "period",
        "value",
        "probability",
        "within",
        "level",
        "alarm",
        "baseline",
        "rate",
        "rate_interval",
        "ratio",
        "dispersion",
        "false_alarms_per_year",
        "false_alarms_interval",
        "simulated_years",
        "doubling_seen_after",
        "run_lengths",
        "sentence",
    ];
    let quiet = json(&["watch", text(&write(&dir, "quiet.csv", &daily(120, 5, 4, 4))), "--json"], 0);
    has(&quiet, &keys);
    assert_eq!(quiet["alarm"], false);
    let path = write(&dir, "loud.csv", &daily(120, 5, 4, 30));
    let loud = json(&["watch", text(&path), "--json"], 3);
    assert!(loud["probability"].as_f64().unwrap() > 0.95 && loud["ratio"].as_f64().unwrap() > 4.0, "{loud}");
    let interval = loud["false_alarms_interval"].as_array().unwrap();
    let expected = loud["false_alarms_per_year"].as_f64().unwrap();
    assert!(interval[0].as_f64().unwrap() <= expected && expected <= interval[1].as_f64().unwrap());
    let said = String::from_utf8(demarche(&["watch", text(&path)]).stdout).unwrap();
    assert!(said.starts_with("ALARM") && said.contains("almost certain"), "{said}");
}

#[test]
fn a_phrase_of_an_assessment_is_watched_in_its_record() {
    let dir = TempDir::new().unwrap();
    let case = dir.path().join("case");
    assert!(demarche(&["new", text(&case)]).status.success());
    fs::write(case.join("lexicon.toml"), "[phrases]\nwar = [\"war\"]\n").unwrap();
    let mut rows = String::new();
    for t in 0..60 {
        let words = if t >= 52 { "war ".repeat(20) } else { "peace and war and trade ".into() };
        rows.push_str(&format!(
            "{{\"id\":\"{t}\",\"date\":\"2022-{:02}-{:02}\",\"text\":\"{words}\"}}\n",
            1 + t / 28,
            1 + t % 28
        ));
    }
    let file = write(&dir, "documents.jsonl", &rows);
    assert!(demarche(&["record", "add", text(&file), "--into", text(&case)]).status.success());
    let found = json(&["watch", text(&case), "--phrase", "war", "--json"], 3);
    assert_eq!(found["alarm"], true);
    let unknown = demarche(&["watch", text(&case), "--phrase", "peace"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no phrase `peace`"));
}

#[test]
fn what_shifts_adds() {
    let dir = TempDir::new().unwrap();
    let mut csv = String::from("month,count\n");
    for t in 0..96 {
        let season = if t % 12 == 2 { 12 } else { 3 };
        let level = if t >= 50 { 3 } else { 1 };
        csv.push_str(&format!("{}-{:02},{}\n", 2000 + t / 12, 1 + t % 12, season * level + (t * 31) % 3));
    }
    let path = write(&dir, "monthly.csv", &csv);
    let found = json(&["shifts", text(&path), "--season", "month", "--check", "--draws", "3", "--json"], 0);
    has(&found, &["season", "checks", "draws", "sentence", "change_points", "optimal"]);
    let effects = found["season"].as_array().unwrap();
    let march = effects.iter().find(|one| one["part"] == 3).unwrap()["effect"].as_f64().unwrap();
    assert!(march > 2.0, "{march}");
    assert_eq!(found["change_points"].as_array().unwrap().len(), 1);
    assert_eq!(found["change_points"][0]["period"], "2004-03");
    has(&found["checks"][0], &["statistic", "observed", "replicated", "interval", "p_value"]);
    has(&found["draws"][0], &["changes", "rates", "dispersion"]);
    let three = json(&["shifts", text(&path), "--changes", "3", "--json"], 0);
    assert_eq!(three["change_points"].as_array().unwrap().len(), 3);
    assert_eq!(three["optimal"].as_array().unwrap().len(), 3);
    let auto = json(&["shifts", text(&path), "--cost", "auto", "--json"], 0);
    has(&auto, &["series", "shape", "optimal", "drift", "warning"]);
}

/// Shares, spreads and lines, and what is taken where nothing is said.
#[test]
fn other_costs() {
    let dir = TempDir::new().unwrap();
    let wave = |t: i64| [0.0, 0.7, -0.4, 0.2, -0.9, 0.5][(t * 7 % 6) as usize];
    let values = |of: &dyn Fn(i64) -> f64| {
        let rows: String = (0..60).map(|t| format!("{t},{}\n", of(t))).collect();
        format!("index,value\n{rows}")
    };
    let mut rows = String::from("series,index,count\n");
    for t in 0..40 {
        let late = if t >= 25 { 9 } else { 0 };
        rows.push_str(&format!("puppets,{t},{}\nsouth,{t},{}\nrok,{t},{}\n", 2 + late, 6 - late / 3, 4));
    }
    let path = write(&dir, "wordings.csv", &rows);
    let found = json(&["shifts", text(&path), "--cost", "shares", "--json"], 0);
    has(
        &found,
        &["series", "cost", "shares", "change_points", "segments", "posterior", "optimal", "sentence"],
    );
    has(&found["shares"][0], &["category", "leading", "shares", "intervals"]);
    assert_eq!(found["change_points"][0]["period"], "#25");
    assert_eq!(found["shares"][0]["leading"], true);
    let said = String::from_utf8(demarche(&["shifts", text(&path), "--cost", "shares"]).stdout).unwrap();
    assert!(said.contains("share of `puppets` rose"), "{said}");
    let refused = demarche(&["shifts", text(&path), "--cost", "shares", "--check"]);
    assert_eq!(refused.status.code(), Some(1));

    let step = write(&dir, "step.csv", &values(&|t| if t < 35 { wave(t) } else { 9.0 + 4.0 * wave(t) }));
    let found = json(&["shifts", text(&step), "--cost", "mean-variance", "--check", "--json"], 0);
    has(&found["change_points"][0], &["deviation_ratio", "difference", "interval", "probability"]);
    has(&found["segments"][0], &["deviation", "rate_interval"]);
    let spread = write(&dir, "spread.csv", &values(&|t| if t < 35 { wave(t) } else { 9.0 * wave(t) }));
    let found = json(&["shifts", text(&spread), "--cost", "variance", "--json"], 0);
    assert!(found["change_points"][0]["ratio"].as_f64().unwrap() > 4.0, "{found}");
    let bend = write(&dir, "bend.csv", &values(&|t| 0.4 * wave(t) + (t - 30).abs() as f64));
    let found = json(&["shifts", text(&bend), "--cost", "trend", "--draws", "2", "--json"], 0);
    has(&found["change_points"][0], &["jump", "difference", "interval"]);
    has(&found["segments"][0], &["line"]);
    let cases: String = (0..40).map(|t| format!("{t},{},20\n", if t < 22 { 4 } else { 13 })).collect();
    let shares = write(&dir, "cases.csv", &format!("index,count,exposure\n{cases}"));
    let found = json(&["shifts", text(&shares), "--cost", "binomial", "--json"], 0);
    assert_eq!(found["change_points"][0]["period"], "#22");

    // Measured values go to `auto`, counts to `negbin`.
    has(&json(&["shifts", text(&step), "--json"], 0), &["shape", "optimal", "drift"]);
    has(&json(&["shifts", text(&shares), "--json"], 0), &["number_posterior"]);
    let refused = demarche(&["shifts", text(&step), "--changes", "2"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--cost"), "{refused:?}");
    let both = json(&["shifts", text(&path), "--together", "--cost", "auto", "--json"], 0);
    has(&both, &["series", "shape", "optimal"]);
}

/// Every series that cannot be examined says why.
#[test]
fn bad_input() {
    let dir = TempDir::new().unwrap();
    let said = |name: &str, csv: &str, words: &[&str]| {
        let path = write(&dir, name, csv);
        let output = demarche(&[&["shifts", text(&path)], words].concat());
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (code, words) = said("zero.csv", "index,count,exposure\n0,1,0\n", &[]);
    assert!(code == Some(1) && words.contains("exposure"), "{words}");
    let (code, words) = said("one.csv", "index,count\n0,1\n", &[]);
    assert!(code == Some(1) && words.contains("needs at least"), "{words}");
    let (code, words) = said("nan.csv", "index,count\n0,1\n1,NaN\n2,inf\n3,2\n", &[]);
    assert!(words.contains("left out") && code == Some(0), "{words}");
    let (code, words) = said("half.csv", "index,count\n0,1.5\n1,2\n2,2\n", &["--cost", "negbin"]);
    assert!(code == Some(1) && words.contains("no count"), "{words}");
    let (code, words) = said("season.csv", "index,count\n0,1\n1,2\n2,2\n", &["--season", "month"]);
    assert!(code == Some(1) && words.contains("month"), "{words}");
    let flat: String = (0..40).map(|t| format!("{t},7\n")).collect();
    let none: String = (0..40).map(|t| format!("{t},0\n")).collect();
    for (name, rows) in [("flat.csv", flat), ("none.csv", none)] {
        for cost in ["poisson", "negbin", "normal", "variance", "mean-variance", "trend", "auto"] {
            let (code, words) = said(name, &format!("index,count\n{rows}"), &["--cost", cost]);
            assert_eq!(code, Some(0), "{name} {cost}: {words}");
            let path = dir.path().join(name);
            let found = json(&["shifts", text(&path), "--cost", cost, "--json"], 0);
            assert!(found["optimal"].as_array().unwrap().is_empty(), "{name} {cost}: {found}");
            assert!(
                found.get("change_points").is_none_or(|all| all.as_array().unwrap().is_empty()),
                "{found}"
            );
        }
        let watched = json(&["watch", text(&dir.path().join(name)), "--json"], 0);
        assert_eq!(watched["alarm"], false);
    }
    let short = demarche(&["watch", text(&write(&dir, "short.csv", "index,count\n0,1\n1,2\n"))]);
    assert_eq!(short.status.code(), Some(1));
}
