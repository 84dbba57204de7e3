//! The folder of a store: what is written when, so that every moment leaves a whole state.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};
use source::Quarantined;
use tempfile::NamedTempFile;

use super::{StoredFile, quarantine};
use crate::RecordError;
use crate::documents::Documents;

const MANIFEST: &str = "manifest.json";
const LOCK: &str = "lock";
/// Begins the name of a file that is being written.
const UNFINISHED: &str = ".unfinished-";
/// Bytes of a row group at which it is written out.
const ROW_GROUP_BYTES: usize = 32 << 20;

/// Which files count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Of this form of the manifest.
    version: u32,
    /// In the order of adding.
    pub(super) files: Vec<StoredFile>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { version: 2, files: Vec::new() }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn exists(&self) -> bool {
        self.0.is_dir()
    }

    pub(super) fn create(&self) -> Result<(), RecordError> {
        fs::create_dir_all(&self.0).map_err(RecordError::io("write", &self.0))
    }

    pub(super) fn data(&self, stem: &str) -> PathBuf {
        self.0.join(format!("{stem}.parquet"))
    }

    fn quarantine(&self, stem: &str) -> PathBuf {
        self.0.join(format!("{stem}.quarantine.parquet"))
    }

    /// The right to write, until it is dropped. The operating system takes it back from a process that
    /// ends in any way, so none can be left behind.
    pub(super) fn lock(&self) -> Result<File, RecordError> {
        let path = self.0.join(LOCK);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(RecordError::io("write", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(RecordError::Locked { path: self.0.clone() }),
            Err(TryLockError::Error(source)) => Err(RecordError::Io { doing: "write", path, source }),
        }
    }

    pub(super) fn manifest(&self) -> Result<Manifest, RecordError> {
        let path = self.0.join(MANIFEST);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Manifest::default()),
            Err(source) => return Err(RecordError::Io { doing: "read", path, source }),
        };
        let manifest: Manifest =
            serde_json::from_str(&text).map_err(|error| self.damaged(format!("{MANIFEST}: {error}")))?;
        if manifest.version != 2 {
            return Err(self.damaged(format!("{MANIFEST} is of another form, {}", manifest.version)));
        }
        Ok(manifest)
    }

    /// The moment at which the new state becomes the state: all files it names are on the disk before.
    pub(super) fn replace_manifest(&self, manifest: &Manifest) -> Result<(), RecordError> {
        let text = serde_json::to_string_pretty(manifest).expect("a manifest is plain data");
        let mut file = self.unfinished()?;
        file.write_all(text.as_bytes()).map_err(RecordError::io("write", file.path()))?;
        self.put(file, &self.0.join(MANIFEST))
    }

    /// Deletes what no manifest names: the leavings of a process that was killed, and replaced files.
    pub(super) fn clean(&self, manifest: &Manifest) -> Result<(), RecordError> {
        let named: BTreeSet<PathBuf> = manifest
            .files
            .iter()
            .map(StoredFile::stem)
            .flat_map(|stem| [self.data(&stem), self.quarantine(&stem)])
            .collect();
        for entry in fs::read_dir(&self.0).map_err(RecordError::io("read", &self.0))? {
            let path = entry.map_err(RecordError::io("read", &self.0))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let ours = name.starts_with(UNFINISHED) || is_stored_name(&name);
            if ours && !named.contains(&path) {
                let deleted = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                deleted.map_err(RecordError::io("delete", &path))?;
            }
        }
        Ok(())
    }

    pub(super) fn writer(&self, stem: &str, schema: SchemaRef) -> Result<Writer<'_>, RecordError> {
        Ok(Writer { folder: self, stem: stem.to_string(), data: self.table(schema)?, quarantine: None })
    }

    fn table(&self, schema: SchemaRef) -> Result<ArrowWriter<NamedTempFile>, RecordError> {
        let level = ZstdLevel::try_new(3).expect("3 is a level");
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
        let table = ArrowWriter::try_new(self.unfinished()?, schema, Some(properties));
        table.map_err(|error| self.cannot_write(error.into()))
    }

    pub(super) fn quarantined(&self, stem: &str) -> Result<Vec<Quarantined>, RecordError> {
        let path = self.quarantine(stem);
        let file = File::open(&path).map_err(RecordError::io("read", &path))?;
        let damaged = |error: String| self.damaged(format!("{}: {error}", path.display()));
        let batches = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|builder| builder.build());
        let mut rows = Vec::new();
        for batch in batches.map_err(|error| damaged(error.to_string()))? {
            let batch = batch.map_err(|error| damaged(error.to_string()))?;
            rows.extend(quarantine::rows(&batch).ok_or_else(|| damaged("it has other columns".into()))?);
        }
        Ok(rows)
    }

    /// The typed view of a stored batch.
    pub(super) fn documents<'b>(&self, batch: &'b RecordBatch) -> Result<Documents<'b>, RecordError> {
        Documents::of(batch)
            .ok_or_else(|| self.damaged("a file has other columns than documents have".into()))
    }

    /// Writes a file that follows from the others and can be made again.
    pub(super) fn put_derived(
        &self,
        name: &str,
        write: impl FnOnce(&mut File) -> Result<(), std::io::Error>,
    ) -> Result<(), RecordError> {
        let mut file = self.unfinished()?;
        write(file.as_file_mut()).map_err(|error| self.cannot_write(error))?;
        self.put(file, &self.0.join(name))
    }

    /// Makes a folder under a name of its own, and then gives it its name.
    pub(super) fn put_folder<E: From<RecordError>>(
        &self,
        prefix: &str,
        name: &str,
        build: impl FnOnce(&Path) -> Result<(), E>,
    ) -> Result<PathBuf, E> {
        let made = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(&self.0);
        let made = made.map_err(RecordError::io("write", &self.0))?;
        build(made.path())?;
        for entry in fs::read_dir(&self.0).map_err(RecordError::io("read", &self.0))? {
            let path = entry.map_err(RecordError::io("read", &self.0))?.path();
            let old = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if old.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-')) && path.is_dir() {
                fs::remove_dir_all(&path).map_err(RecordError::io("delete", &path))?;
            }
        }
        let path = self.0.join(name);
        fs::rename(made.path(), &path).map_err(RecordError::io("write", &path))?;
        // It has another name now and is no longer to be deleted.
        let _ = made.keep();
        File::open(&self.0)
            .and_then(|folder| folder.sync_all())
            .map_err(RecordError::io("write", &self.0))?;
        Ok(path)
    }

    fn unfinished(&self) -> Result<NamedTempFile, RecordError> {
        tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(&self.0)
            .map_err(RecordError::io("write", &self.0))
    }

    /// Onto the disk, then under its name, then the name onto the disk.
    fn put(&self, file: NamedTempFile, path: &Path) -> Result<(), RecordError> {
        file.as_file().sync_all().map_err(RecordError::io("write", path))?;
        file.persist(path).map_err(|error| RecordError::Io {
            doing: "write",
            path: path.into(),
            source: error.error,
        })?;
        File::open(&self.0).and_then(|folder| folder.sync_all()).map_err(RecordError::io("write", &self.0))
    }

    fn cannot_write(&self, source: std::io::Error) -> RecordError {
        RecordError::Io { doing: "write", path: self.0.clone(), source }
    }

    fn damaged(&self, reason: String) -> RecordError {
        RecordError::Damaged { path: self.0.clone(), reason }
    }
}

