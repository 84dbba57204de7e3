//! A choice over two parameters as a picture of its own.

use calculus::Surface;
use maud::{Markup, html};

/// Side of the square of cells.
const SIDE: f64 = 400.0;
const LEFT: f64 = 90.0;
const TOP: f64 = 40.0;
const BELOW: f64 = 60.0;
const LEGEND: f64 = 190.0;

/// Colors of actions, told apart also by those who see red and green alike (Okabe & Ito 2008).
const COLORS: [&str; 7] = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442"];

/// The surface as an SVG file: the color of a cell is its most likely action, the stronger the more likely; lines
/// where it changes along a row, and a cross where we stand.
pub fn surface_svg(surface: &Surface) -> String {
    let (across, up) = (&surface.across, &surface.up);
    let bounds = |values: &[f64]| (values[0], values[values.len() - 1]);
    if across.values.len() < 2 || up.values.len() < 2 {
        return html! { svg xmlns="http://www.w3.org/2000/svg" {} }.into_string();
    }
    let ((x0, x1), (y0, y1)) = (bounds(&across.values), bounds(&up.values));
    let (dx, dy) = (SIDE / across.values.len() as f64, SIDE / up.values.len() as f64);
    // A value stands in the middle of its cell.
    let x = |value: f64| LEFT + 0.5 * dx + (value - x0) / (x1 - x0) * (SIDE - dx);
    let y = |value: f64| TOP + SIDE - 0.5 * dy - (value - y0) / (y1 - y0) * (SIDE - dy);
    let color = |action: usize| COLORS[action % COLORS.len()];
    let most = surface.most_likely();
    let (width, height) = (LEFT + SIDE + LEGEND, TOP + SIDE + BELOW);
    let svg = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {height}")) font-family="sans-serif" font-size="13" role="img" {
            title { "Most likely action at " (surface.choice.at) " over " (across.parameter) " and " (up.parameter) }
            @for (row, actions) in most.iter().enumerate() { @for (column, &action) in actions.iter().enumerate() {
                rect x=(number(LEFT + column as f64 * dx)) y=(number(TOP + SIDE - (row + 1) as f64 * dy))
                    width=(number(dx + 0.3)) height=(number(dy + 0.3)) fill=(color(action))
                    fill-opacity=(number(0.15 + 0.85 * surface.probabilities[row][column][action])) {}
            } }
            @for (row, changes) in surface.changes.iter().enumerate() { @for change in changes {
                line x1=(number(x(change.at))) x2=(number(x(change.at))) y1=(number(TOP + SIDE - row as f64 * dy))
                    y2=(number(TOP + SIDE - (row + 1) as f64 * dy)) stroke="#000" stroke-width="2" {}
            } }
            (cross(x(across.now.clamp(x0, x1)), y(up.now.clamp(y0, y1))))
            @for value in [x0, 0.5 * (x0 + x1), x1] {
                text x=(number(x(value))) y=(number(TOP + SIDE + 18.0)) text-anchor="middle" { (short(value)) }
            }
            @for value in [y0, 0.5 * (y0 + y1), y1] {
                text x=(number(LEFT - 8.0)) y=(number(y(value) + 4.0)) text-anchor="end" { (short(value)) }
            }
            text x=(number(LEFT + 0.5 * SIDE)) y=(number(TOP + SIDE + 42.0)) text-anchor="middle" { (across.parameter) }
            text x=(number(LEFT)) y=(number(TOP - 14.0)) { (up.parameter) " ↑" }
            @for (index, action) in surface.choice.actions.iter().enumerate() {
                rect x=(number(LEFT + SIDE + 20.0)) y=(number(TOP + 24.0 * index as f64)) width="14" height="14" fill=(color(index)) {}
                text x=(number(LEFT + SIDE + 42.0)) y=(number(TOP + 12.0 + 24.0 * index as f64)) { (action) }
            }
        }
    };
    svg.into_string()
}

fn cross(x: f64, y: f64) -> Markup {
    html! {
        path d=(format!("M{} {}h12M{} {}v12", number(x - 6.0), number(y), number(x), number(y - 6.0))) stroke="#fff" stroke-width="5" {}
        path d=(format!("M{} {}h12M{} {}v12", number(x - 6.0), number(y), number(x), number(y - 6.0))) stroke="#000" stroke-width="2" {}
    }
}

fn number(value: f64) -> String {
    format!("{value:.2}")
}

fn short(value: f64) -> String {
    format!("{value:.3}").trim_end_matches('0').trim_end_matches('.').to_string()
}
