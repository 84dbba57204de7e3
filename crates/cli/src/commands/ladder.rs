use assessment::Variables;
use assessment::folder::read_crisis;
use crisis::{ExamineSettings, SimulateSettings};
use measure::Seed;
use source::Findings;

use super::{Done, columns, percent, print, print_json};
use crate::words::Ladder;

pub fn run(words: &Ladder) -> Done {
    let (form, parameters) = read_crisis(&words.file)?;
    let mut findings = Findings::new();
    let variables = Variables::new(parameters.iter().map(|parameter| parameter.id.clone()));
    let Some(bound) = form.bind(&variables, &mut findings) else { return Err(findings.into()) };
    let values: Vec<f64> = parameters.iter().map(|parameter| parameter.central()).collect();
    let ladder = crisis::Ladder::new(bound.spec(&values))?;
    let trajectories = words.trajectories.unwrap_or(form.trajectories);
    let simulate = SimulateSettings { trajectories, ..SimulateSettings::default() };
    let result =
        ladder.examine(Seed(words.seed), &ExamineSettings { simulate, ..ExamineSettings::default() });
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
