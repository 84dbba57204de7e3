use rustc_hash::FxHashMap;
use source::RowAt;

use crate::documents::{Document, Documents};
use crate::events::Event;

/// What has been seen: tells new rows from repeated ones and from those that take another's id.
///
/// Holds hashes, no texts: about 100 bytes a row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    files: Vec<String>,
    documents: Seen,
    events: Seen,
    /// How often each content stood so far in the last file, among events without an id.
    unnamed: FxHashMap<String, u32>,
}

/// What a row is to those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sifted {
    New,
    /// Date, outlet, title and text (of an event: everything, its id among it) stand already.
    Repeated,
    /// Its id stands already with other content.
    Taken(RowAt),
}

#[derive(Clone, Debug, Default)]
struct Seen {
    contents: FxHashMap<u128, u32>,
    ids: FxHashMap<u128, (u32, u64)>,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn begin_file(&mut self, name: &str) {
        self.files.push(name.to_string());
        self.unnamed.clear();
    }

    /// How many files have begun.
    pub(crate) fn files(&self) -> usize {
        self.files.len()
    }

    /// Forgets what all but the first `files` brought: they could not be read to their end.
    pub(crate) fn forget_after(&mut self, files: usize) {
        for seen in [&mut self.documents, &mut self.events] {
            seen.contents.retain(|_, file| (*file as usize) < files);
            seen.ids.retain(|_, (file, _)| (*file as usize) < files);
        }
    }

    pub(crate) fn sift_document(&mut self, document: &Document) -> Sifted {
        let date = document.date.to_string();
        let parts = [
            Some(date.as_str()),
            document.outlet.as_deref(),
            document.title.as_deref(),
            document.text.as_deref(),
        ];
        self.documents.sift(&self.files, &document.id, hash(&parts), document.row)
    }

    /// Gives an event without an id one made from its content and from how often that content stood in the
    /// file before: three launches of one missile on one day are three events, and are the same
    /// three when the file is added again with more rows.
    pub(crate) fn sift_event(&mut self, event: &mut Event) -> Sifted {
        let (date, magnitude) = (event.date.to_string(), event.magnitude.map(|m| m.to_string()));
        let content = [
            Some(date.as_str()),
            event.actor.as_deref(),
            event.target.as_deref(),
            event.kind.as_deref(),
            magnitude.as_deref(),
            event.source.as_deref(),
            event.note.as_deref(),
        ];
        if event.id.is_empty() {
            let id = content_id(&content);
            let times = self.unnamed.entry(id.clone()).or_insert(0);
            *times += 1;
            event.id = if *times == 1 { id } else { format!("{id}-{times}") };
        }
        let parts: Vec<_> = content.into_iter().chain([Some(event.id.as_str())]).collect();
        self.events.sift(&self.files, &event.id, hash(&parts), event.at.row)
    }

    /// Enters a stored batch of documents, which needs no sifting.
    pub(crate) fn enter_documents(&mut self, documents: Documents<'_>) {
        for row in 0..documents.len() {
            let date = documents.date(row).to_string();
            let parts =
                [Some(date.as_str()), documents.outlet(row), documents.title(row), documents.text(row)];
            self.documents.sift(&self.files, documents.id(row), hash(&parts), documents.at(row).row);
        }
    }
}

impl Seen {
    fn sift(&mut self, files: &[String], id: &str, content: u128, row: u64) -> Sifted {
        if self.contents.contains_key(&content) {
            return Sifted::Repeated;
        }
        let file = files.len().saturating_sub(1) as u32;
        let id = hash(&[Some(id)]);
        if let Some(&(file, row)) = self.ids.get(&id) {
            return Sifted::Taken(RowAt { file: files.get(file as usize).cloned().unwrap_or_default(), row });
        }
        self.contents.insert(content, file);
        self.ids.insert(id, (file, row));
        Sifted::New
    }
}

/// The first half of a BLAKE3 hash; absent parts differ from empty ones.
fn hash(parts: &[Option<&str>]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        match part {
            Some(text) => {
                hasher.update(&(text.len() as u64 + 1).to_le_bytes());
                hasher.update(text.as_bytes());
            }
            None => {
                hasher.update(&0_u64.to_le_bytes());
            }
        }
    }
    let mut half = [0; 16];
    half.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_le_bytes(half)
}

/// An id for a row that has none: equal content, equal id.
pub(crate) fn content_id(parts: &[Option<&str>]) -> String {
    format!("{:016x}", (hash(parts) >> 64) as u64)
}
