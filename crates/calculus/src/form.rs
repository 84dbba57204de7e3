//! A game as an analyst writes it: players, private types, moves in the order of play, payoffs with conditions.

use std::collections::{BTreeMap, BTreeSet};

use measure::BoundFormula;
use source::{Finding, Findings, Place};
use thiserror::Error;

use crate::exact::Number;
use crate::game::{Builder, Game};
use crate::recall::forgets;

/// A name and where it stands.
pub type Name = (String, Place);

/// Who plays.
#[derive(Clone, Debug)]
pub struct PlayerSpec {
    /// Stable id.
    pub id: String,
    /// For readers.
    pub label: String,
    /// Where it stands.
    pub place: Place,
}

/// What a player may privately be.
#[derive(Clone, Debug)]
pub struct TypeSpec {
    /// Stable id, unique over all players.
    pub id: String,
    /// Whose type.
    pub player: Name,
    /// Under which hypotheses the player is of this type.
    pub hypotheses: Vec<Name>,
    /// Where it stands.
    pub place: Place,
}

/// One of `values` happened at the move `name`; or, under the name `type`, one of these types is true.
#[derive(Clone, Debug)]
pub struct Condition {
    /// A move, or `type`.
    pub name: Name,
    /// Actions, or types.
    pub values: Vec<Name>,
}

/// Who moves.
#[derive(Clone, Debug)]
pub enum Mover<F> {
    /// A player.
    Player(Name),
    /// Nobody: actions with their probabilities.
    Chance(Vec<F>),
}

/// A move.
#[derive(Clone, Debug)]
pub struct MoveSpec<F> {
    /// Stable id.
    pub id: String,
    /// Who moves.
    pub mover: Mover<F>,
    /// Earlier moves whose result the mover sees, and `own type`.
    pub knows: Vec<Name>,
    /// It happens only if all of these hold.
    pub when: Vec<Condition>,
    /// What can be done.
    pub actions: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// Something that a player gets. All that apply are added up.
#[derive(Clone, Debug)]
pub struct PayoffSpec<F> {
    /// Who gets it.
    pub player: Name,
    /// If all of these hold.
    pub when: Vec<Condition>,
    /// How much.
    pub value: F,
    /// For readers.
    pub label: String,
    /// Why.
    pub ground: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A parameter along which the most likely choice is followed.
#[derive(Clone, Debug)]
pub struct ThresholdSpec {
    /// The parameter.
    pub parameter: Name,
    /// The move looked at.
    pub at: Name,
    /// Of which type, if of one only.
    pub of_type: Option<Name>,
    /// After which earlier moves.
    pub given: Vec<Condition>,
    /// Where it stands.
    pub place: Place,
}

/// A game as written; `F` is a formula, bound to its variables or not yet.
#[derive(Clone, Debug)]
pub struct Form<F> {
    /// Where it stands.
    pub place: Place,
    /// λ of the logit response, in units of 1/payoff.
    pub precision: F,
    /// Who plays.
    pub players: Vec<PlayerSpec>,
    /// Private types.
    pub types: Vec<TypeSpec>,
    /// Moves in the order of play.
    pub moves: Vec<MoveSpec<F>>,
    /// Payoffs.
    pub payoffs: Vec<PayoffSpec<F>>,
    /// Threshold scans.
    pub thresholds: Vec<ThresholdSpec>,
}

impl<F> Form<F> {
    /// The same form with other formulas.
    pub fn map<G>(&self, mut with: impl FnMut(&F) -> G) -> Form<G> {
        Form {
            place: self.place.clone(),
            precision: with(&self.precision),
            players: self.players.clone(),
            types: self.types.clone(),
            moves: self
                .moves
                .iter()
                .map(|one| MoveSpec {
                    id: one.id.clone(),
                    mover: match &one.mover {
                        Mover::Player(name) => Mover::Player(name.clone()),
                        Mover::Chance(all) => Mover::Chance(all.iter().map(&mut with).collect()),
                    },
                    knows: one.knows.clone(),
                    when: one.when.clone(),
                    actions: one.actions.clone(),
                    place: one.place.clone(),
                })
                .collect(),
            payoffs: self
                .payoffs
                .iter()
                .map(|one| PayoffSpec {
                    player: one.player.clone(),
                    when: one.when.clone(),
                    value: with(&one.value),
                    label: one.label.clone(),
                    ground: one.ground.clone(),
                    place: one.place.clone(),
                })
                .collect(),
            thresholds: self.thresholds.clone(),
        }
    }
}

/// Parameters at which the game is none.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FillError {
    /// Chance probabilities that are none.
    #[error(
        "the probabilities of the chance move `{at}` are {probabilities:?} at these parameters; they must lie between 0 and 1 and add up to 1"
    )]
    Chance {
        /// The move.
        at: String,
        /// What the formulas gave.
        probabilities: Vec<f64>,
    },
    /// A payoff that is no number.
    #[error(
        "the payoff `{0}` is not a finite number at these parameters: its formula divides by zero or overflows"
    )]
    Payoff(String),
}

