//! One phrase in several strata, side by side on one scale: does a word leave everybody's lips or only one's?

use std::collections::{BTreeMap, BTreeSet};

use assessment::{Assessed, Signal};
use kuva::prelude::*;
use maud::{Markup, html};

use super::{unit, year_of};
use crate::chart;
use crate::number::anchor;

/// Phrases shown.
const PHRASES: usize = 6;

/// Phrases that the assessment rests on and that are counted in more than one stratum of the same kind.
pub fn view(assessed: &Assessed, used: &BTreeSet<&str>) -> Markup {
    let mut groups: BTreeMap<(&str, &str, String), Vec<&Signal>> = BTreeMap::new();
    for signal in &assessed.evidence.signals {
        let calendar = signal.series.points.first().map(|point| format!("{:?}", point.period.calendar()));
        if let (Some(phrase), Some(calendar)) = (&signal.phrase, calendar) {
            groups.entry((phrase, &signal.exposure, calendar)).or_default().push(signal);
        }
    }
    let rests = |group: &Vec<&Signal>| group.iter().any(|one| used.contains(one.series.id.as_str()));
    let shown: Vec<_> =
        groups.into_iter().filter(|(_, group)| group.len() > 1 && rests(group)).take(PHRASES).collect();
    if shown.is_empty() {
        return html! {};
    }
    html! {
        h3 { "Who else says it: strata side by side" }
        p { "The same phrase in statements of the same kind by others, on one scale. What everybody stops saying is no sign of one." }
        @for (index, ((phrase, ..), group)) in shown.iter().enumerate() {
            h4 { (phrase) ", " (unit(group[0]).1) }
            div.multiples { @for (place, signal) in group.iter().enumerate() { (picture(assessed, signal, group, &format!("strata-{index}-{place}"))) } }
        }
    }
}

fn picture(assessed: &Assessed, signal: &Signal, group: &[&Signal], id: &str) -> Markup {
    let (scale, unit) = unit(signal);
    let rates = |signal: &Signal| -> Vec<(f64, f64)> {
        signal.series.points.iter().map(|p| (year_of(p.period), scale * signal.rate_at(p))).collect()
    };
    let all: Vec<(f64, f64)> = group.iter().flat_map(|one| rates(one)).collect();
    let most = all.iter().map(|(_, y)| *y).fold(0.0, f64::max);
    let (from, to) = all.iter().fold((f64::MAX, f64::MIN), |(low, high), (x, _)| (low.min(*x), high.max(*x)));
    let dots = ScatterPlot::new().with_data(rates(signal)).with_color(chart::COLORS[0]).with_size(2.5);
    let mut plots = vec![Plot::from(dots)];
    let shifts = assessed.changes.shifts.get(&signal.series.id);
    for segment in shifts.iter().flat_map(|shifts| &shifts.segments) {
        let end = segment.to.next().unwrap_or(segment.to);
        let level = vec![(year_of(segment.from), scale * segment.rate), (year_of(end), scale * segment.rate)];
        plots.push(Plot::from(chart::line(level, 1, None)));
    }
    let layout = chart::layout(&plots, 190.0, "", "")
        .with_width(chart::WIDTH / 2.0)
        .with_x_tick_format(chart::years())
        .with_ticks(5)
        .with_x_axis_min(from)
        .with_x_axis_max(to + 1.0)
        .with_y_axis_min(0.0)
        .with_y_axis_max(1.05 * most.max(1e-9));
    let changes = shifts.map_or(0, |shifts| shifts.change_points.len());
    let words = match (shifts, changes) {
        (None, _) => format!("{}, not examined", signal.series.id),
        (Some(_), 0) => format!("{}, no change", signal.series.id),
        (Some(shifts), _) => {
            let dates: Vec<String> = shifts.change_points.iter().map(|one| one.period.to_string()).collect();
            format!("{}, changes with {}", signal.series.id, dates.join(", "))
        }
    };
    chart::figure(
        id,
        &format!("{} {unit}", signal.series.id),
        &words,
        html! { a href=(format!("#{}", anchor(&format!("series.{}", signal.series.id)))) { (words) } },
        &chart::scene(plots, layout),
    )
}
