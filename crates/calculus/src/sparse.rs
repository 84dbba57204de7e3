//! Gaussian elimination for systems that are mostly empty.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Factors of a square matrix, made row by row. Rows come in an order that keeps the factors empty; in each row the pivot is
/// the first column, in the same order, that is not small beside the largest (threshold pivoting).
///
/// Gilbert & Peierls (1988), Sparse partial pivoting in time proportional to arithmetic operations, SIAM J. Sci. Stat.
/// Comput. 9:862–874, with rows for columns and a heap for their depth-first search. A matrix with entries at the places of
/// the one before is factored along the same pivots without any search, until one of them is too small: from there on
/// pivots are sought again (Davis & Palamadai Natarajan 2010, Algorithm 907: KLU, ACM Trans. Math. Softw. 37:36).
///
/// Our own because steps of a path ask for the sign of the determinant, for an order that the tree gives, for the same bits on
/// every machine, and for factors made again in place.
#[derive(Clone, Debug)]
pub(crate) struct SparseLu {
    n: usize,
    /// Position in the order → row and column of that number.
    order: Vec<usize>,
    rank: Vec<usize>,
    /// Pivot → its row of the upper factor, the pivot itself apart.
    upper: Vec<Vec<(usize, f64)>>,
    /// Pivot → what was taken of earlier pivots, rising.
    lower: Vec<Vec<(usize, f64)>>,
    diagonal: Vec<f64>,
    /// Pivot → column, and back (`n` for none yet).
    columns: Vec<usize>,
    pivot_of: Vec<usize>,
    /// Where the entries of the matrix last factored stood.
    places: Vec<Vec<usize>>,
    work: Vec<f64>,
    marked: Vec<bool>,
    found: Vec<usize>,
    waiting: BinaryHeap<Reverse<usize>>,
    solution: Vec<f64>,
    /// Sign of the determinant, once all rows are in.
    pub(crate) sign: f64,
}

/// A pivot may be smaller than the largest of its row by this.
const THRESHOLD: f64 = 0.1;

impl SparseLu {
    /// For matrices whose rows are taken, and columns preferred, in this order: a permutation of 0..n.
    pub(crate) fn new(order: Vec<usize>) -> Self {
        let n = order.len();
        let mut rank = vec![0; n];
        for (at, &row) in order.iter().enumerate() {
            rank[row] = at;
        }
        Self {
            n,
            order,
            rank,
            upper: vec![Vec::new(); n],
            lower: vec![Vec::new(); n],
            diagonal: vec![0.0; n],
            columns: Vec::with_capacity(n),
            pivot_of: vec![n; n],
            places: vec![Vec::new(); n],
            work: vec![0.0; n],
            marked: vec![false; n],
            found: Vec::new(),
            waiting: BinaryHeap::new(),
            solution: vec![0.0; n],
            sign: 1.0,
        }
    }

    /// Factors the matrix whose rows are lists of columns and entries; false if it is singular or holds no numbers.
    pub(crate) fn factor(&mut self, rows: &[Vec<(usize, f64)>]) -> bool {
        let kept =
            (0..self.columns.len()).take_while(|&pivot| self.repeat(pivot, &rows[self.order[pivot]])).count();
        for column in self.columns.drain(kept..) {
            self.pivot_of[column] = self.n;
        }
        for pivot in kept..self.n {
            if !self.eliminate(pivot, &rows[self.order[pivot]]) {
                return false;
            }
        }
        self.sign = self.parity();
        true
    }