/// What is known of an information set beyond its label.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// Position of the move.
    pub(crate) at: usize,
    /// Position of the type, if the player knows its own.
    pub(crate) own_type: Option<usize>,
    /// Earlier moves seen: position and action, `None` if it did not happen.
    pub(crate) seen: Vec<(usize, Option<usize>)>,
}

/// A form whose tree is built: put parameters in and it is a [`Game`].
#[derive(Clone, Debug)]
pub struct GameForm {
    pub(crate) form: Form<BoundFormula>,
    skeleton: Game,
    pub(crate) known: Vec<Known>,
    /// Payoffs that apply at each end, by position in the form.
    pub(crate) applying: Vec<Vec<usize>>,
    /// Chance nodes other than the root, with their move.
    pub(crate) chance: Vec<(usize, usize)>,
    /// Worth saying, though the game can be played.
    pub warnings: Findings,
}

/// Most nodes of a tree.
const MOST_NODES: usize = 200_000;

impl GameForm {
    /// Checks the form and builds its tree. The root is a move of chance over `hypotheses`.
    ///
    /// # Errors
    /// All findings: `calculus::player`, `calculus::type`, `calculus::types` (types that do not cover the hypotheses),
    /// `calculus::move`, `calculus::actions`, `calculus::knows`, `calculus::when`, `calculus::forgets`,
    /// `calculus::large`, `calculus::empty`.
    pub fn new(form: Form<BoundFormula>, hypotheses: &[String]) -> Result<Self, Findings> {
        let mut check = Check { form: &form, hypotheses, findings: Findings::new() };
        check.players_and_types();
        check.moves();
        check.payoffs();
        check.thresholds();
        let findings = check.findings;
        if findings.any_error() {
            return Err(findings);
        }
        let Some(mut grown) = grow(&form, hypotheses) else {
            let mut findings = findings;
            findings.push(
                Finding::error(
                    "calculus::large",
                    format!("the tree has more than {MOST_NODES} nodes"),
                    &form.place,
                )
                .help("leave out moves or actions, or let moves happen only `when` they matter"),
            );
            return Err(findings);
        };
        grown.warnings.extend(findings);
        let mut wrong = Findings::new();
        let mut blamed = BTreeSet::new();
        for set in forgets(&grown.game) {
            let known = &grown.known[set.infoset()];
            if blamed.insert(known.at) {
                wrong.push(forgetful(&form, known));
            }
        }
        if wrong.any_error() {
            return Err(wrong);
        }
        let mut warnings = grown.warnings;
        for (index, payoff) in form.payoffs.iter().enumerate() {
            if !grown.applying.iter().any(|all| all.contains(&index)) {
                warnings.push(
                    Finding::warning(
                        "calculus::never",
                        format!("the payoff `{}` never applies", payoff.label),
                        &payoff.place,
                    )
                    .help("its conditions exclude each other"),
                );
            }
        }
        Ok(Self {
            skeleton: grown.game,
            known: grown.known,
            applying: grown.applying,
            chance: grown.chance,
            warnings,
            form,
        })
    }

    /// The form it was built from.
    pub fn form(&self) -> &Form<BoundFormula> {
        &self.form
    }

