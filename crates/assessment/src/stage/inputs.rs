//! The data files of the record, read whole and unfiltered: what the plan checks names against.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use measure::Series;
use record::Store;
use record::events::Event;
use signal::{Counts, DocumentHits, Score, ScoreColumns, WordCounts};
use source::{ContentHash, Finding, Findings, Place, Quarantined, RowAt};

use crate::folder::Folder;
use crate::folder::record::{DataFile, resolve};

/// A table with the file it came from, as shown to a reader.
#[derive(Debug)]
pub struct Held<T> {
    /// Name of the file relative to the assessment.
    pub file: String,
    /// The content.
    pub value: T,
}

/// Everything that the data files hold, whatever its date.
#[derive(Debug)]
pub struct Inputs {
    /// All events, by date and id.
    pub events: Vec<Event>,
    /// Counts by id of their table.
    pub counts: BTreeMap<String, Held<Counts>>,
    /// The documents behind counts, by id of the table of counts.
    pub documents: BTreeMap<String, Held<Vec<DocumentHits>>>,
    /// Values by id of their table.
    pub values: BTreeMap<String, Held<Vec<Series>>>,
    /// Values of documents by id of their table.
    pub scores: BTreeMap<String, Held<Vec<Score>>>,
    /// Words by id of their table.
    pub words: BTreeMap<String, Held<BTreeMap<String, WordCounts>>>,
    /// Rows that could not be read.
    pub quarantine: Vec<Quarantined>,
    /// Documents and events added with `demarche record add`.
    pub store: Option<Store>,
    /// Hash of all that was read.
    pub hash: ContentHash,
}

impl Inputs {
    /// Reads the files that `record.toml` names.
    pub fn read(folder: &Folder) -> (Self, Findings) {
        let mut reader =
            Reader { folder, findings: Findings::new(), quarantine: Vec::new(), hashes: Vec::new() };
        let spec = &folder.record;
        let mut events = Vec::new();
        for file in &spec.events {
            events.extend(reader.events(file));
        }
        let store = reader.store();
        if let Some(store) = &store {
            events.extend(reader.stored_events(store));
        }
        events.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
        let mut read = Self {
            events,
            counts: BTreeMap::new(),
            documents: BTreeMap::new(),
            values: BTreeMap::new(),
            scores: BTreeMap::new(),
            words: BTreeMap::new(),
            quarantine: Vec::new(),
            store,
            hash: ContentHash::of(b""),
        };
        for file in &spec.counts {
            if let Some(value) = reader
                .table(&file.file.value, &file.file.place, |bytes, name| signal::read_counts(bytes, name))
            {
                read.counts.insert(file.id.clone(), value);
            }
            if let Some(documents) = &file.documents
                && let Some(value) = reader.table(&documents.value, &documents.place, |bytes, name| {
                    signal::read_documents(bytes, name)
                })
            {
                read.documents.insert(file.id.clone(), value);
            }
        }
        for file in &spec.values {
            let values = |bytes: &[u8], name: &str| signal::read_values(bytes, name, &file.id);
            if let Some(value) = reader.table(&file.file.value, &file.file.place, values) {
                read.values.insert(file.id.clone(), value);
            }
        }
        for scores in &spec.scores {
            let columns = ScoreColumns {
                value: &scores.value,
                weight: scores.weight.as_deref(),
                strata: &scores.strata,
            };
            let file = &scores.file;
            let values = |bytes: &[u8], name: &str| signal::read_scores(bytes, name, columns);
            if let Some(value) = reader.table(&file.file.value, &file.file.place, values) {
                read.scores.insert(file.id.clone(), value);
            }
        }
        for file in &spec.words {
            if let Some(value) = reader
                .table(&file.file.value, &file.file.place, |bytes, name| signal::read_words(bytes, name))
            {
                read.words.insert(file.id.clone(), value);
            }
        }
        read.hash = ContentHash::of_parts(reader.hashes.iter().map(|hash| hash.as_str().as_bytes()));
        read.quarantine = reader.quarantine;
        (read, reader.findings)
    }

    /// Ids of all events.
    pub fn event_ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.events.iter().map(|event| event.id.as_str())
    }
}

struct Reader<'f> {
    folder: &'f Folder,
    findings: Findings,
    quarantine: Vec<Quarantined>,
    hashes: Vec<ContentHash>,
}

