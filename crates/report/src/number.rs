//! Numbers as readers see them.

use maud::{Markup, html};
use measure::Interval;
pub use measure::short;

/// The anchor of a number in the list of grounds.
pub fn anchor(id: &str) -> String {
    let safe: String = id
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@') { c } else { '-' })
        .collect();
    format!("n-{safe}")
}

/// A number that links to its ground.
pub fn grounded(id: &str, text: &str) -> Markup {
    html! { a.number href=(format!("#{}", anchor(id))) { (text) } }
}

/// A probability in percent, with decimals only where they matter: near 0 and near 100.
pub fn percent(p: f64) -> String {
    let x = 100.0 * p;
    let near = x.min(100.0 - x).abs();
    if near < 1e-9 {
        format!("{x:.0} %")
    } else if x < 0.01 {
        format!("{x:.1e} %")
    } else if near < 0.01 {
        "above 99.99 %".into()
    } else if near < 1.0 {
        format!("{x:.2} %")
    } else if near < 10.0 {
        format!("{x:.1} %")
    } else {
        format!("{x:.0} %")
    }
}

/// `low … high`.
pub fn range(interval: &Interval) -> String {
    format!("{} … {}", short(interval.low), short(interval.high))
}

/// `low … high` in percent.
pub fn percent_range(interval: &Interval) -> String {
    format!("{} … {}", percent(interval.low), percent(interval.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_probabilities_keep_their_digits() {
        assert_eq!(percent(0.423), "42 %");
        assert_eq!(percent(0.0042), "0.42 %");
        assert_eq!(percent(2.9e-6), "2.9e-4 %");
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.9976), "99.76 %");
        assert_eq!((percent(1.0).as_str(), percent(0.999_999).as_str()), ("100 %", "above 99.99 %"));
        assert_eq!(short(0.01234), "0.0123");
        assert_eq!(anchor("shift.a b@c.1"), "n-shift.a-b@c.1");
    }
}
