use serde::{Deserialize, Serialize};

use crate::Ladder;

/// Where the crisis ends, and after how many rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Probability of the lowest rung.
    pub settled: f64,
    /// Probability of the highest rung with a misperception in the last round.
    pub war_misread: f64,
    /// Probability of the highest rung with everything seen rightly in the last round.
    pub war_clear: f64,
    /// Probability of an accident.
    pub accident: f64,
    /// Expected number of rounds, the last one (an accident too) counted.
    pub rounds: f64,
}

impl Outcomes {
    /// Probability of the highest rung.
    pub fn war(&self) -> f64 {
        self.war_misread + self.war_clear
    }

    /// Probability of any bad end: war or accident.
    pub fn disaster(&self) -> f64 {
        self.war() + self.accident
    }

    /// The probabilities in the order of [`Ladder::ends`].
    pub fn values(&self) -> [f64; 5] {
        [self.settled, self.war_misread, self.war_clear, self.accident, self.war()]
    }
}

/// Probability of each end within a number of rounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Within {
    /// At most so many rounds.
    pub rounds: u32,
    /// Of the lowest rung.
    pub settled: f64,
    /// Of war with a misperception in the last round.
    pub war_misread: f64,
    /// Of war without.
    pub war_clear: f64,
    /// Of an accident.
    pub accident: f64,
}

/// How many rounds are spent on a rung.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Occupancy {
    /// Id of the rung.
    pub rung: String,
    /// Expected number of rounds that begin on it.
    pub rounds: f64,
    /// The same among the runs that end in war; 0 if none does.
    pub rounds_before_war: f64,
}

impl Ladder {
    /// Probabilities of the ends and expected rounds, each to nearly full relative accuracy.
    ///
    /// # Cost
    /// O(rungs · 27^actors) time.
    pub fn exact(&self) -> Outcomes {
        todo!()
    }

    /// Probability of each end within the first n rounds, for each n of `rounds`, in their order.
    pub fn within(&self, rounds: &[u32]) -> Vec<Within> {
        let _ = rounds;
        todo!()
    }

    /// Expected rounds per rung between the ends.
    pub fn occupancy(&self) -> Vec<Occupancy> {
        todo!()
    }

    /// The same ladder with the crisis standing on another rung; `None` for the ends, and for a rung
    /// from which it can be caught.
    pub fn starting_at(&self, rung: usize) -> Option<Self> {
        let _ = rung;
        todo!()
    }

    /// The same ladder with a back channel of this strength in [0, 1] (on the rungs of the spec's
    /// channel; on all of them if the spec has none).
    pub fn with_channel(&self, strength: f64) -> Self {
        let _ = strength;
        todo!()
    }
}
