//! Where everything of a tree stands: it grows to the right, one line per end.

use super::{MOST_ENDS, Marks, TooManyEnds, probability};
use crate::game::{Game, Turn};

/// Height of a line.
pub(super) const LINE: f64 = 34.0;
/// Width of a character of the labels.
pub(super) const LETTER: f64 = 6.6;
/// From a node to where its branches run level.
pub(super) const SLANT: f64 = 30.0;

/// A tree laid out; units are pixels, the root at the left.
pub(super) struct Layout {
    /// Node → place.
    pub(super) at: Vec<(f64, f64)>,
    /// Node → label of the move that leads there, with its probability.
    pub(super) branch: Vec<String>,
    /// Node → who moves there and what it knows, with its belief.
    pub(super) label: Vec<String>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Layout {
    pub(super) fn new(game: &Game, marks: &Marks) -> Result<Self, TooManyEnds> {
        if game.ends() > MOST_ENDS {
            return Err(TooManyEnds(game.ends()));
        }
        let nodes = game.nodes();
        let mut depth = vec![0_usize; nodes];
        let mut branch = vec![String::new()];
        for node in 1..nodes {
            let (parent, action) = game.parent(node).unwrap_or((0, 0));
            depth[node] = depth[parent] + 1;
            let label = match game.turn(parent) {
                Turn::Player { infoset } => game.infosets[infoset].actions[action].clone(),
                Turn::Chance | Turn::End => game.chance_labels(parent)[action].clone(),
            };
            branch.push(match marks.moves[node] {
                Some(p) => format!("{} {}", short(&label), probability(p)),
                None => short(&label),
            });
        }
        let label: Vec<String> = (0..nodes).map(|node| label(game, marks, node)).collect();
        // The branches into a column and the labels of its nodes, which stand below them, must fit between the columns.
        let columns = depth.iter().max().map_or(1, |deepest| deepest + 1);
        let mut room = vec![0.0_f64; columns];
        for node in 0..nodes {
            let letters = branch[node].chars().count().max(label[node].chars().count()) as f64;
            let column: &mut f64 = &mut room[depth[node]];
            *column = column.max(letters * LETTER + SLANT + 24.0);
        }
        let mut left = vec![0.0; columns];
        for column in 0..columns {
            let before = if column == 0 { 0.0 } else { left[column - 1] };
            left[column] = before + room[column];
        }
        let mut line = 0.0;
        let mut at = vec![(0.0, 0.0); nodes];
        // Children stand behind their parent: from the last node to the first, ends first by their order.
        for (node, place) in at.iter_mut().enumerate() {
            place.0 = left[depth[node]];
            if game.turn(node) == Turn::End {
                place.1 = (line + 0.5) * LINE;
                line += 1.0;
            }
        }
        for node in (0..nodes).rev() {
            if let (Some(&first), Some(&last)) = (game.children(node).first(), game.children(node).last()) {
                at[node].1 = 0.5 * (at[first].1 + at[last].1);
            }
        }
        let payoffs = 14.0 * game.players.len() as f64 * LETTER;
        Ok(Self { at, branch, label, width: left[columns - 1] + payoffs, height: line * LINE })
    }
}

fn label(game: &Game, marks: &Marks, node: usize) -> String {
    let Turn::Player { infoset } = game.turn(node) else { return String::new() };
    let set = &game.infosets[infoset];
    let player = &game.players[set.player];
    let name = if set.label == *player {
        short(player)
    } else {
        format!("{}: {}", short(player), short(&set.label))
    };
    match marks.beliefs[node] {
        Some(belief) => format!("{name} [{}]", probability(belief)),
        None => name,
    }
}

/// At most 28 letters.
fn short(label: &str) -> String {
    if label.chars().count() <= 28 {
        return label.into();
    }
    label.chars().take(27).chain(['…']).collect()
}
