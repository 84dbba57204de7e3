//! Assumptions, quarantine, and the list of all numbers.

use assessment::{Assessed, Entry, Kind};
use maud::{Markup, html};

use crate::number::{anchor, range, short};

/// Every uncertain quantity with its reason, and what could not be read.
pub fn assumptions(assessed: &Assessed) -> Markup {
    html! {
        p { "Every uncertain quantity that the analyst assumed, with its reason. Change one in its file and run the assessment again: only the stages behind it are computed." }
        div.scroll { table {
            thead { tr { th { "Quantity" } th.n { "Median" } th.n { "90 % range" } th { "Because" } } }
            tbody { @for parameter in &assessed.parameters { tr {
                td { (parameter.label) br; a.small href=(format!("#{}", anchor(&format!("parameter.{}", parameter.id)))) { code { (parameter.id) } } }
                td.n { (short(parameter.central())) }
                td.n { @if parameter.distribution.is_fixed() { "fixed" } @else { (range(&parameter.distribution.interval(0.9))) } }
                td { (parameter.ground.as_deref().unwrap_or("no reason given")) }
            } } }
        } }
        h3 { "Quarantine" }
        @if assessed.evidence.quarantine.is_empty() { p { "Every row of every data file could be read." } }
        @else {
            p { (assessed.evidence.quarantine.len()) " row(s) could not be read and were left out of every count." }
            details { summary { "Show them" } ul { @for row in assessed.evidence.quarantine.iter().take(500) { li { code { (row.at.to_string()) } ": " (row.reason) } } } }
        }
    }
}

/// Kinds in the order of reading, each with its heading.
const KINDS: [(&str, &[Kind]); 6] = [
    ("Judgments and forecasts", &[Kind::Judgment, Kind::Forecast]),
    ("Explanations and indicators", &[Kind::Hypothesis, Kind::Indicator]),
    ("The game, the ladder, the options", &[Kind::Play, Kind::Crisis, Kind::Option]),
    ("Assumed quantities", &[Kind::Parameter]),
    ("Series, changes, event links, files", &[Kind::Series, Kind::Shift, Kind::Link, Kind::File]),
    ("Events and documents", &[Kind::Event, Kind::Document]),
];

/// All numbers by kind and id, each with what it rests on.
pub fn ledger(assessed: &Assessed) -> Markup {
    html! {
        p { "The same list as " code { "demarche why" } ". A number leads to the numbers it rests on, down to parameters, files with their rows, events and documents. Every number on this page is a link into this list." }
        @for (heading, kinds) in KINDS {
            @let entries: Vec<&Entry> = assessed.ledger.iter().filter(|entry| kinds.contains(&entry.kind)).collect();
            @if !entries.is_empty() { details {
                summary { (heading) " (" (entries.len()) ")" }
                div.scroll { table {
                    thead { tr { th { "Number" } th.n { "Value" } th { "Where and why" } th { "Rests on" } } }
                    tbody { @for entry in entries { (row(entry)) } }
                } }
            } }
        }
    }
}

fn row(entry: &Entry) -> Markup {
    const SHOWN: usize = 12;
    html! { tr id=(anchor(&entry.id)) {
        td { (entry.text) br; code.small { (entry.id) } }
        td.n { @if let Some(value) = entry.value { (short(value)) } @if let Some(interval) = &entry.interval { br; span.small { (range(interval)) } } }
        td.small { @if let Some(at) = &entry.at { code { (at) } " " } @if let Some(because) = &entry.because { (because) } }
        td.small {
            @for (index, ground) in entry.grounds.iter().take(SHOWN).enumerate() { @if index > 0 { ", " } a href=(format!("#{}", anchor(ground))) { (ground) } }
            @if entry.grounds.len() > SHOWN { " and " (entry.grounds.len() - SHOWN) " more" }
        }
    } }
}
