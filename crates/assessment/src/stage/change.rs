//! When each series changed, what carries each change, what else could have been the date, which series move together,
//! and which words tell the spans apart.

use std::collections::BTreeSet;

use measure::Seed;
use rayon::prelude::*;
use shift::{AttributionSettings, Candidate, CompetitionSettings, PanelSettings, Piece};

use super::observe::matches;
use super::shares;
use crate::folder::Folder;
use crate::folder::hypotheses::ObserveForm;
use crate::folder::signals::{AssociationSpec, ExposureKind, LinkSpec, Linked, PanelSpec};
use crate::result::{Associated, Changes, Contest, Evidence, Link, PanelFound, Signal, Wording};

/// Words kept of each comparison.
const KEYS: usize = 100;
/// Rarer words than this in both spans together are not compared.
const FEWEST: u64 = 5;
/// Parts of each cut that are listed under a change.
const LISTED: usize = 6;
/// Parts of each cut that are left out one by one, of a series that something rests on; of others none.
const OMITTED: usize = 3;
/// The shuffles of periods are the same in every assessment, so that its seed changes nothing here.
const SHUFFLES: Seed = Seed(1);

/// All that is found about changes.
pub fn examine(folder: &Folder, evidence: &Evidence, seed: Seed) -> Changes {
    let mut changes = for_weighing(folder, evidence, seed);
    let used = used(folder);
    // Each series is a unit of its own, so that the number of threads does not matter.
    let carried: Vec<_> = evidence
        .signals
        .par_iter()
        .filter_map(|signal| {
            let shifts = changes.shifts.get(&signal.series.id)?;
            Some((signal.series.id.clone(), attribute(folder, evidence, signal, shifts, &used)))
        })
        .collect();
    changes.attributions = carried.into_iter().filter(|(_, all)| !all.is_empty()).collect();
    for spec in &folder.signals.links {
        match &spec.linked {
            Linked::Event(event) => changes.links.push(link(spec, &event.value, evidence)),
            Linked::Competing(filter) => {
                let candidates = evidence.events.iter().filter(|event| matches(filter, event));
                let candidates: Vec<Candidate> =
                    candidates.map(|event| Candidate { id: event.id.clone(), date: event.date }).collect();
                changes.contests.push(contest(spec, &candidates, evidence, &changes));
            }
        }
    }
    changes.panels = folder.signals.panels.par_iter().map(|spec| panel(spec, evidence, seed)).collect();
    for spec in &folder.signals.wordings {
        let Some(words) = evidence.words.get(&spec.id) else { continue };
        let settings = shift::ContrastSettings {
            count_at_least: FEWEST,
            keep: KEYS,
            ..shift::ContrastSettings::default()
        };
        let found = shift::contrast(&words.terms, &words.parts, &settings, SHUFFLES);
        changes.wordings.push(Wording {
            id: spec.id.clone(),
            keys: found.keys,
            periods: words.periods.clone(),
            sizes: found.parts,
        });
    }
    for composition in &evidence.compositions {
        let spec = folder.signals.shares.iter().find(|spec| spec.id == composition.id);
        let label = spec.and_then(|spec| spec.label.as_deref()).unwrap_or(&composition.id);
        changes.shares.push(shares::examine(label, composition));
    }
    changes
}

/// Only what indicators can rest on: the changes of all series, and associations.
pub fn for_weighing(folder: &Folder, evidence: &Evidence, seed: Seed) -> Changes {
    let mut changes = Changes::default();
    let examined: Vec<_> = evidence
        .signals
        .par_iter()
        .map(|signal| (signal.series.id.clone(), shift::analyze(&signal.series, &settings(signal))))
        .collect();
    for (id, outcome) in examined {
        match outcome {
            Ok(shifts) => drop(changes.shifts.insert(id, shifts)),
            Err(error) => drop(changes.skipped.insert(id, error.to_string())),
        }
    }
    let pairs = folder.signals.associations.par_iter().map(|spec| associate(spec, evidence, seed));
    changes.associations = pairs.collect();
    changes
}

/// Series that an indicator, a link, a panel or an association names.
fn used(folder: &Folder) -> BTreeSet<&str> {
    let observed = folder.hypotheses.indicators.iter().filter_map(|indicator| match &indicator.observe {
        Some(ObserveForm::Shift { series, .. } | ObserveForm::Rate { series, .. }) => Some(series),
        _ => None,
    });
    let linked = folder.signals.links.iter().map(|link| &link.series);
    let panels = folder.signals.panels.iter().flat_map(|panel| &panel.series);
    let pairs = folder.signals.associations.iter().flat_map(|pair| &pair.series);
    observed.chain(linked).chain(panels).chain(pairs).map(|name| name.value.as_str()).collect()
}

fn settings(signal: &Signal) -> shift::Settings {
    shift::Settings { cost: signal.cost, ..shift::Settings::default() }
}

fn named<'e>(evidence: &'e Evidence, id: &str) -> Option<&'e Signal> {
    evidence.signals.iter().find(|signal| signal.series.id == id)
}

