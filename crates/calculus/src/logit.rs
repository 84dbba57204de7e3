//! Logit quantal response equilibrium in its agent form, followed from λ = 0.
//!
//! McKelvey & Palfrey (1998), Quantal response equilibria for extensive form games, Experimental Economics 1:9–41:
//! the agent at every information set takes action *a* with probability proportional to exp(λ·u(a)), where u(a) is its
//! expected payoff given that the set is reached. At λ = 0 all is equally probable; the branch that begins there is
//! followed by a predictor–corrector method along its arc, so that it can turn back in λ (Turocy 2005, A dynamic
//! homotopy interpretation of the logistic quantal response equilibrium correspondence, Games and Economic Behavior
//! 51:243–263; Allgower & Georg 1990, Numerical Continuation Methods, ch. 6). As λ grows it ends in a Nash equilibrium.

use measure::portable::{exp, ln};
use nalgebra::{DMatrix, DVector};
use thiserror::Error;

use crate::game::{Game, Turn};
use crate::strategy::BehaviorStrategy;
use crate::value::{ln_or_tremble, regret};

/// Where to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    /// At this precision, in units of 1/payoff.
    Lambda(f64),
    /// Where no player can gain more than 10⁻⁸ of the range of payoffs.
    Nash,
}

/// A point of the branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Precision, in units of 1/payoff.
    pub lambda: f64,
    /// What everybody does there.
    pub strategy: BehaviorStrategy,
}

/// Why the branch could not be followed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TraceError {
    /// Too many unknowns for a dense Jacobian.
    #[error(
        "the game has {0} free probabilities; path tracing handles {MOST_FREE}. Larger games need another method"
    )]
    Large(usize),
    /// The precision asked for is negative or not finite.
    #[error("the precision λ is {0}; it must be a finite number, 0 or more")]
    Lambda(f64),
    /// A payoff is not finite.
    #[error("a payoff is not a finite number: some formula divides by zero or overflows")]
    Payoff,
    /// The corrector failed however short the step.
    #[error("the branch could not be followed beyond λ = {lambda}: the equations are singular there")]
    Stuck {
        /// The last point reached.
        lambda: f64,
    },
}

/// Most free probabilities: the Jacobian is dense.
const MOST_FREE: usize = 3000;
/// Gain left at the end, as a share of the range of payoffs.
const NASH: f64 = 1e-8;
const MOST_STEPS: usize = 20_000;

/// The point of the principal branch at a precision, or its end.
///
/// # Errors
/// [`TraceError`]; at [`Until::Nash`] a branch that cannot be followed to the end gives its last point instead, whose
/// regret says how good it is.
///
/// # Cost
/// Per step a few solutions of a dense system in N + 1 unknowns, where N counts the free probabilities (actions minus
/// information sets).
pub fn trace(game: &Game, until: Until) -> Result<Point, TraceError> {
    trace_with(game, until, |_| {})
}

