//! The keys that say how files are written.

use encoding_rs::Encoding;
use toml::de::DeValue;

use crate::date::Precision;
use crate::mapping::{Languages, Layout, Page};
use crate::rules::{Reader, Value};

impl Reader<'_> {
    pub(super) fn date_precision(&mut self, value: &Value<'_>) -> Precision {
        match value.get_ref().as_str() {
            Some("day") => Precision::Day,
            Some("month") => Precision::Month,
            Some("year") => Precision::Year,
            _ => {
                let help = "write \"day\", \"month\" or \"year\"";
                self.report("mapping::date_precision", "this is no precision of dates", value.span(), help);
                Precision::Day
            }
        }
    }

    pub(super) fn encoding(&mut self, value: &Value<'_>) -> Option<&'static Encoding> {
        let label = self.text(value)?;
        // CP949 is what Windows calls its EUC-KR.
        let found = match label.to_lowercase().as_str() {
            "cp949" | "uhc" | "ms949" => Some(encoding_rs::EUC_KR),
            "utf-16" | "utf16" => Some(encoding_rs::UTF_16LE),
            _ => Encoding::for_label(label.as_bytes()),
        };
        if found.is_none() {
            let help = "write for example \"utf-8\", \"utf-16le\", \"euc-kr\", \"cp949\", \"windows-1252\" or \"latin1\"";
            self.report(
                "mapping::encoding",
                format!("`{label}` is no encoding known here"),
                value.span(),
                help,
            );
        }
        found
    }

    pub(super) fn delimiter(&mut self, value: &Value<'_>) -> Option<u8> {
        let text = self.text(value)?;
        match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(*byte),
            _ => {
                let message = format!("`{text}` cannot separate cells");
                let help = "write one character: \",\", \";\", \"|\" or \"\\t\"";
                self.report("mapping::delimiter", message, value.span(), help);
                None
            }
        }
    }

    pub(super) fn header(&mut self, value: &Value<'_>) -> usize {
        let row = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok().filter(|row| (1..=1000).contains(row)),
            _ => None,
        };
        row.unwrap_or_else(|| {
            let message = "the row of the header is a whole number from 1 to 1000";
            self.report("mapping::header", message, value.span(), "write `header = 1`, or leave it out");
            1
        })
    }

    pub(super) fn text_layout(&mut self, value: &Value<'_>, layout: &mut Layout) {
        for (key, at, value) in self.entries(value) {
            let pattern = match key.as_str() {
                "name" | "first_line" => self.pattern(value),
                other => {
                    let message = format!("`{other}` is not known here");
                    self.report("mapping::key", message, at, "[text] has name and first_line");
                    continue;
                }
            };
            let Some(pattern) = pattern else { continue };
            if pattern.capture_names().flatten().next().is_none() {
                let help = "name what it finds: '(?<date>\\d{8})_(?<title>.*)'";
                self.report("mapping::pattern", "the pattern has no named group", value.span(), help);
            }
            match key.as_str() {
                "name" => layout.name = Some(pattern),
                _ => layout.first_line = Some(pattern),
            }
        }
    }

    pub(super) fn page(&mut self, value: &Value<'_>) -> Page {
        let mut page = Page::default();
        for (key, at, value) in self.entries(value) {
            let part = match key.as_str() {
                "title" => &mut page.title,
                "date" => &mut page.date,
                "text" => &mut page.text,
                other => {
                    let message = format!("`{other}` is not known here");
                    self.report("mapping::key", message, at, "[page] has title, date and text");
                    continue;
                }
            };
            let Some(selector) = self.text(value) else { continue };
            if dom_query::Matcher::new(&selector).is_err() {
                let message = format!("`{selector}` is no CSS selector");
                self.report(
                    "mapping::selector",
                    message,
                    value.span(),
                    "write for example \"div.article p\"",
                );
            } else {
                *part = Some(selector);
            }
        }
        page
    }

    pub(super) fn languages(&mut self, value: &Value<'_>) -> Languages {
        let mut languages = Languages::default();
        for (key, at, value) in self.entries(value) {
            match (key.as_str(), value.get_ref()) {
                ("detect", DeValue::Boolean(true)) => languages = Languages::Detected,
                ("detect", DeValue::Boolean(false)) => languages = Languages::AsGiven,
                ("detect", _) => {
                    self.report(
                        "mapping::type",
                        "expected true or false",
                        value.span(),
                        "write `detect = false`",
                    );
                }
                (other, _) => {
                    self.report(
                        "mapping::key",
                        format!("`{other}` is not known here"),
                        at,
                        "[language] has detect",
                    );
                }
            }
        }
        languages
    }
}
