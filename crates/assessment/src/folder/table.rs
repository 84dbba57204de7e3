//! Reading TOML so that every value keeps its place and every mistake is reported, not only the first.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use measure::{EstimativeWord, Formula};
use source::{Finding, Findings, Place, SourceText};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// A parsed file; syntax errors are findings, and what could be read is kept.
pub struct File<'t> {
    file: Arc<SourceText>,
    table: Spanned<DeTable<'t>>,
    findings: RefCell<Findings>,
}

impl<'t> File<'t> {
    /// Parses `file`, whose text must outlive the result.
    pub fn parse(file: &'t Arc<SourceText>) -> Self {
        let (table, errors) = DeTable::parse_recoverable(&file.text);
        let mut findings = Findings::new();
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let message = error.message().trim().to_lowercase();
            findings.push(Finding::error("toml::syntax", message, &Place::new(file, span)).help(
                "strings stand in double quotes, lists in [ ], tables in { } on one line or under [name]",
            ));
        }
        Self { file: Arc::clone(file), table, findings: RefCell::new(findings) }
    }

    /// The top of the file.
    pub fn root(&self) -> Table<'_> {
        Table::new(&self.file, &self.findings, self.table.get_ref(), Place::new(&self.file, 0..0))
    }

    /// How much was found so far.
    pub fn found(&self) -> usize {
        self.findings.borrow().len()
    }

    /// All that was found while reading.
    pub fn into_findings(self) -> Findings {
        self.findings.into_inner()
    }
}

/// A table being read. Keys that nobody asked for are reported when it is dropped.
pub struct Table<'f> {
    file: &'f Arc<SourceText>,
    findings: &'f RefCell<Findings>,
    table: &'f DeTable<'f>,
    place: Place,
    asked: RefCell<BTreeSet<&'static str>>,
    open: RefCell<bool>,
}

/// A value being read.
#[derive(Clone)]
pub struct Item<'f> {
    file: &'f Arc<SourceText>,
    findings: &'f RefCell<Findings>,
    value: &'f DeValue<'f>,
    /// Where it stands.
    pub place: Place,
}

impl<'f> Table<'f> {
    fn new(
        file: &'f Arc<SourceText>,
        findings: &'f RefCell<Findings>,
        table: &'f DeTable<'f>,
        place: Place,
    ) -> Self {
        Self { file, findings, table, place, asked: RefCell::default(), open: RefCell::new(false) }
    }

    /// Where the table begins.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Reports a problem.
    pub fn report(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// Says that somebody else reads the other keys.
    pub fn leave_open(&self) {
        *self.open.borrow_mut() = true;
    }

    /// The table itself and its file, for a reader that reports at places of its own; it names unknown keys too.
    pub fn raw(&self) -> (&'f DeTable<'f>, &'f Arc<SourceText>) {
        self.leave_open();
        (self.table, self.file)
    }

    /// The value of `key`.
    pub fn get(&self, key: &'static str) -> Option<Item<'f>> {
        self.asked.borrow_mut().insert(key);
        self.table.get(key).map(|value| self.item(value))
    }

    /// As [`Table::get`]; a missing key is an error whose help is `expected`.
    pub fn require(&self, key: &'static str, expected: &str) -> Option<Item<'f>> {
        let item = self.get(key);
        if item.is_none() {
            self.report(
                Finding::error("toml::missing", format!("`{key}` is missing"), &self.place)
                    .label("in this table")
                    .help(format!("add `{key} = {expected}`")),
            );
        }
        item
    }

    /// All entries, for tables whose keys are the user's own names. In the order of the file.
    pub fn entries(&self) -> Vec<(At<String>, Item<'f>)> {
        *self.open.borrow_mut() = true;
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| {
                let name = At { value: key.get_ref().to_string(), place: Place::new(self.file, key.span()) };
                (name, self.item(value))
            })
            .collect();
        entries.sort_by_key(|(name, _)| name.place.span().start);
        entries
    }

    /// The tables under `[[key]]`.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'f>> {
        let Some(item) = self.get(key) else { return Vec::new() };
        item.list().into_iter().filter_map(|item| item.table()).collect()
    }

    /// A string, if there.
    pub fn text(&self, key: &'static str) -> Option<At<String>> {
        self.get(key)?.text()
    }

    /// A string that must be there.
    pub fn require_text(&self, key: &'static str, expected: &str) -> Option<At<String>> {
        self.require(key, expected)?.text()
    }

    /// The id of this table: letters, digits, `-`, `_`.
    pub fn id(&self) -> Option<At<String>> {
        let id = self.require_text("id", "\"a-stable-name\"")?;
        let fine = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if id.value.is_empty() || !id.value.chars().all(fine) {
            self.report(
                Finding::error("toml::id", format!("`{}` is not an id", id.value), &id.place)
                    .help("an id is made of letters, digits, `-` and `_`, and stays the same for ever"),
            );
        }
        Some(id)
    }

    /// A finite number, if there.
    pub fn number(&self, key: &'static str) -> Option<At<f64>> {
        self.get(key)?.number()
    }

    /// A date, if there.
    pub fn date(&self, key: &'static str) -> Option<Date> {
        self.get(key)?.date()
    }

    /// A list of strings (one string counts as a list of one); empty if absent.
    pub fn texts(&self, key: &'static str) -> Vec<At<String>> {
        self.get(key).map(|item| item.texts()).unwrap_or_default()
    }

    /// A whole number ≥ 0, if there.
    pub fn count(&self, key: &'static str) -> Option<u64> {
        self.get(key)?.count()
    }

    /// The reason given for an assumption: `because` or `source`.
    pub fn ground(&self) -> Option<String> {
        let because = self.text("because").map(|text| text.value);
        let source = self.text("source").map(|text| text.value);
        match (because, source) {
            (Some(because), Some(source)) => Some(format!("{because} ({source})")),
            (because, source) => because.or(source),
        }
    }

    /// As [`Table::ground`]; without one it is a warning, for every number must be able to answer.
    pub fn require_ground(&self, of: &str) -> Option<String> {
        let ground = self.ground();
        if ground.is_none() {
            self.report(
                Finding::warning(
                    "ground::missing",
                    format!("{of} has neither `because` nor `source`"),
                    &self.place,
                )
                .help("add `because = \"…\"` (a reason) or `source = \"…\"` (where it stands)"),
            );
        }
        ground
    }

    fn item(&self, value: &'f Spanned<DeValue<'f>>) -> Item<'f> {
        Item {
            file: self.file,
            findings: self.findings,
            value: value.get_ref(),
            place: Place::new(self.file, value.span()),
        }
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        if *self.open.borrow() {
            return;
        }
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if asked.contains(name) {
                continue;
            }
            let place = Place::new(self.file, key.span());
            let finding = Finding::error("toml::unknown-key", format!("`{name}` is not known here"), &place);
            let finding = match nearest(name, asked.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding
                    .help(format!("known are {}", asked.iter().copied().collect::<Vec<_>>().join(", "))),
            };
            self.findings.borrow_mut().push(finding);
        }
    }
}

