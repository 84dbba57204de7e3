//! The top of the likelihood.

use nalgebra::{DMatrix, DVector};

use super::likelihood::{Likelihood, Slope};

/// Where the search ended.
#[derive(Clone, Debug)]
pub(super) struct Maximum {
    pub(super) at: Vec<f64>,
    pub(super) value: f64,
    /// By rows, of the log likelihood.
    pub(super) hessian: Vec<f64>,
    /// Sum over plays of the outer products of their gradients.
    pub(super) outer: Vec<f64>,
    pub(super) converged: bool,
    pub(super) evaluations: usize,
}

const MOST_STEPS: usize = 200;
/// What the quadratic model still promises to gain when the search is over, in units of log likelihood.
const PROMISE: f64 = 1e-10;

/// Climbs by quasi-Newton steps (BFGS, begun with the outer products of scores as curvature: Berndt, Hall, Hall & Hausman
/// 1974), then by Newton's method with the curvature itself. `None` if the start has no likelihood or `stop` says so before
/// anything was found.
pub(super) fn maximize(
    likelihood: &Likelihood<'_>,
    start: Vec<f64>,
    stop: &mut dyn FnMut(usize) -> bool,
) -> Option<Maximum> {
    let k = start.len();
    let mut evaluations = 1;
    let mut at = DVector::from_vec(start);
    let mut here = likelihood.evaluate(at.as_slice()).ok()?;
    let mut inverse = inverse_of(&here.outer, k);
    let mut is_stopped = false;
    for _ in 0..MOST_STEPS {
        if stop(evaluations) {
            is_stopped = true;
            break;
        }
        let gradient = DVector::from_column_slice(&here.gradient);
        let mut direction = &inverse * &gradient;
        if gradient.dot(&direction) <= 0.0 {
            inverse = inverse_of(&here.outer, k);
            direction = &inverse * &gradient;
        }
        let promise = gradient.dot(&direction);
        if promise <= PROMISE {
            break;
        }
        let Some((next, there)) = step(likelihood, &at, &here, &direction, promise, &mut evaluations) else {
            break;
        };
        let moved = &next - &at;
        // Of the negative log likelihood.
        let turned = &gradient - DVector::from_column_slice(&there.gradient);
        let along = moved.dot(&turned);
        if along > 1e-12 * moved.norm() * turned.norm() {
            let identity = DMatrix::<f64>::identity(k, k);
            let left = &identity - &moved * turned.transpose() / along;
            inverse = &left * &inverse * left.transpose() + &moved * moved.transpose() / along;
        }
        (at, here) = (next, there);
    }
    let mut hessian = curvature(likelihood, &at, &mut evaluations)?;
    // Who stops wants the standard errors of what there is, and no more steps.
    for _ in 0..if is_stopped { 0 } else { 4 } {
        let gradient = DVector::from_column_slice(&here.gradient);
        let Some(direction) = (-&hessian).cholesky().map(|factors| factors.solve(&gradient)) else { break };
        let promise = gradient.dot(&direction);
        if promise <= PROMISE * PROMISE {
            break;
        }
        let Some((next, there)) = step(likelihood, &at, &here, &direction, promise, &mut evaluations) else {
            break;
        };
        (at, here) = (next, there);
        hessian = curvature(likelihood, &at, &mut evaluations)?;
    }
    let gradient = DVector::from_column_slice(&here.gradient);
    let left = (-&hessian).cholesky().map(|factors| gradient.dot(&factors.solve(&gradient)));
    let converged = left.map_or(gradient.amax() < 1e-5, |left| left < 1e-6);
    Some(Maximum {
        at: at.as_slice().to_vec(),
        value: here.value,
        hessian: hessian.as_slice().to_vec(),
        outer: here.outer,
        converged,
        evaluations,
    })
}

/// The longest of the steps 1, ½, ¼, … that gains enough (Armijo's rule).
fn step(
    likelihood: &Likelihood<'_>,
    at: &DVector<f64>,
    here: &Slope,
    direction: &DVector<f64>,
    promise: f64,
    evaluations: &mut usize,
) -> Option<(DVector<f64>, Slope)> {
    let mut length = 1.0_f64.min(5.0 / direction.norm().max(1e-300));
    for _ in 0..40 {
        let next = at + direction * length;
        *evaluations += 1;
        if let Ok(there) = likelihood.evaluate(next.as_slice())
            && there.value >= here.value + 1e-4 * length * promise
        {
            return Some((next, there));
        }
        length *= 0.5;
    }
    None
}

fn inverse_of(outer: &[f64], k: usize) -> DMatrix<f64> {
    let mut matrix = DMatrix::from_row_slice(k, k, outer);
    let most = matrix.diagonal().amax().max(1e-12);
    for at in 0..k {
        matrix[(at, at)] += 1e-6 * most;
    }
    matrix.cholesky().map_or_else(|| DMatrix::identity(k, k), |factors| factors.inverse())
}

/// Second derivatives by central differences of the gradient.
fn curvature(
    likelihood: &Likelihood<'_>,
    at: &DVector<f64>,
    evaluations: &mut usize,
) -> Option<DMatrix<f64>> {
    let k = at.len();
    let mut hessian = DMatrix::zeros(k, k);
    for column in 0..k {
        let size = 1e-4 * (1.0 + at[column].abs());
        let mut other = at.clone();
        other[column] = at[column] + size;
        let up = likelihood.evaluate(other.as_slice());
        other[column] = at[column] - size;
        let down = likelihood.evaluate(other.as_slice());
        *evaluations += 2;
        let (up, down) = (up.ok()?, down.ok()?);
        for row in 0..k {
            hessian[(row, column)] = (up.gradient[row] - down.gradient[row]) / (2.0 * size);
        }
    }
    Some((&hessian + hessian.transpose()) * 0.5)
}
