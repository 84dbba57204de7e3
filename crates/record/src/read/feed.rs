//! Entries of RSS 0.9 to 2.0 and Atom. Read event by event, because a bad entry must be set apart with its line, and a date
//! that is none must be shown as it stands.

use std::borrow::Cow;

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::RecordError;
use crate::input::{LARGEST_WHOLE, Part, whole_text};
use crate::mapping::Layout;
use crate::read::held::HeldRows;
use crate::read::html::{language, text_of_markup};
use crate::read::jsonl::not_decoded;
use crate::read::raw::{Raw, present};
use crate::read::text::undecodable;

const COLUMNS: [&str; 9] = ["id", "date", "title", "text", "link", "author", "category", "language", "feed"];
/// Deepest element that is read.
const DEPTH: usize = 256;

/// What the elements of an entry say; of several candidates, the first in the order of these fields.
#[derive(Debug, Default)]
struct Entry {
    line: u64,
    id: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    title: Option<String>,
    content: Option<String>,
    summary: Option<String>,
    link: Option<String>,
    author: Option<String>,
    category: Option<String>,
    language: Option<String>,
}

pub(crate) fn rows(part: Part, layout: &Layout) -> Result<HeldRows, RecordError> {
    let name = part.name.clone();
    let bytes = part.bytes(LARGEST_WHOLE)?;
    let (text, encoding) = whole_text(&bytes, layout.encoding, declared(&bytes)).map_err(|encoding| {
        RecordError::malformed(&name, not_decoded(encoding, undecodable(&bytes, encoding)))
    })?;
    let rows = entries(&text).map_err(|reason| RecordError::malformed(&name, reason))?;
    Ok(HeldRows::new(COLUMNS.map(String::from).to_vec(), rows).written_in(encoding))
}

/// The encoding named in the XML declaration.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(200)];
    let text = String::from_utf8_lossy(start);
    let rest = text.split_once("encoding=")?.1.trim_start_matches(['"', '\'']);
    Encoding::for_label(rest.split(['"', '\'']).next()?.as_bytes())
}

/// The state while events go by.
#[derive(Default)]
struct Walk {
    /// Local names of the open elements.
    open: Vec<String>,
    entry: Option<Entry>,
    /// Text of the open element of an entry or of the feed.
    text: String,
    title: Option<String>,
    language: Option<String>,
    rows: Vec<Raw>,
    is_feed: bool,
    /// While markup of an XHTML element is collected: the depth at which it began.
    markup: Option<usize>,
}

