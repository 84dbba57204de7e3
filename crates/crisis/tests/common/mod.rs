//! What several test files need.
#![allow(dead_code, reason = "each test file is a crate of its own and uses a part")]

use std::path::PathBuf;

use crisis::{ActorSpec, BackChannel, Hazard, Ladder, Perception, Spec};
use source::Place;

/// The parameters of the model ladder-2x10 (and of shorter ones): two actors see each other in fog.
#[derive(Clone, Debug)]
pub struct TwoActors {
    pub rungs: usize,
    pub precision: f64,
    pub reciprocity: [f64; 2],
    pub hawkishness: [f64; 2],
    pub fear: [f64; 2],
    pub inertia: f64,
    pub error: f64,
    pub upward: f64,
    pub channel: f64,
    pub cut: usize,
    pub eta: f64,
    pub start: usize,
}

impl TwoActors {
    pub fn spec(&self) -> Spec {
        let rung = |number: usize| match number {
            0 => "settled".to_owned(),
            number if number + 1 == self.rungs => "war".to_owned(),
            number => format!("rung {number}"),
        };
        let actor = |i: usize| ActorSpec {
            id: ["blue", "red"][i].into(),
            reciprocity: self.reciprocity[i].into(),
            hawkishness: self.hawkishness[i].into(),
            fear_of_height: self.fear[i].into(),
            inertia: self.inertia.into(),
            precision: None,
            perception: None,
        };
        Spec {
            place: Place::nowhere(),
            rungs: (0..self.rungs).map(|number| rung(number).as_str().into()).collect(),
            start: rung(self.start).as_str().into(),
            actors: vec![actor(0), actor(1)],
            precision: Some(self.precision.into()),
            perception: Perception::Error { error: self.error.into(), upward: self.upward.into() },
            back_channel: Some(BackChannel {
                strength: self.channel.into(),
                cut: rung(self.cut).as_str().into(),
            }),
            hazard: Hazard::PerStep(self.eta.into()),
        }
    }

    pub fn ladder(&self) -> Ladder {
        Ladder::new(self.spec()).unwrap()
    }
}

/// A ladder of seven rungs that goes either way.
pub fn seven() -> TwoActors {
    TwoActors {
        rungs: 7,
        precision: 2.0,
        reciprocity: [1.0, 0.8],
        hawkishness: [0.3, 0.2],
        fear: [1.0, 1.2],
        inertia: 0.2,
        error: 0.25,
        upward: 0.7,
        channel: 0.5,
        cut: 3,
        eta: 0.002,
        start: 3,
    }
}

/// A file of the reference data, or `None` with a loud line where there is none.
pub fn reference(path: &str) -> Option<serde_json::Value> {
    let root = std::env::var_os("DEMARCHE_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let file = root.join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(error) => {
            eprintln!("SKIPPED: {} cannot be read ({error}); set DEMARCHE_DATA", file.display());
            None
        }
    }
}

/// |a/b − 1|, or |a| where b is 0.
pub fn relative(a: f64, b: f64) -> f64 {
    if b == 0.0 { a.abs() } else { (a / b - 1.0).abs() }
}
