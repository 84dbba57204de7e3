//! The logit equations of a game and their derivatives.

use measure::portable::{exp, ln, log_sum_exp};

use super::layout::Layout;
use crate::game::{Game, Turn};
use crate::value::ln_or_tremble;

/// The equations z(a) = λ·(u(a) − u(0)) + tilt(a) for every action but the first of each open set, where
/// z(a) = ln p(a)/p(0) and u is the expected payoff given that the set is reached.
///
/// All arrays are made once: evaluating allocates nothing.
#[derive(Clone, Debug)]
pub(crate) struct System<'g> {
    pub(super) game: &'g Game,
    pub(super) layout: &'g Layout,
    chance: Vec<f64>,
    log_chance: Vec<f64>,
    /// One unit of the equations in the game's payoffs.
    pub(crate) scale: f64,
    /// Constants that move the start at λ = 0 away from indifference; zero but for perturbed paths.
    pub(super) tilt: Vec<f64>,
    /// Probability of each action.
    pub(crate) p: Vec<f64>,
    /// Of closed sets less than that by a constant of the set, which their callers do not need.
    pub(super) log_p: Vec<f64>,
    /// Node × player, in units of `scale`; at the ends the payoffs.
    value: Vec<f64>,
    /// Node × player: derivative of the value in the direction last asked for, at fixed unknowns; 0 at the ends.
    change: Vec<f64>,
    /// Action → derivative of the log probability in that direction, of closed sets.
    pub(super) log_p_change: Vec<f64>,
    /// Position in `outer`.
    pub(super) log_reach: Vec<f64>,
    /// Position in `outer`; 1 at sets of one node.
    belief: Vec<f64>,
    /// Position in `outer`: reach from the head of a subtree, while it is scanned.
    from_head: Vec<f64>,
    /// u(a) − u(0) by unknown.
    pub(super) gain: Vec<f64>,
    pub(super) residual: Vec<f64>,
    /// Derivative of the residual in the direction last asked for, at fixed unknowns.
    pub(super) slope: Vec<f64>,
}

/// How the parameters of the equations move.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Direction<'d> {
    /// λ alone.
    Lambda,
    /// Payoffs (end × player, in the game's units) alone.
    Payoffs(&'d [f64]),
}

impl<'g> System<'g> {
    pub(crate) fn new(game: &'g Game, layout: &'g Layout) -> Self {
        let (n, outer, values) = (layout.unknowns, layout.outer.len(), game.nodes() * game.players.len());
        let mut system = Self {
            game,
            layout,
            chance: game.chance.clone(),
            log_chance: vec![0.0; game.chance.len()],
            scale: 1.0,
            tilt: vec![0.0; n],
            p: vec![1.0; game.actions()],
            log_p: vec![0.0; game.actions()],
            value: vec![0.0; values],
            change: vec![0.0; values],
            log_p_change: vec![0.0; game.actions()],
            log_reach: vec![0.0; outer],
            belief: vec![1.0; outer],
            from_head: vec![0.0; outer],
            gain: vec![0.0; n],
            residual: vec![0.0; n],
            slope: vec![0.0; n],
        };
        for (log, &p) in system.log_chance.iter_mut().zip(&game.chance) {
            *log = ln_or_tremble(p);
        }
        system.load(&game.payoffs);
        system
    }

    /// Takes other payoffs (end × player).
    pub(crate) fn load(&mut self, payoffs: &[f64]) {
        let players = self.game.players.len().max(1);
        let mut widest = 0.0_f64;
        for player in 0..players {
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for own in payoffs.chunks_exact(players) {
                (low, high) = (low.min(own[player]), high.max(own[player]));
            }
            widest = widest.max(high - low);
        }
        self.scale = if widest > 0.0 && widest.is_finite() { widest } else { 1.0 };
        for (&node, payoffs) in self.game.ends.iter().zip(payoffs.chunks_exact(players)) {
            for (own, payoff) in self.value[node * players..].iter_mut().zip(payoffs) {
                *own = payoff / self.scale;
            }
        }
    }

