//! The whole chain on the folder that `demarche new` writes.

use std::fs;
use std::path::Path;

use assessment::{AssessmentError, Event, Ran, Settings, assess, check};
use jiff::civil::date;
use serde_json::Value;
use tempfile::TempDir;

fn template() -> TempDir {
    let dir = TempDir::new().unwrap();
    assessment::new(dir.path()).unwrap();
    dir
}

fn edit(dir: &Path, file: &str, from: &str, to: &str) {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from:?}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn computed(dir: &Path, settings: &Settings) -> Vec<&'static str> {
    let mut stages = Vec::new();
    let mut note = |event| {
        if let Event::Ended(stage, Ran::Computed) = event {
            stages.push(stage);
        }
    };
    assess(dir, settings, &mut note).unwrap();
    stages
}

fn json(dir: &Path) -> String {
    fs::read_to_string(dir.join("out/assessment.json")).unwrap()
}

const ALL: [&str; 6] = ["signals", "shifts", "evidence", "calculus", "crisis", "options"];

#[test]
fn only_stages_behind_an_edit_run_again() {
    let dir = template();
    let now = Settings::default();
    assert!(check(dir.path()).is_empty());
    assert_eq!(computed(dir.path(), &now), ALL);
    assert!(computed(dir.path(), &now).is_empty());
    edit(dir.path(), "calculus.toml", "value = \"-0.3\"", "value = \"-0.4\"");
    assert_eq!(computed(dir.path(), &now), ["calculus", "crisis", "options"]);
    edit(dir.path(), "crisis.toml", "fear_of_height = 1.5", "fear_of_height = 1.4");
    assert_eq!(computed(dir.path(), &now), ["crisis", "options"]);
    edit(dir.path(), "options.toml", "goal = 0.4", "goal = 0.45");
    assert_eq!(computed(dir.path(), &now), ["options"]);
    edit(dir.path(), "parameters.toml", "[0.1, 0.2, 0.35]", "[0.1, 0.2, 0.3]");
    assert_eq!(computed(dir.path(), &now), ["crisis", "options"]);
    edit(dir.path(), "parameters.toml", "[parameters]", "# a comment changes nothing\n[parameters]");
    assert!(computed(dir.path(), &now).is_empty());
    edit(dir.path(), "hypotheses.toml", "prior = 0.3", "prior = 0.35");
    edit(dir.path(), "hypotheses.toml", "prior = 0.6", "prior = 0.55");
    assert_eq!(computed(dir.path(), &now), ["evidence", "calculus", "crisis", "options"]);
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    let results: Vec<String> = [1, 2, 5]
        .map(|threads| {
            let dir = template();
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| assess(dir.path(), &Settings::default(), &mut |_| {})).unwrap();
            json(dir.path())
        })
        .into();
    assert!(results[0] == results[1] && results[0] == results[2], "assessment.json differs");
}

#[test]
fn another_seed_moves_what_is_drawn_and_nothing_else() {
    let dir = template();
    let first = assess(dir.path(), &Settings::default(), &mut |_| {}).unwrap();
    let settings = Settings { seed: Some(8), ..Settings::default() };
    let second = assess(dir.path(), &settings, &mut |_| {}).unwrap();
    let posterior =
        |one: &assessment::Assessed| one.weighing.hypotheses.iter().map(|h| h.posterior).collect::<Vec<_>>();
    assert_eq!(posterior(&first), posterior(&second));
    assert_ne!(first.weighing.hypotheses[0].band, second.weighing.hypotheses[0].band);
    assert_eq!(first.crisis.as_ref().unwrap().exact, second.crisis.as_ref().unwrap().exact);
    assert_ne!(first.options.unwrap().summaries[0].score, second.options.unwrap().summaries[0].score);
}

