//! How one outlet's documents are typed: a file of ordered rules over titles, leads and bylines.

use std::sync::{Arc, LazyLock};

use source::{ContentHash, Findings, Place, SourceText};

use crate::documents::{Document, Documents};
use crate::speech::SpeechRules;

mod check;
mod explain;
mod parse;
mod pattern;

pub use check::{Checked, Quality, draw, quality};
pub use explain::{Explanation, Looked};
pub use pattern::Pattern;

/// A statement type of an outlet and its standing.
#[derive(Clone, Debug)]
pub struct StatementType {
    /// As it is written into the record.
    pub name: String,
    /// 1 = highest.
    pub authority: u8,
    /// Whose words such a document is, where the rule and the words do not say.
    pub speaker: Option<String>,
    /// To whom it speaks.
    pub audience: Option<String>,
    /// Why it stands at this level: a published source or a reason.
    pub ground: String,
    /// Where it is defined.
    pub place: Place,
}

/// Which documents are of a type. All that is given must be so; of the patterns in one list, one is enough.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Position of the type in [`Profile::types`].
    pub kind: usize,
    /// One of these stands in the title.
    pub title: Vec<Pattern>,
    /// One of these stands in the lead: the first [`LEAD`] characters of the text, its title and dateline aside.
    pub lead: Vec<Pattern>,
    /// One of these stands in the byline: the first or the last line of the text, if it has at most twelve words.
    pub byline: Vec<Pattern>,
    /// One of these stands in the title or in the lead.
    pub anywhere: Vec<Pattern>,
    /// None of these stands in the title or in the lead.
    pub not: Vec<Pattern>,
    /// The document is in one of these languages, or says none.
    pub language: Vec<String>,
    /// Whose words they are, if not those of the type.
    pub speaker: Option<String>,
    /// To whom, if not as the type says.
    pub audience: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// Characters of a text that are its lead.
pub const LEAD: usize = 360;

/// The rules of one outlet, or of several of one state.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What it is for.
    pub title: String,
    /// Documents of these outlets are typed, those that name no outlet too; empty: all.
    pub outlets: Vec<String>,
    /// Statement types of a file that say no more than its form ("article"): a rule takes their place.
    pub replaces: Vec<String>,
    /// The types.
    pub types: Vec<StatementType>,
    /// In their order: the first that fits decides.
    pub rules: Vec<Rule>,
    /// The type of a document that no rule fits.
    pub otherwise: Option<usize>,
    /// What questions and quotations look like in these documents; absent: as is usual.
    pub speech: Option<SpeechRules>,
    file: Arc<SourceText>,
}

/// What a profile says of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// By this rule.
    ByRule(usize),
    /// By [`Profile::otherwise`].
    Otherwise,
    /// It is of an outlet that the profile does not speak of.
    OtherOutlet,
    /// No rule fits, and nothing is said for that case.
    Untyped,
}

/// The parts of a document that rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'d> {
    /// Who published it.
    pub outlet: Option<&'d str>,
    /// As the file says.
    pub language: Option<&'d str>,
    /// Title.
    pub title: &'d str,
    /// Start of the text.
    pub lead: &'d str,
    /// First and last line, if short.
    pub bylines: [&'d str; 2],
}

impl<'d> Subject<'d> {
    /// Of the parts of a document.
    pub fn new(
        outlet: Option<&'d str>,
        language: Option<&'d str>,
        title: Option<&'d str>,
        text: Option<&'d str>,
    ) -> Self {
        let (title, text) = (title.unwrap_or(""), text.unwrap_or(""));
        let lead = lead(title, text);
        let short = |line: Option<&'d str>| line.filter(|l| l.split_whitespace().count() <= 12).unwrap_or("");
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let bylines = [short(lines.next()), short(lines.next_back())];
        Self { outlet, language, title, lead, bylines }
    }

    /// Of a row of the record.
    pub fn of(documents: Documents<'d>, row: usize) -> Self {
        Self::new(documents.outlet(row), documents.language(row), documents.title(row), documents.text(row))
    }
}

/// The start of a text, after its title and its dateline ("Pyongyang, March 29 (KCNA) --").
fn lead<'t>(title: &str, text: &'t str) -> &'t str {
    let text = text.trim_start();
    let text = text.strip_prefix(title.trim()).unwrap_or(text).trim_start();
    let start: usize = text.char_indices().nth(80).map_or(text.len(), |(at, _)| at);
    let after = ["(KCNA)", "(ACNC)", "=조선중앙통신)", "조선중앙통신)"]
        .iter()
        .find_map(|mark| text[..start].find(mark).map(|at| at + mark.len()));
    let text = &text[after.unwrap_or(0)..];
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '"' | '“' | '《'));
    &text[..text.char_indices().nth(LEAD).map_or(text.len(), |(at, _)| at)]
}

/// Profiles that come with the program, by name.
pub const BUILT_IN: [(&str, &str); 1] = [("kcna", include_str!("../../../catalog/profiles/kcna.toml"))];