    /// Takes other probabilities of chance (beside the children of the game).
    pub(crate) fn load_chance(&mut self, chance: &[f64]) {
        self.chance.copy_from_slice(chance);
        for (log, &p) in self.log_chance.iter_mut().zip(chance) {
            *log = ln_or_tremble(p);
        }
    }

    /// Turns log ratios into probabilities at the open sets.
    pub(super) fn put(&mut self, z: &[f64]) {
        for &index in &self.layout.open {
            let Some(start) = self.layout.start(index) else { continue };
            let range = self.game.actions_of(index);
            let (p, log_p) = (&mut self.p[range.clone()], &mut self.log_p[range]);
            log_p[0] = 0.0;
            log_p[1..].copy_from_slice(&z[start..start + p.len() - 1]);
            let log_total = ln(soften(p, log_p));
            log_p.iter_mut().for_each(|log_p| *log_p -= log_total);
        }
    }

    /// Residual at a point.
    pub(super) fn evaluate(&mut self, z: &[f64], lambda: f64) {
        self.put(z);
        self.values(lambda);
        self.reach();
        self.gains();
        for (row, &z) in z.iter().enumerate() {
            self.residual[row] = z - lambda * self.gain[row] - self.tilt[row];
        }
    }

    /// Derivative of the residual in a direction, at the point last evaluated and fixed unknowns: in `slope`.
    pub(crate) fn differentiate(&mut self, lambda: f64, direction: Direction<'_>) {
        let players = self.game.players.len().max(1);
        if let Direction::Payoffs(change) = direction {
            for (&node, change) in self.game.ends.iter().zip(change.chunks_exact(players)) {
                for (own, change) in self.change[node * players..].iter_mut().zip(change) {
                    *own = change / self.scale;
                }
            }
        }
        self.changes(lambda, direction);
        self.slopes(lambda, direction);
        if matches!(direction, Direction::Payoffs(_)) {
            for &node in &self.game.ends {
                self.change[node * players..(node + 1) * players].fill(0.0);
            }
        }
    }

    /// Values from the ends back; the closed sets answer on the way.
    fn values(&mut self, lambda: f64) {
        let (game, players) = (self.game, self.game.players.len());
        for &node in self.layout.inner.iter().rev() {
            let own = &game.nodes[node];
            let children = &game.children[own.children.clone()];
            let p = match own.turn {
                Turn::Chance | Turn::End => &self.chance[own.children.clone()],
                Turn::Player { infoset } => {
                    let range = game.offsets[infoset]..game.offsets[infoset] + children.len();
                    if self.layout.closed[infoset] {
                        let player = game.infosets[infoset].player;
                        for (log_p, &child) in self.log_p[range.clone()].iter_mut().zip(children) {
                            *log_p = lambda * self.value[child * players + player];
                        }
                        soften(&mut self.p[range.clone()], &mut self.log_p[range.clone()]);
                    }
                    &self.p[range]
                }
            };
            for player in 0..players {
                let mut value = 0.0;
                for (&p, &child) in p.iter().zip(children) {
                    value += p * self.value[child * players + player];
                }
                self.value[node * players + player] = value;
            }
        }
    }

