//! All answers side by side: equilibria and precisions.

use serde::{Deserialize, Serialize};

use crate::answer::strategy_of_mixed;
use crate::bimatrix::Bimatrix;
use crate::extreme::extreme_equilibria;
use crate::form::GameForm;
use crate::game::Game;
use crate::logit::{Ended, Trace, Until, trace_watched};
use crate::normal::NormalForm;
use crate::play::{Play, SolveFormError};
use crate::pure::enumerate_pure_watched;
use crate::sequence::SequenceForm;
use crate::solution::FEW_PLANS;
use crate::strategy::BehaviorStrategy;
use crate::value::values;
use crate::view::{View, Watch};

/// One answer to a game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Where it comes from.
    pub name: String,
    /// Of an equilibrium of two players: the number, from 1 on, of the connected component of equilibria that it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<usize>,
    /// What everybody does and gets; its λ is `null` where choice is faultless.
    pub play: Play,
}

/// The answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// In the order: the precisions asked for, the end of the branch, equilibria.
    pub answers: Vec<Answer>,
    /// Whether nothing was stopped and no equilibrium of the kind is missing.
    pub complete: bool,
    /// What a reader should know.
    pub notes: Vec<String>,
}

impl Answers {
    /// The logit response to a game at each of the precisions, the Nash equilibrium in which its branch ends, and of
    /// small games of two players all extreme equilibria, of others all in pure strategies; those with the same way of play
    /// and the same component once.
    ///
    /// A trace that the watcher stops gives its last point, and is the last answer.
    ///
    /// # Errors
    /// [`SolveFormError`].
    pub fn of(game: &Game, lambdas: &[f64], watch: Watch<'_>) -> Result<Self, SolveFormError> {
        Self::with(game, lambdas, watch, |strategy, lambda| Play::at(game, strategy, lambda))
    }

    fn with(
        game: &Game,
        lambdas: &[f64],
        watch: Watch<'_>,
        play: impl Fn(&BehaviorStrategy, f64) -> Play,
    ) -> Result<Self, SolveFormError> {
        let mut all = Self { answers: Vec::new(), complete: true, notes: Vec::new() };
        let logit = lambdas.iter().map(|&lambda| (format!("λ = {lambda}"), Until::Lambda(lambda)));
        for (name, until) in logit.chain([("end of the logit branch".to_string(), Until::Nash)]) {
            let Trace { lambda, strategy, ended, .. } =
                trace_watched(game, until, &mut |progress| watch(progress))?;
            let stopped = ended == Ended::Stopped;
            let name = if stopped { format!("{name}, stopped at λ = {lambda:.4}") } else { name };
            all.answers.push(Answer { name, component: None, play: play(&strategy, lambda) });
            if stopped {
                all.complete = false;
                all.notes.push(
                    "stopped: the last answer is the best so far, equilibria were not looked for".into(),
                );
                return Ok(all);
            }
        }
        let found = Found::new(game, watch);
        all.complete = found.complete;
        all.notes.extend(found.notes);
        let each = found.equilibria.into_iter().map(|(name, component, strategy)| Answer {
            name,
            component,
            play: play(&strategy, f64::INFINITY),
        });
        all.answers.extend(each);
        Ok(all)
    }
}

impl GameForm {
    /// As [`Answers::of`], from where each type sits.
    ///
    /// # Errors
    /// [`SolveFormError`].
    pub fn answers(&self, view: View<'_>, lambdas: &[f64]) -> Result<Answers, SolveFormError> {
        let game = self.game(view.values, view.prior)?;
        Answers::with(&game, lambdas, view.watch, |strategy, lambda| {
            let worth = values(&game, strategy);
            let standpoints = self.standpoints(&game, strategy, &worth);
            Play::new(&game, lambda, strategy, &worth, standpoints)
        })
    }
}

/// Equilibria by name and component.
struct Found {
    equilibria: Vec<(String, Option<usize>, BehaviorStrategy)>,
    complete: bool,
    notes: Vec<String>,
}

impl Found {
    fn new(game: &Game, watch: Watch<'_>) -> Self {
        let mut found = Self { equilibria: Vec::new(), complete: true, notes: Vec::new() };
        match NormalForm::new(game) {
            Ok(form) if !found.extreme(game, &form, watch) => found.pure(game, &form, watch),
            Ok(_) => {}
            Err(error) => {
                found.complete = false;
                found.notes.push(error.to_string());
            }
        }
        if found.complete && !found.equilibria.is_empty() {
            found.notes.push(
                "equilibria with the same way of play are shown once; some may rest on threats that would not be carried out"
                    .into(),
            );
        }
        found
    }

    /// All extreme equilibria, if there are two players with few plans; false if not.
    fn extreme(&mut self, game: &Game, form: &NormalForm, watch: Watch<'_>) -> bool {
        let (Ok(sequences), Ok(two)) = (SequenceForm::new(game), Bimatrix::new(form)) else { return false };
        if two.rows + two.columns > FEW_PLANS {
            return false;
        }
        let Some(extreme) = extreme_equilibria(&two, &mut |progress| watch(progress)) else {
            self.stop();
            return true;
        };
        let mut seen: Vec<(usize, Vec<f64>)> = Vec::new();
        let mut numbers = [0, 0];
        for (number, component) in extreme.components.iter().enumerate() {
            for &at in &component.equilibria {
                let strategy = strategy_of_mixed(game, form, &sequences, &extreme.equilibria[at]);
                let reach = values(game, &strategy).reach;
                if seen.contains(&(number, reach.clone())) {
                    continue;
                }
                let is_pure = extreme.equilibria[at].iter().flatten().all(|p| p.is_integer());
                let own = &mut numbers[usize::from(!is_pure)];
                *own += 1;
                let name = format!("{} equilibrium {own}", if is_pure { "pure" } else { "mixed" });
                self.equilibria.push((name, Some(number + 1), strategy));
                seen.push((number, reach));
            }
        }
        let wide = extreme.components.iter().any(|one| one.equilibria.len() > 1);
        let (corners, parts) = (extreme.equilibria.len(), extreme.components.len());
        self.notes.push(format!(
            "{corners} extreme equilibria in {parts} connected component(s){}",
            if wide { ": within a component mixtures of some of them are equilibria, too" } else { "" }
        ));
        true
    }

    fn pure(&mut self, game: &Game, form: &NormalForm, watch: Watch<'_>) {
        let found = enumerate_pure_watched(form, &mut |progress| watch(progress));
        let mut seen: Vec<Vec<f64>> = Vec::new();
        for profile in &found.profiles {
            let strategy = BehaviorStrategy::pure(game, profile);
            let reach = values(game, &strategy).reach;
            if !seen.contains(&reach) {
                seen.push(reach);
                self.equilibria.push((format!("pure equilibrium {}", seen.len()), None, strategy));
            }
        }
        if !found.complete {
            self.stop();
        }
        self.notes.push(
            "only equilibria in pure strategies were listed: of more than two players, or with many plans, there may be mixed ones"
                .into(),
        );
    }

    fn stop(&mut self) {
        self.complete = false;
        self.notes.push("stopped before all equilibria were listed".into());
    }
}
