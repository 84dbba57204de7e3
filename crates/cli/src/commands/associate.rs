use measure::Seed;
use shift::{Adjustment, Association, AssociationSettings};

use super::series::{Chosen, chosen, read, single};
use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::Cost;
use crate::words::together::{Adjust, Associate as Words, Correlation};

pub fn run(words: &Words) -> Done {
    let [first, second] = pair(words)?;
    let settings = AssociationSettings {
        lags: words.lags,
        correlation: match words.correlation {
            Correlation::Rank => shift::Correlation::Rank,
            Correlation::Linear => shift::Correlation::Linear,
        },
        adjustment: match words.adjust {
            Adjust::None => Adjustment::None,
            Adjust::Trend => Adjustment::Trend,
            Adjust::Differences => Adjustment::Differences,
        },
        block: words.block,
        resamples: words.resamples,
        ..AssociationSettings::default()
    };
    let found = shift::associate(&first.series, &second.series, &settings, Seed(words.seed));
    let found = found.map_err(Failure::said)?;
    if words.json { print_json(&found) } else { show(&found) }
}

fn pair(words: &Words) -> Result<[Chosen; 2], Failure> {
    // Whether values are counts is seen from the values; the cost plays no part here.
    let all = |index: usize| read(&words.from[index], Cost::Negbin);
    let found = match (words.from.len(), words.series.as_slice()) {
        (1, []) => all(0)?,
        (1, ids) => chosen(all(0)?, ids)?,
        (_, ids) => vec![single(all(0)?, ids.first())?, single(all(1)?, ids.get(1))?],
    };
    let number = found.len();
    <[Chosen; 2]>::try_from(found).map_err(|_| {
        Failure::said(format!("an association is one of two series, not of {number}: --series a,b"))
    })
}

fn show(found: &Association) -> Done {
    print(&found.sentence())?;
    let adjustment = match found.adjustment {
        Adjustment::None => "nothing but the level",
        Adjustment::Trend => "a trend of each",
        Adjustment::Differences => "all but the steps between periods",
    };
    print(&format!(
        "taken out first: {adjustment}; with nothing but the level taken out the correlation at lag 0 is {:+.2}",
        found.unadjusted
    ))?;
    let level = format!("{:.0} % band", 100.0 * found.level);
    let head = ["lag", "pairs", "correlation", &level, "p", "p over all lags", ""];
    let mut rows = vec![head.map(String::from).to_vec()];
    for one in &found.lags {
        rows.push(vec![
            format!("{:+}", one.lag),
            one.pairs.to_string(),
            format!("{:+.2}", one.correlation),
            format!("±{:.2}", one.band),
            format!("{:.3}", one.p_value),
            format!("{:.3}", one.adjusted_p),
            if one.lag == found.strongest { "strongest".into() } else { String::new() },
        ]);
    }
    print(&format!("\n{}", columns(&rows)))?;
    print(&format!("\na lag above 0 means that `{}` goes ahead of `{}`", found.first, found.second))
}
