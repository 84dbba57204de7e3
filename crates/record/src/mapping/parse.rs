use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use regex::Regex;
use source::{Findings, SourceText};
use toml::de::{DeTable, DeValue};

use super::{Clean, Kind, Mapping, Template};
use crate::rules::{self, Codes, Reader, Value};

mod layout;

const KEYS: [&str; 15] = [
    "kind",
    "date_formats",
    "date_precision",
    "encoding",
    "delimiter",
    "sheet",
    "header",
    "columns",
    "constants",
    "values",
    "statement_types",
    "clean",
    "text",
    "page",
    "language",
];

const CODES: Codes =
    Codes { syntax: "mapping::syntax", kind: "mapping::type", authority: "mapping::authority" };

pub(super) fn parse(file: &Arc<SourceText>) -> Result<Mapping, Findings> {
    rules::parse(file, CODES, |reader, root| reader.mapping(root))
}

impl Reader<'_> {
    fn mapping(&mut self, root: &DeTable<'_>) -> Mapping {
        let mut mapping = Mapping { kind: self.kind(root), ..Mapping::default() };
        for (key, value) in root {
            match key.get_ref().as_ref() {
                "kind" => {}
                "date_formats" => mapping.date_formats = self.date_formats(value),
                "date_precision" => mapping.date_precision = self.date_precision(value),
                "encoding" => mapping.layout.encoding = self.encoding(value),
                "delimiter" => mapping.layout.delimiter = self.delimiter(value),
                "sheet" => mapping.layout.sheet = self.text(value),
                "header" => mapping.layout.header = self.header(value),
                "text" => self.text_layout(value, &mut mapping.layout),
                "page" => mapping.layout.page = self.page(value),
                "language" => mapping.languages = self.languages(value),
                "columns" => mapping.columns = self.columns(mapping.kind, value),
                "constants" => mapping.constants = self.constants(mapping.kind, value),
                "values" => mapping.values = self.values(mapping.kind, value),
                "statement_types" => mapping.statement_types = self.statement_types(value),
                "clean" => mapping.clean = self.clean(value),
                other => self.report(
                    "mapping::key",
                    format!("`{other}` is not known here"),
                    key.span(),
                    format!("a mapping has {}", KEYS.join(", ")),
                ),
            }
        }
        mapping
    }

    fn kind(&mut self, root: &DeTable<'_>) -> Kind {
        let Some(value) = root.get("kind") else { return Kind::Documents };
        match value.get_ref().as_str() {
            Some("documents") => Kind::Documents,
            Some("events") => Kind::Events,
            _ => {
                self.report(
                    "mapping::kind",
                    "this is no kind of table",
                    value.span(),
                    "write `kind = \"documents\"` or `kind = \"events\"`",
                );
                Kind::Documents
            }
        }
    }

    fn entries<'a>(&mut self, value: &'a Value<'a>) -> Vec<(String, Range<usize>, &'a Value<'a>)> {
        match value.get_ref() {
            DeValue::Table(table) => {
                table.iter().map(|(key, value)| (key.get_ref().to_string(), key.span(), value)).collect()
            }
            _ => {
                self.report("mapping::type", "expected a table", value.span(), "write it under [name]");
                Vec::new()
            }
        }
    }

    /// The entries whose key is one of our columns; the others are reported.
    fn by_column<'a>(&mut self, kind: Kind, value: &'a Value<'a>) -> Vec<(String, &'a Value<'a>)> {
        let mut known = Vec::new();
        for (column, at, value) in self.entries(value) {
            if kind.columns().contains(&column.as_str()) {
                known.push((column, value));
            } else {
                let help = format!("the columns of {} are {}", noun(kind), kind.columns().join(", "));
                self.report("mapping::column", format!("there is no column `{column}`"), at, help);
            }
        }
        known
    }

    fn date_formats(&mut self, value: &Value<'_>) -> Vec<String> {
        let mut formats = Vec::new();
        for item in self.list(value) {
            let Some(format) = self.text(item) else { continue };
            let day = jiff::civil::date(2022, 9, 8);
            match jiff::fmt::strtime::format(&format, day) {
                Ok(_) if format.contains('%') => formats.push(format),
                Ok(_) => self.report(
                    "mapping::date_format",
                    format!("`{format}` names no part of a date"),
                    item.span(),
                    "write for example \"%d %B %Y\"",
                ),
                Err(error) => self.report(
                    "mapping::date_format",
                    format!("`{format}` is no form of a date: {error}"),
                    item.span(),
                    "write for example \"%d %B %Y\"",
                ),
            }
        }
        formats
    }

    fn columns(&mut self, kind: Kind, value: &Value<'_>) -> BTreeMap<String, Template> {
        let mut columns = BTreeMap::new();
        for (column, value) in self.by_column(kind, value) {
            let Some(text) = self.text(value) else { continue };
            match Template::parse(&text) {
                Ok(template) => {
                    columns.insert(column, template);
                }
                Err(error) => self.report(
                    "mapping::template",
                    error,
                    value.span(),
                    "name a column of the file, or join several: \"{year}-09-20\"",
                ),
            }
        }
        columns
    }

    fn constants(&mut self, kind: Kind, value: &Value<'_>) -> BTreeMap<String, String> {
        let mut constants = BTreeMap::new();
        for (column, value) in self.by_column(kind, value) {
            if matches!(column.as_str(), "id" | "date") {
                self.report(
                    "mapping::constant",
                    format!("not every row can have the same {column}"),
                    value.span(),
                    format!("name the file's column under [columns]: {column} = \"…\""),
                );
                continue;
            }
            let number = match value.get_ref() {
                DeValue::Integer(number) => Some(number.as_str().to_string()),
                DeValue::Float(number) => Some(number.as_str().to_string()),
                _ => None,
            };
            if let Some(text) = number.or_else(|| self.text(value)) {
                constants.insert(column, text);
            }
        }
        constants
    }

    fn values(&mut self, kind: Kind, value: &Value<'_>) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut values = BTreeMap::new();
        for (column, value) in self.by_column(kind, value) {
            let mut recode = BTreeMap::new();
            for (theirs, _, ours) in self.entries(value) {
                if let Some(ours) = self.text(ours) {
                    recode.insert(theirs, ours);
                }
            }
            values.insert(column, recode);
        }
        values
    }

    fn statement_types(&mut self, value: &Value<'_>) -> BTreeMap<String, u8> {
        let mut levels = BTreeMap::new();
        for (name, _, value) in self.entries(value) {
            if let Some(level) = self.level(value, format!("write \"{name}\" = 1")) {
                levels.insert(name, level);
            }
        }
        levels
    }

    fn clean(&mut self, value: &Value<'_>) -> Vec<Clean> {
        let mut rules = Vec::new();
        for item in self.list(value) {
            rules.extend(self.clean_rule(item));
        }
        rules
    }

    fn clean_rule(&mut self, item: &Value<'_>) -> Option<Clean> {
        let (mut pattern, mut replace, mut columns) = (None, None, None);
        for (key, at, value) in self.entries(item) {
            match key.as_str() {
                "pattern" => pattern = self.pattern(value),
                "replace" => replace = self.text(value),
                "columns" => columns = Some(self.clean_columns(value)),
                other => self.report(
                    "mapping::key",
                    format!("`{other}` is not known here"),
                    at,
                    "a [[clean]] rule has pattern, replace, columns",
                ),
            }
        }
        let columns = columns.unwrap_or_else(|| vec!["title".into(), "text".into()]);
        match (pattern, replace) {
            (Some(pattern), Some(replace)) => Some(Clean { pattern, replace, columns }),
            (None, _) if !self.findings.any_error() => {
                self.report("mapping::clean", "the rule has no `pattern`", item.span(), "add pattern = '…'");
                None
            }
            (_, None) => {
                let help = "add replace = \"…\" (empty to delete)";
                self.report("mapping::clean", "the rule has no `replace`", item.span(), help);
                None
            }
            _ => None,
        }
    }

    fn pattern(&mut self, value: &Value<'_>) -> Option<Regex> {
        let text = self.text(value)?;
        match Regex::new(&text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let reason = error.to_string().lines().last().unwrap_or("").trim().to_string();
                let message = format!("the pattern is no regular expression: {reason}");
                self.report(
                    "mapping::pattern",
                    message,
                    value.span(),
                    "the syntax is that of the regex crate",
                );
                None
            }
        }
    }

    fn clean_columns(&mut self, value: &Value<'_>) -> Vec<String> {
        let mut columns = Vec::new();
        for item in self.list(value) {
            let Some(name) = self.text(item) else { continue };
            if matches!(name.as_str(), "title" | "text") {
                columns.push(name);
            } else {
                let message = format!("`{name}` is not cleaned");
                self.report("mapping::clean", message, item.span(), "rules apply to \"title\" and \"text\"");
            }
        }
        columns
    }
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Documents => "documents",
        Kind::Events => "events",
    }
}
