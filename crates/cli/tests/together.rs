//! `panel`, `associate` and `link`: the shapes that scripts rely on, and what is said when something is missing.

mod common;

use std::fs;

use tempfile::TempDir;

use common::{demarche, has, json, stdout, text};

/// Three yearly series; two of them change with 2000.
fn series(dir: &TempDir) -> String {
    let mut rows = String::from("series,year,count,exposure\n");
    for year in 1980..2020 {
        let wave = year % 3;
        let (a, b) = if year < 2000 { (3 + wave, 20 - wave) } else { (14 + wave, 6 + wave) };
        rows.push_str(&format!(
            "up,{year},{a},10\ndown,{year},{b},10\nflat,{year},{},10\n",
            8 + year * 7 % 5
        ));
    }
    let path = dir.path().join("panel.csv");
    fs::write(&path, rows).unwrap();
    text(&path).to_string()
}

#[test]
fn panel() {
    let dir = TempDir::new().unwrap();
    let file = series(&dir);
    let found = json(&["panel", &file, "--cost", "poisson", "--json"]);
    has(
        &found,
        &[
            "series",
            "left_out",
            "level",
            "probability",
            "number_posterior",
            "shared",
            "posterior",
            "own",
            "chains",
        ],
    );
    let change = &found["shared"][0];
    has(change, &["period", "interval", "probability", "log_bayes_factor", "share", "drivers", "without"]);
    assert_eq!(change["period"], "2000");
    has(&change["drivers"][0], &["series", "takes_part", "log_bayes_factor", "rate_before", "rate_after"]);
    has(&change["without"][0], &["series", "probability"]);
    assert_eq!(change["without"].as_array().unwrap().len(), 3);
    has(&found["own"][0], &["series", "cost", "dispersion", "changes", "posterior"]);
    let shown = stdout(&["panel", &file, "--cost", "poisson"]);
    assert!(shown.contains("shared without it") && shown.contains("up"), "{shown}");
    let few = demarche(&["panel", &file, "--series", "up"]);
    assert!(!few.status.success() && String::from_utf8_lossy(&few.stderr).contains("at least 2"));
    let wrong = demarche(&["panel", &file, "--series", "up,dwn"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("there is no series `dwn`"));
}

#[test]
fn associate() {
    let dir = TempDir::new().unwrap();
    let file = series(&dir);
    let words = ["associate", &file, "--series", "up,down", "--lags", "2", "--resamples", "199"];
    let found = json(&[&words[..], &["--json"]].concat());
    has(
        &found,
        &[
            "first",
            "second",
            "from",
            "to",
            "periods",
            "correlation",
            "adjustment",
            "block",
            "resamples",
            "level",
            "lags",
            "strongest",
            "p_value",
            "unadjusted",
        ],
    );
    assert_eq!((found["first"].as_str(), found["lags"].as_array().unwrap().len()), (Some("up"), 5));
    has(&found["lags"][0], &["lag", "pairs", "correlation", "p_value", "adjusted_p", "band"]);
    assert_eq!(json(&[&words[..], &["--json"]].concat()), found, "the same seed, the same answer");
    let shown = stdout(&words);
    assert!(shown.contains("no cause") && shown.contains("p over all lags"), "{shown}");
    // Two files with one series each.
    let one = |name: &str, column: usize| {
        let path = dir.path().join(name);
        let rows: String =
            (0..30).map(|t| format!("{},{}\n", 1990 + t, [t * t % 7, t * 3 % 5][column])).collect();
        fs::write(&path, format!("year,count\n{rows}")).unwrap();
        text(&path).to_string()
    };
    let (a, b) = (one("a.csv", 0), one("b.csv", 1));
    assert_eq!(json(&["associate", &a, &b, "--json", "--resamples", "99"])["second"], "b");
    assert!(!demarche(&["associate", &a]).status.success());
    assert!(!demarche(&["associate", &a, &b, "--lags", "25"]).status.success());
}

#[test]
fn link() {
    let dir = TempDir::new().unwrap();
    let file = series(&dir);
    let events = dir.path().join("events.csv");
    fs::write(
        &events,
        "id,date,type\nturn,2000-03-01,summit\nearlier,1990-05-05,summit\nother,1985-01-01,test\n",
    )
    .unwrap();
    let words =
        ["link", &file, "--series", "up", "--events", text(&events), "--window", "3", "--cost", "poisson"];
    let found = json(&[&words[..], &["--json"]].concat());
    has(&found, &["series", "changes"]);
    let change = &found["changes"][0];
    has(change, &["series", "change", "interval", "probability", "window", "background", "none", "rivals"]);
    let rival = &change["rivals"][0];
    has(rival, &["event", "date", "probability", "link", "reason", "holm", "q_value"]);
    assert_eq!(rival["event"], "turn");
    has(&rival["link"], &["statistic", "placebos", "p_value"]);
    let kinds = json(&[&words[..], &["--type", "test", "--json"]].concat());
    assert_eq!(kinds["changes"][0]["rivals"].as_array().unwrap().len(), 1);
    assert!(stdout(&words).contains("is no cause"));
    let none = demarche(&["link", &file, "--series", "up"]);
    assert!(!none.status.success() && String::from_utf8_lossy(&none.stderr).contains("--events"));
    let several = demarche(&["link", &file, "--events", text(&events)]);
    assert!(String::from_utf8_lossy(&several.stderr).contains("--series"));
}
