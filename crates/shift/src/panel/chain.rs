use std::collections::BTreeMap;
use std::rc::Rc;

use measure::portable::{exp, ln, ln_gamma, log_sum_exp};
use measure::{Seed, Stream};

use super::emission::Emission;
use super::filter::Filter;

/// Shares of the series that take part in a shared change, equally probable beforehand: midpoints of five cells of (0, 1).
pub(super) const SHARES: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];

/// Shared changes: period and index of the share, by rising period.
pub(super) type Shared = Vec<(usize, usize)>;

/// What is known about series that lie side by side.
pub(super) struct Model<'e> {
    pub(super) emissions: Vec<&'e Emission>,
    pub(super) periods: usize,
    /// Probability of an own change of one series in one period.
    pub(super) own: f64,
    /// The most shared changes.
    pub(super) most: usize,
}

/// Everything that follows exactly from the shared changes being given.
pub(super) struct Given {
    /// Per series and period the probability of a change.
    pub(super) change: Vec<Vec<f64>>,
    /// `[period][share]`: ln Bayes factor of one more shared change there.
    pub(super) log_factor: Vec<[f64; SHARES.len()]>,
    /// What one more slot holds: probability of nothing.
    pub(super) none: f64,
    /// `[period][share]`: probability of a shared change there.
    pub(super) one: Vec<[f64; SHARES.len()]>,
}

impl Model<'_> {
    pub(super) fn hazard(&self, shared: &[(usize, usize)]) -> Vec<f64> {
        let mut hazard = vec![self.own; self.periods];
        shared.iter().for_each(|&(t, share)| hazard[t] = SHARES[share]);
        hazard
    }

    /// ln of how much more probable one series is if it takes part with probability `share` in a shared change
    /// at a period at which it changes by itself with probability `change` given its data.
    pub(super) fn log_factor(&self, change: f64, share: f64) -> f64 {
        ln((1.0 - change) * (1.0 - share) / (1.0 - self.own) + change * share / self.own)
    }

    pub(super) fn given(&self, shared: &[(usize, usize)]) -> Given {
        let hazard = self.hazard(shared);
        let change: Vec<Vec<f64>> =
            self.emissions.iter().map(|emission| Filter::new(emission, &hazard).changes()).collect();
        let taken = |t: usize| t == 0 || shared.iter().any(|&(at, _)| at == t);
        let log_factor: Vec<[f64; SHARES.len()]> = (0..self.periods)
            .map(|t| {
                if taken(t) {
                    return [f64::NEG_INFINITY; SHARES.len()];
                }
                SHARES.map(|share| change.iter().map(|own| self.log_factor(own[t], share)).sum())
            })
            .collect();
        let (none, one) = self.conditional(shared.len(), &log_factor);
        Given { change, log_factor, none, one }
    }

    /// ln prior of one assignment of shared changes to `most` slots with m of them taken: P(0) = ½, P(m) ∝ 2^−m, all
    /// sets of periods and all shares equally probable.
    pub(super) fn log_prior(&self, m: usize) -> f64 {
        let room = self.most.min(self.periods - 1);
        let half = -std::f64::consts::LN_2;
        let norm = ln(1.0 - (0..room).fold(1.0, |power, _| 0.5 * power));
        let number = if m == 0 { half } else { half + half * m as f64 - norm };
        let factorial = |k: usize| ln_gamma(k as f64 + 1.0);
        let sets = factorial(self.periods - 1) - factorial(m) - factorial(self.periods - 1 - m);
        let slots = factorial(self.most) - factorial(self.most - m);
        number - sets - m as f64 * ln(SHARES.len() as f64) - slots
    }

    /// Probabilities of what one slot holds when `m` others are taken: nothing, or a shared change.
    fn conditional(&self, m: usize, log_factor: &[[f64; SHARES.len()]]) -> (f64, Vec<[f64; SHARES.len()]>) {
        if m >= self.most {
            return (1.0, vec![[0.0; SHARES.len()]; self.periods]);
        }
        let (none, one) = (self.log_prior(m), self.log_prior(m + 1));
        let all = log_factor.iter().flatten().map(|log| one + log);
        let total = log_sum_exp(&all.chain([none]).collect::<Vec<_>>());
        let one = log_factor.iter().map(|row| row.map(|log| exp(one + log - total)));
        (exp(none - total), one.collect())
    }
}

