//! When each series changed, what else could have been the date, and which words tell the spans apart.

use rayon::prelude::*;

use crate::folder::Folder;
use crate::result::{Changes, Evidence, Link, Wording};

/// Words kept of each comparison.
const KEYS: usize = 100;
/// Rarer words than this in both spans together are not compared.
const FEWEST: u64 = 5;

/// Examines all series. Each is a unit of its own, so that the number of threads does not matter.
pub fn examine(folder: &Folder, evidence: &Evidence) -> Changes {
    let mut changes = Changes::default();
    let examined: Vec<_> = evidence
        .signals
        .par_iter()
        .map(|signal| {
            let settings = shift::Settings { cost: signal.cost, ..shift::Settings::default() };
            (signal.series.id.clone(), shift::analyze(&signal.series, &settings))
        })
        .collect();
    for (id, outcome) in examined {
        match outcome {
            Ok(shifts) => drop(changes.shifts.insert(id, shifts)),
            Err(error) => drop(changes.skipped.insert(id, error.to_string())),
        }
    }
    for spec in &folder.signals.links {
        let event = evidence.events.iter().find(|event| event.id == spec.event.value);
        let series = evidence.signals.iter().find(|signal| signal.series.id == spec.series.value);
        let outcome = match (event, series) {
            (None, _) => Err(format!("the event `{}` had not happened as of the date", spec.event.value)),
            (_, None) => Err(format!("there is no data for `{}`", spec.series.value)),
            (Some(event), Some(signal)) => shift::event_link(
                &signal.series,
                event.date,
                spec.window,
                &shift::EventLinkSettings::default(),
            )
            .map_err(|error| error.to_string()),
        };
        changes.links.push(Link {
            series: spec.series.value.clone(),
            event: spec.event.value.clone(),
            outcome,
        });
    }
    for spec in &folder.signals.wordings {
        let Some((before, after)) = evidence.words.get(&spec.id) else { continue };
        let mut keys = shift::keyness(before, after, shift::KeynessPrior::default());
        keys.retain(|key| key.before.count + key.after.count >= FEWEST);
        keys.sort_by(|a, b| b.g2.total_cmp(&a.g2).then_with(|| a.word.cmp(&b.word)));
        keys.truncate(KEYS);
        changes.wordings.push(Wording { id: spec.id.clone(), keys });
    }
    changes
}
