//! The name of who speaks, out of the clause that says so.

/// Who is said to speak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    Named(String),
    /// He, she, it, they: whoever was named last.
    Pronoun,
}

const PRONOUNS: [&str; 11] = ["he", "she", "it", "they", "who", "which", "and", "i", "we", "this", ""];
/// Words that lead into a clause.
const LEADING: [&str; 24] = [
    "and",
    "but",
    "while",
    "as",
    "when",
    "that",
    "then",
    "also",
    "where",
    "moreover",
    "however",
    "meanwhile",
    "later",
    "earlier",
    "therefore",
    "thus",
    "so",
    "yet",
    "because",
    "after",
    "before",
    "recently",
    "now",
    "still",
];
/// Words with which a place or a time begins.
const PREPOSITIONS: [&str; 19] = [
    "on",
    "in",
    "at",
    "during",
    "to",
    "from",
    "for",
    "with",
    "by",
    "about",
    "into",
    "under",
    "over",
    "through",
    "according",
    "regarding",
    "referring",
    "concerning",
    "since",
];
/// Words that end a name: what follows tells what its bearer did.
const ENDING: [&str; 30] = [
    "on", "in", "at", "during", "also", "further", "who", "which", "was", "is", "were", "are", "has", "had",
    "have", "be", "again", "then", "quoted", "once", "even", "just", "openly", "bitterly", "recently",
    "would", "will", "can", "did", "himself",
];
const HONORS: [&str; 16] = [
    "the",
    "a",
    "an",
    "mr",
    "mrs",
    "ms",
    "dr",
    "comrade",
    "marshal",
    "respected",
    "dear",
    "great",
    "supreme",
    "esteemed",
    "peerlessly",
    "beloved",
];

/// The name within a clause.
///
/// Where an age or an office follows a name between commas ("Kim Chol, 45, resident of Hamhung, told"), it is that name;
/// otherwise what stands after the last comma. Words that lead in, honors, and what the bearer did are left out; an office
/// before a name stays, for it tells whose words they are.
pub(super) fn within(clause: &str) -> Speaker {
    let parts: Vec<&str> =
        clause.split([',', ';', ':']).map(trimmed).filter(|part| !part.is_empty()).collect();
    let with_more = parts.windows(2).find(|pair| is_name(pair[0]) && tells_more(pair[1])).map(|pair| pair[0]);
    let name = name(with_more.or(parts.last().copied()).unwrap_or(""));
    if PRONOUNS.contains(&name.to_lowercase().as_str()) { Speaker::Pronoun } else { Speaker::Named(name) }
}

fn trimmed(part: &str) -> &str {
    part.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '(' | ')'))
}

/// One to six words, each with a capital letter: a person, perhaps after an office.
fn is_name(part: &str) -> bool {
    let words: Vec<&str> = part.split_whitespace().collect();
    let listed =
        |list: &[&str]| words.first().is_some_and(|word| list.contains(&word.to_lowercase().as_str()));
    (1..=6).contains(&words.len())
        && !listed(&LEADING)
        && !listed(&PREPOSITIONS)
        && words.iter().all(|word| word.starts_with(char::is_uppercase))
}

/// An age, an office or a home that follows a name.
fn tells_more(part: &str) -> bool {
    const VERBS: [&str; 4] = ["said", "told", "he", "she"];
    let first = part.split_whitespace().next().unwrap_or("").to_lowercase();
    let listed = LEADING.contains(&first.as_str()) || VERBS.contains(&first.as_str());
    !listed && part.starts_with(|c: char| c.is_ascii_digit() || c.is_lowercase())
}

fn name(part: &str) -> String {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut words: Vec<&str> = part.split_whitespace().collect();
    let lead = words.iter().take_while(|word| LEADING.contains(&bare(word).as_str())).count();
    words.drain(..lead);
    if words.first().is_some_and(|word| PREPOSITIONS.contains(&bare(word).as_str())) {
        // "In his speech Kim": what is left are the capitals that end the clause.
        let capitals = words.iter().rev().take_while(|word| word.starts_with(char::is_uppercase)).count();
        words.drain(..words.len() - capitals);
    }
    // "Panetta on Monday", "Obama in a speech", "Lee was heard": the name ends there.
    let ends = |word: &&str| {
        let word = bare(word);
        ENDING.contains(&word.as_str())
    };
    let end = words.iter().position(ends).filter(|&end| end > 0).unwrap_or(words.len());
    let honors = words[..end].iter().take_while(|word| HONORS.contains(&bare(word).as_str())).count();
    let honors = if honors < end { honors } else { 0 };
    words[honors..end].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_alone() {
        let cases = [
            ("President Obama", "President Obama"),
            ("But the Foreign Ministry spokesman", "Foreign Ministry spokesman"),
            ("Ri Chol Su, 52, resident of Tongmun Street, Hamhung City", "Ri Chol Su"),
            ("Pak Yong Ho, a weaver at the Harbor Mill", "Pak Yong Ho"),
            ("In this regard, Mr. Panetta on Monday", "Panetta"),
            ("In his speech Lee", "Lee"),
            ("Meanwhile, the dear Comrade Choe", "Choe"),
            ("Senator Brown was bitterly", "Senator Brown"),
            ("A spokesman for the Board in its office", "spokesman for the Board"),
            ("head of the delegation", "head of the delegation"),
        ];
        for (clause, name) in cases {
            assert_eq!(within(clause), Speaker::Named(name.into()), "{clause}");
        }
        for clause in ["", "and then he", "When the talks broke down, she", "who"] {
            assert_eq!(within(clause), Speaker::Pronoun, "{clause}");
        }
    }
}
