use arrow_array::RecordBatch;

use crate::CrisisResult;

impl CrisisResult {
    /// The tables of the stage by name: `ladder-ends`, `ladder-within`, `ladder-by-start`,
    /// `ladder-rungs`, `ladder-path`.
    pub fn tables(&self) -> Vec<(&'static str, RecordBatch)> {
        todo!()
    }
}
