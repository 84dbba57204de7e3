use measure::{Point, Series, Stream};

use crate::automatic::positions;
use crate::conjugate::{Conjugate, LineLattice, MomentsEvidence, SharesEvidence};
use crate::describe::describe;
use crate::likelihood::{Counts, NegativeBinomialLattice, NormalLattice, Nuisance, Poisson};
use crate::optimal::{optimal, optimal_shares};
use crate::posterior::{Draw, Mixture, NumberPrior, sample};
use crate::season::without_season;
use crate::segmentation::Moments;
use crate::shifts::Shifts;
use crate::timeline::{along, timeline};
use crate::{CostKind, RatePrior, Settings, ShiftError};

/// Counts above this lose their last digit in sums of doubles over long series.
const LARGEST_COUNT: f64 = 1e12;

/// Exact posterior over the number and the dates of changes in one series.
///
/// Values y_t with exposure e_t > 0, at least `2 × min_segment` observed periods; periods without a point are
/// missing, only observed ones enter. Within a regime the expected count is e_t × rate (for
/// [`CostKind::Normal`] the expected value is the mean of the regime, and a period's weight is its exposure
/// relative to the mean exposure). The prior:
///
/// - P(no change) = ½, P(m changes) ∝ 2^−m for m = 1…`max_changes`; all positions are equally probable;
/// - rates of regimes are independent, by [`RatePrior`] around the overall rate;
/// - the dispersion α is common to all regimes; the variance-to-mean ratio at the mean count, 1 + α × mean,
///   exceeds x with prior probability x^−½ (σ of `normal`: ln σ uniform).
///
/// Rates and dispersion are summed over grids whose spacing makes the sums as good as integrals: relative
/// errors of evidences are about 10⁻⁴ for the dispersion and 10⁻⁶ for rates.
///
/// When the odds favor a change, the reported changes are those of the most probable number of changes;
/// their dates are the modes of their distributions (kept in order), their intervals the narrowest of mass
/// `level`, their probability is that of at least one change within the interval over all numbers of
/// changes. Rates, ratios and differences are given these dates.
///
/// # Errors
/// [`ShiftError::TooShort`]; [`ShiftError::NotACount`] and [`ShiftError::TooLarge`] name the first bad period;
/// [`ShiftError::Setting`].
///
/// # Cost
/// O(n × max_changes × grid) time per dispersion (some twenty of them); the grid grows as the square root of
/// the total count, less where counts are over-dispersed. The optimal segmentation beside it takes O(n) to
/// O(n²) evaluations of the cost. `examples/speed.rs` measures.
///
/// Fearnhead (2006), Exact and efficient Bayesian inference for multiple changepoint problems, Statistics and
/// Computing 16:203–213.
pub fn analyze(series: &Series, settings: &Settings) -> Result<Shifts, ShiftError> {
    check(series, settings)?;
    let Some(season) = settings.season else { return examine(series, settings) };
    let (effects, adjusted) = without_season(series, season, settings)?;
    let mut shifts = examine(&adjusted, settings)?;
    for segment in &mut shifts.segments {
        let own = series.points.iter().filter(|p| (segment.from..=segment.to).contains(&p.period));
        segment.count = own.clone().map(|point| point.value).sum();
        segment.exposure = own.map(|point| point.exposure).sum();
    }
    shifts.notes.push(format!(
        "the effects of the {season} were estimated together with the changes; dates and odds of changes are given these effects"
    ));
    shifts.season = effects;
    Ok(shifts)
}

fn examine(series: &Series, settings: &Settings) -> Result<Shifts, ShiftError> {
    struct Describe<'a>(&'a Series, &'a Settings);
    impl WithModel for Describe<'_> {
        type Answer = Shifts;
        fn with<N: Nuisance>(self, nuisance: &N) -> Shifts {
            describe(self.0, self.1, &Mixture::fit(nuisance, number_prior(self.1)), &[])
        }
    }
    let mut shifts = with_model(series, settings, Describe(series, settings))?;
    let starts = optimal(series, settings, shifts.dispersion);
    shifts.optimal = starts.into_iter().map(|start| series.points[start].period).collect();
    Ok(shifts)
}

