use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::portable;

/// The seed of an assessment: with the inputs it determines every result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(pub u64);

impl Seed {
    /// The random stream of one unit of work (a world, a block of trajectories, a resample).
    ///
    /// Streams of different purposes or units are independent, and none depends on which thread runs
    /// it or on what ran before: ChaCha8 keyed by (seed, purpose), with `unit` as its stream number.
    ///
    /// Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3, SC'11 (counter-based streams).
    pub fn stream(self, purpose: &str, unit: u64) -> Stream {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0.to_le_bytes()).update(purpose.as_bytes());
        let mut generator = ChaCha8Rng::from_seed(*hasher.finalize().as_bytes());
        generator.set_stream(unit);
        Stream(generator)
    }
}

/// Random numbers for one unit of work. See [`Seed::stream`].
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// Uniform on (0, 1), never an end: 53 random bits, centred in their cell.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Uniform on 0..n, without bias.
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn index(&mut self, n: usize) -> usize {
        assert!(n > 0, "nothing to choose from");
        let n = n as u64;
        // Lemire (2019), Fast random integer generation in an interval.
        let mut product = u128::from(self.0.next_u64()) * u128::from(n);
        if (product as u64) < n {
            let threshold = n.wrapping_neg() % n;
            while (product as u64) < threshold {
                product = u128::from(self.0.next_u64()) * u128::from(n);
            }
        }
        (product >> 64) as usize
    }

    /// An index with probability proportional to its weight (each ≥ 0, not all 0).
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (index, &weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.iter().rposition(|&weight| weight > 0.0).unwrap_or(0)
    }

    /// Standard normal, by inversion: one uniform per draw, so that streams stay aligned.
    pub fn normal(&mut self) -> f64 {
        portable::normal_quantile(self.uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws(purpose: &str, unit: u64) -> Vec<u64> {
        let mut stream = Seed(7).stream(purpose, unit);
        (0..4).map(|_| stream.uniform().to_bits()).collect()
    }

    #[test]
    fn a_stream_depends_on_seed_purpose_and_unit_only() {
        assert_eq!(draws("world", 3), draws("world", 3));
        assert_ne!(draws("world", 3), draws("world", 4));
        assert_ne!(draws("world", 3), draws("path", 3));
    }

    #[test]
    fn indices_and_weights_have_the_right_frequencies() {
        let mut stream = Seed(1).stream("test", 0);
        let (n, mut counts, mut weighted) = (60_000, [0_u32; 6], [0_u32; 3]);
        for _ in 0..n {
            counts[stream.index(6)] += 1;
            weighted[stream.weighted(&[1.0, 0.0, 3.0])] += 1;
        }
        // χ² with 5 degrees of freedom stays below 20.5 with probability 0.999.
        let chi: f64 = counts.iter().map(|&c| (f64::from(c) - 1e4).powi(2) / 1e4).sum();
        assert!(chi < 20.5, "{chi}");
        assert_eq!(weighted[1], 0);
        assert!((f64::from(weighted[0]) / f64::from(n) - 0.25).abs() < 0.01);
    }
}