impl<'f> Item<'f> {
    /// Reports a problem at this value.
    pub fn report(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    fn wrong(&self, expected: &str) {
        let found = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.report(
            Finding::error("toml::type", format!("expected {expected}, found {found}"), &self.place)
                .help(format!("write {expected}")),
        );
    }

    /// As a string.
    pub fn text(&self) -> Option<At<String>> {
        match self.value {
            DeValue::String(text) => Some(At { value: text.to_string(), place: self.place.clone() }),
            _ => {
                self.wrong("a string in double quotes");
                None
            }
        }
    }

    /// The string, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        self.value.as_str()
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            DeValue::Integer(integer) => {
                i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|i| i as f64)
            }
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => None,
        }
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        self.value.is_array()
    }

    /// Whether it is a table.
    pub fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// As a finite number.
    pub fn number(&self) -> Option<At<f64>> {
        match self.as_number() {
            Some(value) if value.is_finite() => Some(At { value, place: self.place.clone() }),
            _ => {
                self.wrong("a number");
                None
            }
        }
    }

    /// As a whole number ≥ 0.
    pub fn count(&self) -> Option<u64> {
        match self.as_number() {
            Some(value) if value >= 0.0 && value == value.trunc() => Some(value as u64),
            _ => {
                self.wrong("a whole number, 0 or more");
                None
            }
        }
    }

    /// As a date: `2022-12-31`, bare or in quotes.
    pub fn date(&self) -> Option<Date> {
        let text = match self.value {
            DeValue::Datetime(datetime) => datetime.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        let date = text.parse().ok().filter(|_| text.len() == 10);
        if date.is_none() {
            self.wrong("a date like 2022-12-31");
        }
        date
    }

    /// As a list.
    pub fn list(&self) -> Vec<Item<'f>> {
        match self.value {
            DeValue::Array(array) => array
                .iter()
                .map(|value| Item {
                    file: self.file,
                    findings: self.findings,
                    value: value.get_ref(),
                    place: Place::new(self.file, value.span()),
                })
                .collect(),
            _ => {
                self.wrong("a list in [ ]");
                Vec::new()
            }
        }
    }

    /// As a list of strings; one string counts as a list of one.
    pub fn texts(&self) -> Vec<At<String>> {
        match self.value {
            DeValue::String(_) => self.text().into_iter().collect(),
            _ => self.list().iter().filter_map(Item::text).collect(),
        }
    }

    /// As a list of numbers.
    pub fn numbers(&self) -> Vec<f64> {
        self.list().iter().filter_map(|item| item.number().map(|number| number.value)).collect()
    }

    /// As a table.
    pub fn table(&self) -> Option<Table<'f>> {
        match self.value {
            DeValue::Table(table) => Some(Table::new(self.file, self.findings, table, self.place.clone())),
            _ => {
                self.wrong("a table");
                None
            }
        }
    }

    /// As a number or a formula in quotes.
    pub fn formula(&self) -> Option<At<Formula>> {
        if let Some(number) = self.as_number() {
            return Some(At { value: Formula::constant(number), place: self.place.clone() });
        }
        let text = self.text()?;
        let inside = self.inside();
        match Formula::parse(&text.value) {
            Ok(value) => Some(At { value, place: inside }),
            Err(error) => {
                let place = inside.within(error.span.clone());
                self.report(
                    Finding::error("formula::syntax", error.message, &place)
                        .help("a formula has numbers, names of parameters, + - * / ( ), min(…) and max(…)"),
                );
                None
            }
        }
    }

    /// As a probability: a number from 0 to 1, or a word (`"unlikely"`, `{ words = "unlikely" }`), by the
    /// middle of its range.
    pub fn probability(&self) -> Option<At<f64>> {
        if let Some(word) = self.word() {
            let interval = word.interval();
            return Some(At { value: 0.5 * (interval.low + interval.high), place: self.place.clone() });
        }
        let number = self.number()?;
        if !(0.0..=1.0).contains(&number.value) {
            self.report(
                Finding::error(
                    "probability::range",
                    format!("`{}` is not a probability", number.value),
                    &self.place,
                )
                .help("write a number from 0 to 1, or a word such as \"likely\""),
            );
            return None;
        }
        Some(number)
    }

    /// The word of estimative probability, if this is one; an unknown word is reported.
    pub fn word(&self) -> Option<EstimativeWord> {
        let (text, place) = match self.value {
            DeValue::String(text) => (text.to_string(), self.place.clone()),
            DeValue::Table(table) => {
                let words = table.get("words")?;
                (words.get_ref().as_str()?.to_string(), Place::new(self.file, words.span()))
            }
            _ => return None,
        };
        let word = EstimativeWord::parse(&text);
        if word.is_none() {
            let all: Vec<_> = EstimativeWord::ALL.iter().map(|word| word.as_str()).collect();
            self.report(
                Finding::error("probability::word", format!("`{text}` is not a word of probability"), &place)
                    .help(format!("ICD 203 has: {}", all.join(", "))),
            );
        }
        word
    }

    /// The bytes of a string without its quotes.
    fn inside(&self) -> Place {
        let text = self.place.text();
        let quotes = if text.starts_with("\"\"\"") || text.starts_with("'''") { 3 } else { 1 };
        self.place.within(quotes..text.len().saturating_sub(quotes).max(quotes))
    }
}

