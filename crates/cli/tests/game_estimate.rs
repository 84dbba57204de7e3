//! `demarche game estimate`: the shape of its answer, and its answer.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use measure::Seed;
use measure::portable::logistic;
use serde_json::Value;
use tempfile::TempDir;

fn demarche(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche")).args(words).env("NO_COLOR", "1").output().unwrap()
}

const DETERRENCE: &str = r#"
precision = 1

[[player]]
id = "challenger"

[[player]]
id = "defender"

[[move]]
id = "attack"
player = "challenger"
actions = ["wait", "attack"]

[[move]]
id = "resist"
player = "defender"
knows = ["attack"]
when = { attack = "attack" }
actions = ["yield", "resist"]

[[payoff]]
player = "challenger"
when = { resist = "yield" }
value = "prize + by_trade * trade"

[[payoff]]
player = "challenger"
when = { resist = "resist" }
value = "war"

[[payoff]]
player = "defender"
when = { resist = "resist" }
value = "resolve + by_arms * arms"
"#;

/// Plays of known coefficients: prize 1, by_trade −0.5, war −1.5, resolve 0.2, by_arms 0.8. The equilibrium has a closed
/// form: p(resist) = logistic(resolve + by_arms·arms), p(attack) = logistic of the mean of prize and war.
fn plays(rows: usize) -> String {
    let mut stream = Seed(9).stream("crises", 0);
    let mut text = String::from("crisis,trade,arms,attack,resist\n");
    for row in 0..rows {
        let (trade, arms) = (stream.normal(), stream.normal());
        let resist = logistic(0.2 + 0.8 * arms);
        let attack = logistic(resist * -1.5 + (1.0 - resist) * (1.0 - 0.5 * trade));
        let attacks = stream.uniform() < attack;
        let resists = stream.uniform() < resist;
        let done = match (attacks, resists) {
            (false, _) => "wait,",
            (true, false) => "attack,yield",
            (true, true) => "attack,resist",
        };
        text.push_str(&format!("{row},{trade},{arms},{done}\n"));
    }
    text
}

fn write(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn coefficients_with_their_errors() {
    let dir = TempDir::new().unwrap();
    let game = write(dir.path(), "deterrence.toml", DETERRENCE);
    let mut text = plays(3000);
    text.push_str("x,much,0,wait,\nx,0,0,flee,\nx,0,0,wait,resist\nx,0,0,,\n");
    let data = write(dir.path(), "crises.csv", &text);
    let output = demarche(&["game", "estimate", &game, &data, "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys = [
        "coefficients",
        "log_likelihood",
        "log_likelihood_at_random",
        "plays",
        "aic",
        "bic",
        "evaluations",
        "converged",
        "starts",
        "measured",
        "fixed",
        "ignored",
        "set_apart",
        "notes",
    ];
    for key in keys {
        assert!(found.get(key).is_some(), "`{key}` is missing in {found}");
    }
    assert_eq!(found["plays"], 3000);
    assert_eq!(found["measured"], serde_json::json!(["trade", "arms"]));
    assert_eq!(found["ignored"], serde_json::json!(["crisis"]));
    assert_eq!(found["converged"], true);
    let apart: Vec<(u64, String)> = found["set_apart"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["line"].as_u64().unwrap(), row["reason"].as_str().unwrap().to_string()))
        .collect();
    assert_eq!(apart.len(), 4);
    let said = ["is not a number", "has no action `flee`", "no play", "no move was seen"];
    for ((at, (line, reason)), due) in apart.iter().enumerate().zip(said) {
        assert!(*line == 3002 + at as u64 && reason.contains(due), "{line}: {reason}");
    }
    let truth = [("prize", 1.0), ("by_trade", -0.5), ("war", -1.5), ("resolve", 0.2), ("by_arms", 0.8)];
    let mut seen = 0;
    for one in found["coefficients"].as_array().unwrap() {
        let (name, estimate) = (one["name"].as_str().unwrap(), one["estimate"].as_f64().unwrap());
        let error = one["standard_error"].as_f64().unwrap();
        assert!(one["robust_error"].as_f64().is_some() && one["interval"].as_array().unwrap().len() == 2);
        let due = truth.iter().find(|(own, _)| *own == name).unwrap().1;
        assert!((estimate - due).abs() < 4.0 * error && error < 0.3, "{name}: {estimate} ± {error}");
        seen += 1;
    }
    assert_eq!(seen, 5);

    let held = demarche(&["game", "estimate", &game, &data, "--fix", "war=-1.5", "--starts", "0", "--json"]);
    let held: Value = serde_json::from_slice(&held.stdout).unwrap();
    assert_eq!(held["fixed"]["war"], -1.5);
    assert_eq!(held["coefficients"].as_array().unwrap().len(), 4);
    assert!(held["log_likelihood"].as_f64() < found["log_likelihood"].as_f64());

    let shown = demarche(&["game", "estimate", &game, &data, "--starts", "0"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    for part in ["robust s.e.", "by_trade", "3000 plays", "4 rows are set apart", "line 3002:"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let dir = TempDir::new().unwrap();
    let game = write(dir.path(), "deterrence.toml", DETERRENCE);
    let other = write(dir.path(), "other.csv", "a,b\n1,2\n");
    let empty = write(dir.path(), "empty.csv", "attack,trade,arms\n");
    let good = write(dir.path(), "good.csv", &plays(50));
    let words = [
        (vec!["game", "estimate", &game, &other], "no column for a move"),
        (vec!["game", "estimate", &game, &empty], "has no rows"),
        (vec!["game", "estimate", &game, "nowhere.csv"], "cannot read"),
        (vec!["game", "estimate", &game, &good, "--fix", "was=1"], "no formula"),
        (vec!["game", "estimate", &game, &good, "--fix", "war"], "NAME=VALUE"),
        (vec!["game", "estimate", &good, &good], "error"),
    ];
    for (words, due) in words {
        let output = demarche(&words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(due), "{words:?}: {said}");
    }
}
