/// A number for readers, with about three significant digits; `—` if it is not finite.
pub fn short(x: f64) -> String {
    let size = x.abs();
    if !x.is_finite() {
        "—".into()
    } else if size == 0.0 {
        "0".into()
    } else if size >= 1e9 {
        format!("{x:.2e}")
    } else if size >= 1000.0 {
        format!("{x:.0}")
    } else if size >= 10.0 {
        format!("{x:.1}")
    } else if size >= 0.1 {
        format!("{x:.2}")
    } else if size >= 0.001 {
        format!("{x:.4}")
    } else {
        format!("{x:.2e}")
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn no_number_is_long() {
        for (x, text) in [
            (0.0, "0"),
            (f64::NAN, "—"),
            (1e300, "1.00e300"),
            (-123_456.7, "-123457"),
            (12.34, "12.3"),
            (0.5, "0.50"),
            (0.01234, "0.0123"),
            (-1.5e-7, "-1.50e-7"),
        ] {
            assert_eq!(short(x), text);
        }
    }
}
