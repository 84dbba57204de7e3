//! What would have to be different for another explanation to lead.

use serde::{Deserialize, Serialize};

use crate::model::{Group, Model, Table, Weights, group_likelihood};

/// The smallest change of one likelihood that lets another hypothesis lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// Whose likelihood.
    pub indicator: String,
    /// Under which hypothesis.
    pub hypothesis: String,
    /// What it is now (the middle of its range).
    pub from: f64,
    /// What it would have to be, in (0, 1).
    pub to: f64,
    /// Who would lead.
    pub leader: String,
}

impl Flip {
    /// How large the change is.
    pub fn change(&self) -> f64 {
        (self.to - self.from).abs()
    }
}

/// The prior of the leader at which another one draws level, the others keeping their proportions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriorFlip {
    /// The leader now.
    pub hypothesis: String,
    /// Its prior now.
    pub from: f64,
    /// Its prior at the tie.
    pub to: f64,
    /// Who would lead below it.
    pub leader: String,
}

/// The nearest a likelihood may come to 0 or 1.
const EDGE: f64 = 1e-6;

/// Position of the greatest, the first of equals.
pub(crate) fn leader(posterior: &[f64]) -> usize {
    (0..posterior.len()).fold(0, |best, i| if posterior[i] > posterior[best] { i } else { best })
}

/// For every observed indicator and hypothesis the smallest change of that one likelihood that makes another lead,
/// smallest first; those that cannot are left out.
///
/// The likelihood of a group grows or falls steadily with each p, so that the point of the tie is found by bisection.
pub(crate) fn flips(model: &Model, table: &Table, weights: &[Weights], posterior: &[f64]) -> Vec<Flip> {
    let lead = leader(posterior);
    let mut flips = Vec::new();
    for group in &model.groups {
        for &member in group.members.iter().filter(|&&m| model.spec.indicators[m].observed.is_some()) {
            for hypothesis in 0..posterior.len() {
                let Some((to, next)) = tie(group, member, hypothesis, lead, table, weights, posterior) else {
                    continue;
                };
                flips.push(Flip {
                    indicator: model.spec.indicators[member].id.clone(),
                    hypothesis: model.spec.hypotheses[hypothesis].id.clone(),
                    from: table[member][hypothesis],
                    to,
                    leader: model.spec.hypotheses[next].id.clone(),
                });
            }
        }
    }
    flips.sort_by(|a, b| a.change().total_cmp(&b.change()));
    flips
}

/// The value of one likelihood at which the lead changes, and who leads then.
fn tie(
    group: &Group,
    member: usize,
    hypothesis: usize,
    lead: usize,
    table: &Table,
    weights: &[Weights],
    posterior: &[f64],
) -> Option<(f64, usize)> {
    let now = group_likelihood(group, hypothesis, table, weights);
    if now <= 0.0 {
        return None;
    }
    let mut changed = table.clone();
    let mut scaled = |p: f64| {
        changed[member][hypothesis] = p;
        let factor = group_likelihood(group, hypothesis, &changed, weights) / now;
        let mut odds = posterior.to_vec();
        odds[hypothesis] *= factor;
        odds
    };
    let mut flipped = |p: f64| leader(&scaled(p)) != lead;
    let from = table[member][hypothesis];
    [EDGE, 1.0 - EDGE]
        .into_iter()
        .filter(|&end| (end - from).abs() > EDGE)
        .filter_map(|end| {
            if !flipped(end) {
                return None;
            }
            let (mut stays, mut flips) = (from, end);
            for _ in 0..80 {
                let middle = 0.5 * (stays + flips);
                if flipped(middle) { flips = middle } else { stays = middle }
            }
            Some(flips)
        })
        .min_by(|a, b| (a - from).abs().total_cmp(&(b - from).abs()))
        .map(|to| (to, leader(&scaled(to))))
}

/// The tie of the leader's prior: its posterior odds against the next fall with its prior odds.
pub(crate) fn prior_flip(model: &Model, posterior: &[f64]) -> Option<PriorFlip> {
    let lead = leader(posterior);
    let next =
        (0..posterior.len()).filter(|&i| i != lead).max_by(|&a, &b| posterior[a].total_cmp(&posterior[b]))?;
    let prior = model.spec.hypotheses[lead].prior;
    if posterior[next] <= 0.0 || prior >= 1.0 {
        return None;
    }
    // Odds o = prior / (1 − prior) scale the posterior of the leader against all others alike.
    let odds = prior / (1.0 - prior) * posterior[next] / posterior[lead];
    Some(PriorFlip {
        hypothesis: model.spec.hypotheses[lead].id.clone(),
        from: prior,
        to: odds / (1.0 + odds),
        leader: model.spec.hypotheses[next].id.clone(),
    })
}
