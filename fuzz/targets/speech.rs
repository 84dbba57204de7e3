#![no_main]

use libfuzzer_sys::fuzz_target;
use record::speech::SpeechByOutlet;

// Who speaks in any text: spans in order, without overlap, at letters.
fuzz_target!(|text: &str| {
    let mut end = 0;
    for span in SpeechByOutlet::built_in().of(Some("KCNA")).spans(text) {
        assert!(end <= span.start && span.start < span.end && span.end <= text.len());
        assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
        end = span.end;
    }
});
