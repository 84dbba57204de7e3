//! Folders to start from: a small commented assessment that runs as it is, and the canonical games of the field.

use std::fs;
use std::path::Path;

use crate::AssessmentError;

/// A file of a template: its name and its text.
type File = (&'static str, &'static str);

/// The files of the template.
const FILES: [File; 13] = [
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

/// A canonical game as a folder that runs.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// What to type.
    pub name: &'static str,
    /// What it is and where it comes from.
    pub title: &'static str,
    files: [File; 6],
}

macro_rules! game {
    ($name:literal, $title:literal) => {
        Template {
            name: $name,
            title: $title,
            files: [
                ("README.md", include_str!(concat!("../games/", $name, "/README.md"))),
                ("assessment.toml", include_str!(concat!("../games/", $name, "/assessment.toml"))),
                ("record.toml", include_str!(concat!("../games/", $name, "/record.toml"))),
                ("signals.toml", include_str!(concat!("../games/", $name, "/signals.toml"))),
                ("hypotheses.toml", include_str!(concat!("../games/", $name, "/hypotheses.toml"))),
                ("calculus.toml", include_str!(concat!("../games/", $name, "/calculus.toml"))),
            ],
        }
    };
}

/// The canonical games; their conditions are derived in `docs/games.md`.
pub const GAMES: [Template; 11] = [
    game!("audience-costs", "crisis bargaining with audience costs (Fearon 1994)"),
    game!("tying-hands", "tying hands against sinking costs (Fearon 1997)"),
    game!(
        "unilateral-deterrence",
        "unilateral deterrence with incomplete information (Zagare & Kilgour 2000)"
    ),
    game!("mutual-deterrence", "mutual deterrence with incomplete information (Zagare & Kilgour 2000)"),
    game!("brinkmanship", "brinkmanship with autonomous risk (Powell 1990)"),
    game!("chicken", "chicken with misperceived payoffs (Jervis 1976)"),
    game!("security-dilemma", "the security dilemma (Kydd 2005)"),
    game!("reassurance", "reassurance by costly gestures (Kydd 2005)"),
    game!("cheap-talk", "cheap talk between a biased sender and a receiver (Crawford & Sobel 1982)"),
    game!("extended-deterrence", "alliance and extended deterrence with three players (Smith 1995)"),
    game!("two-level", "a two-level game with domestic factions (Putnam 1988)"),
];

/// Writes the template into `dir`, which must not exist or be empty.
///
/// # Errors
/// [`AssessmentError::File`].
pub fn new(dir: &Path) -> Result<Vec<&'static str>, AssessmentError> {
    write(dir, &FILES)
}

/// Writes the folder of a canonical game into `dir`, which must not exist or be empty.
///
/// # Errors
/// [`AssessmentError::File`].
pub fn new_game(dir: &Path, game: &Template) -> Result<Vec<&'static str>, AssessmentError> {
    write(dir, &game.files)
}

fn write(dir: &Path, files: &[File]) -> Result<Vec<&'static str>, AssessmentError> {
    let used = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if used {
        return Err(AssessmentError::File {
            action: "write into",
            path: dir.into(),
            reason: "the folder is not empty; name a new one".into(),
        });
    }
    for (name, text) in files {
        let path = dir.join(name);
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).map_err(|error| AssessmentError::file("make", folder, &error))?;
        fs::write(&path, text).map_err(|error| AssessmentError::file("write", &path, &error))?;
    }
    Ok(files.iter().map(|(name, _)| *name).collect())
}
