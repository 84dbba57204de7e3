//! Titles and forms of address.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// How often a title was used in each statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleUse {
    /// The title; empty for the bare name.
    pub title: String,
    /// In the earlier statement.
    pub before: u64,
    /// In the later.
    pub after: u64,
}

/// A person, or nobody by name, who is titled otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressChange {
    /// The name; empty for addresses without one (`Mr. President`, `Comrades`).
    pub name: String,
    /// Titles, those that came or went first.
    pub titles: Vec<TitleUse>,
}

/// Words of titles in English and Spanish, small.
const TITLES: [&str; 78] = [
    "mr",
    "mrs",
    "ms",
    "messrs",
    "madam",
    "sir",
    "dr",
    "prof",
    "professor",
    "excellency",
    "excellencies",
    "majesty",
    "highness",
    "comrade",
    "comrades",
    "compatriots",
    "delegates",
    "colleagues",
    "friends",
    "president",
    "presidents",
    "vice-president",
    "chairman",
    "chairwoman",
    "chairperson",
    "vice-chairman",
    "vice",
    "premier",
    "prime",
    "minister",
    "vice-minister",
    "secretary",
    "secretary-general",
    "general",
    "generals",
    "marshal",
    "generalissimo",
    "colonel",
    "lieutenant",
    "major",
    "admiral",
    "commander",
    "commander-in-chief",
    "supreme",
    "leader",
    "ambassador",
    "director",
    "senator",
    "governor",
    "king",
    "queen",
    "prince",
    "emperor",
    "pope",
    "traitor",
    "puppet",
    "imam",
    "ayatollah",
    "foreign",
    "first",
    "department",
    "camarada",
    "camaradas",
    "compañero",
    "compañeros",
    "presidente",
    "ministro",
    "señor",
    "señora",
    "sr",
    "sra",
    "mariscal",
    "líder",
    "comandante",
    "excelencia",
    "general-secretary",
    "chancellor",
    "deputy",
];

/// Words of offices, peoples and places that are no names of persons.
const NO_NAMES: [&str; 24] = [
    "people",
    "people's",
    "workers'",
    "party",
    "republic",
    "democratic",
    "assembly",
    "korea",
    "korean",
    "commission",
    "nations",
    "states",
    "council",
    "committee",
    "court",
    "government",
    "army",
    "ministry",
    "affairs",
    "office",
    "house",
    "political",
    "bureau",
    "central",
];

/// Words of praise that stand before a title, often in small letters.
const PRAISE: [&str; 16] = [
    "respected",
    "dear",
    "great",
    "beloved",
    "esteemed",
    "honorable",
    "honourable",
    "distinguished",
    "peerless",
    "eternal",
    "fatherly",
    "your",
    "his",
    "her",
    "querido",
    "respetado",
];

/// Forms that address somebody without a name begin so.
const CALLS: [&str; 18] = [
    "mr",
    "mrs",
    "ms",
    "madam",
    "your",
    "dear",
    "distinguished",
    "comrades",
    "excellencies",
    "excellency",
    "respected",
    "compatriots",
    "esteemed",
    "señor",
    "señora",
    "camaradas",
    "compañeros",
    "sr",
];

/// Titles and forms of address of both statements where their use is not the same.
///
/// English and Spanish: runs of capitalized words in which words of titles (a list) stand before a name; a name that was
/// found so once is found alone too. Korean: names with a title written behind (김정은동지) and praise before it (경애하는).
/// What is no title in the lists is not seen. O(words).
pub(crate) fn changes(before: &str, after: &str) -> Vec<AddressChange> {
    let runs = [runs(before), runs(after)];
    let mut names: BTreeSet<String> = BTreeSet::new();
    for run in runs.iter().flatten() {
        if let Some((_, name)) = split(run) {
            names.insert(name);
        }
    }
    let mut uses: BTreeMap<String, BTreeMap<String, [u64; 2]>> = BTreeMap::new();
    for (side, own) in runs.iter().enumerate() {
        for run in own {
            if let Some((name, title)) = form(run, &names) {
                uses.entry(name).or_default().entry(title).or_default()[side] += 1;
            }
        }
    }
    for (side, text) in [before, after].into_iter().enumerate() {
        for (name, title) in korean(text) {
            uses.entry(name).or_default().entry(title).or_default()[side] += 1;
        }
    }
    let mut found: Vec<AddressChange> = uses
        .into_iter()
        .filter(|(name, titles)| {
            // A bare name whose number alone changed is no change of address.
            let titled =
                |(title, [a, b]): (&String, &[u64; 2])| a != b && !(title.is_empty() && name.is_empty());
            titles.iter().any(|(title, uses)| !title.is_empty() && titled((title, uses)))
        })
        .map(|(name, titles)| {
            let mut titles: Vec<TitleUse> = titles
                .into_iter()
                .map(|(title, [before, after])| TitleUse { title, before, after })
                .collect();
            titles.sort_by_key(|one| {
                let turned = one.before == 0 || one.after == 0;
                (!turned, std::cmp::Reverse(one.before + one.after), one.title.clone())
            });
            AddressChange { name, titles }
        })
        .collect();
    let total = |one: &AddressChange| one.titles.iter().map(|t| t.before + t.after).sum::<u64>();
    found.sort_by(|a, b| total(b).cmp(&total(a)).then_with(|| a.name.cmp(&b.name)));
    found
}