fn entries(text: &str) -> Result<Vec<Raw>, String> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // Entries stand in thousands of feeds that no strict reader would accept.
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_dangling_amp = true;
    let (mut line, mut counted) = (1_u64, 0_usize);
    let mut walk = Walk::default();
    loop {
        let at = (reader.buffer_position() as usize).min(text.len());
        line += text.as_bytes()[counted.min(at)..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        counted = counted.max(at);
        let event = reader
            .read_event()
            .map_err(|error| format!("it is no well-formed XML at line {line} ({error}); fetch it again"))?;
        match event {
            Event::Start(element) => walk.start(&element, line)?,
            Event::End(_) => walk.end(),
            Event::Text(text) => walk.text.push_str(&text.xml10_content()),
            Event::CData(text) => walk.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten();
                match character {
                    Some(character) => walk.text.push(character),
                    None => walk.text.push_str(&entity(&reference.xml10_content())),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !walk.is_feed {
        return Err("it is XML but no RSS or Atom feed; write its entries as JSONL or CSV".into());
    }
    if !walk.open.is_empty() {
        return Err(format!("it breaks off within `{}`; fetch it again", walk.open.join("/")));
    }
    Ok(walk.rows)
}

fn entity(name: &str) -> Cow<'static, str> {
    match name {
        "lt" => "<".into(),
        "gt" => ">".into(),
        "amp" => "&".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        // Names of HTML are resolved where markup is turned to text.
        other => format!("&{other};").into(),
    }
}

impl Walk {
    fn start(&mut self, element: &BytesStart<'_>, line: u64) -> Result<(), String> {
        let name = element.local_name().as_ref().to_string();
        if self.open.len() >= DEPTH {
            return Err(format!("at line {line} its elements stand more than {DEPTH} deep in each other"));
        }
        self.open.push(name.clone());
        if self.markup.is_some() {
            // Blocks of XHTML become lines.
            self.text.push(if matches!(name.as_str(), "p" | "div" | "br" | "li") { '\n' } else { ' ' });
            return Ok(());
        }
        self.text.clear();
        let attribute = |wanted: &str| {
            let found = element.attributes().with_checks(false).flatten().find(|a| a.key.as_ref() == wanted);
            found.map(|a| {
                let value: &str = &a.value;
                quick_xml::escape::unescape(value).map_or_else(|_| value.to_string(), Cow::into_owned)
            })
        };
        match name.as_str() {
            "rss" | "feed" | "RDF" => {
                self.is_feed = true;
                self.language = self.language.take().or_else(|| attribute("xml:lang"));
            }
            "item" | "entry" if self.entry.is_none() => {
                self.entry = Some(Entry {
                    line,
                    id: attribute("rdf:about"),
                    language: attribute("xml:lang"),
                    ..Entry::default()
                });
            }
            "link" => {
                let (href, rel) = (attribute("href"), attribute("rel"));
                if let (Some(entry), Some(href)) = (&mut self.entry, href)
                    && (entry.link.is_none() || rel.as_deref() == Some("alternate"))
                {
                    entry.link = Some(href);
                }
            }
            "category" => {
                if let (Some(entry), Some(term)) = (&mut self.entry, attribute("term")) {
                    entry.category.get_or_insert(term);
                }
            }
            "content" | "summary" | "title" if attribute("type").as_deref() == Some("xhtml") => {
                self.markup = Some(self.open.len());
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self) {
        let depth = self.open.len();
        let Some(name) = self.open.pop() else { return };
        match self.markup {
            Some(began) if depth > began => return,
            _ => self.markup = None,
        }
        let text = std::mem::take(&mut self.text);
        let parent = self.open.last().map_or("", String::as_str);
        let Some(entry) = &mut self.entry else {
            if matches!(parent, "channel" | "feed") {
                match name.as_str() {
                    "title" => self.title = self.title.take().or_else(|| present(&text)),
                    "language" => self.language = self.language.take().or_else(|| present(&text)),
                    _ => {}
                }
            }
            return;
        };
        if matches!(name.as_str(), "item" | "entry") && !matches!(parent, "item" | "entry") {
            let entry = std::mem::take(entry);
            self.entry = None;
            self.rows.push(self.row(entry));
            return;
        }
        let slot = match (name.as_str(), parent) {
            ("guid" | "id", "item" | "entry") => &mut entry.id,
            ("pubDate" | "published" | "date" | "issued" | "created", _) => &mut entry.published,
            ("updated" | "modified", _) => &mut entry.updated,
            ("title", "item" | "entry") => &mut entry.title,
            ("encoded" | "content", _) => &mut entry.content,
            ("description" | "summary", "item" | "entry") => &mut entry.summary,
            ("link", "item" | "entry") => &mut entry.link,
            ("author" | "creator", "item" | "entry") | ("name", "author") => &mut entry.author,
            ("category" | "subject", "item" | "entry") => &mut entry.category,
            ("language", "item" | "entry") => &mut entry.language,
            _ => return,
        };
        *slot = slot.take().or_else(|| present(&text));
    }

    fn row(&self, entry: Entry) -> Raw {
        let trimmed = |text: Option<String>| text.and_then(|text| present(text.trim()));
        let plain = |text: Option<String>| text.and_then(|text| present(&text_of_markup(&text)));
        let spoken = entry.language.or_else(|| self.language.clone());
        let values = vec![
            trimmed(entry.id),
            trimmed(entry.published.or(entry.updated)),
            plain(entry.title),
            plain(entry.content).or_else(|| plain(entry.summary)),
            trimmed(entry.link),
            plain(entry.author),
            trimmed(entry.category),
            spoken.as_deref().and_then(language),
            self.title.clone().map(|title| title.trim().to_string()),
        ];
        Raw { row: entry.line, values: Ok(values) }
    }
}
