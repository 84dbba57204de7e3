use std::borrow::Cow;

use crate::mapping::Clean;

/// Applies the rules in their order to one value of `column` and counts, per rule, the places mended.
pub(crate) fn clean(rules: &[Clean], column: &str, text: String, times: &mut [u64]) -> String {
    let mut text = text;
    for (rule, times) in rules.iter().zip(times) {
        if !rule.columns.iter().any(|name| name == column) {
            continue;
        }
        let found = rule.pattern.find_iter(&text).count() as u64;
        if found == 0 {
            continue;
        }
        *times += found;
        if let Cow::Owned(mended) = rule.pattern.replace_all(&text, rule.replace.as_str()) {
            text = mended;
        }
    }
    text
}
