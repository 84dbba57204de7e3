use std::ops::Range;

use measure::portable::{exp, ln};
use rustc_hash::FxHashMap;

use crate::likelihood::{Grid, Likelihood, Node};

/// `[k][t]`: ln Σ over all ways to put k changes into the first t periods, rates summed out.
pub(crate) type PrefixEvidence = Vec<Vec<f64>>;

/// Cells whose likelihood lies this many nats below the best cell are 0 in double precision, as good as.
const VANISHING: f64 = 650.0;

/// `[k][i]`: the same of the first a + i periods, no change lying within a…a + i.
pub(crate) type Undivided = Vec<Vec<f64>>;

/// Evidence of every prefix of the series for 0…`max_changes` changes; every segment has at least `min_segment` ≥ 1
/// periods. For every period range in `within`, also that of the prefixes that end in it without a change there.
///
/// With F_k(t, g) the sum over segmentations of the periods up to t with k changes whose last segment has
/// the parameter g, π_g its prior mass and A_k(t) = Σ_g F_k(t, g):
///
/// F_k(t, g) = p(y_t | g) (F_k(t−1, g) + π_g A_{k−1}(t−1))
///
/// (for longer minimum segments the second term enters with the whole first block of the segment). k = 0 is
/// kept in logarithms and never underflows. For k ≥ 1 each step is rescaled by its sum; a path that falls
/// 650 nats behind the best path with the same k is lost. If later data revived it, the path that took the
/// better start and changed to its parameter then, with one change or two more, would outweigh it by far
/// more than double precision can tell, so only sums that cannot matter are affected, unless `max_changes`
/// leaves no room for that path (the caller reports when the limit binds).
///
/// O(n · max_changes · grid) time, O(n · max_changes + grid · (max_changes + min_segment)) memory.
pub(crate) fn prefix_evidence(
    likelihood: &impl Likelihood,
    grid: &Grid,
    max_changes: usize,
    min_segment: usize,
    within: &[Range<usize>],
) -> (PrefixEvidence, Vec<Undivided>) {
    let n = likelihood.len();
    let mut evidence = vec![vec![f64::NEG_INFINITY; n + 1]; max_changes + 1];
    let mass: Vec<f64> = grid.iter().map(|node| exp(node.log_mass)).collect();
    let mut unchanged: Vec<f64> = grid.iter().map(|node| node.log_mass).collect();
    let mut rows = Rows::new(likelihood, grid);
    let mut blocks = Blocks::new(min_segment, grid.len());
    let mut entering = Row::new(grid.len());
    let mut states: Vec<State> = (0..max_changes).map(|_| State::new(grid.len())).collect();
    let mut forks: Vec<Fork> = within.iter().map(|range| Fork::new(range.clone(), max_changes)).collect();
    for t in 0..n {
        let row = rows.at(t);
        unchanged.iter_mut().zip(&row.logs).for_each(|(sum, x)| *sum += x);
        blocks.push(&row.logs);
        let Some(start) = (t + 1).checked_sub(min_segment) else { continue };
        evidence[0][t + 1] = log_total(&unchanged);
        if start < min_segment {
            forks.iter_mut().for_each(|fork| fork.copy(t + 1, &evidence));
            continue;
        }
        match blocks.log_block() {
            Some(logs) => entering.fill(|into| into.copy_from_slice(logs)),
            None => entering.take(row),
        }
        entering.weigh(&mass);
        for fork in &mut forks {
            fork.branch(start, &states);
        }
        for (k, state) in (1..).zip(&mut states) {
            evidence[k][t + 1] = state.step(row, &entering, evidence[k - 1][start]);
        }
        for fork in &mut forks {
            fork.step(t + 1, row, &entering, &evidence);
        }
    }
    (evidence, forks.into_iter().map(|fork| fork.evidence).collect())
}

/// The recursion from the first period of a range on, no change entering any more.
struct Fork {
    range: Range<usize>,
    states: Option<Vec<State>>,
    evidence: Undivided,
}

