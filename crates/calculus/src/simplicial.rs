//! Any number of players, for sure: simplicial subdivision.
//!
//! An equilibrium is a fixed point of p ↦ the profile nearest to p + u(p), where u(p) are the payoffs of the actions: what
//! gains moves up until nothing gains (Gül, Pearce & Stacchetti 1993). The map is followed on a grid by complementary
//! pivoting, from a simple map with a known fixed point to the real one, and again from there on a finer grid: the sandwich
//! method of Merrill (1972), Applications and extensions of an algorithm that computes fixed points of certain upper
//! semi-continuous point to set mappings, and Kuhn & MacKinnon (1975), with the triangulation of Freudenthal. Simplicial
//! subdivision came to games with van der Laan, Talman & van der Heyden (1987), Math. Oper. Res. 12:377–397, on a product of
//! simplices; the space here is flat, and profiles outside are taken to the nearest inside. No step can fail: the path of
//! simplices is finite and has one other end. Between grids the profile is polished, and the first proof ends the search.
//!
//! In a game in extensive form every information set is played by its own agent, and every action keeps a probability of
//! at least some small tremble, so that beliefs exist everywhere.

use thiserror::Error;

use crate::belief::Beliefs;
use crate::game::Game;
use crate::lu::Lu;
use crate::polish::{Proved, polish};
use crate::progress::{Progress, Watcher};
use crate::strategy::BehaviorStrategy;
use crate::value::{regret, values};

/// What the subdivision found.
#[derive(Clone, Debug, PartialEq)]
pub struct Subdivision {
    /// What everybody does.
    pub strategy: BehaviorStrategy,
    /// What everybody believes; off the path of play with trembles of the last grid.
    pub beliefs: Beliefs,
    /// Grid size of the last round, in probability.
    pub grid: f64,
    /// Pivots of all rounds.
    pub pivots: u64,
    /// Whether it is an equilibrium but for rounding; otherwise the watcher said stop, or the grid became as fine as
    /// numbers are.
    pub exact: bool,
}

/// Why nothing was subdivided.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SubdivisionError {
    /// The number of simplices on a path grows fast with the dimension.
    #[error(
        "the game has {0} free probabilities; simplicial subdivision handles {MOST_FREE}. Path tracing (qre) handles more"
    )]
    Large(usize),
    /// A payoff is not finite.
    #[error("a payoff is not a finite number: some formula divides by zero or overflows")]
    Payoff,
}

const MOST_FREE: usize = 60;
const FIRST_GRID: f64 = 0.5;
const LAST_GRID: f64 = 1e-9;
/// Each grid is finer by this.
const FINER: f64 = 0.25;
/// Tremble beside the grid, in games whose beliefs need one.
const TREMBLE: f64 = 0.01;
/// A regret that is none, as a share of the range of payoffs.
const NASH: f64 = 1e-11;

