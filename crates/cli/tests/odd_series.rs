//! Odd series: each ends in an answer without a change, in rows set apart with their line, or in a clear error.

mod common;

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use common::{demarche, has, json, text};

/// What is to become of a series.
enum Expect {
    /// It is answered without a change; rows set apart are named with this.
    Quiet(&'static [&'static str]),
    /// It is not answered; the error and the rows set apart say all of these.
    Error(&'static [&'static str]),
}

use Expect::{Error, Quiet};

const CASES: [(&str, &str, Expect); 15] = [
    ("one point", "2020,3,10\n", Error(&["has 1 observed period; a change needs at least 2"])),
    ("zero throughout", "2000,0,10\n2001,0,10\n2002,0,10\n2003,0,10\n2004,0,10\n2005,0,10\n", Quiet(&[])),
    (
        "no exposure in one period",
        "2000,4,10\n2001,2,0\n2002,3,10\n2003,4,10\n2004,4,10\n",
        Quiet(&["s.csv:3: the exposure of 2001 is 0"]),
    ),
    (
        "no exposure at all",
        "2000,0,0\n2001,0,0\n",
        Error(&["s.csv:2: the exposure of 2000 is 0", "s.csv:3", "holds no row that can be read"]),
    ),
    (
        "a negative count",
        "2000,-1,10\n2001,2,10\n2002,3,10\n",
        Error(&["has 3 observed periods; a change needs at least 4"]),
    ),
    (
        "half a count",
        "2000,1.5,10\n2001,2,10\n2002,3,10\n",
        Error(&["has 3 observed periods; a change needs at least 4"]),
    ),
    (
        "no number",
        "2000,NaN,10\n2001,2,inf\n2002,many,10\n2003,2,ten\n",
        Error(&[
            "s.csv:2: the count `NaN`",
            "s.csv:3: the exposure `inf`",
            "s.csv:4: the count `many`",
            "`ten`",
        ]),
    ),
    (
        "a period twice",
        "2000,1,10\n2000,2,10\n2002,3,10\n",
        Quiet(&["s.csv:3: the period 2000 stands twice"]),
    ),
    ("rows without end", "", Error(&["holds no row that can be read"])),
    ("no period", "soon,1,10\n2001,2,10\n", Error(&["s.csv:2: `soon` is no period: expected a day"])),
    ("the first and the last year", "0001,1,10\n9999,2,10\n", Quiet(&[])),
    (
        "day and year mixed",
        "2000-01-01,1,10\n2001,1,10\n",
        Error(&["s.csv:3: `2001` is not the kind of period of the rows before"]),
    ),
    (
        "a count beyond counting",
        "2000,1e300,10\n2001,2,10\n2002,3,10\n",
        Error(&["the count of 2000 is 1e300, above 1e12"]),
    ),
    (
        "values that cannot be squared",
        "2000,-1e300,1\n2001,2e300,1\n2002,1e300,1\n2003,3e300,1\n",
        Error(&["the value of 2000 is -1e300; measure in units"]),
    ),
    (
        "the year 0",
        "0000,1,10\n2001,1,10\n",
        Error(&["s.csv:2: `0000` is no period", "has 1 observed period;"]),
    ),
];

#[test]
fn odd_series() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("s.csv");
    let mut wrong = Vec::new();
    for (odd, rows, expect) in CASES {
        fs::write(&path, format!("period,count,exposure\n{rows}")).unwrap();
        let words = ["shifts", text(&path), "--json"];
        let output = demarche(&words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!said.contains("panicked"), "{odd}: {said}");
        let (answered, needles) = match expect {
            Quiet(needles) => (true, needles),
            Error(needles) => (false, needles),
        };
        if output.status.success() != answered || needles.iter().any(|needle| !said.contains(needle)) {
            wrong.push(format!("{odd}: {said}"));
        }
        if answered && output.status.success() {
            let found = json(&words);
            has(&found, &["change_points"]);
            assert_eq!(found["change_points"], Value::Array(Vec::new()), "{odd}");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Without a word about the cost such values are measured ones; named counts, they are refused.
#[test]
fn no_counts() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("s.csv");
    for value in ["-1", "1.5"] {
        fs::write(&path, format!("period,count,exposure\n2000,{value},10\n2001,2,10\n2002,3,10\n")).unwrap();
        for cost in ["negbin", "poisson"] {
            let output = demarche(&["shifts", text(&path), "--cost", cost]);
            let said = String::from_utf8(output.stderr).unwrap();
            let needle = format!("the value of 2000 is {value}, which is no count");
            assert!(!output.status.success() && said.contains(&needle), "{said}");
        }
    }
}

/// What is no series at all.
#[test]
fn no_series() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("s.csv");
    for (bytes, needle) in [
        (&b""[..], "is empty: expected a first line with names of columns"),
        (b"period,count,exposure\n2000,1,10\n2001,\xff,10\n", "s.csv:3: the row is not UTF-8 text"),
    ] {
        fs::write(&path, bytes).unwrap();
        let output = demarche(&["shifts", text(&path)]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(needle), "{said}");
    }
}
