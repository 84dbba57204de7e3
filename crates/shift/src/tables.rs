//! Results as Arrow record batches, for Parquet. Periods are texts such as `2022-09`, absent numbers null.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};

use crate::{EventLink, Key, Shifts, TermKey};

/// One row per change point: series, period, probability, from, to, rate_before, rate_after, ratio,
/// ratio_low, ratio_high, difference, difference_low, difference_high, gap.
pub fn change_points(all: &[Shifts]) -> RecordBatch {
    let rows = || all.iter().flat_map(|shifts| shifts.change_points.iter().map(move |c| (&shifts.series, c)));
    batch(vec![
        ("series", texts(rows().map(|(series, _)| series.clone()))),
        ("period", texts(rows().map(|(_, c)| c.period.to_string()))),
        ("probability", numbers(rows().map(|(_, c)| c.probability.get()))),
        ("from", texts(rows().map(|(_, c)| c.interval.from.to_string()))),
        ("to", texts(rows().map(|(_, c)| c.interval.to.to_string()))),
        ("rate_before", numbers(rows().map(|(_, c)| c.rate_before))),
        ("rate_after", numbers(rows().map(|(_, c)| c.rate_after))),
        ("ratio", optional(rows().map(|(_, c)| c.ratio))),
        ("ratio_low", optional(rows().map(|(_, c)| c.ratio_interval.map(|interval| interval.low)))),
        ("ratio_high", optional(rows().map(|(_, c)| c.ratio_interval.map(|interval| interval.high)))),
        ("difference", numbers(rows().map(|(_, c)| c.difference))),
        ("difference_low", numbers(rows().map(|(_, c)| c.difference_interval.low))),
        ("difference_high", numbers(rows().map(|(_, c)| c.difference_interval.high))),
        ("gap", Arc::new(BooleanArray::from_iter(rows().map(|(_, c)| Some(c.gap))))),
    ])
}

/// One row per series and observed period: series, period, probability (of a new regime starting there),
/// log_bayes_factor (of the data so far).
pub fn posterior(all: &[Shifts]) -> RecordBatch {
    let rows = || {
        all.iter().flat_map(|shifts| {
            shifts.posterior.iter().zip(&shifts.evidence_curve).map(move |(p, e)| (&shifts.series, p, e))
        })
    };
    batch(vec![
        ("series", texts(rows().map(|(series, _, _)| series.clone()))),
        ("period", texts(rows().map(|(_, p, _)| p.period.to_string()))),
        ("probability", numbers(rows().map(|(_, p, _)| p.probability.get()))),
        ("log_bayes_factor", numbers(rows().map(|(_, _, e)| e.log_bayes_factor))),
    ])
}

/// One row per regime: series, from, to, rate, rate_low, rate_high, count, exposure, periods.
pub fn segments(all: &[Shifts]) -> RecordBatch {
    let rows = || all.iter().flat_map(|shifts| shifts.segments.iter().map(move |s| (&shifts.series, s)));
    batch(vec![
        ("series", texts(rows().map(|(series, _)| series.clone()))),
        ("from", texts(rows().map(|(_, s)| s.from.to_string()))),
        ("to", texts(rows().map(|(_, s)| s.to.to_string()))),
        ("rate", numbers(rows().map(|(_, s)| s.rate))),
        ("rate_low", numbers(rows().map(|(_, s)| s.rate_interval.low))),
        ("rate_high", numbers(rows().map(|(_, s)| s.rate_interval.high))),
        ("count", numbers(rows().map(|(_, s)| s.count))),
        ("exposure", numbers(rows().map(|(_, s)| s.exposure))),
        ("periods", whole(rows().map(|(_, s)| s.periods as u64))),
    ])
}

/// One row per word: comparison (as given), word, count_before, documents_before, count_after,
/// documents_after, g2, p_value, q_value, log_ratio, log_ratio_low, log_ratio_high, z, dispersion_before, dispersion_after,
/// g2_without_top, carried_by_one, p_permutation.
pub fn keys(comparison: &str, terms: &[TermKey]) -> RecordBatch {
    let keys: Vec<&Key> = terms.iter().map(|term| &term.key).collect();
    batch(vec![
        ("comparison", texts(keys.iter().map(|_| comparison.to_owned()))),
        ("word", texts(keys.iter().map(|key| key.word.clone()))),
        ("count_before", whole(keys.iter().map(|key| key.before.count))),
        ("documents_before", whole(keys.iter().map(|key| key.before.documents))),
        ("count_after", whole(keys.iter().map(|key| key.after.count))),
        ("documents_after", whole(keys.iter().map(|key| key.after.documents))),
        ("g2", numbers(keys.iter().map(|key| key.g2))),
        ("p_value", numbers(keys.iter().map(|key| key.p_value))),
        ("q_value", numbers(keys.iter().map(|key| key.q_value))),
        ("log_ratio", numbers(keys.iter().map(|key| key.log_ratio))),
        ("log_ratio_low", numbers(keys.iter().map(|key| key.log_ratio_interval.low))),
        ("log_ratio_high", numbers(keys.iter().map(|key| key.log_ratio_interval.high))),
        ("z", numbers(keys.iter().map(|key| key.z))),
        ("dispersion_before", optional(terms.iter().map(|term| term.dispersion[0]))),
        ("dispersion_after", optional(terms.iter().map(|term| term.dispersion[1]))),
        ("g2_without_top", optional(terms.iter().map(|term| term.without_top.map(|top| top.g2)))),
        (
            "carried_by_one",
            Arc::new(BooleanArray::from_iter(terms.iter().map(|term| Some(term.carried_by_one)))),
        ),
        ("p_permutation", optional(terms.iter().map(|term| term.p_permutation))),
    ])
}

/// One row per date, the event's first and its placebo dates after it: series, event, window, period,
/// placebo, statistic, p_value (of the event).
pub fn placebos(links: &[EventLink]) -> RecordBatch {
    let rows = || {
        links.iter().flat_map(|link| {
            let event = std::iter::once((link, link.period, false, link.statistic));
            event.chain(link.placebos.iter().map(move |p| (link, p.period, true, p.statistic)))
        })
    };
    batch(vec![
        ("series", texts(rows().map(|(link, ..)| link.series.clone()))),
        ("event", texts(rows().map(|(link, ..)| link.event.to_string()))),
        ("window", whole(rows().map(|(link, ..)| link.window as u64))),
        ("period", texts(rows().map(|(_, period, ..)| period.to_string()))),
        ("placebo", Arc::new(BooleanArray::from_iter(rows().map(|(_, _, placebo, _)| Some(placebo))))),
        ("statistic", numbers(rows().map(|(.., statistic)| statistic))),
        ("p_value", numbers(rows().map(|(link, ..)| link.p_value.get()))),
    ])
}

fn texts(values: impl Iterator<Item = String>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn numbers(values: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

fn optional(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(Float64Array::from_iter(values))
}

fn whole(values: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(UInt64Array::from_iter_values(values))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let nullable = |name: &str| {
        ["ratio", "dispersion", "g2_without", "p_permutation"].iter().any(|start| name.starts_with(start))
    };
    let field = |(name, column): &(&str, ArrayRef)| -> Field {
        let kind: DataType = column.data_type().clone();
        Field::new(*name, kind, nullable(name))
    };
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    RecordBatch::try_new(Arc::new(schema), columns).expect("columns made here have one length")
}
