//! How often languages are told, and how often wrongly, on real headlines and articles.
//! (`docs/record.md` has the figures for all of them; here is every 20th.)

use std::path::PathBuf;

use record::documents::Documents;
use record::{Mapping, detect_language, read};
use source::SourceText;

fn data(name: &str) -> Option<PathBuf> {
    let dir = std::env::var_os("DEMARCHE_DATA").map_or_else(|| "../../../shared/data".into(), PathBuf::from);
    let path = dir.join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} is not there; set DEMARCHE_DATA", path.display());
    }
    path.exists().then_some(path)
}

/// Right, wrong, and left empty among every 20th document of a file, with its text or with its title alone.
fn told(name: &str, rules: &str, with_text: bool) -> Option<(usize, usize, usize)> {
    let mapping = Mapping::parse(&SourceText::new("rules.toml", rules)).unwrap();
    let (mut right, mut wrong, mut none, mut seen) = (0, 0, 0, 0);
    for batch in read(&data(name)?, &mapping).unwrap() {
        let batch = batch.unwrap();
        let documents = Documents::of(&batch).unwrap();
        for row in (0..documents.len()).filter(|row| !with_text || documents.text(*row).is_some()) {
            seen += 1;
            if seen % 20 != 0 {
                continue;
            }
            let text = documents.text(row).filter(|_| with_text);
            match detect_language(documents.title(row), text) {
                None => none += 1,
                found if found == documents.language(row) => right += 1,
                _ => wrong += 1,
            }
        }
    }
    Some((right, wrong, none))
}

#[test]
fn texts_are_told_and_headlines_mostly() {
    if let Some((right, wrong, none)) = told("kcna-2012.parquet", "", true) {
        assert!(right >= 500 && wrong == 0 && none <= 2, "{right} {wrong} {none}");
    }
    let rules = "[columns]\nlanguage = \"english\"\n[values.language]\ntrue = \"en\"\nfalse = \"es\"";
    if let Some((right, wrong, none)) = told("kcna-headlines.parquet", rules, false) {
        assert!(right + wrong + none > 4_000);
        assert!(wrong * 300 < right, "{right} {wrong}");
        assert!(none * 4 < right + wrong + none, "{none}");
    }
}
