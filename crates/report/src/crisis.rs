//! How a crisis could run away.

use assessment::Assessed;
use maud::{Markup, html};

use crate::chart;
use crate::number::{grounded, percent, percent_range, short};

/// Ends, what the back channel changes, and the way to war.
pub fn view(assessed: &Assessed) -> Markup {
    let Some(crisis) = &assessed.crisis else {
        return html! { p { "This assessment has no crisis.toml." } };
    };
    let from: Vec<chart::Row> =
        crisis.by_start.iter().map(|start| (start.rung.clone(), war(&start.exact, crisis), None)).collect();
    let top = crisis.rungs.last().map_or("war", String::as_str);
    html! {
        p {
            "A ladder of " (crisis.rungs.len()) " rungs, seen through fog by " (crisis.actors.join(" and "))
            ". From " strong { (crisis.start) } " it ends after " (short(crisis.rounds)) " rounds on average. Solved exactly as an absorbing Markov chain, and played "
            (crisis.trajectories) " times; the two must agree."
        }
        div.scroll { table {
            thead { tr { th { "End" } th.n { "Exact" } th.n { "Simulated" } th.n { (percent(crisis.level)) " interval" } } }
            tbody { @for (end, p) in &crisis.exact { tr {
                td { (end) }
                td.n { (grounded(&format!("crisis.{end}"), &percent(*p))) }
                @if let Some(estimate) = crisis.simulated.get(end) { td.n { (percent(estimate.p)) } td.n { (percent_range(&estimate.interval)) } }
                @else { td { } td { } }
            } } }
        } }
        h3 { "What a back channel is worth" }
        div.scroll { table {
            thead { tr { th { "Channel" } th.n { "War" } th.n { "of it through misreading" } th.n { "Accident" } th.n { "Settled" } } }
            tbody { @for (name, outcomes) in channels(crisis) { tr {
                td { (name) } td.n { (percent(outcomes.war())) }
                td.n { @if outcomes.war() > 0.0 { (percent(outcomes.war_misread / outcomes.war())) } @else { "—" } }
                td.n { (percent(outcomes.accident)) } td.n { (percent(outcomes.settled)) }
            } } }
        } }
        (chart::figure("ladder", "Probability of war from each rung", &format!("Probability of {top} by the rung on which the crisis stands"),
            html! { "Probability that it ends in " (top) ", by the rung on which the crisis stands now." }, &chart::rows(&from, "probability of war", 0.0)))
        @if let Some(path) = &crisis.path_to_war {
            p { "The most likely way to " (top) ": " @for step in &path.steps { (step.rung) " → " } (top) ", " (percent(path.probability)) " of all courses." }
        }
    }
}

/// The ladder without a channel, as it is, and with one that never fails; only the second if it has none.
fn channels(crisis: &crisis::CrisisResult) -> Vec<(&'static str, &crisis::Outcomes)> {
    let without = crisis.without_channel.as_ref().map(|outcomes| ("none", outcomes));
    let perfect = crisis.perfect_channel.as_ref().map(|outcomes| ("perfect", outcomes));
    without.into_iter().chain([("as now", &crisis.outcomes)]).chain(perfect).collect()
}

fn war(ends: &std::collections::BTreeMap<String, f64>, crisis: &crisis::CrisisResult) -> f64 {
    crisis.rungs.last().and_then(|top| ends.get(top)).copied().unwrap_or(0.0)
}