impl Profile {
    /// Reads a profile; its form is described in `docs/profiles.md`.
    ///
    /// # Errors
    /// Every problem of the file, each at its place.
    pub fn parse(file: &Arc<SourceText>) -> Result<Self, Findings> {
        parse::parse(file)
    }

    /// A profile that comes with the program.
    pub fn built_in(name: &str) -> Option<&'static Self> {
        static ALL: LazyLock<Vec<Profile>> = LazyLock::new(|| {
            let read = |(name, text): &(&str, &str)| {
                let file = SourceText::new(format!("catalog/profiles/{name}.toml"), *text);
                Profile::parse(&file).expect("the tests read every profile that is shipped")
            };
            BUILT_IN.iter().map(read).collect()
        });
        BUILT_IN.iter().position(|(known, _)| *known == name).map(|index| &ALL[index])
    }

    /// Equal text, equal hash.
    pub fn hash(&self) -> ContentHash {
        // A change of what the rules mean must type documents anew: raise the number with it.
        ContentHash::of_parts([b"typing rules 1".as_slice(), self.file.text.as_bytes()])
    }

    /// What it says of a document.
    ///
    /// # Cost
    /// One search per pattern up to the rule that fits, over title and lead only.
    pub fn apply(&self, subject: &Subject<'_>) -> Typed {
        let other = |outlet| !self.outlets.is_empty() && !self.outlets.iter().any(|known| known == outlet);
        if subject.outlet.is_some_and(other) {
            return Typed::OtherOutlet;
        }
        match self.rules.iter().position(|rule| rule.fits(subject)) {
            Some(rule) => Typed::ByRule(rule),
            None if self.otherwise.is_some() => Typed::Otherwise,
            None => Typed::Untyped,
        }
    }

    /// The type that an answer names.
    pub fn kind(&self, typed: Typed) -> Option<&StatementType> {
        match typed {
            Typed::ByRule(rule) => Some(&self.types[self.rules[rule].kind]),
            Typed::Otherwise => self.otherwise.map(|kind| &self.types[kind]),
            Typed::OtherOutlet | Typed::Untyped => None,
        }
    }

    /// Fills what the file and its mapping left empty: statement type, authority, speaker, audience.
    pub fn fill(&self, document: &mut Document) {
        let text = |value: &'_ Option<String>| value.is_some();
        let replaced = document.statement_type.as_ref().is_some_and(|kind| self.replaces.contains(kind));
        if text(&document.statement_type) && !replaced {
            // The file knows better what it is; its standing may still be said here.
            let name = document.statement_type.as_deref();
            if let Some(kind) = self.types.iter().find(|kind| Some(kind.name.as_str()) == name) {
                document.authority = document.authority.or(Some(kind.authority));
            }
            return;
        }
        let subject = Subject::new(
            document.outlet.as_deref(),
            document.language.as_deref(),
            document.title.as_deref(),
            document.text.as_deref(),
        );
        let typed = self.apply(&subject);
        let Some(kind) = self.kind(typed) else { return };
        let rule = match typed {
            Typed::ByRule(rule) => Some(&self.rules[rule]),
            _ => None,
        };
        let speaker = rule.and_then(|rule| rule.speaker(&subject)).or_else(|| kind.speaker.clone());
        let audience = rule.and_then(|rule| rule.audience.clone()).or_else(|| kind.audience.clone());
        document.statement_type = Some(kind.name.clone());
        document.authority = document.authority.or(Some(kind.authority));
        document.speaker = document.speaker.take().or(speaker);
        document.audience = document.audience.take().or(audience);
    }
}

impl Rule {
    /// Whether a document is of the type.
    pub fn fits(&self, subject: &Subject<'_>) -> bool {
        let spoken = |language: &str| self.language.is_empty() || self.language.iter().any(|l| l == language);
        let any = |patterns: &[Pattern], text: &str| patterns.iter().any(|pattern| pattern.is_in(text));
        let either = |patterns: &[Pattern]| any(patterns, subject.title) || any(patterns, subject.lead);
        subject.language.is_none_or(spoken)
            && (self.title.is_empty() || any(&self.title, subject.title))
            && (self.lead.is_empty() || any(&self.lead, subject.lead))
            && (self.byline.is_empty() || subject.bylines.iter().any(|line| any(&self.byline, line)))
            && (self.anywhere.is_empty() || either(&self.anywhere))
            && !either(&self.not)
    }

    /// Whose words they are: `{name}` in `speaker` stands for what the group `(?P<name>…)` of a pattern found.
    fn speaker(&self, subject: &Subject<'_>) -> Option<String> {
        let speaker = self.speaker.as_ref()?;
        if !speaker.contains('{') {
            return Some(speaker.clone());
        }
        let mut patterns = self.title.iter().chain(&self.lead).chain(&self.anywhere);
        patterns.find_map(|pattern| {
            pattern.filled(speaker, subject.title).or_else(|| pattern.filled(speaker, subject.lead))
        })
    }
}
