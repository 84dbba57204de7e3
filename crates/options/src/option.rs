use measure::{BoundFormula, Distribution, Formula, Seed};

use crate::{Portfolio, Problem, Worlds};

/// Something that could be done, as changes to parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionSpec {
    /// The user's id.
    pub id: String,
    /// For readers.
    pub label: String,
    /// What it changes.
    pub changes: Vec<Change>,
    /// What it costs, in the user's unit.
    pub cost: f64,
    /// Ids of options that cannot be taken together with it (one side is enough).
    pub excludes: Vec<String>,
}

/// A change of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Id of the parameter.
    pub parameter: String,
    /// What is done to it.
    pub operation: Operation,
    /// By how much.
    pub amount: Amount,
}

/// What a change does. Per parameter, first the one `Set` of a portfolio, then all `Multiply`, then all
/// `Add`: the order in which options are listed plays no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Replaces the value.
    Set,
    /// Multiplies it.
    Multiply,
    /// Adds to it.
    Add,
}

/// How much a change is.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// Computed from the parameters of the world as they are without any option.
    Formula(Formula),
    /// Uncertain in its own right: one draw per world, the same in every portfolio.
    Uncertain(Distribution),
}

/// Options whose changes know the worlds they meet.
#[derive(Clone, Debug)]
pub struct BoundChanges {
    /// Per option.
    changes: Vec<Vec<BoundChange>>,
    seed: Seed,
}

#[derive(Clone, Debug)]
struct BoundChange {
    parameter: usize,
    operation: Operation,
    amount: BoundAmount,
}

#[derive(Clone, Debug)]
enum BoundAmount {
    Formula(BoundFormula),
    Uncertain { distribution: Distribution, purpose: String },
}

impl BoundChanges {
    /// Finds the parameters that the options name.
    ///
    /// # Errors
    /// [`Problem::UnknownParameter`], [`Problem::UnknownName`], [`Problem::BothSet`],
    /// [`Problem::Distribution`]; all of them at once.
    pub fn bind(options: &[OptionSpec], worlds: &Worlds, seed: Seed) -> Result<Self, Vec<Problem>> {
        let _ = (options, worlds, seed);
        todo!()
    }

    /// The parameters of a world as a portfolio leaves them, in the order of [`Worlds::parameters`].
    pub fn apply(&self, worlds: &Worlds, world: usize, portfolio: &Portfolio) -> Vec<f64> {
        let _ = (worlds, world, portfolio);
        todo!()
    }
}
