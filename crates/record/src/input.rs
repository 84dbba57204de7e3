//! Files as they come: which kind, packed or not, with or without a byte-order mark.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::RecordError;

/// What a file holds, by its ending (that of the packing aside).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jsonl,
    Csv,
    Parquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstandard,
}

impl Format {
    pub(crate) fn of(path: &Path) -> Result<Self, RecordError> {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("jsonl" | "ndjson") => Ok(Self::Jsonl),
            Some("csv") => Ok(Self::Csv),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(RecordError::UnknownKind { path: path.into() }),
        }
    }
}

/// A text file, unpacked, after its byte-order mark.
///
/// # Errors
/// [`RecordError`] if it cannot be opened or is UTF-16.
pub(crate) fn open_text(path: &Path) -> Result<Box<dyn BufRead + Send>, RecordError> {
    let mut reader = unpacked(path)?;
    let start = reader.fill_buf().map_err(|error| unreadable(path, 0, &error))?;
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return Err(RecordError::malformed(path, "it is written in UTF-16; save it as UTF-8"));
    }
    if start.starts_with(b"\xEF\xBB\xBF") {
        reader.consume(3);
    }
    Ok(reader)
}

/// A file that can be read from any position: itself, or an unpacked copy that has no name.
///
/// # Errors
/// [`RecordError`] if it cannot be opened or unpacked.
pub(crate) fn open_seekable(path: &Path) -> Result<File, RecordError> {
    let file = File::open(path).map_err(RecordError::io("read", path))?;
    if packing(path, &file)? == Packing::Plain {
        return Ok(file);
    }
    let mut copy = tempfile::tempfile().map_err(RecordError::io("unpack", path))?;
    let mut reader = unpacked(path)?;
    let mut buffer = vec![0; 1 << 16];
    let mut read = 0;
    loop {
        let n = reader.read(&mut buffer).map_err(|error| unreadable(path, read, &error))?;
        if n == 0 {
            break;
        }
        read += n as u64;
        copy.write_all(&buffer[..n]).map_err(RecordError::io("unpack", path))?;
    }
    copy.rewind().map_err(RecordError::io("unpack", path))?;
    Ok(copy)
}

/// What to say of a file that breaks off or is not what its packing promises.
pub(crate) fn unreadable(path: &Path, rows: u64, error: &std::io::Error) -> RecordError {
    let reason = match error.kind() {
        std::io::ErrorKind::UnexpectedEof => {
            format!("it breaks off after {rows} rows: the packed data are not complete; fetch it again")
        }
        _ => format!("{error} (after {rows} rows); fetch or pack it again"),
    };
    RecordError::malformed(path, reason)
}

fn unpacked(path: &Path) -> Result<Box<dyn BufRead + Send>, RecordError> {
    let file = File::open(path).map_err(RecordError::io("read", path))?;
    let packing = packing(path, &file)?;
    let reader = BufReader::with_capacity(1 << 16, file);
    Ok(match packing {
        Packing::Plain => Box::new(reader),
        Packing::Gzip => {
            Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(reader)))
        }
        Packing::Zstandard => {
            let decoder = zstd::stream::read::Decoder::with_buffer(reader);
            let decoder = decoder.map_err(|error| unreadable(path, 0, &error))?;
            Box::new(BufReader::with_capacity(1 << 16, decoder))
        }
    })
}

/// By the first bytes, whatever the ending: people rename files.
fn packing(path: &Path, mut file: &File) -> Result<Packing, RecordError> {
    let mut start = Vec::new();
    let read = file.take(4).read_to_end(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
    read.map_err(RecordError::io("read", path))?;
    Ok(match start[..] {
        [0x1F, 0x8B, ..] => Packing::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD] => Packing::Zstandard,
        _ => Packing::Plain,
    })
}
