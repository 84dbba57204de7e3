//! Games back into Gambit's formats, numbers as they were written.

use std::fmt::Write;

use crate::exact::{Rational, shown};
use crate::game::{Game, Turn};
use crate::normal::{NormalForm, PureProfile, TooLarge};

/// The tree in Gambit's `.efg` format. Payoffs stand at the ends; labels of nodes are not kept.
pub fn to_efg(game: &Game) -> String {
    let mut text = format!("EFG 2 R {} {}\n\n", quoted(&game.title), list(&game.players));
    // Numbers within each player, from 1 on, in the order of the game.
    let mut numbers = vec![0; game.players.len()];
    let mut number = Vec::with_capacity(game.infosets.len());
    for set in &game.infosets {
        numbers[set.player] += 1;
        number.push(numbers[set.player]);
    }
    let (mut chances, mut ends) = (0, 0);
    for node in 0..game.nodes() {
        match game.turn(node) {
            Turn::Player { infoset } => {
                let set = &game.infosets[infoset];
                put(&mut text, format_args!("p \"\" {} {}", set.player + 1, number[infoset]));
                put(&mut text, format_args!(" {} {} 0\n", quoted(&set.label), list(&set.actions)));
            }
            Turn::Chance => {
                chances += 1;
                let moves = game.chance_labels(node).into_iter().zip(game.exact_chance(node));
                let moves: Vec<String> =
                    moves.map(|(label, p)| format!("{} {}", quoted(&label), shown(&p))).collect();
                put(&mut text, format_args!("c \"\" {chances} \"\" {{ {} }} 0\n", moves.join(" ")));
            }
            Turn::End => {
                ends += 1;
                let payoffs: Vec<String> = game.exact_payoffs(node).iter().map(shown).collect();
                put(&mut text, format_args!("t \"\" {ends} \"\" {{ {} }}\n", payoffs.join(", ")));
            }
        }
    }
    text
}

/// The reduced strategic form in Gambit's `.nfg` format. A strategy is called by its actions in the order of the
/// player's information sets, `*` where it does not get.
///
/// # Errors
/// [`TooLarge`].
pub fn to_nfg(game: &Game) -> Result<String, TooLarge> {
    let form = NormalForm::new(game)?;
    let mut text = format!("NFG 1 R {} {}\n\n{{\n", quoted(&game.title), list(&game.players));
    for (player, strategies) in form.strategies.iter().enumerate() {
        let labels: Vec<String> = strategies.iter().map(|plan| plan_label(game, player, plan)).collect();
        put(&mut text, format_args!("{}\n", list(&labels)));
    }
    text.push_str("}\n\n");
    let tables: Vec<Vec<Rational>> = (0..game.players.len()).map(|player| form.exact(player)).collect();
    for cell in 0..form.cells() {
        let payoffs: Vec<String> = tables.iter().map(|table| shown(&table[cell])).collect();
        put(&mut text, format_args!("{}\n", payoffs.join(" ")));
    }
    Ok(text)
}

/// What a player does by a plan: its actions, `*` where it does not get.
pub(crate) fn plan_label(game: &Game, player: usize, plan: &PureProfile) -> String {
    let own = game.infosets.iter().zip(plan).filter(|(set, _)| set.player == player);
    let actions: Vec<&str> =
        own.map(|(set, action)| action.map_or("*", |action| set.actions[action].as_str())).collect();
    actions.join("/")
}

fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("a string takes all");
}

fn list(labels: &[String]) -> String {
    let all: Vec<String> = labels.iter().map(|label| quoted(label)).collect();
    format!("{{ {} }}", all.join(" "))
}

fn quoted(label: &str) -> String {
    format!("\"{}\"", label.replace('\\', "\\\\").replace('"', "\\\""))
}
