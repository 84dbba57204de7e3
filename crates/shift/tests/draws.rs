//! Draws, seasons, checks and the default for measured series, against what is known of simulated series.

use measure::portable::exp;
use measure::{Period, Point, Seed, Series};
use shift::{
    CostKind, Season, Settings, Shape, Statistic, WatchSettings, analyze, automatic, draw, histories,
    predictive_checks, watch,
};

fn monthly(id: u64, months: usize, alpha: f64, mean: impl Fn(usize) -> f64) -> Series {
    let mut stream = Seed(77).stream("draws-test", id);
    let points = (0..months).map(|t| Point {
        period: Period::Month { year: 2000 + (t / 12) as i16, month: (t % 12) as i8 + 1 },
        value: draw::negative_binomial(&mut stream, mean(t), alpha),
        exposure: 1.0,
    });
    Series::new(format!("s{id}"), points.collect()).unwrap()
}

fn indexed(values: &[f64]) -> Series {
    let points = values.iter().enumerate().map(|(t, &value)| Point {
        period: Period::Index(t as i64),
        value,
        exposure: 1.0,
    });
    Series::new("x", points.collect()).unwrap()
}

/// Frequencies of numbers and dates in draws are the exact posterior within five standard errors.
#[test]
fn draws_have_the_exact_frequencies() {
    let series = monthly(1, 40, 0.1, |t| if t < 22 { 3.0 } else { 6.0 });
    for min_segment in [1, 3] {
        let settings = Settings { max_changes: 4, min_segment, ..Settings::default() };
        let exact = analyze(&series, &settings).unwrap();
        let n = 4000;
        let drawn = histories(&series, &settings, n, Seed(5)).unwrap();
        let close = |found: usize, p: f64| {
            let found = found as f64 / n as f64;
            assert!((found - p).abs() < 5.0 * (p * (1.0 - p) / n as f64).sqrt() + 2e-3, "{found} {p}");
        };
        for number in &exact.number_posterior {
            close(
                drawn.iter().filter(|one| one.changes.len() == number.changes).count(),
                number.probability.get(),
            );
        }
        for at in &exact.posterior {
            close(drawn.iter().filter(|one| one.changes.contains(&at.period)).count(), at.probability.get());
        }
        assert!(drawn.iter().all(|one| one.rates.len() == one.changes.len() + 1));
    }
}

/// Rates drawn for one regime have the mean and spread of the conjugate posterior.
#[test]
fn drawn_rates_are_those_of_the_gamma_posterior() {
    let series = monthly(2, 30, 0.0, |_| 5.0);
    let total: f64 = series.points.iter().map(|point| point.value).sum();
    let settings = Settings {
        cost: CostKind::Poisson,
        max_changes: 1,
        rate_prior: shift::RatePrior::Gamma(2.0),
        ..Settings::default()
    };
    let drawn = histories(&series, &settings, 3000, Seed(6)).unwrap();
    let rates: Vec<f64> = drawn.iter().filter(|one| one.changes.is_empty()).map(|one| one.rates[0]).collect();
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    let variance = rates.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / rates.len() as f64;
    let (shape, rate) = (2.0 + total, 2.0 / ((total + 0.5) / 30.0) + 30.0);
    assert!((mean - shape / rate).abs() < 0.03, "{mean} {}", shape / rate);
    assert!((variance / (shape / (rate * rate)) - 1.0).abs() < 0.2, "{variance}");
}

/// A purely seasonal series changes only for those who do not know of seasons.
#[test]
fn a_season_is_no_change() {
    let mean =
        |t: usize| 8.0 * exp([0.0, 1.4, 1.4, 0.2, -0.6, -0.6, -0.8, 1.1, 1.1, -0.6, -0.8, -0.8][t % 12]);
    let (mut with, mut without) = (0, 0);
    for id in 10..20 {
        let series = monthly(id, 120, 0.05, mean);
        let settings = Settings { cost: CostKind::Poisson, ..Settings::default() };
        without += usize::from(!analyze(&series, &settings).unwrap().change_points.is_empty());
        let settings = Settings { season: Some(Season::Month), ..Settings::default() };
        let found = analyze(&series, &settings).unwrap();
        with += usize::from(!found.change_points.is_empty());
        assert_eq!(found.season.len(), 12);
        let february = found.season[1].effect / found.season[4].effect;
        assert!((february / exp(2.0) - 1.0).abs() < 0.5, "{february}");
    }
    assert!(with <= 1 && without >= 9, "{with} of 10 with, {without} without the season");
}

/// Under the season a true change is found where it is.
#[test]
fn a_change_is_found_under_a_season() {
    let effect = |t: usize| if t % 12 == 7 { 5.0 } else { 1.0 };
    let series = monthly(30, 120, 0.02, |t| effect(t) * if t < 65 { 4.0 } else { 10.0 });
    let found = analyze(&series, &Settings { season: Some(Season::Month), ..Settings::default() }).unwrap();
    assert_eq!(found.change_points.len(), 1);
    let interval = found.change_points[0].interval;
    assert!(interval.contains(series.points[65].period), "{interval:?}");
    assert!(found.season[7].effect > 3.0);
    // Measured values: the same with effects that are added.
    let values: Vec<Point> = series
        .points
        .iter()
        .enumerate()
        .map(|(t, p)| Point { value: (p.value / 4.0) - 3.0 + if t % 12 == 0 { 9.0 } else { 0.0 }, ..*p })
        .collect();
    let series = Series::new("values", values).unwrap();
    let settings = Settings { cost: CostKind::Normal, season: Some(Season::Month), ..Settings::default() };
    let found = analyze(&series, &settings).unwrap();
    assert!(found.season[0].effect > 5.0, "{:?}", found.season);
    assert!(found.change_points.iter().any(|change| change.interval.contains(series.points[65].period)));
}

