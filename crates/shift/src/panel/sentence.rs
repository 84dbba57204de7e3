use measure::EstimativeWord;

use super::{Panel, SharedChange};

impl Panel {
    /// Whether the series share a change, in words.
    pub fn sentence(&self) -> String {
        let word = EstimativeWord::of(self.probability);
        let mut text = format!(
            "Whether several of the {} series share a change: {word} (probability {:.2}).",
            self.series.len(),
            self.probability
        );
        for index in 0..self.shared.len() {
            text.push(' ');
            text.push_str(&self.change_sentence(index));
        }
        text
    }

    /// One shared change in words: when, how sure, who takes part, on whom it rests. Empty if there is none of this number.
    pub fn change_sentence(&self, index: usize) -> String {
        let Some(change) = self.shared.get(index) else { return String::new() };
        let when = if change.interval.from == change.interval.to {
            format!("with {}", change.period)
        } else {
            format!(
                "between {} and {}, most probably with {}",
                change.interval.from, change.interval.to, change.period
            )
        };
        let takes_part = |least: f64, most: f64| -> Vec<String> {
            let within = change.drivers.iter().filter(|one| (least..most).contains(&one.takes_part.get()));
            within.map(|one| format!("`{}`", one.series)).collect()
        };
        let (driven, open) = (takes_part(0.8, 1.1), takes_part(0.2, 0.8));
        let mut text = format!("A shared change falls {when} (probability {:.2})", change.probability);
        if !driven.is_empty() {
            text.push_str(&format!(
                "; {} {} part",
                driven.join(", "),
                if driven.len() == 1 { "takes" } else { "take" }
            ));
        }
        if driven.is_empty() {
            text.push_str("; no series takes part for sure");
        }
        match open.len() {
            0 => {}
            1 => text.push_str(&format!("; whether {} does is open", open[0])),
            2 | 3 => text.push_str(&format!("; whether {} do is open", open.join(", "))),
            n => text.push_str(&format!("; of {n} series it is open")),
        }
        if let Some(rests) = rests_on(change) {
            text.push_str(&format!("; without {rests}"));
        }
        text.push('.');
        text
    }
}

/// The series without which least is left.
fn rests_on(change: &SharedChange) -> Option<String> {
    let least = change.without.iter().min_by(|a, b| a.probability.get().total_cmp(&b.probability.get()))?;
    Some(format!("`{}` the others share one there with probability {:.2}", least.series, least.probability))
}
