//! What real input looks like: each defect ends in a clear error or a quarantined row with its line.

use std::io::Write;
use std::path::PathBuf;

use proptest::prelude::*;
use record::documents::Documents;
use record::{FileReport, Mapping, RecordError, Store, read};
use source::{Quarantined, SourceText};

/// Reads `bytes` as a file of that name.
fn read_bytes(name: &str, bytes: &[u8]) -> Result<(FileReport, Vec<String>, Vec<Quarantined>), RecordError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut reading = read(&path, &Mapping::documents())?;
    let (mut titles, mut quarantined) = (Vec::new(), Vec::new());
    while let Some(batch) = reading.next() {
        let batch = batch?;
        let documents = Documents::of(&batch).unwrap();
        titles.extend((0..documents.len()).map(|row| documents.title(row).unwrap_or("").to_string()));
        quarantined.extend(reading.take_quarantined());
    }
    quarantined.extend(reading.take_quarantined());
    let report = reading.report();
    assert_eq!(report.rows, report.kept + report.repeated + report.quarantined);
    assert_eq!((report.kept, report.quarantined), (titles.len() as u64, quarantined.len() as u64));
    Ok((report, titles, quarantined))
}

fn lines(quarantined: &[Quarantined]) -> Vec<(u64, &str)> {
    quarantined.iter().map(|row| (row.at.row, row.reason.as_str())).collect()
}

/// Asserts the line and a part of the reason of each quarantined row.
fn assert_quarantined(found: &[Quarantined], expected: &[(u64, &str)]) {
    let found = lines(found);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for ((line, reason), (expected_line, part)) in found.iter().zip(expected) {
        assert!(line == expected_line && reason.contains(part), "{line}: {reason} | {expected_line}: {part}");
    }
}

#[test]
fn json_lines_with_every_defect() {
    let text = [
        "\u{FEFF}{\"id\": 17, \"date\": \"2022-09-08\", \"title\": \"good\"}\r\n",
        "\r\n",
        "{\"id\": 18, \"date\": \"Juche 111\", \"title\": \"t\"}\n",
        "{\"id\": 19, \"date\": \"2022-09-08\"}\n",
        "{\"id\": 17, \"date\": \"2022-09-09\", \"title\": \"another\"}\n",
        "{\"id\": 20, \"date\": \"2022-09-08\", \"title\": \"good\"}\n",
        "{\"id\": 21, \"date\": \"2022-09-08\", \"title\": \n",
        "[1, 2]\n",
        "{\"date\": \"20220908\", \"title\": {\"en\": \"t\"}}\n",
        "{\"title\": \"no date\"}\n",
        "{\"date\": \"20220908\", \"title\": \"t\", \"authority\": 0}\n",
        "{\"date\": \"12022-01-01\", \"title\": \"t\"}\n",
        "{\"date\": 20220908, \"text\": \"last line without a line feed\"}",
    ]
    .concat();
    let (report, titles, quarantined) = read_bytes("a.jsonl", text.as_bytes()).unwrap();
    assert_eq!((report.rows, report.kept, report.repeated), (12, 2, 1));
    assert_eq!(titles, ["good", ""]);
    assert_quarantined(
        &quarantined,
        &[
            (3, "`Juche 111` is no date"),
            (4, "neither a title nor a text"),
            (5, "its id stands already at "),
            (7, "no JSON object"),
            (8, "JSON but no object"),
            (9, "`title` holds a list or an object"),
            (10, "no date"),
            (11, "`0` is no level"),
            (12, "`12022-01-01` is no date"),
        ],
    );
    assert!(quarantined[2].reason.contains("a.jsonl:1 with other content"));
}

