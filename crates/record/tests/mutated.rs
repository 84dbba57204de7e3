//! The small files of the fuzz targets (`fuzz/corpus`), and what becomes of them under cuts, flips, repetitions and mixtures: every file
//! ends in rows or in an error, never in a panic, and its rows add up.
//!
//! `RECORD_MUTATIONS` is how many to try for each kind (default 300).

use std::io::Write;
use std::path::{Path, PathBuf};

use measure::{Seed, Stream};
use record::{Mapping, Precision, parse_date_to, read_bytes};
use source::SourceText;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn below(stream: &mut Stream, end: usize) -> usize {
    ((stream.uniform() * end as f64) as usize).min(end.saturating_sub(1))
}

/// One to eight changes of a file of the corpus.
fn mutated(files: &[Vec<u8>], stream: &mut Stream) -> Vec<u8> {
    const PIECES: [&[u8]; 16] = [
        b"\"",
        b"<",
        b">",
        b"&",
        b"]]>",
        b"\0",
        b"\xFF\xFE",
        b"\xEF\xBB\xBF",
        b"9999999999",
        b"-1",
        b"{",
        b"[",
        b"\n",
        b"<div>",
        "주체".as_bytes(),
        b"\xB0\xA1",
    ];
    let mut file = files[below(stream, files.len())].clone();
    for _ in 0..=below(stream, 8) {
        let at = below(stream, file.len() + 1);
        let end = (at + below(stream, 40)).min(file.len());
        match below(stream, 7) {
            0 => file.truncate(at),
            1 => drop(file.drain(at..end)),
            2 => {
                if let Some(byte) = file.get_mut(at) {
                    *byte ^= 1 << below(stream, 8);
                }
            }
            3 => {
                if let Some(byte) = file.get_mut(at) {
                    *byte = below(stream, 256) as u8;
                }
            }
            4 => {
                let piece = PIECES[below(stream, PIECES.len())].repeat(1 + below(stream, 4).pow(4));
                file.splice(at..at, piece);
            }
            5 => {
                let piece = file[at..end].repeat(1 + below(stream, 30));
                file.splice(at..at, piece);
            }
            _ => {
                let other = &files[below(stream, files.len())];
                let from = below(stream, other.len() + 1);
                file.splice(at..at, other[from..].iter().copied());
            }
        }
    }
    file
}

/// Tries `check` on the corpus as it is, and then on mutations of it.
fn try_all(target: &'static str, check: impl Fn(&[u8])) {
    let files = corpus(target);
    files.iter().for_each(|file| check(file));
    let times = std::env::var("RECORD_MUTATIONS").ok().and_then(|times| times.parse().ok()).unwrap_or(300);
    for number in 0..times {
        check(&mutated(&files, &mut Seed(20_220_908).stream(target, number)));
    }
}

fn read_all(name: &str, bytes: &[u8], mapping: &Mapping) {
    let Ok(mut reading) = read_bytes(name, bytes, mapping) else { return };
    let (mut kept, mut quarantined) = (0, 0);
    while let Some(batch) = reading.next() {
        let Ok(batch) = batch else { return };
        kept += batch.num_rows() as u64;
        quarantined += reading.take_quarantined().len() as u64;
    }
    quarantined += reading.take_quarantined().len() as u64;
    let report = reading.report();
    assert_eq!((kept, quarantined), (report.kept, report.quarantined));
    assert_eq!(report.rows, report.kept + report.repeated + report.quarantined);
}

fn standard(name: &'static str) -> impl Fn(&[u8]) {
    move |bytes| read_all(name, bytes, &Mapping::documents())
}

#[test]
fn dates() {
    try_all("date", |bytes| {
        let text = String::from_utf8_lossy(bytes);
        for precision in [Precision::Day, Precision::Month, Precision::Year] {
            if let Ok(date) = parse_date_to(&text, &[], precision) {
                assert!((1..=9999).contains(&date.year()), "{text}");
            }
        }
        if let Some((format, text)) = text.split_once('\n') {
            let _ = parse_date_to(text, &[format.to_string()], Precision::Day);
        }
    });
}

#[test]
fn rules() {
    try_all("mapping", |bytes| {
        if let Err(findings) = Mapping::parse(&SourceText::new("r.toml", String::from_utf8_lossy(bytes))) {
            assert!(findings.iter().all(|finding| finding.help.is_some()));
        }
    });
}

#[test]
fn lines() {
    const NAMES: [&str; 6] = ["a.jsonl", "a.csv", "a.tsv", "a.jsonl.gz", "a.csv.zst", "a.txt"];
    const RULES: [&str; 4] = [
        "",
        "encoding = \"euc-kr\"",
        "encoding = \"utf-16le\"\ndelimiter = \";\"",
        "kind = \"events\"\nheader = 2",
    ];
    let rules = RULES.map(|rules| Mapping::parse(&SourceText::new("r.toml", rules)).unwrap());
    try_all("lines", |bytes| {
        let Some((&choice, bytes)) = bytes.split_first() else { return };
        let choice = choice as usize;
        read_all(NAMES[choice % 6], bytes, &rules[choice / 6 % 4]);
    });
}

#[test]
fn pages() {
    try_all("html", standard("a.html"));
}

#[test]
fn feeds() {
    try_all("feed", standard("a.xml"));
}

#[test]
fn archives() {
    const NAMES: [&str; 4] = ["a.zip", "a.parquet", "a.jsonl.gz", "a.csv.zst"];
    try_all("archive", |bytes| {
        let Some((&choice, bytes)) = bytes.split_first() else { return };
        read_all(NAMES[choice as usize % 4], bytes, &Mapping::documents());
    });
}

#[test]
fn workbooks() {
    const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    try_all("xlsx", |bytes| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let fixed =
            [("_rels/.rels", ROOT), ("xl/workbook.xml", WORKBOOK), ("xl/_rels/workbook.xml.rels", RELATIONS)];
        let given = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];
        let given = given.into_iter().zip(bytes.split(|&byte| byte == 0));
        for (name, part) in fixed.map(|(name, text)| (name, text.as_bytes())).into_iter().chain(given) {
            let stored =
                zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            zip.start_file(name, stored).unwrap();
            zip.write_all(part).unwrap();
        }
        read_all("a.xlsx", &zip.finish().unwrap().into_inner(), &Mapping::documents());
    });
}