    /// Derivatives of the values, and of the log probabilities of closed sets, in a direction at fixed unknowns. Those
    /// at the ends stand there already.
    fn changes(&mut self, lambda: f64, direction: Direction<'_>) {
        let (game, players) = (self.game, self.game.players.len());
        let by_lambda = f64::from(u8::from(matches!(direction, Direction::Lambda)));
        for &node in self.layout.inner.iter().rev() {
            let own = &game.nodes[node];
            let children = &game.children[own.children.clone()];
            let mut closed = None;
            let p = match own.turn {
                Turn::Chance | Turn::End => &self.chance[own.children.clone()],
                Turn::Player { infoset } => {
                    let range = game.offsets[infoset]..game.offsets[infoset] + children.len();
                    let p = &self.p[range.clone()];
                    if self.layout.closed[infoset] {
                        let player = game.infosets[infoset].player;
                        let moved = &mut self.log_p_change[range.clone()];
                        let mut mean = 0.0;
                        for ((moved, &p), &child) in moved.iter_mut().zip(p).zip(children) {
                            let at = child * players + player;
                            *moved = by_lambda * self.value[at] + lambda * self.change[at];
                            mean += p * *moved;
                        }
                        moved.iter_mut().for_each(|moved| *moved -= mean);
                        closed = Some(range);
                    }
                    p
                }
            };
            for player in 0..players {
                let mut change = 0.0;
                for (&p, &child) in p.iter().zip(children) {
                    change += p * self.change[child * players + player];
                }
                if let Some(range) = closed.clone() {
                    let moved = &self.log_p_change[range];
                    for ((&p, &moved), &child) in p.iter().zip(moved).zip(children) {
                        change += p * moved * self.value[child * players + player];
                    }
                }
                self.change[node * players + player] = change;
            }
        }
    }

    /// Log reach from the root on, then beliefs at the open sets.
    fn reach(&mut self) {
        let game = self.game;
        for (position, &node) in self.layout.outer.iter().enumerate().skip(1) {
            let own = &game.nodes[node];
            let parent = &game.nodes[own.parent];
            let log_p = match parent.turn {
                Turn::Player { infoset } => self.log_p[game.offsets[infoset] + own.branch],
                Turn::Chance | Turn::End => self.log_chance[parent.children.start + own.branch],
            };
            self.log_reach[position] = self.log_reach[self.layout.outer_at[own.parent]] + log_p;
        }
        for &index in &self.layout.open {
            let nodes = &game.infosets[index].nodes;
            if nodes.len() > 1 {
                let at = |node: usize| self.layout.outer_at[node];
                let most =
                    nodes.iter().map(|&node| self.log_reach[at(node)]).fold(f64::NEG_INFINITY, f64::max);
                let mut total = 0.0;
                for &node in nodes {
                    let weight = exp(self.log_reach[at(node)] - most);
                    self.belief[at(node)] = weight;
                    total += weight;
                }
                for &node in nodes {
                    self.belief[at(node)] /= total;
                }
            }
        }
    }

    /// What each action of the open sets brings beyond the first, given that the set is reached.
    pub(super) fn gains(&mut self) {
        let (game, players) = (self.game, self.game.players.len());
        for &index in &self.layout.open {
            let Some(start) = self.layout.start(index) else { continue };
            let set = &game.infosets[index];
            self.gain[start..start + set.actions.len() - 1].fill(0.0);
            for &node in &set.nodes {
                let belief = self.belief[self.layout.outer_at[node]];
                let children = game.children(node);
                let base = self.value[children[0] * players + set.player];
                for (gain, &child) in self.gain[start..].iter_mut().zip(&children[1..]) {
                    *gain += belief * (self.value[child * players + set.player] - base);
                }
            }
        }
    }

    /// What the best action of a set brings beyond what is done there, given that it is reached.
    pub(super) fn gap(&self, index: usize) -> f64 {
        let (game, players) = (self.game, self.game.players.len());
        let set = &game.infosets[index];
        let p = &self.p[game.actions_of(index)];
        let (mut best, mut mean) = (0.0_f64, 0.0);
        if let Some(start) = self.layout.start(index) {
            for (p, gain) in p[1..].iter().zip(&self.gain[start..]) {
                best = best.max(*gain);
                mean += p * gain;
            }
        } else if let [node] = set.nodes[..] {
            let children = game.children(node);
            let base = self.value[children[0] * players + set.player];
            for (p, child) in p.iter().zip(children) {
                let gain = self.value[child * players + set.player] - base;
                best = best.max(gain);
                mean += p * gain;
            }
        }
        best - mean
    }

