//! A folder whose names are all resolved: ready to run. Everything that can be wrong is found here.

use std::collections::BTreeSet;

use calculus::{Game, GameForm};
use measure::{BoundFormula, Distribution, Formula};
use options::{MetricSpec, OptionSpec};
use signal::Lexicon;
use source::{Finding, Findings};

use crate::folder::Folder;
use crate::folder::calculus::CalculusForm;
use crate::folder::crisis::CrisisForm;
use crate::folder::forecasts::ForecastProbability;
use crate::folder::hypotheses::ObserveForm;
use crate::folder::signals::{Linked, SignalKind};
use crate::folder::table::{At, unknown};
use crate::stage::inputs::Inputs;
use crate::stage::signals::series_ids;
use crate::stage::weigh;
use crate::variables::Variables;

/// Outcomes of the ladder that metrics may name.
pub const CRISIS: [&str; 5] =
    ["crisis.war", "crisis.war_misread", "crisis.accident", "crisis.settled", "crisis.rounds"];

/// The game of an assessment.
#[derive(Debug)]
pub enum GamePlan {
    /// Written down in `calculus.toml`.
    Form(Box<GameForm>),
    /// Read from a file.
    File {
        /// The game.
        game: Box<Game>,
        /// λ, or the Nash limit.
        precision: Option<BoundFormula>,
    },
}

/// The options of an assessment.
#[derive(Debug)]
pub struct OptionsPlan {
    /// How many worlds.
    pub worlds: usize,
    /// What could be done.
    pub options: Vec<OptionSpec>,
    /// By what it is judged.
    pub metrics: Vec<MetricSpec>,
    /// How each metric is computed.
    pub formulas: Vec<BoundFormula>,
    /// Whether a metric reads the game, directly or through the ladder.
    pub needs_game: bool,
    /// Whether a metric reads the ladder.
    pub needs_crisis: bool,
}

/// A folder ready to run.
#[derive(Debug)]
pub struct Plan<'f> {
    /// The folder.
    pub folder: &'f Folder,
    /// Parameters, then outcomes of the game, then those of the ladder, then the cost of a portfolio.
    pub variables: Variables,
    /// Ids of the hypotheses, in the order of the file.
    pub hypotheses: Vec<String>,
    /// Phrases.
    pub lexicon: Option<Lexicon>,
    /// The game.
    pub game: Option<GamePlan>,
    /// Positions of the variables that the game reads.
    pub game_reads: Vec<usize>,
    /// The ladder.
    pub crisis: Option<CrisisForm<BoundFormula>>,
    /// Positions of the variables that the ladder reads.
    pub crisis_reads: Vec<usize>,
    /// The options.
    pub options: Option<OptionsPlan>,
    /// Names of the parameters that the game reads.
    pub game_names: Vec<String>,
    /// Names of the parameters and outcomes that the ladder reads.
    pub crisis_names: Vec<String>,
}

impl<'f> Plan<'f> {
    /// Resolves all names. The plan can be run if no finding is an error.
    pub fn new(folder: &'f Folder, inputs: &Inputs) -> (Self, Findings) {
        let mut findings = Findings::new();
        let mut builder = Builder { folder, inputs, findings: &mut findings };
        let lexicon = builder.lexicon();
        builder.signals();
        let hypotheses = builder.hypotheses();
        let mut variables = Variables::new(folder.parameters.iter().map(|parameter| parameter.id.clone()));
        let (game, game_names) = builder.game(&variables, &hypotheses);
        if let Some(GamePlan::Form(form)) = &game {
            variables.extend(form.outcome_names().into_iter().map(|name| format!("calculus.{name}")));
        }
        if game.is_none() && folder.calculus.is_some() {
            // What the game gives is not known until it is mended: its names are taken as they are used.
            variables.extend(builder.names_of_game());
        }
        let (crisis, crisis_names) = builder.crisis(&variables);
        if folder.crisis.is_some() {
            variables.extend(CRISIS);
        }
        variables.extend(["cost"]);
        let options = builder.options(&variables, &crisis_names);
        builder.forecasts();
        builder.judgments();
        let positions = |names: &[String]| names.iter().filter_map(|name| variables.position(name)).collect();
        let plan = Self {
            folder,
            hypotheses,
            lexicon,
            game_reads: positions(&game_names),
            crisis_reads: positions(&crisis_names),
            game,
            crisis,
            options,
            game_names,
            crisis_names,
            variables,
        };
        plan.try_out(&mut findings);
        (plan, findings)
    }

