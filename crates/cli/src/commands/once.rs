//! A text that is printed again counts once, unless the user counts publications.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;

use arrow_array::RecordBatch;
use record::documents::Documents;
use record::{Store, UtteranceSettings, Utterances};

use crate::failure::Failure;
use crate::words::Unit;

/// A document and the set in which its utterance counts once.
pub type Member<'b, K> = (K, Documents<'b>, usize);

/// Which documents are one utterance; `None` where each counts. `batches` are all documents of `paths`.
pub fn utterances(
    unit: Unit,
    paths: &[PathBuf],
    batches: &[RecordBatch],
) -> Result<Option<Utterances>, Failure> {
    match (unit, paths) {
        (Unit::Publication, _) => Ok(None),
        (Unit::Utterance, [dir]) if dir.is_dir() => Ok(Some(Store::open(dir)?.utterances()?)),
        (Unit::Utterance, _) => Ok(Some(Utterances::among(batches, &UtteranceSettings::default()))),
    }
}

/// Leaves one document of each utterance in each set, the first there, and says how many were folded into it. The others
/// keep their order.
pub fn once<'b, K: Ord + Copy>(
    utterances: Option<&Utterances>,
    members: Vec<Member<'b, K>>,
) -> (Vec<Member<'b, K>>, BTreeMap<K, u64>) {
    let mut folded = BTreeMap::new();
    let Some(utterances) = utterances else { return (members, folded) };
    let mut standing: BTreeMap<(&str, K), (u32, usize)> = BTreeMap::new();
    let mut stays = vec![true; members.len()];
    for (index, (set, documents, row)) in members.iter().enumerate() {
        let Some(publication) = utterances.repeated(documents.id(*row)) else { continue };
        let mut this = (publication.place, index);
        match standing.entry((&publication.utterance, *set)) {
            Entry::Vacant(entry) => drop(entry.insert(this)),
            Entry::Occupied(mut entry) => {
                if this < *entry.get() {
                    std::mem::swap(&mut this, entry.get_mut());
                }
                stays[this.1] = false;
                *folded.entry(*set).or_insert(0) += 1;
            }
        }
    }
    let kept = members.into_iter().zip(stays).filter(|(_, stays)| *stays).map(|(member, _)| member).collect();
    (kept, folded)
}

/// What a number of documents stands for: `12 documents, 3 copies folded`.
pub fn counted(documents: u64, folded: u64, unit: Unit) -> String {
    match unit {
        Unit::Publication => format!("{documents} documents, copies counted each time"),
        Unit::Utterance if folded == 1 => format!("{documents} documents, 1 copy folded"),
        Unit::Utterance => format!("{documents} documents, {folded} copies folded"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::documents::{Document, batch};

    #[test]
    fn the_first_of_each_set_stays() {
        let one = |id: &str, day: i8, text: &str| Document {
            id: id.into(),
            date: jiff::civil::date(2022, 9, day),
            title: Some(id.into()),
            text: Some(text.into()),
            ..Document::default()
        };
        let text = (0..40).map(|number| format!("word{number} ")).collect::<String>();
        let batch = batch(&[
            one("late", 8, &text),
            one("other", 2, "Something else was said"),
            one("first", 1, &text),
            one("there", 9, &text),
        ]);
        let documents = Documents::of(&batch).unwrap();
        let members =
            || ["a", "a", "a", "b"].into_iter().zip(0..).map(|(set, row)| (set, documents, row)).collect();
        let utterances = Utterances::among(std::slice::from_ref(&batch), &UtteranceSettings::default());
        let (kept, folded) = once(Some(&utterances), members());
        let ids: Vec<&str> = kept.iter().map(|(_, documents, row)| documents.id(*row)).collect();
        assert_eq!(ids, ["other", "first", "there"]);
        assert_eq!(folded, BTreeMap::from([("a", 1)]));
        assert_eq!(once(None, members()).0.len(), 4);
    }
}
