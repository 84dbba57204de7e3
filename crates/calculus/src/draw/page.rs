//! A game and its equilibria as a page.

use maud::{DOCTYPE, Markup, html};

use super::svg::{color, markup};
use super::{TooManyEnds, probability};
use crate::answer::Equilibrium;
use crate::exact::{parse, shown};
use crate::gambit::plan_label;
use crate::game::Game;
use crate::normal::NormalForm;
use crate::solution::Solution;

const STYLE: &str = ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}figure{margin:1rem 0;overflow-x:auto}table{display:block;overflow-x:auto;border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .7rem;border-bottom:1px solid #8884;text-align:left}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600;padding:.3rem 0}";
/// Most equilibria with a tree of their own; the others have a table.
const MOST_TREES: usize = 8;
/// Most strategies of a player in a payoff table.
const MOST_STRATEGIES: usize = 16;

/// A page without script: the tree, the payoff table of two players with few strategies, and for every equilibrium its
/// payoffs, its regret, its tree and its strategies.
///
/// # Errors
/// [`TooManyEnds`].
pub fn to_html(game: &Game, solution: Option<&Solution>) -> Result<String, TooManyEnds> {
    let equilibria: &[Equilibrium] = solution.map_or(&[], |solution| &solution.equilibria);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (game.title) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { (game.title) }
                @if equilibria.is_empty() { figure { (markup(game, None)?) } }
                @if let Some(table) = payoff_table(game) { (table) }
                @if let Some(solution) = solution {
                    @if solution.equilibria.is_empty() { p { "No equilibrium was found by the method " code { (solution.method) } "." } }
                    @for note in &solution.notes { p { (note) } }
                }
                @for (index, equilibrium) in equilibria.iter().enumerate() {
                    h2 { "Equilibrium " (index + 1) " of " (equilibria.len()) }
                    p {
                        "Payoffs: "
                        @for (player, name) in game.players.iter().enumerate() {
                            @if player > 0 { ", " }
                            span style={ "color:" (color(player)) } { (name) }
                            " " (payoff(equilibrium, player))
                        }
                        (proof(equilibrium))
                    }
                    @if index < MOST_TREES && !equilibrium.strategies.is_empty() {
                        figure { (markup(game, Some(equilibrium))?) }
                    }
                    (strategies(game, equilibrium))
                }
            }
        }
    };
    Ok(page.into_string())
}

fn proof(equilibrium: &Equilibrium) -> String {
    let rational = match equilibrium.sequentially_rational {
        Some(true) => " It is sequentially rational with the beliefs shown.",
        Some(false) => " It is not sequentially rational with the beliefs shown.",
        None => "",
    };
    if equilibrium.max_regret == 0.0 {
        return format!(". Nobody could gain anything.{rational}");
    }
    format!(". Nobody could gain more than {:.2e}.{rational}", equilibrium.max_regret)
}

fn payoff(equilibrium: &Equilibrium, player: usize) -> String {
    let near = format!("{}", (equilibrium.payoffs[player] * 1e4).round() / 1e4);
    let exact =
        equilibrium.exact.as_ref().and_then(|exact| parse(&exact.payoffs[player])).map(|one| shown(&one));
    match exact {
        Some(exact) if exact.contains('/') => format!("{exact} ≈ {near}"),
        Some(exact) => exact,
        None => near,
    }
}

/// One row per action: player, information set, action, probability.
fn strategies(game: &Game, equilibrium: &Equilibrium) -> Markup {
    html! {
        table {
            thead { tr { th { "player" } th { "information set" } th { "action" } th.n { "probability" } th.n { "exactly" } } }
            tbody {
                @for row in equilibrium.rows(game) {
                    tr {
                        td style={ "color:" (color(row.player)) } { (game.players[row.player]) }
                        td { (row.infoset.unwrap_or("plan for the whole game")) }
                        td { (row.action) }
                        td.n { (probability(row.probability)) }
                        td.n { (row.exact.unwrap_or_default()) }
                    }
                }
            }
        }
    }
}

fn payoff_table(game: &Game) -> Option<Markup> {
    let form = NormalForm::new(game).ok()?;
    let few = |own: &Vec<_>| own.len() <= MOST_STRATEGIES;
    if form.strategies.len() != 2 || !form.strategies.iter().all(few) || game.infosets.is_empty() {
        return None;
    }
    let [first, second] = [0, 1].map(|player| {
        form.strategies[player].iter().map(|plan| plan_label(game, player, plan)).collect::<Vec<_>>()
    });
    let tables = [form.exact(0), form.exact(1)];
    Some(html! {
        table {
            caption { "Strategic form: what each plan brings " (game.players[0]) " and " (game.players[1]) }
            thead { tr { th {} @for column in &second { th.n { (column) } } } }
            tbody {
                @for (i, row) in first.iter().enumerate() {
                    tr {
                        th { (row) }
                        @for j in 0..second.len() {
                            @let cell = i + j * first.len();
                            td.n { (shown(&tables[0][cell])) ", " (shown(&tables[1][cell])) }
                        }
                    }
                }
            }
        }
    })
}
