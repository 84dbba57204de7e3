//! A page: one document. Its main text is found as the reading view of a browser finds it (Readability), title and date in what
//! the page says of itself.

use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use jiff::civil::Date;
use regex::bytes::Regex;

use crate::RecordError;
use crate::date::{date_in_name, parse_date};
use crate::input::{Part, whole_text};
use crate::mapping::Layout;
use crate::read::held::HeldRows;
use crate::read::jsonl::not_decoded;
use crate::read::text::{name_of, named, unbracketed, undecodable};

/// Most bytes of a page.
const LARGEST_PAGE: u64 = 16 << 20;
/// Deepest element that is read; browsers stop at 512.
const DEPTH: usize = 512;
/// Longest text of an element that is taken for a date.
const LONGEST_DATE: usize = 60;

const COLUMNS: [&str; 9] = ["name", "path", "date", "title", "text", "author", "site", "language", "link"];

pub(crate) fn rows(part: Part, layout: &Layout) -> Result<HeldRows, RecordError> {
    let path = part.name.clone();
    let bytes = part.bytes(LARGEST_PAGE)?;
    let (html, encoding) = match whole_text(&bytes, layout.encoding, declared(&bytes)) {
        Ok(found) => found,
        Err(encoding) => {
            let reason = not_decoded(encoding, undecodable(&bytes, encoding));
            return Ok(HeldRows::bad(&COLUMNS, reason).written_in(encoding));
        }
    };
    // What a page can hold is without limits; a panic of the library is a page that cannot be read.
    let page = std::panic::catch_unwind(AssertUnwindSafe(|| page(&path, &html, layout)));
    let rows =
        match page.unwrap_or_else(|_| Err("the page cannot be taken apart; save its text as .txt".into())) {
            Ok(values) => HeldRows::one(values),
            Err(reason) => HeldRows::bad(&COLUMNS, reason),
        };
    Ok(rows.written_in(encoding))
}

/// The encoding that the page names in its first bytes.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    static CHARSET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:.-]+)"#).expect("a pattern")
    });
    let start = &bytes[..bytes.len().min(4096)];
    CHARSET.captures(start).and_then(|found| Encoding::for_label(found.get(1)?.as_bytes()))
}

fn page(path: &str, html: &str, layout: &Layout) -> Result<Vec<(String, Option<String>)>, String> {
    if html.trim().is_empty() {
        return Err("the page is empty; fetch it again".into());
    }
    let document = Document::from(html);
    if deeper_than(&document, DEPTH) {
        return Err(format!(
            "its elements stand more than {DEPTH} deep in each other; save its text as .txt"
        ));
    }
    let name = name_of(path);
    let mut found = named(layout.name.as_ref(), &name);
    let picked = |selector: &Option<String>| {
        let selector = selector.as_deref()?;
        let texts: Vec<String> =
            document.select(selector).iter().map(|s| tidy(&s.formatted_text())).collect();
        Some(texts.join("\n\n").trim().to_string()).filter(|text| !text.is_empty())
    };
    let (title, date, text) =
        (picked(&layout.page.title), picked(&layout.page.date), picked(&layout.page.text));
    if layout.page.text.is_some() && text.is_none() {
        return Err(
            "the page has nothing where the rules say its text stands; correct `text` under [page]".into()
        );
    }
    let date = match date {
        Some(date) => Some(date),
        None => date_of(&document)?.or_else(|| date_in_name(&name).map(|date| date.to_string())),
    };
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let mut reader =
        Readability::with_document(document, None, Some(config)).map_err(|error| error.to_string())?;
    let metadata = reader.get_article_metadata(reader.parse_json_ld());
    let text = match text {
        Some(text) => text,
        None => reader
            .parse()
            .map(|article| tidy(&article.text_content))
            .ok()
            .filter(|text| !text.is_empty())
            .ok_or(
                "the page has no main text; name where it stands: `text = \"css selector\"` under [page]",
            )?,
    };
    let given = |text: &str| (!text.trim().is_empty()).then(|| tidy(text));
    for (column, value) in [
        ("date", date),
        ("title", title.or_else(|| given(&metadata.title))),
        ("text", Some(text)),
        ("author", metadata.byline.as_deref().and_then(given)),
        ("site", metadata.site_name.as_deref().and_then(given)),
        ("language", metadata.lang.as_deref().and_then(language)),
        ("link", metadata.url.as_deref().and_then(given)),
        ("name", Some(name)),
        ("path", Some(path.to_string())),
    ] {
        if !found.iter().any(|(name, _)| name == column) {
            found.push((column.into(), value));
        }
    }
    Ok(found)
}

