//! The shipped example as a whole: what it says does not change unnoticed.

use std::path::{Path, PathBuf};

use assessment::{Assessed, Settings, assess, check};
use jiff::civil::date;
use tempfile::TempDir;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/peninsula")
}

fn run(as_of: Option<jiff::civil::Date>) -> (Assessed, TempDir) {
    let out = TempDir::new().unwrap();
    let settings = Settings { as_of, out: Some(out.path().into()), ..Settings::default() };
    (assess(&example(), &settings, &mut |_| {}).unwrap(), out)
}

#[test]
fn it_has_no_mistakes_and_says_what_it_said() {
    assert!(check(&example()).is_empty());
    let (assessed, _out) = run(None);
    let mut text = String::new();
    for judgment in &assessed.judgments {
        let p = judgment.probability.get();
        text.push_str(&format!(
            "{:20} {p:.4} {} ({})\n",
            judgment.id,
            judgment.words,
            judgment.confidence.as_str()
        ));
    }
    for one in &assessed.weighing.hypotheses {
        text.push_str(&format!(
            "{:20} {:.4} [{:.3}, {:.3}]\n",
            one.id, one.posterior, one.band.low, one.band.high
        ));
    }
    for forecast in &assessed.forecasts {
        text.push_str(&format!("{:20} {:.4} {}\n", forecast.id, forecast.probability.get(), forecast.words));
    }
    let choice = assessed.choice.as_ref().unwrap();
    for course in &choice.play.courses {
        let own = course.own_type.as_deref().unwrap_or("-");
        text.push_str(&format!(
            "{:10} {:12} {:10} {:.4} {:+.3}\n",
            course.at, own, course.action, course.probability, course.utility
        ));
    }
    for one in &choice.thresholds {
        let turns: Vec<String> =
            one.changes.iter().map(|turn| format!("{}→{} at {:.3}", turn.from, turn.to, turn.at)).collect();
        let own = one.own_type.as_deref().unwrap_or("-");
        text.push_str(&format!("{:20} {:10} {own:12} {}\n", one.parameter, one.at, turns.join(", ")));
    }
    let crisis = assessed.crisis.as_ref().unwrap();
    for (end, p) in &crisis.exact {
        text.push_str(&format!("{end:20} {p:.4e}\n"));
    }
    let options = assessed.options.as_ref().unwrap();
    for summary in options.summaries.iter().take(12) {
        text.push_str(&format!(
            "{:50} {:.4} {:.4} {:.3}\n",
            summary.portfolio, summary.score, summary.regret.expected, summary.satisfices
        ));
    }
    let series =
        (assessed.evidence.signals.len(), assessed.changes.shifts.len(), assessed.evidence.events.len());
    text.push_str(&format!("{series:?} series, examined, events\n"));
    insta::assert_snapshot!("peninsula", text);
}

/// The facts that the question names, as the shipped figures have them.
#[test]
fn the_word_stands_seven_times_in_2018_and_never_after() {
    let (assessed, _out) = run(None);
    let count = |id: &str, year: i16| {
        let signal = assessed.evidence.signals.iter().find(|signal| signal.series.id == id).unwrap();
        let at = signal.series.points.iter().find(|point| point.period == measure::Period::Year(year));
        at.map(|point| point.value)
    };
    assert_eq!(count("denuclearization@un-prk", 2018), Some(7.0));
    for year in 2019..=2022 {
        assert_eq!(count("denuclearization@un-prk", year), Some(0.0), "{year}");
    }
    assert_eq!(count("multipolar@un-prk", 2022), Some(1.0));
    assert!((1991..2022).all(|year| count("multipolar@un-prk", year) == Some(0.0)));
    assert!(assessed.evidence.events.len() > 150 && assessed.options.unwrap().portfolios.len() >= 32);
    assert!(assessed.forecasts.len() >= 8 && assessed.weighing.contributions.len() >= 12);
}

/// As of 2018 nothing of what came after counts.
#[test]
fn as_of_an_earlier_date_the_explanation_is_another() {
    let (now, _now) = run(None);
    let (then, out) = run(Some(date(2018, 12, 31)));
    let entrenched = |one: &Assessed| one.weighing.posterior("entrenched").unwrap();
    assert!(
        entrenched(&then) < 0.5 && entrenched(&now) > entrenched(&then),
        "{} {}",
        entrenched(&then),
        entrenched(&now)
    );
    assert!(then.evidence.events.iter().all(|event| event.date <= date(2018, 12, 31)));
    let json = std::fs::read_to_string(out.path().join("assessment.json")).unwrap();
    let saved: serde_json::Value = serde_json::from_str(&json).unwrap();
    for id in saved["numbers"].as_object().unwrap().keys() {
        for year in 2019..=2024 {
            assert!(!id.starts_with(&format!("event.{year}")), "{id}");
        }
    }
}
