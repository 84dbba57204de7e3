//! The canonical games: each class of equilibrium exists where `docs/games.md` derives it, and no other class does.
//!
//! At every point of a grid of parameters
//! - each class that the conditions allow is an equilibrium: nobody gains by another strategy, and every action is best
//!   under some belief, also where play does not come to;
//! - the pure profiles that pass these tests, found by trying all, have the payoffs of the pure classes and no others;
//! - the end of the logit branch has the payoffs of one of the classes.

use std::collections::BTreeSet;

use assessment::{GAMES, GameCase, Settings, new_game};
use calculus::{BehaviorStrategy, Game, Until, Values, regret, trace, values};

fn template(name: &str) -> GameCase {
    let dir = tempfile::tempdir().unwrap();
    let game = GAMES.iter().find(|game| game.name == name).unwrap();
    new_game(dir.path(), game).unwrap();
    GameCase::read(dir.path(), &Settings::default()).unwrap()
}

/// Beginnings of the labels of information sets with the probabilities there; one number is that of the second of two
/// actions.
type Class<'a> = Vec<(&'a str, Vec<f64>)>;

fn strategy(game: &Game, class: &Class<'_>) -> BehaviorStrategy {
    let row = |label: &str| {
        let found = class.iter().find(|(start, _)| label.starts_with(start));
        match &found.unwrap_or_else(|| panic!("nothing is said of `{label}`")).1[..] {
            [second] => vec![1.0 - second, *second],
            all => all.to_vec(),
        }
    };
    let rows: Vec<Vec<f64>> = game.infosets.iter().map(|set| row(&set.label)).collect();
    BehaviorStrategy::from_rows(game, &rows)
}

/// Whether every action taken is best: under the beliefs that play gives, or where play does not come to under some.
fn rational(game: &Game, strategy: &BehaviorStrategy, worth: &Values) -> bool {
    (0..game.infosets.len()).all(|index| {
        let set = &game.infosets[index];
        let taken = strategy.at(game, index);
        let best = |utilities: &[f64]| {
            let most = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            taken.iter().zip(utilities).all(|(p, u)| *p < 1e-9 || *u > most - 1e-9)
        };
        if set.nodes.iter().map(|&node| worth.reach[node]).sum::<f64>() > 1e-12 {
            return best(&worth.action[game.actions_of(index)]);
        }
        let n = game.players.len();
        beliefs(set.nodes.len()).iter().any(|belief| {
            let utility = |action: usize| {
                let at =
                    |(&node, p): (&usize, &f64)| p * worth.from[game.children(node)[action] * n + set.player];
                set.nodes.iter().zip(belief).map(at).sum()
            };
            best(&(0..taken.len()).map(utility).collect::<Vec<_>>())
        })
    })
}

/// A grid of beliefs over nodes.
fn beliefs(nodes: usize) -> Vec<Vec<f64>> {
    const STEPS: usize = 10;
    let mut all = vec![(vec![], STEPS)];
    for last in (0..nodes).map(|node| node + 1 == nodes) {
        all = all
            .into_iter()
            .flat_map(|(belief, left)| {
                (if last { left } else { 0 }..=left).map(move |own| {
                    let mut longer = belief.clone();
                    longer.push(own as f64 / STEPS as f64);
                    (longer, left - own)
                })
            })
            .collect();
    }
    all.into_iter().map(|(belief, _)| belief).collect()
}

fn equilibrium(game: &Game, strategy: &BehaviorStrategy) -> bool {
    let worth = values(game, strategy);
    rational(game, strategy, &worth) && regret(game, strategy).max() < 1e-9
}

fn rounded(payoffs: &[f64]) -> Vec<i64> {
    payoffs.iter().map(|payoff| (payoff * 1e6).round() as i64).collect()
}

/// Payoffs of all equilibria in pure strategies.
fn tried(game: &Game) -> BTreeSet<Vec<i64>> {
    let widths: Vec<usize> = game.infosets.iter().map(|set| set.actions.len()).collect();
    let total: usize = widths.iter().product();
    let mut found = BTreeSet::new();
    for index in 0..total {
        let mut left = index;
        let chosen: Vec<Option<usize>> = widths
            .iter()
            .map(|width| {
                let own = left % width;
                left /= width;
                Some(own)
            })
            .collect();
        let strategy = BehaviorStrategy::pure(game, &chosen);
        if equilibrium(game, &strategy) {
            found.insert(rounded(&values(game, &strategy).payoffs));
        }
    }
    found
}

