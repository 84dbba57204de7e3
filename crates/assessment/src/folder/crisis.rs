//! `crisis.toml`: the ladder, with formulas where numbers are uncertain.

use crisis::{ActorSpec, BackChannel, Hazard, Name, Number, Perception, Spec};
use measure::{BoundFormula, Formula};
use source::{Finding, Findings, Place};

use super::table::{At, Item, Table};
use crate::variables::Variables;

/// A ladder whose numbers are `F`: formulas as read, or bound to the positions of their variables.
#[derive(Clone, Debug)]
pub struct CrisisForm<F = At<Formula>> {
    /// Where it stands.
    pub place: Place,
    /// Ids from the lowest to the highest.
    pub rungs: Vec<Name>,
    /// Where the crisis stands now.
    pub start: Name,
    precision: Option<(F, Place)>,
    actors: Vec<ActorForm<F>>,
    perception: PerceptionForm<F>,
    channel: Option<((F, Place), Name)>,
    hazard: HazardForm<F>,
    /// How many trajectories to simulate.
    pub trajectories: u64,
}

#[derive(Clone, Debug)]
struct ActorForm<F> {
    id: Name,
    /// Reciprocity, hawkishness, fear of height, inertia.
    traits: [(F, Place); 4],
    precision: Option<(F, Place)>,
}

#[derive(Clone, Debug)]
enum PerceptionForm<F> {
    Error((F, Place), (F, Place)),
    Confusion(Vec<(F, Place)>),
}

#[derive(Clone, Debug)]
enum HazardForm<F> {
    PerStep((F, Place)),
    PerRung(Vec<(F, Place)>),
}

/// Trajectories simulated unless the file says otherwise.
const TRAJECTORIES: u64 = 20_000;

pub(super) fn read(root: &Table<'_>) -> Option<CrisisForm> {
    let rungs: Vec<Name> = root
        .require("rungs", "[\"settled\", …, \"war\"]")?
        .texts()
        .iter()
        .map(|t| Name::at(&t.value, &t.place))
        .collect();
    let start = root.require_text("start", "\"a rung\"").map(|text| Name::at(text.value, &text.place));
    let precision = formula(root, "precision");
    let actors: Vec<_> = root.tables("actor").iter().map(actor).collect();
    let perception = perception(root);
    let channel = root.get("channel").and_then(|item| item.table()).and_then(|table| {
        let strength = require(&table, "strength", "0.8");
        let cut = table.require_text("works_up_to", "\"a rung\"");
        Some((strength?, cut.map(|text| Name::at(text.value, &text.place))?))
    });
    let hazard = root.get("accident").and_then(|item| item.table()).and_then(|table| hazard(&table));
    let trajectories = root
        .get("simulation")
        .and_then(|item| item.table())
        .and_then(|table| table.count("trajectories"))
        .unwrap_or(TRAJECTORIES);
    let actors = actors.into_iter().collect::<Option<Vec<_>>>()?;
    Some(CrisisForm {
        place: root.place().clone(),
        rungs,
        start: start?,
        precision,
        actors,
        perception: perception?,
        channel,
        hazard: hazard.unwrap_or_else(|| HazardForm::PerStep(constant(0.0))),
        trajectories,
    })
}

type Written = (At<Formula>, Place);

fn constant(value: f64) -> Written {
    (At { value: Formula::constant(value), place: Place::nowhere() }, Place::nowhere())
}

fn written(item: &Item<'_>) -> Option<Written> {
    Some((item.formula()?, item.place.clone()))
}

fn formula(table: &Table<'_>, key: &'static str) -> Option<Written> {
    written(&table.get(key)?)
}

fn require(table: &Table<'_>, key: &'static str, example: &str) -> Option<Written> {
    written(&table.require(key, example)?)
}

fn actor(table: &Table<'_>) -> Option<ActorForm<At<Formula>>> {
    let id = table.id();
    let traits =
        [("reciprocity", "1.0"), ("hawkishness", "0.2"), ("fear_of_height", "1.0"), ("inertia", "0.2")]
            .map(|(key, example)| require(table, key, example));
    let precision = formula(table, "precision");
    let _ = (table.text("label"), table.ground());
    let id = id?;
    let [Some(a), Some(b), Some(c), Some(d)] = traits else { return None };
    Some(ActorForm { id: Name::at(id.value, &id.place), traits: [a, b, c, d], precision })
}

fn perception(root: &Table<'_>) -> Option<PerceptionForm<At<Formula>>> {
    let table = root.require("perception", "{ error = 0.2, upward = 0.7 }")?.table()?;
    let _ = table.ground();
    if let Some(matrix) = table.get("matrix") {
        let rows = matrix.list();
        let cells: Vec<_> = rows.iter().flat_map(|row| row.list()).collect();
        if rows.len() != 3 || cells.len() != 9 {
            matrix.report(
                Finding::error("crisis::matrix", "the matrix is not 3 by 3", &matrix.place).help(
                    "rows are the true move (down, hold, up), columns what is seen: [[0.8, 0.1, 0.1], …]",
                ),
            );
            return None;
        }
        return cells.iter().map(written).collect::<Option<Vec<_>>>().map(PerceptionForm::Confusion);
    }
    let error = require(&table, "error", "0.2");
    let upward = formula(&table, "upward").unwrap_or_else(|| constant(0.5));
    Some(PerceptionForm::Error(error?, upward))
}

