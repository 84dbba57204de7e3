//! How a series, its shifts or the events become the probability that an indicator is true.

use jiff::civil::Date;
use measure::portable::{incomplete_beta, normal_cdf};
use measure::{Period, Point, Series};
use record::events::Event;
use shift::{CostKind, Shifts};

use crate::folder::hypotheses::Way;
use crate::folder::signals::EventFilter;

/// Probability that a series changed `way` with the new regime beginning within `from..=to`.
///
/// If a change of that direction is reported whose interval meets the span, its probability; the largest, if
/// several. Otherwise what the posterior leaves for unreported changes there: the sum over the periods of the
/// span, at most 1, halved because the direction of such a change is unknown.
pub fn shift_probability(shifts: &Shifts, way: Way, from: Option<Date>, to: Option<Date>) -> f64 {
    let within = |period: Period| {
        let late_enough = from.is_none_or(|from| period.last_day().is_none_or(|day| day >= from));
        let early_enough = to.is_none_or(|to| period.first_day().is_none_or(|day| day <= to));
        late_enough && early_enough
    };
    let reported = shifts
        .change_points
        .iter()
        .filter(|change| match way {
            Way::Up => change.rate_after > change.rate_before,
            Way::Down => change.rate_after < change.rate_before,
        })
        .filter(|change| within(change.period) || within(change.interval.from) || within(change.interval.to))
        .map(|change| change.probability.get())
        .fold(None, |most: Option<f64>, p| Some(most.map_or(p, |most| most.max(p))));
    reported.unwrap_or_else(|| {
        let named =
            |period: Period| shifts.change_points.iter().any(|change| change.interval.contains(period));
        let left = shifts.posterior.iter().filter(|p| within(p.period) && !named(p.period));
        0.5 * left.map(|p| p.probability.get()).sum::<f64>().min(1.0)
    })
}

/// Probability that the rate after passes `factor` times the rate before in the given direction; `None` if one
/// of the spans holds no period.
///
/// Counts: Jeffreys gamma posteriors of the two rates, both counts and exposures divided by the Pearson
/// dispersion where it exceeds 1 (quasi-Poisson), so that bursts do not feign certainty; then λ_after/λ_before
/// is a ratio of gammas and the probability an incomplete beta function. Values (`normal`): difference of
/// means with unequal variances, by the normal distribution.
pub fn rate_probability(
    series: &Series,
    cost: CostKind,
    way: Way,
    factor: f64,
    before: (Date, Date),
    after: (Date, Date),
) -> Option<f64> {
    let inside = |(from, to): (Date, Date)| -> Vec<Point> {
        let meets = |point: &&Point| {
            point.period.first_day().is_some_and(|day| day >= from)
                && point.period.last_day().is_some_and(|day| day <= to)
        };
        series.points.iter().filter(meets).copied().collect()
    };
    let (before, after) = (inside(before), inside(after));
    if before.is_empty() || after.is_empty() {
        return None;
    }
    let above = match cost {
        CostKind::Normal | CostKind::Variance | CostKind::MeanVariance | CostKind::Trend => {
            mean_above(&before, &after, factor)
        }
        CostKind::Poisson | CostKind::NegativeBinomial | CostKind::Binomial | CostKind::Shares => {
            rate_above(&before, &after, factor)
        }
    };
    Some(match way {
        Way::Up => above,
        Way::Down => 1.0 - above,
    })
}

fn rate_above(before: &[Point], after: &[Point], factor: f64) -> f64 {
    let excess = dispersion(before).max(dispersion(after)).max(1.0);
    let total = |points: &[Point]| {
        let count: f64 = points.iter().map(|p| p.value).sum();
        let exposure: f64 = points.iter().map(|p| p.exposure).sum();
        (0.5 + count / excess, exposure / excess)
    };
    let ((a_before, e_before), (a_after, e_after)) = (total(before), total(after));
    let x = factor * e_after / (factor * e_after + e_before);
    1.0 - incomplete_beta(a_after, a_before, x)
}

/// Pearson χ² over its degrees of freedom for a constant rate; 1 where there is too little to tell.
fn dispersion(points: &[Point]) -> f64 {
    let rate = points.iter().map(|p| p.value).sum::<f64>() / points.iter().map(|p| p.exposure).sum::<f64>();
    if points.len() < 3 || rate <= 0.0 {
        return 1.0;
    }
    let chi: f64 = points
        .iter()
        .map(|p| {
            let expected = rate * p.exposure;
            (p.value - expected) * (p.value - expected) / expected
        })
        .sum();
    chi / (points.len() - 1) as f64
}

