//! What is looked for.

use source::Finding;

use crate::parse;

/// A query, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(pub(crate) Node);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// Words one after another.
    Phrase(Vec<Word>),
    /// Both within so many words of each other, in any order.
    Near(Box<Node>, Box<Node>, u32),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
}

/// What stands for one word, folded to lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// The word itself; with Korean, Chinese or Japanese characters, any word that contains it.
    Exact(String),
    /// `*` stands for any number of letters.
    Wild(String),
    /// With at most so many letters added, dropped, changed or swapped.
    Fuzzy(String, usize),
}

impl Query {
    /// Reads a query.
    ///
    /// Words that stand side by side must all be in the document (`AND` may stand between them); `OR` gives a choice, `NOT` or
    /// `-` excludes, parentheses group; `"…"` is a phrase; `a NEAR/5 b` finds both at most five words apart, in any order;
    /// `nucle*` stands for every word that begins so, `word~` for words with one letter wrong, `word~2` with two.
    ///
    /// # Errors
    /// What is wrong, pointing at the column.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        parse::parse(text).map(Self)
    }
}