/// The same for the shares of rival categories, one series of counts for each: wordings for one thing, say. Only
/// periods that all series hold are used; a period without any count says nothing and stays in. Exposures play no
/// part. The prior of the shares of a regime is that of Jeffreys, ½ in each category.
///
/// In the answer `count` is that of all categories together, and `rate`, `ratio` and `difference` are of the category
/// whose share moved most; [`Shifts::shares`] has them all.
///
/// # Errors
/// As [`analyze`]; [`ShiftError::OneCategory`].
///
/// # Cost
/// O(n² × (categories + max_changes)).
pub fn analyze_shares(series: &[Series], settings: &Settings) -> Result<Shifts, ShiftError> {
    if series.len() < 2 {
        return Err(ShiftError::OneCategory { found: series.len() });
    }
    if settings.season.is_some() {
        return Err(no_season(CostKind::Shares));
    }
    let settings = Settings { cost: CostKind::Shares, ..settings.clone() };
    let all: Vec<&Series> = series.iter().collect();
    let periods = timeline(&all)?;
    let along: Vec<_> = all.iter().map(|one| along(one, &periods)).collect();
    let (mut rows, mut points) = (Vec::new(), Vec::new());
    for (t, &period) in periods.iter().enumerate() {
        let row: Option<Vec<f64>> = along.iter().map(|one| one[t].map(|point| point.value)).collect();
        if let Some(row) = row {
            let value = row.iter().sum();
            points.push(Point { period, value, exposure: 1.0 });
            rows.push(row);
        }
    }
    let categories: Vec<String> = series.iter().map(|one| one.id.clone()).collect();
    let together = Series { id: categories.join(" : "), points };
    check_settings(&settings)?;
    check_length(&together, &settings)?;
    series.iter().try_for_each(check_counts)?;
    let mixture = Mixture::fit(&Conjugate(SharesEvidence::new(&rows)), number_prior(&settings));
    let mut shifts = describe(&together, &settings, &mixture, &categories);
    let starts = optimal_shares(&rows, &settings);
    shifts.optimal = starts.into_iter().map(|start| together.points[start].period).collect();
    Ok(shifts)
}

fn no_season(cost: CostKind) -> ShiftError {
    ShiftError::Cost { cost, expected: "`poisson`, `negbin` or `normal`, the costs that know seasons" }
}

fn number_prior(settings: &Settings) -> NumberPrior {
    NumberPrior { max_changes: settings.max_changes, min_segment: settings.min_segment }
}

/// What is to be done with the model of a series, whichever it is.
trait WithModel {
    type Answer;
    fn with<N: Nuisance>(self, nuisance: &N) -> Self::Answer;
}

fn with_model<W: WithModel>(series: &Series, settings: &Settings, what: W) -> Result<W::Answer, ShiftError> {
    let counts = || Counts::new(series, settings.rate_prior);
    Ok(match settings.cost {
        CostKind::Poisson => what.with(&Poisson::new(counts())),
        CostKind::NegativeBinomial => what.with(&NegativeBinomialLattice::new(counts())),
        CostKind::Normal => what.with(&NormalLattice::new(series)),
        CostKind::Binomial => {
            let rows = series.points.iter().map(|point| vec![point.value, point.exposure - point.value]);
            what.with(&Conjugate(SharesEvidence::new(&rows.collect::<Vec<_>>())))
        }
        CostKind::Variance => what.with(&Conjugate(MomentsEvidence::new(series, Moments::Variance))),
        CostKind::MeanVariance => what.with(&Conjugate(MomentsEvidence::new(series, Moments::Both))),
        CostKind::Trend => what.with(&LineLattice::new(series, &positions(series))),
        CostKind::Shares => return Err(ShiftError::OneCategory { found: 1 }),
    })
}

