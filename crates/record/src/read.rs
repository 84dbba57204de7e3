use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use jiff::civil::Date;
use source::{Quarantined, RowAt};

use crate::documents::{self, Document};
use crate::events::{self, Event};
use crate::index::{Index, Sifted};
use crate::input::{Found, Part, Parts};
use crate::mapping::Kind;
use crate::read::raw::{Raw, Rows};
use crate::row::Plan;
use crate::{FileReport, Mapping, Mended, RecordError};

mod csv;
mod feed;
mod held;
mod html;
mod jsonl;
mod parquet;
mod raw;
mod text;
mod xlsx;

/// Most rows of a batch.
const BATCH_ROWS: usize = 2048;
/// Bytes of text at which a batch is closed.
const BATCH_BYTES: usize = 8 << 20;
/// Rows set apart after which a batch is closed, so that a file of nothing else needs no more memory.
const BATCH_QUARANTINED: u64 = 1 << 14;

/// One file, folder or archive on its way into record batches.
///
/// An iterator over batches with the schema of the mapping's kind, at most 2,048 rows and about 8 MiB
/// of text each (one row may have up to 64 MiB). Rows that are repeated within the file (or stand in the
/// store already) and rows that cannot be read are not among them; [`report`](Self::report) counts
/// them. After an error the iterator ends.
///
/// # Cost
/// One pass; memory for one batch, one row and about 100 bytes for every row seen.
pub struct Reading {
    parts: Parts,
    open: Option<Open>,
    mapping: Mapping,
    /// Files that the index knew before.
    known_files: usize,
    index: Index,
    report: FileReport,
    mended: Vec<u64>,
    quarantined: Vec<Quarantined>,
    ended: bool,
}

/// The file being read.
struct Open {
    name: String,
    rows: Rows,
    plan: Plan,
}

impl Reading {
    /// What became of the rows so far.
    pub fn report(&self) -> FileReport {
        let patterns = self.mapping.clean.iter().map(|rule| rule.pattern.as_str().to_string());
        let mended = patterns.zip(&self.mended).map(|(pattern, &times)| Mended { pattern, times }).collect();
        FileReport { mended, passed_over: self.parts.passed_over().clone(), ..self.report.clone() }
    }

    /// The rows set apart since this was last asked.
    pub fn take_quarantined(&mut self) -> Vec<Quarantined> {
        std::mem::take(&mut self.quarantined)
    }

    /// Which table the batches belong to.
    pub fn kind(&self) -> Kind {
        self.mapping.kind
    }

    /// What has been seen, for the next file.
    pub(crate) fn into_index(self) -> Index {
        self.index
    }

    fn document_batch(&mut self) -> Result<Option<RecordBatch>, RecordError> {
        let (mut kept, mut bytes) = (Vec::new(), 0);
        let most_quarantined = self.report.quarantined + BATCH_QUARANTINED;
        while kept.len() < BATCH_ROWS && bytes < BATCH_BYTES && self.report.quarantined < most_quarantined {
            let Some((at, raw)) = self.next_raw()? else { break };
            let plan = self.open.as_ref().map(|open| &open.plan);
            let document = raw
                .and_then(|raw| planned(plan)?.document(&raw, at.clone(), &mut self.mended))
                .and_then(|document| {
                    let sifted = self.index.sift_document(&document);
                    new_only(document, sifted, &mut self.report.repeated)
                });
            if let Some(document) = self.keep(at, document, |document: &Document| document.date) {
                bytes += document.text.as_ref().map_or(0, String::len) + 256;
                kept.push(document);
            }
        }
        Ok((!self.ended || !kept.is_empty()).then(|| documents::batch(&kept)))
    }

