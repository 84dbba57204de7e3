use measure::portable::{ln, ln_gamma};

/// Prior of the number of changes and, given it, of their positions.
///
/// P(0) = ½, P(m) ∝ 2^−m for m = 1…max; all positions that leave every regime `min_segment` periods are
/// equally probable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NumberPrior {
    pub(crate) max_changes: usize,
    pub(crate) min_segment: usize,
}

impl NumberPrior {
    /// The most changes that `n` periods have room for.
    pub(crate) fn room(&self, n: usize) -> usize {
        self.max_changes.min((n / self.min_segment).saturating_sub(1))
    }

    /// ln prior of each configuration with m changes among `n` periods, for m = 0…room.
    pub(crate) fn log_per_configuration(&self, n: usize) -> Vec<f64> {
        let room = self.room(n);
        let half = -std::f64::consts::LN_2;
        // Σ_{m=1}^{room} 2^−m = 1 − 2^−room
        let norm = ln(1.0 - (0..room).fold(1.0, |power, _| 0.5 * power));
        (0..=room)
            .map(|m| match m {
                0 if room == 0 => 0.0,
                0 => half,
                m => half + half * m as f64 - norm - self.log_configurations(n, m),
            })
            .collect()
    }

    /// ln of the number of ways to place m changes: binomial(n − (m+1)(min_segment−1) − 1, m).
    fn log_configurations(&self, n: usize, m: usize) -> f64 {
        let places = (n - (m + 1) * (self.min_segment - 1) - 1) as f64;
        let m = m as f64;
        ln_gamma(places + 1.0) - ln_gamma(m + 1.0) - ln_gamma(places - m + 1.0)
    }
}