/// Draws from the posterior, and the series without effects of a season.
pub(crate) fn draws(
    series: &Series,
    settings: &Settings,
    count: usize,
    stream: &mut Stream,
) -> Result<(Vec<Draw>, Series), ShiftError> {
    struct Sample<'a>(&'a Settings, usize, &'a mut Stream);
    impl WithModel for Sample<'_> {
        type Answer = Vec<Draw>;
        fn with<N: Nuisance>(self, nuisance: &N) -> Vec<Draw> {
            sample(&Mixture::fit(nuisance, number_prior(self.0)), self.1, self.2)
        }
    }
    check(series, settings)?;
    if let Some(season) = settings.season {
        let (_, adjusted) = without_season(series, season, settings)?;
        return draws(&adjusted, &Settings { season: None, ..settings.clone() }, count, stream);
    }
    Ok((with_model(series, settings, Sample(settings, count, stream))?, series.clone()))
}

fn check(series: &Series, settings: &Settings) -> Result<(), ShiftError> {
    check_settings(settings)?;
    check_length(series, settings)?;
    let seasonal = settings.cost.is_rate() || settings.cost == CostKind::Normal;
    if settings.season.is_some() && !seasonal {
        return Err(no_season(settings.cost));
    }
    match settings.cost {
        CostKind::Poisson | CostKind::NegativeBinomial => check_counts(series),
        CostKind::Binomial => check_cases(series),
        _ => check_measured(series),
    }
}

/// Values are squared, and sums of squares divided: all of that must stay a number.
pub(crate) fn check_measured(series: &Series) -> Result<(), ShiftError> {
    let fits = |value: f64| value == 0.0 || (1e-100..=1e100).contains(&value.abs());
    match series.points.iter().find(|point| !fits(point.value)) {
        None => Ok(()),
        Some(Point { period, value, .. }) => {
            Err(ShiftError::NotMeasurable { series: series.id.clone(), period: *period, value: *value })
        }
    }
}

fn check_length(series: &Series, settings: &Settings) -> Result<(), ShiftError> {
    let needed = settings.min_segment.saturating_mul(2);
    if series.len() < needed {
        return Err(ShiftError::TooShort { series: series.id.clone(), found: series.len(), needed });
    }
    Ok(())
}

fn check_counts(series: &Series) -> Result<(), ShiftError> {
    for point in &series.points {
        let (series, period, value) = (series.id.clone(), point.period, point.value);
        if !(value >= 0.0 && value == value.trunc()) {
            return Err(ShiftError::NotACount { series, period, value });
        }
        if value > LARGEST_COUNT {
            return Err(ShiftError::TooLarge { series, period, value });
        }
    }
    Ok(())
}

fn check_cases(series: &Series) -> Result<(), ShiftError> {
    check_counts(series)?;
    let wrong = |point: &&Point| point.exposure != point.exposure.trunc() || point.value > point.exposure;
    match series.points.iter().find(wrong) {
        Some(&Point { period, value, exposure }) => {
            Err(ShiftError::NotAShare { series: series.id.clone(), period, value, exposure })
        }
        None => Ok(()),
    }
}

fn check_settings(settings: &Settings) -> Result<(), ShiftError> {
    let (prior, prior_value) = match settings.rate_prior {
        RatePrior::LogNormal(sd) => ("rate_prior.log_normal", sd),
        RatePrior::Gamma(shape) => ("rate_prior.gamma", shape),
    };
    let penalty = settings.penalty.per_change(2);
    let rules = [
        ("level", settings.level, settings.level > 0.0 && settings.level < 1.0, "a number between 0 and 1"),
        ("max_changes", settings.max_changes as f64, settings.max_changes >= 1, "at least 1"),
        ("min_segment", settings.min_segment as f64, settings.min_segment >= 1, "at least 1"),
        (prior, prior_value, (0.05..=20.0).contains(&prior_value), "a number from 0.05 to 20"),
        ("penalty", penalty, penalty.is_finite(), "a finite number"),
    ];
    match rules.into_iter().find(|(_, _, fine, _)| !fine) {
        Some((setting, value, _, expected)) => Err(ShiftError::Setting { setting, value, expected }),
        None => Ok(()),
    }
}
