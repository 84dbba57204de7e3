//! The passages behind a count, where the texts are at hand.

use std::collections::BTreeMap;
use std::path::Path;

use arrow_array::RecordBatch;
use signal::Lexicon;
use source::{Passage, SourceText};

use crate::AssessmentError;
use crate::folder::Folder;
use crate::folder::record::resolve;
use crate::folder::signals::SignalKind;

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
        SignalKind::Documents(_) => {
            let store = record::Store::open(dir).map_err(|error| AssessmentError::stage("record", error))?;
            let all: Result<Vec<RecordBatch>, _> = store.documents().collect();
            (all.map_err(|error| AssessmentError::stage("record", error))?, "all".to_string())
        }
        SignalKind::Counts { table, stratum } => {
            let Some(texts) = folder.record.texts.iter().find(|file| file.id == table.value) else {
                return Ok(Shown::Absent(format!("record.toml names no [[texts]] for `{}`", table.value)));
            };
            let path = match resolve(dir, &texts.file.value) {
                Ok(path) => path,
                Err(name) => {
                    return Ok(Shown::Absent(format!("set {name} to the folder that holds the texts")));
                }
            };
            let mapping = match &texts.map {
                None => record::standard_mapping(&path)
                    .map_err(|error| AssessmentError::stage("record", error))?,
                Some(map) => {
                    let at = dir.join(&map.value);
                    let text = std::fs::read_to_string(&at)
                        .map_err(|error| AssessmentError::file("read", &at, &error))?;
                    record::Mapping::parse(&SourceText::new(at.display().to_string(), text))?
                }
            };
            let reading = match record::read(&path, &mapping) {
                Ok(reading) => reading,
                Err(error) => return Ok(Shown::Absent(error.to_string())),
            };
            let all: Result<Vec<RecordBatch>, _> = reading.collect();
            (all.map_err(|error| AssessmentError::stage("record", error))?, stratum.clone())
        }
        SignalKind::Events(_) | SignalKind::Values { .. } => {
            return Ok(Shown::Absent(format!("`{series}` counts no phrase")));
        }
    };
    let as_of = folder.question.as_of;
    let belongs = |documents: &record::documents::Documents<'_>, row: usize| {
        let columns = [
            documents.speaker(row),
            documents.outlet(row),
            documents.statement_type(row),
            documents.language(row),
        ];
        documents.date(row) <= as_of && (stratum == "all" || columns.contains(&Some(stratum.as_str())))
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
