//! Two statements, sentence by sentence.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use record::documents::Documents;
use report::StatementLabel;
use serde::Serialize;
use shift::{Change, ChangeKind, PieceKind, WordingDiff, wording_diff};

use super::selection::{documents, read};
use super::{Done, columns, print, print_json};
use crate::failure::Failure;
use crate::words::wording::Diff;

/// One of the two statements.
#[derive(Clone, Debug, Serialize)]
struct Statement {
    id: String,
    date: Option<String>,
    outlet: Option<String>,
    #[serde(rename = "type")]
    statement_type: Option<String>,
    speaker: Option<String>,
    title: String,
    at: String,
    #[serde(skip)]
    link: Option<String>,
    #[serde(skip)]
    text: String,
}

#[derive(Debug, Serialize)]
struct Report {
    before: Statement,
    after: Statement,
    /// How the earlier statement was chosen, if the user named only the later.
    chosen: Option<String>,
    warnings: Vec<String>,
    #[serde(rename = "diff")]
    wording: WordingDiff,
}

pub fn run(words: &Diff) -> Done {
    let files: Vec<&Path> = words.what.iter().map(Path::new).collect();
    let (before, after, chosen) = match files[..] {
        [first, second] if first.is_file() && second.is_file() => (plain(first)?, plain(second)?, None),
        _ => {
            let Some((source, ids)) = words.what.split_first() else { unreachable!("clap asks for two") };
            from_record(Path::new(source), words.map.as_deref(), ids)?
        }
    };
    let wording = wording_diff(&before.text, &after.text);
    let mut warnings = Vec::new();
    for (name, a, b) in [
        ("type", &before.statement_type, &after.statement_type),
        ("outlet", &before.outlet, &after.outlet),
        ("speaker", &before.speaker, &after.speaker),
    ] {
        if a != b {
            let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".into());
            warnings.push(format!(
                "the statements differ in {name} ({} and {}): a change of wording may be one of {name}",
                text(a),
                text(b)
            ));
        }
    }
    if let Some(path) = &words.html {
        let page = report::diff_page(&wording, &label(&before), &label(&after));
        fs::write(path, page)
            .map_err(|error| Failure::said(format!("cannot write {}: {error}", path.display())))?;
    }
    let report = Report { before, after, chosen, warnings, wording };
    if words.json { print_json(&report) } else { show(&report, words.html.as_ref()) }
}

fn label(statement: &Statement) -> StatementLabel {
    let about = [&statement.date, &statement.outlet, &statement.statement_type, &statement.speaker];
    StatementLabel {
        title: statement.title.clone(),
        about: about.into_iter().flatten().cloned().collect::<Vec<_>>().join(", "),
        link: statement.link.clone().filter(|link| link.starts_with("http")),
    }
}

fn plain(path: &Path) -> Result<Statement, Failure> {
    let bytes =
        fs::read(path).map_err(|error| Failure::said(format!("cannot read {}: {error}", path.display())))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::said(format!("{} is not UTF-8 text; save it as UTF-8", path.display())))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Statement {
        id: name.clone(),
        date: None,
        outlet: None,
        statement_type: None,
        speaker: None,
        title: name,
        at: path.display().to_string(),
        link: None,
        text: text.trim_start_matches('\u{feff}').to_string(),
    })
}

fn statement(documents: &Documents<'_>, row: usize) -> Statement {
    let own = |value: Option<&str>| value.map(str::to_string);
    let (title, text) = (documents.title(row).unwrap_or(""), documents.text(row).unwrap_or(""));
    Statement {
        id: documents.id(row).into(),
        date: Some(documents.date(row).to_string()),
        outlet: own(documents.outlet(row)),
        statement_type: own(documents.statement_type(row)),
        speaker: own(documents.speaker(row)),
        title: title.into(),
        at: documents.at(row).to_string(),
        link: own(documents.link(row)),
        text: if text.trim().is_empty() { title.into() } else { text.into() },
    }
}

fn from_record(
    source: &Path,
    map: Option<&Path>,
    ids: &[String],
) -> Result<(Statement, Statement, Option<String>), Failure> {
    let batches = read(&[PathBuf::from(source)], map)?;
    let one = |id: &String| -> Result<(Documents<'_>, usize), Failure> {
        let found: Vec<_> = documents(&batches).filter(|(d, row)| d.id(*row) == id).take(2).collect();
        match found[..] {
            [one] => Ok(one),
            [] => Err(Failure::said(format!("there is no document `{id}` in {}", source.display()))),
            _ => Err(Failure::said(format!("several documents have the id `{id}`"))),
        }
    };
    match ids {
        [first, second] => {
            let (mut a, mut b) = (one(first)?, one(second)?);
            if a.0.date(a.1) > b.0.date(b.1) {
                std::mem::swap(&mut a, &mut b);
            }
            Ok((statement(&a.0, a.1), statement(&b.0, b.1), None))
        }
        [id] => {
            let later = one(id)?;
            let (earlier, chosen) = predecessor(&batches, later).ok_or_else(|| {
                Failure::said(format!("no earlier statement stands beside `{id}`; name one"))
            })?;
            Ok((statement(&earlier.0, earlier.1), statement(&later.0, later.1), Some(chosen)))
        }
        _ => Err(Failure::said("name one or two ids after the folder")),
    }
}

/// Titles less alike than this are not those of one kind of statement.
const ALIKE: f64 = 0.5;

