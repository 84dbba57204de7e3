use csv_core::ReadRecordResult;

use crate::RecordError;
use crate::input::{Decoded, Part};
use crate::mapping::Layout;
use crate::read::jsonl::{not_decoded, too_long};
use crate::read::raw::{LONGEST_ROW, Raw, present};

/// Comma- or tab-separated values with a header (RFC 4180; line feeds within quotes are text).
///
/// The state machine of `csv-core` is driven directly, because a row longer than may be held, such as
/// all that follows a quote never closed, has to be passed over in bounded memory.
pub(crate) struct CsvRows {
    name: String,
    reader: Decoded,
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
    /// `delimiter` is that of the kind of file; the layout may name another.
    pub(crate) fn open(part: Part, layout: &Layout, delimiter: u8) -> Result<Self, RecordError> {
        let name = part.name.clone();
        let mut reader = part.text(layout.encoding)?;
        let delimiter = match layout.delimiter {
            Some(named) => named,
            None => delimiter_of(reader.chunk(0)?, delimiter),
        };
        let mut rows = Self {
            name,
            reader,
            machine: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            header: None,
            wanted: Vec::new(),
            rows: 0,
            cells: vec![0; 1 << 12],
            ends: vec![0; 64],
        };
        for _ in 1..layout.header {
            rows.read_row()?;
        }
        rows.header = match rows.read_row()? {
            None => None,
            Some((_, Row::TooLong(bytes))) => return Err(RecordError::malformed(rows.name, too_long(bytes))),
            Some((_, Row::Held(cells))) => {
                let names = (0..cells).map(|index| std::str::from_utf8(rows.cell(index)));
                let names: Result<Vec<_>, _> = names.map(|name| name.map(|n| n.trim().to_string())).collect();
                let encoding = rows.reader.encoding();
                let undecodable = |at| RecordError::malformed(&rows.name, not_decoded(encoding, at));
                Some(names.map_err(|error| undecodable(error.valid_up_to()))?)
            }
        };
        Ok(rows)
    }

    pub(crate) fn encoding(&self) -> &'static encoding_rs::Encoding {
        self.reader.encoding()
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
                 put a cell that holds the separator in double quotes, and write the separator for an empty one"
            ));
        }
        let text = |index: &Option<usize>| match index {
            Some(index) => {
                let cell = std::str::from_utf8(self.cell(*index));
                cell.map(present).map_err(|error| {
                    not_decoded(self.reader.encoding(), self.start(*index) + error.valid_up_to())
                })
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
            let chunk = self.reader.chunk(self.rows)?;
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
            let chunk = self.reader.chunk(self.rows)?;
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

/// What separates the cells of the first line: the one expected, unless only another stands there
/// (spreadsheets of many countries write `;`).
fn delimiter_of(start: &[u8], expected: u8) -> u8 {
    let line = start.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or(&[]);
    if line.contains(&expected) {
        return expected;
    }
    [b';', b'\t'].into_iter().find(|other| line.contains(other)).unwrap_or(expected)
}