fn mean_above(before: &[Point], after: &[Point], factor: f64) -> f64 {
    let moments = |points: &[Point]| {
        let n = points.len() as f64;
        let mean = points.iter().map(|p| p.value).sum::<f64>() / n;
        let squares: f64 = points.iter().map(|p| (p.value - mean) * (p.value - mean)).sum();
        (mean, n, squares)
    };
    let ((m_before, n_before, s_before), (m_after, n_after, s_after)) = (moments(before), moments(after));
    // One pooled variance: short spans cannot give one each.
    let freedom = n_before + n_after - 2.0;
    let variance = if freedom > 0.0 { (s_before + s_after) / freedom } else { 0.0 };
    let error = (variance * (factor * factor / n_before + 1.0 / n_after)).sqrt();
    let difference = m_after - factor * m_before;
    if error > 0.0 { normal_cdf(difference / error) } else { f64::from(u8::from(difference > 0.0)) }
}

/// Whether an event counts.
pub fn matches(filter: &EventFilter, event: &Event) -> bool {
    let among = |allowed: &[String], value: Option<&String>| {
        allowed.is_empty() || value.is_some_and(|value| allowed.contains(value))
    };
    among(&filter.actor, event.actor.as_ref())
        && among(&filter.target, event.target.as_ref())
        && among(&filter.kind, event.kind.as_ref())
        && filter.magnitude_at_least.is_none_or(|least| event.magnitude.is_some_and(|m| m >= least))
}

/// The events that count, from `from` to `to`.
pub fn events_between<'e>(
    events: &'e [Event],
    filter: &'e EventFilter,
    from: Date,
    to: Date,
) -> impl Iterator<Item = &'e Event> {
    events.iter().filter(move |event| event.date >= from && event.date <= to && matches(filter, event))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn yearly(values: &[(i16, f64)]) -> Series {
        let points = values
            .iter()
            .map(|&(year, value)| Point { period: Period::Year(year), value, exposure: 10.0 })
            .collect();
        Series::new("s", points).unwrap()
    }

    fn years(from: i16, to: i16) -> (Date, Date) {
        (date(from, 1, 1), date(to, 12, 31))
    }

    #[test]
    fn equal_rates_are_a_coin_and_clear_ones_are_not() {
        let even = yearly(&[(2001, 5.0), (2002, 5.0), (2003, 5.0), (2004, 5.0)]);
        let p = |series: &Series, way, factor| {
            rate_probability(
                series,
                CostKind::NegativeBinomial,
                way,
                factor,
                years(2001, 2002),
                years(2003, 2004),
            )
            .unwrap()
        };
        assert!((p(&even, Way::Up, 1.0) - 0.5).abs() < 1e-12);
        assert!((p(&even, Way::Up, 1.0) + p(&even, Way::Down, 1.0) - 1.0).abs() < 1e-12);
        let risen = yearly(&[(2001, 5.0), (2002, 4.0), (2003, 30.0), (2004, 33.0)]);
        assert!(p(&risen, Way::Up, 1.0) > 0.999);
        assert!(p(&risen, Way::Up, 20.0) < 0.05);
        assert!(
            rate_probability(&even, CostKind::Poisson, Way::Up, 1.0, years(1990, 1991), years(2003, 2004))
                .is_none()
        );
    }

    #[test]
    fn the_gamma_ratio_agrees_with_sampling() {
        let before = [Point { period: Period::Year(1), value: 7.0, exposure: 3.0 }];
        let after = [Point { period: Period::Year(2), value: 11.0, exposure: 2.0 }];
        let exact = rate_above(&before, &after, 1.5);
        // Gammas with half-integer shapes as sums of squared normals: Γ(n/2, 1) = ½ Σ zᵢ² over n terms.
        let mut stream = measure::Seed(1).stream("gamma", 0);
        let gamma = |halves: u32, stream: &mut measure::Stream| -> f64 {
            0.5 * (0..halves).map(|_| stream.normal()).map(|z| z * z).sum::<f64>()
        };
        let n = 40_000;
        let hits =
            (0..n).filter(|_| gamma(23, &mut stream) / 2.0 > 1.5 * gamma(15, &mut stream) / 3.0).count();
        assert!((hits as f64 / f64::from(n) - exact).abs() < 0.01, "{exact} {hits}");
    }
}
