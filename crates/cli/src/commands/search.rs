use std::path::Path;

use indicatif::ProgressBar;
use record::Store;
use search::{BaseRate, Filter, Letters, Order, Query, SearchError, Searcher};
use serde_json::json;

use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::Unit;
use crate::words::search::{Search, Sort, Within};

pub fn run(words: &Search) -> Done {
    let query = Query::parse(&words.query)?;
    let searcher = open(&words.dir, &words.within)?;
    let order = match words.sort {
        Sort::Date => Order::Date,
        Sort::Newest => Order::Newest,
        Sort::Score => Order::Score,
    };
    let filter = filter(&words.within, &searcher)?;
    let results = searcher.search(&query, &filter, unit(words.within.unit), order, words.limit)?;
    if words.json {
        return print_json(&json!({ "query": words.query, "base": results.base, "found": results.found }));
    }
    print(&format!("{}\n", base_line(&results.base)))?;
    for found in &results.found {
        let kind = [
            found.outlet.clone(),
            found.statement_type.clone(),
            found.authority.map(|l| format!("level {l}")),
        ];
        let kind: Vec<String> = kind.into_iter().flatten().collect();
        print(&format!("{}  {}  ({})", found.date, found.title, kind.join(", ")))?;
        print(&format!("    {}", found.snippet))?;
        let copies =
            if found.copies > 0 { format!(", {} further publications", found.copies) } else { String::new() };
        print(&format!("    {} × in {}, {}{copies}\n", found.hits, found.id, found.at))?;
    }
    let left = results.base.n - results.found.len() as u64;
    if left > 0 {
        print(&format!("{left} more: --limit {}\n", results.base.n))?;
    }
    print(&by_year(&results.base))
}

pub fn open(dir: &Path, within: &Within) -> Result<Searcher, Failure> {
    let store = Store::open(dir)?;
    let letters = within.dictionary.as_deref().map_or(Ok(Letters::Pairs), Letters::of_dictionary)?;
    let bar = ProgressBar::new_spinner();
    let opened = Searcher::open(&store, letters, &mut |step| {
        bar.set_message(format!("indexing the record: {} documents", step.documents));
        bar.tick();
    });
    bar.finish_and_clear();
    Ok(opened?)
}

pub fn unit(unit: Unit) -> search::Unit {
    match unit {
        Unit::Utterance => search::Unit::Utterance,
        Unit::Publication => search::Unit::Publication,
    }
}

/// A value that no document has would give "0 of 0": it is a mistake, and said.
pub fn filter(within: &Within, searcher: &Searcher) -> Result<Filter, Failure> {
    let asked = [
        ("outlet", &within.outlet),
        ("statement_type", &within.statement_type),
        ("speaker", &within.speaker),
        ("language", &within.language),
    ];
    for (column, values) in asked {
        let known = searcher.values(column);
        for value in values {
            if !known.iter().any(|known| known.to_lowercase() == value.to_lowercase()) {
                let known =
                    if known.is_empty() { "no document has one".to_string() } else { known.join(", ") };
                return Err(Failure::said(format!(
                    "no document has the {column} `{value}`; in the record: {known}"
                )));
            }
        }
    }
    Ok(Filter {
        from: within.from,
        to: within.to,
        outlet: within.outlet.clone(),
        statement_type: within.statement_type.clone(),
        speaker: within.speaker.clone(),
        language: within.language.clone(),
        authority: within.authority,
    })
}

/// "5 of 73 utterances in this stratum (1946-01-01 … 2019-01-01)".
pub fn base_line(base: &BaseRate) -> String {
    let unit = match base.unit {
        search::Unit::Utterance => "utterances",
        search::Unit::Publication => "publications",
    };
    let dates = base.dates.map(|(from, to)| format!("{from} … {to}")).unwrap_or_else(|| "no document".into());
    let folded = match base.folded {
        0 => String::new(),
        folded => format!("; {folded} further publications of them folded"),
    };
    format!("{} of {} {unit} in this stratum ({dates}{folded})", base.n, base.of)
}

pub fn by_year(base: &BaseRate) -> String {
    let mut rows = vec![["year", "n", "of", "share"].map(String::from).to_vec()];
    for year in &base.by_year {
        let share = format!("{:.2} %", 100.0 * year.n as f64 / year.of as f64);
        rows.push(vec![year.year.to_string(), year.n.to_string(), year.of.to_string(), share]);
    }
    columns(&rows)
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Query(finding) => (*finding).into(),
            other => Self::said(other),
        }
    }
}