impl Reader<'_> {
    fn path(&mut self, file: &str, place: &Place) -> Option<PathBuf> {
        match resolve(&self.folder.dir, file) {
            Ok(path) => Some(path),
            Err(name) => {
                self.findings.push(
                    Finding::error(
                        "record::variable",
                        format!("the environment variable `{name}` is not set"),
                        place,
                    )
                    .help(format!("set it to the folder that holds the data: export {name}=…")),
                );
                None
            }
        }
    }

    fn missing(&mut self, path: &Path, place: &Place, reason: &str) {
        self.findings.push(
            Finding::error("record::file", format!("cannot read `{}`: {reason}", path.display()), place)
                .help("names are relative to the folder of the assessment"),
        );
    }

    fn table<T, E: std::fmt::Display>(
        &mut self,
        file: &str,
        place: &Place,
        read: impl FnOnce(&[u8], &str) -> Result<(T, Vec<Quarantined>), E>,
    ) -> Option<Held<T>> {
        let path = self.path(file, place)?;
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.missing(&path, place, &error.to_string());
                return None;
            }
        };
        self.hashes.push(ContentHash::of(&bytes));
        match read(&bytes, file) {
            Ok((value, quarantine)) => {
                self.quarantine.extend(quarantine);
                Some(Held { file: file.into(), value })
            }
            Err(error) => {
                self.findings.push(
                    Finding::error("record::table", error.to_string(), place)
                        .help("docs/format.md says which columns each kind of table has"),
                );
                None
            }
        }
    }

    fn events(&mut self, file: &DataFile) -> Vec<Event> {
        let Some(path) = self.path(&file.file.value, &file.file.place) else { return Vec::new() };
        let mapping = match &file.map {
            None => record::Mapping::events(),
            Some(map) => {
                let at = self.folder.dir.join(&map.value);
                let text = match fs::read_to_string(&at) {
                    Ok(text) => text,
                    Err(error) => {
                        self.missing(&at, &map.place, &error.to_string());
                        return Vec::new();
                    }
                };
                match record::Mapping::parse(&source::SourceText::new(at.display().to_string(), text)) {
                    Ok(mapping) => mapping,
                    Err(findings) => {
                        self.findings.extend(findings);
                        return Vec::new();
                    }
                }
            }
        };
        match fs::File::open(&path).and_then(ContentHash::of_reader) {
            Ok(hash) => self.hashes.push(hash),
            Err(error) => {
                self.missing(&path, &file.file.place, &error.to_string());
                return Vec::new();
            }
        }
        self.hashes.push(mapping.hash());
        let mut found = Vec::new();
        let shown = |at: RowAt| RowAt { file: file.file.value.clone(), row: at.row };
        match record::read(&path, &mapping) {
            Ok(mut reading) => {
                for batch in reading.by_ref() {
                    match batch {
                        Ok(batch) => found.extend(record::events::events(&batch).unwrap_or_default()),
                        Err(error) => {
                            self.missing(&path, &file.file.place, &error.to_string());
                            break;
                        }
                    }
                }
                let quarantined = reading.take_quarantined();
                self.quarantine.extend(
                    quarantined.into_iter().map(|row| Quarantined { at: shown(row.at), reason: row.reason }),
                );
            }
            Err(error) => self.missing(&path, &file.file.place, &error.to_string()),
        }
        for event in &mut found {
            event.at = shown(event.at.clone());
        }
        found
    }

    fn store(&mut self) -> Option<Store> {
        if !self.folder.dir.join("record/store").is_dir() {
            return None;
        }
        match Store::open(&self.folder.dir) {
            Ok(store) => {
                self.hashes.push(store.hash());
                self.quarantine.extend(store.quarantine().unwrap_or_default());
                Some(store)
            }
            Err(error) => {
                self.findings.push(
                    Finding::error("record::store", error.to_string(), &self.folder.hypotheses.place)
                        .help("remove record/store and add the files again"),
                );
                None
            }
        }
    }

    fn stored_events(&mut self, store: &Store) -> Vec<Event> {
        let mut found = Vec::new();
        for batch in store.events() {
            match batch {
                Ok(batch) => found.extend(record::events::events(&batch).unwrap_or_default()),
                Err(error) => {
                    self.findings.push(Finding::error(
                        "record::store",
                        error.to_string(),
                        &self.folder.hypotheses.place,
                    ));
                    break;
                }
            }
        }
        found
    }
}
