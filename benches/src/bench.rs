//! Measured speed, as ratios against peers where there are any; no test asserts a time.

use std::fs;
use std::time::Instant;

use measure::Calendar;
use record::{Mapping, Store};
use signal::{Counts, ExposureKind, Lexicon, tally};
use source::SourceText;

use crate::{Outcome, data, root, signals};

/// The names to type and what they measure.
type Bench = (&'static [&'static str], fn() -> Outcome<()>);

const ALL: [Bench; 9] = [
    (&["spine"], spine),
    (&["signals"], signals::run),
    (&["signals", "shifts"], crate::changepoints::run),
    (&["study"], crate::study::run),
    (&["calculus", "regret"], crate::regret::run),
    (&["calculus", "draws"], crate::draws::run),
    (&["calculus", "catalogue"], crate::catalogue::run),
    (&["calculus", "conflict"], crate::conflict::run),
    (&["calculus", "trees"], crate::trees::run),
];

pub fn run(name: Option<&str>) -> Outcome<()> {
    let mut found = false;
    for (names, bench) in ALL {
        if name.is_none_or(|name| names.contains(&name)) {
            found = true;
            println!("== {}", names.join(", "));
            bench()?;
        }
    }
    if found { Ok(()) } else { Err(format!("there is no benchmark {name:?}").into()) }
}

/// 93,425 headlines and 10,869 full texts added to a record, 40 phrases counted by month, shifts of all series.
fn spine() -> Outcome<()> {
    let (data, dir) = (data()?, tempfile::tempdir()?);
    let maps = root().join("examples/peninsula/record/maps");
    let mapping = |name: &str| -> Outcome<Mapping> {
        let text = SourceText::new(name, fs::read_to_string(maps.join(name))?);
        Mapping::parse(&text).map_err(|_| format!("{name} has mistakes").into())
    };
    let start = Instant::now();
    let mut store = Store::open(dir.path())?;
    let mut rows = 0;
    for (file, map) in
        [("kcna-headlines.parquet", "kcna-headlines.toml"), ("kcna-2012.parquet", "kcna-2012.toml")]
    {
        let report = store.add(&[data.join(file)], Some(&mapping(map)?), &mut |_| {})?;
        rows += report.files.iter().map(|file| file.rows).sum::<u64>();
    }
    let added = start.elapsed().as_secs_f64();
    println!("record add: {rows} rows in {added:.2} s");

    let start = Instant::now();
    let path = root().join("examples/peninsula/lexicon.toml");
    let mut phrases =
        assessment::folder::read_lexicon(&path).map_err(|_| "the lexicon has mistakes")?.phrases;
    phrases.retain(|phrase| phrase.language.is_none());
    phrases.truncate(40);
    let lexicon = Lexicon::new(phrases).map_err(|_| "the lexicon has mistakes")?;
    let mut counts = Counts::default();
    let mut batches = store.documents();
    loop {
        let some = batches.by_ref().take(8).collect::<Result<Vec<_>, _>>()?;
        if some.is_empty() {
            break;
        }
        counts.add(
            tally(
                &lexicon,
                &some,
                Calendar::Month,
                &["statement_type".into()],
                None,
                &signal::CountBy::Publication,
            )?
            .0,
        );
    }
    let counted = start.elapsed().as_secs_f64();
    let tokens: u64 = counts.exposure.values().map(|(tokens, _)| tokens).sum();
    println!(
        "count: {} phrases in {tokens} words in {counted:.2} s ({:.1} million words/s)",
        lexicon.len(),
        tokens as f64 / counted / 1e6
    );

    let start = Instant::now();
    let series: Vec<_> = counts
        .series(ExposureKind::Tokens)?
        .into_iter()
        .filter(|series| series.id.ends_with("@headline"))
        .collect();
    let (mut changed, mut failed) = (0, 0);
    let found: Vec<_> = {
        use rayon::prelude::*;
        series.par_iter().map(|series| shift::analyze(series, &shift::Settings::default())).collect()
    };
    for shifts in found {
        match shifts {
            Ok(shifts) => changed += usize::from(!shifts.change_points.is_empty()),
            Err(_) => failed += 1,
        }
    }
    let examined = start.elapsed().as_secs_f64();
    println!(
        "shifts: {} series of {} months in {examined:.2} s; {changed} change, {failed} cannot be examined",
        series.len(),
        series.first().map_or(0, measure::Series::len)
    );
    println!("together: {:.2} s", added + counted + examined);
    if let Ok(status) = fs::read_to_string("/proc/self/status")
        && let Some(peak) = status.lines().find(|line| line.starts_with("VmHWM"))
    {
        println!("memory at most: {}", peak.trim_start_matches("VmHWM:").trim());
    }
    Ok(())
}
