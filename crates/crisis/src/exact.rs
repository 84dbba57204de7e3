use serde::{Deserialize, Serialize};

use crate::{Chain, Ladder};

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

impl Within {
    /// The probabilities in the order of [`Ladder::ends`].
    pub fn values(&self) -> [f64; 5] {
        [self.settled, self.war_misread, self.war_clear, self.accident, self.war_misread + self.war_clear]
    }
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
    /// O(rungs · 27^actors) at worst; tens of microseconds for two actors on seven rungs.
    pub fn exact(&self) -> Outcomes {
        let (ends, rounds) = self.chain().ends(self.first);
        Outcomes { settled: ends[0], war_misread: ends[1], war_clear: ends[2], accident: ends[3], rounds }
    }

    /// Probability of each end within the first n rounds, for each n of `rounds`, in their order.
    ///
    /// # Cost
    /// O(greatest n · states · 3^actors).
    pub fn within(&self, rounds: &[u32]) -> Vec<Within> {
        let mut answers = vec![[0.0; 4]; rounds.len()];
        let mut ended = [0.0; 4];
        let mut now = vec![0.0; self.states.len()];
        now[self.first] = 1.0;
        for round in 1..=rounds.iter().copied().max().unwrap_or(0) {
            now = self.step(&now, &mut ended);
            for (answer, _) in answers.iter_mut().zip(rounds).filter(|(_, n)| **n >= round) {
                *answer = ended;
            }
            if now.iter().all(|&p| p == 0.0) {
                break;
            }
        }
        let named = |(&rounds, [settled, war_misread, war_clear, accident]): (&u32, [f64; 4])| Within {
            rounds,
            settled,
            war_misread,
            war_clear,
            accident,
        };
        rounds.iter().zip(answers).map(named).collect()
    }

    /// Expected rounds per rung between the ends.
    pub fn occupancy(&self) -> Vec<Occupancy> {
        let absorption = self.chain().absorb(self.first);
        let war = absorption.probability[1] + absorption.probability[2];
        let mut all: Vec<Occupancy> = self.rungs[1..self.top()]
            .iter()
            .map(|rung| Occupancy { rung: rung.clone(), rounds: 0.0, rounds_before_war: 0.0 })
            .collect();
        for ((state, visits), ends) in self.states.iter().zip(&absorption.visits).zip(&absorption.from) {
            let rung = &mut all[state.rung - 1];
            rung.rounds += visits;
            if war > 0.0 {
                // Doob's transform: visits of the chain that is told it will end in war.
                rung.rounds_before_war += visits * (ends[1] + ends[2]) / war;
            }
        }
        all
    }

    /// Probability of any of these ends from each state.
    pub(crate) fn nearness(&self, ends: &[usize]) -> Vec<f64> {
        let from = self.chain().absorb(self.first).from;
        from.iter().map(|known| ends.iter().map(|&end| known[end]).sum()).collect()
    }

    fn chain(&self) -> Chain {
        let mut chain = Chain::new(self.states.len(), 4);
        for (from, state) in self.states.iter().enumerate() {
            state.next.iter().for_each(|&(to, _, p)| chain.link(from, to, p));
            state.ends.iter().enumerate().for_each(|(end, &p)| chain.end(from, end, p));
        }
        chain
    }

    fn step(&self, now: &[f64], ended: &mut [f64; 4]) -> Vec<f64> {
        let mut next = vec![0.0; now.len()];
        for (state, &here) in self.states.iter().zip(now) {
            state.next.iter().for_each(|&(to, _, p)| next[to] += here * p);
            ended.iter_mut().zip(&state.ends).for_each(|(end, &p)| *end += here * p);
        }
        next
    }
}