/// The three tests at one point.
fn check(game: &Game, classes: &[(&str, Class<'_>)], at: &str) {
    let mut pure = BTreeSet::new();
    let mut payoffs = Vec::new();
    for (name, class) in classes {
        let profile = strategy(game, class);
        let gain = regret(game, &profile).max();
        assert!(
            equilibrium(game, &profile),
            "{at}: `{name}` is none: gain {gain}, {:?}",
            profile.named(game)
        );
        let worth = values(game, &profile).payoffs;
        if class.iter().all(|(_, row)| row.iter().all(|p| *p == 0.0 || *p == 1.0)) {
            pure.insert(rounded(&worth));
        }
        payoffs.push(worth);
    }
    let names: Vec<&str> = classes.iter().map(|(name, _)| *name).collect();
    assert_eq!(tried(game), pure, "{at}: {names:?}");
    let limit = trace(game, Until::Nash).unwrap();
    let worth = values(game, &limit.strategy).payoffs;
    let near = |class: &Vec<f64>| class.iter().zip(&worth).all(|(a, b)| (a - b).abs() < 0.02);
    assert!(
        payoffs.iter().any(near),
        "{at}: the logit branch ends at {worth:?}, none of {names:?} {payoffs:?}; {:?}",
        limit.strategy.named(game)
    );
}

/// Priors of pairs of independent types, the first of each with these probabilities.
fn pairs(first: f64, second: f64) -> Vec<f64> {
    vec![first * second, first * (1.0 - second), (1.0 - first) * second, (1.0 - first) * (1.0 - second)]
}

fn one(p: f64) -> Vec<f64> {
    vec![p]
}

/// Share of the other type that joins so that the posterior falls from 1 to `posterior`.
fn joining(prior: f64, posterior: f64) -> f64 {
    prior * (1.0 - posterior) / ((1.0 - prior) * posterior)
}

#[test]
fn audience_costs() {
    let case = template("audience-costs");
    let (resolute, irresolute) = (0.2, 1.5);
    for audience in [0.1, 0.5, 0.9, 1.8] {
        for war in [0.7, 1.6, 2.5] {
            for p in [0.1, 0.3, 0.45, 0.7] {
                let game = case
                    .form
                    .game(&case.with(&[("audience_cost", audience), ("war_target", war)]), &[p, 1.0 - p])
                    .unwrap();
                let bound = |own: f64| one(f64::from(u8::from(audience > own)));
                let class = |threat: [f64; 2], resist: f64| -> Class<'_> {
                    vec![
                        ("threat | type=resolute", one(threat[0])),
                        ("threat | type=irresolute", one(threat[1])),
                        ("answer", one(resist)),
                        ("last | type=resolute", bound(resolute)),
                        ("last | type=irresolute", bound(irresolute)),
                    ]
                };
                let mut classes = Vec::new();
                let fearless = war < 1.0 || audience < resolute;
                if fearless || audience < irresolute {
                    classes.push(("quiet", class([0.0, 0.0], 1.0)));
                }
                if !fearless && (audience > irresolute || p > 1.0 / war) {
                    classes.push(("all threaten", class([1.0, 1.0], 0.0)));
                }
                if !fearless && audience < irresolute && p < 1.0 / war {
                    let bluff = joining(p, 1.0 / war);
                    classes.push(("some bluff", class([1.0, bluff], 1.0 / (1.0 + audience))));
                }
                check(&game, &classes, &format!("audience {audience}, war {war}, p {p}"));
            }
        }
    }
}

#[test]
fn tying_hands() {
    let case = template("tying-hands");
    let (fight, loss, prize, least) = (0.1, 0.8, 0.4, 0.5);
    for tied in [0.2, 0.6, 1.2] {
        for sunk in [0.25, 0.6, 0.95] {
            for (worth, p) in [(1.0, 0.2), (1.0, 0.4), (0.45, 0.3)] {
                let values = case.with(&[("tied", tied), ("sunk", sunk), ("prize_committed", worth)]);
                let game = case.form.game(&values, &[p, 1.0 - p]).unwrap();
                // Signals: quiet, sink, tie; what the challenger does after each.
                let class = |committed: [f64; 3], other: [f64; 3], challenge: [f64; 3]| -> Class<'_> {
                    vec![
                        ("signal | type=committed", committed.to_vec()),
                        ("signal | type=uncommitted", other.to_vec()),
                        ("challenge | signal=quiet", one(challenge[0])),
                        ("challenge | signal=sink", one(challenge[1])),
                        ("challenge | signal=tie", one(challenge[2])),
                        ("last | type=committed", one(1.0)),
                        ("last | type=uncommitted, signal=tie", one(f64::from(u8::from(tied > loss)))),
                        ("last | type=uncommitted", one(0.0)),
                    ]
                };
                let (quiet, sink, tie) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]);
                let join = joining(p, least);
                let mut classes = Vec::new();
                if tied > loss {
                    classes.push(("all tied", class(tie, tie, [1.0, 1.0, 0.0])));
                } else {
                    classes.push(("quiet", class(quiet, quiet, [1.0, 1.0, 1.0])));
                    let risk = prize / (prize + tied);
                    classes.push(("tying", class(tie, [1.0 - join, 0.0, join], [1.0, 1.0, risk])));
                    if sunk > prize && sunk < worth - fight {
                        classes.push(("sinking", class(sink, quiet, [1.0, 0.0, 1.0])));
                    }
                    if sunk < prize && worth - fight > prize {
                        let risk = 1.0 - sunk / prize;
                        classes.push(("some sink", class(sink, [1.0 - join, join, 0.0], [1.0, risk, 1.0])));
                    }
                }
                check(&game, &classes, &format!("tied {tied}, sunk {sunk}, prize {worth}, p {p}"));
            }
        }
    }
}

