//! What carries a change: parts of a series (documents, days, phrases, strata), and whether the change survives
//! without each of them.

use std::collections::BTreeMap;

use measure::portable::ln;
use measure::{Period, Probability, Series};
use serde::{Deserialize, Serialize};

use crate::{ChangePoint, Segment, Settings, ShiftError, Shifts, analyze};

/// How a series is cut into parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// By document.
    Document,
    /// By day.
    Day,
    /// By phrase of a theme: counts without exposure of their own.
    Phrase,
    /// By stratum or outlet.
    Stratum,
}

impl Cut {
    /// The word for one part.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Day => "day",
            Self::Phrase => "phrase",
            Self::Stratum => "stratum",
        }
    }
}

/// A piece of a series: what one document adds to one phrase.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Id of the document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// A place that a reader can open; may be empty.
    pub link: String,
    /// Its day, as text.
    pub day: String,
    /// The period it falls in.
    pub period: Period,
    /// Its stratum or outlet.
    pub stratum: String,
    /// The phrase.
    pub phrase: String,
    /// How often the phrase stands in it.
    pub count: f64,
    /// How much of the exposure of its period is this document.
    pub exposure: f64,
}

/// What one part adds to a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// How the series was cut.
    pub cut: Cut,
    /// Id of the part.
    pub id: String,
    /// For readers.
    pub label: String,
    /// A place that a reader can open, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<String>,
    /// Its count in the regime before.
    pub before: f64,
    /// Its count in the regime after.
    pub after: f64,
    /// What it adds to ln (rate after / rate before); the parts of one cut and the rest add up to the whole.
    pub log_ratio: f64,
}

/// The change again without one part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Omission {
    /// How the series was cut.
    pub cut: Cut,
    /// Id of the part left out.
    pub id: String,
    /// For readers.
    pub label: String,
    /// A place that a reader can open, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<String>,
    /// ln Bayes factor of any change in what is left.
    pub log_bayes_factor: f64,
    /// Probability of such a change in what is left, if one is still reported.
    pub probability: Option<Probability>,
    /// Rate after / before in what is left, if such a change is still reported.
    pub ratio: Option<f64>,
    /// Whether a change in the same direction is still reported there.
    pub survives: bool,
}

/// What carries one change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// First period of the new regime.
    pub change: Period,
    /// ln (rate after / rate before) of the counts of the two regimes, half a count added to each.
    pub log_ratio: f64,
    /// What the pieces given do not cover of it: other documents, and the half counts.
    pub rest: f64,
    /// The strongest parts of each cut, by falling size.
    pub contributions: Vec<Contribution>,
    /// The change without each of the parts that carry most.
    pub omissions: Vec<Omission>,
    /// What it comes to, in words.
    pub verdict: String,
}

/// How [`attribute`] works.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributionSettings {
    /// Parts listed of each cut.
    pub listed: usize,
    /// Parts of each cut left out one by one; 0 to list only.
    pub omitted: usize,
    /// How the series was and is analyzed.
    pub analysis: Settings,
}

