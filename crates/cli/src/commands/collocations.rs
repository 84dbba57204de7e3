use std::collections::{BTreeMap, BTreeSet};

use measure::{Interval, Seed};
use serde::Serialize;
use shift::{ContrastSet, ContrastSettings, Part, Term, TermKey};
use signal::{Breaks, Collocate, Node, Surroundings, Tokenized, collocates, surroundings};

use super::keyness::{SetReport, Sets, show_sets};
use super::once::utterances;
use super::selection::{Selection, documents, read};
use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::Unit;
use crate::words::wording::Collocations;

/// What stands around the term in one set.
#[derive(Debug, Serialize)]
struct Around {
    /// How often the term stands in it.
    nodes: u64,
    /// Documents that hold the term.
    documents: usize,
    /// Words within the windows.
    near: u64,
    collocates: Vec<Collocate>,
}

#[derive(Debug, Serialize)]
struct Report {
    term: String,
    window: usize,
    unit: Unit,
    sets: Vec<SetReport>,
    warnings: Vec<String>,
    around: Vec<Around>,
    /// With two sets: how the words around the term differ.
    moved: Vec<Moved>,
}

/// A word around the term in both sets.
#[derive(Debug, Serialize)]
struct Moved {
    word: String,
    /// logDice in A and B; null where it does not stand near the term.
    log_dice: [Option<f64>; 2],
    near: [u64; 2],
    documents: [u64; 2],
    /// log₂ of its share of the words around the term, B over A.
    log_ratio: f64,
    log_ratio_interval: Interval,
    g2: f64,
    q_value: f64,
    p_permutation: Option<f64>,
    carried_by_one: bool,
}

pub fn run(words: &Collocations) -> Done {
    let node = Node::parse(&words.term)
        .ok_or_else(|| Failure::said(format!("`{}` holds an alternative without a word", words.term)))?;
    let a = Selection::parse(&words.a)?;
    let b = words.b.as_deref().map(Selection::parse).transpose()?;
    let batches = read(&words.paths, words.sources.map.as_deref())?;
    let unit = words.sources.unit;
    let utterances = utterances(unit, &words.paths, &batches)?;
    let sets = match &b {
        Some(b) => Sets::divide(documents(&batches), &a, b, utterances.as_ref())?,
        None => Sets::one(documents(&batches), &a, utterances.as_ref())?,
    };
    let mut tokenized = Tokenized::default();
    for (_, documents, row) in &sets.members {
        tokenized.push(documents, *row, Breaks::Sentences);
    }
    let found = surroundings(&tokenized, &node, words.window);
    if found.iter().all(|one| one.nodes == 0) {
        return Err(Failure::said(format!("`{}` does not stand in these documents", words.term)));
    }
    let of = |set: ContrastSet| {
        sets.members.iter().zip(&found).filter(move |((own, ..), _)| *own == set).map(|(_, one)| one)
    };
    let chosen: &[ContrastSet] =
        if b.is_some() { &[ContrastSet::A, ContrastSet::B] } else { &[ContrastSet::A] };
    let around = |set: ContrastSet, least: u64| Around {
        nodes: of(set).map(|one| one.nodes).sum(),
        documents: of(set).filter(|one| one.nodes > 0).count(),
        near: of(set).map(|one| one.near).sum(),
        collocates: collocates(&tokenized, of(set), least),
    };
    let moved = match &b {
        Some(_) => {
            moved(words, &tokenized, &sets, &found, [around(ContrastSet::A, 1), around(ContrastSet::B, 1)])
        }
        None => Vec::new(),
    };
    let tokens = [ContrastSet::A, ContrastSet::B].map(|set| of(set).map(|one| one.words).sum());
    let filters = [words.a.as_str(), words.b.as_deref().unwrap_or("")];
    let warnings = b.as_ref().map_or_else(Vec::new, |b| sets.warnings(&a, b));
    let mut around: Vec<Around> = chosen.iter().map(|&set| around(set, words.near_at_least)).collect();
    around.iter_mut().for_each(|one| one.collocates.truncate(words.top));
    let report = Report {
        term: words.term.clone(),
        window: words.window,
        unit,
        sets: sets.reports(filters, tokens).into_iter().take(chosen.len()).collect(),
        warnings,
        around,
        moved,
    };
    if words.json { print_json(&report) } else { show(&report) }
}

