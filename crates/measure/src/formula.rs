use std::fmt;
use std::ops::Range;

use thiserror::Error;

/// An arithmetic expression over named parameters: `regime_security + 0.5 * max(cover, 0)`.
///
/// Numbers, names (letters, digits, `_`, `-` within a word is *not* part of a name), `+ - * /`,
/// parentheses, `min(a, b, …)`, `max(a, b, …)`. Our own small parser rather than a crate: names keep
/// their place for error messages, and only operations with the same bits everywhere exist.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    text: String,
    root: Node,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    Name(String, Range<usize>),
    Negate(Box<Node>),
    Binary(char, Box<Node>, Box<Node>),
    Least(Vec<Node>),
    Greatest(Vec<Node>),
}

/// Where an expression stops making sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct FormulaError {
    /// What was expected and what stood there.
    pub message: String,
    /// The bytes concerned, counted from the start of the expression.
    pub span: Range<usize>,
}

impl Formula {
    /// Parses an expression.
    ///
    /// # Errors
    /// [`FormulaError`] with the place of the first token that does not fit.
    pub fn parse(text: &str) -> Result<Self, FormulaError> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let root = parser.sum()?;
        match parser.peek() {
            None => Ok(Self { text: text.into(), root }),
            Some(_) => Err(parser.unexpected("an operator or the end")),
        }
    }

    /// A number that depends on nothing.
    pub fn constant(value: f64) -> Self {
        Self { text: value.to_string(), root: Node::Number(value) }
    }

    /// The names used, in order of appearance, each with its bytes in the text.
    pub fn names(&self) -> Vec<(&str, Range<usize>)> {
        let mut names = Vec::new();
        self.root.visit(&mut |node| {
            if let Node::Name(name, span) = node {
                names.push((name.as_str(), span.clone()));
            }
        });
        names
    }

    /// Replaces every name by its position in a vector of values.
    ///
    /// # Errors
    /// The first name that `index` does not know, with its place.
    pub fn bind(&self, index: &impl Fn(&str) -> Option<usize>) -> Result<BoundFormula, FormulaError> {
        Ok(BoundFormula(self.root.bind(index)?))
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A [`Formula`] whose names are positions: what is evaluated once per world.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundFormula(Bound);

#[derive(Clone, Debug, PartialEq)]
enum Bound {
    Number(f64),
    Value(usize),
    Negate(Box<Bound>),
    Binary(char, Box<Bound>, Box<Bound>),
    Least(Vec<Bound>),
    Greatest(Vec<Bound>),
}

impl BoundFormula {
    /// Its value; `values[i]` is the value of the name that was bound to `i`.
    ///
    /// Division by zero gives an infinity or NaN, as IEEE 754 has it.
    pub fn eval(&self, values: &[f64]) -> f64 {
        self.0.eval(values)
    }

    /// The positions it reads, sorted, each once.
    pub fn positions(&self) -> Vec<usize> {
        let mut positions = Vec::new();
        self.0.collect(&mut positions);
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}

impl Bound {
    fn eval(&self, values: &[f64]) -> f64 {
        match self {
            Self::Number(x) => *x,
            Self::Value(index) => values[*index],
            Self::Negate(inner) => -inner.eval(values),
            Self::Binary(operator, left, right) => {
                let (left, right) = (left.eval(values), right.eval(values));
                match operator {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    _ => left / right,
                }
            }
            Self::Least(all) => all.iter().map(|x| x.eval(values)).fold(f64::INFINITY, f64::min),
            Self::Greatest(all) => all.iter().map(|x| x.eval(values)).fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn collect(&self, positions: &mut Vec<usize>) {
        match self {
            Self::Number(_) => {}
            Self::Value(index) => positions.push(*index),
            Self::Negate(inner) => inner.collect(positions),
            Self::Binary(_, left, right) => {
                left.collect(positions);
                right.collect(positions);
            }
            Self::Least(all) | Self::Greatest(all) => all.iter().for_each(|x| x.collect(positions)),
        }
    }
}

impl Node {
    fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Node)) {
        see(self);
        match self {
            Self::Number(_) | Self::Name(..) => {}
            Self::Negate(inner) => inner.visit(see),
            Self::Binary(_, left, right) => {
                left.visit(see);
                right.visit(see);
            }
            Self::Least(all) | Self::Greatest(all) => all.iter().for_each(|node| node.visit(see)),
        }
    }

    fn bind(&self, index: &impl Fn(&str) -> Option<usize>) -> Result<Bound, FormulaError> {
        let each = |all: &[Node]| all.iter().map(|node| node.bind(index)).collect::<Result<_, _>>();
        Ok(match self {
            Self::Number(x) => Bound::Number(*x),
            Self::Name(name, span) => match index(name) {
                Some(position) => Bound::Value(position),
                None => {
                    let message = format!("there is no parameter `{name}`");
                    return Err(FormulaError { message, span: span.clone() });
                }
            },
            Self::Negate(inner) => Bound::Negate(Box::new(inner.bind(index)?)),
            Self::Binary(operator, left, right) => {
                Bound::Binary(*operator, Box::new(left.bind(index)?), Box::new(right.bind(index)?))
            }
            Self::Least(all) => Bound::Least(each(all)?),
            Self::Greatest(all) => Bound::Greatest(each(all)?),
        })
    }
}

/// Deeper nesting than anybody writes by hand; keeps a hostile file from exhausting the stack.
const DEEPEST: usize = 100;

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }

    fn unexpected(&mut self, expected: &str) -> FormulaError {
        let found = self.peek();
        let message = match found {
            Some(c) => format!("expected {expected}, found `{c}`"),
            None => format!("expected {expected}, but the formula ends"),
        };
        FormulaError { message, span: self.at..self.at + found.map_or(0, char::len_utf8) }
    }

    fn take(&mut self, wanted: &[char]) -> Option<char> {
        let c = self.peek().filter(|c| wanted.contains(c))?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn sum(&mut self) -> Result<Node, FormulaError> {
        let mut left = self.product()?;
        while let Some(operator) = self.take(&['+', '-']) {
            left = Node::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Node, FormulaError> {
        let mut left = self.unary()?;
        while let Some(operator) = self.take(&['*', '/']) {
            left = Node::Binary(operator, Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Node, FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(FormulaError {
                message: "the formula is nested too deeply".into(),
                span: self.at..self.at,
            });
        }
        let node = if self.take(&['-']).is_some() {
            Ok(Node::Negate(Box::new(self.unary()?)))
        } else {
            self.primary()
        };
        self.depth -= 1;
        node
    }

    fn primary(&mut self) -> Result<Node, FormulaError> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let inner = self.sum()?;
                self.take(&[')']).ok_or_else(|| self.unexpected("`)`"))?;
                Ok(inner)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_alphabetic() || c == '_' => self.name(),
            _ => Err(self.unexpected("a number, a name or `(`")),
        }
    }

    fn number(&mut self) -> Result<Node, FormulaError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            let exponent_sign =
                matches!(bytes[self.at], b'+' | b'-') && matches!(bytes[self.at - 1], b'e' | b'E');
            if !(bytes[self.at].is_ascii_alphanumeric()
                || matches!(bytes[self.at], b'.' | b'_')
                || exponent_sign)
            {
                break;
            }
            self.at += 1;
        }
        let written = &self.text[start..self.at];
        written.replace('_', "").parse().map(Node::Number).map_err(|_| FormulaError {
            message: format!("`{written}` is not a number"),
            span: start..self.at,
        })
    }

    fn name(&mut self) -> Result<Node, FormulaError> {
        let start = self.at;
        let rest = &self.text[start..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        self.at += end;
        let name = &self.text[start..self.at];
        if self.take(&['(']).is_none() {
            return Ok(Node::Name(name.into(), start..start + end));
        }
        let mut arguments = vec![self.sum()?];
        while self.take(&[',']).is_some() {
            arguments.push(self.sum()?);
        }
        self.take(&[')']).ok_or_else(|| self.unexpected("`,` or `)`"))?;
        match name {
            "min" => Ok(Node::Least(arguments)),
            "max" => Ok(Node::Greatest(arguments)),
            _ => Err(FormulaError {
                message: format!("there is no function `{name}`; there are `min` and `max`"),
                span: start..start + end,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> f64 {
        let formula = Formula::parse(text).unwrap();
        formula.bind(&|name| ["a", "b"].iter().position(|n| *n == name)).unwrap().eval(&[2.0, 5.0])
    }

    #[test]
    fn precedence_and_functions() {
        assert_eq!(value("1 + 2 * a - b / 2"), 2.5);
        assert_eq!(value("-(a - b) * max(1, b, a) + min(a, 1e-1)"), 15.1);
        assert_eq!(value("a - b - 1"), -4.0);
        assert_eq!(value("--a"), 2.0);
    }

    #[test]
    fn errors_point_at_the_token() {
        for (text, span, words) in [
            ("a +", 3..3, "the formula ends"),
            ("a $ b", 2..3, "found `$`"),
            ("log(a)", 0..3, "no function `log`"),
            ("(a", 2..2, "expected `)`"),
            ("1.2.3", 0..5, "not a number"),
        ] {
            let error = Formula::parse(text).unwrap_err();
            assert!(error.message.contains(words), "{error}");
            assert_eq!(error.span, span, "{text}");
        }
        let error = Formula::parse("a + reliefe").unwrap().bind(&|n| (n == "a").then_some(0)).unwrap_err();
        assert_eq!((error.span, error.message.as_str()), (4..11, "there is no parameter `reliefe`"));
        assert!(Formula::parse(&"(".repeat(100_000)).is_err());
    }
}
