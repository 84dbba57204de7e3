use std::collections::BTreeMap;

use measure::Seed;
use record::Utterances;
use record::documents::Documents;
use serde::Serialize;
use shift::{ContrastSet, ContrastSettings, Part, Term, TermKey};
use signal::{Breaks, Lexicon, NgramSettings, PhraseSpec, Tokenized};
use source::{Passage, Place};

use super::once::{Member, counted, once, utterances};
use super::selection::{Selection, Strata, Stratum, documents, read};
use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::Unit;
use crate::words::wording::Keyness;

/// One of the two sets, as it was found.
#[derive(Debug, Serialize)]
pub struct SetReport {
    pub filter: String,
    pub documents: u64,
    /// Further publications of the same utterances, which were not counted.
    pub copies_folded: u64,
    pub tokens: u64,
    pub strata: Vec<Stratum>,
}

#[derive(Debug, Serialize)]
struct Report {
    unit: Unit,
    a: SetReport,
    b: SetReport,
    warnings: Vec<String>,
    compared: usize,
    permutations: u64,
    critical_g2: f64,
    keys: Vec<Shown>,
}

#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    key: TermKey,
    /// The document whose loss lowers G² most.
    top_document: Option<TopDocument>,
    example: Option<Passage>,
}

#[derive(Debug, Serialize)]
struct TopDocument {
    id: String,
    date: String,
    title: String,
}

pub fn run(words: &Keyness) -> Done {
    let (shortest, longest) = lengths(&words.ngrams)?;
    let (a, b) = (Selection::parse(&words.a)?, Selection::parse(&words.b)?);
    let batches = read(&words.paths, words.sources.map.as_deref())?;
    let unit = words.sources.unit;
    let utterances = utterances(unit, &words.paths, &batches)?;
    let sets = Sets::divide(documents(&batches), &a, &b, utterances.as_ref())?;
    let settings = ContrastSettings {
        count_at_least: words.count_at_least,
        permutations: words.permutations,
        keep: words.top,
        ..ContrastSettings::default()
    };
    let mut tokenized = Tokenized::default();
    for (_, documents, row) in &sets.members {
        tokenized.push(documents, *row, Breaks::Sentences);
    }
    let ngrams = signal::ngrams(
        &tokenized,
        NgramSettings { shortest, longest, documents_at_least: words.documents_at_least },
    );
    let (terms, parts) = parts(ngrams, sets.members.iter().map(|(set, ..)| *set));
    let found = shift::contrast(&terms, &parts, &settings, Seed(words.seed));
    let mut warnings = sets.warnings(&a, &b);
    if sets.members.len() < 10 {
        warnings.push(format!(
            "only {} documents in both sets: few divisions are possible, so the smallest p by shuffling is large",
            sets.members.len()
        ));
    }
    let [set_a, set_b] = sets.reports([&words.a, &words.b], found.tokens);
    let members = &sets.members;
    let keys = found.keys.into_iter().enumerate().map(|(number, key)| {
        let top_document = key.without_top.map(|top| {
            let (_, documents, row) = &members[top.part];
            TopDocument {
                id: documents.id(*row).into(),
                date: documents.date(*row).to_string(),
                title: documents.title(*row).unwrap_or("").into(),
            }
        });
        let example =
            (number < words.examples).then(|| example(&key, &batches, &a, &b)).transpose()?.flatten();
        Ok(Shown { key, top_document, example })
    });
    let report = Report {
        unit,
        a: set_a,
        b: set_b,
        warnings,
        compared: found.compared,
        permutations: settings.permutations,
        critical_g2: settings.critical,
        keys: keys.collect::<Result<_, Failure>>()?,
    };
    if words.json { print_json(&report) } else { show(&report) }
}

/// `1-3` or `2`.
fn lengths(text: &str) -> Result<(usize, usize), Failure> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last && last <= 5 => Ok((first, last)),
        _ => Err(Failure::said(format!(
            "`{text}` is no range of lengths; write e.g. 1-3, from 1 to at most 5"
        ))),
    }
}

