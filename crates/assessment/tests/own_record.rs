//! Series counted from the record of the folder itself: copies, carriers and their places.

use std::fmt::Write as _;
use std::fs;

use assessment::{Assessed, Settings, assess};
use record::Store;
use tempfile::TempDir;

const OWN: &str = r#"
[[signal]]
id = "own"
documents = { outlet = ["herald", "gazette"] }
by = "month"
exposure = "documents"
phrases = ["treaty"]
"#;

/// Thirty words that no other number has in this order, so that no text is a copy of another by chance.
fn unlike(number: u64) -> String {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    let word = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("w{}", (state >> 33) % 5000)
    };
    (0..30).map(word).collect::<Vec<_>>().join(" ")
}

/// Four statements a month for four years, of which the first names the treaty until 2020; a rare word all along.
/// Each January is printed again by another outlet.
fn folder() -> TempDir {
    let dir = TempDir::new().unwrap();
    assessment::new(dir.path()).unwrap();
    let signals = dir.path().join("signals.toml");
    fs::write(&signals, fs::read_to_string(&signals).unwrap() + OWN).unwrap();
    let mut rows = String::from("id,date,outlet,title,text\n");
    for month in 0..48_u64 {
        let (year, number) = (2019 + month / 12, month % 12 + 1);
        for week in 0..4 {
            let words = match (week, year) {
                (0 | 1, 2019 | 2020) => "we keep the border treaty",
                (3, _) => "our ancestral lands",
                _ => "the harvest was good",
            };
            let text = format!("{} {words} {}.", unlike(month * 8 + week), unlike(month * 8 + week + 4));
            let date = format!("{year}-{number:02}-{:02}", 1 + 7 * week);
            writeln!(rows, "h{month}-{week},{date},herald,Speech {month}-{week},{text}").unwrap();
            if number == 1 {
                writeln!(rows, "g{month}-{week},{date},gazette,Speech {month}-{week},{text}").unwrap();
            }
        }
    }
    let file = dir.path().join("speeches.csv");
    fs::write(&file, rows).unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let report = store.add(&[file], None, &mut |_| {}).unwrap();
    assert_eq!(report.files[0].kept, 192 + 16);
    dir
}

fn run(dir: &TempDir) -> Assessed {
    assess(dir.path(), &Settings::default(), &mut |_| {}).unwrap()
}

#[test]
fn a_change_leads_to_the_documents_that_carry_it() {
    let dir = folder();
    let assessed = run(&dir);
    let signal = assessed.evidence.signals.iter().find(|signal| signal.series.id == "treaty@own").unwrap();
    // An utterance counts once: the sixteen reprints are neither in the counts nor in the exposure.
    assert_eq!(signal.copies_folded, Some(16));
    assert_eq!(signal.series.points.iter().map(|point| point.exposure).sum::<f64>(), 192.0);
    assert_eq!(signal.series.points.iter().map(|point| point.value).sum::<f64>(), 48.0);
    let series = assessed.ledger.get("series.treaty@own").unwrap();
    assert!(series.text.ends_with("; 16 copies folded"), "{}", series.text);

    let shifts = &assessed.changes.shifts["treaty@own"];
    assert_eq!(shifts.change_points.len(), 1);
    assert_eq!(shifts.change_points[0].period.to_string(), "2021-01");
    let carried = &assessed.changes.attributions["treaty@own"][0];
    assert!(!carried.contributions.is_empty(), "{carried:?}");
    let shift = assessed.ledger.get("shift.treaty@own.1").unwrap();
    let document = shift.grounds.iter().find(|id| id.starts_with("document.record.own.h")).unwrap();
    let at = assessed.ledger.get(document).unwrap().at.clone().unwrap();
    assert!(at.contains("speeches.csv:"), "{at}");
    // Only documents of that phrase are listed: 48 of them, none without it.
    assert_eq!(assessed.evidence.documents["record.own"].len(), 48);
}

#[test]
fn nothing_after_the_date_is_listed() {
    let dir = folder();
    let question = dir.path().join("assessment.toml");
    let text = fs::read_to_string(&question).unwrap();
    let line = text.lines().find(|line| line.starts_with("as_of")).unwrap().to_string();
    fs::write(&question, text.replacen(&line, "as_of = 2020-06-30", 1)).unwrap();
    let assessed = run(&dir);
    let listed = &assessed.evidence.documents["record.own"];
    assert_eq!(listed.len(), 36);
    assert!(listed.iter().all(|one| one.date.to_string().as_str() <= "2020-06-30"));
    let signal = assessed.evidence.signals.iter().find(|signal| signal.series.id == "treaty@own").unwrap();
    assert_eq!(signal.copies_folded, Some(8));
}
