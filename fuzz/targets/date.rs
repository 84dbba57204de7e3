#![no_main]

use libfuzzer_sys::fuzz_target;
use record::{Precision, parse_date_to};

fuzz_target!(|text: &str| {
    for precision in [Precision::Day, Precision::Month, Precision::Year] {
        let Ok(date) = parse_date_to(text, &[], precision) else { continue };
        assert!((1..=9999).contains(&date.year()));
        assert_eq!(parse_date_to(&date.to_string(), &[], precision), Ok(date));
    }
    // A form given by the user.
    if let Some((format, text)) = text.split_once('\n') {
        let _ = parse_date_to(text, &[format.to_string()], Precision::Day);
    }
});
