#![no_main]

use std::fs;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use record::Store;
use search::{Filter, Letters, LineOrder, Order, Query, Searcher, Unit};

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("d.csv");
    let rows = "id,date,title,text\na,2020-01-01,One,peace and war and peace talks\nb,2021-01-01,,조선반도의 비핵화를 위하여\nc,2021-02-01,Peace,war\n";
    fs::write(&file, rows).expect("a file");
    let mut store = Store::open(dir.path()).expect("a record");
    store.add(&[file], None, &mut |_| {}).expect("rows");
    let searcher = Searcher::open(&store, Letters::Pairs, &mut |_| {}).expect("an index");
    // The index is read from its files as long as the program runs.
    std::mem::forget(dir);
    searcher
});

// A query, asked of three documents: its two ways of answering must agree.
fuzz_target!(|text: &str| {
    match Query::parse(text) {
        Ok(query) => {
            let all = Filter::default();
            let found = SEARCHER.search(&query, &all, Unit::Publication, Order::Score, 3).expect("an answer");
            let lines = SEARCHER.kwic(&query, &all, Unit::Publication, LineOrder::Right, 100).expect("lines");
            assert_eq!(found.base, lines.base);
            assert_eq!(found.found.len() as u64, found.base.n);
        }
        Err(finding) => assert!(finding.help.is_some()),
    }
});
