//! What scripts rely on: the shapes that the commands print with `--json`, run as a user runs them.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use common::{demarche, has, json, text};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn pair(value: &Value) -> [f64; 2] {
    let all = value.as_array().unwrap();
    assert_eq!(all.len(), 2);
    [all[0].as_f64().unwrap(), all[1].as_f64().unwrap()]
}

#[test]
fn shifts() {
    let file = root().join("catalog/series/jarrett1979.csv");
    let found = json(&["shifts", text(&file), "--cost", "poisson", "--json"]);
    has(&found, &["cost", "dispersion", "log_bayes_factor", "change_points", "segments", "posterior"]);
    assert_eq!(found["cost"], "poisson");
    let change = &found["change_points"][0];
    has(
        change,
        &["period", "probability", "interval", "rate_before", "rate_after", "ratio", "ratio_interval"],
    );
    let ratio = pair(&change["ratio_interval"]);
    assert!(ratio[0] < ratio[1] && change["interval"].as_array().unwrap().len() == 2);
    has(&found["posterior"][0], &["period", "probability"]);
    // An index instead of dates, and exposures.
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("s.csv");
    fs::write(&path, "index,count,exposure\n0,1,2\n1,0,2\n2,9,2\n3,11,2\n4,8,2\n").unwrap();
    assert_eq!(json(&["shifts", text(&path), "--json"])["posterior"].as_array().unwrap().len(), 5);
}

#[test]
fn solve() {
    let file = root().join("catalog/games/kuhn1950/poker.efg");
    let found = json(&["solve", text(&file), "--json"]);
    has(&found, &["method", "equilibria", "complete"]);
    let equilibrium = &found["equilibria"][0];
    has(equilibrium, &["payoffs", "strategies", "max_regret", "lambda"]);
    assert!((equilibrium["payoffs"][0].as_f64().unwrap() + 1.0 / 18.0).abs() < 1e-6);
    assert!(
        (equilibrium["strategies"]["Second"]["Q after bet"]["call"].as_f64().unwrap() - 1.0 / 3.0).abs()
            < 1e-4
    );
    let pure = json(&[
        "solve",
        text(&root().join("catalog/games/chokreps1987/beer_quiche.efg")),
        "--method",
        "pure",
        "--json",
    ]);
    assert_eq!((pure["complete"].as_bool(), pure["equilibria"].as_array().unwrap().len()), (Some(true), 2));
    let at = json(&["solve", text(&file), "--lambda", "2", "--json"]);
    assert!((at["equilibria"][0]["lambda"].as_f64().unwrap() - 2.0).abs() < 1e-12);
    assert!(at["equilibria"][0]["max_regret"].as_f64().unwrap() > 0.0);
}

#[test]
fn ladder_of_the_reference_model() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("ladder.toml");
    let number = |p: &Value, name: &str| p[name].as_f64().unwrap();
    let write = |p: &Value| {
        let rung = |n: usize| match n {
            0 => "settled".to_string(),
            9 => "war".to_string(),
            n => format!("r{n}"),
        };
        let rungs: Vec<String> = (0..10).map(|n| format!("\"{}\"", rung(n))).collect();
        let mut toml = format!(
            "rungs = [{}]\nstart = \"{}\"\nprecision = {}\n",
            rungs.join(", "),
            rung(number(p, "start") as usize),
            number(p, "lam")
        );
        for (index, actor) in ["blue", "red"].iter().enumerate() {
            let of = |name: &str| p[name][index].as_f64().unwrap();
            toml.push_str(&format!(
                "[[actor]]\nid = \"{actor}\"\nreciprocity = {}\nhawkishness = {}\nfear_of_height = {}\ninertia = {}\n",
                of("rho"),
                of("h"),
                of("kappa"),
                number(p, "gamma")
            ));
        }
        toml.push_str(&format!(
            "[perception]\nerror = {}\nupward = {}\n[channel]\nstrength = {}\nworks_up_to = \"{}\"\n[accident]\nper_rung = {}\n[simulation]\ntrajectories = 5000\n",
            number(p, "eps"),
            number(p, "omega"),
            number(p, "channel"),
            rung(number(p, "cut") as usize),
            number(p, "eta")
        ));
        fs::write(&path, toml).unwrap();
    };
    let data = std::env::var_os("DEMARCHE_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let Ok(cases) = fs::read_to_string(data.join("decision/ladder/cases.json")) else {
        eprintln!("DEMARCHE_DATA IS NOT THERE: no ladder was compared with its reference");
        return;
    };
    let cases: Value = serde_json::from_str(&cases).unwrap();
    for (name, case) in cases["cases"].as_object().unwrap() {
        write(&case["parameters"]);
        let found = json(&["ladder", text(&path), "--json"]);
        has(&found, &["exact", "simulated", "trajectories"]);
        for (end, expected) in case["exact"].as_object().unwrap() {
            let Some(p) = found["exact"][end].as_f64() else { continue };
            let expected = expected.as_f64().unwrap();
            assert!((p - expected).abs() < 1e-9, "{name} {end}: {p} {expected}");
            let interval = pair(&found["simulated"][end]["interval"]);
            let slack = 0.3 * (interval[1] - interval[0]);
            assert!(
                interval[0] - slack <= expected && expected <= interval[1] + slack,
                "{name} {end}: {interval:?} {expected}"
            );
        }
        assert!(found["exact"]["war_misread"].is_number() && found["exact"]["settled"].is_number());
    }
}

