//! What carries a change, and which event it goes with, on series made so that the answer is known.

use jiff::civil::date;
use measure::{Period, Point, Series};
use shift::{
    AttributionSettings, Candidate, CompetitionSettings, CostKind, Cut, EventLinkSettings, Piece, Settings,
    analyze, attribute, compete, event_link,
};

fn month(t: usize) -> Period {
    Period::Month { year: 2000 + (t / 12) as i16, month: (t % 12) as i8 + 1 }
}

fn series(counts: &[f64], exposure: f64) -> Series {
    let point = |(t, &value): (usize, &f64)| Point { period: month(t), value, exposure };
    Series::new("word@paper", counts.iter().enumerate().map(point).collect()).unwrap()
}

/// `documents` per month, each with the given count, in two strata that take turns.
fn pieces(counts: &[Vec<f64>], exposure: f64) -> Vec<Piece> {
    let mut all = Vec::new();
    for (t, documents) in counts.iter().enumerate() {
        for (d, &count) in documents.iter().enumerate() {
            let day = format!("{}-{:02}", month(t), d + 1);
            all.push(Piece {
                document: format!("d{t}-{d}"),
                title: format!("Statement {d} of {}", month(t)),
                link: format!("https://example.org/{t}/{d}"),
                day,
                period: month(t),
                stratum: if d % 2 == 0 { "first" } else { "second" }.into(),
                phrase: "word".into(),
                count,
                exposure: exposure / documents.len() as f64,
            });
        }
    }
    all
}

fn settings() -> AttributionSettings {
    let analysis = Settings { cost: CostKind::Poisson, ..Settings::default() };
    AttributionSettings { listed: 20, omitted: 3, analysis }
}

#[test]
fn a_change_of_every_document_survives_and_the_shares_add_up() {
    let counts: Vec<Vec<f64>> =
        (0..40).map(|t| if t < 20 { vec![1.0, 0.0, 1.0, 0.0] } else { vec![3.0, 2.0, 4.0, 3.0] }).collect();
    let totals: Vec<f64> = counts.iter().map(|own| own.iter().sum()).collect();
    let (series, pieces) = (series(&totals, 100.0), pieces(&counts, 100.0));
    let shifts = analyze(&series, &settings().analysis).unwrap();
    let found = attribute(&series, &shifts, 0, &pieces, &settings()).unwrap();
    assert_eq!(found.change, month(20));
    let of = |cut: Cut| found.contributions.iter().filter(move |one| one.cut == cut);
    // ln of (240 + ½)/2000 over (40 + ½)/2000.
    assert!((found.log_ratio - measure::portable::ln(240.5 / 40.5)).abs() < 1e-12);
    let strata: f64 = of(Cut::Stratum).map(|one| one.log_ratio).sum();
    assert!((strata + found.rest - found.log_ratio).abs() < 1e-12, "{strata} {}", found.rest);
    assert_eq!((of(Cut::Stratum).count(), of(Cut::Phrase).count(), of(Cut::Document).count()), (2, 0, 20));
    assert!(found.omissions.iter().all(|one| one.survives && one.ratio.unwrap() > 2.0), "{found:?}");
    // A day of one document is not left out twice.
    let cuts: Vec<Cut> = found.omissions.iter().map(|one| one.cut).collect();
    assert_eq!(cuts, [Cut::Document, Cut::Document, Cut::Document, Cut::Stratum, Cut::Stratum]);
    assert!(
        found.verdict.starts_with("It survives every single omission (3 documents, 2 strata)"),
        "{}",
        found.verdict
    );
    // Leaving out a stratum gives what the analysis of the other alone gives.
    let second: Vec<f64> = counts.iter().map(|own| own[1] + own[3]).collect();
    let alone = analyze(&self::series(&second, 50.0), &settings().analysis).unwrap();
    let without = found.omissions.iter().find(|one| one.id == "first").unwrap();
    assert_eq!(without.log_bayes_factor, alone.log_bayes_factor);
    assert_eq!(without.probability, Some(alone.change_points[0].probability));
    assert!(attribute(&series, &shifts, 1, &pieces, &settings()).is_err());
}

