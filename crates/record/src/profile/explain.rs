//! Why a document has its type.

use serde::Serialize;

use super::{Pattern, Profile, Rule, Subject, Typed};

/// What one rule looked for and found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// The type it would give.
    pub kind: String,
    /// Where it stands, `file:line`.
    pub at: String,
    /// What was needed, in words.
    pub wanted: Vec<String>,
    /// What was found of it, each with the words found.
    pub found: Vec<String>,
    /// What speaks against it, the first thing only.
    pub against: Option<String>,
}

/// The way to the type of one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The type, if any.
    pub kind: Option<String>,
    /// Its level.
    pub authority: Option<u8>,
    /// Why it has this level.
    pub ground: Option<String>,
    /// The rule that decided.
    pub rule: Option<Looked>,
    /// The rules before it, of which none fits.
    pub earlier: Vec<Looked>,
}

impl Profile {
    /// Goes through the rules in their order, and says what each looked for.
    pub fn explain(&self, subject: &Subject<'_>) -> Explanation {
        let typed = self.apply(subject);
        let kind = self.kind(typed);
        let (rule, before) = match typed {
            Typed::ByRule(rule) => (Some(self.looked(&self.rules[rule], subject)), rule),
            Typed::OtherOutlet => (None, 0),
            Typed::Otherwise | Typed::Untyped => (None, self.rules.len()),
        };
        Explanation {
            kind: kind.map(|kind| kind.name.clone()),
            authority: kind.map(|kind| kind.authority),
            ground: kind.map(|kind| kind.ground.clone()),
            rule,
            earlier: self.rules[..before].iter().map(|rule| self.looked(rule, subject)).collect(),
        }
    }

    fn looked(&self, rule: &Rule, subject: &Subject<'_>) -> Looked {
        let list = |patterns: &[Pattern]| {
            patterns.iter().map(|p| format!("`{}`", p.written())).collect::<Vec<_>>().join(" or ")
        };
        let [first, last] = subject.bylines;
        let parts: [(&str, &[Pattern], Vec<&str>); 4] = [
            ("title", &rule.title, vec![subject.title]),
            ("lead", &rule.lead, vec![subject.lead]),
            ("byline", &rule.byline, vec![first, last]),
            ("title or lead", &rule.anywhere, vec![subject.title, subject.lead]),
        ];
        let (mut wanted, mut found, mut against) = (Vec::new(), Vec::new(), None);
        if !rule.language.is_empty() {
            wanted.push(format!("language {}", rule.language.join(" or ")));
            if let Some(language) = subject.language.filter(|l| !rule.language.iter().any(|known| known == l))
            {
                against = Some(format!("the language is {language}"));
            }
        }
        for (name, patterns, texts) in parts.into_iter().filter(|(_, patterns, _)| !patterns.is_empty()) {
            wanted.push(format!("{name}: {}", list(patterns)));
            let hit = patterns.iter().find_map(|p| texts.iter().find_map(|text| p.found(text)));
            match hit {
                Some(words) => found.push(format!("{name}: “{words}”")),
                None => against = against.or_else(|| Some(format!("nothing of it in the {name}"))),
            }
        }
        let texts = [subject.title, subject.lead];
        if !rule.not.is_empty() {
            wanted.push(format!("not: {}", list(&rule.not)));
            let hit = rule.not.iter().find_map(|p| texts.iter().find_map(|text| p.found(text)));
            against = against.or_else(|| hit.map(|words| format!("“{words}” stands there")));
        }
        Looked {
            kind: self.types[rule.kind].name.clone(),
            at: rule.place.to_string(),
            wanted,
            found,
            against,
        }
    }
}