    /// Eliminates a row as the one that stood here before; false, with nothing changed that matters, if that will not do.
    fn repeat(&mut self, pivot: usize, row: &[(usize, f64)]) -> bool {
        let places = &self.places[pivot];
        if places.len() != row.len() || places.iter().zip(row).any(|(place, (column, _))| place != column) {
            return false;
        }
        for &(column, entry) in row {
            self.work[column] += entry;
        }
        for (earlier, factor) in &mut self.lower[pivot] {
            let column = self.columns[*earlier];
            *factor = std::mem::take(&mut self.work[column]) / self.diagonal[*earlier];
            if *factor != 0.0 {
                for &(column, entry) in &self.upper[*earlier] {
                    self.work[column] -= *factor * entry;
                }
            }
        }
        let head = std::mem::take(&mut self.work[self.columns[pivot]]);
        self.diagonal[pivot] = head;
        let (mut most, mut fine) = (0.0_f64, head != 0.0 && head.is_finite());
        for (column, entry) in &mut self.upper[pivot] {
            *entry = std::mem::take(&mut self.work[*column]);
            most = most.max(entry.abs());
            fine &= entry.is_finite();
        }
        fine && head.abs() >= THRESHOLD * most
    }

    /// Eliminates a row and looks for its pivot.
    fn eliminate(&mut self, pivot: usize, row: &[(usize, f64)]) -> bool {
        self.places[pivot].clear();
        for &(column, entry) in row {
            self.places[pivot].push(column);
            self.reach(column);
            self.work[column] += entry;
        }
        self.lower[pivot].clear();
        while let Some(Reverse(earlier)) = self.waiting.pop() {
            let factor = self.work[self.columns[earlier]] / self.diagonal[earlier];
            self.lower[pivot].push((earlier, factor));
            // Also where the factor is 0 by chance: the next matrix may have another one at this place.
            let upper = std::mem::take(&mut self.upper[earlier]);
            for &(column, entry) in &upper {
                self.reach(column);
                self.work[column] -= factor * entry;
            }
            self.upper[earlier] = upper;
        }
        let free = |column: &&usize| self.pivot_of[**column] == self.n;
        let most = self.found.iter().filter(free).map(|&c| self.work[c].abs()).fold(0.0, f64::max);
        let fine = most > 0.0 && most.is_finite() && self.found.iter().all(|&c| self.work[c].is_finite());
        let chosen = self
            .found
            .iter()
            .filter(free)
            .filter(|&&column| self.work[column].abs() >= THRESHOLD * most)
            .min_by_key(|&&column| self.rank[column])
            .copied();
        self.upper[pivot].clear();
        if let (true, Some(chosen)) = (fine, chosen) {
            self.diagonal[pivot] = self.work[chosen];
            for &column in &self.found {
                if self.pivot_of[column] == self.n && column != chosen {
                    self.upper[pivot].push((column, self.work[column]));
                }
            }
            self.columns.push(chosen);
            self.pivot_of[chosen] = pivot;
        }
        for column in self.found.drain(..) {
            self.work[column] = 0.0;
            self.marked[column] = false;
        }
        fine && chosen.is_some()
    }

    fn reach(&mut self, column: usize) {
        if !self.marked[column] {
            self.marked[column] = true;
            self.found.push(column);
            if self.pivot_of[column] < self.n {
                self.waiting.push(Reverse(self.pivot_of[column]));
            }
        }
    }

    /// Sign of the product of the pivots times that of the permutation row → column.
    fn parity(&self) -> f64 {
        let mut to = vec![0; self.n];
        for (pivot, &column) in self.columns.iter().enumerate() {
            to[self.order[pivot]] = column;
        }
        let mut sign = 1.0;
        for start in 0..self.n {
            while to[start] != start {
                let next = to[start];
                to.swap(start, next);
                sign = -sign;
            }
        }
        self.diagonal.iter().fold(sign, |sign, pivot| if *pivot < 0.0 { -sign } else { sign })
    }

