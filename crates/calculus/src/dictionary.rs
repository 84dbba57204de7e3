//! Systems of linear equations that are pivoted without rounding.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::{ToPrimitive, Zero};

/// A whole number of a tableau. Every operation may say that the result does not fit; then a wider type must be taken.
pub(crate) trait Entry: Clone {
    fn of(whole: &BigInt) -> Option<Self>;
    fn sign(&self) -> Ordering;
    fn negative(&self) -> Self;
    fn whole(&self) -> BigInt;
    /// (a·p − b·c) / d, which is whole by Sylvester's identity.
    fn cross(a: &Self, p: &Self, b: &Self, c: &Self, d: &Self) -> Option<Self>;
    /// a·b compared with c·d.
    fn compare(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering;
}

impl Entry for i64 {
    fn of(whole: &BigInt) -> Option<Self> {
        whole.to_i64().filter(|value| *value != i64::MIN)
    }
    fn sign(&self) -> Ordering {
        self.cmp(&0)
    }
    fn negative(&self) -> Self {
        -self
    }
    fn whole(&self) -> BigInt {
        (*self).into()
    }
    fn cross(a: &Self, p: &Self, b: &Self, c: &Self, d: &Self) -> Option<Self> {
        let above = i128::from(*a) * i128::from(*p) - i128::from(*b) * i128::from(*c);
        let value = if *d == 1 { above } else { above / i128::from(*d) };
        i64::try_from(value).ok().filter(|value| *value != i64::MIN)
    }
    fn compare(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
        (i128::from(*a) * i128::from(*b)).cmp(&(i128::from(*c) * i128::from(*d)))
    }
}

impl Entry for BigInt {
    fn of(whole: &BigInt) -> Option<Self> {
        Some(whole.clone())
    }
    fn sign(&self) -> Ordering {
        self.cmp(&Self::zero())
    }
    fn negative(&self) -> Self {
        -self
    }
    fn whole(&self) -> BigInt {
        self.clone()
    }
    fn cross(a: &Self, p: &Self, b: &Self, c: &Self, d: &Self) -> Option<Self> {
        if b.is_zero() || c.is_zero() {
            return Some(if a.is_zero() { Self::zero() } else { a * p / d });
        }
        Some((a * p - b * c) / d)
    }
    fn compare(a: &Self, b: &Self, c: &Self, d: &Self) -> Ordering {
        (a * b).cmp(&(c * d))
    }
}

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Basic in this row.
    Row(usize),
    /// Zero; its coefficients are this column.
    Column(usize),
}

/// `det · basic[i] + Σ_j rows[i][j] · zero[j] = rows[i][last]`, all whole numbers.
///
/// Edmonds (1967), Systems of distinct representatives and linear algebra, J. Res. Nat. Bur. Standards 71B:241–245
/// (integer pivoting).
#[derive(Clone, Debug)]
pub(crate) struct Dictionary<T> {
    rows: Vec<Vec<T>>,
    det: T,
    basic: Vec<usize>,
    zero: Vec<usize>,
    stand: Vec<Stand>,
    /// The variables that were basic at first: their columns are the inverse of the basis, by which ties are broken.
    first: Vec<usize>,
    nought: T,
}

impl<T: Entry> Dictionary<T> {
    /// `rows[i]`: coefficients of the variables `zero`, then the right side; `basic[i]` has the coefficient 1 there.
    /// Variables are numbered from 0 on without gaps. `None` if a number does not fit.
    pub(crate) fn new(rows: &[Vec<BigInt>], basic: Vec<usize>, zero: Vec<usize>) -> Option<Self> {
        let rows: Vec<Vec<T>> =
            rows.iter().map(|row| row.iter().map(T::of).collect()).collect::<Option<_>>()?;
        let mut stand = vec![Stand::Row(0); basic.len() + zero.len()];
        for (row, &variable) in basic.iter().enumerate() {
            stand[variable] = Stand::Row(row);
        }
        for (column, &variable) in zero.iter().enumerate() {
            stand[variable] = Stand::Column(column);
        }
        let first = basic.clone();
        Some(Self {
            rows,
            det: T::of(&1.into())?,
            basic,
            zero,
            stand,
            first,
            nought: T::of(&BigInt::zero())?,
        })
    }