fn small(word: &str) -> String {
    word.trim_end_matches('.').to_lowercase()
}

fn is_title(word: &str) -> bool {
    TITLES.contains(&small(word).as_str())
}

fn is_praise(word: &str) -> bool {
    PRAISE.contains(&small(word).as_str())
}

fn is_link(word: &str) -> bool {
    matches!(word, "of" | "the" | "and" | "de" | "del" | "la" | "for" | "y")
}

fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// Runs of words that can be a title with a name, signs off.
fn runs(text: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let close = |run: &mut Vec<String>, all: &mut Vec<Vec<String>>| {
        while run.last().is_some_and(|word| is_link(word)) {
            run.pop();
        }
        let first = run.iter().position(|word| !is_link(word)).unwrap_or(run.len());
        let own = run.split_off(first);
        run.clear();
        if !own.is_empty() {
            all.push(own);
        }
    };
    for raw in text.split_whitespace() {
        let opened = raw.trim_start_matches(|c: char| !c.is_alphanumeric());
        if opened.len() < raw.len() {
            close(&mut run, &mut all);
        }
        let word = opened.trim_end_matches(|c: char| !c.is_alphanumeric());
        let signs = &opened[word.len()..];
        // "People's" and "Workers'" are parts of an office, other possessives end a name.
        if matches!(word, "People's" | "People’s" | "Workers")
            && (word != "Workers" || signs.starts_with(['\'', '’']))
        {
            run.push(if word == "Workers" { "Workers'".into() } else { "People's".into() });
            continue;
        }
        let possessive = ["'s", "’s"].iter().find_map(|end| word.strip_suffix(end));
        let word = possessive.unwrap_or(word);
        let praised = run.last().is_some_and(|last| is_praise(last));
        let linked = is_link(word) && !run.is_empty();
        if is_capital(word) || is_praise(word) || praised && is_title(word) || linked {
            run.push(word.to_string());
        } else {
            close(&mut run, &mut all);
            continue;
        }
        let abbreviated = signs == "." && is_title(word) && word.chars().count() <= 4;
        if possessive.is_some() || !(signs.is_empty() || abbreviated) {
            close(&mut run, &mut all);
        }
    }
    close(&mut run, &mut all);
    all
}

/// The title and the name of a run, where a name follows right after a word of a title.
fn split(run: &[String]) -> Option<(String, String)> {
    let last = run.iter().rposition(|word| is_title(word))?;
    let name: Vec<&str> = run[last + 1..].iter().map(String::as_str).collect();
    let fits = (1..=3).contains(&name.len())
        && name
            .iter()
            .all(|word| is_capital(word) && !is_link(word) && !NO_NAMES.contains(&small(word).as_str()));
    fits.then(|| (titled(&run[..=last]), name.join(" ")))
}

/// A title from its first word of praise or title.
fn titled(words: &[String]) -> String {
    let first = words.iter().position(|word| is_title(word) || is_praise(word)).unwrap_or(0);
    words[first..].join(" ")
}

/// The name and the title of a run; an empty title for a name alone, an empty name for an address.
fn form(run: &[String], names: &BTreeSet<String>) -> Option<(String, String)> {
    for length in (1..=3.min(run.len())).rev() {
        let (rest, name) = run.split_at(run.len() - length);
        let name = name.join(" ");
        if !names.contains(&name) {
            continue;
        }
        let starts = rest.iter().position(|word| is_title(word) || is_praise(word));
        return match starts {
            Some(_) => Some((name, titled(rest))),
            // A longer name that ends like this one is another.
            None if rest.is_empty() || rest.last().is_some_and(|word| is_link(word)) => {
                Some((name, String::new()))
            }
            None => None,
        };
    }
    let called = run.len() <= 5
        && CALLS.contains(&small(&run[0]).as_str())
        && run.iter().all(|word| is_title(word) || is_praise(word) || is_link(word));
    called.then(|| (String::new(), run.join(" ")))
}

