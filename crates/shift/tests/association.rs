//! Lagged association: block lengths against a peer, false alarms at the nominal rate for series with memory, true lags
//! found, both nulls against counting by hand.

use measure::portable::exp;
use measure::{Period, Point, Seed, Series, Stream};
use shift::{Adjustment, AssociationSettings, Correlation, ShiftError, associate, block_length};

fn series(id: &str, values: &[f64]) -> Series {
    let point =
        |(t, &value): (usize, &f64)| Point { period: Period::Year(1900 + t as i16), value, exposure: 1.0 };
    Series::new(id, values.iter().enumerate().map(point).collect()).unwrap()
}

/// x_t = φ x_{t−1} + noise, from its stationary distribution.
fn with_memory(n: usize, phi: f64, stream: &mut Stream) -> Vec<f64> {
    let mut x = stream.normal() / (1.0 - phi * phi).sqrt();
    (0..n)
        .map(|_| {
            x = phi * x + stream.normal();
            x
        })
        .collect()
}

fn poisson(mean: f64, stream: &mut Stream) -> f64 {
    let (limit, mut product, mut count) = (exp(-mean), stream.uniform(), 0.0);
    while product > limit {
        product *= stream.uniform();
        count += 1.0;
    }
    count
}

/// `arch.bootstrap.optimal_block_length` (circular) of the Python package arch 8.0.0 on series that anybody can rebuild.
#[test]
fn block_lengths_are_those_of_arch() {
    let cases = [
        (60, 0.0, 1.173_356_066_973_510_6),
        (100, 0.5, 4.479_808_146_470_724),
        (200, 0.8, 11.385_836_953_715_925),
        (400, -0.4, 6.889_931_249_977_633),
        (73, 0.9, 9.292_352_706_775_803),
    ];
    for (n, phi, expected) in cases {
        let (mut state, mut x, mut values) = (12345_u64, 0.0, Vec::new());
        for _ in 0..n {
            state = (1_103_515_245 * state + 12345) % (1 << 31);
            x = phi * x + state as f64 / 2_f64.powi(31) - 0.5;
            values.push(x);
        }
        let found = block_length(&values);
        assert!((found - expected).abs() < 1e-9, "{n} {phi}: {found} {expected}");
    }
    assert_eq!(block_length(&[1.0; 30]), 1.0);
    assert_eq!(block_length(&[1.0, 2.0]), 1.0);
}

/// How often independent pairs of series with memory are called associated at 5 %.
fn false_alarms(n: usize, phi: f64, sims: u64, settings: &AssociationSettings) -> f64 {
    let alarms = (0..sims).filter(|&unit| {
        let mut stream = Seed(11).stream("size", unit);
        let (a, b) = (with_memory(n, phi, &mut stream), with_memory(n, phi, &mut stream));
        let found = associate(&series("a", &a), &series("b", &b), settings, Seed(unit)).unwrap();
        found.p_value.get() <= 0.05
    });
    alarms.count() as f64 / sims as f64
}

#[test]
fn independent_series_with_memory_are_seldom_called_associated() {
    // Of 400 at 5 % fewer than 32 (8 %) with probability 0.995.
    for (n, phi) in [(80, 0.0), (80, 0.4), (120, 0.7), (30, 0.3)] {
        for adjustment in [Adjustment::None, Adjustment::Trend] {
            let settings =
                AssociationSettings { resamples: 99, adjustment, ..AssociationSettings::default() };
            let rate = false_alarms(n, phi, 400, &settings);
            assert!(rate < 0.08, "n {n} φ {phi} {adjustment:?}: {rate}");
        }
    }
}

