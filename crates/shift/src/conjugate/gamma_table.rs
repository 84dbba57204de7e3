use measure::portable::ln_gamma;

/// ln Γ at offset + 0, 1, 2, …, looked up where the recursion asks for it millions of times.
#[derive(Clone, Debug)]
pub(super) struct GammaTable {
    offset: f64,
    values: Vec<f64>,
}

/// Larger arguments are worked out anew.
const LONGEST: f64 = 2e6;

impl GammaTable {
    /// For whole numbers from 0 to `most` above `offset` > 0.
    pub(super) fn new(offset: f64, most: f64) -> Self {
        let entries = most.clamp(0.0, LONGEST) as usize + 1;
        Self { offset, values: (0..entries).map(|i| ln_gamma(offset + i as f64)).collect() }
    }

    /// ln Γ(offset + x) for x ≥ 0.
    pub(super) fn at(&self, x: f64) -> f64 {
        match self.values.get(x as usize) {
            Some(&value) if x == x.trunc() => value,
            _ => ln_gamma(self.offset + x),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_and_beyond_the_table() {
        let table = GammaTable::new(0.5, 10.0);
        for x in [0.0, 3.0, 10.0, 11.0, 2.5, 3e6] {
            assert_eq!(table.at(x), ln_gamma(0.5 + x), "{x}");
        }
    }
}
