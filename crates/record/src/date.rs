use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::fmt::strtime::BrokenDownTime;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use forms::Said;

mod forms;

/// A text that is no date.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DateError {
    /// Nothing there.
    #[error("the row has no date; give it one like 2022-09-08")]
    Missing,
    /// No known form.
    #[error(
        "`{0}` is no date: expected 2022-09-08, 2022/09/08, 20220908, 8 September 2022, 2022년 9월 8일 or a date \
         with a time after it; name other forms in `date_formats` of the mapping"
    )]
    Form(String),
    /// A month or a year.
    #[error(
        "`{0}` is no date of a day; give the day, or say in the mapping that the first day stands for the whole: \
         `date_precision = \"{1}\"`"
    )]
    NoDay(String, Precision),
    /// Day and month could be either way round.
    #[error(
        "`{0}` is ambiguous: day and month could be either way round; name the form in `date_formats` of the mapping, \
         e.g. \"%d/%m/%Y\" or \"%m/%d/%Y\""
    )]
    Ambiguous(String),
    /// Two years.
    #[error("`{text}` names two years: Juche {juche} is {}, not {year}; correct one", .juche + 1911)]
    Disagree {
        /// As it stands.
        text: String,
        /// Counted from 1912.
        juche: i16,
        /// Of the common era.
        year: i16,
    },
    /// A known form, but not a day of the calendar from year 1 to 9999.
    #[error("`{0}` is not a day of the calendar (years 0001 to 9999); correct it")]
    Range(String),
}

/// How exact a date must be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// A day.
    #[default]
    Day,
    /// A month is taken as its first day.
    Month,
    /// A month or a year is taken as its first day.
    Year,
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        })
    }
}

/// The day that a text stands for: [`parse_date_to`] a day.
///
/// # Errors
/// [`DateError`] says which forms were expected.
pub fn parse_date(text: &str, formats: &[String]) -> Result<Date, DateError> {
    parse_date_to(text, formats, Precision::Day)
}

/// The day that a text stands for.
///
/// `formats` (strptime-like, e.g. `%d %B %Y`; a missing month or day is taken as 1) are tried first, then
/// - `2022-09-08`, `2022/09/08`, `20220908`, and these with a time after them;
/// - English: `8 September 2022`, `September 8, 2022`, `8 Sept. 2022`, `Thu, 08 Sep 2022 10:00:00 GMT`, and `13/09/2022` or
///   `09/13/2022`, where only one reading is a date;
/// - Korean: `2022년 9월 8일`, `2022. 9. 8.`;
/// - Juche years (year of the common era − 1911) in place of the year or beside it: `주체111(2022)년 9월 8일`,
///   `September 8, Juche 111 (2022)`.
///
/// The day is taken as written, whatever the time zone. A month or a year is a date only where `precision` allows it.
///
/// # Errors
/// [`DateError`] says which forms were expected.
pub fn parse_date_to(text: &str, formats: &[String], precision: Precision) -> Result<Date, DateError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DateError::Missing);
    }
    if let Some(date) = formats.iter().find_map(|format| by_format(text, format)) {
        return Ok(date);
    }
    let said = match iso_parts(text) {
        Some((year, month, day)) => Said::Day(year, month, day),
        None => forms::said(text).ok_or_else(|| DateError::Form(text.into()))?,
    };
    let (year, month, day) = match said {
        Said::Day(year, month, day) => (year, month, day),
        Said::Month(year, month) if precision >= Precision::Month => (year, month, 1),
        Said::Year(year) if precision >= Precision::Year => (year, 1, 1),
        Said::Month(..) => return Err(DateError::NoDay(text.into(), Precision::Month)),
        Said::Year(..) => return Err(DateError::NoDay(text.into(), Precision::Year)),
        Said::Ambiguous => return Err(DateError::Ambiguous(text.into())),
        Said::Disagree { juche, year } => return Err(DateError::Disagree { text: text.into(), juche, year }),
    };
    day_of(year, month, day).ok_or_else(|| DateError::Range(text.into()))
}

