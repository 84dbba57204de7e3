//! `lexicon.toml`: named phrases.

use signal::PhraseSpec;

use super::table::Table;

pub(super) fn read(root: &Table<'_>) -> Vec<PhraseSpec> {
    let Some(table) = root.get("phrases").and_then(|item| item.table()) else { return Vec::new() };
    let mut phrases = Vec::new();
    for (name, item) in table.entries() {
        let (alternatives, language) = if item.is_table() {
            let Some(inner) = item.table() else { continue };
            (inner.texts("any"), inner.text("language").map(|text| text.value))
        } else {
            (item.texts(), None)
        };
        phrases.push(PhraseSpec {
            id: name.value,
            alternatives: alternatives.into_iter().map(|text| (text.value, text.place)).collect(),
            language,
            place: name.place,
        });
    }
    phrases
}
