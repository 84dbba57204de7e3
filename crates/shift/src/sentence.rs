use measure::{EstimativeWord, LogOdds, Probability};

use crate::{ChangePoint, Estimate, Shifts};

impl Shifts {
    /// Posterior probability of one change or more.
    pub fn probability(&self) -> Probability {
        LogOdds(self.log_bayes_factor).probability()
    }

    /// The finding in words of estimative probability (ICD 203), numbers beside them.
    pub fn sentence(&self) -> String {
        let what = self.cost.parameter();
        let probability = self.probability();
        let whether = match EstimativeWord::of(probability) {
            EstimativeWord::AlmostNoChance => "There is almost no chance that it changed".to_owned(),
            EstimativeWord::RoughlyEvenChance => "There is a roughly even chance that it changed".to_owned(),
            word => format!("It {} changed", adverb(word)),
        };
        let whether = whether.replacen("it changed", &format!("the {what} of `{}` changed", self.series), 1);
        let whether = whether.replacen("It ", &format!("The {what} of `{}` ", self.series), 1);
        let mut text = format!(
            "{whether} within {}–{} (probability {}, log Bayes factor {:.1}).",
            self.first_period(),
            self.last_period(),
            rounded(probability),
            self.log_bayes_factor,
        );
        for change in &self.change_points {
            text.push(' ');
            text.push_str(&self.change_sentence(change, what));
        }
        text
    }

    fn change_sentence(&self, change: &ChangePoint, what: &str) -> String {
        let direction = if change.difference > 0.0 { "rose" } else { "fell" };
        let by = match (change.ratio, change.ratio_interval) {
            (Some(ratio), Some(interval)) => format!(
                "to {} times what it was ({:.0} % interval {} to {})",
                significant(ratio),
                100.0 * self.level,
                significant(interval.low),
                significant(interval.high)
            ),
            _ => format!(
                "by {} ({:.0} % interval {} to {})",
                significant(change.difference.abs()),
                100.0 * self.level,
                significant(change.difference_interval.low),
                significant(change.difference_interval.high)
            ),
        };
        let leading = self.shares.iter().find(|one| one.leading);
        let what = leading.map_or_else(|| what.to_owned(), |one| format!("{what} of `{}`", one.category));
        let more = self.more(change);
        let gap = if change.gap { "; periods are missing there" } else { "" };
        let when = if change.interval.from == change.interval.to {
            format!("with {}", change.period)
        } else {
            format!(
                "between {} and {}, most probably with {}",
                change.interval.from, change.interval.to, change.period
            )
        };
        format!(
            "A change {} falls {when} (probability {}{gap}): the {what} {direction} {by}{more}.",
            adverb(EstimativeWord::of(change.probability)),
            rounded(change.probability)
        )
    }

    /// What else changed with it.
    fn more(&self, change: &ChangePoint) -> String {
        let with = |estimate: Estimate, value: f64| {
            format!(
                "{} ({:.0} % interval {} to {})",
                significant(value),
                100.0 * self.level,
                significant(estimate.interval.low),
                significant(estimate.interval.high)
            )
        };
        match (change.deviation_ratio, change.jump) {
            (Some(ratio), _) => {
                format!(", and the standard deviation became {} times what it was", with(ratio, ratio.median))
            }
            (_, Some(jump)) => format!(", and the line jumped by {}", with(jump, jump.median)),
            _ => String::new(),
        }
    }

    fn first_period(&self) -> String {
        self.segments.first().map_or_else(String::new, |segment| segment.from.to_string())
    }

    fn last_period(&self) -> String {
        self.segments.last().map_or_else(String::new, |segment| segment.to.to_string())
    }
}

/// The word as it stands before a verb.
fn adverb(word: EstimativeWord) -> &'static str {
    match word {
        EstimativeWord::AlmostNoChance => "almost certainly not",
        EstimativeWord::VeryUnlikely => "very unlikely",
        EstimativeWord::Unlikely => "unlikely",
        EstimativeWord::RoughlyEvenChance => "with roughly even chance",
        EstimativeWord::Likely => "likely",
        EstimativeWord::VeryLikely => "very likely",
        EstimativeWord::AlmostCertain => "almost certainly",
    }
}

/// Two decimals, and never a certainty that the data cannot give.
fn rounded(p: Probability) -> String {
    match p.get() {
        p if p > 0.995 => "above 0.99".into(),
        p if p < 0.005 => "below 0.01".into(),
        p => format!("{p:.2}"),
    }
}

/// Two significant digits.
fn significant(x: f64) -> String {
    let size = x.abs();
    let decimals = [10.0, 1.0, 0.1, 0.01, 0.001].iter().position(|&least| size >= least);
    match decimals {
        _ if x == 0.0 => "0".into(),
        _ if size >= 1e9 => format!("{x:.1e}"),
        Some(decimals) => format!("{x:.decimals$}"),
        None => format!("{x:.1e}"),
    }
}
