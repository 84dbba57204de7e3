use std::fs::File;
use std::path::Path;

use measure::{Seed, Series};
use shift::{Check, CostKind, History, Season, Settings, Shifts};

use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::{SeasonWord, Shifts as Words, ShiftsCost as Cost};

pub fn run(words: &Words) -> Done {
    let series = if words.source.is_dir() {
        signals_of(&words.source, &words.series)?
    } else {
        let all = read_file(&words.source)?;
        match words.series.iter().find(|id| !all.iter().any(|series| series.id == **id)) {
            Some(id) => return Err(no_series(id, &all)),
            None => all
                .into_iter()
                .filter(|series| words.series.is_empty() || words.series.contains(&series.id))
                .collect(),
        }
    };
    if words.cost == Cost::Auto {
        return automatic(&series, words);
    }
    let mut all = Vec::new();
    for series in series {
        let found = Examined::new(&series, words)?;
        all.push((series, found));
    }
    if words.json {
        let mut rows = Vec::new();
        for (_, found) in &all {
            rows.push(found.json()?);
        }
        return match rows.as_slice() {
            [one] => print_json(one),
            several => print_json(&serde_json::json!({ "series": several })),
        };
    }
    for (series, found) in &all {
        found.show(series)?;
    }
    Ok(())
}

/// The series of a CSV file.
pub fn read_file(path: &Path) -> Result<Vec<Series>, Failure> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| Failure::said(format!("cannot read {name}: {error}")))?;
    let stem = path.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
    let (series, quarantine) = signal::read_values(file, &name, &stem).map_err(Failure::said)?;
    for row in &quarantine {
        eprintln!("left out {}: {}", row.at, row.reason);
    }
    if series.is_empty() {
        return Err(Failure::said(format!("{name} holds no row that can be read")));
    }
    Ok(series)
}

/// The series of an assessment with these ids; all of them if none is named.
pub fn signals_of(dir: &Path, wanted: &[String]) -> Result<Vec<Series>, Failure> {
    let assessed = assessment::assess(dir, &assessment::Settings::default(), &mut |_| {})?;
    let all: Vec<Series> = assessed.evidence.signals.into_iter().map(|signal| signal.series).collect();
    if wanted.is_empty() {
        return Ok(all);
    }
    wanted
        .iter()
        .map(|id| all.iter().find(|series| series.id == *id).cloned().ok_or_else(|| no_series(id, &all)))
        .collect()
}

fn no_series(id: &str, all: &[Series]) -> Failure {
    let known: Vec<&str> = all.iter().map(|series| series.id.as_str()).collect();
    Failure::said(format!("there is no series `{id}`: there are {}", known.join(", ")))
}

struct Examined {
    shifts: Shifts,
    checks: Vec<Check>,
    histories: Vec<History>,
}

impl Examined {
    fn new(series: &Series, words: &Words) -> Result<Self, Failure> {
        let settings = Settings {
            cost: cost(words.cost),
            level: words.level,
            changes: words.changes,
            season: words.season.map(|season| match season {
                SeasonWord::Month => Season::Month,
                SeasonWord::Weekday => Season::Weekday,
                SeasonWord::Week => Season::Week,
            }),
            max_changes: words.changes.map_or(12, |changes| changes.max(12)),
            ..Settings::default()
        };
        let said = |error| Failure::said(format!("{}: {error}", series.id));
        let shifts = shift::analyze(series, &settings).map_err(said)?;
        let seed = Seed(words.seed);
        let checks = match words.check {
            true => shift::predictive_checks(series, &settings, 400, seed).map_err(said)?,
            false => Vec::new(),
        };
        let histories = match words.draws {
            0 => Vec::new(),
            draws => shift::histories(series, &settings, draws, seed).map_err(said)?,
        };
        Ok(Self { shifts, checks, histories })
    }

