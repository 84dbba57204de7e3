use assessment::Settings;
use shift::{Candidate, Competition, CompetitionSettings, CostKind};

use super::series::{read, single};
use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::together::Link as Words;

pub fn run(words: &Words) -> Done {
    let one = single(read(&words.from, words.cost)?, words.series.as_ref())?;
    let events = events(words)?;
    if events.is_empty() {
        return Err(Failure::said("there are no events to compete; look at --events and --type"));
    }
    let settings = shift::Settings { cost: one.cost, ..shift::Settings::default() };
    let shifts = shift::analyze(&one.series, &settings).map_err(Failure::said)?;
    let settings = CompetitionSettings {
        window: words.window,
        background: words.background,
        ..CompetitionSettings::default()
    };
    let found = shift::compete(&one.series, &shifts, &events, &settings).map_err(Failure::said)?;
    if words.json {
        return print_json(&serde_json::json!({ "series": one.series.id, "changes": found }));
    }
    if one.cost == CostKind::Normal {
        print("note: placebo dates compare rates of counts; measured values have none")?;
    }
    found.iter().try_for_each(show)
}

fn events(words: &Words) -> Result<Vec<Candidate>, Failure> {
    let all = match &words.events {
        Some(path) => {
            let mut reading = record::read(path, &record::Mapping::events())?;
            let mut all = Vec::new();
            for batch in reading.by_ref() {
                all.extend(record::events::events(&batch?).unwrap_or_default());
            }
            for row in reading.take_quarantined() {
                eprintln!("left out {}: {}", row.at, row.reason);
            }
            all
        }
        None if words.from.is_dir() => assessment::collect(&words.from, &Settings::default())?.events,
        None => return Err(Failure::said("which events? --events EVENTS.csv, with columns id and date")),
    };
    let wanted =
        |kind: Option<&String>| words.kinds.is_empty() || kind.is_some_and(|kind| words.kinds.contains(kind));
    let kept = all.into_iter().filter(|event| wanted(event.kind.as_ref()));
    Ok(kept.map(|event| Candidate { id: event.id, date: event.date }).collect())
}

/// Events shown below a change; the rest is counted.
const SHOWN: usize = 10;

fn show(found: &Competition) -> Done {
    print(&found.sentence())?;
    let head = ["  event", "date", "goes with it", "ln rate ratio", "placebo p", "Holm", "q"];
    let mut rows = vec![head.map(String::from).to_vec()];
    let p = |x: Option<measure::Probability>| x.map_or_else(|| "—".into(), |x| format!("{x:.2}"));
    for rival in found.rivals.iter().take(SHOWN) {
        rows.push(vec![
            format!("  {}", rival.event),
            rival.date.to_string(),
            format!("{:.2}", rival.probability),
            rival.link.as_ref().map_or_else(|| "—".into(), |link| format!("{:+.2}", link.statistic)),
            p(rival.link.as_ref().map(|link| link.p_value)),
            p(rival.holm),
            p(rival.q_value),
        ]);
    }
    rows.push(vec!["  none of them".into(), String::new(), format!("{:.2}", found.none)]);
    print(&columns(&rows))?;
    if found.rivals.len() > SHOWN {
        print(&format!("  … and {} more (--json shows all)", found.rivals.len() - SHOWN))?;
    }
    print("")
}
