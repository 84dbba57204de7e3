use std::io::BufReader;

use zip::ZipArchive;
use zip::result::ZipError;

use super::unpack::{Failure, bomb, copy, limit};
use super::{Body, Bytes, Format, Part, unreadable};
use crate::RecordError;

/// Most members of an archive.
const MEMBERS: usize = 100_000;
/// Bytes of a member that are kept in memory; a larger one goes to a file without a name.
const IN_MEMORY: usize = 8 << 20;

/// A .zip file, its members in the order of their names.
///
/// A member is unpacked as a whole and checked against its sum before the first of its rows is read. All of
/// them together may unpack to 1 GiB or 200 times the size of the archive, whichever is more.
pub(super) struct Archive {
    name: String,
    zip: ZipArchive<BufReader<Box<dyn Bytes>>>,
    /// Names and positions; the first comes last.
    left: Vec<(String, usize)>,
    /// Bytes that may still be unpacked.
    budget: u64,
}

/// A member of an archive.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) part: Result<Part, MemberError>,
}

/// Why a member is not read.
pub(super) enum MemberError {
    /// Its ending is that of no kind read here.
    Unknown(String),
    /// Only this member is bad.
    Bad(RecordError),
    /// Nothing after it may be read either.
    Fatal(RecordError),
}

impl Archive {
    /// # Errors
    /// [`RecordError`] if it is no complete archive, or one with too many members.
    pub(super) fn open(part: Part) -> Result<Self, RecordError> {
        let name = part.name.clone();
        let damaged = |reason: String| RecordError::malformed(&name, reason);
        let mut bytes = part.open()?;
        let size = std::io::Seek::seek(&mut bytes, std::io::SeekFrom::End(0));
        let size = size.map_err(RecordError::io("read", &name))?;
        let zip = ZipArchive::new(BufReader::new(bytes)).map_err(|error| {
            damaged(format!("it is no complete zip archive ({error}); fetch or pack it again"))
        })?;
        if zip.len() > MEMBERS {
            let count = zip.len();
            return Err(damaged(format!("it has {count} members, more than {MEMBERS}; split it")));
        }
        let name_of = |at| match zip.name_for_index(at) {
            Some(Ok(name)) => name.into_owned(),
            _ => format!("member-{}", at + 1),
        };
        let mut left: Vec<_> = (0..zip.len()).map(|at| (name_of(at), at)).collect();
        left.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Self { name, zip, left, budget: limit(size) })
    }

    /// The next file in it; folders and what macOS adds are passed over.
    pub(super) fn next(&mut self) -> Option<Member> {
        loop {
            let (inner, at) = self.left.pop()?;
            let hidden = inner.split('/').any(|part| part == "__MACOSX" || part == ".DS_Store");
            if inner.ends_with('/') || hidden {
                continue;
            }
            let name = format!("{}/{inner}", self.name);
            let part = self.member(&name, at);
            return Some(Member { name, part });
        }
    }

    fn member(&mut self, name: &str, at: usize) -> Result<Part, MemberError> {
        let format = Format::of(name).map_err(MemberError::Unknown)?;
        let bad = |reason: String| MemberError::Bad(RecordError::malformed(name, reason));
        if format == Format::Archive {
            let reason =
                "an archive within an archive is not opened; unpack the outer one and add the folder";
            return Err(bad(reason.into()));
        }
        let mut member = self.zip.by_index(at).map_err(|error| match error {
            ZipError::UnsupportedArchive(text) if text.to_lowercase().contains("password") => {
                bad("it is encrypted; unpack the archive with its password and add the folder".into())
            }
            error => bad(format!("{error}; pack it again with deflate")),
        })?;
        let mut body = tempfile::SpooledTempFile::new(IN_MEMORY);
        let mut bounded = Bounded { reader: &mut member, left: self.budget };
        let copied = copy(&mut bounded, &mut body);
        let left = bounded.left;
        match copied {
            Ok(_) => {
                self.budget = left;
                Ok(Part { name: name.into(), format, body: Body::Spooled(body) })
            }
            Err(Failure::Read { error, .. }) if error.kind() == std::io::ErrorKind::QuotaExceeded => {
                Err(MemberError::Fatal(unreadable(&self.name, 0, &error)))
            }
            Err(Failure::Read { error, .. }) => Err(bad(format!("{error}; fetch or pack it again"))),
            Err(Failure::Write(source)) => {
                Err(MemberError::Fatal(RecordError::Io { doing: "unpack", path: name.into(), source }))
            }
        }
    }
}

/// A reader that fails when it gives more than it may.
struct Bounded<R> {
    reader: R,
    left: u64,
}

impl<R: std::io::Read> std::io::Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(bomb)?;
        Ok(read)
    }
}