/// An equilibrium by simplicial subdivision.
///
/// # Errors
/// [`SubdivisionError`].
///
/// # Cost
/// Per grid a path of simplices whose length grows at least with the square of the number of free probabilities; per
/// simplex one evaluation of the game and one solution of a dense system.
pub fn simplicial(game: &Game, watcher: &mut Watcher<'_>) -> Result<Subdivision, SubdivisionError> {
    let n = game.actions() - game.infosets.len();
    if n > MOST_FREE {
        return Err(SubdivisionError::Large(n));
    }
    if game.payoffs.iter().any(|payoff| !payoff.is_finite()) {
        return Err(SubdivisionError::Payoff);
    }
    let scale = game.payoff_range();
    let needs_trembles = game.infosets.iter().any(|set| {
        game.infosets.iter().any(|other| !std::ptr::eq(set, other) && set.player == other.player)
            || set.nodes.len() > 1
    });
    let mut map = Map::new(game, scale);
    let mut center = map.free(&BehaviorStrategy::uniform(game).0);
    let (mut grid, mut pivots) = (FIRST_GRID, 0);
    let mut best: Option<Proved> = None;
    loop {
        map.tremble = if needs_trembles { TREMBLE * grid.min(0.1) } else { 0.0 };
        let mut sandwich = Sandwich::new(&mut map, center.clone(), grid);
        let mut stopped = false;
        let found = sandwich.run(&mut |steps| {
            let regret = best.as_ref().map(|best| best.regret);
            stopped = watcher(Progress { steps: pivots + steps, of: None, regret }).is_break();
            stopped
        });
        pivots += sandwich.pivots;
        if let Some(found) = found {
            center = found;
            let strategy = BehaviorStrategy(map.profile(&center));
            let beliefs = Beliefs::of(game, &strategy);
            let proved = polish(game, &strategy, &beliefs);
            if best.as_ref().is_none_or(|best| proved.beats(best, scale)) {
                best = Some(proved);
            }
        }
        let exact = best.as_ref().is_some_and(|best| best.regret <= NASH * scale);
        grid *= FINER;
        if exact || stopped || grid < LAST_GRID {
            let Proved { strategy, beliefs, regret, .. } = best.unwrap_or_else(|| {
                let strategy = BehaviorStrategy::uniform(game);
                let beliefs = Beliefs::of(game, &strategy);
                Proved { regret: regret(game, &strategy).max(), strategy, beliefs, sequential: f64::INFINITY }
            });
            return Ok(Subdivision {
                strategy,
                beliefs,
                grid: grid / FINER,
                pivots,
                exact: regret <= NASH * scale,
            });
        }
    }
}

/// The map whose fixed points are equilibria, in free coordinates: all probabilities but the first of every set.
struct Map<'g> {
    game: &'g Game,
    scale: f64,
    tremble: f64,
}

impl<'g> Map<'g> {
    fn new(game: &'g Game, scale: f64) -> Self {
        Self { game, scale, tremble: 0.0 }
    }

    fn free(&self, p: &[f64]) -> Vec<f64> {
        let rest = |set: usize| &p[self.game.actions_of(set)][1..];
        (0..self.game.infosets.len()).flat_map(rest).copied().collect()
    }

    /// The profile nearest to a point.
    fn profile(&self, point: &[f64]) -> Vec<f64> {
        let mut p = Vec::with_capacity(self.game.actions());
        let mut from = 0;
        for set in &self.game.infosets {
            let rest = &point[from..from + set.actions.len() - 1];
            from += rest.len();
            let start = p.len();
            p.push(1.0 - rest.iter().sum::<f64>());
            p.extend_from_slice(rest);
            project(&mut p[start..], self.tremble);
        }
        p
    }

    /// Where a point goes, less the point.
    fn label(&self, point: &[f64]) -> Vec<f64> {
        let mut p = self.profile(point);
        let worth = values(self.game, &BehaviorStrategy(p.clone())).action;
        for set in 0..self.game.infosets.len() {
            let range = self.game.actions_of(set);
            for (p, worth) in p[range.clone()].iter_mut().zip(&worth[range.clone()]) {
                *p += worth / self.scale;
            }
            project(&mut p[range], self.tremble);
        }
        self.free(&p).iter().zip(point).map(|(to, from)| to - from).collect()
    }
}

/// The nearest point with a sum of 1 and no entry below `least`. Held, Wolfe & Crowder (1974), Math. Program. 6:62–88.
fn project(p: &mut [f64], least: f64) {
    let mut sorted = p.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let free = 1.0 - least * p.len() as f64;
    let (mut sum, mut shift) = (0.0, 0.0);
    for (count, value) in sorted.iter().enumerate() {
        sum += value - least;
        let own = (sum - free) / (count + 1) as f64;
        if value - least > own {
            shift = own;
        }
    }
    p.iter_mut().for_each(|p| *p = least + (*p - least - shift).max(0.0));
}

