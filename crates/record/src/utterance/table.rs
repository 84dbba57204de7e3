//! The table of utterances as Parquet.

use std::fs::File;
use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, UInt32Type};
use arrow_array::{Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use source::ContentHash;

use super::group::Joined;
use super::{CopyKind, Publication, Utterances};

/// The name under which the file says of which record it is.
const OF: &str = "demarche.record";

/// The columns, in this order; none is ever null:
///
/// | column | type | meaning |
/// |---|---|---|
/// | `document` | Utf8 | id of a document |
/// | `utterance` | Utf8 | id of the first document of its utterance |
/// | `kind` | Utf8 | first, exact, near, headline |
/// | `similarity` | Float64 | with the first, in (0, 1] |
/// | `place` | UInt32 | 0 for the first |
fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let field = |name: &str, kind: DataType| Field::new(name, kind, false);
        Arc::new(Schema::new(vec![
            field("document", DataType::Utf8),
            field("utterance", DataType::Utf8),
            field("kind", DataType::Utf8),
            field("similarity", DataType::Float64),
            field("place", DataType::UInt32),
        ]))
    });
    Arc::clone(&SCHEMA)
}

/// One entry per document; `order[i]` says where document `i` stands in time.
pub(super) fn publications(ids: &[String], joined: &[Joined], order: &[usize]) -> Vec<Publication> {
    let mut members: Vec<usize> = (0..joined.len()).collect();
    let rank = |i: usize| (joined[i].first, joined[i].kind != CopyKind::First, order[i]);
    members.sort_by_key(|&i| rank(i));
    let mut places = vec![0; joined.len()];
    for group in members.chunk_by(|&a, &b| joined[a].first == joined[b].first) {
        group.iter().zip(0..).for_each(|(&member, place)| places[member] = place);
    }
    joined
        .iter()
        .zip(ids)
        .zip(places)
        .map(|((joined, id), place)| Publication {
            document: id.clone(),
            utterance: ids[joined.first].clone(),
            kind: joined.kind,
            similarity: joined.similarity,
            place,
        })
        .collect()
}

/// Writes the table of the record with this hash.
pub(crate) fn write(file: &mut File, utterances: &Utterances, of: &ContentHash) -> Result<(), ParquetError> {
    let all = utterances.publications();
    let text = |get: fn(&Publication) -> &str| Arc::new(StringArray::from_iter_values(all.iter().map(get)));
    let batch = RecordBatch::try_new(
        schema(),
        vec![
            text(|p| &p.document),
            text(|p| &p.utterance),
            text(|p| p.kind.name()),
            Arc::new(Float64Array::from_iter_values(all.iter().map(|p| p.similarity))),
            Arc::new(UInt32Array::from_iter_values(all.iter().map(|p| p.place))),
        ],
    )?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_key_value_metadata(Some(vec![KeyValue::new(OF.into(), of.as_str().to_string())]))
        .build();
    let mut writer = ArrowWriter::try_new(file, schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close().map(drop)
}

/// The table, if it is that of the record with this hash and whole.
pub(crate) fn read(file: File, of: &ContentHash) -> Option<Utterances> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).ok()?;
    let said = builder.metadata().file_metadata().key_value_metadata()?;
    let same = |pair: &KeyValue| pair.key == OF && pair.value.as_deref() == Some(of.as_str());
    if !said.iter().any(same) || builder.schema().fields() != schema().fields() {
        return None;
    }
    let mut all = Vec::new();
    for batch in builder.build().ok()? {
        let batch = batch.ok()?;
        let text = |column: usize| batch.column(column).as_string::<i32>();
        let similarity = batch.column(3).as_primitive::<Float64Type>();
        let place = batch.column(4).as_primitive::<UInt32Type>();
        for row in 0..batch.num_rows() {
            let name = text(2).value(row);
            all.push(Publication {
                document: text(0).value(row).into(),
                utterance: text(1).value(row).into(),
                kind: CopyKind::ALL.into_iter().find(|kind| kind.name() == name)?,
                similarity: similarity.value(row),
                place: place.value(row),
            });
        }
    }
    Some(Utterances::new(all))
}
