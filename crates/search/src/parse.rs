//! From the words of a user to a query.

use std::ops::Range;
use std::sync::Arc;

use source::{Finding, Place, SourceText};

use crate::query::{Node, Word};
use crate::text::words;

/// Most words that `NEAR/n` may lie apart.
pub(crate) const FARTHEST: u32 = 100;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Near(u32),
    Quoted(String),
    Bare(String),
}

pub(crate) fn parse(text: &str) -> Result<Node, Finding> {
    let file = SourceText::new("query", text);
    let tokens = cut(&file)?;
    let mut reader = Reader { file: &file, tokens, next: 0 };
    if reader.tokens.is_empty() {
        return Err(problem(&file, 0..text.len(), "the query is empty", "write one word at least"));
    }
    let node = reader.choice()?;
    match reader.tokens.get(reader.next) {
        None => Ok(node),
        Some((_, at)) => {
            let help = "remove it, or open the parenthesis before";
            Err(problem(&file, at.clone(), "this parenthesis was not opened", help))
        }
    }
}

fn problem(file: &Arc<SourceText>, at: Range<usize>, message: impl Into<String>, help: &str) -> Finding {
    let column = 1 + file.text[..at.start.min(file.text.len())].chars().count();
    let message = format!("column {column}: {}", message.into());
    Finding::error("search::query", message, &Place::new(file, at)).help(help)
}

fn cut(file: &Arc<SourceText>) -> Result<Vec<(Token, Range<usize>)>, Finding> {
    let text = file.text.as_str();
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        let token = match c {
            c if c.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            '-' if rest.peek().is_some_and(|(_, c)| !c.is_whitespace()) => Token::Not,
            '"' | '“' | '”' => {
                let close = text[start + c.len_utf8()..].find(['"', '“', '”']);
                let Some(close) = close.map(|close| start + c.len_utf8() + close) else {
                    return Err(problem(
                        file,
                        start..text.len(),
                        "the phrase is not closed",
                        "add \" after its last word",
                    ));
                };
                while rest.next_if(|(at, _)| *at <= close).is_some() {}
                let inner = text[start + c.len_utf8()..close].to_string();
                let end = rest.peek().map_or(text.len(), |(at, _)| *at);
                tokens.push((Token::Quoted(inner), start..end));
                continue;
            }
            _ => {
                while rest
                    .next_if(|(_, c)| !c.is_whitespace() && !matches!(c, '(' | ')' | '"' | '“' | '”'))
                    .is_some()
                {}
                let end = rest.peek().map_or(text.len(), |(at, _)| *at);
                let token = bare(file, start..end)?;
                tokens.push((token, start..end));
                continue;
            }
        };
        tokens.push((token, start..start + c.len_utf8()));
    }
    Ok(tokens)
}

fn bare(file: &Arc<SourceText>, at: Range<usize>) -> Result<Token, Finding> {
    let word = &file.text[at.clone()];
    Ok(match word {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        "NEAR" => Token::Near(10),
        _ => match word.strip_prefix("NEAR/") {
            Some(number) => {
                let number = number.parse().ok().filter(|n| (1..=FARTHEST).contains(n));
                let help = "write for example NEAR/5: at most five words apart (1 to 100)";
                let message = || format!("`{word}` does not say how near");
                Token::Near(number.ok_or_else(|| problem(file, at, message(), help))?)
            }
            None => Token::Bare(word.to_string()),
        },
    })
}

