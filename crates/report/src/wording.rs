//! Two statements side by side, as one page that opens offline; and shares of rival wordings as a chart.

use assessment::{Assessed, Example, Shares, Wording};
use kuva::prelude::*;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use shift::{AddressChange, Change, ChangeKind, PieceKind, WordingDiff};

use crate::chart;
use crate::number::{percent, percent_range, range, short};
use crate::shifts::year_of;

/// What a page says of one of the two statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLabel {
    /// Its title, or the name of its file.
    pub title: String,
    /// Date, outlet, type, speaker: what is known.
    pub about: String,
    /// A place a reader can open.
    pub link: Option<String>,
}

/// The comparison of two statements as HTML: no script, no network; two columns where there is room, dark mode, print.
pub fn diff_page(diff: &WordingDiff, before: &StatementLabel, after: &StatementLabel) -> String {
    let s = diff.summary;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content=(concat!("demarche ", env!("CARGO_PKG_VERSION")));
                title { (before.title) " → " (after.title) }
                style { (PreEscaped(include_str!("style.css"))) (PreEscaped(include_str!("wording.css"))) }
            }
            body {
                header {
                    h1 { "What changed in the wording" }
                    p.meta {
                        "Of " (s.words_before) " words " (s.words_kept) " are kept, in " (s.words_after) " words now: "
                        (s.same) " sentences the same, " (s.reworded) " reworded, " (s.moved) " moved, " (s.dropped) " dropped, " (s.added) " added."
                    }
                    p.small { "Struck: only in the earlier statement. Underlined: only in the later. Sentences are aligned by their words; a sentence counts as reworded where at least two fifths of its words, rare ones weighing more, are kept." }
                }
                main {
                    (address(&diff.address))
                    section aria-label="sentences" {
                        div.pair.heads { div { (label("Earlier", before)) } div { (label("Later", after)) } }
                        (rows(diff))
                    }
                }
                footer { p.small { "Written by demarche " (env!("CARGO_PKG_VERSION")) "." } }
            }
        }
    };
    page.into_string()
}

fn label(name: &str, statement: &StatementLabel) -> Markup {
    html! {
        strong { (name) ": " @if let Some(link) = &statement.link { a href=(link) { (statement.title) } } @else { (statement.title) } }
        @if !statement.about.is_empty() { br; span.small { (statement.about) } }
    }
}

/// Sentences that stay are folded from this many in a row.
const FOLDED: usize = 4;

fn rows(diff: &WordingDiff) -> Markup {
    let moved_away = |at: usize| {
        diff.changes.iter().find(|change| change.kind == ChangeKind::Moved && change.before.contains(&at))
    };
    let mut blocks: Vec<Markup> = Vec::new();
    let mut same: Vec<Markup> = Vec::new();
    let mut next = 0;
    let close = |same: &mut Vec<Markup>, blocks: &mut Vec<Markup>| {
        let own = std::mem::take(same);
        if own.len() < FOLDED {
            blocks.extend(own);
        } else {
            blocks.push(html! { details.same { summary { (own.len()) " sentences the same" } @for one in &own { (one) } } });
        }
    };
    for change in &diff.changes {
        // Where a sentence stood that is now elsewhere.
        if change.kind != ChangeKind::Moved {
            let until = change.before.last().map_or(next, |last| last + 1);
            for gone in (next..until).filter_map(moved_away) {
                close(&mut same, &mut blocks);
                blocks.push(html! { div.pair.stub { div { span.n { (numbers(&gone.before)) } "→ moved to " (numbers(&gone.after)) } div {} } });
            }
            next = next.max(until);
        }
        if change.kind == ChangeKind::Same {
            same.push(row(change));
        } else {
            close(&mut same, &mut blocks);
            blocks.push(row(change));
        }
    }
    for gone in (next..diff.before.len()).filter_map(moved_away) {
        close(&mut same, &mut blocks);
        blocks.push(html! { div.pair.stub { div { span.n { (numbers(&gone.before)) } "→ moved to " (numbers(&gone.after)) } div {} } });
    }
    close(&mut same, &mut blocks);
    html! { @for block in &blocks { (block) } }
}

fn numbers(of: &[usize]) -> String {
    of.iter().map(|n| (n + 1).to_string()).collect::<Vec<_>>().join("–")
}

