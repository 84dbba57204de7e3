//! What the index finds against reading every text, on generated and on real texts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use record::documents::Documents;
use record::{Mapping, Store};
use search::{Filter, Letters, LineOrder, Order, Query, Searcher, Unit};
use source::SourceText;

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|w| !w.is_empty())
        .map(Into::into)
        .collect()
}

/// Title and text as lists of words, the title only where the text does not begin with it.
fn parts(title: &str, text: &str) -> Vec<Vec<String>> {
    let repeated = !title.trim().is_empty() && text.trim_start().starts_with(title.trim());
    let mut parts = vec![words(text)];
    if !repeated {
        parts.push(words(title));
    }
    parts
}

type Texts = Vec<(String, Vec<Vec<String>>)>;

fn texts(store: &Store) -> Texts {
    let mut all = Vec::new();
    for batch in store.documents() {
        let batch = batch.unwrap();
        let documents = Documents::of(&batch).unwrap();
        for row in 0..documents.len() {
            let parts = parts(documents.title(row).unwrap_or(""), documents.text(row).unwrap_or(""));
            all.push((documents.id(row).to_string(), parts));
        }
    }
    all
}

fn phrase(parts: &[Vec<String>], phrase: &[&str]) -> bool {
    let fits = |wanted: &str, word: &str| match wanted.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None if wanted.chars().any(|c| ('가'..='힣').contains(&c)) => word.contains(wanted),
        None => word == wanted,
    };
    let at = |run: &[String]| run.iter().zip(phrase).all(|(word, wanted)| fits(wanted, word));
    parts.iter().any(|part| part.windows(phrase.len()).any(at))
}

fn near(parts: &[Vec<String>], a: &str, b: &str, apart: usize) -> bool {
    parts.iter().any(|part| {
        let places = |wanted: &str| -> Vec<usize> {
            part.iter().enumerate().filter(|(_, word)| *word == wanted).map(|(i, _)| i).collect()
        };
        places(a).iter().any(|&x| places(b).iter().any(|&y| x != y && x.abs_diff(y) <= apart))
    })
}

fn found(searcher: &Searcher, query: &str) -> BTreeSet<String> {
    let query = Query::parse(query).unwrap();
    let results =
        searcher.search(&query, &Filter::default(), Unit::Publication, Order::Date, usize::MAX).unwrap();
    assert_eq!(results.base.n, results.found.len() as u64);
    assert_eq!(results.base.by_year.iter().map(|year| year.n).sum::<u64>(), results.base.n);
    results.found.into_iter().map(|found| found.id).collect()
}

fn scan(texts: &Texts, fits: impl Fn(&[Vec<String>]) -> bool) -> BTreeSet<String> {
    texts.iter().filter(|(_, parts)| fits(parts)).map(|(id, _)| id.clone()).collect()
}