    /// The game at given values of the variables; `prior[i]` is the probability of hypothesis *i*.
    ///
    /// # Errors
    /// [`FillError`].
    pub fn game(&self, values: &[f64], prior: &[f64]) -> Result<Game, FillError> {
        let mut game = self.skeleton.clone();
        self.refill(&mut game, values, prior)?;
        Ok(game)
    }

    /// Puts other values into a game made by [`GameForm::game`].
    ///
    /// # Errors
    /// [`FillError`]; the game is then half filled.
    pub fn refill(&self, game: &mut Game, values: &[f64], prior: &[f64]) -> Result<(), FillError> {
        let root = game.nodes[0].children.clone();
        game.chance[root].copy_from_slice(prior);
        for &(node, at) in &self.chance {
            let Mover::Chance(formulas) = &self.form.moves[at].mover else { continue };
            let probabilities: Vec<f64> = formulas.iter().map(|formula| formula.eval(values)).collect();
            let total: f64 = probabilities.iter().sum();
            if probabilities.iter().any(|p| !(-1e-12..=1.0 + 1e-12).contains(p)) || (total - 1.0).abs() > 1e-9
            {
                return Err(FillError::Chance { at: self.form.moves[at].id.clone(), probabilities });
            }
            let children = game.nodes[node].children.clone();
            for (slot, p) in game.chance[children].iter_mut().zip(&probabilities) {
                *slot = p.clamp(0.0, 1.0);
            }
        }
        let worth: Vec<f64> = self.form.payoffs.iter().map(|payoff| payoff.value.eval(values)).collect();
        if let Some(wrong) = worth.iter().position(|value| !value.is_finite()) {
            return Err(FillError::Payoff(self.form.payoffs[wrong].label.clone()));
        }
        let players = game.players.len();
        game.payoffs.fill(0.0);
        for (end, applying) in self.applying.iter().enumerate() {
            for &payoff in applying {
                let player = self.player(&self.form.payoffs[payoff].player.0);
                game.payoffs[end * players + player] += worth[payoff];
            }
        }
        Ok(())
    }

    /// Precision λ at given values of the variables.
    pub fn precision(&self, values: &[f64]) -> f64 {
        self.form.precision.eval(values)
    }

    /// Its tree, without payoffs and chance.
    pub(crate) fn skeleton(&self) -> &Game {
        &self.skeleton
    }

    /// Position of the move that chance makes at a node other than the root.
    pub(crate) fn chance_move(&self, node: usize) -> Option<usize> {
        self.chance.iter().find(|(own, _)| *own == node).map(|&(_, at)| at)
    }

    pub(crate) fn player(&self, id: &str) -> usize {
        self.form.players.iter().position(|player| player.id == id).unwrap_or(0)
    }
}

struct Check<'f> {
    form: &'f Form<BoundFormula>,
    hypotheses: &'f [String],
    findings: Findings,
}

