//! Results as Arrow record batches, for Parquet.

use arrow_array::RecordBatch;

use crate::{EventLink, Key, Shifts};

/// One row per change point.
pub fn change_points(_all: &[Shifts]) -> RecordBatch {
    todo!()
}

/// One row per series and period.
pub fn posterior(_all: &[Shifts]) -> RecordBatch {
    todo!()
}

/// One row per regime.
pub fn segments(_all: &[Shifts]) -> RecordBatch {
    todo!()
}

/// One row per word.
pub fn keys(_comparison: &str, _keys: &[Key]) -> RecordBatch {
    todo!()
}

/// One row per placebo date, and one for the event itself.
pub fn placebos(_links: &[EventLink]) -> RecordBatch {
    todo!()
}
