//! What changed: series with their change points, wording, event links.

mod carriers;
mod placebo;
mod strata;
mod together;

use std::collections::{BTreeMap, BTreeSet};

use assessment::{Assessed, Kind, Signal};
use kuva::prelude::*;
use maud::{Markup, html};
use measure::Period;
use shift::Shifts;

use crate::chart;
use crate::number::{grounded, range, short};
use crate::wording;

/// How many series get a picture; all are in the table.
const PICTURES: usize = 8;

/// Series that an indicator or a link rests on.
fn used(assessed: &Assessed) -> BTreeSet<&str> {
    assessed
        .ledger
        .iter()
        .filter(|entry| matches!(entry.kind, Kind::Indicator | Kind::Link))
        .flat_map(|entry| &entry.grounds)
        .filter_map(|ground| ground.strip_prefix("series."))
        .collect()
}

/// Series that the assessment rests on come first, then the clearest changes.
fn ranked<'a>(assessed: &'a Assessed, used: &BTreeSet<&str>) -> Vec<(&'a Signal, &'a Shifts, bool)> {
    let mut ranked: Vec<(&Signal, &Shifts, bool)> = assessed
        .evidence
        .signals
        .iter()
        .filter_map(|signal| {
            let id = signal.series.id.as_str();
            Some((signal, assessed.changes.shifts.get(id)?, used.contains(id)))
        })
        .collect();
    ranked.sort_by(|a, b| {
        let by_evidence = b.1.log_bayes_factor.total_cmp(&a.1.log_bayes_factor);
        b.2.cmp(&a.2).then(by_evidence).then(a.1.series.cmp(&b.1.series))
    });
    ranked
}

/// All series with their changes: those that the assessment rests on, then the others, the clearest first.
pub fn view(assessed: &Assessed) -> Markup {
    let rests_on = used(assessed);
    let ranked = ranked(assessed, &rests_on);
    let changed = ranked.iter().filter(|(_, shifts, _)| !shifts.change_points.is_empty());
    let pictured: Vec<&str> =
        changed.clone().take(PICTURES).map(|(signal, ..)| signal.series.id.as_str()).collect();
    let (used, others): (Vec<_>, Vec<_>) = ranked.iter().partition(|(.., used)| *used);
    html! {
        p {
            (ranked.len()) " series were examined; " (changed.clone().count()) " show at least one change. Every count is set against its exposure, and unlike statements are never pooled. The date of a change has a credible interval; before anything is made of a date, look at its width."
        }
        (copies(assessed))
        @for (index, (signal, shifts, _)) in changed.clone().take(PICTURES).enumerate() {
            (picture(index, signal, shifts))
            (carriers::view(assessed, &signal.series.id, index))
            (placebo::of_series(assessed, &signal.series.id))
        }
        @if !used.is_empty() { h3 { "Series that the assessment rests on" } (table(&used)) }
        @if !others.is_empty() { details { summary { "The other " (others.len()) " series" } (table(&others)) } }
        @if !assessed.changes.skipped.is_empty() {
            details { summary { (assessed.changes.skipped.len()) " series were not examined" }
                ul { @for (series, reason) in &assessed.changes.skipped { li { code { (series) } ": " (reason) } } } }
        }
        (strata::view(assessed, &rests_on))
        (placebo::view(assessed, &pictured))
        (together::view(assessed))
        (wording::shares(assessed))
        (wording::keyness(assessed))
    }
}

/// What counts once in the counts made from the record of the folder.
fn copies(assessed: &Assessed) -> Markup {
    let folded: BTreeMap<&str, u64> = assessed
        .evidence
        .signals
        .iter()
        .filter_map(|signal| Some((signal.signal.as_str(), signal.copies_folded?)))
        .collect();
    html! {
        @if !folded.is_empty() {
            p { "Counts made from the record count an utterance once, however often it was published; further publications not counted again: "
                @for (index, (signal, copies)) in folded.iter().enumerate() {
                    @if index > 0 { ", " } code { (signal) } " " (copies)
                } "." }
        }
    }
}

fn table(ranked: &[&(&Signal, &Shifts, bool)]) -> Markup {
    html! { div.scroll { table {
        thead { tr { th { "Series" } th { "Change" } th { "90 % interval" } th.n { "Probability" } th.n { "Before → after" } th.n { "Ratio" } th.n { "ln Bayes factor" } } }
        tbody { @for (signal, shifts, _) in ranked { (rows(signal, shifts)) } }
    } } }
}

fn unit(signal: &Signal) -> (f64, &'static str) {
    match signal.exposure.as_str() {
        "tokens" => (10_000.0, "per 10,000 words"),
        "documents" => (100.0, "per 100 documents"),
        "days" => (30.4375, "per month"),
        _ => (1.0, "value"),
    }
}

