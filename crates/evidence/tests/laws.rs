//! The posterior against an independent belief network, and the laws that weighing must keep.

use evidence::{GroupSpec, HypothesisSpec, IndicatorSpec, Likelihood, Model, Spec, WeighSettings};
use measure::Seed;
use proptest::prelude::*;
use source::Place;

fn hypothesis(id: usize, prior: f64) -> HypothesisSpec {
    HypothesisSpec { id: format!("h{id}"), label: format!("h{id}"), prior, place: Place::nowhere() }
}

fn indicator(
    id: usize,
    likelihood: &[f64],
    observed: Option<f64>,
    group: Option<&str>,
    code: Option<&str>,
) -> IndicatorSpec {
    let likelihood = likelihood.iter().enumerate();
    IndicatorSpec {
        id: format!("i{id}"),
        label: format!("i{id}"),
        date: jiff::civil::date(2000, 1, 1).checked_add(jiff::Span::new().days(id as i64)).ok(),
        likelihood: likelihood
            .map(|(h, &p)| (format!("h{h}"), Likelihood::Point(p), Place::nowhere()))
            .collect(),
        group: group.map(|group| (group.to_string(), Place::nowhere())),
        reliability: code.map(|code| code.parse().unwrap()),
        observed,
        place: Place::nowhere(),
    }
}

fn spec(priors: &[f64], indicators: Vec<IndicatorSpec>, strength: f64) -> Spec {
    let total: f64 = priors.iter().sum();
    let grouped = indicators.iter().any(|one| one.group.is_some());
    Spec {
        hypotheses: priors.iter().enumerate().map(|(id, p)| hypothesis(id, p / total)).collect(),
        groups: if grouped {
            vec![GroupSpec { id: "g".into(), strength, place: Place::nowhere() }]
        } else {
            Vec::new()
        },
        indicators,
        place: Place::nowhere(),
    }
}

fn posterior(spec: Spec) -> Vec<f64> {
    let settings = WeighSettings { draws: 10, ..WeighSettings::default() };
    let weighing = Model::new(spec).unwrap().weigh(Seed(1), &settings).unwrap();
    weighing.hypotheses.iter().map(|one| one.posterior).collect()
}