/// What carries change number `change` of a series.
///
/// ln (R₁/R₀) of the two regimes beside the change, R = (count + ½)/exposure, is shared out by
/// Δ_p = (r₁ₚ − r₀ₚ)/L(R₁, R₀), L the logarithmic mean and rₚ = count of the part / exposure of the regime; these add up
/// exactly whatever is 0. Of the cuts with more than one part the `omitted` parts that pull most in the direction of the
/// change are left out one by one, counts and exposure, and the rest is analyzed anew: it survives if a change
/// in the same direction is still reported whose interval meets the old one. A period of which nothing is left is
/// missing, not zero.
///
/// # Errors
/// [`ShiftError::Setting`] if there is no such change.
///
/// # Cost
/// At most 4 × `omitted` runs of [`analyze`].
///
/// Ang (2005), The LMDI approach to decomposition analysis, Energy Policy 33:867–871.
pub fn attribute(
    series: &Series,
    shifts: &Shifts,
    change: usize,
    pieces: &[Piece],
    settings: &AttributionSettings,
) -> Result<Attribution, ShiftError> {
    let (Some(point), [Some(before), Some(after)]) =
        (shifts.change_points.get(change), [shifts.segments.get(change), shifts.segments.get(change + 1)])
    else {
        let value = change as f64;
        return Err(ShiftError::Setting {
            setting: "change",
            value,
            expected: "the number of a reported change",
        });
    };
    let regimes = Regimes::new(before, after);
    let mut contributions = Vec::new();
    let mut omissions = Vec::new();
    for cut in [Cut::Document, Cut::Day, Cut::Phrase, Cut::Stratum] {
        let mut parts = regimes.parts(cut, pieces);
        let toward = |part: &Contribution| part.log_ratio * regimes.log_ratio().signum();
        parts.sort_by(|a, b| toward(b).total_cmp(&toward(a)).then_with(|| a.id.cmp(&b.id)));
        let alone = parts.len() < 2 && !matches!(cut, Cut::Document | Cut::Day);
        if alone {
            continue;
        }
        let same = |part: &Contribution| cut == Cut::Day && one_document(pieces, &part.id);
        for part in parts.iter().take(settings.omitted).filter(|part| toward(part) > 0.0 && !same(part)) {
            omissions.extend(omit(series, point, pieces, part, &settings.analysis));
        }
        parts.sort_by(|a, b| b.log_ratio.abs().total_cmp(&a.log_ratio.abs()).then_with(|| a.id.cmp(&b.id)));
        parts.truncate(settings.listed);
        contributions.extend(parts);
    }
    let covered: f64 = regimes.parts(Cut::Document, pieces).iter().map(|part| part.log_ratio).sum();
    let verdict = match settings.omitted {
        0 => "Whether it survives without single parts was not tried".into(),
        _ => verdict(point, shifts, &omissions),
    };
    Ok(Attribution {
        change: point.period,
        log_ratio: regimes.log_ratio(),
        rest: regimes.log_ratio() - covered,
        contributions,
        omissions,
        verdict,
    })
}

fn one_document(pieces: &[Piece], day: &str) -> bool {
    let mut documents = pieces.iter().filter(|piece| piece.day == day).map(|piece| &piece.document);
    let first = documents.next();
    documents.all(|other| Some(other) == first)
}

struct Regimes<'s> {
    before: &'s Segment,
    after: &'s Segment,
    rates: (f64, f64),
}

impl<'s> Regimes<'s> {
    fn new(before: &'s Segment, after: &'s Segment) -> Self {
        let rate = |one: &Segment| (one.count + 0.5) / one.exposure;
        Self { before, after, rates: (rate(before), rate(after)) }
    }

    fn log_ratio(&self) -> f64 {
        ln(self.rates.1) - ln(self.rates.0)
    }

    /// The logarithmic mean of both rates.
    fn mean(&self) -> f64 {
        let (r0, r1) = self.rates;
        if (r1 / r0 - 1.0).abs() < 1e-9 { r0 } else { (r1 - r0) / self.log_ratio() }
    }

    fn parts(&self, cut: Cut, pieces: &[Piece]) -> Vec<Contribution> {
        let mut parts: BTreeMap<&str, Contribution> = BTreeMap::new();
        for piece in pieces {
            let within = |one: &Segment| (one.from..=one.to).contains(&piece.period);
            let (id, label) = match cut {
                Cut::Document => (&piece.document, &piece.title),
                Cut::Day => (&piece.day, &piece.day),
                Cut::Phrase => (&piece.phrase, &piece.phrase),
                Cut::Stratum => (&piece.stratum, &piece.stratum),
            };
            if !within(self.before) && !within(self.after) {
                continue;
            }
            let link = Some(piece.link.clone()).filter(|link| cut == Cut::Document && !link.is_empty());
            let part = parts.entry(id).or_insert_with(|| Contribution {
                cut,
                id: id.clone(),
                label: label.clone(),
                link,
                before: 0.0,
                after: 0.0,
                log_ratio: 0.0,
            });
            if within(self.before) {
                part.before += piece.count;
            } else {
                part.after += piece.count;
            }
        }
        let share = |mut part: Contribution| {
            let difference = part.after / self.after.exposure - part.before / self.before.exposure;
            part.log_ratio = difference / self.mean();
            part
        };
        parts.into_values().map(share).filter(|part| part.log_ratio != 0.0).collect()
    }
}