fn hazard(table: &Table<'_>) -> Option<HazardForm<At<Formula>>> {
    let _ = table.ground();
    match (table.get("per_rung"), table.get("hazards")) {
        (Some(item), None) => written(&item).map(HazardForm::PerStep),
        (None, Some(item)) => {
            item.list().iter().map(written).collect::<Option<Vec<_>>>().map(HazardForm::PerRung)
        }
        _ => {
            table.report(
                Finding::error("crisis::hazard", "the accident hazard is not given in one way", table.place())
                    .help("write `per_rung = 0.002` (times the number of the rung) or `hazards = [one per inner rung]`"),
            );
            None
        }
    }
}

impl CrisisForm {
    /// Gives all names their positions; unknown names are findings.
    pub fn bind(&self, variables: &Variables, findings: &mut Findings) -> Option<CrisisForm<BoundFormula>> {
        let mut fine = true;
        let mut bind = |(formula, place): &Written| {
            let bound = variables.bind(formula, findings);
            fine &= bound.is_some();
            (bound.unwrap_or_else(zero), place.clone())
        };
        let form = CrisisForm {
            place: self.place.clone(),
            rungs: self.rungs.clone(),
            start: self.start.clone(),
            precision: self.precision.as_ref().map(&mut bind),
            actors: self
                .actors
                .iter()
                .map(|actor| ActorForm {
                    id: actor.id.clone(),
                    traits: [0, 1, 2, 3].map(|i| bind(&actor.traits[i])),
                    precision: actor.precision.as_ref().map(&mut bind),
                })
                .collect(),
            perception: match &self.perception {
                PerceptionForm::Error(error, upward) => PerceptionForm::Error(bind(error), bind(upward)),
                PerceptionForm::Confusion(cells) => {
                    PerceptionForm::Confusion(cells.iter().map(&mut bind).collect())
                }
            },
            channel: self.channel.as_ref().map(|(strength, cut)| (bind(strength), cut.clone())),
            hazard: match &self.hazard {
                HazardForm::PerStep(eta) => HazardForm::PerStep(bind(eta)),
                HazardForm::PerRung(all) => HazardForm::PerRung(all.iter().map(&mut bind).collect()),
            },
            trajectories: self.trajectories,
        };
        fine.then_some(form)
    }

    /// All names that its formulas use.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.formulas().flat_map(|f| f.value.names()).map(|(n, _)| n.to_string()).collect();
        names.sort();
        names.dedup();
        names
    }

    fn formulas(&self) -> impl Iterator<Item = &At<Formula>> {
        let perception: Vec<&Written> = match &self.perception {
            PerceptionForm::Error(error, upward) => vec![error, upward],
            PerceptionForm::Confusion(cells) => cells.iter().collect(),
        };
        let hazard: Vec<&Written> = match &self.hazard {
            HazardForm::PerStep(eta) => vec![eta],
            HazardForm::PerRung(all) => all.iter().collect(),
        };
        let actors = self.actors.iter().flat_map(|actor| actor.traits.iter().chain(&actor.precision));
        let channel = self.channel.iter().map(|(strength, _)| strength);
        self.precision.iter().chain(actors).chain(perception).chain(hazard).chain(channel).map(|(f, _)| f)
    }
}

fn zero() -> BoundFormula {
    Formula::constant(0.0).bind(&|_| None).expect("a constant has no names")
}

impl CrisisForm<BoundFormula> {
    /// The ladder with all numbers put in.
    pub fn spec(&self, values: &[f64]) -> Spec {
        let number = |(formula, place): &(BoundFormula, Place)| Number::at(formula.eval(values), place);
        Spec {
            place: self.place.clone(),
            rungs: self.rungs.clone(),
            start: self.start.clone(),
            actors: self
                .actors
                .iter()
                .map(|actor| ActorSpec {
                    id: actor.id.clone(),
                    reciprocity: number(&actor.traits[0]),
                    hawkishness: number(&actor.traits[1]),
                    fear_of_height: number(&actor.traits[2]),
                    inertia: number(&actor.traits[3]),
                    precision: actor.precision.as_ref().map(number),
                    perception: None,
                })
                .collect(),
            precision: self.precision.as_ref().map(number),
            perception: match &self.perception {
                PerceptionForm::Error(error, upward) => {
                    Perception::Error { error: number(error), upward: number(upward) }
                }
                PerceptionForm::Confusion(cells) => Perception::Confusion(Box::new(
                    [0, 1, 2].map(|row| [0, 1, 2].map(|column| number(&cells[3 * row + column]))),
                )),
            },
            back_channel: self
                .channel
                .as_ref()
                .map(|(strength, cut)| BackChannel { strength: number(strength), cut: cut.clone() }),
            hazard: match &self.hazard {
                HazardForm::PerStep(eta) => Hazard::PerStep(number(eta)),
                HazardForm::PerRung(all) => Hazard::PerRung(all.iter().map(number).collect()),
            },
        }
    }
}
