//! What may follow a Korean noun within its word: particles, the copula, and the verbs made with 하다, 되다, 시키다.
//!
//! Korean writes particles onto the noun: 비핵화, 비핵화를, 비핵화에로. A phrase in Korean therefore also fits where such an
//! ending follows, but not where another noun does (비핵화론자). The endings are those of the school grammar in the
//! order in which they follow each other: plural, relational noun, case, delimiter, topic; 이/가, 은/는, 을/를, 과/와, 으로/로
//! by the final sound of what stands before. Northern spelling (에로, 였다, 사이 and 속 written onto the noun) is included.
//!
//! Sohn (1999), The Korean Language, Cambridge University Press, sections 8.4 and 9.4.

/// After a consonant, after a vowel; one form where it does not matter.
type Form = (&'static str, &'static str);

const fn same(form: &'static str) -> Form {
    (form, form)
}

/// Nouns of relation that the North writes onto their noun.
const RELATIONS: [&str; 5] = ["사이", "속", "앞", "간", "자체"];

/// Cases and delimiters that others may follow.
const FIRST: [Form; 36] = [
    same("에"),
    same("에게"),
    same("께"),
    same("께서"),
    same("한테"),
    same("에서"),
    same("에게서"),
    same("한테서"),
    same("에로"),
    same("에게로"),
    ("으로", "로"),
    ("으로서", "로서"),
    ("으로써", "로써"),
    ("으로부터", "로부터"),
    same("에서부터"),
    same("에로까지"),
    ("과", "와"),
    ("이랑", "랑"),
    same("하고"),
    same("까지"),
    same("부터"),
    same("만"),
    same("보다"),
    same("처럼"),
    same("같이"),
    same("마다"),
    same("대로"),
    same("만큼"),
    same("뿐"),
    same("조차"),
    same("마저"),
    same("밖에"),
    ("이나", "나"),
    ("이라도", "라도"),
    ("이든지", "든지"),
    ("이야말로", "야말로"),
];

/// What may follow one of the first.
const SECOND: [Form; 8] = [
    same("까지"),
    same("부터"),
    same("만"),
    same("만큼"),
    same("보다"),
    same("처럼"),
    same("조차"),
    same("마저"),
];

/// What ends a word.
const LAST: [Form; 8] = [
    same("의"),
    ("은", "는"),
    ("을", "를"),
    ("이", "가"),
    same("도"),
    ("이여", "여"),
    same("들"),
    ("아", "야"),
];

/// The copula 이다; its 이 may fall after a vowel.
const COPULA: [&str; 36] = [
    "다",
    "며",
    "고",
    "면",
    "지",
    "지만",
    "므로",
    "라",
    "라고",
    "라는",
    "라면",
    "란",
    "요",
    "자",
    "기",
    "기에",
    "나",
    "니",
    "니만큼",
    "였다",
    "였으며",
    "였고",
    "였던",
    "였습니다",
    "었다",
    "었으며",
    "었고",
    "었던",
    "었습니다",
    "냐",
    "라며",
    "라도",
    "다는",
    "라던",
    "여야",
    "다만",
];
/// Forms in which 이 and the ending are one syllable.
const COPULA_FUSED: [&str; 16] = [
    "인",
    "인데",
    "인가",
    "입니다",
    "입니까",
    "일",
    "일것이다",
    "일수",
    "임",
    "임을",
    "임은",
    "임이",
    "인즉",
    "인만큼",
    "일뿐",
    "일지라도",
];

/// Endings after the bare stem of a verb (하, 되, 시키, 당하).
const AFTER_STEM: [&str; 58] = [
    "다",
    "는",
    "는것",
    "는것을",
    "는것은",
    "는것이",
    "는것이다",
    "는것과",
    "는것으로",
    "는데",
    "는데서",
    "는가",
    "고",
    "고있다",
    "고있는",
    "며",
    "면",
    "면서",
    "면서도",
    "여",
    "여도",
    "여야",
    "여야한다",
    "여서",
    "였다",
    "였고",
    "였으며",
    "였으나",
    "였던",
    "였을",
    "였습니다",
    "였다는",
    "였다고",
    "기",
    "기를",
    "기는",
    "기에",
    "기도",
    "기로",
    "기만",
    "려",
    "려고",
    "려는",
    "려면",
    "자",
    "자는",
    "자고",
    "자면",
    "라",
    "라는",
    "라고",
    "지",
    "지만",
    "지도",
    "도록",
    "게",
    "거나",
    "던",
];
/// Endings that melt into the last syllable of the stem: stem with ㄴ, ㄹ, ㅁ, ㅂ, and past 했, 됐, 시켰.
const FUSED: [(&str, &[&str]); 14] = [
    ("한", &["", "다", "다는", "다고", "다면", "것", "것은", "것이", "것을", "데"]),
    ("할", &["", "수", "데", "것", "것을", "것이다", "것은", "것이며", "뿐", "때", "지"]),
    ("함", &["", "을", "은", "이", "에", "으로써", "으로"]),
    ("합", &["니다", "시다"]),
    ("해", &["", "야", "서", "도"]),
    ("했", &["다", "고", "으며", "던", "습니다", "다는", "다고", "을"]),
    ("된", &["", "다", "다는", "다고", "다면", "것", "것은", "것이", "것을", "데"]),
    ("될", &["", "수", "데", "것", "것을", "것이다", "것은", "때"]),
    ("됨", &["", "을", "은", "이", "에", "으로써"]),
    ("됩", &["니다"]),
    ("됐", &["다", "고", "으며", "던", "습니다"]),
    ("시킨", &["", "다", "다는", "다고", "것", "것은"]),
    ("시킬", &["", "수", "데", "것", "것을", "것이다"]),
    ("시켜", &["", "야", "서", "도", "온"]),
];

