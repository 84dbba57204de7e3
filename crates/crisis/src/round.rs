/// How one actor moves on one rung, for every combination of the others' last moves.
#[derive(Clone, Debug)]
pub(crate) struct Fog;
