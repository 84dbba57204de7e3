use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use source::{ContentHash, Quarantined};

use crate::documents::Documents;
use crate::error::RecordError;
use crate::index::Index;
use crate::mapping::{Kind, Mapping};
use crate::read::{Reading, read_with};
use crate::report::{AddReport, FileReport, Mended};
use crate::stats::{Stats, StratumStats};
use crate::utterance::{self, UtteranceSettings, Utterances};

mod batches;
mod folder;
mod given;
mod quarantine;

pub use batches::Batches;
use folder::{Folder, Manifest};
use given::{Given, remarks, unreadable};

/// The table of [`Store::utterances`].
const UTTERANCES: &str = "utterances.parquet";

/// The documents and events of one assessment, under `record/store` of its folder.
///
/// Each added file becomes one Parquet file named after its content and its rules, and
/// `manifest.json` says which of them count. The manifest is replaced atomically at the end of an
/// [`add`](Self::add): a process that is killed, or a machine that loses power, leaves the state before
/// or the state after it. What a killed process left behind is deleted at the next open.
#[derive(Debug)]
pub struct Store {
    folder: Folder,
    manifest: Manifest,
}

/// A file that was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// As the user named it.
    pub path: String,
    /// Which table it feeds.
    pub kind: Kind,
    /// Of its bytes.
    pub content: ContentHash,
    /// Of the rules it was read by.
    pub mapping: ContentHash,
    /// Rows found.
    pub rows: u64,
    /// Rows in the store because of it.
    pub kept: u64,
    /// Rows that stood already.
    pub repeated: u64,
    /// Rows set apart.
    pub quarantined: u64,
    /// What the cleaning rules did.
    #[serde(default)]
    pub mended: Vec<Mended>,
    /// Encodings other than UTF-8, and how many files were read in each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub encodings: BTreeMap<String, u64>,
    /// First and last date of the kept rows.
    pub dates: Option<(Date, Date)>,
}

/// How far [`Store::add`] is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'p> {
    /// The file being read.
    pub path: &'p Path,
    /// Its position among the files, from 0.
    pub file: usize,
    /// How many files there are.
    pub files: usize,
    /// Rows of this file read so far.
    pub rows: u64,
}

impl StoredFile {
    /// The start of the names of its files in the store.
    fn stem(&self) -> String {
        format!("{}-{}", self.content.short(), self.mapping.short())
    }
}

impl Store {
    /// Opens the store of the assessment in `dir`; there need not be one yet (nothing is created before
    /// the first [`add`](Self::add)).
    ///
    /// # Errors
    /// [`RecordError::Damaged`] if the manifest cannot be understood; [`RecordError::Io`].
    pub fn open(dir: &Path) -> Result<Self, RecordError> {
        let folder = Folder::new(dir.join("record").join("store"));
        // Without the lock another process may be writing, and what looks left behind may be its work.
        if folder.exists()
            && let Ok(_lock) = folder.lock()
        {
            folder.clean(&folder.manifest()?)?;
        }
        Ok(Self { manifest: folder.manifest()?, folder })
    }