fn day_of(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok().filter(|date| date.year() >= 1)
}

/// The first date in the name of a file: `2022-09-08 speech`, `kcna_20220908`, `2022.09.08`, `2022년 9월 8일`.
pub(crate) fn date_in_name(name: &str) -> Option<Date> {
    static FORMS: LazyLock<[regex::Regex; 2]> = LazyLock::new(|| {
        [
            r"(?:^|\D)((?:18|19|20|21)\d\d)[-_. ]?(\d\d)[-_. ]?(\d\d)(?:\D|$)",
            r"(?:^|\D)(\d{4})\s*년\s*(\d{1,2})\s*월\s*(\d{1,2})\s*일",
        ]
        .map(|form| regex::Regex::new(form).expect("a pattern"))
    });
    FORMS
        .iter()
        .flat_map(|form| form.captures_iter(name))
        .find_map(|found| day_of(found[1].parse().ok()?, found[2].parse().ok()?, found[3].parse().ok()?))
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
        for text in [
            "2022-09-08",
            "2022/09/08",
            "20220908",
            " 2022-09-08T23:59:59Z",
            "2022-09-08 01:00",
            "8 September 2022",
            "08 SEPTEMBER 2022",
            "8th of September, 2022",
            "8 Sept 2022",
            "8 Sep. 2022",
            "8-Sep-2022",
            "September 8, 2022",
            "September 8 2022",
            "Sep. 8 2022",
            "Sept. 8th, 2022",
            "Thursday, September 8, 2022",
            "Thu, 08 Sep 2022 10:00:00 GMT",
            "Thu, 8 Sep 2022 10:00:00 +0900",
            "September 8, 2022 at 10:00 am",
            "2022년 9월 8일",
            "2022년9월8일",
            "2022년 09월 08일 (목)",
            "2022년 9월 8일 목요일",
            "2022.9.8",
            "2022.09.08.",
            "2022. 9. 8.",
            "2022.09.08 10:00",
            "주체111(2022)년 9월 8일",
            "주체111년 9월 8일",
            "주체 111 (2022) 년 9월 8일",
            "September 8, Juche 111 (2022)",
            "September 8, Juche 111",
            "8 September 2022 (Juche 111)",
            "Juche 111 (2022), September 8",
            "Pyongyang, September 8, Juche 111 (2022)",
            "주체111(2022).9.8",
            "2022年9月8日",
        ] {
            assert_eq!(parse_date(text, &[]), Ok(date(2022, 9, 8)), "{text}");
        }
        for text in [
            "2022-9-8",
            "2022-09-08-1",
            "12022-09-08",
            "Ж022-09-08",
            "8 September 22",
            "9/8/22",
            "September",
            "today",
            "8 Septembre 2022",
            "8 September 2022 or later",
            "2022년 9월 8",
            "Juche",
            "Juche x",
            "22년 9월 8일",
            "-",
            "١٩٩٠",
            "99999999999 September 2022",
        ] {
            assert_eq!(parse_date(text, &[]), Err(DateError::Form(text.into())), "{text}");
        }
        for text in [
            "2022-02-30",
            "0000-01-01",
            "20221301",
            "31 June 2022",
            "2022년 13월 8일",
            "2022.2.30",
            "13/13/2022",
            "0/13/2022",
            "1 January 0000",
        ] {
            assert_eq!(parse_date(text, &[]), Err(DateError::Range(text.into())), "{text}");
        }
        assert_eq!(parse_date(" ", &[]), Err(DateError::Missing));
    }

    #[test]
    fn a_day_and_a_month_that_could_be_either() {
        for text in ["09/08/2022", "9/8/2022", "8.9.2022", "08-09-2022", "09/08/2022 10:00"] {
            assert_eq!(parse_date(text, &[]), Err(DateError::Ambiguous(text.into())), "{text}");
            let formats = ["%d/%m/%Y".to_string()];
            assert_eq!(parse_date("09/08/2022", &formats), Ok(date(2022, 8, 9)));
        }
        for text in ["13/08/2022", "08/13/2022", "13.8.2022", "8-13-2022"] {
            assert_eq!(parse_date(text, &[]), Ok(date(2022, 8, 13)), "{text}");
        }
        assert_eq!(parse_date("08/08/2022", &[]), Ok(date(2022, 8, 8)));
    }

    #[test]
    fn months_and_years_are_dates_where_that_is_said() {
        let to = |text: &str, precision| parse_date_to(text, &[], precision);
        for text in ["2022", "Juche 111", "Juche 111 (2022)", "주체111년", "주체111(2022)년", "2022년"]
        {
            assert_eq!(
                to(text, Precision::Day),
                Err(DateError::NoDay(text.into(), Precision::Year)),
                "{text}"
            );
            assert!(to(text, Precision::Month).is_err());
            assert_eq!(to(text, Precision::Year), Ok(date(2022, 1, 1)), "{text}");
        }
        for text in
            ["September 2022", "Sep. 2022", "2022-09", "2022년 9월", "September Juche 111 (2022)", "2022.9."]
        {
            assert_eq!(
                to(text, Precision::Day),
                Err(DateError::NoDay(text.into(), Precision::Month)),
                "{text}"
            );
            assert_eq!(to(text, Precision::Month), Ok(date(2022, 9, 1)), "{text}");
            assert_eq!(to(text, Precision::Year), Ok(date(2022, 9, 1)), "{text}");
        }
    }

    #[test]
    fn juche_years() {
        assert_eq!(parse_date("주체1년 1월 1일", &[]), Ok(date(1912, 1, 1)));
        assert_eq!(parse_date("15 April, Juche 101", &[]), Ok(date(2012, 4, 15)));
        for text in
            ["September 8, Juche 110 (2022)", "주체110(2022)년 9월 8일", "8 September 2022 (Juche 112)"]
        {
            let error = parse_date(text, &[]).unwrap_err();
            assert!(matches!(error, DateError::Disagree { year: 2022, .. }), "{text}: {error}");
        }
        let message = parse_date("주체110(2022)년 9월 8일", &[]).unwrap_err().to_string();
        assert!(message.contains("Juche 110 is 2021, not 2022"), "{message}");
    }

    #[test]
    fn every_day_of_the_calendar_in_every_form() {
        let months = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        // Every 97th day from 0001-01-01 to 9999-12-31, with the ends.
        let first = days_of_date(date(1, 1, 1));
        let last = days_of_date(date(9999, 12, 31));
        for days in (first..=last).step_by(97).chain([last]) {
            let day = date_of_days(days);
            let (y, m, d) = (day.year(), day.month(), day.day());
            let month = months[m as usize - 1];
            let mut texts = vec![
                format!("{y:04}-{m:02}-{d:02}"),
                format!("{d} {month} {y:04}"),
                format!("{month} {d}, {y:04}"),
                format!("{} {d}, {y:04}", &month[..3]),
                format!("{y:04}년 {m}월 {d}일"),
                format!("{y:04}. {m}. {d}."),
            ];
            if y > 1911 {
                texts.push(format!("주체{}({y})년 {m}월 {d}일", y - 1911));
                texts.push(format!("{month} {d}, Juche {}", y - 1911));
            }
            for text in texts {
                assert_eq!(parse_date(&text, &[]), Ok(day), "{text}");
            }
        }
    }

    #[test]
    fn dates_in_the_names_of_files() {
        for name in [
            "2022-09-08",
            "kcna_20220908_speech",
            "2022.09.08 speech",
            "speech 2022년 9월 8일",
            "a12-2022_09_08",
        ] {
            assert_eq!(date_in_name(name), Some(date(2022, 9, 8)), "{name}");
        }
        for name in ["speech", "20221308", "120220908", "2022-9", "0908"] {
            assert_eq!(date_in_name(name), None, "{name}");
        }
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
