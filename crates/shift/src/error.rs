use jiff::civil::Date;
use measure::Period;
use thiserror::Error;

/// Why a series or an event cannot be analyzed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ShiftError {
    /// Fewer points than two regimes need.
    #[error("`{series}` has {found} observed period{}; a change needs at least {needed}", if *found == 1 { "" } else { "s" })]
    TooShort {
        /// Id of the series.
        series: String,
        /// Observed periods.
        found: usize,
        /// The least.
        needed: usize,
    },
    /// A value that is no count under a cost for counts.
    #[error("`{series}`: the value of {period} is {value}, which is no count; use the cost `normal`")]
    NotACount {
        /// Id of the series.
        series: String,
        /// Where.
        period: Period,
        /// What stands there.
        value: f64,
    },
    /// A count beyond 10¹², where doubles no longer tell rates apart.
    #[error("`{series}`: the count of {period} is {value:e}, above 1e12; count in larger units")]
    TooLarge {
        /// Id of the series.
        series: String,
        /// Where.
        period: Period,
        /// What stands there.
        value: f64,
    },
    /// A measured value whose square is no number any more.
    #[error(
        "`{series}`: the value of {period} is {value:e}; measure in units in which values lie between 1e-100 and 1e100"
    )]
    NotMeasurable {
        /// Id of the series.
        series: String,
        /// Where.
        period: Period,
        /// What stands there.
        value: f64,
    },
    /// More hits than there were cases.
    #[error(
        "`{series}`: {period} has {value} hits in {exposure} cases; both are whole numbers, hits among cases"
    )]
    NotAShare {
        /// Id of the series.
        series: String,
        /// Where.
        period: Period,
        /// Hits.
        value: f64,
        /// Cases.
        exposure: f64,
    },
    /// Shares of one category only.
    #[error("shares need at least two series, one for each rival category; there is {found}")]
    OneCategory {
        /// How many there are.
        found: usize,
    },
    /// A likelihood that the method does not know.
    #[error("the cost `{cost}` cannot be used here: expected {expected}")]
    Cost {
        /// What was given.
        cost: crate::CostKind,
        /// What would have been right.
        expected: &'static str,
    },
    /// A season that the periods do not have.
    #[error(
        "`{series}`: its periods have no `{season}` of their own; a month needs months or days, a weekday or week needs days"
    )]
    NoSeason {
        /// Id of the series.
        series: String,
        /// What was asked for.
        season: crate::Season,
    },
    /// A setting outside its range.
    #[error("the setting `{setting}` is {value}: expected {expected}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What was given.
        value: f64,
        /// What would have been right.
        expected: &'static str,
    },
    /// An event linked to a series that has no dates.
    #[error("`{series}` has bare indices for periods, so no dated event can be placed in it")]
    NoDates {
        /// Id of the series.
        series: String,
    },
    /// No full window of observed periods around the event.
    #[error(
        "`{series}` does not hold {window} consecutive periods on each side of {event}; take a shorter window"
    )]
    NoWindow {
        /// Id of the series.
        series: String,
        /// Date of the event.
        event: Date,
        /// Periods on each side.
        window: usize,
    },
    /// Too few placebo dates to say how unusual the event is.
    #[error(
        "`{series}` has {found} placebo dates for a window of {window} periods around {event}, fewer than {needed}: \
         a link without its placebo distribution says nothing; take a shorter window or a longer series"
    )]
    TooFewPlacebos {
        /// Id of the series.
        series: String,
        /// Date of the event.
        event: Date,
        /// Periods on each side.
        window: usize,
        /// Admissible dates.
        found: usize,
        /// The least.
        needed: usize,
    },
    /// Days beside months, or dates beside bare indices.
    #[error("`{series}` and `{other}` do not cut time the same way, so they cannot be set side by side")]
    Calendars {
        /// Id of one series.
        series: String,
        /// Id of the other.
        other: String,
    },
    /// Dates so far apart that one of them must be wrong.
    #[error("there are more than {most} periods between {first} and {last}; is one of the dates wrong?")]
    TooLong {
        /// The first.
        first: Period,
        /// The last.
        last: Period,
        /// The most.
        most: usize,
    },
    /// Too few periods in which both of two series were observed.
    #[error(
        "`{series}` and `{other}` have {found} periods in common at a lag of {lag}, fewer than {needed}; take fewer lags"
    )]
    TooFewPairs {
        /// Id of one series.
        series: String,
        /// Id of the other.
        other: String,
        /// The lag.
        lag: i64,
        /// Periods in common.
        found: usize,
        /// The least.
        needed: usize,
    },
    /// Nothing varies, so nothing can go together with it.
    #[error("`{series}` is constant in the periods in common, so it cannot be associated with anything")]
    Constant {
        /// Id of the series.
        series: String,
    },
    /// Fewer series than a panel needs.
    #[error("a panel needs at least {needed} series that can be examined; there are {found}")]
    TooFewSeries {
        /// How many there are.
        found: usize,
        /// The least.
        needed: usize,
    },
}
