//! Was it the event? Placebo dates, and several events in competition.

use assessment::{Assessed, Link};
use kuva::prelude::*;
use maud::{Markup, html};

use crate::chart;
use crate::number::{grounded, short};

/// Bars on each side of 0, at most.
const BINS: f64 = 14.0;
/// Widths of bars.
const WIDTHS: [f64; 8] = [0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0];
/// Events listed under a contest; all are in assessment.json.
const RIVALS: usize = 6;

/// The table of links, and pictures of those whose series has none of its own above.
pub fn view(assessed: &Assessed, shown: &[&str]) -> Markup {
    let links = &assessed.changes.links;
    html! {
        @if !links.is_empty() {
            h3 { "Was it the event? Placebo dates" }
            p { "The change of the rate around a dated event is compared with the change around every other date of the series that could have been chosen. A small share means that few dates would have looked as striking; it is no proof of a cause." }
            div.scroll { table {
                thead { tr { th { "Series" } th { "Event" } th.n { "ln rate ratio" } th.n { "Placebo dates" } th.n { "As striking" } } }
                tbody { @for link in links { (row(link)) } }
            } }
            @for (index, link) in links.iter().enumerate() {
                @if !shown.contains(&link.series.as_str()) { (picture(index, link)) }
            }
        }
        (contests(assessed))
    }
}

/// The pictures of one series.
pub fn of_series(assessed: &Assessed, series: &str) -> Markup {
    html! {
        @for (index, link) in assessed.changes.links.iter().enumerate() {
            @if link.series == series { (picture(index, link)) }
        }
    }
}

fn row(link: &Link) -> Markup {
    html! { tr {
        td { (grounded(&format!("series.{}", link.series), &link.series)) }
        @match &link.outcome {
            Ok(found) => {
                td { (grounded(&format!("event.{}", link.event), &link.event)) }
                td.n { (short(found.statistic)) }
                td.n { (found.placebos.len()) }
                td.n { (grounded(&format!("link.{}.{}", link.series, link.event), &format!("{:.2}", found.p_value))) }
            }
            Err(reason) => { td { (link.event) } td.small colspan="3" { (reason) } }
        }
    } }
}

/// All placebo dates as a histogram, the event's own value marked.
fn picture(index: usize, link: &Link) -> Markup {
    let Ok(found) = &link.outcome else { return html! {} };
    let values: Vec<f64> = found.placebos.iter().map(|placebo| placebo.statistic).collect();
    let all = || values.iter().copied().chain([found.statistic, -found.statistic]);
    let farthest = all().map(f64::abs).fold(0.1, f64::max);
    // Edges at round numbers, and room on both sides for the mark of the event.
    let width = WIDTHS.into_iter().find(|width| farthest / width <= BINS).unwrap_or(farthest / BINS);
    // The words beside the mark need a fifth of the width.
    let side = (1.4 * farthest / width).floor() as usize + 1;
    let low = -width * side as f64;
    let edges: Vec<f64> = (0..=2 * side).map(|i| low + width * i as f64).collect();
    let mut counts = vec![0.0; 2 * side];
    for value in &values {
        counts[(((value - low) / width) as usize).min(2 * side - 1)] += 1.0;
    }
    let most = counts.iter().copied().fold(1.0, f64::max);
    let plots = vec![Plot::from(Histogram::from_bins(edges, counts).with_color(chart::COLORS[0]))];
    let layout = chart::layout(&plots, 210.0, "ln (rate after / rate before)", "placebo dates")
        .with_x_axis_min(low)
        .with_x_axis_max(-low)
        .with_x_tick_step(4.0 * width)
        .with_x_tick_format(TickFormat::Custom(std::sync::Arc::new(|x| {
            format!("{}", (100.0 * x).round() / 100.0)
        })))
        .with_y_axis_min(0.0)
        .with_y_axis_max(1.25 * most)
        .with_reference_line(chart::mark(found.statistic, "the event"));
    let words = format!(
        "{} around {}: {} against {} placebo dates; a share of {:.2} is as striking, the event counted",
        found.series,
        link.event,
        short(found.statistic),
        values.len(),
        found.p_value
    );
    chart::figure(
        &format!("placebo-{index}"),
        &format!("{} at {} and at placebo dates", found.series, link.event),
        &words,
        html! { (words) ". Windows of " (found.window) " periods on each side." },
        &chart::scene(plots, layout),
    )
}

fn contests(assessed: &Assessed) -> Markup {
    let contests = &assessed.changes.contests;
    if contests.is_empty() {
        return html! {};
    }
    html! {
        h3 { "Several events in competition" }
        p { "Each event could be the one that a change goes with: then the change begins in its window. The posterior of the date is weighed against these windows and against no event at all, which is given one half beforehand. Placebo shares are adjusted for the number of candidates (Holm). That a date is near is no cause." }
        @for contest in contests { @match &contest.outcome {
            Err(reason) => p.small { code { (contest.series) } ": " (reason) },
            Ok(changes) => @for (index, change) in changes.iter().enumerate() {
                h4 { (grounded(&format!("contest.{}.{}", contest.series, index + 1), &contest.series)) ": "
                    @match (change.change, &change.interval) {
                        (Some(period), Some(interval)) => { "change of " (period) " (" (interval.from) " … " (interval.to) ")" }
                        _ => "no change is reported",
                    }
                }
                div.scroll { table {
                    thead { tr { th { "Event" } th.n { "Goes with it" } th.n { "ln rate ratio" } th.n { "Placebo share" } th.n { "Holm" } th.n { "q" } } }
                    tbody {
                        @for rival in change.rivals.iter().take(RIVALS).filter(|one| one.probability.get() >= 0.005) { tr {
                            td { (grounded(&format!("event.{}", rival.event), &rival.event)) }
                            td.n { (format!("{:.2}", rival.probability)) }
                            @match &rival.link {
                                Some(link) => {
                                    td.n { (short(link.statistic)) }
                                    td.n { (format!("{:.2}", link.p_value)) }
                                    td.n { (rival.holm.map_or_else(|| "—".into(), |p| format!("{p:.2}"))) }
                                    td.n { (rival.q_value.map_or_else(|| "—".into(), |q| format!("{q:.2}"))) }
                                }
                                None => td.small colspan="4" { (rival.reason.as_deref().unwrap_or("—")) },
                            }
                        } }
                        tr { td { "none of " (change.rivals.len()) " events" } td.n { (format!("{:.2}", change.none)) } td colspan="4" {} }
                    }
                } }
            },
        } }
    }
}