impl Fork {
    fn new(range: Range<usize>, max_changes: usize) -> Self {
        let evidence = vec![vec![f64::NEG_INFINITY; range.len()]; max_changes + 1];
        Self { range, states: None, evidence }
    }

    /// Starts of segments before `start` have entered.
    fn branch(&mut self, start: usize, states: &[State]) {
        if self.states.is_none() && (self.range.start..self.range.end).contains(&start) {
            self.states = Some(states.to_vec());
        }
    }

    fn copy(&mut self, end: usize, evidence: &PrefixEvidence) {
        if self.range.contains(&end) {
            for (own, all) in self.evidence.iter_mut().zip(evidence) {
                own[end - self.range.start] = all[end];
            }
        }
    }

    fn step(&mut self, end: usize, row: &Row, entering: &Row, evidence: &PrefixEvidence) {
        self.copy(end, evidence);
        if end >= self.range.end {
            return;
        }
        for (k, state) in self.states.iter_mut().flatten().enumerate() {
            let own = state.step(row, entering, f64::NEG_INFINITY);
            if self.range.contains(&end) {
                self.evidence[k + 1][end - self.range.start] = own;
            }
        }
    }
}

fn log_total(logs: &[f64]) -> f64 {
    let max = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    max + ln(logs.iter().map(|x| x - max).filter(|&x| x > -45.0).map(exp).sum())
}

/// Numbers kept of rows that recur; those beyond are worked out each time.
const MOST_KEPT: usize = 1 << 20;

/// What every period says. Small counts at one exposure recur all the time, and each is worked out once.
struct Rows<'l, L> {
    likelihood: &'l L,
    grid: &'l [Node],
    /// Of each class that recurs, once it has been met.
    kept: FxHashMap<usize, Row>,
    recurs: Vec<bool>,
    alone: Row,
}

impl<'l, L: Likelihood> Rows<'l, L> {
    fn new(likelihood: &'l L, grid: &'l [Node]) -> Self {
        let n = likelihood.len();
        let mut times = vec![0_u32; n];
        (0..n).for_each(|t| times[likelihood.class(t)] += 1);
        let recurs = times.into_iter().map(|times| times > 1).collect();
        Self { likelihood, grid, kept: FxHashMap::default(), recurs, alone: Row::new(grid.len()) }
    }

    fn at(&mut self, t: usize) -> &Row {
        let (likelihood, grid, class) = (self.likelihood, self.grid, self.likelihood.class(t));
        let logs = |logs: &mut [f64]| {
            logs.iter_mut().zip(grid).for_each(|(x, node)| *x = likelihood.log_density(t, node));
        };
        let room = (self.kept.len() + 1) * 2 * grid.len() <= MOST_KEPT;
        if self.recurs[class] && (room || self.kept.contains_key(&class)) {
            self.kept.entry(class).or_insert_with(|| {
                let mut row = Row::new(grid.len());
                row.fill(logs);
                row
            })
        } else {
            self.alone.fill(logs);
            &self.alone
        }
    }
}

/// The log-likelihoods of the last `min_segment` periods at every node, and their sum.
struct Blocks {
    rows: Vec<Vec<f64>>,
    block: Vec<f64>,
    seen: usize,
}

impl Blocks {
    fn new(min_segment: usize, nodes: usize) -> Self {
        let kept = if min_segment > 1 { min_segment } else { 0 };
        Self { rows: vec![vec![0.0; nodes]; kept], block: vec![0.0; nodes], seen: 0 }
    }

    fn push(&mut self, logs: &[f64]) {
        if !self.rows.is_empty() {
            let slot = self.seen % self.rows.len();
            self.rows[slot].copy_from_slice(logs);
            self.seen += 1;
        }
    }

    /// `None` if a block is one period.
    fn log_block(&mut self) -> Option<&[f64]> {
        if self.rows.is_empty() {
            return None;
        }
        self.block.fill(0.0);
        for row in &self.rows {
            self.block.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        Some(&self.block)
    }
}

/// A likelihood at every node: its logarithm, and relative to its maximum, 0 outside a window.
struct Row {
    logs: Vec<f64>,
    relative: Vec<f64>,
    window: Range<usize>,
    log_scale: f64,
}

impl Row {
    fn new(nodes: usize) -> Self {
        let log_scale = f64::NEG_INFINITY;
        Self { logs: vec![0.0; nodes], relative: vec![0.0; nodes], window: 0..0, log_scale }
    }