#[test]
fn a_change_of_one_document_is_called_one() {
    // Two months of text; in the last, one document of ten holds the word forty times.
    let counts: Vec<Vec<f64>> = (0..24)
        .map(|t| {
            (0..10)
                .map(|d| if t == 23 && d == 4 { 40.0 } else { f64::from(u8::from((t + d) % 7 == 0)) })
                .collect()
        })
        .collect();
    let totals: Vec<f64> = counts.iter().map(|own: &Vec<f64>| own.iter().sum()).collect();
    let (series, pieces) = (series(&totals, 1000.0), pieces(&counts, 1000.0));
    let shifts = analyze(&series, &settings().analysis).unwrap();
    let found = attribute(&series, &shifts, 0, &pieces, &settings()).unwrap();
    let top = &found.omissions[0];
    assert_eq!((top.id.as_str(), top.survives, top.cut), ("d23-4", false, Cut::Document));
    assert!(top.log_bayes_factor < 1.0 && found.contributions[0].id == "d23-4");
    let expected = "It rests on one document: d23-4 \"Statement 4 of 2001-12\", https://example.org/23/4.";
    assert!(found.verdict.starts_with(expected), "{}", found.verdict);
}

#[test]
fn events_compete_for_the_date_of_a_change() {
    let counts: Vec<f64> =
        (0..60).map(|t| if t < 36 { 4.0 + (t % 3) as f64 } else { 15.0 + (t % 4) as f64 }).collect();
    let series = series(&counts, 1.0);
    let shifts = analyze(&series, &Settings { cost: CostKind::Poisson, ..Settings::default() }).unwrap();
    assert_eq!(shifts.change_points[0].period, month(36));
    let candidate = |id: &str, t: usize| Candidate { id: id.into(), date: month(t).first_day().unwrap() };
    let candidates = [
        candidate("right", 36),
        candidate("just-before", 34),
        candidate("long-before", 10),
        Candidate { id: "outside".into(), date: date(1990, 1, 1) },
    ];
    let settings = CompetitionSettings {
        window: 4,
        link: EventLinkSettings { min_placebos: 10, ..EventLinkSettings::default() },
        ..CompetitionSettings::default()
    };
    let found = compete(&series, &shifts, &candidates, &settings).unwrap();
    let [one] = found.as_slice() else { panic!("{found:?}") };
    let rival = |id: &str| one.rivals.iter().find(|rival| rival.event == id).unwrap();
    let sum: f64 = one.rivals.iter().map(|rival| rival.probability.get()).sum();
    assert!((sum + one.none.get() - 1.0).abs() < 1e-12);
    // By hand: three events are in reach, (1 − ½)/3 each; kernels ¼ in four months; p from the posterior.
    let p = |t: usize| shifts.posterior[t].probability.get();
    let weight = |from: usize| 0.5 / 3.0 * 0.25 * (from..from + 4).map(p).sum::<f64>();
    let none = 0.5 / 59.0 * (1..60).map(p).sum::<f64>();
    let total = weight(36) + weight(34) + weight(10) + none;
    assert!((rival("right").probability.get() - weight(36) / total).abs() < 1e-12);
    assert!((one.none.get() - none / total).abs() < 1e-12);
    // Both windows hold the date: neither wins by much, and the text says what is left.
    assert!((rival("right").probability.get() - rival("just-before").probability.get()).abs() < 0.1);
    assert!(rival("long-before").probability.get() < 0.01 && rival("outside").probability.get() == 0.0);
    let link = event_link(&series, candidates[0].date, 4, &settings.link).unwrap();
    assert_eq!(rival("right").link.as_ref(), Some(&link));
    assert!(
        rival("outside").link.is_none()
            && rival("outside").holm.is_none()
            && rival("outside").reason.is_some()
    );
    assert!(rival("right").holm.unwrap() >= link.p_value && rival("right").q_value.unwrap() >= link.p_value);
    assert!(one.sentence().contains("is no cause"));
    assert!(compete(&series, &shifts, &candidates, &CompetitionSettings { window: 0, ..settings }).is_err());
}
