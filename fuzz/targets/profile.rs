#![no_main]

use libfuzzer_sys::fuzz_target;
use record::Profile;
use record::profile::{Subject, Typed};
use source::SourceText;

// A profile; what it says of its own text must have a ground.
fuzz_target!(|text: &str| {
    match Profile::parse(&SourceText::new("profile.toml", text)) {
        Ok(profile) => {
            let title = text.lines().next();
            let subject = Subject::new(None, None, title, Some(text));
            let typed = profile.apply(&subject);
            let why = profile.explain(&subject);
            assert_eq!(why.kind.as_deref(), profile.kind(typed).map(|kind| kind.name.as_str()));
            assert_eq!(why.rule.is_some(), matches!(typed, Typed::ByRule(_)));
        }
        Err(findings) => assert!(findings.iter().all(|finding| finding.help.is_some())),
    }
});