fn row(change: &Change) -> Markup {
    let (class, word) = match change.kind {
        ChangeKind::Same => ("pair same", ""),
        ChangeKind::Reworded => ("pair reworded", "reworded"),
        ChangeKind::Added => ("pair added", "added"),
        ChangeKind::Dropped => ("pair dropped", "dropped"),
        ChangeKind::Moved => ("pair moved", "moved here"),
    };
    html! {
        div class=(class) {
            div { @if !change.before.is_empty() { span.n { (numbers(&change.before)) } @if change.kind == ChangeKind::Dropped { span.kind { (word) } } (side(change, PieceKind::Added)) } }
            div { @if !change.after.is_empty() { span.n { (numbers(&change.after)) } @if !word.is_empty() { span.kind { (word) } } (side(change, PieceKind::Dropped)) } }
        }
    }
}

/// One of the two sentences: all pieces but those of the other.
fn side(change: &Change, without: PieceKind) -> Markup {
    let whole = matches!(change.kind, ChangeKind::Added | ChangeKind::Dropped);
    html! { @for piece in change.pieces.iter().filter(|piece| piece.kind != without) {
        @match piece.kind {
            PieceKind::Dropped if !whole => del { (piece.text) },
            PieceKind::Added if !whole => ins { (piece.text) },
            _ => (piece.text),
        }
    } }
}

fn address(changes: &[AddressChange]) -> Markup {
    html! { @if !changes.is_empty() {
        section aria-label="titles" {
            h2 { "Titles and forms of address" }
            div.scroll { table {
                thead { tr { th { "Name" } th { "Title" } th.n { "Earlier" } th.n { "Later" } } }
                tbody { @for one in changes { @for (number, title) in one.titles.iter().enumerate() { tr {
                    td { @if number == 0 { @if one.name.is_empty() { span.small { "addressed" } } @else { (one.name) } } }
                    td { @if title.title.is_empty() { span.small { "bare name" } } @else { (title.title) } }
                    td.n { (title.before) } td.n { (title.after) }
                } } } }
            } }
        }
    } }
}

/// Words of a comparison in the open table; the others stand behind it.
const WORDS: usize = 12;

/// The words that tell two spans apart, with what single periods carry.
pub fn keyness(assessed: &Assessed) -> Markup {
    if assessed.changes.wordings.is_empty() {
        return html! {};
    }
    html! {
        h3 { "Which words tell the spans apart" }
        p { "Log-likelihood ratio G² with false-discovery rate q, and log-odds with an informative Dirichlet prior (z; Monroe, Colaresi and Quinn 2008), take words as independent draws. The columns to the right do not: how many documents, how evenly the uses are spread over the periods (0 as the text, 1 all in one small period; Gries 2008), G² without the period that carries most († where it falls below 15.13), and p, the share of random divisions of the periods that give as large a G²." }
        @for wording in &assessed.changes.wordings {
            @let (first, rest) = wording.keys.split_at(wording.keys.len().min(WORDS));
            h4 { (wording.id) }
            p.small { (wording.sizes[0]) " periods before, " (wording.sizes[1]) " after." }
            (words(wording, first))
            @if !rest.is_empty() { details { summary { "The next " (rest.len()) " words" } (words(wording, rest)) } }
            @match assessed.examples.get(&wording.id) {
                Some(examples) if !examples.is_empty() => details {
                    summary { "Examples: the latest place of each word in the span in which it is more frequent" }
                    @for example in examples { (passage(example)) }
                },
                _ => p.small { "Example passages are shown where the texts are at hand; record.toml says where they are looked for." },
            }
        }
    }
}

fn words(wording: &Wording, keys: &[shift::TermKey]) -> Markup {
    let spread = |value: Option<f64>| value.map_or_else(|| "—".into(), |value| format!("{value:.2}"));
    html! { div.scroll { table {
        thead { tr { th { "Word" } th.n { "Before (docs)" } th.n { "After (docs)" } th.n { "log₂ ratio" } th.n { "G²" } th.n { "q" } th.n { "z" } th.n { "Spread" } th.n { "G² without top" } th.n { "p" } } }
        tbody { @for own in keys { @let key = &own.key; tr {
            td { (key.word) }
            td.n { (key.before.count) " (" (key.before.documents) ")" }
            td.n { (key.after.count) " (" (key.after.documents) ")" }
            td.n { (short(key.log_ratio)) br; span.small { (range(&key.log_ratio_interval)) } }
            td.n { (short(key.g2)) }
            td.n { (short(key.q_value)) }
            td.n { (short(key.z)) }
            td.n { (spread(own.dispersion[0])) " → " (spread(own.dispersion[1])) }
            td.n { @if let Some(top) = own.without_top {
                (short(top.g2)) @if own.carried_by_one { " †" }
                @if let Some(period) = wording.periods.get(top.part) { br; span.small { "without " (period) } }
            } }
            td.n { (own.p_permutation.map_or_else(|| "—".into(), short)) }
        } } }
    } } }
}

