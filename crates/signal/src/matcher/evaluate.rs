//! Wordings that are more than words one after the other, and the conditions of phrases, worked out from the places of
//! their parts in one text.

use crate::lexicon::Reach;
use crate::sentence;

/// First word and last word + 1.
pub(super) type Extent = (u32, u32);

/// A wording over numbered parts.
#[derive(Debug)]
pub(super) enum Expression {
    Part(u32),
    Either(Vec<Expression>),
    Near(Box<Expression>, u32, Box<Expression>),
    Then(Box<Expression>, u32, Box<Expression>),
}

/// A phrase whose hits depend on more than one place.
#[derive(Debug)]
pub(super) struct Phrase {
    pub(super) ids: Vec<u32>,
    pub(super) any: Vec<Expression>,
    pub(super) except: Vec<Expression>,
    pub(super) not_after: Vec<Expression>,
    pub(super) not_before: Vec<Expression>,
    pub(super) within: Reach,
}

/// Where the parts stand in a text, each by its first word and then its last once they are sorted.
#[derive(Debug, Default)]
pub(super) struct Places {
    by_part: Vec<Vec<Extent>>,
    touched: Vec<u32>,
}

impl Places {
    pub(super) fn add(&mut self, part: u32, start: u32, end: u32) {
        let index = part as usize;
        if self.by_part.len() <= index {
            self.by_part.resize(index + 1, Vec::new());
        }
        if self.by_part[index].is_empty() {
            self.touched.push(part);
        }
        self.by_part[index].push((start, end));
    }

    /// Brings what was added into its order.
    pub(super) fn sort(&mut self) {
        for &part in &self.touched {
            self.by_part[part as usize].sort_unstable();
        }
    }

    pub(super) fn touched(&self) -> &[u32] {
        &self.touched
    }

    pub(super) fn is_empty(&self) -> bool {
        self.touched.is_empty()
    }

    pub(super) fn clear(&mut self) {
        for part in self.touched.drain(..) {
            self.by_part[part as usize].clear();
        }
    }

    fn of(&self, part: u32) -> &[Extent] {
        self.by_part.get(part as usize).map_or(&[], Vec::as_slice)
    }
}

impl Expression {
    /// The parts it is made of.
    pub(super) fn parts(&self) -> Vec<u32> {
        match self {
            Self::Part(part) => vec![*part],
            Self::Either(all) => all.iter().flat_map(Self::parts).collect(),
            Self::Near(left, _, right) | Self::Then(left, _, right) => {
                left.parts().into_iter().chain(right.parts()).collect()
            }
        }
    }

    /// Where it stands, sorted, each once.
    fn extents(&self, places: &Places, keep: Keep) -> Vec<Extent> {
        let inner = |one: &Self| one.extents(places, Keep::All);
        let mut extents = match self {
            Self::Part(part) => return places.of(*part).to_vec(),
            Self::Either(all) => all.iter().flat_map(|one| one.extents(places, keep)).collect(),
            Self::Near(left, distance, right) => {
                let (left, right) = (inner(left), inner(right));
                let mut both = pairs(&left, &right, *distance, keep);
                both.extend(pairs(&right, &left, *distance, keep));
                both
            }
            Self::Then(left, distance, right) => pairs(&inner(left), &inner(right), *distance, keep),
        };
        extents.sort_unstable();
        extents.dedup();
        extents
    }
}

/// Which pairs are of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    /// All: where they end matters.
    All,
    /// One for each beginning.
    Nearest,
}

/// From the beginning of each extent to the end of each that begins after it with at most `distance` words between.
fn pairs(first: &[Extent], second: &[Extent], distance: u32, keep: Keep) -> Vec<Extent> {
    let most = if keep == Keep::All { usize::MAX } else { 1 };
    let reached = |&(start, end): &Extent| {
        let from = second.partition_point(|&(other, _)| other < end);
        let close = second[from..].iter().take_while(move |&&(other, _)| other - end <= distance);
        close.take(most).map(move |&(_, last)| (start, last))
    };
    first.iter().flat_map(reached).collect()
}

impl Phrase {
    /// The words at which it begins and counts, sorted, each once.
    pub(super) fn hits(&self, text: &str, places: &Places, spans: &[(u32, u32)]) -> Vec<u32> {
        let all = |wordings: &[Expression], keep: Keep| -> Vec<Extent> {
            let mut extents: Vec<Extent> =
                wordings.iter().flat_map(|one| one.extents(places, keep)).collect();
            extents.sort_unstable();
            extents
        };
        let ends_matter = !(self.except.is_empty() && self.not_before.is_empty());
        let mut extents = all(&self.any, if ends_matter { Keep::All } else { Keep::Nearest });
        if !self.except.is_empty() {
            let except = all(&self.except, Keep::All);
            // The farthest end among those that begin no later.
            let ends: Vec<u32> = except
                .iter()
                .scan(0, |farthest: &mut u32, &(_, end)| {
                    *farthest = (*farthest).max(end);
                    Some(*farthest)
                })
                .collect();
            extents.retain(|&(start, end)| {
                let before = except.partition_point(|&(other, _)| other <= start);
                before == 0 || ends[before - 1] < end
            });
        }
        let deniable = !self.not_after.is_empty() || !self.not_before.is_empty();
        if deniable && !extents.is_empty() {
            let after = all(&self.not_after, Keep::All);
            let before = all(&self.not_before, Keep::All);
            if !(after.is_empty() && before.is_empty()) {
                let sentences = sentence::numbers(text, spans);
                extents.retain(|&(start, end)| {
                    let sentence = sentences[start as usize];
                    let close = |gap: u32, last: u32| match self.within {
                        Reach::Words(words) => gap < words && sentences[last as usize] == sentence,
                        Reach::Sentence => sentences[last as usize] == sentence,
                    };
                    let denied =
                        after.iter().any(|&(_, last)| last <= start && close(start - last, last - 1))
                            || before.iter().any(|&(first, _)| first >= end && close(first - end, first));
                    !denied
                });
            }
        }
        let mut starts: Vec<u32> = extents.into_iter().map(|(start, _)| start).collect();
        starts.dedup();
        starts
    }
}
