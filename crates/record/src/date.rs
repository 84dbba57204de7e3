use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;
use thiserror::Error;

/// A text that is no date.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DateError {
    /// Nothing there.
    #[error("the row has no date; give it one like 2022-09-08")]
    Missing,
    /// No known form.
    #[error(
        "`{0}` is no date: expected 2022-09-08, 2022/09/08, 20220908 or a date with a time after it; \
         name other forms in `date_formats` of the mapping"
    )]
    Form(String),
    /// A known form, but not a day of the calendar from year 1 to 9999.
    #[error("`{0}` is not a day of the calendar (years 0001 to 9999); correct it")]
    Range(String),
}

/// The day that a text stands for.
///
/// `formats` (strptime-like, e.g. `%d %B %Y`; a missing month or day is taken as 1) are tried first, then
/// `2022-09-08`, `2022/09/08`, `20220908` and an ISO date with a time after it, whose day is taken as
/// written, whatever the time zone.
///
/// # Errors
/// [`DateError`] says which forms were expected.
pub fn parse_date(text: &str, formats: &[String]) -> Result<Date, DateError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateError::Missing);
    }
    if let Some(date) = formats.iter().find_map(|format| by_format(text, format)) {
        return Ok(date);
    }
    let (year, month, day) = iso_parts(text).ok_or_else(|| DateError::Form(text.into()))?;
    let in_range = |date: &Date| date.year() >= 1;
    Date::new(year, month, day).ok().filter(in_range).ok_or_else(|| DateError::Range(text.into()))
}

fn by_format(text: &str, format: &str) -> Option<Date> {
    let parts = BrokenDownTime::parse(format, text).ok()?;
    if let Ok(date) = parts.to_date() {
        return (date.year() >= 1).then_some(date);
    }
    let date = Date::new(parts.year()?, parts.month().unwrap_or(1), parts.day().unwrap_or(1)).ok()?;
    (date.year() >= 1).then_some(date)
}

fn iso_parts(text: &str) -> Option<(i16, i8, i8)> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<i16>().ok())?
    };
    let bytes = text.as_bytes();
    if bytes.len() == 8 && bytes.iter().all(u8::is_ascii_digit) {
        return Some((number(0..4)?, number(4..6)? as i8, number(6..8)? as i8));
    }
    let separator = *bytes.get(4)?;
    if !matches!(separator, b'-' | b'/') || *bytes.get(7)? != separator {
        return None;
    }
    // What follows the day must be a time, not a fourth part of something else.
    let rest = &bytes[text.len().min(10)..];
    let time = match rest {
        [] => true,
        [b'T' | b't' | b' ', hour, ..] => hour.is_ascii_digit(),
        _ => false,
    };
    time.then_some((number(0..4)?, number(5..7)? as i8, number(8..10)? as i8))
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

pub(crate) fn days_of_date(date: Date) -> i32 {
    (date.duration_since(EPOCH).as_secs() / 86_400) as i32
}

pub(crate) fn date_of_days(days: i32) -> Date {
    // Only days that came from a `Date` are ever stored; the ends of the calendar stand in for others.
    let span = jiff::SignedDuration::from_secs(i64::from(days) * 86_400);
    EPOCH.saturating_add(span)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn forms() {
        for text in ["2022-09-08", "2022/09/08", "20220908", " 2022-09-08T23:59:59Z", "2022-09-08 01:00"] {
            assert_eq!(parse_date(text, &[]), Ok(date(2022, 9, 8)), "{text}");
        }
        for text in ["Juche 111", "8.9.2022", "2022-9-8", "2022-09-08-1", "2022", "12022-09-08", "Ж022-09-08"]
        {
            assert_eq!(parse_date(text, &[]), Err(DateError::Form(text.into())), "{text}");
        }
        for text in ["2022-02-30", "0000-01-01", "20221301"] {
            assert_eq!(parse_date(text, &[]), Err(DateError::Range(text.into())), "{text}");
        }
        assert_eq!(parse_date(" ", &[]), Err(DateError::Missing));
    }

    #[test]
    fn formats_come_first_and_may_lack_day_and_month() {
        let formats = ["%d %B %Y".to_string(), "%Y-%m".into(), "%Y".into()];
        assert_eq!(parse_date("8 September 2022", &formats), Ok(date(2022, 9, 8)));
        assert_eq!(parse_date("1993-06", &formats), Ok(date(1993, 6, 1)));
        assert_eq!(parse_date("1946", &formats), Ok(date(1946, 1, 1)));
        assert_eq!(parse_date("2022-09-08", &formats), Ok(date(2022, 9, 8)));
    }

    #[test]
    fn days_there_and_back() {
        for day in
            [date(1, 1, 1), date(1969, 12, 31), date(1970, 1, 1), date(2024, 2, 29), date(9999, 12, 31)]
        {
            assert_eq!(date_of_days(days_of_date(day)), day);
        }
        assert_eq!(days_of_date(date(2000, 1, 1)), 10_957);
    }
}
