//! `record.toml`: which files hold what was said and done.

use source::Finding;

use super::table::{At, Table};

/// A data file of the record.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// Stable id, as used in `signals.toml`.
    pub id: String,
    /// Relative to the assessment; `${NAME}` is taken from the environment.
    pub file: At<String>,
    /// Rules for other people's column names, if needed.
    pub map: Option<At<String>>,
    /// The documents behind a table of counts.
    pub documents: Option<At<String>>,
    /// How the file was made, or where it is from.
    pub ground: Option<String>,
}

/// A table of one value per document, whose means per period are a series.
#[derive(Clone, Debug)]
pub struct ScoreFile {
    /// The file; its columns are `date`, optionally `id`, and those below.
    pub file: DataFile,
    /// Column of the value.
    pub value: String,
    /// Column of the weight, if documents do not weigh alike.
    pub weight: Option<String>,
    /// Columns that keep unlike documents apart.
    pub strata: Vec<String>,
}

/// The content of `record.toml`.
#[derive(Clone, Debug, Default)]
pub struct RecordSpec {
    /// Dated events.
    pub events: Vec<DataFile>,
    /// Counts per phrase, stratum and period.
    pub counts: Vec<DataFile>,
    /// Measured values per period.
    pub values: Vec<DataFile>,
    /// Measured values per document.
    pub scores: Vec<ScoreFile>,
    /// Word frequencies per stratum and period.
    pub words: Vec<DataFile>,
    /// Full texts, where they are at hand.
    pub texts: Vec<DataFile>,
}

pub(super) fn read(root: &Table<'_>) -> RecordSpec {
    let files = |key| root.tables(key).iter().filter_map(data_file).collect::<Vec<_>>();
    let spec = RecordSpec {
        events: files("events"),
        counts: files("counts"),
        values: files("values"),
        scores: root.tables("scores").iter().filter_map(score_file).collect(),
        words: files("words"),
        texts: files("texts"),
    };
    let scores: Vec<DataFile> = spec.scores.iter().map(|scores| scores.file.clone()).collect();
    for list in [&spec.events, &spec.counts, &spec.values, &scores, &spec.words, &spec.texts] {
        for (index, file) in list.iter().enumerate() {
            if list[..index].iter().any(|other| other.id == file.id) {
                root.report(
                    Finding::error(
                        "record::twice",
                        format!("the id `{}` stands twice", file.id),
                        &file.file.place,
                    )
                    .help("give each file of one kind its own id"),
                );
            }
        }
    }
    spec
}

fn score_file(table: &Table<'_>) -> Option<ScoreFile> {
    let value = table.text("value").map_or_else(|| "value".to_string(), |text| text.value);
    let weight = table.text("weight").map(|text| text.value);
    let strata = table.texts("strata").into_iter().map(|text| text.value).collect();
    Some(ScoreFile { file: data_file(table)?, value, weight, strata })
}

fn data_file(table: &Table<'_>) -> Option<DataFile> {
    let id = table.id();
    let file = table.require_text("file", "\"record/….csv\"");
    let (map, documents) = (table.text("map"), table.text("documents"));
    let ground = table.ground();
    Some(DataFile { id: id?.value, file: file?, map, documents, ground })
}

/// The path that a name in `record.toml` stands for, or the environment variable that is not set.
pub fn resolve(dir: &std::path::Path, file: &str) -> Result<std::path::PathBuf, String> {
    let mut text = String::new();
    let mut rest = file;
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find('}') else { break };
        let name = &rest[start + 2..start + end];
        text.push_str(&rest[..start]);
        text.push_str(&std::env::var(name).map_err(|_| name.to_string())?);
        rest = &rest[start + end + 1..];
    }
    text.push_str(rest);
    Ok(dir.join(text))
}
