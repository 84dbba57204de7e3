//! Korean words by the morphemes of a dictionary. The dictionary is made here, of a few words.

use std::fs;
use std::path::Path;

use lindera_dictionary::builder::DictionaryBuilder;
use lindera_dictionary::dictionary::metadata::Metadata;
use record::Store;
use search::{Filter, Letters, Order, Query, SearchError, Searcher, Unit};

/// A dictionary in which each of these words costs the same, and a word that is not in it costs more than any cut.
fn dictionary(words: &[&str]) -> tempfile::TempDir {
    let (source, made) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let write = |name: &str, text: &str| fs::write(source.path().join(name), text).unwrap();
    write("char.def", "DEFAULT 0 1 0\nSPACE 0 1 0\nHANGUL 0 1 2\n0x0020 SPACE\n0xAC00..0xD7A3 HANGUL\n");
    write(
        "unk.def",
        "DEFAULT,0,0,9000,U,*,*,*,*,*,*,*,*\nSPACE,0,0,0,S,*,*,*,*,*,*,*,*\nHANGUL,0,0,9000,U,*,*,*,*,*,*,*,*\n",
    );
    write("matrix.def", "1 1\n0 0 0\n");
    let rows: String = words.iter().map(|word| format!("{word},0,0,100,N,*,*,*,*,*,{word},*,*\n")).collect();
    write("lex.csv", &rows);
    DictionaryBuilder::new(Metadata::default()).build_dictionary(source.path(), made.path()).unwrap();
    made
}

fn record(texts: &[&str]) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let rows: String =
        texts.iter().enumerate().map(|(n, text)| format!("d{n},2020-01-01,\"{text}\"\n")).collect();
    fs::write(dir.path().join("d.csv"), format!("id,date,text\n{rows}")).unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.add(&[dir.path().join("d.csv")], None, &mut |_| {}).unwrap();
    (dir, store)
}

fn open(store: &Store, folder: Option<&Path>) -> Searcher {
    let letters = folder.map_or(Letters::Pairs, |folder| Letters::of_dictionary(folder).unwrap());
    Searcher::open(store, letters, &mut |_| {}).unwrap()
}

fn found(searcher: &Searcher, query: &str) -> String {
    let query = Query::parse(query).unwrap();
    let results = searcher.search(&query, &Filter::default(), Unit::Publication, Order::Date, 100).unwrap();
    results.found.into_iter().map(|found| found.id).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_part_is_found_where_the_dictionary_cuts() {
    let dictionary = dictionary(&["평", "을", "평가", "가", "를", "비핵화", "핵", "대결"]);
    let (_dir, store) = record(&[
        "평을 하다",
        "평가를 하다",
        "조선반도의 비핵화를 위하여",
        "핵대결을 그만두라",
        "peace talks",
    ]);
    let (plain, cut) = (open(&store, None), open(&store, Some(dictionary.path())));
    // Without a dictionary any part of a word is found.
    assert_eq!(found(&plain, "평"), "d0 d1");
    assert_eq!(found(&plain, "핵"), "d2 d3");
    // With one, only whole morphemes: 평 is none of 평가, nor 핵 of 비핵화.
    assert_eq!(found(&cut, "평"), "d0");
    assert_eq!(found(&cut, "평가"), "d1");
    assert_eq!(found(&cut, "평가를"), "d1");
    assert_eq!(found(&cut, "핵"), "d3");
    assert_eq!(found(&cut, "비핵화"), "d2");
    assert_eq!(found(&cut, "핵대결"), "d3");
    assert_eq!(found(&cut, "대결을"), "d3");
    assert_eq!(found(&cut, "\"핵대결 그만두라\""), "d3");
    assert_eq!(found(&cut, "비핵*"), "d2");
    assert_eq!(found(&cut, "peace"), "d4");
    // The last morpheme of a word and the first of the next are no neighbors.
    assert_eq!(found(&cut, "을그만두라"), "");
}

#[test]
fn each_dictionary_has_its_own_index() {
    let (coarse, fine) = (dictionary(&["비핵화", "를"]), dictionary(&["비", "핵", "화", "를"]));
    let (_dir, store) = record(&["비핵화를"]);
    let made = |folder: Option<&Path>| {
        let mut steps = 0;
        let letters = folder.map_or(Letters::Pairs, |folder| Letters::of_dictionary(folder).unwrap());
        Searcher::open(&store, letters, &mut |_| steps += 1).unwrap();
        steps > 0
    };
    assert!(made(None) && made(Some(coarse.path())));
    assert!(!made(None) && !made(Some(coarse.path())), "the two stand beside each other");
    assert_eq!(found(&open(&store, Some(coarse.path())), "핵"), "");
    assert!(made(Some(fine.path())), "another dictionary, another index");
    assert_eq!(found(&open(&store, Some(fine.path())), "핵"), "d0");
    assert_eq!(found(&open(&store, Some(coarse.path())), "핵"), "");
    assert_eq!(found(&open(&store, None), "핵화"), "d0");
}

#[test]
fn a_folder_without_a_dictionary_is_said() {
    let empty = tempfile::tempdir().unwrap();
    for folder in [empty.path().join("none"), empty.path().to_path_buf()] {
        match Letters::of_dictionary(&folder) {
            Err(error @ SearchError::Dictionary { .. }) => {
                assert!(error.to_string().contains("lindera build"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
}
