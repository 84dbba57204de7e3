use assessment::folder::read_crisis;
use assessment::{Settings, Variables, ladder_only};
use crisis::{CrisisResult, ExamineSettings, SimulateSettings};
use measure::Seed;
use source::Findings;

use super::{Done, columns, percent, print, print_json};
use crate::failure::Failure;
use crate::words::Ladder;

pub fn run(words: &Ladder) -> Done {
    let result = if words.path.is_dir() {
        let settings = Settings { seed: words.seed, ..Settings::default() };
        ladder_only(&words.path, &settings, words.trajectories)?
    } else {
        alone(words)?
    };
    if words.json {
        return print_json(&result);
    }
    let mut rows = vec![
        [format!("from {}", result.start), "exact".into(), "simulated".into(), "interval".into()].to_vec(),
    ];
    for (end, p) in &result.exact {
        let (simulated, interval) = result.simulated.get(end).map_or_else(Default::default, |estimate| {
            let interval = format!("{:.2e} … {:.2e}", estimate.interval.low, estimate.interval.high);
            (format!("{:.3e}", estimate.p), interval)
        });
        rows.push(vec![end.clone(), format!("{p:.3e}"), simulated, interval]);
    }
    print(&columns(&rows))?;
    print(&format!(
        "\n{:.1} rounds on average; {} trajectories; intervals of {}",
        result.rounds,
        result.trajectories,
        percent(result.level)
    ))
}

/// A file without its folder: parameters come from itself and from a `parameters.toml` beside it.
fn alone(words: &Ladder) -> Result<CrisisResult, Failure> {
    let (form, parameters) = read_crisis(&words.path)?;
    if let Some(name) = form.names().iter().find(|name| name.starts_with("calculus.")) {
        let folder = words.path.parent().filter(|dir| !dir.as_os_str().is_empty());
        let folder = folder.map_or(".".into(), |dir| dir.display().to_string());
        return Err(Failure::said(format!(
            "`{}` reads `{name}`, which the game of its assessment gives; run `demarche ladder {folder}`",
            words.path.display()
        )));
    }
    let mut findings = Findings::new();
    let variables = Variables::new(parameters.iter().map(|parameter| parameter.id.clone()));
    let Some(bound) = form.bind(&variables, &mut findings) else { return Err(findings.into()) };
    let values: Vec<f64> = parameters.iter().map(|parameter| parameter.central()).collect();
    let ladder = crisis::Ladder::new(bound.spec(&values))?;
    let trajectories = words.trajectories.unwrap_or(form.trajectories);
    let simulate = SimulateSettings { trajectories, ..SimulateSettings::default() };
    let settings = ExamineSettings { simulate, ..ExamineSettings::default() };
    Ok(ladder.examine(Seed(words.seed.unwrap_or(1)), &settings))
}
