use encoding_rs::{Encoding, UTF_8};
use serde_json::{Map, Value};

use crate::RecordError;
use crate::input::{Decoded, Part};
use crate::read::raw::{LONGEST_ROW, Raw, present};

/// One JSON object a line.
pub(crate) struct JsonlRows {
    reader: Decoded,
    line: u64,
    rows: u64,
    buffer: Vec<u8>,
    wanted: Vec<String>,
}

enum Line {
    Held,
    /// Longer than is held; so many bytes.
    TooLong(u64),
}

impl JsonlRows {
    pub(crate) fn open(part: Part, encoding: Option<&'static Encoding>) -> Result<Self, RecordError> {
        let reader = part.text(encoding)?;
        Ok(Self { reader, line: 0, rows: 0, buffer: Vec::new(), wanted: Vec::new() })
    }

    pub(crate) fn encoding(&self) -> &'static Encoding {
        self.reader.encoding()
    }

    pub(crate) fn want(&mut self, columns: Vec<String>) {
        self.wanted = columns;
    }

    pub(crate) fn next(&mut self) -> Result<Option<Raw>, RecordError> {
        while let Some(line) = self.read_line()? {
            let values = match line {
                Line::TooLong(bytes) => Err(too_long(bytes)),
                Line::Held if self.buffer.trim_ascii().is_empty() => continue,
                Line::Held => values(&self.buffer, &self.wanted, self.reader.encoding()),
            };
            self.rows += 1;
            return Ok(Some(Raw { row: self.line, values }));
        }
        Ok(None)
    }

    /// The names of the first object, for guessing what the file holds.
    pub(crate) fn first_names(mut self) -> Result<Vec<String>, RecordError> {
        while let Some(line) = self.read_line()? {
            if let (Line::Held, Ok(object)) = (line, serde_json::from_slice::<Map<_, _>>(&self.buffer)) {
                return Ok(object.into_iter().map(|(name, _)| name).collect());
            }
        }
        Ok(Vec::new())
    }

    /// Reads to the next line feed into the buffer; what is longer than a row may be is passed over.
    fn read_line(&mut self) -> Result<Option<Line>, RecordError> {
        self.buffer.clear();
        let mut bytes = 0_u64;
        loop {
            let chunk = self.reader.chunk(self.rows)?;
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|&byte| byte == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            bytes += part.len() as u64;
            if bytes <= LONGEST_ROW as u64 {
                self.buffer.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() {
                return Ok(Some(self.finish_line(bytes)));
            }
        }
        Ok((bytes > 0).then(|| self.finish_line(bytes)))
    }

    fn finish_line(&mut self, bytes: u64) -> Line {
        self.line += 1;
        if bytes <= LONGEST_ROW as u64 {
            return Line::Held;
        }
        self.buffer = Vec::new();
        Line::TooLong(bytes)
    }
}

pub(crate) fn too_long(bytes: u64) -> String {
    format!(
        "the row has {} MB, more than the {} MB that a row may have; split it into documents",
        bytes >> 20,
        LONGEST_ROW >> 20
    )
}

fn values(
    line: &[u8],
    wanted: &[String],
    encoding: &'static Encoding,
) -> Result<Vec<Option<String>>, String> {
    let text = std::str::from_utf8(line).map_err(|error| not_decoded(encoding, error.valid_up_to()))?;
    let mut object = match serde_json::from_str(text) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err("the line is JSON but no object; write {\"date\": …, \"title\": …}".into()),
        Err(error) => return Err(format!("the line is no JSON object: {}", plain(&error))),
    };
    let mut values: Vec<Option<String>> = Vec::with_capacity(wanted.len());
    for name in wanted {
        let value = object.get_mut(name).map_or(Value::Null, Value::take);
        values.push(text_of(name, value)?);
    }
    Ok(values)
}

fn text_of(name: &str, value: Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(if text.trim().is_empty() { None } else { Some(text) }),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(truth) => Ok(Some(truth.to_string())),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            Ok(present(&items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")))
        }
        Value::Array(_) | Value::Object(_) => {
            Err(format!("`{name}` holds a list or an object; write text or a number"))
        }
    }
}

/// The message without the line, which is always 1: each line is parsed alone.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    format!("{message} at column {}; correct it or delete the line", error.column())
}

pub(crate) fn not_decoded(encoding: &'static Encoding, at: usize) -> String {
    let at = at + 1;
    if encoding == UTF_8 {
        return format!(
            "the row is not UTF-8 (at its byte {at}); save the file as UTF-8, or name what it is written in: \
             `encoding = \"euc-kr\"` in the rules"
        );
    }
    let name = encoding.name();
    format!(
        "the row is not {name}, in which the file seems to be written (at its byte {at}); \
         correct it, or name another `encoding` in the rules"
    )
}