    fn slopes(&mut self, lambda: f64, direction: Direction<'_>) {
        let (game, players) = (self.game, self.game.players.len());
        for &index in &self.layout.open {
            let Some(start) = self.layout.start(index) else { continue };
            let set = &game.infosets[index];
            let rows = start..start + set.actions.len() - 1;
            self.slope[rows.clone()].fill(0.0);
            for &node in &set.nodes {
                let belief = self.belief[self.layout.outer_at[node]];
                let children = game.children(node);
                let base = self.change[children[0] * players + set.player];
                for (slope, &child) in self.slope[start..].iter_mut().zip(&children[1..]) {
                    *slope -= belief * lambda * (self.change[child * players + set.player] - base);
                }
            }
            if matches!(direction, Direction::Lambda) {
                for row in rows {
                    self.slope[row] -= self.gain[row];
                }
            }
        }
    }

    /// Adds `factor` times the derivatives of the gains of one open set by all unknowns to `rows`: a row of `width`
    /// entries for each action but the first.
    ///
    /// Each set looks at the way that leads to it (beliefs) and at what comes after it (values) and at nothing else:
    /// all sets together cost nodes × depth.
    pub(super) fn add_gradient(&mut self, index: usize, factor: f64, rows: &mut [f64], width: usize) {
        let game = self.game;
        let set = &game.infosets[index];
        let Some(start) = self.layout.start(index) else { return };
        for &node in &set.nodes {
            let belief = self.belief[self.layout.outer_at[node]];
            if belief == 0.0 {
                continue;
            }
            if set.nodes.len() > 1 {
                self.add_reach(node, set.player, start, factor * belief, rows, width);
            }
            for (action, &child) in game.children(node).iter().enumerate() {
                self.add_value(child, set.player, action, factor * belief, rows, width);
            }
        }
    }

    /// The part of the gradient that comes from the belief at a node.
    fn add_reach(
        &self,
        node: usize,
        player: usize,
        start: usize,
        factor: f64,
        rows: &mut [f64],
        width: usize,
    ) {
        let (game, players) = (self.game, self.game.players.len());
        let children = game.children(node);
        let base = self.value[children[0] * players + player];
        let mut below = &game.nodes[node];
        let mut at = node;
        while at > 0 {
            at = below.parent;
            let own = &game.nodes[at];
            if let Turn::Player { infoset } = own.turn
                && let Some(column) = self.layout.start(infoset)
            {
                let from = game.offsets[infoset];
                for other in 1..own.children.len() {
                    let one = f64::from(u8::from(other == below.branch));
                    let by = factor * (one - self.p[from + other]);
                    for (row, &child) in children[1..].iter().enumerate() {
                        let more = self.value[child * players + player] - base - self.gain[start + row];
                        rows[row * width + column + other - 1] += by * more;
                    }
                }
            }
            below = own;
        }
    }

    /// The part that comes from the value after an action.
    fn add_value(
        &mut self,
        head: usize,
        player: usize,
        action: usize,
        factor: f64,
        rows: &mut [f64],
        width: usize,
    ) {
        let (game, players) = (self.game, self.game.players.len());
        let first = self.layout.outer_at[head];
        self.from_head[first] = factor;
        for position in first..self.layout.outer_end[first] {
            let node = self.layout.outer[position];
            let own = &game.nodes[node];
            let reach = self.from_head[position];
            let (from, is_chance, column) = match own.turn {
                Turn::End => continue,
                Turn::Chance => (own.children.start, true, None),
                Turn::Player { infoset } if self.layout.closed[infoset] => continue,
                Turn::Player { infoset } => (game.offsets[infoset], false, self.layout.start(infoset)),
            };
            let children = &game.children[own.children.clone()];
            let p = if is_chance { &self.chance } else { &self.p };
            for (branch, &child) in children.iter().enumerate() {
                // Below the root of a closed subtree nothing is outer.
                if let Some(slot) = self.from_head.get_mut(self.layout.outer_at[child]) {
                    *slot = reach * p[from + branch];
                }
            }
            let Some(column) = column else { continue };
            let value = self.value[node * players + player];
            for branch in 1..children.len() {
                let worth = self.value[children[branch] * players + player];
                let by = reach * p[from + branch] * (worth - value);
                let at = column + branch - 1;
                if action > 0 {
                    rows[(action - 1) * width + at] += by;
                } else {
                    for row in rows.chunks_exact_mut(width) {
                        row[at] -= by;
                    }
                }
            }
        }
    }

