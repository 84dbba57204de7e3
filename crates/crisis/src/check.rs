use std::collections::BTreeSet;

use source::{Finding, Findings, Place};

use crate::ladder::end_names;
use crate::round::{Mind, Motives, combinations};
use crate::{ActorSpec, BackChannel, Hazard, Ladder, Name, Number, Perception, Spec};

/// The solver keeps a square table over the states.
const MOST_STATES: usize = 2_500;
/// A way out that is taken more rarely than this per round is no way out: nobody waits so long, and
/// products of such numbers would vanish in the solver.
const NEVER: f64 = 1e-30;
/// Rows of a confusion matrix are written by hand.
const ROW_TOLERANCE: f64 = 1e-9;

pub(crate) fn compile(spec: Spec) -> Result<Ladder, Findings> {
    let mut check = Check { spec: &spec, findings: Findings::new() };
    check.rungs();
    let start = check.start();
    check.actors();
    check.perception(&spec.perception);
    let cut = check.back_channel();
    let hazard = check.hazard();
    check.size();
    let findings = check.findings;
    let Some(start) = start.filter(|_| !findings.any_error()) else { return Err(findings) };
    let ladder = Ladder {
        rungs: spec.rungs.iter().map(|rung| rung.id.clone()).collect(),
        actors: spec.actors.iter().map(|actor| actor.id.id.clone()).collect(),
        start,
        hazard,
        minds: minds(&spec, cut),
        states: Vec::new(),
        numbers: Vec::new(),
        first: 0,
        spec,
    }
    .explore();
    match caught(&ladder) {
        None => Ok(ladder),
        Some(finding) => {
            let mut findings = Findings::new();
            findings.push(finding);
            Err(findings)
        }
    }
}

/// Collects what is wrong with a spec.
struct Check<'a> {
    spec: &'a Spec,
    findings: Findings,
}

