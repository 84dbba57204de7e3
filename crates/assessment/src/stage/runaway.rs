//! The ladder at the central values of all parameters.

use std::collections::BTreeMap;

use crisis::{CrisisResult, ExamineSettings, Ladder, SimulateSettings};
use measure::Seed;

use crate::AssessmentError;
use crate::plan::Plan;
use crate::result::Choice;

/// Solves and simulates the ladder. Outcomes of the game enter by their posterior mean.
///
/// # Errors
/// Findings, if the parameters make no ladder.
pub fn examine(
    plan: &Plan<'_>,
    choice: Option<&Choice>,
    posterior: &[f64],
    seed: Seed,
) -> Result<Option<CrisisResult>, AssessmentError> {
    let Some(form) = &plan.crisis else { return Ok(None) };
    let mut values = plan.central();
    let nothing = BTreeMap::new();
    let outcomes = choice.map_or(&nothing, |choice| &choice.outcomes);
    for name in &plan.variables.names()[values.len()..] {
        let mean = outcomes.get(name).map_or(0.0, |by| {
            plan.hypotheses.iter().zip(posterior).map(|(id, p)| p * by.get(id).copied().unwrap_or(0.0)).sum()
        });
        values.push(mean);
    }
    let ladder = Ladder::new(form.spec(&values))?;
    let simulate = SimulateSettings { trajectories: form.trajectories, ..SimulateSettings::default() };
    let settings = ExamineSettings { simulate, ..ExamineSettings::default() };
    Ok(Some(ladder.examine(seed, &settings)))
}
