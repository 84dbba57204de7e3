//! `options.toml`: what could be done, and by what it is judged.

use measure::{Distribution, Formula};
use options::{Amount, Change, Direction, MetricSpec, Operation, OptionSpec};
use source::{Finding, Place};

use super::parameters;
use super::signals::one_of;
use super::table::{At, Item, Table};

/// An option as written.
#[derive(Clone, Debug)]
pub struct OptionForm {
    /// What the options stage takes.
    pub spec: OptionSpec,
    /// Each changed parameter, with its place and the formula of its amount.
    pub changes: Vec<(At<String>, Option<At<Formula>>)>,
    /// Why it would work so.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A metric as written.
#[derive(Clone, Debug)]
pub struct MetricForm {
    /// What the options stage takes.
    pub spec: MetricSpec,
    /// How it is computed in one world.
    pub value: At<Formula>,
    /// Why it counts, or why so much.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// The content of `options.toml`.
#[derive(Clone, Debug, Default)]
pub struct OptionsForm {
    /// How many worlds are drawn.
    pub worlds: usize,
    /// What could be done.
    pub options: Vec<OptionForm>,
    /// By what it is judged.
    pub metrics: Vec<MetricForm>,
}

/// Worlds drawn unless the file says otherwise.
const WORLDS: usize = 400;

pub(super) fn read(root: &Table<'_>) -> OptionsForm {
    let worlds = root.count("worlds").map_or(WORLDS, |n| n as usize);
    if worlds < 30 {
        root.report(
            Finding::error("options::worlds", format!("{worlds} worlds are too few"), root.place())
                .help("write `worlds = 400`; with fewer than 30 nothing can be said about shares"),
        );
    }
    OptionsForm {
        worlds,
        options: root.tables("option").iter().filter_map(option).collect(),
        metrics: root.tables("metric").iter().filter_map(metric).collect(),
    }
}

fn option(table: &Table<'_>) -> Option<OptionForm> {
    let id = table.id();
    let label = table.text("label");
    let cost = table.number("cost").map_or(0.0, |number| number.value);
    let excludes = table.texts("excludes").into_iter().map(|text| text.value).collect();
    let ground = table.require_ground("the option");
    let mut changes = Vec::new();
    let operations = [("set", Operation::Set), ("multiply", Operation::Multiply), ("add", Operation::Add)];
    for (key, operation) in operations {
        let Some(inner) = table.get(key).and_then(|item| item.table()) else { continue };
        for (name, item) in inner.entries() {
            if let Some((amount, formula)) = amount(&item) {
                changes.push((Change { parameter: name.value.clone(), operation, amount }, (name, formula)));
            }
        }
    }
    if changes.is_empty() {
        table.report(
            Finding::warning("options::nothing", "this option changes nothing", table.place())
                .help("add `set = { parameter = value }`, `add = { … }` or `multiply = { … }`"),
        );
    }
    let id = id?.value;
    let (specs, changes) = changes.into_iter().unzip();
    let label = label.map_or_else(|| id.clone(), |label| label.value);
    let spec = OptionSpec { id, label, changes: specs, cost, excludes };
    Some(OptionForm { spec, changes, ground, place: table.place().clone() })
}

fn amount(item: &Item<'_>) -> Option<(Amount, Option<At<Formula>>)> {
    if item.is_table() {
        let distribution: Distribution = parameters::distribution(&item.table()?)?;
        return Some((Amount::Uncertain(distribution), None));
    }
    let formula = item.formula()?;
    Some((Amount::Formula(formula.value.clone()), Some(formula)))
}

fn metric(table: &Table<'_>) -> Option<MetricForm> {
    let id = table.id();
    let label = table.text("label");
    let value = table.require("value", "\"crisis.war\"").and_then(|item| item.formula());
    let direction = one_of(table, "direction", &[("lower", Direction::Lower), ("higher", Direction::Higher)]);
    if direction.is_none() && table.get("direction").is_none() {
        table.report(
            Finding::error("options::direction", "`direction` is missing", table.place())
                .help("write `direction = \"lower\"` or \"higher\": which way is good?"),
        );
    }
    let goal = table.number("goal").map(|number| number.value);
    let weight = table.number("weight").map_or(0.0, |number| number.value);
    let unit = table.text("unit").map_or_else(String::new, |text| text.value);
    let range = table.get("range").and_then(|item| match item.numbers()[..] {
        [low, high] if low < high => Some(measure::Interval { low, high }),
        _ => None,
    });
    let ground = table.ground();
    let id = id?.value;
    let label = label.map_or_else(|| id.clone(), |label| label.value);
    let spec = MetricSpec { id, label, direction: direction?, weight, goal, unit, range };
    Some(MetricForm { spec, value: value?, ground, place: table.place().clone() })
}
