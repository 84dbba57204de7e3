//! A sheet of a workbook: the first, or the one named by the rules; its header is the first row with anything in it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::AssertUnwindSafe;

use calamine::{DataRef, Dimensions, Reader, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::RecordError;
use crate::input::{LARGEST_WHOLE, Part};
use crate::mapping::Layout;
use crate::read::held::HeldRows;
use crate::read::raw::{LONGEST_ROW, Raw, present};

/// Most bytes of the parts of a workbook, unpacked.
const LARGEST_UNPACKED: u64 = 512 << 20;
/// Most cells of all merged ranges that are filled.
const MOST_MERGED: u64 = 1 << 20;

type Book = Xlsx<Cursor<Vec<u8>>>;
/// Row → column → text.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

pub(crate) fn rows(part: Part, layout: &Layout) -> Result<HeldRows, RecordError> {
    let name = part.name.clone();
    let bytes = part.bytes(LARGEST_WHOLE)?;
    // The library counts without checks in some places, and a made-up sheet can make it panic.
    let sheet = std::panic::catch_unwind(AssertUnwindSafe(|| sheet(bytes, layout)));
    let sheet = sheet.unwrap_or_else(|_| Err("its sheet makes no sense to the reader; save it again".into()));
    sheet.map_err(|reason| RecordError::malformed(name, reason))
}

fn sheet(bytes: Vec<u8>, layout: &Layout) -> Result<HeldRows, String> {
    check_size(&bytes)?;
    let damaged = |error: XlsxError| format!("it is no complete XLSX workbook ({error}); save it again");
    let mut book: Book = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = book.sheet_names();
    let sheet = match &layout.sheet {
        Some(wanted) => names.iter().find(|name| *name == wanted).cloned().ok_or_else(|| {
            format!("it has no sheet `{wanted}`; it has {}; name one in the rules", quoted(&names))
        })?,
        None => names.first().cloned().ok_or("it has no sheet; save one with a table in it")?,
    };
    let mut cells = cells(&mut book, &sheet).map_err(damaged)?;
    let merged = book.merge_cells_by_sheet_name(&sheet).map_err(damaged)?;
    let Some(header) = cells.keys().nth(layout.header - 1).copied() else {
        return Ok(HeldRows::new(Vec::new(), Vec::new()));
    };
    if let Some(range) = merged.iter().find(|range| in_row(range, header) && range.start.1 < range.end.1) {
        return Err(format!(
            "the cells {} of its header row {} are merged; give each column a name of its own, or say in which \
             row of text the names stand: `header = 2` in the rules",
            place(range),
            header + 1
        ));
    }
    fill(&mut cells, &merged, header)?;
    let named: Vec<(u32, String)> = cells.remove(&header).unwrap_or_default().into_iter().collect();
    let columns = named.iter().map(|(_, name)| name.trim().to_string()).collect();
    let body = cells.split_off(&header);
    let rows = body.into_iter().map(|(row, mut cells)| {
        let values = named.iter().map(|(column, _)| cells.remove(column).and_then(|text| present(&text)));
        Raw { row: u64::from(row) + 1, values: Ok(values.collect()) }
    });
    let filled = |row: &Raw| row.values.as_ref().is_ok_and(|values| values.iter().any(Option::is_some));
    Ok(HeldRows::new(columns, rows.filter(filled).collect()))
}

/// A workbook is an archive: what it unpacks to is counted before anything of it is held.
fn check_size(bytes: &[u8]) -> Result<(), String> {
    let damaged =
        |error: &dyn std::fmt::Display| format!("it is no complete XLSX workbook ({error}); save it again");
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut left = LARGEST_UNPACKED;
    for at in 0..zip.len() {
        let member = zip.by_index(at).map_err(|error| damaged(&error))?;
        let size = std::io::copy(&mut member.take(left + 1), &mut std::io::sink());
        let size = size.map_err(|error| damaged(&error))?;
        left = left.checked_sub(size).ok_or_else(|| {
            format!(
                "it unpacks to more than the {} MB that a workbook may have; save the sheet as CSV",
                LARGEST_UNPACKED >> 20
            )
        })?;
    }
    Ok(())
}

fn cells(book: &mut Book, sheet: &str) -> Result<Cells, XlsxError> {
    let mut cells = Cells::new();
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut held = 0;
    while let Some(cell) = reader.next_cell()? {
        let Some(text) = text_of(cell.get_value()) else { continue };
        held += text.len();
        // Shared strings repeat in memory what the file holds once.
        if held > 16 * LONGEST_ROW {
            return Err(XlsxError::Unexpected("its cells hold more than 1 GB of text"));
        }
        let (row, column) = cell.get_position();
        cells.entry(row).or_default().insert(column, text);
    }
    Ok(cells)
}

fn text_of(value: &DataRef<'_>) -> Option<String> {
    match value {
        DataRef::Empty | DataRef::Error(_) => None,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => present(text),
        DataRef::SharedString(text) => present(text),
        DataRef::Int(number) => Some(number.to_string()),
        DataRef::Float(number) => Some(number.to_string()),
        DataRef::Bool(truth) => Some(truth.to_string()),
        DataRef::DateTime(date) if date.is_duration() => Some(date.as_f64().to_string()),
        DataRef::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            let midnight = (hour, minute, second) == (0, 0, 0);
            Some(if midnight { day } else { format!("{day} {hour:02}:{minute:02}:{second:02}") })
        }
    }
}

fn in_row(range: &Dimensions, row: u32) -> bool {
    (range.start.0..=range.end.0).contains(&row)
}

/// A merged cell shows its text for all rows it covers: each of them has it. Columns are left alone.
fn fill(cells: &mut Cells, merged: &[Dimensions], header: u32) -> Result<(), String> {
    let mut filled = 0_u64;
    for range in merged.iter().filter(|range| range.start.0 > header && range.end.0 > range.start.0) {
        let Some(text) = cells.get(&range.start.0).and_then(|row| row.get(&range.start.1)).cloned() else {
            continue;
        };
        filled += u64::from(range.end.0 - range.start.0);
        if filled > MOST_MERGED {
            return Err(format!(
                "more than {MOST_MERGED} of its rows are merged; unmerge the cells {}",
                place(range)
            ));
        }
        for row in range.start.0 + 1..=range.end.0 {
            cells.entry(row).or_default().insert(range.start.1, text.clone());
        }
    }
    Ok(())
}

/// As spreadsheets say it: A1:C2.
fn place(range: &Dimensions) -> String {
    let cell = |(row, column): (u32, u32)| {
        let mut letters = String::new();
        let mut rest = u64::from(column) + 1;
        while rest > 0 {
            letters.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
            rest = (rest - 1) / 26;
        }
        format!("{letters}{}", u64::from(row) + 1)
    };
    format!("{}:{}", cell(range.start), cell(range.end))
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