impl Check<'_> {
    fn error(&mut self, code: &'static str, message: String, place: &Place, label: &str, help: &str) {
        self.findings.push(Finding::error(code, message, place).label(label).help(help));
    }

    fn rungs(&mut self) {
        let spec = self.spec;
        if spec.rungs.len() < 3 {
            let message = format!("the ladder has {} rungs, not at least 3", spec.rungs.len());
            let help = "name the settled end, the war end, and at least one rung between them";
            return self.error("crisis::rungs", message, &spec.place, "too short", help);
        }
        self.twice(&spec.rungs, "rung", "crisis::rungs");
        let last = &spec.rungs[spec.rungs.len() - 1];
        let ends = end_names(&spec.rungs[0].id, &last.id);
        let repeated = (1..ends.len()).find(|&number| ends[..number].contains(&ends[number]));
        if let Some(number) = repeated.filter(|_| last.id != spec.rungs[0].id) {
            let message = format!("`{}` would name two ends of the crisis", ends[number]);
            let help = "the ends are the lowest rung, the highest rung, this with `_misread` and `_clear`, \
                        and `accident`: rename a rung";
            self.error("crisis::rungs", message, &last.place, "not to be told apart", help);
        }
    }

    fn twice(&mut self, names: &[Name], what: &str, code: &'static str) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name.id.as_str()) {
                let message = format!("the {what} `{}` stands twice", name.id);
                self.error(code, message, &name.place, "again here", "give each an id of its own");
            }
        }
    }

    /// The number of a rung, or a finding that lists what there is.
    fn rung(&mut self, name: &Name, code: &'static str) -> Option<usize> {
        let found = self.spec.rungs.iter().position(|rung| rung.id == name.id);
        if found.is_none() {
            let known: Vec<_> = self.spec.rungs.iter().map(|rung| format!("`{}`", rung.id)).collect();
            let message = format!("`{}` is no rung of the ladder", name.id);
            let help = format!("the rungs are {}", known.join(", "));
            self.error(code, message, &name.place, "unknown", &help);
        }
        found
    }

    fn start(&mut self) -> Option<usize> {
        let spec = self.spec;
        let start = self.rung(&spec.start, "crisis::start")?;
        if start == 0 || start + 1 >= spec.rungs.len() {
            let message = format!("the crisis starts on `{}`, where it is already over", spec.start.id);
            let help = "start on a rung between the lowest and the highest";
            self.error("crisis::start", message, &spec.start.place, "an end of the ladder", help);
            return None;
        }
        Some(start)
    }

    fn actors(&mut self) {
        let spec = self.spec;
        if !(2..=4).contains(&spec.actors.len()) {
            let message = format!("the ladder has {} actors, not 2, 3 or 4", spec.actors.len());
            let help = "join actors that move together into one";
            self.error("crisis::actors", message, &spec.place, "these actors", help);
        }
        let names: Vec<Name> = spec.actors.iter().map(|actor| actor.id.clone()).collect();
        self.twice(&names, "actor", "crisis::actors");
        if let Some(precision) = &spec.precision {
            self.precision(precision);
        }
        spec.actors.iter().for_each(|actor| self.actor(actor));
    }

    fn actor(&mut self, actor: &ActorSpec) {
        let numbers = [
            ("reciprocity", &actor.reciprocity),
            ("hawkishness", &actor.hawkishness),
            ("fear_of_height", &actor.fear_of_height),
            ("inertia", &actor.inertia),
        ];
        for (what, number) in numbers {
            if !number.value.is_finite() {
                let message = format!("the {what} of `{}` is {}", actor.id.id, number.value);
                self.error("crisis::number", message, &number.place, "not a number", "write a finite number");
            }
        }
        match (&actor.precision, &self.spec.precision) {
            (Some(precision), _) => self.precision(precision),
            (None, Some(_)) => {}
            (None, None) => {
                let message = format!("`{}` has no precision", actor.id.id);
                let help = "give one to the actor, or one to the ladder for all actors";
                self.error(
                    "crisis::precision",
                    message,
                    &actor.id.place,
                    "how sharply does it choose?",
                    help,
                );
            }
        }
        if let Some(perception) = &actor.perception {
            self.perception(perception);
        }
    }

    fn precision(&mut self, precision: &Number) {
        if !(precision.value >= 0.0 && precision.value.is_finite()) {
            let message = format!("the precision is {}, not a number ≥ 0", precision.value);
            let help = "0 is a coin; the larger, the surer the better course is taken";
            self.error("crisis::precision", message, &precision.place, "out of range", help);
        }
    }

    fn probability(&mut self, what: &str, number: &Number) {
        if !(0.0..=1.0).contains(&number.value) {
            let message = format!("the {what} is {}, not a probability", number.value);
            let help = "write a number from 0 to 1";
            self.error("crisis::probability", message, &number.place, "out of range", help);
        }
    }

    fn perception(&mut self, perception: &Perception) {
        match perception {
            Perception::Error { error, upward } => {
                self.probability("error of perception", error);
                self.probability("upward share of errors", upward);
            }
            Perception::Confusion(rows) => {
                for (row, truth) in rows.iter().zip(["down", "hold", "up"]) {
                    self.confusion_row(row, truth);
                }
            }
        }
    }

    fn confusion_row(&mut self, row: &[Number; 3], truth: &str) {
        for number in row {
            self.probability(&format!("share in the row `{truth}`"), number);
        }
        let total: f64 = row.iter().map(|number| number.value).sum();
        if (total - 1.0).abs() > ROW_TOLERANCE {
            let message = format!("the row `{truth}` of the confusion matrix sums to {total}, not 1");
            let help = "a row says how a true move is seen: down, hold or up, and nothing else";
            self.error("crisis::perception", message, &row[2].place, "the last one read", help);
        }
    }

    /// Highest rung on which the channel works, and its strength; 0 and 0 without one.
    fn back_channel(&mut self) -> (usize, f64) {
        let Some(BackChannel { strength, cut }) = &self.spec.back_channel else { return (0, 0.0) };
        self.probability("strength of the back channel", strength);
        (self.rung(cut, "crisis::back_channel").unwrap_or(0), strength.value)
    }

    /// Per rung.
    fn hazard(&mut self) -> Vec<f64> {
        let rungs = self.spec.rungs.len();
        let between = 1..rungs.saturating_sub(1);
        let mut hazard = vec![0.0; rungs];
        match &self.spec.hazard {
            Hazard::PerStep(eta) => {
                between.for_each(|rung| hazard[rung] = eta.value * rung as f64);
                let worst = hazard.iter().copied().fold(eta.value, f64::max);
                if !(eta.value >= 0.0 && worst <= 1.0) {
                    let message = format!("the accident hazard per step is {}", eta.value);
                    let help = "it must not be negative, nor exceed 1 when multiplied by the number of the \
                                highest rung before the top";
                    self.error("crisis::hazard", message, &eta.place, "out of range", help);
                }
            }
            Hazard::PerRung(values) if values.len() == between.len() => {
                for (rung, value) in between.zip(values) {
                    self.probability("accident hazard", value);
                    hazard[rung] = value.value;
                }
            }
            Hazard::PerRung(values) => {
                let message = format!("{} accident hazards for {} rungs", values.len(), between.len());
                let place = values.first().map_or(&self.spec.place, |value| &value.place).clone();
                let help = "give one for each rung between the lowest and the highest";
                self.error("crisis::hazard", message, &place, "from here", help);
            }
        }
        hazard
    }

    fn size(&mut self) {
        let spec = self.spec;
        let memories = combinations(spec.actors.len().min(4));
        if spec.rungs.len() * memories > MOST_STATES {
            let message = format!("{} rungs are too many for {} actors", spec.rungs.len(), spec.actors.len());
            let help = format!("at most {} can be solved", MOST_STATES / memories);
            self.error("crisis::rungs", message, &spec.place, "too long", &help);
        }
    }
}

