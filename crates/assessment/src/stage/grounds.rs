//! The ledger: every number of the assessment with what it rests on.

use std::collections::BTreeMap;

use measure::Interval;

use super::observe::matches;
use super::weigh::{Observation, observe};
use crate::folder::hypotheses::ObserveForm;
use crate::folder::record::DataFile;
use crate::folder::signals::{SignalKind, SignalSpec};
use crate::ledger::{Entry, Kind, Ledger};
use crate::plan::Plan;
use crate::result::{Changes, Choice, Evidence, Signal};

/// The results that numbers are taken from.
pub struct Results<'r> {
    /// What was read.
    pub evidence: &'r Evidence,
    /// What changed.
    pub changes: &'r Changes,
    /// Which explanation fits.
    pub weighing: &'r evidence::Weighing,
    /// The game.
    pub choice: Option<&'r Choice>,
    /// The ladder.
    pub crisis: Option<&'r crisis::CrisisResult>,
    /// The options.
    pub options: Option<&'r options::OptionsResult>,
}

/// All numbers but forecasts and judgments, which rest on these.
pub fn ledger(plan: &Plan<'_>, results: &Results<'_>, as_of: jiff::civil::Date) -> Ledger {
    let mut ledger = Ledger::default();
    files(plan, &mut ledger);
    record(plan, results, &mut ledger);
    changes(plan, results, &mut ledger);
    parameters(plan, &mut ledger);
    weighing(plan, results, as_of, &mut ledger);
    choice(plan, results, &mut ledger);
    runaway(plan, results, &mut ledger);
    options(plan, results, &mut ledger);
    ledger
}

fn all_files<'p>(plan: &'p Plan<'_>) -> impl Iterator<Item = &'p DataFile> {
    let record = &plan.folder.record;
    record.events.iter().chain(&record.counts).chain(&record.values).chain(&record.words)
}

fn files(plan: &Plan<'_>, ledger: &mut Ledger) {
    for file in all_files(plan) {
        let name = &file.file.value;
        let entry = Entry::new(Kind::File, format!("file.{name}"), name.clone());
        ledger.add(entry.at(plan.folder.at(&file.file.place)).because(file.ground.as_ref()));
    }
    if plan.folder.dir.join("record/store").is_dir() {
        let text = "documents added with `demarche record add`";
        ledger.add(Entry::new(Kind::File, "file.record/store", text).at("record/store"));
    }
}

fn event_files(plan: &Plan<'_>) -> Vec<String> {
    plan.folder.record.events.iter().map(|file| format!("file.{}", file.file.value)).collect()
}

fn record(plan: &Plan<'_>, results: &Results<'_>, ledger: &mut Ledger) {
    let evidence = results.evidence;
    for event in &evidence.events {
        let words = [event.actor.as_deref(), event.kind.as_deref(), event.target.as_deref()];
        let what = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let text = match &event.note {
            Some(note) => format!("{}: {what}: {note}", event.date),
            None => format!("{}: {what}", event.date),
        };
        let mut entry = Entry::new(Kind::Event, format!("event.{}", event.id), text);
        if let Some(magnitude) = event.magnitude {
            entry = entry.value(magnitude);
        }
        ledger.add(entry.at(&event.at).because(event.source.as_ref()));
    }
    for (table, documents) in &evidence.documents {
        for document in documents {
            let text = format!("{}: {}", document.date, document.title);
            let link = Some(&document.link).filter(|link| !link.is_empty());
            ledger.add(
                Entry::new(Kind::Document, format!("document.{table}.{}", document.id), text)
                    .at(&document.at)
                    .because(link),
            );
        }
    }
    for signal in &evidence.signals {
        ledger.add(series(plan, evidence, signal));
    }
}