/// Nothing later than the date is visible: not as a number, not as an event, not as a period.
#[test]
fn nothing_later_than_the_date_is_visible() {
    let dir = template();
    let settings = Settings { as_of: Some(date(2022, 11, 15)), ..Settings::default() };
    let assessed = assess(dir.path(), &settings, &mut |_| {}).unwrap();
    assert!(assessed.evidence.events.iter().all(|event| event.date <= date(2022, 11, 15)));
    for signal in &assessed.evidence.signals {
        let last = signal.series.points.last().unwrap().period;
        assert!(last.last_day().unwrap() <= date(2022, 11, 15), "{}: {last}", signal.series.id);
    }
    // The empty chair of February 2023 has not been seen, nor has the envoy of October.
    let seen: Vec<&str> = assessed.weighing.contributions.iter().map(|one| one.indicator.as_str()).collect();
    assert!(!seen.contains(&"stays-away") && !seen.contains(&"envoy"), "{seen:?}");
    assert!(assessed.ledger.get("event.2023-02-10-no-show").is_none());
    // And a later record changes nothing at all.
    let before = json(dir.path());
    let events = dir.path().join("record/events.csv");
    let mut text = fs::read_to_string(&events).unwrap();
    text.push_str("2023-12-01-surprise,2023-12-01,arland,borland,absence,1,template,later\n");
    fs::write(&events, text).unwrap();
    assess(dir.path(), &settings, &mut |_| {}).unwrap();
    assert!(before == json(dir.path()), "assessment.json differs");
}

#[test]
fn every_number_has_its_ground_and_every_chain_ends() {
    let dir = template();
    let assessed = assess(dir.path(), &Settings::default(), &mut |_| {}).unwrap();
    assert_eq!(assessed.judgments.len(), 2);
    for entry in assessed.ledger.iter() {
        for step in assessed.ledger.chain(&entry.id) {
            assert!(step.entry.is_ok(), "{} rests on {:?}, which is not there", entry.id, step.entry);
        }
        let ends = !entry.grounds.is_empty() || entry.at.is_some();
        assert!(ends, "{} rests on nothing", entry.id);
    }
    let value: Value = serde_json::from_str(&json(dir.path())).unwrap();
    for key in ["as_of", "seed", "judgments", "stages", "quarantine"] {
        assert!(!value[key].is_null(), "{key}");
    }
    let first = &value["judgments"][0];
    for key in ["id", "text", "probability", "words", "confidence", "grounds"] {
        assert!(!first[key].is_null(), "{key}");
    }
    for table in ["series", "change_points", "hypotheses", "courses", "portfolios"] {
        let path = dir.path().join(format!("out/{table}.parquet"));
        assert!(
            path.exists(),
            "{table}: {:?}",
            fs::read_dir(dir.path().join("out")).unwrap().map(|e| e.unwrap().file_name()).collect::<Vec<_>>()
        );
    }
}

/// Rows that cannot be read are set apart with their line, counted, and change no other number.
#[test]
fn bad_rows_are_quarantined() {
    let dir = template();
    let path = dir.path().join("record/events.csv");
    let mut bytes = fs::read(&path).unwrap();
    // Its Korean tells that the file is UTF-8, so that the next row is damage and not another encoding.
    bytes.extend("x,Juche 111,arland,borland,absence,1,template,주체111 is no date\r\n".as_bytes());
    bytes.extend(b"y,2023-05-01,\xe9\xe8,borland,absence,1,template,not UTF-8\n");
    fs::write(&path, bytes).unwrap();
    let speeches = dir.path().join("record/speeches.csv");
    let mut text = fs::read_to_string(&speeches).unwrap();
    text.push_str("treaty,all,2024-01,-3,1,20000,40\n");
    fs::write(&speeches, text).unwrap();
    let assessed = assess(dir.path(), &Settings::default(), &mut |_| {}).unwrap();
    let rows: Vec<String> = assessed.evidence.quarantine.iter().map(|row| format!("{}", row.at)).collect();
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.contains(&"record/events.csv:7".to_string()), "{rows:?}");
    assert!(rows.contains(&"record/events.csv:8".to_string()), "{rows:?}");
    let value: Value = serde_json::from_str(&json(dir.path())).unwrap();
    assert_eq!(value["quarantine"]["rows"], 3);
}

#[test]
fn what_is_no_folder_is_said_once() {
    let dir = TempDir::new().unwrap();
    let nowhere = dir.path().join("nowhere");
    assert_eq!(check(&nowhere).len(), 1);
    let error = assess(&nowhere, &Settings::default(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, AssessmentError::Findings(findings) if findings.len() == 1));
}