fn close(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Weighing group by group gives what variable elimination in the whole network gives.
    #[test]
    fn agrees_with_the_network(
        priors in prop::collection::vec(0.05..1.0_f64, 3),
        rows in prop::collection::vec((prop::collection::vec(0.02..0.98_f64, 3), 0.0..1.0_f64, 0..3_u8), 1..6),
        strength in 0.0..1.0_f64,
    ) {
        let indicators = rows.iter().enumerate().map(|(id, (p, seen, kind))| {
            let group = (*kind > 0).then_some("g");
            indicator(id, p, (*kind < 2).then_some(*seen), group, (*kind == 1).then_some("B2"))
        });
        let spec = spec(&priors, indicators.collect(), strength);
        let model = Model::new(spec.clone()).unwrap();
        let (network, evidence) = model.network().unwrap();
        let (oracle, _) = network.posterior(0, &evidence).unwrap();
        prop_assert!(close(&posterior(spec), &oracle));
    }

    /// Independent indicators: the product rule. The order does not matter.
    #[test]
    fn independent_indicators_multiply(
        priors in prop::collection::vec(0.05..1.0_f64, 2),
        rows in prop::collection::vec((prop::collection::vec(0.02..0.98_f64, 2), 0.0..1.0_f64), 1..6),
    ) {
        let indicators: Vec<_> = rows.iter().enumerate().map(|(id, (p, seen))| indicator(id, p, Some(*seen), None, None)).collect();
        let mut odds = priors[0] / priors[1];
        for (p, seen) in &rows {
            odds *= (p[0] * seen + (1.0 - p[0]) * (1.0 - seen)) / (p[1] * seen + (1.0 - p[1]) * (1.0 - seen));
        }
        let expected = [odds / (1.0 + odds), 1.0 / (1.0 + odds)];
        let mut reversed = indicators.clone();
        reversed.reverse();
        prop_assert!(close(&posterior(spec(&priors, indicators, 0.0)), &expected));
        prop_assert!(close(&posterior(spec(&priors, reversed, 0.0)), &expected));
    }

    /// A group of strength 0 is no group; of strength 1, the same fact seen twice counts once.
    #[test]
    fn ends_of_dependence(priors in prop::collection::vec(0.05..1.0_f64, 2), p in prop::collection::vec(0.02..0.98_f64, 2)) {
        let twice = |group: Option<&str>| vec![indicator(0, &p, Some(1.0), group, None), indicator(1, &p, Some(1.0), group, None)];
        let once = vec![indicator(0, &p, Some(1.0), None, None)];
        prop_assert!(close(&posterior(spec(&priors, twice(Some("g")), 0.0)), &posterior(spec(&priors, twice(None), 0.0))));
        prop_assert!(close(&posterior(spec(&priors, twice(Some("g")), 1.0)), &posterior(spec(&priors, once, 0.0))));
    }

    /// At the likelihood that a flip names, leader and challenger draw level.
    #[test]
    fn a_flip_is_a_tie(
        priors in prop::collection::vec(0.2..1.0_f64, 3),
        rows in prop::collection::vec((prop::collection::vec(0.1..0.9_f64, 3), 0.0..1.0_f64, any::<bool>()), 2..5),
    ) {
        let indicators: Vec<_> = rows
            .iter()
            .enumerate()
            .map(|(id, (p, seen, grouped))| indicator(id, p, Some(*seen), grouped.then_some("g"), None))
            .collect();
        let spec = spec(&priors, indicators, 0.5);
        let settings = WeighSettings { draws: 10, ..WeighSettings::default() };
        let weighing = Model::new(spec.clone()).unwrap().weigh(Seed(1), &settings).unwrap();
        for flip in &weighing.flips {
            let mut changed = spec.clone();
            let one = changed.indicators.iter_mut().find(|one| one.id == flip.indicator).unwrap();
            let slot = one.likelihood.iter_mut().find(|(id, ..)| *id == flip.hypothesis).unwrap();
            prop_assert_eq!(slot.1, Likelihood::Point(flip.from));
            slot.1 = Likelihood::Point(flip.to);
            let after = Model::new(changed).unwrap().weigh(Seed(1), &settings).unwrap();
            let before = weighing.leader().id.clone();
            let (a, b) = (after.posterior(&before).unwrap(), after.posterior(&flip.leader).unwrap());
            prop_assert!((a - b).abs() < 1e-6, "{a} {b}");
        }
        prop_assert!(weighing.flips.windows(2).all(|pair| pair[0].change() <= pair[1].change() + 1e-12));
    }

    /// Leaving an indicator out is the same as not having it.
    #[test]
    fn leave_one_out(rows in prop::collection::vec((prop::collection::vec(0.1..0.9_f64, 2), 0.0..1.0_f64), 2..5)) {
        let indicators: Vec<_> =
            rows.iter().enumerate().map(|(id, (p, seen))| indicator(id, p, Some(*seen), Some("g"), Some("C3"))).collect();
        let settings = WeighSettings { draws: 10, ..WeighSettings::default() };
        let weighing = Model::new(spec(&[0.6, 0.4], indicators.clone(), 0.4)).unwrap().weigh(Seed(1), &settings).unwrap();
        for one in &weighing.contributions {
            let left: Vec<_> = indicators.iter().filter(|other| other.id != one.indicator).cloned().collect();
            let without = posterior(spec(&[0.6, 0.4], left, 0.4));
            prop_assert!((one.without["h0"] - without[0]).abs() < 1e-10);
        }
    }
}

/// The band is that of drawing likelihoods uniformly from their ranges: one hypothesis against another with one
/// indicator is a quantile of a ratio that can be worked out on a grid.
#[test]
fn the_band_by_quadrature() {
    let mut only = indicator(0, &[0.5, 0.4], Some(1.0), None, None);
    only.likelihood[0].1 = Likelihood::Interval(0.5, 0.9);
    let settings = WeighSettings { draws: 20_000, ..WeighSettings::default() };
    let weighing = Model::new(spec(&[0.5, 0.5], vec![only], 0.0)).unwrap().weigh(Seed(3), &settings).unwrap();
    // The posterior p/(p + 0.4) rises with p, so that its 5 % and 95 % quantiles are those of p.
    let at = |p: f64| p / (p + 0.4);
    let band = weighing.hypotheses[0].band;
    assert!((band.low - at(0.52)).abs() < 2e-3 && (band.high - at(0.88)).abs() < 2e-3, "{band:?}");
}

#[test]
fn every_mistake_is_found_at_once() {
    let mut wrong = spec(&[0.5, 0.5], vec![indicator(0, &[1.3, 0.5], Some(1.0), Some("nowhere"), None)], 0.0);
    wrong.hypotheses[0].prior = 0.9;
    wrong.groups.clear();
    wrong.indicators.push(indicator(0, &[0.5, 0.5], Some(1.4), None, None));
    wrong.indicators[1].likelihood.pop();
    wrong.indicators[1].likelihood.push(("h9".into(), Likelihood::Interval(0.9, 0.1), Place::nowhere()));
    let findings = Model::new(wrong).unwrap_err();
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.len() >= 5, "{codes:?}");
}
