//! Time of one exact solution, as it is asked for in every world: `cargo bench -p crisis`.

use std::time::Instant;

use crisis::{ActorSpec, BackChannel, Hazard, Ladder, Perception, SimulateSettings, Spec};
use measure::Seed;
use source::Place;

fn spec(rungs: usize, actors: usize, hawkishness: f64) -> Spec {
    let actor = |i: usize| ActorSpec {
        id: format!("actor {i}").as_str().into(),
        reciprocity: 1.0.into(),
        hawkishness: hawkishness.into(),
        fear_of_height: 1.0.into(),
        inertia: 0.2.into(),
        precision: None,
        perception: None,
    };
    Spec {
        place: Place::nowhere(),
        rungs: (0..rungs).map(|rung| format!("rung {rung}").as_str().into()).collect(),
        start: "rung 1".into(),
        actors: (0..actors).map(actor).collect(),
        precision: Some(2.0.into()),
        perception: Perception::Error { error: 0.25.into(), upward: 0.7.into() },
        back_channel: Some(BackChannel { strength: 0.5.into(), cut: "rung 1".into() }),
        hazard: Hazard::PerStep(0.002.into()),
    }
}

fn main() {
    for (rungs, actors) in [(7, 2), (10, 2), (40, 2), (7, 3)] {
        let (n, mut total) = (2_000, 0.0);
        let start = Instant::now();
        for world in 0..n {
            let ladder = Ladder::new(spec(rungs, actors, 0.1 + f64::from(world) * 1e-5)).unwrap();
            total += ladder.exact().war();
        }
        let each = start.elapsed() / n;
        println!(
            "{rungs} rungs, {actors} actors: {each:?} for Ladder::new and exact (mean war {})",
            total / f64::from(n)
        );
    }
    let start = Instant::now();
    let simulation = Ladder::new(spec(7, 2, 0.3)).unwrap().simulate(Seed(1), &SimulateSettings::default());
    println!("{} trajectories: {:?}", simulation.trajectories, start.elapsed());
    let mut calm = spec(7, 2, 0.3);
    calm.actors.iter_mut().for_each(|actor| actor.fear_of_height = 3.0.into());
    let ladder = Ladder::new(calm).unwrap();
    let start = Instant::now();
    let simulation = ladder.simulate(Seed(1), &SimulateSettings::default());
    println!(
        "rare: {:?}: {:?}, exact {:e}",
        start.elapsed(),
        simulation.ends["rung 6"],
        ladder.exact().war()
    );
}
