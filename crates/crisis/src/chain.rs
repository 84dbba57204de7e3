/// An absorbing Markov chain, solved by state reduction without a subtraction.
///
/// Grassmann, Taksar & Heyman (1985), Regenerative analysis and steady state distributions for Markov
/// chains, Operations Research 33:1107–1116. Every entry of the answer has a small *relative* error,
/// however rare it is: O'Cinneide (1993), Entrywise perturbation theory and error analysis for Markov
/// chains, Numerische Mathematik 65:109–120. The diagonal is never read: what leaves a state is summed.
#[derive(Clone, Debug)]
pub struct Chain {
    absorbing: usize,
    transient: usize,
    /// A row per transient state: steps, absorbing columns, transient columns.
    rows: Vec<f64>,
    /// First transient column that is not 0, per row.
    first: Vec<usize>,
}

/// What becomes of an absorbing chain that begins in one state.
#[derive(Clone, Debug, PartialEq)]
pub struct Absorption {
    /// Probability of each absorbing state.
    pub probability: Vec<f64>,
    /// Expected number of steps.
    pub steps: f64,
    /// Expected number of visits to each transient state, the first one counted.
    pub visits: Vec<f64>,
    /// `from[i][e]`: probability of the absorbing state `e` from the transient state `i`.
    pub from: Vec<Vec<f64>>,
}

impl Chain {
    /// A chain without transitions. States that are close to each other should have close numbers:
    /// the cost follows the band.
    pub fn new(transient: usize, absorbing: usize) -> Self {
        let mut chain = Self {
            absorbing,
            transient,
            rows: vec![0.0; transient * (1 + absorbing + transient)],
            first: (0..transient).collect(),
        };
        for state in 0..transient {
            let at = chain.at(state);
            chain.rows[at] = 1.0;
        }
        chain
    }

    /// Adds to the probability of a step from one transient state to another.
    ///
    /// # Panics
    /// If there is no such state.
    pub fn link(&mut self, from: usize, to: usize, probability: f64) {
        assert!(to < self.transient, "no transient state {to}");
        let at = self.at(from) + 1 + self.absorbing + to;
        self.rows[at] += probability;
        self.first[from] = self.first[from].min(to);
    }

    /// Adds to the probability of a step from a transient into an absorbing state.
    ///
    /// # Panics
    /// If there is no such state.
    pub fn end(&mut self, from: usize, end: usize, probability: f64) {
        assert!(end < self.absorbing, "no absorbing state {end}");
        let at = self.at(from) + 1 + end;
        self.rows[at] += probability;
    }

    /// Probability of each absorbing state and expected number of steps from `start`.
    ///
    /// Every state must be able to end; the answer is not finite otherwise.
    ///
    /// # Cost
    /// O(states · band²).
    pub fn ends(mut self, start: usize) -> (Vec<f64>, f64) {
        let mut initial = self.initial(start);
        self.reduce(&mut initial);
        (initial[1..=self.absorbing].to_vec(), initial[0])
    }

    /// As [`Chain::ends`], with visits and with the ends from every other state.
    pub fn absorb(mut self, start: usize) -> Absorption {
        let mut initial = self.initial(start);
        let leaving = self.reduce(&mut initial);
        let head = 1 + self.absorbing;
        let mut visits = vec![0.0; self.transient];
        let mut from: Vec<Vec<f64>> = Vec::with_capacity(self.transient);
        for state in 0..self.transient {
            let mut entered = initial[head + state];
            for (before, &visited) in visits[..state].iter().enumerate() {
                entered += visited * self.rows[self.at(before) + head + state];
            }
            visits[state] = entered / leaving[state];
            let row = self.row(state);
            let mut ends = row[1..head].to_vec();
            for (earlier, known) in from.iter().enumerate() {
                for (end, &p) in ends.iter_mut().zip(known) {
                    *end += row[head + earlier] * p;
                }
            }
            from.push(ends);
        }
        Absorption { probability: initial[1..head].to_vec(), steps: initial[0], visits, from }
    }

    /// A row that leads to `start` for certain and takes no time.
    fn initial(&self, start: usize) -> Vec<f64> {
        let mut row = vec![0.0; 1 + self.absorbing + self.transient];
        row[1 + self.absorbing + start] = 1.0;
        row
    }

    /// Takes the states out one by one, the last first, handing what leads to each on to where it
    /// leads. Row k keeps its probabilities given that k is left, for the columns before k; column k
    /// keeps what led to k when it was taken out. Returns the probability of leaving each state then.
    fn reduce(&mut self, initial: &mut [f64]) -> Vec<f64> {
        let head = 1 + self.absorbing;
        let width = head + self.transient;
        let mut leaving = vec![0.0; self.transient];
        for state in (0..self.transient).rev() {
            let first = self.first[state];
            let (earlier, later) = self.rows.split_at_mut(state * width);
            let row = &mut later[..width];
            let out: f64 =
                row[1..head].iter().sum::<f64>() + row[head + first..head + state].iter().sum::<f64>();
            leaving[state] = out;
            let scale = 1.0 / out;
            row[..head].iter_mut().for_each(|p| *p *= scale);
            row[head + first..head + state].iter_mut().for_each(|p| *p *= scale);
            for (before, target) in earlier.chunks_exact_mut(width).enumerate() {
                let into = target[head + state];
                if into != 0.0 {
                    hand_on(target, row, into, head, first..state);
                    self.first[before] = self.first[before].min(first);
                }
            }
            let into = initial[head + state];
            if into != 0.0 {
                hand_on(initial, row, into, head, first..state);
            }
        }
        leaving
    }

    fn at(&self, state: usize) -> usize {
        state * (1 + self.absorbing + self.transient)
    }

    fn row(&self, state: usize) -> &[f64] {
        &self.rows[self.at(state)..self.at(state + 1)]
    }
}

fn hand_on(target: &mut [f64], row: &[f64], into: f64, head: usize, columns: std::ops::Range<usize>) {
    for (to, &p) in target[..head].iter_mut().zip(&row[..head]) {
        *to += into * p;
    }
    let columns = head + columns.start..head + columns.end;
    for (to, &p) in target[columns.clone()].iter_mut().zip(&row[columns]) {
        *to += into * p;
    }
}
