//! Predictor and corrector along the branch.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::matrix::{Matrix, Pattern};
use super::system::{Direction, System};

/// A place on a branch and the direction in which it goes on. λ counts per `scale` of the payoffs.
#[derive(Clone, Debug)]
pub(crate) struct Path<'g> {
    pub(crate) system: System<'g>,
    pub(super) z: Vec<f64>,
    pub(crate) lambda: f64,
    /// Unit tangent: the unknowns, then λ.
    tangent: Vec<f64>,
    /// [J F_λ; t] of the last correction.
    bordered: Matrix,
    jacobian: Matrix,
    pattern: Option<Rc<Pattern>>,
    /// The point tried: the unknowns, then λ.
    trial: Vec<f64>,
    right: Vec<f64>,
    next: Vec<f64>,
    /// Sign of the bordered determinant.
    sign: f64,
    step: f64,
    /// How the tangent turned along the last step, per length; 0 where it is not known.
    bend: Vec<f64>,
    /// The point before the last step, its tangent, and the length of that step.
    before: Vec<f64>,
    tangent_before: Vec<f64>,
    pub(super) passed: Vec<Passed>,
}

/// Something special that the path went through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Passed {
    /// λ had its extreme and goes the other way.
    Turn { lambda: f64 },
    /// Another branch crosses here.
    Bifurcation { lambda: f64 },
}

/// How a stretch of the path ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// At the λ asked for.
    Landed,
    /// Where who watches had enough.
    Enough,
    /// No step however short was corrected, or there were too many.
    Stuck,
}

enum Moved {
    /// There, after a first correction of this size.
    To {
        first: f64,
    },
    Not,
}

/// Steps, and steps per unknown, after which a path is given up: every set may turn it back several times.
const MOST_STEPS: usize = 20_000;
const MOST_STEPS_PER_UNKNOWN: usize = 50;
const FIRST_STEP: f64 = 0.5;
/// First correction looked for, as a share of the step; a quarter is too much.
const AIM: f64 = 0.05;
const MOST_GROWTH: f64 = 4.0;
/// Angle by which the tangent may turn in a step, as far as one can see ahead.
const MOST_TURN: f64 = 0.2;
/// A step this short cannot have jumped.
const CROSSING_STEP: f64 = 2e-3;

impl<'g> Path<'g> {
    pub(crate) fn new(system: System<'g>) -> Self {
        let pattern = Pattern::new(system.game, system.layout);
        Self::with(system, pattern)
    }

    /// With sparse matrices of this pattern, or dense ones.
    pub(super) fn with(system: System<'g>, pattern: Option<Pattern>) -> Self {
        let n = system.layout.unknowns;
        let mut path = Self {
            system,
            z: vec![0.0; n],
            lambda: 0.0,
            tangent: vec![0.0; n + 1],
            bordered: Matrix::new(pattern.as_ref(), n, 1),
            jacobian: Matrix::new(pattern.as_ref(), n, 0),
            pattern: pattern.map(Rc::new),
            trial: vec![0.0; n + 1],
            right: vec![0.0; n + 1],
            next: vec![0.0; n + 1],
            sign: 1.0,
            step: FIRST_STEP,
            bend: vec![0.0; n + 1],
            before: vec![0.0; n + 1],
            tangent_before: vec![0.0; n + 1],
            // Few branches turn as often: noting it allocates nothing then.
            passed: Vec::with_capacity(16),
        };
        path.start();
        path
    }

    /// Goes to λ = 0, where all is equally probable (but for the tilt).
    pub(crate) fn start(&mut self) {
        let n = self.z.len();
        self.z.copy_from_slice(&self.system.tilt);
        self.lambda = 0.0;
        self.system.evaluate(&self.z, 0.0);
        self.system.differentiate(0.0, Direction::Lambda);
        // At λ = 0 the Jacobian is the identity.
        for (tangent, slope) in self.tangent.iter_mut().zip(&self.system.slope) {
            *tangent = -slope;
        }
        self.tangent[n] = 1.0;
        let norm = norm(&self.tangent);
        self.tangent.iter_mut().for_each(|t| *t /= norm);
        self.sign = 1.0;
        self.step = FIRST_STEP;
        self.bend.fill(0.0);
        self.passed.clear();
    }

