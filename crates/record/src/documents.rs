//! The table of documents: statements, articles, speeches.

use std::sync::{Arc, LazyLock};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, UInt8Type, UInt64Type};
use arrow_array::{Array, Date32Array, RecordBatch, StringArray, UInt8Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use jiff::civil::Date;
use source::RowAt;

use crate::date::{date_of_days, days_of_date};

/// The columns of a batch of documents, in this order:
///
/// | column | type | null | meaning |
/// |---|---|---|---|
/// | `id` | Utf8 | no | unique in a store; made from the content where the file gives none |
/// | `date` | Date32 | no | the day it was published or held |
/// | `outlet` | Utf8 | yes | who published it |
/// | `statement_type` | Utf8 | yes | speech, commentary, … |
/// | `authority` | UInt8 | yes | level of the statement type, 1 = highest |
/// | `speaker` | Utf8 | yes | whose words they are |
/// | `audience` | Utf8 | yes | to whom |
/// | `language` | Utf8 | yes | as the file says, best ISO 639-1 |
/// | `title` | Utf8 | yes | null only where there is a text |
/// | `text` | Utf8 | yes | null only where there is a title |
/// | `link` | Utf8 | yes | a place a reader can open |
/// | `file` | Utf8 | no | the file it was read from |
/// | `row` | UInt64 | no | its line (text files, header = 1) or row (Parquet), from 1 |
pub fn schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
        let text = |name: &str| Field::new(name, DataType::Utf8, true);
        Arc::new(Schema::new(vec![
            Field::new("id", DataType::Utf8, false),
            Field::new("date", DataType::Date32, false),
            text("outlet"),
            text("statement_type"),
            Field::new("authority", DataType::UInt8, true),
            text("speaker"),
            text("audience"),
            text("language"),
            text("title"),
            text("text"),
            text("link"),
            Field::new("file", DataType::Utf8, false),
            Field::new("row", DataType::UInt64, false),
        ]))
    });
    Arc::clone(&SCHEMA)
}

/// The columns that a file can give, in the order of [`schema`].
pub const COLUMNS: [&str; 11] = [
    "id",
    "date",
    "outlet",
    "statement_type",
    "authority",
    "speaker",
    "audience",
    "language",
    "title",
    "text",
    "link",
];

/// One document, to be made into a batch with [`batch`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Unique in a store.
    pub id: String,
    /// The day it was published or held.
    pub date: Date,
    /// Who published it.
    pub outlet: Option<String>,
    /// Speech, commentary, ….
    pub statement_type: Option<String>,
    /// 1 = highest.
    pub authority: Option<u8>,
    /// Whose words they are.
    pub speaker: Option<String>,
    /// To whom.
    pub audience: Option<String>,
    /// Best ISO 639-1.
    pub language: Option<String>,
    /// Null only where there is a text.
    pub title: Option<String>,
    /// Null only where there is a title.
    pub text: Option<String>,
    /// A place a reader can open.
    pub link: Option<String>,
    /// The file it was read from.
    pub file: String,
    /// Line or row in it, from 1.
    pub row: u64,
}

/// A batch with [`schema`].
pub fn batch(documents: &[Document]) -> RecordBatch {
    let text = |get: fn(&Document) -> Option<&str>| -> Arc<dyn Array> {
        Arc::new(StringArray::from_iter(documents.iter().map(get)))
    };
    let date = Date32Array::from_iter_values(documents.iter().map(|d| days_of_date(d.date)));
    let columns: Vec<Arc<dyn Array>> = vec![
        text(|d| Some(&d.id)),
        Arc::new(date),
        text(|d| d.outlet.as_deref()),
        text(|d| d.statement_type.as_deref()),
        Arc::new(UInt8Array::from_iter(documents.iter().map(|d| d.authority))),
        text(|d| d.speaker.as_deref()),
        text(|d| d.audience.as_deref()),
        text(|d| d.language.as_deref()),
        text(|d| d.title.as_deref()),
        text(|d| d.text.as_deref()),
        text(|d| d.link.as_deref()),
        text(|d| Some(&d.file)),
        Arc::new(UInt64Array::from_iter_values(documents.iter().map(|d| d.row))),
    ];
    RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema")
}

/// Typed view of a batch of documents.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'b>(&'b RecordBatch);

impl<'b> Documents<'b> {
    /// The view; `None` if the batch does not have the columns of [`schema`].
    pub fn of(batch: &'b RecordBatch) -> Option<Self> {
        let schema = schema();
        let same = schema.fields().len() == batch.num_columns()
            && schema
                .fields()
                .iter()
                .zip(batch.schema_ref().fields())
                .all(|(a, b)| a.name() == b.name() && a.data_type() == b.data_type());
        same.then_some(Self(batch))
    }

    /// How many documents.
    pub fn len(&self) -> usize {
        self.0.num_rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn text_at(&self, column: usize, row: usize) -> Option<&'b str> {
        let array = self.0.column(column).as_string::<i32>();
        array.is_valid(row).then(|| array.value(row))
    }

    /// Unique id.
    pub fn id(&self, row: usize) -> &'b str {
        self.text_at(0, row).unwrap_or("")
    }

    /// Day of publication.
    pub fn date(&self, row: usize) -> Date {
        date_of_days(self.0.column(1).as_primitive::<Date32Type>().value(row))
    }

    /// Who published it.
    pub fn outlet(&self, row: usize) -> Option<&'b str> {
        self.text_at(2, row)
    }

    /// Its type.
    pub fn statement_type(&self, row: usize) -> Option<&'b str> {
        self.text_at(3, row)
    }

    /// Level, 1 = highest.
    pub fn authority(&self, row: usize) -> Option<u8> {
        let array = self.0.column(4).as_primitive::<UInt8Type>();
        array.is_valid(row).then(|| array.value(row))
    }

    /// Whose words.
    pub fn speaker(&self, row: usize) -> Option<&'b str> {
        self.text_at(5, row)
    }

    /// To whom.
    pub fn audience(&self, row: usize) -> Option<&'b str> {
        self.text_at(6, row)
    }

    /// In which language.
    pub fn language(&self, row: usize) -> Option<&'b str> {
        self.text_at(7, row)
    }

    /// Title.
    pub fn title(&self, row: usize) -> Option<&'b str> {
        self.text_at(8, row)
    }

    /// Full text.
    pub fn text(&self, row: usize) -> Option<&'b str> {
        self.text_at(9, row)
    }

    /// Where a reader can open it.
    pub fn link(&self, row: usize) -> Option<&'b str> {
        self.text_at(10, row)
    }

    /// The file and row it was read from.
    pub fn at(&self, row: usize) -> RowAt {
        let file = self.text_at(11, row).unwrap_or("").to_string();
        RowAt { file, row: self.0.column(12).as_primitive::<UInt64Type>().value(row) }
    }
}
