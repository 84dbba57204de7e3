//! The whole chain, from a folder to an assessment; stages that have nothing new to read are not run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use measure::Seed;
use source::{ContentHash, Finding, Findings, Place};

use crate::AssessmentError;
use crate::cache::{Cache, Outcome, Ran};
use crate::folder::Folder;
use crate::plan::{GamePlan, Plan};
use crate::result::{Asked, Assessed, StageReport};
use crate::stage::inputs::Inputs;
use crate::stage::{change, choice, compare, forecast, grounds, judge, runaway, signals, weigh};
use crate::{Entry, Kind, passages, tables};

/// What a run may change of what the folder says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Nothing later is visible, instead of the date in `assessment.toml`.
    pub as_of: Option<Date>,
    /// Instead of the seed in `assessment.toml`.
    pub seed: Option<u64>,
    /// Where results go, instead of `out` in the folder.
    pub out: Option<PathBuf>,
}

/// The stages in the order of the chain.
pub const STAGES: [&str; 6] = ["signals", "shifts", "evidence", "calculus", "crisis", "options"];

/// What happens while an assessment runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The folder is being read.
    Reading,
    /// A stage begins.
    Begins(&'static str),
    /// A stage has ended.
    Ended(&'static str, Ran),
}

/// Reports every mistake in a folder; warnings among them do not hinder a run.
pub fn check(dir: &Path) -> Findings {
    let (folder, mut findings) = Folder::read(dir);
    if let Some(folder) = &folder {
        let (inputs, wrong) = Inputs::read(folder);
        findings.extend(wrong);
        let (_, wrong) = Plan::new(folder, &inputs);
        findings.extend(wrong);
    }
    findings.sorted()
}

/// Only the evidence: what `demarche weigh` shows.
///
/// # Errors
/// As [`assess`].
pub fn weigh_only(dir: &Path, settings: &Settings) -> Result<evidence::Weighing, AssessmentError> {
    let (folder, inputs) = read(dir)?;
    let plan = planned(&folder, &inputs)?;
    weighed(&folder, &inputs, &plan, settings)
}

/// The game of a folder at the central values of its parameters, with what the evidence leaves of each hypothesis as the
/// prior of the types.
///
/// # Errors
/// All findings of the folder; a finding if it has no game; [`AssessmentError::Stage`] if the parameters make none.
pub fn game_only(dir: &Path, settings: &Settings) -> Result<calculus::Game, AssessmentError> {
    let (folder, inputs) = read(dir)?;
    let plan = planned(&folder, &inputs)?;
    match &plan.game {
        None => {
            let message = format!("`{}` has no game", dir.display());
            let finding = Finding::error("calculus::missing", message, &Place::nowhere());
            let mut findings = Findings::new();
            findings.push(
                finding
                    .help("write one into `calculus.toml`, or name a Gambit file there: game = \"my.efg\""),
            );
            Err(findings.into())
        }
        Some(GamePlan::File { game, .. }) => Ok((**game).clone()),
        Some(GamePlan::Form(form)) => {
            let weighing = weighed(&folder, &inputs, &plan, settings)?;
            let prior: Vec<f64> = weighing.hypotheses.iter().map(|one| one.posterior).collect();
            let mut game = form
                .game(&plan.central(), &prior)
                .map_err(|error| AssessmentError::stage("calculus", error))?;
            game.title = format!("the game of {}", dir.display());
            Ok(game)
        }
    }
}

/// Only the ladder, at the central values of the parameters and with what the game gives: what `demarche ladder`
/// shows of a folder. `trajectories` replaces the number in `crisis.toml`.
///
/// # Errors
/// As [`assess`]; a finding if the folder has no ladder.
pub fn ladder_only(
    dir: &Path,
    settings: &Settings,
    trajectories: Option<u64>,
) -> Result<crisis::CrisisResult, AssessmentError> {
    let (folder, inputs) = read(dir)?;
    let mut plan = planned(&folder, &inputs)?;
    if let (Some(form), Some(trajectories)) = (&mut plan.crisis, trajectories) {
        form.trajectories = trajectories;
    }
    let weighing = weighed(&folder, &inputs, &plan, settings)?;
    let posterior: Vec<f64> = weighing.hypotheses.iter().map(|one| one.posterior).collect();
    let chosen = choice::choose(&plan, &posterior)?;
    let seed = Seed(settings.seed.unwrap_or(folder.question.seed));
    runaway::examine(&plan, chosen.as_ref(), &posterior, seed)?.ok_or_else(|| {
        let message = format!("there is no `crisis.toml` in `{}`", dir.display());
        let help = "`demarche new DIR` writes one to start from; docs/format.md describes it";
        let mut findings = Findings::new();
        findings.push(Finding::error("crisis::missing", message, &Place::nowhere()).help(help));
        findings.into()
    })
}

pub(crate) fn planned<'f>(folder: &'f Folder, inputs: &Inputs) -> Result<Plan<'f>, AssessmentError> {
    let (plan, findings) = Plan::new(folder, inputs);
    if findings.any_error() { Err(findings.sorted().into()) } else { Ok(plan) }
}

