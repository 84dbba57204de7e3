//! Key judgments and forecasts.

use assessment::Assessed;
use maud::{Markup, html};

use crate::number::{grounded, percent, percent_range, short};

/// The judgments, each with words, number, confidence and ground.
pub fn view(assessed: &Assessed) -> Markup {
    html! {
        @for judgment in &assessed.judgments {
            article.judgment id=(format!("judgment-{}", judgment.id)) {
                p {
                    "We judge it " span.words { (judgment.words) } ": " (judgment.text.trim_end_matches('.')) ". "
                    (grounded(&judgment.grounds[0], &percent(judgment.probability.get())))
                    @if let Some(band) = &judgment.interval { span.small { " (" (percent_range(band)) ")" } }
                }
                p.small {
                    "Confidence: " span.words { (judgment.confidence.as_str()) } ". " (judgment.confidence_because.trim_end_matches('.')) "."
                }
            }
        }
        p.small {
            "Words of probability follow ICD 203: almost no chance 1–5 %, very unlikely 5–20 %, unlikely 20–45 %, roughly even chance 45–55 %, likely 55–80 %, very likely 80–95 %, almost certain 95–99 %. Confidence is apart from probability: it says how good and how many the sources are and how much rests on assumptions."
        }
        @if let Some(flip) = flip(assessed) { p { strong { "What would change the conclusion: " } (flip) } }
        @if !assessed.warnings.is_empty() {
            details { summary { (assessed.warnings.len()) " warning(s) about the folder" } ul { @for warning in &assessed.warnings { li { (warning) } } } }
        }
    }
}

/// The sentence that says what would turn the leading explanation over.
fn flip(assessed: &Assessed) -> Option<Markup> {
    crate::evidence::flip_sentence(assessed).map(|text| html! { (text) })
}

/// Forecasts with their rules, and their scores once decided.
pub fn forecasts(assessed: &Assessed) -> Markup {
    html! {
        @if assessed.forecasts.is_empty() { p { "This assessment makes no forecasts." } }
        @else {
            p { "Each forecast has a rule by which the record will decide it. Once its day has passed and the record reaches beyond it, it is scored (Brier: 0 best, 1 worst; log: 0 best)." }
            div.scroll { table {
                thead { tr { th { "Forecast" } th { "Words" } th.n { "Probability" } th { "Decided by" } th { "Rule" } th { "Outcome" } } }
                tbody { @for forecast in &assessed.forecasts { tr {
                    td { (forecast.text) }
                    td { (forecast.words) }
                    td.n { (grounded(&format!("forecast.{}", forecast.id), &percent(forecast.probability.get())))
                        @if let Some(range) = &forecast.range { br; span.small { (percent_range(range)) } } }
                    td { (forecast.resolves) }
                    td.small { (forecast.rule) }
                    td { @match &forecast.resolved {
                        Some(resolved) => { (if resolved.happened { "came true" } else { "did not" }) ", Brier " (short(resolved.brier)) ", log " (short(resolved.log)) }
                        None => "open",
                    } }
                } } }
            } }
        }
    }
}
