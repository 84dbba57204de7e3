use measure::{Calendar, Seed, Series, short};
use shift::{CostKind, WatchSettings, Watched};
use signal::{CountBy, Counts, ExposureKind, Lexicon, tally};

use super::shifts::{read_file, signals_of, sparkline};
use super::{Done, print, print_json};
use crate::failure::Failure;
use crate::words::{By, Cost, Watch as Words};

/// The exit code of an alarm: 0 is quiet, 1 a failure, 2 a word that the command line does not know.
const ALARM: u8 = 3;
/// Batches counted at once.
const AT_ONCE: usize = 16;

pub fn run(words: &Words) -> Done {
    let settings = WatchSettings {
        cost: match words.cost {
            Cost::Poisson => CostKind::Poisson,
            Cost::Negbin => CostKind::NegativeBinomial,
            Cost::Normal => CostKind::Normal,
        },
        level: words.level,
        within: words.within,
        regime: words.regime,
        seed: Seed(words.seed),
        ..WatchSettings::default()
    };
    let feeds = feeds(words)?;
    let mut all: Vec<(Series, Watched)> = Vec::new();
    for series in feeds {
        let watched = shift::watch(&series, &settings)
            .map_err(|error| Failure::said(format!("{}: {error}", series.id)))?;
        all.push((series, watched));
    }
    if words.json {
        let rows: Vec<serde_json::Value> = all.iter().map(|(_, watched)| row(watched)).collect();
        match rows.as_slice() {
            [one] => print_json(one)?,
            several => print_json(&serde_json::json!({ "series": several }))?,
        }
    } else {
        for (series, watched) in &all {
            show(series, watched)?;
        }
    }
    if all.iter().any(|(_, watched)| watched.alarm) { Err(Failure::Code(ALARM)) } else { Ok(()) }
}

fn row(watched: &Watched) -> serde_json::Value {
    let mut value = serde_json::to_value(watched).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.insert("sentence".into(), watched.sentence().into());
    }
    value
}

fn show(series: &Series, watched: &Watched) -> Done {
    let mark = if watched.alarm { "ALARM" } else { "quiet" };
    print(&format!("{mark}  {}  {}", watched.series, sparkline(series)))?;
    print(&format!("  {}", watched.sentence()))?;
    let waits = match watched.doubling_seen_after {
        Some(periods) => format!("; a doubling would raise the alarm after {periods} periods in the median"),
        None => String::new(),
    };
    print(&format!(
        "  rate now {} ({} to {}), before {}{waits}",
        short(watched.rate),
        short(watched.rate_interval.low),
        short(watched.rate_interval.high),
        short(watched.baseline)
    ))
}

fn feeds(words: &Words) -> Result<Vec<Series>, Failure> {
    if !words.source.is_dir() {
        let all = read_file(&words.source)?;
        return chosen(all, &words.series);
    }
    match &words.phrase {
        Some(phrase) => from_store(words, phrase),
        None if words.series.is_empty() => Err(Failure::said(
            "say which series of the assessment to watch with --series, or which phrase of its lexicon to count in its record with --phrase",
        )),
        None => signals_of(&words.source, &words.series),
    }
}

fn chosen(all: Vec<Series>, wanted: &[String]) -> Result<Vec<Series>, Failure> {
    for id in wanted {
        if !all.iter().any(|series| series.id == *id) {
            let known: Vec<&str> = all.iter().map(|series| series.id.as_str()).collect();
            return Err(Failure::said(format!("there is no series `{id}`: there are {}", known.join(", "))));
        }
    }
    Ok(all.into_iter().filter(|series| wanted.is_empty() || wanted.contains(&series.id)).collect())
}

/// Counts one phrase of the assessment's lexicon in its record, one series per stratum.
fn from_store(words: &Words, phrase: &str) -> Result<Vec<Series>, Failure> {
    let lexicon = Lexicon::new(assessment::folder::read_lexicon(&words.source.join("lexicon.toml"))?)?;
    let calendar = match words.by {
        By::Day => Calendar::Day,
        By::Month => Calendar::Month,
        By::Quarter => Calendar::Quarter,
        By::Year => Calendar::Year,
    };
    let store = record::Store::open(&words.source)?;
    let mut counts = Counts::default();
    let mut batches = store.documents();
    loop {
        let some: Vec<_> = batches.by_ref().take(AT_ONCE).collect::<Result<_, _>>()?;
        if some.is_empty() {
            break;
        }
        counts.add(
            tally(&lexicon, &some, calendar, &words.strata, None, &CountBy::Publication)
                .map_err(Failure::said)?
                .0,
        );
    }
    let mut all = counts.series(ExposureKind::Tokens).map_err(Failure::said)?;
    let own = |id: &str| id == phrase || id.split_once('@').is_some_and(|(name, _)| name == phrase);
    if !all.is_empty() && !all.iter().any(|series| own(&series.id)) {
        return Err(Failure::said(format!("there is no phrase `{phrase}` in the lexicon of the assessment")));
    }
    all.retain(|series| own(&series.id));
    if all.is_empty() {
        return Err(Failure::said("the record holds no document; add some with `demarche record add`"));
    }
    chosen(all, &words.series)
}