    /// Every parameter with what is believed about it.
    pub fn distributions(&self) -> Vec<(String, Distribution)> {
        self.folder.parameters.iter().map(|one| (one.id.clone(), one.distribution.clone())).collect()
    }

    /// Central values of all parameters.
    pub fn central(&self) -> Vec<f64> {
        self.folder.parameters.iter().map(crate::folder::parameters::Parameter::central).collect()
    }

    /// The distributions of the parameters of these names, as a part of a stage's key.
    pub fn key_of(&self, names: &[String]) -> String {
        let used = self.folder.parameters.iter().filter(|parameter| names.contains(&parameter.id));
        used.map(|parameter| format!("{}={:?};", parameter.id, parameter.distribution)).collect()
    }

    /// The ladder at central values: a ladder that never ends, or chances that do not add up, show here.
    fn try_out(&self, findings: &mut Findings) {
        let mut values = self.central();
        if let Some(GamePlan::Form(form)) = &self.game {
            let equal = vec![1.0 / self.hypotheses.len() as f64; self.hypotheses.len()];
            if let Err(error) = form.game(&values, &equal) {
                findings.push(Finding::error("calculus::fill", error.to_string(), &form.form().place));
            }
        }
        // Outcomes of the game are probabilities and utilities; any will do to see whether the ladder stands.
        values.resize(self.variables.names().len(), 0.5);
        if let Some(form) = &self.crisis
            && let Err(wrong) = crisis::Ladder::new(form.spec(&values))
        {
            findings.extend(wrong);
        }
    }
}

struct Builder<'f, 'a> {
    folder: &'f Folder,
    inputs: &'a Inputs,
    findings: &'a mut Findings,
}

impl Builder<'_, '_> {
    fn lexicon(&mut self) -> Option<Lexicon> {
        if self.folder.lexicon.ids().is_empty() {
            return None;
        }
        match Lexicon::new(self.folder.lexicon.clone()) {
            Ok(lexicon) => Some(lexicon),
            Err(wrong) => {
                self.findings.extend(wrong);
                None
            }
        }
    }

