//! What would have to be true of two things at once for another choice?

use serde::{Deserialize, Serialize};

use crate::form::GameForm;
use crate::play::{SolveFormError, most};
use crate::progress::Progress;
use crate::threshold::{Change, ThresholdPoint, changes};
use crate::view::{Axis, ChoiceSpec, Choosing, View};

/// One side of a surface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// Id of the parameter.
    pub parameter: String,
    /// Its value now.
    pub now: f64,
    /// Values tried, rising.
    pub values: Vec<f64>,
}

/// A choice over two parameters, all others as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// The choice looked at.
    pub choice: Choosing,
    /// From left to right.
    pub across: Side,
    /// From bottom to top.
    pub up: Side,
    /// Probability of each action: one row per value of `up`, one entry per value of `across`.
    pub probabilities: Vec<Vec<Vec<f64>>>,
    /// In each row, where the most likely action changes.
    pub changes: Vec<Vec<Change>>,
    /// Whether it was stopped before the last row; the rows done are complete.
    pub stopped: bool,
}

impl Surface {
    /// Position of the most likely action in each cell.
    pub fn most_likely(&self) -> Vec<Vec<usize>> {
        self.probabilities.iter().map(|row| row.iter().map(|cell| most(cell)).collect()).collect()
    }
}

impl GameForm {
    /// A choice over a grid of `count` × `count` values of two parameters; along each row the values at which it changes
    /// are found to 10⁻⁶ of the range.
    ///
    /// # Errors
    /// [`SolveFormError`] at some point.
    ///
    /// # Cost
    /// A solution per cell, and 20 for each change.
    pub fn surface(
        &self,
        spec: &ChoiceSpec,
        [across, up]: [&Axis; 2],
        count: usize,
        view: View<'_>,
    ) -> Result<Surface, SolveFormError> {
        let choice = self.choosing(spec);
        let side = |axis: &Axis| Side {
            parameter: axis.parameter.clone(),
            now: view.values[axis.position],
            values: axis.points(count),
        };
        let (across_side, mut up_side) = (side(across), side(up));
        let (mut probabilities, mut turns) = (Vec::new(), Vec::new());
        for (row, &height) in up_side.values.iter().enumerate() {
            let at = |value: f64| {
                self.choice_along(spec, &[(across.position, value), (up.position, height)], view)
            };
            let whole = || {
                let point = |&value: &f64| Ok(ThresholdPoint { value, probabilities: at(value)? });
                let points =
                    across_side.values.iter().map(point).collect::<Result<Vec<_>, SolveFormError>>()?;
                let mut found = Vec::new();
                changes(&points, &choice.actions, 1e-6 * (across.high - across.low), at, &mut found)?;
                Ok((points, found))
            };
            match whole() {
                Ok((points, found)) => {
                    turns.push(found);
                    probabilities.push(points.into_iter().map(|point| point.probabilities).collect());
                }
                Err(error @ SolveFormError::Stopped { .. }) if row == 0 => return Err(error),
                Err(SolveFormError::Stopped { .. }) => break,
                Err(error) => return Err(error),
            }
            let progress = Progress { steps: row as u64 + 1, of: Some(count as u64), regret: None };
            if (view.watch)(progress).is_break() {
                break;
            }
        }
        let stopped = probabilities.len() < up_side.values.len();
        up_side.values.truncate(probabilities.len());
        Ok(Surface { choice, across: across_side, up: up_side, probabilities, changes: turns, stopped })
    }
}