/// The two files that one added file becomes.
pub(super) struct Writer<'f> {
    folder: &'f Folder,
    stem: String,
    data: ArrowWriter<NamedTempFile>,
    quarantine: Option<ArrowWriter<NamedTempFile>>,
}

impl Writer<'_> {
    pub(super) fn write(
        &mut self,
        batch: &RecordBatch,
        quarantined: &[Quarantined],
    ) -> Result<(), RecordError> {
        let written = self.data.write(batch).and_then(|()| flush_if_large(&mut self.data));
        written.map_err(|error| self.folder.cannot_write(error.into()))?;
        self.write_quarantined(quarantined)
    }

    pub(super) fn write_quarantined(&mut self, quarantined: &[Quarantined]) -> Result<(), RecordError> {
        if quarantined.is_empty() {
            return Ok(());
        }
        let writer = match &mut self.quarantine {
            Some(writer) => writer,
            none => none.insert(self.folder.table(quarantine::schema())?),
        };
        let written = writer.write(&quarantine::batch(quarantined)).and_then(|()| flush_if_large(writer));
        written.map_err(|error| self.folder.cannot_write(error.into()))
    }

    pub(super) fn finish(self) -> Result<(), RecordError> {
        let file = self.data.into_inner().map_err(|error| self.folder.cannot_write(error.into()))?;
        self.folder.put(file, &self.folder.data(&self.stem))?;
        if let Some(writer) = self.quarantine {
            let file = writer.into_inner().map_err(|error| self.folder.cannot_write(error.into()))?;
            self.folder.put(file, &self.folder.quarantine(&self.stem))?;
        }
        Ok(())
    }
}

fn flush_if_large(table: &mut ArrowWriter<NamedTempFile>) -> parquet::errors::Result<()> {
    if table.in_progress_size() > ROW_GROUP_BYTES { table.flush() } else { Ok(()) }
}

/// Two hashes of 16 digits and an ending: nothing that a user would put there.
fn is_stored_name(name: &str) -> bool {
    let endings = [".quarantine.parquet", ".quarantine.jsonl", ".parquet"];
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
    let hash = |text: &str| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    stem.and_then(|stem| stem.split_once('-')).is_some_and(|(content, rules)| hash(content) && hash(rules))
}
