//! The tables of every stage as Parquet, which a user reads with their own tools.

use std::sync::Arc;

use arrow_array::{Array, Float64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::AssessmentError;
use crate::result::{Changes, Choice, Evidence};

type Tables = Vec<(&'static str, RecordBatch)>;

/// The bytes of a Parquet file; the same for the same table.
pub fn parquet(batch: &RecordBatch) -> Result<Vec<u8>, AssessmentError> {
    let wrong = |error: parquet::errors::ParquetError| AssessmentError::Bug(error.to_string());
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_created_by(concat!("demarche ", env!("CARGO_PKG_VERSION")).to_string())
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).map_err(wrong)?;
    writer.write(batch).map_err(wrong)?;
    writer.into_inner().map_err(wrong)
}

fn table(columns: Vec<(&str, Arc<dyn Array>)>) -> RecordBatch {
    let fields: Vec<Field> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("columns of one length")
}

fn text(values: impl IntoIterator<Item = String>) -> Arc<dyn Array> {
    Arc::new(StringArray::from_iter_values(values))
}

fn numbers(values: impl IntoIterator<Item = f64>) -> Arc<dyn Array> {
    Arc::new(Float64Array::from_iter_values(values))
}

/// `events` and `series` (long form: one row per series and period).
pub fn signals(evidence: &Evidence) -> Tables {
    let rows: Vec<_> = evidence
        .signals
        .iter()
        .flat_map(|signal| signal.series.points.iter().map(move |point| (signal, point)))
        .collect();
    let series = table(vec![
        ("series", text(rows.iter().map(|(signal, _)| signal.series.id.clone()))),
        ("signal", text(rows.iter().map(|(signal, _)| signal.signal.clone()))),
        ("period", text(rows.iter().map(|(_, point)| point.period.to_string()))),
        ("value", numbers(rows.iter().map(|(_, point)| point.value))),
        ("exposure", numbers(rows.iter().map(|(_, point)| point.exposure))),
        ("exposure_unit", text(rows.iter().map(|(signal, _)| signal.exposure.clone()))),
        ("file", text(rows.iter().map(|(signal, _)| signal.file.clone()))),
    ]);
    vec![("events", record::events::batch(&evidence.events)), ("series", series)]
}

/// `change_points`, `change_posterior`, `segments`, `event_links`, `wording`, `shares`.
pub fn changes(changes: &Changes) -> Tables {
    let shifts: Vec<_> = changes.shifts.values().cloned().collect();
    let links: Vec<_> = changes.links.iter().filter_map(|link| link.outcome.clone().ok()).collect();
    let mut tables = vec![
        ("change_points", shift::change_points(&shifts)),
        ("change_posterior", shift::posterior(&shifts)),
        ("segments", shift::segments(&shifts)),
        ("event_links", shift::placebos(&links)),
    ];
    let keys: Vec<RecordBatch> =
        changes.wordings.iter().map(|wording| shift::keys(&wording.id, &wording.keys)).collect();
    if let Some(first) = keys.first()
        && let Ok(all) = arrow_select::concat::concat_batches(&first.schema(), &keys)
    {
        tables.push(("wording", all));
    }
    let rows: Vec<_> = changes
        .shares
        .iter()
        .flat_map(|one| {
            one.composition.points.iter().zip(&one.shares).map(move |(point, own)| (one, point, own))
        })
        .flat_map(|(one, point, own)| (0..point.counts.len()).map(move |part| (one, point, own, part)))
        .collect();
    if !rows.is_empty() {
        let share = |value: fn(&measure::Share) -> f64| -> Arc<dyn Array> {
            Arc::new(Float64Array::from_iter(rows.iter().map(|(_, _, own, part)| own.get(*part).map(value))))
        };
        let shares = table(vec![
            ("share", text(rows.iter().map(|(one, ..)| one.composition.id.clone()))),
            ("period", text(rows.iter().map(|(_, point, ..)| point.period.to_string()))),
            ("wording", text(rows.iter().map(|(one, _, _, part)| one.composition.parts[*part].clone()))),
            ("count", numbers(rows.iter().map(|(_, point, _, part)| point.counts[*part]))),
            ("fraction", share(|one| one.share)),
            ("low", share(|one| one.interval.low)),
            ("high", share(|one| one.interval.high)),
        ]);
        tables.push(("shares", shares));
    }
    tables
}

/// `hypotheses`, `belief_path`, `indicators`.
pub fn weighing(weighing: &evidence::Weighing) -> Tables {
    vec![
        ("hypotheses", evidence::hypotheses(weighing)),
        ("belief_path", evidence::path(weighing)),
        ("indicators", evidence::contributions(weighing)),
    ]
}

/// `standpoints`, `courses`, `thresholds`.
pub fn choice(choice: Option<&Choice>) -> Tables {
    let Some(choice) = choice else { return Vec::new() };
    let rows: Vec<_> = choice
        .thresholds
        .iter()
        .flat_map(|one| one.points.iter().map(move |point| (one, point)))
        .flat_map(|(one, point)| {
            one.actions.iter().zip(&point.probabilities).map(move |(action, p)| (one, point, action, p))
        })
        .collect();
    let thresholds = table(vec![
        ("parameter", text(rows.iter().map(|(one, ..)| one.parameter.clone()))),
        ("move", text(rows.iter().map(|(one, ..)| one.at.clone()))),
        ("type", text(rows.iter().map(|(one, ..)| one.own_type.clone().unwrap_or_default()))),
        ("value", numbers(rows.iter().map(|(_, point, ..)| point.value))),
        ("action", text(rows.iter().map(|(_, _, action, _)| (*action).clone()))),
        ("probability", numbers(rows.iter().map(|(.., p)| **p))),
    ]);
    vec![
        ("standpoints", calculus::standpoints(&choice.play)),
        ("courses", calculus::courses(&choice.play)),
        ("thresholds", thresholds),
    ]
}
