use measure::Seed;
use measure::portable::incomplete_beta;
use serde::{Deserialize, Serialize};

use crate::Worlds;

/// How boxes are sought.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrimSettings {
    /// Share of the box that one step peels off, in (0, 0.5).
    pub alpha: f64,
    /// Least share of all worlds that a box holds, in (0, 1).
    pub least_mass: f64,
    /// Most boxes.
    pub most_boxes: usize,
    /// Restrictions with a greater quasi-p-value are lifted.
    pub significance: f64,
    /// Resamples that tell how steadily a dimension is found.
    pub resamples: u64,
}

impl Default for PrimSettings {
    fn default() -> Self {
        Self { alpha: 0.05, least_mass: 0.05, most_boxes: 3, significance: 0.05, resamples: 10 }
    }
}

/// What one dimension of a box allows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Restriction {
    /// Id of the parameter; `hypothesis` for the hypothesis.
    pub parameter: String,
    /// Least value allowed, if the box has a lower side.
    pub at_least: Option<f64>,
    /// Greatest value allowed, if the box has an upper side.
    pub at_most: Option<f64>,
    /// Hypotheses allowed; empty for a parameter.
    pub one_of: Vec<String>,
    /// Probability that a restriction of no effect would gather as many failures (one-sided binomial).
    pub quasi_p: f64,
    /// Share of resamples in which PRIM restricts this dimension too.
    pub steadiness: f64,
}

/// How much a box holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxSize {
    /// Share of all failures that lie within.
    pub coverage: f64,
    /// Share of its worlds that are failures.
    pub density: f64,
    /// Share of all worlds that lie within.
    pub mass: f64,
}

/// One box of the peeling trajectory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peel {
    /// How much it holds.
    pub size: BoxSize,
    /// How many dimensions it restricts.
    pub restricted: usize,
}

/// A box in which failures gather.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureBox {
    /// What it restricts; the strongest (least quasi-p-value) first.
    pub restrictions: Vec<Restriction>,
    /// How much it holds.
    pub size: BoxSize,
    /// From all worlds down to the smallest box looked at.
    pub trajectory: Vec<Peel>,
}

/// Where a portfolio fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailureBoxes {
    /// Id of the portfolio.
    pub portfolio: String,
    /// Share of worlds in which it fails.
    pub failures: f64,
    /// Each found in the worlds that the boxes before it leave over.
    pub boxes: Vec<FailureBox>,
}

/// Boxes over uncertain parameters (and the hypothesis as categories) in which `fails` gathers.
///
/// `fails[w]` for each world; worlds count alike. A step peels off the side whose loss raises the density
/// most per world lost, until nothing but failures, or too little, is left. Of the boxes on the way that
/// one is taken whose coverage and density have the greatest harmonic mean; its sides are pushed out
/// again while the density does not fall, and restrictions of no significance are lifted. The next box is
/// sought in the worlds outside. A box that is no denser than all worlds together is none.
///
/// Patient rule induction: Friedman & Fisher (1999), Bump hunting in high-dimensional data, Statistics and
/// Computing 9:123–143; gain per world lost: Kwakkel & Jaxa-Rozen (2016), Improving scenario discovery for
/// handling heterogeneous uncertainties, Environmental Modelling & Software 79:311–321; coverage, density,
/// quasi-p-values and resampling: Bryant & Lempert (2010), Thinking inside the box, Technological
/// Forecasting & Social Change 77:34–49.
///
/// # Cost
/// O(worlds · dimensions · (log worlds + 1/alpha)), times the boxes and resamples.
///
/// # Panics
/// If `fails` has another length than there are worlds.
pub fn prim(worlds: &Worlds, fails: &[bool], seed: Seed, settings: &PrimSettings) -> Vec<FailureBox> {
    assert_eq!(fails.len(), worlds.len(), "one flag per world");
    let search = Search { dimensions: Dimension::all(worlds), fails, settings };
    let all = fails.iter().filter(|&&fails| fails).count();
    let mut left: Vec<usize> = (0..fails.len()).collect();
    let mut boxes: Vec<FailureBox> = Vec::new();
    while boxes.len() < settings.most_boxes {
        let Some((limits, trajectory)) = search.best_box(&left) else { break };
        let inside = search.within(&limits, &left, None);
        let size = search.size(&inside, all, fails.len());
        if size.density * fails.len() as f64 <= all as f64 {
            break;
        }
        let steadiness = search.steadiness(&left, seed, boxes.len() as u64);
        let restrictions = search.restrictions(&limits, &left, &steadiness);
        boxes.push(FailureBox { restrictions, size, trajectory });
        left.retain(|case| inside.binary_search(case).is_err());
    }
    boxes
}

