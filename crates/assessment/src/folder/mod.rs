//! The folder of an assessment: TOML in, typed specs out, every mistake with its place.
//!
//! The format is described in `docs/format.md`. One file here reads one file there.

pub mod calculus;
pub mod crisis;
pub mod forecasts;
pub mod hypotheses;
mod lexicon;
pub mod options;
pub mod parameters;
pub mod question;
pub mod record;
pub mod signals;
pub mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use source::{Finding, Findings, Place, SourceText};

use table::{File, Table};

/// The files of an assessment in the order of the chain; the first four are needed.
pub const FILES: [&str; 10] = [
    "assessment.toml",
    "record.toml",
    "signals.toml",
    "hypotheses.toml",
    "lexicon.toml",
    "parameters.toml",
    "calculus.toml",
    "crisis.toml",
    "options.toml",
    "forecasts.toml",
];
const NEEDED: usize = 4;

/// An assessment as written.
#[derive(Debug)]
pub struct Folder {
    /// Where it lies.
    pub dir: PathBuf,
    /// What is asked.
    pub question: question::Question,
    /// Where the evidence lies.
    pub record: record::RecordSpec,
    /// Named phrases, themes and targets.
    pub lexicon: signal::LexiconSpec,
    /// Series, links, comparisons.
    pub signals: signals::SignalsSpec,
    /// Rival explanations and indicators.
    pub hypotheses: hypotheses::HypothesesForm,
    /// Uncertain quantities of all files.
    pub parameters: Vec<parameters::Parameter>,
    /// The game, if there is one.
    pub calculus: Option<calculus::CalculusForm>,
    /// The ladder, if there is one.
    pub crisis: Option<crisis::CrisisForm>,
    /// What could be done, if anything.
    pub options: Option<options::OptionsForm>,
    /// Dated forecasts.
    pub forecasts: Vec<forecasts::ForecastSpec>,
    /// The text of each file.
    pub texts: BTreeMap<&'static str, Arc<SourceText>>,
}

impl Folder {
    /// Reads all files of `dir`. What could be read is returned even if there are mistakes, as long as
    /// `assessment.toml` could be.
    pub fn read(dir: &Path) -> (Option<Self>, Findings) {
        let mut reader = Reader { dir, texts: BTreeMap::new(), findings: Findings::new() };
        if !dir.is_dir() {
            let here = Place::new(&SourceText::new(dir.display().to_string(), ""), 0..0);
            let finding =
                Finding::error("folder::missing", format!("there is no folder `{}`", dir.display()), &here);
            reader
                .findings
                .push(finding.help("give the folder of an assessment; `demarche new DIR` writes one"));
            return (None, reader.findings);
        }
        for (index, name) in FILES.into_iter().enumerate() {
            reader.load(name, index < NEEDED);
        }
        let question = reader.parse("assessment.toml", question::read).flatten();
        let record = reader.parse("record.toml", record::read).unwrap_or_default();
        let lexicon = reader.parse("lexicon.toml", lexicon::read).unwrap_or_default();
        let signals = reader.parse("signals.toml", signals::read).unwrap_or_default();
        let hypotheses = reader.parse("hypotheses.toml", hypotheses::read).unwrap_or_default();
        let mut all = reader.parse("parameters.toml", parameters::read).unwrap_or_default();
        let mut with = |name, reader: &mut Reader<'_>| {
            all.extend(reader.parse_part(name, parameters::read).unwrap_or_default());
        };
        with("calculus.toml", &mut reader);
        with("crisis.toml", &mut reader);
        with("options.toml", &mut reader);
        let dir_of_games = dir.to_path_buf();
        let calculus = reader.parse("calculus.toml", |root| calculus::read(root, &dir_of_games)).flatten();
        let crisis = reader.parse("crisis.toml", crisis::read).flatten();
        let options = reader.parse("options.toml", options::read);
        let forecasts = reader.parse("forecasts.toml", forecasts::read).unwrap_or_default();
        let Reader { texts, mut findings, .. } = reader;
        findings.extend(parameters::check_unique(&all));
        let folder = question.map(|question| Self {
            dir: dir.into(),
            question,
            record,
            lexicon,
            signals,
            hypotheses,
            parameters: all,
            calculus,
            crisis,
            options,
            forecasts,
            texts,
        });
        (folder, findings)
    }

    /// The content of a file without layout and comments, for the key of a stage.
    pub fn canonical(&self, name: &str) -> String {
        self.texts.get(name).map(|file| table::canonical(&file.text)).unwrap_or_default()
    }

    /// `file:line` of a place, the file relative to the folder: what may stand in results, which are the same wherever
    /// the folder lies.
    pub fn at(&self, place: &Place) -> String {
        let shown = place.to_string();
        let prefix = format!("{}/", self.dir.display());
        shown.strip_prefix(&prefix).map_or_else(|| shown.clone(), str::to_string)
    }

    /// The parameter of an id.
    pub fn parameter(&self, id: &str) -> Option<&parameters::Parameter> {
        self.parameters.iter().find(|parameter| parameter.id == id)
    }
}

