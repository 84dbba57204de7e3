#![no_main]

use std::io::{Cursor, Write};
use std::sync::Once;

use fuzz::read_all;
use libfuzzer_sys::fuzz_target;
use record::Mapping;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const PARTS: [&str; 3] = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];

// Fuzzing through the compression of an archive reaches nothing: the parts stand one after another,
// with NUL bytes between them, and are packed here.
// The reader of sheets counts without checks; `record` catches what that leads to, so only a panic that leaves `record`
// is a finding: libFuzzer is not told of the others.
static QUIET: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let fixed = [
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
    ];
    let given = PARTS.into_iter().zip(bytes.split(|&byte| byte == 0));
    for (name, part) in fixed.into_iter().chain(given) {
        zip.start_file(name, stored).expect("a name");
        zip.write_all(part).expect("memory");
    }
    let book = zip.finish().expect("memory").into_inner();
    let _ = read_all("a.xlsx", &book, &Mapping::documents());
    let _ = read_all("b.xlsx", bytes, &Mapping::documents());
});
