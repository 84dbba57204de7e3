//! `[parameters]`: every uncertain quantity of an assessment, in one namespace.

use measure::{Distribution, Interval};
use serde::{Deserialize, Serialize};
use source::{Finding, Findings, Place};

use super::table::{At, Item, Table};

/// One uncertain quantity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parameter {
    /// Stable id; formulas use it as a name.
    pub id: String,
    /// For readers.
    pub label: String,
    /// What is believed about it.
    pub distribution: Distribution,
    /// Why, or from where.
    pub ground: Option<String>,
    /// Where it stands.
    #[serde(skip)]
    pub place: Place,
}

impl Parameter {
    /// The value used where one number is needed: the median.
    pub fn central(&self) -> f64 {
        self.distribution.quantile(0.5)
    }

    /// Where a scan along it goes: 98 % of its distribution, or half its size (at least 0.5) to each side if it is known.
    pub fn scan(&self) -> Interval {
        let range = self.distribution.interval(0.98);
        if range.low < range.high {
            return range;
        }
        let half = 0.5 * range.low.abs().max(1.0);
        Interval { low: range.low - half, high: range.high + half }
    }
}

/// Reads the `[parameters]` table of a file, if it has one.
pub(super) fn read(root: &Table<'_>) -> Vec<Parameter> {
    let Some(table) = root.get("parameters").and_then(|item| item.table()) else { return Vec::new() };
    table.entries().iter().filter_map(|(name, item)| parameter(name, item)).collect()
}

fn parameter(name: &At<String>, item: &Item<'_>) -> Option<Parameter> {
    if !name.value.chars().all(|c| c.is_alphanumeric() || c == '_') {
        item.report(
            Finding::error(
                "parameters::name",
                format!("`{}` cannot be used in a formula", name.value),
                &name.place,
            )
            .help("a parameter's name is made of letters, digits and `_`"),
        );
    }
    if !item.is_table() {
        let value = item.number()?;
        item.report(
            Finding::warning(
                "ground::missing",
                format!("the parameter `{}` has no reason", name.value),
                &name.place,
            )
            .help(format!("write `{} = {{ uniform = [low, high], because = \"…\" }}`", name.value)),
        );
        return Some(Parameter {
            id: name.value.clone(),
            label: name.value.replace('_', " "),
            distribution: Distribution::Fixed(value.value),
            ground: None,
            place: name.place.clone(),
        });
    }
    let table = item.table()?;
    let label = table.text("label").map_or_else(|| name.value.replace('_', " "), |text| text.value);
    let ground = table.require_ground(&format!("the parameter `{}`", name.value));
    // A wrong distribution was reported; the name exists all the same, so that formulas are not reported too.
    let distribution = distribution(&table).unwrap_or(Distribution::Fixed(1.0));
    Some(Parameter { id: name.value.clone(), label, distribution, ground, place: name.place.clone() })
}

pub(super) fn distribution(table: &Table<'_>) -> Option<Distribution> {
    let mut found = Vec::new();
    if let Some(value) = table.number("value") {
        found.push((value.place, Ok(Distribution::Fixed(value.value))));
    }
    for (kind, _) in Distribution::KINDS {
        let Some(item) = table.get(kind) else { continue };
        let made = if kind == "discrete" {
            let pairs = item.list().into_iter().map(|pair| pair.numbers()).filter(|pair| pair.len() == 2);
            let distribution = Distribution::Discrete(pairs.map(|pair| (pair[0], pair[1])).collect());
            distribution.check().map(|()| distribution)
        } else {
            Distribution::from_arguments(kind, &item.numbers())
        };
        found.push((item.place.clone(), made));
    }
    match found.pop() {
        Some((_, Ok(distribution))) if found.is_empty() => Some(distribution),
        Some((place, Err(error))) => {
            table.report(
                Finding::error("parameters::distribution", error.to_string(), &place)
                    .help("docs/format.md lists the distributions and their arguments"),
            );
            None
        }
        Some((place, _)) => {
            table.report(
                Finding::error(
                    "parameters::distribution",
                    "a quantity has one distribution, not several",
                    &place,
                )
                .help("keep one of them"),
            );
            None
        }
        None => {
            let kinds: Vec<_> =
                Distribution::KINDS.iter().map(|(kind, arguments)| format!("{kind} = {arguments}")).collect();
            table.report(
                Finding::error("parameters::distribution", "this quantity has no value", table.place())
                    .help(format!("add value = …, or one of {}", kinds.join(", "))),
            );
            None
        }
    }
}

/// Reports names that stand in two places.
pub(super) fn check_unique(parameters: &[Parameter]) -> Findings {
    let mut findings = Findings::new();
    for (index, parameter) in parameters.iter().enumerate() {
        if let Some(first) = parameters[..index].iter().find(|other| other.id == parameter.id) {
            findings.push(
                Finding::error(
                    "parameters::twice",
                    format!("`{}` stands twice", parameter.id),
                    &parameter.place,
                )
                .help(format!("the first one is at {}; all files share one namespace", first.place)),
            );
        }
    }
    findings
}
