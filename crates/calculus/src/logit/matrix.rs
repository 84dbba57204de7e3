//! The linear systems of a step: dense where they are small, else sparse.

use std::ops::Range;

use super::layout::Layout;
use crate::game::Game;
use crate::lu::Lu;
use crate::sparse::SparseLu;

/// Up to so many unknowns the dense way is the faster one on random trees.
const DENSE: usize = 100;

/// Which unknowns the equations of each open set speak of, and in which order they are best eliminated.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// Position in [`Layout::open`] → unknowns, rising.
    touched: Vec<Vec<usize>>,
    order: Vec<usize>,
}

impl Pattern {
    /// `None` for a system that is better dense: small, or with an entry nearly everywhere.
    pub(super) fn new(game: &Game, layout: &Layout) -> Option<Self> {
        let is_sparse = layout.unknowns > DENSE && layout.entries(game) < layout.unknowns.pow(2) / 4;
        is_sparse.then(|| Self::sparse(game, layout))
    }

    fn sparse(game: &Game, layout: &Layout) -> Self {
        Self { touched: layout.touched(game), order: layout.later_first(game) }
    }
}

/// A square matrix of the equations, then its factors.
#[derive(Clone, Debug)]
pub(super) enum Matrix {
    Dense(Lu),
    Sparse(Box<Sparse>),
}

/// Rows as lists of columns and entries.
#[derive(Clone, Debug)]
pub(super) struct Sparse {
    factors: SparseLu,
    rows: Vec<Vec<(usize, f64)>>,
    /// Some dense rows, empty but while they are written.
    scratch: Vec<f64>,
}

impl Matrix {
    /// Of the unknowns and `more` others behind them.
    pub(super) fn new(pattern: Option<&Pattern>, unknowns: usize, more: usize) -> Self {
        let n = unknowns + more;
        let Some(pattern) = pattern else { return Self::Dense(Lu::new(n)) };
        let order = pattern.order.iter().copied().chain(unknowns..n).collect();
        Self::Sparse(Box::new(Sparse {
            factors: SparseLu::new(order),
            rows: vec![Vec::new(); n],
            scratch: Vec::new(),
        }))
    }

    /// Lets `write` fill the rows of one open set, by its position; they are empty before, `width` wide.
    pub(super) fn fill(
        &mut self,
        pattern: Option<&Pattern>,
        position: usize,
        range: Range<usize>,
        width: usize,
        write: impl FnOnce(&mut [f64]),
    ) {
        match (self, pattern) {
            (Self::Sparse(own), Some(pattern)) => {
                let size = range.len() * width;
                own.scratch.resize(own.scratch.len().max(size), 0.0);
                write(&mut own.scratch[..size]);
                for (row, entries) in own.rows[range].iter_mut().zip(own.scratch.chunks_exact_mut(width)) {
                    row.clear();
                    for &column in &pattern.touched[position] {
                        row.push((column, std::mem::take(&mut entries[column])));
                    }
                }
            }
            (Self::Dense(lu), _) => {
                let rows = lu.rows_mut(range);
                rows.fill(0.0);
                write(rows);
            }
            (Self::Sparse(_), None) => unreachable!("a sparse matrix is made of a pattern"),
        }
    }

    /// Writes the last column, but for its last entry.
    pub(super) fn put_last_column(&mut self, entries: &[f64]) {
        let last = entries.len();
        match self {
            Self::Dense(lu) => {
                for (row, entry) in entries.iter().enumerate() {
                    lu.rows_mut(row..row + 1)[last] = *entry;
                }
            }
            Self::Sparse(own) => {
                for (row, entry) in own.rows.iter_mut().zip(entries) {
                    row.push((last, *entry));
                }
            }
        }
    }

    /// Writes the last row.
    pub(super) fn put_last_row(&mut self, entries: &[f64]) {
        let last = entries.len() - 1;
        match self {
            Self::Dense(lu) => lu.rows_mut(last..last + 1).copy_from_slice(entries),
            Self::Sparse(own) => {
                own.rows[last].clear();
                own.rows[last].extend(entries.iter().copied().enumerate());
            }
        }
    }

    pub(super) fn factor(&mut self) -> bool {
        match self {
            Self::Dense(lu) => lu.factor(),
            Self::Sparse(own) => own.factors.factor(&own.rows),
        }
    }

    pub(super) fn solve(&mut self, right: &mut [f64]) {
        match self {
            Self::Dense(lu) => lu.solve(right),
            Self::Sparse(own) => own.factors.solve(right),
        }
    }

    /// Sign of the determinant, once factored.
    pub(super) fn sign(&self) -> f64 {
        match self {
            Self::Dense(lu) => lu.sign,
            Self::Sparse(own) => own.factors.sign,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::path::Path;
    use super::super::system::System;
    use super::*;
    use crate::examples::{Interests, RandomTree};
    use measure::Seed;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// The same points, the same direction of the determinant, the same turns.
        #[test]
        fn the_sparse_way_goes_where_the_dense_one_goes(seed in 0_u64..1_000_000, players in 1_usize..4, types in 1_usize..3) {
            let tree = RandomTree { players, types, nodes: 150, interests: Interests::Mixed };
            let game = tree.grow(Seed(seed));
            let layout = Layout::new(&game);
            let follow = |pattern: Option<Pattern>| {
                let mut path = Path::with(System::new(&game, &layout), pattern);
                let mut points = 0;
                let end = path.follow(Some(9.0), &mut |_| { points += 1; std::ops::ControlFlow::Continue(()) });
                (end, points, path.passed.clone(), path.z.clone())
            };
            let dense = follow(None);
            let sparse = follow(Some(Pattern::sparse(&game, &layout)));
            prop_assert_eq!(dense.0, sparse.0);
            prop_assert_eq!(dense.1, sparse.1);
            prop_assert_eq!(dense.2.len(), sparse.2.len());
            for (one, other) in dense.3.iter().zip(&sparse.3) {
                prop_assert!((one - other).abs() < 1e-6, "{one} and {other}");
            }
        }
    }
}
