//! Every portfolio in every world: change the parameters, play the game, climb the ladder, measure.

use std::collections::HashMap;

use calculus::{Until, trace};
use crisis::Ladder;
use measure::Seed;
use options::{AnalysisSettings, BoundChanges, OptionsResult, Outcomes, Worlds};
use rayon::prelude::*;

use crate::AssessmentError;
use crate::plan::{GamePlan, OptionsPlan, Plan};

/// What the options stage found, with the draws behind it for the tables.
pub struct Compared {
    /// The result.
    pub result: OptionsResult,
    /// The draws.
    pub worlds: Worlds,
    /// World × portfolio × metric.
    pub outcomes: Outcomes,
}

/// Draws the worlds and compares all portfolios in them.
///
/// # Errors
/// [`AssessmentError::Stage`] if some world makes no game or no ladder; it names the world.
///
/// # Cost
/// At most worlds × portfolios games and ladders; portfolios that leave all parameters of a model alone share its
/// solution within a world.
pub fn compare(plan: &Plan<'_>, posterior: &[f64], seed: Seed) -> Result<Option<Compared>, AssessmentError> {
    let Some(spec) = &plan.options else { return Ok(None) };
    let problems = |all: Vec<options::Problem>| {
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        AssessmentError::stage("options", all.join("; "))
    };
    let hypotheses: Vec<(String, f64)> =
        plan.hypotheses.iter().cloned().zip(posterior.iter().copied()).collect();
    let worlds = Worlds::draw(seed, spec.worlds, &plan.distributions(), &hypotheses).map_err(problems)?;
    let portfolios = options::portfolios(&spec.options).map_err(problems)?;
    let changes = BoundChanges::bind(&spec.options, &worlds, seed).map_err(problems)?;
    let rows: Vec<Result<Vec<f64>, String>> = (0..worlds.len())
        .into_par_iter()
        .map(|world| {
            let hypothesis = worlds.hypothesis(world).unwrap_or(0);
            let mut solver = WorldSolver::new(plan, spec, posterior, hypothesis);
            let mut row = Vec::with_capacity(portfolios.len() * spec.metrics.len());
            for portfolio in &portfolios {
                let parameters = changes.apply(&worlds, world, portfolio);
                let values = solver.values(parameters, portfolio.cost).map_err(|error| {
                    format!("in world {} with portfolio `{}`: {error}", world + 1, portfolio.id)
                })?;
                row.extend(spec.formulas.iter().map(|formula| formula.eval(&values)));
            }
            Ok(row)
        })
        .collect();
    let mut values = Vec::with_capacity(worlds.len() * portfolios.len() * spec.metrics.len());
    for row in rows {
        values.extend(row.map_err(|error| AssessmentError::stage("options", error))?);
    }
    let outcomes =
        Outcomes::new(worlds.len(), portfolios.len(), spec.metrics.len(), values).map_err(problems)?;
    let settings = AnalysisSettings::default();
    let result = options::analyze(seed, &worlds, &portfolios, &spec.metrics, &outcomes, &settings)
        .map_err(problems)?;
    Ok(Some(Compared { result, worlds, outcomes }))
}

/// The models of one world, each solved once per different set of the parameters that it reads.
struct WorldSolver<'p> {
    plan: &'p Plan<'p>,
    spec: &'p OptionsPlan,
    posterior: &'p [f64],
    hypothesis: usize,
    game: Option<calculus::Game>,
    games: HashMap<Vec<u64>, Vec<f64>>,
    ladders: HashMap<Vec<u64>, [f64; 5]>,
}

impl<'p> WorldSolver<'p> {
    fn new(plan: &'p Plan<'p>, spec: &'p OptionsPlan, posterior: &'p [f64], hypothesis: usize) -> Self {
        Self { plan, spec, posterior, hypothesis, game: None, games: HashMap::new(), ladders: HashMap::new() }
    }

    /// All variables that a metric may name, in the order of the plan.
    fn values(&mut self, mut values: Vec<f64>, cost: f64) -> Result<Vec<f64>, String> {
        if let Some(GamePlan::Form(form)) = &self.plan.game {
            if self.spec.needs_game {
                let key = bits(&values, &self.plan.game_reads);
                if !self.games.contains_key(&key) {
                    let outcomes = self.play(form, &values)?;
                    self.games.insert(key.clone(), outcomes);
                }
                values.extend(&self.games[&key]);
            } else {
                values.resize(values.len() + form.outcome_names().len(), 0.0);
            }
        }
        if let Some(form) = &self.plan.crisis {
            if self.spec.needs_crisis {
                let key = bits(&values, &self.plan.crisis_reads);
                if !self.ladders.contains_key(&key) {
                    let ladder = Ladder::new(form.spec(&values)).map_err(|findings| {
                        let all: Vec<String> =
                            findings.iter().map(|finding| finding.message.clone()).collect();
                        all.join("; ")
                    })?;
                    let ends = ladder.exact();
                    let solved = [ends.war(), ends.war_misread, ends.accident, ends.settled, ends.rounds];
                    self.ladders.insert(key.clone(), solved);
                }
                values.extend(&self.ladders[&key]);
            } else {
                values.resize(values.len() + crate::plan::CRISIS.len(), 0.0);
            }
        }
        values.push(cost);
        Ok(values)
    }

    fn play(&mut self, form: &calculus::GameForm, values: &[f64]) -> Result<Vec<f64>, String> {
        let game = match &mut self.game {
            Some(game) => {
                form.refill(game, values, self.posterior).map_err(|error| error.to_string())?;
                game
            }
            None => self.game.insert(form.game(values, self.posterior).map_err(|error| error.to_string())?),
        };
        let until = Until::Lambda(form.precision(values));
        let point = trace(game, until).map_err(|error| error.to_string())?;
        Ok(form.outcomes(game, &point.strategy, self.hypothesis))
    }
}

/// The bits of the values that a model reads: equal bits, equal result.
fn bits(values: &[f64], reads: &[usize]) -> Vec<u64> {
    reads.iter().map(|&position| values[position].to_bits()).collect()
}
