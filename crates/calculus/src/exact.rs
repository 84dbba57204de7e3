//! Numbers as they were written, for methods that must not round.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, ToPrimitive, Zero};

/// A fraction of whole numbers of any size.
pub type Rational = BigRational;

/// Longest number that is read: a text of a million digits is a mistake, not a payoff.
const LONGEST: usize = 1000;
/// Largest power of ten, either way; beyond is neither a payoff nor a probability.
const MOST_POWER: i32 = 400;

/// `3`, `-0.5`, `1e-3`, `1/3`, `0.5/1.5`; `None` if it is no number, is too large for a float, or divides by zero.
pub(crate) fn parse(text: &str) -> Option<Rational> {
    if text.len() > LONGEST {
        return None;
    }
    let value = match text.split_once('/') {
        None => decimal(text)?,
        Some((above, below)) => {
            let below = decimal(below)?;
            if below.is_zero() {
                return None;
            }
            decimal(above)? / below
        }
    };
    near(&value).is_finite().then_some(value)
}

fn decimal(text: &str) -> Option<Rational> {
    let (digits, power) = match text.split_once(['e', 'E']) {
        None => (text, 0),
        Some((digits, power)) => (digits, power.parse::<i32>().ok()?),
    };
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut all = String::with_capacity(digits.len());
    all.push_str(whole);
    all.push_str(part);
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: BigInt = all.parse().ok()?;
    let number = if negative { -number } else { number };
    let power = power.checked_sub(i32::try_from(part.len()).ok()?)?;
    if number.is_zero() {
        return Some(Rational::zero());
    }
    if power.abs() > MOST_POWER + LONGEST as i32 {
        return None;
    }
    let ten = BigInt::from(10).pow(power.unsigned_abs());
    Some(if power < 0 { Rational::new(number, ten) } else { Rational::from_integer(number * ten) })
}

/// The shortest decimal that is nearer to `value` than to any other float: what somebody wrote who wrote a decimal of at
/// most 15 digits.
///
/// # Panics
/// If `value` is not finite.
pub fn written(value: f64) -> Rational {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Rational::from_integer(BigInt::from(value as i64));
    }
    decimal(&format!("{value:e}")).expect("a finite float has a decimal")
}

/// The nearest float.
pub fn near(value: &Rational) -> f64 {
    value.to_f64().unwrap_or(f64::NAN)
}

/// As a file shows it: a whole number, a decimal if it has one of at most 15 digits, else a fraction.
pub(crate) fn shown(value: &Rational) -> String {
    let close = near(value);
    let text = if close.abs() < 1e15 { format!("{close}") } else { String::new() };
    if text.len() <= 18 && parse(&text).as_ref() == Some(value) { text } else { value.to_string() }
}

/// The same fractions with sum 1.
///
/// # Panics
/// If they sum to 0.
pub(crate) fn normalized(values: Vec<Rational>) -> Vec<Rational> {
    let total: Rational = values.iter().sum();
    if total.is_one() { values } else { values.into_iter().map(|value| value / &total).collect() }
}

/// A number for fast methods beside itself for exact ones.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) near: f64,
    /// Kept only where the decimal of `near` is another number: 1/3, or 20 digits.
    pub(crate) exact: Option<Box<Rational>>,
}

impl Number {
    pub(crate) const ZERO: Self = Self { near: 0.0, exact: None };

    pub(crate) fn new(value: Rational) -> Self {
        let close = near(&value);
        let exact = (written(close) != value).then(|| Box::new(value));
        Self { near: close, exact }
    }

    pub(crate) fn exact(&self) -> Rational {
        self.exact.as_ref().map_or_else(|| written(self.near), |value| (**value).clone())
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        let whole = |one: &Self| one.exact.is_none() && one.near.fract() == 0.0 && one.near.abs() < 1e15;
        if *other == Self::ZERO {
            self.clone()
        } else if *self == Self::ZERO {
            other.clone()
        } else if whole(self) && whole(other) {
            Self { near: self.near + other.near, exact: None }
        } else {
            Self::new(self.exact() + other.exact())
        }
    }
}

impl From<f64> for Number {
    fn from(near: f64) -> Self {
        Self { near, exact: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(above: i64, below: i64) -> Rational {
        Rational::new(above.into(), below.into())
    }

    #[test]
    fn numbers_are_read_as_written() {
        for (text, above, below) in [
            ("3", 3, 1),
            ("-0.5", -1, 2),
            ("+.25", 1, 4),
            ("1e-3", 1, 1000),
            ("1/3", 1, 3),
            ("0.5/1.5", 1, 3),
            ("2.", 2, 1),
            ("12E1", 120, 1),
        ] {
            assert_eq!(parse(text), Some(ratio(above, below)), "{text}");
        }
        for text in
            ["", "-", ".", "1/0", "1e999", "1e-9999999999", "nan", "inf", "1/2/3", "0x1", "1_0", "--1"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"1".repeat(2000)), None);
    }

    #[test]
    fn a_sum_of_decimals_is_a_decimal() {
        let sum = Number::from(0.1).plus(&Number::from(0.2));
        assert_eq!((sum.near, sum.exact.as_ref()), (0.3, None));
        let third = Number::new(ratio(1, 3));
        assert_eq!(third.plus(&third).exact(), ratio(2, 3));
        assert_eq!(third.plus(&Number::new(ratio(2, 3))), Number::from(1.0));
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for value in
            [ratio(1, 3), ratio(-7, 2), ratio(123_456_789, 1_000_000), ratio(i64::MAX, 3), ratio(0, 1)]
        {
            assert_eq!(parse(&shown(&value)), Some(value));
        }
        assert_eq!(shown(&ratio(-7, 2)), "-3.5");
        assert_eq!(shown(&ratio(1, 3)), "1/3");
    }
}