/// As [`trace`], showing every accepted point in order of the path.
///
/// # Errors
/// As [`trace`].
pub fn trace_with(game: &Game, until: Until, mut seen: impl FnMut(&Point)) -> Result<Point, TraceError> {
    let free = game.actions() - game.infosets.len();
    if free > MOST_FREE {
        return Err(TraceError::Large(free));
    }
    if game.payoffs.iter().any(|payoff| !payoff.is_finite()) {
        return Err(TraceError::Payoff);
    }
    let scale = game.payoff_range();
    let target = match until {
        Until::Lambda(lambda) if !(lambda >= 0.0 && lambda.is_finite()) => {
            return Err(TraceError::Lambda(lambda));
        }
        Until::Lambda(lambda) => Some(lambda * scale),
        Until::Nash => None,
    };
    let mut path = Path::new(game, 1.0 / scale);
    let point = |path: &Path<'_>| Point {
        lambda: path.lambda / scale,
        strategy: BehaviorStrategy(path.system.p.clone()),
    };
    if free == 0 || target == Some(0.0) {
        return Ok(point(&path));
    }
    seen(&point(&path));
    let mut step = 0.1;
    for _ in 0..MOST_STEPS {
        let near = target.is_some_and(|target| path.would_pass(target, step));
        let before = path.place();
        let mut moved = if near { path.land(target.unwrap_or(0.0)) } else { path.advance(step) };
        // The corrector may carry a step beyond the target that the prediction did not reach.
        if let (Some(target), Moved::Easily | Moved::Hardly) = (target, &moved)
            && (before.1 < target) != (path.lambda < target)
        {
            moved = path.land(target);
            if matches!(moved, Moved::Not) {
                path.put_back(before);
            }
        }
        match moved {
            Moved::Landed => {
                seen(&point(&path));
                return Ok(point(&path));
            }
            Moved::Easily => step *= 2.0,
            Moved::Hardly => {}
            Moved::Not => {
                step *= 0.5;
                // Landing fails when the target lies beyond a turn or too far off: go on by shorter steps.
                if near {
                    step = step.min(0.5 * path.distance(target.unwrap_or(0.0)));
                }
                if step < 1e-9 * (1.0 + path.lambda) {
                    return match until {
                        Until::Nash if path.lambda > 1.0 => Ok(point(&path)),
                        _ => Err(TraceError::Stuck { lambda: path.lambda / scale }),
                    };
                }
                continue;
            }
        }
        seen(&point(&path));
        if target.is_none() && path.lambda > 1.0 {
            let here = point(&path);
            if regret(game, &here.strategy).max() <= NASH * scale || path.lambda > 1e12 {
                return Ok(here);
            }
        }
    }
    match until {
        Until::Nash => Ok(point(&path)),
        Until::Lambda(_) => Err(TraceError::Stuck { lambda: path.lambda / scale }),
    }
}

enum Moved {
    Landed,
    Easily,
    Hardly,
    Not,
}

/// A place on the branch and the direction in which it goes on.
struct Path<'g> {
    system: System<'g>,
    z: DVector<f64>,
    lambda: f64,
    /// Unit tangent: the unknowns, then λ.
    tangent: DVector<f64>,
}

impl<'g> Path<'g> {
    fn new(game: &'g Game, unit: f64) -> Self {
        let mut system = System::new(game, unit);
        let n = system.free;
        let z = DVector::zeros(n);
        system.linearize(&z, 0.0);
        // At λ = 0 the Jacobian is the identity.
        let mut tangent =
            DVector::from_fn(n + 1, |row, _| if row < n { -system.by_lambda[row] } else { 1.0 });
        tangent /= tangent.norm();
        Self { system, z, lambda: 0.0, tangent }
    }

    fn place(&self) -> (DVector<f64>, f64, DVector<f64>) {
        (self.z.clone(), self.lambda, self.tangent.clone())
    }

    fn put_back(&mut self, (z, lambda, tangent): (DVector<f64>, f64, DVector<f64>)) {
        (self.z, self.lambda, self.tangent) = (z, lambda, tangent);
        self.system.put(&self.z);
    }

    fn would_pass(&self, target: f64, step: f64) -> bool {
        let n = self.system.free;
        let next = self.lambda + step * self.tangent[n];
        (self.lambda < target && next >= target) || (self.lambda > target && next <= target)
    }

    /// Arc length to a value of λ along the tangent.
    fn distance(&self, target: f64) -> f64 {
        let n = self.system.free;
        ((target - self.lambda) / self.tangent[n].abs().max(1e-300)).abs()
    }

