//! How often changes are found and claimed, and whether intervals hold the date: simulated series, seeded.

use measure::{Period, Point, Seed, Series};
use rayon::prelude::*;
use shift::{CostKind, Season, Settings, analyze, automatic, draw};

use crate::Outcome;

const SERIES: u64 = 200;
const MONTHS: usize = 120;

struct Case {
    name: &'static str,
    mean: f64,
    alpha: f64,
    ratio: f64,
    season: bool,
}

/// What one series came to.
struct Result {
    probability: f64,
    claimed: bool,
    found: bool,
    covered: Option<bool>,
}

pub fn run() -> Outcome<()> {
    println!(
        "{SERIES} series of {MONTHS} months each, one change at a random month from 25 to 96; share (95 % interval)"
    );
    println!(
        "| counts a month | ratio | probability ≥ 0.5 | probability ≥ 0.9 | found within 6 months | 90 % interval holds the date |"
    );
    println!("|---|---|---|---|---|---|");
    let mut unit = 0;
    for (name, mean, alpha, season) in [
        ("mean 5, Poisson", 5.0, 0.0, false),
        ("mean 5, over-dispersed (α = 0.3)", 5.0, 0.3, false),
        ("mean 0.5, Poisson", 0.5, 0.0, false),
        ("mean 0.5, over-dispersed (α = 1)", 0.5, 1.0, false),
        ("mean 5, seasonal (factors 0.4 to 4), season estimated", 5.0, 0.1, true),
    ] {
        for ratio in [1.0, 1.5, 2.0, 4.0] {
            let case = Case { name, mean, alpha, ratio, season };
            unit += 1;
            row(&case, unit);
        }
    }
    leaning()
}

/// Measured values in first-order autoregressive noise with variance 1, with a step of three standard deviations or none.
fn leaning() -> Outcome<()> {
    println!(
        "\n{SERIES} series of {MONTHS} measured values; claims with and without the warning of slow drift"
    );
    println!(
        "| correlation of neighbors | step | `auto` claims | without warning | `normal` claims | without warning |"
    );
    println!("|---|---|---|---|---|---|");
    for (unit, correlation) in (0..).zip([0.0, 0.3, 0.6, 0.9]) {
        for step in [0.0, 3.0] {
            let series = |i: u64| {
                let mut stream = Seed(2025).stream("study-leaning", (unit * 2 + step as u64) * SERIES + i);
                let at = 24 + stream.index(72);
                let mut noise = stream.normal();
                let points = (0..MONTHS).map(|t| {
                    if t > 0 {
                        let new = (1.0_f64 - correlation * correlation).sqrt();
                        noise = correlation * noise + new * stream.normal();
                    }
                    let value = noise + if t >= at { step } else { 0.0 };
                    Point { period: Period::Index(t as i64), value, exposure: 1.0 }
                });
                Series { id: "study".into(), points: points.collect() }
            };
            let claims = |i: u64| -> Option<[bool; 4]> {
                let series = series(i);
                let auto = automatic(std::slice::from_ref(&series)).ok()?;
                let settings = Settings { cost: CostKind::Normal, ..Settings::default() };
                let normal = analyze(&series, &settings).ok()?;
                let (found, claimed) = (!auto.starts.is_empty(), !normal.change_points.is_empty());
                let warned = normal.notes.iter().any(|note| note.contains("drift"));
                Some([found, found && auto.drift.is_none(), claimed, claimed && !warned])
            };
            let all: Vec<[bool; 4]> = (0..SERIES).into_par_iter().filter_map(claims).collect();
            let share = |k: usize| binomial(all.iter().filter(|one| one[k]).count(), all.len());
            let what = if step > 0.0 { "3 sd" } else { "none" };
            println!(
                "| {correlation} | {what} | {} | {} | {} | {} |",
                share(0),
                share(1),
                share(2),
                share(3)
            );
        }
    }
    Ok(())
}

fn row(case: &Case, unit: u64) {
    // Each series is a unit of its own, collected in order: threads change nothing.
    let all: Vec<Result> = (0..SERIES).into_par_iter().filter_map(|i| one(case, unit, i)).collect();
    let share = |of: &dyn Fn(&Result) -> bool| binomial(all.iter().filter(|one| of(one)).count(), all.len());
    let covered: Vec<bool> = all.iter().filter_map(|one| one.covered).collect();
    let (found, holds) = match case.ratio {
        1.0 => ("—".into(), "—".into()),
        _ => (share(&|one| one.found), binomial(covered.iter().filter(|&&held| held).count(), covered.len())),
    };
    println!(
        "| {} | {} | {} | {} | {found} | {holds} |",
        case.name,
        if case.ratio == 1.0 { "none".into() } else { case.ratio.to_string() },
        share(&|one| one.claimed),
        share(&|one| one.probability >= 0.9),
    );
}

fn one(case: &Case, unit: u64, i: u64) -> Option<Result> {
    const SEASON: [f64; 12] = [1.0, 2.0, 4.0, 1.0, 0.6, 0.6, 0.4, 2.0, 1.0, 0.6, 0.6, 0.4];
    let mut stream = Seed(2024).stream("study", unit * SERIES + i);
    let at = 24 + stream.index(72);
    let points = (0..MONTHS).map(|t| {
        let level = if t >= at { case.ratio } else { 1.0 };
        let season = if case.season { SEASON[t % 12] } else { 1.0 };
        let mean = case.mean * level * season;
        Point {
            period: Period::Month { year: 2010 + (t / 12) as i16, month: (t % 12) as i8 + 1 },
            value: draw::negative_binomial(&mut stream, mean, case.alpha),
            exposure: 1.0,
        }
    });
    let series = Series::new("study", points.collect()).ok()?;
    let season = case.season.then_some(Season::Month);
    let found = analyze(&series, &Settings { season, ..Settings::default() }).ok()?;
    let truth = series.points[at].period;
    let position =
        |period: Period| series.points.iter().position(|point| point.period == period).unwrap_or(0);
    let near = found.change_points.iter().any(|change| position(change.period).abs_diff(at) <= 6);
    let covered = match found.change_points.as_slice() {
        [change] => Some(change.interval.contains(truth)),
        _ => None,
    };
    Some(Result {
        probability: found.probability().get(),
        claimed: found.log_bayes_factor > 0.0,
        found: near,
        covered,
    })
}

/// A share in percent with Wilson's 95 % interval.
fn binomial(count: usize, n: usize) -> String {
    if n == 0 {
        return "—".into();
    }
    let (p, n, z) = (count as f64 / n as f64, n as f64, 1.96);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    format!(
        "{:.0} % ({:.0}–{:.0})",
        100.0 * p,
        100.0 * (middle - half).max(0.0),
        100.0 * (middle + half).min(1.0)
    )
}
