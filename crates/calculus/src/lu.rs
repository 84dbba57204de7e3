//! Gaussian elimination in place, for the small dense systems of every step.

/// A square matrix by rows, then its factors.
#[derive(Clone, Debug)]
pub(crate) struct Lu {
    n: usize,
    entries: Vec<f64>,
    swaps: Vec<usize>,
    /// Sign of the determinant, once factored.
    pub(crate) sign: f64,
}

impl Lu {
    pub(crate) fn new(n: usize) -> Self {
        Self { n, entries: vec![0.0; n * n], swaps: vec![0; n], sign: 1.0 }
    }

    pub(crate) fn rows_mut(&mut self, rows: std::ops::Range<usize>) -> &mut [f64] {
        &mut self.entries[rows.start * self.n..rows.end * self.n]
    }

    /// Factors with partial pivoting; false for a matrix that is singular to the last bit or holds no numbers.
    pub(crate) fn factor(&mut self) -> bool {
        let n = self.n;
        self.sign = 1.0;
        for k in 0..n {
            let (mut pivot, mut most) = (k, 0.0);
            for row in k..n {
                let size = self.entries[row * n + k].abs();
                if size > most {
                    (pivot, most) = (row, size);
                }
            }
            if !(most > 0.0 && most.is_finite()) {
                return false;
            }
            self.swaps[k] = pivot;
            if pivot != k {
                self.sign = -self.sign;
                let (above, below) = self.entries.split_at_mut(pivot * n);
                above[k * n..(k + 1) * n].swap_with_slice(&mut below[..n]);
            }
            let (above, below) = self.entries.split_at_mut((k + 1) * n);
            let top = &above[k * n..];
            let head = top[k];
            if head < 0.0 {
                self.sign = -self.sign;
            }
            for row in below.chunks_exact_mut(n) {
                // Most of the Jacobian of a tree is empty.
                if row[k] != 0.0 {
                    let factor = row[k] / head;
                    row[k] = factor;
                    for (entry, top) in row[k + 1..].iter_mut().zip(&top[k + 1..n]) {
                        *entry -= factor * top;
                    }
                }
            }
        }
        true
    }

    /// Whether no pivot is tiny beside the largest.
    pub(crate) fn well_conditioned(&self) -> bool {
        let pivot = |k: usize| self.entries[k * self.n + k].abs();
        let most = (0..self.n).map(pivot).fold(0.0, f64::max);
        (0..self.n).all(|k| pivot(k) > 1e-7 * most)
    }

    /// Solves in place.
    pub(crate) fn solve(&self, right: &mut [f64]) {
        let n = self.n;
        // Rows were swapped as wholes, factors included: all swaps come before the factors.
        for (k, &swap) in self.swaps.iter().enumerate() {
            right.swap(k, swap);
        }
        for row in 0..n {
            let own = &self.entries[row * n..row * n + row];
            let done: f64 = own.iter().zip(&right[..row]).map(|(a, x)| a * x).sum();
            right[row] -= done;
        }
        for row in (0..n).rev() {
            let own = &self.entries[row * n..(row + 1) * n];
            let done: f64 = own[row + 1..].iter().zip(&right[row + 1..]).map(|(a, x)| a * x).sum();
            right[row] = (right[row] - done) / own[row];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Seed;
    use nalgebra::DMatrix;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_nalgebra_solves(seed in 0_u64..1_000_000, n in 1_usize..9) {
            let mut stream = Seed(seed).stream("matrix", 0);
            let rows: Vec<f64> = (0..n * n).map(|_| stream.normal() * f64::from(u8::from(stream.uniform() < 0.7))).collect();
            let right: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
            let matrix = DMatrix::from_row_slice(n, n, &rows);
            let determinant = matrix.determinant();
            prop_assume!(determinant.abs() > 1e-3);
            let mut lu = Lu::new(n);
            for row in 0..n {
                lu.rows_mut(row..row + 1).copy_from_slice(&rows[row * n..(row + 1) * n]);
            }
            prop_assert!(lu.factor());
            prop_assert_eq!(lu.sign, determinant.signum());
            let mut x = right.clone();
            lu.solve(&mut x);
            for row in 0..n {
                let mut left = -right[row];
                for column in 0..n {
                    left += matrix[(row, column)] * x[column];
                }
                prop_assert!(left.abs() < 1e-9);
            }
        }
    }
}
