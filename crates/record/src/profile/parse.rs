use std::sync::Arc;

use source::{Findings, SourceText};
use toml::de::{DeTable, DeValue};

use super::{Pattern, Profile, Rule, StatementType};
use crate::rules::{self, Codes, Reader, Value};
use crate::speech::SpeechRules;

const KEYS: &str = "title, outlets, replaces, otherwise, [[type]], [[rule]], [speech]";
const TYPE_KEYS: &str = "name, authority, speaker, audience, and source or because";
const RULE_KEYS: &str = "type, title, lead, byline, anywhere, not, language, speaker, audience";

const CODES: Codes =
    Codes { syntax: "profile::syntax", kind: "profile::kind", authority: "profile::authority" };

pub(super) fn parse(file: &Arc<SourceText>) -> Result<Profile, Findings> {
    rules::parse(file, CODES, |reader, root| reader.profile(root))
}

impl Reader<'_> {
    fn profile(&mut self, root: &DeTable<'_>) -> Profile {
        let mut profile = Profile {
            title: String::new(),
            outlets: Vec::new(),
            replaces: Vec::new(),
            types: Vec::new(),
            rules: Vec::new(),
            otherwise: None,
            speech: None,
            file: Arc::clone(self.file),
        };
        if let Some(value) = root.get("type") {
            for item in self.list(value) {
                let kind = self.statement_type(item, &profile.types);
                profile.types.extend(kind);
            }
        }
        for (key, value) in root {
            match key.get_ref().as_ref() {
                "type" => {}
                "speech" => profile.speech = self.speech(value),
                "title" => profile.title = self.text(value).unwrap_or_default(),
                "outlets" => profile.outlets = self.texts(value),
                "replaces" => profile.replaces = self.texts(value),
                "otherwise" => profile.otherwise = self.known_type(value, &profile.types),
                "rule" => {
                    for item in self.list(value) {
                        let rule = self.rule(item, &profile.types);
                        profile.rules.extend(rule);
                    }
                }
                other => {
                    let message = format!("`{other}` is not known here");
                    self.report("profile::key", message, key.span(), format!("a profile has {KEYS}"));
                }
            }
        }
        if profile.rules.is_empty() && !self.findings.any_error() {
            self.report(
                "profile::rules",
                "the profile has no rule",
                0..0,
                "add [[type]] and [[rule]] tables",
            );
        }
        profile
    }

    fn statement_type(&mut self, item: &Value<'_>, before: &[StatementType]) -> Option<StatementType> {
        let DeValue::Table(table) = item.get_ref() else {
            self.report("profile::type", "expected a table", item.span(), "write it as [[type]]");
            return None;
        };
        let (mut name, mut authority, mut speaker, mut audience, mut ground) = (None, None, None, None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => name = self.text(value),
                "authority" => authority = self.level(value, "write authority = 1"),
                "speaker" => speaker = self.text(value),
                "audience" => audience = self.text(value),
                "source" | "because" => ground = self.text(value).filter(|text| !text.trim().is_empty()),
                other => {
                    let message = format!("`{other}` is not known here");
                    self.report("profile::key", message, key.span(), format!("a [[type]] has {TYPE_KEYS}"));
                }
            }
        }
        let mut lacking = |key: &str| {
            let help = format!("a [[type]] has {TYPE_KEYS}");
            self.report("profile::type", format!("the type has no `{key}`"), item.span(), help);
        };
        if name.is_none() {
            lacking("name");
        }
        if !table.contains_key("authority") {
            lacking("authority");
        }
        if ground.is_none() {
            lacking("source` or `because");
        }
        let name = name?;
        if before.iter().any(|kind| kind.name == name) {
            let help = "give each type its own name; several [[rule]] tables may lead to one type";
            self.report("profile::twice", format!("there are two types `{name}`"), item.span(), help);
        }
        let place = self.place(item.span());
        Some(StatementType { name, authority: authority?, speaker, audience, ground: ground?, place })
    }

    fn rule(&mut self, item: &Value<'_>, types: &[StatementType]) -> Option<Rule> {
        let DeValue::Table(table) = item.get_ref() else {
            self.report("profile::rule", "expected a table", item.span(), "write it as [[rule]]");
            return None;
        };
        let mut rule = Rule {
            kind: 0,
            title: Vec::new(),
            lead: Vec::new(),
            byline: Vec::new(),
            anywhere: Vec::new(),
            not: Vec::new(),
            language: Vec::new(),
            speaker: None,
            audience: None,
            place: self.place(item.span()),
        };
        let mut kind = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "type" => kind = self.known_type(value, types),
                "title" => rule.title = self.patterns(value),
                "lead" => rule.lead = self.patterns(value),
                "byline" => rule.byline = self.patterns(value),
                "anywhere" => rule.anywhere = self.patterns(value),
                "not" => rule.not = self.patterns(value),
                "language" => rule.language = self.texts(value),
                "speaker" => rule.speaker = self.text(value),
                "audience" => rule.audience = self.text(value),
                other => {
                    let message = format!("`{other}` is not known here");
                    self.report("profile::key", message, key.span(), format!("a [[rule]] has {RULE_KEYS}"));
                }
            }
        }
        if !table.contains_key("type") {
            self.report("profile::rule", "the rule has no `type`", item.span(), "add type = \"…\"");
        }
        if ["title", "lead", "byline", "anywhere"].iter().all(|key| !table.contains_key(*key)) {
            let help =
                "add title, lead, byline or anywhere; for all the rest write otherwise = \"…\" at the top";
            self.report("profile::rule", "the rule looks for nothing", item.span(), help);
        }
        rule.kind = kind?;
        Some(rule)
    }

    fn speech(&mut self, value: &Value<'_>) -> Option<SpeechRules> {
        let DeValue::Table(table) = value.get_ref() else {
            self.report("profile::speech", "expected a table", value.span(), "write it under [speech]");
            return None;
        };
        Some(SpeechRules::read(table, self.file, &mut self.findings))
    }

    fn known_type(&mut self, value: &Value<'_>, types: &[StatementType]) -> Option<usize> {
        let name = self.text(value)?;
        let found = types.iter().position(|kind| kind.name == name);
        if found.is_none() {
            let names: Vec<_> = types.iter().map(|kind| format!("`{}`", kind.name)).collect();
            let near = types
                .iter()
                .map(|kind| (strsim::jaro_winkler(&kind.name, &name), &kind.name))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            let help = match near {
                Some((likeness, near)) if likeness > 0.8 => format!("did you mean `{near}`?"),
                _ => format!("the types of this file are {}", names.join(", ")),
            };
            self.report("profile::unknown", format!("there is no type `{name}`"), value.span(), help);
        }
        found
    }

    fn patterns(&mut self, value: &Value<'_>) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for item in self.one_or_several(value) {
            let Some(text) = self.text(item) else { continue };
            match Pattern::new(&text) {
                Ok(pattern) => patterns.push(pattern),
                Err(reason) => {
                    let help = "write words, `*` at the end of a word, `...` for words between, or /a regular expression/";
                    self.report(
                        "profile::pattern",
                        format!("this is no pattern: {reason}"),
                        item.span(),
                        help,
                    );
                }
            }
        }
        patterns
    }

    fn texts(&mut self, value: &Value<'_>) -> Vec<String> {
        let items = self.one_or_several(value);
        items.into_iter().filter_map(|item| self.text(item)).collect()
    }

    fn one_or_several<'a>(&mut self, value: &'a Value<'a>) -> Vec<&'a Value<'a>> {
        match value.get_ref() {
            DeValue::String(_) => vec![value],
            _ => self.list(value),
        }
    }
}
