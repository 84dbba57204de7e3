//! The index beside the record.

use std::path::Path;

use jiff::civil::Date;
use record::documents::Documents;
use record::{Store, Utterances};
use rustc_hash::FxHashMap;
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::store::StoreReader;
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, SegmentReader, SingleSegmentIndexWriter, TantivyDocument};

use crate::SearchError;
use crate::letters::Letters;
use crate::text::{LETTERS, is_eastern, placed};

/// Raise it when an index made before would be read differently.
const VERSION: &str = "index 2";
/// Memory of the writer before it writes a part out.
const MEMORY: usize = 128 << 20;

/// How far making the index is.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Documents indexed.
    pub documents: u64,
}

/// What is known of a document without reading it.
#[derive(Clone, Debug)]
pub(crate) struct Meta {
    pub(crate) date: Date,
    /// Outlet, statement type, speaker, language; positions in [`Searcher::names`], `u32::MAX` if absent.
    pub(crate) columns: [u32; 4],
    /// 0 if absent.
    pub(crate) authority: u8,
    /// The first document of its utterance.
    pub(crate) utterance: u32,
    /// Its place among those of the utterance.
    pub(crate) place: u32,
    /// How many words it has.
    pub(crate) words: u32,
}

/// What is shown of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) link: Option<String>,
    pub(crate) file: String,
    pub(crate) row: u64,
}

/// The columns that filters know, in the order of [`Meta::columns`].
pub(crate) const COLUMNS: [&str; 4] = ["outlet", "statement_type", "speaker", "language"];

#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    pub(crate) words: Field,
    /// Parts of eastern words: pairs of characters, or morphemes.
    pub(crate) parts: Field,
    numbers: [Field; 5],
    columns: [Field; 4],
    shown: [Field; 5],
    row: Field,
}

/// A record that can be searched.
pub struct Searcher {
    pub(crate) segment: SegmentReader,
    pub(crate) fields: Fields,
    pub(crate) metas: Vec<Meta>,
    pub(crate) names: Vec<String>,
    pub(crate) letters: Letters,
    store: StoreReader,
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(false);
    let indexed = TextOptions::default().set_indexing_options(indexing);
    let number = NumericOptions::default().set_fast();
    let mut fast = |name: &str| builder.add_u64_field(name, number.clone());
    let numbers = ["date", "authority", "utterance", "place", "length"].map(&mut fast);
    let named = TextOptions::default().set_fast("raw");
    let columns = COLUMNS.map(|name| builder.add_text_field(name, named.clone()));
    let shown = ["id", "title", "text", "link", "file"].map(|name| builder.add_text_field(name, STORED));
    let fields = Fields {
        words: builder.add_text_field("words", indexed.clone()),
        parts: builder.add_text_field("parts", indexed),
        row: builder.add_u64_field("row", STORED),
        numbers,
        columns,
        shown,
    };
    (builder.build(), fields)
}

impl Searcher {
    /// The index of the record, made if there is none of its present state; `progress` is told while it is made.
    /// With `letters` it is said how eastern words are found; each way, and each dictionary, has an index of its own.
    ///
    /// # Errors
    /// [`SearchError::Empty`] for a record without documents; those of reading the record and of the index.
    ///
    /// # Cost
    /// Making it: one pass over the texts. Afterwards: reading about 40 bytes a document.
    pub fn open(
        store: &Store,
        letters: Letters,
        progress: &mut dyn FnMut(Step),
    ) -> Result<Self, SearchError> {
        if store.documents().next().transpose()?.is_none() {
            return Err(SearchError::Empty);
        }
        let (prefix, version) = letters.index(VERSION);
        let folder =
            store.derived_folder(prefix, &version, |folder| build(store, &letters, folder, progress))?;
        Self::read(&folder, letters)
    }

    fn read(folder: &Path, letters: Letters) -> Result<Self, SearchError> {
        let index = Index::open_in_dir(folder)?;
        let reader = index.reader()?;
        let segment = reader.searcher().segment_reader(0).clone();
        let (_, fields) = schema();
        let documents = segment.max_doc();
        let fast = segment.fast_fields();
        let [date, authority, utterance, place, length] =
            ["date", "authority", "utterance", "place", "length"].map(|name| fast.u64(name));
        let (date, authority, utterance, place, length) = (date?, authority?, utterance?, place?, length?);
        let mut names = Vec::new();
        let mut columns: [Vec<u32>; 4] = Default::default();
        for (name, column) in COLUMNS.iter().zip(&mut columns) {
            column.resize(documents as usize, u32::MAX);
            let Some(values) = fast.str(name)? else { continue };
            let start = names.len() as u32;
            for ordinal in 0..values.num_terms() as u64 {
                let mut value = String::new();
                values.ord_to_str(ordinal, &mut value)?;
                names.push(value);
            }
            for document in 0..documents {
                if let Some(ordinal) = values.term_ords(document).next() {
                    column[document as usize] = start + ordinal as u32;
                }
            }
        }
        let metas = (0..documents).map(|document| Meta {
            date: day(date.first(document).unwrap_or(0)),
            columns: [0, 1, 2, 3].map(|column: usize| columns[column][document as usize]),
            authority: authority.first(document).unwrap_or(0) as u8,
            utterance: utterance.first(document).unwrap_or(0) as u32,
            place: place.first(document).unwrap_or(0) as u32,
            words: length.first(document).unwrap_or(0) as u32,
        });
        let metas = metas.collect();
        let store = segment.get_store_reader(32)?;
        Ok(Self { segment, fields, metas, names, letters, store })
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.metas.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.metas.is_empty()
    }