/// One thing by which worlds differ.
enum Dimension<'a> {
    Parameter { id: &'a str, values: &'a [f64] },
    Hypothesis { names: &'a [String], values: Vec<usize> },
}

impl<'a> Dimension<'a> {
    fn all(worlds: &'a Worlds) -> Vec<Self> {
        let varies = |values: &[f64]| values.iter().any(|x| *x != values[0]);
        let parameters = worlds.parameters().iter().filter(|parameter| varies(&parameter.values));
        let mut all: Vec<Self> = parameters
            .map(|parameter| Self::Parameter { id: &parameter.id, values: &parameter.values })
            .collect();
        if worlds.hypotheses().len() > 1 {
            let values = (0..worlds.len()).filter_map(|world| worlds.hypothesis(world)).collect();
            all.push(Self::Hypothesis { names: worlds.hypotheses(), values });
        }
        all
    }

    fn open(&self) -> Limit {
        match self {
            Self::Parameter { .. } => Limit::Between(f64::NEG_INFINITY, f64::INFINITY),
            Self::Hypothesis { names, .. } => Limit::OneOf(vec![true; names.len()]),
        }
    }

    fn allows(&self, limit: &Limit, world: usize) -> bool {
        match (self, limit) {
            (Self::Parameter { values, .. }, Limit::Between(low, high)) => {
                (*low..=*high).contains(&values[world])
            }
            (Self::Hypothesis { values, .. }, Limit::OneOf(allowed)) => allowed[values[world]],
            _ => unreachable!("limits are made by their dimension"),
        }
    }

    /// Limits that are a little closer. `order`: the cases inside by rising value.
    fn closer(&self, limit: &Limit, order: &[usize], alpha: f64) -> Vec<Limit> {
        match (self, limit) {
            (Self::Parameter { values, .. }, Limit::Between(low, high)) => {
                let at = |position: usize| values[order[position]];
                let (n, step) = (order.len(), ((order.len() as f64 * alpha) as usize).max(1));
                // Equal values go together: at least one whole group of them.
                let up = (step..n).map(at).find(|&value| value > at(0));
                let down = (step..n).map(|position| at(n - 1 - position)).find(|&value| value < at(n - 1));
                let raised = up.map(|low| Limit::Between(low, *high));
                raised.into_iter().chain(down.map(|high| Limit::Between(*low, high))).collect()
            }
            (_, Limit::OneOf(allowed)) => (0..allowed.len())
                .filter(|&name| allowed[name])
                .map(|name| {
                    let mut fewer = allowed.clone();
                    fewer[name] = false;
                    Limit::OneOf(fewer)
                })
                .collect(),
            _ => unreachable!("limits are made by their dimension"),
        }
    }

    /// Limits that are a little wider. `near`: the cases that only this dimension may keep out.
    fn wider(&self, limit: &Limit, near: &[usize], alpha: f64) -> Vec<Limit> {
        match (self, limit) {
            (Self::Parameter { values, .. }, Limit::Between(low, high)) => {
                let mut below: Vec<f64> = near.iter().map(|&case| values[case]).filter(|x| x < low).collect();
                let mut above: Vec<f64> =
                    near.iter().map(|&case| values[case]).filter(|x| x > high).collect();
                below.sort_by(|a, b| b.total_cmp(a));
                above.sort_by(f64::total_cmp);
                let step = ((near.len() - below.len() - above.len()) as f64 * alpha) as usize;
                let next = |side: &[f64]| side.get(step.min(side.len().saturating_sub(1))).copied();
                let lowered = next(&below).map(|low| Limit::Between(low, *high));
                lowered.into_iter().chain(next(&above).map(|high| Limit::Between(*low, high))).collect()
            }
            (_, Limit::OneOf(allowed)) => (0..allowed.len())
                .filter(|&name| !allowed[name])
                .map(|name| {
                    let mut more = allowed.clone();
                    more[name] = true;
                    Limit::OneOf(more)
                })
                .collect(),
            _ => unreachable!("limits are made by their dimension"),
        }
    }

    /// The cases by rising value.
    fn order(&self, cases: &[usize]) -> Vec<usize> {
        let mut order = cases.to_vec();
        match self {
            Self::Parameter { values, .. } => order.sort_by(|&a, &b| values[a].total_cmp(&values[b])),
            Self::Hypothesis { .. } => {}
        }
        order
    }
}

/// What a box allows of one dimension.
#[derive(Clone, Debug, PartialEq)]
enum Limit {
    /// Both ends included.
    Between(f64, f64),
    OneOf(Vec<bool>),
}

