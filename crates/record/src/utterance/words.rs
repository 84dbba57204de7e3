//! From texts to hashed runs of words or letters: fixed functions, the same on every machine.

/// The words of a text: runs of letters, digits and `_` of any script.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !belongs(c)).filter(|word| !word.is_empty())
}

fn belongs(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}')
}

/// A word in lower case, hashed (FNV-1a, then mixed).
pub(super) fn word_hash(word: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let start = 0xcbf2_9ce4_8422_2325;
    let hash = if word.is_ascii() {
        word.bytes().fold(start, |hash, byte| step(hash, byte.to_ascii_lowercase()))
    } else {
        let mut buffer = [0; 4];
        word.chars()
            .flat_map(char::to_lowercase)
            .fold(start, |hash, c| c.encode_utf8(&mut buffer).bytes().fold(hash, step))
    };
    mix(hash)
}

/// The hashes of all runs of `length` words, each once, sorted; of fewer words, one run of all.
pub(super) fn runs(words: &[u64], length: usize) -> Vec<u64> {
    let run = |words: &[u64]| words.iter().fold(0, |hash: u64, &word| mix(hash.rotate_left(5) ^ word));
    let mut runs: Vec<u64> = if words.len() < length {
        if words.is_empty() { Vec::new() } else { vec![run(words)] }
    } else {
        words.windows(length).map(run).collect()
    };
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// The hashes of all runs of four letters of the words written with single spaces between and around them.
pub(super) fn letter_runs<'t>(words: impl Iterator<Item = &'t str>) -> Vec<u64> {
    let mut letters = vec![u64::from(u32::from(' '))];
    for word in words {
        letters.extend(word.chars().flat_map(char::to_lowercase).map(|c| mix(u64::from(u32::from(c)))));
        letters.push(u64::from(u32::from(' ')));
    }
    runs(&letters, 4)
}

/// The finalizer of MurmurHash3 (Appleby): every bit of the input moves every bit of the output.
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ (x >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_punctuation_are_no_difference() {
        let hashes = |text| words(text).map(word_hash).collect::<Vec<_>>();
        assert_eq!(hashes("U.S.-hostile — Policy!"), hashes("u s HOSTILE policy"));
        assert_eq!(hashes("ПОЛИТИКА 비핵화를"), hashes("политика, 비핵화를"));
        assert_ne!(hashes("a b"), hashes("b a"));
    }

    #[test]
    fn runs_are_a_set() {
        let [a, b, c] = ["a", "b", "c"].map(word_hash);
        assert_eq!(runs(&[a, b, a, b, a], 2).len(), 2);
        assert_eq!(runs(&[a, b, c], 3).len(), 1);
        assert_eq!(runs(&[a, b], 3), runs(&[a, b], 2), "fewer words than a run are one run");
        assert!(runs(&[], 3).is_empty());
        assert_ne!(runs(&[a, b], 2), runs(&[b, a], 2));
        assert_eq!(letter_runs(words("ab")).len(), 1, "` ab ` has four letters");
    }
}
