//! Series side by side: changes that several share, and pairs that may move together.

use assessment::{Assessed, Associated, PanelFound};
use kuva::prelude::*;
use maud::{Markup, html};
use shift::{Adjustment, Association, Panel, SharedChange};

use super::{unit, year_of};
use crate::chart;
use crate::number::{grounded, short};

/// Panels and associations.
pub fn view(assessed: &Assessed) -> Markup {
    let (panels, pairs) = (&assessed.changes.panels, &assessed.changes.associations);
    html! {
        @if !panels.is_empty() {
            h3 { "Did several series turn together?" }
            p { "In a period with a shared change each series takes part with an unknown probability; else it may change by itself (Fan and Mackey 2017). What a series adds to the evidence can be below 0: then it speaks against." }
            @for (index, found) in panels.iter().enumerate() { (panel(assessed, index, found)) }
        }
        @if !pairs.is_empty() {
            h3 { "Do two series move together?" }
            p { "Correlations at all lags against block permutations of one of the series, which keep its memory; the share counts the strongest of all lags as such. Going together is no cause." }
            @for (index, found) in pairs.iter().enumerate() { (association(index, found)) }
        }
    }
}

fn panel(assessed: &Assessed, index: usize, found: &PanelFound) -> Markup {
    let id = format!("panel.{}", found.id);
    match &found.outcome {
        Err(reason) => html! { h4 { (found.id) } p.small { (reason) } },
        Ok(panel) => html! {
            h4 { (grounded(&id, &found.id)) }
            p { (panel.sentence()) }
            (shared_picture(index, &found.id, panel))
            @for (number, change) in panel.shared.iter().enumerate() { (drivers(assessed, &format!("{id}.{}", number + 1), change)) }
            (own(panel))
            @for (series, reason) in &panel.left_out { p.small { "Left out " code { (series) } ": " (reason) } }
        },
    }
}

fn shared_picture(index: usize, id: &str, panel: &Panel) -> Markup {
    let points: Vec<(f64, f64)> =
        panel.posterior.iter().map(|p| (year_of(p.period), p.probability.get())).collect();
    let plots = vec![Plot::from(chart::line(points, 2, None).with_step().with_fill())];
    let layout = chart::layout(&plots, 140.0, "", "P(change)")
        .with_x_tick_format(chart::years())
        .with_y_axis_min(0.0)
        .with_y_axis_max(1.0);
    chart::figure(
        &format!("panel-{index}"),
        &format!("Shared changes of {id}"),
        &format!("Probability that a shared change begins in each period: {}", panel.sentence()),
        html! { "Probability that a shared change begins in each period, " (panel.series.len()) " series." },
        &chart::scene(plots, layout),
    )
}

fn drivers(assessed: &Assessed, id: &str, change: &SharedChange) -> Markup {
    let unit = |series: &str| {
        let signal = assessed.evidence.signals.iter().find(|signal| signal.series.id == series);
        signal.map_or((1.0, ""), unit)
    };
    html! { div.scroll { table {
        thead { tr { th { "Shared change of " (grounded(id, &change.period.to_string())) } th.n { "Takes part" } th.n { "Adds to ln Bayes factor" } th.n { "Before → after" } th.n { "Shared without it" } } }
        tbody { @for driver in &change.drivers { tr {
            td { (grounded(&format!("series.{}", driver.series), &driver.series)) }
            td.n { (format!("{:.2}", driver.takes_part)) }
            td.n { (format!("{:+.1}", driver.log_bayes_factor)) }
            td.n {
                @let (scale, unit) = unit(&driver.series);
                (short(scale * driver.rate_before)) " → " (short(scale * driver.rate_after)) br; span.small { (unit) }
            }
            td.n { @match change.without.iter().find(|one| one.series == driver.series) {
                Some(without) => (format!("{:.2}", without.probability)),
                None => "—",
            } }
        } } }
    } } }
}

fn own(panel: &Panel) -> Markup {
    let changed = panel.own.iter().filter(|own| !own.changes.is_empty());
    html! { @if changed.clone().count() > 0 {
        p.small { "Own changes: " @for (index, own) in changed.enumerate() {
            @if index > 0 { "; " }
            (own.series) @for change in &own.changes { " " (change.period) " (" (format!("{:.2}", change.probability)) ")" }
        } "." }
    } }
}

fn association(index: usize, found: &Associated) -> Markup {
    match &found.outcome {
        Err(reason) => html! { h4 { (found.id) } p.small { (reason) } },
        Ok(pair) => html! {
            h4 { (grounded(&format!("association.{}", found.id), &found.id)) }
            (lag_picture(index, pair))
        },
    }
}

fn lag_picture(index: usize, pair: &Association) -> Markup {
    let x: Vec<f64> = pair.lags.iter().map(|one| one.lag as f64).collect();
    let band = |sign: f64| pair.lags.iter().map(|one| sign * one.band).collect::<Vec<_>>();
    let mut plots = vec![Plot::from(
        BandPlot::new(x, band(-1.0), band(1.0)).with_color(chart::COLORS[1]).with_opacity(0.2),
    )];
    for one in &pair.lags {
        let stem = vec![(one.lag as f64, 0.0), (one.lag as f64, one.correlation)];
        plots.push(Plot::from(chart::line(stem, 0, None)));
    }
    let dots = pair.lags.iter().map(|one| (one.lag as f64, one.correlation)).collect::<Vec<_>>();
    plots.push(Plot::from(ScatterPlot::new().with_data(dots).with_color(chart::COLORS[0]).with_size(4.0)));
    let layout =
        chart::layout(&plots, 230.0, "lag in periods (above 0: the first goes ahead)", "correlation")
            .with_x_tick_step(1.0)
            .with_y_axis_min(-1.0)
            .with_y_axis_max(1.0);
    let adjusted = match pair.adjustment {
        Adjustment::None => "nothing but the level",
        Adjustment::Trend => "a trend of each",
        Adjustment::Differences => "all but the steps between periods",
    };
    let listed: Vec<String> =
        pair.lags.iter().map(|one| format!("{:+.2} at lag {}", one.correlation, one.lag)).collect();
    chart::figure(
        &format!("association-{index}"),
        &format!("{} and {} at all lags", pair.first, pair.second),
        &format!("{} Correlations: {}.", pair.sentence(), listed.join(", ")),
        html! {
            (pair.sentence()) " Shaded: where chance keeps all lags with probability " (pair.level) ". Taken out first: " (adjusted)
            "; with nothing but the level taken out the correlation in the same period is " (format!("{:+.2}", pair.unadjusted)) "."
        },
        &chart::scene(plots, layout),
    )
}
