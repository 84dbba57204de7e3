//! The tables that are saved as Parquet.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};

use crate::Weighing;

fn text(values: impl IntoIterator<Item = String>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn number(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

/// `hypothesis`, `prior`, `posterior`, `low`, `high`, `words`.
pub fn hypotheses(weighing: &Weighing) -> RecordBatch {
    let all = &weighing.hypotheses;
    batch(vec![
        ("hypothesis", text(all.iter().map(|h| h.id.clone()))),
        ("prior", number(all.iter().map(|h| h.prior))),
        ("posterior", number(all.iter().map(|h| h.posterior))),
        ("low", number(all.iter().map(|h| h.band.low))),
        ("high", number(all.iter().map(|h| h.band.high))),
        ("words", text(all.iter().map(|h| h.words.to_string()))),
    ])
}

/// `step`, `date`, `indicator`, `hypothesis`, `posterior`: one row per step and hypothesis.
pub fn path(weighing: &Weighing) -> RecordBatch {
    let rows: Vec<_> = weighing
        .path
        .iter()
        .enumerate()
        .flat_map(|(step, at)| at.posterior.iter().map(move |(hypothesis, p)| (step, at, hypothesis, *p)))
        .collect();
    batch(vec![
        ("step", number(rows.iter().map(|(step, ..)| *step as f64))),
        ("date", text(rows.iter().map(|(_, at, ..)| at.date.map_or_else(String::new, |d| d.to_string())))),
        ("indicator", text(rows.iter().map(|(_, at, ..)| at.indicator.clone()))),
        ("hypothesis", text(rows.iter().map(|(_, _, hypothesis, _)| (*hypothesis).clone()))),
        ("posterior", number(rows.iter().map(|(.., p)| *p))),
    ])
}

/// `indicator`, `observed`, `accuracy`, `decibans`, `hypothesis`, `likelihood`, `without`: one row per observed
/// indicator and hypothesis.
pub fn contributions(weighing: &Weighing) -> RecordBatch {
    let rows: Vec<_> =
        weighing.contributions.iter().flat_map(|c| c.likelihood.keys().map(move |h| (c, h))).collect();
    batch(vec![
        ("indicator", text(rows.iter().map(|(c, _)| c.indicator.clone()))),
        ("observed", number(rows.iter().map(|(c, _)| c.observed))),
        ("accuracy", number(rows.iter().map(|(c, _)| c.accuracy))),
        ("decibans", number(rows.iter().map(|(c, _)| c.decibans))),
        ("hypothesis", text(rows.iter().map(|(_, h)| (*h).clone()))),
        ("likelihood", number(rows.iter().map(|(c, h)| c.likelihood[*h]))),
        ("without", number(rows.iter().map(|(c, h)| c.without[*h]))),
    ])
}