fn minds(spec: &Spec, (cut, strength): (usize, f64)) -> Vec<Vec<Mind>> {
    let top = spec.rungs.len() - 1;
    let on = |rung: usize, actor: &ActorSpec| {
        let fog = confusion(actor.perception.as_ref().unwrap_or(&spec.perception));
        let sees = if rung <= cut { thinned(fog, strength) } else { fog };
        let height = rung as f64 / top as f64;
        let motives = Motives {
            precision: actor
                .precision
                .as_ref()
                .or(spec.precision.as_ref())
                .map_or(0.0, |number| number.value),
            reciprocity: actor.reciprocity.value,
            leaning: actor.hawkishness.value - actor.fear_of_height.value * height,
            inertia: actor.inertia.value,
        };
        Mind::new(sees, &motives, spec.actors.len() - 1)
    };
    let minds = |rung: usize| match rung {
        rung if rung == 0 || rung == top => Vec::new(),
        rung => spec.actors.iter().map(|actor| on(rung, actor)).collect(),
    };
    (0..=top).map(minds).collect()
}

fn confusion(perception: &Perception) -> [[f64; 3]; 3] {
    match perception {
        Perception::Confusion(rows) => rows.each_ref().map(|row| row.each_ref().map(|number| number.value)),
        Perception::Error { error, upward } => {
            let (right, high, low) =
                (1.0 - error.value, error.value * upward.value, error.value * (1.0 - upward.value));
            [[right, low, high], [low, right, high], [low, high, right]]
        }
    }
}

/// Mixed with the identity.
fn thinned(fog: [[f64; 3]; 3], strength: f64) -> [[f64; 3]; 3] {
    let mut mixed = fog.map(|row| row.map(|p| (1.0 - strength) * p));
    (0..3).for_each(|sign| mixed[sign][sign] += strength);
    mixed
}

/// A finding if the crisis can come to where it never ends.
fn caught(ladder: &Ladder) -> Option<Finding> {
    let states = &ladder.states;
    let mut ends: Vec<bool> = states.iter().map(|state| state.ends.iter().any(|&p| p > NEVER)).collect();
    // States lie by rung, so few sweeps are enough: one down, one up for most ladders.
    loop {
        let mut changed = false;
        for number in (0..states.len()).chain((0..states.len()).rev()) {
            if !ends[number] && states[number].next.iter().any(|&(to, _, p)| p > NEVER && ends[to]) {
                ends[number] = true;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let rungs: BTreeSet<usize> = (0..states.len()).filter(|&n| !ends[n]).map(|n| states[n].rung).collect();
    if rungs.is_empty() {
        return None;
    }
    let names: Vec<_> = rungs.iter().map(|&rung| format!("`{}`", ladder.rungs[rung])).collect();
    let message = format!("the crisis can be caught on {} and never end", names.join(", "));
    let help = "give actors a finite precision, less inertia, or the rungs an accident hazard, so that the lowest \
                or the highest rung can be reached from everywhere";
    let finding = Finding::error("crisis::never_absorbs", message, &ladder.spec.place);
    Some(finding.label("this ladder").help(help))
}
