use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, LargeStringArray, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::RecordError;
use crate::input::Part;
use crate::read::raw::{Raw, present};

/// Rows decoded at a time.
const BATCH: usize = 1024;

/// A Parquet file, only the wanted columns decoded.
pub(crate) struct ParquetRows {
    name: String,
    schema: SchemaRef,
    builder: Option<ParquetRecordBatchReaderBuilder<std::fs::File>>,
    reader: Option<ParquetRecordBatchReader>,
    wanted: Vec<String>,
    /// The wanted columns of the current batch, as text.
    columns: Vec<Option<LargeStringArray>>,
    position: usize,
    length: usize,
    rows: u64,
}

impl ParquetRows {
    pub(crate) fn open(part: Part) -> Result<Self, RecordError> {
        let name = part.name.clone();
        let file = part.file()?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| {
            RecordError::malformed(&name, format!("it is no complete Parquet file ({error})"))
        })?;
        Ok(Self {
            name,
            schema: Arc::clone(builder.schema()),
            builder: Some(builder),
            reader: None,
            wanted: Vec::new(),
            columns: Vec::new(),
            position: 0,
            length: 0,
            rows: 0,
        })
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    pub(crate) fn want(&mut self, columns: &[String]) -> Result<(), RecordError> {
        let Some(builder) = self.builder.take() else { return Ok(()) };
        let roots = columns.iter().filter_map(|name| self.schema.index_of(name).ok());
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let reader = builder.with_projection(mask).with_batch_size(BATCH).build();
        self.reader = Some(reader.map_err(|error| self.damaged(error.to_string()))?);
        self.wanted = columns.to_vec();
        Ok(())
    }

    pub(crate) fn next(&mut self) -> Result<Option<Raw>, RecordError> {
        while self.position == self.length {
            let Some(batch) = self.reader.as_mut().and_then(Iterator::next) else { return Ok(None) };
            let batch = batch.map_err(|error| self.damaged(error.to_string()))?;
            self.decode(&batch)?;
        }
        let row = self.position;
        self.position += 1;
        self.rows += 1;
        let value = |column: &Option<LargeStringArray>| {
            let column = column.as_ref()?;
            if column.is_valid(row) { present(column.value(row)) } else { None }
        };
        Ok(Some(Raw { row: self.rows, values: Ok(self.columns.iter().map(value).collect()) }))
    }

    fn decode(&mut self, batch: &RecordBatch) -> Result<(), RecordError> {
        let columns: Result<Vec<_>, _> = self.wanted.iter().map(|name| self.as_text(batch, name)).collect();
        self.columns = columns?;
        (self.position, self.length) = (0, batch.num_rows());
        Ok(())
    }

    fn as_text(&self, batch: &RecordBatch, name: &str) -> Result<Option<LargeStringArray>, RecordError> {
        let Some(column) = batch.column_by_name(name) else { return Ok(None) };
        let text = arrow_cast::cast(column, &DataType::LargeUtf8).map_err(|_| {
            let kind = column.data_type();
            RecordError::malformed(
                &self.name,
                format!("its column `{name}` is of the type {kind}; make it text, a number or a date"),
            )
        })?;
        Ok(Some(text.as_string::<i64>().clone()))
    }

    fn damaged(&self, reason: impl std::fmt::Display) -> RecordError {
        RecordError::malformed(&self.name, format!("{reason} (after {} rows); fetch it again", self.rows))
    }
}
