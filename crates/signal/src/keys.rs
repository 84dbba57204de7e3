//! An open table from keys of words to numbers.

use crate::scan::Key;

/// Keys and their numbers: one look into memory per word, two where the first place is taken.
#[derive(Debug)]
pub(crate) struct Keys {
    /// A power of two many, at most half of them taken; `low == 0` is free.
    slots: Vec<Slot>,
    shift: u32,
    taken: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    key: Key,
    number: u32,
}

impl Keys {
    /// Room for `words` words before it grows.
    pub(crate) fn with_room(words: usize) -> Self {
        let bits = (2 * words.max(8)).next_power_of_two().trailing_zeros();
        Self { slots: vec![Slot::default(); 1 << bits], shift: 64 - bits, taken: 0 }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        self.taken
    }

    /// The number of a key, or the free place for [`Keys::put`].
    #[inline]
    pub(crate) fn find(&self, key: Key) -> Result<u32, usize> {
        let mask = self.slots.len() - 1;
        let mut at = (key.hash() >> self.shift) as usize & mask;
        loop {
            let slot = &self.slots[at & mask];
            if slot.key == key {
                return Ok(slot.number);
            }
            if slot.key.low == 0 {
                return Err(at & mask);
            }
            at += 1;
        }
    }

    /// Puts a key that is not there into the place that [`Keys::find`] just named.
    pub(crate) fn put(&mut self, key: Key, number: u32, free: usize) {
        self.slots[free] = Slot { key, number };
        self.taken += 1;
        if 2 * self.taken > self.slots.len() {
            let larger = vec![Slot::default(); 4 * self.slots.len()];
            let old = std::mem::replace(&mut self.slots, larger);
            self.shift -= 2;
            for slot in old.into_iter().filter(|slot| slot.key.low != 0) {
                if let Err(free) = self.find(slot.key) {
                    self.slots[free] = slot;
                }
            }
        }
    }
}
