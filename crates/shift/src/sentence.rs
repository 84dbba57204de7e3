use measure::{EstimativeWord, LogOdds, Probability};

use crate::Shifts;

impl Shifts {
    /// Posterior probability of one change or more.
    pub fn probability(&self) -> Probability {
        LogOdds(self.log_bayes_factor).probability()
    }

    /// The finding in words of estimative probability (ICD 203), numbers beside them.
    pub fn sentence(&self) -> String {
        todo!()
    }
}

#[allow(unused)]
fn word(p: Probability) -> EstimativeWord {
    EstimativeWord::of(p)
}