/// Korean titles that stand behind a name.
const KOREAN_TITLES: [&str; 17] = [
    "동지",
    "대원수",
    "원수",
    "장군",
    "주석",
    "위원장",
    "총비서",
    "제1비서",
    "수령",
    "령도자",
    "각하",
    "대통령",
    "총리",
    "선생",
    "대장",
    "국방위원장",
    "부위원장",
];
/// Family names of one syllable that most Korean names begin with.
const KOREAN_FAMILIES: &str =
    "김리이박최정강조윤장임림한오서신권황안송전홍유류고문양손배백허남심노로하곽성차주우구민";
/// Praise before a name.
const KOREAN_PRAISE: [&str; 9] =
    ["위대한", "경애하는", "친애하는", "존경하는", "어버이", "영명하신", "탁월한", "최고", "백전백승의"];
/// Titles that can stand before a name.
const KOREAN_BEFORE: [&str; 8] =
    ["수령", "령도자", "최고령도자", "지도자", "최고사령관", "장군님", "수령님", "대통령"];

fn korean(text: &str) -> Vec<(String, String)> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '《' | '》' | '(' | ')' | '〈' | '〉'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let letters: Vec<char> = word.chars().collect();
        let hangul = letters.len() >= 5 && letters[..3].iter().all(|c| matches!(c, '\u{ac00}'..='\u{d7a3}'));
        if !hangul || !KOREAN_FAMILIES.contains(letters[0]) {
            continue;
        }
        let (name, rest): (String, String) = (letters[..3].iter().collect(), letters[3..].iter().collect());
        let Some(title) = KOREAN_TITLES.iter().find(|title| rest.starts_with(**title)) else { continue };
        let honored = rest[title.len()..].starts_with('님');
        let mut before: Vec<&str> = Vec::new();
        for word in words[..at].iter().rev().take(3) {
            if !(KOREAN_PRAISE.contains(word) || KOREAN_BEFORE.contains(word)) {
                break;
            }
            before.insert(0, word);
        }
        let mut title = format!("{title}{}", if honored { "님" } else { "" });
        if !before.is_empty() {
            title = format!("{} … {title}", before.join(" "));
        }
        found.push((name, title));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    type Uses = (String, Vec<(String, u64, u64)>);

    fn uses(before: &str, after: &str) -> Vec<Uses> {
        changes(before, after)
            .into_iter()
            .map(|one| (one.name, one.titles.into_iter().map(|t| (t.title, t.before, t.after)).collect()))
            .collect()
    }

    #[test]
    fn who_is_titled_otherwise() {
        let before =
            "Supreme Leader Kim Jong Un met President Trump. Chairman Kim Jong Un said so. Kim Jong Un left.";
        let after = "The respected Comrade Kim Jong Un, General Secretary of the Party, spoke of President Trump. Kim Jong Un left.";
        let found = uses(before, after);
        assert_eq!(found.len(), 1, "Trump is titled as before: {found:?}");
        let (name, titles) = &found[0];
        assert_eq!(name, "Kim Jong Un");
        assert_eq!(
            *titles,
            [
                ("Chairman".to_string(), 1, 0),
                ("Supreme Leader".to_string(), 1, 0),
                ("respected Comrade".to_string(), 0, 1),
                (String::new(), 1, 1),
            ]
        );
    }

    #[test]
    fn titles_with_an_office_and_calls() {
        let found = uses(
            "Mr. President, distinguished delegates, we thank you.",
            "Madam President, we thank you. Chairman of the State Affairs Commission Kim Jong Un sent Comrade Kim Jong Un's letter.",
        );
        let of = |name: &str| found.iter().find(|(own, _)| own == name).unwrap().1.clone();
        let calls = of("");
        assert!(
            calls.contains(&("Mr President".into(), 1, 0))
                && calls.contains(&("Madam President".into(), 0, 1))
        );
        assert!(calls.contains(&("distinguished delegates".into(), 1, 0)));
        let kim = of("Kim Jong Un");
        assert!(kim.contains(&("Chairman of the State Affairs Commission".into(), 0, 1)), "{kim:?}");
    }

    #[test]
    fn an_office_is_part_of_the_title() {
        let found = uses(
            "The Supreme People's Assembly met. Comrade Kim Jong Un spoke.",
            "President of the State Affairs of the Democratic People’s Republic of Korea Comrade Kim Jong Un spoke to the Supreme People's Assembly of the Workers' Party.",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        let title = "President of the State Affairs of the Democratic People's Republic of Korea Comrade";
        assert_eq!(found[0].1, [("Comrade".to_string(), 1, 0), (title.to_string(), 0, 1)]);
    }

    #[test]
    fn korean_titles_stand_behind() {
        let found = uses("위대한 수령 김일성동지의 유훈", "경애하는 김정은동지께서는 김일성대원수님의 뜻을");
        let of = |name: &str| found.iter().find(|(own, _)| own == name).unwrap().1.clone();
        assert_eq!(of("김정은"), [("경애하는 … 동지".to_string(), 0, 1)]);
        assert_eq!(of("김일성").len(), 2);
    }
}
