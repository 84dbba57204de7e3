//! Many payoffs at once.

use calculus::examples::crisis;
use calculus::{Batch, Until, trace};
use measure::Seed;

fn draw(number: usize, payoffs: &mut [f64]) {
    let mut stream = Seed(11).stream("payoffs", number as u64);
    payoffs.iter_mut().for_each(|payoff| *payoff = stream.normal());
}

#[test]
fn a_batch_gives_what_each_game_gives_alone() {
    for (types, messages, replies) in [(2, 2, 2), (3, 2, 3)] {
        let mut payoffs = vec![0.0; 4 * types * messages * replies];
        let batch = Batch::new(crisis(types, messages, replies)).unwrap();
        for until in [Until::Lambda(0.0), Until::Lambda(1.5), Until::Nash] {
            let all = batch.solve(70, until, draw).unwrap();
            for number in (0..70).step_by(3) {
                draw(number, &mut payoffs);
                let game = batch.game_with(&payoffs);
                let alone = trace(&game, until).unwrap();
                let near = if until == Until::Nash { 1e-5 } else { 1e-9 };
                for set in 0..game.infosets.len() {
                    let batch = &all.probabilities(number)[game.actions_of(set)];
                    // Where everything is all but never reached the limit is slow; the regret is the proof.
                    for (one, other) in alone.strategy.at(&game, set).iter().zip(batch) {
                        assert!((one - other).abs() < near, "{number} {until:?}: {one} and {other}");
                    }
                }
                let left = calculus::regret(&game, &all.strategy(number)).max();
                assert!(left <= all.regret[number] + 1e-12, "{left} and {}", all.regret[number]);
                assert!(until != Until::Nash || left < 1e-8, "{left}");
            }
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let batch = Batch::new(crisis(2, 2, 2)).unwrap();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| batch.solve(200, Until::Lambda(2.0), draw)).unwrap()
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(3));
}

/// Arrays are made once for a share of 64 draws: a share allocates as often with one draw as with all of them.
#[test]
fn a_draw_allocates_nothing() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let lambdas = [Until::Lambda(1.0), Until::Lambda(5.0)];
    // At Nash some draws of larger games are polished.
    let nash = [Until::Lambda(5.0), Until::Nash];
    for ((types, messages, replies), untils) in [((2, 2, 2), nash), ((4, 4, 3), lambdas)] {
        let batch = Batch::new(crisis(types, messages, replies)).unwrap();
        for until in untils {
            let count = |draws: usize| {
                let solve = || batch.solve(draws, until, draw).unwrap();
                pool.install(|| allocation_counter::measure(|| assert_eq!(solve().len(), draws))).count_total
            };
            let one = count(1);
            assert!(one > 0, "nothing is counted");
            assert_eq!(count(64), one, "{types} × {messages} × {replies} {until:?}");
        }
    }
}
