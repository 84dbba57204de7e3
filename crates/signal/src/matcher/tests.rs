//! The fast way against the slow obvious way.

use proptest::prelude::*;
use source::Place;

use super::*;
use crate::PhraseSpec;
use crate::lexicon::{Case, Conditions, Reach};

fn placed(texts: &[String]) -> Vec<(String, Place)> {
    texts.iter().map(|text| (text.clone(), Place::nowhere())).collect()
}

fn lexicon(phrases: &[Vec<String>]) -> Lexicon {
    let spec = |(index, words): (usize, &Vec<String>)| {
        PhraseSpec::new(format!("p{index}"), placed(words), Place::nowhere())
    };
    Lexicon::new(phrases.iter().enumerate().map(spec).collect::<Vec<_>>()).unwrap()
}

fn found(lexicon: &Lexicon, text: &str) -> Vec<(usize, usize)> {
    let mut matcher = Matcher::new(lexicon, Spans::NotKept);
    let reader = matcher.reader(None, None);
    let mut hits = Vec::new();
    let words = matcher.find(text, reader, |phrase, start| hits.push((phrase, start)));
    assert_eq!(words, crate::tokens(text).count());
    hits.sort_by_key(|&(phrase, start)| (start, phrase));
    hits
}

fn letters_fit(pattern: &[char], word: &[char]) -> bool {
    match pattern.split_first() {
        None => word.is_empty(),
        Some(('*', rest)) => (0..=word.len()).any(|skip| letters_fit(rest, &word[skip..])),
        Some((c, rest)) => word.first() == Some(c) && letters_fit(rest, &word[1..]),
    }
}

/// All places of words one after the other, wildcards letter by letter.
fn places(wording: &str, words: &[&str]) -> Vec<(usize, usize)> {
    let patterns: Vec<Vec<char>> = wording.split(' ').map(|w| w.chars().collect()).collect();
    let fits = |start: &usize| {
        patterns.iter().zip(&words[*start..]).all(|(pattern, word)| {
            let word: Vec<char> = word.to_lowercase().chars().collect();
            letters_fit(pattern, &word)
        })
    };
    let last = (words.len() + 1).saturating_sub(patterns.len());
    (0..last).filter(fits).map(|start| (start, start + patterns.len())).collect()
}

proptest! {
    #[test]
    fn agrees_with_trying_everything(
        phrases in prop::collection::vec(prop::collection::vec(r"\*?[ab][ab*]{0,2}( [ab*]{1,2}){0,2}", 1..4), 1..5),
        text in "[abAB]{1,4}( [abAB]{1,4}){0,12}",
    ) {
        let words: Vec<&str> = text.split(' ').collect();
        let mut expected = Vec::new();
        for start in 0..words.len() {
            for (index, alternatives) in phrases.iter().enumerate() {
                let here = |wording: &String| places(wording, &words).iter().any(|&(own, _)| own == start);
                if alternatives.iter().any(here) {
                    expected.push((index, start));
                }
            }
        }
        prop_assert_eq!(found(&lexicon(&phrases), &text), expected);
    }

    #[test]
    fn near_and_then_agree_with_all_pairs(
        left in "[ab]{1,2}( [ab])?", middle in "[ab]{1,2}", right in "[ab]{1,2}",
        near in 0_usize..4, then in 0_usize..4,
        text in "[ab]{1,2}( [ab]{1,2}){0,14}",
    ) {
        let words: Vec<&str> = text.split(' ').collect();
        let after = |a: (usize, usize), b: (usize, usize), n: usize| b.0 >= a.1 && b.0 - a.1 <= n;
        let mut both = Vec::new();
        for &a in &places(&left, &words) {
            for &b in &places(&middle, &words) {
                if after(a, b, near) || after(b, a, near) {
                    both.push((a.0.min(b.0), a.1.max(b.1)));
                }
            }
        }
        let last = places(&right, &words);
        let fits = |extent: &&(usize, usize)| last.iter().any(|&c| after(**extent, c, then));
        let mut starts: Vec<usize> = both.iter().filter(fits).map(|extent| extent.0).collect();
        starts.sort_unstable();
        starts.dedup();
        let wording = format!("({left} NEAR/{near} {middle}) ..{then} {right}");
        let hits: Vec<usize> = found(&lexicon(&[vec![wording]]), &text).into_iter().map(|(_, start)| start).collect();
        prop_assert_eq!(hits, starts);
    }

    #[test]
    fn conditions_agree_with_looking_at_each_hit(
        any in "[ab]{1,2}( [ab])?", except in "[ab]{1,2}( [ab]{1,2}){1,2}", negation in "[ab]{1,2}", within in 1_u32..5,
        text in r"[ab]{1,2}(( |\. A|! )[ab]{1,2}){0,14}",
    ) {
        let spans: Vec<(u32, u32)> =
            crate::tokens(&text).map(|t| (t.start as u32, (t.start + t.text.len()) as u32)).collect();
        let words: Vec<&str> = crate::tokens(&text).map(|token| token.text).collect();
        let sentences = crate::sentence::numbers(&text, &spans);
        let spec = PhraseSpec {
            conditions: Conditions {
                except: placed(std::slice::from_ref(&except)),
                not_after: placed(std::slice::from_ref(&negation)),
                not_before: placed(std::slice::from_ref(&negation)),
                within: Reach::Words(within),
                case: Case::Any,
            },
            ..PhraseSpec::new("p", placed(std::slice::from_ref(&any)), Place::nowhere())
        };
        let covering = places(&except, &words);
        let denials = places(&negation, &words);
        let counts = |&(start, end): &(usize, usize)| {
            let covered = covering.iter().any(|&(from, to)| from <= start && end <= to);
            let denied = denials.iter().any(|&(at, _)| {
                sentences[at] == sentences[start]
                    && ((at < start && start - at <= within as usize)
                        || (at >= end && at - end < within as usize))
            });
            !covered && !denied
        };
        let expected: Vec<(usize, usize)> =
            places(&any, &words).into_iter().filter(counts).map(|(start, _)| (0, start)).collect();
        prop_assert_eq!(found(&Lexicon::new(vec![spec]).unwrap(), &text), expected);
    }
}

#[test]
fn one_position_counts_once() {
    let lexicon =
        lexicon(&[vec!["hostile policy".into(), "hostile polic*".into(), "hostile NEAR/3 act".into()]]);
    assert_eq!(found(&lexicon, "The hostile policy, a HOSTILE act"), [(0, 1), (0, 4)]);
}

#[test]
fn case_decides_where_it_is_asked_for() {
    let exact = PhraseSpec {
        conditions: Conditions { case: Case::Exact, ..Conditions::default() },
        ..PhraseSpec::new("us", placed(&["US".into(), "Wash*n".into()]), Place::nowhere())
    };
    let any = PhraseSpec::new("any", placed(&["us".into()]), Place::nowhere());
    let lexicon = Lexicon::new(vec![exact, any]).unwrap();
    let hits = found(&lexicon, "Let us tell the US and Washington, not washington.");
    assert_eq!(hits, [(1, 1), (0, 4), (1, 4), (0, 6)]);
}

#[test]
fn many_words_are_remembered_in_bounded_memory() {
    let lexicon = lexicon(&[vec!["a* b* c*".into()]]);
    let long = format!("a{} b c", "x".repeat(100_000));
    assert_eq!(found(&lexicon, &long), [(0, 0)]);
}
