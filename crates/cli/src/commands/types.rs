use std::collections::BTreeMap;
use std::fs;

use measure::{Interval, Seed};
use record::documents::Documents;
use record::profile::{Checked, Looked, Profile, Subject, Typed, draw, quality};
use record::{RecordError, Store};
use serde_json::json;
use source::SourceText;

use super::{Done, columns, percent, print, print_json};
use crate::failure::Failure;
use crate::words::search::Types;

pub fn run(words: &Types) -> Done {
    let store = Store::open(&words.dir)?;
    let Some(name) = &words.profile else { return stored(&store, words.json) };
    let profile = profile(name)?;
    if let Some(id) = &words.explain {
        return explain(&store, &profile, id, words.json);
    }
    let documents = typed(&store, &profile)?;
    if let Some(size) = words.sample {
        return sample(&profile, &documents, size, Seed(words.seed));
    }
    if let Some(path) = &words.check {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::said(format!("cannot read {}: {error}", path.display())))?;
        return check(&profile, &documents, &text, words.json);
    }
    table(&profile, &documents, words)
}

/// A profile that comes with the program, or one in a file.
pub fn profile(name: &str) -> Result<Profile, Failure> {
    if let Some(profile) = Profile::built_in(name) {
        return Ok(profile.clone());
    }
    let text = fs::read_to_string(name).map_err(|error| {
        let known: Vec<&str> = record::profile::BUILT_IN.iter().map(|(name, _)| *name).collect();
        Failure::said(format!(
            "`{name}` is none of the built-in profiles ({}) and cannot be read as a file: {error}",
            known.join(", ")
        ))
    })?;
    Ok(Profile::parse(&SourceText::new(name, text))?)
}

/// One document and what the profile says of it.
struct One {
    id: String,
    title: String,
    typed: Typed,
}

const UNTYPED: &str = "(untyped)";

fn kind(profile: &Profile, typed: Typed) -> &str {
    profile.kind(typed).map_or(UNTYPED, |kind| kind.name.as_str())
}

fn typed(store: &Store, profile: &Profile) -> Result<Vec<One>, RecordError> {
    let mut all = Vec::new();
    for batch in store.documents() {
        let batch = batch?;
        let Some(documents) = Documents::of(&batch) else { continue };
        for row in 0..documents.len() {
            all.push(One {
                id: documents.id(row).into(),
                title: documents.title(row).unwrap_or("(no title)").into(),
                typed: profile.apply(&Subject::of(documents, row)),
            });
        }
    }
    Ok(all)
}

fn stored(store: &Store, json: bool) -> Done {
    let mut kinds: BTreeMap<(u8, String), u64> = BTreeMap::new();
    for batch in store.documents() {
        let batch = batch?;
        let Some(documents) = Documents::of(&batch) else { continue };
        for row in 0..documents.len() {
            let name = documents.statement_type(row).unwrap_or(UNTYPED).to_string();
            *kinds.entry((documents.authority(row).unwrap_or(u8::MAX), name)).or_insert(0) += 1;
        }
    }
    let all: u64 = kinds.values().sum();
    if json {
        let types: Vec<_> = kinds
            .iter()
            .map(|((level, name), count)| {
                json!({ "type": name, "authority": (*level < u8::MAX).then_some(level), "documents": count })
            })
            .collect();
        return print_json(&json!({ "documents": all, "types": types }));
    }
    let mut rows = vec![["type", "level", "documents", "share"].map(String::from).to_vec()];
    for ((level, name), count) in &kinds {
        let level = if *level < u8::MAX { level.to_string() } else { "—".into() };
        rows.push(vec![name.clone(), level, count.to_string(), percent(*count as f64 / all.max(1) as f64)]);
    }
    print(&columns(&rows))?;
    print("\nTry a profile on them: demarche record types DIR --profile kcna")
}

fn table(profile: &Profile, documents: &[One], words: &Types) -> Done {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for one in documents {
        *counts.entry(kind(profile, one.typed)).or_insert(0) += 1;
    }
    let all = documents.len().max(1) as f64;
    let by_rule = documents.iter().filter(|one| matches!(one.typed, Typed::ByRule(_))).count();
    let unfit: Vec<&One> = documents.iter().filter(|one| !matches!(one.typed, Typed::ByRule(_))).collect();
    // Spread over the record, so that one day does not fill the list.
    let step = (unfit.len() / words.untyped.max(1)).max(1);
    let titles: Vec<&str> =
        unfit.iter().step_by(step).take(words.untyped).map(|one| one.title.as_str()).collect();
    if words.json {
        let types: Vec<_> = profile
            .types
            .iter()
            .map(|kind| {
                let count = counts.get(kind.name.as_str()).copied().unwrap_or(0);
                json!({ "type": kind.name, "authority": kind.authority, "documents": count, "ground": kind.ground })
            })
            .collect();
        return print_json(&json!({
            "documents": documents.len(), "by_rule": by_rule, "coverage": by_rule as f64 / all,
            "types": types, "untyped": titles,
        }));
    }
    let mut rows = vec![["type", "level", "documents", "share"].map(String::from).to_vec()];
    for kind in &profile.types {
        let count = counts.get(kind.name.as_str()).copied().unwrap_or(0);
        let share = percent(count as f64 / all);
        rows.push(vec![kind.name.clone(), kind.authority.to_string(), count.to_string(), share]);
    }
    if let Some(count) = counts.get(UNTYPED) {
        rows.push(vec![UNTYPED.into(), "—".into(), count.to_string(), percent(*count as f64 / all)]);
    }
    print(&columns(&rows))?;
    let otherwise =
        profile.otherwise.map_or("untyped".into(), |kind| format!("`{}`", profile.types[kind].name));
    print(&format!(
        "\n{by_rule} of {} documents ({}) are typed by a rule; the others are {otherwise}",
        documents.len(),
        percent(by_rule as f64 / all)
    ))?;
    if !titles.is_empty() {
        print(&format!("\nSome that no rule fits:\n  {}", titles.join("\n  ")))?;
    }
    Ok(())
}

