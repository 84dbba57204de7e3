//! The language of a document that does not say it: by its script, or where two independent classifiers agree.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

/// Characters that are looked at.
const SAMPLE: usize = 1_000;
/// Characters of them that the slower classifier sees: with them it is as often right.
const SHORT_SAMPLE: usize = 300;
/// Letters below which nothing is said.
const FEWEST: usize = 8;
/// Letters below which a short text full of names passes for any of the Romance or Germanic languages.
const SHORT: usize = 100;
/// Share of the letters that a script must have to decide.
const SHARE: f64 = 0.3;

/// The ISO 639-1 code of the language of a title and a text, where it can be told surely enough; else nothing.
///
/// Hangul is Korean, kana is Japanese, Han characters without kana are Chinese. Among languages in Latin and Cyrillic
/// letters an answer is given only where a classifier by weighted n-grams (whichlang) and one by ranks of trigrams
/// (whatlang) give the same (French, German, Portuguese and Italian also need 100 letters, or certainty of the second: headlines in English
/// that hold little but names are often taken for them by both); `docs/record.md` says how often they do, and how often they are wrong together. Depends on nothing but
/// the two texts.
pub fn detect(title: Option<&str>, text: Option<&str>) -> Option<&'static str> {
    let parts = [title, text].into_iter().flatten();
    let sample: String = parts.flat_map(|part| part.chars().chain(['\n'])).take(SAMPLE).collect();
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    by_script(&sample, letters).or_else(|| (letters >= FEWEST).then(|| by_words(&sample, letters)).flatten())
}

fn by_script(sample: &str, letters: usize) -> Option<&'static str> {
    let (mut hangul, mut kana, mut han) = (0_usize, 0_usize, 0_usize);
    for c in sample.chars() {
        match c {
            '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' | '\u{AC00}'..='\u{D7A3}' => hangul += 1,
            '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => kana += 1,
            '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' => han += 1,
            _ => {}
        }
    }
    let most = |count: usize| count >= 2 && count as f64 >= SHARE * letters as f64;
    if most(hangul) {
        Some("ko")
    } else if kana > 0 && most(kana + han) {
        Some("ja")
    } else if han >= 4 && most(han) {
        Some("zh")
    } else {
        None
    }
}

fn by_words(sample: &str, letters: usize) -> Option<&'static str> {
    static DETECTOR: LazyLock<Detector> = LazyLock::new(|| {
        use Lang::{Deu, Eng, Fra, Ita, Por, Rus, Spa, Ukr};
        Detector::with_allowlist(vec![Eng, Spa, Fra, Deu, Por, Ita, Rus, Ukr])
    });
    let first = match whichlang::detect_language(sample) {
        whichlang::Lang::Eng => (Lang::Eng, "en"),
        whichlang::Lang::Spa => (Lang::Spa, "es"),
        whichlang::Lang::Fra => (Lang::Fra, "fr"),
        whichlang::Lang::Deu => (Lang::Deu, "de"),
        whichlang::Lang::Por => (Lang::Por, "pt"),
        whichlang::Lang::Ita => (Lang::Ita, "it"),
        whichlang::Lang::Rus => (Lang::Rus, "ru"),
        _ => return None,
    };
    let end = sample.char_indices().nth(SHORT_SAMPLE).map_or(sample.len(), |(at, _)| at);
    let second = DETECTOR.detect(&sample[..end]).filter(|second| second.lang() == first.0)?;
    let sure = matches!(first.1, "en" | "es" | "ru") || letters >= SHORT || second.is_reliable();
    sure.then_some(first.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart() {
        for (text, language) in [
            ("The spokesman for the ministry issued a statement on the talks.", "en"),
            ("El portavoz del ministerio publicó una declaración sobre las conversaciones.", "es"),
            ("외무성 대변인은 회담에 관한 성명을 발표하였다.", "ko"),
            ("외무성 대변인 성명", "ko"),
            ("外务省发言人就会谈发表了声明。", "zh"),
            ("外務省の報道官は会談について声明を発表した。", "ja"),
            ("Представитель министерства выступил с заявлением о переговорах.", "ru"),
            (
                "Le porte-parole du ministère a publié une déclaration sur les pourparlers, qui avaient commencé au printemps et ne seront pas repris.",
                "fr",
            ),
        ] {
            assert_eq!(detect(None, Some(text)), Some(language), "{text}");
            assert_eq!(detect(Some(text), None), Some(language), "{text}");
        }
    }

    #[test]
    fn where_it_cannot_be_told_nothing_is_said() {
        for text in ["", "17", "Kim", "KPA 938", "…", "聲明"] {
            assert_eq!(detect(Some(text), None), None, "{text}");
        }
        assert_eq!(detect(None, None), None);
        // Neither Russian nor any other language that is known here.
        assert_eq!(
            detect(None, Some("Міністерство закордонних справ оприлюднило заяву про перебіг переговорів.")),
            None
        );
    }
}