    pub(crate) fn shown(&self, document: u32) -> Result<Shown, SearchError> {
        let stored: TantivyDocument = self.store.get(document)?;
        let [id, title, text, link, file] = self.fields.shown;
        let get = |field| stored.get_first(field).and_then(|value| value.as_str().map(str::to_string));
        let row = stored.get_first(self.fields.row).and_then(|value| value.as_u64()).unwrap_or(0);
        Ok(Shown {
            id: get(id).unwrap_or_default(),
            title: get(title).unwrap_or_default(),
            text: get(text).unwrap_or_default(),
            link: get(link),
            file: get(file).unwrap_or_default(),
            row,
        })
    }
}

impl std::fmt::Debug for Searcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Searcher").field("documents", &self.metas.len()).finish_non_exhaustive()
    }
}

/// Days from the first day of year 1, so that no number is negative.
fn days(date: Date) -> u64 {
    (date.duration_since(FIRST).as_secs() / 86_400) as u64
}

fn day(days: u64) -> Date {
    FIRST.saturating_add(jiff::SignedDuration::from_secs(days as i64 * 86_400))
}

const FIRST: Date = jiff::civil::date(1, 1, 1);

fn build(
    store: &Store,
    letters: &Letters,
    folder: &Path,
    progress: &mut dyn FnMut(Step),
) -> Result<(), SearchError> {
    let (schema, fields) = schema();
    let index = Index::builder().schema(schema);
    let mut writer: SingleSegmentIndexWriter = index.single_segment_index_writer(
        tantivy::directory::MmapDirectory::open(folder).map_err(tantivy::TantivyError::from)?,
        MEMORY,
    )?;
    let utterances = store.utterances()?;
    let numbers: FxHashMap<&str, u64> =
        utterances.publications().iter().zip(0..).map(|(p, number)| (p.document.as_str(), number)).collect();
    let (mut done, mut known) = (0, FxHashMap::default());
    for batch in store.documents() {
        let batch = batch?;
        let Some(documents) = Documents::of(&batch) else { continue };
        for row in 0..documents.len() {
            let mut made = document(documents, row, &fields, &utterances, &numbers, done);
            add_words(&mut made, documents, row, &fields, |word| letters.parts(word, &mut known))?;
            writer.add_document(made)?;
            done += 1;
        }
        progress(Step { documents: done });
    }
    writer.finalize()?;
    Ok(())
}

fn document(
    documents: Documents<'_>,
    row: usize,
    fields: &Fields,
    utterances: &Utterances,
    numbers: &FxHashMap<&str, u64>,
    number: u64,
) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    let (title, text) = (documents.title(row).unwrap_or(""), documents.text(row).unwrap_or(""));
    let length = placed(title, text).len();
    let publication = utterances.of(documents.id(row));
    let first = publication.and_then(|p| numbers.get(p.utterance.as_str())).copied().unwrap_or(number);
    let values = [
        days(documents.date(row)),
        documents.authority(row).map_or(0, u64::from),
        first,
        publication.map_or(0, |p| u64::from(p.place)),
        length as u64,
    ];
    fields.numbers.iter().zip(values).for_each(|(&field, value)| document.add_u64(field, value));
    let columns = [
        documents.outlet(row),
        documents.statement_type(row),
        documents.speaker(row),
        documents.language(row),
    ];
    for (&field, value) in fields.columns.iter().zip(columns) {
        value.into_iter().for_each(|value| document.add_text(field, value));
    }
    let at = documents.at(row);
    let shown = [Some(documents.id(row)), Some(title), Some(text), documents.link(row), Some(&at.file)];
    for (&field, value) in fields.shown.iter().zip(shown) {
        value.into_iter().for_each(|value| document.add_text(field, value));
    }
    document.add_u64(fields.row, at.row);
    document
}

/// Adds the words of a document, and the parts of eastern ones.
fn add_words(
    document: &mut TantivyDocument,
    documents: Documents<'_>,
    row: usize,
    fields: &Fields,
    mut parts: impl FnMut(&str) -> Result<Vec<(String, u32)>, SearchError>,
) -> Result<(), SearchError> {
    let placed = placed(documents.title(row).unwrap_or(""), documents.text(row).unwrap_or(""));
    let (mut words, mut halves) = (Vec::with_capacity(placed.len()), Vec::new());
    for word in &placed {
        words.push(token(word.word.to_lowercase(), word.number as usize));
        if word.word.contains(is_eastern) {
            let start = word.number * LETTERS;
            halves.extend(parts(word.word)?.into_iter().map(|(part, at)| token(part, (start + at) as usize)));
        }
    }
    for (field, tokens) in [(fields.words, words), (fields.parts, halves)] {
        if !tokens.is_empty() {
            document.add_pre_tokenized_text(field, PreTokenizedString { text: String::new(), tokens });
        }
    }
    Ok(())
}

fn token(text: String, position: usize) -> Token {
    Token { offset_from: 0, offset_to: 0, position, text, position_length: 1 }
}
