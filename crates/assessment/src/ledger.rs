//! Where every number comes from: the ledger that `demarche why` walks.

use std::collections::{BTreeMap, BTreeSet};

use measure::Interval;
use serde::{Deserialize, Serialize};

/// What kind of thing an entry of the ledger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A key judgment.
    Judgment,
    /// A rival explanation and its posterior probability.
    Hypothesis,
    /// An indicator: how probable it is that it is true, and what it says.
    Indicator,
    /// A change point of a series.
    Shift,
    /// A shift held against a dated event and its placebo dates.
    Link,
    /// Changes that several series share.
    Panel,
    /// Two series that may move together.
    Association,
    /// A series of counts or values.
    Series,
    /// A dated event.
    Event,
    /// A document.
    Document,
    /// A data file.
    File,
    /// An uncertain quantity assumed by the analyst.
    Parameter,
    /// Behavior in the game.
    Play,
    /// An outcome of the crisis.
    Crisis,
    /// A portfolio of options.
    Option,
    /// A forecast.
    Forecast,
}

/// One number (or fact) with its ground.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Stable id: `KIND.NAME…`.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// In words.
    pub text: String,
    /// The number, if it is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<f64>,
    /// How sure.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub interval: Option<Interval>,
    /// `file:line` of the analyst's own words, or `file:row` of the data.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<String>,
    /// The reason or source given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub because: Option<String>,
    /// Ids of the entries it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub grounds: Vec<String>,
}

impl Entry {
    /// An entry without value or ground yet.
    pub fn new(kind: Kind, id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            kind,
            text: text.into(),
            value: None,
            interval: None,
            at: None,
            because: None,
            grounds: Vec::new(),
        }
    }

    /// Gives it its number; one that is not finite is left out.
    pub fn value(mut self, value: f64) -> Self {
        self.value = value.is_finite().then_some(value);
        self
    }

    /// Says how sure the number is.
    pub fn interval(mut self, interval: Interval) -> Self {
        self.interval = (interval.low.is_finite() && interval.high.is_finite()).then_some(interval);
        self
    }

    /// Says where it stands.
    pub fn at(mut self, at: impl ToString) -> Self {
        self.at = Some(at.to_string());
        self
    }

    /// Gives the reason, if there is one.
    pub fn because(mut self, because: Option<impl ToString>) -> Self {
        self.because = because.map(|because| because.to_string());
        self
    }

    /// Adds what it rests on.
    pub fn grounds(mut self, grounds: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.grounds.extend(grounds.into_iter().map(Into::into));
        self
    }
}

/// All numbers of an assessment by id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger(BTreeMap<String, Entry>);

/// A line of a chain of grounds: how deep, and what stands there.
#[derive(Clone, Debug, PartialEq)]
pub struct Step<'a> {
    /// 0 for the number asked about.
    pub depth: usize,
    /// What stands there; `Err` holds an id that the ledger lacks.
    pub entry: Result<&'a Entry, String>,
    /// Whether its own grounds were shown before and are left out here.
    pub again: bool,
}

impl Ledger {
    /// Adds an entry; a later one of the same id replaces it.
    pub fn add(&mut self, entry: Entry) {
        self.0.insert(entry.id.clone(), entry);
    }

    /// The entry of an id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.0.get(id)
    }

    /// All entries, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.values()
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.keys().map(String::as_str)
    }

    /// From a number down to passages, events and assumptions, depth first; what was shown already is
    /// not opened again.
    pub fn chain(&self, id: &str) -> Vec<Step<'_>> {
        let (mut steps, mut shown) = (Vec::new(), BTreeSet::new());
        self.descend(id, 0, &mut shown, &mut steps);
        steps
    }

    fn descend<'a>(
        &'a self,
        id: &str,
        depth: usize,
        shown: &mut BTreeSet<&'a str>,
        steps: &mut Vec<Step<'a>>,
    ) {
        let Some(entry) = self.0.get(id) else {
            steps.push(Step { depth, entry: Err(id.to_string()), again: false });
            return;
        };
        let again = !shown.insert(&entry.id) && !entry.grounds.is_empty();
        steps.push(Step { depth, entry: Ok(entry), again });
        if again {
            return;
        }
        for ground in &entry.grounds {
            self.descend(ground, depth + 1, shown, steps);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_ends_and_shows_each_ground_once() {
        let mut ledger = Ledger::default();
        ledger.add(Entry::new(Kind::Judgment, "j", "a judgment").grounds(["h", "s"]));
        ledger.add(Entry::new(Kind::Hypothesis, "h", "a hypothesis").grounds(["s"]));
        ledger.add(Entry::new(Kind::Series, "s", "a series").grounds(["h", "gone"]));
        let chain = ledger.chain("j");
        let ids: Vec<_> =
            chain.iter().map(|s| (s.depth, s.entry.as_ref().map_or("?", |e| &e.id), s.again)).collect();
        assert_eq!(
            ids,
            [
                (0, "j", false),
                (1, "h", false),
                (2, "s", false),
                (3, "h", true),
                (3, "?", false),
                (1, "s", true)
            ]
        );
    }
}
