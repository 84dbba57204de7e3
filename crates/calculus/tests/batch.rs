//! Many payoffs at once.

use calculus::{Batch, Game, Until, gambit, trace};
use measure::Seed;
use source::SourceText;

/// A signalling crisis game: types × messages × replies × (fight, back down); the payoffs are the draws'.
fn crisis(types: usize, messages: usize, replies: usize, payoffs: &[f64]) -> Game {
    let names = |stem: &str, n: usize| (0..n).map(|i| format!("\"{stem}{i}\"")).collect::<Vec<_>>().join(" ");
    let chances: Vec<String> = (0..types).map(|i| format!("\"t{i}\" 1/{types}")).collect();
    let mut text = format!(
        "EFG 2 R \"crisis\" {{ \"sender\" \"receiver\" }}\nc \"\" 1 \"\" {{ {} }} 0\n",
        chances.join(" ")
    );
    let mut outcome = 0;
    for of_type in 0..types {
        text.push_str(&format!("p \"\" 1 {} \"\" {{ {} }} 0\n", of_type + 1, names("m", messages)));
        for message in 0..messages {
            text.push_str(&format!("p \"\" 2 {} \"\" {{ {} }} 0\n", message + 1, names("r", replies)));
            for reply in 0..replies {
                let own = types + 1 + (of_type * messages + message) * replies + reply;
                text.push_str(&format!("p \"\" 1 {own} \"\" {{ \"fight\" \"down\" }} 0\n"));
                for _ in 0..2 {
                    let (sender, receiver) = (payoffs[2 * outcome], payoffs[2 * outcome + 1]);
                    outcome += 1;
                    text.push_str(&format!("t \"\" {outcome} \"\" {{ {sender} {receiver} }}\n"));
                }
            }
        }
    }
    gambit::read(&SourceText::new("crisis.efg", text)).unwrap()
}

fn draw(number: usize, payoffs: &mut [f64]) {
    let mut stream = Seed(11).stream("payoffs", number as u64);
    payoffs.iter_mut().for_each(|payoff| *payoff = stream.normal());
}

#[test]
fn a_batch_gives_what_each_game_gives_alone() {
    for (types, messages, replies) in [(2, 2, 2), (3, 2, 3)] {
        let ends = types * messages * replies * 2;
        let mut payoffs = vec![0.0; 2 * ends];
        let batch = Batch::new(crisis(types, messages, replies, &payoffs)).unwrap();
        for until in [Until::Lambda(0.0), Until::Lambda(1.5), Until::Nash] {
            let all = batch.solve(70, until, draw).unwrap();
            for number in (0..70).step_by(3) {
                draw(number, &mut payoffs);
                let game = crisis(types, messages, replies, &payoffs);
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
    let batch = Batch::new(crisis(2, 2, 2, &[0.0; 32])).unwrap();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| batch.solve(200, Until::Lambda(2.0), draw)).unwrap()
    };
    assert_eq!(with(1), with(3));
}