/// One round: simplices between the simple map (to `center`) on the lower layer and the real map on the upper one.
struct Sandwich<'m, 'g> {
    map: &'m mut Map<'g>,
    n: usize,
    grid: f64,
    center: Vec<f64>,
    /// Lower left corner of the grid's first cell.
    corner: Vec<f64>,
    /// Vertices in grid units, the layer last.
    vertices: Vec<Vec<i64>>,
    labels: Vec<Vec<f64>>,
    /// In which order the coordinates are stepped from vertex to vertex.
    order: Vec<usize>,
    pivots: u64,
}

impl<'m, 'g> Sandwich<'m, 'g> {
    fn new(map: &'m mut Map<'g>, center: Vec<f64>, grid: f64) -> Self {
        let n = center.len();
        // The center is the middle of the first face of the lower layer: all weights there are equal.
        let corner = (0..n).map(|at| center[at] - grid * (n - at) as f64 / (n + 1) as f64).collect();
        let mut vertex = vec![0; n + 1];
        let mut vertices = vec![vertex.clone()];
        for at in 0..=n {
            vertex[at] += 1;
            vertices.push(vertex.clone());
        }
        let mut own = Self {
            map,
            n,
            grid,
            center,
            corner,
            vertices,
            labels: Vec::new(),
            order: (0..=n).collect(),
            pivots: 0,
        };
        own.labels = own.vertices.iter().map(|vertex| own.label(vertex)).collect();
        own
    }

    fn point(&self, vertex: &[i64]) -> Vec<f64> {
        (0..self.n).map(|at| self.corner[at] + self.grid * vertex[at] as f64).collect()
    }

    /// 1, then where the vertex goes.
    fn label(&self, vertex: &[i64]) -> Vec<f64> {
        let point = self.point(vertex);
        let mut label = vec![1.0];
        if vertex[self.n] == 0 {
            label.extend(self.center.iter().zip(&point).map(|(center, own)| center - own));
        } else {
            label.extend(self.map.label(&point));
        }
        label
    }

    /// The point of the upper layer where the interpolated map stays; `None` if told to stop.
    fn run(&mut self, stop: &mut dyn FnMut(u64) -> bool) -> Option<Vec<f64>> {
        let n = self.n;
        let mut lu = Lu::new(n + 1);
        // The vertex that has just come in; the others carry the weights.
        let mut new = n + 1;
        loop {
            self.pivots += 1;
            if self.pivots.is_multiple_of(64) && stop(self.pivots) {
                return None;
            }
            let (weights, direction) = self.weights(new, &mut lu)?;
            let out = leaving(&weights, &direction)?;
            let out = out + usize::from(out >= new);
            match self.replace(out) {
                Some(replaced) => new = replaced,
                // Beyond the upper layer: what is left lies on it.
                None => return self.answer(out, &mut lu),
            }
        }
    }

    /// Weights of all vertices but one under which the labels cancel, and how they fall as that one comes in.
    fn weights(&self, without: usize, lu: &mut Lu) -> Option<(Vec<f64>, Vec<f64>)> {
        let n = self.n;
        for (column, at) in (0..n + 2).filter(|&at| at != without).enumerate() {
            for row in 0..=n {
                lu.rows_mut(row..row + 1)[column] = self.labels[at][row];
            }
        }
        if !lu.factor() {
            return None;
        }
        let mut weights = vec![0.0; n + 1];
        weights[0] = 1.0;
        lu.solve(&mut weights);
        let mut direction = self.labels[without].clone();
        lu.solve(&mut direction);
        Some((weights, direction))
    }

    fn answer(&self, out: usize, lu: &mut Lu) -> Option<Vec<f64>> {
        let (weights, _) = self.weights(out, lu)?;
        let mut point = vec![0.0; self.n];
        for (weight, vertex) in weights.iter().zip((0..self.n + 2).filter(|&at| at != out)) {
            for (sum, own) in point.iter_mut().zip(self.point(&self.vertices[vertex])) {
                *sum += weight.max(0.0) * own;
            }
        }
        let total: f64 = weights.iter().map(|weight| weight.max(0.0)).sum();
        point.iter_mut().for_each(|x| *x /= total);
        Some(point)
    }