pub(crate) fn weighed(
    folder: &Folder,
    inputs: &Inputs,
    plan: &Plan<'_>,
    settings: &Settings,
) -> Result<evidence::Weighing, AssessmentError> {
    let as_of = settings.as_of.unwrap_or(folder.question.as_of);
    let evidence = signals::collect(folder, inputs, plan.lexicon.as_ref(), as_of)?;
    let seed = Seed(settings.seed.unwrap_or(folder.question.seed));
    let changes = change::for_weighing(folder, &evidence, seed);
    weigh::weigh(&folder.hypotheses, &evidence, &changes, as_of, seed)
}

/// Only the series, the events and the documents behind them, as the folder describes them.
///
/// # Errors
/// As [`assess`].
pub fn collect(dir: &Path, settings: &Settings) -> Result<crate::Evidence, AssessmentError> {
    let (folder, inputs) = read(dir)?;
    let (plan, findings) = Plan::new(&folder, &inputs);
    if findings.any_error() {
        return Err(findings.sorted().into());
    }
    let as_of = settings.as_of.unwrap_or(folder.question.as_of);
    signals::collect(&folder, &inputs, plan.lexicon.as_ref(), as_of)
}

pub(crate) fn read(dir: &Path) -> Result<(Folder, Inputs), AssessmentError> {
    let (folder, mut findings) = Folder::read(dir);
    let Some(folder) = folder else { return Err(findings.sorted().into()) };
    let (inputs, wrong) = Inputs::read(&folder);
    findings.extend(wrong);
    if findings.any_error() {
        // Names are checked too, so that all mistakes are reported at once.
        let (_, wrong) = Plan::new(&folder, &inputs);
        findings.extend(wrong);
        return Err(findings.sorted().into());
    }
    Ok((folder, inputs))
}

