//! What a user reads when a ladder is wrong.

mod common;

use common::seven;
use crisis::{ExamineSettings, Hazard, Ladder, Name, Number, Perception, Spec};
use measure::Seed;
use source::{Place, SourceText};

fn codes(spec: Spec) -> Vec<&'static str> {
    match Ladder::new(spec) {
        Ok(_) => Vec::new(),
        Err(findings) => findings.iter().map(|finding| finding.code).collect(),
    }
}

#[test]
fn every_fault_is_found_at_once() {
    let mut spec = seven().spec();
    spec.start = "war".into();
    spec.actors[0].hawkishness = f64::NAN.into();
    spec.precision = Some((-1.0).into());
    spec.perception = Perception::Error { error: 1.2.into(), upward: 0.5.into() };
    spec.back_channel.as_mut().unwrap().cut = "rung 9".into();
    spec.hazard = Hazard::PerRung(vec![0.1.into(); 3]);
    let expected = [
        "crisis::start",
        "crisis::precision",
        "crisis::number",
        "crisis::probability",
        "crisis::back_channel",
        "crisis::hazard",
    ];
    assert_eq!(codes(spec), expected);
}

#[test]
fn each_fault_has_its_code() {
    let with = |change: fn(&mut Spec)| {
        let mut spec = seven().spec();
        change(&mut spec);
        codes(spec)
    };
    assert_eq!(with(|_| {}), [""; 0]);
    assert_eq!(with(|spec| spec.rungs.truncate(2))[0], "crisis::rungs");
    assert_eq!(with(|spec| spec.rungs[2] = "rung 1".into()), ["crisis::rungs"]);
    assert_eq!(with(|spec| spec.rungs[0] = "accident".into()), ["crisis::rungs"]);
    assert_eq!(with(|spec| spec.rungs[0] = "war_clear".into()), ["crisis::rungs"]);
    assert_eq!(with(|spec| spec.rungs[6] = "accident".into()), ["crisis::rungs"]);
    assert_eq!(with(|spec| spec.start = "elsewhere".into()), ["crisis::start"]);
    assert_eq!(with(|spec| spec.actors.truncate(1)), ["crisis::actors"]);
    assert_eq!(with(|spec| spec.actors[1].id = "blue".into()), ["crisis::actors"]);
    assert_eq!(with(|spec| spec.precision = None), ["crisis::precision", "crisis::precision"]);
    assert_eq!(with(|spec| spec.hazard = Hazard::PerStep(0.3.into())), ["crisis::hazard"]);
    assert_eq!(with(|spec| spec.hazard = Hazard::PerStep((-0.3).into())), ["crisis::hazard"]);
    assert_eq!(with(|spec| spec.hazard = Hazard::PerStep(f64::NAN.into())), ["crisis::hazard"]);
    let row = |shares: [f64; 3]| shares.map(Number::from);
    let mut spec = seven().spec();
    spec.perception =
        Perception::Confusion(Box::new([row([0.9, 0.1, 0.1]), row([0.0, 1.0, 0.0]), row([0.0, -0.1, 1.1])]));
    assert_eq!(codes(spec), ["crisis::perception", "crisis::probability", "crisis::probability"]);
    let mut spec = seven().spec();
    spec.rungs = (0..400).map(|n| Name::from(format!("rung {n}").as_str())).collect();
    assert_eq!(codes(spec), ["crisis::rungs"]);
}

#[test]
fn a_finding_points_at_the_users_words() {
    let file = SourceText::new("crisis.toml", "rungs = [\"calm\", \"alert\", \"war\"]\nstart = \"panic\"\n");
    let mut spec = seven().spec();
    spec.rungs = ["calm", "alert", "war"].map(Name::from).to_vec();
    spec.start = Name::at("panic", &Place::new(&file, 43..50));
    spec.back_channel = None;
    let findings = Ladder::new(spec).unwrap_err();
    assert_eq!(findings.to_string(), "crisis.toml:2: `panic` is no rung of the ladder\n");
    assert_eq!(findings.iter().next().unwrap().help.as_deref(), Some("the rungs are `calm`, `alert`, `war`"));
}

#[test]
fn a_ladder_that_never_absorbs_is_refused() {
    // Nobody ever moves: inertia beats everything, and no accident can happen.
    let mut spec = seven().spec();
    for actor in &mut spec.actors {
        actor.inertia = 1000.0.into();
    }
    spec.hazard = Hazard::PerStep(0.0.into());
    let findings = Ladder::new(spec.clone()).unwrap_err();
    let finding = findings.iter().next().unwrap();
    assert_eq!(finding.code, "crisis::never_absorbs");
    assert_eq!(finding.message, "the crisis can be caught on `rung 3` and never end");
    // An accident ends it.
    spec.hazard = Hazard::PerStep(0.01.into());
    let outcomes = Ladder::new(spec).unwrap().exact();
    assert_eq!((outcomes.accident, outcomes.settled), (1.0, 0.0));
    assert!((outcomes.rounds - 1.0 / 0.03).abs() < 1e-9);
}

#[test]
fn a_result_is_saved_and_read_back_and_has_tables() {
    let mut settings = ExamineSettings::default();
    settings.simulate.trajectories = 500;
    settings.simulate.effort = 20;
    settings.simulate.replications = 4;
    let result = seven().ladder().examine(Seed(1), &settings);
    let json = serde_json::to_value(&result).unwrap();
    let simulated = &json["simulated"]["war_misread"];
    assert!(simulated["p"].is_f64() && simulated["interval"][1].is_f64());
    assert!(json["exact"]["settled"].is_f64() && json["trajectories"] == 500);
    assert!(json["within_rounds"]["5"]["accident"].is_f64());
    assert_eq!(serde_json::from_value::<crisis::CrisisResult>(json).unwrap(), result);
    let rows: Vec<_> = result.tables().iter().map(|(name, table)| (*name, table.num_rows())).collect();
    assert_eq!(
        rows[..4],
        [("ladder-ends", 5), ("ladder-within", 20), ("ladder-by-start", 25), ("ladder-rungs", 5)]
    );
}
