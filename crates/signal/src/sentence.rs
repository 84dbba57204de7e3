//! Where sentences end, as far as the reach of a negation needs it.

/// Words after which a full stop ends nothing.
const ABBREVIATIONS: [&str; 33] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "maj", "capt", "adm", "sgt", "st", "no", "nos",
    "vs", "jr", "sr", "rev", "sen", "rep", "art", "sra", "jan", "feb", "mar", "apr", "aug", "sept", "sep",
    "oct", "nov", "dec",
];

/// The number of the sentence of each word, from 0. `spans` are the words' bytes, in order.
///
/// A sentence ends at `!`, `?`, `。`, `！`, `？`, at an empty line, and at a full stop that a space follows, unless the word
/// before is one letter (U.S., initials) or a common abbreviation, or the next word begins with a small letter.
pub(crate) fn numbers(text: &str, spans: &[(u32, u32)]) -> Vec<u32> {
    let mut sentence = 0;
    let mut numbers = Vec::with_capacity(spans.len());
    for (index, &(start, end)) in spans.iter().enumerate() {
        if let Some(&(before, last)) = index.checked_sub(1).and_then(|index| spans.get(index)) {
            let gap = &text[last as usize..start as usize];
            let word = &text[before as usize..last as usize];
            sentence += u32::from(ends(word, gap, &text[start as usize..end as usize]));
        }
        numbers.push(sentence);
    }
    numbers
}

fn ends(word: &str, gap: &str, next: &str) -> bool {
    if gap == " " {
        return false;
    }
    if gap.contains(['!', '?', '。', '！', '？']) || gap.contains("\n\n") || gap.contains("\n\r\n") {
        return true;
    }
    let Some(stop) = gap.find(['.', '…']) else { return false };
    let spaced = gap[stop..].contains(char::is_whitespace);
    let abbreviated =
        word.chars().nth(1).is_none() || ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known));
    spaced && !(gap[stop..].starts_with('.') && abbreviated) && !next.starts_with(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_end_nothing() {
        let sentences = |text: &str| {
            let spans: Vec<(u32, u32)> =
                crate::tokens(text).map(|t| (t.start as u32, (t.start + t.text.len()) as u32)).collect();
            numbers(text, &spans).last().copied().unwrap_or(0) + 1
        };
        assert_eq!(sentences("The U.S. forces left. They said no."), 2);
        assert_eq!(sentences("Gen. Kim of No. 5 spoke on Sept. 9."), 1);
        assert_eq!(sentences("“Really?” he asked. Yes!\n\nTitle"), 4);
        assert_eq!(sentences("비핵화는 없다. 우리는 싸운다. 1.5배"), 3);
        assert_eq!(sentences(""), 1);
    }
}