    fn signals(&mut self) {
        let (folder, inputs) = (self.folder, self.inputs);
        let spec = &folder.record;
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let lexicon = folder.lexicon.ids();
        for signal in &folder.signals.signals {
            if !seen.insert(&signal.id) {
                self.findings.push(
                    Finding::error(
                        "signals::twice",
                        format!("the signal `{}` stands twice", signal.id),
                        &signal.place,
                    )
                    .help("give each signal its own id"),
                );
            }
            let known: Vec<&str> = match &signal.kind {
                SignalKind::Counts { table, stratum } => {
                    if !spec.counts.iter().any(|file| file.id == table.value) {
                        let ids = spec.counts.iter().map(|file| file.id.as_str());
                        self.findings.push(unknown(
                            "signals::table",
                            "table of counts",
                            &table.value,
                            &table.place,
                            ids,
                        ));
                        continue;
                    }
                    let Some(held) = inputs.counts.get(&table.value) else { continue };
                    let strata: BTreeSet<&str> =
                        held.value.exposure.keys().map(|(stratum, _)| stratum.as_str()).collect();
                    if !strata.contains(stratum.as_str()) {
                        self.findings.push(unknown(
                            "signals::stratum",
                            "stratum",
                            stratum,
                            &signal.place,
                            strata,
                        ));
                    }
                    held.value.phrases.iter().map(String::as_str).collect()
                }
                SignalKind::Documents { .. } => {
                    if inputs.store.is_none() {
                        self.findings.push(
                            Finding::warning(
                                "signals::empty",
                                format!("`{}` counts documents, but none were added", signal.id),
                                &signal.place,
                            )
                            .help("demarche record add FILE… --into DIR"),
                        );
                    }
                    lexicon.iter().map(String::as_str).collect()
                }
                SignalKind::Values { table, series } => {
                    if !spec.values.iter().any(|file| file.id == table.value) {
                        let ids = spec.values.iter().map(|file| file.id.as_str());
                        self.findings.push(unknown(
                            "signals::table",
                            "table of values",
                            &table.value,
                            &table.place,
                            ids,
                        ));
                    } else if let Some(held) = inputs.values.get(&table.value) {
                        let ids: Vec<&str> = held.value.iter().map(|one| one.id.as_str()).collect();
                        if !ids.contains(&series.value.as_str()) {
                            self.findings.push(unknown(
                                "signals::series",
                                "series",
                                &series.value,
                                &series.place,
                                ids,
                            ));
                        }
                    }
                    continue;
                }
                SignalKind::Mean { table, stratum } => {
                    if !spec.scores.iter().any(|scores| scores.file.id == table.value) {
                        let ids = spec.scores.iter().map(|scores| scores.file.id.as_str());
                        self.findings.push(unknown(
                            "signals::table",
                            "table of scores",
                            &table.value,
                            &table.place,
                            ids,
                        ));
                    } else if let Some(held) = inputs.scores.get(&table.value) {
                        let strata: BTreeSet<&str> =
                            held.value.iter().map(|score| score.stratum.as_str()).collect();
                        if !strata.contains(stratum.as_str()) {
                            let place = &signal.place;
                            self.findings.push(unknown(
                                "signals::stratum",
                                "stratum",
                                stratum,
                                place,
                                strata,
                            ));
                        }
                    }
                    continue;
                }
                SignalKind::Events(_) => continue,
            };
            for phrase in &signal.phrases {
                if !known.contains(&phrase.value.as_str()) {
                    self.findings.push(unknown(
                        "signals::phrase",
                        "phrase",
                        &phrase.value,
                        &phrase.place,
                        known.iter().copied(),
                    ));
                }
            }
        }
        for link in &folder.signals.links {
            self.series(&link.series);
            if let Linked::Event(event) = &link.linked {
                self.event(event);
            }
        }
        let mut ids: BTreeSet<(&str, &str)> = BTreeSet::new();
        let panels = folder.signals.panels.iter().map(|one| ("panel", &one.id, one.series.as_slice()));
        let pairs = folder.signals.associations.iter();
        let pairs = pairs.map(|one| ("association", &one.id, one.series.as_slice()));
        for (kind, id, series) in panels.chain(pairs) {
            series.iter().for_each(|name| self.series(name));
            if !ids.insert((kind, &id.value)) {
                let message = format!("the {kind} `{}` stands twice", id.value);
                let finding = Finding::error("signals::twice", message, &id.place);
                self.findings.push(finding.help(format!("give each {kind} its own id")));
            }
        }
        for share in &folder.signals.shares {
            share.series.iter().for_each(|name| self.series(name));
        }
        for wording in &folder.signals.wordings {
            if let Some(texts) =
                wording.texts.as_ref().filter(|name| !spec.texts.iter().any(|file| file.id == name.value))
            {
                let ids = spec.texts.iter().map(|file| file.id.as_str());
                self.findings.push(unknown("signals::texts", "[[texts]]", &texts.value, &texts.place, ids));
            }
            if !spec.words.iter().any(|file| file.id == wording.words.value) {
                let ids = spec.words.iter().map(|file| file.id.as_str());
                self.findings.push(unknown(
                    "signals::table",
                    "table of words",
                    &wording.words.value,
                    &wording.words.place,
                    ids,
                ));
            } else if let Some(held) = inputs.words.get(&wording.words.value)
                && !held.value.contains_key(&wording.stratum)
            {
                let strata = held.value.keys().map(String::as_str);
                self.findings.push(unknown(
                    "signals::stratum",
                    "stratum",
                    &wording.stratum,
                    &wording.words.place,
                    strata,
                ));
            }
        }
    }

    fn series(&mut self, name: &At<String>) {
        let ids = series_ids(self.folder, self.inputs);
        if !ids.contains(&name.value) {
            self.findings.push(unknown(
                "signals::series",
                "series",
                &name.value,
                &name.place,
                ids.iter().map(String::as_str),
            ));
        }
    }

    fn event(&mut self, name: &At<String>) {
        if !self.inputs.event_ids().any(|id| id == name.value) {
            self.findings.push(unknown(
                "record::event",
                "event",
                &name.value,
                &name.place,
                self.inputs.event_ids(),
            ));
        }
    }

