//! The choice from where each player sits: play, utilities, thresholds.

use std::collections::BTreeMap;

use assessment::{Assessed, Choice};
use calculus::{Play, Standpoint, Threshold};
use kuva::prelude::*;
use maud::{Markup, html};

use crate::chart;
use crate::number::{grounded, percent, short};

/// The whole section.
pub fn view(assessed: &Assessed) -> Markup {
    let Some(choice) = &assessed.choice else {
        return html! { p { "This assessment has no calculus.toml." } };
    };
    let play = &choice.play;
    html! {
        p {
            "Behavior is the logit quantal response equilibrium at precision λ = " (short(play.lambda))
            " (McKelvey and Palfrey 1998), traced from indifference: better courses are taken more often, none never. Private types are as probable as the explanations above. Utilities have no unit; only their differences count. At this precision nobody could gain more than "
            (short(play.max_regret)) " by another strategy."
        }
        (tree(play))
        (courses(play))
        (standpoints(play))
        (thresholds(choice))
    }
}

/// A stream of play: what was done so far, by which type, how probable.
struct Stream<'p> {
    history: Vec<(&'p str, &'p str)>,
    own_type: Option<&'p str>,
    value: f64,
    node: Option<String>,
}

/// The tree of play, drawn as streams whose width is probability.
fn tree(play: &Play) -> Markup {
    let mut moves: Vec<&str> = Vec::new();
    for standpoint in &play.standpoints {
        if !moves.contains(&standpoint.at.as_str()) {
            moves.push(&standpoint.at);
        }
    }
    // Moves are drawn in the order in which others see them.
    moves.sort_by_key(|at| {
        play.standpoints.iter().filter(|one| one.at == *at).map(|one| one.seen.len()).max()
    });
    let mut streams = vec![Stream { history: Vec::new(), own_type: None, value: 1.0, node: None }];
    let mut links: Vec<(String, String, f64)> = Vec::new();
    let mut totals: BTreeMap<String, f64> = BTreeMap::new();
    for at in &moves {
        let mut next = Vec::new();
        for stream in streams {
            let fitting: Vec<&Standpoint> =
                play.standpoints.iter().filter(|one| one.at == *at && fits(one, &stream)).collect();
            let total: f64 = fitting.iter().map(|one| one.reach).sum();
            if fitting.is_empty() || total <= 0.0 {
                next.push(stream);
                continue;
            }
            for standpoint in fitting {
                let own_type = standpoint.own_type.as_deref().or(stream.own_type);
                for (action, p) in standpoint.actions.iter().zip(&standpoint.probabilities) {
                    let value = stream.value * standpoint.reach / total * p;
                    let node = match &standpoint.own_type {
                        Some(own) => format!("{at}: {action} ({own})"),
                        None => format!("{at}: {action}"),
                    };
                    *totals.entry(node.clone()).or_insert(0.0) += value;
                    if let Some(before) = &stream.node {
                        match links.iter_mut().find(|(from, to, _)| from == before && *to == node) {
                            Some((.., sum)) => *sum += value,
                            None => links.push((before.clone(), node.clone(), value)),
                        }
                    }
                    let mut history = stream.history.clone();
                    history.push((at, action));
                    next.push(Stream { history, own_type, value, node: Some(node) });
                }
            }
        }
        streams = next;
    }
    if links.is_empty() {
        return html! {};
    }
    let mut names: Vec<&String> = Vec::new();
    for (from, to, _) in &links {
        for name in [from, to] {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let label = |name: &String| format!("{name} {}", percent(totals.get(name).copied().unwrap_or(0.0)));
    let mut sankey = SankeyPlot::new().with_link_opacity(0.35).with_node_gap(14.0);
    for (index, name) in names.iter().enumerate() {
        sankey = sankey.with_node_color(label(name), chart::COLORS[index % chart::COLORS.len()]);
    }
    sankey = sankey.with_links(links.iter().map(|(from, to, value)| (label(from), label(to), *value)));
    let plots = vec![Plot::from(sankey)];
    let height = 160.0 + 34.0 * (names.len() as f64).max(6.0);
    let layout = chart::layout(&plots, height, "", "");
    let words: Vec<String> =
        links.iter().map(|(from, to, value)| format!("{from} to {to} {}", percent(*value))).collect();
    chart::figure(
        "game-tree",
        "Tree of play",
        &words.join("; "),
        html! { "The tree of play: the width of a stream is its probability, and the percentages say how probable each action is in all. Types are told apart where the player knows its own." },
        &chart::scene(plots, layout),
    )
}

fn fits(standpoint: &Standpoint, stream: &Stream<'_>) -> bool {
    let type_fits = match (&standpoint.own_type, stream.own_type) {
        (Some(own), Some(known)) => own == known,
        _ => true,
    };
    type_fits
        && standpoint.seen.iter().all(|(at, action)| stream.history.contains(&(at.as_str(), action.as_str())))
}

fn courses(play: &Play) -> Markup {
    html! {
        h3 { "What each course brings" }
        p { "Probability and expected utility of each course for each type, over all standpoints from which it moves there." }
        div.scroll { table {
            thead { tr { th { "Who" } th { "Move" } th { "Course" } th.n { "Probability" } th.n { "Utility" } } }
            tbody { @for course in &play.courses {
                @let own = course.own_type.as_ref().map(|own| format!("{own}.")).unwrap_or_default();
                @let id = format!("calculus.{own}{}.{}", course.at, course.action);
                tr {
                    td { (course.player) @if let Some(own) = &course.own_type { " (" (own) ")" } }
                    td { (course.at) }
                    td { (course.action) }
                    td.n { (grounded(&id, &percent(course.probability))) }
                    td.n { (grounded(&format!("utility.{id}"), &short(course.utility))) }
                }
            } }
        } }
    }
}

fn standpoints(play: &Play) -> Markup {
    html! {
        details {
            summary { "Every standpoint (" (play.standpoints.len()) " information sets)" }
            div.scroll { table {
                thead { tr { th { "Who" } th { "Move" } th { "Sees" } th.n { "Reached" } th { "Probability and utility of each action" } } }
                tbody { @for one in &play.standpoints { tr {
                    td { (one.player) @if let Some(own) = &one.own_type { " (" (own) ")" } }
                    td { (one.at) }
                    td.small { @if one.seen.is_empty() { "nothing yet" } @for (index, (at, action)) in one.seen.iter().enumerate() { @if index > 0 { ", " } (at) " = " (action) } }
                    td.n { (percent(one.reach)) }
                    td { @for (index, action) in one.actions.iter().enumerate() {
                        @if index > 0 { "; " } @if index == one.most_likely() { strong { (action) } } @else { (action) } " " (percent(one.probabilities[index])) " (" (short(one.utilities[index])) ")"
                    } }
                } } }
            } }
        }
    }
}

fn thresholds(choice: &Choice) -> Markup {
    if choice.thresholds.is_empty() {
        return html! {};
    }
    html! {
        h3 { "What would have to be true for another choice" }
        p { "One quantity is moved through its range while all others stay at their medians. The line marks where it stands now." }
        @for (index, threshold) in choice.thresholds.iter().enumerate() { (threshold_picture(index, threshold)) }
    }
}

fn threshold_picture(index: usize, threshold: &Threshold) -> Markup {
    let plots: Vec<Plot> = threshold
        .actions
        .iter()
        .enumerate()
        .map(|(action, label)| {
            let points =
                threshold.points.iter().map(|point| (point.value, point.probabilities[action])).collect();
            Plot::from(chart::line(points, action, Some(label)))
        })
        .collect();
    let layout = chart::layout(&plots, 280.0, &threshold.parameter, "probability")
        .with_y_axis_min(0.0)
        .with_y_axis_max(1.0)
        .with_reference_line(chart::mark(threshold.now, "now"));
    let given: Vec<String> =
        threshold.given.iter().map(|(at, values)| format!("{at} = {}", values.join(" or "))).collect();
    let who = threshold.own_type.as_deref().unwrap_or("the player");
    let after = if given.is_empty() { String::new() } else { format!(", given {}", given.join(" and ")) };
    let turns: Vec<String> = threshold
        .changes
        .iter()
        .map(|change| format!("{} gives way to {} at {}", change.from, change.to, short(change.at)))
        .collect();
    let result = if turns.is_empty() {
        "the most likely choice turns nowhere in the range".into()
    } else {
        turns.join("; ")
    };
    let sentence = format!("{} of {who}{after}, along {}: {result}", threshold.at, threshold.parameter);
    chart::figure(
        &format!("threshold-{index}"),
        &format!("{} along {}", threshold.at, threshold.parameter),
        &sentence,
        html! { (grounded(&format!("threshold.{}", index + 1), &sentence)) "." },
        &chart::scene(plots, layout),
    )
}