    fn event_batch(&mut self) -> Result<Option<RecordBatch>, RecordError> {
        let mut kept = Vec::new();
        let most_quarantined = self.report.quarantined + BATCH_QUARANTINED;
        while kept.len() < BATCH_ROWS && self.report.quarantined < most_quarantined {
            let Some((at, raw)) = self.next_raw()? else { break };
            let plan = self.open.as_ref().map(|open| &open.plan);
            let event = raw.and_then(|raw| planned(plan)?.event(&raw, at.clone())).and_then(|mut event| {
                let sifted = self.index.sift_event(&mut event);
                new_only(event, sifted, &mut self.report.repeated)
            });
            kept.extend(self.keep(at, event, |event: &Event| event.date));
        }
        Ok((!self.ended || !kept.is_empty()).then(|| events::batch(&kept)))
    }

    #[allow(clippy::type_complexity)]
    fn next_raw(&mut self) -> Result<Option<(RowAt, Result<Vec<Option<String>>, String>)>, RecordError> {
        loop {
            if let Some(open) = &mut self.open {
                if let Some(Raw { row, values }) = open.rows.next()? {
                    self.report.rows += 1;
                    return Ok(Some((RowAt { file: open.name.clone(), row }, values)));
                }
                self.close();
            }
            let bad = match self.parts.next()? {
                None => {
                    self.ended = true;
                    return Ok(None);
                }
                Some(Found::Part(part)) => {
                    let name = part.name.clone();
                    match Open::new(part, &self.mapping) {
                        Ok(open) => {
                            self.index.begin_file(&name);
                            self.open = Some(open);
                            continue;
                        }
                        Err(error) => (name, error),
                    }
                }
                Some(Found::Bad(name, error)) => (name, error),
            };
            self.report.rows += 1;
            let (file, error) = bad;
            return Ok(Some((RowAt { file, row: 1 }, Err(error.of_member()))));
        }
    }

    /// Notes what the file was written in.
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let encoding = open.rows.encoding();
        if encoding != encoding_rs::UTF_8 {
            *self.report.encodings.entry(encoding.name().to_string()).or_default() += 1;
        }
    }

    /// Counts a row; gives it back if it is new.
    fn keep<T>(&mut self, at: RowAt, row: Result<Option<T>, String>, date: impl Fn(&T) -> Date) -> Option<T> {
        match row {
            Ok(Some(row)) => {
                let date = date(&row);
                let (first, last) = self.report.dates.unwrap_or((date, date));
                self.report.dates = Some((first.min(date), last.max(date)));
                self.report.kept += 1;
                Some(row)
            }
            Ok(None) => None,
            Err(reason) => {
                self.report.quarantined += 1;
                self.quarantined.push(Quarantined { at, reason });
                None
            }
        }
    }
}

/// Rows that have values come from a file that is open.
fn planned(plan: Option<&Plan>) -> Result<&Plan, String> {
    plan.ok_or_else(|| "no file is open".into())
}

fn new_only<T>(row: T, sifted: Sifted, repeated: &mut u64) -> Result<Option<T>, String> {
    match sifted {
        Sifted::New => Ok(Some(row)),
        Sifted::Repeated => {
            *repeated += 1;
            Ok(None)
        }
        Sifted::Taken(by) => {
            Err(format!("its id stands already at {by} with other content; give each row its own id"))
        }
    }
}

impl Iterator for Reading {
    type Item = Result<RecordBatch, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let batch = match self.mapping.kind {
            Kind::Documents => self.document_batch(),
            Kind::Events => self.event_batch(),
        };
        if batch.is_err() {
            self.ended = true;
            self.index.forget_after(self.known_files);
        }
        batch.transpose()
    }
}

/// What is shown of the file itself; its rows are counted by [`Reading::report`].
impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("report", &self.report).finish_non_exhaustive()
    }
}

