use source::Findings;

use crate::{Ladder, Spec};

pub(crate) fn compile(spec: Spec) -> Result<Ladder, Findings> {
    let _ = spec;
    todo!()
}