    /// Log probability of each action at the point last evaluated.
    pub(crate) fn log_probabilities(&self) -> Vec<f64> {
        let mut log_p = self.log_p.clone();
        for (set, _) in self.layout.closed.iter().enumerate().filter(|(_, closed)| **closed) {
            let own = &mut log_p[self.game.actions_of(set)];
            let log_total = log_sum_exp(own);
            own.iter_mut().for_each(|log_p| *log_p -= log_total);
        }
        log_p
    }

    /// Beliefs of the profile last evaluated: node → probability given its information set is reached, by Bayes' rule
    /// with log probabilities, so that also what is all but never reached has its limit.
    pub(crate) fn all_beliefs(&self) -> Vec<f64> {
        let game = self.game;
        let log_p = self.log_probabilities();
        let mut log_reach = vec![0.0; game.nodes()];
        for node in 1..game.nodes() {
            let own = &game.nodes[node];
            let parent = &game.nodes[own.parent];
            log_reach[node] = log_reach[own.parent]
                + match parent.turn {
                    Turn::Player { infoset } => log_p[game.offsets[infoset] + own.branch],
                    Turn::Chance | Turn::End => self.log_chance[parent.children.start + own.branch],
                };
        }
        crate::belief::normalized(game, &log_reach)
    }
}

