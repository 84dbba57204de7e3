//! Whole files of real data, defects included, with the counts that other tools (pyarrow, Python's `re`)
//! give for them.

use std::path::{Path, PathBuf};

use jiff::civil::date;
use record::{FileReport, Mapping, Store};
use source::SourceText;

fn data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("DEMARCHE_DATA").map_or(root, PathBuf::from);
    if !data.join("kcna-2012.parquet").exists() {
        eprintln!("NOT TESTED: there is no real data in {}; set DEMARCHE_DATA", data.display());
        return None;
    }
    Some(data)
}

fn mapping(name: &str) -> Mapping {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/mappings").join(name);
    let text = std::fs::read_to_string(&path).expect("the mapping is shipped");
    Mapping::parse(&SourceText::new(name, text)).expect("the mapping has no mistakes")
}

fn add(store: &mut Store, data: &Path, file: &str, rules: &str) -> FileReport {
    let report =
        store.add(&[data.join(file)], Some(&mapping(rules)), &mut |_| {}).expect("the store can be written");
    assert!(report.findings.is_empty(), "{}", report.findings);
    report.files[0].clone()
}

fn numbers(report: &FileReport) -> [u64; 4] {
    [report.rows, report.kept, report.repeated, report.quarantined]
}

#[test]
fn headlines_and_full_texts_of_the_news_agency() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let headlines = add(&mut store, &data, "kcna-headlines.parquet", "kcna-headlines.toml");
    assert_eq!(numbers(&headlines), [93_425, 93_315, 110, 0]);
    assert_eq!(headlines.dates, Some((date(1997, 1, 1), date(2013, 12, 31))));

    // 33 rows repeat others of the file, and 481 of its 529 rows without a text are a headline that stands already.
    let texts = add(&mut store, &data, "kcna-2012.parquet", "kcna-2012.toml");
    assert_eq!(numbers(&texts), [10_869, 10_354, 514, 1]);

    let stats = store.stats().unwrap();
    assert_eq!((stats.documents, stats.events, stats.quarantined), (93_315 + 10_354, 0, 1));
    assert_eq!(stats.strata.iter().map(|stratum| stratum.documents).sum::<u64>(), stats.documents);
    // The same file again, also after opening anew, adds nothing.
    let mut store = Store::open(dir.path()).unwrap();
    let again = add(&mut store, &data, "kcna-2012.parquet", "kcna-2012.toml");
    assert_eq!(numbers(&again), [10_869, 0, 10_868, 1]);
    assert_eq!(store.stats().unwrap(), stats);
}

/// What Python finds by comparing words only: `len(rows) - len(set(…))`.
#[test]
fn copies_in_real_files() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    add(&mut store, &data, "kcna-headlines.parquet", "kcna-headlines.toml");
    // Of 93,425 titles, 112 have the words and the date of another; 110 of them were told by the store.
    let kinds = store.utterances().unwrap().kinds();
    assert_eq!(kinds[&record::CopyKind::Exact], 2);
    add(&mut store, &data, "kcna-2012.parquet", "kcna-2012.toml");
    // Nearly every text of 2012 has its bare headline in the other file.
    let utterances = store.utterances().unwrap();
    let kinds = utterances.kinds();
    assert!(kinds[&record::CopyKind::Headline] > 9_500, "{kinds:?}");
    assert_eq!(kinds.values().sum::<u64>(), store.stats().unwrap().documents);
    assert!(utterances.publications().iter().all(|p| p.similarity > 0.0 && p.similarity <= 1.0));
}

#[test]
fn full_texts_alone() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let texts = add(&mut store, &data, "kcna-2012.parquet", "kcna-2012.toml");
    assert_eq!(numbers(&texts), [10_869, 10_835, 33, 1]);
    let quarantine = store.quarantine().unwrap();
    assert_eq!(quarantine.len(), 1);
    assert!(quarantine[0].reason.contains("no date"), "{}", quarantine[0]);
    let stats = store.stats().unwrap();
    let with_text: u64 = stats.strata.iter().map(|stratum| stratum.with_text).sum();
    assert_eq!(stats.documents - with_text, 529 - 1 - 4, "one of them has no date, four are repeats");
}

#[test]
fn the_lost_spaces_of_2024_are_mended_and_counted() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let report = add(&mut store, &data, "kcna-2024.jsonl.zst", "kcna-2024.toml");
    assert_eq!(numbers(&report), [1_310, 828, 482, 0]);
    // Python: len(re.findall(…)) over all titles and texts gives the same.
    assert_eq!(report.mended.iter().map(|mended| mended.times).collect::<Vec<_>>(), [722, 597, 100]);
    for batch in store.documents() {
        let batch = batch.unwrap();
        let documents = record::documents::Documents::of(&batch).unwrap();
        for row in 0..documents.len() {
            assert!(!documents.text(row).unwrap_or("").contains("whenKim Jong Un"));
        }
    }
}

#[test]
fn the_other_documents() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let rodong = add(&mut store, &data, "rodong-2021-2022.parquet", "rodong-2021-2022.toml");
    assert_eq!(numbers(&rodong), [134, 133, 1, 0]);
    let addresses = add(&mut store, &data, "new-year-addresses-ko.parquet", "new-year-addresses-ko.toml");
    assert_eq!(numbers(&addresses), [73, 73, 0, 0]);
    let debate = add(&mut store, &data, "un-general-debate.parquet", "un-general-debate.toml");
    assert_eq!(numbers(&debate), [505, 505, 0, 0]);
    assert_eq!(debate.dates, Some((date(1946, 9, 20), date(2022, 9, 20))));
    let batch = store.documents().last().unwrap().unwrap();
    let documents = record::documents::Documents::of(&batch).unwrap();
    assert_eq!((documents.authority(0), documents.audience(0)), (Some(2), Some("UN")));
}

#[test]
fn lists_of_events() {
    let Some(data) = data() else { return };
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let provocations = add(&mut store, &data, "provocations-1990-2022.csv", "provocations-1990-2022.toml");
    assert_eq!(numbers(&provocations), [288, 288, 0, 0]);
    // Several launches of one kind on one day are several events.
    let tests = add(&mut store, &data, "missile-tests.csv", "missile-tests.toml");
    assert_eq!(numbers(&tests), [221, 221, 0, 0]);
    let talks = add(&mut store, &data, "negotiations-1990-2018.csv", "negotiations-1990-2018.toml");
    assert_eq!(numbers(&talks), [214, 214, 0, 0]);
    assert_eq!(store.stats().unwrap().events, 288 + 221 + 214);
    assert_eq!(store.stats().unwrap().dates, Some((date(1984, 4, 9), date(2022, 12, 31))));
}
