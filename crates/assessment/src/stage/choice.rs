//! The choice at the central values of all parameters, and where it turns.

use std::collections::BTreeMap;

use calculus::{Play, Until, trace};

use crate::AssessmentError;
use crate::plan::{GamePlan, Plan};
use crate::result::Choice;

/// Solves the game with the posterior as prior of the types.
///
/// # Errors
/// [`AssessmentError::Stage`] if the parameters make no game or the branch cannot be followed.
pub fn choose(plan: &Plan<'_>, posterior: &[f64]) -> Result<Option<Choice>, AssessmentError> {
    let wrong = |error: &dyn std::fmt::Display| AssessmentError::stage("calculus", error);
    let values = plan.central();
    let form = match &plan.game {
        None => return Ok(None),
        Some(GamePlan::File { game, precision }) => {
            let until =
                precision.as_ref().map_or(Until::Nash, |formula| Until::Lambda(formula.eval(&values)));
            let play = Play::of(game, until).map_err(|e| wrong(&e))?;
            return Ok(Some(Choice { play, thresholds: Vec::new(), outcomes: BTreeMap::new() }));
        }
        Some(GamePlan::Form(form)) => form,
    };
    let play = form.play(&values, posterior).map_err(|e| wrong(&e))?;
    let game = form.game(&values, posterior).map_err(|e| wrong(&e))?;
    let point = trace(&game, Until::Lambda(form.precision(&values))).map_err(|e| wrong(&e))?;
    let mut outcomes: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for (index, hypothesis) in plan.hypotheses.iter().enumerate() {
        for (name, value) in
            form.outcome_names().into_iter().zip(form.outcomes(&game, &point.strategy, index))
        {
            outcomes.entry(format!("calculus.{name}")).or_default().insert(hypothesis.clone(), value);
        }
    }
    let mut thresholds = Vec::new();
    for spec in &form.form().thresholds {
        let Some(position) = plan.variables.position(&spec.parameter.0) else { continue };
        let Some(parameter) = plan.folder.parameters.get(position) else { continue };
        let range = parameter.scan();
        let bounds = (range.low, range.high);
        thresholds.push(form.threshold(spec, position, bounds, &values, posterior).map_err(|e| wrong(&e))?);
    }
    Ok(Some(Choice { play, thresholds, outcomes }))
}