/// Reads a file, a folder or an archive without a store.
///
/// The kind is told by the ending: `.jsonl`, `.ndjson`, `.csv`, `.tsv`, `.parquet`, `.xlsx`, `.html`, `.rss`, `.atom`,
/// `.xml`, `.txt`, each with `.gz` or `.zst` after it (packed files are also known by their first bytes), and
/// `.zip`. The files of a folder and the members of an archive are read in the order of their names; one that
/// cannot be read at all is one row in quarantine.
///
/// # Errors
/// [`RecordError`] if the file cannot be opened, is of no known kind, or lacks a column that the mapping
/// names; later, from the iterator, if it breaks off.
pub fn read(path: &Path, mapping: &Mapping) -> Result<Reading, RecordError> {
    let parts = Parts::of_path(path)?;
    read_with(path.display().to_string(), parts, mapping, Index::new()).map_err(|(error, _)| error)
}

/// As [`read`], a file of that name whose bytes are given.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(
    name: &str,
    bytes: impl Into<Arc<[u8]>>,
    mapping: &Mapping,
) -> Result<Reading, RecordError> {
    let parts = Parts::of_part(Part::of_bytes(name, bytes.into())?)?;
    read_with(name.to_string(), parts, mapping, Index::new()).map_err(|(error, _)| error)
}

/// As [`read`], with rows of earlier files in `index` counted as repeated; an error gives the index back.
#[allow(clippy::result_large_err)]
pub(crate) fn read_with(
    path: String,
    parts: Parts,
    mapping: &Mapping,
    index: Index,
) -> Result<Reading, (RecordError, Index)> {
    let single = parts.is_single();
    let mut reading = Reading {
        parts,
        open: None,
        mapping: mapping.clone(),
        known_files: index.files(),
        index,
        report: FileReport { path, ..FileReport::default() },
        mended: vec![0; mapping.clean.len()],
        quarantined: Vec::new(),
        ended: false,
    };
    if single && let Err(error) = reading.open_single() {
        return Err((error, reading.index));
    }
    Ok(reading)
}

impl Reading {
    fn open_single(&mut self) -> Result<(), RecordError> {
        if let Some(Found::Part(part)) = self.parts.next()? {
            let name = part.name.clone();
            self.open = Some(Open::new(part, &self.mapping)?);
            self.index.begin_file(&name);
        }
        Ok(())
    }
}

impl Open {
    fn new(part: Part, mapping: &Mapping) -> Result<Self, RecordError> {
        let name = part.name.clone();
        let mut rows = Rows::open(part, &mapping.layout)?;
        let columns = rows.columns();
        let plan = Plan::new(mapping, columns.as_deref()).map_err(|column| RecordError::NoColumn {
            path: (&name).into(),
            column,
            present: columns.clone().unwrap_or_default(),
        })?;
        let twice = |name: &&String| columns.iter().flatten().filter(|column| column == name).count() > 1;
        if let Some(column) = plan.wanted.iter().find(twice) {
            let reason = format!("its column `{column}` stands twice; give one of them another name");
            return Err(RecordError::malformed(&name, reason));
        }
        rows.want(plan.wanted.clone())?;
        Ok(Self { name, rows, plan })
    }
}

/// The mapping of a file whose columns have the standard names: events if it has neither a title nor a
/// text but an actor, a target or a type; otherwise documents. Of a folder or an archive, the first file decides.
///
/// # Errors
/// As [`read`].
pub fn standard_mapping(path: &Path) -> Result<Mapping, RecordError> {
    let mut parts = Parts::of_path(path)?;
    let single = parts.is_single();
    while let Some(found) = parts.next()? {
        let Found::Part(part) = found else { continue };
        match standard_mapping_of(part) {
            Err(_) if !single => {}
            mapping => return mapping,
        }
    }
    Ok(Mapping::documents())
}

fn standard_mapping_of(part: Part) -> Result<Mapping, RecordError> {
    let columns = match Rows::open(part, &Mapping::default().layout)? {
        Rows::Jsonl(rows) => rows.first_names()?,
        rows => rows.columns().unwrap_or_default(),
    };
    let has = |names: &[&str]| columns.iter().any(|column| names.contains(&column.as_str()));
    let events = !has(&["title", "text"]) && has(&["actor", "target", "type"]);
    Ok(if events { Mapping::events() } else { Mapping::documents() })
}
