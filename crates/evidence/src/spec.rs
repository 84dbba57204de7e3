use jiff::civil::Date;
use measure::EstimativeWord;
use source::Place;

use crate::Admiralty;

/// A rival explanation.
#[derive(Clone, Debug)]
pub struct HypothesisSpec {
    /// The user's id.
    pub id: String,
    /// For readers.
    pub label: String,
    /// Probability before the evidence; all of them sum to 1.
    pub prior: f64,
    /// Where it stands.
    pub place: Place,
}

/// How probable an indicator is if a hypothesis is true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Likelihood {
    /// One number in [0, 1].
    Point(f64),
    /// Anything between two numbers in [0, 1].
    Interval(f64, f64),
    /// Anything in the range of a word.
    Word(EstimativeWord),
}

impl Likelihood {
    /// Least and greatest value.
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Self::Point(p) => (p, p),
            Self::Interval(low, high) => (low, high),
            Self::Word(word) => (word.interval().low, word.interval().high),
        }
    }

    /// The middle of its range.
    pub fn middle(self) -> f64 {
        let (low, high) = self.bounds();
        0.5 * (low + high)
    }
}

/// Something that speaks for one explanation more than for another.
#[derive(Clone, Debug)]
pub struct IndicatorSpec {
    /// The user's id.
    pub id: String,
    /// For readers.
    pub label: String,
    /// When it could first be seen; orders the path.
    pub date: Option<Date>,
    /// Per hypothesis: its id and place, the likelihood and its place.
    pub likelihood: Vec<(String, Likelihood, Place)>,
    /// Id of the group of indicators it depends on.
    pub group: Option<(String, Place)>,
    /// How far its source is trusted; fully if none is given.
    pub reliability: Option<Admiralty>,
    /// Probability that it is true, judged from its source alone (at even odds beforehand); `None` if it was not seen
    /// yet.
    pub observed: Option<f64>,
    /// Where it stands.
    pub place: Place,
}

/// Indicators that may be one fact seen several times.
#[derive(Clone, Debug)]
pub struct GroupSpec {
    /// The user's id.
    pub id: String,
    /// In [0, 1]: 0 independent given the hypothesis, 1 wholly redundant.
    pub strength: f64,
    /// Where it stands.
    pub place: Place,
}

/// All that is weighed.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// Rival, exclusive explanations.
    pub hypotheses: Vec<HypothesisSpec>,
    /// Seen and unseen indicators.
    pub indicators: Vec<IndicatorSpec>,
    /// Dependence between them.
    pub groups: Vec<GroupSpec>,
    /// The file, for findings that concern all of it.
    pub place: Place,
}