fn made(rows: &[(String, String)]) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let mut file = String::from("id,date,title,text\n");
    for (number, (title, text)) in rows.iter().enumerate() {
        file.push_str(&format!("d{number},2022-01-{:02},{title},{text}\n", 1 + number % 28));
    }
    let path = dir.path().join("d.csv");
    std::fs::write(&path, file).unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.add(&[path], None, &mut |_| {}).unwrap();
    (dir, store)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn generated_texts(rows in prop::collection::vec(("[abc]{1,2}( [abc]{1,2}){0,3}", "([abc]{1,2}|비핵화|핵을|조선)( ([abc]{1,2}|비핵|핵화를)){0,12}"), 1..12)) {
        let (_dir, store) = made(&rows);
        let searcher = Searcher::open(&store, Letters::Pairs, &mut |_| {}).unwrap();
        let texts = texts(&store);
        prop_assert_eq!(searcher.len(), texts.len());
        let has = |word: &'static str| move |parts: &[Vec<String>]| phrase(parts, &[word]);
        for word in ["a", "ab", "핵", "핵화", "비핵화", "비핵화를"] {
            prop_assert_eq!(found(&searcher, word), scan(&texts, has(word)), "{}", word);
        }
        prop_assert_eq!(found(&searcher, "a*"), scan(&texts, has("a*")));
        prop_assert_eq!(found(&searcher, "\"a b\""), scan(&texts, |parts| phrase(parts, &["a", "b"])));
        prop_assert_eq!(found(&searcher, "\"a 핵화\""), scan(&texts, |parts| phrase(parts, &["a", "핵화"])));
        prop_assert_eq!(found(&searcher, "\"a* b c\""), scan(&texts, |parts| phrase(parts, &["a*", "b", "c"])));
        prop_assert_eq!(found(&searcher, "a AND NOT b"), scan(&texts, |p| phrase(p, &["a"]) && !phrase(p, &["b"])));
        prop_assert_eq!(found(&searcher, "a OR (b c)"), scan(&texts, |p| phrase(p, &["a"]) || (phrase(p, &["b"]) && phrase(p, &["c"]))));
        prop_assert_eq!(found(&searcher, "NOT ab"), scan(&texts, |p| !phrase(p, &["ab"])));
        for apart in [1, 3] {
            let query = format!("a NEAR/{apart} b");
            prop_assert_eq!(found(&searcher, &query), scan(&texts, |p| near(p, "a", "b", apart)), "{}", query);
        }
        prop_assert_eq!(found(&searcher, "a NEAR/2 a"), scan(&texts, |p| near(p, "a", "a", 2)));
        let fuzzy = |p: &[Vec<String>]| p.iter().flatten().any(|word| strsim::osa_distance(word, "ab") <= 1);
        prop_assert_eq!(found(&searcher, "ab~"), scan(&texts, fuzzy));
    }
}

fn data() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("DEMARCHE_DATA").map_or(root, PathBuf::from);
    if !data.join("kcna-2012.parquet").exists() {
        eprintln!("NOT TESTED: there is no real data in {}; set DEMARCHE_DATA", data.display());
        return None;
    }
    Some(data)
}

fn store_of(file: &str, rules: &str) -> Option<(tempfile::TempDir, Store)> {
    let data = data()?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog/mappings").join(rules);
    let mapping = Mapping::parse(&SourceText::new(rules, std::fs::read_to_string(path).unwrap())).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.add(&[data.join(file)], Some(&mapping), &mut |_| {}).unwrap();
    Some((dir, store))
}

/// The years are those in which a plain search in the file finds the letters.
#[test]
fn denuclearization_in_korean_new_year_addresses() {
    let Some((_dir, store)) = store_of("new-year-addresses-ko.parquet", "new-year-addresses-ko.toml") else {
        return;
    };
    let searcher = Searcher::open(&store, Letters::Pairs, &mut |_| {}).unwrap();
    let query = Query::parse("비핵화").unwrap();
    let results =
        searcher.search(&query, &Filter::default(), Unit::Utterance, Order::Date, usize::MAX).unwrap();
    let years: Vec<i16> = results.found.iter().map(|found| found.date.year()).collect();
    assert_eq!(years, [1995, 2009, 2010, 2011, 2019]);
    assert_eq!((results.base.n, results.base.of), (5, 73));
    assert!(
        results.found.iter().all(|found| found.snippet.contains('«') && found.snippet.contains("비핵화"))
    );
    let lines =
        searcher.kwic(&query, &Filter::default(), Unit::Utterance, LineOrder::Date, usize::MAX).unwrap();
    assert_eq!(lines.hits, lines.lines.len() as u64);
    assert!(lines.lines.iter().all(|line| line.hit.contains("비핵화")));
}