impl Limit {
    fn restricts(&self) -> bool {
        match self {
            Self::Between(low, high) => *low > f64::NEG_INFINITY || *high < f64::INFINITY,
            Self::OneOf(allowed) => allowed.contains(&false),
        }
    }
}

/// A closer box: which dimension, its limit, gain per case lost.
struct Candidate {
    dimension: usize,
    limit: Limit,
    gain: f64,
}

struct Search<'a> {
    dimensions: Vec<Dimension<'a>>,
    fails: &'a [bool],
    settings: &'a PrimSettings,
}

impl Search<'_> {
    /// The box of choice among the cases (worlds, perhaps repeated), and how it was come by.
    fn best_box(&self, cases: &[usize]) -> Option<(Vec<Limit>, Vec<Peel>)> {
        let all = self.failures(cases);
        if all == 0 || all == cases.len() {
            return None;
        }
        let steps = self.peel(cases);
        let peel = |limits: &Vec<Limit>| Peel {
            size: self.size(&self.within(limits, cases, None), all, cases.len()),
            restricted: limits.iter().filter(|limit| limit.restricts()).count(),
        };
        let trajectory: Vec<Peel> = steps.iter().map(peel).collect();
        let mut chosen = 0;
        for (position, step) in trajectory.iter().enumerate() {
            if step.size.harmonic() > trajectory[chosen].size.harmonic() {
                chosen = position;
            }
        }
        let limits = self.lift(self.paste(steps[chosen].clone(), cases), cases);
        limits.iter().any(Limit::restricts).then_some((limits, trajectory))
    }

    /// From no limits at all to the smallest box.
    fn peel(&self, cases: &[usize]) -> Vec<Vec<Limit>> {
        let least = (self.settings.least_mass * self.fails.len() as f64).max(1.0) as usize;
        let mut limits: Vec<Limit> = self.dimensions.iter().map(Dimension::open).collect();
        let mut orders: Vec<Vec<usize>> = self.dimensions.iter().map(|d| d.order(cases)).collect();
        let mut steps = vec![limits.clone()];
        while let Some(candidate) = self.best_peel(&limits, &orders, least) {
            let dimension = &self.dimensions[candidate.dimension];
            for order in &mut orders {
                order.retain(|&case| dimension.allows(&candidate.limit, case));
            }
            limits[candidate.dimension] = candidate.limit;
            steps.push(limits.clone());
        }
        steps
    }

    fn best_peel(&self, limits: &[Limit], orders: &[Vec<usize>], least: usize) -> Option<Candidate> {
        let inside = orders.first()?;
        let (n, failures) = (inside.len(), self.failures(inside));
        if failures == n {
            return None;
        }
        let density = failures as f64 / n as f64;
        let mut best: Option<Candidate> = None;
        for (position, dimension) in self.dimensions.iter().enumerate() {
            for limit in dimension.closer(&limits[position], &orders[position], self.settings.alpha) {
                let kept = orders[position].iter().filter(|&&case| dimension.allows(&limit, case));
                let (kept, failing) =
                    kept.fold((0, 0), |(n, f), &case| (n + 1, f + usize::from(self.fails[case])));
                if kept < least || kept == n {
                    continue;
                }
                let gain = (failing as f64 / kept as f64 - density) / (n - kept) as f64;
                if best.as_ref().is_none_or(|best| gain > best.gain) {
                    best = Some(Candidate { dimension: position, limit, gain });
                }
            }
        }
        best
    }

    /// Pushes sides out while the density does not fall.
    fn paste(&self, mut limits: Vec<Limit>, cases: &[usize]) -> Vec<Limit> {
        loop {
            let inside = self.within(&limits, cases, None);
            let density = self.density(&inside);
            let mut best: Option<(usize, Limit, f64, usize)> = None;
            for (position, dimension) in self.dimensions.iter().enumerate() {
                if !limits[position].restricts() {
                    continue;
                }
                let near = self.within(&limits, cases, Some(position));
                for limit in dimension.wider(&limits[position], &near, self.settings.alpha) {
                    let kept: Vec<usize> =
                        near.iter().copied().filter(|&case| dimension.allows(&limit, case)).collect();
                    let (wider, n) = (self.density(&kept), kept.len());
                    if n > inside.len() && wider >= density && best.as_ref().is_none_or(|b| wider > b.2) {
                        best = Some((position, limit, wider, n));
                    }
                }
            }
            match best {
                Some((position, limit, _, _)) => limits[position] = limit,
                None => return limits,
            }
        }
    }

    /// Opens the least significant dimension until all that remain are significant.
    fn lift(&self, mut limits: Vec<Limit>, cases: &[usize]) -> Vec<Limit> {
        loop {
            let restricted = (0..limits.len()).filter(|&position| limits[position].restricts());
            let tested = restricted.map(|position| (position, self.quasi_p(&limits, cases, position)));
            match tested.max_by(|a, b| a.1.total_cmp(&b.1)) {
                Some((position, p)) if p > self.settings.significance => {
                    limits[position] = self.dimensions[position].open();
                }
                _ => return limits,
            }
        }
    }

    /// P(at least as many failures inside | the dimension does not matter), one-sided binomial.
    fn quasi_p(&self, limits: &[Limit], cases: &[usize], position: usize) -> f64 {
        let inside = self.within(limits, cases, None);
        let (n, failures) = (inside.len() as f64, self.failures(&inside) as f64);
        let rate = self.density(&self.within(limits, cases, Some(position)));
        // P(X ≥ k) = I_q(k, n − k + 1).
        if failures == 0.0 { 1.0 } else { incomplete_beta(failures, n - failures + 1.0, rate) }
    }

    /// Per dimension, the share of resamples in which it is restricted.
    fn steadiness(&self, cases: &[usize], seed: Seed, number: u64) -> Vec<f64> {
        let mut counts = vec![0.0; self.dimensions.len()];
        for resample in 0..self.settings.resamples {
            let mut stream = seed.stream(&format!("failure box {number}"), resample);
            let drawn: Vec<usize> = cases.iter().map(|_| cases[stream.index(cases.len())]).collect();
            if let Some((limits, _)) = self.best_box(&drawn) {
                let restricted = counts.iter_mut().zip(&limits).filter(|(_, limit)| limit.restricts());
                restricted.for_each(|(count, _)| *count += 1.0);
            }
        }
        let n = (self.settings.resamples as f64).max(1.0);
        counts.into_iter().map(|count| count / n).collect()
    }

    fn restrictions(&self, limits: &[Limit], cases: &[usize], steadiness: &[f64]) -> Vec<Restriction> {
        let mut all: Vec<Restriction> = (0..limits.len())
            .filter(|&position| limits[position].restricts())
            .map(|position| {
                let (at_least, at_most, one_of) = self.words(position, &limits[position]);
                Restriction {
                    parameter: match &self.dimensions[position] {
                        Dimension::Parameter { id, .. } => (*id).into(),
                        Dimension::Hypothesis { .. } => "hypothesis".into(),
                    },
                    at_least,
                    at_most,
                    one_of,
                    quasi_p: self.quasi_p(limits, cases, position),
                    steadiness: steadiness[position],
                }
            })
            .collect();
        all.sort_by(|a, b| a.quasi_p.total_cmp(&b.quasi_p));
        all
    }

    fn words(&self, position: usize, limit: &Limit) -> (Option<f64>, Option<f64>, Vec<String>) {
        let finite = |x: f64| x.is_finite().then_some(x);
        match (&self.dimensions[position], limit) {
            (Dimension::Hypothesis { names, .. }, Limit::OneOf(allowed)) => {
                let kept = names.iter().zip(allowed).filter(|(_, allowed)| **allowed);
                (None, None, kept.map(|(name, _)| name.clone()).collect())
            }
            (_, Limit::Between(low, high)) => (finite(*low), finite(*high), Vec::new()),
            _ => unreachable!("limits are made by their dimension"),
        }
    }

    /// The cases inside a box, one dimension perhaps left open; in their order.
    fn within(&self, limits: &[Limit], cases: &[usize], open: Option<usize>) -> Vec<usize> {
        let allowed = |case: usize| {
            let mut all = self.dimensions.iter().zip(limits).enumerate();
            all.all(|(position, (dimension, limit))| Some(position) == open || dimension.allows(limit, case))
        };
        cases.iter().copied().filter(|&case| allowed(case)).collect()
    }

    fn failures(&self, cases: &[usize]) -> usize {
        cases.iter().filter(|&&case| self.fails[case]).count()
    }

    fn density(&self, cases: &[usize]) -> f64 {
        if cases.is_empty() { 0.0 } else { self.failures(cases) as f64 / cases.len() as f64 }
    }

    fn size(&self, inside: &[usize], failures: usize, cases: usize) -> BoxSize {
        BoxSize {
            coverage: self.failures(inside) as f64 / failures as f64,
            density: self.density(inside),
            mass: inside.len() as f64 / cases as f64,
        }
    }
}

impl BoxSize {
    /// Harmonic mean of coverage and density.
    fn harmonic(&self) -> f64 {
        let sum = self.coverage + self.density;
        if sum == 0.0 { 0.0 } else { 2.0 * self.coverage * self.density / sum }
    }
}
