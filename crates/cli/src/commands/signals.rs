use std::fs::{self, File};
use std::path::Path;

use measure::Calendar;
use record::speech::{SpeechByOutlet, SpeechRules};
use record::{Reading, RecordError, UtteranceSettings, Utterances};
use serde_json::json;
use signal::{
    CountBy, Counts, Lexicon, ScoreColumns, Speaking, Strata, Tally, Whose, mean_series, read_scores,
    write_counts, write_documents, write_values,
};
use source::SourceText;

use super::{Done, print};
use crate::commands::record::mapping;
use crate::failure::Failure;
use crate::words::{By, Count, Mean, Signals, Unit, Voice};

/// Batches counted at once: enough for every core, few enough for a bounded memory.
const AT_ONCE: usize = 16;

pub fn run(words: &Signals) -> Done {
    match words {
        Signals::Count(words) => count(words),
        Signals::Mean(words) => mean(words),
    }
}

fn calendar(by: By) -> Calendar {
    match by {
        By::Day => Calendar::Day,
        By::Month => Calendar::Month,
        By::Quarter => Calendar::Quarter,
        By::Year => Calendar::Year,
    }
}

/// The `[speech]` table of a file, else that of a profile, else those of the profiles that come with the program.
fn speech(file: Option<&Path>, profile: Option<&str>) -> Result<SpeechByOutlet, Failure> {
    if let Some(path) = file {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::said(format!("cannot read {}: {error}", path.display())))?;
        let rules = SpeechRules::parse(&SourceText::new(path.display().to_string(), text))?;
        return Ok(SpeechByOutlet::everywhere(rules));
    }
    match profile {
        Some(name) => Ok(SpeechByOutlet::of_profile(&super::types::profile(name)?)),
        None => Ok(SpeechByOutlet::built_in()),
    }
}

fn mean(words: &Mean) -> Done {
    let file = File::open(&words.file)
        .map_err(|error| Failure::said(format!("cannot read {}: {error}", words.file.display())))?;
    let columns =
        ScoreColumns { value: &words.value, weight: words.weight.as_deref(), strata: &words.strata };
    let name = words.file.display().to_string();
    let (scores, quarantine) = read_scores(file, &name, columns).map_err(Failure::said)?;
    for row in &quarantine {
        eprintln!("left out {}: {}", row.at, row.reason);
    }
    let series = mean_series(&words.value, &scores, calendar(words.by));
    if let Some(out) = &words.out {
        let file = File::create(out)
            .map_err(|error| Failure::said(format!("cannot write {}: {error}", out.display())))?;
        write_values(&series, file).map_err(Failure::said)?;
    }
    if words.json {
        let shown: Vec<_> = series
            .iter()
            .map(|series| {
                let point = |p: &measure::Point| json!({ "period": p.period.to_string(), "mean": p.value, "exposure": p.exposure });
                json!({ "series": series.id, "points": series.points.iter().map(point).collect::<Vec<_>>() })
            })
            .collect();
        return print(
            &json!({ "documents": scores.len(), "left_out": quarantine.len(), "series": shown }).to_string(),
        );
    }
    let mut text = format!("{} documents, {} left out\n", scores.len(), quarantine.len());
    for series in &series {
        text.push_str(&format!("\n{}\n  {:<10} {:>12} {:>12}\n", series.id, "period", "mean", "exposure"));
        for point in &series.points {
            text.push_str(&format!(
                "  {:<10} {:>12.4} {:>12}\n",
                point.period.to_string(),
                point.value,
                point.exposure
            ));
        }
    }
    print(text.trim_end())
}

fn count(words: &Count) -> Done {
    let lexicon = Lexicon::new(assessment::folder::read_lexicon(&words.lexicon)?)?;
    let rules = mapping(words.map.as_deref())?;
    let rules_of_speech = speech(words.speech.as_deref(), words.profile.as_deref())?;
    let whose = match words.whose {
        Voice::All => Whose::All,
        Voice::Own => Whose::Own,
        Voice::Quoted => Whose::Quoted,
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
    let tally = Tally {
        calendar: calendar(words.by),
        strata: Strata::Apart(&words.strata),
        as_of: None,
        by: &by,
        speaking: Some(Speaking { whose, rules: &rules_of_speech }),
    };
    let (mut total, mut documents) = (Counts::default(), Vec::new());
    for mut reading in readings()? {
        loop {
            let batches: Vec<_> = reading.by_ref().take(AT_ONCE).collect::<Result<_, _>>()?;
            if batches.is_empty() {
                break;
            }
            let (counts, each) = tally.count(&lexicon, &batches).map_err(Failure::said)?;
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
    Ok(CountBy::utterance(&utterances, batches(), Strata::Apart(strata), None)?)
}
