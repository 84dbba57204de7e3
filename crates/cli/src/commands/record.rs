use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use record::{AddReport, CopyKind, Mapping, Store};
use serde_json::json;
use source::SourceText;

use super::{Done, columns, print, print_json};
use crate::failure::{Failure, show};
use crate::words::Record;

pub fn run(words: &Record) -> Done {
    match words {
        Record::Diff(words) => super::diff::run(words),
        Record::Echo(words) => super::echo::run(words),
        Record::Add { files, texts, into, map, profile, json } => {
            let given = if *texts { named(into)? } else { vec![(files.clone(), mapping(map.as_deref())?)] };
            add(given, into, profile.as_deref(), *json)
        }
        Record::Search(words) => super::search::run(words),
        Record::Kwic(words) => super::kwic::run(words),
        Record::Types(words) => super::types::run(words),
        Record::Stats { dir, json } => stats(dir, *json),
        Record::List { dir, quarantine, copies, json } => list(dir, *quarantine, *copies, *json),
    }
}

pub fn mapping(map: Option<&Path>) -> Result<Option<Mapping>, Failure> {
    let Some(path) = map else { return Ok(None) };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::said(format!("cannot read {}: {error}", path.display())))?;
    Ok(Some(Mapping::parse(&SourceText::new(path.display().to_string(), text))?))
}

/// Files and how they are read.
type Given = (Vec<PathBuf>, Option<Mapping>);

/// The texts that an assessment names; those not at hand are told.
fn named(dir: &Path) -> Result<Vec<Given>, Failure> {
    let mut given = Vec::new();
    let texts = assessment::named_texts(dir)?;
    let all = texts.len();
    for text in texts {
        match text.path {
            Ok(path) => given.push((vec![path], text.mapping)),
            Err(reason) => eprintln!("not at hand: {}: {reason}", text.id),
        }
    }
    match given.is_empty() {
        true if all == 0 => Err(Failure::said(format!(
            "record.toml of {} names no texts; name the files: demarche record add FILE… --into {0}",
            dir.display()
        ))),
        true => Err(Failure::said("none of the texts that record.toml names is at hand")),
        false => Ok(given),
    }
}

fn add(given: Vec<Given>, into: &Path, profile: Option<&str>, json: bool) -> Done {
    let profile = profile.map(super::types::profile).transpose()?.map(Arc::new);
    let mut store = Store::open(into)?;
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(120));
    let mut report = AddReport::default();
    for (files, mut mapping) in given {
        if let Some(profile) = &profile {
            mapping.get_or_insert_with(Mapping::documents).profile = Some(profile.clone());
        }
        let added = store.add(&files, mapping.as_ref(), &mut |progress| {
            let name =
                progress.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            bar.set_message(format!(
                "{} of {}: {name}, {} rows",
                progress.file + 1,
                progress.files,
                progress.rows
            ));
        });
        match added {
            Ok(added) => {
                report.files.extend(added.files);
                report.findings.extend(added.findings);
            }
            Err(error) => {
                bar.finish_and_clear();
                return Err(error.into());
            }
        }
    }
    bar.finish_and_clear();
    if json {
        print_json(&json!({ "files": report.files }))?;
    } else {
        let mut rows = vec![["file", "rows", "kept", "repeated", "quarantined"].map(String::from).to_vec()];
        for file in &report.files {
            let numbers = [file.rows, file.kept, file.repeated, file.quarantined].map(|n| n.to_string());
            rows.push(std::iter::once(file.path.clone()).chain(numbers).collect());
        }
        print(&columns(&rows))?;
        for file in &report.files {
            let read = file.encodings.iter().map(|(name, files)| match files {
                1 => name.clone(),
                _ => format!("{name} ({files} files)"),
            });
            let read: Vec<_> = read.collect();
            if !read.is_empty() {
                print(&format!("{} was read as {}", file.path, read.join(", ")))?;
            }
        }
        if report.files.iter().any(|file| file.quarantined > 0) {
            print(&format!(
                "\nWhy rows were set apart: demarche record list {} --quarantine",
                into.display()
            ))?;
        }
    }
    show(&report.findings);
    if report.findings.any_error() { Err(Failure::Shown) } else { Ok(()) }
}

fn stats(dir: &Path, json: bool) -> Done {
    let stats = Store::open(dir)?.stats()?;
    if json {
        return print_json(&stats);
    }
    let dates = stats.dates.map(|(from, to)| format!(", {from} to {to}")).unwrap_or_default();
    print(&format!(
        "{} documents, {} events, {} rows in quarantine{dates}\n",
        stats.documents, stats.events, stats.quarantined
    ))?;
    let mut rows = vec![
        ["outlet", "type", "language", "year", "documents", "with text", "characters"]
            .map(String::from)
            .to_vec(),
    ];
    for stratum in &stats.strata {
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".into());
        rows.push(vec![
            text(&stratum.outlet),
            text(&stratum.statement_type),
            text(&stratum.language),
            stratum.year.to_string(),
            stratum.documents.to_string(),
            stratum.with_text.to_string(),
            stratum.characters.to_string(),
        ]);
    }
    print(&columns(&rows))
}

fn list(dir: &Path, quarantine: bool, copies: bool, json: bool) -> Done {
    let store = Store::open(dir)?;
    let quarantined = if quarantine { store.quarantine()? } else { Vec::new() };
    let utterances = store.utterances()?;
    let kinds = utterances.kinds();
    let number = |kind: CopyKind| kinds.get(&kind).copied().unwrap_or(0);
    let shown = utterances.publications().iter().filter(|one| copies && one.kind != CopyKind::First);
    if json {
        return print_json(&json!({
            "files": store.list(),
            "quarantine": quarantined,
            "utterances": utterances.len(),
            "copies": {
                "exact": number(CopyKind::Exact),
                "near": number(CopyKind::Near),
                "headline": number(CopyKind::Headline),
                "each": shown.collect::<Vec<_>>(),
            },
        }));
    }
    let mut rows =
        vec![["file", "rows", "kept", "repeated", "quarantined", "dates"].map(String::from).to_vec()];
    for file in store.list() {
        let dates = file.dates.map(|(from, to)| format!("{from} … {to}")).unwrap_or_default();
        rows.push(vec![
            file.path.clone(),
            file.rows.to_string(),
            file.kept.to_string(),
            file.repeated.to_string(),
            file.quarantined.to_string(),
            dates,
        ]);
    }
    print(&columns(&rows))?;
    print(&format!(
        "\n{} documents are {} utterances: {} are exact copies of an earlier one, {} near copies, {} bare headlines of a text",
        utterances.publications().len(),
        utterances.len(),
        number(CopyKind::Exact),
        number(CopyKind::Near),
        number(CopyKind::Headline),
    ))?;
    let mut rows = vec![["copy", "of", "kind", "alike"].map(String::from).to_vec()];
    rows.extend(shown.map(|one| {
        let (copy, first) = (one.document.clone(), one.utterance.clone());
        vec![copy, first, one.kind.name().to_string(), format!("{:.2}", one.similarity)]
    }));
    if rows.len() > 1 {
        print(&columns(&rows))?;
    }
    for row in quarantined {
        print(&format!("{}: {}", row.at, row.reason))?;
    }
    Ok(())
}
