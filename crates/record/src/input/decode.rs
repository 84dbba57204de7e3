use std::io::{self, BufRead, ErrorKind, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, EUC_KR, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::unreadable;
use crate::RecordError;

/// Bytes read at a time.
const CHUNK: usize = 1 << 16;
/// Bytes after the first one beyond ASCII by which the encoding is told.
const SAMPLE: usize = 1 << 16;
/// Bytes before it that help to tell one Latin encoding from another.
const CONTEXT: usize = 64;
/// Stands in a row for bytes that are none of its encoding: no byte of UTF-8, so the row is set apart.
const UNDECODABLE: u8 = 0xFF;

/// The text of a file in UTF-8, decoded as it is read: memory for a few chunks.
///
/// The encoding is that of a byte-order mark, else the one named by the rules, else told by the bytes: all of
/// those known here agree on ASCII, so nothing need be decided before the first other byte, and what
/// follows it is looked at then. Bytes that cannot be decoded make their row undecodable, no others.
pub(crate) struct Decoded {
    name: String,
    reader: Box<dyn Read + Send>,
    state: State,
    encoding: &'static Encoding,
    raw: Vec<u8>,
    text: Vec<u8>,
    position: usize,
}

enum State {
    Start(Option<&'static Encoding>),
    /// Nothing but ASCII so far.
    Ascii,
    Utf8,
    Other(Box<Decoder>),
    Ended,
}

impl Decoded {
    pub(super) fn new(
        name: String,
        reader: impl Read + Send + 'static,
        forced: Option<&'static Encoding>,
    ) -> Self {
        let reader = Box::new(reader);
        let (raw, text) = (Vec::new(), Vec::new());
        Self { name, reader, state: State::Start(forced), encoding: UTF_8, raw, text, position: 0 }
    }

    /// What the file is written in, as far as it is known by now.
    pub(crate) fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// What is at hand; empty at the end.
    ///
    /// # Errors
    /// [`RecordError`] if the file breaks off; `rows` is how many were read before.
    pub(crate) fn chunk(&mut self, rows: u64) -> Result<&[u8], RecordError> {
        while self.position == self.text.len() && !matches!(self.state, State::Ended) {
            self.text.clear();
            self.position = 0;
            self.refill().map_err(|error| unreadable(&self.name, rows, &error))?;
        }
        Ok(&self.text[self.position..])
    }

    /// That many bytes of the chunk are done with.
    pub(crate) fn consume(&mut self, bytes: usize) {
        self.position = (self.position + bytes).min(self.text.len());
    }

    /// Reads until there are `most` bytes or the file ends; true at its end.
    fn read_raw(&mut self, most: usize) -> io::Result<bool> {
        let left = most.saturating_sub(self.raw.len()) as u64;
        self.reader.by_ref().take(left).read_to_end(&mut self.raw).map(|read| (read as u64) < left)
    }

    fn refill(&mut self) -> io::Result<()> {
        let ended = self.read_raw(CHUNK)?;
        if let State::Start(forced) = self.state {
            self.start(forced);
        }
        if matches!(self.state, State::Ascii)
            && let Some(first) = self.raw.iter().position(|byte| !byte.is_ascii())
        {
            let whole = self.read_raw(first + SAMPLE)?;
            self.begin(guess(&self.raw[first.saturating_sub(CONTEXT)..], whole));
            // What was read beyond a chunk is given out now; the end is found by the next read.
            return self.give(whole && ended);
        }
        self.give(ended)
    }

    /// Decides what the first bytes decide.
    fn start(&mut self, forced: Option<&'static Encoding>) {
        if let Some((encoding, length)) = Encoding::for_bom(&self.raw) {
            self.raw.drain(..length);
            return self.begin(encoding);
        }
        match forced.or_else(|| utf16(&self.raw)) {
            Some(encoding) => self.begin(encoding),
            None => self.state = State::Ascii,
        }
    }

    fn begin(&mut self, encoding: &'static Encoding) {
        self.encoding = encoding;
        self.state = if encoding == UTF_8 {
            State::Utf8
        } else {
            State::Other(Box::new(encoding.new_decoder_without_bom_handling()))
        };
    }

    fn give(&mut self, ended: bool) -> io::Result<()> {
        match &mut self.state {
            State::Other(decoder) => decode(decoder, &self.raw, ended, &mut self.text),
            _ => std::mem::swap(&mut self.text, &mut self.raw),
        }
        self.raw.clear();
        if ended {
            self.state = State::Ended;
        }
        Ok(())
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut chunk = self.fill_buf()?;
        let read = chunk.read(buffer)?;
        BufRead::consume(self, read);
        Ok(read)
    }
}

impl BufRead for Decoded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.chunk(0).map_err(|error| io::Error::new(ErrorKind::InvalidData, error.to_string()))
    }

    fn consume(&mut self, bytes: usize) {
        Decoded::consume(self, bytes);
    }
}

fn decode(decoder: &mut Decoder, mut raw: &[u8], ended: bool, text: &mut Vec<u8>) {
    loop {
        let start = text.len();
        let room =
            decoder.max_utf8_buffer_length_without_replacement(raw.len()).unwrap_or(raw.len() * 4 + 16);
        text.resize(start + room, 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(raw, &mut text[start..], ended);
        text.truncate(start + written);
        raw = &raw[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => text.push(UNDECODABLE),
        }
    }
}

/// The text of a page: its encoding is that of a byte-order mark, else `forced`, else the one `declared` in it
/// if the bytes bear it out, else told by the bytes.
///
/// # Errors
/// The encoding, if some bytes are none of it.
pub(crate) fn whole_text(
    bytes: &[u8],
    forced: Option<&'static Encoding>,
    declared: Option<&'static Encoding>,
) -> Result<(String, &'static Encoding), &'static Encoding> {
    let (encoding, skip) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, length),
        None => (forced.unwrap_or_else(|| of_whole(bytes, declared)), 0),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes[skip..]);
    text.map(|text| (text.into_owned(), encoding)).ok_or(encoding)
}