#[test]
fn a_true_lag_is_found_where_it_is() {
    let settings = AssociationSettings { resamples: 199, ..AssociationSettings::default() };
    for (seed, lag) in [(1, 3_i64), (2, -2), (3, 0)] {
        // Counts with exposures; the rate of the follower is that of the leader `lag` periods before.
        let mut stream = Seed(seed).stream("power", 0);
        let hidden = with_memory(140, 0.5, &mut stream);
        let mut counts = |shift: i64, id: &str| {
            let points = (10..130).map(|t: i64| {
                let exposure = 1.0 + (t % 5) as f64;
                let mean = 2.0 * exposure * exp(0.6 * hidden[(t - shift) as usize]);
                Point { period: Period::Index(t), value: poisson(mean, &mut stream), exposure }
            });
            Series::new(id, points.collect()).unwrap()
        };
        let (a, b) = (counts(0, "a"), counts(lag, "b"));
        let found = associate(&a, &b, &settings, Seed(seed)).unwrap();
        assert_eq!((found.strongest, found.lags.len(), found.periods), (lag, 9, 120));
        assert!(found.p_value.get() <= 0.01 && found.sentence().contains("no cause"), "{}", found.sentence());
        let best = found.lags.iter().find(|one| one.lag == lag).unwrap();
        assert!(best.correlation > best.band && best.pairs == 120 - lag.unsigned_abs() as usize);
        assert!(found.lags.iter().all(|one| one.p_value <= one.adjusted_p));
        // The other way round all lags turn their sign.
        let back = associate(&b, &a, &settings, Seed(seed)).unwrap();
        for (one, other) in found.lags.iter().zip(back.lags.iter().rev()) {
            assert!((one.correlation - other.correlation).abs() < 1e-12 && one.lag == -other.lag);
        }
        assert_eq!(associate(&a, &b, &settings, Seed(seed)).unwrap(), found);
    }
}

#[test]
fn a_common_trend_alone_is_no_association() {
    let alarms = |adjustment| {
        let settings = AssociationSettings { resamples: 99, adjustment, ..AssociationSettings::default() };
        let alarm = |unit: &u64| {
            let mut stream = Seed(5).stream("trend", *unit);
            let mut rising = || -> Vec<f64> {
                (0..60).map(|t| poisson(2.0 * exp(0.03 * f64::from(t)), &mut stream)).collect()
            };
            let (a, b) = (series("a", &rising()), series("b", &rising()));
            let found = associate(&a, &b, &settings, Seed(*unit)).unwrap();
            assert!(found.unadjusted > 0.2);
            found.p_value.get() <= 0.05
        };
        (0..150).filter(alarm).count()
    };
    let (with, without) = (alarms(Adjustment::None), alarms(Adjustment::Trend));
    assert!(with > 75 && without < 16, "{with} {without}");
}

#[test]
fn correlations_are_those_by_hand() {
    // Spearman of 1 2 3 4 5 6 7 8 9 and its neighbors exchanged: 1 − 6 Σ d²/(n (n² − 1)), d² = 1 eight times.
    let (a, b) =
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], [2.0, 1.0, 4.0, 3.0, 6.0, 5.0, 8.0, 7.0, 9.0]);
    let settings = AssociationSettings {
        lags: 0,
        adjustment: Adjustment::None,
        block: Some(1),
        ..AssociationSettings::default()
    };
    let found = associate(&series("a", &a), &series("b", &b), &settings, Seed(1)).unwrap();
    assert!((found.lags[0].correlation - (1.0 - 6.0 * 8.0 / 720.0)).abs() < 1e-12);
    assert_eq!(found.lags[0].correlation, found.unadjusted);
    // Values that are a line of each other, with a lag and a gap.
    let mut late = series("late", &a.map(|x| x * x));
    late.points.iter_mut().for_each(|p| p.period = p.period.next().unwrap().next().unwrap());
    let linear = AssociationSettings { lags: 0, correlation: Correlation::Linear, ..settings.clone() };
    assert!(matches!(
        associate(&series("a", &a), &late, &linear, Seed(1)),
        Err(ShiftError::TooFewPairs { found: 7, .. })
    ));
    assert!(matches!(
        associate(&series("flat", &[3.0; 9]), &series("b", &b), &settings, Seed(1)),
        Err(ShiftError::Constant { series }) if series == "flat"
    ));
    let index =
        Series::new("i", vec![Point { period: Period::Index(1), value: 1.0, exposure: 1.0 }]).unwrap();
    assert!(matches!(
        associate(&index, &series("b", &b), &settings, Seed(1)),
        Err(ShiftError::Calendars { .. })
    ));
    let few = AssociationSettings { resamples: 3, ..settings };
    assert!(associate(&series("a", &a), &series("b", &b), &few, Seed(1)).is_err());
}