    /// Reads files into the store, by `mapping`, or each by [`standard_mapping`](crate::standard_mapping) if there is none. All of
    /// them are there when this returns, or none if the process ends before.
    ///
    /// A document counts as repeated if its date, outlet, title and text stand already, in this file or in
    /// another; an event if all of it stands already under the same id (without ids, equal rows of one file
    /// are several events). A row whose id stands already with other content is quarantined. A file added again by the same rules adds nothing; by other rules, it takes the place
    /// of what it gave before.
    ///
    /// # Errors
    /// [`RecordError::Locked`] if another process is writing, [`RecordError::Io`] if the store cannot be
    /// written. A file that cannot be read is a finding in the report; nothing of it is kept, and the
    /// other files are added all the same.
    /// # Cost
    /// One pass over the files and one over the documents in the store; memory for one batch and about
    /// 100 bytes a row.
    pub fn add(
        &mut self,
        paths: &[PathBuf],
        mapping: Option<&Mapping>,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<AddReport, RecordError> {
        self.folder.create()?;
        let _lock = self.folder.lock()?;
        // Another process may have added files since this store was opened.
        self.manifest = self.folder.manifest()?;
        let mut adding =
            Adding { manifest: self.manifest.clone(), index: None, report: AddReport::default() };
        let (given, findings) = Given::all(paths);
        adding.report.findings.extend(findings);
        for (file, one) in given.iter().enumerate() {
            let mut tell = |rows| progress(Progress { path: one.path(), file, files: given.len(), rows });
            tell(0);
            match self.add_file(one, mapping, &mut adding, &mut tell) {
                Ok(report) => adding.report.files.push(report),
                Err(error @ RecordError::Io { doing: "write", .. }) => return Err(error),
                Err(error) => adding.report.findings.push(unreadable(&error)),
            }
        }
        if adding.manifest != self.manifest {
            self.folder.replace_manifest(&adding.manifest)?;
            self.manifest = adding.manifest;
        }
        Ok(adding.report)
    }

    fn add_file(
        &self,
        given: &Given,
        mapping: Option<&Mapping>,
        adding: &mut Adding,
        tell: &mut dyn FnMut(u64),
    ) -> Result<FileReport, RecordError> {
        let standard;
        let mapping = match mapping {
            Some(mapping) => mapping,
            None => {
                standard = given.standard_mapping()?;
                &standard
            }
        };
        let path = given.path();
        let content = given.hash()?;
        let rules = mapping.hash();
        let of_same = |file: &StoredFile| file.content == content && file.kind == mapping.kind;
        if let Some(file) = adding.manifest.files.iter().find(|file| of_same(file) && file.mapping == rules) {
            return Ok(again(path, file));
        }
        if adding.manifest.files.iter().any(of_same) {
            adding.manifest.files.retain(|file| !of_same(file));
            adding.index = None;
        }
        let parts = given.parts()?;
        let index = match adding.index.take() {
            Some(index) => index,
            None => self.index(&adding.manifest)?,
        };
        let mut reading = match read_with(path.display().to_string(), parts, mapping, index) {
            Ok(reading) => reading,
            Err((error, index)) => {
                adding.index = Some(index);
                return Err(error);
            }
        };
        let written = self.write(&mut reading, &format!("{}-{}", content.short(), rules.short()), tell);
        let report = reading.report();
        let kind = reading.kind();
        // After an error the index would hold rows that were not written; it is made anew when needed.
        written?;
        adding.index = Some(reading.into_index());
        adding.report.findings.extend(remarks(path, &report));
        adding.manifest.files.push(StoredFile {
            path: report.path.clone(),
            kind,
            content,
            mapping: rules,
            rows: report.rows,
            kept: report.kept,
            repeated: report.repeated,
            quarantined: report.quarantined,
            mended: report.mended.clone(),
            encodings: report.encodings.clone(),
            dates: report.dates,
        });
        Ok(report)
    }

    fn write(&self, reading: &mut Reading, stem: &str, tell: &mut dyn FnMut(u64)) -> Result<(), RecordError> {
        let schema = batches::schema(reading.kind());
        let mut writer = self.folder.writer(stem, schema)?;
        while let Some(batch) = reading.next() {
            writer.write(&batch?, &reading.take_quarantined())?;
            tell(reading.report().rows);
        }
        writer.write_quarantined(&reading.take_quarantined())?;
        writer.finish()
    }

    fn index(&self, manifest: &Manifest) -> Result<Index, RecordError> {
        let mut index = Index::new();
        for file in &manifest.files {
            index.begin_file(&file.path);
            for batch in Batches::new(&self.folder, std::slice::from_ref(file)) {
                let batch = batch?;
                match file.kind {
                    Kind::Documents => index.enter_documents(self.folder.documents(&batch)?),
                    Kind::Events => {
                        for mut event in crate::events::events(&batch).unwrap_or_default() {
                            index.sift_event(&mut event);
                        }
                    }
                }
            }
        }
        Ok(index)
    }

    /// The documents, file by file in the order of adding, rows in the order of the file.
    pub fn documents(&self) -> Batches {
        self.batches(Kind::Documents)
    }

    /// The events, in the same order.
    pub fn events(&self) -> Batches {
        self.batches(Kind::Events)
    }

    fn batches(&self, kind: Kind) -> Batches {
        let files: Vec<_> = self.manifest.files.iter().filter(|file| file.kind == kind).cloned().collect();
        Batches::new(&self.folder, &files)
    }

    /// The files, in the order of adding.
    pub fn list(&self) -> &[StoredFile] {
        &self.manifest.files
    }

    /// The rows set apart, with their reasons, in the order of the files.
    ///
    /// # Errors
    /// [`RecordError`] if a file of the store cannot be read.
    pub fn quarantine(&self) -> Result<Vec<Quarantined>, RecordError> {
        let mut rows = Vec::new();
        for file in self.manifest.files.iter().filter(|file| file.quarantined > 0) {
            rows.extend(self.folder.quarantined(&file.stem())?);
        }
        Ok(rows)
    }

    /// What is there, by outlet, statement type, language and year. Reads every document once.
    ///
    /// # Errors
    /// [`RecordError`] if a file of the store cannot be read.
    pub fn stats(&self) -> Result<Stats, RecordError> {
        let kept = |kind| self.list().iter().filter(|f| f.kind == kind).map(|f| f.kept).sum();
        let dates = self.list().iter().filter_map(|file| file.dates);
        let mut strata: BTreeMap<_, StratumStats> = BTreeMap::new();
        for batch in self.documents() {
            let batch: RecordBatch = batch?;
            let documents = self.folder.documents(&batch)?;
            (0..documents.len()).for_each(|row| enter(&mut strata, documents, row));
        }
        Ok(Stats {
            documents: kept(Kind::Documents),
            events: kept(Kind::Events),
            quarantined: self.list().iter().map(|file| file.quarantined).sum(),
            dates: dates.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))),
            strata: strata.into_values().collect(),
        })
    }

    /// Which documents are one utterance, by [`UtteranceSettings::default`]. Kept in `utterances.parquet` beside the
    /// documents, and found anew after files were added.
    ///
    /// # Errors
    /// [`RecordError`] if a file of the store cannot be read. Where the table cannot be written (a record that is
    /// only to be read, or another process at work), it is found anew each time.
    /// # Cost
    /// That of [`Utterances::find`] the first time; later, of reading the table.
    pub fn utterances(&self) -> Result<Utterances, RecordError> {
        let settings = UtteranceSettings::default();
        let files = self.hash();
        let of = ContentHash::of_parts([files.as_str().as_bytes(), format!("1 {settings:?}").as_bytes()]);
        let kept = std::fs::File::open(self.folder.path().join(UTTERANCES)).ok();
        if let Some(utterances) = kept.and_then(|file| utterance::read(file, &of)) {
            return Ok(utterances);
        }
        let utterances = Utterances::find(|| self.documents(), &settings)?;
        if self.folder.exists()
            && let Ok(_lock) = self.folder.lock()
        {
            let write = |file: &mut std::fs::File| Ok(utterance::write(file, &utterances, &of)?);
            // The answer does not depend on whether it can be kept.
            let _ = self.folder.put_derived(UTTERANCES, write);
        }
        Ok(utterances)
    }

    /// A folder beside the files that follows from them, such as an index: made by `build` if there is none for the present
    /// state of the store, whole or not at all. Its name is `prefix` and a hash; those of earlier states are deleted.
    ///
    /// # Errors
    /// Those of `build`; [`RecordError::Locked`] if another process is writing, [`RecordError::Io`].
    pub fn derived_folder<E: From<RecordError>>(
        &self,
        prefix: &str,
        version: &str,
        build: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<PathBuf, E> {
        let of = ContentHash::of_parts([self.hash().as_str().as_bytes(), version.as_bytes()]);
        let name = format!("{prefix}-{}", of.short());
        if self.folder.path().join(&name).is_dir() {
            return Ok(self.folder.path().join(name));
        }
        self.folder.create()?;
        // Made before the lock is taken: it takes the lock itself.
        self.utterances()?;
        let _lock = self.folder.lock()?;
        self.folder.put_folder(prefix, &name, build)
    }

    /// The folder that holds the files of the store.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Equal content, equal hash: for deciding whether what depends on the store must be computed again.
    pub fn hash(&self) -> ContentHash {
        let files: Vec<String> = self.list().iter().map(StoredFile::stem).collect();
        ContentHash::of_parts(files.iter().map(|stem| stem.as_bytes()))
    }
}