#[test]
fn full_texts_of_a_year() {
    let Some((_dir, store)) = store_of("kcna-2012.parquet", "kcna-2012.toml") else { return };
    let searcher = Searcher::open(&store, Letters::Pairs, &mut |_| {}).unwrap();
    let texts = texts(&store);
    let ask = |query: &str| found(&searcher, query);
    assert_eq!(ask("denucleari*"), scan(&texts, |p| phrase(p, &["denucleari*"])));
    assert!(!ask("denucleari*").is_empty());
    assert_eq!(ask("\"hostile policy\""), scan(&texts, |p| phrase(p, &["hostile", "policy"])));
    assert_eq!(ask("nuclear NEAR/5 deterrent"), scan(&texts, |p| near(p, "nuclear", "deterrent", 5)));
    assert_eq!(
        ask("\"rodong sinmun\" -\"south korean\""),
        scan(&texts, |p| phrase(p, &["rodong", "sinmun"]) && !phrase(p, &["south", "korean"]))
    );
    // The index is made once, and opened after that.
    let mut made = 0;
    Searcher::open(&store, Letters::Pairs, &mut |_| made += 1).unwrap();
    assert_eq!(made, 0);
}

#[test]
fn filters_order_and_copies() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("d.csv");
    let text = "peace ".repeat(12)
        + "and the long road that leads to it through many valleys and over many hills of doubt";
    let rows = format!(
        "id,date,outlet,statement_type,authority,language,title,text\na,2021-01-01,X,speech,1,en,One,{text}\n\
         b,2021-01-03,Y,article,6,en,Two,{text}\nc,2022-05-01,X,article,6,en,Peace at last,peace peace\n\
         d,2022-05-02,X,article,,es,Paz,nada\n"
    );
    std::fs::write(&path, rows).unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    store.add(&[path], None, &mut |_| {}).unwrap();
    let searcher = Searcher::open(&store, Letters::Pairs, &mut |_| {}).unwrap();
    let ask = |filter: Filter, unit, order| {
        let results = searcher.search(&Query::parse("peace").unwrap(), &filter, unit, order, 10).unwrap();
        let ids: Vec<String> = results.found.iter().map(|found| found.id.clone()).collect();
        (results.base.n, results.base.of, results.base.folded, ids.join(""))
    };
    let (all, none) = (Filter::default, |_: &str| Vec::<String>::new());
    assert_eq!(ask(all(), Unit::Publication, Order::Date), (3, 4, 0, "abc".into()));
    assert_eq!(ask(all(), Unit::Publication, Order::Newest), (3, 4, 0, "cba".into()));
    assert_eq!(ask(all(), Unit::Utterance, Order::Date), (2, 3, 1, "ac".into()));
    assert_eq!(
        ask(Filter { outlet: vec!["y".into()], ..all() }, Unit::Utterance, Order::Date),
        (1, 1, 0, "b".into())
    );
    assert_eq!(
        ask(Filter { authority: Some(3), ..all() }, Unit::Utterance, Order::Date),
        (1, 1, 0, "a".into())
    );
    assert_eq!(
        ask(Filter { language: vec!["es".into()], ..all() }, Unit::Utterance, Order::Date),
        (0, 1, 0, "".into())
    );
    let from = Some(jiff::civil::date(2022, 1, 1));
    assert_eq!(
        ask(Filter { from, speaker: none(""), ..all() }, Unit::Utterance, Order::Score),
        (1, 2, 0, "c".into())
    );
    assert_eq!(searcher.values("outlet"), ["X", "Y"]);
    let lines = searcher
        .kwic(&Query::parse("peace at").unwrap(), &all(), Unit::Publication, LineOrder::Right, 10)
        .unwrap();
    assert_eq!(lines.lines[0].hit.to_lowercase(), "peace");
    // A record that has grown is indexed anew, and the old index is gone.
    let more = dir.path().join("e.csv");
    std::fs::write(&more, "id,date,title\ne,2023-01-01,Peace\n").unwrap();
    store.add(&[more], None, &mut |_| {}).unwrap();
    assert_eq!(Searcher::open(&store, Letters::Pairs, &mut |_| {}).unwrap().len(), 5);
    let folders = std::fs::read_dir(store.path()).unwrap();
    let indexes = folders.filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with("index-"));
    assert_eq!(indexes.count(), 1);
}
