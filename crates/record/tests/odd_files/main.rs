//! Malformed and odd files: each ends in a clear error or in rows that are kept or set apart, with file, line and remedy.
//!
//! The files are made here, so that each defect can be seen beside what is said of it.

mod made;
mod pages;
mod tables;

use record::documents::Documents;
use record::{Mapping, read_bytes};
use source::SourceText;

/// What is to become of a file.
enum Expect {
    /// Nothing of it is read; the error says all of these.
    Error(&'static [&'static str]),
    /// The titles of the rows that are kept, and for those set apart their place and a part of the reason.
    Rows(&'static [&'static str], &'static [(&'static str, &'static str)]),
}

struct Case {
    /// Name of the file.
    name: &'static str,
    /// What is odd about it.
    odd: &'static str,
    bytes: Vec<u8>,
    rules: &'static str,
    expect: Expect,
}

fn case(name: &'static str, odd: &'static str, bytes: impl AsRef<[u8]>, expect: Expect) -> Case {
    Case { name, odd, bytes: bytes.as_ref().to_vec(), rules: "", expect }
}

impl Case {
    fn rules(self, rules: &'static str) -> Self {
        Self { rules, ..self }
    }
}

/// Titles of the kept rows, or their texts where there is no title; places and reasons of the others.
type Found = (Vec<String>, Vec<(String, String)>);

fn read_case(case: &Case) -> Result<Found, String> {
    let mapping = Mapping::parse(&SourceText::new("rules.toml", case.rules)).expect("the rules are right");
    let mut reading =
        read_bytes(case.name, case.bytes.clone(), &mapping).map_err(|error| error.to_string())?;
    let (mut titles, mut apart) = (Vec::new(), Vec::new());
    while let Some(batch) = reading.next() {
        let batch = batch.map_err(|error| error.to_string())?;
        let documents = Documents::of(&batch).unwrap();
        for row in 0..documents.len() {
            let said = documents.title(row).or(documents.text(row)).unwrap_or_default();
            titles.push(said.chars().take(60).collect());
        }
        apart.extend(reading.take_quarantined());
    }
    apart.extend(reading.take_quarantined());
    let report = reading.report();
    assert_eq!(report.rows, report.kept + report.repeated + report.quarantined, "{}", case.odd);
    Ok((titles, apart.into_iter().map(|row| (row.at.to_string(), row.reason)).collect()))
}

#[test]
fn every_odd_file_ends_as_it_should() {
    let cases: Vec<Case> = tables::cases().into_iter().chain(pages::cases()).collect();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let found = read_case(case);
        let fine = match (&case.expect, &found) {
            (Expect::Error(parts), Err(error)) => {
                error.contains(case.name) && parts.iter().all(|part| error.contains(part))
            }
            (Expect::Rows(titles, apart), Ok((found, set_apart))) => {
                found == titles
                    && apart.len() == set_apart.len()
                    && apart
                        .iter()
                        .zip(set_apart)
                        .all(|((place, part), (at, reason))| at == place && reason.contains(part))
            }
            _ => false,
        };
        if !fine {
            wrong.push(format!("{} ({}): {found:#?}", case.name, case.odd));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