#[test]
fn csv_with_every_defect() {
    let mut bytes = b"\xEF\xBB\xBFdate,title,text\r\n".to_vec();
    bytes.extend(b"2022-09-08,one,\"a, b\r\nc\"\r\n"); // lines 2 and 3
    bytes.extend(b"\r\n2022-09-08,\xC3\x28,latin\r\n"); // line 5
    bytes.extend(b"2022-09-08,two\r\n"); // line 6
    bytes.extend(b"2022-09-08,three,a,b\r\n"); // line 7
    bytes.extend(b"2022/02/30,four,a\r\n"); // line 8
    bytes.extend(b"2022-09-08 10:00,\"fi\"\"ve\",a"); // line 9
    let (report, titles, quarantined) = read_bytes("a.csv", &bytes).unwrap();
    assert_eq!((report.rows, report.kept), (6, 2));
    assert_eq!(titles, ["one", "fi\"ve"]);
    assert_quarantined(
        &quarantined,
        &[
            (5, "not UTF-8"),
            (6, "2 cells, the header 3"),
            (7, "4 cells, the header 3"),
            (8, "not a day of the calendar"),
        ],
    );
}

#[test]
fn empty_files() {
    for (name, bytes) in [("a.jsonl", ""), ("a.csv", ""), ("b.csv", "date,title\n"), ("b.jsonl", "\n \n")] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let report = Store::open(dir.path()).unwrap().add(&[path], None, &mut |_| {}).unwrap();
        assert_eq!((report.files[0].rows, report.files[0].kept), (0, 0));
        let finding = report.findings.iter().next().expect("a warning");
        assert_eq!(finding.code, "record::empty");
        assert!(!report.findings.any_error());
    }
    let error = read_bytes("a.parquet", b"").unwrap_err().to_string();
    assert!(error.contains("no complete Parquet file"), "{error}");
}

#[test]
fn files_that_are_not_what_they_seem() {
    let message = |name: &str, bytes: &[u8]| read_bytes(name, bytes).unwrap_err().to_string();
    assert!(message("a.docx", b"PK").contains("none of the endings"));
    assert!(message("a.parquet", b"PAR1 and then nothing").contains("no complete Parquet file"));
    assert!(
        message("a.csv", b"day,headline\n2022-09-08,t\n")
            .contains("no column `date`; it has `day`, `headline`")
    );
    let error = read(&PathBuf::from("nowhere.csv"), &Mapping::documents()).unwrap_err().to_string();
    assert!(error.contains("cannot read `nowhere.csv`"), "{error}");

    let packed =
        gzip(b"{\"date\": \"2022-09-08\", \"title\": \"a long enough line to be cut in the middle\"}\n");
    let (report, ..) = read_bytes("a.jsonl", &packed).unwrap();
    assert_eq!(report.kept, 1, "packed without the ending");
    assert!(message("a.jsonl.gz", &packed[..packed.len() - 12]).contains("not complete"));
    let mut damaged = zstd::encode_all(vec![b'x'; 1 << 16].as_slice(), 1).unwrap();
    damaged.truncate(12);
    assert!(message("a.jsonl.zst", &damaged).contains("fetch it again"));
}

#[test]
fn a_file_that_breaks_off_adds_nothing_and_the_others_are_added() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for row in 0..20_000 {
        text.push_str(&format!(
            "{{\"date\": \"2022-09-08\", \"title\": \"title {} {row}\"}}\n",
            row * 7919 % 104_729
        ));
    }
    let packed = gzip(text.as_bytes());
    let broken = dir.path().join("broken.jsonl.gz");
    std::fs::write(&broken, &packed[..packed.len() / 2]).unwrap();
    let whole = dir.path().join("whole.jsonl");
    std::fs::write(&whole, &text).unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let report = store.add(&[broken, whole], None, &mut |_| {}).unwrap();
    assert_eq!(report.files.len(), 1);
    assert_eq!((report.files[0].kept, report.files[0].repeated), (20_000, 0));
    let finding = report.findings.iter().next().unwrap();
    assert_eq!(finding.code, "record::unreadable");
    assert!(finding.message.contains("broken.jsonl.gz") && finding.message.contains("not complete"));
}

