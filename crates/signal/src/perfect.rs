//! A table of keys of words that are all known beforehand: each has a place of its own.

use std::hint::select_unpredictable;

use crate::scan::Key;

/// Keys with their numbers, which are not 0; a look-up takes two loads and no branch.
///
/// Hash and displace (Belazzougui, Botelho and Dietzfelbinger 2009, Hash, displace, and compress, ESA): keys fall into
/// buckets, and each bucket is shifted until all of its keys fall on free places.
#[derive(Debug)]
pub(crate) struct Perfect {
    shifts: Vec<u16>,
    /// The number is 0 where nothing stands.
    places: Vec<Entry>,
}

type Entry = (Key, u32);

impl Perfect {
    /// Of different keys.
    pub(crate) fn new(entries: &[Entry]) -> Self {
        let mut size = (entries.len() * 3 / 2 + 1).next_power_of_two();
        loop {
            if let Some((shifts, places)) = arrange(entries, size) {
                return Self { shifts, places };
            }
            size *= 2;
        }
    }

    /// The number of a key, 0 if it is not there.
    #[inline]
    pub(crate) fn number(&self, key: Key) -> u32 {
        let hash = key.hash();
        let shift = self.shifts[bucket(hash, self.shifts.len())];
        let (own, number) = self.places[place(hash, shift, self.places.len())];
        let same = (own.low ^ key.low) | (own.high ^ key.high) == 0;
        select_unpredictable(same, number, 0)
    }
}

/// The upper half of the hash chooses the bucket, the lower one, mixed with the shift, the place.
#[inline]
fn bucket(hash: u64, buckets: usize) -> usize {
    (hash >> 32) as usize & (buckets - 1)
}

#[inline]
fn place(hash: u64, shift: u16, places: usize) -> usize {
    let mixed = (hash as u32).wrapping_mul(0x9e37_79b1 ^ u32::from(shift) << 1);
    (mixed >> 8) as usize & (places - 1)
}

/// The shifts of the buckets and who stands where; `None` if some bucket fits nowhere.
fn arrange(entries: &[Entry], size: usize) -> Option<(Vec<u16>, Vec<Entry>)> {
    let buckets = (size / 4).max(1);
    let mut members = vec![Vec::new(); buckets];
    for entry in entries {
        members[bucket(entry.0.hash(), buckets)].push(*entry);
    }
    let mut order: Vec<usize> = (0..buckets).collect();
    order.sort_by_key(|&bucket| std::cmp::Reverse(members[bucket].len()));
    let (mut shifts, mut places) = (vec![0; buckets], vec![(Key::default(), 0); size]);
    for bucket in order {
        let members = &members[bucket];
        let taken = |shift: u16| {
            let mut own: Vec<usize> = Vec::with_capacity(members.len());
            for (key, _) in members {
                let at = place(key.hash(), shift, size);
                if places[at].1 != 0 || own.contains(&at) {
                    return None;
                }
                own.push(at);
            }
            Some((shift, own))
        };
        let (shift, own) = (0..=u16::MAX).find_map(taken)?;
        shifts[bucket] = shift;
        for (at, &member) in own.into_iter().zip(members) {
            places[at] = member;
        }
    }
    Some((shifts, places))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn agrees_with_a_map(words in prop::collection::btree_set("[a-z_]{1,5}", 0..300), others in prop::collection::vec("[a-z_]{1,5}", 0..50)) {
            let known: BTreeMap<&String, u32> = words.iter().zip(1..).collect();
            let keys: Vec<_> = known.iter().map(|(word, number)| (Key::of(word).unwrap(), *number)).collect();
            let table = Perfect::new(&keys);
            for word in words.iter().chain(&others) {
                prop_assert_eq!(table.number(Key::of(word).unwrap()), known.get(word).copied().unwrap_or(0));
            }
        }
    }

    #[test]
    fn twenty_thousand_words() {
        let words: Vec<String> = (0..20_000).map(|number| format!("w{number}")).collect();
        let keys: Vec<_> = words.iter().map(|word| Key::of(word).unwrap()).zip(1..).collect();
        let table = Perfect::new(&keys);
        assert_eq!(table.places.len(), 32_768, "no more than twice as many places as words");
        assert!(words.iter().zip(1..).all(|(word, number)| table.number(Key::of(word).unwrap()) == number));
        assert_eq!(table.number(Key::of("w20000").unwrap()), 0);
        assert_eq!(table.number(Key { low: 0, high: 7 }), 0, "a long word");
    }
}
