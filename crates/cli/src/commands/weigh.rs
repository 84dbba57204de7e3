use assessment::{Settings, weigh_only};

use super::{Done, columns, percent, print, print_json};
use crate::words::Weigh;

pub fn run(words: &Weigh) -> Done {
    let settings = Settings { as_of: words.as_of, ..Settings::default() };
    let weighing = weigh_only(&words.dir, &settings)?;
    if words.json {
        return print_json(&weighing);
    }
    let mut rows = vec![["hypothesis", "prior", "posterior", "band", "in words"].map(String::from).to_vec()];
    for one in &weighing.hypotheses {
        rows.push(vec![
            one.id.clone(),
            percent(one.prior),
            percent(one.posterior),
            format!("{} … {}", percent(one.band.low), percent(one.band.high)),
            one.words.to_string(),
        ]);
    }
    print(&columns(&rows))?;
    let mut rows = vec![["indicator", "seen", "decibans", "leader without it"].map(String::from).to_vec()];
    let leader = weighing.leader().id.clone();
    for one in &weighing.contributions {
        rows.push(vec![
            one.indicator.clone(),
            format!("{:.2}", one.observed),
            format!("{:+.1}", one.decibans),
            percent(one.without.get(&leader).copied().unwrap_or(f64::NAN)),
        ]);
    }
    print(&format!("\n{}", columns(&rows)))
}
