//! Folders and archives: read file by file, one bad file apart, the others kept.

use std::path::Path;

use record::{Mapping, Store, read};

fn write(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A folder with something of each kind.
fn mixed(dir: &Path) {
    write(dir, "b/2022-09-08 speech.txt", "The title\n\nThe text of the speech, read aloud in the hall.\n");
    write(
        dir,
        "a/page.html",
        "<html><head><title>A page</title><meta name=\"date\" content=\"8 September 2022\"></head><body><p>The ministry said that the talks, for now, go on, and that nothing else was agreed.</p></body></html>",
    );
    write(dir, "a/table.csv", "date,title\n2022-09-09,row\nnever,row\n");
    write(dir, "c.parquet", "no Parquet");
    write(dir, "d.txt", encoding_rs::EUC_KR.encode("2022년 9월 8일\n\n외무성 대변인 성명").0);
    write(dir, "style.css", "p {}");
    write(dir, ".hidden.csv", "x");
}

#[test]
fn a_folder_is_read_in_the_order_of_names() {
    let dir = tempfile::tempdir().unwrap();
    mixed(dir.path());
    let mut reading = read(dir.path(), &Mapping::documents()).unwrap();
    let rows: usize = reading.by_ref().map(|batch| batch.unwrap().num_rows()).sum();
    let places: Vec<_> = reading
        .take_quarantined()
        .iter()
        .map(|row| row.at.to_string().replace(&format!("{}/", dir.path().display()), ""))
        .collect();
    assert_eq!((rows, places), (4, vec!["a/table.csv:3".to_string(), "c.parquet:1".into()]));
    let report = reading.report();
    assert_eq!((report.rows, report.kept, report.quarantined), (6, 4, 2));
    assert_eq!(report.encodings.into_iter().collect::<Vec<_>>(), [("EUC-KR".to_string(), 1)]);
    assert_eq!(report.passed_over.into_iter().collect::<Vec<_>>(), [(".css".to_string(), 1)]);
}

#[test]
fn a_folder_in_the_store() {
    let dir = tempfile::tempdir().unwrap();
    let given = dir.path().join("given");
    mixed(&given);
    let mut store = Store::open(dir.path()).unwrap();
    let report = store.add(std::slice::from_ref(&given), None, &mut |_| {}).unwrap();
    // The pages and texts as one, then the tables; the bad one is a finding.
    let kept: Vec<_> = report.files.iter().map(|file| (file.rows, file.kept, file.quarantined)).collect();
    assert_eq!(kept, [(3, 3, 0), (2, 1, 1)]);
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["record::passed_over", "record::unreadable"]);
    // Again it adds nothing; with one more file, that one.
    let again = store.add(std::slice::from_ref(&given), None, &mut |_| {}).unwrap();
    assert!(again.files.iter().all(|file| file.kept == 0));
    write(&given, "e/20220910.txt", "Another title\n\nAnother text.\n");
    let more = store.add(&[given], None, &mut |_| {}).unwrap();
    assert_eq!(more.files.iter().map(|file| file.kept).sum::<u64>(), 1);
    assert_eq!(store.stats().unwrap().documents, 5);
    let languages: Vec<_> =
        store.stats().unwrap().strata.into_iter().filter_map(|stratum| stratum.language).collect();
    assert!(languages.contains(&"en".to_string()) && languages.contains(&"ko".to_string()), "{languages:?}");
}

#[test]
fn a_folder_without_files() {
    let dir = tempfile::tempdir().unwrap();
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let report = Store::open(dir.path()).unwrap().add(&[empty], None, &mut |_| {}).unwrap();
    assert_eq!(report.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["record::empty"]);
}

#[test]
fn many_texts_and_a_page_that_unpacks_to_more_than_a_page_may_have() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..500 {
        write(
            dir.path(),
            &format!("{number:04}_20220908.txt"),
            format!("Title {number}\n\nText {number}.\n"),
        );
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![b'a'; 1 << 20];
    for _ in 0..80 {
        std::io::Write::write_all(&mut packed, &block).unwrap();
    }
    write(dir.path(), "z.html.gz", packed.finish().unwrap());
    let mut reading = read(dir.path(), &Mapping::documents()).unwrap();
    let rows: usize = reading.by_ref().map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows, 500);
    let apart = reading.take_quarantined();
    assert!(apart.len() == 1 && apart[0].reason.contains("more than the 16 MB"), "{apart:?}");
}
