use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{Field, Schema};

use crate::score::Scores;
use crate::{Criterion, OptionsResult, Outcomes, Restriction, Worlds};

impl OptionsResult {
    /// The tables of the stage by name:
    /// `worlds`; `outcomes` (one row per world and portfolio: score, regret, whether all goals are met, each
    /// metric); `portfolios` (summaries); `rankings`; `boxes` (one row per restriction); `sensitivity`.
    pub fn tables(&self, worlds: &Worlds, outcomes: &Outcomes) -> Vec<(&'static str, RecordBatch)> {
        vec![
            ("worlds", worlds.to_batch()),
            ("outcomes", self.outcomes_table(outcomes)),
            ("portfolios", self.portfolios_table()),
            ("rankings", self.rankings_table()),
            ("boxes", self.boxes_table()),
            ("sensitivity", self.sensitivity_table()),
        ]
    }

    fn outcomes_table(&self, outcomes: &Outcomes) -> RecordBatch {
        let scores = Scores::of(outcomes, &self.metrics, self.scaling);
        let cells = || (0..outcomes.worlds()).flat_map(|w| (0..outcomes.portfolios()).map(move |p| (w, p)));
        let met =
            |(w, p)| self.metrics.iter().enumerate().all(|(m, metric)| metric.meets(outcomes.get(w, p, m)));
        let mut columns = vec![
            ("world", whole(cells().map(|(w, _)| w as u32))),
            ("portfolio", text(cells().map(|(_, p)| &self.portfolios[p].id))),
            ("score", numbers(cells().map(|(w, p)| scores.of_portfolio(p)[w]))),
            ("regret", numbers(cells().map(|(w, p)| scores.best()[w] - scores.of_portfolio(p)[w]))),
            (
                "goals_met",
                Arc::new(cells().map(|cell| Some(met(cell))).collect::<BooleanArray>()) as ArrayRef,
            ),
        ];
        for (m, metric) in self.metrics.iter().enumerate() {
            columns.push((&metric.id, numbers(cells().map(|(w, p)| outcomes.get(w, p, m)))));
        }
        batch(columns)
    }

    fn portfolios_table(&self) -> RecordBatch {
        let all = || self.summaries.iter();
        let names: Vec<[String; 2]> =
            self.metrics.iter().map(|m| [format!("{}_mean", m.id), format!("{}_error", m.id)]).collect();
        let mut columns = vec![
            ("portfolio", text(all().map(|s| &s.portfolio))),
            ("cost", numbers(self.portfolios.iter().map(|p| p.cost))),
            ("score", numbers(all().map(|s| s.score))),
            ("score_error", numbers(all().map(|s| s.score_error))),
            ("expected_regret", numbers(all().map(|s| s.regret.expected))),
            ("max_regret", numbers(all().map(|s| s.regret.max))),
            ("best", numbers(all().map(|s| s.best))),
            ("satisfices", numbers(all().map(|s| s.satisfices))),
            ("maximin", numbers(all().map(|s| s.maximin))),
        ];
        for (m, [mean, error]) in names.iter().enumerate() {
            columns.push((mean, numbers(all().map(|s| s.metrics[m].mean))));
            columns.push((error, numbers(all().map(|s| s.metrics[m].error))));
        }
        batch(columns)
    }

    fn rankings_table(&self) -> RecordBatch {
        let rows = || self.rankings.iter().flat_map(|r| (0..self.portfolios.len()).map(move |p| (r, p)));
        batch(vec![
            ("criterion", text(rows().map(|(r, _)| criterion(r.criterion)))),
            ("hypothesis", text(rows().map(|(r, _)| r.hypothesis.as_deref().unwrap_or("")))),
            ("portfolio", text(rows().map(|(_, p)| &self.portfolios[p].id))),
            ("value", numbers(rows().map(|(r, p)| r.values[p]))),
            ("rank", whole(rows().map(|(r, p)| r.ranks[p] as u32))),
        ])
    }

    fn boxes_table(&self) -> RecordBatch {
        let boxes = self.failure.boxes.iter().enumerate();
        let rows: Vec<(usize, &Restriction)> =
            boxes.flat_map(|(n, found)| found.restrictions.iter().map(move |r| (n, r))).collect();
        let size = |n: usize| self.failure.boxes[n].size;
        batch(vec![
            ("box", whole(rows.iter().map(|&(n, _)| n as u32 + 1))),
            ("parameter", text(rows.iter().map(|(_, r)| &r.parameter))),
            ("at_least", numbers(rows.iter().map(|(_, r)| r.at_least.unwrap_or(f64::NEG_INFINITY)))),
            ("at_most", numbers(rows.iter().map(|(_, r)| r.at_most.unwrap_or(f64::INFINITY)))),
            ("one_of", text(rows.iter().map(|(_, r)| r.one_of.join(", ")))),
            ("quasi_p", numbers(rows.iter().map(|(_, r)| r.quasi_p))),
            ("steadiness", numbers(rows.iter().map(|(_, r)| r.steadiness))),
            ("coverage", numbers(rows.iter().map(|&(n, _)| size(n).coverage))),
            ("density", numbers(rows.iter().map(|&(n, _)| size(n).density))),
            ("mass", numbers(rows.iter().map(|&(n, _)| size(n).mass))),
        ])
    }

    fn sensitivity_table(&self) -> RecordBatch {
        let all = || self.sensitivity.iter();
        batch(vec![
            ("parameter", text(all().map(|s| &s.parameter))),
            ("first_order", numbers(all().map(|s| s.first_order))),
            ("low", numbers(all().map(|s| s.interval.low))),
            ("high", numbers(all().map(|s| s.interval.high))),
            ("rank_correlation", numbers(all().map(|s| s.rank_correlation))),
        ])
    }
}

fn criterion(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Expected => "expected",
        Criterion::ExpectedRegret => "expected_regret",
        Criterion::MinimaxRegret => "minimax_regret",
        Criterion::Maximin => "maximin",
        Criterion::Maximax => "maximax",
        Criterion::Hurwicz => "hurwicz",
        Criterion::Laplace => "laplace",
        Criterion::Satisficing => "satisficing",
    }
}

pub(crate) fn text<T: AsRef<str>>(values: impl Iterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

pub(crate) fn numbers(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

pub(crate) fn whole(values: impl Iterator<Item = u32>) -> ArrayRef {
    Arc::new(UInt32Array::from_iter_values(values))
}

pub(crate) fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let field = |(name, column): &(&str, ArrayRef)| Field::new(*name, column.data_type().clone(), false);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    let arrays = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(schema), arrays).expect("columns of one table have one length")
}
