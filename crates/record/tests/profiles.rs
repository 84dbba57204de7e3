//! Source profiles: what they say of a document, and what is wrong in a file.

use std::sync::Arc;

use record::documents::{Document, Documents};
use record::profile::{Profile, Subject, Typed};
use record::speech::{SpeechByOutlet, Voice};
use record::{Mapping, Store};
use source::SourceText;

fn kcna() -> &'static Profile {
    Profile::built_in("kcna").expect("it is shipped and has no mistakes")
}

fn kind(language: &str, title: &str, text: &str) -> &'static str {
    let subject =
        Subject::new(Some("KCNA"), Some(language), Some(title), Some(text).filter(|t| !t.is_empty()));
    kcna().kind(kcna().apply(&subject)).map_or("", |kind| kind.name.as_str())
}

/// Titles and openings in the agency's own forms, written for this test.
#[test]
fn forms_of_statements() {
    for (title, text, expected) in [
        ("Statement of DPRK Government", "", "government statement"),
        ("Statement by DPRK Foreign Ministry", "", "Foreign Ministry statement"),
        (
            "Some Title",
            "A spokesman for the DPRK Foreign Ministry issued the following statement Monday:",
            "Foreign Ministry spokesperson's statement",
        ),
        (
            "Some Title",
            "A spokesman for the Foreign Ministry of the DPRK gave the following answer to a question put by KCNA Friday:",
            "Foreign Ministry spokesperson's answer",
        ),
        ("DPRK Foreign Ministry Spokesman on Talks", "", "Foreign Ministry spokesperson, form not told"),
        (
            "Press Statement of DPRK Foreign Ministry Spokesman",
            "Pyongyang, July 1 (KCNA) -- A spokesman for the Foreign Ministry",
            "Foreign Ministry press statement",
        ),
        ("Press Statement of Vice Foreign Minister of DPRK", "", "named Foreign Ministry official"),
        ("Press Statement of Kim Yo Jong, Vice Department Director of C.C., WPK", "", "Kim Yo Jong"),
        ("Statement of Spokesman for KPA General Staff", "", "General Staff"),
        ("Double Standards: KCNA Commentary", "", "KCNA commentary"),
        ("KCNA Report on Launch", "", "KCNA report or statement"),
        (
            "Rodong Sinmun Calls for Unity",
            "Rodong Sinmun Monday in an editorial calls for unity.",
            "Rodong Sinmun editorial",
        ),
        ("Rodong Sinmun Calls for Unity", "", "Rodong Sinmun article"),
        ("Kim Jong Un Makes Speech at Session", "", "leader's speech"),
        ("Kim Jong Un Sends Greetings to President of Somewhere", "", "leader's letter or message"),
        ("Kim Jong Un Inspects Farm", "", "leader's activity"),
        ("Gift to Kim Jong Il from Delegation", "", "address to the leader"),
        ("Weather Today", "It is warm.", "news"),
    ] {
        assert_eq!(kind("en", title, text), expected, "{title}");
    }
    for (title, expected) in [
        ("조선민주주의인민공화국 정부성명", "government statement"),
        ("조선민주주의인민공화국 외무성 대변인담화", "Foreign Ministry spokesperson's statement"),
        ("조선민주주의인민공화국 외무성 성명", "Foreign Ministry statement"),
        ("조선중앙통신사 론평", "KCNA commentary"),
        ("김여정 당중앙위원회 부부장 담화", "Kim Yo Jong"),
        ("조선인민군 총참모부 대변인담화", "General Staff"),
    ] {
        assert_eq!(kind("ko", title, ""), expected, "{title}");
    }
    for (title, expected) in [
        ("Portavoz del MINREX se refiere al dialogo", "Foreign Ministry spokesperson, form not told"),
        ("Acto ridiculo -Comentario de ATCC-", "KCNA commentary"),
        ("Kim Jong Il inspecciona unidad militar", "leader's activity"),
    ] {
        assert_eq!(kind("es", title, ""), expected, "{title}");
    }
}

const SMALL: &str = r#"
title = "A paper"
outlets = ["Paper"]
replaces = ["article"]

[[type]]
name = "speech"
authority = 1
because = "the leader speaks"

[[type]]
name = "column"
authority = 5
audience = "readers"
source = "the paper's own list"

[[rule]]
type = "speech"
title = ['/^(?P<who>[\w ]+?) Speaks/']
speaker = "{who}"
not = ["reported"]

[[rule]]
type = "column"
byline = ["by *"]
"#;

fn parse(text: &str) -> Result<Profile, source::Findings> {
    Profile::parse(&SourceText::new("p.toml", text))
}

#[test]
fn what_is_empty_is_filled_and_nothing_else() {
    let profile = parse(SMALL).unwrap();
    let mut document = Document {
        outlet: Some("Paper".into()),
        statement_type: Some("article".into()),
        title: Some("Ada Lovelace Speaks at Dinner".into()),
        ..Document::default()
    };
    profile.fill(&mut document);
    assert_eq!(document.statement_type.as_deref(), Some("speech"));
    assert_eq!((document.authority, document.speaker.as_deref()), (Some(1), Some("Ada Lovelace")));
    let mut given = Document { statement_type: Some("column".into()), ..document.clone() };
    given.authority = None;
    profile.fill(&mut given);
    assert_eq!((given.statement_type.as_deref(), given.authority), (Some("column"), Some(5)));
    let mut other = Document { outlet: Some("Rival".into()), statement_type: None, ..document.clone() };
    profile.fill(&mut other);
    assert_eq!(other.statement_type, None);
}