    fn json(&self) -> Result<serde_json::Value, Failure> {
        let mut value = serde_json::to_value(&self.shifts).map_err(Failure::said)?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("sentence".into(), self.shifts.sentence().into());
            if !self.checks.is_empty() {
                fields.insert("checks".into(), serde_json::to_value(&self.checks).map_err(Failure::said)?);
            }
            if !self.histories.is_empty() {
                fields.insert("draws".into(), serde_json::to_value(&self.histories).map_err(Failure::said)?);
            }
        }
        Ok(value)
    }

    fn show(&self, series: &Series) -> Done {
        show(&self.shifts, series)?;
        if !self.checks.is_empty() {
            let mut rows =
                vec![["  check", "observed", "replicated", "90 %", "p"].map(String::from).to_vec()];
            for check in &self.checks {
                rows.push(vec![
                    format!("  {}", format!("{:?}", check.statistic).to_lowercase()),
                    format!("{:.3}", check.observed),
                    format!("{:.3}", check.replicated),
                    format!("{:.3} to {:.3}", check.interval.low, check.interval.high),
                    format!("{:.3}", check.p_value),
                ]);
            }
            print(&columns(&rows))?;
        }
        for warning in self.checks.iter().filter_map(Check::warning) {
            print(&format!("  warning: {warning}"))?;
        }
        for history in &self.histories {
            let changes: Vec<String> = history.changes.iter().map(ToString::to_string).collect();
            let rates: Vec<String> = history.rates.iter().map(|rate| format!("{rate:.3}")).collect();
            print(&format!("  draw: changes {}; rates {}", listed(&changes), rates.join(", ")))?;
        }
        Ok(())
    }
}

fn cost(cost: Cost) -> CostKind {
    match cost {
        Cost::Poisson => CostKind::Poisson,
        Cost::Normal => CostKind::Normal,
        Cost::Negbin | Cost::Auto => CostKind::NegativeBinomial,
    }
}

/// One default for measured series: level or trend, changes against the spread of the whole.
fn automatic(all: &[Series], words: &Words) -> Done {
    let mut rows = Vec::new();
    for series in all {
        let found = shift::automatic(std::slice::from_ref(series))
            .map_err(|error| Failure::said(format!("{}: {error}", series.id)))?;
        if words.json {
            rows.push(
                serde_json::json!({ "series": series.id, "shape": found.shape, "optimal": found.periods }),
            );
            continue;
        }
        let shape = if found.shape == shift::Shape::Trend { "straight lines" } else { "levels" };
        let periods: Vec<String> = found.periods.iter().map(ToString::to_string).collect();
        print(&format!("{}  {}", series.id, sparkline(series)))?;
        print(&format!("  {shape}, changes with: {}", listed(&periods)))?;
    }
    match rows.as_slice() {
        _ if !words.json => Ok(()),
        [one] => print_json(one),
        several => print_json(&serde_json::json!({ "series": several })),
    }
}

fn listed(all: &[String]) -> String {
    if all.is_empty() { "none".into() } else { all.join(", ") }
}

/// Values per exposure as eight heights, neighbors averaged to at most 60 characters.
pub fn sparkline(series: &Series) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let width = series.len().clamp(1, 60);
    let rates: Vec<f64> = (0..width)
        .map(|i| {
            let points = &series.points[i * series.len() / width..(i + 1) * series.len() / width];
            let (value, exposure): (f64, f64) =
                points.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.value, sum.1 + p.exposure));
            value / exposure
        })
        .collect();
    let low = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let high = rates.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let height = |rate: f64| match high > low {
        true => HEIGHTS[(((rate - low) / (high - low) * 7.0).round() as usize).min(7)],
        false => HEIGHTS[0],
    };
    rates.into_iter().filter(|rate| rate.is_finite()).map(height).collect()
}

fn show(shifts: &Shifts, series: &Series) -> Done {
    print(&format!("{}  {}\n  {}", shifts.series, sparkline(series), shifts.sentence()))?;
    print(&format!(
        "  ln Bayes factor against no change {:.2}; dispersion {:.2}",
        shifts.log_bayes_factor, shifts.dispersion
    ))?;
    if !shifts.change_points.is_empty() {
        let mut rows =
            vec![["  from", "probability", "between", "before", "after", "ratio"].map(String::from).to_vec()];
        for change in &shifts.change_points {
            let ratio = match (change.ratio, change.ratio_interval) {
                (Some(ratio), Some(i)) => format!("{ratio:.2} ({:.2} to {:.2})", i.low, i.high),
                _ => "—".into(),
            };
            rows.push(vec![
                format!("  {}", change.period),
                format!("{:.2}", change.probability),
                format!("{} … {}", change.interval.from, change.interval.to),
                format!("{:.4}", change.rate_before),
                format!("{:.4}", change.rate_after),
                ratio,
            ]);
        }
        print(&columns(&rows))?;
    }
    let optimal: Vec<String> = shifts.optimal.iter().map(ToString::to_string).collect();
    print(&format!("  segmentation of lowest cost: {}", listed(&optimal)))?;
    if !shifts.season.is_empty() {
        let effects: Vec<String> =
            shifts.season.iter().map(|one| format!("{} {:.2}", one.part, one.effect)).collect();
        print(&format!("  season: {}", effects.join(", ")))?;
    }
    for note in &shifts.notes {
        print(&format!("  note: {note}"))?;
    }
    Ok(())
}