/// Whether `ending` can stand in one word after the noun `stem`; nothing is an ending too.
pub(crate) fn may_follow(stem: &str, ending: &str) -> bool {
    let plural = ending.strip_prefix("들");
    noun(stem, ending)
        || verb(ending)
        || plural.is_some_and(|rest| noun("들", rest) || relation(rest))
        || relation(ending)
}

/// Whether the last character is a Korean syllable.
pub(crate) fn is_korean(word: &str) -> bool {
    word.chars().next_back().is_some_and(|c| ('가'..='힣').contains(&c))
}

fn relation(ending: &str) -> bool {
    RELATIONS.iter().any(|relation| ending.strip_prefix(relation).is_some_and(|rest| noun(relation, rest)))
}

fn noun(stem: &str, ending: &str) -> bool {
    ends(stem, ending)
        || follow(&FIRST, stem, ending).any(|(first, rest)| {
            ends(first, rest) || follow(&SECOND, first, rest).any(|(second, rest)| ends(second, rest))
        })
}

fn ends(before: &str, ending: &str) -> bool {
    ending.is_empty()
        || follow(&LAST, before, ending).any(|(_, rest)| rest.is_empty())
        || copula(before, ending)
}

/// The forms that fit after `before`, with what is left.
fn follow<'e>(
    forms: &'static [Form],
    before: &str,
    ending: &'e str,
) -> impl Iterator<Item = (&'static str, &'e str)> {
    let sound = Sound::of(before);
    forms.iter().filter_map(move |&(consonant, vowel)| {
        let form = match sound {
            Sound::Consonant => consonant,
            // 으로 loses its 으 after ㄹ as after a vowel.
            Sound::Liquid if vowel.starts_with('로') => vowel,
            Sound::Liquid => consonant,
            Sound::Vowel => vowel,
        };
        Some((form, ending.strip_prefix(form)?))
    })
}

fn copula(before: &str, ending: &str) -> bool {
    let whole = ending.strip_prefix('이').is_some_and(|rest| COPULA.contains(&rest));
    let short = Sound::of(before) == Sound::Vowel && COPULA.contains(&ending);
    whole || short || COPULA_FUSED.contains(&ending)
}

fn verb(ending: &str) -> bool {
    let ending = ending.strip_prefix("당").filter(|rest| !rest.is_empty()).unwrap_or(ending);
    let plain = ["하", "되", "시키"]
        .iter()
        .any(|stem| ending.strip_prefix(stem).is_some_and(|rest| AFTER_STEM.contains(&rest)));
    plain
        || FUSED
            .iter()
            .any(|(stem, endings)| ending.strip_prefix(stem).is_some_and(|rest| endings.contains(&rest)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sound {
    Vowel,
    Consonant,
    /// ㄹ.
    Liquid,
}

impl Sound {
    /// How a word ends. What is no Korean syllable counts as a vowel.
    fn of(word: &str) -> Self {
        let syllable = word.chars().next_back().filter(|c| ('가'..='힣').contains(c));
        match syllable.map(|c| (c as u32 - '가' as u32) % 28) {
            None | Some(0) => Self::Vowel,
            Some(8) => Self::Liquid,
            Some(_) => Self::Consonant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_follow_by_sound() {
        for ending in ["", "를", "에", "는", "에로", "의", "와", "로", "에서의", "까지도", "이다", "다", "를"]
        {
            assert!(may_follow("비핵화", ending), "{ending}");
        }
        for ending in ["을", "은", "과", "으로", "론자", "론자를", "지대", "적", "협상을"] {
            assert!(!may_follow("비핵화", ending), "{ending}");
        }
        for ending in [
            "은",
            "이",
            "을",
            "과의",
            "으로부터",
            "에서는",
            "들의",
            "들에게까지",
            "들속에서",
            "사이에",
            "이며",
            "입니다",
        ] {
            assert!(may_follow("미국", ending), "{ending}");
        }
        for ending in ["는", "가", "를", "와", "로", "놈들", "식", "군대의", "대통령과"] {
            assert!(!may_follow("미국", ending), "{ending}");
        }
        assert!(may_follow("서울", "로") && !may_follow("서울", "으로") && may_follow("서울", "을"));
    }

    #[test]
    fn nouns_become_verbs() {
        for ending in [
            "하다",
            "하는",
            "한",
            "할수",
            "하여야",
            "했다",
            "되였다",
            "된",
            "됨으로써",
            "시키기",
            "시켜",
            "당한",
            "합니다",
        ] {
            assert!(may_follow("통일", ending), "{ending}");
        }
        for ending in ["하늘", "되돌이", "당", "적", "적으로", "단결된", "합의"] {
            assert!(!may_follow("통일", ending), "{ending}");
        }
    }
}
