//! What would have to be true for another choice?

use serde::{Deserialize, Serialize};

use crate::form::{GameForm, ThresholdSpec};
use crate::logit::{Until, trace};
use crate::play::{SolveFormError, most};
use crate::value::values;

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
        let form = self.form();
        let at = form.moves.iter().position(|one| one.id == spec.at.0).unwrap_or(0);
        let sets: Vec<usize> = (0..self.known.len()).filter(|&index| self.fits(index, at, spec)).collect();
        let mut changed = parameters.to_vec();
        let mut choice = |value: f64| -> Result<Vec<f64>, SolveFormError> {
            changed[position] = value;
            let game = self.game(&changed, prior)?;
            let point = trace(&game, Until::Lambda(self.precision(&changed)))?;
            let worth = values(&game, &point.strategy);
            let reach =
                |set: usize| game.infosets[set].nodes.iter().map(|&node| worth.reach[node]).sum::<f64>();
            let total: f64 = sets.iter().map(|&set| reach(set)).sum();
            let mut mean = vec![0.0; form.moves[at].actions.len()];
            for &set in &sets {
                let weight = if total > 0.0 { reach(set) / total } else { 1.0 / sets.len() as f64 };
                for (sum, p) in mean.iter_mut().zip(point.strategy.at(&game, set)) {
                    *sum += weight * p;
                }
            }
            Ok(mean)
        };
        let mut points = Vec::with_capacity(POINTS);
        for index in 0..POINTS {
            let value = low + (high - low) * index as f64 / (POINTS - 1) as f64;
            points.push(ThresholdPoint { value, probabilities: choice(value)? });
        }
        let mut changes = Vec::new();
        for pair in points.windows(2) {
            let (from, to) = (most(&pair[0].probabilities), most(&pair[1].probabilities));
            if from == to {
                continue;
            }
            let (mut below, mut above) = (pair[0].value, pair[1].value);
            while above - below > 1e-6 * (high - low) {
                let middle = 0.5 * (below + above);
                if most(&choice(middle)?) == from {
                    below = middle;
                } else {
                    above = middle;
                }
            }
            let name = |action: usize| form.moves[at].actions[action].clone();
            changes.push(Change { at: 0.5 * (below + above), from: name(from), to: name(to) });
        }
        Ok(Threshold {
            parameter: spec.parameter.0.clone(),
            now: parameters[position],
            at: spec.at.0.clone(),
            own_type: spec.of_type.as_ref().map(|(name, _)| name.clone()),
            given: spec
                .given
                .iter()
                .map(|condition| {
                    let values = condition.values.iter().map(|(value, _)| value.clone()).collect();
                    (condition.name.0.clone(), values)
                })
                .collect(),
            actions: form.moves[at].actions.clone(),
            points,
            changes,
        })
    }

    /// Whether an information set belongs to the move, the type and the history looked at.
    fn fits(&self, index: usize, at: usize, spec: &ThresholdSpec) -> bool {
        let (known, form) = (&self.known[index], self.form());
        let type_fits = spec
            .of_type
            .as_ref()
            .is_none_or(|(name, _)| known.own_type.is_none_or(|own| form.types[own].id == *name));
        known.at == at
            && type_fits
            && spec.given.iter().all(|condition| {
                known.seen.iter().all(|(seen, action)| {
                    form.moves[*seen].id != condition.name.0
                        || action.is_some_and(|action| {
                            condition
                                .values
                                .iter()
                                .any(|(value, _)| *value == form.moves[*seen].actions[action])
                        })
                })
            })
    }
}
