//! The table of events: what was done.

use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, UInt64Type};
use arrow_array::{Array, Date32Array, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use source::RowAt;

use crate::date::{date_of_days, days_of_date};

/// The columns of a batch of events, in this order:
///
/// | column | type | null | meaning |
/// |---|---|---|---|
/// | `id` | Utf8 | no | unique in a store; made from the content where the file gives none |
/// | `date` | Date32 | no | the day it happened (began) |
/// | `actor` | Utf8 | yes | who did it |
/// | `target` | Utf8 | yes | to or with whom |
/// | `type` | Utf8 | yes | missile, talks, … |
/// | `magnitude` | Float64 | yes | on the scale of the list |
/// | `source` | Utf8 | yes | who says so |
/// | `note` | Utf8 | yes | in words |
/// | `file` | Utf8 | no | the file it was read from |
/// | `row` | UInt64 | no | its line (text files, header = 1) or row (Parquet), from 1 |
pub fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        Arc::new(Schema::new(vec![
            Field::new("id", DataType::Utf8, false),
            Field::new("date", DataType::Date32, false),
            text("actor"),
            text("target"),
            text("type"),
            Field::new("magnitude", DataType::Float64, true),
            text("source"),
            text("note"),
            Field::new("file", DataType::Utf8, false),
            Field::new("row", DataType::UInt64, false),
        ]))
    });
    Arc::clone(&SCHEMA)
}

/// The columns that a file can give, in the order of [`schema`].
pub const COLUMNS: [&str; 8] = ["id", "date", "actor", "target", "type", "magnitude", "source", "note"];

/// One event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Unique in a store.
    pub id: String,
    /// The day it happened.
    pub date: Date,
    /// Who did it.
    pub actor: Option<String>,
    /// To or with whom.
    pub target: Option<String>,
    /// What it was.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// On the scale of the list; finite.
    pub magnitude: Option<f64>,
    /// Who says so.
    pub source: Option<String>,
    /// In words.
    pub note: Option<String>,
    /// The file and row it was read from.
    pub at: RowAt,
}

/// A batch with [`schema`].
pub fn batch(events: &[Event]) -> RecordBatch {
    let text = |get: fn(&Event) -> Option<&str>| -> Arc<dyn Array> {
        Arc::new(StringArray::from_iter(events.iter().map(get)))
    };
    let date = Date32Array::from_iter_values(events.iter().map(|e| days_of_date(e.date)));
    let columns: Vec<Arc<dyn Array>> = vec![
        text(|e| Some(&e.id)),
        Arc::new(date),
        text(|e| e.actor.as_deref()),
        text(|e| e.target.as_deref()),
        text(|e| e.kind.as_deref()),
        Arc::new(Float64Array::from_iter(events.iter().map(|e| e.magnitude))),
        text(|e| e.source.as_deref()),
        text(|e| e.note.as_deref()),
        text(|e| Some(&e.at.file)),
        Arc::new(UInt64Array::from_iter_values(events.iter().map(|e| e.at.row))),
    ];
    RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema")
}

/// The events of a batch; `None` if it does not have the columns of [`schema`].
pub fn events(batch: &RecordBatch) -> Option<Vec<Event>> {
    let schema = schema();
    let same = schema.fields().len() == batch.num_columns()
        && schema
            .fields()
            .iter()
            .zip(batch.schema_ref().fields())
            .all(|(a, b)| a.name() == b.name() && a.data_type() == b.data_type());
    same.then(|| (0..batch.num_rows()).map(|row| event(batch, row)).collect())
}

fn event(batch: &RecordBatch, row: usize) -> Event {
    let text = |column: usize| {
        let array = batch.column(column).as_string::<i32>();
        array.is_valid(row).then(|| array.value(row).to_string())
    };
    let magnitude = batch.column(5).as_primitive::<Float64Type>();
    Event {
        id: text(0).unwrap_or_default(),
        date: date_of_days(batch.column(1).as_primitive::<Date32Type>().value(row)),
        actor: text(2),
        target: text(3),
        kind: text(4),
        magnitude: magnitude.is_valid(row).then(|| magnitude.value(row)),
        source: text(6),
        note: text(7),
        at: RowAt {
            file: text(8).unwrap_or_default(),
            row: batch.column(9).as_primitive::<UInt64Type>().value(row),
        },
    }
}
