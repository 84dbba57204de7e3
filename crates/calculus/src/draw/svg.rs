//! A tree as SVG.

use maud::{Markup, html};

use super::layout::{LETTER, Layout, SLANT};
use super::{Marks, TooManyEnds, payoffs};
use crate::answer::Equilibrium;
use crate::game::{Game, Turn};

/// Colors of the players, told apart by all eyes and on light and dark ground (Okabe & Ito 2008).
const COLORS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9"];

const STYLE: &str = "text{font:11px system-ui,sans-serif;fill:#222}.t{font-size:14px;font-weight:600}.e{fill:none;stroke:#555;stroke-width:1.4}.no{stroke:#bbb;stroke-width:1}.s{fill:none;stroke-width:1.4;stroke-dasharray:5 4}.c{fill:#fff;stroke:#555;stroke-width:1.4}.b{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}@media(prefers-color-scheme:dark){text{fill:#ddd}.e{stroke:#aaa}.no{stroke:#555}.c{fill:#222;stroke:#aaa}.b{stroke:#1a1a1a}}";

pub(super) fn color(player: usize) -> &'static str {
    COLORS[player % COLORS.len()]
}

/// The tree, growing to the right: information sets joined by dashed lines, probabilities of `equilibrium` on the branches,
/// beliefs in brackets at the nodes, payoffs at the ends. Moves that are never made are pale. No script.
///
/// # Errors
/// [`TooManyEnds`].
pub fn to_svg(game: &Game, equilibrium: Option<&Equilibrium>) -> Result<String, TooManyEnds> {
    Ok(markup(game, equilibrium)?.into_string())
}

pub(super) fn markup(game: &Game, equilibrium: Option<&Equilibrium>) -> Result<Markup, TooManyEnds> {
    let marks = Marks::new(game, equilibrium);
    let layout = Layout::new(game, &marks)?;
    let (left, top) = (20.0, 58.0);
    let place = |node: usize| (left + layout.at[node].0, top + layout.at[node].1);
    let names: usize = game.players.iter().map(|name| name.chars().count() + 5).sum();
    let wide = (left + names as f64 * LETTER).max(left + game.title.chars().count() as f64 * 8.5);
    let width = (layout.width + 2.0 * left).max(wide + left).ceil();
    let height = (layout.height + top + 16.0).ceil();
    Ok(html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height)
            role="img" aria-label=(format!("game tree: {}", game.title)) {
            style { (maud::PreEscaped(STYLE)) }
            text.t x=(left) y="22" { (game.title) }
            (legend(game, left))
            @for node in 1..game.nodes() { (edge(game, &marks, node, &place)) }
            @for (index, set) in game.infosets.iter().enumerate().filter(|(_, set)| set.nodes.len() > 1) {
                (joined(index, color(set.player), &set.nodes, &place))
            }
            @for node in 0..game.nodes() { (point(game, node, &place)) }
            @for node in 0..game.nodes() { (words(game, &layout, node, &place)) }
        }
    })
}

fn legend(game: &Game, left: f64) -> Markup {
    let starts = game.players.iter().scan(left, |next, name| {
        let at = *next;
        *next += (name.chars().count() + 5) as f64 * LETTER;
        Some(at)
    });
    html! {
        @for ((player, name), x) in game.players.iter().enumerate().zip(starts) {
            circle cx=(x + 5.0) cy="39" r="5" fill=(color(player)) {}
            text x=(x + 15.0) y="43" { (name) }
        }
    }
}

fn edge(game: &Game, marks: &Marks, node: usize, place: &impl Fn(usize) -> (f64, f64)) -> Markup {
    let (parent, _) = game.parent(node).unwrap_or((0, 0));
    let ((x, y), (to_x, to_y)) = (place(parent), place(node));
    let class = if marks.moves[node] == Some(0.0) { "e no" } else { "e" };
    html! { path class=(class) d={ "M" (x) " " (y) "L" (x + SLANT) " " (to_y) "H" (to_x) } {} }
}

/// A dashed line through the nodes of an information set, bent a little to the left, each set by another amount, so that
/// it runs beside other nodes and other sets.
fn joined(index: usize, color: &str, nodes: &[usize], place: &impl Fn(usize) -> (f64, f64)) -> Markup {
    let mut stops: Vec<(f64, f64)> = nodes.iter().map(|&node| place(node)).collect();
    stops.sort_by(|a, b| a.1.total_cmp(&b.1));
    let bend = 14.0 + 14.0 * (index % 3) as f64;
    html! {
        @for pair in stops.windows(2) {
            @let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            path.s stroke=(color)
                d={ "M" (x) " " (y) "C" (x - bend) " " (y + 12.0) " " (to_x - bend) " " (to_y - 12.0) " " (to_x) " " (to_y) } {}
        }
    }
}

fn point(game: &Game, node: usize, place: &impl Fn(usize) -> (f64, f64)) -> Markup {
    let (x, y) = place(node);
    html! {
        @match game.turn(node) {
            Turn::Player { infoset } => { circle cx=(x) cy=(y) r="5" fill=(color(game.infosets[infoset].player)) {} }
            Turn::Chance => { path.c d={ "M" (x - 6.0) " " (y) "l6 -6l6 6l-6 6z" } {} }
            Turn::End => {}
        }
    }
}

fn words(game: &Game, layout: &Layout, node: usize, place: &impl Fn(usize) -> (f64, f64)) -> Markup {
    let (x, y) = place(node);
    html! {
        @if let Some((parent, _)) = game.parent(node) {
            @let from = place(parent).0 + SLANT;
            text.b x=(from + 4.0) y=(y - 5.0) { (layout.branch[node]) }
        }
        @if let Turn::Player { infoset } = game.turn(node) {
            text.b x=(x - 9.0) y=(y + 14.0) text-anchor="end" {
                tspan style={ "fill:" (color(game.infosets[infoset].player)) } { (layout.label[node]) }
            }
        }
        @if game.turn(node) == Turn::End {
            text.b x=(x + 8.0) y=(y + 4.0) {
                @for (player, payoff) in payoffs(game, node).into_iter().enumerate() {
                    @if player > 0 { ", " }
                    tspan style={ "fill:" (color(player)) } { (payoff) }
                }
            }
        }
    }
}
