//! Events per period.

use jiff::civil::Date;
use measure::{Calendar, Point, Series};

/// Events per period from `from` to `to`, both days included; the exposure is the days of the period within that
/// span. Periods without events are 0: a list of events is taken as complete for the span that is asked for. Empty if
/// `to` is before `from`.
pub fn event_series(
    id: impl Into<String>,
    dates: impl IntoIterator<Item = Date>,
    calendar: Calendar,
    from: Date,
    to: Date,
) -> Series {
    let mut points = Vec::new();
    let mut next = (from <= to).then(|| calendar.period(from));
    while let Some(period) = next {
        let first = period.first_day().map_or(from, |day| day.max(from));
        let last = period.last_day().map_or(to, |day| day.min(to));
        let days = (last - first).get_days() + 1;
        points.push(Point { period, value: 0.0, exposure: f64::from(days) });
        next = period.next().filter(|period| period.first_day().is_some_and(|day| day <= to));
    }
    for date in dates.into_iter().filter(|date| (from..=to).contains(date)) {
        let period = calendar.period(date);
        if let Ok(index) = points.binary_search_by_key(&period, |point| point.period) {
            points[index].value += 1.0;
        }
    }
    Series { id: id.into(), points }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ends_of_the_span_shorten_the_exposure() {
        let days = [date(2022, 1, 9), date(2022, 3, 1), date(2022, 3, 15), date(2022, 3, 16)];
        let series = event_series("tests", days, Calendar::Month, date(2022, 1, 10), date(2022, 3, 15));
        let seen: Vec<_> =
            series.points.iter().map(|p| (p.period.to_string(), p.value, p.exposure)).collect();
        assert_eq!(
            seen,
            [("2022-01".into(), 0.0, 22.0), ("2022-02".into(), 0.0, 28.0), ("2022-03".into(), 2.0, 15.0)]
        );
        let none = event_series("tests", days, Calendar::Day, date(2022, 1, 2), date(2022, 1, 1));
        assert!(none.is_empty());
        let years = event_series("tests", days, Calendar::Year, date(2020, 1, 1), date(2022, 12, 31));
        assert_eq!(years.points.iter().map(|p| p.exposure).collect::<Vec<_>>(), [366.0, 365.0, 365.0]);
    }
}
