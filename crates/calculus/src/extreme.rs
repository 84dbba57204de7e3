//! All extreme equilibria of two players, and how they hang together.
//!
//! Avis, Rosenberg, Savani & von Stengel (2010), Enumeration of Nash equilibria for two-player games, Economic Theory
//! 42:9–37: every equilibrium is a convex combination of extreme ones, which are pairs of vertices of two polytopes that
//! have all labels together. Maximal sets of vertices that go together pairwise are the convex parts of the set of
//! equilibria (Winkels 1979; Jansen 1981); parts that share an equilibrium form a component.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use num_bigint::BigInt;

use crate::bimatrix::{Bimatrix, MixedProfile};
use crate::progress::{Progress, Watcher};
use crate::vertices::{Bits, Vertex, vertices};

/// Extreme equilibria that hang together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Positions in [`Extreme::equilibria`], rising.
    pub equilibria: Vec<usize>,
    /// Its convex parts, as positions of their corners: every mixture of the first player's strategies there with every
    /// mixture of the second's is an equilibrium. Empty if there are more than 10 000.
    pub parts: Vec<Vec<usize>>,
}

/// All equilibria of a game of two players.
#[derive(Clone, Debug, PartialEq)]
pub struct Extreme {
    /// The corners of the set of equilibria, those with smaller supports at the front of each strategy first.
    pub equilibria: Vec<MixedProfile>,
    /// By their first equilibrium.
    pub components: Vec<Component>,
}

/// Most vertices of one polytope that are kept.
const MOST_PARTS: usize = 10_000;

/// All extreme equilibria. `None` if the watcher breaks off: none is known before all vertices are.
///
/// # Cost
/// That of listing the vertices of both polytopes, which may be exponential in the number of strategies; 12 × 12 random
/// games take about a second.
pub fn extreme_equilibria(game: &Bimatrix, watcher: &mut Watcher<'_>) -> Option<Extreme> {
    let (m, n) = (game.rows, game.columns);
    let first: Vec<Vec<BigInt>> =
        (0..n).map(|j| (0..m).map(|i| game.payoffs[1][i + j * m].clone()).collect()).collect();
    let second: Vec<Vec<BigInt>> =
        (0..m).map(|i| (0..n).map(|j| game.payoffs[0][i + j * m].clone()).collect()).collect();
    let mut steps = 0;
    let mut step = || -> ControlFlow<()> {
        steps += 1;
        watcher(Progress { steps, of: None, regret: None })
    };
    let p = vertices(m, &first, &mut step)?;
    let q = vertices(n, &second, &mut step)?;
    // Labels of the second polytope in the numbering of the first: its rows are the first player's strategies.
    let relabel = |vertex: &Vertex| {
        let mut labels = Bits::empty(m + n);
        for tight in vertex.tight.iter().filter(|&tight| tight < m + n) {
            labels.insert(if tight < n { m + tight } else { tight - n });
        }
        labels
    };
    let q_labels: Vec<Bits> = q.iter().map(relabel).collect();
    let mut by_label: Vec<Vec<usize>> = vec![Vec::new(); m + n];
    for (index, labels) in q_labels.iter().enumerate() {
        for label in labels.iter() {
            by_label[label].push(index);
        }
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (x, vertex) in p.iter().enumerate() {
        step().is_continue().then_some(())?;
        // The vertex 0 plays nothing.
        if (0..m).all(|label| vertex.tight.has(label)) {
            continue;
        }
        let mut missing = Bits::empty(m + n);
        for label in (0..m + n).filter(|&label| !vertex.tight.has(label)) {
            missing.insert(label);
        }
        // Some probability is positive, so that at least one label is missing.
        let Some(fewest) = missing.iter().min_by_key(|&label| by_label[label].len()) else { continue };
        let fits = by_label[fewest].iter().filter(|&&y| q_labels[y].contains(&missing));
        pairs.extend(fits.map(|&y| (x, y)));
    }
    // Vertices come in the order of the enumeration; readers get pure ones first.
    let support =
        |vertex: &Vertex, size: usize| (0..size).filter(|&slot| !vertex.tight.has(slot)).collect::<Vec<_>>();
    pairs.sort_by_cached_key(|&(x, y)| {
        let (x, y) = (support(&p[x], m), support(&q[y], n));
        (x.len() + y.len(), x, y)
    });
    let equilibria = pairs.iter().map(|&(x, y)| game.profile([&p[x].weights, &q[y].weights])).collect();
    Some(Extreme { equilibria, components: components(&pairs) })
}

/// Connected parts of the graph whose edges are the equilibria, and their maximal complete parts.
fn components(pairs: &[(usize, usize)]) -> Vec<Component> {
    let mut of_x: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut of_y: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, &(x, y)) in pairs.iter().enumerate() {
        of_x.entry(x).or_default().push(index);
        of_y.entry(y).or_default().push(index);
    }
    let mut seen = vec![false; pairs.len()];
    let mut all = Vec::new();
    for start in 0..pairs.len() {
        if seen[start] {
            continue;
        }
        let mut equilibria = vec![start];
        seen[start] = true;
        let mut next = 0;
        while let Some(&(x, y)) = equilibria.get(next).map(|&index| &pairs[index]) {
            next += 1;
            for &other in of_x[&x].iter().chain(&of_y[&y]) {
                if !std::mem::replace(&mut seen[other], true) {
                    equilibria.push(other);
                }
            }
        }
        equilibria.sort_unstable();
        let parts = parts(pairs, &equilibria);
        all.push(Component { equilibria, parts });
    }
    all
}

/// Maximal complete bipartite parts: the sets of second strategies that go with some first ones are closed under
/// intersection, and each part is one of them with all first strategies that it goes with.
fn parts(pairs: &[(usize, usize)], equilibria: &[usize]) -> Vec<Vec<usize>> {
    let mut with: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for &index in equilibria {
        with.entry(pairs[index].0).or_default().insert(pairs[index].1);
    }
    let mut closed: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    for own in with.values() {
        let meets: Vec<BTreeSet<usize>> =
            closed.iter().map(|other| own.intersection(other).copied().collect()).collect();
        closed.insert(own.clone());
        closed.extend(meets.into_iter().filter(|meet: &BTreeSet<usize>| !meet.is_empty()));
        if closed.len() > MOST_PARTS {
            return Vec::new();
        }
    }
    let part = |ys: &BTreeSet<usize>| -> Vec<usize> {
        let fits = |index: &usize| {
            let (x, y) = pairs[*index];
            ys.contains(&y) && with[&x].is_superset(ys)
        };
        equilibria.iter().copied().filter(fits).collect()
    };
    let mut parts: Vec<Vec<usize>> = closed.iter().map(part).collect();
    parts.sort();
    parts
}
