//! From shifts, events and judgements to the posterior of the rival explanations.

use jiff::civil::Date;
use measure::Seed;
use source::Findings;

use super::observe::{events_between, rate_probability, shift_probability};
use crate::AssessmentError;
use crate::folder::hypotheses::{HypothesesForm, LikelihoodForm, ObserveForm, Way};
use crate::result::{Changes, Evidence};

/// What was seen of an indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Probability that it is true.
    pub probability: f64,
    /// When it could first be seen.
    pub date: Option<Date>,
    /// Ids in the ledger that it rests on.
    pub grounds: Vec<String>,
}

/// What the record says about an indicator as of a date; `None` if it was not seen yet.
pub fn observe(
    form: &ObserveForm,
    evidence: &Evidence,
    changes: &Changes,
    as_of: Date,
) -> Option<Observation> {
    match form {
        ObserveForm::Judgement { probability, on, .. } => (*on <= as_of).then(|| Observation {
            probability: *probability,
            date: Some(*on),
            grounds: Vec::new(),
        }),
        ObserveForm::Shift { series, way, from, to } => {
            if from.is_some_and(|from| from > as_of) {
                return None;
            }
            let shifts = changes.shifts.get(&series.value)?;
            let last = evidence.signals.iter().find(|signal| signal.series.id == series.value)?;
            let reaches = last.series.points.last().and_then(|point| point.period.last_day());
            if from.is_some_and(|from| reaches.is_some_and(|day| day < from)) {
                return None;
            }
            let mut grounds = vec![format!("series.{}", series.value)];
            let numbered =
                (1..=shifts.change_points.len()).map(|number| format!("shift.{}.{number}", series.value));
            grounds.extend(numbered);
            let seen = shifts.change_points.iter().filter_map(|change| change.interval.to.last_day());
            let seen = seen.filter(|day| from.is_none_or(|from| *day >= from)).min();
            Some(Observation {
                probability: shift_probability(shifts, *way, *from, *to),
                date: seen.or(reaches).map(|day| day.min(as_of)),
                grounds,
            })
        }
        ObserveForm::Rate { series, way, factor, before, after } => {
            let signal = evidence.signals.iter().find(|signal| signal.series.id == series.value)?;
            let probability = rate_probability(&signal.series, signal.cost, *way, *factor, *before, *after)?;
            Some(Observation {
                probability,
                date: Some(after.1.min(as_of)),
                grounds: vec![format!("series.{}", series.value)],
            })
        }
        ObserveForm::Association { id, way, at_most } => {
            let found = changes.associations.iter().find(|one| one.id == id.value)?;
            let found_out = found.outcome.as_ref().ok()?;
            let best = found_out.lags.iter().find(|one| one.lag == found_out.strongest)?;
            let fits = match way {
                None => true,
                Some(Way::Up) => best.correlation > 0.0,
                Some(Way::Down) => best.correlation < 0.0,
            };
            let holds = fits && found_out.p_value.get() <= *at_most;
            Some(Observation {
                probability: f64::from(u8::from(holds)),
                date: found_out.to.last_day().map(|day| day.min(as_of)),
                grounds: vec![format!("association.{}", id.value)],
            })
        }
        ObserveForm::Events { events, from, to, at_least, at_most } => {
            if *from > as_of {
                return None;
            }
            let found: Vec<_> = events_between(&evidence.events, events, *from, *to).collect();
            let count = found.len() as u64;
            let over = at_most.is_some_and(|most| count > most);
            let enough = count >= *at_least && at_most.is_none();
            // Before the span has ended only what can no longer change is decided.
            if *to > as_of && !over && !enough {
                return None;
            }
            let holds = count >= *at_least && !over;
            let decided = match (enough, over) {
                (true, _) => found.get((*at_least as usize).saturating_sub(1)).map(|event| event.date),
                (_, true) => at_most.and_then(|most| found.get(most as usize)).map(|event| event.date),
                _ => Some(*to),
            };
            let grounds = found.iter().map(|event| format!("event.{}", event.id)).collect();
            Some(Observation { probability: f64::from(u8::from(holds)), date: decided, grounds })
        }
    }
}

/// The spec of the evidence stage; without observations, what `check` validates.
pub fn spec(
    form: &HypothesesForm,
    mut observed: impl FnMut(&ObserveForm) -> Option<Observation>,
    findings: &mut Findings,
) -> evidence::Spec {
    let likelihood = |form: LikelihoodForm| match form {
        LikelihoodForm::Point(p) => evidence::Likelihood::Point(p),
        LikelihoodForm::Interval(low, high) => evidence::Likelihood::Interval(low, high),
        LikelihoodForm::Word(word) => evidence::Likelihood::Word(word),
    };
    let indicators = form
        .indicators
        .iter()
        .map(|indicator| {
            let seen = indicator.observe.as_ref().and_then(&mut observed);
            let reliability = indicator.reliability.as_ref().and_then(|code| {
                code.value
                    .parse::<evidence::Admiralty>()
                    .map_err(|error| {
                        findings.push(
                            source::Finding::error("evidence::reliability", error.to_string(), &code.place)
                                .help("write a letter A–F for the source and a digit 1–6 for the information, e.g. \"B2\""),
                        );
                    })
                    .ok()
            });
            evidence::IndicatorSpec {
                id: indicator.id.value.clone(),
                label: indicator.label.clone(),
                date: seen.as_ref().and_then(|seen| seen.date),
                likelihood: indicator
                    .likelihood
                    .iter()
                    .map(|(name, form, place)| (name.value.clone(), likelihood(*form), place.clone()))
                    .collect(),
                group: indicator.group.as_ref().map(|group| (group.value.clone(), group.place.clone())),
                reliability,
                observed: seen.map(|seen| seen.probability),
                place: indicator.place.clone(),
            }
        })
        .collect();
    evidence::Spec {
        hypotheses: form
            .hypotheses
            .iter()
            .map(|one| evidence::HypothesisSpec {
                id: one.id.value.clone(),
                label: one.label.clone(),
                prior: one.prior,
                place: one.place.clone(),
            })
            .collect(),
        indicators,
        groups: form
            .groups
            .iter()
            .map(|one| evidence::GroupSpec {
                id: one.id.value.clone(),
                strength: one.strength.value,
                place: one.place.clone(),
            })
            .collect(),
        place: form.place.clone(),
    }
}

/// Weighs the explanations as of a date.
///
/// # Errors
/// Findings of the model; [`AssessmentError::Stage`] if the observations exclude every hypothesis.
pub fn weigh(
    form: &HypothesesForm,
    evidence: &Evidence,
    changes: &Changes,
    as_of: Date,
    seed: Seed,
) -> Result<evidence::Weighing, AssessmentError> {
    let mut findings = Findings::new();
    let spec = spec(form, |observe_form| observe(observe_form, evidence, changes, as_of), &mut findings);
    if findings.any_error() {
        return Err(findings.into());
    }
    let model = evidence::Model::new(spec)?;
    model
        .weigh(seed, &evidence::WeighSettings::default())
        .map_err(|error| AssessmentError::stage("evidence", error))
}
