//! Which explanation fits: posterior, its path, what each indicator says, what would turn it.

use assessment::Assessed;
use evidence::Weighing;
use kuva::prelude::*;
use maud::{Markup, html};
use measure::Period;

use crate::chart;
use crate::number::{grounded, percent, percent_range, short};
use crate::shifts::year_of;

/// The whole section.
pub fn view(assessed: &Assessed) -> Markup {
    let weighing = &assessed.weighing;
    html! {
        p { "Exact posterior of the rival explanations. The band comes from drawing every uncertain likelihood from its range; the order of the bands, not their third digit, is what should be relied upon." }
        div.scroll { table {
            thead { tr { th { "Explanation" } th.n { "Before" } th.n { "After" } th.n { (percent(weighing.level)) " band" } th { "In words" } } }
            tbody { @for one in &weighing.hypotheses { tr {
                td { (one.label) br; code.small { (one.id) } }
                td.n { (percent(one.prior)) }
                td.n { (grounded(&format!("hypothesis.{}", one.id), &percent(one.posterior))) }
                td.n { (percent_range(&one.band)) }
                td { (one.words) }
            } } }
        } }
        (path(weighing))
        (contributions(weighing))
        (flips(weighing))
        (unseen(weighing))
    }
}

fn path(weighing: &Weighing) -> Markup {
    let dated: Vec<_> =
        weighing.path.iter().filter_map(|step| Some((year_of(Period::Day(step.date?)), step))).collect();
    if dated.len() < 2 {
        return html! {};
    }
    let start = dated[0].0 - 0.5;
    let plots: Vec<Plot> = weighing
        .hypotheses
        .iter()
        .enumerate()
        .map(|(index, one)| {
            let mut points = vec![(start, one.prior)];
            points.extend(
                dated.iter().map(|(x, step)| (*x, step.posterior.get(&one.id).copied().unwrap_or(0.0))),
            );
            Plot::from(chart::line(points, index, Some(&one.id)).with_step())
        })
        .collect();
    let layout = chart::layout(&plots, 280.0, "", "probability")
        .with_x_tick_format(chart::years())
        .with_y_axis_min(0.0)
        .with_y_axis_max(1.0);
    let last: Vec<String> =
        weighing.hypotheses.iter().map(|one| format!("{} {}", one.id, percent(one.posterior))).collect();
    chart::figure(
        "belief-path",
        "Belief through time",
        &format!("Probability of each explanation as the indicators came in, ending at {}", last.join(", ")),
        html! { "Probability of each explanation as its indicators could first be seen." },
        &chart::scene(plots, layout),
    )
}

fn contributions(weighing: &Weighing) -> Markup {
    let leader = weighing.leader();
    let rows: Vec<chart::Row> =
        weighing.contributions.iter().map(|one| (one.label.clone(), one.decibans, None)).collect();
    if rows.is_empty() {
        return html! { p { "No indicator was seen as of this date." } };
    }
    html! {
        h3 { "What each indicator says" }
        (chart::figure("contributions", "Weight of each indicator", &format!("Weight of evidence of each indicator for {} in decibans", leader.id),
            html! { "Weight of evidence for " em { (leader.label) } " against the others, in decibans (10 log₁₀ of the likelihood ratio; 3 doubles the odds, 10 makes them ten times). Left of 0 speaks against." },
            &chart::rows(&rows, "decibans", 0.0)))
        div.scroll { table {
            thead { tr { th { "Indicator" } th.n { "True" } th.n { "Source right" } @for one in &weighing.hypotheses { th.n { "if " (one.id) } } th.n { "Decibans" } th.n { (leader.id) " without it" } } }
            tbody { @for one in &weighing.contributions { tr {
                td { (one.label) }
                td.n { (grounded(&format!("indicator.{}", one.indicator), &percent(one.observed))) }
                td.n { (percent(one.accuracy)) }
                @for hypothesis in &weighing.hypotheses { td.n { @if let Some(p) = one.likelihood.get(&hypothesis.id) { (percent(*p)) } } }
                td.n { (format!("{:+.1}", one.decibans)) }
                td.n { @if let Some(p) = one.without.get(&leader.id) { (percent(*p)) } }
            } } }
        } }
    }
}

fn flips(weighing: &Weighing) -> Markup {
    html! {
        h3 { "What would turn it over" }
        @if let Some(flip) = &weighing.prior_flip {
            p { "The prior of " em { (flip.hypothesis) } " would have to fall from " (percent(flip.from)) " to " (percent(flip.to)) " before " em { (flip.leader) } " led." }
        }
        @if weighing.flips.is_empty() { p { "No change of a single likelihood lets another explanation lead." } }
        @else {
            p { "The smallest change of one likelihood that lets another explanation lead:" }
            ul { @for flip in weighing.flips.iter().take(5) { li {
                (grounded(&format!("indicator.{}", flip.indicator), &flip.indicator)) " if " em { (flip.hypothesis) } ": from " (percent(flip.from)) " to " (percent(flip.to)) "; then " em { (flip.leader) } " leads"
            } } }
        }
    }
}

fn unseen(weighing: &Weighing) -> Markup {
    if weighing.unseen.is_empty() {
        return html! {};
    }
    let leader = weighing.leader();
    html! {
        h3 { "What to watch" }
        p { "Indicators not seen yet, the most telling first: how much is learned on average by knowing, and where the leading explanation would stand." }
        div.scroll { table {
            thead { tr { th { "Indicator" } th.n { "Expected" } th.n { "Bits" } th.n { (leader.id) " if seen" } th.n { "if not" } } }
            tbody { @for one in &weighing.unseen { tr {
                td { (one.label) }
                td.n { (percent(one.probability)) }
                td.n { (short(one.bits)) }
                td.n { @if let Some(p) = one.if_seen.get(&leader.id) { (percent(*p)) } }
                td.n { @if let Some(p) = one.if_absent.get(&leader.id) { (percent(*p)) } }
            } } }
        } }
    }
}

/// The sentence that says what would turn the leading explanation over.
pub fn flip_sentence(assessed: &Assessed) -> Option<String> {
    let weighing = &assessed.weighing;
    let leader = weighing.leader();
    if let Some(flip) = weighing.flips.first() {
        let label = weighing
            .contributions
            .iter()
            .find(|one| one.indicator == flip.indicator)
            .map_or(flip.indicator.as_str(), |one| one.label.as_str());
        return Some(format!(
            "if the indicator “{label}” had a likelihood of {} instead of {} under {}, {} would lead instead of {}",
            percent(flip.to),
            percent(flip.from),
            flip.hypothesis,
            flip.leader,
            leader.id
        ));
    }
    let flip = weighing.prior_flip.as_ref()?;
    Some(format!(
        "no single likelihood turns it; the prior of {} would have to fall from {} to {} before {} led",
        flip.hypothesis,
        percent(flip.from),
        percent(flip.to),
        flip.leader
    ))
}
