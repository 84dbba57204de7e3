use crate::Ladder;
use crate::round::{Mind, combinations, digit};
use crate::simulate::Run;

/// How much nearer to the end each level is than the one before.
const NEARER: f64 = 4.0;

/// How near an end is from everywhere, within a round too: the probability that the solved chain gives
/// it. A round of a crisis can multiply it by thousands (both misread, both step up), which no splitting
/// of whole rounds would catch; one actor's look or one actor's move multiplies it by little.
pub(crate) struct Guide {
    /// Positions in [`crate::ladder::State::ends`].
    pub(crate) ends: &'static [usize],
    /// Rising, above the start; the last is the end itself.
    pub(crate) levels: Vec<f64>,
    /// By state, then place within the round.
    near: Vec<f64>,
    size: Size,
}

/// A place within a round: who looks or moves next, after what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant {
    /// The rung and the last moves, as the round began.
    pub(crate) run: Run,
    /// Whose turn it is.
    pub(crate) actor: usize,
    /// Moves of the actors before, as a combination.
    pub(crate) moves: usize,
    /// Whether somebody has seen something wrongly in this round.
    pub(crate) misread: bool,
    /// Sum of the moves that this actor sees, once it has looked.
    pub(crate) seen: Option<usize>,
}

impl Instant {
    /// The beginning of a round.
    pub(crate) fn of(run: Run) -> Self {
        Self { run, actor: 0, moves: 0, misread: false, seen: None }
    }
}

/// How many places a round has.
#[derive(Clone, Copy)]
struct Size {
    actors: usize,
    /// Sums that can be seen, and nothing yet.
    seen: usize,
}

impl Size {
    fn of(ladder: &Ladder) -> Self {
        let actors = ladder.actors.len();
        Self { actors, seen: 2 * actors }
    }

    /// Places before this actor's turn.
    fn before(self, actor: usize) -> usize {
        (combinations(actor) - 1) / 2 * 2 * self.seen
    }

    fn all(self) -> usize {
        self.before(self.actors)
    }

    fn place(self, at: &Instant) -> usize {
        let seen = at.seen.map_or(0, |sum| sum + 1);
        self.before(at.actor) + (at.moves * 2 + usize::from(at.misread)) * self.seen + seen
    }
}

impl Guide {
    /// `None` if the end cannot be reached.
    pub(crate) fn to(ladder: &Ladder, ends: &'static [usize]) -> Option<Self> {
        let states = ladder.nearness(ends);
        let start = states[ladder.first];
        if start == 0.0 {
            return None;
        }
        let size = Size::of(ladder);
        let levels = std::iter::successors(Some(start * NEARER), |level| Some(level * NEARER))
            .take_while(|&l| l < 1.0);
        let mut guide = Self {
            ends,
            levels: levels.chain([f64::INFINITY]).collect(),
            near: vec![0.0; states.len() * size.all()],
            size,
        };
        for (key, &number) in ladder.numbers.iter().enumerate() {
            if number < states.len() {
                let memories = combinations(size.actors);
                let run = Run { rung: key / memories, memory: key % memories, misread: false };
                guide.fill(ladder, &states, number, run);
            }
        }
        Some(guide)
    }

    /// How near the end is.
    pub(crate) fn near(&self, ladder: &Ladder, at: &Instant) -> f64 {
        self.near[ladder.number(&at.run) * self.size.all() + self.size.place(at)]
    }

    /// All places of the rounds that begin in one state, from the last turn back to the first.
    fn fill(&mut self, ladder: &Ladder, states: &[f64], number: usize, run: Run) {
        for actor in (0..self.size.actors).rev() {
            let mind = &ladder.minds[run.rung][actor];
            let looks = looks(mind, actor, self.size.actors, run.memory);
            for moves in 0..combinations(actor) {
                for misread in [false, true] {
                    let at = Instant { run, actor, moves, misread, seen: None };
                    for sum in 0..mind.chooses.len() {
                        let at = Instant { seen: Some(sum), ..at };
                        let value = self.after_move(ladder, states, &at, &mind.chooses[sum]);
                        self.set(number, &at, value);
                    }
                }
                for misread in [false, true] {
                    let at = Instant { run, actor, moves, misread, seen: None };
                    let value = looks.iter().map(|&(sum, wrong, p)| {
                        let after = Instant { seen: Some(sum), misread: misread || wrong, ..at };
                        p * self.near[number * self.size.all() + self.size.place(&after)]
                    });
                    let value =
                        value.sum::<f64>() * if actor == 0 { 1.0 - ladder.hazard[run.rung] } else { 1.0 };
                    self.set(number, &at, value);
                }
            }
        }
    }

    fn set(&mut self, number: usize, at: &Instant, value: f64) {
        self.near[number * self.size.all() + self.size.place(at)] = value;
    }

    /// Mean nearness over the move of the actor whose turn it is.
    fn after_move(&self, ladder: &Ladder, states: &[f64], at: &Instant, choice: &[f64; 3]) -> f64 {
        let value = |moved: usize| {
            let moves = at.moves + moved * combinations(at.actor);
            if at.actor + 1 < self.size.actors {
                let next = Instant { actor: at.actor + 1, moves, seen: None, ..*at };
                return self.near(ladder, &next);
            }
            let run = ladder.moved(&at.run, moves, at.misread);
            match ladder.ended(&run) {
                Some(end) => f64::from(u8::from(self.ends.contains(&end))),
                // A state that cannot be reached is never asked for with a probability above 0.
                None => states.get(ladder.number(&run)).copied().unwrap_or(0.0),
            }
        };
        (0..3).map(|moved| choice[moved] * value(moved)).sum()
    }
}

/// What one actor may see: sum of the moves, whether one of them is wrong, probability.
fn looks(mind: &Mind, actor: usize, actors: usize, memory: usize) -> Vec<(usize, bool, f64)> {
    let mut looks = vec![(0, false, 1.0)];
    for other in (0..actors).filter(|&other| other != actor) {
        let truth = digit(memory, other);
        looks = looks
            .into_iter()
            .flat_map(|(sum, wrong, p)| {
                (0..3).map(move |seen| (sum + seen, wrong || seen != truth, p * mind.sees[truth][seen]))
            })
            .collect();
    }
    looks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_round_are_counted_once() {
        let size = Size { actors: 2, seen: 4 };
        let run = Run { rung: 1, memory: 0, misread: false };
        let mut places = Vec::new();
        for actor in 0..2 {
            for moves in 0..combinations(actor) {
                for misread in [false, true] {
                    for seen in [None, Some(0), Some(1), Some(2)] {
                        places.push(size.place(&Instant { run, actor, moves, misread, seen }));
                    }
                }
            }
        }
        assert_eq!(places, (0..size.all()).collect::<Vec<_>>());
    }
}