/// Softmax: scores in `log_p` become those below the best, and `p` probabilities; returns the sum by which e^score was
/// divided.
fn soften(p: &mut [f64], log_p: &mut [f64]) -> f64 {
    let most = log_p.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = 0.0;
    for (p, log_p) in p.iter_mut().zip(log_p.iter_mut()) {
        *log_p -= most;
        // e⁰ is asked for at every set.
        *p = if *log_p == 0.0 { 1.0 } else { exp(*log_p) };
        total += *p;
    }
    p.iter_mut().for_each(|p| *p /= total);
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gambit;
    use measure::Seed;
    use proptest::prelude::*;
    use source::SourceText;

    /// Chance, a move of each of two players with overlapping information, a last move seen by one of them; some sets
    /// have a closed form, one has a single action.
    fn random(seed: u64) -> Game {
        let mut stream = Seed(seed).stream("random game", 0);
        let mut text =
            String::from("EFG 2 R \"\" { \"a\" \"b\" }\nc \"\" 1 \"\" { \"l\" 1/4 \"r\" 3/4 } 0\n");
        let mut outcome = 0;
        for branch in 1..=2 {
            text.push_str(&format!("p \"\" 1 {branch} \"\" {{ \"x\" \"y\" \"z\" }} 0\n"));
            for first in 1..=3_usize {
                text.push_str(&format!("p \"\" 2 {} \"\" {{ \"x\" \"y\" }} 0\n", first.min(2)));
                for second in 1..=2 {
                    let own = 10 + branch * 10 + first * 2 + second;
                    let actions = if first == 3 { "\"u\"" } else { "\"u\" \"v\" \"w\"" };
                    // The last move is seen by its mover after x, and by its type alone after y.
                    let own = if first == 2 { 90 + branch } else { own };
                    text.push_str(&format!("p \"\" 1 {own} \"\" {{ {actions} }} 0\n"));
                    for _ in 0..if first == 3 { 1 } else { 3 } {
                        outcome += 1;
                        let (a, b) = (stream.normal(), stream.normal());
                        text.push_str(&format!("t \"\" {outcome} \"\" {{ {a} {b} }}\n"));
                    }
                }
            }
        }
        gambit::read(&SourceText::new("random.efg", text)).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// All derivatives against central differences.
        #[test]
        fn derivatives_by_differences(seed in 0_u64..1_000_000, lambda in 0.1..4.0_f64) {
            let game = random(seed);
            let layout = Layout::new(&game);
            // 2 × 2 at the first moves, 2 at the second, 2 × 2 at the last moves after y.
            prop_assert_eq!(layout.unknowns, 4 + 2 + 4);
            let mut stream = Seed(seed).stream("point", 0);
            let n = layout.unknowns;
            let z: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
            let mut system = System::new(&game, &layout);
            let step = 1e-5;
            let residual_at = |system: &mut System<'_>, z: &[f64], lambda: f64| {
                system.evaluate(z, lambda);
                system.residual.clone()
            };
            for column in 0..n {
                let (mut up, mut down) = (z.clone(), z.clone());
                up[column] += step;
                down[column] -= step;
                let up = residual_at(&mut system, &up, lambda);
                let down = residual_at(&mut system, &down, lambda);
                system.evaluate(&z, lambda);
                for &set in &layout.open {
                    let start = layout.start(set).unwrap();
                    let mut rows = vec![0.0; (game.infosets[set].actions.len() - 1) * n];
                    system.add_gradient(set, -lambda, &mut rows, n);
                    for (row, slopes) in rows.chunks(n).enumerate() {
                        let row = start + row;
                        let is = slopes[column] + f64::from(u8::from(row == column));
                        let due = (up[row] - down[row]) / (2.0 * step);
                        prop_assert!((is - due).abs() < 1e-7, "{is} and {due}");
                    }
                }
            }
            let up = residual_at(&mut system, &z, lambda + step);
            let down = residual_at(&mut system, &z, lambda - step);
            system.evaluate(&z, lambda);
            system.differentiate(lambda, Direction::Lambda);
            for row in 0..n {
                prop_assert!((system.slope[row] - (up[row] - down[row]) / (2.0 * step)).abs() < 1e-7);
            }
            // Payoffs: the scale is held, for it is no part of the equations.
            let change: Vec<f64> = game.payoffs.iter().map(|_| stream.normal()).collect();
            system.differentiate(lambda, Direction::Payoffs(&change));
            let (slope, log_p_change) = (system.slope.clone(), system.log_p_change.clone());
            let scale = system.scale;
            let mut moved = |by: f64| {
                for (own, (&node, change)) in game.ends.iter().zip(change.chunks_exact(2)).enumerate() {
                    let moved = game.end_payoffs(own).iter().zip(change).map(|(own, change)| own + by * change);
                    for (value, payoff) in system.value[2 * node..].iter_mut().zip(moved) {
                        *value = payoff / scale;
                    }
                }
                system.evaluate(&z, lambda);
                (system.residual.clone(), system.p.iter().map(|&p| ln(p)).collect::<Vec<f64>>())
            };
            let (up, down) = (moved(step), moved(-step));
            for (slope, (up, down)) in slope.iter().zip(up.0.iter().zip(&down.0)) {
                prop_assert!((slope - (up - down) / (2.0 * step)).abs() < 1e-7);
            }
            for (set, closed) in layout.closed.iter().enumerate() {
                if *closed {
                    for action in game.actions_of(set) {
                        let due = (up.1[action] - down.1[action]) / (2.0 * step);
                        prop_assert!((log_p_change[action] - due).abs() < 1e-7);
                    }
                }
            }
        }
    }
}
