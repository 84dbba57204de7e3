//! Named phrases, checked and ready to be counted.

mod pattern;
mod spec;
mod wording;

use std::collections::BTreeMap;

use source::{Finding, Findings, Place};

pub use pattern::Case;
pub(crate) use pattern::Pattern;
pub use spec::{Conditions, LexiconSpec, ONESELF, OTHERS, OneselfSpec, PhraseSpec, Reach, ThemeSpec};
pub(crate) use wording::Wording;

use crate::strata::STRATUM_COLUMNS;
use crate::vocabulary::TokenRule;

/// Named phrases and themes, ready to be counted.
#[derive(Clone, Debug)]
pub struct Lexicon {
    ids: Vec<String>,
    pub(crate) variants: Vec<Variant>,
    /// What a hit of a phrase is a hit of: itself and the themes that hold it.
    pub(crate) above: Vec<Vec<u32>>,
    pub(crate) targets: Vec<u32>,
    pub(crate) oneself: Vec<Oneself>,
    /// Languages that some variant is meant for.
    pub(crate) languages: Vec<String>,
    pub(crate) rule: TokenRule,
}

/// One language of a phrase.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) phrase: u32,
    /// Position in [`Lexicon::languages`].
    pub(crate) language: Option<usize>,
    pub(crate) wordings: Vec<Wording>,
    pub(crate) except: Vec<Wording>,
    pub(crate) not_after: Vec<Wording>,
    pub(crate) not_before: Vec<Wording>,
    pub(crate) within: Reach,
}

/// Whose documents speak of `target` as of themselves.
#[derive(Clone, Debug)]
pub(crate) struct Oneself {
    pub(crate) target: u32,
    pub(crate) when: Option<(String, String)>,
}

impl Lexicon {
    /// Checks and prepares the phrases, themes and targets.
    ///
    /// # Errors
    /// All of: `lexicon::empty` (no phrase, a phrase without alternatives, a wording without a word),
    /// `lexicon::twice` (two phrases of one id and language, or an id that a theme has too), `lexicon::id` (an id that is
    /// empty or holds `@`), `lexicon::wide` (a wording of nothing but `*`), `lexicon::long` (over 32 words),
    /// `lexicon::distance` and `lexicon::group` (`NEAR`, `THEN`, brackets), `lexicon::reach` (a negation that reaches
    /// nothing), `lexicon::member` and `lexicon::circle` (a theme of unknown members, or of itself),
    /// `lexicon::oneself` (no such target or column).
    pub fn new(spec: impl Into<LexiconSpec>) -> Result<Self, Findings> {
        let spec = spec.into();
        let mut build = Build::default();
        for phrase in &spec.phrases {
            build.phrase(phrase);
        }
        let first_target = build.ids.len() as u32;
        for target in &spec.targets {
            build.phrase(target);
        }
        let targets: Vec<u32> = (first_target..build.ids.len() as u32).collect();
        build.themes(&spec.themes);
        let oneself = build.oneself(&spec.oneself, &targets);
        if build.findings.any_error() {
            return Err(build.findings);
        }
        Ok(Self {
            ids: build.ids,
            variants: build.variants,
            above: build.above,
            targets,
            oneself,
            languages: build.languages,
            rule: TokenRule::EveryWord,
        })
    }

    /// The same phrases over another rule for what a word is.
    pub fn with_rule(self, rule: TokenRule) -> Self {
        Self { rule, ..self }
    }

    /// The ids of phrases, targets, themes and mentions, in this order: what the phrase numbers of
    /// [`count`](crate::count) mean.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str)
    }

    /// How many ids.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number of an id.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.ids().position(|known| known == id)
    }
}

/// The part of a language tag before its region, in small letters.
pub(crate) fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

#[derive(Default)]
struct Build {
    findings: Findings,
    ids: Vec<String>,
    places: BTreeMap<String, Place>,
    variants: Vec<Variant>,
    above: Vec<Vec<u32>>,
    languages: Vec<String>,
    seen: BTreeMap<(String, Option<String>), Place>,
}

impl Build {
    fn error(&mut self, code: &'static str, message: String, place: &Place, help: impl Into<String>) {
        self.findings.push(Finding::error(code, message, place).help(help));
    }

