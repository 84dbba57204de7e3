//! A wording as somebody writes it: words, `*`, `NEAR/n`, `THEN/n` (or `..n`), and groups `(one | another)`.

use crate::lexicon::pattern::{Case, Pattern};
use crate::token::{WILDCARD, tokens};

/// What a wording looks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wording {
    /// These words, one after the other.
    Words(Vec<Pattern>),
    /// Any of these.
    Either(Vec<Wording>),
    /// Both, at most so many words between them.
    Near(Box<Wording>, u32, Box<Wording>),
    /// The first and then the second, at most so many words between them.
    Then(Box<Wording>, u32, Box<Wording>),
}

/// What is wrong with a wording, where (bytes), and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: &'static str,
    pub(crate) at: std::ops::Range<usize>,
}

/// Longest run of words.
const MOST_WORDS: usize = 32;
/// Farthest that two parts may be apart, in words.
const FARTHEST: u32 = 100;
/// Groups within groups.
const DEEPEST: usize = 8;

impl Wording {
    /// Reads a wording.
    pub(crate) fn parse(text: &str, case: Case) -> Result<Self, Wrong> {
        let pieces = pieces(text)?;
        let mut parser = Parser { pieces: &pieces, next: 0, depth: 0, text, case };
        let wording = parser.either()?;
        match parser.peek() {
            None => Ok(wording),
            Some(piece) => Err(Wrong {
                code: "lexicon::group",
                message: "closes a group that was not opened".into(),
                help: "write `(one | another) NEAR/5 third`; brackets that mean nothing are left out",
                at: piece.at.clone(),
            }),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Words,
    Near(u32),
    Then(u32),
    Open,
    Close,
    Or,
}

struct Piece {
    kind: Kind,
    at: std::ops::Range<usize>,
}

/// Cuts at spaces, brackets and `|`. Brackets only mean something where there is an operator or `|`: in
/// "Democratic People's Republic (of Korea)" they are punctuation as everywhere else in a phrase.
fn pieces(text: &str) -> Result<Vec<Piece>, Wrong> {
    let mut raw: Vec<std::ops::Range<usize>> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let single = matches!(c, '(' | ')' | '|');
        if single || c.is_whitespace() {
            if let Some(start) = start.take() {
                raw.push(start..at);
            }
            if single {
                raw.push(at..at + 1);
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    let mut all = Vec::new();
    for at in raw {
        let kind = match &text[at.clone()] {
            "(" => Kind::Open,
            ")" => Kind::Close,
            "|" => Kind::Or,
            word => operator(word, &at)?,
        };
        all.push(Piece { kind, at });
    }
    if !all.iter().any(|piece| matches!(piece.kind, Kind::Near(_) | Kind::Then(_) | Kind::Or)) {
        all.retain(|piece| piece.kind == Kind::Words);
    }
    Ok(all)
}

fn operator(word: &str, at: &std::ops::Range<usize>) -> Result<Kind, Wrong> {
    type Make = fn(u32) -> Kind;
    let named: [(&str, Make); 2] = [("NEAR", Kind::Near), ("THEN", Kind::Then)];
    let (make, distance) = match named.iter().find_map(|(name, make)| Some((*make, word.strip_prefix(name)?)))
    {
        Some((make, rest)) if rest.is_empty() || rest.starts_with('/') => {
            (make, rest.trim_start_matches('/'))
        }
        _ => match word.strip_prefix("..") {
            Some(rest) if !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()) => {
                (Kind::Then as Make, rest)
            }
            _ => return Ok(Kind::Words),
        },
    };
    match distance.parse::<u32>() {
        Ok(distance) if distance <= FARTHEST => Ok(make(distance)),
        _ => Err(Wrong {
            code: "lexicon::distance",
            message: format!("`{word}` does not say how many words may stand between"),
            help: "write a number from 0 to 100: `hostile NEAR/5 policy`; the words near and then in small letters are words",
            at: at.clone(),
        }),
    }
}

struct Parser<'t> {
    pieces: &'t [Piece],
    next: usize,
    depth: usize,
    text: &'t str,
    case: Case,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Piece> {
        self.pieces.get(self.next)
    }

    fn either(&mut self) -> Result<Wording, Wrong> {
        let mut all = vec![self.chain()?];
        while self.peek().is_some_and(|piece| piece.kind == Kind::Or) {
            self.next += 1;
            all.push(self.chain()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Wording::Either(all) })
    }

    fn chain(&mut self) -> Result<Wording, Wrong> {
        let mut left = self.part()?;
        loop {
            let make = match self.peek().map(|piece| &piece.kind) {
                Some(&Kind::Near(distance)) => (Wording::Near as fn(_, _, _) -> _, distance),
                Some(&Kind::Then(distance)) => (Wording::Then as fn(_, _, _) -> _, distance),
                Some(Kind::Open | Kind::Words) => {
                    return Err(self.wrong(
                        "lexicon::group",
                        "stands beside a group without an operator",
                        "join the parts by `THEN/0` (directly after), `THEN/3` or `NEAR/3`",
                    ));
                }
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.part()?;
            left = make.0(Box::new(left), make.1, Box::new(right));
        }
    }

    fn part(&mut self) -> Result<Wording, Wrong> {
        match self.peek().map(|piece| &piece.kind) {
            Some(Kind::Open) => {
                self.next += 1;
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err(self.wrong(
                        "lexicon::group",
                        "is a group too deep",
                        "at most 8 groups within each other",
                    ));
                }
                let inner = self.either()?;
                self.depth -= 1;
                if self.peek().is_none_or(|piece| piece.kind != Kind::Close) {
                    return Err(self.wrong("lexicon::group", "leaves a group open", "close it with `)`"));
                }
                self.next += 1;
                Ok(inner)
            }
            Some(Kind::Words) => {
                let first = self.next;
                while self.peek().is_some_and(|piece| piece.kind == Kind::Words) {
                    self.next += 1;
                }
                let at = self.pieces[first].at.start..self.pieces[self.next - 1].at.end;
                words(&self.text[at.clone()], self.case)
                    .map(Wording::Words)
                    .map_err(|(code, message, help)| Wrong { code, message: message.into(), help, at })
            }
            _ => Err(self.wrong(
                "lexicon::empty",
                "holds no word",
                "write letters or digits; punctuation is not counted",
            )),
        }
    }

    fn wrong(&self, code: &'static str, message: &str, help: &'static str) -> Wrong {
        let at = self.peek().map_or(0..self.text.len(), |piece| piece.at.clone());
        Wrong { code, message: message.into(), help, at }
    }
}

fn words(text: &str, case: Case) -> Result<Vec<Pattern>, (&'static str, &'static str, &'static str)> {
    let marked = text.replace('*', &WILDCARD.to_string());
    let words: Vec<Pattern> = tokens(&marked).map(|token| Pattern::new(token.text, case)).collect();
    if words.is_empty() {
        return Err((
            "lexicon::empty",
            "holds no word",
            "write letters or digits; punctuation is not counted",
        ));
    }
    if words.iter().all(Pattern::is_wide) {
        return Err(("lexicon::wide", "would fit every word", "write at least one letter beside the `*`"));
    }
    if words.len() > MOST_WORDS {
        return Err(("lexicon::long", "has more than 32 words", "a phrase is a wording, not a paragraph"));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(wording: &Wording) -> String {
        match wording {
            Wording::Words(words) => words
                .iter()
                .map(|word| match word {
                    Pattern::Literal(text) | Pattern::Noun(text) => text.clone(),
                    Pattern::Wildcard(parts) | Pattern::Exact(parts) => parts.join("*"),
                })
                .collect::<Vec<_>>()
                .join(" "),
            Wording::Either(all) => format!("({})", all.iter().map(shown).collect::<Vec<_>>().join(" | ")),
            Wording::Near(a, n, b) => format!("[{} near {n} {}]", shown(a), shown(b)),
            Wording::Then(a, n, b) => format!("[{} then {n} {}]", shown(a), shown(b)),
        }
    }

    #[test]
    fn wordings_are_read_from_left_to_right() {
        let read = |text: &str| Wording::parse(text, Case::Any).map(|wording| shown(&wording));
        assert_eq!(read("hostile polic*").unwrap(), "hostile polic*");
        assert_eq!(read("Republic (DPRK)").unwrap(), "republic dprk");
        assert_eq!(read("a NEAR/3 b c THEN/2 d").unwrap(), "[[a near 3 b c] then 2 d]");
        assert_eq!(read("a ..4 (b | c d)").unwrap(), "[a then 4 (b | c d)]");
        assert_eq!(read("(a NEAR/1 b) THEN/0 c").unwrap(), "[[a near 1 b] then 0 c]");
        assert_eq!(read("near miss then").unwrap(), "near miss then");
    }

    #[test]
    fn mistakes_have_a_place() {
        let wrong = |text: &str| {
            let wrong = Wording::parse(text, Case::Any).unwrap_err();
            (wrong.code, text[wrong.at].to_string())
        };
        assert_eq!(wrong("a NEAR b"), ("lexicon::distance", "NEAR".into()));
        assert_eq!(wrong("a NEAR/999 b"), ("lexicon::distance", "NEAR/999".into()));
        assert_eq!(wrong("a NEAR/3"), ("lexicon::empty", "a NEAR/3".into()));
        assert_eq!(wrong("NEAR/3 b").0, "lexicon::empty");
        assert_eq!(wrong("(a | b"), ("lexicon::group", "(a | b".into()));
        assert_eq!(wrong("a | b)"), ("lexicon::group", ")".into()));
        assert_eq!(wrong("(a | b) c"), ("lexicon::group", "c".into()));
        assert_eq!(wrong("* NEAR/2 b"), ("lexicon::wide", "*".into()));
        assert_eq!(wrong(&"(".repeat(99).replace("((", "(a NEAR/1 (")).0, "lexicon::group");
    }
}
