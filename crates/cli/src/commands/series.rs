//! Series from a CSV file or from an assessment, for the commands that take either.

use std::fs::File;
use std::path::Path;

use assessment::Settings;
use measure::Series;
use shift::CostKind;

use crate::failure::Failure;
use crate::words::Cost;

/// A series and what its values are.
pub struct Chosen {
    pub series: Series,
    pub cost: CostKind,
}

/// All series of a file (with the given cost) or of an assessment (with its own).
pub fn read(from: &Path, cost: Cost) -> Result<Vec<Chosen>, Failure> {
    if from.is_dir() {
        let evidence = assessment::collect(from, &Settings::default())?;
        let signals = evidence.signals.into_iter();
        return Ok(signals.map(|signal| Chosen { series: signal.series, cost: signal.cost }).collect());
    }
    let name = from.display().to_string();
    let file = File::open(from).map_err(|error| Failure::said(format!("cannot read {name}: {error}")))?;
    let stem = from.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
    let (series, quarantine) = signal::read_values(file, &name, &stem).map_err(Failure::said)?;
    for row in &quarantine {
        eprintln!("left out {}: {}", row.at, row.reason);
    }
    if series.is_empty() {
        return Err(Failure::said(format!("{name} holds no row that can be read")));
    }
    let cost = match cost {
        Cost::Poisson => CostKind::Poisson,
        Cost::Negbin => CostKind::NegativeBinomial,
        Cost::Normal => CostKind::Normal,
    };
    Ok(series.into_iter().map(|series| Chosen { series, cost }).collect())
}

/// Those of the given ids, in their order; all if none is given.
pub fn chosen(mut all: Vec<Chosen>, ids: &[String]) -> Result<Vec<Chosen>, Failure> {
    if ids.is_empty() {
        return Ok(all);
    }
    let mut found = Vec::new();
    for id in ids {
        let Some(at) = all.iter().position(|one| one.series.id == *id) else {
            return Err(unknown(&all, id));
        };
        found.push(all.swap_remove(at));
    }
    Ok(found)
}

/// The only series there is, or the one asked for.
pub fn single(all: Vec<Chosen>, id: Option<&String>) -> Result<Chosen, Failure> {
    let ids: Vec<String> = id.cloned().into_iter().collect();
    let mut found = chosen(all, &ids)?;
    match found.len() {
        1 => Ok(found.remove(0)),
        n => Err(Failure::said(format!("there are {n} series: say which with --series; {}", listed(&found)))),
    }
}

fn unknown(all: &[Chosen], id: &str) -> Failure {
    let near: Vec<&Chosen> = all.iter().filter(|one| one.series.id.contains(id)).collect();
    let shown = if near.is_empty() { listed(all) } else { listed(near) };
    Failure::said(format!("there is no series `{id}`; {shown}"))
}

fn listed<'c>(all: impl IntoIterator<Item = &'c Chosen>) -> String {
    const SHOWN: usize = 8;
    let ids: Vec<&str> = all.into_iter().map(|one| one.series.id.as_str()).collect();
    let more = if ids.len() > SHOWN { ", …" } else { "" };
    format!("there are {}{more}", ids[..ids.len().min(SHOWN)].join(", "))
}