fn of_whole(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    let fits = |encoding: &&'static Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some()
    };
    if let Some(encoding) = declared.filter(fits) {
        return encoding;
    }
    utf16(bytes).unwrap_or_else(|| match bytes.iter().position(|byte| !byte.is_ascii()) {
        Some(first) => {
            let end = bytes.len().min(first + SAMPLE);
            guess(&bytes[first.saturating_sub(CONTEXT)..end], end == bytes.len())
        }
        None => UTF_8,
    })
}

/// UTF-16 without a byte-order mark: line feeds, commas and spaces put zeros into every other byte.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(4096)];
    let mut zeros = [0_usize; 2];
    for (position, _) in start.iter().enumerate().filter(|(_, byte)| **byte == 0) {
        zeros[position % 2] += 1;
    }
    let many = start.len() / 2 / 16;
    match zeros {
        [even, odd] if odd > many && even * 8 < odd => Some(UTF_16LE),
        [even, odd] if even > many && odd * 8 < even => Some(UTF_16BE),
        _ => None,
    }
}

/// By bytes that are not all ASCII. Damaged UTF-8 is still UTF-8: its bad rows are to be set apart, not
/// read as something else.
fn guess(sample: &[u8], whole: bool) -> &'static Encoding {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // Two bytes of Korean in EUC-KR are a character of UTF-8 by chance one time in ten, those of Latin letters never; the
    // sample may end within a character.
    if bad == 0 || good >= bad {
        return UTF_8;
    }
    if korean(sample) {
        return EUC_KR;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, whole);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether the bytes beyond ASCII come in pairs that are nearly all Hangul syllables of KS X 1001: a file with few of
/// them (a header in English, one Korean title) is too short for statistics.
fn korean(sample: &[u8]) -> bool {
    let (mut hangul, mut other) = (0_usize, 0_usize);
    let mut rest = sample;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if first.is_ascii() {
            continue;
        }
        match tail {
            [second, tail @ ..] if (0xB0..=0xC8).contains(first) && *second >= 0xA1 => {
                hangul += 1;
                rest = tail;
            }
            [second, tail @ ..] if *second >= 0xA1 => {
                other += 1;
                rest = tail;
            }
            _ => other += 1,
        }
    }
    hangul >= 2 && hangul >= 4 * other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], forced: Option<&'static Encoding>) -> (Vec<u8>, &'static Encoding) {
        let mut decoded = Decoded::new("a".into(), std::io::Cursor::new(bytes.to_vec()), forced);
        let mut text = Vec::new();
        decoded.read_to_end(&mut text).unwrap();
        (text, decoded.encoding())
    }

    #[test]
    fn encodings_are_told_by_the_bytes() {
        let korean = "date,title\n2022-09-08,조선반도의 비핵화\n";
        let french = "date,title\n2022-09-08,« Déclaration » à l’été\n";
        let cases = [
            (korean, encoding_rs::EUC_KR),
            (korean, UTF_8),
            (french, encoding_rs::WINDOWS_1252),
            (french, UTF_8),
        ];
        for (text, encoding) in cases {
            let (bytes, ..) = encoding.encode(text);
            assert_eq!(decoded(&bytes, None), (text.as_bytes().to_vec(), encoding), "{text}");
            // Long after the start, too.
            let late = format!("{}{text}", "x,y\n".repeat(100_000));
            let (bytes, ..) = encoding.encode(&late);
            assert_eq!(decoded(&bytes, None), (late.clone().into_bytes(), encoding), "late {text}");
            assert_eq!(whole_text(&bytes, None, None), Ok((late, encoding)));
        }
    }

    #[test]
    fn utf16_with_and_without_its_mark() {
        let text = "date,title\n2022-09-08,조선반도의 비핵화\n".repeat(3_000);
        for big in [false, true] {
            let pairs = text
                .encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            let plain: Vec<u8> = pairs.collect();
            let marked = [if big { vec![0xFE, 0xFF] } else { vec![0xFF, 0xFE] }, plain.clone()].concat();
            for bytes in [plain, marked] {
                let (found, encoding) = decoded(&bytes, None);
                assert!(found == text.as_bytes(), "{}", String::from_utf8_lossy(&found[..40]));
                assert_eq!(encoding, if big { UTF_16BE } else { UTF_16LE });
            }
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_marked_and_a_forced_encoding_is_used() {
        assert_eq!(decoded(b"ab\x81\xFFcd", Some(EUC_KR)).0, b"ab\xFFcd");
        assert_eq!(decoded(b"caf\xE9", Some(encoding_rs::WINDOWS_1252)).0, "café".as_bytes());
        let damaged = [&b"x\xC3("[..], "가나다라마".as_bytes()].concat();
        assert_eq!(decoded(&damaged, None), (damaged.clone(), UTF_8));
        assert_eq!(whole_text(b"\xB0\xA1\x81\xFF", Some(EUC_KR), None), Err(EUC_KR));
    }
}
