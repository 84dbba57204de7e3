#![no_main]

use assessment::folder::parse_lexicon;
use libfuzzer_sys::fuzz_target;
use record::documents::{Document, batch};
use signal::{Lexicon, count};
use source::SourceText;

// A lexicon, counted in its own text.
fuzz_target!(|text: &str| {
    let (spec, findings) = parse_lexicon(&SourceText::new("lexicon.toml", text));
    assert!(findings.iter().all(|finding| finding.help.is_some()));
    if findings.any_error() {
        return;
    }
    let Ok(lexicon) = Lexicon::new(spec) else { return };
    let document = Document { id: "d".into(), text: Some(text.into()), ..Document::default() };
    let hits = count(&lexicon, &batch(&[document]));
    assert!(hits.batch.num_rows() <= lexicon.len());
});
