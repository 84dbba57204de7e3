//! The `[speech]` table of a source profile.

use std::sync::Arc;

use source::{Finding, Findings, Place, SourceText};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Lists, SpeechRules};
use crate::rules::{self, Codes};

const CODES: Codes = Codes { syntax: "speech::syntax", kind: "speech::list", authority: "speech::authority" };

const KEYS: [&str; 6] = ["questions", "answers", "journalists", "own", "verbs", "shortest"];

impl SpeechRules {
    /// Reads the `[speech]` table of a file, whatever else stands in it.
    ///
    /// # Errors
    /// All findings, among them `speech::missing` if there is no such table.
    pub fn parse(file: &Arc<SourceText>) -> Result<Self, Findings> {
        rules::parse(file, CODES, |reader, root| match root.get("speech").map(|value| value.get_ref()) {
            Some(DeValue::Table(rules)) => Self::read(rules, file, &mut reader.findings),
            _ => {
                let help = "write `[speech]` and below it e.g. `own = [\"Kim Jong Un\"]`";
                reader.report("speech::missing", "there is no table [speech]", 0..0, help);
                Self::standard()
            }
        })
    }

    /// Reads the table; every mistake becomes a finding with its place in `file`, and the standard stands in for it.
    ///
    /// ```toml
    /// [speech]
    /// questions = ["Question:", "기자:"]        # how a line begins that a journalist speaks
    /// answers = ["Answer:"]                    # how the line begins that ends it
    /// own = ["Kim Jong Un", "spokesman for the Foreign Ministry"]   # whose quotations are the issuer's own words
    /// verbs = ["said", "told"]                 # speech verbs; leave out for the standard ones
    /// journalists = ["reporter*"]              # speakers who ask
    /// shortest = 3                             # words; shorter quotations stay the writer's own
    /// ```
    pub fn read(table: &DeTable<'_>, file: &Arc<SourceText>, findings: &mut Findings) -> Self {
        let mut lists = Lists::standard();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "questions" => lists.questions = texts(value, file, findings),
                "answers" => lists.answers = texts(value, file, findings),
                "journalists" => lists.journalists = texts(value, file, findings),
                "own" => lists.own = texts(value, file, findings),
                "verbs" => lists.verbs = texts(value, file, findings),
                "shortest" => {
                    match value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok()) {
                        Some(words) => lists.shortest = words,
                        None => findings.push(
                            Finding::error(
                                "speech::shortest",
                                "expected a whole number",
                                &Place::new(file, value.span()),
                            )
                            .help("write the fewest words of a quotation, e.g. `shortest = 3`"),
                        ),
                    }
                }
                other => findings.push(
                    Finding::error(
                        "speech::key",
                        format!("`{other}` is not known here"),
                        &Place::new(file, key.span()),
                    )
                    .help(format!("[speech] has {}", KEYS.join(", "))),
                ),
            }
        }
        Self::of(lists)
    }
}

fn texts(value: &Spanned<DeValue<'_>>, file: &Arc<SourceText>, findings: &mut Findings) -> Vec<String> {
    let wrong = |value: &Spanned<DeValue<'_>>| {
        Finding::error("speech::list", "expected a list of words in quotes", &Place::new(file, value.span()))
            .help("write `[\"one\", \"another\"]`; leave the key out for the standard list")
    };
    let Some(list) = value.get_ref().as_array() else {
        findings.push(wrong(value));
        return Vec::new();
    };
    let mut texts = Vec::new();
    for item in list.iter() {
        match item.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
            Some(text) => texts.push(text.to_string()),
            None => findings.push(wrong(item)),
        }
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_has_its_place() {
        let file = SourceText::new(
            "profile.toml",
            "own = [\"Kim Jong Un\", 3]\nverbs = \"said\"\nshortest = \"two\"\nqestions = []\n",
        );
        let (table, _) = DeTable::parse_recoverable(&file.text);
        let mut findings = Findings::new();
        SpeechRules::read(table.get_ref(), &file, &mut findings);
        let found: Vec<_> =
            findings.sorted().iter().map(|finding| (finding.code, finding.place.to_string())).collect();
        assert_eq!(
            found,
            [
                ("speech::list", "profile.toml:1".to_string()),
                ("speech::list", "profile.toml:2".to_string()),
                ("speech::shortest", "profile.toml:3".to_string()),
                ("speech::key", "profile.toml:4".to_string()),
            ]
        );
    }

    #[test]
    fn own_speakers_are_own() {
        let file = SourceText::new("profile.toml", "own = [\"Kim Jong Un\", \"spokes*\"]\n");
        let (table, _) = DeTable::parse_recoverable(&file.text);
        let mut findings = Findings::new();
        let rules = SpeechRules::read(table.get_ref(), &file, &mut findings);
        assert!(findings.is_empty());
        let text = "Kim Jong Un said, \"We will go our own way.\" Obama told reporters that \"we are ready to talk\".";
        let voices: Vec<_> = rules.spans(text).into_iter().map(|span| span.voice).collect();
        assert_eq!(voices, [crate::speech::Voice::Own, crate::speech::Voice::Quoted(Some("Obama".into()))]);
    }
}