/// Runs the chain and writes `assessment.json` and the tables of every stage into the folder of results; the report is
/// written by who draws it.
///
/// # Errors
/// All findings of the folder; [`AssessmentError::Stage`] where a stage comes to no result.
pub fn assess(
    dir: &Path,
    settings: &Settings,
    progress: &mut dyn FnMut(Event),
) -> Result<Assessed, AssessmentError> {
    progress(Event::Reading);
    let (folder, inputs) = read(dir)?;
    let (plan, findings) = Plan::new(&folder, &inputs);
    if findings.any_error() {
        return Err(findings.sorted().into());
    }
    let mut warnings: Vec<String> = Folder::read(dir)
        .1
        .iter()
        .chain(findings.iter())
        .map(|one| format!("{}: {}", folder.at(&one.place), one.message))
        .collect();
    warnings.dedup();
    let as_of = settings.as_of.unwrap_or(folder.question.as_of);
    let seed = Seed(settings.seed.unwrap_or(folder.question.seed));
    let out = out_dir(dir, settings);
    let mut run = Run { cache: Cache::open(&out.join(".stages"))?, out: &out, progress, reports: Vec::new() };
    let (as_of_text, seed_text) = (as_of.to_string(), seed.0.to_string());
    let canonical = |name: &str| folder.canonical(name);

    // The rules of speech of a document come from the profile of its outlet.
    let profiles = ContentHash::of_parts(record::profile::BUILT_IN.iter().map(|(_, text)| text.as_bytes()));
    let key = [
        inputs.hash.as_str(),
        &canonical("record.toml"),
        &canonical("signals.toml"),
        &canonical("lexicon.toml"),
        profiles.as_str(),
        &as_of_text,
    ];
    let evidence = run.stage(
        "signals",
        &key,
        || signals::collect(&folder, &inputs, plan.lexicon.as_ref(), as_of),
        |evidence| Ok(tables::signals(evidence)),
    )?;
    let changes = run.stage(
        "shifts",
        &[evidence.hash.as_str(), &canonical("signals.toml"), &seed_text],
        || Ok(change::examine(&folder, &evidence.value, seed)),
        |changes| Ok(tables::changes(changes)),
    )?;
    let examples = run.cache.stage(
        "examples",
        &[changes.hash.as_str(), &passages::texts_hash(&folder), &as_of_text],
        || passages::examples(&folder, &changes.value.wordings, as_of),
    )?;
    let weighing = run.stage(
        "evidence",
        &[
            evidence.hash.as_str(),
            changes.hash.as_str(),
            &canonical("hypotheses.toml"),
            &as_of_text,
            &seed_text,
        ],
        || weigh::weigh(&folder.hypotheses, &evidence.value, &changes.value, as_of, seed),
        |weighing| Ok(tables::weighing(weighing)),
    )?;
    let posterior: Vec<f64> = weighing.value.hypotheses.iter().map(|one| one.posterior).collect();
    let posterior_text = format!("{posterior:?}");
    let game_file = match &folder.calculus {
        Some(crate::folder::calculus::CalculusForm::File { file, .. }) => {
            std::fs::read_to_string(dir.join(&file.value)).unwrap_or_default()
        }
        _ => String::new(),
    };
    let chosen = run.stage(
        "calculus",
        &[&posterior_text, &canonical("calculus.toml"), &game_file, &plan.key_of(&plan.game_names)],
        || choice::choose(&plan, &posterior),
        |choice| Ok(tables::choice(choice.as_ref())),
    )?;
    let used: BTreeMap<_, _> = chosen
        .value
        .iter()
        .flat_map(|choice| &choice.outcomes)
        .filter(|(name, _)| plan.crisis_names.contains(name))
        .collect();
    let used = if used.is_empty() { String::new() } else { format!("{used:?}{posterior_text}") };
    let crisis = run.stage(
        "crisis",
        &[&canonical("crisis.toml"), &plan.key_of(&plan.crisis_names), &used, &seed_text],
        || runaway::examine(&plan, chosen.value.as_ref(), &posterior, seed),
        |crisis| Ok(crisis.as_ref().map(crisis::CrisisResult::tables).unwrap_or_default()),
    )?;
    let all: Vec<String> = folder.parameters.iter().map(|one| one.id.clone()).collect();
    let key = [
        &canonical("options.toml"),
        &canonical("calculus.toml"),
        &canonical("crisis.toml"),
        &game_file,
        &plan.key_of(&all),
        &posterior_text,
        &seed_text,
    ];
    let key: Vec<&str> = key.iter().map(|part| part.as_str()).collect();
    let mut compared = None;
    let options = run.stage_with("options", &key, || {
        compared = compare::compare(&plan, &posterior, seed)?;
        Ok(compared.as_ref().map(|compared| compared.result.clone()))
    })?;
    if let Some(compared) = &compared {
        run.write(&compared.result.tables(&compared.worlds, &compared.outcomes))?;
    }

    let results = grounds::Results {
        evidence: &evidence.value,
        changes: &changes.value,
        weighing: &weighing.value,
        choice: chosen.value.as_ref(),
        crisis: crisis.value.as_ref(),
        options: options.value.as_ref(),
    };
    let mut ledger = grounds::ledger(&plan, &results, as_of);
    let by_id: BTreeMap<String, f64> =
        weighing.value.hypotheses.iter().map(|one| (one.id.clone(), one.posterior)).collect();
    let mut forecasts = Vec::new();
    for spec in &folder.forecasts {
        let made = forecast::forecast(spec, &by_id, &evidence.value.events, as_of);
        let mut entry = Entry::new(Kind::Forecast, format!("forecast.{}", spec.id), spec.text.clone())
            .value(made.probability.get())
            .at(folder.at(&spec.place))
            .because(spec.ground.as_ref());
        if let Some(range) = made.range {
            let hypotheses = by_id.keys().map(|id| format!("hypothesis.{id}"));
            entry = entry.interval(range).grounds(hypotheses);
        }
        ledger.add(entry);
        forecasts.push(made);
    }
    let mut judgments = Vec::new();
    let mut unknown = Findings::new();
    for spec in &folder.question.judgments {
        match judge::judge(spec, &ledger) {
            Some(judgment) => {
                let entry = Entry::new(Kind::Judgment, format!("judgment.{}", spec.id), spec.text.clone());
                let entry = entry.value(judgment.probability.get()).at(folder.at(&spec.place));
                ledger
                    .add(entry.because(Some(&judgment.confidence_because)).grounds(judgment.grounds.clone()));
                judgments.push(judgment);
            }
            None if ledger.get(&spec.number.value).is_some_and(|entry| entry.value.is_none()) => {
                let id = &spec.number.value;
                warnings.push(format!(
                    "{}: `{id}` was not known as of {as_of}; the judgment is left out",
                    folder.at(&spec.place)
                ));
            }
            None => unknown.push(crate::folder::table::unknown(
                "assessment::number",
                "number between 0 and 1 with the id",
                &spec.number.value,
                &spec.number.place,
                ledger.ids().filter(|id| {
                    ledger.get(id).and_then(|entry| entry.value).is_some_and(|v| (0.0..=1.0).contains(&v))
                }),
            )),
        }
    }
    if unknown.any_error() {
        return Err(unknown.into());
    }
    let question = &folder.question;
    let assessed = Assessed {
        asked: Asked {
            title: question.title.clone(),
            question: question.question.clone(),
            as_of,
            horizon: question.horizon,
            seed,
            actors: question.actors.clone(),
        },
        stages: run.reports,
        evidence: evidence.value,
        changes: changes.value,
        examples: examples.value,
        weighing: weighing.value,
        choice: chosen.value,
        crisis: crisis.value,
        options: options.value,
        judgments,
        forecasts,
        parameters: folder.parameters.clone(),
        ledger,
        warnings,
    };
    let json = serde_json::to_string_pretty(&assessed.to_json())
        .map_err(|error| AssessmentError::Bug(error.to_string()))?;
    write_if_new(&out.join("assessment.json"), json.as_bytes())?;
    Ok(assessed)
}

