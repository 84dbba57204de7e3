//! Files as they come: which kind, packed or not, alone, in a folder or in an archive.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::Encoding;

use crate::RecordError;

mod archive;
mod decode;
mod parts;
mod unpack;

pub(crate) use decode::{Decoded, whole_text};
pub(crate) use parts::{Found, Parts, listed};
use unpack::{Packing, Unpacked};

/// Most bytes, unpacked, of a file that is held in memory as a whole: a page, a feed or a plain text.
pub(crate) const LARGEST_WHOLE: u64 = 64 << 20;

/// What a file holds, by its ending (that of the packing aside).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jsonl,
    Csv,
    Tsv,
    Parquet,
    Xlsx,
    Html,
    Feed,
    Text,
    Archive,
}

impl Format {
    /// By the name of a file; the ending, if it is of no known kind.
    pub(crate) fn of(name: &str) -> Result<Self, String> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        let Some((_, ending)) = name.rsplit_once('.') else { return Err(String::new()) };
        Ok(match ending {
            "jsonl" | "ndjson" => Self::Jsonl,
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "parquet" => Self::Parquet,
            "xlsx" | "xlsm" => Self::Xlsx,
            "html" | "htm" | "xhtml" => Self::Html,
            "rss" | "atom" | "xml" => Self::Feed,
            "txt" => Self::Text,
            "zip" => Self::Archive,
            other => return Err(format!(".{other}")),
        })
    }

    /// Whether a file of this kind is one document or a few, so that a folder of them is one table.
    pub(crate) fn is_page(self) -> bool {
        matches!(self, Self::Html | Self::Feed | Self::Text)
    }
}

/// Bytes that can be read from any position.
pub(crate) trait Bytes: Read + Seek + Send {}
impl<T: Read + Seek + Send> Bytes for T {}

/// Where the bytes of one file are.
#[derive(Debug)]
pub(crate) enum Body {
    /// A file of the disk.
    Path(PathBuf),
    /// Given by the caller.
    Memory(Arc<[u8]>),
    /// Unpacked from an archive: in memory if small, else a file without a name.
    Spooled(tempfile::SpooledTempFile),
}

/// One file: named by the user, found in a folder, or a member of an archive.
#[derive(Debug)]
pub(crate) struct Part {
    /// As shown: `folder/a.csv`, `archive.zip/inner.csv`.
    pub(crate) name: String,
    /// By its ending.
    pub(crate) format: Format,
    pub(crate) body: Body,
}

impl Part {
    pub(crate) fn of_path(path: &Path) -> Result<Self, RecordError> {
        let name = path.display().to_string();
        let format = Format::of(&name).map_err(|_| RecordError::UnknownKind { path: path.into() })?;
        Ok(Self { name, format, body: Body::Path(path.into()) })
    }

    pub(crate) fn of_bytes(name: &str, bytes: Arc<[u8]>) -> Result<Self, RecordError> {
        let format = Format::of(name).map_err(|_| RecordError::UnknownKind { path: name.into() })?;
        Ok(Self { name: name.into(), format, body: Body::Memory(bytes) })
    }

    /// The file's text, unpacked and in UTF-8, as it is read.
    ///
    /// # Errors
    /// [`RecordError`] if it cannot be opened.
    pub(crate) fn text(self, forced: Option<&'static Encoding>) -> Result<Decoded, RecordError> {
        let name = self.name.clone();
        let reader = self.unpacked()?;
        Ok(Decoded::new(name, reader, forced))
    }

    /// All its bytes, unpacked.
    ///
    /// # Errors
    /// [`RecordError`] if it cannot be read or has more than `most` bytes.
    pub(crate) fn bytes(self, most: u64) -> Result<Vec<u8>, RecordError> {
        let name = self.name.clone();
        let mut bytes = Vec::new();
        let mut reader = self.unpacked()?.take(most + 1);
        reader.read_to_end(&mut bytes).map_err(|error| unreadable(&name, 0, &error))?;
        if bytes.len() as u64 > most {
            let reason =
                format!("it has more than the {} MB that such a file may have; split it", most >> 20);
            return Err(RecordError::malformed(name, reason));
        }
        Ok(bytes)
    }

    /// A file that can be read from any position: itself, or an unpacked copy that has no name.
    ///
    /// # Errors
    /// [`RecordError`] if it cannot be opened or unpacked.
    pub(crate) fn file(self) -> Result<File, RecordError> {
        let cannot = |name: &str| RecordError::io("unpack", name.to_string());
        if let Body::Path(path) = &self.body {
            let mut file = File::open(path).map_err(RecordError::io("read", path))?;
            if Packing::of(&mut file).map_err(RecordError::io("read", path))? == Packing::Plain {
                return Ok(file);
            }
        }
        let name = self.name.clone();
        let mut copy = tempfile::tempfile().map_err(cannot(&name))?;
        let mut reader = self.unpacked()?;
        unpack::copy(&mut reader, &mut copy).map_err(|failure| match failure {
            unpack::Failure::Read { after, error } => unreadable(&name, after, &error),
            unpack::Failure::Write(error) => cannot(&name)(error),
        })?;
        copy.seek(SeekFrom::Start(0)).map_err(cannot(&name))?;
        Ok(copy)
    }

    /// Its bytes as they are, packed or not.
    ///
    /// # Errors
    /// [`RecordError::Io`].
    pub(crate) fn open(self) -> Result<Box<dyn Bytes>, RecordError> {
        Ok(match self.body {
            Body::Path(path) => Box::new(File::open(&path).map_err(RecordError::io("read", &path))?),
            Body::Memory(bytes) => Box::new(Cursor::new(bytes)),
            Body::Spooled(mut file) => {
                file.seek(SeekFrom::Start(0)).map_err(RecordError::io("unpack", self.name))?;
                Box::new(file)
            }
        })
    }

    fn unpacked(self) -> Result<Unpacked, RecordError> {
        let name = self.name.clone();
        let mut bytes = self.open()?;
        let packing = Packing::of(&mut bytes).map_err(RecordError::io("read", &name))?;
        Unpacked::new(packing, BufReader::with_capacity(1 << 16, bytes))
            .map_err(|error| unreadable(&name, 0, &error))
    }
}

/// What to say of a file that breaks off or is not what its packing promises.
pub(crate) fn unreadable(name: &str, rows: u64, error: &std::io::Error) -> RecordError {
    let reason = match error.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            format!("it breaks off after {rows} rows: the packed data are not complete; fetch it again")
        }
        std::io::ErrorKind::QuotaExceeded => format!("{error} (after {rows} rows)"),
        _ => format!("{error} (after {rows} rows); fetch or pack it again"),
    };
    RecordError::malformed(name, reason)
}