    /// Follows the branch to λ = `target`, or for ever, until `seen` has enough.
    pub(crate) fn follow(
        &mut self,
        target: Option<f64>,
        seen: &mut dyn FnMut(&Path<'g>) -> ControlFlow<()>,
    ) -> End {
        let n = self.z.len();
        if target == Some(self.lambda) {
            return End::Landed;
        }
        if n == 0 {
            return self.follow_closed(target, seen);
        }
        for _ in 0..MOST_STEPS.max(MOST_STEPS_PER_UNKNOWN * n) {
            let near = target.filter(|&target| self.would_pass(target, self.step));
            if let Some(target) = near {
                if self.land(target) {
                    return End::Landed;
                }
                self.system.evaluate(&self.z, self.lambda);
                self.step = (0.5 * self.step).min(0.5 * self.distance(target));
            } else {
                let (length, sign) = (self.step, self.sign);
                self.remember();
                match self.advance(length, target) {
                    Moved::Not => self.step *= 0.5,
                    // The determinant keeps its sign along a smooth path. A long step that changes it has more likely
                    // jumped to a neighboring branch than passed a crossing: go again by short steps.
                    _ if self.sign != sign && length > CROSSING_STEP => {
                        self.recall();
                        self.sign = sign;
                        self.step = (0.125 * length).max(0.9 * CROSSING_STEP);
                    }
                    Moved::To { first } => {
                        // What the prediction misses grows as the third power of the step, at least as the second.
                        self.step *= (AIM * length / first.max(1e-300)).sqrt().clamp(0.5, MOST_GROWTH);
                        self.step = self.step.min(MOST_TURN / norm(&self.bend));
                        self.notice(length, sign);
                        if seen(self).is_break() {
                            return End::Enough;
                        }
                        continue;
                    }
                }
            }
            if self.step < 1e-9 * (1.0 + self.lambda) {
                return End::Stuck;
            }
        }
        End::Stuck
    }

    /// A game all of whose sets have a closed form: nothing to correct.
    fn follow_closed(
        &mut self,
        target: Option<f64>,
        seen: &mut dyn FnMut(&Path<'g>) -> ControlFlow<()>,
    ) -> End {
        self.lambda = target.unwrap_or(1.0);
        loop {
            self.system.evaluate(&self.z, self.lambda);
            if target.is_some() {
                return End::Landed;
            }
            if seen(self).is_break() {
                return End::Enough;
            }
            self.lambda *= 4.0;
        }
    }

    /// Takes the equations as they are now (without a tilt, say) at the same λ: Newton from here.
    pub(super) fn settle(&mut self) -> bool {
        let n = self.z.len();
        self.trial[..n].copy_from_slice(&self.z);
        let most = 0.3 * (1.0 + largest(&self.z));
        self.newton(self.lambda, most) && self.arrive(self.lambda)
    }

    /// Readies [`Path::add_sensitivity`] at the point reached; false where the equations are singular.
    pub(crate) fn prepare(&mut self) -> bool {
        self.system.evaluate(&self.z, self.lambda);
        self.fill(self.lambda, Fill::Square);
        self.jacobian.factor()
    }

    /// Adds `factor` times the derivative of the log probability of every action, as the parameters of the equations move
    /// and the equilibrium with them: z' = −J⁻¹ F' (implicit function theorem).
    pub(crate) fn add_sensitivity(&mut self, direction: Direction<'_>, factor: f64, out: &mut [f64]) {
        let n = self.z.len();
        self.system.differentiate(self.lambda, direction);
        self.right[..n].copy_from_slice(&self.system.slope);
        self.jacobian.solve(&mut self.right[..n]);
        let (game, layout) = (self.system.game, self.system.layout);
        for (index, set) in game.infosets.iter().enumerate() {
            let range = game.actions_of(index);
            if let Some(start) = layout.start(index) {
                let moved = &self.right[start..start + set.actions.len() - 1];
                let p = &self.system.p[range.clone()];
                let mean: f64 = p[1..].iter().zip(moved).map(|(p, moved)| p * moved).sum();
                let each = std::iter::once(&0.0).chain(moved);
                for (out, moved) in out[range].iter_mut().zip(each) {
                    *out -= factor * (moved - mean);
                }
            } else if layout.closed[index] {
                for (out, change) in out[range.clone()].iter_mut().zip(&self.system.log_p_change[range]) {
                    *out += factor * change;
                }
            }
        }
    }

    /// No player could gain more than this, in units of the scale: the gains at its sets, added up. With perfect recall
    /// the gain of a deviation is a mean of gains at single sets, each weighted by at most 1.
    pub(crate) fn regret_bound(&self) -> f64 {
        let system = &self.system;
        let game = system.game;
        let mut most = 0.0_f64;
        for player in 0..game.players.len() {
            let mut total = 0.0;
            for (index, set) in game.infosets.iter().enumerate() {
                if set.player != player || set.actions.len() < 2 {
                    continue;
                }
                total += system.gap(index);
            }
            most = most.max(total);
        }
        most
    }

    fn remember(&mut self) {
        let n = self.z.len();
        self.before[..n].copy_from_slice(&self.z);
        self.before[n] = self.lambda;
        self.tangent_before.copy_from_slice(&self.tangent);
    }

    /// Back to the point before the last step.
    fn recall(&mut self) {
        let n = self.z.len();
        self.z.copy_from_slice(&self.before[..n]);
        self.lambda = self.before[n];
        self.tangent.copy_from_slice(&self.tangent_before);
        self.bend.fill(0.0);
    }

    fn notice(&mut self, length: f64, sign: f64) {
        let n = self.z.len();
        if self.tangent_before[n] * self.tangent[n] < 0.0 {
            self.passed.push(Passed::Turn { lambda: self.lambda.max(self.before[n]) });
        }
        if sign != self.sign {
            self.passed.push(Passed::Bifurcation { lambda: self.crossing(length, sign).lambda });
        }
    }

    /// The point within the last step where the bordered determinant changes its sign, by halving the step.
    fn crossing(&self, length: f64, sign: f64) -> Self {
        let mut probe = self.clone();
        let (mut low, mut high) = (0.0, length);
        while high - low > 1e-9 * (1.0 + length) {
            let middle = 0.5 * (low + high);
            probe.recall();
            match probe.advance(middle, None) {
                // Too close to the crossing to be corrected: the prediction stands.
                Moved::Not => {
                    for (z, tangent) in probe.z.iter_mut().zip(&probe.tangent) {
                        *z += middle * tangent;
                    }
                    probe.lambda += middle * probe.tangent[probe.z.len()];
                    break;
                }
                _ if probe.sign == sign => low = middle,
                _ => high = middle,
            }
        }
        probe
    }

    fn would_pass(&self, target: f64, step: f64) -> bool {
        let next = self.lambda + step * self.tangent[self.z.len()];
        (self.lambda < target && next >= target) || (self.lambda > target && next <= target)
    }

    /// Arc length to a value of λ along the tangent.
    fn distance(&self, target: f64) -> f64 {
        ((target - self.lambda) / self.tangent[self.z.len()].abs().max(1e-300)).abs()
    }

    /// Goes to a given λ: Newton with λ fixed, from the tangent's prediction.
    fn land(&mut self, target: f64) -> bool {
        let n = self.z.len();
        let length = (target - self.lambda) / self.tangent[n];
        self.predict(length);
        // det J = det [J F_λ; t] · t_λ: with another sign it is another branch, or another point of this one.
        let due = self.sign * self.tangent[n].signum();
        self.newton(target, 0.25 * length) && self.jacobian.sign() == due && self.arrive(target)
    }

    fn arrive(&mut self, target: f64) -> bool {
        let n = self.z.len();
        self.z.copy_from_slice(&self.trial[..n]);
        self.lambda = target;
        self.system.evaluate(&self.z, target);
        true
    }

    /// The point at a distance, by the tangent and how it turned last.
    fn predict(&mut self, length: f64) {
        let here = self.z.iter().chain(std::iter::once(&self.lambda));
        let ways = self.tangent.iter().zip(&self.bend);
        for ((trial, here), (tangent, bend)) in self.trial.iter_mut().zip(here).zip(ways) {
            *trial = here + length * (tangent + 0.5 * length * bend);
        }
    }

    /// Newton at a given λ, in `trial`; the first correction may not be longer than `most`.
    fn newton(&mut self, target: f64, most: f64) -> bool {
        let n = self.z.len();
        let mut before = f64::INFINITY;
        for round in 0..12 {
            self.system.evaluate(&self.trial[..n], target);
            self.fill(target, Fill::Square);
            if !self.jacobian.factor() {
                break;
            }
            self.right[..n].copy_from_slice(&self.system.residual);
            self.jacobian.solve(&mut self.right[..n]);
            let size = largest(&self.right[..n]);
            let small = size <= 0.1 * tolerance(target, round);
            if !size.is_finite()
                || (!small && round > 1 && size > 0.7 * before)
                || (!small && round == 0 && size > most)
            {
                break;
            }
            for (trial, by) in self.trial[..n].iter_mut().zip(&self.right) {
                *trial -= by;
            }
            if small {
                return true;
            }
            before = size;
        }
        false
    }

    /// One step along the arc; a step that crosses the target is none.
    fn advance(&mut self, step: f64, target: Option<f64>) -> Moved {
        let n = self.z.len();
        self.predict(step);
        let (mut first, mut before) = (0.0, f64::INFINITY);
        for round in 0..8 {
            let lambda = self.trial[n];
            if lambda < 0.0 {
                return Moved::Not;
            }
            self.system.evaluate(&self.trial[..n], lambda);
            self.system.differentiate(lambda, Direction::Lambda);
            self.fill(lambda, Fill::Bordered);
            if !self.bordered.factor() {
                return Moved::Not;
            }
            self.right[..n].copy_from_slice(&self.system.residual);
            self.right[n] = 0.0;
            self.bordered.solve(&mut self.right);
            let size = largest(&self.right);
            if round == 0 {
                first = size;
            }
            let small = tolerance(lambda, round);
            // Allgower & Georg (1990), §6.1: the first correction must be short beside the step, and the
            // corrections must shrink fast; else the path may have jumped to another branch.
            if !size.is_finite()
                || (round == 0 && size > small && size > 0.25 * step)
                || (round > 0 && size > small && size > 0.6 * before)
            {
                return Moved::Not;
            }
            for (trial, by) in self.trial.iter_mut().zip(&self.right) {
                *trial -= by;
            }
            if size <= small {
                let crossed = target.is_some_and(|target| (self.lambda < target) != (self.trial[n] < target));
                // The new tangent solves [J F_λ; t] t' = (0, 1): its product with the old one is positive, which keeps
                // the direction also where the branch turns in λ.
                self.next.fill(0.0);
                self.next[n] = 1.0;
                self.bordered.solve(&mut self.next);
                let length = norm(&self.next);
                let along: f64 = self.next.iter().zip(&self.tangent).map(|(a, b)| a * b).sum();
                if crossed || self.trial[n] < 0.0 || !length.is_finite() || along < 0.97 * length {
                    return Moved::Not;
                }
                self.z.copy_from_slice(&self.trial[..n]);
                self.lambda = self.trial[n];
                for ((tangent, bend), next) in self.tangent.iter_mut().zip(&mut self.bend).zip(&self.next) {
                    let turned = next / length;
                    *bend = (turned - *tangent) / step;
                    *tangent = turned;
                }
                self.sign = self.bordered.sign();
                // Who goes to the end wants to know what is left to gain at the corrected point.
                match target {
                    Some(_) => self.system.put(&self.z),
                    None => self.system.evaluate(&self.z, self.lambda),
                }
                return Moved::To { first };
            }
            before = size;
        }
        Moved::Not
    }

    /// Writes the Jacobian at the point last evaluated.
    fn fill(&mut self, lambda: f64, fill: Fill) {
        let n = self.z.len();
        let (matrix, width) = match fill {
            Fill::Square => (&mut self.jacobian, n),
            Fill::Bordered => (&mut self.bordered, n + 1),
        };
        let system = &mut self.system;
        for position in 0..system.layout.open.len() {
            let index = system.layout.open[position];
            let Some(start) = system.layout.start(index) else { continue };
            let end = start + system.game.infosets[index].actions.len() - 1;
            matrix.fill(self.pattern.as_deref(), position, start..end, width, |rows| {
                system.add_gradient(index, -lambda, rows, width);
                for (row, own) in rows.chunks_exact_mut(width).enumerate() {
                    own[start + row] += 1.0;
                }
            });
        }
        if matches!(fill, Fill::Bordered) {
            matrix.put_last_column(&system.slope);
            matrix.put_last_row(&self.tangent);
        }
    }
}

#[derive(Clone, Copy)]
enum Fill {
    Square,
    Bordered,
}

/// How small a correction of the log ratios is the last one: Newton's method leaves about its square. Rounding of
/// payoffs is amplified by λ, and more where equilibria are not isolated: after some rounds less is asked for.
fn tolerance(lambda: f64, round: usize) -> f64 {
    1e-6 + if round < 3 { 1e-14 } else { 1e-12 } * lambda
}

fn largest(values: &[f64]) -> f64 {
    // NaN must not hide behind the comparison.
    values.iter().fold(0.0, |most, x| if x.abs() > most || x.is_nan() { x.abs() } else { most })
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|x| x * x).sum::<f64>().sqrt()
}
