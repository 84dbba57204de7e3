use std::collections::BTreeMap;
use std::fs::File;

use assessment::Variables;
use assessment::folder::read_form;
use calculus::{EstimateSettings, Estimation, GameForm, Model, Mover, ObservedPlay, estimate};
use measure::Seed;
use serde::Serialize;
use source::Findings;

use super::super::watching::Watching;
use super::super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::game::Estimate;

/// A row that fits no play.
#[derive(Serialize)]
struct SetApart {
    line: u64,
    reason: String,
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    estimation: &'a Estimation,
    /// Names read from the table.
    measured: &'a [String],
    /// Names held at a value.
    fixed: &'a BTreeMap<String, f64>,
    /// Columns that nothing asked for.
    ignored: &'a [String],
    set_apart: &'a [SetApart],
}

pub fn run(words: &Estimate) -> Done {
    let (form, parameters) = read_form(&words.file)?;
    let mut names: Vec<String> = Vec::new();
    let _ = form.map(|formula| {
        for (name, _) in formula.value.names() {
            if !names.iter().any(|own| own == name) {
                names.push(name.to_string());
            }
        }
    });
    let mut of_precision: Vec<String> = Vec::new();
    of_precision.extend(form.precision.value.names().into_iter().map(|(name, _)| name.to_string()));
    let variables = Variables::new(names.iter().cloned());
    let mut findings = Findings::new();
    let bound = form.map(|formula| variables.bind(formula, &mut findings));
    let mut hypotheses: Vec<String> = Vec::new();
    for (id, _) in form.types.iter().flat_map(|one| &one.hypotheses) {
        if !hypotheses.contains(id) {
            hypotheses.push(id.clone());
        }
    }
    if hypotheses.is_empty() {
        hypotheses.push("all".into());
    }
    // Every name is known: it was taken from the formulas.
    let zero = measure::Formula::constant(0.0).bind(&|_| None).map_err(Failure::said)?;
    let form =
        GameForm::new(bound.map(|formula| formula.clone().unwrap_or_else(|| zero.clone())), &hypotheses)?;

    let fixed: BTreeMap<String, f64> = words.fix.iter().cloned().collect();
    if let Some(unknown) = fixed.keys().find(|name| !names.contains(name)) {
        return Err(Failure::said(format!(
            "--fix {unknown}: no formula of `{}` reads that name; they read {}",
            words.file.display(),
            names.join(", ")
        )));
    }
    let table = Table::read(words, &form, &names, &fixed)?;
    let coefficients: Vec<(String, usize, f64)> = names
        .iter()
        .enumerate()
        .filter(|(_, name)| !fixed.contains_key(*name) && !table.measured.contains(name))
        .map(|(at, name)| {
            let stated = parameters.iter().find(|one| one.id == *name).map(|one| one.central());
            // At precision 0 no payoff matters: a search must not begin there.
            let start = stated.unwrap_or(if of_precision.contains(name) { 1.0 } else { 0.1 });
            (name.clone(), at, start)
        })
        .collect();
    let prior = vec![1.0 / hypotheses.len() as f64; hypotheses.len()];
    let model = Model { form: &form, prior, coefficients };
    let settings = EstimateSettings { more_starts: words.starts, seed: Seed(words.seed) };
    let watching = Watching::new(words.limit)?;
    let found = estimate(&model, &table.plays, &settings, &mut |progress| watching.watch(progress));
    watching.finish();
    let mut found = found.map_err(Failure::said)?;
    if hypotheses.len() > 1 {
        found.notes.push(format!(
            "the types of {} are taken to be equally probable and summed out",
            hypotheses.join(", ")
        ));
    }
    if !table.set_apart.is_empty() {
        found.notes.push(format!("{} rows are set apart", table.set_apart.len()));
    }
    if words.json {
        return print_json(&Answer {
            estimation: &found,
            measured: &table.measured,
            fixed: &fixed,
            ignored: &table.ignored,
            set_apart: &table.set_apart,
        });
    }
    show(&found, &table)
}

