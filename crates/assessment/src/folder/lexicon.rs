//! `lexicon.toml`: named phrases, themes, targets.

use signal::{Case, Conditions, LexiconSpec, OneselfSpec, PhraseSpec, Reach, ThemeSpec};
use source::{Finding, Place};

use super::signals::one_of;
use super::table::{At, Item, Table, nearest};

const OPTIONS: [&str; 7] = ["any", "language", "except", "not_after", "not_before", "within", "case"];

pub(super) fn read(root: &Table<'_>) -> LexiconSpec {
    LexiconSpec {
        phrases: phrases(root, "phrases"),
        targets: phrases(root, "targets"),
        themes: themes(root),
        oneself: root
            .get("oneself")
            .and_then(|item| item.table())
            .map(|table| oneself(&table))
            .unwrap_or_default(),
    }
}

fn phrases(root: &Table<'_>, key: &'static str) -> Vec<PhraseSpec> {
    let Some(table) = root.get(key).and_then(|item| item.table()) else { return Vec::new() };
    table.entries().iter().flat_map(|(name, item)| phrase(name, item)).collect()
}

/// One phrase in its variants: a list of wordings, `{ any = […], … }`, or `{ en = […], ko = […] }`.
fn phrase(name: &At<String>, item: &Item<'_>) -> Vec<PhraseSpec> {
    if !item.is_table() {
        return vec![PhraseSpec::new(name.value.clone(), placed(item.texts()), name.place.clone())];
    }
    let Some(table) = item.table() else { return Vec::new() };
    let conditions = conditions(&table, &Conditions::default());
    let any = table.get("any").map(|item| placed(item.texts()));
    let language = table.text("language").map(|text| text.value);
    let mut variants = Vec::new();
    for (key, value) in table.entries() {
        if OPTIONS.contains(&key.value.as_str()) {
            continue;
        }
        if !is_language(&key.value) {
            table.report(unknown(&key));
            continue;
        }
        variants.extend(variant(name, &key, &value, &conditions));
    }
    if any.is_some() || variants.is_empty() {
        let alternatives = any.unwrap_or_default();
        let own = PhraseSpec::new(name.value.clone(), alternatives, name.place.clone());
        variants.insert(0, PhraseSpec { language, conditions, ..own });
    }
    variants
}

fn variant(name: &At<String>, key: &At<String>, value: &Item<'_>, outer: &Conditions) -> Option<PhraseSpec> {
    let (alternatives, conditions) = if value.is_table() {
        let table = value.table()?;
        (placed(table.texts("any")), conditions(&table, outer))
    } else {
        (placed(value.texts()), outer.clone())
    };
    let own = PhraseSpec::new(name.value.clone(), alternatives, key.place.clone());
    Some(PhraseSpec { language: Some(key.value.clone()), conditions, ..own })
}

/// The conditions of a table; what it does not say is as in the table around it.
fn conditions(table: &Table<'_>, outer: &Conditions) -> Conditions {
    let wordings = |key, outer: &Vec<(String, Place)>| {
        table.get(key).map_or_else(|| outer.clone(), |item| placed(item.texts()))
    };
    Conditions {
        case: one_of(table, "case", &[("any", Case::Any), ("exact", Case::Exact)]).unwrap_or(outer.case),
        except: wordings("except", &outer.except),
        not_after: wordings("not_after", &outer.not_after),
        not_before: wordings("not_before", &outer.not_before),
        within: table.get("within").map_or(outer.within, |item| reach(&item)),
    }
}

fn reach(item: &Item<'_>) -> Reach {
    match (item.as_text(), item.as_number()) {
        (Some("sentence"), _) => Reach::Sentence,
        (None, Some(words)) if (1.0..=1000.0).contains(&words) && words == words.trunc() => {
            Reach::Words(words as u32)
        }
        _ => {
            item.report(
                Finding::error("lexicon::reach", "this is no reach of a negation", &item.place)
                    .help("write `within = 5` (words before the hit, 1 to 1000) or `within = \"sentence\"`"),
            );
            Reach::default()
        }
    }
}

fn themes(root: &Table<'_>) -> Vec<ThemeSpec> {
    let Some(table) = root.get("themes").and_then(|item| item.table()) else { return Vec::new() };
    let theme = |(name, item): &(At<String>, Item<'_>)| ThemeSpec {
        id: name.value.clone(),
        members: placed(item.texts()),
        place: name.place.clone(),
    };
    table.entries().iter().map(theme).collect()
}

/// `target = "dprk"` for all documents; `outlet = { KCNA = "dprk" }` for some.
fn oneself(table: &Table<'_>) -> Vec<OneselfSpec> {
    let mut rules = Vec::new();
    for (key, value) in table.entries() {
        if key.value == "target" {
            let target = value.text();
            rules.extend(
                target.map(|target| OneselfSpec { target: (target.value, target.place), when: None }),
            );
            continue;
        }
        let Some(values) = value.table() else { continue };
        for (own, target) in values.entries() {
            let when = Some((key.value.clone(), own.value));
            let target = target.text();
            rules.extend(target.map(|target| OneselfSpec { target: (target.value, target.place), when }));
        }
    }
    rules
}

fn placed(texts: Vec<At<String>>) -> Vec<(String, Place)> {
    texts.into_iter().map(|text| (text.value, text.place)).collect()
}

fn is_language(key: &str) -> bool {
    (2..=3).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn unknown(key: &At<String>) -> Finding {
    let finding =
        Finding::error("toml::unknown-key", format!("`{}` is not known here", key.value), &key.place);
    match nearest(&key.value, OPTIONS) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => {
            finding.help(format!("known are {}, and languages such as `en`, `ko`, `es`", OPTIONS.join(", ")))
        }
    }
}
