use measure::Point;
use measure::portable::{exp, ln, mean, sum};

use super::Adjustment;

/// What of a series is compared: one value per period of a timeline, `None` where there is none.
///
/// Counts become Pearson residuals (y − μ)/√μ of a Poisson model with the exposure as offset: a constant
/// rate, or a log-linear trend. Measured values become deviations from their mean or from a straight line,
/// weighted by exposure. With differences, counts are first ln((y + ½)/e).
pub(super) fn residuals(points: &[Option<Point>], counts: bool, adjustment: Adjustment) -> Vec<Option<f64>> {
    match (adjustment, counts) {
        (Adjustment::Differences, _) => differences(points, counts),
        (Adjustment::None, true) => pearson(points, Trend::Constant),
        (Adjustment::Trend, true) => pearson(points, Trend::Linear),
        (Adjustment::None, false) => deviations(points, Trend::Constant),
        (Adjustment::Trend, false) => deviations(points, Trend::Linear),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Trend {
    Constant,
    Linear,
}

fn differences(points: &[Option<Point>], counts: bool) -> Vec<Option<f64>> {
    let value = |point: &Option<Point>| {
        point.map(|p| if counts { ln((p.value + 0.5) / p.exposure) } else { p.value })
    };
    let pairs = points.windows(2).map(|pair| Some(value(&pair[1])? - value(&pair[0])?));
    std::iter::once(None).chain(pairs).collect()
}

/// The position on the time axis, from −1 to 1.
fn time(t: usize, n: usize) -> f64 {
    if n < 2 { 0.0 } else { 2.0 * t as f64 / (n - 1) as f64 - 1.0 }
}

fn observed(points: &[Option<Point>]) -> Vec<(f64, f64, f64)> {
    let n = points.len();
    points.iter().enumerate().filter_map(|(t, p)| p.map(|p| (time(t, n), p.value, p.exposure))).collect()
}

/// Newton's method for ln μ = ln e + a + b x: two parameters, a concave likelihood, halved steps.
fn pearson(points: &[Option<Point>], trend: Trend) -> Vec<Option<f64>> {
    let seen = observed(points);
    let total = sum(seen.iter().map(|(_, y, _)| *y));
    let exposure = sum(seen.iter().map(|(.., e)| *e));
    let (mut a, mut b) = (ln(total.max(1e-9) / exposure.max(f64::MIN_POSITIVE)), 0.0);
    let log_likelihood =
        |a: f64, b: f64| sum(seen.iter().map(|(x, y, e)| y * (a + b * x) - e * exp(a + b * x)));
    for _ in 0..if trend == Trend::Linear && total > 0.0 { 60 } else { 0 } {
        let means: Vec<f64> = seen.iter().map(|(x, _, e)| e * exp(a + b * x)).collect();
        let over = |power: i32| sum(seen.iter().zip(&means).map(|((x, ..), mu)| mu * x.powi(power)));
        let left = |power: i32| sum(seen.iter().zip(&means).map(|((x, y, _), mu)| (y - mu) * x.powi(power)));
        let (i, j, k) = (over(0), over(1), over(2));
        let determinant = i * k - j * j;
        if determinant <= 1e-12 * i * i {
            break;
        }
        let (u, v) = (left(0), left(1));
        let (da, db) = ((k * u - j * v) / determinant, (i * v - j * u) / determinant);
        let here = log_likelihood(a, b);
        let mut step = 1.0;
        while step > 1e-6 && log_likelihood(a + step * da, b + step * db) < here {
            step *= 0.5;
        }
        (a, b) = (a + step * da, (b + step * db).clamp(-30.0, 30.0));
        if step * da.abs().max(db.abs()) < 1e-10 {
            break;
        }
    }
    let n = points.len();
    let residual = |(t, point): (usize, &Option<Point>)| {
        point.map(|p| {
            let mu = p.exposure * exp(a + b * time(t, n));
            if mu > 0.0 { (p.value - mu) / mu.sqrt() } else { 0.0 }
        })
    };
    points.iter().enumerate().map(residual).collect()
}

fn deviations(points: &[Option<Point>], trend: Trend) -> Vec<Option<f64>> {
    let seen = observed(points);
    let weight = sum(seen.iter().map(|(.., e)| *e));
    let of = |f: &dyn Fn(f64, f64) -> f64| sum(seen.iter().map(|(x, y, e)| e * f(*x, *y))) / weight;
    let (mx, my) = (of(&|x, _| x), of(&|_, y| y));
    let spread = of(&|x, _| (x - mx) * (x - mx));
    let slope = match trend {
        Trend::Linear if spread > 0.0 => of(&|x, y| (x - mx) * (y - my)) / spread,
        _ => 0.0,
    };
    let n = points.len();
    let residual =
        |(t, point): (usize, &Option<Point>)| point.map(|p| p.value - my - slope * (time(t, n) - mx));
    points.iter().enumerate().map(residual).collect()
}

/// Ranks from 1, ties at their mean; `None` stays.
pub(super) fn ranks(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&t| values[t].is_some()).collect();
    order.sort_by(|&s, &t| values[s].partial_cmp(&values[t]).unwrap_or(std::cmp::Ordering::Equal));
    let mut ranked = vec![None; values.len()];
    let mut start = 0;
    while start < order.len() {
        let same = order[start..].iter().take_while(|&&t| values[t] == values[order[start]]).count();
        let rank = start as f64 + 0.5 * (same + 1) as f64;
        order[start..start + same].iter().for_each(|&t| ranked[t] = Some(rank));
        start += same;
    }
    ranked
}

/// Values around their mean.
pub(super) fn centered(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let present: Vec<f64> = values.iter().flatten().copied().collect();
    let center = mean(&present);
    values.iter().map(|x| x.map(|x| x - center)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Period;

    fn points(values: &[(f64, f64)]) -> Vec<Option<Point>> {
        let point =
            |(t, &(value, exposure))| Some(Point { period: Period::Index(t as i64), value, exposure });
        values.iter().enumerate().map(point).collect()
    }

    #[test]
    fn a_log_linear_trend_is_taken_out_in_whole() {
        // Means on the model themselves leave nothing; 2, 4, 8, 16 doubles every period, exposures differ.
        let exact = points(&[(2.0, 1.0), (8.0, 2.0), (8.0, 1.0), (48.0, 3.0)]);
        assert!(residuals(&exact, true, Adjustment::Trend).iter().flatten().all(|r| r.abs() < 1e-6));
        assert!(residuals(&exact, true, Adjustment::None).iter().flatten().any(|r| r.abs() > 1.0));
        // The score equations of the maximum likelihood estimate hold: Σ r √μ = 0 and Σ r √μ x = 0.
        let odd = points(&[(0.0, 3.0), (5.0, 2.0), (1.0, 4.0), (9.0, 1.0), (2.0, 2.0)]);
        let left = residuals(&odd, true, Adjustment::Trend);
        let scores: Vec<f64> = left
            .iter()
            .zip(&odd)
            .map(|(r, p)| {
                // y − μ from r = (y − μ)/√μ: √μ solves μ + r √μ − y = 0.
                let (r, y) = (r.unwrap(), p.unwrap().value);
                let root = 0.5 * (-r + (r * r + 4.0 * y).sqrt());
                r * root
            })
            .collect();
        assert!(scores.iter().sum::<f64>().abs() < 1e-6, "{scores:?}");
        let moment: f64 = scores.iter().enumerate().map(|(t, s)| s * (t as f64 - 2.0)).sum();
        assert!(moment.abs() < 1e-6, "{moment}");
    }

    #[test]
    fn a_line_is_taken_out_of_values_and_a_gap_stays() {
        let mut line = points(&[(1.0, 1.0), (3.0, 2.0), (5.0, 1.0), (7.0, 5.0)]);
        line[1] = None;
        let left = residuals(&line, false, Adjustment::Trend);
        assert!(left[1].is_none() && left.iter().flatten().all(|r| r.abs() < 1e-12));
        let steps = residuals(&line, false, Adjustment::Differences);
        assert_eq!(steps, [None, None, None, Some(2.0)]);
        assert_eq!(ranks(&[Some(3.0), None, Some(1.0), Some(3.0)]), [Some(2.5), None, Some(1.0), Some(2.5)]);
    }
}