/// Runs the analysis on what is left; `None` if too little is.
fn omit(
    series: &Series,
    change: &ChangePoint,
    pieces: &[Piece],
    part: &Contribution,
    settings: &Settings,
) -> Option<Omission> {
    let belongs = |piece: &&Piece| match part.cut {
        Cut::Document => piece.document == part.id,
        Cut::Day => piece.day == part.id,
        Cut::Phrase => piece.phrase == part.id,
        Cut::Stratum => piece.stratum == part.id,
    };
    // The exposure of a document counts once, however many phrases stand in it.
    let mut gone: BTreeMap<Period, (f64, f64)> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for piece in pieces.iter().filter(belongs) {
        let sum = gone.entry(piece.period).or_default();
        sum.0 += piece.count;
        if part.cut != Cut::Phrase && seen.insert((&piece.document, piece.period)) {
            sum.1 += piece.exposure;
        }
    }
    let mut points = Vec::new();
    for point in &series.points {
        let (count, exposure) = gone.get(&point.period).copied().unwrap_or_default();
        let left = point.exposure - exposure;
        if left > 1e-9 * point.exposure {
            points.push(measure::Point { value: (point.value - count).max(0.0), exposure: left, ..*point });
        }
    }
    let left = analyze(&Series { id: series.id.clone(), points }, settings).ok()?;
    let rises = |one: &ChangePoint| one.rate_after > one.rate_before;
    let meets = |one: &&ChangePoint| {
        one.interval.from <= change.interval.to
            && one.interval.to >= change.interval.from
            && rises(one) == rises(change)
    };
    let still = left.change_points.iter().find(meets);
    Some(Omission {
        cut: part.cut,
        id: part.id.clone(),
        label: part.label.clone(),
        link: part.link.clone(),
        log_bayes_factor: left.log_bayes_factor,
        probability: still.map(|one| one.probability),
        ratio: still.and_then(|one| one.ratio),
        survives: still.is_some(),
    })
}

fn verdict(change: &ChangePoint, shifts: &Shifts, omissions: &[Omission]) -> String {
    if omissions.is_empty() {
        return "No single part carries it: nothing could be left out".into();
    }
    let probability = change.probability;
    let fatal: Vec<&Omission> = omissions.iter().filter(|one| !one.survives).collect();
    let by_evidence = |a: &&&Omission, b: &&&Omission| a.log_bayes_factor.total_cmp(&b.log_bayes_factor);
    let Some(worst) = fatal.iter().min_by(by_evidence) else {
        let left = omissions.iter().filter_map(|one| one.probability);
        let least = left.map(measure::Probability::get).fold(1.0, f64::min);
        return format!(
            "It survives every single omission ({}); its probability is {probability:.2} with all and at least {least:.2} without one",
            counted(omissions),
        );
    };
    let link = worst.link.as_ref().map(|link| format!(", {link}")).unwrap_or_default();
    let label = if worst.label == worst.id { String::new() } else { format!(" \"{}\"", worst.label) };
    let part = format!("{}{label}{link}", worst.id);
    let without = format!(
        "no such change is reported (ln Bayes factor of any change {:.1} instead of {:.1})",
        worst.log_bayes_factor, shifts.log_bayes_factor
    );
    if fatal.len() > 1 && fatal.len() == omissions.len() {
        return format!(
            "It is frail: it is gone without any one of those that carry it most ({}). Without {} {part}, {without}",
            counted(omissions),
            worst.cut.noun()
        );
    }
    let others = match fatal.len() {
        1 => String::new(),
        n => format!("; the same holds for {} other of the {} parts left out", n - 1, omissions.len()),
    };
    format!("It rests on one {}: {part}. Without it {without}{others}", worst.cut.noun())
}

fn counted(omissions: &[Omission]) -> String {
    let mut parts = Vec::new();
    for cut in [Cut::Document, Cut::Day, Cut::Phrase, Cut::Stratum] {
        let number = omissions.iter().filter(|one| one.cut == cut).count();
        let noun = match (cut, number) {
            (_, 0) => continue,
            (_, 1) => cut.noun().to_string(),
            (Cut::Stratum, _) => "strata".into(),
            _ => format!("{}s", cut.noun()),
        };
        parts.push(format!("{number} {noun}"));
    }
    parts.join(", ")
}
