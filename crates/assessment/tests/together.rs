//! Panels, associations, events in competition and carriers within an assessment: mistakes, numbers, grounds.

use std::fs;
use std::path::Path;

use assessment::{Assessed, Kind, Settings, assess, check, collect};
use tempfile::TempDir;

const MORE: &str = r#"
[[link]]
series = "treaty@speeches"
events = { actor = ["arland"] }
window = 3

[[panel]]
id = "words"
series = ["treaty@speeches", "historic-lands@speeches", "exercises"]
because = "they may come from one decision"

[[association]]
id = "words"
series = ["treaty@speeches", "historic-lands@speeches"]
lags = 2
resamples = 199
because = "one word may give way to the other"
"#;

fn template(more: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    assessment::new(dir.path()).unwrap();
    append(dir.path(), "signals.toml", more);
    dir
}

fn append(dir: &Path, file: &str, more: &str) {
    let path = dir.join(file);
    fs::write(&path, fs::read_to_string(&path).unwrap() + more).unwrap();
}

fn run(dir: &Path, seed: Option<u64>) -> Assessed {
    assess(dir, &Settings { seed, ..Settings::default() }, &mut |_| {}).unwrap()
}

#[test]
fn they_stand_in_the_ledger_and_in_the_json() {
    let dir = template(MORE);
    let documents = "id,date,title,link,stratum,tokens,phrase,count\n\
        s1,2023-05-04,Address to the nation,https://example.org/s1,all,900,historic-lands,3\n\
        s2,2023-06-04,Second address,https://example.org/s2,all,800,historic-lands,2\n";
    fs::write(dir.path().join("record/speeches-documents.csv"), documents).unwrap();
    let record = dir.path().join("record.toml");
    let text = fs::read_to_string(&record).unwrap();
    let with = "file = \"record/speeches.csv\"\ndocuments = \"record/speeches-documents.csv\"";
    assert!(text.contains("file = \"record/speeches.csv\""), "{text}");
    fs::write(&record, text.replacen("file = \"record/speeches.csv\"", with, 1)).unwrap();
    let assessed = run(dir.path(), None);
    let ledger = &assessed.ledger;
    let panel = ledger.get("panel.words").unwrap();
    assert!(
        panel.kind == Kind::Panel && panel.grounds.contains(&"series.exercises".to_string()),
        "{panel:?}"
    );
    assert_eq!(panel.because.as_deref(), Some("they may come from one decision"));
    let association = ledger.get("association.words").unwrap();
    assert!(association.kind == Kind::Association && association.value.unwrap() <= 1.0);
    assert_eq!(association.grounds.len(), 2);
    assert!(ledger.get("contest.treaty@speeches.1").unwrap().text.contains("is no cause"));
    // A change says what carries it, and leads to the documents.
    let shift = ledger.get("shift.historic-lands@speeches.1").unwrap();
    assert!(shift.because.as_deref().unwrap().contains("single omission"), "{shift:?}");
    assert!(shift.grounds.contains(&"document.speeches.s1".to_string()), "{shift:?}");
    let saved: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(dir.path().join("out/assessment.json")).unwrap()).unwrap();
    let change = &saved["changes"]["shifts"]["historic-lands@speeches"]["changes"][0];
    assert!(change["change"]["probability"].is_number());
    assert_eq!(change["attribution"]["contributions"][0]["id"], "s1");
    assert!(change["attribution"]["omissions"][0]["survives"].is_boolean());
    assert_eq!(saved["changes"]["panels"][0]["found"]["series"].as_array().unwrap().len(), 3);
    assert_eq!(saved["changes"]["associations"][0]["found"]["lags"].as_array().unwrap().len(), 5);
    assert_eq!(saved["changes"]["contests"][0]["id"], "treaty@speeches");
    // The same seed gives the same answer; another seed other permutations.
    let p = |one: &Assessed| one.ledger.get("association.words").unwrap().value;
    let bands = |one: &Assessed| {
        one.changes.associations[0]
            .outcome
            .as_ref()
            .unwrap()
            .lags
            .iter()
            .map(|lag| lag.band)
            .collect::<Vec<_>>()
    };
    let other = run(dir.path(), Some(99));
    assert_ne!(bands(&other), bands(&assessed));
    let again = run(dir.path(), None);
    assert_eq!((p(&again), bands(&again)), (p(&assessed), bands(&assessed)));
    assert_eq!(collect(dir.path(), &Settings::default()).unwrap().signals, assessed.evidence.signals);
}

#[test]
fn an_indicator_can_rest_on_an_association() {
    let dir = template(MORE);
    let indicator = |at_most: f64| {
        format!(
            "\n[[indicator]]\nid = \"gives-way\"\nlabel = \"one word gives way\"\n\
             observe = {{ association = \"words\", at_most = {at_most} }}\n\
             likelihood = {{ leaver = 0.6, bargainer = 0.4, other = 0.5 }}\nbecause = \"test\"\n"
        )
    };
    append(dir.path(), "hypotheses.toml", &indicator(1.0));
    assert!(check(dir.path()).is_empty(), "{:?}", check(dir.path()));
    let seen = run(dir.path(), None);
    let entry = seen.ledger.get("indicator.gives-way").unwrap();
    assert_eq!((entry.value, entry.grounds.as_slice()), (Some(1.0), &["association.words".to_string()][..]));
    let path = dir.path().join("hypotheses.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("at_most = 1 }", "at_most = 0.0001 }", 1)).unwrap();
    assert_eq!(run(dir.path(), None).ledger.get("indicator.gives-way").unwrap().value, Some(0.0));
}

#[test]
fn mistakes_are_found_at_their_places() {
    let codes = |more: &str| -> Vec<&'static str> {
        check(template(more).path()).iter().map(|finding| finding.code).collect()
    };
    assert_eq!(codes(MORE), Vec::<&str>::new());
    assert_eq!(codes(&MORE.replace("\"exercises\"]", "\"exercise\"]")), ["signals::series"]);
    assert_eq!(codes("\n[[panel]]\nid = \"one\"\nseries = [\"exercises\"]\n"), ["signals::panel"]);
    assert_eq!(
        codes("\n[[association]]\nid = \"one\"\nseries = [\"exercises\"]\n"),
        ["signals::association"]
    );
    assert_eq!(
        codes(&format!("{MORE}{}", &MORE[MORE.find("[[panel]]").unwrap()..])),
        ["signals::twice", "signals::twice"]
    );
    let both = "\n[[link]]\nseries = \"exercises\"\nevent = \"2023-06-20-drill\"\nevents = { actor = [\"arland\"] }\n";
    assert_eq!(codes(both), ["signals::link"]);
    let unknown = template(MORE);
    append(
        unknown.path(),
        "hypotheses.toml",
        "\n[[indicator]]\nid = \"x\"\nobserve = { association = \"wrds\" }\nlikelihood = { leaver = 0.6, bargainer = 0.4, other = 0.5 }\nbecause = \"test\"\n",
    );
    let found: Vec<_> = check(unknown.path()).iter().map(|finding| finding.code).collect();
    assert_eq!(found, ["signals::association"]);
}
