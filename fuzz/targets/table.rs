#![no_main]

use libfuzzer_sys::fuzz_target;
use measure::Series;
use shift::{CostKind, Settings, analyze};
use signal::{
    ScoreColumns, mean_series, read_counts, read_documents, read_scores, read_values, read_words,
    write_counts, write_documents, write_values,
};
use source::Quarantined;

/// More periods than this only take time.
const MOST: usize = 60;

// A table in each of the forms that an assessment reads; what is read is written and read again. A series is examined.
fuzz_target!(|bytes: &[u8]| {
    let said =
        |rows: &[Quarantined]| assert!(rows.iter().all(|row| row.at.row >= 1 && !row.reason.is_empty()));
    if let Ok((series, quarantine)) = read_values(bytes, "t.csv", "t") {
        said(&quarantine);
        let mut written = Vec::new();
        write_values(&series, &mut written).expect("memory takes it");
        let (again, none) = read_values(&*written, "t.csv", "t").expect("what was written");
        assert!(none.is_empty(), "{none:?}");
        assert_eq!(
            series.iter().map(Series::len).sum::<usize>(),
            again.iter().map(Series::len).sum::<usize>()
        );
        for one in series.iter().filter(|one| one.len() <= MOST) {
            let cost = if one.is_counts() { CostKind::NegativeBinomial } else { CostKind::Normal };
            let _ = analyze(one, &Settings { cost, max_changes: 2, ..Settings::default() });
        }
    }
    if let Ok((counts, quarantine)) = read_counts(bytes, "t.csv") {
        said(&quarantine);
        let mut written = Vec::new();
        write_counts(&counts, &mut written).expect("memory takes it");
        let (again, none) = read_counts(&*written, "t.csv").expect("what was written");
        assert!(none.is_empty(), "{none:?}");
        assert_eq!((&again.cells, &again.exposure), (&counts.cells, &counts.exposure));
    }
    if let Ok((documents, quarantine)) = read_documents(bytes, "t.csv") {
        said(&quarantine);
        let mut written = Vec::new();
        write_documents(&documents, &mut written).expect("memory takes it");
        let (_, none) = read_documents(&*written, "t.csv").expect("what was written");
        assert!(none.is_empty(), "{none:?}");
    }
    if let Ok((_, quarantine)) = read_words(bytes, "t.csv") {
        said(&quarantine);
    }
    let columns = ScoreColumns { value: "value", weight: None, strata: &[] };
    if let Ok((scores, quarantine)) = read_scores(bytes, "t.csv", columns) {
        said(&quarantine);
        mean_series("t", &scores, measure::Calendar::Month);
    }
});
