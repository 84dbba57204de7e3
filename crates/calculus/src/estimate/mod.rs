//! Precision and payoffs from what was seen to be done.
//!
//! Whoever plays answers by the logit response at every information set (McKelvey & Palfrey 1998), payoffs are formulas
//! over coefficients and over what was measured of each play; the coefficients are those under which the plays seen are
//! most probable. Signorino (1999), Strategic interaction and the statistical analysis of international conflict, American
//! Political Science Review 93:279–297; here for any tree, with private types and chance summed out.

mod likelihood;
mod maximum;
mod plays;
#[cfg(test)]
mod tests;

use nalgebra::DMatrix;
use serde::Serialize;
use thiserror::Error;

use crate::form::{FillError, GameForm};
use crate::logit::TraceError;
use crate::progress::{Progress, Watcher};
use likelihood::Likelihood;
use maximum::{Maximum, maximize};
use measure::Seed;
use measure::portable::ln;
pub use plays::{Play as ObservedPlay, PlayError};

/// What is estimated, from what.
#[derive(Clone, Debug)]
pub struct Model<'f> {
    /// The game; its formulas read a vector of values.
    pub form: &'f GameForm,
    /// Probability of each hypothesis, as for [`GameForm::game`].
    pub prior: Vec<f64>,
    /// The coefficients: a name, its position among the values, and where the search begins.
    pub coefficients: Vec<(String, usize, f64)>,
}

/// A coefficient with its uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coefficient {
    /// As in the formulas.
    pub name: String,
    /// Where the likelihood is largest.
    pub estimate: f64,
    /// From the curvature of the log likelihood; `null` where the data do not tell it from others.
    pub standard_error: Option<f64>,
    /// By the sandwich of curvature and scores, which holds also if the model is wrong. White (1982), Econometrica 50:1–25.
    pub robust_error: Option<f64>,
    /// 95 % interval from `standard_error`.
    pub interval: Option<[f64; 2]>,
}

/// The most probable coefficients.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimation {
    /// In the order of the model.
    pub coefficients: Vec<Coefficient>,
    /// Natural logarithm of the probability of all plays at the estimate.
    pub log_likelihood: f64,
    /// The same if everybody acted at random.
    pub log_likelihood_at_random: f64,
    /// How many plays.
    pub plays: usize,
    /// Akaike's criterion.
    pub aic: f64,
    /// Schwarz's criterion.
    pub bic: f64,
    /// Evaluations of the likelihood of all plays.
    pub evaluations: usize,
    /// Whether the gradient vanishes and the log likelihood curves down in all directions.
    pub converged: bool,
    /// Starts of the search, and how many of them ended at this likelihood.
    pub starts: [usize; 2],
    /// Whether the watcher let every start run to its end.
    pub complete: bool,
    /// What a reader should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Why nothing was estimated.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum EstimateError {
    /// No coefficient, or no play.
    #[error("there is nothing to estimate: {coefficients} coefficients, {plays} plays")]
    Nothing {
        /// Names that are not measured.
        coefficients: usize,
        /// Rows.
        plays: usize,
    },
    /// A probability of chance depends on a coefficient.
    #[error("the chance move `{0}` depends on a coefficient; only payoffs and the precision are estimated")]
    Chance(String),
    /// A play that is impossible at every precision.
    #[error("play {0} cannot happen: chance excludes it")]
    Impossible(usize),
    /// The game is none at the start of the search.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The game cannot be solved at the start of the search.
    #[error(transparent)]
    Trace(#[from] TraceError),
}

/// How the likelihood is searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EstimateSettings {
    /// Further starts, each a standard normal step from the first: likelihoods of games may have several maxima.
    pub more_starts: usize,
    /// Of those starts.
    pub seed: Seed,
}

impl Default for EstimateSettings {
    fn default() -> Self {
        Self { more_starts: 4, seed: Seed(0) }
    }
}

/// Curvature in some direction, beside that along single coefficients, which is none: differences leave as much.
const FLAT: f64 = 1e-6;
/// 97.5 % of the standard normal distribution lie below.
const NORMAL: f64 = 1.959_963_984_540_054;

