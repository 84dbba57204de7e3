#![no_main]

use libfuzzer_sys::fuzz_target;
use source::SourceText;

// A game of either format; the first word of the file says which.
fuzz_target!(|text: &str| {
    if let Err(finding) = calculus::gambit::read(&SourceText::new("game", text)) {
        assert!(finding.help.is_some() || !finding.message.is_empty());
    }
});
