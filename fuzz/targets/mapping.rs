#![no_main]

use libfuzzer_sys::fuzz_target;
use record::Mapping;
use source::SourceText;

fuzz_target!(|text: &str| {
    match Mapping::parse(&SourceText::new("rules.toml", text)) {
        Ok(mapping) => {
            let _ = mapping.hash();
        }
        Err(findings) => assert!(findings.iter().all(|finding| finding.help.is_some())),
    }
});
