//! An assessment as one page that opens offline: no script, no network, charts as SVG, readable on paper, on a
//! phone and in the dark.
//!
//! Absent on purpose: nothing here computes anything that is not layout.

mod calculus;
mod chart;
mod crisis;
mod evidence;
mod grounds;
mod judgments;
mod number;
mod options;
mod shifts;
mod surface;
mod wording;

pub use evidence::flip_sentence;
pub use surface::surface_svg;
pub use wording::{StatementLabel, diff_page};

use assessment::Assessed;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The sections of the page: anchor and heading.
const SECTIONS: [(&str, &str); 9] = [
    ("judgments", "Key judgments"),
    ("changes", "What changed"),
    ("evidence", "Which explanation fits"),
    ("choice", "The choice from where it sits"),
    ("crisis", "How it could run away"),
    ("options", "What holds up"),
    ("forecasts", "Forecasts"),
    ("assumptions", "Assumptions"),
    ("grounds", "Every number and its ground"),
];

/// The report as HTML.
pub fn html(assessed: &Assessed) -> String {
    let asked = &assessed.asked;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(concat!("demarche ", env!("CARGO_PKG_VERSION")));
                title { (asked.title) " — assessment as of " (asked.as_of) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header {
                    h1 { (asked.title) }
                    p.question { (asked.question) }
                    p.meta {
                        "As of " (asked.as_of)
                        @if let Some(horizon) = asked.horizon { ", looking ahead to " (horizon) }
                        ". Seed " (asked.seed.0) ". Nothing later than this date was visible. "
                        (assessed.evidence.quarantine.len()) " row(s) of data could not be read."
                    }
                }
                nav aria-label="sections" { div { @for (id, heading) in SECTIONS { a href=(format!("#{id}")) { (heading) } } } }
                main { (sections(assessed)) }
                footer { p.small {
                    "Written by demarche " (env!("CARGO_PKG_VERSION"))
                    ". The same numbers stand in assessment.json and, per stage, in the Parquet tables beside this file."
                } }
            }
        }
    };
    page.into_string()
}

fn sections(assessed: &Assessed) -> Markup {
    html! {
        (section(0, judgments::view(assessed)))
        (section(1, shifts::view(assessed)))
        (section(2, evidence::view(assessed)))
        (section(3, calculus::view(assessed)))
        (section(4, crisis::view(assessed)))
        (section(5, options::view(assessed)))
        (section(6, judgments::forecasts(assessed)))
        (section(7, grounds::assumptions(assessed)))
        (section(8, grounds::ledger(assessed)))
    }
}

fn section(index: usize, body: Markup) -> Markup {
    let (id, heading) = SECTIONS[index];
    html! { section id=(id) aria-labelledby=(format!("{id}-h")) { h2 id=(format!("{id}-h")) { (heading) } (body) } }
}
