//! `demarche signals`: what is counted, whose words, and means of a value per document.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

fn demarche(dir: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(dir)
        .args(words)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn means_of_a_column() {
    let dir = TempDir::new().unwrap();
    let table = "id,date,outlet,tone\na,2022-01-03,KCNA,0.5\nb,2022-01-20,KCNA,-0.25\nc,2022-03-01,Rodong,1\nd,Juche,KCNA,1\n";
    fs::write(dir.path().join("tone.csv"), table).unwrap();
    let words = [
        "signals", "mean", "tone.csv", "--value", "tone", "--strata", "outlet", "--out", "out.csv", "--json",
    ];
    let output = demarche(dir.path(), &words);
    assert!(output.status.success(), "{}", said(&output));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = json!({
        "documents": 3,
        "left_out": 1,
        "series": [
            { "series": "tone@KCNA", "points": [{ "period": "2022-01", "mean": 0.125, "exposure": 2.0 }] },
            { "series": "tone@Rodong", "points": [{ "period": "2022-03", "mean": 1.0, "exposure": 1.0 }] },
        ],
    });
    assert_eq!(found, expected);
    let written = fs::read_to_string(dir.path().join("out.csv")).unwrap();
    assert_eq!(written, "series,period,value,exposure\ntone@KCNA,2022-01,0.125,2\ntone@Rodong,2022-03,1,1\n");
    assert!(said(&output).contains("tone.csv:5"), "{}", said(&output));
    let output = demarche(dir.path(), &["signals", "mean", "tone.csv", "--value", "mood"]);
    assert!(!output.status.success() && said(&output).contains("`mood`"), "{}", said(&output));
}

#[test]
fn own_words_and_quotations() {
    let dir = TempDir::new().unwrap();
    let text =
        "Obama said: \\\"We want peace talks.\\\" Kim Jong Un said: \\\"Peace is won by strength.\\\" Peace!";
    let line = format!("{{\"id\":\"a\",\"date\":\"2012-01-05\",\"text\":\"{text}\"}}\n");
    fs::write(dir.path().join("d.jsonl"), line).unwrap();
    fs::write(dir.path().join("lexicon.toml"), "[phrases]\npeace = [\"peace\"]\n").unwrap();
    fs::write(dir.path().join("speech.toml"), "[speech]\nown = [\"Kim Jong Un\"]\n").unwrap();
    let counted = |whose: &str| {
        let words = [
            "signals",
            "count",
            "d.jsonl",
            "--lexicon",
            "lexicon.toml",
            "--speech",
            "speech.toml",
            "--whose",
            whose,
            "--counts",
            "counts.csv",
        ];
        let output = demarche(dir.path(), &words);
        assert!(output.status.success(), "{}", said(&output));
        let counts = fs::read_to_string(dir.path().join("counts.csv")).unwrap();
        counts.lines().nth(1).unwrap().to_string()
    };
    assert_eq!(counted("all"), "peace,all,2012-01,3,1,16,1");
    assert_eq!(counted("own"), "peace,all,2012-01,2,1,12,1");
    assert_eq!(counted("quoted"), "peace,all,2012-01,1,1,4,1");

    // Without a file the profile says whose words are whose; it is for its outlets and for what names none.
    let profiled = |more: &[&str]| {
        let mut words =
            vec!["signals", "count", "d.jsonl", "--lexicon", "lexicon.toml", "--counts", "counts.csv"];
        words.extend(["--whose", "own"]);
        words.extend(more);
        let output = demarche(dir.path(), &words);
        assert!(output.status.success(), "{}", said(&output));
        let counts = fs::read_to_string(dir.path().join("counts.csv")).unwrap();
        counts.lines().nth(1).unwrap().to_string()
    };
    assert_eq!(profiled(&[]), "peace,all,2012-01,1,1,7,1", "no outlet, no profile: both are quoted");
    assert_eq!(profiled(&["--profile", "kcna"]), "peace,all,2012-01,2,1,12,1");
    fs::write(dir.path().join("speech.toml"), "[speech]\nown = [\"Obama\"]\n").unwrap();
    assert_eq!(
        profiled(&["--profile", "kcna", "--speech", "speech.toml"]),
        "peace,all,2012-01,2,1,11,1",
        "the file goes before the profile"
    );

    fs::write(dir.path().join("speech.toml"), "[speech]\nowns = []\n").unwrap();
    let words = [
        "signals",
        "count",
        "d.jsonl",
        "--lexicon",
        "lexicon.toml",
        "--speech",
        "speech.toml",
        "--counts",
        "c.csv",
    ];
    let output = demarche(dir.path(), &words);
    assert!(!output.status.success() && said(&output).contains("speech.toml:2"), "{}", said(&output));
}
