//! A text cut into sentences.

/// The sentences of a text, white space within each collapsed to single spaces; empty ones are left out.
///
/// Rules for English, Spanish and Korean: a sentence ends at `.`, `!`, `?`, `…` or their wide forms, with the quotes and
/// brackets that close there; not after an abbreviation (`Mr.`, `Gen.`, `Sr.`, `No. 5`), an initial or the number of a
/// list; after an acronym with dots (`U.S.`) only where a word follows that often begins a sentence; and not before a
/// small letter. Empty lines end a sentence, unless 80 characters and more before them have no end, as where a
/// page broke off; single line ends do where most lines of the text end as sentences do,
/// which tells one paragraph per line from text that was wrapped. O(length).
pub fn sentences(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let filled = || lines.iter().filter(|line| !line.is_empty());
    let ended = filled().filter(|line| line.trim_end_matches(is_closing).ends_with(is_end)).count();
    let by_line = 2 * ended >= filled().count();
    let mut found = Vec::new();
    let mut paragraph = String::new();
    for line in lines {
        // A page may end in the middle of a sentence.
        let whole =
            paragraph.chars().count() < BROKEN || paragraph.trim_end_matches(is_closing).ends_with(is_end);
        if (line.is_empty() || by_line) && whole {
            cut(&paragraph, &mut found);
            paragraph.clear();
        }
        for word in line.split_whitespace() {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(word);
        }
    }
    cut(&paragraph, &mut found);
    found
}

/// A line that is shorter ends where it ends: a heading, a signature.
const BROKEN: usize = 80;

fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？')
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』' | '》' | '〉')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}

/// Never the end of a sentence, whatever follows.
const ABBREVIATIONS: [&str; 62] = [
    "mr", "mrs", "ms", "messrs", "dr", "prof", "st", "gen", "col", "lt", "maj", "capt", "sgt", "adm", "cmdr",
    "gov", "sen", "rep", "hon", "rev", "amb", "vs", "v", "cf", "e.g", "i.e", "approx", "ca", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "pp", "vol", "fig", "ed", "eds",
    "para", "paras", "sr", "sra", "srta", "dra", "ud", "uds", "excmo", "gral", "cnel", "pág", "núm", "lic",
    "ing", "arts", "viz",
];

/// Only before a number.
const BEFORE_NUMBERS: [&str; 7] = ["no", "nos", "art", "p", "res", "sec", "ch"];

/// May end a sentence; then one of [`STARTERS`] follows.
const PERHAPS: [&str; 10] = ["etc", "inc", "co", "ltd", "corp", "jr", "a.m", "p.m", "ee.uu", "uu"];

/// Words that often begin a sentence and seldom follow an acronym within one.
const STARTERS: [&str; 42] = [
    "the",
    "it",
    "in",
    "he",
    "she",
    "we",
    "they",
    "this",
    "that",
    "these",
    "those",
    "but",
    "and",
    "if",
    "as",
    "at",
    "on",
    "for",
    "our",
    "its",
    "his",
    "however",
    "therefore",
    "today",
    "no",
    "there",
    "when",
    "while",
    "such",
    "what",
    "a",
    "an",
    "all",
    "i",
    "nevertheless",
    "moreover",
    "el",
    "la",
    "los",
    "las",
    "en",
    "por",
];

/// Cuts a paragraph whose white space is collapsed.
fn cut(paragraph: &str, found: &mut Vec<String>) {
    let mut start = 0;
    let mut chars = paragraph.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !is_end(c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut last = c;
        while let Some((at, c)) = chars.next_if(|(_, c)| is_end(*c) || is_closing(*c)) {
            end = at + c.len_utf8();
            if is_end(c) {
                last = c;
            }
        }
        if ends(&paragraph[start..at], last, &paragraph[end..]) {
            push(&paragraph[start..end], found);
            start = end;
        }
    }
    push(&paragraph[start..], found);
}

fn push(sentence: &str, found: &mut Vec<String>) {
    let sentence = sentence.trim();
    if sentence.chars().any(char::is_alphanumeric) {
        found.push(sentence.to_string());
    } else if let (false, Some(last)) = (sentence.is_empty(), found.last_mut()) {
        // A stray sign belongs to what it follows.
        last.push(' ');
        last.push_str(sentence);
    }
}

/// Whether the sentence `before` ends with `sign` when `after` follows.
fn ends(before: &str, sign: char, after: &str) -> bool {
    let spaced = after.starts_with(' ');
    let next = after.trim_start().chars().find(|c| !is_opening(*c));
    let Some(next) = next else { return true };
    if matches!(sign, '。' | '！' | '？') {
        return true;
    }
    let last = before.chars().next_back().unwrap_or(' ');
    if !spaced {
        let glued = after.chars().nth(1).is_some_and(char::is_lowercase);
        return is_hangul(last) && is_hangul(next) || last.is_lowercase() && next.is_uppercase() && glued;
    }
    if next.is_lowercase() {
        return false;
    }
    if after.trim_start().starts_with(['¿', '¡']) {
        return true;
    }
    if sign != '.' {
        return true;
    }
    let word = before.rsplit(' ').next().unwrap_or("").trim_start_matches(is_opening).to_lowercase();
    let begins = before.trim().trim_start_matches(is_opening).to_lowercase() == word;
    let counted = word.chars().all(|c| c.is_ascii_digit()) || word.chars().all(|c| "ivxlc".contains(c));
    if ABBREVIATIONS.contains(&word.as_str())
        || BEFORE_NUMBERS.contains(&word.as_str()) && next.is_ascii_digit()
        || begins && (counted || word.chars().count() == 1)
    {
        return false;
    }
    let follows = after.split_whitespace().next().unwrap_or("");
    let follows = follows.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let acronym = word.contains('.') && word.split('.').all(|part| part.chars().count() <= 1);
    let initial = word.chars().count() == 1 && last.is_uppercase();
    if acronym || initial || PERHAPS.contains(&word.as_str()) {
        return STARTERS.contains(&follows.as_str()) || is_hangul(next);
    }
    true
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '‘'
            | '«'
            | '('
            | '['
            | '「'
            | '『'
            | '《'
            | '〈'
            | '¿'
            | '¡'
            | '—'
            | '–'
            | '-'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_initials_and_lists() {
        for (text, number) in [
            ("Mr. Kim met Gen. Pak on Sept. 9. They left.", 2),
            ("The U.S. is to blame. The D.P.R.K. Foreign Ministry said so.", 2),
            ("We blame the U.S. The people know it.", 2),
            ("“Is it so?” he asked. “Yes!” “Good.” They left (at once.) Then all slept.", 5),
            ("Order No. 5 of J. V. Stalin was read. No. That is all.", 3),
            ("1. Peace comes first. 2. Then trade. It grew by 3.5 percent.", 3),
            ("El Sr. Pérez llegó a EE.UU. ¿Cuándo? ¡Ayer! El Dr. Gómez no.", 4),
            ("동무들! 우리는 승리하였다.인민은 기뻐한다. 《만세!》", 4),
            ("They said so.The end. But what of example.com or 2.5?", 3),
            ("wrapped text goes\non here and\nends. Next one\nis here", 2),
            ("One line.\nA heading\nAnother line.\nAnd more.", 4),
            (
                "This clarifies the position of the government on the root causes of the still unresolved issue of the\n\nKorean peninsula and more.\n\nA heading\n\nIt ends.",
                3,
            ),
            ("He waited… and left… Nobody came", 2),
        ] {
            let found = sentences(text);
            assert_eq!(found.len(), number, "{found:#?}");
        }
        assert!(sentences(" \n … ").is_empty());
    }
}