fn rows(signal: &Signal, shifts: &Shifts) -> Markup {
    let (scale, unit) = unit(signal);
    let id = format!("series.{}", shifts.series);
    html! {
        @if shifts.change_points.is_empty() {
            tr { td { (grounded(&id, &shifts.series)) } td.small colspan="5" { "no change; " (short(scale * signal.rate())) " " (unit) } td.n { (short(shifts.log_bayes_factor)) } }
        }
        @for (number, change) in shifts.change_points.iter().enumerate() { tr {
            td { @if number == 0 { (grounded(&id, &shifts.series)) } }
            td.d { (change.period) @if change.gap { br; span.small { "gap in the data" } } }
            td.d { (change.interval.from) " … " (change.interval.to) }
            td.n { (grounded(&format!("shift.{}.{}", shifts.series, number + 1), &format!("{:.2}", change.probability))) }
            td.n { (short(scale * change.rate_before)) " → " (short(scale * change.rate_after)) br; span.small { (unit) } }
            td.n { @match (&change.ratio, &change.ratio_interval) {
                (Some(ratio), Some(interval)) => { (short(*ratio)) br; span.small { (range(interval)) } }
                _ => "—",
            } }
            td.n { @if number == 0 { (short(shifts.log_bayes_factor)) } }
        } }
    }
}

/// Years as a number, for the time axis.
pub fn year_of(period: Period) -> f64 {
    match (period, period.first_day()) {
        (Period::Index(index), _) => index as f64,
        (_, Some(day)) => f64::from(day.year()) + f64::from(day.day_of_year() - 1) / 366.0,
        (_, None) => 0.0,
    }
}

fn picture(index: usize, signal: &Signal, shifts: &Shifts) -> Markup {
    let (scale, unit) = unit(signal);
    let points: Vec<(f64, f64)> =
        signal.series.points.iter().map(|p| (year_of(p.period), scale * signal.rate_at(p))).collect();
    let seen = ScatterPlot::new().with_data(points.clone()).with_color(chart::COLORS[0]).with_size(2.5);
    let mut plots = vec![Plot::from(seen)];
    for segment in &shifts.segments {
        let to = segment.to.next().unwrap_or(segment.to);
        let level = |x: f64| vec![(year_of(segment.from), scale * x), (year_of(to), scale * x)];
        let (low, high) = (scale * segment.rate_interval.low, scale * segment.rate_interval.high);
        let x = vec![year_of(segment.from), year_of(to)];
        plots.push(Plot::from(
            BandPlot::new(x, vec![low, low], vec![high, high])
                .with_color(chart::COLORS[1])
                .with_opacity(0.25),
        ));
        plots.push(Plot::from(chart::line(level(segment.rate), 1, None)));
    }
    let mut layout =
        chart::layout(&plots, 240.0, "", unit).with_x_tick_format(chart::years()).with_y_axis_min(0.0);
    for change in &shifts.change_points {
        let to = change.interval.to.next().unwrap_or(change.interval.to);
        layout = layout.with_shaded_region(chart::stretch(year_of(change.interval.from), year_of(to)));
    }
    let posterior: Vec<(f64, f64)> =
        shifts.posterior.iter().map(|p| (year_of(p.period), p.probability.get())).collect();
    let bars = vec![Plot::from(chart::line(posterior, 2, None).with_step().with_fill())];
    let under = chart::layout(&bars, 130.0, "", "P(change)")
        .with_x_tick_format(chart::years())
        .with_y_axis_min(0.0)
        .with_y_axis_max(1.0);
    let sentence = caption(shifts);
    let id = format!("series-{index}");
    html! {
        h3 { (signal.series.id) }
        (chart::figure(&id, &format!("{} through time", signal.series.id), &sentence,
            html! { (sentence) " Dots: " (unit) "; line and band: rate of each regime with its interval; shaded: credible interval of the date." },
            &chart::scene(plots, layout)))
        (chart::figure(&format!("{id}-p"), "Posterior probability of a change", &format!("Probability that a new regime begins in each period of {}", signal.series.id),
            html! { "Posterior probability that a new regime begins in each period (Fearnhead 2006)." }, &chart::scene(bars, under)))
    }
}

/// The finding in words; of many changes only the first sentence, for the table has them all.
fn caption(shifts: &Shifts) -> String {
    let sentence = shifts.sentence();
    if shifts.change_points.len() <= 2 {
        return sentence;
    }
    let first = sentence.find(". A change").map_or(sentence.as_str(), |end| &sentence[..=end]);
    let dates: Vec<String> = shifts.change_points.iter().map(|change| change.period.to_string()).collect();
    format!("{first} {} changes: {}; their intervals stand in the table.", dates.len(), dates.join(", "))
}
