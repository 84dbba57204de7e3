#![no_main]

use libfuzzer_sys::fuzz_target;
use measure::Formula;

// An expression over named parameters: its names lie where it says, and it has a value.
fuzz_target!(|text: &str| {
    match Formula::parse(text) {
        Ok(formula) => {
            assert!(formula.names().iter().all(|(name, span)| text[span.clone()] == **name));
            let bound = formula.bind(&|name| Some(name.len() % 3)).expect("every name is known");
            let value = bound.eval(&[1.0, -2.5, 0.0]);
            assert!(bound.positions().iter().all(|&position| position < 3));
            // What is written reads back to the same value, be it none.
            let again = Formula::parse(&formula.to_string()).expect("its own text");
            let again = again.bind(&|name| Some(name.len() % 3)).expect("every name is known");
            assert_eq!(again.eval(&[1.0, -2.5, 0.0]).to_bits(), value.to_bits());
        }
        Err(error) => {
            assert!(!error.message.is_empty() && error.span.end <= text.len() + 1);
        }
    }
});