/// Where the results of an assessment go.
pub fn out_dir(dir: &Path, settings: &Settings) -> PathBuf {
    settings.out.clone().unwrap_or_else(|| dir.join("out"))
}

/// Writes a result unless it stands there already.
///
/// # Errors
/// When the folder is not writable or the disk is full.
pub fn write_if_new(path: &Path, bytes: &[u8]) -> Result<(), AssessmentError> {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    crate::cache::write_atomically(path, bytes)
}

type Tables = Vec<(&'static str, arrow_array::RecordBatch)>;

struct Run<'r> {
    cache: Cache,
    out: &'r Path,
    progress: &'r mut dyn FnMut(Event),
    reports: Vec<StageReport>,
}

impl Run<'_> {
    fn stage<T: serde::Serialize + serde::de::DeserializeOwned>(
        &mut self,
        name: &'static str,
        key: &[&str],
        compute: impl FnOnce() -> Result<T, AssessmentError>,
        show: impl FnOnce(&T) -> Result<Tables, AssessmentError>,
    ) -> Result<Outcome<T>, AssessmentError> {
        let outcome = self.stage_with(name, key, compute)?;
        let tables = show(&outcome.value)?;
        let missing = tables.iter().any(|(name, _)| !self.out.join(format!("{name}.parquet")).exists());
        if outcome.ran == Ran::Computed || missing {
            self.write(&tables)?;
        }
        Ok(outcome)
    }

    fn stage_with<T: serde::Serialize + serde::de::DeserializeOwned>(
        &mut self,
        name: &'static str,
        key: &[&str],
        compute: impl FnOnce() -> Result<T, AssessmentError>,
    ) -> Result<Outcome<T>, AssessmentError> {
        (self.progress)(Event::Begins(name));
        let outcome = self.cache.stage(name, key, compute)?;
        (self.progress)(Event::Ended(name, outcome.ran));
        self.reports.push(StageReport {
            stage: name,
            ran: outcome.ran,
            hash: outcome.hash.as_str().to_string(),
        });
        Ok(outcome)
    }

    fn write(&self, tables: &Tables) -> Result<(), AssessmentError> {
        for (name, batch) in tables {
            write_if_new(&self.out.join(format!("{name}.parquet")), &tables::parquet(batch)?)?;
        }
        Ok(())
    }
}
