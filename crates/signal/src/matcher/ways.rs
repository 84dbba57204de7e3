//! Which steps of an automaton may lead on: a bit for each state and class, since most do not.

/// Rows of bits by class. A step that was not tried yet may lead on.
#[derive(Debug)]
pub(super) struct Ways {
    bits: Vec<u64>,
    /// Words of a row, as a power of two.
    stride: u32,
}

/// Words of all rows at the most: 8 MB.
const MOST: usize = 1 << 20;

impl Default for Ways {
    fn default() -> Self {
        Self { bits: vec![0, u64::MAX], stride: 0 }
    }
}

impl Ways {
    /// The row of states that lead nowhere.
    pub(super) const NONE: u32 = 0;
    /// The row of states that have none of their own: nothing is known of them.
    pub(super) const ALL: u32 = 1;

    /// A row for another state.
    pub(super) fn row(&mut self) -> u32 {
        if self.bits.len() >= MOST {
            return Self::ALL;
        }
        let row = self.bits.len() >> self.stride;
        self.bits.resize(self.bits.len() + (1 << self.stride), u64::MAX);
        row as u32
    }

    /// Makes room for this many classes.
    pub(super) fn fit(&mut self, classes: usize) {
        if classes <= 64 << self.stride {
            return;
        }
        let stride = classes.div_ceil(64).next_power_of_two().trailing_zeros();
        let mut bits = Vec::with_capacity((self.bits.len() >> self.stride) << stride);
        for (row, old) in self.bits.chunks_exact(1 << self.stride).enumerate() {
            bits.extend_from_slice(old);
            let new = if row == Self::NONE as usize { 0 } else { u64::MAX };
            bits.resize((row + 1) << stride, new);
        }
        (self.bits, self.stride) = (bits, stride);
    }

    /// Whether a class may lead on from a state of this row.
    #[inline]
    pub(super) fn may_lead(&self, row: u32, class: u32) -> bool {
        self.bits[((row as usize) << self.stride) + class as usize / 64] >> (class % 64) & 1 != 0
    }

    /// Notes that it does not; `false` if the row is nobody's own, so that nothing could be noted.
    pub(super) fn close(&mut self, row: u32, class: u32) -> bool {
        if row == Self::ALL {
            return false;
        }
        self.bits[((row as usize) << self.stride) + class as usize / 64] &= !(1 << (class % 64));
        true
    }
}