/// The statement that this one followed: the latest earlier one of the same outlet, type and speaker; where the type is
/// not known, the one with the most similar title in the outlet, the latest of several.
fn predecessor<'b>(
    batches: &'b [RecordBatch],
    (later, at): (Documents<'b>, usize),
) -> Option<((Documents<'b>, usize), String)> {
    let earlier = documents(batches).filter(|(d, row)| {
        d.date(*row) < later.date(at)
            && d.outlet(*row) == later.outlet(at)
            && d.language(*row) == later.language(at)
    });
    if let Some(kind) = later.statement_type(at) {
        let same = earlier
            .filter(|(d, row)| d.statement_type(*row) == Some(kind) && d.speaker(*row) == later.speaker(at));
        let found = same.max_by(|a, b| (a.0.date(a.1), a.0.id(a.1)).cmp(&(b.0.date(b.1), b.0.id(b.1))))?;
        return Some((found, "the latest earlier statement of the same outlet, type and speaker".into()));
    }
    let title = later.title(at)?;
    let ranked = earlier.filter_map(|(d, row)| {
        let likeness = similar_titles(title, d.title(row)?);
        (likeness >= ALIKE).then_some(((d, row), likeness))
    });
    let (found, likeness) = ranked.max_by(|(a, x), (b, y)| {
        x.total_cmp(y).then((a.0.date(a.1), a.0.id(a.1)).cmp(&(b.0.date(b.1), b.0.id(b.1))))
    })?;
    Some((
        found,
        format!(
            "the earlier statement of the same outlet with the most similar title ({likeness:.2}; types are not known)"
        ),
    ))
}

/// Words in common over all words (Dice), case aside; numbers do not count, they are what changes from year to year.
fn similar_titles(a: &str, b: &str) -> f64 {
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        signal::tokens(text)
            .map(|token| token.text.to_lowercase())
            .filter(|word| !word.chars().all(|c| c.is_ascii_digit()))
            .collect()
    };
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    2.0 * a.intersection(&b).count() as f64 / (a.len() + b.len()) as f64
}

/// How changes are set off: in color on a terminal, with signs elsewhere.
#[derive(Clone, Copy)]
enum Marks {
    Color,
    Signs,
}

fn show(report: &Report, html: Option<&PathBuf>) -> Done {
    let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let marks = if color { Marks::Color } else { Marks::Signs };
    for (name, statement) in [("earlier", &report.before), ("later  ", &report.after)] {
        let label = label(statement);
        print(&format!("{name}  {} ({}) [{}]", label.title, label.about, statement.at))?;
    }
    if let Some(chosen) = &report.chosen {
        print(&format!("The earlier statement is {chosen}."))?;
    }
    for warning in &report.warnings {
        print(&format!("warning: {warning}"))?;
    }
    let s = report.wording.summary;
    print(&format!(
        "{} same, {} reworded, {} moved, {} dropped, {} added; {} of {} words kept, {} now\n",
        s.same, s.reworded, s.moved, s.dropped, s.added, s.words_kept, s.words_before, s.words_after
    ))?;
    let mut same = 0;
    for change in &report.wording.changes {
        if change.kind == ChangeKind::Same {
            same += 1;
            continue;
        }
        if same > 0 {
            print(&format!("           … {same} the same"))?;
            same = 0;
        }
        print(&line(change, marks))?;
    }
    if same > 0 {
        print(&format!("           … {same} the same"))?;
    }
    if !report.wording.address.is_empty() {
        print("\nTitles and forms of address")?;
        let mut rows = vec![["  name", "title", "earlier", "later"].map(String::from).to_vec()];
        for one in &report.wording.address {
            for title in &one.titles {
                let or =
                    |text: &str, other: &str| if text.is_empty() { other.into() } else { text.to_string() };
                rows.push(vec![
                    format!("  {}", or(&one.name, "(addressed)")),
                    or(&title.title, "(bare name)"),
                    title.before.to_string(),
                    title.after.to_string(),
                ]);
            }
        }
        print(&columns(&rows))?;
    }
    html.map_or(Ok(()), |path| print(&format!("\nAs a page: {}", path.display())))
}

fn line(change: &Change, marks: Marks) -> String {
    let number = |of: &[usize]| of.iter().map(|n| (n + 1).to_string()).collect::<Vec<_>>().join("–");
    let (sign, place) = match change.kind {
        ChangeKind::Same => (" ", number(&change.after)),
        ChangeKind::Reworded => ("~", number(&change.after)),
        ChangeKind::Added => ("+", number(&change.after)),
        ChangeKind::Dropped => ("-", number(&change.before)),
        ChangeKind::Moved => (">", format!("{}→{}", number(&change.before), number(&change.after))),
    };
    let whole = matches!(change.kind, ChangeKind::Added | ChangeKind::Dropped);
    let mut text = String::new();
    for piece in &change.pieces {
        match (piece.kind, marks) {
            (PieceKind::Kept, _) => text.push_str(&piece.text),
            (PieceKind::Dropped, Marks::Color) => {
                text.push_str(&format!("\u{1b}[31m{}\u{1b}[0m", piece.text))
            }
            (PieceKind::Added, Marks::Color) => text.push_str(&format!("\u{1b}[32m{}\u{1b}[0m", piece.text)),
            (_, Marks::Signs) if whole => text.push_str(&piece.text),
            (PieceKind::Dropped, Marks::Signs) => text.push_str(&format!("[-{}-]", piece.text)),
            (PieceKind::Added, Marks::Signs) => text.push_str(&format!("{{+{}+}}", piece.text)),
        }
    }
    format!("{sign} {place:>7}  {text}")
}