fn no_data(id: &str) -> String {
    format!("there is no data for `{id}`")
}

/// What carries each change, where the documents behind the counts are listed.
fn attribute(
    folder: &Folder,
    evidence: &Evidence,
    signal: &Signal,
    shifts: &shift::Shifts,
    used: &BTreeSet<&str>,
) -> Vec<shift::Attribution> {
    let pieces = pieces(folder, evidence, signal);
    if pieces.is_empty() {
        return Vec::new();
    }
    let omitted = if used.contains(signal.series.id.as_str()) { OMITTED } else { 0 };
    let settings = AttributionSettings { listed: LISTED, omitted, analysis: settings(signal) };
    (0..shifts.change_points.len())
        .filter_map(|i| shift::attribute(&signal.series, shifts, i, &pieces, &settings).ok())
        .collect()
}

/// The documents behind the counts of a series.
fn pieces(folder: &Folder, evidence: &Evidence, signal: &Signal) -> Vec<Piece> {
    let spec = folder.signals.signals.iter().find(|spec| spec.id == signal.signal);
    let calendar = signal.series.points.first().and_then(|point| point.period.calendar());
    let (Some(spec), Some(calendar)) = (spec, calendar) else { return Vec::new() };
    let Some((list, stratum)) = spec.listing() else { return Vec::new() };
    let documents = evidence.documents.get(&list).into_iter().flatten();
    documents
        .filter(|one| one.stratum == stratum && Some(&one.phrase) == signal.phrase.as_ref())
        .map(|one| {
            let (count, exposure) = match spec.exposure {
                ExposureKind::Tokens => (one.count as f64, one.tokens as f64),
                ExposureKind::Documents => (1.0, 1.0),
            };
            Piece {
                document: one.id.clone(),
                title: one.title.clone(),
                link: one.link.clone(),
                day: one.date.to_string(),
                period: calendar.period(one.date),
                stratum: one.stratum.clone(),
                phrase: one.phrase.clone(),
                count,
                exposure,
            }
        })
        .collect()
}

fn link(spec: &LinkSpec, id: &str, evidence: &Evidence) -> Link {
    let event = evidence.events.iter().find(|event| event.id == id);
    let outcome = match (event, named(evidence, &spec.series.value)) {
        (None, _) => Err(format!("the event `{id}` had not happened as of the date")),
        (_, None) => Err(no_data(&spec.series.value)),
        (Some(event), Some(signal)) => {
            let settings = shift::EventLinkSettings::default();
            shift::event_link(&signal.series, event.date, spec.window, &settings)
                .map_err(|error| error.to_string())
        }
    };
    Link { series: spec.series.value.clone(), event: id.into(), outcome }
}

fn contest(spec: &LinkSpec, candidates: &[Candidate], evidence: &Evidence, changes: &Changes) -> Contest {
    let id = &spec.series.value;
    let settings = CompetitionSettings { window: spec.window, ..CompetitionSettings::default() };
    let outcome = match (named(evidence, id), changes.shifts.get(id)) {
        (Some(signal), Some(shifts)) => {
            shift::compete(&signal.series, shifts, candidates, &settings).map_err(|error| error.to_string())
        }
        _ => Err(no_data(id)),
    };
    Contest { series: id.clone(), outcome }
}

fn panel(spec: &PanelSpec, evidence: &Evidence, seed: Seed) -> PanelFound {
    let signals: Vec<&Signal> = spec.series.iter().filter_map(|name| named(evidence, &name.value)).collect();
    let series: Vec<_> = signals.iter().map(|signal| signal.series.clone()).collect();
    let costs: Vec<_> = signals.iter().map(|signal| signal.cost).collect();
    let settings = PanelSettings { max_shared: spec.shared, ..PanelSettings::default() };
    let outcome = shift::panel(&series, &costs, &settings, seed).map(|mut panel| {
        let each: Vec<_> = (0..panel.series.len())
            .into_par_iter()
            .map(|i| shift::leave_one_out(&series, &costs, &settings, seed, &panel, i).unwrap_or_default())
            .collect();
        for without in each {
            panel.shared.iter_mut().zip(without).for_each(|(change, one)| change.without.push(one));
        }
        panel
    });
    PanelFound {
        id: spec.id.value.clone(),
        series: spec.series.iter().map(|name| name.value.clone()).collect(),
        outcome: outcome.map_err(|error| error.to_string()),
    }
}

fn associate(spec: &AssociationSpec, evidence: &Evidence, seed: Seed) -> Associated {
    let [first, second] = &spec.series;
    let outcome = match (named(evidence, &first.value), named(evidence, &second.value)) {
        (Some(a), Some(b)) => {
            shift::associate(&a.series, &b.series, &spec.settings, seed).map_err(|error| error.to_string())
        }
        (None, _) => Err(no_data(&first.value)),
        (_, None) => Err(no_data(&second.value)),
    };
    Associated { id: spec.id.value.clone(), series: [first.value.clone(), second.value.clone()], outcome }
}