/// The documents of both sets.
pub struct Sets<'b> {
    pub members: Vec<Member<'b, ContrastSet>>,
    folded: BTreeMap<ContrastSet, u64>,
    strata: [Strata; 2],
    both: usize,
}

impl<'b> Sets<'b> {
    /// # Errors
    /// If a set is empty. Documents that both filters take are left out of both, and the report says so.
    pub fn divide(
        documents: impl Iterator<Item = (Documents<'b>, usize)>,
        a: &Selection,
        b: &Selection,
        utterances: Option<&Utterances>,
    ) -> Result<Self, Failure> {
        let (mut members, mut both) = (Vec::new(), 0);
        let mut sizes = [0; 2];
        for (documents, row) in documents {
            let set = match (a.takes(&documents, row), b.takes(&documents, row)) {
                (true, false) => ContrastSet::A,
                (false, true) => ContrastSet::B,
                (true, true) => {
                    both += 1;
                    continue;
                }
                (false, false) => continue,
            };
            sizes[set as usize] += 1;
            members.push((set, documents, row));
        }
        match sizes {
            [0, _] | [_, 0] => Err(Failure::said(format!(
                "the filters take {} documents for A, {} for B and {} for both; each set needs one of its own",
                sizes[0], sizes[1], both
            ))),
            _ => Ok(Self::of(members, both, utterances)),
        }
    }

    fn of(members: Vec<Member<'b, ContrastSet>>, both: usize, utterances: Option<&Utterances>) -> Self {
        let (members, folded) = once(utterances, members);
        let mut strata: [Strata; 2] = Default::default();
        for (set, documents, row) in &members {
            strata[*set as usize].add(documents, *row);
        }
        Self { members, folded, strata, both }
    }

    /// All documents that a filter takes, as A.
    pub fn one(
        documents: impl Iterator<Item = (Documents<'b>, usize)>,
        a: &Selection,
        utterances: Option<&Utterances>,
    ) -> Result<Self, Failure> {
        let taken = documents.filter(|(documents, row)| a.takes(documents, *row));
        let members: Vec<_> = taken.map(|(documents, row)| (ContrastSet::A, documents, row)).collect();
        if members.is_empty() {
            return Err(Failure::said("the filter takes no document"));
        }
        Ok(Self::of(members, 0, utterances))
    }

    pub fn warnings(&self, a: &Selection, b: &Selection) -> Vec<String> {
        let mut warnings = self.strata[0].unlike(&self.strata[1], a, b);
        if self.both > 0 {
            warnings.push(format!("{} documents are in both sets and were left out of both", self.both));
        }
        warnings
    }

    pub fn reports(&self, filters: [&str; 2], tokens: [u64; 2]) -> [SetReport; 2] {
        [ContrastSet::A, ContrastSet::B].map(|set| SetReport {
            filter: filters[set as usize].into(),
            documents: self.members.iter().filter(|(own, ..)| *own == set).count() as u64,
            copies_folded: self.folded.get(&set).copied().unwrap_or(0),
            tokens: tokens[set as usize],
            strata: self.strata[set as usize].list(),
        })
    }
}

/// The counts of documents as the comparison takes them.
pub fn parts(ngrams: signal::Ngrams, sets: impl Iterator<Item = ContrastSet>) -> (Vec<Term>, Vec<Part>) {
    let terms = ngrams.terms.into_iter().map(|(text, length)| Term { text, length }).collect();
    let parts = sets
        .zip(ngrams.positions)
        .zip(ngrams.counts)
        .map(|((set, positions), counts)| Part {
            set,
            documents: 1,
            positions,
            terms: counts.into_iter().map(|(term, count)| (term, count, 1)).collect(),
        })
        .collect();
    (terms, parts)
}

/// The latest place of a term in the set in which it is more frequent.
fn example(
    key: &TermKey,
    batches: &[arrow_array::RecordBatch],
    a: &Selection,
    b: &Selection,
) -> Result<Option<Passage>, Failure> {
    let word = &key.key.word;
    let phrase = PhraseSpec::new(word.clone(), vec![(word.clone(), Place::nowhere())], Place::nowhere());
    let lexicon = Lexicon::new(vec![phrase])?;
    let (own, other) = if key.key.log_ratio > 0.0 { (b, a) } else { (a, b) };
    let belongs =
        |documents: &Documents<'_>, row: usize| own.takes(documents, row) && !other.takes(documents, row);
    let places = signal::passages(&lexicon, 0, batches, 60, usize::MAX, belongs);
    Ok(places.into_iter().max_by(|x, y| (&x.date, &x.document).cmp(&(&y.date, &y.document))))
}

/// Both sets with their strata, and what makes them unlike.
pub fn show_sets(sets: &[&SetReport], unit: Unit, warnings: &[String]) -> Done {
    for (name, set) in ["A", "B"].iter().zip(sets) {
        let documents = counted(set.documents, set.copies_folded, unit);
        print(&format!("{name}  {}: {documents}, {} words", set.filter, set.tokens))?;
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".into());
        for stratum in set.strata.iter().take(8) {
            print(&format!(
                "     {} / {} / {}: {}",
                text(&stratum.outlet),
                text(&stratum.statement_type),
                text(&stratum.language),
                stratum.documents
            ))?;
        }
        if set.strata.len() > 8 {
            print(&format!("     and {} more strata", set.strata.len() - 8))?;
        }
    }
    for warning in warnings {
        print(&format!("warning: {warning}"))?;
    }
    Ok(())
}

fn show(report: &Report) -> Done {
    show_sets(&[&report.a, &report.b], report.unit, &report.warnings)?;
    print(&format!(
        "{} terms compared. Spread: 0 as the text, 1 all in one document. p: share of {} random divisions of the documents. † one document carries it (G² falls below {} without)",
        report.compared, report.permutations, report.critical_g2
    ))?;
    for (heading, more_in_b) in [("More in B", true), ("More in A", false)] {
        let own: Vec<&Shown> =
            report.keys.iter().filter(|shown| (shown.key.key.log_ratio > 0.0) == more_in_b).collect();
        if own.is_empty() {
            continue;
        }
        print("")?;
        let mut rows = vec![
            [
                heading,
                "A (docs)",
                "B (docs)",
                "log₂ B/A",
                "95 %",
                "G²",
                "q",
                "z",
                "p",
                "spread A",
                "B",
                "G² without top",
            ]
            .map(String::from)
            .to_vec(),
        ];
        rows.extend(own.iter().map(|shown| row(&shown.key)));
        print(&columns(&rows))?;
    }
    let mut first = true;
    for shown in &report.keys {
        let Some(example) = &shown.example else { continue };
        if first {
            print("")?;
            first = false;
        }
        let (before, hit, after) = &example.text;
        print(&format!("{}: {} {} [{}]", shown.key.key.word, example.date, example.title, example.at))?;
        print(&format!("    …{before}»{hit}«{after}…"))?;
    }
    Ok(())
}

fn row(key: &TermKey) -> Vec<String> {
    let own = &key.key;
    let small = |p: f64| if p < 0.001 { format!("{p:.0e}") } else { format!("{p:.3}") };
    let spread = |value: Option<f64>| value.map_or_else(|| "—".into(), |value| format!("{value:.2}"));
    vec![
        own.word.clone(),
        format!("{} ({})", own.before.count, own.before.documents),
        format!("{} ({})", own.after.count, own.after.documents),
        format!("{:+.2}", own.log_ratio),
        format!("{:+.2} … {:+.2}", own.log_ratio_interval.low, own.log_ratio_interval.high),
        format!("{:.1}", own.g2),
        small(own.q_value),
        format!("{:+.1}", own.z),
        key.p_permutation.map_or_else(|| "—".into(), small),
        spread(key.dispersion[0]),
        spread(key.dispersion[1]),
        key.without_top.map_or_else(String::new, |top| {
            format!("{:.1}{}", top.g2, if key.carried_by_one { " †" } else { "  " })
        }),
    ]
}
