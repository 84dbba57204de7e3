//! The figures that `examples/peninsula` ships, computed from texts that stay out of it.
//!
//! Every table of counts in its `record.toml` has a `[[texts]]` of the same id: those texts are read by their rules and
//! counted with its lexicon. Anybody with the texts gets the same files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use arrow_array::RecordBatch;
use measure::Calendar;
use record::Mapping;
use record::documents::Documents;
use signal::{
    Counts, DocumentHits, Lexicon, PhraseSpec, tally, word_counts, write_counts, write_documents, write_words,
};
use source::SourceText;

use crate::{Outcome, data, root, votes};

/// How one table is made.
struct Job {
    id: &'static str,
    by: Calendar,
    /// Column that keeps unlike statements apart.
    stratum: &'static str,
    /// The only stratum kept, under the name `all`; otherwise all are kept under their own names.
    only: Option<&'static str>,
    /// Language of the texts: phrases of another one are left out.
    language: &'static str,
    documents: bool,
}

const JOBS: [Job; 5] = [
    Job { id: "un", by: Calendar::Year, stratum: "speaker", only: None, language: "en", documents: true },
    Job {
        id: "kcna-headlines",
        by: Calendar::Month,
        stratum: "language",
        only: Some("en"),
        language: "en",
        documents: false,
    },
    Job {
        id: "kcna-2012",
        by: Calendar::Month,
        stratum: "language",
        only: Some("en"),
        language: "en",
        documents: false,
    },
    Job {
        id: "rodong",
        by: Calendar::Month,
        stratum: "language",
        only: Some("en"),
        language: "en",
        documents: true,
    },
    Job {
        id: "new-year",
        by: Calendar::Year,
        stratum: "language",
        only: Some("ko"),
        language: "ko",
        documents: true,
    },
];

/// Words that stand fewer times than this are not listed one by one.
const FEWEST: u64 = 3;
/// The speakers whose words are compared.
const WORDS_OF: [&str; 2] = ["PRK", "KOR"];

pub fn run() -> Outcome<()> {
    let (dir, data) = (root().join("examples/peninsula"), data()?);
    let phrases = assessment::folder::read_lexicon(&dir.join("lexicon.toml")).map_err(|findings| {
        let all: Vec<String> = findings.iter().map(|finding| finding.message.clone()).collect();
        all.join("; ")
    })?;
    fs::create_dir_all(dir.join("record/counts"))?;
    fs::create_dir_all(dir.join("record/words"))?;
    let (folder, _) = assessment::folder::Folder::read(&dir);
    let spec = folder.ok_or("examples/peninsula cannot be read")?.record;
    for job in &JOBS {
        let texts = spec.texts.iter().find(|file| file.id == job.id).ok_or("no [[texts]] for a table")?;
        let table = spec.counts.iter().find(|file| file.id == job.id).ok_or("no [[counts]] for a table")?;
        let path = data.join(texts.file.value.trim_start_matches("${DEMARCHE_DATA}/"));
        let map = texts.map.as_ref().ok_or("texts without rules")?;
        let batches = read(&path, &dir.join(&map.value))?;
        let own: Vec<PhraseSpec> = phrases
            .phrases
            .iter()
            .filter(|phrase| phrase.language.as_deref().unwrap_or("en") == job.language)
            .cloned()
            .collect();
        let lexicon = Lexicon::new(own).map_err(|_| "the lexicon has mistakes")?;
        let (counts, each) = tally(
            &lexicon,
            &batches,
            job.by,
            &[job.stratum.to_string()],
            None,
            &signal::CountBy::Publication,
        )?;
        let (counts, each) = keep(job, counts, each);
        write_counts(&counts, File::create(dir.join(&table.file.value))?)?;
        if let (true, Some(documents)) = (job.documents, &table.documents) {
            let holding: Vec<DocumentHits> =
                each.iter().filter(|one| !one.phrases.is_empty()).cloned().collect();
            write_documents(&holding, File::create(dir.join(&documents.value))?)?;
        }
        let total: u64 = counts.cells.values().map(|cell| cell.count).sum();
        println!("{}: {} phrases stand {total} times in {} documents", job.id, lexicon.len(), each.len());
        if job.id == "un" {
            let speaker = |documents: &Documents<'_>, row: usize| {
                documents.speaker(row).filter(|speaker| WORDS_OF.contains(speaker)).map(str::to_string)
            };
            let (words, documents) = word_counts(&batches, Calendar::Year, speaker);
            write_words(&words, &documents, FEWEST, File::create(dir.join("record/words/un.csv"))?)?;
        }
    }
    votes::agreement(&data, &dir.join("record/votes.csv"))
}

fn read(path: &Path, map: &Path) -> Outcome<Vec<RecordBatch>> {
    let text = SourceText::new(map.display().to_string(), fs::read_to_string(map)?);
    let mapping = Mapping::parse(&text).map_err(|_| format!("{} has mistakes", map.display()))?;
    let mut reading = record::read(path, &mapping)?;
    let batches = reading.by_ref().collect::<Result<Vec<_>, _>>()?;
    let report = reading.report();
    println!(
        "{}: {} rows, {} kept, {} repeated, {} set apart",
        path.file_name().unwrap_or_default().to_string_lossy(),
        report.rows,
        report.kept,
        report.repeated,
        report.quarantined
    );
    Ok(batches)
}

fn keep(job: &Job, counts: Counts, each: Vec<DocumentHits>) -> (Counts, Vec<DocumentHits>) {
    let Some(only) = job.only else { return (counts, each) };
    let all = "all".to_string();
    let cells: BTreeMap<_, _> = counts
        .cells
        .into_iter()
        .filter(|((_, stratum, _), _)| stratum == only)
        .map(|((phrase, _, period), cell)| ((phrase, all.clone(), period), cell))
        .collect();
    let exposure = counts
        .exposure
        .into_iter()
        .filter(|((stratum, _), _)| stratum == only)
        .map(|((_, period), exposure)| ((all.clone(), period), exposure))
        .collect();
    let each = each
        .into_iter()
        .filter(|one| one.stratum == only)
        .map(|one| DocumentHits { stratum: all.clone(), ..one })
        .collect();
    (Counts { cells, exposure, phrases: counts.phrases, folded: 0 }, each)
}
