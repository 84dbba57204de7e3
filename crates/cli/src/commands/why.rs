use assessment::{Entry, Kind, Ledger, Settings, Shown, Step, out_dir, passages};
use serde_json::{Value, json};

use super::{Done, print, print_json};
use crate::failure::Failure;
use crate::words::Why;

/// Grounds of one kind shown below a number; the rest is counted.
const SHOWN: usize = 8;

pub fn run(words: &Why) -> Done {
    let out = out_dir(&words.dir, &Settings { out: words.out.clone(), ..Settings::default() });
    let path = out.join("assessment.json");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        let dir = words.dir.display();
        Failure::said(format!("cannot read {}: {error}\nrun first: demarche assess {dir}", path.display()))
    })?;
    let mut saved: Value = serde_json::from_str(&text).map_err(Failure::said)?;
    let ledger: Ledger = serde_json::from_value(saved["numbers"].take()).map_err(Failure::said)?;
    let Some(id) = &words.id else { return list(&ledger, words) };
    let judgment = format!("judgment.{id}");
    let id = if ledger.get(id).is_some() { id } else { &judgment };
    if ledger.get(id).is_none() {
        return Err(unknown(&ledger, words));
    }
    let chain: Vec<Step<'_>> =
        ledger.chain(id).into_iter().filter(|step| step.depth <= words.depth).collect();
    if words.json {
        let steps = chain.iter().map(|step| match &step.entry {
            Ok(entry) => json!({ "depth": step.depth, "entry": entry }),
            Err(missing) => json!({ "depth": step.depth, "missing": missing }),
        });
        return print_json(&steps.collect::<Vec<_>>());
    }
    show(&chain, words)
}

fn list(ledger: &Ledger, words: &Why) -> Done {
    let judgments: Vec<&Entry> = ledger.iter().filter(|entry| entry.kind == Kind::Judgment).collect();
    if words.json {
        return print_json(&judgments);
    }
    for entry in judgments {
        let id = entry.id.strip_prefix("judgment.").unwrap_or(&entry.id);
        print(&format!("{id}\n    {}", line(entry)))?;
    }
    print("\nFor one of them, or for any number in the report: demarche why DIR ID")
}

fn unknown(ledger: &Ledger, words: &Why) -> Failure {
    let asked = words.id.as_deref().unwrap_or_default();
    let near: Vec<&str> = ledger.ids().filter(|id| id.contains(asked)).take(SHOWN).collect();
    let help = if near.is_empty() {
        "without an id, `demarche why` lists the judgments".to_string()
    } else {
        format!("did you mean one of these?\n  {}", near.join("\n  "))
    };
    Failure::said(format!("there is no number with the id `{asked}`\n{help}"))
}

fn line(entry: &Entry) -> String {
    let value = entry.value.map(|value| format!(" = {}", short(value))).unwrap_or_default();
    let interval =
        entry.interval.map(|i| format!(" ({} to {})", short(i.low), short(i.high))).unwrap_or_default();
    let at = entry.at.as_ref().map(|at| format!("  [{at}]")).unwrap_or_default();
    format!("{}{value}{interval}{at}", entry.text)
}

fn short(value: f64) -> String {
    if value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e6) {
        format!("{value:.2e}")
    } else {
        format!("{value:.3}")
    }
}

/// The chain as an outline; of many events or documents under one number only the first are printed.
fn show(chain: &[Step<'_>], words: &Why) -> Done {
    let mut run = 0;
    let mut skipped = 0;
    let mut before = None;
    for step in chain {
        let indent = "  ".repeat(step.depth);
        let entry = match &step.entry {
            Ok(entry) => entry,
            Err(missing) => {
                print(&format!("{indent}{missing}: not in the ledger"))?;
                continue;
            }
        };
        let key = (step.depth, entry.kind);
        let many = matches!(entry.kind, Kind::Event | Kind::Document | Kind::Parameter);
        run = if before == Some(key) { run + 1 } else { 0 };
        if skipped > 0 && before != Some(key) {
            let (depth, _) = before.unwrap_or(key);
            print(&format!("{}… and {skipped} more (--json shows all)", "  ".repeat(depth)))?;
            skipped = 0;
        }
        before = Some(key);
        if many && run >= SHOWN {
            skipped += 1;
            continue;
        }
        print(&format!("{indent}{}", line(entry)))?;
        if step.again && !entry.grounds.is_empty() {
            print(&format!("{indent}    (its grounds stand above)"))?;
            continue;
        }
        if let Some(because) = &entry.because {
            print(&format!("{indent}    because: {because}"))?;
        }
        if entry.kind == Kind::Series && words.passages > 0 {
            quotations(entry, &indent, words)?;
        }
    }
    if skipped > 0 {
        let depth = before.map_or(0, |(depth, _)| depth);
        print(&format!("{}… and {skipped} more (--json shows all)", "  ".repeat(depth)))?;
    }
    Ok(())
}

fn quotations(entry: &Entry, indent: &str, words: &Why) -> Done {
    let series = entry.id.strip_prefix("series.").unwrap_or(&entry.id);
    if !series.contains('@') {
        return Ok(());
    }
    match passages(&words.dir, series, words.passages)? {
        Shown::Absent(reason) => print(&format!("{indent}    passages: {reason}")),
        Shown::Passages(found) if found.is_empty() => {
            print(&format!("{indent}    passages: the phrase does not stand in the texts"))
        }
        Shown::Passages(found) => {
            print(&format!("{indent}    latest passages (one per document):"))?;
            for passage in found {
                let (before, hit, after) = &passage.text;
                let link = passage.link.as_ref().map(|link| format!(" {link}")).unwrap_or_default();
                print(&format!("{indent}      {} {} [{}]{link}", passage.date, passage.title, passage.at))?;
                print(&format!("{indent}        …{before}»{hit}«{after}…"))?;
            }
            Ok(())
        }
    }
}
