use measure::{Period, Point, Series};

use crate::ShiftError;

/// More periods than this between the first and the last point are no series but a mistake in a date.
const LONGEST: usize = 200_000;

/// All periods from the first to the last that any of the series holds, without a gap.
///
/// # Errors
/// [`ShiftError::Calendars`] for days beside months; [`ShiftError::TooLong`]; [`ShiftError::TooShort`] if
/// there is no point at all.
pub(crate) fn timeline(series: &[&Series]) -> Result<Vec<Period>, ShiftError> {
    let mut all = series.iter().flat_map(|one| one.points.first().map(|first| (one, first.period)));
    let id = series.first().map_or_else(String::new, |one| one.id.clone());
    let Some((known, period)) = all.next() else {
        return Err(ShiftError::TooShort { series: id, found: 0, needed: 2 });
    };
    if let Some((other, _)) = all.find(|(_, own)| own.calendar() != period.calendar()) {
        return Err(ShiftError::Calendars { series: known.id.clone(), other: other.id.clone() });
    }
    let points = || series.iter().flat_map(|one| &one.points).map(|point| point.period);
    let first = points().min().unwrap_or(period);
    let last = points().max().unwrap_or(period);
    let mut periods = vec![first];
    while let Some(next) = periods.last().and_then(|period| period.next()).filter(|next| *next <= last) {
        if periods.len() == LONGEST {
            return Err(ShiftError::TooLong { first, last, most: LONGEST });
        }
        periods.push(next);
    }
    Ok(periods)
}

/// The points of a series at the periods of a timeline; `None` where it was not observed.
pub(crate) fn along(series: &Series, timeline: &[Period]) -> Vec<Option<Point>> {
    let mut points = series.points.iter().peekable();
    let at = |period: &Period| {
        while points.peek().is_some_and(|point| point.period < *period) {
            points.next();
        }
        points.next_if(|point| point.period == *period).copied()
    };
    timeline.iter().map(at).collect()
}
