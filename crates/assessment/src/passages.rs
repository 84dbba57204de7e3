//! The passages behind a count, where the texts are at hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use jiff::civil::Date;
use record::Mapping;
use record::documents::Documents;
use serde::{Deserialize, Serialize};
use signal::{Lexicon, PhraseSpec};
use source::{ContentHash, Passage, Place, SourceText};

use crate::AssessmentError;
use crate::folder::Folder;
use crate::folder::record::{DataFile, resolve};
use crate::folder::signals::SignalKind;
use crate::result::Wording;

/// Passages of one series, or why there are none.
#[derive(Clone, Debug)]
pub enum Shown {
    /// The latest places, one per document.
    Passages(Vec<Passage>),
    /// The texts are not at hand.
    Absent(String),
}

/// Characters shown on each side.
const AROUND: usize = 90;

/// The latest places of the phrase that a series counts (`phrase@signal`), at most `limit`, no later than the as-of
/// date of the folder.
///
/// # Errors
/// [`AssessmentError`] if the folder or the texts cannot be read.
pub fn passages(dir: &Path, series: &str, limit: usize) -> Result<Shown, AssessmentError> {
    let (folder, findings) = Folder::read(dir);
    let Some(folder) = folder else { return Err(findings.into()) };
    let Some((phrase, signal)) = series.split_once('@') else {
        return Ok(Shown::Absent(format!("`{series}` counts no phrase")));
    };
    let Some(spec) = folder.signals.signals.iter().find(|spec| spec.id == signal) else {
        return Ok(Shown::Absent(format!("there is no signal `{signal}`")));
    };
    let lexicon = Lexicon::new(folder.lexicon.clone())?;
    let Some(number) = lexicon.position(phrase) else {
        return Ok(Shown::Absent(format!("the lexicon has no phrase `{phrase}`")));
    };
    let (batches, stratum) = match &spec.kind {
        SignalKind::Documents { .. } => {
            let store = record::Store::open(dir).map_err(|error| AssessmentError::stage("record", error))?;
            let all: Result<Vec<RecordBatch>, _> = store.documents().collect();
            (all.map_err(|error| AssessmentError::stage("record", error))?, "all".to_string())
        }
        SignalKind::Counts { table, stratum } => match read_texts(&folder, &table.value)? {
            Texts::At(batches) => (batches, stratum.clone()),
            Texts::Absent(reason) => return Ok(Shown::Absent(reason)),
        },
        SignalKind::Events(_) | SignalKind::Mean { .. } | SignalKind::Values { .. } => {
            return Ok(Shown::Absent(format!("`{series}` counts no phrase")));
        }
    };
    let as_of = folder.question.as_of;
    let belongs = |documents: &Documents<'_>, row: usize| {
        documents.date(row) <= as_of && in_stratum(documents, row, &stratum)
    };
    let mut by_date: BTreeMap<(String, String), Passage> = BTreeMap::new();
    for found in signal::passages(&lexicon, number, &batches, AROUND, usize::MAX, belongs) {
        by_date.insert((found.date.clone(), found.document.clone()), found);
        if by_date.len() > limit {
            by_date.pop_first();
        }
    }
    Ok(Shown::Passages(by_date.into_values().rev().collect()))
}

/// Whether a document belongs to a stratum, whatever column the strata were made by.
fn in_stratum(documents: &Documents<'_>, row: usize, stratum: &str) -> bool {
    let columns = [
        documents.speaker(row),
        documents.outlet(row),
        documents.statement_type(row),
        documents.language(row),
    ];
    stratum == "all" || columns.contains(&Some(stratum))
}

enum Texts {
    At(Vec<RecordBatch>),
    Absent(String),
}

/// The documents of a `[[texts]]` of `record.toml`.
fn read_texts(folder: &Folder, id: &str) -> Result<Texts, AssessmentError> {
    let Some(texts) = folder.record.texts.iter().find(|file| file.id == id) else {
        return Ok(Texts::Absent(format!("record.toml names no [[texts]] for `{id}`")));
    };
    let named = NamedTexts::of(folder, texts)?;
    let path = match named.path {
        Ok(path) => path,
        Err(reason) => return Ok(Texts::Absent(reason)),
    };
    let mapping = match named.mapping {
        None => record::standard_mapping(&path).map_err(|error| AssessmentError::stage("record", error))?,
        Some(mapping) => mapping,
    };
    let reading = match record::read(&path, &mapping) {
        Ok(reading) => reading,
        Err(error) => return Ok(Texts::Absent(error.to_string())),
    };
    let all: Result<Vec<RecordBatch>, _> = reading.collect();
    Ok(Texts::At(all.map_err(|error| AssessmentError::stage("record", error))?))
}

