//! What holds up whichever reading is true.

use ::options::{Criterion, OptionsResult, Restriction};
use assessment::Assessed;
use maud::{Markup, html};

use crate::chart;
use crate::number::{grounded, percent, short};

/// How many portfolios get a row of the picture; all are in the table.
const PICTURED: usize = 16;

/// Portfolios by regret, where the leader fails, and what the choice hangs on.
pub fn view(assessed: &Assessed) -> Markup {
    let Some(result) = &assessed.options else {
        return html! { p { "This assessment has no options.toml with a game and a ladder to evaluate options in." } };
    };
    let leader = &result.portfolios[result.leader];
    html! {
        p {
            "All " (result.portfolios.len()) " portfolios meet the same " (result.worlds) " worlds; a world is one draw of everything uncertain, including which explanation is true. Ahead is "
            strong { (leader.id) } @if let Some(second) = result.runner_up { ", followed by " (result.portfolios[second].id) }
            "; it is ahead of the second in " (percent(result.leads)) " of the worlds."
        }
        (regrets(result))
        (table(result))
        (by_hypothesis(result))
        (failure(result))
        (sensitivity(result))
    }
}

fn order(result: &OptionsResult) -> Vec<usize> {
    let mut order: Vec<usize> = (0..result.portfolios.len()).collect();
    order.sort_by(|&a, &b| {
        let regret = |i: usize| result.summaries[i].regret.expected;
        regret(a).total_cmp(&regret(b)).then(a.cmp(&b))
    });
    order
}

fn regrets(result: &OptionsResult) -> Markup {
    let rows: Vec<_> = order(result)
        .into_iter()
        .take(PICTURED)
        .map(|i| {
            let regret = &result.summaries[i].regret;
            (result.portfolios[i].id.clone(), regret.expected, Some((regret.median, regret.q90)))
        })
        .collect();
    chart::figure(
        "regret",
        "Regret of the portfolios",
        "Expected regret of each portfolio, least first",
        html! { "Expected regret (dot) with median and 90 % quantile over the worlds: how much the score loses against the portfolio that would have been best in that world. Score 0 to 1." },
        &chart::rows(&rows, "regret", 0.0),
    )
}

fn table(result: &OptionsResult) -> Markup {
    html! {
        h3 { "All portfolios" }
        div.scroll { table {
            thead { tr { th { "Portfolio" } th.n { "Score" } th.n { "Expected regret" } th.n { "Worst regret" } th.n { "Meets the goals" }
                @for metric in &result.metrics { th.n { (metric.label) } } } }
            tbody { @for i in order(result) { @let summary = &result.summaries[i]; tr {
                td { (result.portfolios[i].id) @if result.dominance.pareto_front.contains(&i) { span.small { " (undominated)" } } }
                td.n { (short(summary.score)) }
                td.n { (grounded(&format!("option.{}.regret", result.portfolios[i].id), &short(summary.regret.expected))) }
                td.n { (short(summary.regret.max)) }
                td.n { (grounded(&format!("option.{}.meets_goals", result.portfolios[i].id), &percent(summary.satisfices))) }
                @for metric in &summary.metrics { td.n { (short(metric.mean)) } }
            } } }
        } }
        p.small { "Means over all worlds. Goals: " @for metric in &result.metrics { @if let Some(goal) = metric.goal {
            (metric.label) " " (match metric.direction { ::options::Direction::Lower => "at most", ::options::Direction::Higher => "at least" }) " " (short(goal)) "; " } } }
    }
}

fn by_hypothesis(result: &OptionsResult) -> Markup {
    let best = |criterion, hypothesis: Option<&str>| {
        result
            .rankings
            .iter()
            .find(|ranking| ranking.criterion == criterion && ranking.hypothesis.as_deref() == hypothesis)
            .map(|ranking| {
                ranking
                    .best
                    .iter()
                    .map(|&i| result.portfolios[i].id.as_str())
                    .collect::<Vec<_>>()
                    .join(", or ")
            })
    };
    let mut hypotheses: Vec<Option<&str>> = Vec::new();
    for ranking in &result.rankings {
        if !hypotheses.contains(&ranking.hypothesis.as_deref()) {
            hypotheses.push(ranking.hypothesis.as_deref());
        }
    }
    let criteria = [
        (Criterion::Expected, "best on average"),
        (Criterion::MinimaxRegret, "least worst regret"),
        (Criterion::Maximin, "best worst case"),
        (Criterion::Satisficing, "meets the goals most often"),
    ];
    html! {
        h3 { "Does it depend on who is right, or on how one judges?" }
        div.scroll { table {
            thead { tr { th { "If it is" } @for (_, name) in criteria { th { (name) } } } }
            tbody { @for hypothesis in hypotheses { tr {
                td { (hypothesis.unwrap_or("unknown (all worlds)")) }
                @for (criterion, _) in criteria { td { (best(criterion, hypothesis).unwrap_or_else(|| "—".into())) } }
            } } }
        } }
    }
}

fn failure(result: &OptionsResult) -> Markup {
    let failure = &result.failure;
    html! {
        h3 { "Where the leader fails" }
        p { strong { (failure.portfolio) } " misses at least one goal in " (percent(failure.failures)) " of the worlds. "
            @if failure.boxes.is_empty() { "No box of parameters tells where (PRIM)." }
            @else { "The boxes below say where (PRIM, Friedman and Fisher 1999): coverage is the share of all failures inside, density the share of failures among the worlds inside." } }
        @for (index, found) in failure.boxes.iter().enumerate() {
            div.scroll { table {
                thead { tr { th { "Box " (index + 1) } th { "Condition" } th.n { "quasi-p" } th.n { "Steadiness" } } }
                tbody { @for restriction in &found.restrictions { tr {
                    td { (restriction.parameter) } td { (condition(restriction)) } td.n { (short(restriction.quasi_p)) } td.n { (percent(restriction.steadiness)) }
                } } }
            } }
            p.small { "Coverage " (percent(found.size.coverage)) ", density " (percent(found.size.density)) ", mass " (percent(found.size.mass)) "." }
        }
    }
}

fn condition(restriction: &Restriction) -> String {
    match (restriction.at_least, restriction.at_most) {
        (Some(low), Some(high)) => format!("from {} to {}", short(low), short(high)),
        (Some(low), None) => format!("at least {}", short(low)),
        (None, Some(high)) => format!("at most {}", short(high)),
        (None, None) => format!("one of {}", restriction.one_of.join(", ")),
    }
}

fn sensitivity(result: &OptionsResult) -> Markup {
    if result.sensitivity.is_empty() {
        return html! {};
    }
    let mut all: Vec<_> = result.sensitivity.iter().collect();
    all.sort_by(|a, b| b.first_order.total_cmp(&a.first_order).then(a.parameter.cmp(&b.parameter)));
    let rows: Vec<_> = all
        .iter()
        .take(12)
        .map(|s| (s.parameter.clone(), s.first_order, Some((s.interval.low, s.interval.high))))
        .collect();
    html! {
        h3 { "What the choice between the first two hangs on" }
        (chart::figure("sensitivity", "Sensitivity of the choice", "First-order share of the variance of the score difference by parameter",
            html! { "Share of the variance of the difference between the first two portfolios that each quantity explains alone, with its interval: the first thing to find out more about." },
            &chart::rows(&rows, "first-order index", 0.0)))
    }
}