fn explain(store: &Store, profile: &Profile, id: &str, json: bool) -> Done {
    for batch in store.documents() {
        let batch = batch?;
        let Some(documents) = Documents::of(&batch) else { continue };
        let Some(row) = (0..documents.len()).find(|&row| documents.id(row) == id) else { continue };
        let subject = Subject::of(documents, row);
        let why = profile.explain(&subject);
        if json {
            return print_json(
                &json!({ "id": id, "title": subject.title, "lead": subject.lead, "why": why }),
            );
        }
        print(&format!(
            "title  {}\nlead   {}\n",
            subject.title,
            subject.lead.split_whitespace().collect::<Vec<_>>().join(" ")
        ))?;
        match (&why.kind, &why.rule) {
            (Some(kind), Some(rule)) => {
                print(&format!("{kind}, level {}, by the rule at {}", why.authority.unwrap_or(0), rule.at))?;
                rule.found.iter().try_for_each(|found| print(&format!("  found {found}")))?;
            }
            (Some(kind), None) => print(&format!("{kind}: no rule fits, and the profile says `otherwise`"))?,
            _ => print("untyped: no rule fits, or the profile does not speak of this outlet")?,
        }
        if let Some(ground) = &why.ground {
            print(&format!("  level: {ground}"))?;
        }
        print(&format!("\n{} rules before it:", why.earlier.len()))?;
        return why.earlier.iter().try_for_each(|looked| print(&earlier(looked)));
    }
    Err(Failure::said(format!("no document has the id `{id}`; `demarche record search` shows the ids")))
}

fn earlier(looked: &Looked) -> String {
    let short = |text: &String| {
        let start: String = text.chars().take(120).collect();
        if start.len() < text.len() { format!("{start}…") } else { start }
    };
    let wanted: Vec<String> = looked.wanted.iter().map(short).collect();
    let against = looked.against.as_deref().unwrap_or("");
    format!("  {} ({}): {against}\n      looked for {}", looked.at, looked.kind, wanted.join("; "))
}

fn sample(profile: &Profile, documents: &[One], size: usize, seed: Seed) -> Done {
    let kinds: Vec<&str> = documents.iter().map(|one| kind(profile, one.typed)).collect();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\"").replace(['\n', '\r'], " "));
    print("id,drawn_as,share,label,title")?;
    for (position, share) in draw(&kinds, size, seed) {
        let one = &documents[position];
        print(&format!("{},{},{share},,{}", quoted(&one.id), quoted(kinds[position]), quoted(&one.title)))?;
    }
    Ok(())
}

fn check(profile: &Profile, documents: &[One], text: &str, json: bool) -> Done {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut checked: Vec<Checked> = Vec::new();
    for row in reader.deserialize() {
        checked.push(row.map_err(|error| {
            Failure::said(format!("the sample: {error}; it has the columns id, drawn_as, share, label"))
        })?);
    }
    let by_id: BTreeMap<&str, &One> = documents.iter().map(|one| (one.id.as_str(), one)).collect();
    let absent = checked.iter().filter(|one| !by_id.contains_key(one.id.as_str())).count();
    checked.retain(|one| by_id.contains_key(one.id.as_str()));
    for one in checked.iter().filter(|one| !one.label.is_empty() && one.label != UNTYPED) {
        if !profile.types.iter().any(|kind| kind.name == one.label) {
            return Err(Failure::said(format!(
                "the sample gives {} the label `{}`, which is no type of the profile",
                one.id, one.label
            )));
        }
    }
    let told: Vec<&str> = checked.iter().map(|one| kind(profile, by_id[one.id.as_str()].typed)).collect();
    let quality = quality(&checked, &told);
    let labeled = checked.iter().filter(|one| !one.label.is_empty()).count();
    // Over all documents: each labeled one stands for as many as its share says.
    let (mut right, mut weight) = (0.0, 0.0);
    for (one, told) in checked.iter().zip(&told).filter(|(one, _)| !one.label.is_empty()) {
        weight += 1.0 / one.share;
        right += if one.label == **told { 1.0 / one.share } else { 0.0 };
    }
    if json {
        return print_json(
            &json!({ "labeled": labeled, "absent": absent, "accuracy": right / weight, "types": quality }),
        );
    }
    let share = |value: Option<f64>| value.map_or("—".into(), |p| format!("{p:.2}"));
    let range =
        |value: Option<Interval>| value.map_or("—".into(), |i| format!("{:.2}–{:.2}", i.low, i.high));
    let mut rows =
        vec![["type", "told", "right", "precision", "90 %", "recall", "90 %"].map(String::from).to_vec()];
    for one in &quality {
        rows.push(vec![
            one.kind.clone(),
            one.told.to_string(),
            one.right.to_string(),
            share(one.precision),
            range(one.precision_interval),
            share(one.recall),
            range(one.recall_interval),
        ]);
    }
    print(&columns(&rows))?;
    print(&format!(
        "\n{labeled} documents labeled, {absent} of the sample not in this record; right, each weighted by how many it stands for: {}",
        percent(right / weight)
    ))
}
