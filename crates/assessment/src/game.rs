//! The game of an assessment on its own, for those who look at it from many sides.

use std::path::Path;

use calculus::GameForm;
use source::{Finding, Findings, Place};

use crate::plan::{GamePlan, Plan};
use crate::{AssessmentError, Parameter, Settings, run};

/// The game that `calculus.toml` describes, with what its formulas and its chance over hypotheses need.
#[derive(Debug)]
pub struct GameCase {
    /// The game.
    pub form: GameForm,
    /// All parameters, in the order of `values`.
    pub parameters: Vec<Parameter>,
    /// Central values of the parameters; behind them room for the other names that formulas may use.
    pub values: Vec<f64>,
    /// Ids of the hypotheses, in the order of `prior`.
    pub hypotheses: Vec<String>,
    /// What the evidence leaves of each hypothesis: the prior of the types.
    pub prior: Vec<f64>,
    /// Names of the parameters that the game reads.
    pub reads: Vec<String>,
}

impl GameCase {
    /// Reads a folder, weighs its evidence and builds its game.
    ///
    /// # Errors
    /// All findings of the folder; a finding if it has no game of its own.
    pub fn read(dir: &Path, settings: &Settings) -> Result<Self, AssessmentError> {
        let (folder, inputs) = run::read(dir)?;
        let plan = run::planned(&folder, &inputs)?;
        let weighing = run::weighed(&folder, &inputs, &plan, settings)?;
        let Plan { game, hypotheses, game_names, .. } = plan;
        let Some(GamePlan::Form(form)) = game else {
            let message = format!("`{}` has no game with moves and payoffs", dir.display());
            let help =
                "write them into `calculus.toml`; `demarche new --game list` names games to start from";
            let mut findings = Findings::new();
            findings.push(Finding::error("calculus::missing", message, &Place::nowhere()).help(help));
            return Err(findings.into());
        };
        Ok(Self {
            form: *form,
            values: folder.parameters.iter().map(Parameter::central).collect(),
            parameters: folder.parameters,
            hypotheses,
            prior: weighing.hypotheses.iter().map(|one| one.posterior).collect(),
            reads: game_names,
        })
    }

    /// Position of a parameter.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.id == name)
    }

    /// The values with some of them replaced by name; unknown names are left out.
    pub fn with(&self, changes: &[(&str, f64)]) -> Vec<f64> {
        let mut values = self.values.clone();
        for (name, value) in changes {
            if let Some(position) = self.position(name) {
                values[position] = *value;
            }
        }
        values
    }
}