    pub(crate) fn stand(&self, variable: usize) -> Stand {
        self.stand[variable]
    }

    /// The basic variables, rising: which vertex and which way of writing it.
    pub(crate) fn basis(&self) -> Vec<usize> {
        let mut basis = self.basic.clone();
        basis.sort_unstable();
        basis
    }

    /// Value of a variable, times [`Dictionary::factor`].
    pub(crate) fn value(&self, variable: usize) -> BigInt {
        match self.stand[variable] {
            Stand::Row(row) => self.rows[row][self.zero.len()].whole(),
            Stand::Column(_) => BigInt::zero(),
        }
    }

    /// What [`Dictionary::value`] is multiplied with, above 0.
    pub(crate) fn factor(&self) -> BigInt {
        self.det.whole()
    }

    /// Coefficient of a variable in a row, times the determinant.
    fn coefficient(&self, row: usize, variable: usize) -> &T {
        match self.stand[variable] {
            Stand::Column(column) => &self.rows[row][column],
            Stand::Row(own) if own == row => &self.det,
            Stand::Row(_) => &self.nought,
        }
    }

    /// The row in which a variable that grows from zero first drives another one to zero; ties are broken so that no
    /// basis comes twice (lexicographic rule). `None` if none is driven down.
    pub(crate) fn leaving(&self, entering: usize) -> Option<usize> {
        self.leaving_among(self.rows.len(), entering)
    }

    /// As [`Dictionary::leaving`], among the first rows only.
    pub(crate) fn leaving_among(&self, rows: usize, entering: usize) -> Option<usize> {
        let Stand::Column(column) = self.stand[entering] else { return None };
        let down = (0..rows).filter(|&row| self.rows[row][column].sign() == Ordering::Greater);
        down.min_by(|&a, &b| self.order(a, b, column))
    }

    /// Compares two rows, each divided by its entry in `column`: right sides, then the inverse of the basis.
    pub(crate) fn order(&self, a: usize, b: usize, column: usize) -> Ordering {
        let last = self.zero.len();
        let (by_a, by_b) = (&self.rows[a][column], &self.rows[b][column]);
        let mut order = T::compare(&self.rows[a][last], by_b, &self.rows[b][last], by_a);
        for &variable in &self.first {
            if order != Ordering::Equal {
                break;
            }
            order = T::compare(self.coefficient(a, variable), by_b, self.coefficient(b, variable), by_a);
        }
        order
    }

    /// Entry of a row in the column of a zero variable.
    pub(crate) fn entry(&self, row: usize, column: usize) -> &T {
        &self.rows[row][column]
    }

    /// The zero variables, by column.
    pub(crate) fn zeros(&self) -> &[usize] {
        &self.zero
    }

    /// Lets a zero variable take the place of the basic one in `row`, which is returned. `None` if a number does not
    /// fit; the dictionary is then spoilt.
    ///
    /// # Cost
    /// Rows × columns.
    pub(crate) fn pivot(&mut self, row: usize, entering: usize) -> Option<usize> {
        let Stand::Column(column) = self.stand[entering] else { return None };
        let turned = std::mem::take(&mut self.rows[row]);
        let p = turned[column].clone();
        for other in self.rows.iter_mut().filter(|other| !other.is_empty()) {
            let b = other[column].clone();
            for (slot, entry) in other.iter_mut().enumerate() {
                if slot != column {
                    *entry = T::cross(entry, &p, &b, &turned[slot], &self.det)?;
                }
            }
            other[column] = b.negative();
        }
        self.rows[row] = turned;
        self.rows[row][column] = std::mem::replace(&mut self.det, p);
        if self.det.sign() == Ordering::Less {
            self.det = self.det.negative();
            for entry in self.rows.iter_mut().flatten() {
                *entry = entry.negative();
            }
        }
        let leaving = std::mem::replace(&mut self.basic[row], entering);
        self.zero[column] = leaving;
        self.stand[entering] = Stand::Row(row);
        self.stand[leaving] = Stand::Column(column);
        Some(leaving)
    }
}
