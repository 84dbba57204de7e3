//! A reprinted text is one utterance, in each stratum it stands in.

use jiff::civil::{Date, date};
use measure::{Calendar, Period};
use record::documents::{Document, batch};
use record::{RecordError, UtteranceSettings, Utterances};
use signal::{CountBy, Lexicon, PhraseSpec, Strata, Tally, tally};
use source::Place;

const TEXT: &str = "The government said today that the peace talks will go on as planned and that all sides have agreed to \
                    meet again in the autumn of the coming year in the same place. Its spokesman added that neither the date \
                    nor the order of items had been settled, because two delegations still wait for word from their \
                    capitals, where ministers will first discuss what their experts brought home from the last round; \
                    whoever hopes for quick results, he warned, should read the minutes of earlier years once more.";

fn document(id: &str, date: Date, outlet: &str, title: &str, text: Option<&str>) -> Document {
    Document {
        id: id.into(),
        date,
        outlet: Some(outlet.into()),
        title: Some(title.into()),
        text: text.map(Into::into),
        ..Document::default()
    }
}

#[test]
fn by_utterance_and_by_publication() {
    let lexicon = Lexicon::new(vec![PhraseSpec::new(
        "talks",
        vec![("peace talks".into(), Place::nowhere())],
        Place::nowhere(),
    )])
    .unwrap();
    let changed = TEXT.replace("same", "usual");
    // In another order than that of their dates, and in several batches.
    let batches = [
        batch(&[document("late", date(2022, 2, 3), "A", "Peace talks", Some(TEXT))]),
        batch(&[
            document("first", date(2022, 1, 30), "A", "Talks go on", Some(&changed)),
            document("other", date(2022, 2, 5), "B", "Talks go on", Some(TEXT)),
        ]),
        batch(&[document("bare", date(2022, 1, 30), "A", "Talks go on", None)]),
    ];
    let utterances = Utterances::among(&batches, &UtteranceSettings::default());
    assert_eq!(utterances.len(), 1);
    let count = |strata: &[String], as_of: Option<Date>, by: &CountBy| {
        let (counts, each) = tally(&lexicon, &batches, Calendar::Month, strata, as_of, by).unwrap();
        let cells: Vec<(String, Period, u64)> = counts
            .cells
            .into_iter()
            .map(|((_, stratum, period), cell)| (stratum, period, cell.count))
            .collect();
        (
            cells,
            counts.exposure.values().map(|(_, documents)| documents).sum::<u64>(),
            counts.folded,
            each.len(),
        )
    };
    let by_utterance = |strata: &[String], as_of| {
        let all = batches.iter().cloned().map(Ok::<_, RecordError>);
        count(strata, as_of, &CountBy::utterance(&utterances, all, Strata::Apart(strata), as_of).unwrap())
    };
    let month = |month| Period::Month { year: 2022, month };
    let outlet = ["outlet".to_string()];

    // Every document: the late one holds the phrase in its title too.
    let (cells, documents, folded, each) = count(&[], None, &CountBy::Publication);
    assert_eq!(cells, [("all".into(), month(1), 1), ("all".into(), month(2), 3)]);
    assert_eq!((documents, folded, each), (4, 0, 4));
    // Once over all; once in each outlet.
    assert_eq!(by_utterance(&[], None), (vec![("all".into(), month(1), 1)], 1, 3, 1));
    let (cells, documents, folded, _) = by_utterance(&outlet, None);
    assert_eq!(cells, [("A".into(), month(1), 1), ("B".into(), month(2), 1)]);
    assert_eq!((documents, folded), (2, 2));
    // What is not visible yet does not stand for anything.
    let (cells, documents, folded, _) = by_utterance(&[], Some(date(2022, 2, 4)));
    assert_eq!((cells, documents, folded), (vec![("all".into(), month(1), 1)], 1, 2));

    // Two outlets together: once, whichever printed it; a filter that leaves the first out lets another stand for it.
    let together = |outlets: &[&str]| {
        let filter = [("outlet", outlets.iter().map(|one| (*one).to_string()).collect())];
        let strata = Strata::Together(&filter);
        let all = batches.iter().cloned().map(Ok::<_, RecordError>);
        let by = CountBy::utterance(&utterances, all, strata, None).unwrap();
        let tally = Tally { calendar: Calendar::Month, strata, as_of: None, by: &by, speaking: None };
        let (counts, each) = tally.count(&lexicon, &batches).unwrap();
        let ids: Vec<String> = each.into_iter().map(|one| one.id).collect();
        (ids, counts.folded)
    };
    assert_eq!(together(&["A", "B"]), (vec!["first".to_string()], 3));
    assert_eq!(together(&["A"]), (vec!["first".to_string()], 2));
    assert_eq!(together(&["B"]), (vec!["other".to_string()], 0));
}
