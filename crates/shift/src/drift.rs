//! Whether values that lean on the one before describe a series as well as changes do.

use measure::portable::{ln, mean};
use serde::{Deserialize, Serialize};

/// A model without change that describes a series no worse than the changes that were found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Correlation of neighbors around one level or line.
    pub correlation: f64,
    /// BIC of the changes in white noise less that of no change in noise so correlated, ≥ 0.
    pub advantage: f64,
}

impl Drift {
    /// What a reader should know.
    pub fn warning(&self) -> String {
        format!(
            "without any change, values that lean on the one before (correlation {:.2}) describe the series no worse (BIC lower by {:.1}): what looks like changes may be slow drift",
            self.correlation, self.advantage
        )
    }
}

/// Compares changes in white noise, which leave `squares` > 0 with this many parameters, with no change in first-order
/// autoregressive noise around a level and around a line: n ln(squares / n) + parameters × ln n. `None` where the
/// changes describe the series better than both.
///
/// Steps in autocorrelated noise are claimed too often by every method that takes the noise for white (Romano, Rigaill,
/// Runge & Fearnhead 2022, Detecting abrupt changes in the presence of local fluctuations and autocorrelated noise,
/// Journal of the American Statistical Association 117:2147–2162); this comparison says when.
pub(crate) fn drift(values: &[f64], squares: f64, parameters: usize) -> Option<Drift> {
    let n = values.len() as f64;
    if values.len() < 8 {
        return None;
    }
    let criterion = |squares: f64, parameters: usize| n * ln(squares / n) + parameters as f64 * ln(n);
    let found = criterion(squares.max(f64::MIN_POSITIVE), parameters);
    let autoregressive = |residuals: &[f64], parameters: usize| {
        let lagged = || residuals.iter().zip(&residuals[1..]);
        let square = |all: &[f64]| all.iter().map(|r| r * r).sum::<f64>();
        let correlation =
            lagged().map(|(a, b)| a * b).sum::<f64>() / square(residuals).max(f64::MIN_POSITIVE);
        let correlation = correlation.clamp(-0.999, 0.999);
        // The first value comes from the stationary distribution.
        let first = residuals[0] * residuals[0] * (1.0 - correlation * correlation);
        let left = first + lagged().map(|(a, b)| (b - correlation * a) * (b - correlation * a)).sum::<f64>();
        let stationary = -ln(1.0 - correlation * correlation);
        (correlation, criterion(left.max(f64::MIN_POSITIVE), parameters + 1) + stationary)
    };
    let around_level = autoregressive(&residuals(values, Around::Level), 1);
    let around_line = autoregressive(&residuals(values, Around::Line), 2);
    let (correlation, least) = if around_line.1 < around_level.1 { around_line } else { around_level };
    (least <= found && correlation > 0.0).then_some(Drift { correlation, advantage: found - least })
}

#[derive(Clone, Copy, PartialEq)]
enum Around {
    Level,
    Line,
}

fn residuals(values: &[f64], around: Around) -> Vec<f64> {
    let (center, middle) = (mean(values), 0.5 * (values.len() - 1) as f64);
    let at = |t: usize| t as f64 - middle;
    let slope = match around {
        Around::Level => 0.0,
        Around::Line => {
            let common: f64 = values.iter().enumerate().map(|(t, y)| at(t) * y).sum();
            common / (0..values.len()).map(|t| at(t) * at(t)).sum::<f64>()
        }
    };
    values.iter().enumerate().map(|(t, y)| y - center - slope * at(t)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use measure::Seed;

    fn around_two_levels(values: &[f64], at: usize) -> f64 {
        let of = |part: &[f64]| {
            let center = mean(part);
            part.iter().map(|y| (y - center) * (y - center)).sum::<f64>()
        };
        of(&values[..at]) + of(&values[at..])
    }

    /// Of a step in white noise nothing is said, of a wandering series cut in two it is.
    #[test]
    fn steps_and_wandering_are_told_apart() {
        let mut stream = Seed(2).stream("drift", 0);
        let step: Vec<f64> = (0..120).map(|t| stream.normal() + if t < 70 { 0.0 } else { 3.0 }).collect();
        assert_eq!(drift(&step, around_two_levels(&step, 70), 4), None);
        let mut x = 0.0;
        let wandering: Vec<f64> = (0..120)
            .map(|_| {
                x = 0.9 * x + stream.normal();
                x
            })
            .collect();
        let found = drift(&wandering, around_two_levels(&wandering, 70), 4).unwrap();
        assert!(found.correlation > 0.6 && found.advantage > 0.0, "{found:?}");
    }
}
