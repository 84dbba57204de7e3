//! Networks in the Bayesian Interchange Format (BIF 0.15), as the Bayesian network repository has them.

use source::{Finding, Findings, Place, SourceText};
use std::sync::Arc;

use crate::Network;

/// Reads a network.
///
/// # Errors
/// The first finding that stops the reading, with its place.
pub fn read(file: &Arc<SourceText>) -> Result<Network, Findings> {
    let mut reader = Reader { file, tokens: tokenize(&file.text), at: 0, network: Network::new() };
    reader.file().map_err(|finding| {
        let mut findings = Findings::new();
        findings.push(finding);
        findings
    })?;
    Ok(reader.network)
}

/// Words, numbers, strings and single signs, each with its first byte; comments and commas are left out.
fn tokenize(text: &str) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let (mut tokens, mut at) = (Vec::new(), 0);
    let sign = |b: u8| matches!(b, b'{' | b'}' | b'(' | b')' | b'[' | b']' | b';' | b'|');
    while at < bytes.len() {
        let rest = &text[at..];
        if bytes[at].is_ascii_whitespace() || bytes[at] == b',' {
            at += 1;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if bytes[at] == b'"' {
            let end = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
            tokens.push((at, rest[..end].trim_matches('"')));
            at += end;
        } else if sign(bytes[at]) {
            tokens.push((at, &rest[..1]));
            at += 1;
        } else {
            let end = rest
                .bytes()
                .position(|b| b.is_ascii_whitespace() || b == b',' || sign(b))
                .unwrap_or(rest.len());
            tokens.push((at, &rest[..end]));
            at += end;
        }
    }
    tokens
}

struct Reader<'t> {
    file: &'t Arc<SourceText>,
    tokens: Vec<(usize, &'t str)>,
    at: usize,
    network: Network,
}

impl<'t> Reader<'t> {
    fn wrong(&self, message: impl Into<String>) -> Finding {
        let (start, length) =
            self.tokens.get(self.at).map_or((self.file.text.len(), 0), |(at, word)| (*at, word.len()));
        Finding::error("bif::syntax", message, &Place::new(self.file, start..start + length))
            .help("expected the Bayesian Interchange Format, version 0.15")
    }

    fn next(&mut self) -> Result<&'t str, Finding> {
        let word = self
            .tokens
            .get(self.at)
            .map(|(_, word)| *word)
            .ok_or_else(|| self.wrong("the file ends too early"))?;
        self.at += 1;
        Ok(word)
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Finding> {
        let found = self.tokens.get(self.at).map(|(_, word)| *word);
        if found == Some(wanted) {
            self.at += 1;
            return Ok(());
        }
        Err(self.wrong(format!("expected `{wanted}`, found `{}`", found.unwrap_or("the end"))))
    }

    /// All words up to `end`, which is passed over.
    fn until(&mut self, end: &str) -> Result<Vec<&'t str>, Finding> {
        let mut words = Vec::new();
        loop {
            match self.next()? {
                word if word == end => return Ok(words),
                word => words.push(word),
            }
        }
    }

    fn file(&mut self) -> Result<(), Finding> {
        while self.at < self.tokens.len() {
            match self.next()? {
                "network" => {
                    self.until("{")?;
                    self.until("}")?;
                }
                "variable" => self.variable()?,
                "probability" => self.probability()?,
                other => {
                    self.at -= 1;
                    return Err(self
                        .wrong(format!("expected `network`, `variable` or `probability`, found `{other}`")));
                }
            }
        }
        Ok(())
    }

    fn variable(&mut self) -> Result<(), Finding> {
        let name = self.next()?;
        self.expect("{")?;
        let mut states = Vec::new();
        loop {
            match self.next()? {
                "}" => break,
                "type" => {
                    self.until("{")?;
                    states = self.until("}")?;
                    self.expect(";")?;
                }
                _ => {
                    self.until(";")?;
                }
            }
        }
        self.network.add(name, states.into_iter().map(str::to_string).collect());
        Ok(())
    }

    fn probability(&mut self) -> Result<(), Finding> {
        self.expect("(")?;
        let names = self.until(")")?;
        let (child, parents) = names.split_first().ok_or_else(|| self.wrong("a table without a variable"))?;
        let position = |reader: &Self, name: &str| {
            reader.network.position(name).map_err(|e| reader.wrong(e.to_string()))
        };
        let child = position(self, child)?;
        let parents = parents
            .iter()
            .filter(|name| **name != "|")
            .map(|name| position(self, name))
            .collect::<Result<Vec<_>, _>>()?;
        let states = self.network.variables()[child].states.len();
        let sizes: Vec<usize> = parents.iter().map(|&p| self.network.variables()[p].states.len()).collect();
        let mut table = vec![f64::NAN; states * sizes.iter().product::<usize>()];
        self.expect("{")?;
        loop {
            match self.next()? {
                "}" => break,
                "table" => {
                    let row = self.numbers()?;
                    if row.len() != table.len() {
                        return Err(self.wrong(format!(
                            "expected {} numbers, found {}",
                            table.len(),
                            row.len()
                        )));
                    }
                    table = row;
                }
                "default" => {
                    let row = self.numbers()?;
                    for (slot, value) in table.iter_mut().zip(row.iter().cycle()) {
                        if slot.is_nan() {
                            *slot = *value;
                        }
                    }
                }
                "(" => {
                    let given = self.until(")")?;
                    let row = self.numbers()?;
                    let mut at = 0;
                    for ((&parent, size), state) in parents.iter().zip(&sizes).zip(&given) {
                        let known = self.network.variables()[parent].states.iter().position(|s| s == state);
                        at = at * size
                            + known.ok_or_else(|| self.wrong(format!("there is no state `{state}`")))?;
                    }
                    if row.len() != states || given.len() != parents.len() {
                        return Err(self.wrong("a row does not fit the table"));
                    }
                    table[at * states..(at + 1) * states].copy_from_slice(&row);
                }
                _ => {
                    self.until(";")?;
                }
            }
        }
        self.network.set_table(child, &parents, table).map_err(|e| self.wrong(e.to_string()))
    }

    fn numbers(&mut self) -> Result<Vec<f64>, Finding> {
        let words = self.until(";")?;
        words
            .iter()
            .map(|word| word.parse().map_err(|_| self.wrong(format!("`{word}` is not a number"))))
            .collect()
    }
}
