use std::fs::File;

use measure::Series;
use shift::{CostKind, Settings, Shifts};

use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::{Cost, Shifts as Words};

pub fn run(words: &Words) -> Done {
    let name = words.file.display().to_string();
    let file =
        File::open(&words.file).map_err(|error| Failure::said(format!("cannot read {name}: {error}")))?;
    let stem =
        words.file.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
    let (series, quarantine) = signal::read_values(file, &name, &stem).map_err(Failure::said)?;
    for row in &quarantine {
        eprintln!("left out {}: {}", row.at, row.reason);
    }
    if series.is_empty() {
        return Err(Failure::said(format!("{name} holds no row that can be read")));
    }
    let cost = match words.cost {
        Cost::Poisson => CostKind::Poisson,
        Cost::Negbin => CostKind::NegativeBinomial,
        Cost::Normal => CostKind::Normal,
    };
    let settings = Settings { cost, level: words.level, ..Settings::default() };
    let analyze = |series: &Series| {
        shift::analyze(series, &settings).map_err(|error| Failure::said(format!("{}: {error}", series.id)))
    };
    let all: Vec<Shifts> = series.iter().map(analyze).collect::<Result<_, _>>()?;
    if words.json {
        return match all.as_slice() {
            [one] => print_json(one),
            several => print_json(&serde_json::json!({ "series": several })),
        };
    }
    for shifts in &all {
        show(shifts)?;
    }
    Ok(())
}

fn show(shifts: &Shifts) -> Done {
    print(&format!("{}\n  {}", shifts.series, shifts.sentence()))?;
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
    for note in &shifts.notes {
        print(&format!("  note: {note}"))?;
    }
    Ok(())
}
