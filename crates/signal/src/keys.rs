//! An open table from keys of words to numbers.

use std::hint::select_unpredictable;

use crate::scan::Key;

/// Keys and their numbers: one look into memory per word, two where the first place is taken.
#[derive(Debug)]
pub(crate) struct Keys {
    /// Positions in `entries`, [`ABSENT`] if free; a power of two many, at most half of them taken.
    slots: Vec<u32>,
    shift: u32,
    /// In the order of putting: what was seen early is seen often, so that what is often looked at lies close together.
    entries: Vec<(Key, u32)>,
}

/// The number of a key that is not in the table.
pub(crate) const ABSENT: u32 = u32::MAX;

impl Keys {
    /// Room for `words` words before it grows.
    pub(crate) fn with_room(words: usize) -> Self {
        let bits = (2 * words.max(8)).next_power_of_two().trailing_zeros();
        Self { slots: vec![0; 1 << bits], shift: 64 - bits, entries: vec![(Key::default(), ABSENT)] }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.entries.len() - 1
    }

    /// The number of a key if it stands at its first place, [`ABSENT`] if it stands elsewhere or nowhere: free of
    /// branches, so that a processor works on many words at a time.
    #[inline]
    pub(crate) fn at_first_place(&self, key: Key) -> u32 {
        let at = (key.hash() >> self.shift) as usize & (self.slots.len() - 1);
        let (own, number) = self.entries[self.slots[at] as usize];
        let same = (own.low ^ key.low) | (own.high ^ key.high) == 0;
        select_unpredictable(same, number, ABSENT)
    }

    /// The number of a key, or the free place for [`Keys::put`].
    #[inline]
    pub(crate) fn find(&self, key: Key) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = (key.hash() >> self.shift) as usize & mask;
        loop {
            let slot = self.slots[at & mask];
            if slot == 0 {
                return Err(at & mask);
            }
            let (own, number) = self.entries[slot as usize];
            if own == key {
                return Ok(number);
            }
            at += 1;
        }
    }

    /// Puts a key that is not there into the place that [`Keys::find`] just named.
    pub(crate) fn put(&mut self, key: Key, number: u32, free: usize) {
        self.slots[free] = self.entries.len() as u32;
        self.entries.push((key, number));
        if 2 * self.entries.len() > self.slots.len() {
            self.slots = vec![0; 2 * self.slots.len()];
            self.shift -= 1;
            for index in 1..self.entries.len() {
                if let Err(free) = self.find(self.entries[index].0) {
                    self.slots[free] = index as u32;
                }
            }
        }
    }
}
