use crate::Problem;

/// The outcome of every portfolio in every world by every metric; all finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcomes {
    worlds: usize,
    portfolios: usize,
    metrics: usize,
    /// By world, then portfolio, then metric.
    values: Vec<f64>,
}

impl Outcomes {
    /// Checks size and finiteness. `values` lies by world, then portfolio, then metric.
    ///
    /// # Errors
    /// [`Problem::Size`]; [`Problem::NotFinite`] for each of the first hundred (ids are positions).
    pub fn new(
        worlds: usize,
        portfolios: usize,
        metrics: usize,
        values: Vec<f64>,
    ) -> Result<Self, Vec<Problem>> {
        let _ = (worlds, portfolios, metrics, values);
        todo!()
    }

    /// One outcome.
    pub fn get(&self, world: usize, portfolio: usize, metric: usize) -> f64 {
        self.values[(world * self.portfolios + portfolio) * self.metrics + metric]
    }

    /// Number of worlds.
    pub fn worlds(&self) -> usize {
        self.worlds
    }

    /// Number of portfolios.
    pub fn portfolios(&self) -> usize {
        self.portfolios
    }

    /// Number of metrics.
    pub fn metrics(&self) -> usize {
        self.metrics
    }
}
