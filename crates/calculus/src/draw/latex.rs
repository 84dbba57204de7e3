//! A tree and strategy tables in LaTeX.

use std::fmt::Write;

use super::layout::{Layout, SLANT};
use super::{Marks, TooManyEnds, payoffs, probability};
use crate::game::{Game, Turn};
use crate::solution::Solution;

/// Pixels of the drawing in a centimeter on paper.
const SCALE: f64 = 42.0;

/// A document that stands alone: the tree in TikZ (as [`super::to_svg`] draws it), with the probabilities of the first
/// equilibrium, then a table of strategies for each. Needs the packages tikz, booktabs and longtable only.
///
/// # Errors
/// [`TooManyEnds`].
pub fn to_latex(game: &Game, solution: Option<&Solution>) -> Result<String, TooManyEnds> {
    let equilibria = solution.map_or(&[][..], |solution| &solution.equilibria[..]);
    let first = equilibria.iter().find(|one| !one.strategies.is_empty());
    let marks = Marks::new(game, first);
    let layout = Layout::new(game, &marks)?;
    // A page of A4, or as large as the tree needs: what is shrunk to fit cannot be read.
    let width = (layout.width / SCALE + 6.0).max(21.0);
    let height = (layout.height / SCALE + 8.0).max(29.7);
    let mut text = String::from("\\documentclass{article}\n\\usepackage[T1]{fontenc}\n");
    put(
        &mut text,
        format_args!(
            "\\usepackage[paperwidth={width:.1}cm,paperheight={height:.1}cm,margin=2cm]{{geometry}}\n"
        ),
    );
    text.push_str(
        "\\usepackage{tikz,booktabs,longtable}\n\\usetikzlibrary{shapes.geometric}\n\\begin{document}\n",
    );
    put(&mut text, format_args!("\\section*{{{}}}\n", escaped(&game.title)));
    text.push_str("\\begin{tikzpicture}[font=\\scriptsize,\n  move/.style={draw}, never/.style={draw,gray!50}, set/.style={draw,dashed},\n  player/.style={circle,fill,inner sep=1.2pt}, chance/.style={diamond,draw,fill=white,inner sep=1.4pt}]\n");
    let at = |node: usize| (layout.at[node].0 / SCALE, -layout.at[node].1 / SCALE);
    for node in 1..game.nodes() {
        let (parent, _) = game.parent(node).unwrap_or((0, 0));
        let ((x, y), (to_x, to_y)) = (at(parent), at(node));
        let style = if marks.moves[node] == Some(0.0) { "never" } else { "move" };
        let level = x + SLANT / SCALE;
        put(
            &mut text,
            format_args!(
                "\\draw[{style}] ({x:.2},{y:.2}) -- ({level:.2},{to_y:.2}) -- ({to_x:.2},{to_y:.2});\n"
            ),
        );
        put(
            &mut text,
            format_args!(
                "\\node[anchor=south west,inner sep=1pt] at ({level:.2},{to_y:.2}) {{{}}};\n",
                escaped(&layout.branch[node])
            ),
        );
    }
    for set in game.infosets.iter().filter(|set| set.nodes.len() > 1) {
        let mut stops: Vec<(f64, f64)> = set.nodes.iter().map(|&node| at(node)).collect();
        stops.sort_by(|a, b| b.1.total_cmp(&a.1));
        for pair in stops.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            put(
                &mut text,
                format_args!("\\draw[set] ({x:.2},{y:.2}) to[bend right=20] ({to_x:.2},{to_y:.2});\n"),
            );
        }
    }
    for node in 0..game.nodes() {
        let (x, y) = at(node);
        match game.turn(node) {
            Turn::Player { .. } => {
                put(&mut text, format_args!("\\node[player] at ({x:.2},{y:.2}) {{}};\n"));
                put(
                    &mut text,
                    format_args!(
                        "\\node[anchor=north east,inner sep=2pt] at ({x:.2},{y:.2}) {{{}}};\n",
                        escaped(&layout.label[node])
                    ),
                );
            }
            Turn::Chance => put(&mut text, format_args!("\\node[chance] at ({x:.2},{y:.2}) {{}};\n")),
            Turn::End => {
                let payoffs = payoffs(game, node).join(", ");
                put(
                    &mut text,
                    format_args!("\\node[anchor=west] at ({x:.2},{y:.2}) {{{}}};\n", escaped(&payoffs)),
                );
            }
        }
    }
    text.push_str("\\end{tikzpicture}\n");
    for (index, equilibrium) in equilibria.iter().enumerate() {
        let payoffs: Vec<String> = game
            .players
            .iter()
            .zip(&equilibrium.payoffs)
            .map(|(name, payoff)| format!("{} ${:.4}$", escaped(name), payoff))
            .collect();
        put(
            &mut text,
            format_args!("\n\\subsection*{{Equilibrium {}: {}}}\n", index + 1, payoffs.join(", ")),
        );
        text.push_str("\\begin{longtable}{lllr}\n\\toprule\nplayer & information set & action & probability \\\\\n\\midrule\n\\endhead\n");
        for row in equilibrium.rows(game) {
            let p = row.exact.map_or_else(|| probability(row.probability), ToString::to_string);
            put(
                &mut text,
                format_args!(
                    "{} & {} & {} & ${p}$ \\\\\n",
                    escaped(&game.players[row.player]),
                    escaped(row.infoset.unwrap_or("plan")),
                    escaped(row.action),
                ),
            );
        }
        text.push_str("\\bottomrule\n\\end{longtable}\n");
    }
    text.push_str("\\end{document}\n");
    Ok(text)
}

fn put(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("a string takes all");
}

fn escaped(label: &str) -> String {
    let mut text = String::with_capacity(label.len());
    for c in label.chars() {
        match c {
            '\\' => text.push_str("\\textbackslash{}"),
            '{' | '}' | '$' | '&' | '#' | '%' | '_' => {
                text.push('\\');
                text.push(c);
            }
            '~' => text.push_str("\\textasciitilde{}"),
            '^' => text.push_str("\\textasciicircum{}"),
            '<' => text.push_str("$<$"),
            '>' => text.push_str("$>$"),
            '|' => text.push_str("$|$"),
            '−' => text.push_str("$-$"),
            '…' => text.push_str("\\dots{}"),
            other => text.push(other),
        }
    }
    text
}
