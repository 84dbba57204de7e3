//! The cases of `cases/lexicon`, and Korean phrases in real texts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt32Type;
use measure::Calendar;
use record::documents::{Document, Documents, batch};
use record::speech::{SpeechByOutlet, SpeechRules};
use signal::{Lexicon, LexiconSpec, Speaking, Whose, count_of, occurrences_in};
use source::{Findings, SourceText};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads a lexicon as `lexicon.toml` is read, and prepares it: all findings of both.
fn read(text: &str) -> Result<Lexicon, Findings> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lexicon.toml");
    fs::write(&path, text).unwrap();
    let (spec, mut findings) = assessment::folder::check_lexicon(&path);
    match Lexicon::new(spec) {
        Ok(lexicon) if !findings.any_error() => return Ok(lexicon),
        Ok(_) => {}
        Err(more) => findings.extend(more),
    }
    Err(findings.sorted())
}

/// One case: what was written, and what is wrong with it.
struct Case<'t> {
    lexicon: Result<Lexicon, Findings>,
    rules: SpeechByOutlet,
    document: Document,
    wrong: &'t mut String,
    place: String,
}

impl Case<'_> {
    fn check(&mut self, line: &str) {
        let (what, expected) = line.split_once(": ").unwrap_or_else(|| panic!("{}: {line}", self.place));
        let (id, whose) = match what.split_once(" (") {
            None => (what, Whose::All),
            Some((id, "own words)")) => (id, Whose::Own),
            Some((id, "quoted)")) => (id, Whose::Quoted),
            Some(_) => panic!("{}: whose words are these: {line}", self.place),
        };
        let lexicon = match &self.lexicon {
            Ok(lexicon) => lexicon,
            Err(findings) => return writeln!(self.wrong, "{}: mistakes: {findings}", self.place).unwrap(),
        };
        let number = lexicon.position(id).unwrap_or_else(|| panic!("{}: there is no `{id}`", self.place));
        let speaking = Speaking { whose, rules: &self.rules };
        let hits = count_of(lexicon, &batch(std::slice::from_ref(&self.document)), Some(speaking));
        let column = |index: usize| hits.batch.column(index).as_primitive::<UInt32Type>().values().to_vec();
        let row = column(1).iter().position(|&own| own as usize == number);
        let mut found = row.map_or(0, |row| column(2)[row]).to_string();
        if expected.contains(" in ") {
            write!(found, " in {} tokens", hits.tokens[0]).unwrap();
        }
        if expected.contains(" at words ") {
            let batch = batch(std::slice::from_ref(&self.document));
            let places = occurrences_in(lexicon, number, &Documents::of(&batch).unwrap(), 0);
            let words: Vec<String> = places.iter().map(|(_, place)| (place.word + 1).to_string()).collect();
            write!(found, " at words {}", words.join(", ")).unwrap();
        }
        if found != expected {
            writeln!(self.wrong, "{}: {what}: expected {expected}, found {found}", self.place).unwrap();
        }
    }
}

