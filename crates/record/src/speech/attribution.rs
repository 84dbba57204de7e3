//! Which words around a quotation say whose it is.

use regex::Regex;

use super::speaker::{self, Speaker};

/// Speech verbs before and after a quotation.
#[derive(Clone, Debug)]
pub(super) struct Attribution {
    /// Ends at the opening mark.
    before: Regex,
    /// Begins at the closing mark: verb and speaker, or speaker and verb.
    after: Regex,
    korean: Regex,
}

/// Longest quotation and farthest look around it, in bytes.
const LONGEST: usize = 4000;
const AROUND: usize = 240;

const PAIRS: [(char, char); 5] = [('“', '”'), ('«', '»'), ('《', '》'), ('「', '」'), ('„', '“')];

/// First byte and last byte + 1 of every quotation with its marks, outermost only, in order. One that is longer than
/// 4,000 bytes or crosses an empty line is a missing mark.
pub(super) fn quotations(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if let Some((start, closing)) = open {
            let empty_line = c == '\n' && before == '\n';
            if at - start > LONGEST || empty_line {
                open = None;
            } else if c == closing {
                let next = chars.peek().map_or(' ', |&(_, next)| next);
                // A straight mark before a letter opens; the one before it was lost.
                if closing == '"' && before.is_whitespace() && next.is_alphanumeric() {
                    open = Some((at, '"'));
                } else {
                    found.push((start, at + c.len_utf8()));
                    open = None;
                }
            }
        } else if c == '"' {
            if !before.is_alphanumeric() {
                open = Some((at, '"'));
            }
        } else if let Some(&(_, closing)) = PAIRS.iter().find(|(opening, _)| *opening == c) {
            open = Some((at, closing));
        }
        before = c;
    }
    found
}

impl Attribution {
    pub(super) fn new(verbs: &[String]) -> Self {
        let mut verbs: Vec<String> =
            verbs.iter().map(|verb| regex::escape(verb.trim()).replace(' ', r"\s+")).collect();
        // The longest first, for the first that fits is taken.
        verbs.sort_by_key(|verb| std::cmp::Reverse(verb.len()));
        let verbs = verbs.join("|");
        let before = format!(
            r"(?i)\b(?:{verbs})(?:\s+(?:that|as saying|as follows|in part)|\s+(?:reporters?|journalists?|newsmen|(?-i:\p{{Lu}})[\w.]*(?:\s+[\w.]+){{0,4}}?)(?:\s+that)?)?[\s:,]*$"
        );
        let after = format!(
            r"(?i)^\s*,?\s*(?:(?:{verbs})\s+(?P<verb_first>[^,.;:\n\x22]{{2,80}})|(?P<who_first>[^,.;:\n\x22]{{2,80}}?)\s+(?:{verbs})\b)"
        );
        let korean = r"^\s*(?:이?라고|이?라며|이?라면서|고|며|면서|하고)\s*(?:\S+\s+){0,6}?(?:말|밝|강조|지적|언급|주장|썼|전|하였|했|떠들|력설|선언|답변|대답)".to_string();
        let made = |pattern: &str| Regex::new(pattern).unwrap_or_else(|_| never());
        Self { before: made(&before), after: made(&after), korean: made(&korean) }
    }

    /// Whose the quotation at `open..close` is; `None` if nothing says that it is speech.
    pub(super) fn of(&self, text: &str, open: usize, close: usize) -> Option<Speaker> {
        let before = sentence_before(text, open);
        let after = &text[close..text.floor_char_boundary((close + AROUND).min(text.len()))];
        if !names_a_work(before)
            && let Some(verb) = self.before.find(before)
        {
            return Some(speaker::within(&before[..verb.start()]));
        }
        if self.korean.is_match(after) {
            return Some(korean_subject(before));
        }
        // Only what ends like speech is followed by its speaker: a comma or a stop within the marks or right after them.
        let spoken =
            text[..close].trim_end_matches(['"', '”', '»', '》', '」']).ends_with([',', '.', '!', '?'])
                || after.trim_start().starts_with(',');
        let found = if spoken { self.after.captures(after)? } else { return None };
        let named = found.name("verb_first").or_else(|| found.name("who_first"))?;
        Some(speaker::within(named.as_str()))
    }
}

fn never() -> Regex {
    Regex::new("$^").expect("a pattern that fits nothing")
}

/// What stands before a place in its sentence.
fn sentence_before(text: &str, at: usize) -> &str {
    let from = text.ceil_char_boundary(at.saturating_sub(AROUND));
    let before = &text[from..at];
    let ends = |(index, c): (usize, char)| {
        let rest = &before[index + c.len_utf8()..];
        let stop =
            c == '\n' || (matches!(c, '.' | '!' | '?' | '"' | '”' | '》') && rest.starts_with([' ', ',']));
        let initial = c == '.' && before[..index].chars().rev().nth(1).is_none_or(|c| matches!(c, ' ' | '.'));
        let done = rest.trim_matches([' ', ',', ':']).is_empty();
        (stop && !initial && !done).then_some(index + c.len_utf8())
    };
    let start = before.char_indices().rev().find_map(ends).unwrap_or(0);
    &before[start..]
}

/// Whether the words before a quotation announce a title or a slogan, not speech ("wrote Rodong Sinmun articles titled").
fn names_a_work(before: &str) -> bool {
    const WORDS: [&str; 13] = [
        "titled",
        "entitled",
        "headlined",
        "called",
        "so-called",
        "named",
        "dubbed",
        "slogan",
        "motto",
        "title",
        "song",
        "film",
        "book",
    ];
    let last = before.trim_end_matches(|c: char| !c.is_alphanumeric()).rsplit(char::is_whitespace).next();
    last.is_some_and(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

/// The first word of the sentence that ends in 은, 는, 이, 가 or 께서는, without its particle.
fn korean_subject(before: &str) -> Speaker {
    let subject = before.split_whitespace().find_map(|word| {
        let name =
            ["께서는", "께서", "은", "는", "이", "가"].iter().find_map(|end| word.strip_suffix(end))?;
        (name.chars().count() > 1).then(|| name.to_string())
    });
    subject.map_or(Speaker::Pronoun, Speaker::Named)
}