    /// What the other says, without its logarithms.
    fn take(&mut self, other: &Self) {
        self.relative.copy_from_slice(&other.relative);
        self.window.clone_from(&other.window);
        self.log_scale = other.log_scale;
    }

    fn fill(&mut self, write: impl FnOnce(&mut [f64])) {
        write(&mut self.logs);
        let logs = &self.logs;
        self.relative[self.window.clone()].fill(0.0);
        let max = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let visible = |x: &f64| *x > max - VANISHING;
        let low = logs.iter().position(visible).unwrap_or(0);
        let high = logs.iter().rposition(visible).map_or(0, |last| last + 1);
        self.window = low..high;
        self.log_scale = max;
        let cells = self.relative[low..high].iter_mut().zip(&logs[low..high]);
        cells.for_each(|(cell, x)| *cell = exp(x - max));
    }

    fn weigh(&mut self, mass: &[f64]) {
        let window = self.window.clone();
        self.relative[window.clone()].iter_mut().zip(&mass[window]).for_each(|(cell, m)| *cell *= m);
    }
}

/// F_k(t, ·) up to a factor.
#[derive(Clone)]
struct State {
    cells: Vec<f64>,
    window: Range<usize>,
    sum: f64,
    /// ln Σ_g F_k(t, g).
    log_total: f64,
}

impl State {
    fn new(nodes: usize) -> Self {
        Self { cells: vec![0.0; nodes], window: 0..0, sum: 1.0, log_total: f64::NEG_INFINITY }
    }

    fn step(&mut self, row: &Row, entering: &Row, inflow: f64) -> f64 {
        let kept = self.log_total + row.log_scale;
        let new = inflow + entering.log_scale;
        let scale = kept.max(new);
        if scale == f64::NEG_INFINITY {
            return scale;
        }
        let (keep, enter) = (exp(kept - scale) / self.sum, exp(new - scale));
        let stays = self.window.start.max(row.window.start)..self.window.end.min(row.window.end);
        let window = match (stays.is_empty() || keep == 0.0, enter == 0.0) {
            (false, false) => stays.start.min(entering.window.start)..stays.end.max(entering.window.end),
            (false, true) => stays,
            (true, _) => entering.window.clone(),
        };
        self.cells[self.window.start..window.start.clamp(self.window.start, self.window.end)].fill(0.0);
        self.cells[window.end.clamp(self.window.start, self.window.end)..self.window.end].fill(0.0);
        self.sum = advance(
            &mut self.cells[window.clone()],
            &row.relative[window.clone()],
            &entering.relative[window.clone()],
            keep,
            enter,
        );
        self.window = window;
        if self.sum < 1e-280 {
            self.cells[self.window.clone()].fill(0.0);
            (self.window, self.sum, self.log_total) = (0..0, 1.0, f64::NEG_INFINITY);
        } else {
            self.log_total = scale + ln(self.sum);
        }
        self.log_total
    }
}

const LANES: usize = 8;

/// cells ← keep · cells · row + enter · entering; returns the sum, taken in eight lanes so that the order is
/// fixed and the processor can run them side by side.
fn advance(cells: &mut [f64], row: &[f64], entering: &[f64], keep: f64, enter: f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let mut cells = cells.chunks_exact_mut(LANES);
    let mut row = row.chunks_exact(LANES);
    let mut entering = entering.chunks_exact(LANES);
    for ((c, r), e) in (&mut cells).zip(&mut row).zip(&mut entering) {
        for i in 0..LANES {
            c[i] = keep * c[i] * r[i] + enter * e[i];
            lanes[i] += c[i];
        }
    }
    let mut total = lanes.iter().sum::<f64>();
    for ((c, r), e) in cells.into_remainder().iter_mut().zip(row.remainder()).zip(entering.remainder()) {
        *c = keep * *c * r + enter * e;
        total += *c;
    }
    total
}