/// Exact consequences of sets of shared changes, kept while they fit.
pub(super) struct Memory<'m, 'e> {
    model: &'m Model<'e>,
    known: BTreeMap<Shared, Rc<Given>>,
    /// Sets kept at once.
    kept: usize,
}

/// Numbers kept at once: 64 MB.
const KEPT: usize = 8_000_000;

impl<'m, 'e> Memory<'m, 'e> {
    pub(super) fn new(model: &'m Model<'e>) -> Self {
        let each = model.periods * (model.emissions.len() + 2 * SHARES.len());
        Self { model, known: BTreeMap::new(), kept: (KEPT / each).max(100) }
    }

    pub(super) fn model(&self) -> &'m Model<'e> {
        self.model
    }

    pub(super) fn given(&mut self, shared: &Shared) -> Rc<Given> {
        if let Some(given) = self.known.get(shared) {
            return Rc::clone(given);
        }
        if self.known.len() >= self.kept {
            self.known.clear();
        }
        let given = Rc::new(self.model.given(shared));
        self.known.insert(shared.clone(), Rc::clone(&given));
        given
    }
}

/// How often a chain saw each set of shared changes.
#[derive(Default)]
pub(super) struct Visits {
    /// With one slot taken out: what exact conditionals are averaged over.
    pub(super) rest: BTreeMap<Shared, u32>,
    /// In whole.
    pub(super) whole: BTreeMap<Shared, u32>,
}

/// One chain: `sweeps` times `most` updates of one slot by its exact conditional, a fifth of them thrown away.
/// Even chains start with no shared change, odd ones with all that pay at once.
pub(super) fn run(
    model: &Model<'_>,
    memory: &mut Memory<'_, '_>,
    sweeps: usize,
    seed: Seed,
    chain: u64,
) -> Visits {
    let mut stream = seed.stream("panel", chain);
    let mut shared = if chain.is_multiple_of(2) { Shared::new() } else { greedy(model, memory) };
    let mut visits = Visits::default();
    let warm_up = sweeps / 5;
    for sweep in 0..sweeps {
        for _ in 0..model.most {
            let slot = stream.index(model.most);
            if slot < shared.len() {
                shared.remove(slot);
            }
            let given = memory.given(&shared);
            if sweep >= warm_up {
                *visits.rest.entry(shared.clone()).or_default() += 1;
            }
            if let Some(one) = draw(&given, &mut stream) {
                shared.push(one);
                shared.sort_unstable();
            }
            if sweep >= warm_up {
                *visits.whole.entry(shared.clone()).or_default() += 1;
            }
        }
    }
    visits
}

fn draw(given: &Given, stream: &mut Stream) -> Option<(usize, usize)> {
    let mut left = stream.uniform() - given.none;
    if left < 0.0 {
        return None;
    }
    for (t, row) in given.one.iter().enumerate() {
        for (share, weight) in row.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return Some((t, share));
            }
        }
    }
    None
}

/// Adds the best shared change as long as it is more probable than none.
fn greedy(model: &Model<'_>, memory: &mut Memory<'_, '_>) -> Shared {
    let mut shared = Shared::new();
    while shared.len() < model.most {
        let given = memory.given(&shared);
        let row = |(t, row): (usize, &[f64; SHARES.len()])| {
            let cell = |(share, weight): (usize, f64)| (t, share, weight);
            row.iter().copied().enumerate().map(cell).collect::<Vec<_>>()
        };
        let cells = given.one.iter().enumerate().flat_map(row);
        let best = cells.fold((0, 0, 0.0), |best, cell| if cell.2 > best.2 { cell } else { best });
        if best.2 <= given.none {
            break;
        }
        shared.push((best.0, best.1));
        shared.sort_unstable();
    }
    shared
}
