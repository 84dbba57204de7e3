use measure::Stream;

/// One series to be permuted in blocks.
pub(super) struct Resampler<'v> {
    values: &'v [Option<f64>],
    present: Vec<f64>,
    block: usize,
}

impl<'v> Resampler<'v> {
    pub(super) fn new(values: &'v [Option<f64>], block: usize) -> Self {
        Self { values, present: values.iter().flatten().copied().collect(), block }
    }

    /// The observed values in a circle, cut into blocks from a random place on, the blocks in random order; missing
    /// periods stay where they are.
    pub(super) fn permuted(&self, stream: &mut Stream) -> Vec<Option<f64>> {
        let n = self.present.len();
        let start = stream.index(n.max(1));
        let mut blocks: Vec<usize> = (0..n.div_ceil(self.block)).collect();
        for i in (1..blocks.len()).rev() {
            blocks.swap(i, stream.index(i + 1));
        }
        let inside = |block: usize| self.block * block..(self.block * (block + 1)).min(n);
        let order = blocks.into_iter().flat_map(inside).map(|i| self.present[(start + i) % n]);
        fill(self.values, order)
    }
}

fn fill(like: &[Option<f64>], mut by: impl Iterator<Item = f64>) -> Vec<Option<f64>> {
    like.iter().map(|x| x.and_then(|_| by.next())).collect()
}