    /// Goes to a given λ: Newton with λ fixed.
    fn land(&mut self, target: f64) -> Moved {
        let n = self.system.free;
        let length = (target - self.lambda) / self.tangent[n];
        let mut z = &self.z + self.tangent.rows(0, n) * length;
        let mut before = f64::INFINITY;
        for round in 0..12 {
            self.system.linearize(&z, target);
            let Some(move_by) = self.system.jacobian.transpose().lu().solve(&self.system.residual) else {
                return self.back();
            };
            let size = move_by.amax();
            if !size.is_finite()
                || (round > 1 && size > 0.7 * before)
                || (round == 0 && size > 0.3 * (1.0 + z.amax()))
            {
                if size <= 0.1 * tolerance(target) {
                    break;
                }
                return self.back();
            }
            z -= move_by;
            if size <= 0.1 * tolerance(target) {
                break;
            }
            before = size;
            if round == 11 {
                return self.back();
            }
        }
        self.system.put(&z);
        self.z = z;
        self.lambda = target;
        Moved::Landed
    }

    fn back(&mut self) -> Moved {
        self.system.put(&self.z);
        Moved::Not
    }

    /// One step along the arc.
    fn advance(&mut self, step: f64) -> Moved {
        let n = self.system.free;
        let mut z = &self.z + self.tangent.rows(0, n) * step;
        let mut lambda = self.lambda + step * self.tangent[n];
        if lambda < 0.0 {
            return Moved::Not;
        }
        let (mut first, mut before) = (0.0, f64::INFINITY);
        for round in 0..8 {
            self.system.linearize(&z, lambda);
            let solver = self.system.bordered(&self.tangent).lu();
            let mut right = self.system.residual.clone().insert_row(n, 0.0);
            if !solver.solve_mut(&mut right) {
                return self.back();
            }
            let size = right.amax();
            if round == 0 {
                first = size;
            }
            let small = tolerance(lambda);
            // Allgower & Georg (1990), §6.1: the first correction must be short beside the step, and the
            // corrections must shrink fast; else the path may have jumped to another branch.
            if !size.is_finite()
                || (round == 0 && size > small && size > 0.25 * step)
                || (round > 0 && size > small && size > 0.6 * before)
            {
                return self.back();
            }
            z -= right.rows(0, n);
            lambda -= right[n];
            if lambda < 0.0 {
                return self.back();
            }
            if size <= small {
                // The new tangent solves [J F_λ; t] t' = (0, 1): its product with the old one is positive, which keeps
                // the direction also where the branch turns in λ.
                let mut tangent = DVector::zeros(n + 1);
                tangent[n] = 1.0;
                if !solver.solve_mut(&mut tangent) {
                    return self.back();
                }
                let easily = round <= 3 && first < 0.1 * step;
                return self.accept(z, lambda, tangent, if easily { Moved::Easily } else { Moved::Hardly });
            }
            before = size;
        }
        self.back()
    }

    fn accept(&mut self, z: DVector<f64>, lambda: f64, tangent: DVector<f64>, moved: Moved) -> Moved {
        let norm = tangent.norm();
        if !norm.is_finite() || tangent.dot(&self.tangent) < 0.97 * norm {
            return self.back();
        }
        self.z = z;
        self.lambda = lambda;
        self.tangent = tangent / norm;
        self.system.put(&self.z);
        moved
    }
}

/// How small a correction of the log ratios is the last one: Newton's method leaves about its square. Rounding of
/// payoffs is amplified by λ.
fn tolerance(lambda: f64) -> f64 {
    1e-6 + 1e-12 * lambda
}

/// The equations z(a) = λ·(u(a) − u(0)) for every action but the first of each set, where z(a) = ln p(a)/p(0).
struct System<'g> {
    game: &'g Game,
    /// Payoffs are multiplied by this.
    unit: f64,
    free: usize,
    /// Where the unknowns of each information set begin.
    starts: Vec<usize>,
    p: Vec<f64>,
    log_p: Vec<f64>,
    log_reach: Vec<f64>,
    /// Node × player.
    value: Vec<f64>,
    /// Node × unknown: derivative of the log reach.
    d_reach: Vec<f64>,
    /// Player × node × unknown: derivative of the value.
    d_value: Vec<f64>,
    residual: DVector<f64>,
    by_lambda: DVector<f64>,
    /// Transposed: a row of the Jacobian is written in one go.
    jacobian: DMatrix<f64>,
    belief: Vec<f64>,
    log_chance: Vec<f64>,
}

