/// An absorbing Markov chain.
#[derive(Clone, Debug)]
pub struct Chain {
    absorbing: usize,
    rows: Vec<f64>,
}

/// What becomes of an absorbing chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Absorption {
    /// Probability of each absorbing state.
    pub probability: Vec<f64>,
    /// Expected number of steps.
    pub steps: f64,
    /// Expected number of visits to each transient state.
    pub visits: Vec<f64>,
}
