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
        let mut problems = both_set(options);
        let changes = options
            .iter()
            .map(|option| {
                let bound = option.changes.iter().map(|change| bind(option, change, worlds));
                bound.filter_map(|result| result.map_err(|problem| problems.push(problem)).ok()).collect()
            })
            .collect();
        if problems.is_empty() { Ok(Self { changes, seed }) } else { Err(problems) }
    }

    /// The parameters of a world as a portfolio leaves them, in the order of [`Worlds::parameters`].
    pub fn apply(&self, worlds: &Worlds, world: usize, portfolio: &Portfolio) -> Vec<f64> {
        let now = worlds.values(world);
        let mut values = now.clone();
        for operation in [Operation::Set, Operation::Multiply, Operation::Add] {
            let changes = portfolio.options.iter().flat_map(|&option| &self.changes[option]);
            for change in changes.filter(|change| change.operation == operation) {
                let amount = self.amount(change, &now, world);
                let value = &mut values[change.parameter];
                match operation {
                    Operation::Set => *value = amount,
                    Operation::Multiply => *value *= amount,
                    Operation::Add => *value += amount,
                }
            }
        }
        values
    }

    fn amount(&self, change: &BoundChange, now: &[f64], world: usize) -> f64 {
        match &change.amount {
            BoundAmount::Formula(formula) => formula.eval(now),
            BoundAmount::Uncertain { distribution, purpose } => {
                distribution.draw(&mut self.seed.stream(purpose, world as u64))
            }
        }
    }
}

fn bind(option: &OptionSpec, change: &Change, worlds: &Worlds) -> Result<BoundChange, Problem> {
    let name = || (option.id.clone(), change.parameter.clone());
    let Some(parameter) = worlds.position(&change.parameter) else {
        let (option, parameter) = name();
        return Err(Problem::UnknownParameter { option, parameter });
    };
    let amount = match &change.amount {
        Amount::Formula(formula) => {
            BoundAmount::Formula(formula.bind(&|id| worlds.position(id)).map_err(|error| {
                let (option, parameter) = name();
                let name = formula.to_string().get(error.span).unwrap_or_default().to_owned();
                Problem::UnknownName { option, parameter, name }
            })?)
        }
        Amount::Uncertain(distribution) => {
            let id = format!("{}: {}", option.id, change.parameter);
            distribution
                .check()
                .map_err(|error| Problem::Distribution { id: id.clone(), problem: error.to_string() })?;
            let purpose = format!("option {id} {:?}", change.operation);
            BoundAmount::Uncertain { distribution: distribution.clone(), purpose }
        }
    };
    Ok(BoundChange { parameter, operation: change.operation, amount })
}

/// Which of two would hold could only be told by their order.
fn both_set(options: &[OptionSpec]) -> Vec<Problem> {
    let sets = |option: &OptionSpec| -> Vec<String> {
        let set = option.changes.iter().filter(|change| change.operation == Operation::Set);
        set.map(|change| change.parameter.clone()).collect()
    };
    let mut problems = Vec::new();
    for (position, first) in options.iter().enumerate() {
        let own = sets(first);
        let again = (1..own.len()).filter(|&place| own[..place].contains(&own[place]));
        problems.extend(again.map(|place| clash(first, first, &own[place])));
        for second in options[position + 1..].iter().filter(|second| !excluded(first, second)) {
            let both = sets(second).into_iter().filter(|parameter| own.contains(parameter));
            problems.extend(both.map(|parameter| clash(first, second, &parameter)));
        }
    }
    problems
}

fn clash(first: &OptionSpec, second: &OptionSpec, parameter: &str) -> Problem {
    Problem::BothSet { first: first.id.clone(), second: second.id.clone(), parameter: parameter.into() }
}

/// Whether two options cannot be taken together.
pub(crate) fn excluded(a: &OptionSpec, b: &OptionSpec) -> bool {
    a.excludes.contains(&b.id) || b.excludes.contains(&a.id)
}
