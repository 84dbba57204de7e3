//! A small commented assessment that runs as it is.

use std::fs;
use std::path::Path;

use crate::AssessmentError;

/// The files of the template.
const FILES: [(&str, &str); 13] = [
    ("README.md", include_str!("../template/README.md")),
    ("assessment.toml", include_str!("../template/assessment.toml")),
    ("record.toml", include_str!("../template/record.toml")),
    ("lexicon.toml", include_str!("../template/lexicon.toml")),
    ("signals.toml", include_str!("../template/signals.toml")),
    ("hypotheses.toml", include_str!("../template/hypotheses.toml")),
    ("parameters.toml", include_str!("../template/parameters.toml")),
    ("calculus.toml", include_str!("../template/calculus.toml")),
    ("crisis.toml", include_str!("../template/crisis.toml")),
    ("options.toml", include_str!("../template/options.toml")),
    ("forecasts.toml", include_str!("../template/forecasts.toml")),
    ("record/events.csv", include_str!("../template/record/events.csv")),
    ("record/speeches.csv", include_str!("../template/record/speeches.csv")),
];

/// Writes the template into `dir`, which must not exist or be empty.
///
/// # Errors
/// [`AssessmentError::File`].
pub fn new(dir: &Path) -> Result<Vec<&'static str>, AssessmentError> {
    let used = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        return Err(AssessmentError::File {
            action: "write into",
            path: dir.into(),
            reason: "the folder is not empty; name a new one".into(),
        });
    }
    fs::create_dir_all(dir.join("record")).map_err(|error| AssessmentError::file("make", dir, &error))?;
    for (name, text) in FILES {
        let path = dir.join(name);
        fs::write(&path, text).map_err(|error| AssessmentError::file("write", &path, &error))?;
    }
    Ok(FILES.map(|(name, _)| name).to_vec())
}
