//! Laws of ladders, checked on random ones.

mod common;

use common::{TwoActors, relative, seven};
use crisis::{ActorSpec, Ladder, Move, Perception, SimulateSettings, Spec};
use measure::Seed;
use proptest::prelude::*;

fn ladders() -> impl Strategy<Value = TwoActors> {
    let pair = |range: std::ops::Range<f64>| [range.clone(), range];
    let motives = (0.0..3.0, pair(0.0..2.0), pair(-0.5..1.0), pair(0.0..2.0), 0.0..0.5);
    let fog = (0.0..0.6, 0.0..1.0, 0.0..1.0, 0.0..0.02);
    (3_usize..7, motives, fog, 0_usize..100, 0_usize..100).prop_map(|(rungs, motives, fog, start, cut)| {
        TwoActors {
            rungs,
            precision: motives.0,
            reciprocity: motives.1,
            hawkishness: motives.2,
            fear: motives.3,
            inertia: motives.4,
            error: fog.0,
            upward: fog.1,
            channel: fog.2,
            cut: cut % rungs,
            eta: fog.3,
            start: 1 + start % (rungs - 2),
        }
    })
}

/// The ends by plain enumeration of what each sees and does, iterated until nothing moves any more.
fn by_iteration(two: &TwoActors) -> [f64; 4] {
    let top = two.rungs - 1;
    let mut now = vec![0.0; two.rungs * 9];
    now[two.start * 9 + 4] = 1.0;
    let mut ends = [0.0; 4];
    let exp = measure::portable::exp;
    for _ in 0..20_000 {
        let mut next = vec![0.0; now.len()];
        for (key, &here) in now.iter().enumerate().filter(|(_, p)| **p > 1e-18) {
            let rung = key / 9;
            let last = [key % 9 / 3, key % 3];
            let accident = two.eta * rung as f64;
            ends[3] += here * accident;
            let error = two.error * if rung <= two.cut { 1.0 - two.channel } else { 1.0 };
            for case in 0..81 {
                let (seen, moved) = ([case / 27, case / 9 % 3], [case / 3 % 3, case % 3]);
                let mut p = here * (1.0 - accident);
                for i in 0..2 {
                    let (truth, s) = (last[1 - i], seen[i]);
                    let higher = (0..3).rev().find(|&w| w != truth).unwrap() == s;
                    p *= match (s == truth, higher) {
                        (true, _) => 1.0 - error,
                        (false, true) => error * two.upward,
                        (false, false) => error * (1.0 - two.upward),
                    };
                    let utility = |a: usize| {
                        let a = a as f64 - 1.0;
                        let drive = two.reciprocity[i] * (s as f64 - 1.0) + two.hawkishness[i]
                            - two.fear[i] * rung as f64 / top as f64;
                        exp(two.precision * (a * drive - two.inertia * a * a))
                    };
                    p *= utility(moved[i]) / (0..3).map(utility).sum::<f64>();
                }
                let to = (rung + moved[0] + moved[1]).saturating_sub(2).min(top);
                let misread = seen[0] != last[1] || seen[1] != last[0];
                match to {
                    0 => ends[0] += p,
                    to if to == top => ends[if misread { 1 } else { 2 }] += p,
                    to => next[to * 9 + moved[0] * 3 + moved[1]] += p,
                }
            }
        }
        now = next;
    }
    ends
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn exact_agrees_with_enumeration_of_rounds(two in ladders()) {
        let slow = TwoActors { precision: two.precision.min(1.5), ..two };
        let expected = by_iteration(&slow);
        // What has not ended yet makes the slow answer smaller.
        let left = 1.0 - expected.iter().sum::<f64>();
        for (p, expected) in slow.ladder().exact().values().into_iter().zip(expected) {
            prop_assert!((p - expected).abs() < 1e-12 + left.max(0.0), "{} {}", p, expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn ends_sum_to_one(two in ladders()) {
        let outcomes = two.ladder().exact();
        prop_assert!((outcomes.settled + outcomes.disaster() - 1.0).abs() < 1e-12);
        prop_assert!(outcomes.rounds >= 1.0 - 1e-12);
    }

    #[test]
    fn renamed_and_swapped_actors_make_the_same_crisis(two in ladders()) {
        let mut spec = two.spec();
        spec.actors.reverse();
        let (a, b) = (two.ladder().exact(), Ladder::new(spec).unwrap().exact());
        for (a, b) in a.values().into_iter().zip(b.values()) {
            prop_assert!(relative(a, b) < 1e-11);
        }
    }

    #[test]
    fn occupancy_sums_to_the_rounds(two in ladders()) {
        let ladder = two.ladder();
        let rounds: f64 = ladder.occupancy().iter().map(|rung| rung.rounds).sum();
        prop_assert!(relative(rounds, ladder.exact().rounds) < 1e-11);
    }

    #[test]
    fn nothing_is_likelier_later_to_have_ended_than_at_last(two in ladders()) {
        let ladder = two.ladder();
        let within = ladder.within(&[1, 3, 9, 27]);
        for pair in within.windows(2) {
            prop_assert!(pair[0].values().iter().zip(pair[1].values()).all(|(a, b)| *a <= b));
        }
        prop_assert!(within[3].values().iter().zip(ladder.exact().values()).all(|(a, b)| *a <= b * (1.0 + 1e-12)));
    }

    #[test]
    fn a_channel_without_strength_changes_nothing(two in ladders()) {
        let none = Ladder::new(Spec { back_channel: None, ..two.spec() }).unwrap().exact();
        prop_assert_eq!(two.ladder().with_channel(0.0).unwrap().exact(), none);
    }

    #[test]
    fn with_a_perfect_channel_everywhere_nobody_misreads(two in ladders()) {
        let cut = two.rungs - 1;
        let ladder = TwoActors { cut, ..two }.ladder();
        prop_assert_eq!(ladder.with_channel(1.0).unwrap().exact().war_misread, 0.0);
    }

    #[test]
    fn error_and_confusion_are_two_ways_to_write_one_thing(two in ladders()) {
        let (e, up) = (two.error, two.upward);
        let rows = [[1.0 - e, e * (1.0 - up), e * up], [e * (1.0 - up), 1.0 - e, e * up], [e * (1.0 - up), e * up, 1.0 - e]];
        let perception = Perception::Confusion(Box::new(rows.map(|row| row.map(Into::into))));
        let b = Ladder::new(Spec { perception, ..two.spec() }).unwrap().exact();
        prop_assert_eq!(two.ladder().exact(), b);
    }

    #[test]
    fn no_path_is_likelier_than_war(two in ladders()) {
        let ladder = two.ladder();
        let (path, war) = (ladder.likely_path_to_war(), ladder.exact().war());
        prop_assert_eq!(path.is_some(), war > 0.0);
        if let Some(path) = path {
            prop_assert!(path.probability <= war * (1.0 + 1e-12));
            prop_assert_eq!(path.steps.last().unwrap().to.as_str(), "war");
        }
    }
}

#[test]
fn a_third_actor_who_always_holds_and_goes_unanswered_changes_little_but_the_mean() {
    // With reciprocity 0 nobody looks, so a bystander whose inertia keeps it still must not matter.
    let two = TwoActors { reciprocity: [0.0, 0.0], ..seven() };
    let mut spec = two.spec();
    spec.actors.push(ActorSpec {
        id: "bystander".into(),
        reciprocity: 0.0.into(),
        hawkishness: 0.0.into(),
        fear_of_height: 0.0.into(),
        inertia: 400.0.into(),
        precision: None,
        perception: None,
    });
    let (a, b) = (two.ladder().exact(), Ladder::new(spec).unwrap().exact());
    assert!(relative(b.war(), a.war()) < 1e-12);
    assert!(relative(b.accident, a.accident) < 1e-12);
    // More eyes, more misreadings.
    assert!(b.war_misread > a.war_misread);
}

#[test]
fn the_likely_path_is_the_best_of_all_short_ones() {
    // With strong hawks the shortest way, both up at once, is the likeliest.
    let two = TwoActors { hawkishness: [2.0, 2.0], ..seven() };
    let path = two.ladder().likely_path_to_war().unwrap();
    assert_eq!(path.steps.len(), 2);
    assert!(path.steps.iter().all(|step| step.moves == [Move::Up, Move::Up]));
    let product: f64 = path.steps.iter().map(|step| step.probability).product();
    assert!(relative(path.probability, product) < 1e-15);
}

fn quick() -> SimulateSettings {
    SimulateSettings {
        trajectories: 10_000,
        fewest_hits: 100,
        effort: 1_000,
        replications: 16,
        ..Default::default()
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let ladder = seven().ladder();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ladder.simulate(Seed(5), &quick()))
    };
    assert_eq!(run(1), run(3));
    assert_ne!(run(1), ladder.simulate(Seed(6), &quick()));
}

#[test]
fn rare_ends_of_every_kind_are_estimated_with_honest_errors() {
    let calm = || TwoActors { fear: [3.0, 3.2], eta: 1e-7, ..seven() };
    let hot = TwoActors { hawkishness: [1.5, 1.4], fear: [0.4, 0.4], error: 0.02, start: 5, ..seven() };
    for (name, two, rare) in [("calm", calm(), "war"), ("calm", calm(), "accident"), ("hot", hot, "settled")]
    {
        let ladder = two.ladder();
        let simulation = ladder.simulate(Seed(3), &quick());
        for (end, exact) in ladder.ends().iter().zip(ladder.exact().values()) {
            let estimate = simulation.ends[end];
            assert!(estimate.interval.contains(exact), "{name} {end}: {estimate:?} {exact}");
            if end == rare {
                assert!(exact < 1e-3, "{name} {end} is not rare: {exact}");
                assert!(estimate.interval.width() < exact, "{name} {end}: {estimate:?} {exact}");
            }
        }
    }
}

#[test]
fn intervals_cover_as_often_as_they_say() {
    // 99 % intervals of 60 seeds: with probability 0.9999 at most five miss.
    let ladder = TwoActors { fear: [3.0, 3.2], ..seven() }.ladder();
    let (war, settings) =
        (ladder.exact().war(), SimulateSettings { trajectories: 1_000, effort: 100, ..quick() });
    let misses = (0..60)
        .filter(|&seed| !ladder.simulate(Seed(seed), &settings).ends["war"].interval.contains(war))
        .count();
    assert!(misses <= 5, "{misses}");
}

#[test]
fn a_crisis_without_end_is_not_played() {
    let slow = TwoActors {
        precision: 40.0,
        inertia: 1.0,
        reciprocity: [0.0, 0.0],
        hawkishness: [0.0, 0.0],
        fear: [0.0, 0.0],
        eta: 0.0,
        ..seven()
    };
    let simulation = slow.ladder().simulate(Seed(1), &quick());
    assert_eq!(simulation.trajectories, 0);
    assert!(simulation.ends.values().all(|estimate| estimate.interval.width() == 1.0));
}
