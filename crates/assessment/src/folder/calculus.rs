//! `calculus.toml`: the game as the actor sees it.

use std::path::Path;
use std::sync::Arc;

use calculus::{
    Condition, Form, Game, MoveSpec, Mover, Name, PayoffSpec, PlayerSpec, ThresholdSpec, TypeSpec,
};
use measure::Formula;
use source::{Finding, Findings, SourceText};

use super::table::{At, Item, Table};

/// A game as written.
#[derive(Clone, Debug)]
pub enum CalculusForm {
    /// Players, types, moves and payoffs.
    Written(Box<Form<At<Formula>>>),
    /// A game from a file in one of Gambit's formats, with its precision λ.
    File {
        /// The game.
        game: Box<Game>,
        /// λ; the Nash limit if none is given.
        precision: Option<At<Formula>>,
        /// Its name in the folder.
        file: At<String>,
    },
}

pub(super) fn read(root: &Table<'_>, dir: &Path) -> Option<CalculusForm> {
    let precision = root.get("precision").and_then(|item| item.formula());
    if let Some(file) = root.text("game") {
        let path = dir.join(&file.value);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => {
                root.report(
                    Finding::error(
                        "calculus::file",
                        format!("cannot read `{}`: {error}", file.value),
                        &file.place,
                    )
                    .help("the name is relative to the assessment; the file is .efg or .nfg, in UTF-8"),
                );
                return None;
            }
        };
        return match calculus::gambit::read(&SourceText::new(path.display().to_string(), text)) {
            Ok(game) => Some(CalculusForm::File { game: Box::new(game), precision, file }),
            Err(finding) => {
                root.report(finding);
                None
            }
        };
    }
    let players = root.tables("player").iter().filter_map(player).collect();
    let types = root.tables("type").iter().filter_map(a_type).collect();
    let moves = root.tables("move").iter().map(a_move).collect::<Vec<_>>();
    let payoffs = root.tables("payoff").iter().map(payoff).collect::<Vec<_>>();
    let thresholds = root.tables("threshold").iter().filter_map(threshold).collect();
    if precision.is_none() {
        root.require("precision", "1.5");
    }
    Some(CalculusForm::Written(Box::new(Form {
        place: root.place().clone(),
        precision: precision?,
        players,
        types,
        moves: moves.into_iter().collect::<Option<_>>()?,
        payoffs: payoffs.into_iter().collect::<Option<_>>()?,
        thresholds,
    })))
}

fn name(text: At<String>) -> Name {
    (text.value, text.place)
}

fn player(table: &Table<'_>) -> Option<PlayerSpec> {
    let id = table.id();
    let label = table.text("label");
    let id = id?.value;
    Some(PlayerSpec {
        label: label.map_or_else(|| id.clone(), |label| label.value),
        id,
        place: table.place().clone(),
    })
}

fn a_type(table: &Table<'_>) -> Option<TypeSpec> {
    let id = table.id();
    let player = table.require_text("player", "\"a player\"");
    table.require("hypothesis", "\"a hypothesis\"");
    let hypotheses = table.texts("hypothesis").into_iter().map(name).collect();
    let _ = table.text("label");
    Some(TypeSpec { id: id?.value, player: name(player?), hypotheses, place: table.place().clone() })
}

fn a_move(table: &Table<'_>) -> Option<MoveSpec<At<Formula>>> {
    let id = table.id();
    let knows: Vec<Name> = table.texts("knows").into_iter().map(name).collect();
    let when = conditions(table, "when");
    let mut actions: Vec<String> = table.texts("actions").into_iter().map(|text| text.value).collect();
    let player = table.text("player");
    let chance = table.get("chance").and_then(|item| item.table());
    let _ = (table.text("label"), table.ground());
    let mover = match (player, chance) {
        (Some(player), None) => Mover::Player(name(player)),
        (None, Some(chance)) => {
            let each: Vec<_> =
                chance.entries().into_iter().map(|(name, item)| (name.value, item.formula())).collect();
            actions = each.iter().map(|(action, _)| action.clone()).collect();
            Mover::Chance(each.into_iter().map(|(_, formula)| formula).collect::<Option<_>>()?)
        }
        _ => {
            table.report(
                Finding::error("calculus::mover", "somebody moves, or chance does", table.place())
                    .help("give the move a `player = \"…\"` or `chance = { one = 0.5, other = 0.5 }`"),
            );
            return None;
        }
    };
    Some(MoveSpec { id: id?.value, mover, knows, when, actions, place: table.place().clone() })
}

fn conditions(table: &Table<'_>, key: &'static str) -> Vec<Condition> {
    let Some(inner) = table.get(key).and_then(|item| item.table()) else { return Vec::new() };
    let condition = |(key, item): (At<String>, Item<'_>)| Condition {
        name: name(key),
        values: item.texts().into_iter().map(name).collect(),
    };
    inner.entries().into_iter().map(condition).collect()
}

fn payoff(table: &Table<'_>) -> Option<PayoffSpec<At<Formula>>> {
    let player = table.require_text("player", "\"a player\"");
    let when = conditions(table, "when");
    let value = table.require("value", "\"gain - cost\"").and_then(|item| item.formula());
    let label = table.text("label");
    let ground = table.require_ground("the payoff");
    let label = label.map_or_else(
        || {
            let parts = when.iter().map(|one| {
                let values: Vec<&str> = one.values.iter().map(|(value, _)| value.as_str()).collect();
                format!("{} {}", one.name.0, values.join(" or "))
            });
            parts.collect::<Vec<_>>().join(", ")
        },
        |label| label.value,
    );
    Some(PayoffSpec {
        player: name(player?),
        when,
        value: value?,
        label,
        ground,
        place: table.place().clone(),
    })
}

fn threshold(table: &Table<'_>) -> Option<ThresholdSpec> {
    let parameter = table.require_text("parameter", "\"a parameter\"");
    let at = table.require_text("move", "\"a move\"");
    let of_type = table.text("type").map(name);
    let given = conditions(table, "given");
    let _ = (table.text("label"), table.ground());
    Some(ThresholdSpec {
        parameter: name(parameter?),
        at: name(at?),
        of_type,
        given,
        place: table.place().clone(),
    })
}

/// A game file on its own.
///
/// # Errors
/// A finding where the file does not fit, or cannot be read.
pub fn read_game(path: &Path) -> Result<Game, Finding> {
    read_game_with_warnings(path).map(|(game, _)| game)
}

/// As [`read_game`], with what is legal but may not be meant.
///
/// # Errors
/// As [`read_game`].
pub fn read_game_with_warnings(path: &Path) -> Result<(Game, Findings), Finding> {
    let shown = path.display().to_string();
    let nothing: Arc<SourceText> = SourceText::new(shown.clone(), "");
    let bytes = std::fs::read(path).map_err(|error| {
        Finding::error(
            "calculus::file",
            format!("cannot read `{shown}`: {error}"),
            &source::Place::new(&nothing, 0..0),
        )
        .help("give the path of an .efg or .nfg file")
    })?;
    // Old files have names of people in the encodings of their time: only labels can hold such letters.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    calculus::gambit::read_with_warnings(&SourceText::new(shown, text.trim_start_matches('\u{feff}')))
}