struct Reader<'f> {
    file: &'f Arc<SourceText>,
    tokens: Vec<(Token, Range<usize>)>,
    next: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn at(&self) -> Range<usize> {
        let end = self.file.text.len();
        self.tokens.get(self.next).map_or(end..end, |(_, at)| at.clone())
    }

    fn choice(&mut self) -> Result<Node, Finding> {
        let mut nodes = vec![self.all()?];
        while self.peek() == Some(&Token::Or) {
            self.next += 1;
            nodes.push(self.all()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Or(nodes) })
    }

    fn all(&mut self) -> Result<Node, Finding> {
        let mut nodes = vec![self.one()?];
        loop {
            match self.peek() {
                Some(Token::And) => self.next += 1,
                None | Some(Token::Or | Token::Close) => break,
                _ => {}
            }
            nodes.push(self.one()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::And(nodes) })
    }

    fn one(&mut self) -> Result<Node, Finding> {
        if self.peek() == Some(&Token::Not) {
            self.next += 1;
            return Ok(Node::Not(Box::new(self.one()?)));
        }
        let start = self.at().start;
        let mut node = self.single()?;
        while let Some(&Token::Near(apart)) = self.peek() {
            self.next += 1;
            let other = self.single()?;
            let end = self.tokens[self.next - 1].1.end;
            if [&node, &other].into_iter().any(|node| !has_place(node)) {
                let help = "on its sides may stand words, phrases, and choices of them: (a OR b) NEAR/5 c";
                return Err(problem(
                    self.file,
                    start..end,
                    "NEAR needs something that stands at one place",
                    help,
                ));
            }
            node = Node::Near(Box::new(node), Box::new(other), apart);
        }
        Ok(node)
    }

    fn single(&mut self) -> Result<Node, Finding> {
        let at = self.at();
        let token = self.peek().cloned();
        self.next += 1;
        match token {
            Some(Token::Open) => {
                let node = self.choice()?;
                if self.peek() != Some(&Token::Close) {
                    return Err(problem(
                        self.file,
                        at,
                        "the parenthesis is not closed",
                        "add ) after its last word",
                    ));
                }
                self.next += 1;
                Ok(node)
            }
            Some(Token::Quoted(inner)) => self.phrase(&inner, at),
            Some(Token::Bare(word)) => self.phrase(&word, at),
            Some(Token::Close) => {
                Err(problem(self.file, at, "nothing stands before this parenthesis", "write a word there"))
            }
            Some(_) => Err(problem(
                self.file,
                at,
                "a word is missing here",
                "AND, OR, NOT and NEAR stand between words; in quotation marks they are words",
            )),
            None => Err(problem(
                self.file,
                at,
                "a word is missing at the end",
                "add it, or remove what stands before",
            )),
        }
    }

    /// `U.S.` is the phrase "u s".
    fn phrase(&self, inner: &str, at: Range<usize>) -> Result<Node, Finding> {
        let mut found = Vec::new();
        for part in inner.split_whitespace() {
            let (part, fuzzy) = match part.rsplit_once('~') {
                Some((part, "")) => (part, Some(1)),
                Some((part, letters @ ("1" | "2"))) => (part, letters.parse().ok()),
                Some(_) => {
                    let help = "write word~ or word~1 for one letter wrong, word~2 for two";
                    return Err(problem(
                        self.file,
                        at,
                        "`~` is followed by something else than 1 or 2",
                        help,
                    ));
                }
                None => (part, None),
            };
            // `*` is no letter, so a stand-in takes its place while words are cut.
            let marked = part.replace('*', STAR);
            for word in words(&marked) {
                let word = word.to_lowercase();
                let plain = word.replace(STAR, "");
                found.push(match fuzzy {
                    _ if word.contains(STAR) && plain.is_empty() => {
                        return Err(problem(
                            self.file,
                            at,
                            "`*` stands alone",
                            "put letters before or after it",
                        ));
                    }
                    Some(_) if word.contains(STAR) => {
                        return Err(problem(self.file, at, "`*` and `~` stand together", "use one of them"));
                    }
                    _ if word.contains(STAR) => Word::Wild(word.replace(STAR, "*")),
                    Some(letters) => Word::Fuzzy(plain, letters),
                    None => Word::Exact(plain),
                });
            }
        }
        if found.is_empty() {
            return Err(problem(self.file, at, "there is no word in it", "write letters or digits"));
        }
        Ok(Node::Phrase(found))
    }
}

/// A letter of no script.
const STAR: &str = "\u{a66e}";

fn has_place(node: &Node) -> bool {
    match node {
        Node::Phrase(_) | Node::Near(..) => true,
        Node::Or(nodes) => nodes.iter().all(has_place),
        Node::And(_) | Node::Not(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(word: &str) -> Node {
        Node::Phrase(vec![Word::Exact(word.into())])
    }

    #[test]
    fn what_binds_stronger() {
        assert_eq!(
            parse("a b OR c").unwrap(),
            Node::Or(vec![Node::And(vec![exact("a"), exact("b")]), exact("c")])
        );
        assert_eq!(
            parse("a AND -(b OR c)").unwrap(),
            Node::And(vec![exact("a"), Node::Not(Box::new(Node::Or(vec![exact("b"), exact("c")])))])
        );
        let near = Node::Near(Box::new(exact("a")), Box::new(exact("b")), 5);
        assert_eq!(parse("a NEAR/5 b c").unwrap(), Node::And(vec![near, exact("c")]));
        assert_eq!(parse("and \"OR\"").unwrap(), Node::And(vec![exact("and"), exact("or")]));
    }

    #[test]
    fn words_and_what_stands_for_them() {
        let words = |text: &str| match parse(text).unwrap() {
            Node::Phrase(words) => words,
            other => panic!("{other:?}"),
        };
        let [u, s] = ["u", "s"].map(|word| Word::Exact(word.into()));
        assert_eq!(words("U.S."), [u.clone(), s.clone()]);
        assert_eq!(
            words("\"u s nucle* wepons~2\""),
            [u, s, Word::Wild("nucle*".into()), Word::Fuzzy("wepons".into(), 2)]
        );
        assert_eq!(words("비핵화"), [Word::Exact("비핵화".into())]);
    }

    #[test]
    fn mistakes_point_at_their_column() {
        for (query, column) in [
            ("", 1),
            ("a OR", 5),
            ("a (b", 3),
            ("a b)", 4),
            ("비핵화 \"open", 5),
            ("a NEAR/0 b", 3),
            ("a NEAR/x b", 3),
            ("a NEAR/3 (b c)", 1),
            ("a OR OR b", 6),
            ("x *", 3),
            ("ab~3", 1),
            ("!! x", 1),
            ("()", 2),
        ] {
            let finding = parse(query).unwrap_err();
            assert!(
                finding.message.starts_with(&format!("column {column}:")),
                "{query}: {}",
                finding.message
            );
            assert!(finding.help.is_some());
        }
    }
}