#[test]
fn the_way_to_a_type_is_told() {
    let profile = parse(SMALL).unwrap();
    let subject = Subject::new(None, None, Some("Thoughts"), Some("By Ada Lovelace\nNumbers are fine."));
    assert_eq!(profile.apply(&subject), Typed::ByRule(1));
    let why = profile.explain(&subject);
    assert_eq!(why.kind.as_deref(), Some("column"));
    let rule = why.rule.unwrap();
    assert_eq!((rule.at.as_str(), rule.found.len()), ("p.toml:23", 1));
    assert!(rule.found[0].contains("By Ada"), "{:?}", rule.found);
    assert_eq!(why.earlier.len(), 1);
    assert_eq!(why.earlier[0].against.as_deref(), Some("nothing of it in the title"));
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let text = r#"
outlet = "x"
[[type]]
name = "speech"
authority = 0
[[rule]]
type = "spech"
title = ["/(/"]
[[rule]]
type = "speech"
"#;
    let findings = parse(text).unwrap_err();
    let lines: Vec<_> = findings.iter().map(|f| (f.code, f.place.line().unwrap())).collect();
    for expected in [
        ("profile::key", 2),
        ("profile::type", 3),
        ("profile::authority", 5),
        ("profile::unknown", 7),
        ("profile::pattern", 8),
        ("profile::rule", 9),
    ] {
        assert!(lines.contains(&expected), "{expected:?} is not in {lines:?}");
    }
    assert!(parse("title = 'x'\n").is_err(), "no rules");
}

#[test]
fn a_record_is_typed_while_it_is_read_and_again_by_other_rules() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("d.csv");
    std::fs::write(&path, "date,outlet,title\n2022-01-01,Paper,Ada Lovelace Speaks\n").unwrap();
    let mut store = Store::open(dir.path()).unwrap();
    let mut add = |text: &str| {
        let mapping = Mapping { profile: Some(Arc::new(parse(text).unwrap())), ..Mapping::documents() };
        let kept = store.add(std::slice::from_ref(&path), Some(&mapping), &mut |_| {}).unwrap().files[0].kept;
        let batch = store.documents().next().unwrap().unwrap();
        (kept, Documents::of(&batch).unwrap().authority(0))
    };
    assert_eq!(add(SMALL), (1, Some(1)));
    assert_eq!(add(SMALL).0, 0, "the same file by the same profile adds nothing");
    assert_eq!(add(&SMALL.replace("authority = 1", "authority = 2")), (1, Some(2)));
}

/// The rules of speech of a profile are for its outlets; a file of its own goes before them (see the command).
#[test]
fn rules_of_speech() {
    let text = "Kim Jong Un said, \"We will go our own way.\" A spokesman for the Lake Board said, \"The dam will hold.\"";
    let voices = |rules: &SpeechByOutlet, outlet| -> Vec<Voice> {
        rules.of(outlet).spans(text).into_iter().map(|span| span.voice).collect()
    };
    let other = |name: &str| Voice::Quoted(Some(name.into()));
    let (leader, board) = (other("Kim Jong Un"), other("spokesman for the Lake Board"));
    let built_in = SpeechByOutlet::built_in();
    assert_eq!(voices(&built_in, Some("KCNA")), [Voice::Own, board.clone()]);
    assert_eq!(voices(&built_in, Some("Lake Gazette")), [leader.clone(), board.clone()]);
    assert_eq!(voices(&built_in, None), [leader.clone(), board.clone()]);
    let chosen = SpeechByOutlet::of_profile(kcna());
    assert_eq!(
        voices(&chosen, None),
        [Voice::Own, board.clone()],
        "a profile chosen is for what names no outlet too"
    );
    assert_eq!(voices(&chosen, Some("Lake Gazette")), [leader, board]);

    let types =
        "[[type]]\nname = \"a\"\nauthority = 1\nbecause = \"b\"\n[[rule]]\ntype = \"a\"\ntitle = \"c\"\n";
    let read = |speech: &str| Profile::parse(&SourceText::new("p.toml", format!("{types}{speech}")));
    assert!(read("").unwrap().speech.is_none());
    let own = read("[speech]\nown = [\"Lake Board\"]\n").unwrap();
    assert_eq!(voices(&SpeechByOutlet::of_profile(&own), Some("KCNA"))[1], Voice::Own, "no outlets: all");
    for (speech, code, line) in
        [("[speech]\nowns = []\n", "speech::key", 9), ("[[speech]]\nown = []\n", "profile::speech", 8)]
    {
        let findings = read(speech).unwrap_err();
        let found: Vec<_> = findings.iter().map(|f| (f.code, f.place.to_string())).collect();
        assert_eq!(found, [(code, format!("p.toml:{line}"))]);
    }
}