/// The coefficients under which the plays are most probable.
///
/// Gradients come from the equations of the equilibrium themselves (implicit function theorem), curvature from differences of
/// gradients. Every play is an observation of its own; plays with equal measurements are solved once.
///
/// # Errors
/// [`EstimateError`].
///
/// # Cost
/// Per evaluation of the likelihood one equilibrium for each distinct row of measurements, from the one before where that
/// is near; rows are shared among threads without changing a bit.
pub fn estimate(
    model: &Model<'_>,
    plays: &[ObservedPlay],
    settings: &EstimateSettings,
    watcher: &mut Watcher<'_>,
) -> Result<Estimation, EstimateError> {
    let k = model.coefficients.len();
    if k == 0 || plays.is_empty() {
        return Err(EstimateError::Nothing { coefficients: k, plays: plays.len() });
    }
    let likelihood = Likelihood::new(model, plays)?;
    let first: Vec<f64> = model.coefficients.iter().map(|(_, _, start)| *start).collect();
    likelihood.evaluate(&first).map_err(|(_, error)| error)?;
    let mut evaluations = 1;
    let mut best: Option<Maximum> = None;
    let mut ends = Vec::new();
    let (starts, mut complete) = (1 + settings.more_starts, true);
    for start in 0..starts {
        let mut at = first.clone();
        if start > 0 {
            let mut stream = settings.seed.stream("start of a likelihood search", start as u64);
            at.iter_mut().for_each(|x| *x += stream.normal());
        }
        let found = maximize(&likelihood, at, &mut |steps| {
            let progress = Progress { steps: (evaluations + steps) as u64, of: None, regret: None };
            complete &= watcher(progress).is_continue();
            !complete
        });
        if let Some(found) = found {
            evaluations += found.evaluations;
            ends.push(found.value);
            if best.as_ref().is_none_or(|best| found.value > best.value + 1e-9) {
                best = Some(found);
            }
        }
        if !complete {
            break;
        }
    }
    let Some(best) = best else { return Err(TraceError::Stuck { lambda: f64::NAN }.into()) };
    let agreeing = ends.iter().filter(|&&end| end > best.value - 1e-4).count();
    let mut found = report(model, &likelihood, best, plays.len(), evaluations, [ends.len(), agreeing]);
    if !complete {
        found.complete = false;
        found.notes.push(format!(
            "stopped: these are the most probable coefficients so far, after {} of {starts} starts",
            ends.len()
        ));
    }
    Ok(found)
}

fn report(
    model: &Model<'_>,
    likelihood: &Likelihood<'_>,
    best: Maximum,
    plays: usize,
    evaluations: usize,
    starts: [usize; 2],
) -> Estimation {
    let k = model.coefficients.len();
    let mut notes = Vec::new();
    let curvature = DMatrix::from_fn(k, k, |row, column| -best.hessian[row * k + column]);
    let scores = DMatrix::from_row_slice(k, k, &best.outer);
    // Whether coefficients can be told apart must not depend on their units.
    let unit = |at: usize| curvature[(at, at)].abs().sqrt().max(1e-300);
    let scaled = DMatrix::from_fn(k, k, |row, column| curvature[(row, column)] / (unit(row) * unit(column)));
    let eigen = scaled.symmetric_eigen();
    let inverse = (eigen.eigenvalues.min() > FLAT)
        .then(|| curvature.clone().cholesky().map(|factors| factors.inverse()))
        .flatten();
    if inverse.is_none() {
        let flat = eigen.eigenvectors.column(eigen.eigenvalues.imin()).into_owned();
        let names: Vec<&str> = model
            .coefficients
            .iter()
            .zip(flat.iter())
            .filter(|(_, share)| share.abs() > 0.1)
            .map(|((name, ..), _)| name.as_str())
            .collect();
        notes.push(format!(
            "the data do not tell {} apart: the likelihood is as high along a line through them; fix one of them, or measure more",
            names.join(" and ")
        ));
    }
    let sandwich = inverse.as_ref().map(|inverse| inverse * &scores * inverse);
    let root = |matrix: &Option<DMatrix<f64>>, at: usize| {
        matrix.as_ref().map(|matrix| matrix[(at, at)].sqrt()).filter(|error| error.is_finite())
    };
    let coefficients: Vec<Coefficient> = model
        .coefficients
        .iter()
        .enumerate()
        .map(|(at, (name, ..))| {
            let (estimate, standard_error) = (best.at[at], root(&inverse, at));
            Coefficient {
                name: name.clone(),
                estimate,
                standard_error,
                robust_error: root(&sandwich, at),
                interval: standard_error.map(|error| [estimate - NORMAL * error, estimate + NORMAL * error]),
            }
        })
        .collect();
    if starts[1] < starts[0] {
        notes.push(format!(
            "{} of {} starts ended at a lower likelihood: there are several maxima",
            starts[0] - starts[1],
            starts[0]
        ));
    }
    if !best.converged {
        notes.push("the search ended before the gradient vanished".into());
    }
    Estimation {
        coefficients,
        log_likelihood: best.value,
        log_likelihood_at_random: likelihood.at_random(),
        plays,
        aic: 2.0 * (k as f64 - best.value),
        bic: k as f64 * ln(plays as f64) - 2.0 * best.value,
        evaluations,
        converged: best.converged && inverse.is_some(),
        starts,
        complete: true,
        notes,
    }
}
