use source::Findings;

use crate::round::{Mind, Round, all_hold, climb, combinations};
use crate::{BackChannel, Name, Spec};

/// A checked ladder, ready to be solved and simulated.
#[derive(Clone, Debug)]
pub struct Ladder {
    pub(crate) spec: Spec,
    pub(crate) rungs: Vec<String>,
    pub(crate) actors: Vec<String>,
    pub(crate) start: usize,
    /// Per rung; 0 at both ends.
    pub(crate) hazard: Vec<f64>,
    /// Per rung, then actor; none at both ends.
    pub(crate) minds: Vec<Vec<Mind>>,
    /// The states that can be reached from the start, by rung, then memory.
    pub(crate) states: Vec<State>,
    /// By rung · 3^actors + memory: its position among the states.
    pub(crate) numbers: Vec<usize>,
    /// Number of the start among the states.
    pub(crate) first: usize,
}

/// Where the crisis stands, what everybody did last, and what can happen in the next round.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) rung: usize,
    /// Number of the next state, moves that lead there, probability > 0.
    pub(crate) next: Vec<(usize, usize, f64)>,
    /// Moves that lead to war, and their probability.
    pub(crate) into_war: Vec<(usize, f64)>,
    /// Probability of settled, war misread, war clear, accident.
    pub(crate) ends: [f64; 4],
}

impl Ladder {
    /// Checks a spec and prepares it.
    ///
    /// # Errors
    /// All findings at once: `crisis::rungs`, `crisis::start`, `crisis::actors`, `crisis::precision`,
    /// `crisis::probability`, `crisis::perception`, `crisis::back_channel`, `crisis::hazard`,
    /// `crisis::number`, and `crisis::never_absorbs` for a ladder on which the crisis can be caught.
    ///
    /// # Cost
    /// O(rungs · 9^actors): microseconds for two actors.
    pub fn new(spec: Spec) -> Result<Self, Findings> {
        crate::check::compile(spec)
    }

    /// Ids of the rungs, from the lowest.
    pub fn rungs(&self) -> &[String] {
        &self.rungs
    }

    /// Ids of the actors.
    pub fn actors(&self) -> &[String] {
        &self.actors
    }

    /// Number of the rung of the start.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Names of the four ends and of war as a whole, in the order of [`crate::Outcomes::values`]:
    /// the lowest rung, `<top>_misread`, `<top>_clear`, `accident`, the highest rung.
    pub fn ends(&self) -> [String; 5] {
        end_names(&self.rungs[0], &self.rungs[self.top()])
    }

    /// The same ladder with the crisis standing on another rung; `None` for the ends, and for a rung
    /// from which it can be caught.
    pub fn starting_at(&self, rung: usize) -> Option<Self> {
        let start = Name::from(self.rungs.get(rung)?.as_str());
        Self::new(Spec { start, ..self.spec.clone() }).ok()
    }

    /// The same ladder with a back channel of this strength in [0, 1] (on the rungs of the spec's
    /// channel; on all of them if the spec has none); `None` if the crisis could then be caught.
    pub fn with_channel(&self, strength: f64) -> Option<Self> {
        let cut = match &self.spec.back_channel {
            Some(channel) => channel.cut.clone(),
            None => Name::from(self.rungs[self.top() - 1].as_str()),
        };
        let back_channel = Some(BackChannel { strength: strength.into(), cut });
        Self::new(Spec { back_channel, ..self.spec.clone() }).ok()
    }

    pub(crate) fn top(&self) -> usize {
        self.rungs.len() - 1
    }

    /// Finds the states that can be reached, and fills in `states` and `first`.
    pub(crate) fn explore(mut self) -> Self {
        let memories = combinations(self.actors.len());
        let rounds: Vec<Option<Round>> =
            self.minds.iter().map(|minds| (!minds.is_empty()).then(|| Round::new(minds))).collect();
        let start = self.start * memories + all_hold(self.actors.len());
        let mut found: Vec<Option<State>> = vec![None; self.rungs.len() * memories];
        let mut open = vec![start];
        while let Some(key) = open.pop() {
            let (rung, memory) = (key / memories, key % memories);
            let Some(round) = &rounds[rung] else { continue };
            if found[key].is_none() {
                let state = self.state(rung, memory, round);
                open.extend(state.next.iter().map(|&(to, _, _)| to));
                found[key] = Some(state);
            }
        }
        let mut number = vec![usize::MAX; found.len()];
        for (position, (key, _)) in found.iter().enumerate().filter(|(_, state)| state.is_some()).enumerate()
        {
            number[key] = position;
        }
        self.first = number[start];
        self.states = found.into_iter().flatten().collect();
        for state in &mut self.states {
            state.next.iter_mut().for_each(|(to, _, _)| *to = number[*to]);
        }
        self.numbers = number;
        self
    }

    /// A state whose next states still carry their key (rung · memories + memory).
    fn state(&self, rung: usize, memory: usize, round: &Round) -> State {
        let (actors, top, hazard) = (self.actors.len(), self.top(), self.hazard[rung]);
        let survives = 1.0 - hazard;
        let joints = round.after(memory);
        let mut state = State {
            rung,
            next: Vec::with_capacity(joints.len()),
            into_war: Vec::new(),
            ends: [0.0, 0.0, 0.0, hazard],
        };
        for (moves, joint) in joints.into_iter().enumerate() {
            let p = survives * (joint.clear + joint.misread);
            if p == 0.0 {
                continue;
            }
            let to = self.after(rung, climb(moves, actors));
            if to == 0 {
                state.ends[0] += p;
            } else if to == top {
                state.ends[1] += survives * joint.misread;
                state.ends[2] += survives * joint.clear;
                state.into_war.push((moves, p));
            } else {
                state.next.push((to * combinations(actors) + moves, moves, p));
            }
        }
        state
    }

    /// The rung reached from another by so many steps, within the ladder.
    pub(crate) fn after(&self, rung: usize, steps: i32) -> usize {
        rung.saturating_add_signed(steps as isize).min(self.top())
    }
}

pub(crate) fn end_names(bottom: &str, top: &str) -> [String; 5] {
    [bottom.into(), format!("{top}_misread"), format!("{top}_clear"), "accident".into(), top.into()]
}
