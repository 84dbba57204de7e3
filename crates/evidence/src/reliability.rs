use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Reliability of a source (A–F) and credibility of its information (1–6), e.g. `B2`.
///
/// The scale is that of NATO STANAG 2511 / AJP-2.1 ("Admiralty code"); F and 6 mean that it cannot be judged. The
/// numbers behind it are our convention, since the standard gives none: an observation is turned into a noise channel
/// whose accuracy is ½ + ½ · trust(letter) · trust(digit). Where one half cannot be judged, the other alone counts, by
/// half; where neither can be, the observation moves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Admiralty {
    letter: u8,
    digit: u8,
}

/// Trust in A–E: completely, usually, fairly, not usually reliable, unreliable.
const LETTERS: [f64; 5] = [0.98, 0.85, 0.65, 0.35, 0.10];
/// Trust in 1–5: confirmed, probably true, possibly true, doubtful, improbable.
const DIGITS: [f64; 5] = [1.0, 0.90, 0.70, 0.35, 0.10];

impl Admiralty {
    /// Probability in [½, 1) that the source reports what is the case.
    pub fn accuracy(self) -> f64 {
        let letter = LETTERS.get(usize::from(self.letter)).copied();
        let digit = DIGITS.get(usize::from(self.digit)).copied();
        let trust = match (letter, digit) {
            (Some(letter), Some(digit)) => letter * digit,
            (Some(one), None) | (None, Some(one)) => 0.5 * one,
            (None, None) => 0.0,
        };
        0.5 + 0.5 * trust
    }
}

impl FromStr for Admiralty {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.as_bytes() {
            [letter @ b'A'..=b'F', digit @ b'1'..=b'6'] => {
                Ok(Self { letter: letter - b'A', digit: digit - b'1' })
            }
            _ => Err(format!(
                "`{text}` is no Admiralty code: a letter A–F (source) and a digit 1–6 (information), like `B2`"
            )),
        }
    }
}

impl From<Admiralty> for String {
    fn from(code: Admiralty) -> Self {
        format!("{}{}", char::from(b'A' + code.letter), code.digit + 1)
    }
}

impl TryFrom<String> for Admiralty {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_falls_with_letter_and_digit_and_ends_at_a_coin() {
        let accuracy = |code: &str| code.parse::<Admiralty>().unwrap().accuracy();
        assert!(
            accuracy("A1") > accuracy("B1")
                && accuracy("B1") > accuracy("B2")
                && accuracy("C3") > accuracy("E5")
        );
        assert_eq!(accuracy("F6"), 0.5);
        assert!(accuracy("F1") < accuracy("A1") && accuracy("F1") > 0.5);
        for wrong in ["", "G1", "A0", "A7", "b2", "A12"] {
            assert!(wrong.parse::<Admiralty>().is_err(), "{wrong}");
        }
        assert_eq!(String::from("B2".parse::<Admiralty>().unwrap()), "B2");
    }
}