impl<'g> System<'g> {
    fn new(game: &'g Game, unit: f64) -> Self {
        let starts: Vec<usize> = game
            .infosets
            .iter()
            .scan(0, |next, set| {
                let start = *next;
                *next += set.actions.len() - 1;
                Some(start)
            })
            .collect();
        let free = game.actions() - game.infosets.len();
        let nodes = game.nodes();
        Self {
            game,
            unit,
            free,
            starts,
            p: BehaviorStrategy::uniform(game).0,
            log_p: vec![0.0; game.actions()],
            log_reach: vec![0.0; nodes],
            value: vec![0.0; nodes * game.players.len()],
            d_reach: vec![0.0; nodes * free],
            d_value: vec![0.0; nodes * free * game.players.len()],
            residual: DVector::zeros(free),
            by_lambda: DVector::zeros(free),
            jacobian: DMatrix::zeros(free, free),
            belief: vec![0.0; nodes],
            log_chance: game.chance.iter().map(|&p| ln_or_tremble(p)).collect(),
        }
    }

    /// Turns log ratios into probabilities.
    fn put(&mut self, z: &DVector<f64>) {
        for (index, set) in self.game.infosets.iter().enumerate() {
            let (from, start, n) = (self.game.offsets[index], self.starts[index], set.actions.len());
            let most = (1..n).map(|action| z[start + action - 1]).fold(0.0, f64::max);
            let log_ratio = |action: usize| if action == 0 { -most } else { z[start + action - 1] - most };
            let mut total = 0.0;
            for action in 0..n {
                self.p[from + action] = exp(log_ratio(action));
                total += self.p[from + action];
            }
            let log_total = ln(total);
            for action in 0..n {
                self.p[from + action] /= total;
                self.log_p[from + action] = log_ratio(action) - log_total;
            }
        }
    }

    /// Residual and its derivatives at a point.
    fn linearize(&mut self, z: &DVector<f64>, lambda: f64) {
        self.put(z);
        self.forward();
        self.backward();
        let (n, players) = (self.free, self.game.players.len());
        let nodes = self.game.nodes();
        let mut mean = vec![0.0; n];
        let mut slope = vec![0.0; n];
        for (index, set) in self.game.infosets.iter().enumerate() {
            if set.actions.len() < 2 {
                continue;
            }
            self.beliefs(index);
            mean.fill(0.0);
            if set.nodes.len() > 1 {
                for &node in &set.nodes {
                    let b = self.belief[node];
                    for (mean, d) in mean.iter_mut().zip(&self.d_reach[node * n..(node + 1) * n]) {
                        *mean += b * d;
                    }
                }
            }
            let base = set.player * nodes * n;
            for action in 1..set.actions.len() {
                let row = self.starts[index] + action - 1;
                slope.fill(0.0);
                let mut gain = 0.0;
                for &node in &set.nodes {
                    let b = self.belief[node];
                    if b == 0.0 {
                        continue;
                    }
                    let children = self.game.children(node);
                    let (child, other) = (children[action], children[0]);
                    let more =
                        self.value[child * players + set.player] - self.value[other * players + set.player];
                    gain += b * more;
                    let d_child = &self.d_value[base + child * n..base + (child + 1) * n];
                    let d_other = &self.d_value[base + other * n..base + (other + 1) * n];
                    if set.nodes.len() > 1 {
                        let d_reach = &self.d_reach[node * n..(node + 1) * n];
                        for k in 0..n {
                            slope[k] += b * ((d_reach[k] - mean[k]) * more + d_child[k] - d_other[k]);
                        }
                    } else {
                        for k in 0..n {
                            slope[k] += b * (d_child[k] - d_other[k]);
                        }
                    }
                }
                self.residual[row] = z[row] - lambda * gain;
                self.by_lambda[row] = -gain;
                for (entry, slope) in self.jacobian.column_mut(row).iter_mut().zip(&slope) {
                    *entry = -lambda * slope;
                }
                self.jacobian[(row, row)] += 1.0;
            }
        }
    }