#[test]
fn unilateral_deterrence() {
    let case = template("unilateral-deterrence");
    for back in [0.3, 0.8] {
        let (soft, hard, believed) = (1.0 / (1.0 + back), 1.0 / 1.2, 0.5);
        for challenger in [0.2, 0.4, 0.7] {
            for defender in [0.3, 0.65, 0.8, 0.9] {
                let values = case.with(&[("back_down", back)]);
                let game = case.form.game(&values, &pairs(challenger, defender)).unwrap();
                let class = |demand: [f64; 2], deny: f64| -> Class<'_> {
                    vec![
                        ("demand | type=hard", one(demand[0])),
                        ("demand | type=soft", one(demand[1])),
                        ("response | type=hard", one(1.0)),
                        ("response | type=soft", one(deny)),
                        ("last | type=hard", one(1.0)),
                        ("last | type=soft", one(0.0)),
                    ]
                };
                let mut classes = vec![("deterrence", class([0.0, 0.0], 1.0))];
                if defender > soft && defender < hard {
                    classes.push(("separating", class([1.0, 0.0], 0.0)));
                }
                if defender < soft && challenger > believed {
                    classes.push(("attack", class([1.0, 1.0], 0.0)));
                }
                if defender < soft && challenger < believed {
                    let deny = (soft - defender) / (1.0 - defender);
                    classes.push(("bluff", class([1.0, joining(challenger, believed)], deny)));
                }
                check(&game, &classes, &format!("back {back}, {challenger}, {defender}"));
            }
        }
    }
}