fn series(plan: &Plan<'_>, evidence: &Evidence, signal: &Signal) -> Entry {
    let points = &signal.series.points;
    let (first, last) = match (points.first(), points.last()) {
        (Some(first), Some(last)) => (first.period.to_string(), last.period.to_string()),
        _ => ("none".into(), "none".into()),
    };
    let total: f64 = points.iter().map(|point| point.value).sum();
    let exposure: f64 = points.iter().map(|point| point.exposure).sum();
    let text = if signal.is_measured() {
        format!(
            "{}: {} values, {first} to {last}, mean {:.3}",
            signal.series.id,
            points.len(),
            total / points.len() as f64
        )
    } else {
        format!(
            "{}: {total} in {exposure} {}, {} periods, {first} to {last}{}",
            signal.series.id,
            signal.exposure,
            points.len(),
            signal.folded_text().unwrap_or_default(),
        )
    };
    let mut entry =
        Entry::new(Kind::Series, format!("series.{}", signal.series.id), text).value(signal.rate());
    let spec = plan.folder.signals.signals.iter().find(|spec| spec.id == signal.signal);
    let mut grounds = Vec::new();
    match spec.map(|spec| &spec.kind) {
        Some(SignalKind::Events(filter)) => {
            grounds.extend(event_files(plan));
            let counted = evidence.events.iter().filter(|event| matches(filter, event));
            grounds.extend(counted.map(|event| format!("event.{}", event.id)));
        }
        _ => grounds.push(format!("file.{}", signal.file)),
    }
    if let Some((list, stratum)) = spec.and_then(SignalSpec::listing) {
        let documents = evidence.documents.get(&list).into_iter().flatten();
        let own =
            documents.filter(|one| one.stratum == stratum && Some(&one.phrase) == signal.phrase.as_ref());
        grounds.extend(own.map(|one| format!("document.{list}.{}", one.id)));
    }
    if let Some(spec) = spec {
        entry = entry.at(plan.folder.at(&spec.place));
    }
    entry.grounds(grounds)
}

fn changes(plan: &Plan<'_>, results: &Results<'_>, ledger: &mut Ledger) {
    for (id, shifts) in &results.changes.shifts {
        let signal = results.evidence.signals.iter().find(|signal| signal.series.id == *id);
        let spec =
            signal.and_then(|own| plan.folder.signals.signals.iter().find(|spec| spec.id == own.signal));
        let list = spec.and_then(SignalSpec::listing).map(|(list, _)| list);
        for (index, change) in shifts.change_points.iter().enumerate() {
            let attribution = results.changes.attributions.get(id).and_then(|all| all.get(index));
            // The documents that carry it stand above all others.
            let carriers: Vec<String> = attribution
                .into_iter()
                .flat_map(|one| &one.contributions)
                .filter(|part| part.cut == shift::Cut::Document)
                .filter_map(|part| Some(format!("document.{}.{}", list.as_ref()?, part.id)))
                .take(3)
                .collect();
            let text = format!(
                "{id}: new regime from {} (between {} and {}), rate {:.3e} before and {:.3e} after",
                change.period,
                change.interval.from,
                change.interval.to,
                change.rate_before,
                change.rate_after
            );
            ledger.add(
                Entry::new(Kind::Shift, format!("shift.{id}.{}", index + 1), text)
                    .value(change.probability.get())
                    .because(attribution.map(|one| &one.verdict))
                    .grounds(carriers)
                    .grounds([format!("series.{id}")]),
            );
        }
    }
    shared(plan, results, ledger);
    for link in &results.changes.links {
        if let Ok(found) = &link.outcome {
            let text = format!(
                "{} around {}: log rate ratio {:.2}; {} placebo dates, this share as striking",
                link.series,
                link.event,
                found.statistic,
                found.placebos.len()
            );
            ledger.add(
                Entry::new(Kind::Link, format!("link.{}.{}", link.series, link.event), text)
                    .value(found.p_value.get())
                    .grounds([format!("series.{}", link.series), format!("event.{}", link.event)]),
            );
        }
    }
}