fn passage(example: &Example) -> Markup {
    let passage = &example.passage;
    let (before, hit, after) = &passage.text;
    html! { p.small {
        strong { (example.word) } ", " (passage.date) ", "
        @if let Some(link) = &passage.link { a href=(link) { (passage.title) } } @else { (passage.title) }
        ": …" (before) mark { (hit) } (after) "… " code { (passage.at.to_string()) }
    } }
}

/// How rival wordings for one thing share it, through time.
pub fn shares(assessed: &Assessed) -> Markup {
    if assessed.changes.shares.is_empty() {
        return html! {};
    }
    html! {
        h3 { "Which of the rival wordings is used" }
        p { "Of all uses of the wordings together, the share of each. Intervals (95 %, all wordings of a period together; Goodman 1965) take uses as independent. The spans between changes are those of least multinomial cost with a penalty raised by the dispersion." }
        @for (index, one) in assessed.changes.shares.iter().enumerate() { (share(index, one)) }
    }
}

fn share(index: usize, one: &Shares) -> Markup {
    let parts = &one.composition.parts;
    let seen: Vec<usize> = (0..one.shares.len()).filter(|&t| !one.shares[t].is_empty()).collect();
    let (Some(&first), Some(&last)) = (seen.first(), seen.last()) else {
        return html! { h4 { (one.label) } p.small { "None of the wordings stands in the texts." } };
    };
    let x = |t: usize| year_of(one.composition.points[t].period);
    let xs: Vec<f64> = seen.iter().map(|&t| x(t)).collect();
    let mut plots = Vec::new();
    // With two wordings the second mirrors the first.
    for (part, name) in parts.iter().enumerate().take(if parts.len() == 2 { 1 } else { parts.len() }) {
        let of = |value: fn(&measure::Share) -> f64| -> Vec<f64> {
            seen.iter().map(|&t| 100.0 * value(&one.shares[t][part])).collect()
        };
        let color = chart::COLORS[part % chart::COLORS.len()];
        plots.push(Plot::from(
            BandPlot::new(xs.clone(), of(|share| share.interval.low), of(|share| share.interval.high))
                .with_color(color)
                .with_opacity(0.18),
        ));
        let points: Vec<(f64, f64)> = xs.iter().copied().zip(of(|share| share.share)).collect();
        plots.push(Plot::from(chart::line(points, part, Some(name))));
    }
    let mut layout = chart::layout(&plots, 260.0, "", "% of all wordings")
        .with_x_tick_format(chart::years())
        .with_y_axis_min(0.0)
        .with_y_axis_max(100.0);
    for &start in &one.starts {
        layout = layout
            .with_reference_line(chart::mark(x(start), &one.composition.points[start].period.to_string()));
    }
    let period = |t: usize| one.composition.points[t].period.to_string();
    let mut bounds: Vec<(usize, usize)> = Vec::new();
    let mut from = first;
    for &start in &one.starts {
        let before = seen.iter().rev().find(|&&t| t < start).copied().unwrap_or(from);
        bounds.push((from, before));
        from = start;
    }
    bounds.push((from, last));
    let words = format!(
        "Shares of {} from {} to {}, {} change(s)",
        parts.join(", "),
        period(first),
        period(last),
        one.starts.len()
    );
    html! {
        h4 { (one.label) }
        (chart::figure(&format!("share-{index}"), &one.label, &words, html! { (words) ". Neighboring periods differ " (short(one.dispersion)) " times as much as independent draws would." }, &chart::scene(plots, layout)))
        div.scroll { table {
            thead { tr { th { "Span" } @for part in parts { th.n { (part) } } } }
            tbody { @for ((from, to), own) in bounds.iter().zip(&one.spans) { tr {
                td.d { (period(*from)) " … " (period(*to)) }
                @for share in own { td.n { (percent(share.share)) br; span.small { (percent_range(&share.interval)) } } }
            } } }
        } }
    }
}
