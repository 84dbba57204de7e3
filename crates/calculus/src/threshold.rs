//! What would have to be true for another choice?

use serde::{Deserialize, Serialize};

use crate::form::{GameForm, ThresholdSpec};
use crate::play::{SolveFormError, most};
use crate::progress::unwatched;
use crate::view::{Axis, ChoiceSpec, Choosing, View, turn};

/// The choice at one value of the parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdPoint {
    /// The parameter.
    pub value: f64,
    /// Probability of each action.
    pub probabilities: Vec<f64>,
}

/// A value at which the most likely action changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The parameter there, to 10⁻⁶ of the range.
    pub at: f64,
    /// Most likely action below.
    pub from: String,
    /// Most likely action above.
    pub to: String,
}

/// A scan along one parameter, all others at their central values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The parameter.
    pub parameter: String,
    /// Its central value.
    pub now: f64,
    /// The move looked at.
    pub at: String,
    /// Of which type.
    pub own_type: Option<String>,
    /// After which earlier moves.
    pub given: Vec<(String, Vec<String>)>,
    /// What can be done.
    pub actions: Vec<String>,
    /// The choice along the parameter, rising.
    pub points: Vec<ThresholdPoint>,
    /// Where the most likely action changes; empty if it never does within the range.
    pub changes: Vec<Change>,
    /// Whether it was stopped: points and changes up to there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
}

/// Values tried along the range.
const POINTS: usize = 41;

impl GameForm {
    /// Follows a choice along one parameter from `low` to `high`; `position` is that of the parameter in the vector of
    /// variables.
    ///
    /// # Errors
    /// [`SolveFormError`] at some value of the parameter.
    pub fn threshold(
        &self,
        spec: &ThresholdSpec,
        position: usize,
        (low, high): (f64, f64),
        parameters: &[f64],
        prior: &[f64],
    ) -> Result<Threshold, SolveFormError> {
        let axis = Axis { parameter: spec.parameter.0.clone(), position, low, high };
        self.threshold_at(
            &spec.into(),
            &axis,
            View { values: parameters, prior, until: None, watch: &unwatched },
        )
    }

    /// Follows a choice along one parameter.
    ///
    /// # Errors
    /// [`SolveFormError`] at some value of the parameter; stopped, if there is not one point.
    ///
    /// # Cost
    /// 41 solutions, and 20 for each change.
    pub fn threshold_at(
        &self,
        spec: &ChoiceSpec,
        axis: &Axis,
        view: View<'_>,
    ) -> Result<Threshold, SolveFormError> {
        let choice = |value: f64| self.choice_along(spec, &[(axis.position, value)], view);
        let (mut points, mut found, mut stopped) = (Vec::new(), Vec::new(), false);
        for value in axis.points(POINTS) {
            match choice(value) {
                Ok(probabilities) => points.push(ThresholdPoint { value, probabilities }),
                Err(error) if error.is_stop() && !points.is_empty() => {
                    stopped = true;
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        let Choosing { at, own_type, given, actions } = self.choosing(spec);
        match changes(&points, &actions, 1e-6 * (axis.high - axis.low), choice, &mut found) {
            Err(error) if error.is_stop() => stopped = true,
            other => other?,
        }
        let parameter = axis.parameter.clone();
        Ok(Threshold {
            parameter,
            now: view.values[axis.position],
            at,
            own_type,
            given,
            actions,
            points,
            changes: found,
            stopped,
        })
    }

    /// A choice at other values of some variables.
    pub(crate) fn choice_along(
        &self,
        spec: &ChoiceSpec,
        changed: &[(usize, f64)],
        view: View<'_>,
    ) -> Result<Vec<f64>, SolveFormError> {
        let mut values = view.values.to_vec();
        for &(position, value) in changed {
            values[position] = value;
        }
        self.choice(spec, View { values: &values, ..view })
    }
}

/// Adds where the most likely action changes between neighbors.
pub(crate) fn changes<E>(
    points: &[ThresholdPoint],
    actions: &[String],
    precision: f64,
    mut choice: impl FnMut(f64) -> Result<Vec<f64>, E>,
    found: &mut Vec<Change>,
) -> Result<(), E> {
    for pair in points.windows(2) {
        let (from, to) = (most(&pair[0].probabilities), most(&pair[1].probabilities));
        if from != to {
            let (below, above) = turn((pair[0].value, pair[1].value), from, precision, &mut choice)?;
            let name = |action: usize| actions[action].clone();
            found.push(Change { at: 0.5 * (below + above), from: name(from), to: name(to) });
        }
    }
    Ok(())
}
