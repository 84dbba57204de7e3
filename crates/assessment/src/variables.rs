//! One numbering of all names that formulas may use: parameters first, then the outcomes of models.

use std::collections::BTreeMap;

use measure::{BoundFormula, Formula};
use source::{Finding, Findings};

use crate::folder::table::{At, nearest};

/// Names and their positions in a vector of values.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    names: Vec<String>,
    index: BTreeMap<String, usize>,
}

impl Variables {
    /// The names in their order; of equal names the first counts.
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut variables = Self::default();
        variables.extend(names);
        variables
    }

    /// Adds more names behind the others.
    pub fn extend(&mut self, names: impl IntoIterator<Item = impl Into<String>>) {
        for name in names {
            let name = name.into();
            let position = self.names.len();
            self.index.entry(name.clone()).or_insert(position);
            self.names.push(name);
        }
    }

    /// All names by position.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The position of a name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Gives every name of a formula its position; unknown names are findings at their place.
    pub fn bind(&self, formula: &At<Formula>, findings: &mut Findings) -> Option<BoundFormula> {
        let mut known = true;
        for (name, span) in formula.value.names() {
            if self.position(name).is_some() {
                continue;
            }
            known = false;
            let place = formula.place.within(span);
            let finding =
                Finding::error("formula::unknown", format!("there is no parameter `{name}`"), &place);
            findings.push(match nearest(name, self.names.iter().map(String::as_str)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!(
                    "add it to [parameters]: {name} = {{ uniform = [low, high], because = \"…\" }}"
                )),
            });
        }
        known.then(|| formula.value.bind(&|name| self.position(name)).expect("all names are known"))
    }
}