#[test]
fn other_rules_take_the_place_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    std::fs::write(&path, "id,date,title\n1,2022-09-08,a\n2,2022-09-09,b\n").unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.add(std::slice::from_ref(&path), None, &mut |_| {}).unwrap();
    let rules = SourceText::new("rules.toml", "[constants]\noutlet = \"KCNA\"\n");
    let rules = Mapping::parse(&rules).unwrap();
    let report = store.add(&[path], Some(&rules), &mut |_| {}).unwrap();
    assert_eq!((report.files[0].kept, report.files[0].quarantined), (2, 0));
    assert_eq!(store.list().len(), 1);
    let stats = Store::open(dir.path()).unwrap().stats().unwrap();
    assert_eq!(stats.strata[0].outlet.as_deref(), Some("KCNA"));
}

#[test]
fn a_manifest_that_is_none() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("record/store")).unwrap();
    std::fs::write(dir.path().join("record/store/manifest.json"), "{").unwrap();
    let error = Store::open(dir.path()).unwrap_err().to_string();
    assert!(error.contains("damaged") && error.contains("add the files again"), "{error}");
}

#[test]
fn all_mistakes_of_a_mapping_at_once() {
    let text = r#"kind = "documnets"
date_formats = ["%d %B %Y", "%Q", "day"]
colums = {}

[columns]
id = "newsID"
titel = "headline"
date = "{year"

[constants]
date = "2022-01-01"
outlet = ["KCNA"]

[statement_types]
speech = 0

[[clean]]
pattern = "(unclosed"
replace = ""

[[clean]]
pattern = "x"

[[clean]]
pattern = "x"
replace = "y"
columns = ["link"]
"#;
    let findings = Mapping::parse(&SourceText::new("rules.toml", text)).unwrap_err();
    let lines: Vec<usize> = findings.iter().map(|finding| finding.place.line().unwrap()).collect();
    assert_eq!(lines, [1, 2, 2, 3, 7, 8, 11, 12, 15, 18, 21, 27], "{findings}");
    assert!(findings.iter().all(|finding| finding.help.is_some()));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What the `csv` crate makes of it: line and cells of each row.
fn rows_by_the_csv_crate(text: &str) -> Vec<(u64, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| (row.position().unwrap().line(), row.iter().map(str::to_string).collect())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_rows_are_those_of_the_csv_crate(body in "[a,\"\n\r ]{0,60}", long in 0_usize..3) {
        // A first row of known cells, sometimes longer than the first buffers.
        let text = format!("date,title\n2022-09-08,{}\n{body}", "x".repeat(long * 5_000 + 1));
        let expected = rows_by_the_csv_crate(&text);
        let (report, titles, quarantined) = read_bytes("a.csv", text.as_bytes()).unwrap();
        prop_assert_eq!(report.rows as usize, expected.len() - 1);
        prop_assert_eq!(&titles[0], &expected[1].1[1]);
        // No later row has a date, so all of them are quarantined, for their cells or for their date.
        prop_assert_eq!(quarantined.len(), expected.len() - 2);
        for (found, (_, cells)) in quarantined.iter().zip(&expected[2..]) {
            let counted = found.reason.contains(&format!("{} cells", cells.len()));
            prop_assert_eq!(counted, cells.len() != 2, "{}", found);
        }
    }

    #[test]
    fn anything_may_stand_in_a_file(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0_usize..5) {
        let name = ["a.jsonl", "a.csv", "a.parquet", "a.jsonl.gz", "a.csv.zst"][kind];
        let _ = read_bytes(name, &bytes);
    }

    #[test]
    fn a_line_of_json_is_read_back(title in "\\PC{1,30}", text in "\\PC{0,30}") {
        let line = serde_json::json!({"date": "2022-09-08", "title": title, "text": text}).to_string();
        let (report, titles, _) = read_bytes("a.ndjson", format!("{line}\r\n{line}").as_bytes()).unwrap();
        let empty = title.trim().is_empty() && text.trim().is_empty();
        prop_assert_eq!(report.quarantined, if empty { 2 } else { 0 });
        if !empty {
            prop_assert_eq!((report.kept, report.repeated), (1, 1));
            prop_assert_eq!(&titles[0], title.trim());
        }
    }
}
