//! What carries a change: bars of its parts, and the change without them.

use assessment::Assessed;
use kuva::prelude::*;
use maud::{Markup, html};
use shift::{Attribution, Contribution, Cut};

use crate::chart;
use crate::number::short;

/// Parts drawn of one cut.
const BARS: usize = 6;

/// The carriers of all changes of a series; nothing where the documents behind it are not known.
pub fn view(assessed: &Assessed, series: &str, index: usize) -> Markup {
    let Some(all) = assessed.changes.attributions.get(series) else { return html! {} };
    html! { @for (number, one) in all.iter().enumerate() { (change(one, &format!("carriers-{index}-{number}"))) } }
}

fn change(one: &Attribution, id: &str) -> Markup {
    let cut = |cut: Cut| -> Vec<&Contribution> {
        one.contributions.iter().filter(|part| part.cut == cut).take(BARS).collect()
    };
    html! {
        p { strong { "What carries the change of " (one.change) ". " } (one.verdict) "." }
        details {
            summary { "Its parts, and the change without them" }
            @for (cut, parts) in [Cut::Document, Cut::Phrase, Cut::Stratum].map(|one| (one, cut(one))) {
                @if parts.len() > 1 { (bars(one, cut, &parts, id)) }
            }
            div.scroll { table {
                thead { tr { th { "Left out" } th.n { "P(change)" } th.n { "Ratio" } th.n { "ln Bayes factor" } th { "The change" } } }
                tbody { @for omission in &one.omissions { tr {
                    td { (omission.cut.noun()) " " @match &omission.link {
                        Some(link) => a href=(link) { (omission.id) },
                        None => (omission.id),
                    } @if omission.label != omission.id { br; span.small { (omission.label) } } }
                    td.n { (omission.probability.map_or_else(|| "—".into(), |p| format!("{p:.2}"))) }
                    td.n { (omission.ratio.map_or_else(|| "—".into(), short)) }
                    td.n { (short(omission.log_bayes_factor)) }
                    td { @if omission.survives { "survives" } @else { strong { "is gone" } } }
                } } }
            } }
        }
    }
}

fn bars(one: &Attribution, cut: Cut, parts: &[&Contribution], id: &str) -> Markup {
    let bars = BarPlot::new()
        .with_bars(parts.iter().rev().map(|part| (chart::shorten(&part.id, 30), part.log_ratio)))
        .with_color(chart::COLORS[0])
        .with_horizontal(true);
    let plots = vec![Plot::from(bars)];
    let height = 80.0 + 26.0 * parts.len() as f64;
    let layout = chart::layout(&plots, height, "share of ln (rate after / rate before)", "");
    let listed: Vec<String> =
        parts.iter().map(|part| format!("{} {:+.2}", part.id, part.log_ratio)).collect();
    let words = format!("of {:+.2} in all: {}", one.log_ratio, listed.join(", "));
    let noun = if cut == Cut::Stratum { "strata".into() } else { format!("{}s", cut.noun()) };
    chart::figure(
        &format!("{id}-{}", cut.noun()),
        &format!("The {noun} that carry the change of {}", one.change),
        &words,
        html! { "The " (noun) " with the largest share of the change, which is " (format!("{:+.2}", one.log_ratio)) " in all." },
        &chart::scene(plots, layout),
    )
}