impl Check<'_> {
    fn error(&mut self, code: &'static str, message: String, place: &Place, help: impl Into<String>) {
        self.findings.push(Finding::error(code, message, place).help(help));
    }

    fn player_known(&mut self, name: &Name) {
        if !self.form.players.iter().any(|player| player.id == name.0) {
            let all = list(self.form.players.iter().map(|player| player.id.as_str()));
            self.error(
                "calculus::player",
                format!("there is no player `{}`", name.0),
                &name.1,
                format!("there are {all}"),
            );
        }
    }

    fn players_and_types(&mut self) {
        let form = self.form;
        if form.players.is_empty() {
            self.error(
                "calculus::empty",
                "the game has no player".into(),
                &form.place,
                "add [[player]] with an id",
            );
        }
        for (index, player) in form.players.iter().enumerate() {
            if form.players[..index].iter().any(|other| other.id == player.id) {
                self.error(
                    "calculus::player",
                    format!("the player `{}` stands twice", player.id),
                    &player.place,
                    "give each player its own id",
                );
            }
        }
        for (index, one) in form.types.iter().enumerate() {
            self.player_known(&one.player);
            if form.types[..index].iter().any(|other| other.id == one.id) {
                self.error(
                    "calculus::type",
                    format!("the type `{}` stands twice", one.id),
                    &one.place,
                    "types of all players share one namespace",
                );
            }
            for (hypothesis, place) in &one.hypotheses {
                if !self.hypotheses.contains(hypothesis) {
                    let all = list(self.hypotheses.iter().map(String::as_str));
                    self.error(
                        "calculus::type",
                        format!("there is no hypothesis `{hypothesis}`"),
                        place,
                        format!("there are {all}"),
                    );
                }
                let twice = form.types[..index].iter().any(|other| {
                    other.player.0 == one.player.0
                        && other.hypotheses.iter().any(|(name, _)| name == hypothesis)
                });
                if twice {
                    self.error(
                        "calculus::types",
                        format!("`{hypothesis}` gives `{}` two types", one.player.0),
                        place,
                        "under one hypothesis a player has one type",
                    );
                }
            }
        }
        for player in &form.players {
            let own: Vec<&TypeSpec> = form.types.iter().filter(|one| one.player.0 == player.id).collect();
            let missing: Vec<&str> = self
                .hypotheses
                .iter()
                .filter(|id| !own.iter().any(|one| one.hypotheses.iter().any(|(name, _)| name == *id)))
                .map(String::as_str)
                .collect();
            if !own.is_empty() && !missing.is_empty() {
                self.error(
                    "calculus::types",
                    format!("no type of `{}` is named for {}", player.id, list(missing.iter().copied())),
                    &own[own.len() - 1].place,
                    "add a [[type]] with `hypothesis = …` for it: what is the player if that explanation is true?",
                );
            }
        }
    }

    fn moves(&mut self) {
        let form = self.form;
        if form.moves.is_empty() {
            self.error(
                "calculus::empty",
                "the game has no move".into(),
                &form.place,
                "add [[move]] with id, player and actions",
            );
        }
        for (index, one) in form.moves.iter().enumerate() {
            if form.moves[..index].iter().any(|other| other.id == one.id)
                || one.id == "type"
                || one.id == "utility"
            {
                self.error(
                    "calculus::move",
                    format!("the id `{}` cannot be used for this move", one.id),
                    &one.place,
                    "give each move its own id; `type` and `utility` are taken",
                );
            }
            if one.actions.is_empty() || repeated(&one.actions) {
                self.error(
                    "calculus::actions",
                    format!("the actions of `{}` are empty or repeat", one.id),
                    &one.place,
                    "write `actions = [\"first\", \"second\"]`",
                );
            }
            if let Mover::Player(player) = &one.mover {
                self.player_known(player);
                for (name, place) in &one.knows {
                    if name == "own type" {
                        if !form.types.iter().any(|one| one.player.0 == player.0) {
                            self.error(
                                "calculus::knows",
                                format!("`{}` has no types", player.0),
                                place,
                                "remove `own type` or add [[type]]",
                            );
                        }
                    } else if !form.moves[..index].iter().any(|earlier| earlier.id == *name) {
                        let all = list(form.moves[..index].iter().map(|earlier| earlier.id.as_str()));
                        self.error(
                            "calculus::knows",
                            format!("`{name}` is no earlier move"),
                            place,
                            format!("it may know `own type` and the moves before it: {all}"),
                        );
                    }
                }
            }
            self.conditions(&one.when, index);
        }
    }

    fn payoffs(&mut self) {
        let form = self.form;
        for payoff in &form.payoffs {
            self.player_known(&payoff.player);
            self.conditions(&payoff.when, form.moves.len());
        }
        for player in &form.players {
            if !form.payoffs.iter().any(|payoff| payoff.player.0 == player.id) {
                self.findings.push(
                    Finding::warning(
                        "calculus::indifferent",
                        format!("`{}` has no payoff: it does anything with equal probability", player.id),
                        &player.place,
                    )
                    .help("add [[payoff]] entries for it"),
                );
            }
        }
    }

    fn thresholds(&mut self) {
        let form = self.form;
        for one in &form.thresholds {
            let Some(index) = form.moves.iter().position(|other| other.id == one.at.0) else {
                let all = list(form.moves.iter().map(|other| other.id.as_str()));
                self.error(
                    "calculus::move",
                    format!("there is no move `{}`", one.at.0),
                    &one.at.1,
                    format!("there are {all}"),
                );
                continue;
            };
            self.conditions(&one.given, index);
            let Mover::Player(player) = &form.moves[index].mover else {
                self.error(
                    "calculus::move",
                    format!("`{}` is a move of chance", one.at.0),
                    &one.at.1,
                    "name a move of a player",
                );
                continue;
            };
            if let Some((name, place)) = &one.of_type
                && !form.types.iter().any(|other| other.id == *name && other.player.0 == player.0)
            {
                let own = form.types.iter().filter(|other| other.player.0 == player.0);
                let all = list(own.map(|other| other.id.as_str()));
                self.error(
                    "calculus::type",
                    format!("`{}` has no type `{name}`", player.0),
                    place,
                    format!("there are {all}"),
                );
            }
        }
    }

    /// Conditions may speak of the moves before position `until` and of types.
    fn conditions(&mut self, conditions: &[Condition], until: usize) {
        let form = self.form;
        for condition in conditions {
            let (name, place) = &condition.name;
            let known: Vec<&str> = if name == "type" {
                form.types.iter().map(|one| one.id.as_str()).collect()
            } else if let Some(earlier) = form.moves[..until].iter().find(|earlier| earlier.id == *name) {
                earlier.actions.iter().map(String::as_str).collect()
            } else {
                let all = list(form.moves[..until].iter().map(|earlier| earlier.id.as_str()));
                self.error(
                    "calculus::when",
                    format!("`{name}` is no earlier move"),
                    place,
                    format!("there are {all}, and `type`"),
                );
                continue;
            };
            if condition.values.is_empty() {
                self.error(
                    "calculus::when",
                    format!("nothing fits `{name}`"),
                    place,
                    "name at least one value",
                );
            }
            for (value, place) in &condition.values {
                if !known.contains(&value.as_str()) {
                    let all = list(known.iter().copied());
                    self.error(
                        "calculus::when",
                        format!("`{name}` has no `{value}`"),
                        place,
                        format!("there are {all}"),
                    );
                }
            }
        }
    }
}

