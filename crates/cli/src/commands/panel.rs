use rayon::prelude::*;

use measure::Seed;
use shift::{Panel, PanelSettings};

use super::series::{chosen, read};
use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::together::Panel as Words;

pub fn run(words: &Words) -> Done {
    if words.from.is_dir() && words.series.len() < 2 {
        return Err(Failure::said("which series of the assessment? give at least two: --series a,b"));
    }
    let all = chosen(read(&words.from, words.cost)?, &words.series)?;
    let series: Vec<_> = all.iter().map(|one| one.series.clone()).collect();
    let costs: Vec<_> = all.iter().map(|one| one.cost).collect();
    let settings = PanelSettings { level: words.level, max_shared: words.shared, ..PanelSettings::default() };
    let seed = Seed(words.seed);
    let mut panel = shift::panel(&series, &costs, &settings, seed).map_err(Failure::said)?;
    let each: Vec<_> = (0..panel.series.len())
        .into_par_iter()
        .map(|i| shift::leave_one_out(&series, &costs, &settings, seed, &panel, i).unwrap_or_default())
        .collect();
    for without in each {
        panel.shared.iter_mut().zip(without).for_each(|(change, one)| change.without.push(one));
    }
    if words.json { print_json(&panel) } else { show(&panel) }
}

fn show(panel: &Panel) -> Done {
    print(&panel.sentence())?;
    for change in &panel.shared {
        print(&format!(
            "\n{} ({} … {}): probability {:.2}, ln Bayes factor {:.1}, {:.0} % of the series take part",
            change.period,
            change.interval.from,
            change.interval.to,
            change.probability,
            change.log_bayes_factor,
            100.0 * change.share
        ))?;
        let head = ["  series", "takes part", "ln Bayes factor", "before", "after", "shared without it"];
        let mut rows = vec![head.map(String::from).to_vec()];
        for driver in &change.drivers {
            let without = change.without.iter().find(|one| one.series == driver.series);
            rows.push(vec![
                format!("  {}", driver.series),
                format!("{:.2}", driver.takes_part),
                format!("{:+.1}", driver.log_bayes_factor),
                number(driver.rate_before),
                number(driver.rate_after),
                without.map_or_else(|| "—".into(), |one| format!("{:.2}", one.probability)),
            ]);
        }
        print(&columns(&rows))?;
    }
    let mut rows = vec![["own changes", "from", "between", "probability"].map(String::from).to_vec()];
    for own in &panel.own {
        for change in &own.changes {
            rows.push(vec![
                format!("  {}", own.series),
                change.period.to_string(),
                format!("{} … {}", change.interval.from, change.interval.to),
                format!("{:.2}", change.probability),
            ]);
        }
    }
    if rows.len() > 1 {
        print(&format!("\n{}", columns(&rows)))?;
    }
    for (series, reason) in &panel.left_out {
        print(&format!("left out {series}: {reason}"))?;
    }
    let chains = panel.chains;
    if chains.width() > 0.1 {
        print(&format!(
            "note: four chains say {:.2} to {:.2}; the simulation is not exact to a tenth",
            chains.low, chains.high
        ))?;
    }
    Ok(())
}

fn number(x: f64) -> String {
    if x != 0.0 && x.abs() < 0.01 { format!("{x:.2e}") } else { format!("{x:.2}") }
}
