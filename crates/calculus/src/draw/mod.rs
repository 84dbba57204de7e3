//! Games for readers: the tree as SVG, a page with strategy tables, LaTeX.

mod latex;
mod layout;
mod page;
mod svg;

use thiserror::Error;

use crate::answer::Equilibrium;
use crate::game::{Game, Turn};

pub use latex::to_latex;
pub use page::to_html;
pub use svg::to_svg;

/// A tree that nobody could read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the tree has {0} ends; more than {MOST_ENDS} cannot be drawn legibly")]
pub struct TooManyEnds(pub usize);

/// Most ends that are drawn.
const MOST_ENDS: usize = 500;

/// What is written at the branches and nodes of a tree.
struct Marks {
    /// Node → probability of the move that leads there; `None` where the strategies do not say.
    moves: Vec<Option<f64>>,
    /// Node → belief, where its information set has others.
    beliefs: Vec<Option<f64>>,
}

impl Marks {
    fn new(game: &Game, equilibrium: Option<&Equilibrium>) -> Self {
        let said = |infoset: usize| -> Option<Vec<f64>> {
            let set = &game.infosets[infoset];
            let own = equilibrium?.strategies.get(&game.players[set.player])?.get(&set.label)?;
            set.actions.iter().map(|action| own.get(action).copied()).collect()
        };
        let rows: Vec<Option<Vec<f64>>> = (0..game.infosets.len()).map(said).collect();
        let mut moves = vec![None];
        for node in 1..game.nodes() {
            let (parent, branch) = game.parent(node).unwrap_or((0, 0));
            moves.push(match game.turn(parent) {
                Turn::Player { infoset } => rows[infoset].as_ref().map(|row| row[branch]),
                Turn::Chance | Turn::End => game.chance(parent).get(branch).copied(),
            });
        }
        let mut beliefs = vec![None; game.nodes()];
        let sets = equilibrium.into_iter().flat_map(|one| &one.beliefs).zip(&game.infosets);
        for (own, set) in sets.filter(|(_, set)| set.nodes.len() > 1) {
            for (belief, &node) in own.nodes.iter().zip(&set.nodes) {
                beliefs[node] = Some(belief.probability);
            }
        }
        Self { moves, beliefs }
    }
}

/// A probability for readers: three digits, and nothing that looks like 0 or 1 without being it.
fn probability(p: f64) -> String {
    if p == 0.0 || p == 1.0 {
        format!("{p}")
    } else if p < 0.0005 {
        "<0.001".into()
    } else if p > 0.9995 {
        ">0.999".into()
    } else {
        format!("{p:.3}").trim_end_matches('0').into()
    }
}

/// Payoffs at an end, with a true minus sign.
fn payoffs(game: &Game, node: usize) -> Vec<String> {
    let short = |value: &f64| {
        let text = format!("{value}");
        let text = if text.len() > 8 { format!("{value:.4}") } else { text };
        text.replace('-', "−")
    };
    game.payoffs(node).iter().map(short).collect()
}
