use std::fs::File;
use std::path::Path;

use measure::Calendar;
use record::{Reading, RecordError, UtteranceSettings, Utterances};
use signal::{CountBy, Counts, Lexicon, tally, write_counts, write_documents};

use super::{Done, print};
use crate::commands::record::mapping;
use crate::failure::Failure;
use crate::words::{By, Count, Signals, Unit};

/// Batches counted at once: enough for every core, few enough for a bounded memory.
const AT_ONCE: usize = 16;

pub fn run(words: &Signals) -> Done {
    let Signals::Count(words) = words;
    count(words)
}

fn count(words: &Count) -> Done {
    let lexicon = Lexicon::new(assessment::folder::read_lexicon(&words.lexicon)?)?;
    let rules = mapping(words.map.as_deref())?;
    let calendar = match words.by {
        By::Day => Calendar::Day,
        By::Month => Calendar::Month,
        By::Quarter => Calendar::Quarter,
        By::Year => Calendar::Year,
    };
    let readings = || -> Result<Vec<Reading>, RecordError> {
        let open = |path| match &rules {
            Some(rules) => record::read(path, rules),
            None => record::read(path, &record::standard_mapping(path)?),
        };
        words.files.iter().map(|path| open(path)).collect()
    };
    let by = match words.unit {
        Unit::Publication => CountBy::Publication,
        Unit::Utterance => by_utterance(&readings, &words.strata)?,
    };
    let (mut total, mut documents) = (Counts::default(), Vec::new());
    for mut reading in readings()? {
        loop {
            let batches: Vec<_> = reading.by_ref().take(AT_ONCE).collect::<Result<_, _>>()?;
            if batches.is_empty() {
                break;
            }
            let (counts, each) =
                tally(&lexicon, &batches, calendar, &words.strata, None, &by).map_err(Failure::said)?;
            total.add(counts);
            if words.documents.is_some() {
                documents.extend(each.into_iter().filter(|one| !one.phrases.is_empty()));
            }
        }
        for row in reading.take_quarantined() {
            eprintln!("left out {}: {}", row.at, row.reason);
        }
    }
    let create = |path: &Path| {
        File::create(path).map_err(|error| Failure::said(format!("cannot write {}: {error}", path.display())))
    };
    write_counts(&total, create(&words.counts)?).map_err(Failure::said)?;
    if let Some(path) = &words.documents {
        write_documents(&documents, create(path)?).map_err(Failure::said)?;
    }
    let read: u64 = total.exposure.values().map(|(_, documents)| documents).sum();
    let hits: u64 = total.cells.values().map(|cell| cell.count).sum();
    let unit = match words.unit {
        Unit::Utterance => format!("utterances ({} further publications of them folded)", total.folded),
        Unit::Publication => "publications".into(),
    };
    print(&format!("{} phrases stand {hits} times in {read} {unit}", lexicon.len()))
}

/// The copies among all files; documents of two files that bear one id are not told apart and all count.
fn by_utterance(
    readings: &impl Fn() -> Result<Vec<Reading>, RecordError>,
    strata: &[String],
) -> Result<CountBy, Failure> {
    readings()?;
    let batches = || readings().into_iter().flatten().flatten();
    let utterances = Utterances::find(batches, &UtteranceSettings::default())?;
    Ok(CountBy::utterance(&utterances, batches(), strata, None)?)
}
