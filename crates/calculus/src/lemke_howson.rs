//! One equilibrium of two players along a path of almost complementary vertices, and all that such paths join.
//!
//! Lemke & Howson (1964), Equilibrium points of bimatrix games, J. SIAM 12:413–423; von Stengel (2002), Computing
//! equilibria for two-person games, Handbook of Game Theory 3:1723–1759 (labels, lexicographic pivoting); Shapley (1974),
//! A note on the Lemke–Howson algorithm, Math. Programming Study 1:175–189 (paths from every equilibrium).

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;

use num_bigint::BigInt;
use num_traits::One;

use crate::bimatrix::{Bimatrix, MixedProfile};
use crate::dictionary::{Dictionary, Entry, Stand};
use crate::progress::{Progress, Watcher};

/// Equilibria that paths from each other's labels join.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// In the order in which they were found.
    pub equilibria: Vec<MixedProfile>,
    /// Whether every path was followed to its end. There may be equilibria that no path reaches.
    pub finished: bool,
}

/// The two tableaus of a completely labelled pair of vertices: the first player's strategy, and the second's.
/// Labels: 0… for the first player's strategies, then the second's; each names one variable of each tableau.
#[derive(Clone)]
struct Pair<T>([Dictionary<T>; 2]);

enum Followed<T> {
    To(Pair<T>),
    /// A number did not fit.
    Wider,
    Stopped(Pair<T>),
}

/// The equilibrium at the end of the path that begins where everybody has label `label` missing: a strategy of the
/// first player, or behind those one of the second. If the watcher breaks off: where the path was.
///
/// # Panics
/// If there is no such label.
///
/// # Cost
/// Each pivot rows × columns; the number of pivots is small in practice and exponential at worst.
pub fn lemke_howson(game: &Bimatrix, label: usize, watcher: &mut Watcher<'_>) -> Joined {
    assert!(label < game.rows + game.columns, "no label {label}");
    one::<i64>(game, label, watcher)
        .or_else(|| one::<BigInt>(game, label, watcher))
        .unwrap_or(Joined { equilibria: Vec::new(), finished: false })
}

/// All equilibria that paths reach from the artificial one, and from those found, label by label, until nothing new
/// comes.
///
/// # Cost
/// Labels × equilibria found × one path.
pub fn all_starts(game: &Bimatrix, watcher: &mut Watcher<'_>) -> Joined {
    closure::<i64>(game, watcher)
        .or_else(|| closure::<BigInt>(game, watcher))
        .unwrap_or(Joined { equilibria: Vec::new(), finished: false })
}

fn one<T: Entry>(game: &Bimatrix, label: usize, watcher: &mut Watcher<'_>) -> Option<Joined> {
    let mut steps = 0;
    match Pair::<T>::artificial(game)?.follow(label, &mut steps, watcher) {
        Followed::To(pair) => Some(Joined { equilibria: vec![pair.profile(game)], finished: true }),
        Followed::Stopped(pair) => Some(Joined { equilibria: vec![pair.profile(game)], finished: false }),
        Followed::Wider => None,
    }
}

fn closure<T: Entry>(game: &Bimatrix, watcher: &mut Watcher<'_>) -> Option<Joined> {
    let labels = game.rows + game.columns;
    let start = Pair::<T>::artificial(game)?;
    let mut seen: BTreeMap<[Vec<usize>; 2], ()> = BTreeMap::new();
    seen.insert(start.bases(), ());
    let mut equilibria: Vec<MixedProfile> = Vec::new();
    let mut waiting = VecDeque::from([start]);
    let mut steps = 0;
    while let Some(from) = waiting.pop_front() {
        for label in 0..labels {
            let to = match from.clone().follow(label, &mut steps, watcher) {
                Followed::To(pair) => pair,
                Followed::Wider => return None,
                Followed::Stopped(pair) => {
                    if equilibria.is_empty() {
                        equilibria.push(pair.profile(game));
                    }
                    return Some(Joined { equilibria, finished: false });
                }
            };
            if seen.insert(to.bases(), ()).is_none() {
                let profile = to.profile(game);
                if !to.is_artificial(game) && !equilibria.contains(&profile) {
                    equilibria.push(profile);
                }
                waiting.push_back(to);
            }
        }
    }
    Some(Joined { equilibria, finished: true })
}

impl<T: Entry> Pair<T> {
    /// Both players do nothing: the vertex 0 of both polytopes {x ≥ 0: Bᵀx ≤ 1} and {y ≥ 0: Ay ≤ 1}.
    fn artificial(game: &Bimatrix) -> Option<Self> {
        let (m, n) = (game.rows, game.columns);
        let first: Vec<Vec<BigInt>> = (0..n)
            .map(|column| {
                let own = (0..m).map(|row| game.payoffs[1][row + column * m].clone());
                own.chain([BigInt::one()]).collect()
            })
            .collect();
        let second: Vec<Vec<BigInt>> = (0..m)
            .map(|row| {
                let own = (0..n).map(|column| game.payoffs[0][row + column * m].clone());
                own.chain([BigInt::one()]).collect()
            })
            .collect();
        let (rows, columns): (Vec<usize>, Vec<usize>) = ((0..m).collect(), (m..m + n).collect());
        Some(Self([
            Dictionary::new(&first, columns.clone(), rows.clone())?,
            Dictionary::new(&second, rows, columns)?,
        ]))
    }

    fn bases(&self) -> [Vec<usize>; 2] {
        [self.0[0].basis(), self.0[1].basis()]
    }

    fn is_artificial(&self, game: &Bimatrix) -> bool {
        (0..game.rows).all(|label| matches!(self.0[0].stand(label), Stand::Column(_)))
    }

    /// Drops a label and pivots until it is found again.
    fn follow(mut self, label: usize, steps: &mut u64, watcher: &mut Watcher<'_>) -> Followed<T> {
        let mut side = usize::from(!matches!(self.0[0].stand(label), Stand::Column(_)));
        let mut entering = label;
        loop {
            *steps += 1;
            if watcher(Progress { steps: *steps, of: None, regret: None }) == ControlFlow::Break(()) {
                return Followed::Stopped(self);
            }
            // The polytopes are bounded: some variable leaves.
            let Some(row) = self.0[side].leaving(entering) else { return Followed::Wider };
            match self.0[side].pivot(row, entering) {
                None => return Followed::Wider,
                Some(leaving) if leaving == label => return Followed::To(self),
                Some(leaving) => entering = leaving,
            }
            side = 1 - side;
        }
    }

    fn profile(&self, game: &Bimatrix) -> MixedProfile {
        let weights = |side: usize, from: usize, to: usize| -> Vec<BigInt> {
            (from..to).map(|label| self.0[side].value(label)).collect()
        };
        let (m, n) = (game.rows, game.columns);
        game.profile([&weights(0, 0, m), &weights(1, m, m + n)])
    }
}