    /// Solves in place.
    pub(crate) fn solve(&mut self, right: &mut [f64]) {
        for pivot in 0..self.n {
            let done: f64 =
                self.lower[pivot].iter().map(|&(earlier, factor)| factor * self.solution[earlier]).sum();
            self.solution[pivot] = right[self.order[pivot]] - done;
        }
        for pivot in (0..self.n).rev() {
            // Columns of later pivots are solved already.
            let done: f64 = self.upper[pivot].iter().map(|&(column, entry)| entry * right[column]).sum();
            right[self.columns[pivot]] = (self.solution[pivot] - done) / self.diagonal[pivot];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lu::Lu;
    use measure::Seed;
    use proptest::prelude::*;

    /// Entries at the places of `rows`, drawn anew; some of them 0, some of them small.
    fn drawn(rows: &[Vec<usize>], stream: &mut measure::Stream) -> Vec<Vec<(usize, f64)>> {
        let mut entry = || match stream.index(8) {
            0 => 0.0,
            1 => 1e-6 * stream.normal(),
            _ => stream.normal(),
        };
        rows.iter().map(|row| row.iter().map(|&column| (column, entry())).collect()).collect()
    }

    proptest! {
        /// Three matrices with entries at the same places, by the same factors made again: pivots stay, or are sought again
        /// where they became small; then a matrix with other places.
        #[test]
        fn as_the_dense_one_solves(seed in 0_u64..1_000_000, n in 1_usize..14) {
            let mut stream = Seed(seed).stream("matrix", 0);
            let places = |stream: &mut measure::Stream| -> Vec<Vec<usize>> {
                let row = |stream: &mut measure::Stream| (0..n).filter(|_| stream.uniform() < 0.4).collect();
                (0..n).map(|_| row(stream)).collect()
            };
            let mut order: Vec<usize> = (0..n).collect();
            for at in (1..n).rev() {
                order.swap(at, stream.index(at + 1));
            }
            let mut sparse = SparseLu::new(order);
            let first = places(&mut stream);
            let mut all: Vec<_> = (0..3).map(|_| drawn(&first, &mut stream)).collect();
            let second = places(&mut stream);
            all.push(drawn(&second, &mut stream));
            for rows in &all {
                let mut dense = Lu::new(n);
                for (at, row) in rows.iter().enumerate() {
                    for &(column, entry) in row {
                        dense.rows_mut(at..at + 1)[column] = entry;
                    }
                }
                let is_sparse = sparse.factor(rows);
                if !(dense.factor() && dense.well_conditioned()) {
                    continue;
                }
                prop_assert!(is_sparse);
                prop_assert_eq!(sparse.sign, dense.sign);
                let right: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
                let mut x = right.clone();
                sparse.solve(&mut x);
                // The equations beside the norms of matrix and solution (backward error), for the unknowns hang on how well
                // the matrix is conditioned; pivots of a tenth let entries grow.
                let norm = |all: &[f64]| all.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
                let entries: Vec<f64> = rows.iter().flatten().map(|(_, entry)| *entry).collect();
                let size = 1.0 + n as f64 * norm(&entries) * norm(&x);
                for (row, right) in rows.iter().zip(&right) {
                    let sum: f64 = row.iter().map(|&(column, entry)| entry * x[column]).sum();
                    prop_assert!((sum - right).abs() < 1e-9 * size, "{sum} and {right}");
                }
            }
        }

        /// A tree of dependences, eliminated from the leaves, fills nothing in.
        #[test]
        fn a_tree_stays_as_empty_as_it_was(seed in 0_u64..1_000_000, n in 2_usize..60) {
            let mut stream = Seed(seed).stream("tree", 0);
            let mut rows: Vec<Vec<(usize, f64)>> = (0..n).map(|row| vec![(row, 4.0)]).collect();
            for below in 1..n {
                let above = stream.index(below);
                rows[below].push((above, 0.1));
                rows[above].push((below, 0.1));
            }
            let mut sparse = SparseLu::new((0..n).rev().collect());
            prop_assert!(sparse.factor(&rows));
            let entries: usize = sparse.lower.iter().chain(&sparse.upper).map(Vec::len).sum();
            prop_assert_eq!(entries, 2 * (n - 1));
        }
    }
}