    fn hypotheses(&mut self) -> Vec<String> {
        let form = &self.folder.hypotheses;
        let as_if_seen = |form: &ObserveForm| {
            let probability = match form {
                ObserveForm::Judgement { probability, .. } => *probability,
                _ => 0.5,
            };
            Some(weigh::Observation { probability, date: None, grounds: Vec::new() })
        };
        let spec = weigh::spec(form, as_if_seen, self.findings);
        match evidence::Model::new(spec) {
            Ok(model) => self.findings.extend(model.warnings()),
            Err(wrong) => self.findings.extend(wrong),
        }
        for indicator in &form.indicators {
            if let Some(ObserveForm::Shift { series, .. } | ObserveForm::Rate { series, .. }) =
                &indicator.observe
            {
                self.series(series);
            }
            if let Some(ObserveForm::Association { id, .. }) = &indicator.observe {
                let known = self.folder.signals.associations.iter().map(|one| one.id.value.as_str());
                if !known.clone().any(|one| one == id.value) {
                    let finding =
                        unknown("signals::association", "[[association]]", &id.value, &id.place, known);
                    self.findings.push(finding);
                }
            }
        }
        form.hypotheses.iter().map(|one| one.id.value.clone()).collect()
    }

    fn game(&mut self, variables: &Variables, hypotheses: &[String]) -> (Option<GamePlan>, Vec<String>) {
        let mut names = BTreeSet::new();
        let zero = || Formula::constant(0.0).bind(&|_| None).expect("a constant has no names");
        match &self.folder.calculus {
            None => (None, Vec::new()),
            Some(CalculusForm::File { game, precision, .. }) => {
                let bound = precision.as_ref().map(|formula| {
                    names.extend(formula.value.names().into_iter().map(|(name, _)| name.to_string()));
                    variables.bind(formula, self.findings).unwrap_or_else(zero)
                });
                let plan = GamePlan::File { game: game.clone(), precision: bound };
                (Some(plan), names.into_iter().collect())
            }
            Some(CalculusForm::Written(form)) => {
                let before = self.findings.len();
                let bound = form.map(|formula| {
                    names.extend(formula.value.names().into_iter().map(|(name, _)| name.to_string()));
                    variables.bind(formula, self.findings).unwrap_or_else(zero)
                });
                let unknown_names = self.findings.len() > before;
                for threshold in &form.thresholds {
                    if !self.folder.parameters.iter().any(|parameter| parameter.id == threshold.parameter.0) {
                        let ids = self.folder.parameters.iter().map(|parameter| parameter.id.as_str());
                        let (name, place) = &threshold.parameter;
                        self.findings.push(unknown("calculus::parameter", "parameter", name, place, ids));
                    }
                }
                match GameForm::new(bound, hypotheses) {
                    Ok(form) => {
                        self.findings.extend(form.warnings.clone());
                        let game = (!unknown_names).then(|| GamePlan::Form(Box::new(form)));
                        (game, names.into_iter().collect())
                    }
                    Err(wrong) => {
                        self.findings.extend(wrong);
                        (None, Vec::new())
                    }
                }
            }
        }
    }

    fn names_of_game(&self) -> Vec<String> {
        let ladder = self.folder.crisis.iter().flat_map(|form| form.names());
        let metrics = self.folder.options.iter().flat_map(|form| &form.metrics);
        let metrics = metrics.flat_map(|metric| metric.value.value.names()).map(|(name, _)| name.to_string());
        ladder.chain(metrics).filter(|name| name.starts_with("calculus.")).collect()
    }

    fn crisis(&mut self, variables: &Variables) -> (Option<CrisisForm<BoundFormula>>, Vec<String>) {
        match &self.folder.crisis {
            None => (None, Vec::new()),
            Some(form) => (form.bind(variables, self.findings), form.names()),
        }
    }

