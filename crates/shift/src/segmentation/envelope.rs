use super::family::{Edge, Family};

/// The lowest cost of all segmentations as a function of the parameter of the last segment: pieces side by
/// side, each the cost that one start of the last segment gives.
///
/// A piece is kept as the running sums at its start, less what the periods before it cost; its function at
/// time t is the difference to the sums at t, so that new periods touch no piece.
pub(super) struct Envelope<F> {
    family: F,
    ends: (Edge, Edge),
    pieces: Vec<Piece>,
    spare: Vec<Piece>,
}

#[derive(Clone, Copy)]
struct Piece {
    start: usize,
    sums: [f64; 3],
    low: Edge,
    high: Edge,
    /// Lowest cost within the piece and where, as of the last look.
    best: f64,
    at: Edge,
}

impl<F: Family> Envelope<F> {
    /// Over parameters from `low` to `high`.
    pub(super) fn new(family: F, low: f64, high: f64) -> Self {
        let ends = (family.edge(low), family.edge(high));
        Self { family, ends, pieces: Vec::new(), spare: Vec::new() }
    }

    /// The lowest cost, and the start of the last segment there. Of equals the first.
    pub(super) fn lowest(&mut self, now: [f64; 3]) -> (f64, usize) {
        let family = self.family;
        let mut lowest = (f64::INFINITY, 0);
        for piece in &mut self.pieces {
            let sums = minus(now, piece.sums);
            let best = family.best(sums[0], sums[1]);
            piece.at = if best <= piece.low.at {
                piece.low
            } else if best >= piece.high.at {
                piece.high
            } else {
                family.edge(best)
            };
            piece.best = piece.at.value(sums);
            if piece.best < lowest.0 {
                lowest = (piece.best, piece.start);
            }
        }
        lowest
    }

    /// A segment that starts here, after periods that cost `base`: it takes every parameter where all others
    /// cost more. [`Self::lowest`] was asked with the same sums before.
    pub(super) fn enter(&mut self, start: usize, now: [f64; 3], base: f64) {
        let family = self.family;
        let own = [now[0], now[1], now[2] - base];
        let new = |low: Edge, high: Edge| Piece { start, sums: own, low, high, best: base, at: low };
        self.spare.clear();
        let mut from = self.ends.0;
        for piece in &self.pieces {
            if piece.best > base {
                continue;
            }
            let sums = minus(now, piece.sums);
            let mut kept = *piece;
            if piece.low.value(sums) > base {
                kept.low = family.fall(sums, base, piece.low);
            }
            if piece.high.value(sums) > base {
                kept.high = family.rise(sums, base, piece.high);
            }
            if kept.low.at > kept.high.at {
                (kept.low, kept.high) = (piece.at, piece.at);
            }
            if kept.low.at > from.at {
                self.spare.push(new(from, kept.low));
            }
            from = kept.high;
            self.spare.push(kept);
        }
        if from.at < self.ends.1.at || self.spare.is_empty() {
            self.spare.push(new(from, self.ends.1));
        }
        std::mem::swap(&mut self.pieces, &mut self.spare);
    }

    /// How many pieces there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }
}

fn minus(now: [f64; 3], then: [f64; 3]) -> [f64; 3] {
    [now[0] - then[0], now[1] - then[1], now[2] - then[2]]
}