    fn id(&mut self, id: &str, place: &Place) -> u32 {
        if let Some(known) = self.ids.iter().position(|own| own == id) {
            return known as u32;
        }
        if id.is_empty() || id.contains('@') {
            let help = "`@` stands between phrase and stratum in the id of a series";
            self.error("lexicon::id", format!("`{id}` cannot be the id of a phrase"), place, help);
        }
        self.ids.push(id.to_string());
        self.places.insert(id.to_string(), place.clone());
        let number = self.ids.len() as u32 - 1;
        self.above.push(vec![number]);
        number
    }

    fn phrase(&mut self, spec: &PhraseSpec) {
        let number = self.id(&spec.id, &spec.place);
        let language = spec.language.as_deref().map(primary);
        let key = (spec.id.clone(), language.clone());
        if let Some(first) = self.seen.insert(key, spec.place.clone()) {
            self.error(
                "lexicon::twice",
                format!("the phrase `{}` stands twice", spec.id),
                &spec.place,
                format!("the first one is at {first}; put all alternatives into one list"),
            );
        }
        if spec.alternatives.is_empty() {
            self.error(
                "lexicon::empty",
                format!("the phrase `{}` has no alternative", spec.id),
                &spec.place,
                format!("write `{} = [\"first wording\", \"second wording\"]`", spec.id),
            );
        }
        let conditions = &spec.conditions;
        if conditions.within == Reach::Words(0) {
            let help = "write `within = 5` (words) or `within = \"sentence\"`";
            self.error(
                "lexicon::reach",
                "a negation within 0 words reaches nothing".into(),
                &spec.place,
                help,
            );
        }
        let language = language.map(|language| {
            self.languages.iter().position(|own| *own == language).unwrap_or_else(|| {
                self.languages.push(language);
                self.languages.len() - 1
            })
        });
        let variant = Variant {
            phrase: number,
            language,
            wordings: self.wordings(&spec.alternatives, conditions.case),
            except: self.wordings(&conditions.except, conditions.case),
            not_after: self.wordings(&conditions.not_after, Case::Any),
            not_before: self.wordings(&conditions.not_before, Case::Any),
            within: conditions.within,
        };
        self.variants.push(variant);
    }

    fn wordings(&mut self, texts: &[(String, Place)], case: Case) -> Vec<Wording> {
        let mut wordings = Vec::new();
        for (text, place) in texts {
            match Wording::parse(text, case) {
                Ok(wording) if !wordings.contains(&wording) => wordings.push(wording),
                Ok(_) => {}
                Err(wrong) => {
                    let at = inside(place, text, &wrong.at);
                    self.error(wrong.code, format!("`{text}` {}", wrong.message), &at, wrong.help);
                }
            }
        }
        wordings
    }

    fn themes(&mut self, themes: &[ThemeSpec]) {
        let phrases = self.ids.len();
        for theme in themes {
            if let Some(first) = self.places.get(&theme.id).cloned() {
                let help = format!("the other one is at {first}; phrases and themes share their ids");
                self.error(
                    "lexicon::twice",
                    format!("the id `{}` stands twice", theme.id),
                    &theme.place,
                    help,
                );
            }
            self.id(&theme.id, &theme.place);
        }
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for theme in themes {
            let number = self.id(&theme.id, &theme.place);
            if theme.members.is_empty() {
                let help = format!("write `{} = [\"one-phrase\", \"another\"]`", theme.id);
                self.error(
                    "lexicon::empty",
                    format!("the theme `{}` has no member", theme.id),
                    &theme.place,
                    help,
                );
            }
            for (member, place) in &theme.members {
                match self.ids.iter().position(|own| own == member) {
                    Some(known) => members.entry(number).or_default().push(known as u32),
                    None => self.error(
                        "lexicon::member",
                        format!("there is no phrase or theme `{member}`"),
                        place,
                        "a theme lists ids of phrases, targets and other themes, not wordings",
                    ),
                }
            }
        }
        for theme in themes {
            let number = self.id(&theme.id, &theme.place);
            let (mut open, mut reached) = (members.get(&number).cloned().unwrap_or_default(), Vec::new());
            while let Some(member) = open.pop() {
                if reached.contains(&member) {
                    continue;
                }
                reached.push(member);
                open.extend(members.get(&member).into_iter().flatten());
            }
            if reached.contains(&number) {
                let help = "leave out one of the themes that name each other";
                let message = format!("the theme `{}` holds itself", theme.id);
                self.error("lexicon::circle", message, &theme.place, help);
            }
            for member in reached.into_iter().filter(|&member| (member as usize) < phrases) {
                if !self.above[member as usize].contains(&number) {
                    self.above[member as usize].push(number);
                }
            }
        }
    }