fn show(found: &Estimation, table: &Table) -> Done {
    let number = |x: Option<f64>| x.map_or_else(|| "–".into(), |x| format!("{x:.4}"));
    let mut rows = vec![["", "estimate", "s.e.", "robust s.e.", "95 % interval"].map(String::from).to_vec()];
    for one in &found.coefficients {
        let interval = one.interval.map_or_else(|| "–".into(), |[low, high]| format!("{low:.4} … {high:.4}"));
        rows.push(vec![
            one.name.clone(),
            format!("{:.4}", one.estimate),
            number(one.standard_error),
            number(one.robust_error),
            interval,
        ]);
    }
    print(&columns(&rows))?;
    print(&format!(
        "\n{} plays; log likelihood {:.3} (at random {:.3}); AIC {:.2}, BIC {:.2}; {} of {} starts end here",
        found.plays,
        found.log_likelihood,
        found.log_likelihood_at_random,
        found.aic,
        found.bic,
        found.starts[1],
        found.starts[0]
    ))?;
    for note in &found.notes {
        print(&format!("note: {note}"))?;
    }
    for row in table.set_apart.iter().take(5) {
        print(&format!("  line {}: {}", row.line, row.reason))?;
    }
    Ok(())
}

/// The plays as read.
struct Table {
    plays: Vec<ObservedPlay>,
    measured: Vec<String>,
    ignored: Vec<String>,
    set_apart: Vec<SetApart>,
}

impl Table {
    fn read(
        words: &Estimate,
        form: &GameForm,
        names: &[String],
        fixed: &BTreeMap<String, f64>,
    ) -> Result<Self, Failure> {
        let shown = words.data.display();
        let file = File::open(&words.data)
            .map_err(|error| Failure::said(format!("cannot read `{shown}`: {error}")))?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(file);
        let headers = reader.headers().map_err(|error| Failure::said(format!("`{shown}`: {error}")))?.clone();
        let headers: Vec<String> =
            headers.iter().map(|name| name.trim_start_matches('\u{feff}').to_string()).collect();
        let column = |name: &str| headers.iter().position(|own| own == name);
        let moves = &form.form().moves;
        let seen: Vec<(&str, usize)> =
            moves.iter().filter_map(|one| column(&one.id).map(|at| (one.id.as_str(), at))).collect();
        if !moves.iter().any(|one| matches!(one.mover, Mover::Player(_)) && column(&one.id).is_some()) {
            let known: Vec<&str> = moves.iter().map(|one| one.id.as_str()).collect();
            return Err(Failure::said(format!(
                "`{shown}` has no column for a move; the moves are {}, its columns {}",
                known.join(", "),
                headers.join(", ")
            )));
        }
        let measured: Vec<(usize, usize)> = names
            .iter()
            .enumerate()
            .filter(|(_, name)| !fixed.contains_key(*name))
            .filter_map(|(at, name)| column(name).map(|column| (at, column)))
            .collect();
        let wanted =
            |at: usize| seen.iter().any(|(_, own)| *own == at) || measured.iter().any(|(_, own)| *own == at);
        let ignored = (0..headers.len()).filter(|&at| !wanted(at)).map(|at| headers[at].clone()).collect();
        let (mut plays, mut set_apart) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(|error| Failure::said(format!("`{shown}`: {error}")))?;
            let line = record.position().map_or(0, csv::Position::line);
            match play(form, names, fixed, &headers, &seen, &measured, &record) {
                Ok(play) => plays.push(play),
                Err(reason) => set_apart.push(SetApart { line, reason }),
            }
        }
        if plays.is_empty() {
            let why = set_apart.first().map_or_else(
                || "it has no rows".into(),
                |row| format!("no row could be used; line {}: {}", row.line, row.reason),
            );
            return Err(Failure::said(format!("`{shown}`: {why}")));
        }
        let measured = measured.iter().map(|&(at, _)| names[at].clone()).collect();
        Ok(Self { plays, measured, ignored, set_apart })
    }
}

fn play(
    form: &GameForm,
    names: &[String],
    fixed: &BTreeMap<String, f64>,
    headers: &[String],
    seen: &[(&str, usize)],
    measured: &[(usize, usize)],
    record: &csv::StringRecord,
) -> Result<ObservedPlay, String> {
    let mut values: Vec<f64> = names.iter().map(|name| fixed.get(name).copied().unwrap_or(0.0)).collect();
    for &(at, column) in measured {
        let cell = record.get(column).unwrap_or("");
        values[at] =
            cell.parse().map_err(|_| format!("`{cell}` in column `{}` is not a number", headers[column]))?;
    }
    let seen: Vec<(&str, &str)> = seen
        .iter()
        .filter_map(|&(id, column)| record.get(column).map(|cell| (id, cell)))
        .filter(|(_, cell)| !cell.is_empty() && *cell != "NA")
        .collect();
    if seen.is_empty() {
        return Err("no move was seen".into());
    }
    ObservedPlay::new(form, values, &seen).map_err(|error| error.to_string())
}