fn repeated(names: &[String]) -> bool {
    names.iter().enumerate().any(|(index, name)| names[..index].contains(name))
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if all.is_empty() { "none".into() } else { all.join(", ") }
}

fn forgetful(form: &Form<BoundFormula>, known: &Known) -> Finding {
    let one = &form.moves[known.at];
    let Mover::Player(player) = &one.mover else {
        return Finding::error("calculus::forgets", format!("`{}` forgets", one.id), &one.place);
    };
    // What the player did or knew at earlier moves of its own and does not know here.
    let mut lost: Vec<String> = Vec::new();
    for earlier in &form.moves[..known.at] {
        let Mover::Player(mover) = &earlier.mover else { continue };
        if mover.0 != player.0 {
            continue;
        }
        let own = std::iter::once(&earlier.id).chain(earlier.knows.iter().map(|(name, _)| name));
        for name in own {
            if !one.knows.iter().any(|(known, _)| known == name) && !lost.contains(name) {
                lost.push(name.clone());
            }
        }
    }
    let place = one.knows.first().map_or(&one.place, |(_, place)| place);
    Finding::error(
        "calculus::forgets",
        format!("at `{}` the player `{}` forgets what it did or knew before", one.id, player.0),
        place,
    )
    .label("this information set forgets")
    .help(format!("add {} to `knows`", list(lost.iter().map(String::as_str))))
}

struct Grown {
    game: Game,
    known: Vec<Known>,
    applying: Vec<Vec<usize>>,
    chance: Vec<(usize, usize)>,
    warnings: Findings,
}

/// Move, own type, earlier moves seen: what tells information sets apart.
type Knowledge = (usize, Option<usize>, Vec<(usize, Option<usize>)>);