    fn oneself(&mut self, specs: &[OneselfSpec], targets: &[u32]) -> Vec<Oneself> {
        let mut all = Vec::new();
        for spec in specs {
            let (target, place) = &spec.target;
            let found = targets.iter().copied().find(|&number| self.ids[number as usize] == *target);
            if found.is_none() {
                let help = "name one of the ids under [targets]";
                self.error("lexicon::oneself", format!("there is no target `{target}`"), place, help);
            }
            if let Some((column, _)) = &spec.when
                && !STRATUM_COLUMNS.contains(&column.as_str())
            {
                let help = format!("there are {}", STRATUM_COLUMNS.join(", "));
                self.error("lexicon::oneself", format!("documents have no column `{column}`"), place, help);
            }
            all.extend(found.map(|target| Oneself { target, when: spec.when.clone() }));
        }
        if let Some(first) = specs.first() {
            for id in [ONESELF, OTHERS] {
                if let Some(taken) = self.places.get(id).cloned() {
                    let help = "take another id; this one is made from [targets] and [oneself]";
                    self.error("lexicon::twice", format!("the id `{id}` stands twice"), &taken, help);
                }
                self.id(id, &first.target.1);
            }
        }
        all
    }
}

/// The place of a part of a wording, if the wording stands in the file as it is (without escapes).
fn inside(place: &Place, text: &str, at: &std::ops::Range<usize>) -> Place {
    match place.text().find(text) {
        Some(from) => place.within(from + at.start..from + at.end),
        None => place.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(id: &str, alternatives: &[&str]) -> PhraseSpec {
        let alternatives = alternatives.iter().map(|text| (text.to_string(), Place::nowhere())).collect();
        PhraseSpec::new(id, alternatives, Place::nowhere())
    }

    fn codes(spec: impl Into<LexiconSpec>) -> Vec<&'static str> {
        Lexicon::new(spec).unwrap_err().iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn every_mistake_is_found() {
        let long = "a ".repeat(33);
        let wrong = [spec("a@b", &["fine"]), spec("x", &[]), spec("x", &["…"]), spec("y", &["* *", &long])];
        assert_eq!(
            codes(wrong.to_vec()),
            [
                "lexicon::id",
                "lexicon::empty",
                "lexicon::twice",
                "lexicon::empty",
                "lexicon::wide",
                "lexicon::long"
            ]
        );
    }

    #[test]
    fn themes_and_targets_are_checked() {
        let here = Place::nowhere;
        let theme = |id: &str, members: &[&str]| ThemeSpec {
            id: id.into(),
            members: members.iter().map(|member| (member.to_string(), here())).collect(),
            place: here(),
        };
        let oneself = |target: &str, column: &str| OneselfSpec {
            target: (target.into(), here()),
            when: Some((column.into(), "KCNA".into())),
        };
        let mut lexicon = LexiconSpec {
            phrases: vec![spec("a", &["a"])],
            targets: vec![spec("dprk", &["dprk"])],
            themes: vec![
                theme("a", &["dprk"]),
                theme("t", &["u", "nothing"]),
                theme("u", &["t"]),
                theme("v", &[]),
            ],
            oneself: vec![oneself("a", "outlet"), oneself("dprk", "color")],
        };
        assert_eq!(
            codes(lexicon.clone()),
            [
                "lexicon::twice",
                "lexicon::member",
                "lexicon::empty",
                "lexicon::circle",
                "lexicon::circle",
                "lexicon::oneself",
                "lexicon::oneself"
            ]
        );
        lexicon.themes = vec![theme("t", &["u", "a"]), theme("u", &["dprk", "a"])];
        lexicon.oneself.truncate(0);
        let lexicon = Lexicon::new(lexicon).unwrap();
        assert_eq!(lexicon.ids().collect::<Vec<_>>(), ["a", "dprk", "t", "u"]);
        assert_eq!(lexicon.above, [vec![0, 2, 3], vec![1, 2, 3], vec![2], vec![3]]);
    }
}
