//! A plain text: one document, its date and title taken from the name of the file and from its first lines.

use crate::RecordError;
use crate::date::{date_in_name, parse_date};
use crate::input::{LARGEST_WHOLE, Part, whole_text};
use crate::mapping::Layout;
use crate::read::held::HeldRows;
use crate::read::jsonl::not_decoded;

const COLUMNS: [&str; 5] = ["name", "path", "date", "title", "text"];
/// A first line longer than this is a paragraph, not a title.
const LONGEST_TITLE: usize = 300;
/// A line longer than this is no date.
const LONGEST_DATE: usize = 60;

pub(crate) fn rows(part: Part, layout: &Layout) -> Result<HeldRows, RecordError> {
    let path = part.name.clone();
    let bytes = part.bytes(LARGEST_WHOLE)?;
    Ok(match whole_text(&bytes, layout.encoding, None) {
        Ok((text, encoding)) => HeldRows::one(values(&path, &text, layout)).written_in(encoding),
        Err(encoding) => {
            let reason = not_decoded(encoding, undecodable(&bytes, encoding));
            HeldRows::bad(&COLUMNS, reason).written_in(encoding)
        }
    })
}

/// The first byte that is none of the encoding.
pub(crate) fn undecodable(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> usize {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(0));
    decoder.decode_to_string_without_replacement(bytes, &mut text, true).1.saturating_sub(1)
}

fn values(path: &str, text: &str, layout: &Layout) -> Vec<(String, Option<String>)> {
    let name = name_of(path);
    let mut found = named(layout.name.as_ref(), &name);
    let mut rest = text.trim_start_matches(['\u{FEFF}', '\n', '\r']);
    if let Some(pattern) = &layout.first_line {
        let line = first_line(rest);
        let groups = named(Some(pattern), line.trim());
        if !groups.is_empty() {
            rest = &rest[line.len()..];
        }
        found.extend(groups);
    }
    let has = |found: &[(String, Option<String>)], column: &str| found.iter().any(|(name, _)| name == column);
    // A date may stand above the title or below it.
    let mut date = date_in_name(&name).map(|date| date.to_string());
    let mut above = |rest: &mut &str| {
        if date.is_none()
            && let Some((line, body)) = dated(rest)
        {
            (date, *rest) = (Some(line), body);
        }
    };
    above(&mut rest);
    if !has(&found, "title")
        && let Some((title, body)) = titled(rest)
    {
        found.push(("title".into(), Some(title)));
        rest = body;
    }
    above(&mut rest);
    if !has(&found, "date") {
        found.push(("date".into(), date));
    }
    for (column, value) in [("text", rest.trim()), ("name", name.as_str()), ("path", path), ("title", "")] {
        if !has(&found, column) {
            found.push((column.into(), (!value.is_empty()).then(|| value.to_string())));
        }
    }
    found
}

/// The file's name without folders and endings.
pub(crate) fn name_of(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_string()
}

/// The named groups of a pattern where it matches.
pub(crate) fn named(pattern: Option<&regex::Regex>, text: &str) -> Vec<(String, Option<String>)> {
    let Some(pattern) = pattern else { return Vec::new() };
    let Some(groups) = pattern.captures(text) else { return Vec::new() };
    let value = |name: &str| groups.name(name).map(|group| group.as_str().to_string());
    pattern.capture_names().flatten().map(|name| (name.to_string(), value(name))).collect()
}

/// Up to its line feed.
fn first_line(text: &str) -> &str {
    text.find('\n').map_or(text, |end| &text[..=end])
}

/// The title and what follows: a short first line with something after it.
fn titled(text: &str) -> Option<(String, &str)> {
    let line = first_line(text);
    let rest = &text[line.len()..];
    let title = line.trim();
    let fits = !title.is_empty() && title.chars().count() <= LONGEST_TITLE && !rest.trim().is_empty();
    fits.then(|| (title.to_string(), rest))
}

/// A next line that is a date and nothing else, and what follows.
fn dated(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let line = first_line(text);
    let date = unbracketed(line.trim());
    (date.len() <= LONGEST_DATE && parse_date(date, &[]).is_ok())
        .then(|| (date.to_string(), &text[line.len()..]))
}

/// Without the brackets around all of it.
pub(crate) fn unbracketed(text: &str) -> &str {
    let inner = |(open, close)| text.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
    [('(', ')'), ('[', ']')].into_iter().find_map(inner).map_or(text, str::trim)
}
