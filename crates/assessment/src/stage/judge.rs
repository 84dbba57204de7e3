//! Key judgments: a number, its words, and apart from them a confidence.

use std::collections::BTreeSet;

use measure::{EstimativeWord, Interval, Probability};
use serde::{Deserialize, Serialize};

use crate::folder::question::{Confidence, JudgmentSpec};
use crate::ledger::{Kind, Ledger};

/// A key judgment with its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgment {
    /// Stable id.
    pub id: String,
    /// The sentence.
    pub text: String,
    /// How probable.
    pub probability: Probability,
    /// How sure that number is, if it has a band.
    pub interval: Option<Interval>,
    /// The probability in words.
    pub words: EstimativeWord,
    /// How good and how many the sources are, how much rests on assumptions.
    pub confidence: Confidence,
    /// Why this confidence.
    pub confidence_because: String,
    /// Ids of the numbers it rests on.
    pub grounds: Vec<String>,
}

/// What a number rests on, counted along its chain of grounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Footing {
    /// Different series, events and documents.
    data: usize,
    /// Different data files.
    files: usize,
    /// Parameters, priors and sets of likelihoods assumed by the analyst.
    assumed: usize,
    /// Indicators that rest on a recorded judgement only.
    judged: usize,
}

/// The judgment of a spec; `None` if its number is not in the ledger or is no probability.
pub fn judge(spec: &JudgmentSpec, ledger: &Ledger) -> Option<Judgment> {
    let entry = ledger.get(&spec.number.value)?;
    let probability = Probability::new(entry.value?).ok()?;
    let footing = footing(&entry.id, ledger);
    let computed = confidence(footing, entry.interval);
    let confidence = spec.ceiling.map_or(computed, |ceiling| ceiling.min(computed));
    Some(Judgment {
        id: spec.id.clone(),
        text: spec.text.clone(),
        probability,
        interval: entry.interval,
        words: EstimativeWord::of(probability),
        confidence,
        confidence_because: because(footing, entry.interval, spec, computed),
        grounds: vec![entry.id.clone()],
    })
}

fn footing(id: &str, ledger: &Ledger) -> Footing {
    let (mut footing, mut seen) = (Footing::default(), BTreeSet::new());
    for step in ledger.chain(id) {
        let Ok(entry) = step.entry else { continue };
        if !seen.insert(&entry.id) {
            continue;
        }
        match entry.kind {
            Kind::Series | Kind::Event | Kind::Document => footing.data += 1,
            Kind::File => footing.files += 1,
            // A prior and the likelihoods of an indicator are assumed, whatever is counted below them.
            Kind::Parameter | Kind::Hypothesis => footing.assumed += 1,
            Kind::Indicator => {
                footing.assumed += 1;
                footing.judged += usize::from(entry.value.is_some() && entry.grounds.is_empty());
            }
            _ => {}
        }
    }
    footing
}

/// The rule, stated so that a reader can argue with it: *high* needs four or more pieces of data from two or
/// more files, at most a quarter of all grounds assumed or judged, and a band no wider than 0.2; *moderate* two
/// or more pieces of data, at most two thirds assumed, and a band no wider than 0.5; all else is *low*.
fn confidence(footing: Footing, band: Option<Interval>) -> Confidence {
    let soft = footing.assumed + footing.judged;
    let share = soft as f64 / (soft + footing.data).max(1) as f64;
    let width = band.map_or(0.0, |band| band.width());
    if footing.data >= 4 && footing.files >= 2 && share <= 0.25 && width <= 0.2 {
        Confidence::High
    } else if footing.data >= 2 && share <= 2.0 / 3.0 && width <= 0.5 {
        Confidence::Moderate
    } else {
        Confidence::Low
    }
}

fn because(footing: Footing, band: Option<Interval>, spec: &JudgmentSpec, computed: Confidence) -> String {
    let mut text = format!(
        "{} series, events or documents from {} file(s); {} assumed quantities, priors and likelihoods; {} recorded judgements",
        footing.data, footing.files, footing.assumed, footing.judged
    );
    if let Some(band) = band {
        text.push_str(&format!("; the number could be {:.2} to {:.2}", band.low, band.high));
    }
    if spec.ceiling.is_some_and(|ceiling| ceiling < computed) {
        let why = spec.because.as_deref().unwrap_or("no reason given");
        text.push_str(&format!("; lowered by the analyst from {}: {why}", computed.as_str()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_follows_its_rule() {
        let footing = |data, files, assumed| Footing { data, files, assumed, judged: 0 };
        let band = |width| Some(Interval { low: 0.4, high: 0.4 + width });
        assert_eq!(confidence(footing(8, 3, 2), band(0.1)), Confidence::High);
        assert_eq!(confidence(footing(8, 3, 2), band(0.3)), Confidence::Moderate);
        assert_eq!(confidence(footing(8, 1, 2), band(0.1)), Confidence::Moderate);
        assert_eq!(confidence(footing(2, 1, 8), band(0.1)), Confidence::Low);
        assert_eq!(confidence(footing(0, 0, 0), None), Confidence::Low);
    }
}