#[test]
fn mutual_deterrence() {
    let case = template("mutual-deterrence");
    let hard = 0.2;
    for peace in [0.6, 0.9] {
        for soft in [0.3, 1.0] {
            for p in [0.05, 0.2, 0.45, 0.8] {
                let values = case.with(&[("status_quo", peace), ("war_soft", soft)]);
                let game = case.form.game(&values, &pairs(p, p)).unwrap();
                let class = |a: [f64; 2], b: [f64; 2]| -> Class<'_> {
                    vec![
                        ("first-a | type=hard", one(a[0])),
                        ("first-a | type=soft", one(a[1])),
                        ("first-b | type=hard", one(b[0])),
                        ("first-b | type=soft", one(b[1])),
                        ("reply-a | type=hard", one(1.0)),
                        ("reply-b | type=hard", one(1.0)),
                        ("reply", one(0.0)),
                    ]
                };
                let gain = 1.0 - peace;
                let (deter, separate, bold) =
                    (gain / (1.0 - hard), gain / (gain + soft), gain / (1.0 + soft));
                let mut classes = Vec::new();
                if p > deter {
                    classes.push(("deterrence", class([0.0, 0.0], [0.0, 0.0])));
                    let some = 1.0 - (1.0 - p) * gain / (p * (peace - hard));
                    classes.push(("some of the hard", class([some, 0.0], [some, 0.0])));
                }
                if p > separate {
                    classes.push(("separating", class([1.0, 0.0], [1.0, 0.0])));
                } else {
                    let some = (separate - p) / (1.0 - p);
                    classes.push(("bluff", class([1.0, some], [1.0, some])));
                    classes.push(("A bold", class([1.0, 1.0], [1.0, 0.0])));
                    classes.push(("B bold", class([1.0, 0.0], [1.0, 1.0])));
                }
                if p < bold {
                    classes.push(("A alone", class([1.0, 1.0], [0.0, 0.0])));
                    classes.push(("B alone", class([0.0, 0.0], [1.0, 1.0])));
                }
                check(&game, &classes, &format!("peace {peace}, soft {soft}, p {p}"));
            }
        }
    }
}

#[test]
fn brinkmanship() {
    let case = template("brinkmanship");
    let (first, last, bold, timid, defender) = (0.05, 0.4, 0.5, 4.0, 1.5);
    for second in [0.1, 0.3, 0.7] {
        for peace in [0.2, 0.8, 0.95] {
            for p in [0.1, 0.4, 0.7] {
                let values = case.with(&[("risk_two", second), ("status_quo", peace)]);
                let game = case.form.game(&values, &[p, 1.0 - p]).unwrap();
                let class = |challenge: [f64; 2], resist: f64| -> Class<'_> {
                    vec![
                        ("challenge | type=bold", one(challenge[0])),
                        ("challenge | type=timid", one(challenge[1])),
                        ("resist", one(resist)),
                        ("last | type=bold", one(1.0)),
                        ("last | type=timid", one(0.0)),
                    ]
                };
                let yielded = |disaster: f64| (1.0 - first) - first * disaster;
                let resisted = (1.0 - first)
                    * (-second * bold + (1.0 - second) * ((1.0 - last) - last * bold))
                    - first * bold;
                // The defender resists while it believes that the challenger is bold with at most this probability.
                let most = ((1.0 - second) - second * defender) / ((1.0 - second) * (1.0 + last * defender));
                let mut classes = Vec::new();
                if peace > yielded(bold) || (most > 0.0 && peace > resisted) {
                    classes.push(("accepted", class([0.0, 0.0], f64::from(u8::from(most > 0.0)))));
                }
                if peace < yielded(bold) && peace > yielded(timid) {
                    classes.push(("separating", class([1.0, 0.0], 0.0)));
                }
                if peace < yielded(timid) && p > most {
                    classes.push(("all escalate", class([1.0, 1.0], 0.0)));
                }
                if peace < yielded(timid) && p < most {
                    let resist = (1.0 - (peace + first * timid) / (1.0 - first)) / (1.0 + second * timid);
                    classes.push(("some bluff", class([1.0, joining(p, most)], resist)));
                }
                check(&game, &classes, &format!("risk {second}, peace {peace}, p {p}"));
            }
        }
    }
}

#[test]
fn chicken() {
    let case = template("chicken");
    for clash in [1.5, 3.0] {
        for p in [0.1, 0.3, 0.55, 0.8] {
            let game = case.form.game(&case.with(&[("clash", clash)]), &[1.0 - p, p]).unwrap();
            let class = |a: f64, b: f64| -> Class<'_> {
                vec![
                    ("choice-a", one(a)),
                    ("choice-b | type=yielding", one(b)),
                    ("choice-b | type=stubborn", one(1.0)),
                ]
            };
            let most = 1.0 / (1.0 + clash - 1.0);
            let mut classes = vec![("A yields", class(0.0, 1.0))];
            if p < most {
                classes.push(("A stands", class(1.0, 0.0)));
                classes.push(("both mix", class(most, (most - p) / (1.0 - p))));
            }
            check(&game, &classes, &format!("clash {clash}, p {p}"));
        }
    }
}