/// `en-US` is English.
pub(crate) fn language(tag: &str) -> Option<String> {
    let tag = tag.trim().split(['-', '_']).next().unwrap_or("").to_lowercase();
    (matches!(tag.len(), 2 | 3) && tag.bytes().all(|byte| byte.is_ascii_lowercase())).then_some(tag)
}

/// The page without markup, for the parts of a feed that hold some.
pub(crate) fn text_of_markup(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return tidy(html);
    }
    let document = Document::fragment(html);
    if deeper_than(&document, DEPTH) {
        return String::new();
    }
    document.select("script, style").remove();
    tidy(&document.formatted_text())
}

/// Lines without space at their ends, at most one of them empty in a row.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for line in text.lines().map(str::trim) {
        if line.is_empty() && (tidied.is_empty() || tidied.ends_with("\n\n")) {
            continue;
        }
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied.truncate(tidied.trim_end().len());
    tidied
}

/// Walked without recursion: what follows may recurse as deep as the page does.
fn deeper_than(document: &Document, most: usize) -> bool {
    let mut left: Vec<(NodeRef<'_>, usize)> = vec![(document.root(), 0)];
    while let Some((node, depth)) = left.pop() {
        if depth > most {
            return true;
        }
        left.extend(node.children_it(false).map(|child| (child, depth + 1)));
    }
    false
}

/// What the page says of its day, the surest first.
///
/// # Errors
/// What it says, if that is several days.
fn date_of(document: &Document) -> Result<Option<String>, String> {
    const META: &str = "meta[property='article:published_time'], meta[itemprop='datePublished'], meta[name='date'], \
        meta[name='pubdate'], meta[name='publishdate'], meta[name='publish_date'], meta[name='DC.date' i], \
        meta[name='DC.date.issued' i], meta[name='dcterms.date' i], meta[name='dcterms.created' i], \
        meta[name='sailthru.date'], meta[name='parsely-pub-date'], meta[property='og:published_time']";
    let stated =
        document.select(META).iter().find_map(|meta| meta.attr("content").map(|text| text.to_string()));
    if let Some(stated) = stated.filter(|text| !text.trim().is_empty()) {
        return Ok(Some(stated));
    }
    static PUBLISHED: LazyLock<regex::Regex> =
        LazyLock::new(|| regex::Regex::new(r#""datePublished"\s*:\s*"([^"]{4,60})""#).expect("a pattern"));
    for script in document.select("script[type='application/ld+json']").iter() {
        if let Some(found) = PUBLISHED.captures(&script.text()) {
            return Ok(Some(found[1].to_string()));
        }
    }
    let times = |selector: &str| -> Vec<String> {
        let stated = document.select(selector).iter().map(|time| {
            let datetime = ["datetime", "content"].iter().find_map(|name| time.attr(name));
            datetime.unwrap_or_else(|| time.text()).trim().to_string()
        });
        stated.filter(|text| !text.is_empty() && text.chars().count() <= LONGEST_DATE).collect()
    };
    for selector in ["[itemprop='datePublished'], time[pubdate]", "article time, main time", "time"] {
        let mut found = times(selector);
        found.dedup();
        match &found[..] {
            [] => {}
            [one] => return Ok(Some(one.clone())),
            several => return unique(several).map(|date| date.map(|date| date.to_string())),
        }
    }
    let labelled = times("[class*='date' i], [id*='date' i], [class*='time' i], [class*='publish' i]");
    Ok(unique(&labelled)?.map(|date| date.to_string()))
}

/// The one day of the texts that are days.
fn unique(texts: &[String]) -> Result<Option<Date>, String> {
    let plain = |text: &String| parse_date(unbracketed(text.trim()), &[]).ok();
    let mut dates: Vec<Date> = texts.iter().filter_map(plain).collect();
    dates.sort_unstable();
    dates.dedup();
    match dates[..] {
        [] => Ok(None),
        [date] => Ok(Some(date)),
        [first, second, ..] => Err(format!(
            "the page names several days ({first}, {second}); say which is its own: `date = \"css selector\"` under [page]"
        )),
    }
}
