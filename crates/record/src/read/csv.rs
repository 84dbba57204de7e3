use std::io::BufRead;
use std::path::{Path, PathBuf};

use csv_core::ReadRecordResult;

use crate::RecordError;
use crate::input::{open_text, unreadable};
use crate::read::jsonl::{not_utf8, too_long};
use crate::read::raw::{LONGEST_ROW, Raw, present};

/// Comma-separated values with a header (RFC 4180; line feeds within quotes are text).
///
/// The state machine of `csv-core` is driven directly, because a row longer than may be held, such as
/// all that follows a quote never closed, has to be passed over in bounded memory.
pub(crate) struct CsvRows {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    machine: csv_core::Reader,
    header: Option<Vec<String>>,
    wanted: Vec<Option<usize>>,
    rows: u64,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

/// What the machine found.
enum Row {
    /// The cells end at the first so many of `ends`.
    Held(usize),
    TooLong(u64),
}

impl CsvRows {
    pub(crate) fn open(path: &Path) -> Result<Self, RecordError> {
        let mut rows = Self {
            path: path.into(),
            reader: open_text(path)?,
            machine: csv_core::Reader::new(),
            header: None,
            wanted: Vec::new(),
            rows: 0,
            cells: vec![0; 1 << 12],
            ends: vec![0; 64],
        };
        rows.header = match rows.read_row()? {
            None => None,
            Some((_, Row::TooLong(bytes))) => return Err(RecordError::malformed(path, too_long(bytes))),
            Some((_, Row::Held(cells))) => {
                let names = (0..cells).map(|index| std::str::from_utf8(rows.cell(index)));
                let names: Result<Vec<_>, _> = names.map(|name| name.map(|n| n.trim().to_string())).collect();
                Some(names.map_err(|error| RecordError::malformed(path, not_utf8(error.valid_up_to())))?)
            }
        };
        Ok(rows)
    }

    pub(crate) fn columns(&self) -> Option<Vec<String>> {
        self.header.clone()
    }

    pub(crate) fn want(&mut self, columns: &[String]) {
        let header = self.header.as_deref().unwrap_or(&[]);
        self.wanted = columns.iter().map(|name| header.iter().position(|column| column == name)).collect();
    }

    pub(crate) fn next(&mut self) -> Result<Option<Raw>, RecordError> {
        let Some((line, row)) = self.read_row()? else { return Ok(None) };
        self.rows += 1;
        let values = match row {
            Row::Held(cells) => self.values(cells),
            Row::TooLong(bytes) => Err(format!(
                "{}; if a quote opened in this row is never closed, all up to line {} was taken for one row",
                too_long(bytes),
                self.machine.line()
            )),
        };
        Ok(Some(Raw { row: line, values }))
    }

    fn values(&self, cells: usize) -> Result<Vec<Option<String>>, String> {
        let expected = self.header.as_ref().map_or(0, Vec::len);
        if cells != expected {
            return Err(format!(
                "the row has {cells} cells, the header {expected}; \
                 put a cell that holds commas in double quotes, and write a comma for an empty one"
            ));
        }
        let text = |index: &Option<usize>| match index {
            Some(index) => {
                let cell = std::str::from_utf8(self.cell(*index));
                cell.map(present).map_err(|error| not_utf8(self.start(*index) + error.valid_up_to()))
            }
            None => Ok(None),
        };
        self.wanted.iter().map(text).collect()
    }

    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    fn cell(&self, index: usize) -> &[u8] {
        &self.cells[self.start(index)..self.ends[index]]
    }

    /// The next row with the line on which it begins.
    fn read_row(&mut self) -> Result<Option<(u64, Row)>, RecordError> {
        let (mut written, mut cells, mut passed) = (0, 0, 0_u64);
        let first_line = self.skip_line_ends()?;
        loop {
            let chunk = self.reader.fill_buf().map_err(|error| unreadable(&self.path, self.rows, &error))?;
            let (result, read, out, ended) =
                self.machine.read_record(chunk, &mut self.cells[written..], &mut self.ends[cells..]);
            self.reader.consume(read);
            written += out;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.cells.len() < LONGEST_ROW => {
                    self.cells.resize(2 * self.cells.len(), 0);
                }
                ReadRecordResult::OutputFull => {
                    passed += written as u64;
                    written = 0;
                }
                ReadRecordResult::OutputEndsFull if self.ends.len() < 1 << 16 => {
                    self.ends.resize(2 * self.ends.len(), 0);
                }
                ReadRecordResult::OutputEndsFull => cells = 0,
                ReadRecordResult::Record if passed > 0 => {
                    self.cells = vec![0; 1 << 12];
                    return Ok(Some((first_line, Row::TooLong(passed + written as u64))));
                }
                ReadRecordResult::Record => return Ok(Some((first_line, Row::Held(cells)))),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    /// Passes over blank lines, so that the line of a row is that of its first cell.
    fn skip_line_ends(&mut self) -> Result<u64, RecordError> {
        loop {
            let chunk = self.reader.fill_buf().map_err(|error| unreadable(&self.path, self.rows, &error))?;
            let blank = chunk.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            if blank == 0 {
                return Ok(self.machine.line());
            }
            let lines = chunk[..blank].iter().filter(|&&byte| byte == b'\n').count() as u64;
            self.machine.set_line(self.machine.line() + lines);
            self.reader.consume(blank);
        }
    }
}