#[test]
fn security_dilemma() {
    let case = template("security-dilemma");
    for exposure in [0.2, 0.6, 1.5] {
        for p in [0.2, 0.5, 0.7, 0.9] {
            let game = case.form.game(&case.with(&[("exposure", exposure)]), &pairs(p, p)).unwrap();
            let class = |cooperate: f64| -> Class<'_> {
                vec![
                    ("choice-a | type=trusty", one(cooperate)),
                    ("choice-b | type=trusty", one(cooperate)),
                    ("choice", one(0.0)),
                ]
            };
            let least = exposure / (1.0 - 0.5 + exposure);
            let mut classes = vec![("mistrust", class(0.0))];
            if p > least {
                classes.push(("trust", class(1.0)));
                classes.push(("some trust", class(least / p)));
            }
            check(&game, &classes, &format!("exposure {exposure}, p {p}"));
        }
    }
}

#[test]
fn reassurance() {
    let case = template("reassurance");
    let (advantage, least) = (1.5, 0.5);
    for own in [0.2, 0.6] {
        for greedy in [0.4, 0.7, 1.2, 1.8] {
            for p in [0.2, 0.4, 0.7] {
                let values = case.with(&[("gesture_trusty", own), ("gesture_greedy", greedy)]);
                let game = case.form.game(&values, &[p, 1.0 - p]).unwrap();
                let class = |gesture: [f64; 2], trust: [f64; 2]| -> Class<'_> {
                    vec![
                        ("gesture | type=trusty", one(gesture[0])),
                        ("gesture | type=greedy", one(gesture[1])),
                        ("trust | gesture=none", one(trust[0])),
                        ("trust | gesture=gesture", one(trust[1])),
                        ("use | type=trusty", one(0.0)),
                        ("use | type=greedy", one(1.0)),
                    ]
                };
                let trusting = p > least;
                let mut classes =
                    vec![("no gesture", class([0.0, 0.0], [f64::from(u8::from(trusting)), 0.0]))];
                if greedy > advantage {
                    classes.push(("separating", class([1.0, 0.0], [0.0, 1.0])));
                }
                if trusting && greedy < advantage {
                    classes.push(("all make it", class([1.0, 1.0], [0.0, 1.0])));
                }
                if !trusting && greedy < advantage && greedy / advantage > own {
                    let trust = greedy / advantage;
                    classes.push(("some pretend", class([1.0, joining(p, least)], [0.0, trust])));
                }
                if trusting && greedy > own * advantage {
                    let without = least * (1.0 - p) / ((1.0 - least) * p);
                    classes.push(("some need not", class([1.0 - without, 0.0], [1.0 - own, 1.0])));
                }
                check(&game, &classes, &format!("own {own}, greedy {greedy}, p {p}"));
            }
        }
    }
}

#[test]
fn cheap_talk() {
    let case = template("cheap-talk");
    for bias in [0.05, 0.2, 0.3, 0.45] {
        let third = 1.0 / 3.0;
        let game = case.form.game(&case.with(&[("bias", bias)]), &[third, third, third]).unwrap();
        // Which message each state sends, and which action answers each message.
        let class = |messages: [usize; 3], actions: [usize; 3]| -> Class<'_> {
            let pure = |width: usize, at: usize| (0..width).map(|i| f64::from(u8::from(i == at))).collect();
            vec![
                ("message | type=low", pure(3, messages[0])),
                ("message | type=middle", pure(3, messages[1])),
                ("message | type=high", pure(3, messages[2])),
                ("action | message=m1", pure(5, actions[0])),
                ("action | message=m2", pure(5, actions[1])),
                ("action | message=m3", pure(5, actions[2])),
            ]
        };
        let mut classes = vec![("babbling", class([0, 0, 0], [2, 2, 2]))];
        if bias < 0.375 {
            classes.push(("low apart", class([0, 1, 1], [0, 3, 3])));
        }
        if bias < 0.25 {
            classes.push(("all apart", class([0, 1, 2], [0, 2, 4])));
        }
        if bias < 0.125 {
            classes.push(("high apart", class([0, 0, 1], [1, 4, 4])));
        }
        check(&game, &classes, &format!("bias {bias}"));
    }
}