    /// Reflects a vertex in the others (Freudenthal's triangulation); the place of the new one, or `None` outside of the
    /// two layers.
    fn replace(&mut self, out: usize) -> Option<usize> {
        let last = self.n + 1;
        let (vertex, place) = if out == 0 {
            let mut vertex = self.vertices[last].clone();
            vertex[self.order[0]] += 1;
            (vertex, last)
        } else if out == last {
            let mut vertex = self.vertices[0].clone();
            vertex[self.order[last - 1]] -= 1;
            (vertex, 0)
        } else {
            let mut vertex = self.vertices[out - 1].clone();
            vertex[self.order[out]] += 1;
            (vertex, out)
        };
        if !(0..=1).contains(&vertex[self.n]) {
            return None;
        }
        if out == 0 {
            self.order.rotate_left(1);
        } else if out == last {
            self.order.rotate_right(1);
        } else {
            self.order.swap(out - 1, out);
        }
        let label = self.label(&vertex);
        self.vertices.remove(out);
        self.labels.remove(out);
        self.vertices.insert(place, vertex);
        self.labels.insert(place, label);
        Some(place)
    }
}

/// The vertex whose weight falls to 0 first; of equals the one that falls fastest.
fn leaving(weights: &[f64], direction: &[f64]) -> Option<usize> {
    let mut found: Option<(usize, f64)> = None;
    for (at, (weight, fall)) in weights.iter().zip(direction).enumerate() {
        if *fall > 1e-11 {
            let ratio = weight.max(0.0) / fall;
            let closer = found.is_none_or(|(other, least)| {
                ratio < least - 1e-12 || (ratio < least + 1e-12 && *fall > direction[other])
            });
            if closer {
                found = Some((at, ratio));
            }
        }
    }
    found.map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gambit;
    use crate::progress::unwatched;
    use measure::Seed;
    use proptest::prelude::*;
    use source::SourceText;

    fn random(seed: u64, levels: Option<usize>) -> Game {
        let mut stream = Seed(seed).stream("game", 0);
        let widths: Vec<usize> = (0..2 + stream.index(2)).map(|_| 2 + stream.index(2)).collect();
        let names: Vec<String> = (0..widths.len()).map(|player| format!("\"{player}\"")).collect();
        let shape: Vec<String> = widths.iter().map(usize::to_string).collect();
        let mut text = format!("NFG 1 R \"\" {{ {} }} {{ {} }}\n", names.join(" "), shape.join(" "));
        for _ in 0..widths.iter().product::<usize>() * widths.len() {
            let payoff = match levels {
                Some(levels) => stream.index(levels) as f64,
                None => stream.normal(),
            };
            text.push_str(&format!(" {payoff}"));
        }
        gambit::read(&SourceText::new("random.nfg", text)).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn every_game_is_solved(seed in 0_u64..10_000_000, levels in prop::option::of(2_usize..5)) {
            let game = random(seed, levels);
            let found = simplicial(&game, &mut unwatched).unwrap();
            prop_assert!(found.exact, "{found:?}");
            prop_assert!(regret(&game, &found.strategy).max() < 1e-9);
        }

        /// The nearest point of the simplex: no other is nearer.
        #[test]
        fn projection(point in prop::collection::vec(-2.0..2.0_f64, 2..6), other in prop::collection::vec(0.01..1.0_f64, 6)) {
            let mut near = point.clone();
            project(&mut near, 0.01);
            prop_assert!((near.iter().sum::<f64>() - 1.0).abs() < 1e-12 && near.iter().all(|p| *p >= 0.01 - 1e-15));
            let total: f64 = other[..point.len()].iter().sum();
            let other: Vec<f64> =
                other[..point.len()].iter().map(|p| 0.01 + p / total * (1.0 - 0.01 * point.len() as f64)).collect();
            let far = |from: &[f64]| from.iter().zip(&point).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            prop_assert!(far(&near) <= far(&other) + 1e-12);
        }
    }
}
