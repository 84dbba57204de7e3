use std::fs::File;
use std::path::Path;

use measure::{Seed, Series, short};
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
    if words.cost == Some(Cost::Shares) {
        return shares(&series, words);
    }
    let mut answers = Vec::new();
    if words.together {
        answers.push(Answer::Automatic(Automatic::new(&series, words)?));
    } else {
        for series in &series {
            answers.push(Answer::new(series, words)?);
        }
    }
    if words.json {
        let rows = answers.iter().map(Answer::json).collect::<Result<Vec<_>, Failure>>()?;
        return match rows.as_slice() {
            [one] => print_json(one),
            several => print_json(&serde_json::json!({ "series": several })),
        };
    }
    answers.iter().zip(&series).try_for_each(|(answer, series)| answer.show(series))
}

/// What is said of one series.
enum Answer {
    Posterior(Box<Examined>),
    Automatic(Automatic),
}

impl Answer {
    fn new(series: &Series, words: &Words) -> Result<Self, Failure> {
        let default = if series.is_counts() { Cost::Negbin } else { Cost::Auto };
        Ok(match words.cost.unwrap_or(default) {
            Cost::Auto => Self::Automatic(Automatic::new(std::slice::from_ref(series), words)?),
            cost => Self::Posterior(Box::new(Examined::new(series, cost, words)?)),
        })
    }

    fn json(&self) -> Result<serde_json::Value, Failure> {
        match self {
            Self::Posterior(found) => found.json(),
            Self::Automatic(found) => Ok(found.json()),
        }
    }

    fn show(&self, series: &Series) -> Done {
        match self {
            Self::Posterior(found) => found.show(series),
            Self::Automatic(found) => found.show(series),
        }
    }
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
    let evidence = assessment::collect(dir, &assessment::Settings::default())?;
    let all: Vec<Series> = evidence.signals.into_iter().map(|signal| signal.series).collect();
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
    fn new(series: &Series, cost: Cost, words: &Words) -> Result<Self, Failure> {
        let settings = settings(cost, words);
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
            let rates: Vec<String> = history.rates.iter().copied().map(short).collect();
            print(&format!("  draw: changes {}; rates {}", listed(&changes), rates.join(", ")))?;
        }
        Ok(())
    }
}

fn settings(cost: Cost, words: &Words) -> Settings {
    Settings {
        cost: kind(cost),
        level: words.level,
        changes: words.changes,
        season: words.season.map(|season| match season {
            SeasonWord::Month => Season::Month,
            SeasonWord::Weekday => Season::Weekday,
            SeasonWord::Week => Season::Week,
        }),
        max_changes: words.changes.map_or(words.at_most, |changes| changes.max(words.at_most)),
        ..Settings::default()
    }
}

/// All series together, one for each rival category.
fn shares(all: &[Series], words: &Words) -> Done {
    if words.check || words.draws > 0 {
        return Err(Failure::said(
            "`--check` and `--draws` need one series; look at one category with `--cost binomial`, its exposure being the count of all",
        ));
    }
    let shifts = shift::analyze_shares(all, &settings(Cost::Shares, words)).map_err(Failure::said)?;
    if words.json {
        return print_json(&Examined { shifts, checks: Vec::new(), histories: Vec::new() }.json()?);
    }
    let leading = shifts.shares.iter().position(|one| one.leading).unwrap_or(0);
    show(&shifts, &all[leading])?;
    let mut rows = vec![vec!["  share of".to_owned()]];
    rows[0].extend(shifts.segments.iter().map(|segment| format!("{}–{}", segment.from, segment.to)));
    for one in &shifts.shares {
        let mut row = vec![format!("  {}", one.category)];
        row.extend(
            one.shares
                .iter()
                .zip(&one.intervals)
                .map(|(share, i)| format!("{share:.3} ({:.3} to {:.3})", i.low, i.high)),
        );
        rows.push(row);
    }
    print(&columns(&rows))
}

fn kind(cost: Cost) -> CostKind {
    match cost {
        Cost::Poisson => CostKind::Poisson,
        Cost::Normal => CostKind::Normal,
        Cost::Binomial => CostKind::Binomial,
        Cost::Shares => CostKind::Shares,
        Cost::Variance => CostKind::Variance,
        Cost::MeanVariance => CostKind::MeanVariance,
        Cost::Trend => CostKind::Trend,
        Cost::Negbin | Cost::Auto => CostKind::NegativeBinomial,
    }
}

/// One default for measured series: level or trend, changes against the spread of the whole.
struct Automatic {
    name: String,
    found: shift::Automatic,
}

impl Automatic {
    /// Of one series, or of several that change together.
    fn new(series: &[Series], words: &Words) -> Result<Self, Failure> {
        let name = series.iter().map(|series| series.id.as_str()).collect::<Vec<_>>().join(", ");
        if words.cost.is_some_and(|cost| cost != Cost::Auto) {
            return Err(Failure::said("`--together` goes with `--cost auto` only; `panel` takes counts"));
        }
        if words.changes.is_some() || words.season.is_some() || words.check || words.draws > 0 {
            return Err(Failure::said(format!(
                "{name}: `auto` is a segmentation without a setting; `--changes`, `--season`, `--check` and `--draws` need another `--cost`: `normal`, `mean-variance` or `trend` for measured values"
            )));
        }
        let found = shift::automatic(series).map_err(|error| Failure::said(format!("{name}: {error}")))?;
        Ok(Self { name, found })
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "series": self.name,
            "shape": self.found.shape,
            "optimal": self.found.periods,
            "drift": self.found.drift,
            "warning": self.found.drift.map(|drift| drift.warning()),
        })
    }

    fn show(&self, series: &Series) -> Done {
        let shape = if self.found.shape == shift::Shape::Trend { "straight lines" } else { "levels" };
        let periods: Vec<String> = self.found.periods.iter().map(ToString::to_string).collect();
        print(&format!("{}  {}", self.name, sparkline(series)))?;
        print(&format!("  {shape}, changes with: {}", listed(&periods)))?;
        match self.found.drift {
            Some(drift) => print(&format!("  warning: {}", drift.warning())),
            None => Ok(()),
        }
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
                (Some(ratio), Some(i)) => format!("{} ({} to {})", short(ratio), short(i.low), short(i.high)),
                _ => "—".into(),
            };
            rows.push(vec![
                format!("  {}", change.period),
                format!("{:.2}", change.probability),
                format!("{} … {}", change.interval.from, change.interval.to),
                short(change.rate_before),
                short(change.rate_after),
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
