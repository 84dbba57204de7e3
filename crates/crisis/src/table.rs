use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{Field, Schema};

use crate::{CrisisResult, Method, Move};

impl CrisisResult {
    /// The tables of the stage by name:
    /// `ladder-ends` (end, exact, simulated, low, high, method), `ladder-within` (rounds, end, probability),
    /// `ladder-by-start` (rung, end, probability), `ladder-rungs` (rung, rounds, rounds_before_war) and
    /// `ladder-path` (step, rung, actor, move, to, probability).
    pub fn tables(&self) -> Vec<(&'static str, RecordBatch)> {
        vec![
            ("ladder-ends", self.ends_table()),
            ("ladder-within", self.within_table()),
            ("ladder-by-start", self.by_start_table()),
            ("ladder-rungs", self.rungs_table()),
            ("ladder-path", self.path_table()),
        ]
    }

    fn ends_table(&self) -> RecordBatch {
        let estimate = |name: &String| self.simulated.get(name);
        let names = || self.exact.keys();
        batch(vec![
            ("end", text(names())),
            ("exact", numbers(self.exact.values().copied())),
            ("simulated", numbers(names().map(|name| estimate(name).map_or(f64::NAN, |e| e.p)))),
            ("low", numbers(names().map(|name| estimate(name).map_or(f64::NAN, |e| e.interval.low)))),
            ("high", numbers(names().map(|name| estimate(name).map_or(f64::NAN, |e| e.interval.high)))),
            ("method", text(names().map(|name| estimate(name).map_or("", |e| method(e.method))))),
        ])
    }

    fn within_table(&self) -> RecordBatch {
        let rows = || self.within_rounds.iter().flat_map(|(n, ends)| ends.iter().map(move |end| (n, end)));
        batch(vec![
            ("rounds", whole(rows().map(|(&n, _)| n))),
            ("end", text(rows().map(|(_, (name, _))| name))),
            ("probability", numbers(rows().map(|(_, (_, &p))| p))),
        ])
    }

    fn by_start_table(&self) -> RecordBatch {
        let rows = || self.by_start.iter().flat_map(|from| from.exact.iter().map(move |end| (from, end)));
        batch(vec![
            ("rung", text(rows().map(|(from, _)| &from.rung))),
            ("end", text(rows().map(|(_, (name, _))| name))),
            ("probability", numbers(rows().map(|(_, (_, &p))| p))),
        ])
    }

    fn rungs_table(&self) -> RecordBatch {
        batch(vec![
            ("rung", text(self.occupancy.iter().map(|o| &o.rung))),
            ("rounds", numbers(self.occupancy.iter().map(|o| o.rounds))),
            ("rounds_before_war", numbers(self.occupancy.iter().map(|o| o.rounds_before_war))),
        ])
    }

    fn path_table(&self) -> RecordBatch {
        let steps = self.path_to_war.iter().flat_map(|path| path.steps.iter().enumerate());
        let rows: Vec<_> = steps
            .flat_map(|(n, step)| self.actors.iter().zip(&step.moves).map(move |a| (n, step, a)))
            .collect();
        batch(vec![
            ("step", whole(rows.iter().map(|&(n, _, _)| n as u32 + 1))),
            ("rung", text(rows.iter().map(|(_, step, _)| &step.rung))),
            ("actor", text(rows.iter().map(|(_, _, (actor, _))| actor))),
            ("move", text(rows.iter().map(|(_, _, (_, moved))| word(**moved)))),
            ("to", text(rows.iter().map(|(_, step, _)| &step.to))),
            ("probability", numbers(rows.iter().map(|(_, step, _)| step.probability))),
        ])
    }
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Plain => "plain",
        Method::Splitting => "splitting",
        Method::Conditional => "conditional",
    }
}

fn word(moved: Move) -> &'static str {
    match moved {
        Move::Down => "down",
        Move::Hold => "hold",
        Move::Up => "up",
    }
}

fn text<T: AsRef<str>>(values: impl Iterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn numbers(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

fn whole(values: impl Iterator<Item = u32>) -> ArrayRef {
    Arc::new(UInt32Array::from_iter_values(values))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let field = |(name, column): &(&str, ArrayRef)| Field::new(*name, column.data_type().clone(), false);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    let arrays = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(schema), arrays).expect("columns of one table have one length")
}