/// Texts that `record.toml` names and does not ship.
#[derive(Debug)]
pub struct NamedTexts {
    /// Id of the `[[texts]]`.
    pub id: String,
    /// Where they are, or why they are not at hand.
    pub path: Result<PathBuf, String>,
    /// How their columns are read; `None` for the standard names.
    pub mapping: Option<Mapping>,
}

impl NamedTexts {
    fn of(folder: &Folder, file: &DataFile) -> Result<Self, AssessmentError> {
        let path = match resolve(&folder.dir, &file.file.value) {
            Ok(path) if path.exists() => Ok(path),
            Ok(path) => Err(format!("there is no {}", path.display())),
            Err(name) => Err(format!("set {name} to the folder that holds the texts")),
        };
        let mapping = match &file.map {
            None => None,
            Some(map) => {
                let at = folder.dir.join(&map.value);
                let text = std::fs::read_to_string(&at)
                    .map_err(|error| AssessmentError::file("read", &at, &error))?;
                Some(Mapping::parse(&SourceText::new(at.display().to_string(), text))?)
            }
        };
        Ok(Self { id: file.id.clone(), path, mapping })
    }
}

/// All texts that the `record.toml` of an assessment names, at hand or not.
///
/// # Errors
/// [`AssessmentError`] if the folder or the rules of a text cannot be read.
pub fn named_texts(dir: &Path) -> Result<Vec<NamedTexts>, AssessmentError> {
    let (folder, findings) = Folder::read(dir);
    let Some(folder) = folder else { return Err(findings.into()) };
    folder.record.texts.iter().map(|file| NamedTexts::of(&folder, file)).collect()
}

/// An example of a word that tells two spans apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// The word.
    pub word: String,
    /// A place where it stands, in the span in which it is more frequent; the latest.
    pub passage: Passage,
}

/// Words of a comparison that get an example.
const EXAMPLES: usize = 12;

/// Examples for the strongest words of each comparison whose texts are at hand.
///
/// # Errors
/// [`AssessmentError`] if texts that are there cannot be read.
pub(crate) fn examples(
    folder: &Folder,
    wordings: &[Wording],
    as_of: Date,
) -> Result<BTreeMap<String, Vec<Example>>, AssessmentError> {
    let mut all = BTreeMap::new();
    for spec in &folder.signals.wordings {
        let (Some(texts), Some(wording)) =
            (&spec.texts, wordings.iter().find(|wording| wording.id == spec.id))
        else {
            continue;
        };
        let Texts::At(batches) = read_texts(folder, &texts.value)? else { continue };
        let keys = &wording.keys[..wording.keys.len().min(EXAMPLES)];
        let phrase = |key: &shift::TermKey| {
            let wording = (key.key.word.clone(), Place::nowhere());
            PhraseSpec::new(key.key.word.clone(), vec![wording], Place::nowhere())
        };
        let lexicon = Lexicon::new(keys.iter().map(phrase).collect::<Vec<_>>())?;
        let mut found = Vec::new();
        for (number, key) in keys.iter().enumerate() {
            let (from, to) = if key.key.log_ratio > 0.0 { spec.after } else { spec.before };
            let belongs = |documents: &Documents<'_>, row: usize| {
                let date = documents.date(row);
                date <= as_of
                    && (from..=to).contains(&date.year())
                    && in_stratum(documents, row, &spec.stratum)
            };
            let places = signal::passages(&lexicon, number, &batches, AROUND, usize::MAX, belongs);
            let latest =
                places.into_iter().max_by(|a, b| (&a.date, &a.document).cmp(&(&b.date, &b.document)));
            found.extend(latest.map(|passage| Example { word: key.key.word.clone(), passage }));
        }
        all.insert(spec.id.clone(), found);
    }
    Ok(all)
}

/// A hash of the texts that examples are taken from, for the key of that stage.
pub(crate) fn texts_hash(folder: &Folder) -> String {
    let used: Vec<&str> =
        folder.signals.wordings.iter().filter_map(|spec| Some(spec.texts.as_ref()?.value.as_str())).collect();
    let texts = folder.record.texts.iter().filter(|file| used.contains(&file.id.as_str()));
    let hash = |file: &DataFile| {
        let path = resolve(&folder.dir, &file.file.value).ok()?;
        let hash = std::fs::File::open(path).and_then(ContentHash::of_reader).ok()?;
        Some(hash.as_str().to_string())
    };
    texts.map(|file| hash(file).unwrap_or_else(|| "absent".into())).collect::<Vec<_>>().join(" ")
}
