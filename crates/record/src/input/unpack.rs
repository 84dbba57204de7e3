use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};

use super::Bytes;

/// Bytes that a packed file may always unpack to.
const FREE: u64 = 1 << 30;
/// How often its own size beyond them; ordinary texts reach 3 to 20.
const RATIO: u64 = 200;

/// How a single file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstandard,
}

impl Packing {
    /// By the first bytes, whatever the ending: people rename files. Leaves `bytes` at their start.
    pub(super) fn of(bytes: &mut (impl Read + Seek)) -> io::Result<Self> {
        let mut start = Vec::new();
        bytes.by_ref().take(4).read_to_end(&mut start)?;
        bytes.seek(SeekFrom::Start(0))?;
        Ok(match start[..] {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD] => Self::Zstandard,
            _ => Self::Plain,
        })
    }
}

/// The bytes of a file after unpacking, bounded: a file of a few MB that unpacks to a disk full is refused.
pub(crate) struct Unpacked {
    reader: Box<dyn Read + Send>,
    left: u64,
}

impl Unpacked {
    pub(super) fn new(packing: Packing, mut bytes: BufReader<Box<dyn Bytes>>) -> io::Result<Self> {
        let size = bytes.seek(SeekFrom::End(0))?;
        bytes.seek(SeekFrom::Start(0))?;
        let most = limit(size);
        Ok(match packing {
            Packing::Plain => Self { reader: Box::new(bytes), left: u64::MAX },
            Packing::Gzip => {
                Self { reader: Box::new(flate2::bufread::MultiGzDecoder::new(bytes)), left: most }
            }
            Packing::Zstandard => {
                Self { reader: Box::new(zstd::stream::read::Decoder::with_buffer(bytes)?), left: most }
            }
        })
    }
}

/// To how many bytes a packed file of `size` bytes may unpack.
pub(super) fn limit(size: u64) -> u64 {
    FREE.max(size.saturating_mul(RATIO))
}

/// What to say beyond the limit.
pub(super) fn bomb() -> io::Error {
    let message = format!(
        "it unpacks to more than {RATIO} times its size, as files do that are made to fill a disk; \
         if it is honest, unpack it yourself and add what comes out"
    );
    io::Error::new(ErrorKind::QuotaExceeded, message)
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(bomb)?;
        Ok(read)
    }
}

/// Why a copy was not made.
pub(super) enum Failure {
    Read { after: u64, error: io::Error },
    Write(io::Error),
}

/// As `io::copy`, telling a source that cannot be read from a disk that is full.
pub(super) fn copy(from: &mut impl Read, to: &mut impl Write) -> Result<u64, Failure> {
    let mut reader = BufReader::with_capacity(1 << 16, from);
    let mut written = 0;
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::Read { after: written, error }),
        };
        if chunk.is_empty() {
            return Ok(written);
        }
        to.write_all(chunk).map_err(Failure::Write)?;
        let length = chunk.len();
        written += length as u64;
        reader.consume(length);
    }
}
