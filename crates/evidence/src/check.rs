//! What can be wrong with a spec; all of it at once.

use source::{Finding, Findings, Place};

use crate::spec::{IndicatorSpec, Likelihood, Spec};

pub(crate) fn check(spec: &Spec) -> Findings {
    let mut findings = Findings::new();
    hypotheses(spec, &mut findings);
    twice(spec, &mut findings);
    for group in &spec.groups {
        if !(0.0..=1.0).contains(&group.strength) {
            findings.push(
                Finding::error(
                    "hypotheses::group",
                    format!("the strength `{}` is not between 0 and 1", group.strength),
                    &group.place,
                )
                .help("0: independent given the hypothesis; 1: the same fact seen twice"),
            );
        }
    }
    for indicator in &spec.indicators {
        check_indicator(spec, indicator, &mut findings);
    }
    findings
}

fn hypotheses(spec: &Spec, findings: &mut Findings) {
    if spec.hypotheses.len() < 2 {
        findings.push(
            Finding::error("hypotheses::few", "there must be at least two rival hypotheses", &spec.place)
                .help("add `[[hypothesis]]` tables with `id`, `prior` and `because`"),
        );
        return;
    }
    for hypothesis in &spec.hypotheses {
        if !(hypothesis.prior > 0.0 && hypothesis.prior <= 1.0) {
            findings.push(
                Finding::error(
                    "hypotheses::prior",
                    format!("the prior `{}` is not above 0 and at most 1", hypothesis.prior),
                    &hypothesis.place,
                )
                .help("a hypothesis with prior 0 can never be believed: leave it out"),
            );
        }
    }
    let sum: f64 = spec.hypotheses.iter().map(|h| h.prior).sum();
    if (sum - 1.0).abs() > 1e-9 {
        let last = &spec.hypotheses[spec.hypotheses.len() - 1];
        let rest = 1.0 - sum;
        let help = if rest > 0.0 {
            format!("give the remaining {rest:.4} to one of them, or add `id = \"other\"`")
        } else {
            format!("take {:.4} from one of them", -rest)
        };
        findings.push(
            Finding::error(
                "hypotheses::priors",
                format!("the priors of the hypotheses sum to {sum:.4}, not 1"),
                &last.place,
            )
            .label("the last one read")
            .help(help),
        );
    }
    if !spec.hypotheses.iter().any(|h| h.id == "other") {
        findings.push(
            Finding::warning(
                "hypotheses::other",
                "no hypothesis `other`: the true explanation may be none of these",
                &spec.place,
            )
            .help("add `[[hypothesis]]` with `id = \"other\"` and a small prior"),
        );
    }
}

fn twice(spec: &Spec, findings: &mut Findings) {
    let ids: [(&str, Vec<(&str, &Place)>); 3] = [
        ("hypothesis", spec.hypotheses.iter().map(|h| (h.id.as_str(), &h.place)).collect()),
        ("indicator", spec.indicators.iter().map(|i| (i.id.as_str(), &i.place)).collect()),
        ("group", spec.groups.iter().map(|g| (g.id.as_str(), &g.place)).collect()),
    ];
    for (what, all) in ids {
        for (index, (id, place)) in all.iter().enumerate() {
            if all[..index].iter().any(|(other, _)| other == id) {
                findings.push(
                    Finding::error("hypotheses::twice", format!("the {what} `{id}` stands twice"), place)
                        .help("give each its own id"),
                );
            }
        }
    }
}

fn check_indicator(spec: &Spec, indicator: &IndicatorSpec, findings: &mut Findings) {
    for hypothesis in &spec.hypotheses {
        let given = indicator.likelihood.iter().filter(|(id, ..)| *id == hypothesis.id).count();
        if given != 1 {
            let message = match given {
                0 => format!("`{}` has no likelihood under `{}`", indicator.id, hypothesis.id),
                _ => format!("`{}` has {given} likelihoods under `{}`", indicator.id, hypothesis.id),
            };
            findings.push(Finding::error("hypotheses::likelihood", message, &indicator.place).help(format!(
                "add `{} = 0.5` to `likelihood`: how probable is the indicator if it is true?",
                hypothesis.id
            )));
        }
    }
    for (id, likelihood, place) in &indicator.likelihood {
        if !spec.hypotheses.iter().any(|h| h.id == *id) {
            let known: Vec<_> = spec.hypotheses.iter().map(|h| h.id.as_str()).collect();
            findings.push(
                Finding::error("hypotheses::unknown", format!("there is no hypothesis `{id}`"), place)
                    .help(format!("there are {}", known.join(", "))),
            );
        }
        check_likelihood(indicator, *likelihood, place, findings);
    }
    if let Some((group, place)) = &indicator.group
        && !spec.groups.iter().any(|g| g.id == *group)
    {
        findings.push(
            Finding::error("hypotheses::unknown", format!("there is no group `{group}`"), place)
                .help(format!("add `[[group]]` with `id = \"{group}\"` and its `strength`")),
        );
    }
    if indicator.observed.is_some_and(|p| !(0.0..=1.0).contains(&p)) {
        findings.push(Finding::error(
            "hypotheses::observed",
            "the observation is not a probability",
            &indicator.place,
        ));
    }
}

fn check_likelihood(
    indicator: &IndicatorSpec,
    likelihood: Likelihood,
    place: &Place,
    findings: &mut Findings,
) {
    let (low, high) = likelihood.bounds();
    if !(0.0..=1.0).contains(&low) || !(0.0..=1.0).contains(&high) {
        let wrong = if (0.0..=1.0).contains(&low) { high } else { low };
        findings.push(
            Finding::error(
                "hypotheses::likelihood",
                format!("the likelihood `{wrong}` is not between 0 and 1"),
                place,
            )
            .help("write a number from 0 to 1, a range `[0.7, 0.95]` or a word such as \"likely\""),
        );
    } else if low > high {
        findings.push(
            Finding::error(
                "hypotheses::likelihood",
                format!("the range [{low}, {high}] is the wrong way round"),
                place,
            )
            .help(format!("write `[{high}, {low}]`")),
        );
    } else if indicator.observed.is_some() && (low == 0.0 || high == 1.0) {
        findings.push(
            Finding::warning(
                "hypotheses::certain",
                "a likelihood of exactly 0 or 1 can decide everything alone",
                place,
            )
            .help("write 0.01 or 0.99 unless the contrary is impossible by definition"),
        );
    }
}