/// A crisis file on its own: `demarche ladder crisis.toml`. Parameters come from the file itself and from
/// a `parameters.toml` beside it.
///
/// # Errors
/// All findings, if there is an error among them.
pub fn read_crisis(path: &Path) -> Result<(crisis::CrisisForm, Vec<parameters::Parameter>), Findings> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut reader = Reader { dir, texts: BTreeMap::new(), findings: Findings::new() };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // Names of files live as long as the program: there is one.
    let name: &'static str = name.leak();
    reader.load(name, true);
    reader.load("parameters.toml", false);
    let mut all = reader.parse("parameters.toml", parameters::read).unwrap_or_default();
    all.extend(reader.parse_part(name, parameters::read).unwrap_or_default());
    let crisis = reader.parse(name, crisis::read).flatten();
    match crisis {
        Some(crisis) if !reader.findings.any_error() => Ok((crisis, all)),
        _ => Err(reader.findings.sorted()),
    }
}

/// A game file on its own: `demarche game estimate calculus.toml plays.csv`. Parameters come from the file itself and from
/// a `parameters.toml` beside it; names need not be among them.
///
/// # Errors
/// All findings, if there is an error among them.
pub fn read_form(path: &Path) -> Result<(GameForm, Vec<parameters::Parameter>), Findings> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut reader = Reader { dir, texts: BTreeMap::new(), findings: Findings::new() };
    let name: &'static str =
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default().leak();
    reader.load(name, true);
    reader.load("parameters.toml", false);
    let mut all = reader.parse("parameters.toml", parameters::read).unwrap_or_default();
    all.extend(reader.parse_part(name, parameters::read).unwrap_or_default());
    let form = reader.parse(name, |root| calculus::read(root, dir)).flatten();
    match form {
        Some(calculus::CalculusForm::Written(form)) if !reader.findings.any_error() => Ok((form, all)),
        Some(calculus::CalculusForm::File { file, .. }) => {
            reader.findings.push(
                Finding::error("calculus::written", "the payoffs of this game are numbers", &file.place)
                    .help("write players, moves and payoffs as formulas here, so that there is something to estimate"),
            );
            Err(reader.findings.sorted())
        }
        _ => Err(reader.findings.sorted()),
    }
}

/// A game as written, its formulas not yet bound.
pub type GameForm = Box<::calculus::Form<table::At<measure::Formula>>>;

/// A lexicon file on its own.
///
/// # Errors
/// All findings, if there is an error among them.
pub fn read_lexicon(path: &Path) -> Result<signal::LexiconSpec, Findings> {
    let (lexicon, findings) = check_lexicon(path);
    if findings.any_error() { Err(findings) } else { Ok(lexicon) }
}

/// What can be read of a lexicon file, and all that is wrong with its form.
pub fn check_lexicon(path: &Path) -> (signal::LexiconSpec, Findings) {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut reader = Reader { dir, texts: BTreeMap::new(), findings: Findings::new() };
    let name: &'static str =
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default().leak();
    reader.load(name, true);
    let lexicon = reader.parse(name, lexicon::read).unwrap_or_default();
    (lexicon, reader.findings.sorted())
}

/// The text of a lexicon file, with all that is wrong with its form.
pub fn parse_lexicon(text: &Arc<SourceText>) -> (signal::LexiconSpec, Findings) {
    let (lexicon, findings) = whole(text, lexicon::read);
    (lexicon, findings.sorted())
}

/// A file read in whole: keys that nobody asked for are findings.
fn whole<T>(text: &Arc<SourceText>, read: impl FnOnce(&Table<'_>) -> T) -> (T, Findings) {
    let file = File::parse(text);
    let value = {
        let root = file.root();
        // A table of parameters may stand in any file and is read on its own.
        let _ = root.get("parameters");
        read(&root)
    };
    (value, file.into_findings())
}

struct Reader<'d> {
    dir: &'d Path,
    texts: BTreeMap<&'static str, Arc<SourceText>>,
    findings: Findings,
}

impl Reader<'_> {
    fn load(&mut self, name: &'static str, needed: bool) {
        let path = self.dir.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !needed => return,
            Err(error) => {
                let here = Place::new(&SourceText::new(path.display().to_string(), ""), 0..0);
                self.findings.push(
                    Finding::error("folder::file", format!("cannot read `{name}`: {error}"), &here)
                        .help("`demarche new DIR` writes a folder with all files"),
                );
                return;
            }
        };
        let shown = path.display().to_string();
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text);
                self.texts.insert(name, SourceText::new(shown, text));
            }
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(&error.into_bytes()[..valid]).into_owned();
                let line = text.matches('\n').count() + 1;
                let here = Place::new(&SourceText::new(shown, text), valid..valid);
                self.findings.push(
                    Finding::error("folder::encoding", format!("line {line} is not UTF-8 text"), &here)
                        .help("save the file as UTF-8"),
                );
            }
        }
    }

    fn parse<T>(&mut self, name: &'static str, read: impl FnOnce(&Table<'_>) -> T) -> Option<T> {
        let (value, findings) = whole(self.texts.get(name)?, read);
        self.findings.extend(findings);
        Some(value)
    }

    /// Reads a part of a file that [`Reader::parse`] reads in whole: only what is wrong within the part is
    /// reported here.
    fn parse_part<T>(&mut self, name: &'static str, read: impl FnOnce(&Table<'_>) -> T) -> Option<T> {
        let text = Arc::clone(self.texts.get(name)?);
        let file = File::parse(&text);
        let (value, before) = {
            let root = file.root();
            let before = file.found();
            let value = read(&root);
            root.leave_open();
            (value, before)
        };
        self.findings.extend(file.into_findings().into_iter().skip(before));
        Some(value)
    }
}