/// The known name that `name` was probably meant to be.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().max(name.len()) / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// An error for a name that is not there, with the nearest one as help.
pub fn unknown<'a>(
    code: &'static str,
    what: &str,
    name: &str,
    place: &Place,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Finding {
    let finding = Finding::error(code, format!("there is no {what} `{name}`"), place);
    match nearest(name, known.clone()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => {
            let mut known: Vec<_> = known.into_iter().collect();
            known.truncate(12);
            finding.help(format!("there are {}", known.join(", ")))
        }
    }
}

/// The same content, whatever the layout, the order of keys and the comments: what a stage's key is made of.
pub fn canonical(text: &str) -> String {
    let (table, _) = DeTable::parse_recoverable(text);
    let mut out = String::new();
    write_table(table.get_ref(), &mut out);
    out
}

fn write_table(table: &DeTable<'_>, out: &mut String) {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by(|a, b| a.0.get_ref().cmp(b.0.get_ref()));
    out.push('{');
    for (key, value) in entries {
        out.push_str(&format!("{:?}=", key.get_ref()));
        write_value(value.get_ref(), out);
        out.push(',');
    }
    out.push('}');
}

fn write_value(value: &DeValue<'_>, out: &mut String) {
    match value {
        DeValue::String(text) => out.push_str(&format!("{text:?}")),
        DeValue::Integer(integer) => out.push_str(integer.as_str()),
        DeValue::Float(float) => out.push_str(float.as_str()),
        DeValue::Boolean(boolean) => out.push_str(if *boolean { "true" } else { "false" }),
        DeValue::Datetime(datetime) => out.push_str(&datetime.to_string()),
        DeValue::Array(array) => {
            out.push('[');
            for item in array.iter() {
                write_value(item.get_ref(), out);
                out.push(',');
            }
            out.push(']');
        }
        DeValue::Table(table) => write_table(table, out),
    }
}