/// Contests of events, panels, associations.
fn shared(plan: &Plan<'_>, results: &Results<'_>, ledger: &mut Ledger) {
    for contest in &results.changes.contests {
        for (index, one) in contest.outcome.iter().flatten().enumerate() {
            let id = format!("contest.{}.{}", contest.series, index + 1);
            let events = one.rivals.iter().filter(|rival| rival.probability.get() >= 0.01);
            let entry = Entry::new(Kind::Link, id, one.sentence()).value(one.none.complement().get());
            let entry = entry.because(Some("the probability is that of any of the events rather than none"));
            ledger.add(
                entry
                    .grounds(events.map(|rival| format!("event.{}", rival.event)))
                    .grounds([format!("series.{}", contest.series)]),
            );
        }
    }
    for spec in &plan.folder.signals.panels {
        let found = results.changes.panels.iter().find(|one| one.id == spec.id.value);
        let Some(Ok(panel)) = found.map(|found| &found.outcome) else { continue };
        let series: Vec<String> = panel.series.iter().map(|id| format!("series.{id}")).collect();
        let id = format!("panel.{}", spec.id.value);
        for (index, change) in panel.shared.iter().enumerate() {
            let entry = Entry::new(Kind::Panel, format!("{id}.{}", index + 1), panel.change_sentence(index));
            ledger.add(entry.value(change.probability.get()).grounds(series.clone()));
        }
        let changes = (1..=panel.shared.len()).map(|number| format!("{id}.{number}"));
        let entry = Entry::new(Kind::Panel, &id, panel.sentence()).value(panel.probability.get());
        let entry = entry.at(plan.folder.at(&spec.place)).because(spec.ground.as_ref());
        ledger.add(entry.grounds(changes).grounds(series));
    }
    for spec in &plan.folder.signals.associations {
        let found = results.changes.associations.iter().find(|one| one.id == spec.id.value);
        let Some(Ok(association)) = found.map(|found| &found.outcome) else { continue };
        let id = format!("association.{}", spec.id.value);
        let entry =
            Entry::new(Kind::Association, id, association.sentence()).value(association.p_value.get());
        let entry = entry.at(plan.folder.at(&spec.place)).because(spec.ground.as_ref());
        ledger.add(entry.grounds(spec.series.iter().map(|one| format!("series.{}", one.value))));
    }
}

fn parameters(plan: &Plan<'_>, ledger: &mut Ledger) {
    for parameter in &plan.folder.parameters {
        let mut entry =
            Entry::new(Kind::Parameter, format!("parameter.{}", parameter.id), parameter.label.clone())
                .value(parameter.central())
                .at(plan.folder.at(&parameter.place))
                .because(parameter.ground.as_ref());
        if !parameter.distribution.is_fixed() {
            entry = entry.interval(parameter.distribution.interval(0.9));
        }
        ledger.add(entry);
    }
}

fn weighing(plan: &Plan<'_>, results: &Results<'_>, as_of: jiff::civil::Date, ledger: &mut Ledger) {
    let form = &plan.folder.hypotheses;
    let mut seen = Vec::new();
    for indicator in &form.indicators {
        let observed = indicator
            .observe
            .as_ref()
            .and_then(|form| observe(form, results.evidence, results.changes, as_of));
        let id = format!("indicator.{}", indicator.id.value);
        let mut entry = Entry::new(Kind::Indicator, &id, indicator.label.clone())
            .at(plan.folder.at(&indicator.place))
            .because(indicator.ground.as_ref());
        if let Some(Observation { probability, mut grounds, .. }) = observed {
            let counted = matches!(indicator.observe, Some(ObserveForm::Events { .. }));
            if counted && grounds.is_empty() {
                grounds = event_files(plan);
            }
            if let Some(ObserveForm::Judgement { source, on, .. }) = &indicator.observe {
                entry = entry.because(Some(format!("judged on {on} from: {source}")));
            }
            entry = entry.value(probability).grounds(grounds);
            seen.push(id);
        }
        ledger.add(entry);
    }
    for hypothesis in &results.weighing.hypotheses {
        let spec = form.hypotheses.iter().find(|one| one.id.value == hypothesis.id);
        let because =
            spec.and_then(|one| one.ground.as_ref()).map(|why| format!("prior {}: {why}", hypothesis.prior));
        let mut entry =
            Entry::new(Kind::Hypothesis, format!("hypothesis.{}", hypothesis.id), hypothesis.label.clone())
                .value(hypothesis.posterior)
                .interval(hypothesis.band)
                .because(because)
                .grounds(seen.clone());
        if let Some(spec) = spec {
            entry = entry.at(plan.folder.at(&spec.place));
        }
        ledger.add(entry);
    }
}

fn hypotheses(plan: &Plan<'_>) -> Vec<String> {
    plan.hypotheses.iter().map(|id| format!("hypothesis.{id}")).collect()
}

fn named(plan: &Plan<'_>, names: &[String]) -> Vec<String> {
    names
        .iter()
        .filter(|name| plan.folder.parameter(name).is_some())
        .map(|name| format!("parameter.{name}"))
        .collect()
}

