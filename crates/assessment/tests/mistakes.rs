//! Everything that can be wrong with a folder is reported at once, at its line.

use std::fs;
use std::path::Path;

use assessment::check;
use source::Severity;
use tempfile::TempDir;

fn template() -> TempDir {
    let dir = TempDir::new().unwrap();
    assessment::new(dir.path()).unwrap();
    dir
}

/// Replaces the first `from` and returns the line on which it stood.
fn edit(dir: &Path, file: &str, from: &str, to: &str) -> usize {
    let path = dir.join(file);
    let text = fs::read_to_string(&path).unwrap();
    let at = text.find(from).unwrap_or_else(|| panic!("{file} has no {from:?}"));
    fs::write(path, text.replacen(from, to, 1)).unwrap();
    1 + text[..at].matches('\n').count()
}

/// File and line of every error.
fn errors(dir: &Path) -> Vec<(String, usize, &'static str)> {
    check(dir)
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| {
            let shown = finding.place.to_string();
            let (file, line) = shown.rsplit_once(':').unwrap_or((&shown, "0"));
            let file = Path::new(file).file_name().unwrap().to_string_lossy().into_owned();
            (file, line.parse().unwrap_or(0), finding.code)
        })
        .collect()
}

#[test]
fn ten_mistakes_are_ten_findings_with_their_lines() {
    let dir = template();
    let dir = dir.path();
    let mistakes = [
        ("assessment.toml", edit(dir, "assessment.toml", "hypothesis.leaver", "hypothesis.leaves")),
        ("signals.toml", edit(dir, "signals.toml", "2023-02-10-no-show", "2023-02-10-no-shew")),
        ("hypotheses.toml", edit(dir, "hypotheses.toml", "leaver = [0.6, 0.9]", "leaver = [0.6, 1.9]")),
        (
            "hypotheses.toml",
            edit(dir, "hypotheses.toml", "historic-lands@speeches", "historic-land@speeches"),
        ),
        ("hypotheses.toml", edit(dir, "hypotheses.toml", "reliability = \"C3\"", "reliability = \"X3\"")),
        ("parameters.toml", edit(dir, "parameters.toml", "[0.5, 1.0, 2.0]", "[0.5, 3.0, 2.0]")),
        (
            "calculus.toml",
            edit(dir, "calculus.toml", "value = \"-sanction_cost\"", "value = \"-sanction_costs\""),
        ),
        ("crisis.toml", edit(dir, "crisis.toml", "start = \"words\"", "start = \"word\"")),
        ("options.toml", edit(dir, "options.toml", "direction = \"lower\"", "direction = \"down\"")),
        ("forecasts.toml", edit(dir, "forecasts.toml", "bargainer = 0.6", "bargainers = 0.6")),
    ];
    let found = errors(dir);
    for (file, line) in mistakes {
        assert!(
            found.iter().any(|(f, l, _)| f == file && *l == line),
            "{file}:{line} is not among {found:?}"
        );
    }
    for finding in check(dir).iter() {
        assert!(finding.help.is_some(), "{} says not what to do", finding.message);
    }
}

#[test]
fn a_game_that_forgets() {
    let dir = template();
    // Borland's reply no longer knows its own stance.
    let line = edit(dir.path(), "calculus.toml", "knows = [\"stance\", \"answer\"]", "knows = [\"answer\"]");
    let found = errors(dir.path());
    assert!(found.contains(&("calculus.toml".into(), line, "calculus::forgets")), "{found:?}");
}

#[test]
fn a_ladder_that_never_ends() {
    let dir = template();
    edit(dir.path(), "crisis.toml", "per_rung = 0.002", "per_rung = 0.0");
    edit(dir.path(), "crisis.toml", "precision = 2.0", "precision = 1e6");
    for actor in ["\"0.2 + 0.2 * calculus.answer.leave\"", "0.1\n"] {
        edit(dir.path(), "crisis.toml", &format!("hawkishness = {actor}"), "hawkishness = 0.0\n");
    }
    for _ in 0..2 {
        edit(dir.path(), "crisis.toml", "inertia = 0.2", "inertia = 500.0");
    }
    edit(dir.path(), "crisis.toml", "error = \"fog\"", "error = 0.0");
    let found = errors(dir.path());
    assert!(
        found.iter().any(|(file, _, code)| file == "crisis.toml" && code.starts_with("crisis::")),
        "{found:?}"
    );
}

#[test]
fn files_that_are_not_what_they_seem() {
    let dir = template();
    let write = |file: &str, bytes: &[u8]| fs::write(dir.path().join(file), bytes).unwrap();
    let text = fs::read_to_string(dir.path().join("parameters.toml")).unwrap();
    // A byte order mark and line ends of another system change nothing.
    write("parameters.toml", format!("\u{feff}{}", text.replace('\n', "\r\n")).as_bytes());
    assert!(check(dir.path()).is_empty(), "{:?}", errors(dir.path()));
    write("parameters.toml", b"[parameters]\nprecision = { value = 1.5, because = \"caf\xe9\" }\n");
    assert!(
        errors(dir.path())
            .iter()
            .any(|(file, line, code)| file == "parameters.toml" && *line == 2 && *code == "folder::encoding")
    );
    write("parameters.toml", text.as_bytes());
    write("record/speeches.csv", b"");
    assert!(
        errors(dir.path()).iter().any(|(file, _, code)| file == "record.toml" && *code == "record::table")
    );
    write("signals.toml", b"");
    write("hypotheses.toml", b"[[hypothesis]\nid = \"a\"\n");
    let found = errors(dir.path());
    assert!(
        found
            .iter()
            .any(|(file, line, code)| file == "hypotheses.toml" && *line == 1 && *code == "toml::syntax"),
        "{found:?}"
    );
}

#[test]
fn words_that_are_nearly_right_are_recognized() {
    let dir = template();
    edit(dir.path(), "hypotheses.toml", "strength = 0.5", "strenght = 0.5");
    let findings = check(dir.path());
    let help: Vec<String> = findings.iter().filter_map(|finding| finding.help.clone()).collect();
    assert!(help.iter().any(|help| help.contains("did you mean `strength`")), "{help:?}");
}