#[test]
fn all_cases_hold() {
    let (mut wrong, mut cases) = (String::new(), 0);
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("cases/lexicon"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md") && !path.ends_with("README.md"))
        .collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for section in text.split("\n## ").skip(1) {
            cases += 1;
            run(&format!("{name}, “{}”", section.lines().next().unwrap()), section, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(cases >= 30, "only {cases} cases were found");
}

fn run(place: &str, section: &str, wrong: &mut String) {
    let mut case = Case {
        lexicon: Ok(Lexicon::new(LexiconSpec::default()).unwrap()),
        rules: SpeechByOutlet::built_in(),
        document: Document::default(),
        wrong,
        place: place.into(),
    };
    let (mut mistakes, mut checked) = (BTreeSet::new(), 0);
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let block = block.join("\n");
            let mut words = kind.split(' ');
            match (words.next(), words.next()) {
                (Some("toml"), Some("lexicon")) => case.lexicon = read(&block),
                (Some("toml"), Some("speech")) => case.rules = rules(&block),
                (Some("text"), Some("statement")) => {
                    case.document = Document { text: Some(block), ..Document::default() };
                    for (key, value) in words.filter_map(|word| word.split_once('=')) {
                        let value = Some(value.to_string());
                        match key {
                            "language" => case.document.language = value,
                            "speaker" => case.document.speaker = value,
                            "outlet" => case.document.outlet = value,
                            _ => panic!("{place}: a document has no `{key}`"),
                        }
                    }
                }
                _ => panic!("{place}: no such block: {kind}"),
            }
        } else if let Some(mistake) = line.strip_prefix("> error ") {
            mistakes.insert(mistake.to_string());
        } else if let Some(line) = line.strip_prefix("> ") {
            case.check(line);
            checked += 1;
        }
    }
    assert!(checked > 0 || !mistakes.is_empty(), "{place}: nothing is expected");
    if !mistakes.is_empty() {
        let found: BTreeSet<String> = match &case.lexicon {
            Ok(_) => BTreeSet::new(),
            Err(findings) => {
                for finding in findings.iter() {
                    assert!(finding.help.is_some(), "{place}: {} has no remedy", finding.message);
                }
                let line = |place: String| place.rsplit(':').next().unwrap_or_default().to_string();
                findings.iter().map(|f| format!("{} at line {}", f.code, line(f.place.to_string()))).collect()
            }
        };
        if found != mistakes {
            writeln!(case.wrong, "{place}: expected {mistakes:#?}, found {found:#?}").unwrap();
        }
    }
}

fn rules(text: &str) -> SpeechByOutlet {
    let file = SourceText::new("speech.toml", text);
    let (table, _) = toml::de::DeTable::parse_recoverable(&file.text);
    let mut findings = Findings::new();
    let rules = SpeechRules::read(table.get_ref(), &file, &mut findings);
    assert!(findings.is_empty(), "{findings}");
    SpeechByOutlet::everywhere(rules)
}

/// 비핵화 stands in the addresses of five years and no other; Python's `str.find` finds it in the same.
#[test]
fn denuclearization_in_the_new_year_addresses() {
    let root = root();
    let data = std::env::var_os("DEMARCHE_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
    let path = data.join("new-year-addresses-ko.parquet");
    if !path.exists() {
        eprintln!("NOT TESTED: there are no New Year addresses in {}; set DEMARCHE_DATA", data.display());
        return;
    }
    let rules = root.join("examples/peninsula/record/maps/new-year.toml");
    let rules = SourceText::new("new-year.toml", fs::read_to_string(rules).unwrap());
    let mapping = record::Mapping::parse(&rules).unwrap();
    let batches: Vec<_> = record::read(&path, &mapping).unwrap().map(Result::unwrap).collect();
    let lexicon = read(
        "[phrases]\ndenuclearization = { ko = [\"비핵화\"] }\nunited-states = [\"미국\"]\nall-of-it = [\"미국*\"]\n",
    );
    let (counts, _) =
        signal::tally(&lexicon.unwrap(), &batches, Calendar::Year, &[], None, &signal::CountBy::Publication)
            .unwrap();
    let years = |id: &str| -> Vec<(String, u64)> {
        let own = counts.cells.iter().filter(|((phrase, _, _), _)| phrase == id);
        own.map(|((_, _, period), cell)| (period.to_string(), cell.count)).collect()
    };
    let once = |year: &str| (year.to_string(), 1);
    assert_eq!(years("denuclearization"), ["1995", "2009", "2010", "2011", "2019"].map(once));
    let total = |id: &str| years(id).iter().map(|(_, count)| count).sum::<u64>();
    // By the rules of the example 116 words begin with 미국; 15 of them are other words (미국군대, 미국대통령, 미국침략자, 미국놈, 미국식, 미국대표단).
    assert_eq!((total("united-states"), total("all-of-it")), (101, 116));
}
