use encoding_rs::{Encoding, UTF_8};

use crate::read::raw::Raw;

/// The rows of a file that is small enough to be held as a whole.
#[derive(Debug)]
pub(crate) struct HeldRows {
    columns: Vec<String>,
    rows: std::vec::IntoIter<Raw>,
    wanted: Vec<Option<usize>>,
    pub(crate) encoding: &'static Encoding,
}

impl HeldRows {
    /// The values of each row stand in the order of `columns`.
    pub(crate) fn new(columns: Vec<String>, rows: Vec<Raw>) -> Self {
        Self { columns, rows: rows.into_iter(), wanted: Vec::new(), encoding: UTF_8 }
    }

    /// One row.
    pub(crate) fn one(values: Vec<(String, Option<String>)>) -> Self {
        let (columns, values) = values.into_iter().unzip();
        Self::new(columns, vec![Raw { row: 1, values: Ok(values) }])
    }

    /// One row that cannot be read, of a file that has `columns`.
    pub(crate) fn bad(columns: &[&str], reason: String) -> Self {
        let columns = columns.iter().map(|name| (*name).to_string()).collect();
        Self::new(columns, vec![Raw { row: 1, values: Err(reason) }])
    }

    /// As written in that encoding.
    pub(crate) fn written_in(self, encoding: &'static Encoding) -> Self {
        Self { encoding, ..self }
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        self.columns.clone()
    }

    pub(crate) fn want(&mut self, columns: &[String]) {
        let at = |name: &String| self.columns.iter().position(|column| column == name);
        self.wanted = columns.iter().map(at).collect();
    }

    pub(crate) fn next(&mut self) -> Option<Raw> {
        let Raw { row, values } = self.rows.next()?;
        let values = values.map(|mut values| {
            let take = |at: &Option<usize>| at.and_then(|at| values.get_mut(at).and_then(Option::take));
            self.wanted.iter().map(take).collect()
        });
        Some(Raw { row, values })
    }
}
