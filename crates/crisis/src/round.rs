use measure::portable::exp;

/// The combinations of the others' moves that an actor can see are counted in base 3.
pub(crate) fn combinations(actors: usize) -> usize {
    3_usize.pow(actors as u32)
}

/// What actor number `actor` did, in a combination of everybody's moves: 0 down, 1 hold, 2 up.
pub(crate) fn digit(combination: usize, actor: usize) -> usize {
    combination / combinations(actor) % 3
}

/// How many rungs a combination of moves climbs.
pub(crate) fn climb(combination: usize, actors: usize) -> i32 {
    (0..actors).map(|actor| digit(combination, actor) as i32 - 1).sum()
}

/// Everybody holds: the memory at the start.
pub(crate) fn all_hold(actors: usize) -> usize {
    (combinations(actors) - 1) / 2
}

/// One actor on one rung: how it sees and how it chooses.
#[derive(Clone, Debug)]
pub(crate) struct Mind {
    /// A row per true move, a column per move seen.
    pub(crate) sees: [[f64; 3]; 3],
    /// Probability of each own move, by the sum of the steps seen, from the least possible sum.
    pub(crate) chooses: Vec<[f64; 3]>,
}

/// The numbers behind one actor's choice on one rung.
pub(crate) struct Motives {
    pub(crate) precision: f64,
    pub(crate) reciprocity: f64,
    /// Hawkishness less the fear of this height.
    pub(crate) leaning: f64,
    pub(crate) inertia: f64,
}

impl Motives {
    /// P(a) ∝ exp(λ(a(ρs + leaning) − γa²)) when the moves seen have the mean `seen`.
    pub(crate) fn choice(&self, seen: f64) -> [f64; 3] {
        let pull = self.precision * (self.reciprocity * seen + self.leaning);
        let cost = self.precision * self.inertia;
        let exponents = [-pull - cost, 0.0, pull - cost];
        let greatest = exponents.into_iter().fold(f64::NEG_INFINITY, f64::max);
        let weights = exponents.map(|exponent| exp(exponent - greatest));
        let total: f64 = weights.iter().sum();
        weights.map(|weight| weight / total)
    }
}

impl Mind {
    /// `others` ≥ 1 other actors are watched.
    pub(crate) fn new(sees: [[f64; 3]; 3], motives: &Motives, others: usize) -> Self {
        let most = others as i32;
        let chooses = (-most..=most).map(|sum| motives.choice(f64::from(sum) / f64::from(most))).collect();
        Self { sees, chooses }
    }

    /// Probability of each own move, split by whether all others were seen rightly.
    fn answers(&self, others: usize, truth: usize) -> Answer {
        let mut answer = Answer { clear: [0.0; 3], wrong: [0.0; 3] };
        for seen in 0..combinations(others) {
            let p: f64 =
                (0..others).map(|other| self.sees[digit(truth, other)][digit(seen, other)]).product();
            let sum: usize = (0..others).map(|other| digit(seen, other)).sum();
            let into = if seen == truth { &mut answer.clear } else { &mut answer.wrong };
            for (to, &choice) in into.iter_mut().zip(&self.chooses[sum]) {
                *to += p * choice;
            }
        }
        answer
    }
}

#[derive(Clone, Copy, Debug)]
struct Answer {
    clear: [f64; 3],
    wrong: [f64; 3],
}

/// Probability of one combination of moves, split by whether everybody saw everything rightly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joint {
    pub(crate) clear: f64,
    pub(crate) misread: f64,
}

/// All rounds that can be played on one rung.
pub(crate) struct Round {
    actors: usize,
    /// Per actor, by the others' last moves.
    answers: Vec<Vec<Answer>>,
}

impl Round {
    /// `minds`: one per actor.
    pub(crate) fn new(minds: &[Mind]) -> Self {
        let others = minds.len() - 1;
        let answers = minds
            .iter()
            .map(|mind| (0..combinations(others)).map(|truth| mind.answers(others, truth)).collect())
            .collect();
        Self { actors: minds.len(), answers }
    }

    /// Probability of every combination of moves after the combination `memory`.
    pub(crate) fn after(&self, memory: usize) -> Vec<Joint> {
        let answers: Vec<&Answer> =
            (0..self.actors).map(|actor| &self.answers[actor][without(memory, actor)]).collect();
        (0..combinations(self.actors)).map(|moves| joint(&answers, moves)).collect()
    }
}

/// Folded so that no term is subtracted: a rare misreading keeps its digits.
fn joint(answers: &[&Answer], moves: usize) -> Joint {
    let mut joint = Joint { clear: 1.0, misread: 0.0 };
    for (actor, answer) in answers.iter().enumerate() {
        let a = digit(moves, actor);
        joint.misread = joint.misread * (answer.clear[a] + answer.wrong[a]) + joint.clear * answer.wrong[a];
        joint.clear *= answer.clear[a];
    }
    joint
}

/// A combination of everybody's moves without one actor's.
fn without(combination: usize, actor: usize) -> usize {
    let power = combinations(actor);
    combination / (3 * power) * power + combination % power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_counted_in_base_three() {
        assert_eq!(all_hold(2), 4);
        assert_eq!((digit(5, 0), digit(5, 1)), (2, 1));
        assert_eq!(climb(5, 2), 1);
        assert_eq!(climb(all_hold(3), 3), 0);
        // Moves (2, 1, 0) without the middle one are (2, 0).
        assert_eq!(without(2 + 3, 1), 2);
        assert_eq!(without(2 + 3, 0), 1);
    }

    #[test]
    fn combinations_of_moves_sum_to_one() {
        let motives = Motives { precision: 2.0, reciprocity: 1.0, leaning: -0.3, inertia: 0.2 };
        let mind = Mind::new([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.0, 0.4, 0.6]], &motives, 2);
        let round = Round::new(&[mind.clone(), mind.clone(), mind]);
        for memory in 0..27 {
            let total: f64 = round.after(memory).iter().map(|joint| joint.clear + joint.misread).sum();
            assert!((total - 1.0).abs() < 1e-14);
        }
    }
}