/// The words around the term as a comparison of two sets of short documents: the windows.
fn moved(
    words: &Collocations,
    tokenized: &Tokenized,
    sets: &Sets<'_>,
    found: &[Surroundings],
    around: [Around; 2],
) -> Vec<Moved> {
    let terms: Vec<Term> =
        tokenized.vocabulary().iter().map(|word| Term { text: word.to_string(), length: 1 }).collect();
    let parts: Vec<Part> = sets
        .members
        .iter()
        .zip(found)
        .map(|((set, ..), one)| Part {
            set: *set,
            documents: 1,
            positions: vec![one.near],
            terms: one.near_counts.iter().map(|&(word, count)| (word, count, 1)).collect(),
        })
        .collect();
    let settings = ContrastSettings {
        count_at_least: words.near_at_least,
        permutations: words.permutations,
        keep: words.top,
        ..ContrastSettings::default()
    };
    let dice = around.map(|one| -> BTreeMap<String, f64> {
        one.collocates.into_iter().map(|collocate| (collocate.word, collocate.log_dice)).collect()
    });
    let row = |TermKey { key, p_permutation, carried_by_one, .. }: TermKey| Moved {
        log_dice: [dice[0].get(&key.word).copied(), dice[1].get(&key.word).copied()],
        near: [key.before.count, key.after.count],
        documents: [key.before.documents, key.after.documents],
        log_ratio: key.log_ratio,
        log_ratio_interval: key.log_ratio_interval,
        g2: key.g2,
        q_value: key.q_value,
        word: key.word,
        p_permutation,
        carried_by_one,
    };
    shift::contrast(&terms, &parts, &settings, Seed(words.seed)).keys.into_iter().map(row).collect()
}

fn show(report: &Report) -> Done {
    let sets: Vec<&SetReport> = report.sets.iter().collect();
    show_sets(&sets, report.unit, &report.warnings)?;
    for (name, one) in ["A", "B"].iter().zip(&report.around) {
        print(&format!(
            "{name}: `{}` stands {} times in {} documents; {} words within {} on each side",
            report.term, one.nodes, one.documents, one.near, report.window
        ))?;
    }
    for (name, one) in ["A", "B"].iter().zip(&report.around) {
        print("")?;
        let heading = format!("Around it in {name}");
        let mut rows = vec![
            [heading.as_str(), "near", "in all", "docs", "logDice", "PMI", "G²", "p", "spread"]
                .map(String::from)
                .to_vec(),
        ];
        rows.extend(one.collocates.iter().map(|own| {
            vec![
                own.word.clone(),
                own.near.to_string(),
                own.count.to_string(),
                own.documents.to_string(),
                format!("{:.2}", own.log_dice),
                format!("{:+.2}", own.pmi),
                format!("{:.1}", own.g2),
                small(own.p_value),
                own.dispersion.map_or_else(|| "—".into(), |dp| format!("{dp:.2}")),
            ]
        }));
        print(&columns(&rows))?;
    }
    if report.moved.is_empty() {
        return Ok(());
    }
    print(
        "\nWhat moved (positive: nearer in B; p by random divisions of the documents; † one document carries it)",
    )?;
    let mut rows = vec![
        ["word", "A (docs)", "B (docs)", "logDice A", "B", "log₂ B/A", "95 %", "G²", "q", "p"]
            .map(String::from)
            .to_vec(),
    ];
    let dice = |value: Option<f64>| value.map_or_else(|| "—".into(), |value| format!("{value:.2}"));
    let shown: BTreeSet<&str> = report.moved.iter().map(|one| one.word.as_str()).collect();
    rows.extend(report.moved.iter().filter(|one| shown.contains(one.word.as_str())).map(|one| {
        vec![
            one.word.clone(),
            format!("{} ({})", one.near[0], one.documents[0]),
            format!("{} ({})", one.near[1], one.documents[1]),
            dice(one.log_dice[0]),
            dice(one.log_dice[1]),
            format!("{:+.2}", one.log_ratio),
            format!("{:+.2} … {:+.2}", one.log_ratio_interval.low, one.log_ratio_interval.high),
            format!("{:.1}{}", one.g2, if one.carried_by_one { " †" } else { "  " }),
            small(one.q_value),
            one.p_permutation.map_or_else(|| "—".into(), small),
        ]
    }));
    print(&columns(&rows))
}

fn small(p: f64) -> String {
    if p < 0.001 { format!("{p:.0e}") } else { format!("{p:.3}") }
}
