use super::emission::Emission;

/// Forward and backward through one series whose regimes end with a given probability at each period.
pub(super) struct Filter<'e> {
    emission: &'e Emission,
    /// Probability of a change at each period; the first is not used.
    hazard: &'e [f64],
    /// Per period the distribution of the rate given the data up to it.
    forward: Vec<Vec<f64>>,
    /// Per period the probability of its value given those before, up to a factor.
    scale: Vec<f64>,
}

impl<'e> Filter<'e> {
    /// O(n × grid).
    pub(super) fn new(emission: &'e Emission, hazard: &'e [f64]) -> Self {
        let n = emission.relative.len();
        let mut forward: Vec<Vec<f64>> = Vec::with_capacity(n);
        let mut scale = Vec::with_capacity(n);
        for (row, &hazard) in emission.relative.iter().zip(hazard) {
            let mut state: Vec<f64> = match forward.last() {
                None => emission.prior.clone(),
                Some(before) => mix(before, &emission.prior, hazard),
            };
            let total = match row {
                None => 1.0,
                Some(row) => {
                    state.iter_mut().zip(row).for_each(|(f, e)| *f *= e);
                    let total = state.iter().sum::<f64>();
                    state.iter_mut().for_each(|f| *f /= total);
                    total
                }
            };
            forward.push(state);
            scale.push(total);
        }
        Self { emission, hazard, forward, scale }
    }

    /// Probability of a change at each period given all data; 0 for the first.
    pub(super) fn changes(&self) -> Vec<f64> {
        let mut probability = vec![0.0; self.scale.len()];
        self.backward(|t, entering, _| {
            probability[t] = (self.hazard[t] * entering / self.scale[t]).clamp(0.0, 1.0);
        });
        probability
    }

    /// Mean rate right before and right after a change at period `at` ≥ 1, given that there is one.
    pub(super) fn around(&self, at: usize) -> (f64, f64) {
        let mean = |weights: &[f64]| {
            let total: f64 = weights.iter().sum();
            weights.iter().zip(&self.emission.rates).map(|(w, rate)| w * rate).sum::<f64>() / total
        };
        let mut after = 0.0;
        self.backward(|t, _, row| {
            if t == at {
                let entering = row.iter().zip(&self.emission.prior).map(|(x, p)| x * p);
                after = mean(&entering.collect::<Vec<_>>());
            }
        });
        (mean(&self.forward[at - 1]), after)
    }

    /// Calls `at` for t = n−1…1 with Σ π e β and with e β: what the data from t on say of each rate.
    fn backward(&self, mut at: impl FnMut(usize, f64, &[f64])) {
        let mut beta = vec![1.0; self.emission.prior.len()];
        for t in (1..self.scale.len()).rev() {
            if let Some(row) = &self.emission.relative[t] {
                beta.iter_mut().zip(row).for_each(|(b, e)| *b *= e);
            }
            let entering = beta.iter().zip(&self.emission.prior).map(|(b, p)| b * p).sum::<f64>();
            at(t, entering, &beta);
            let (stay, change) = (1.0 - self.hazard[t], self.hazard[t] * entering);
            beta.iter_mut().for_each(|b| *b = (stay * *b + change) / self.scale[t]);
        }
    }
}

fn mix(before: &[f64], prior: &[f64], hazard: f64) -> Vec<f64> {
    before.iter().zip(prior).map(|(f, p)| (1.0 - hazard) * f + hazard * p).collect()
}
