//! All vertices of a polytope, by the double description method in whole numbers.
//!
//! Motzkin, Raiffa, Thompson & Thrall (1953), The double description method, Contributions to the Theory of Games II,
//! 51–73; Fukuda & Prodon (1996), Double description method revisited, LNCS 1120:91–111 (adjacency by zero sets).

use std::ops::ControlFlow;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

/// A set of small numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn empty(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    pub(crate) fn insert(&mut self, bit: usize) {
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    pub(crate) fn has(&self, bit: usize) -> bool {
        self.0[bit / 64] >> (bit % 64) & 1 == 1
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & b == *b)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.0.len() * 64).filter(|&bit| self.has(bit))
    }
}

/// Whole numbers that may turn out too narrow.
trait Coordinate: Clone {
    fn of(whole: &BigInt) -> Option<Self>;
    fn whole(&self) -> BigInt;
    /// Σ a·b.
    fn dot(a: &[Self], b: &[Self]) -> Option<Self>;
    fn sign(&self) -> i32;
    /// |v|·a + |u|·b without common factor.
    fn between(a: &[Self], v: &Self, b: &[Self], u: &Self) -> Option<Vec<Self>>;
}

impl Coordinate for i64 {
    fn of(whole: &BigInt) -> Option<Self> {
        whole.to_i64().filter(|value| *value != Self::MIN)
    }
    fn whole(&self) -> BigInt {
        (*self).into()
    }
    fn dot(a: &[Self], b: &[Self]) -> Option<Self> {
        let mut sum = 0_i128;
        for (a, b) in a.iter().zip(b) {
            sum = sum.checked_add(i128::from(*a) * i128::from(*b))?;
        }
        Self::try_from(sum).ok().filter(|value| *value != Self::MIN)
    }
    fn sign(&self) -> i32 {
        self.signum() as i32
    }
    fn between(a: &[Self], v: &Self, b: &[Self], u: &Self) -> Option<Vec<Self>> {
        let (v, u) = (i128::from(v.abs()), i128::from(u.abs()));
        let wide: Vec<i128> = a.iter().zip(b).map(|(a, b)| v * i128::from(*a) + u * i128::from(*b)).collect();
        let common =
            wide.iter().fold(0_i128, |common, value| if common == 1 { 1 } else { common.gcd(value) });
        wide.into_iter()
            .map(|value| Self::try_from(if common == 1 { value } else { value / common }).ok())
            .collect()
    }
}

impl Coordinate for BigInt {
    fn of(whole: &BigInt) -> Option<Self> {
        Some(whole.clone())
    }
    fn whole(&self) -> BigInt {
        self.clone()
    }
    fn dot(a: &[Self], b: &[Self]) -> Option<Self> {
        Some(a.iter().zip(b).filter(|(a, b)| !a.is_zero() && !b.is_zero()).map(|(a, b)| a * b).sum())
    }
    fn sign(&self) -> i32 {
        self.signum().to_i32().unwrap_or(0)
    }
    fn between(a: &[Self], v: &Self, b: &[Self], u: &Self) -> Option<Vec<Self>> {
        let (v, u) = (v.abs(), u.abs());
        let wide: Vec<Self> = a.iter().zip(b).map(|(a, b)| &v * a + &u * b).collect();
        let common = wide.iter().fold(Self::zero(), |common, value| common.gcd(value));
        Some(wide.into_iter().map(|value| value / &common).collect())
    }
}

/// A vertex: coordinates times a common factor, and which constraints hold with equality.
#[derive(Clone, Debug)]
pub(crate) struct Vertex {
    pub(crate) weights: Vec<BigInt>,
    /// 0… for x_i = 0, then one for each row that is 1.
    pub(crate) tight: Bits,
}

