//! Words of a text: runs of letters, digits and `_` as Unicode has them (`\w+`), any script.

/// One word and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'t> {
    /// The word as written.
    pub text: &'t str,
    /// Its first byte in the text.
    pub start: usize,
}

/// All words of a text, in order. Korean is cut at spaces and punctuation: particles stay on their word, which is
/// what `*` in a lexicon is for.
pub fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        while rest < bytes.len() {
            let start = rest;
            let end = word_end(text, start);
            if end > start {
                rest = end;
                return Some(Token { text: &text[start..end], start });
            }
            rest +=
                if bytes[start] < 0x80 { 1 } else { text[start..].chars().next().map_or(1, char::len_utf8) };
        }
        None
    })
}

/// Where the word that begins at `start` ends; `start` itself if no word begins there.
fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = start;
    while end < bytes.len() {
        let byte = bytes[end];
        if byte < 0x80 {
            if !(byte.is_ascii_alphanumeric() || byte == b'_') {
                break;
            }
            end += 1;
            continue;
        }
        let Some(c) = text[end..].chars().next().filter(|&c| belongs(c)) else { break };
        end += c.len_utf8();
    }
    end
}

/// Letters, digits, `_`, combining marks (so that an accent written apart does not end a word), and the
/// stand-in for `*` in a pattern.
fn belongs(c: char) -> bool {
    c.is_alphanumeric()
        || c == '_'
        || c == WILDCARD
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}')
}

/// What `*` becomes while a pattern is cut into words: a character of private use.
pub(crate) const WILDCARD: char = '\u{10600}';

/// A word in the form in which words are compared: lower case. ASCII words that are lower case already are not
/// copied.
pub(crate) fn fold<'a>(word: &'a str, buffer: &'a mut String) -> &'a str {
    if word.is_ascii() {
        if !word.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return word;
        }
        buffer.clear();
        buffer.extend(word.bytes().map(|byte| byte.to_ascii_lowercase() as char));
    } else {
        buffer.clear();
        buffer.extend(word.chars().flat_map(char::to_lowercase));
    }
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_scripts() {
        let words = |text: &'static str| tokens(text).map(|token| token.text).collect::<Vec<_>>();
        assert_eq!(words("U.S.-hostile policy, 2022!"), ["U", "S", "hostile", "policy", "2022"]);
        assert_eq!(words("조선반도의 비핵화를… «мир»"), ["조선반도의", "비핵화를", "мир"]);
        assert_eq!(words("cafe\u{301} noir"), ["cafe\u{301}", "noir"]);
        assert!(words(" \u{3000}—").is_empty());
        let starts: Vec<_> = tokens("에 b").map(|token| token.start).collect();
        assert_eq!(starts, [0, 4]);
    }

    #[test]
    fn case_is_folded() {
        let mut buffer = String::new();
        assert_eq!(fold("ПОЛИТИКА", &mut buffer), "политика");
        assert_eq!(fold("DPRK", &mut buffer), "dprk");
    }
}
