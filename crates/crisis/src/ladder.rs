use source::Findings;

use crate::round::Fog;
use crate::spec::Spec;

/// A checked ladder, ready to be solved and simulated.
#[derive(Clone, Debug)]
pub struct Ladder {
    pub(crate) rungs: Vec<String>,
    pub(crate) actors: Vec<String>,
    pub(crate) start: usize,
    /// Per rung; 0 at both ends.
    pub(crate) hazard: Vec<f64>,
    /// Per rung between the ends and actor.
    pub(crate) choice: Vec<Vec<Fog>>,
    /// As given, to switch the back channel off.
    pub(crate) spec: Spec,
}

impl Ladder {
    /// Checks a spec and prepares it.
    ///
    /// # Errors
    /// All findings at once: `crisis::rungs`, `crisis::start`, `crisis::actors`, `crisis::precision`,
    /// `crisis::probability`, `crisis::perception`, `crisis::back_channel`, `crisis::hazard`,
    /// `crisis::number`, and `crisis::never_absorbs` for a ladder on which the crisis can be caught.
    ///
    /// # Cost
    /// Microseconds for two actors.
    pub fn new(spec: Spec) -> Result<Self, Findings> {
        crate::check::compile(spec)
    }

    /// Ids of the rungs, from the lowest.
    pub fn rungs(&self) -> &[String] {
        &self.rungs
    }

    /// Ids of the actors.
    pub fn actors(&self) -> &[String] {
        &self.actors
    }

    /// Number of the rung of the start.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Names of the four ends and of war as a whole, in the order of [`crate::Outcomes::values`]:
    /// the lowest rung, `<top>_misread`, `<top>_clear`, `accident`, the highest rung.
    pub fn ends(&self) -> [String; 5] {
        let (bottom, top) = (&self.rungs[0], &self.rungs[self.rungs.len() - 1]);
        [bottom.clone(), format!("{top}_misread"), format!("{top}_clear"), "accident".into(), top.clone()]
    }
}
