use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use jiff::civil::Date;
use source::{Quarantined, RowAt};

use crate::documents::{self, Document};
use crate::events::{self, Event};
use crate::index::{Index, Sifted};
use crate::mapping::Kind;
use crate::read::raw::{Raw, Rows};
use crate::row::Plan;
use crate::{FileReport, Mapping, Mended, RecordError};

mod csv;
mod jsonl;
mod parquet;
mod raw;

/// Most rows of a batch.
const BATCH_ROWS: usize = 2048;
/// Bytes of text at which a batch is closed.
const BATCH_BYTES: usize = 8 << 20;
/// Rows set apart after which a batch is closed, so that a file of nothing else needs no more memory.
const BATCH_QUARANTINED: u64 = 1 << 14;

/// One file on its way into record batches.
///
/// An iterator over batches with the schema of the mapping's kind, at most 2,048 rows and about 8 MiB
/// of text each (one row may have up to 64 MiB). Rows that are repeated within the file (or stand in the
/// store already) and rows that cannot be read are not among them; [`report`](Self::report) counts
/// them. After an error the iterator ends.
///
/// # Cost
/// One pass; memory for one batch, one row and about 100 bytes for every row seen.
pub struct Reading {
    path: PathBuf,
    rows: Rows,
    plan: Plan,
    index: Index,
    report: FileReport,
    mended: Vec<u64>,
    quarantined: Vec<Quarantined>,
    ended: bool,
}

impl Reading {
    /// What became of the rows so far.
    pub fn report(&self) -> FileReport {
        let patterns = self.plan.patterns().map(str::to_string);
        let mended = patterns.zip(&self.mended).map(|(pattern, &times)| Mended { pattern, times }).collect();
        FileReport { mended, ..self.report.clone() }
    }

    /// The rows set apart since this was last asked.
    pub fn take_quarantined(&mut self) -> Vec<Quarantined> {
        std::mem::take(&mut self.quarantined)
    }

    /// Which table the batches belong to.
    pub fn kind(&self) -> Kind {
        self.plan.kind()
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
            let document = raw
                .and_then(|raw| self.plan.document(&raw, at.clone(), &mut self.mended))
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
            let event = raw.and_then(|raw| self.plan.event(&raw, at.clone())).and_then(|mut event| {
                let sifted = self.index.sift_event(&mut event);
                new_only(event, sifted, &mut self.report.repeated)
            });
            kept.extend(self.keep(at, event, |event: &Event| event.date));
        }
        Ok((!self.ended || !kept.is_empty()).then(|| events::batch(&kept)))
    }

    #[allow(clippy::type_complexity)]
    fn next_raw(&mut self) -> Result<Option<(RowAt, Result<Vec<Option<String>>, String>)>, RecordError> {
        let Some(Raw { row, values }) = self.rows.next()? else {
            self.ended = true;
            return Ok(None);
        };
        self.report.rows += 1;
        Ok(Some((RowAt { file: self.report.path.clone(), row }, values)))
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
        let batch = match self.plan.kind() {
            Kind::Documents => self.document_batch(),
            Kind::Events => self.event_batch(),
        };
        if batch.is_err() {
            self.ended = true;
            self.index.forget_last_file();
        }
        batch.transpose()
    }
}

/// What is shown of the file itself; its rows are counted by [`Reading::report`].
impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading")
            .field("path", &self.path)
            .field("report", &self.report)
            .finish_non_exhaustive()
    }
}

/// Reads a file without a store.
///
/// The kind is told by the ending: `.jsonl`, `.ndjson`, `.csv`, `.parquet`, each with `.gz` or `.zst`
/// after it (packed files are also known by their first bytes).
///
/// # Errors
/// [`RecordError`] if the file cannot be opened, is of no known kind, or lacks a column that the mapping
/// names; later, from the iterator, if it breaks off.
pub fn read(path: &Path, mapping: &Mapping) -> Result<Reading, RecordError> {
    read_with(path, mapping, Index::new()).map_err(|(error, _)| error)
}

/// As [`read`], with rows of earlier files in `index` counted as repeated; an error gives the index back.
#[allow(clippy::result_large_err)]
pub(crate) fn read_with(
    path: &Path,
    mapping: &Mapping,
    mut index: Index,
) -> Result<Reading, (RecordError, Index)> {
    let (rows, plan) = match prepare(path, mapping) {
        Ok(prepared) => prepared,
        Err(error) => return Err((error, index)),
    };
    let name = path.display().to_string();
    index.begin_file(&name);
    let mended = vec![0; plan.patterns().count()];
    let report = FileReport { path: name, ..FileReport::default() };
    Ok(Reading {
        path: path.into(),
        rows,
        plan,
        index,
        report,
        mended,
        quarantined: Vec::new(),
        ended: false,
    })
}

fn prepare(path: &Path, mapping: &Mapping) -> Result<(Rows, Plan), RecordError> {
    let mut rows = Rows::open(path)?;
    let columns = rows.columns();
    let plan = Plan::new(mapping, columns.as_deref()).map_err(|column| RecordError::NoColumn {
        path: path.into(),
        column,
        present: columns.clone().unwrap_or_default(),
    })?;
    rows.want(plan.wanted.clone())?;
    Ok((rows, plan))
}

/// The mapping of a file whose columns have the standard names: events if it has neither a title nor a
/// text but an actor, a target or a type; otherwise documents.
///
/// # Errors
/// As [`read`].
pub fn standard_mapping(path: &Path) -> Result<Mapping, RecordError> {
    let rows = Rows::open(path)?;
    let columns = match rows {
        Rows::Jsonl(rows) => rows.first_names()?,
        rows => rows.columns().unwrap_or_default(),
    };
    let has = |names: &[&str]| columns.iter().any(|column| names.contains(&column.as_str()));
    let events = !has(&["title", "text"]) && has(&["actor", "target", "type"]);
    Ok(if events { Mapping::events() } else { Mapping::documents() })
}