/// The state of one [`Store::add`].
struct Adding {
    manifest: Manifest,
    /// Made when the first file that needs it is read.
    index: Option<Index>,
    report: AddReport,
}

fn again(path: &Path, file: &StoredFile) -> FileReport {
    FileReport {
        path: path.display().to_string(),
        rows: file.rows,
        kept: 0,
        repeated: file.kept + file.repeated,
        quarantined: file.quarantined,
        mended: file.mended.clone(),
        encodings: file.encodings.clone(),
        passed_over: BTreeMap::new(),
        dates: None,
    }
}

type StratumKey = (Option<String>, Option<String>, Option<String>, i16);

fn enter(strata: &mut BTreeMap<StratumKey, StratumStats>, documents: Documents<'_>, row: usize) {
    let owned = |text: Option<&str>| text.map(str::to_string);
    let (outlet, statement_type, language) =
        (owned(documents.outlet(row)), owned(documents.statement_type(row)), owned(documents.language(row)));
    let year = documents.date(row).year();
    let key = (outlet.clone(), statement_type.clone(), language.clone(), year);
    let stats = strata.entry(key).or_insert(StratumStats {
        outlet,
        statement_type,
        language,
        year,
        documents: 0,
        with_text: 0,
        characters: 0,
    });
    let characters = |text: Option<&str>| text.map_or(0, |text| text.chars().count() as u64);
    stats.documents += 1;
    stats.with_text += u64::from(documents.text(row).is_some());
    stats.characters += characters(documents.title(row)) + characters(documents.text(row));
}
