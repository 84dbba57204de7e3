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
        let expected = worlds * portfolios * metrics;
        if values.len() != expected {
            return Err(vec![Problem::Size { what: "outcomes", expected, found: values.len() }]);
        }
        let broken = values.iter().enumerate().filter(|(_, value)| !value.is_finite());
        let problems: Vec<Problem> = broken
            .take(100)
            .map(|(position, &value)| Problem::NotFinite {
                metric: (position % metrics).to_string(),
                portfolio: (position / metrics % portfolios).to_string(),
                world: position / metrics / portfolios,
                value,
            })
            .collect();
        if problems.is_empty() { Ok(Self { worlds, portfolios, metrics, values }) } else { Err(problems) }
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

    /// Those of some worlds.
    pub(crate) fn only(&self, worlds: &[usize]) -> Self {
        let row = self.portfolios * self.metrics;
        let rows = worlds.iter().flat_map(|world| &self.values[world * row..(world + 1) * row]);
        Self { worlds: worlds.len(), values: rows.copied().collect(), ..*self }
    }
}