fn choice(plan: &Plan<'_>, results: &Results<'_>, ledger: &mut Ledger) {
    let Some(choice) = results.choice else { return };
    let mut grounds = hypotheses(plan);
    grounds.extend(named(plan, &plan.game_names));
    for course in &choice.play.courses {
        let own = course.own_type.as_ref().map(|own| format!("{own}.")).unwrap_or_default();
        let who = course
            .own_type
            .as_ref()
            .map_or_else(|| course.player.clone(), |own| format!("{} ({own})", course.player));
        let text = format!("{who} chooses {} at {}", course.action, course.at);
        let id = format!("calculus.{own}{}.{}", course.at, course.action);
        ledger.add(Entry::new(Kind::Play, &id, text).value(course.probability).grounds(grounds.clone()));
        let text = format!("what {} at {} brings {who}", course.action, course.at);
        ledger.add(
            Entry::new(Kind::Play, format!("utility.{id}"), text)
                .value(course.utility)
                .grounds(grounds.clone()),
        );
    }
    for (index, threshold) in choice.thresholds.iter().enumerate() {
        let turns: Vec<String> = threshold
            .changes
            .iter()
            .map(|change| format!("from {} to {} at {:.3}", change.from, change.to, change.at))
            .collect();
        let who = threshold.own_type.as_deref().unwrap_or("the player");
        let text = if turns.is_empty() {
            format!("{who} at {}: no turn anywhere along {}", threshold.at, threshold.parameter)
        } else {
            format!("{who} at {} along {}: {}", threshold.at, threshold.parameter, turns.join(", then "))
        };
        let mut entry =
            Entry::new(Kind::Play, format!("threshold.{}", index + 1), text).grounds(grounds.clone());
        if let Some(change) = threshold.changes.first() {
            entry = entry.value(change.at);
        }
        ledger.add(entry);
    }
}

fn runaway(plan: &Plan<'_>, results: &Results<'_>, ledger: &mut Ledger) {
    let Some(crisis) = results.crisis else { return };
    let mut grounds = named(plan, &plan.crisis_names);
    // A ladder names the probability over all types; its parts stand in the ledger by type.
    for name in plan.crisis_names.iter().filter_map(|name| name.strip_prefix("calculus.")) {
        let ending = format!(".{name}");
        let parts = ledger.ids().filter(|id| id.starts_with("calculus.") && id.ends_with(&ending));
        grounds.extend(parts.map(str::to_string));
    }
    let mut numbers: BTreeMap<String, (String, f64, Option<Interval>)> = BTreeMap::new();
    for (end, p) in &crisis.exact {
        let interval = crisis.simulated.get(end).map(|estimate| estimate.interval);
        numbers.insert(end.clone(), (format!("a crisis at {} ends in {end}", crisis.start), *p, interval));
    }
    let outcomes = &crisis.outcomes;
    let more = [
        ("war", "ends in war", outcomes.war()),
        ("war_misread", "ends in a war that began with a misreading", outcomes.war_misread),
        ("accident", "ends in an accident", outcomes.accident),
        ("settled", "is settled", outcomes.settled),
        ("rounds", "lasts, in rounds on average", outcomes.rounds),
    ];
    for (name, words, value) in more {
        let text = format!("a crisis at {} {words}", crisis.start);
        numbers.entry(name.to_string()).or_insert((text, value, None));
    }
    for (name, (text, value, _simulated)) in numbers {
        ledger.add(
            Entry::new(Kind::Crisis, format!("crisis.{name}"), text).value(value).grounds(grounds.clone()),
        );
    }
}

fn options(plan: &Plan<'_>, results: &Results<'_>, ledger: &mut Ledger) {
    let Some(result) = results.options else { return };
    let mut grounds = hypotheses(plan);
    grounds.extend(plan.folder.parameters.iter().map(|one| format!("parameter.{}", one.id)));
    for summary in &result.summaries {
        let id = &summary.portfolio;
        let mut add = |name: &str, text: String, value: f64| {
            let entry = Entry::new(Kind::Option, format!("option.{id}.{name}"), text);
            ledger.add(entry.value(value).grounds(grounds.clone()));
        };
        add("meets_goals", format!("{id}: share of worlds in which it meets all goals"), summary.satisfices);
        add("regret", format!("{id}: expected regret of its score"), summary.regret.expected);
        add("score", format!("{id}: expected score"), summary.score);
        add("best", format!("{id}: share of worlds in which it is best"), summary.best);
        for metric in &summary.metrics {
            add(&metric.metric, format!("{id}: mean of {}", metric.metric), metric.mean);
        }
    }
}