#[test]
fn ladder_of_a_folder_takes_what_its_game_gives() {
    let folder = root().join("examples/peninsula");
    let found = json(&["ladder", text(&folder), "--trajectories", "2000", "--json"]);
    has(&found, &["exact", "simulated", "trajectories"]);
    assert_eq!(found["trajectories"], 2000);
    let exact = found["exact"].as_object().unwrap();
    let p = |end: &str| exact[end].as_f64().unwrap_or_else(|| panic!("no `{end}` in {exact:?}"));
    assert!((p("settled") + p("war") + p("accident") - 1.0).abs() < 1e-9, "{exact:?}");
    assert!((p("war_clear") + p("war_misread") - p("war")).abs() < 1e-9, "{exact:?}");
    let alone = demarche(&["ladder", text(&folder.join("crisis.toml"))]);
    let said = String::from_utf8_lossy(&alone.stderr).into_owned();
    assert!(!alone.status.success() && said.contains("run `demarche ladder"), "{said}");
}

#[test]
fn from_new_to_why() {
    let dir = TempDir::new().unwrap();
    let case = dir.path().join("case");
    assert!(demarche(&["new", text(&case)]).status.success());
    assert!(
        !demarche(&["new", text(&case)]).status.success(),
        "a folder that is not empty is not overwritten"
    );
    assert!(demarche(&["check", text(&case)]).status.success());
    let weighed = json(&["weigh", text(&case), "--json"]);
    has(&weighed, &["hypotheses", "path"]);
    has(&weighed["hypotheses"][0], &["id", "prior", "posterior", "band", "words"]);
    pair(&weighed["hypotheses"][0]["band"]);
    let why = demarche(&["why", text(&case), "leaving"]);
    assert!(String::from_utf8_lossy(&why.stderr).contains("demarche assess"), "it says what to run first");
    let summary = json(&["assess", text(&case), "--json", "--threads", "1"]);
    has(&summary, &["judgments", "computed", "report"]);
    assert!(case.join("out/report.html").exists());
    let again = json(&["assess", text(&case), "--json"]);
    assert_eq!(again["computed"].as_array().unwrap().len(), 0);
    let why = demarche(&["why", text(&case), "leaving"]);
    let chain = String::from_utf8_lossy(&why.stdout).into_owned();
    for part in ["hypothesis", "series", "record/speeches.csv", "hypotheses.toml:"] {
        assert!(chain.to_lowercase().contains(part) || part == "hypothesis", "{part} is not in\n{chain}");
    }
    let wrong = demarche(&["why", text(&case), "leavin"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("leaving"));
    // A mistake: exit status, place, remedy.
    let file = case.join("hypotheses.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap().replacen("prior = 0.6", "prior = 1.6", 1)).unwrap();
    let check = demarche(&["check", text(&case)]);
    let said = String::from_utf8_lossy(&check.stderr).into_owned();
    assert!(!check.status.success() && said.contains("hypotheses.toml:11"), "{said}");
}

#[test]
fn record_and_counts() {
    let dir = TempDir::new().unwrap();
    let case = dir.path().join("case");
    assert!(demarche(&["new", text(&case)]).status.success());
    let documents = dir.path().join("d.csv");
    fs::write(
        &documents,
        "date,title\n2023-01-02,The border treaty stands\nyesterday,No date\n2023-02-03,Ancestral lands\n",
    )
    .unwrap();
    let first = json(&["record", "add", text(&documents), "--into", text(&case), "--json"]);
    let file = &first["files"][0];
    has(file, &["path", "rows", "kept", "repeated", "quarantined"]);
    let counts =
        |file: &Value| ["rows", "kept", "repeated", "quarantined"].map(|key| file[key].as_u64().unwrap());
    assert_eq!(counts(file), [3, 2, 0, 1]);
    let again = json(&["record", "add", text(&documents), "--into", text(&case), "--json"]);
    assert_eq!(counts(&again["files"][0])[1], 0, "adding the same file again adds nothing");
    assert_eq!(json(&["record", "stats", text(&case), "--json"])["documents"], 2);
    assert_eq!(json(&["record", "list", text(&case), "--json"])["files"].as_array().unwrap().len(), 1);
    let (lexicon, table) = (case.join("lexicon.toml"), dir.path().join("counts.csv"));
    let counted = demarche(&[
        "signals",
        "count",
        text(&documents),
        "--lexicon",
        text(&lexicon),
        "--counts",
        text(&table),
    ]);
    assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
    let table = fs::read_to_string(table).unwrap();
    assert!(table.contains("treaty,all,2023-01,1,1,4,1"), "{table}");
    // Documents in the record are counted by a signal and seen in the report.
    let signals = case.join("signals.toml");
    let more = "\n[[signal]]\nid = \"own\"\ndocuments = {}\n";
    fs::write(&signals, fs::read_to_string(&signals).unwrap() + more).unwrap();
    json(&["assess", text(&case), "--json"]);
    let saved: Value =
        serde_json::from_str(&fs::read_to_string(case.join("out/assessment.json")).unwrap()).unwrap();
    assert!(saved["numbers"]["series.treaty@own"].is_object());
    assert_eq!(saved["quarantine"]["rows"], 1);
}

#[test]
fn what_cannot_be_read_is_said_and_fails() {
    let dir = TempDir::new().unwrap();
    let empty = dir.path().join("empty.csv");
    fs::write(&empty, "").unwrap();
    for words in [
        vec!["shifts", text(&empty)],
        vec!["shifts", "nowhere.csv"],
        vec!["solve", text(&empty)],
        vec!["ladder", text(&empty)],
        vec!["weigh", "nowhere"],
        vec!["record", "list", "nowhere", "--depth"],
    ] {
        let output = demarche(&words);
        assert!(!output.status.success() && !output.stderr.is_empty(), "{words:?}");
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{words:?}");
    }
}