#[test]
fn extended_deterrence() {
    let case = template("extended-deterrence");
    let (loss, unreliable) = (0.8, 1.3);
    for reputation in [0.2, 0.4, 0.9] {
        for war in [0.5, 1.0] {
            for p in [0.2, 0.45, 0.8] {
                let values = case.with(&[("reputation", reputation), ("war_attacker", war)]);
                let game = case.form.game(&values, &[p, 1.0 - p]).unwrap();
                let binds = f64::from(u8::from(reputation > unreliable - loss));
                let class = |sign: [f64; 2], attack: [f64; 2]| -> Class<'_> {
                    vec![
                        ("pledge | type=reliable", one(sign[0])),
                        ("pledge | type=unreliable", one(sign[1])),
                        ("attack | pledge=none", one(attack[0])),
                        ("attack | pledge=sign", one(attack[1])),
                        ("aid | type=reliable", one(1.0)),
                        ("aid | type=unreliable, pledge=sign", one(binds)),
                        ("aid | type=unreliable", one(0.0)),
                        ("resistance | pledge=none, attack=attack, aid=aid", one(1.0)),
                        ("resistance | pledge=sign, attack=attack, aid=aid", one(1.0)),
                        ("resistance", one(0.0)),
                    ]
                };
                let least = 1.0 / (1.0 + war);
                let mut classes = Vec::new();
                if p > least {
                    classes.push(("no need", class([0.0, 0.0], [0.0, binds])));
                } else if binds > 0.0 {
                    classes.push(("bound", class([1.0, 1.0], [1.0, 0.0])));
                } else {
                    classes.push(("no pledge", class([0.0, 0.0], [1.0, 1.0])));
                    let attack = loss / (loss + reputation);
                    classes.push(("some break it", class([1.0, joining(p, least)], [1.0, attack])));
                }
                if p > least && binds > 0.0 {
                    classes[0].1 = class([1.0, 1.0], [0.0, 0.0]);
                }
                check(&game, &classes, &format!("reputation {reputation}, war {war}, p {p}"));
            }
        }
    }
}

#[test]
fn two_level() {
    let case = template("two-level");
    let (doves, hawks) = (0.05, 0.5);
    for generous in [0.45, 0.6] {
        for tough in [0.02, 0.2, 0.3] {
            for p in [0.1, 0.35, 0.45, 0.7] {
                let values = case.with(&[("share_generous", generous), ("share_tough", tough)]);
                let game = case.form.game(&values, &[1.0 - p, p]).unwrap();
                let passes = |share: f64, least: f64| one(f64::from(u8::from(share > least)));
                let class = |offer: f64| -> Class<'_> {
                    vec![
                        ("offer", one(offer)),
                        ("deal | type=facing-doves, offer=tough", passes(tough, doves)),
                        ("deal | type=facing-doves, offer=generous", passes(generous, doves)),
                        ("deal | type=facing-hawks, offer=tough", passes(tough, hawks)),
                        ("deal | type=facing-hawks, offer=generous", passes(generous, hawks)),
                        ("vote | type=dove, offer=tough", passes(tough, doves)),
                        ("vote | type=dove, offer=generous", passes(generous, doves)),
                        ("vote | type=hawk, offer=tough", passes(tough, hawks)),
                        ("vote | type=hawk, offer=generous", passes(generous, hawks)),
                    ]
                };
                let chance = |share: f64| {
                    let passed = |least: f64| f64::from(u8::from(share > least));
                    (1.0 - p) * passed(doves) + p * passed(hawks)
                };
                let classes = if chance(tough) * (1.0 - tough) > chance(generous) * (1.0 - generous) {
                    [("tough", class(0.0))]
                } else {
                    [("generous", class(1.0))]
                };
                check(&game, &classes, &format!("generous {generous}, tough {tough}, p {p}"));
            }
        }
    }
}

/// Every template is a folder that runs, and says so of itself.
#[test]
fn every_template_has_no_mistake() {
    for game in &GAMES {
        let dir = tempfile::tempdir().unwrap();
        new_game(dir.path(), game).unwrap();
        let findings = assessment::check(dir.path());
        assert!(!findings.any_error(), "{}: {findings:?}", game.name);
        let readme = std::fs::read_to_string(dir.path().join("README.md")).unwrap();
        assert!(readme.contains("docs/games.md"), "{}", game.name);
    }
}