/// All vertices of {x ≥ 0 : rows·x ≤ 1}, rows positive whole numbers of length `size`. `None` if told to stop.
///
/// # Cost
/// Rows × pairs of rays × rays in the middle; the rays in the middle may be more than the vertices.
pub(crate) fn vertices(
    size: usize,
    rows: &[Vec<BigInt>],
    step: &mut dyn FnMut() -> ControlFlow<()>,
) -> Option<Vec<Vertex>> {
    match describe::<i64>(size, rows, step) {
        Described::All(found) => Some(found),
        Described::Stopped => None,
        Described::Wider => match describe::<BigInt>(size, rows, step) {
            Described::All(found) => Some(found),
            Described::Stopped | Described::Wider => None,
        },
    }
}

enum Described {
    All(Vec<Vertex>),
    Wider,
    Stopped,
}

struct Ray<T> {
    at: Vec<T>,
    tight: Bits,
}

/// The cone {(x, t) ≥ 0 : t − row·x ≥ 0}; its rays with t > 0 are the vertices.
fn describe<T: Coordinate>(
    size: usize,
    rows: &[Vec<BigInt>],
    step: &mut dyn FnMut() -> ControlFlow<()>,
) -> Described {
    // Constraints: x_i ≥ 0, the rows, t ≥ 0.
    let constraints = size + rows.len() + 1;
    let unit = |index: usize| -> Option<Ray<T>> {
        let at =
            (0..=size).map(|slot| T::of(&BigInt::from(u8::from(slot == index)))).collect::<Option<_>>()?;
        let mut tight = Bits::empty(constraints);
        for slot in (0..=size).filter(|&slot| slot != index) {
            tight.insert(if slot == size { constraints - 1 } else { slot });
        }
        Some(Ray { at, tight })
    };
    let Some(mut rays) = (0..=size).map(unit).collect::<Option<Vec<_>>>() else { return Described::Wider };
    // Rows in lexicographic order keep the rays in the middle few (Fukuda & Prodon 1996).
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| rows[a].cmp(&rows[b]));
    for row in order {
        let half: Option<Vec<T>> =
            rows[row].iter().map(|entry| T::of(&-entry)).chain([T::of(&BigInt::from(1))]).collect();
        let Some(half) = half else { return Described::Wider };
        match cut(rays, &half, size + row, size, step) {
            Ok(cut) => rays = cut,
            Err(failed) => return failed,
        }
    }
    let vertices = rays
        .into_iter()
        .filter(|ray| ray.at[size].sign() > 0)
        .map(|ray| Vertex { weights: ray.at[..size].iter().map(T::whole).collect(), tight: ray.tight });
    Described::All(vertices.collect())
}

/// The rays of the part of the cone where `half` is not negative.
fn cut<T: Coordinate>(
    rays: Vec<Ray<T>>,
    half: &[T],
    constraint: usize,
    size: usize,
    step: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Vec<Ray<T>>, Described> {
    let values: Vec<T> =
        rays.iter().map(|ray| T::dot(half, &ray.at)).collect::<Option<_>>().ok_or(Described::Wider)?;
    let with = |sign: i32| (0..rays.len()).filter(|&index| values[index].sign() == sign).collect::<Vec<_>>();
    let (inside, outside) = (with(1), with(-1));
    let mut fresh = Vec::new();
    for &a in &inside {
        if step() == ControlFlow::Break(()) {
            return Err(Described::Stopped);
        }
        for &b in &outside {
            let mut both = rays[a].tight.and(&rays[b].tight);
            // Two rays of a cone in size + 1 dimensions span an edge if no third one lies on all that both lie on.
            if both.count() + 1 < size
                || rays
                    .iter()
                    .enumerate()
                    .any(|(other, ray)| other != a && other != b && ray.tight.contains(&both))
            {
                continue;
            }
            let at = T::between(&rays[a].at, &values[b], &rays[b].at, &values[a]).ok_or(Described::Wider)?;
            both.insert(constraint);
            fresh.push(Ray { at, tight: both });
        }
    }
    let mut kept: Vec<Ray<T>> = Vec::with_capacity(rays.len() - outside.len() + fresh.len());
    for (mut ray, value) in rays.into_iter().zip(&values) {
        match value.sign() {
            0 => {
                ray.tight.insert(constraint);
                kept.push(ray);
            }
            1 => kept.push(ray),
            _ => {}
        }
    }
    kept.extend(fresh);
    Ok(kept)
}