/// Builds the tree: chance over hypotheses, then the moves in order, those whose conditions hold.
fn grow(form: &Form<BoundFormula>, hypotheses: &[String]) -> Option<Grown> {
    let mut builder = Builder::new("", form.players.iter().map(|player| player.id.clone()).collect());
    let lot = builder.lot(hypotheses.to_vec());
    let root = builder.draw(None, vec![Number::from(1.0 / hypotheses.len() as f64); hypotheses.len()], lot);
    let lots: Vec<usize> = form.moves.iter().map(|one| builder.lot(one.actions.clone())).collect();
    let types: Vec<Vec<usize>> = hypotheses
        .iter()
        .map(|id| {
            let held = |one: &TypeSpec| one.hypotheses.iter().any(|(name, _)| name == id);
            (0..form.types.len()).filter(|&index| held(&form.types[index])).collect()
        })
        .collect();
    let mut infosets: BTreeMap<Knowledge, usize> = BTreeMap::new();
    let (mut known, mut applying, mut chance) = (Vec::new(), Vec::new(), Vec::new());
    type Waiting = ((usize, usize), usize, usize, Vec<Option<usize>>);
    let nothing = vec![None; form.moves.len()];
    let mut stack: Vec<Waiting> =
        (0..hypotheses.len()).rev().map(|branch| ((root, branch), branch, 0, nothing.clone())).collect();
    let mut nodes = 1_usize;
    while let Some((parent, hypothesis, from, history)) = stack.pop() {
        nodes += 1;
        if nodes > MOST_NODES {
            return None;
        }
        let true_types = &types[hypothesis];
        let next =
            (from..form.moves.len()).find(|&at| holds(form, &form.moves[at].when, &history, true_types));
        let Some(at) = next else {
            builder.end(Some(parent), Vec::new());
            let applies = |&index: &usize| holds(form, &form.payoffs[index].when, &history, true_types);
            applying.push((0..form.payoffs.len()).filter(applies).collect());
            continue;
        };
        let one = &form.moves[at];
        let node = match &one.mover {
            Mover::Chance(formulas) => {
                let node = builder.draw(Some(parent), vec![Number::ZERO; formulas.len()], lots[at]);
                chance.push((node, at));
                node
            }
            Mover::Player(player) => {
                let number = form.players.iter().position(|other| other.id == player.0).unwrap_or(0);
                let own_type = one
                    .knows
                    .iter()
                    .any(|(name, _)| name == "own type")
                    .then(|| true_types.iter().copied().find(|&index| form.types[index].player.0 == player.0))
                    .flatten();
                let seen: Vec<(usize, Option<usize>)> = one
                    .knows
                    .iter()
                    .filter_map(|(name, _)| form.moves.iter().position(|other| other.id == *name))
                    .map(|index| (index, history[index]))
                    .collect();
                let infoset = *infosets.entry((at, own_type, seen.clone())).or_insert_with(|| {
                    let what = Known { at, own_type, seen };
                    let label = label(form, &what);
                    known.push(what);
                    builder.infoset(number, label, one.actions.clone())
                });
                builder.decision(Some(parent), infoset, Vec::new())
            }
        };
        for action in (0..one.actions.len()).rev() {
            let mut longer = history.clone();
            longer[at] = Some(action);
            stack.push(((node, action), hypothesis, at + 1, longer));
        }
    }
    Some(Grown { game: builder.finish(), known, applying, chance, warnings: Findings::new() })
}

fn label(form: &Form<BoundFormula>, known: &Known) -> String {
    let seen = known.seen.iter().filter_map(|(index, action)| {
        let action = &form.moves[*index].actions[(*action)?];
        Some(format!("{}={action}", form.moves[*index].id))
    });
    let own = known.own_type.map(|index| format!("type={}", form.types[index].id));
    let all: Vec<String> = own.into_iter().chain(seen).collect();
    let id = &form.moves[known.at].id;
    if all.is_empty() { id.clone() } else { format!("{id} | {}", all.join(", ")) }
}

fn holds(
    form: &Form<BoundFormula>,
    conditions: &[Condition],
    history: &[Option<usize>],
    types: &[usize],
) -> bool {
    conditions.iter().all(|condition| {
        let one_of = |name: &str| condition.values.iter().any(|(value, _)| value == name);
        if condition.name.0 == "type" {
            return types.iter().any(|&index| one_of(&form.types[index].id));
        }
        let at = form.moves.iter().position(|one| one.id == condition.name.0);
        at.and_then(|at| history[at].map(|action| one_of(&form.moves[at].actions[action]))).unwrap_or(false)
    })
}