/// A model that cannot bring forth the spread is told so, one that can is not.
#[test]
fn checks_warn_of_a_model_that_does_not_fit() {
    let series = monthly(40, 100, 0.8, |_| 6.0);
    let check = |cost: CostKind| {
        let settings = Settings { cost, max_changes: 3, ..Settings::default() };
        let all = predictive_checks(&series, &settings, 300, Seed(9)).unwrap();
        let variance = all.into_iter().find(|check| check.statistic == Statistic::Variance).unwrap();
        (variance.p_value.get(), variance.warning().is_some())
    };
    let (p, warned) = check(CostKind::Poisson);
    assert!(p < 0.005 && warned, "{p}");
    let (p, warned) = check(CostKind::NegativeBinomial);
    assert!(p > 0.02 && !warned, "{p}");
    // Slow waves leave correlated residuals.
    let waves: Vec<f64> = (0..120).map(|t| f64::from([0, 3, 6, 9, 6, 3][t % 6])).collect();
    let settings = Settings { cost: CostKind::Normal, max_changes: 2, ..Settings::default() };
    let all = predictive_checks(&indexed(&waves), &settings, 300, Seed(9)).unwrap();
    let correlation = all.iter().find(|check| check.statistic == Statistic::Autocorrelation).unwrap();
    assert!(correlation.warning().is_some(), "{correlation:?}");
}

#[test]
fn the_default_for_measured_series() {
    let mut stream = Seed(3).stream("measured", 0);
    let noise: Vec<f64> = (0..120).map(|_| stream.normal()).collect();
    let step: Vec<f64> = noise.iter().enumerate().map(|(t, e)| e + if t >= 70 { 8.0 } else { 0.0 }).collect();
    let found = automatic(&[indexed(&step)]).unwrap();
    assert_eq!(found.starts, [70]);
    let line: Vec<f64> = noise.iter().enumerate().map(|(t, e)| e + 0.5 * t as f64).collect();
    let found = automatic(&[indexed(&line)]).unwrap();
    assert_eq!((found.shape, found.starts.len()), (Shape::Trend, 0));
    let bend = |t: f64| if t < 60.0 { 0.5 * t } else { 60.0 - 0.5 * t };
    let bent: Vec<f64> = noise.iter().enumerate().map(|(t, e)| e + bend(t as f64)).collect();
    let found = automatic(&[indexed(&bent)]).unwrap();
    assert!(found.starts.iter().any(|start| start.abs_diff(60) <= 3), "{found:?}");
    assert!(automatic(&[indexed(&noise)]).unwrap().starts.is_empty());
    assert!(automatic(&[indexed(&[4.0; 30])]).unwrap().starts.is_empty());
    assert!(automatic(&[indexed(&[4.0; 3])]).is_err());
    // Two dimensions that change together; the second is constant.
    let found = automatic(&[indexed(&step), indexed(&[1.0; 120])]).unwrap();
    assert_eq!(found.starts, [70]);
}

/// In white noise as good as nothing is claimed, and in correlated noise less than with the spread of neighbors.
#[test]
fn noise_is_no_change() {
    let claims = |correlation: f64| -> [usize; 2] {
        let mut claims = [0; 2];
        for unit in 0..30 {
            let mut stream = Seed(8).stream("ar", unit);
            let mut x = 0.0;
            let values: Vec<f64> = (0..200)
                .map(|_| {
                    x = correlation * x + stream.normal();
                    x
                })
                .collect();
            let series = indexed(&values);
            claims[0] += usize::from(!automatic(std::slice::from_ref(&series)).unwrap().starts.is_empty());
            let neighbors = shift::NormalCost::new(&series, 1.0);
            claims[1] +=
                usize::from(!shift::fpop(&neighbors, shift::Penalty::Value(3.0 * 5.3)).starts.is_empty());
        }
        claims
    };
    let [white, _] = claims(0.0);
    assert!(white <= 1, "{white} of 30");
    let [ours, neighbors] = claims(0.6);
    assert!(ours + 6 <= neighbors, "{ours} and {neighbors} of 30");
}

/// The same bits from one thread and from several at once.
#[test]
fn threads_change_no_bit() {
    let series = monthly(50, 90, 0.2, |t| if t < 60 { 4.0 } else { 9.0 });
    let all = || {
        let settings = Settings { season: Some(Season::Month), max_changes: 4, ..Settings::default() };
        let shifts = serde_json::to_string(&analyze(&series, &settings).unwrap()).unwrap();
        let feed = WatchSettings { simulated: 2000, ..WatchSettings::default() };
        let watched = serde_json::to_string(&watch(&series, &feed).unwrap()).unwrap();
        let drawn = serde_json::to_string(&histories(&series, &settings, 20, Seed(1)).unwrap()).unwrap();
        [shifts, watched, drawn]
    };
    let one = all();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(all)).collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), one);
        }
    });
}
