use measure::Series;

use crate::{Settings, ShiftError, Shifts};

/// Exact posterior over the number and the dates of changes in one series.
pub fn analyze(_series: &Series, _settings: &Settings) -> Result<Shifts, ShiftError> {
    todo!()
}
