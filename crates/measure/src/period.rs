use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How time is cut into periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Calendar {
    /// One day.
    Day,
    /// A calendar month.
    Month,
    /// Three months, from January.
    Quarter,
    /// A calendar year.
    Year,
}

impl Calendar {
    /// The period that holds `day`.
    pub fn period(self, day: Date) -> Period {
        match self {
            Self::Day => Period::Day(day),
            Self::Month => Period::Month { year: day.year(), month: day.month() },
            Self::Quarter => Period::Quarter { year: day.year(), quarter: (day.month() - 1) / 3 + 1 },
            Self::Year => Period::Year(day.year()),
        }
    }
}

/// One cell of the time axis of a series: `2022-09-08`, `2022-09`, `2022-Q3`, `2022`, or a bare index `#17`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Period {
    /// One day.
    Day(Date),
    /// A month, 1–12.
    Month {
        /// Year of the common era.
        year: i16,
        /// 1–12.
        month: i8,
    },
    /// A quarter, 1–4.
    Quarter {
        /// Year of the common era.
        year: i16,
        /// 1–4.
        quarter: i8,
    },
    /// A year.
    Year(i16),
    /// A position in a series that has no dates.
    Index(i64),
}

/// A text that is no period.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no period: expected a day `2022-09-08`, a month `2022-09`, a quarter `2022-Q3`, a year `2022` or an index `#17`"
)]
pub struct PeriodError(pub String);

impl Period {
    /// The first day; `None` for an index.
    pub fn first_day(self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(day),
            Self::Month { year, month } => Some(date(year, month, 1)),
            Self::Quarter { year, quarter } => Some(date(year, 3 * (quarter - 1) + 1, 1)),
            Self::Year(year) => Some(date(year, 1, 1)),
            Self::Index(_) => None,
        }
    }

    /// The last day; `None` for an index.
    pub fn last_day(self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(day),
            Self::Month { .. } => self.first_day().map(Date::last_of_month),
            Self::Quarter { .. } => {
                self.first_day().and_then(|day| day.checked_add(2.months()).ok()).map(Date::last_of_month)
            }
            Self::Year(year) => Some(date(year, 12, 31)),
            Self::Index(_) => None,
        }
    }

    /// The period after this one; `None` at the end of the calendar (year 9999).
    pub fn next(self) -> Option<Self> {
        self.step(1)
    }

    /// The period before this one; `None` at the start of the calendar.
    pub fn previous(self) -> Option<Self> {
        self.step(-1)
    }

    /// How time is cut, `None` for an index.
    pub fn calendar(self) -> Option<Calendar> {
        Some(match self {
            Self::Day(_) => Calendar::Day,
            Self::Month { .. } => Calendar::Month,
            Self::Quarter { .. } => Calendar::Quarter,
            Self::Year(_) => Calendar::Year,
            Self::Index(_) => return None,
        })
    }

    fn step(self, by: i64) -> Option<Self> {
        let Some(calendar) = self.calendar() else {
            let Self::Index(index) = self else { return None };
            return index.checked_add(by).map(Self::Index);
        };
        let span = match calendar {
            Calendar::Day => Span::new().days(by),
            Calendar::Month => Span::new().months(by),
            Calendar::Quarter => Span::new().months(3 * by),
            Calendar::Year => Span::new().years(by),
        };
        Some(calendar.period(self.first_day()?.checked_add(span).ok()?))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Quarter { year, quarter } => write!(f, "{year:04}-Q{quarter}"),
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Index(index) => write!(f, "#{index}"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let wrong = || PeriodError(text.into());
        let text = text.trim();
        if let Some(index) = text.strip_prefix('#') {
            return index.parse().map(Self::Index).map_err(|_| wrong());
        }
        let (year, rest) = match text.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (text, None),
        };
        if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        // Year 0 is no year of the calendar; nor is it one that a document may have.
        let year: i16 = year.parse().ok().filter(|&year| year >= 1).ok_or_else(wrong)?;
        Ok(match rest {
            None => Self::Year(year),
            Some(rest) => match (rest.strip_prefix(['Q', 'q']), rest.len()) {
                (Some(quarter), 2) => {
                    let quarter = quarter.parse().ok().filter(|q| (1..=4).contains(q)).ok_or_else(wrong)?;
                    Self::Quarter { year, quarter }
                }
                (None, 2) => {
                    let month = rest.parse().ok().filter(|m| (1..=12).contains(m)).ok_or_else(wrong)?;
                    Self::Month { year, month }
                }
                (None, 5) => Self::Day(text.parse().map_err(|_| wrong())?),
                _ => return Err(wrong()),
            },
        })
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

impl TryFrom<String> for Period {
    type Error = PeriodError;
    fn try_from(text: String) -> Result<Self, PeriodError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_back() {
        for text in ["2022-09-08", "2022-09", "2022-Q3", "2022", "#17", "#-3", "0001", "9999-12"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "22",
            "2022-13",
            "2022-Q5",
            "2022-02-30",
            "Juche 111",
            "2022-9",
            "+022",
            "0000",
            "0000-01",
            "0000-01-01",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn neighbours_and_days() {
        let next = |text: &str| text.parse::<Period>().unwrap().next().map(|p| p.to_string());
        assert_eq!(next("2021-12").as_deref(), Some("2022-01"));
        assert_eq!(next("2021-Q4").as_deref(), Some("2022-Q1"));
        assert_eq!(next("2024-02-28").as_deref(), Some("2024-02-29"));
        assert_eq!(next("9999"), None);
        let quarter: Period = "2022-Q1".parse().unwrap();
        assert_eq!(quarter.last_day(), Some(date(2022, 3, 31)));
        assert_eq!(Calendar::Quarter.period(date(2022, 3, 31)), quarter);
    }
}
