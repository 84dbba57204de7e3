//! The table of rows set apart.

use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use source::{Quarantined, RowAt};

/// The columns: `file` (Utf8), `row` (UInt64, from 1) and `reason` (Utf8), none of them null.
pub(super) fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        Arc::new(Schema::new(vec![
            Field::new("file", DataType::Utf8, false),
            Field::new("row", DataType::UInt64, false),
            Field::new("reason", DataType::Utf8, false),
        ]))
    });
    Arc::clone(&SCHEMA)
}

pub(super) fn batch(rows: &[Quarantined]) -> RecordBatch {
    let columns: Vec<Arc<dyn Array>> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.at.file))),
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.at.row))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| &row.reason))),
    ];
    RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema")
}

/// The rows of a batch; nothing if it does not have the columns of [`schema`].
pub(super) fn rows(batch: &RecordBatch) -> Option<Vec<Quarantined>> {
    let file = batch.column_by_name("file")?.as_string_opt::<i32>()?;
    let row = batch.column_by_name("row")?.as_primitive_opt::<UInt64Type>()?;
    let reason = batch.column_by_name("reason")?.as_string_opt::<i32>()?;
    let at = |i: usize| RowAt { file: file.value(i).to_string(), row: row.value(i) };
    Some(
        (0..batch.num_rows())
            .map(|i| Quarantined { at: at(i), reason: reason.value(i).to_string() })
            .collect(),
    )
}