    fn options(&mut self, variables: &Variables, crisis_names: &[String]) -> Option<OptionsPlan> {
        let form = self.folder.options.as_ref()?;
        let parameters: Vec<&str> =
            self.folder.parameters.iter().map(|parameter| parameter.id.as_str()).collect();
        let only_parameters = Variables::new(parameters.iter().copied());
        for option in &form.options {
            for (parameter, amount) in &option.changes {
                if !parameters.contains(&parameter.value.as_str()) {
                    let ids = parameters.iter().copied();
                    self.findings.push(unknown(
                        "options::parameter",
                        "parameter",
                        &parameter.value,
                        &parameter.place,
                        ids,
                    ));
                }
                if let Some(amount) = amount {
                    only_parameters.bind(amount, self.findings);
                }
            }
            for other in &option.spec.excludes {
                if !form.options.iter().any(|one| one.spec.id == *other) {
                    let ids = form.options.iter().map(|one| one.spec.id.as_str());
                    self.findings.push(unknown("options::excludes", "option", other, &option.place, ids));
                }
            }
        }
        let mut formulas = Vec::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for metric in &form.metrics {
            let own: Vec<String> =
                metric.value.value.names().into_iter().map(|(name, _)| name.to_string()).collect();
            formulas.extend(variables.bind(&metric.value, self.findings));
            names.extend(own);
        }
        if form.metrics.is_empty() || form.options.is_empty() {
            let place = form.metrics.first().map_or(&self.folder.hypotheses.place, |metric| &metric.place);
            self.findings.push(
                Finding::error(
                    "options::empty",
                    "options.toml needs at least one [[option]] and one [[metric]]",
                    place,
                )
                .help("an option changes parameters; a metric says what is good about the result"),
            );
            return None;
        }
        let options: Vec<OptionSpec> = form.options.iter().map(|option| option.spec.clone()).collect();
        if let Err(problems) = options::portfolios(&options) {
            for problem in problems {
                self.findings.push(Finding::error(
                    "options::portfolios",
                    problem.to_string(),
                    &form.options[0].place,
                ));
            }
        }
        let needs_crisis = names.iter().any(|name| name.starts_with("crisis."));
        let through_ladder = needs_crisis && crisis_names.iter().any(|name| name.starts_with("calculus."));
        let complete = formulas.len() == form.metrics.len();
        complete.then(|| OptionsPlan {
            worlds: form.worlds,
            options,
            metrics: form.metrics.iter().map(|metric| metric.spec.clone()).collect(),
            formulas,
            needs_game: through_ladder || names.iter().any(|name| name.starts_with("calculus.")),
            needs_crisis,
        })
    }

    fn forecasts(&mut self) {
        let ids: Vec<&str> =
            self.folder.hypotheses.hypotheses.iter().map(|one| one.id.value.as_str()).collect();
        for forecast in &self.folder.forecasts {
            let ForecastProbability::ByHypothesis(all) = &forecast.probability else { continue };
            for (name, _) in all {
                if !ids.contains(&name.value.as_str()) {
                    self.findings.push(unknown(
                        "forecasts::hypothesis",
                        "hypothesis",
                        &name.value,
                        &name.place,
                        ids.iter().copied(),
                    ));
                }
            }
            let missing: Vec<&str> =
                ids.iter().copied().filter(|id| !all.iter().any(|(name, _)| name.value == *id)).collect();
            if !missing.is_empty() {
                self.findings.push(
                    Finding::error(
                        "forecasts::missing",
                        format!("no probability under {}", missing.join(", ")),
                        &forecast.place,
                    )
                    .help("give one for every hypothesis, or a single number for all"),
                );
            }
        }
    }

    /// A judgment's number must be one that the run will know; names of portfolios and actions are checked then.
    fn judgments(&mut self) {
        const KINDS: [&str; 12] = [
            "hypothesis",
            "indicator",
            "shift",
            "link",
            "series",
            "parameter",
            "calculus",
            "crisis",
            "option",
            "forecast",
            "event",
            "file",
        ];
        let folder = self.folder;
        for judgment in &folder.question.judgments {
            let number = &judgment.number;
            let (kind, rest) = number.value.split_once('.').unwrap_or((&number.value, ""));
            let known: Vec<String> = match kind {
                "hypothesis" => folder.hypotheses.hypotheses.iter().map(|one| one.id.value.clone()).collect(),
                "indicator" => folder.hypotheses.indicators.iter().map(|one| one.id.value.clone()).collect(),
                "parameter" => folder.parameters.iter().map(|one| one.id.clone()).collect(),
                "forecast" => folder.forecasts.iter().map(|one| one.id.clone()).collect(),
                _ if KINDS.contains(&kind) => continue,
                _ => {
                    self.findings.push(unknown(
                        "assessment::number",
                        "kind of number",
                        kind,
                        &number.place,
                        KINDS,
                    ));
                    continue;
                }
            };
            if !known.iter().any(|id| id == rest) {
                self.findings.push(unknown(
                    "assessment::number",
                    kind,
                    rest,
                    &number.place,
                    known.iter().map(String::as_str),
                ));
            }
        }
    }
}
