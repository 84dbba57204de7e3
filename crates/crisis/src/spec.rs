use serde::{Deserialize, Serialize};
use source::Place;

/// A number of the spec, and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// The value.
    pub value: f64,
    /// Where it (or its formula) stands.
    pub place: Place,
}

impl Number {
    /// A number at a place.
    pub fn at(value: f64, place: &Place) -> Self {
        Self { value, place: place.clone() }
    }
}

/// Made by a program: it stands nowhere.
impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self { value, place: Place::nowhere() }
    }
}

/// An id of the user's, and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The id.
    pub id: String,
    /// Where it stands.
    pub place: Place,
}

impl Name {
    /// An id at a place.
    pub fn at(id: impl Into<String>, place: &Place) -> Self {
        Self { id: id.into(), place: place.clone() }
    }
}

/// Made by a program: it stands nowhere.
impl From<&str> for Name {
    fn from(id: &str) -> Self {
        Self { id: id.into(), place: Place::nowhere() }
    }
}

/// A ladder as the user describes it; [`crate::Ladder::new`] checks it.
///
/// The state is the rung and the last move of each actor; at the start everybody's last move is
/// [`Move::Hold`]. One round on rung number r (counted from 0; R the number of the highest):
///
/// 1. With the rung's hazard the run ends as *accident*.
/// 2. Each actor sees the last move of each other actor through the fog, independently.
/// 3. Actor i, who sees moves with mean s, moves a ∈ {−1, 0, +1} with probability ∝
///    exp(λ(a(ρs + h − κr/R) − γa²)).
/// 4. The rung changes by the sum of the moves, within the ladder. On the lowest rung the crisis is
///    settled, on the highest it is war: *misread* if somebody saw something wrongly in that round.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The ladder as a whole, for findings that concern all of it.
    pub place: Place,
    /// From the lowest (settled) to the highest (war); at least 3, all different.
    pub rungs: Vec<Name>,
    /// The rung on which the crisis stands now: neither the lowest nor the highest.
    pub start: Name,
    /// Two to four actors.
    pub actors: Vec<ActorSpec>,
    /// λ of the actors that bring none of their own.
    pub precision: Option<Number>,
    /// The fog for the actors that bring none of their own.
    pub perception: Perception,
    /// A channel that thins the fog on low rungs.
    pub back_channel: Option<BackChannel>,
    /// How likely an accident is.
    pub hazard: Hazard,
}

/// How one actor chooses. All but the precision are in units of utility per move.
#[derive(Clone, Debug, PartialEq)]
pub struct ActorSpec {
    /// The user's id.
    pub id: Name,
    /// ρ: how much it answers in kind what it sees.
    pub reciprocity: Number,
    /// h: its own leaning upwards.
    pub hawkishness: Number,
    /// κ: how much the top of the ladder deters it.
    pub fear_of_height: Number,
    /// γ: what any move costs it.
    pub inertia: Number,
    /// λ ≥ 0: how sharply it chooses; 0 is a coin, ∞ the best course for certain.
    pub precision: Option<Number>,
    /// How it sees the others, if not as [`Spec::perception`] says.
    pub perception: Option<Perception>,
}

/// How another's move is seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Perception {
    /// Wrong with probability `error`; of the two wrong moves the higher with probability `upward`.
    Error {
        /// In [0, 1].
        error: Number,
        /// In [0, 1].
        upward: Number,
    },
    /// A row per true move, a column per move seen, each in the order down, hold, up; rows sum to 1.
    Confusion(Box<[[Number; 3]; 3]>),
}

impl Perception {
    /// Nobody misreads anything.
    pub fn clear() -> Self {
        Self::Error { error: 0.0.into(), upward: 0.5.into() }
    }
}

/// Mixes every confusion matrix with the identity while the rung is not above `cut`:
/// strength · I + (1 − strength) · M.
#[derive(Clone, Debug, PartialEq)]
pub struct BackChannel {
    /// In [0, 1].
    pub strength: Number,
    /// The highest rung on which it works.
    pub cut: Name,
}

/// The probability per round that an accident ends the run.
#[derive(Clone, Debug, PartialEq)]
pub enum Hazard {
    /// `eta` times the number of the rung, counted from 0 at the lowest.
    PerStep(Number),
    /// One for each rung between the lowest and the highest, in this order.
    PerRung(Vec<Number>),
}

/// What an actor does in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// One step down.
    Down,
    /// Neither.
    Hold,
    /// One step up.
    Up,
}

impl Move {
    /// From the lowest to the highest.
    pub const ALL: [Self; 3] = [Self::Down, Self::Hold, Self::Up];

    /// −1, 0 or +1.
    pub fn step(self) -> i32 {
        self as i32 - 1
    }
}