    fn beliefs(&mut self, index: usize) {
        let set = &self.game.infosets[index];
        let most = set.nodes.iter().map(|&node| self.log_reach[node]).fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for &node in &set.nodes {
            self.belief[node] = exp(self.log_reach[node] - most);
            total += self.belief[node];
        }
        for &node in &set.nodes {
            self.belief[node] /= total;
        }
    }

    /// Log reach and its derivatives, from the root on.
    fn forward(&mut self) {
        let n = self.free;
        for node in 1..self.game.nodes() {
            let own = &self.game.nodes[node];
            let parent = &self.game.nodes[own.parent];
            let (before, after) = self.d_reach.split_at_mut(node * n);
            after[..n].copy_from_slice(&before[own.parent * n..(own.parent + 1) * n]);
            let log_p = match parent.turn {
                Turn::Player { infoset } => {
                    let (from, start) = (self.game.offsets[infoset], self.starts[infoset]);
                    for action in 1..self.game.infosets[infoset].actions.len() {
                        let one = f64::from(u8::from(action == own.branch));
                        after[start + action - 1] += one - self.p[from + action];
                    }
                    self.log_p[from + own.branch]
                }
                Turn::Chance | Turn::End => self.log_chance[parent.children.start + own.branch],
            };
            self.log_reach[node] = self.log_reach[own.parent] + log_p;
        }
    }

    /// Values and their derivatives, from the ends back.
    fn backward(&mut self) {
        let (n, players, nodes) = (self.free, self.game.players.len(), self.game.nodes());
        for node in (0..nodes).rev() {
            let own = &self.game.nodes[node];
            if own.turn == Turn::End {
                let payoffs = self.game.end_payoffs(own.end);
                for (player, payoff) in payoffs.iter().enumerate() {
                    self.value[node * players + player] = payoff * self.unit;
                    let from = (player * nodes + node) * n;
                    self.d_value[from..from + n].fill(0.0);
                }
                continue;
            }
            let children = &self.game.children[own.children.clone()];
            for player in 0..players {
                let base = player * nodes;
                let mut value = 0.0;
                let (head, tail) = self.d_value.split_at_mut((base + node + 1) * n);
                let mine = &mut head[(base + node) * n..];
                mine.fill(0.0);
                for (branch, &child) in children.iter().enumerate() {
                    let p = match own.turn {
                        Turn::Player { infoset } => self.p[self.game.offsets[infoset] + branch],
                        Turn::Chance | Turn::End => self.game.chance[own.children.start + branch],
                    };
                    value += p * self.value[child * players + player];
                    let from = (child - node - 1) * n;
                    for (mine, theirs) in mine.iter_mut().zip(&tail[from..from + n]) {
                        *mine += p * theirs;
                    }
                }
                if let Turn::Player { infoset } = own.turn {
                    let (from, start) = (self.game.offsets[infoset], self.starts[infoset]);
                    for action in 1..children.len() {
                        let worth = self.value[children[action] * players + player];
                        mine[start + action - 1] += self.p[from + action] * (worth - value);
                    }
                }
                self.value[node * players + player] = value;
            }
        }
    }

    /// [J F_λ; t].
    fn bordered(&self, tangent: &DVector<f64>) -> DMatrix<f64> {
        let n = self.free;
        let mut matrix = DMatrix::zeros(n + 1, n + 1);
        self.jacobian.transpose_to(&mut matrix.view_mut((0, 0), (n, n)));
        matrix.view_mut((0, n), (n, 1)).copy_from(&self.by_lambda);
        matrix.row_mut(n).copy_from(&tangent.transpose());
        matrix
    }
}
