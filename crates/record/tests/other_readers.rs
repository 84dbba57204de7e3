//! The store as others see it: plain Parquet, read by pyarrow and pandas.
//!
//! Needs a Python with both, named by `DEMARCHE_PYTHON` (`.ci/run` makes one), or `python3`.

use std::process::Command;

use record::{Mapping, Store};
use source::SourceText;

/// Prints the columns with their types, and the rows as pandas has them.
const SCRIPT: &str = r#"
import json, sys
import pyarrow.parquet as pq
import pandas
found = {}
for path in sys.argv[1:]:
    table = pq.read_table(path)
    frame = pandas.read_parquet(path)
    rows = [[None if pandas.isna(v) else str(v) for v in row] for row in frame.itertuples(index=False)]
    found[path] = {
        "columns": [[f.name, str(f.type), f.nullable] for f in table.schema],
        "rows": rows,
        "arrow_rows": [[None if v is None else str(v) for v in row.values()] for row in table.to_pylist()],
    }
print(json.dumps(found))
"#;

/// A Python that has pyarrow and pandas.
fn python() -> Option<String> {
    let python = std::env::var("DEMARCHE_PYTHON").unwrap_or_else(|_| "python3".into());
    let imports = Command::new(&python).args(["-c", "import pyarrow.parquet, pandas"]).output();
    imports.is_ok_and(|output| output.status.success()).then_some(python)
}

#[test]
fn pyarrow_and_pandas_read_what_we_wrote() {
    let Some(python) = python() else {
        eprintln!("SKIPPED: there is no Python with pyarrow and pandas; set DEMARCHE_PYTHON, or run .ci/run");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let documents = write(
        "documents.csv",
        "id,date,title,text,authority,language\n1,0001-01-01,first,\"a, b\",1,en\n2,9999-12-31,비핵화,,,\n3,never,x,,,\n",
    );
    let events = write(
        "events.csv",
        "id,date,actor,type,magnitude\n7,1970-01-01,dprk,missile,2.5\n8,1969-12-31,,talks,\n",
    );
    let mut store = Store::open(dir.path()).unwrap();
    let rules = Mapping::parse(&SourceText::new("rules.toml", "[constants]\noutlet = \"KCNA\"")).unwrap();
    assert!(!store.add(&[documents], Some(&rules), &mut |_| {}).unwrap().findings.any_error());
    store.add(&[events], None, &mut |_| {}).unwrap();

    let entries = std::fs::read_dir(dir.path().join("record/store")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path().display().to_string()).collect();
    paths.retain(|path| path.ends_with(".parquet"));
    assert_eq!(paths.len(), 3, "{paths:?}");
    let output = Command::new(python).args(["-c", SCRIPT]).args(&paths).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();

    let with = |columns: usize| {
        let tables = found.as_object().unwrap().values();
        tables
            .into_iter()
            .find(|table| table["columns"].as_array().unwrap().len() == columns)
            .expect("a table")
    };
    let column = |table: &serde_json::Value| -> Vec<String> {
        let columns = table["columns"].as_array().unwrap().iter();
        columns
            .map(|c| {
                let null = if c[2].as_bool().unwrap() { "" } else { " not null" };
                format!("{} {}{null}", c[0].as_str().unwrap(), c[1].as_str().unwrap())
            })
            .collect()
    };
    // What docs/record.md says.
    assert_eq!(
        column(with(13)),
        [
            "id string not null",
            "date date32[day] not null",
            "outlet string",
            "statement_type string",
            "authority uint8",
            "speaker string",
            "audience string",
            "language string",
            "title string",
            "text string",
            "link string",
            "file string not null",
            "row uint64 not null",
        ]
    );
    assert_eq!(
        column(with(10)),
        [
            "id string not null",
            "date date32[day] not null",
            "actor string",
            "target string",
            "type string",
            "magnitude double",
            "source string",
            "note string",
            "file string not null",
            "row uint64 not null",
        ]
    );
    assert_eq!(column(with(3)), ["file string not null", "row uint64 not null", "reason string not null"]);

    let text = |table: &serde_json::Value, row: usize, column: usize| {
        let value = |rows: &str| table[rows][row][column].as_str().map(str::to_string);
        // Pandas makes 1.0 of 1 where others of the column are missing.
        let (pandas, arrow) = (value("rows"), value("arrow_rows"));
        assert_eq!(
            pandas.as_deref().map(|p| p.trim_end_matches(".0")),
            arrow.as_deref().map(|a| a.trim_end_matches(".0"))
        );
        arrow.unwrap_or_else(|| "—".into())
    };
    let documents: Vec<Vec<String>> = (0..2)
        .map(|row| [0, 1, 2, 4, 7, 8, 9, 12].map(|column| text(with(13), row, column)).to_vec())
        .collect();
    assert_eq!(documents[0], ["1", "0001-01-01", "KCNA", "1", "en", "first", "a, b", "2"]);
    assert_eq!(documents[1], ["2", "9999-12-31", "KCNA", "—", "ko", "비핵화", "—", "3"]);
    let events: Vec<Vec<String>> =
        (0..2).map(|row| [0, 1, 2, 4, 5, 9].map(|column| text(with(10), row, column)).to_vec()).collect();
    assert_eq!(events[0], ["7", "1970-01-01", "dprk", "missile", "2.5", "2"]);
    assert_eq!(events[1], ["8", "1969-12-31", "—", "talks", "—", "3"]);
    assert_eq!(text(with(3), 0, 1), "4");
    assert!(text(with(3), 0, 2).starts_with("`never` is no date"));
}
